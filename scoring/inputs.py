"""The columns that scores read: what each means, its limits or its words. Checks, help and explanations read this table.

Units are those of scoring.units.canonical. A frame may hold any of these columns; a missing one is all missing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scoring.bands import Numbers
from scoring.columns import answers, choices, numbers

YES_NO = ("no", "yes")
VENTILATION = ("none", "hfnc", "niv", "cpap", "invasive")  # mildest first
GCS_KINDS = ("measured", "before_sedation", "estimated")
FIBRIN_MARKERS = ("none", "moderate", "strong")


@dataclass(frozen=True)
class Input:
    """`low` to `high` of a number, both included; `words` of a choice, mildest first."""

    code: str
    means: str
    low: float = 0.0
    high: float = math.inf
    whole: bool = False
    words: tuple[str, ...] = ()


def _yes_no(code: str, means: str) -> Input:
    return Input(code, means, words=YES_NO)


INPUTS: dict[str, Input] = {
    each.code: each
    for each in (
        Input("pao2", "arterial oxygen pressure"),
        Input("fio2", "inspired oxygen", 0.21, 1),
        Input("spo2", "pulse oximetry", 0, 100),
        Input("ventilation", "ventilation", words=VENTILATION),
        _yes_no("ecmo", "ECMO for the lungs"),
        _yes_no("mechanical_support", "VA-ECMO, balloon pump or ventricular assist device"),
        Input("map", "mean arterial pressure"),
        Input("norepinephrine", "as base"),
        Input("epinephrine", "epinephrine"),
        Input("dopamine", "dopamine"),
        Input("dobutamine", "dobutamine"),
        Input("vasopressin", "vasopressin"),
        Input("phenylephrine", "phenylephrine"),
        Input("metaraminol", "metaraminol"),
        Input("angiotensin_ii", "angiotensin II"),
        Input("milrinone", "milrinone"),
        Input("levosimendan", "levosimendan"),
        Input("gcs", "Glasgow coma scale, without sedation", 3, 15, whole=True),
        Input("gcs_kind", "how the GCS was judged", words=GCS_KINDS),
        _yes_no("delirium_drug", "drug given for delirium"),
        Input("platelets", "platelets"),
        Input("bilirubin", "total bilirubin"),
        Input("creatinine", "creatinine"),
        Input("creatinine_reference", "lowest creatinine of the 7 days before, or the known baseline"),
        Input("creatinine_48h", "lowest creatinine of the 48 hours before"),
        Input("urine_output", "urine of the day"),
        Input("urine_ml_kg_h", "urine, mean of the day"),
        Input("weight", "body weight", 1, 500),
        _yes_no("rrt", "renal replacement therapy for kidney failure"),
        Input("potassium", "potassium"),
        Input("ph", "arterial pH", 6, 8.5),
        Input("bicarbonate", "bicarbonate"),
        Input("temperature", "body temperature", 10, 50),
        Input("hemoglobin", "hemoglobin"),
        Input("white_cells", "white cells"),
        Input("neutrophils", "neutrophils"),
        Input("triglycerides", "triglycerides"),
        Input("fibrinogen", "fibrinogen"),
        Input("ferritin", "ferritin"),
        Input("scd25", "soluble CD25, assays in U/mL alone"),
        Input("ast", "aspartate aminotransferase"),
        Input("alt", "alanine aminotransferase"),
        Input("ggt", "gamma-glutamyltransferase"),
        Input("alp", "alkaline phosphatase"),
        Input("albumin", "albumin"),
        Input("lymphocytes", "lymphocytes"),
        _yes_no("hepatomegaly", "enlarged liver"),
        _yes_no("splenomegaly", "enlarged spleen"),
        _yes_no("hemophagocytosis", "hemophagocytosis on the marrow aspirate or a biopsy"),
        _yes_no("nk_activity_low", "NK activity low or absent"),
        _yes_no("immunosuppression", "known underlying immunosuppression"),
        Input("inr", "international normalized ratio"),
        _yes_no("anticoagulated", "on an anticoagulant; counts for the INR"),
        Input("pt_prolongation", "prothrombin time above the control", -100),
        Input("fibrin_marker", "rise of D-dimer or another fibrin marker", words=FIBRIN_MARKERS),
        Input("age", "age", 0, 130),
        Input("sex", "sex", words=("f", "m")),
        Input("support_days", "days on support among the first 28", 0, 28, whole=True),
        Input("support_days_low", "fewest days on support, where support_days is empty", 0, 28, whole=True),
        Input("support_days_high", "most days on support, where support_days is empty", 0, 28, whole=True),
        Input("death_day", "study day of death; empty: not known to be dead", 1, whole=True),
        _yes_no("alive_day_28", "alive at day 28"),
    )
}


def read(frame: pd.DataFrame, code: str) -> Numbers:
    """The column as float64, NaN where missing: a number, 1 and 0 for yes and no, the place of a choice in its words.

    BadColumn for text where numbers are needed, values outside the limits, unknown words.
    """
    known = INPUTS[code]
    if known.words == YES_NO:
        return answers(frame, code)
    if known.words:
        return choices(frame, code, {word: float(place) for place, word in enumerate(known.words)})
    return numbers(frame, code, low=known.low, high=known.high, whole=known.whole)


def is_word(read: Numbers, code: str, *words: str) -> Numbers:
    """1 where the choice is one of `words`, 0 where it is another, NaN where it is missing."""
    places = [float(INPUTS[code].words.index(word)) for word in words]
    return np.where(np.isnan(read), np.nan, np.isin(read, places).astype(np.float64))
