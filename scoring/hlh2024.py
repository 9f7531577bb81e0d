"""HLH-2024, a line to read beside the trial's criteria: HLH-2004 without NK activity, with the same cut-offs.

Tested as a case-control study of children with familial HLH: not adults, not acquired syndromes, so never a rule of
inclusion. That 5 of the 7 are needed is from memory, not seen in a source. Its cellular and genetic routes are not here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from scoring import hlh2004, rules
from scoring.bands import Item, Span, boolean, by_count, scale, total

CITATION = (
    "Henter JI, Sieni E, Eriksson J, et al. Diagnostic guidelines for familial hemophagocytic lymphohistiocytosis "
    "revisited. Blood 2024;144:2308-2318. doi:10.1182/blood.2024025077"
)
LEFT_OUT = "nk_activity"
NEEDED = 5  # of the 7; from memory

SI = {name: item for name, item in hlh2004.SI.items() if name != LEFT_OUT}
CONVENTIONAL = {name: item for name, item in hlh2004.CONVENTIONAL.items() if name != LEFT_OUT}
MET = scale("count", {0: f"< {NEEDED}", 1: f"≥ {NEEDED}"}, memory=True)
CUTPOINTS = hlh2004.CUTPOINTS

facts = hlh2004.facts


def score(patients: pd.DataFrame, cutoffs: Mapping[str, Item] = SI) -> pd.DataFrame:
    """The seven criteria of each row, `met`, `count`, `not_met` and `unknown`, as `scoring.hlh2004.score` gives them."""
    scored = hlh2004.score(patients, cutoffs)
    scored["met"] = boolean(verdict(spans(patients, cutoffs).values()))
    column = rules.column_of(cutoffs, SI=SI, conventional=CONVENTIONAL)
    return rules.stamp(scored, rules.Rules("hlh2024", {"column": column}))


def spans(patients: pd.DataFrame, cutoffs: Mapping[str, Item] = SI) -> dict[str, Span]:
    """Each criterion as 0 or 1; 0 to 1 where it is unknown."""
    return hlh2004.spans(patients, cutoffs)


def verdict(criteria: Iterable[Span]) -> Span:
    """Five or more as 0 or 1; 0 to 1 while it is open."""
    return by_count(total(criteria), MET)
