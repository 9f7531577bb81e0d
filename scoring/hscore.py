"""HScore of reactive hemophagocytic syndrome, 0 to 337.

Its cytopenia limits are its own (hemoglobin 9.2, white cells, platelets 110): not those of HLH-2004.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from scoring import rules
from scoring.bands import Band, Facts, Item, Span, answered, by_count, counted, cutpoints, scale, settled, table, total
from scoring.bands import score as score_bands
from scoring.inputs import read

CITATION = (
    "Fardet L, Galicier L, Lambotte O, et al. Development and validation of the HScore, a score for the diagnosis of "
    "reactive hemophagocytic syndrome. Arthritis Rheumatol 2014;66:2613-2620, tables 3 and 4. doi:10.1002/art.38690"
)
ICU_CUTOFF = 168  # best in one study of patients in intensive care (PMC7589537)
BEST_CUTOFF = 169  # of the paper: sensitivity 93 %, specificity 86 %

LINEAGES = {  # a lineage is low (1) or not (0)
    "hemoglobin": scale("hemoglobin", {0: "> 9.2", 1: "≤ 9.2"}),
    "white_cells": scale("white_cells", {0: "> 5", 1: "≤ 5"}),
    "platelets": scale("platelets", {0: "> 110", 1: "≤ 110"}),
}
ORGANS = ("hepatomegaly", "splenomegaly")
TABLE = {
    item.name: item
    for item in (
        Item("immunosuppression", ("immunosuppression",),
             (Band("immunosuppression", 0, answer="no"), Band("immunosuppression", 18, answer="yes"))),
        Item("temperature", ("temperature",),
             scale("temperature", {0: "< 38.4", 33: "≥ 38.4 ≤ 39.4", 49: "> 39.4"})),
        Item("organomegaly", ORGANS, counted("enlarged_organs", {0: (0, 0), 23: (1, 1), 38: (2, 2)})),
        Item("cytopenias", tuple(LINEAGES), counted("low_lineages", {0: (0, 1), 24: (2, 2), 34: (3, 3)})),
        Item("ferritin", ("ferritin",), scale("ferritin", {0: "< 2000", 35: "≥ 2000 ≤ 6000", 50: "> 6000"})),
        Item("triglycerides", ("triglycerides",),
             scale("triglycerides", {0: "< 1.5", 44: "≥ 1.5 ≤ 4", 64: "> 4"})),
        Item("fibrinogen", ("fibrinogen",), scale("fibrinogen", {0: "> 2.5", 30: "≤ 2.5"})),
        Item("ast", ("ast",), scale("ast", {0: "< 30", 19: "≥ 30"})),
        Item("hemophagocytosis", ("hemophagocytosis",),
             (Band("hemophagocytosis", 0, answer="no"), Band("hemophagocytosis", 35, answer="yes"))),
    )
}
MEASURED = ("temperature", "ferritin", "triglycerides", "fibrinogen", "ast")
CUTPOINTS = {variable: cutpoints(TABLE[variable].bands) for variable in MEASURED} | {
    variable: cutpoints(bands) for variable, bands in LINEAGES.items()
}

# Probability of a reactive hemophagocytic syndrome in the derivation population, in percent, as printed. Between two
# printed scores it is read on a straight line: the paper gives no formula. Never validated in intensive care.
PRINTED = (
    (90, "<1"), (100, "1"), (110, "3"), (120, "5"), (130, "9"), (140, "16"), (150, "25"), (160, "40"), (170, "54"),
    (180, "70"), (190, "80"), (200, "88"), (210, "93"), (220, "96"), (230, "98"), (240, "99"), (250, ">99"),
)  # fmt: skip
BELOW, ABOVE = 0.5, 99.5  # stand for "<1" and ">99" where a number is needed; print probability_label instead


def score(patients: pd.DataFrame) -> pd.DataFrame:
    """HScore of each row: the nine items, `total`, `low`, `high` as Int64 and `probability` (%) as Float64.

    Columns read: immunosuppression, hepatomegaly, splenomegaly, hemophagocytosis (yes/no/not_done), temperature (°C),
    hemoglobin (g/dL), white_cells, platelets (10⁹/L), ferritin (µg/L), triglycerides (mmol/L), fibrinogen (g/L),
    ast (U/L). A missing column is all missing, and not done is unknown, never "no".

    An item that what is known does not settle is <NA>, and then so are `total` and `probability`; it counts with its
    fewest points in `low` and its most in `high`. Two normal lineages settle the cytopenias, whatever the third.
    BadColumn as in `scoring.sofa.score`.
    """
    items = spans(patients)
    scored = table(patients.index, items)
    scored["probability"] = _percent(total(items.values()))
    return rules.stamp(scored, rules.Rules("hscore"))


def spans(patients: pd.DataFrame) -> dict[str, Span]:
    """The fewest and the most points of each item."""
    return {
        "immunosuppression": _answered(patients, "immunosuppression"),
        "temperature": _measured(patients, "temperature"),
        "organomegaly": by_count(_enlarged(patients), TABLE["organomegaly"].bands),
        "cytopenias": by_count(_low_lineages(patients), TABLE["cytopenias"].bands),
        **{item: _measured(patients, item) for item in MEASURED[1:]},
        "hemophagocytosis": _answered(patients, "hemophagocytosis"),
    }


def facts(patient: pd.DataFrame) -> Facts:
    """The counts that the bands are of, of a frame of one row; none where a missing value leaves the points open."""
    counts = {"enlarged_organs": ("organomegaly", _enlarged(patient)), "low_lineages": ("cytopenias", _low_lineages(patient))}
    return Facts({name: settled(count, TABLE[item].bands) for name, (item, count) in counts.items()}, frozenset({""}))


def probability(score: float) -> float:
    """The printed probability in percent, on a straight line between printed scores; 0.5 and 99.5 beyond the table."""
    return float(np.interp(score, *_line()))


def probability_label(score: Any) -> str:
    """The probability to print: "<1 %", "88 %", ">99 %"; empty for a missing score."""
    if pd.isna(score):
        return ""
    if score < 100:
        return "<1 %"
    return ">99 %" if score > 240 else f"{probability(score):.0f} %"


def _line() -> tuple[list[float], list[float]]:
    numbers_of = {"<1": BELOW, ">99": ABOVE}
    return [float(at) for at, _ in PRINTED], [numbers_of.get(text) or float(text) for _, text in PRINTED]


def _percent(whole: Span) -> pd.arrays.FloatingArray:
    return pd.arrays.FloatingArray(np.interp(whole.low, *_line()), ~whole.known)


def _measured(patients: pd.DataFrame, variable: str) -> Span:
    return score_bands(read(patients, variable), TABLE[variable].bands)


def _answered(patients: pd.DataFrame, variable: str) -> Span:
    return answered(read(patients, variable), max(TABLE[variable].points))


def _enlarged(patients: pd.DataFrame) -> Span:
    return total(answered(read(patients, organ), 1) for organ in ORGANS)


def _low_lineages(patients: pd.DataFrame) -> Span:
    return total(score_bands(read(patients, lineage), bands) for lineage, bands in LINEAGES.items())

