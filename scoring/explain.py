"""Why it is 3: of one item of one row, the deciding value, the band it fell in, what is missing and what it could bring.

One object, `Why`, for the page, the export and the tests. All of it is found by evaluating the score, never by rules of
its own: a missing variable is set to each result that can change something, and the row is scored again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from itertools import pairwise
from random import Random
from typing import Any

import pandas as pd

from scoring.bands import Band, Facts, Item, Span, cutpoints, total
from scoring.inputs import INPUTS
from scoring.rules import Rules

Row = Mapping[str, Any]
COMPLETIONS, FILLED = 40, 0.75  # how many ways of filling the other empty columns are tried; the share of them filled


@dataclass(frozen=True)
class Score:
    """What a page, a file and an explanation need to know of a score.

    `spans`: of a frame, the points of each item; `combine` makes the result of them. `facts`, `thresholds`: of one row,
    what the items' bands are of beside plain columns, and where a column that stands in none of them changes the result.
    """

    code: str
    citation: str
    items: Mapping[str, Item]
    spans: Callable[[pd.DataFrame], Mapping[str, Span]]
    combine: Callable[[Iterable[Span]], Span] = total
    facts: Callable[[pd.DataFrame], Facts] = lambda row: Facts({}, frozenset({""}))
    thresholds: Callable[[Row], Mapping[str, Iterable[float]]] = lambda row: {}
    cutpoints: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    rules: Rules = field(default_factory=lambda: Rules(""))

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns it reads, in the table's order."""
        return tuple(dict.fromkeys(code for item in self.items.values() for code in item.variables))


@dataclass(frozen=True)
class Given:
    """Where a value comes from: as it was typed or reported, when it was drawn and when entered, by whom, whether it was
    carried over, of which day it is, and the number of a result that may lie beyond the assay ("<", ">")."""

    typed: str = ""
    unit: str = ""
    at: datetime | None = None
    entered_at: datetime | None = None
    by: str = ""
    carried: bool = False
    on: date | None = None
    comparator: str = "="
    number: float | None = None  # in the canonical unit, the limit itself where the result lies beyond it


@dataclass(frozen=True)
class Deciding:
    """A band that was reached, and the value that lies in it: of a column, or derived (a ratio, a count, a sum)."""

    variable: str
    value: Any
    band: Band


@dataclass(frozen=True)
class Outcome:
    """What a missing variable could bring: a result between `low` and `high` (or a choice), and the totals it leads to."""

    variable: str
    result: Band  # its limits or its answer
    low: int  # of the item
    high: int
    total_low: int
    total_high: int

    @property
    def ends(self) -> tuple[int, int, int, int]:
        return (self.low, self.high, self.total_low, self.total_high)


@dataclass(frozen=True)
class Why:
    score: str
    item: str
    low: int
    high: int
    total_low: int
    total_high: int
    deciding: tuple[Deciding, ...]
    known: Mapping[str, Any]  # the item's columns that are known
    given: Mapping[str, Given]
    missing: tuple[str, ...]  # empty, and the item is open for want of them, alone or together
    assumed: tuple[str, ...]  # empty and read as none: a result could lead outside the interval
    outcomes: tuple[Outcome, ...]  # of those that change something alone
    source: str
    rules: Rules

    @property
    def points(self) -> int | None:
        return self.low if self.low == self.high else None

    def as_record(self) -> dict[str, Any]:
        """As JSON can say it: for an export. A moment is its ISO text, an open limit null."""
        return {name: _plain(part) for name, part in asdict(self).items()}


def reached(item: Item, row: Row, facts: Facts) -> tuple[Band, ...]:
    """The highest bands that the known values of one row lie in; empty where nothing is known."""
    values = {**row, **facts.values}
    hit = [band for band in item.bands if band.when in facts.conditions and band.holds(values.get(band.variable))]
    return tuple(band for band in hit if band.points == max(band.points for band in hit))


def why(score: Score, row: Row, item: str, given: Mapping[str, Given] | None = None) -> Why:
    """`row`: column to value, None or NA where missing. KeyError for an item that the score has not."""
    known = {code: value for code, value in row.items() if code in INPUTS and not pd.isna(value)}
    frame = pd.DataFrame([known], index=[0])
    table, facts = score.items[item], score.facts(frame)
    ((low, high, total_low, total_high),) = _ends(score, frame, item)
    values = {**known, **facts.values}
    bands = reached(table, known, facts)
    empty = [code for code in table.variables if code not in known]
    outcomes = tuple(outcome for code in empty for outcome in _outcomes(score, known, item, code, (low, high)))
    alone = {outcome.variable for outcome in outcomes}
    assumed = tuple(code for code in empty if any(_outside(one, low, high) for one in outcomes if one.variable == code))
    missing = tuple(
        code for code in empty
        if low < high and code not in assumed and (code in alone or _matters(score, known, item, code, empty))
    )
    return Why(
        score.code, item, low, high, total_low, total_high,
        tuple(Deciding(band.variable, values[band.variable], band) for band in bands),
        {code: known[code] for code in table.variables if code in known},
        {code: one for code, one in (given or {}).items() if code in table.variables},
        missing, assumed, outcomes, score.citation, score.rules,
    )  # fmt: skip


def _outcomes(score: Score, known: Row, item: str, code: str, now: tuple[int, int]) -> list[Outcome]:
    """What each result of `code` would bring; none when no result changes the item."""
    found = results(code, cuts_of(score, known, code))
    frame = pd.DataFrame([{**known, code: value} for _, value in found])
    if not pd.api.types.is_numeric_dtype(frame[code]):
        frame[code] = frame[code].astype(object)
    rows = _ends(score, frame, item)
    if {row[:2] for row in rows} == {now}:
        return []
    merged: list[Outcome] = []
    for (limits, _), ends in zip(found, rows, strict=True):
        if merged and not limits.answer and merged[-1].ends == ends:
            limits = _joined(merged.pop().result, limits)
        merged.append(Outcome(code, limits, *ends))
    return merged


def _matters(score: Score, known: Row, item: str, code: str, empty: Sequence[str]) -> bool:
    """Whether a column changes the item once others are known too: PaO₂ does nothing without FiO₂."""
    rows, turns = [], []
    for turn in range(COMPLETIONS):
        row = _completed(score, known, [other for other in empty if other != code], Random(turn))
        for _, value in results(code, cuts_of(score, row, code)):
            rows.append({**row, code: value})
            turns.append(turn)
    different = {(turn, ends[:2]) for turn, ends in zip(turns, _ends(score, pd.DataFrame(rows), item), strict=True)}
    return len(different) > COMPLETIONS


def _completed(score: Score, known: Row, empty: Sequence[str], draw: Random) -> dict[str, Any]:
    """The row with some of its empty columns filled by one of the results that differ."""
    row = dict(known)
    for code in empty:
        if draw.random() < FILLED:
            row[code] = draw.choice(results(code, cuts_of(score, row, code)))[1]
    return row


def _outside(outcome: Outcome, low: int, high: int) -> bool:
    return outcome.low < low or outcome.high > high


def results(code: str, places: Iterable[float]) -> list[tuple[Band, Any]]:
    """The results that may differ: each choice; of a number each of these thresholds and a value between two of them."""
    column = INPUTS[code]
    if column.words:
        return [(Band(code, 0, answer=word), word) for word in column.words]
    cuts = sorted({cut for cut in places if column.low <= cut <= column.high})
    if column.whole:
        near = {whole for cut in (*cuts, column.low, column.high) if math.isfinite(cut) for whole in _around(cut)}
        values = sorted(value for value in near if column.low <= value <= column.high)
        return [(Band(code, 0, value, True, value, True), value) for value in values]
    found: list[tuple[Band, Any]] = []
    edges = [column.low, *(cut for cut in cuts if cut > column.low), column.high]
    for low, high in pairwise(edges):
        found.append((Band(code, 0, low, True, low, True), low))
        if low < high:
            found.append((Band(code, 0, low, False, high, False), _between(low, high)))
    if math.isfinite(column.high):
        found.append((Band(code, 0, column.high, True, column.high, True), column.high))
    return found


def cuts_of(score: Score, known: Row, code: str) -> Iterable[float]:
    """Where the result may change with this column, the rest as it is known."""
    own = cutpoints(band for item in score.items.values() for band in item.bands if band.variable == code)
    return (*own, *score.cutpoints.get(code, ()), *score.thresholds(known).get(code, ()))


def _around(cut: float) -> tuple[float, ...]:
    return (math.floor(cut) - 1.0, float(math.floor(cut)), float(math.ceil(cut)), math.ceil(cut) + 1.0)


def _between(low: float, high: float) -> float:
    return (low + high) / 2 if math.isfinite(high) else max(low * 2, 100.0)


def _joined(one: Band, other: Band) -> Band:
    return Band(one.variable, 0, one.low, one.low_in, other.high, other.high_in)


def _ends(score: Score, frame: pd.DataFrame, item: str) -> list[tuple[int, int, int, int]]:
    """Of each row: the item's fewest and most points, and the result's."""
    spans = score.spans(frame)
    result = score.combine(spans.values())
    columns = (*spans[item], *result)
    return [(int(a), int(b), int(c), int(d)) for a, b, c, d in zip(*columns, strict=True)]


def _plain(part: Any) -> Any:
    if isinstance(part, Mapping):
        return {name: _plain(each) for name, each in part.items()}
    if isinstance(part, list | tuple):
        return [_plain(each) for each in part]
    if isinstance(part, date):
        return part.isoformat()
    if isinstance(part, float) and not math.isfinite(part):
        return None
    return part.item() if hasattr(part, "item") else part
