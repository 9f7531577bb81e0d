"""Overt disseminated intravascular coagulation, the score of the ISTH, 0 to 8.

Only for a patient with an underlying cause known to be associated with it: without one the score says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from scoring import rules
from scoring.bands import Band, Item, Span, answered, boolean, by_count, cutpoints, scale, table, total, worst
from scoring.bands import score as score_bands
from scoring.inputs import FIBRIN_MARKERS, is_word, read

CITATION = (
    "Taylor FB Jr, Toh CH, Hoots WK, Wada H, Levi M. Towards definition, clinical and laboratory criteria, and a scoring "
    "system for disseminated intravascular coagulation. Thromb Haemost 2001;86:1327-1330. doi:10.1055/s-0037-1616068"
)


@dataclass(frozen=True)
class Options(rules.Choices):
    """The points of a value that is exactly a limit: the printed tables differ there, or are mute."""

    platelets_at_100: Literal[0, 1] = 1  # "50-100" is 1; elsewhere "≥ 100" is 0
    platelets_at_50: Literal[1, 2] = 1  # "< 50" is 2
    pt_at_3: Literal[0, 1] = 1  # "< 3 s" is 0; elsewhere "≤ 3 s" is
    pt_at_6: Literal[1, 2] = 1  # "> 6 s" is 2; elsewhere "≥ 6 s" is
    fibrinogen_at_1: Literal[0, 1] = 1  # "> 1 g/L" is 0; elsewhere "< 1 g/L" is 1


DEFAULT = Options()


def under(options: Options = DEFAULT) -> dict[str, Item]:
    """The table, each limit with the row that the options give it to."""
    over_100, to_100 = _sides(100, upper=options.platelets_at_100 == 0)
    over_50, to_50 = _sides(50, upper=options.platelets_at_50 == 1)
    over_3, to_3 = _sides(3, upper=options.pt_at_3 == 1)
    over_6, to_6 = _sides(6, upper=options.pt_at_6 == 2)
    over_1, to_1 = _sides(1, upper=options.fibrinogen_at_1 == 0)
    scales = {
        "platelets": {0: over_100, 1: f"{over_50} {to_100}", 2: to_50},
        "pt_prolongation": {0: to_3, 1: f"{over_3} {to_6}", 2: over_6},
        "fibrinogen": {0: over_1, 1: to_1},
    }
    measured = {name: Item(name, (name,), scale(name, rows)) for name, rows in scales.items()}
    return {name: measured.get(name, MARKER) for name in ITEMS}


def _sides(limit: float, *, upper: bool) -> tuple[str, str]:
    """The rows above and below a limit, which belongs to the upper one or to the lower one."""
    return (f"≥ {limit:g}", f"< {limit:g}") if upper else (f"> {limit:g}", f"≤ {limit:g}")


ITEMS = ("platelets", "fibrin_marker", "pt_prolongation", "fibrinogen")
# Moderate and strong are the laboratory's; one published table takes D-dimer above 2 and above 4 times the upper limit.
MARKER = Item(
    "fibrin_marker", ("fibrin_marker",),
    tuple(Band("fibrin_marker", points, answer=word) for word, points in zip(FIBRIN_MARKERS, (0, 2, 3), strict=True)),
)  # fmt: skip
TABLE = under()
OVERT = scale("total", {0: "< 5", 1: "≥ 5"})
CUTPOINTS = {name: cutpoints(item.bands) for name, item in TABLE.items() if item is not MARKER}


def score(days: pd.DataFrame, options: Options = DEFAULT) -> pd.DataFrame:
    """The four items of each row, `total`, `low`, `high` as Int64 and `overt` (5 or more) as boolean.

    Columns read: platelets (10⁹/L), fibrin_marker (none/moderate/strong), pt_prolongation (seconds above the control:
    leave it missing where the laboratory gives a prothrombin time in percent), fibrinogen (g/L). A missing column is all
    missing. `overt` is <NA> while what is missing can still decide. BadColumn as in `scoring.sofa.score`.
    """
    items = spans(days, options)
    scored = table(days.index, items)
    scored["overt"] = boolean(verdict(items.values()))
    return rules.stamp(scored, rules.of_options("dic", options))


def spans(days: pd.DataFrame, options: Options = DEFAULT) -> dict[str, Span]:
    """The fewest and the most points of each item."""
    return {name: _item(days, item) for name, item in under(options).items()}


def verdict(items: Iterable[Span]) -> Span:
    """Overt as 0 or 1; 0 to 1 while it is open."""
    return by_count(total(items), OVERT)


def _item(days: pd.DataFrame, item: Item) -> Span:
    values = read(days, item.name)
    if item is not MARKER:
        return score_bands(values, item.bands)
    return worst(*(answered(is_word(values, item.name, band.answer), band.points) for band in item.bands))
