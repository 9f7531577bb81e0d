"""HLH-2004: 5 or more of 8 criteria, each met, not met or unknown.

How the registry's "5 or 6 criteria" is read is in `Options`. The molecular route (primary HLH) is not here: the trial is
about acquired syndromes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from scoring import rules
from scoring.bands import (
    Band,
    Facts,
    Item,
    Span,
    answered,
    boolean,
    by_count,
    counted,
    cutpoints,
    exactly,
    scale,
    settled,
    total,
    worst,
)
from scoring.bands import score as score_bands
from scoring.inputs import read

CITATION = (
    "Henter JI, Horne A, Aricó M, et al. HLH-2004: diagnostic and therapeutic guidelines for hemophagocytic "
    "lymphohistiocytosis. Pediatr Blood Cancer 2007;48:124-131, table I. doi:10.1002/pbc.21039"
)
NEEDED = 5  # of the 8
AT_MOST = 6  # of the reading "exactly 5 or 6", which would turn away 7 and 8
SELDOM_DONE = ("nk_activity", "scd25")  # the reading "5 of 6" leaves them out
Reading = Literal["at_least_5", "exactly_5_or_6", "5_of_6_routine"]


@dataclass(frozen=True)
class Options(rules.Choices):
    reading: Reading = "at_least_5"


DEFAULT = Options()

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


def score(patients: pd.DataFrame, cutoffs: Mapping[str, Item] = SI, options: Options = DEFAULT) -> pd.DataFrame:
    """The eight criteria of each row as boolean (<NA>: unknown), then `met` and, as Int64, `count` (criteria met),
    `not_met` and `unknown`, which add up to eight.

    Columns read: temperature (°C), splenomegaly, hemophagocytosis, nk_activity_low (yes/no/not_done), hemoglobin
    (g/dL), platelets, neutrophils (10⁹/L), triglycerides (mmol/L; mg/dL with CONVENTIONAL), fibrinogen (g/L), ferritin
    (µg/L), scd25 (U/mL: leave it missing for an assay in pg/mL, which no factor turns into U/mL). A missing column is
    all missing; not done is unknown, never "no".

    `met` is True from five known criteria on, False when the unknown ones can no longer make five, else <NA>; another
    `options.reading` counts otherwise. Two of three lineages make the cytopenias, two normal ones refute them. High
    triglycerides or low fibrinogen suffices; only both normal refute it.
    BadColumn as in `scoring.sofa.score`.
    """
    criteria = spans(patients, cutoffs)
    count = total(criteria.values())
    columns = {name: boolean(span) for name, span in criteria.items()} | {"met": met(criteria, options.reading)}
    tally = {"count": count.low, "not_met": len(cutoffs) - count.high, "unknown": count.high - count.low}
    counts = {name: exactly(number).column() for name, number in tally.items()}
    scored = pd.DataFrame({**columns, **counts}, index=patients.index)
    column = rules.column_of(cutoffs, SI=SI, conventional=CONVENTIONAL)
    return rules.stamp(scored, rules.of_options("hlh2004", options, column=column))


def spans(patients: pd.DataFrame, cutoffs: Mapping[str, Item] = SI) -> dict[str, Span]:
    """Each criterion as 0 or 1; 0 to 1 where it is unknown."""
    return {name: _criterion(patients, item) for name, item in cutoffs.items()}


def facts(patient: pd.DataFrame) -> Facts:
    """The count of low lineages, of a frame of one row; none where a missing lineage leaves the criterion open."""
    low = settled(_low_lineages(patient), SI["cytopenias"].bands)
    return Facts({"low_lineages": low}, frozenset({""}))


def met(criteria: Mapping[str, Span], reading: Reading = DEFAULT.reading) -> pd.arrays.BooleanArray:
    """The verdict under one reading of the registry's "5 or 6 criteria"; <NA> while it is open."""
    left_out = SELDOM_DONE if reading == "5_of_6_routine" else ()
    count = total(span for name, span in criteria.items() if name not in left_out)
    most = AT_MOST if reading == "exactly_5_or_6" else len(criteria)
    sure, out = (count.low >= NEEDED) & (count.high <= most), (count.high < NEEDED) | (count.low > most)
    return pd.arrays.BooleanArray(sure, ~sure & ~out)


def _criterion(patients: pd.DataFrame, item: Item) -> Span:
    if item.name == "cytopenias":
        return _cytopenias(patients, item)
    if item.bands[0].answer:
        return answered(read(patients, item.variables[0]), 1)
    return worst(*(score_bands(read(patients, variable), item.of(variable)) for variable in item.variables))


def _cytopenias(patients: pd.DataFrame, item: Item) -> Span:
    return by_count(_low_lineages(patients), item.bands)


def _low_lineages(patients: pd.DataFrame) -> Span:
    return total(score_bands(read(patients, lineage), bands) for lineage, bands in LINEAGES.items())
