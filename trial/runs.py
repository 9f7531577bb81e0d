"""Machines and drugs that keep a patient alive, from the values of the days: from which day to which they ran."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Run:
    """`code`: of SUPPORTS. A day on which nobody wrote it down is no day of it."""

    code: str
    first: int
    last: int


def _is(*choices: str) -> Callable[[object], bool]:
    return lambda value: value in choices


SUPPORTS: Mapping[str, tuple[str, Callable[[object], bool]]] = {  # code: the variable, and when it runs
    "invasive": ("ventilation", _is("invasive")),
    "mask": ("ventilation", _is("niv", "cpap")),
    "norepinephrine": ("norepinephrine", lambda value: isinstance(value, (int, float)) and value > 0),
    "rrt": ("rrt", _is("yes")),
    "ecmo": ("ecmo", _is("yes")),
}


def runs(days: pd.DataFrame) -> list[Run]:
    """`days`: index study day, columns variable codes."""
    return [
        Run(code, first, last)
        for code, (column, on) in SUPPORTS.items() if column in days.columns
        for first, last in _spans({int(day) for day, value in zip(days.index, days[column].tolist(), strict=True) if on(value)})
    ]  # fmt: skip


def _spans(days: set[int]) -> Iterator[tuple[int, int]]:
    firsts = (day for day in sorted(days) if day - 1 not in days)
    lasts = (day for day in sorted(days) if day + 1 not in days)
    return zip(firsts, lasts, strict=True)
