"""How far a marker is from its peak or from day 1, and when it had fallen by half.

Two results of different assays make no ratio; a result beyond the assay's limit makes a bound, or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from trial.variables import variable

SIDE = {"<": -1, "=": 0, ">": 1}
SIGN = {side: sign for sign, side in SIDE.items()}


class Result(Protocol):
    @property
    def day(self) -> int: ...
    @property
    def value(self) -> float: ...
    @property
    def comparator(self) -> str: ...
    @property
    def assay(self) -> str: ...


@dataclass(frozen=True)
class Half:
    """`day`: of the first result at or below half of the peak; None while there is none."""

    peak_day: int
    day: int | None


def has_ratio(code: str) -> bool:
    """A temperature in °C has no zero to be a part of."""
    return variable(code).unit != "°C"


def has_peak(code: str) -> bool:
    """The disease raises it: of what it lowers, the peak says nothing."""
    return variable(code).worst == "max" and has_ratio(code)


def comparable(one: Result, other: Result) -> bool:
    return not (one.assay and other.assay and one.assay != other.assay)


def peak(results: Sequence[Result]) -> Result | None:
    return max(results, key=lambda result: (result.value, -result.day), default=None)


def day_1(results: Sequence[Result]) -> Result | None:
    return next((result for result in results if result.day == 1), None)


def percent(result: Result, base: Result) -> tuple[float, str] | None:
    """The result in % of `base`, and "<" or ">" where a limit of the assay makes it a bound; None where it says nothing."""
    if base.value <= 0 or not comparable(result, base):
        return None
    if result is base:
        return 100.0, "="
    sides = {SIDE[result.comparator], -SIDE[base.comparator]} - {0}
    if len(sides) == 2:
        return None
    return 100 * result.value / base.value, SIGN[sides.pop() if sides else 0]


def half(results: Sequence[Result]) -> Half | None:
    """When the marker had fallen to half of its peak. A peak beyond the limit was higher still: half of the limit is enough."""
    top = peak(results)
    if top is None or top.comparator == "<":
        return None
    fallen = (result.day for result in results if result.day > top.day and result.comparator != ">"
              and comparable(result, top) and 2 * result.value <= top.value)  # fmt: skip
    return Half(top.day, next(fallen, None))
