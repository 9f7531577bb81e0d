"""Sepsis-induced coagulopathy, the score of the ISTH, 0 to 6. Only in sepsis.

Four organs of SOFA count in it: they are those of `scoring.sofa` on the same row, under the same options.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scoring import rules, sofa
from scoring.bands import Facts, Item, Span, boolean, by_count, counted, cutpoints, scale, settled, table, total
from scoring.bands import score as score_bands
from scoring.inputs import read

CITATION = (
    "Iba T, Levy JH, Warkentin TE, Thachil J, van der Poll T, Levi M. Diagnosis and management of sepsis-induced "
    "coagulopathy and disseminated intravascular coagulation. J Thromb Haemost 2019;17:1989-1994. doi:10.1111/jth.14578"
)
ORGANS = ("respiration", "cardiovascular", "liver", "renal")


def under(options: sofa.Options = sofa.DEFAULT, cutoffs: Mapping[str, Item] = sofa.SI) -> dict[str, Item]:
    """The table, with the columns that the four organs read under SOFA's options."""
    organs = sofa.under(cutoffs, options)
    columns = dict.fromkeys(code for organ in ORGANS for code in organs[organ].variables)
    items = (
        Item("inr", ("inr",), scale("inr", {0: "≤ 1.2", 1: "> 1.2 ≤ 1.4", 2: "> 1.4"})),
        Item("platelets", ("platelets",), scale("platelets", {0: "≥ 150", 1: "≥ 100 < 150", 2: "< 100"})),
        Item("sofa4", tuple(columns), counted("sofa4", {0: (0, 0), 1: (1, 1), 2: (2, 16)})),
    )
    return {item.name: item for item in items}


TABLE = under()
ENOUGH = scale("total", {0: "< 4", 1: "≥ 4"})
CLOTTING = scale("inr_and_platelets", {0: "≤ 2", 1: "> 2"})  # organs alone do not make a coagulopathy
CUTPOINTS = {name: cutpoints(TABLE[name].bands) for name in ("inr", "platelets")} | {
    code: sofa.CUTPOINTS[code] for code in TABLE["sofa4"].variables if code in sofa.CUTPOINTS
}


def score(days: pd.DataFrame, options: sofa.Options = sofa.DEFAULT, cutoffs: Mapping[str, Item] = sofa.SI) -> pd.DataFrame:
    """`inr`, `platelets`, `sofa4`, `total`, `low`, `high` of each row as Int64, and `met` as boolean.

    Columns read: inr (leave it missing where the laboratory gives a prothrombin time in percent), platelets (10⁹/L),
    and what `scoring.sofa.score` reads for respiration, cardiovascular, liver and renal. `options`, `cutoffs`: SOFA's.
    `met`: a total of 4 or more, more than 2 of it from INR and platelets; <NA> while what is missing can still decide.
    BadColumn as in `scoring.sofa.score`.
    """
    items = spans(days, options, cutoffs)
    scored = table(days.index, items)
    scored["met"] = boolean(verdict(items))
    return rules.stamp(scored, rules_of(options, cutoffs))


def rules_of(options: sofa.Options = sofa.DEFAULT, cutoffs: Mapping[str, Item] = sofa.SI) -> rules.Rules:
    return rules.Rules("sic", sofa.rules_of(cutoffs, options).options)


def spans(
    days: pd.DataFrame, options: sofa.Options = sofa.DEFAULT, cutoffs: Mapping[str, Item] = sofa.SI
) -> dict[str, Span]:
    """The fewest and the most points of each item."""
    return {
        **{name: score_bands(read(days, name), TABLE[name].bands) for name in ("inr", "platelets")},
        "sofa4": by_count(_sofa4(days, options, cutoffs), TABLE["sofa4"].bands),
    }


def verdict(items: Mapping[str, Span]) -> Span:
    """SIC as 0 or 1; 0 to 1 while it is open."""
    enough = by_count(total(items.values()), ENOUGH)
    clotting = by_count(total((items["inr"], items["platelets"])), CLOTTING)
    return Span(enough.low * clotting.low, enough.high * clotting.high)


def facts(day: pd.DataFrame, options: sofa.Options = sofa.DEFAULT, cutoffs: Mapping[str, Item] = sofa.SI) -> Facts:
    """The points of the four organs, of a frame of one row; none where what is missing leaves the item open."""
    return Facts({"sofa4": settled(_sofa4(day, options, cutoffs), TABLE["sofa4"].bands)}, frozenset({""}))


def thresholds(day: Mapping[str, Any], options: sofa.Options = sofa.DEFAULT) -> dict[str, list[float]]:
    """Where a column that stands only within a ratio or a sum may change the points of its organ."""
    return sofa.thresholds(day, options)


def _sofa4(days: pd.DataFrame, options: sofa.Options, cutoffs: Mapping[str, Item]) -> Span:
    organs = sofa.spans(days, cutoffs, options)
    return total(organs[organ] for organ in ORGANS)
