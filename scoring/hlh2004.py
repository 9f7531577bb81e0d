"""HLH-2004: 5 or more of 8 criteria, each met, not met or unknown.

The molecular route (primary HLH) is not here: the trial is about acquired syndromes.
"""

from __future__ import annotations

import pandas as pd

from scoring.bands import Band, Item, Span, answered, by_count, counted, cutpoints, exactly, scale, total, worst
from scoring.bands import score as score_bands
from scoring.columns import answers, numbers

CITATION = (
    "Henter JI, Horne A, Aricó M, et al. HLH-2004: diagnostic and therapeutic guidelines for hemophagocytic "
    "lymphohistiocytosis. Pediatr Blood Cancer 2007;48:124-131, table I. doi:10.1002/pbc.21039"
)
NEEDED = 5  # of the 8

LINEAGES = {  # a lineage is low (1) or not (0); hemoglobin in g/dL, cells in 10⁹/L
    "hemoglobin": scale("hemoglobin", {0: "≥ 9", 1: "< 9"}),
    "platelets": scale("platelets", {0: "≥ 100", 1: "< 100"}),
    "neutrophils": scale("neutrophils", {0: "≥ 1", 1: "< 1"}),
}


def _answer(name: str, variable: str) -> Item:
    return Item(name, (variable,), (Band(variable, 0, answer="no"), Band(variable, 1, answer="yes")))


def _criteria(triglycerides: dict[int, str]) -> dict[str, Item]:
    fat_or_clot = (*scale("triglycerides", triglycerides), *scale("fibrinogen", {0: "> 1.5", 1: "≤ 1.5"}))
    items = (
        Item("fever", ("temperature",), scale("temperature", {0: "< 38.5", 1: "≥ 38.5"})),
        _answer("splenomegaly", "splenomegaly"),
        Item("cytopenias", tuple(LINEAGES), counted("low_lineages", {0: (0, 1), 1: (2, 3)})),
        Item("triglycerides_or_fibrinogen", ("triglycerides", "fibrinogen"), fat_or_clot),
        _answer("hemophagocytosis", "hemophagocytosis"),
        _answer("nk_activity", "nk_activity_low"),
        Item("ferritin", ("ferritin",), scale("ferritin", {0: "< 500", 1: "≥ 500"})),
        Item("scd25", ("scd25",), scale("scd25", {0: "< 2400", 1: "≥ 2400"})),
    )
    return {item.name: item for item in items}


# The paper's two limits are not conversions of each other: 265 mg/dL (2.65 g/L) is 2.99 mmol/L.
SI = _criteria(triglycerides={0: "< 3", 1: "≥ 3"})  # triglycerides in mmol/L
CONVENTIONAL = _criteria(triglycerides={0: "< 265", 1: "≥ 265"})  # triglycerides in mg/dL; all else as SI

CUTPOINTS = {
    variable: cutpoints(SI[name].of(variable))
    for name, variable in (
        ("fever", "temperature"), ("triglycerides_or_fibrinogen", "triglycerides"),
        ("triglycerides_or_fibrinogen", "fibrinogen"), ("ferritin", "ferritin"), ("scd25", "scd25"),
    )
} | {variable: cutpoints(bands) for variable, bands in LINEAGES.items()}  # fmt: skip


def score(patients: pd.DataFrame, cutoffs: dict[str, Item] = SI) -> pd.DataFrame:
    """The eight criteria of each row as boolean (<NA>: unknown), then `met` and, as Int64, `count` (criteria met),
    `not_met` and `unknown`, which add up to eight.

    Columns read: temperature (°C), splenomegaly, hemophagocytosis, nk_activity_low (yes/no/not_done), hemoglobin
    (g/dL), platelets, neutrophils (10⁹/L), triglycerides (mmol/L; mg/dL with CONVENTIONAL), fibrinogen (g/L), ferritin
    (µg/L), scd25 (U/mL: leave it missing for an assay in pg/mL, which no factor turns into U/mL). A missing column is
    all missing; not done is unknown, never "no".

    `met` is True from five known criteria on, False when the unknown ones can no longer make five, else <NA>.
    Two of three lineages make the cytopenias, two normal ones refute them. High triglycerides or low fibrinogen
    suffices; only both normal refute it.
    BadColumn as in `scoring.sofa.score`.
    """
    spans = {name: _criterion(patients, item) for name, item in cutoffs.items()}
    count = total(spans.values())
    columns = {name: _boolean(span) for name, span in spans.items()}
    columns["met"] = pd.arrays.BooleanArray(count.low >= NEEDED, (count.low < NEEDED) & (count.high >= NEEDED))
    tally = {"count": count.low, "not_met": len(cutoffs) - count.high, "unknown": count.high - count.low}
    counts = {name: exactly(number).column() for name, number in tally.items()}
    return pd.DataFrame({**columns, **counts}, index=patients.index)


def _criterion(patients: pd.DataFrame, item: Item) -> Span:
    if item.name == "cytopenias":
        return _cytopenias(patients, item)
    if item.bands[0].answer:
        return answered(answers(patients, item.variables[0]), 1)
    return worst(*(score_bands(numbers(patients, variable), item.of(variable)) for variable in item.variables))


def _cytopenias(patients: pd.DataFrame, item: Item) -> Span:
    low = total(score_bands(numbers(patients, lineage), bands) for lineage, bands in LINEAGES.items())
    return by_count(low, item.bands)


def _boolean(span: Span) -> pd.arrays.BooleanArray:
    return pd.arrays.BooleanArray(span.low == 1, ~span.known)
