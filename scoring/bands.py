"""Cut-off tables as data: a band is one cell of a score's table. Scores compute from bands, pages draw them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Points = NDArray[np.int64]

SAME = 1e-9  # a value this near to a cut-off is the cut-off: 112 / 0.28 is 400, 0.3 - 0.2 is 0.1
PAST = 1e-6  # a result "< 20" is this much below 20: farther than SAME, nearer than any laboratory tells apart
BOUND = re.compile(r"([<≤≥>]) (\d+(?:\.\d+)?)")


def slack(limit: float) -> float:
    return SAME * max(1.0, abs(limit)) if math.isfinite(limit) else 0.0


def past(limit: float, comparator: str) -> float:
    """A number that stands for the censored result `comparator` `limit` in a score: just below it, or just above it."""
    step = PAST * max(1.0, abs(limit))
    return {"<": limit - step, "=": limit, ">": limit + step}[comparator]


@dataclass(frozen=True)
class Band:
    """One cell: `variable` between `low` and `high` gives `points`. `low_in`, `high_in`: the limit belongs to it.

    `answer` replaces the limits where the variable is an answer ("yes"). `when` names the condition under which the
    band holds ("supported", "unsupported"); empty: always. `memory`: no source was seen that says so.
    """

    variable: str
    points: int
    low: float = -math.inf
    low_in: bool = False
    high: float = math.inf
    high_in: bool = False
    answer: str = ""
    when: str = ""
    memory: bool = False

    @property
    def label(self) -> str:
        """The band in signs alone, the same in every language but for the decimal sign: "< 20", "33–<102", "13–14"."""
        return self.text(lambda number: f"{number:g}")

    def text(self, written: Callable[[float], str]) -> str:
        """The label with each number `written` as the reader's language writes it."""
        if self.answer:
            return self.answer
        if self.low == self.high:
            return written(self.low)
        if math.isinf(self.low) and math.isinf(self.high):
            return "–"
        if math.isinf(self.low):
            return f"{'≤' if self.high_in else '<'} {written(self.high)}"
        if math.isinf(self.high):
            return f"{'≥' if self.low_in else '>'} {written(self.low)}"
        return f"{'' if self.low_in else '>'}{written(self.low)}–{'' if self.high_in else '<'}{written(self.high)}"

    def holds(self, value: object) -> bool:
        """Whether the value lies in the band; never for a missing one."""
        if self.answer:
            return (value is not pd.NA) and (value == self.answer or value is (self.answer == "yes"))
        if value is None or value is pd.NA or not math.isfinite(number := float(str(value))):
            return False
        above = number >= self.low - slack(self.low) if self.low_in else number > self.low + slack(self.low)
        below = number <= self.high + slack(self.high) if self.high_in else number < self.high - slack(self.high)
        return above and below


@dataclass(frozen=True)
class Item:
    """One line of a score's table. `variables` are the codes it is computed from; `bands` may name derived ones."""

    name: str
    variables: tuple[str, ...]
    bands: tuple[Band, ...]

    @property
    def points(self) -> tuple[int, ...]:
        """The points that can be given, lowest first."""
        return tuple(sorted({band.points for band in self.bands} | {0}))

    def cell(self, points: int) -> tuple[Band, ...]:
        """What stands in the table under these points."""
        return tuple(band for band in self.bands if band.points == points)

    def of(self, variable: str, when: str = "") -> tuple[Band, ...]:
        """The bands of one variable, under the condition; those without a condition hold under each."""
        return tuple(band for band in self.bands if band.variable == variable and band.when in ("", when))


def scale(variable: str, rows: Mapping[int, str], when: str = "", *, memory: bool = False) -> tuple[Band, ...]:
    """Bands from rows as the papers print them: {0: "≥ 150", 1: "≥ 100 < 150"}."""
    return tuple(_band(variable, points, row, when, memory) for points, row in rows.items())


def _band(variable: str, points: int, row: str, when: str, memory: bool) -> Band:
    limits: dict[str, Any] = {}
    for sign, number in BOUND.findall(row):
        side = "low" if sign in "≥>" else "high"
        limits |= {side: float(number), f"{side}_in": sign in "≥≤"}
    return Band(variable, points, **limits, when=when, memory=memory)


def counted(variable: str, rows: Mapping[int, tuple[int, int]]) -> tuple[Band, ...]:
    """Bands of a count: {0: (0, 1), 24: (2, 2)} is none or one, two."""
    return tuple(Band(variable, points, low, True, high, True) for points, (low, high) in rows.items())


def cutpoints(bands: Iterable[Band]) -> tuple[float, ...]:
    """The finite limits of the bands, lowest first, each once."""
    limits = {limit for band in bands for limit in (band.low, band.high)}
    return tuple(sorted(limit for limit in limits if math.isfinite(limit)))


class Facts(NamedTuple):
    """What bands are of beside plain columns, of one row: derived values (a ratio, a count) and the conditions that hold."""

    values: Mapping[str, float]
    conditions: frozenset[str]


class Span(NamedTuple):
    """The points of one item, row by row: the fewest and the most it can come to, given what is known."""

    low: Points
    high: Points

    @property
    def known(self) -> NDArray[np.bool_]:
        known: NDArray[np.bool_] = self.low == self.high
        return known

    def column(self) -> pd.arrays.IntegerArray:
        return pd.arrays.IntegerArray(self.low, ~self.known)


def score(values: Numbers, bands: tuple[Band, ...]) -> Span:
    """The points of each value; a missing one may come to the fewest or the most of the bands."""
    ordered = sorted(bands, key=lambda band: band.low)
    points = [band.points for band in ordered]
    edges = [band.low - slack(band.low) if band.low_in else band.low + slack(band.low) for band in ordered[1:]]
    places = np.searchsorted(edges, values, side="right")
    places[np.isnan(values)] = len(points)
    return Span(np.array([*points, min(points)])[places], np.array([*points, max(points)])[places])


def answered(values: Numbers, points: int) -> Span:
    """The points for "yes" of a yes/no item; a missing answer may be either."""
    return Span(np.where(values == 1, points, 0), np.where(values == 0, 0, points))


def exactly(points: Points) -> Span:
    return Span(points, points)


def worst(*spans: Span) -> Span:
    """The highest of several, as an organ is its worst criterion."""
    return Span(
        np.maximum.reduce([span.low for span in spans]), np.maximum.reduce([span.high for span in spans])
    )


def where(condition: NDArray[np.bool_], then: Span, otherwise: Span) -> Span:
    return Span(np.where(condition, then.low, otherwise.low), np.where(condition, then.high, otherwise.high))


def by_support(ratio: Numbers, supported: Numbers, item: Item, variable: str) -> Span:
    """The points of a ratio that counts otherwise with ventilatory support (1), without (0) and where that is not known.

    No ratio: the organ is unknown, whatever the ventilation.
    """
    helped, alone = (score(ratio, item.of(variable, when)) for when in ("supported", "unsupported"))
    either = Span(alone.low, helped.high)
    return where(np.isnan(ratio), either, where(supported == 1, helped, where(supported == 0, alone, either)))


def by_count(count: Span, bands: tuple[Band, ...]) -> Span:
    """The points of a count of which only the fewest and the most are known."""
    fewest, most = (score(end.astype(np.float64), bands).low for end in count)
    return Span(fewest, most)


def settled(count: Span, bands: tuple[Band, ...]) -> float:
    """The count of one row where all it can still come to gives the same points; else NaN."""
    return float(count.low[0]) if by_count(count, bands).known[0] else math.nan


def boolean(span: Span) -> pd.arrays.BooleanArray:
    """1 is yes, 0 is no, <NA> while it may be either."""
    return pd.arrays.BooleanArray(span.low == 1, ~span.known)


def total(spans: Iterable[Span]) -> Span:
    lows, highs = zip(*spans, strict=True)
    return Span(np.sum(lows, axis=0), np.sum(highs, axis=0))


def table(index: pd.Index[Any], items: Mapping[str, Span]) -> pd.DataFrame:
    """One column an item, then `total`, `low`, `high`. The total is missing unless every item is known.

    Items all known make low equal to high; the reverse holds too, as no item's low exceeds its high.
    """
    whole = total(items.values())
    columns = {name: span.column() for name, span in items.items()} | {
        "total": whole.column(), "low": exactly(whole.low).column(), "high": exactly(whole.high).column(),
    }
    return pd.DataFrame(columns, index=index)
