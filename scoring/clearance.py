"""Creatinine clearance by Cockcroft and Gault, in mL/min, and whether the kidney is too unsteady for it.

Not one number of this file is a dose, and none is to become one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring import kdigo, rules
from scoring.bands import slack
from scoring.inputs import is_word, read

CITATION = (
    "Cockcroft DW, Gault MH. Prediction of creatinine clearance from serum creatinine. Nephron 1976;16:31-41. "
    "doi:10.1159/000180580"
)
# For µmol/L, from memory: the paper has mg/dL, 1/72 for men and 0.85 of it for women, and 88.4/72 is 1.228.
FACTORS = {"m": 1.23, "f": 1.04}
READ = ("age", "weight", "creatinine")


def score(patients: pd.DataFrame) -> pd.DataFrame:
    """Of each row `clearance` (mL/min, Float64) and `unsteady` (boolean), both <NA> where they cannot be told.

    Columns read: age (years), weight (kg), sex (f/m), creatinine (µmol/L); for `unsteady` also rrt (yes/no),
    creatinine_reference and creatinine_48h (µmol/L).

    `unsteady` is True on renal replacement, from KDIGO stage 1 by creatinine on, and when it falls by as much: the
    estimate is then unreliable, as it takes creatinine for constant. False needs both earlier values; an empty rrt box
    adds nothing.
    BadColumn as in `scoring.sofa.score`.
    """
    age, weight, creatinine = (read(patients, code) for code in READ)
    man = is_word(read(patients, "sex"), "sex", "m")
    factor = np.where(man == 1, FACTORS["m"], np.where(man == 0, FACTORS["f"], np.nan))
    measured = np.where(creatinine > slack(0), creatinine, np.nan)
    clearance = (140 - age) * weight * factor / measured
    columns = {"clearance": pd.arrays.FloatingArray(clearance, np.isnan(clearance)), "unsteady": _unsteady(patients)}
    return rules.stamp(pd.DataFrame(columns, index=patients.index), rules.Rules("clearance"))


def _unsteady(patients: pd.DataFrame) -> pd.arrays.BooleanArray:
    items = kdigo.spans(patients)
    stage = kdigo.stage([items["creatinine"], items["rrt"]])
    sure, falling = stage.low >= 1, _falling(patients)
    return pd.arrays.BooleanArray(sure | falling, ~sure & ~falling & (stage.high >= 1))


def _falling(patients: pd.DataFrame) -> NDArray[np.bool_]:
    """A fall as steep as the rise of KDIGO stage 1."""
    now, reference, before = (read(patients, code) for code in ("creatinine", "creatinine_reference", "creatinine_48h"))
    falling: NDArray[np.bool_] = (reference >= kdigo.RATIO * now - slack(1)) | (before - now >= kdigo.RISE - slack(1))
    return falling


def reckoning(patient: Mapping[str, Any], written: Callable[[float], str] = lambda number: f"{number:g}") -> str:
    """The formula with its numbers: "(140 − 60) × 70 × 1.23 ÷ 80 = 86.1"; empty when one is missing.

    `written`: how the reader's language writes a number.
    """
    known = {code: patient[code] for code in (*READ, "sex") if not pd.isna(patient.get(code))}
    clearance = score(pd.DataFrame([known], index=[0]))["clearance"].iloc[0]
    if pd.isna(clearance):
        return ""
    age, weight, creatinine = (written(float(known[code])) for code in READ)
    return (
        f"(140 − {age}) × {weight} × {written(FACTORS[known['sex']])} ÷ {creatinine} = {written(round(float(clearance), 1))}"
    )
