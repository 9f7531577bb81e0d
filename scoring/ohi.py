"""OHI, the optimized HLH inflammatory index: sCD25 and ferritin both high, in adults with a hematologic malignancy.

Beside the trial's criteria, never one of them: it was derived in malignancy and predicts mortality there.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from scoring import rules
from scoring.bands import Item, Span, boolean, by_count, counted, cutpoints, scale, total
from scoring.bands import score as score_bands
from scoring.inputs import read

CITATION = (
    "Zoref-Lorenz A, Murakami J, Hofstetter L, et al. An improved index for diagnosis and mortality prediction in "
    "malignancy-associated hemophagocytic lymphohistiocytosis. Blood 2022;139:1098-1110. doi:10.1182/blood.2021012764"
)

TABLE = {
    item.name: item
    for item in (
        Item("scd25", ("scd25",), scale("scd25", {0: "≤ 3900", 1: "> 3900"})),
        Item("ferritin", ("ferritin",), scale("ferritin", {0: "≤ 1000", 1: "> 1000"})),
    )
}
BOTH = counted("high_markers", {0: (0, 1), 1: (2, 2)})
CUTPOINTS = {name: cutpoints(item.bands) for name, item in TABLE.items()}


def score(patients: pd.DataFrame) -> pd.DataFrame:
    """`scd25`, `ferritin` (each high or not) and `met` (both) of each row, as boolean; <NA> while it is open.

    Columns read: scd25 (U/mL: leave it missing for an assay in pg/mL or ng/mL, which no factor turns into U/mL),
    ferritin (µg/L). One of them known not to be high settles the index, whatever the other.
    BadColumn as in `scoring.sofa.score`.
    """
    criteria = spans(patients)
    columns = {**criteria, "met": verdict(criteria.values())}
    scored = pd.DataFrame({name: boolean(span) for name, span in columns.items()}, index=patients.index)
    return rules.stamp(scored, rules.Rules("ohi"))


def spans(patients: pd.DataFrame) -> dict[str, Span]:
    """Each marker as 0 or 1; 0 to 1 where it is missing."""
    return {name: score_bands(read(patients, name), item.bands) for name, item in TABLE.items()}


def verdict(criteria: Iterable[Span]) -> Span:
    """The index as 0 or 1; 0 to 1 while it is open."""
    return by_count(total(criteria), BOTH)
