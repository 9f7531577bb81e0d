"""Every cell of the results that the open tests can have, and the verdict of each: what trial.settle reads.

Each test that is open is one axis: left open, then the results that the scores tell apart. The verdict of every cell is the
app's own, with what is left open unknown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring import hlh2004
from scoring.bands import Band, Span
from scoring.explain import Score, cuts_of, results
from scoring.inputs import INPUTS
from trial import protocol
from trial.eligibility import NEEDED, State
from trial.orders import Test
from trial.scores import SCORES, Scored

Question = Literal["hlh2004", "hscore", "acquired_hs", "sofa"]
Whole = NDArray[np.int64]
Verdicts = NDArray[np.int8]  # places in STATES

STATES: tuple[State, ...] = ("not_met", "undetermined", "met")  # of two scores of which one is enough, the higher counts
READS: dict[Question, tuple[str, ...]] = {
    "hlh2004": ("hlh2004",), "hscore": ("hscore",), "acquired_hs": ("hlh2004", "hscore"), "sofa": ("sofa",),
}  # fmt: skip


def open_of(codes: Iterable[str], parts: Sequence[Scored]) -> tuple[str, ...]:
    """Which of them a score reads and does not know."""
    return tuple(code for code in codes if any(code in part.score.inputs and code not in part.row for part in parts))


# The results that an open variable can have


def results_of(code: str, asked: Sequence[Scored], parts: Mapping[str, Scored], at: Mapping[str, float]) -> list[tuple[Band, Any]]:
    lowest, highest = _beyond_the_assay(code, asked, parts)
    places = {cut for part in asked if code not in part.row for cut in cuts_of(part.score, {**part.row, **at}, code)}
    found = results(code, places | {limit for limit in (lowest, highest) if math.isfinite(limit)})
    return found if INPUTS[code].words else [one for one in found if lowest <= one[1] <= highest]


def _beyond_the_assay(code: str, asked: Sequence[Scored], parts: Mapping[str, Scored]) -> tuple[float, float]:
    """Where the result can lie: ferritin "> 3000" is known to HLH-2004 and open to the HScore, and not below 3000. SOFA
    reads another day; triglycerides in mass are in another unit."""
    for name in READS["acquired_hs"]:
        part = parts[name]
        same_unit = code != "triglycerides" or part.score is SCORES[name]
        if asked[0].score.code != "sofa" and code in part.row and code in part.given and same_unit:
            sign, value = part.given[code].comparator, float(part.row[code])
            return (value if sign == ">" else -math.inf, value if sign == "<" else math.inf)
    return -math.inf, math.inf


def joined(bands: Sequence[Band], every: Sequence[Band]) -> Band:
    """Neighbours as one; the ends of all that can be are no limits."""
    first, last = bands[0], bands[-1]
    if first.answer and len(bands) < len(every):
        return Band(first.variable, 0, answer=", ".join(band.answer for band in bands))
    low, low_in = (-math.inf, False) if first == every[0] else (first.low, first.low_in)
    high, high_in = (math.inf, False) if last == every[-1] else (last.high, last.high_in)
    return Band(first.variable, 0, low, low_in, high, high_in)


# Every cell of the results of the open tests


@dataclass(frozen=True)
class Axis:
    """An open test. `columns`: by variable the value of each outcome, the first being "left open". `bands`: the results of
    each variable that varies, in the order in which the outcomes run through them."""

    test: Test
    open: tuple[str, ...]
    columns: Mapping[str, NDArray[Any]]
    bands: tuple[tuple[Band, ...], ...]

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(bands) for bands in self.bands)

    @property
    def size(self) -> int:
        return 1 + math.prod(self.shape)

    @property
    def ordered(self) -> bool:
        return len(self.bands) == 1


@dataclass(frozen=True)
class Grid:
    """`outcomes`: of each axis, for each class of results that no score tells apart, which outcomes are in it. `spans`: by
    score and item, before the classes are made."""

    axes: Sequence[Axis]
    verdicts: Verdicts
    outcomes: Sequence[Sequence[Whole]]
    spans: Mapping[tuple[str, str], Span]


def axis_of(test: Test, asked: Sequence[Scored], parts: Mapping[str, Scored]) -> Axis:
    unknown = open_of(test.variables, asked)
    at = test.at if test.ratio and unknown == test.variables else {}
    varied = [code for code in unknown if code not in at]
    found = [results_of(code, asked, parts, at) for code in varied]
    shape = tuple(len(each) for each in found)
    places = np.indices(shape).reshape(len(shape), -1)
    columns = {code: _column(code, [found[k][place][1] for place in places[k]]) for k, code in enumerate(varied)}
    columns |= {code: _column(code, [value] * math.prod(shape)) for code, value in at.items()}
    bands = tuple(tuple(replace(band, variable=test.ratio if at else code) for band, _ in each)
                  for code, each in zip(varied, found, strict=True))
    return Axis(test, unknown, columns, bands)


def _column(code: str, values: Sequence[Any]) -> NDArray[Any]:
    return np.array([None, *values], dtype=object) if INPUTS[code].words else np.array([math.nan, *values])


def grid_of(asked: Sequence[Scored], axes: Sequence[Axis]) -> Grid:
    """A score's verdict is taken once for each class of results that the score tells apart, then spread over all."""
    spans = {part.score.code: _spans(part, axes) for part in asked}
    ids = {code: [_classes([spans[code]], k, axis) for k, axis in enumerate(axes)] for code in spans}
    every = [_classes(list(spans.values()), k, axis) for k, axis in enumerate(axes)]
    verdicts = [verdicts_of(part.score, _of_classes(spans[part.score.code], ids[part.score.code])) for part in asked]
    if len(asked) > 1:
        verdicts = [_spread(one, ids[part.score.code], every) for one, part in zip(verdicts, asked, strict=True)]
    outcomes = [[np.flatnonzero(each == one) for one in range(1, each.max() + 1)] for each in every]
    named = {(code, item): span for code, items in spans.items() for item, span in items.items()}
    return Grid(axes, reduce(np.maximum, verdicts), outcomes, named)


def _spans(part: Scored, axes: Sequence[Axis]) -> dict[str, Span]:
    """Each item over the outcomes of the tests that it reads; one place along the axes of the others."""
    shapes = {name: tuple(axis.size if open_of(set(axis.columns) & set(item.variables), [part]) else 1 for axis in axes)
              for name, item in part.score.items.items()}
    ends = np.cumsum([math.prod(shape) for shape in shapes.values()])
    cells = [_cells(part, axes, shape) for shape in shapes.values()]
    columns = {code: np.concatenate([each[code] for each in cells]) for code in cells[0]}
    scored = part.score.spans(pd.DataFrame({**columns, **part.row}, index=range(ends[-1])))
    places = zip(shapes.items(), [0, *ends[:-1]], ends, strict=True)
    return {name: Span(*(points[start:end].reshape(shape) for points in scored[name])) for (name, shape), start, end in places}


def _cells(part: Scored, axes: Sequence[Axis], shape: tuple[int, ...]) -> dict[str, NDArray[Any]]:
    places = np.indices(shape).reshape(len(shape), math.prod(shape))
    return {code: values[places[k]] for k, axis in enumerate(axes) for code, values in axis.columns.items()
            if open_of([code], [part])}


def _classes(spans: Sequence[Mapping[str, Span]], k: int, axis: Axis) -> Whole:
    """The class of each outcome of an axis: 0 left open, then one a result that an item tells apart. Results of one variable
    keep their order."""
    on = [end for items in spans for span in items.values() for end in span if end.shape[k] > 1]
    if not on:
        return (np.arange(axis.size) > 0).astype(np.int64)
    told = np.concatenate([np.moveaxis(end, k, 0).reshape(axis.size, -1)[1:] for end in on], axis=1)
    if axis.ordered:
        return np.cumsum(np.array([0, 1, *(told[1:] != told[:-1]).any(axis=1)], dtype=np.int64))
    return np.array([0, *(1 + np.unique(told, axis=0, return_inverse=True)[1].ravel())])


def _firsts(ids: Whole) -> Whole:
    firsts: Whole = np.unique(ids, return_index=True)[1]
    return firsts


def _of_classes(spans: Mapping[str, Span], ids: Sequence[Whole]) -> dict[str, Span]:
    return {name: Span(*(_taken(end, [_firsts(each) for each in ids]) for end in span)) for name, span in spans.items()}


def _taken(cells: NDArray[Any], places: Sequence[Whole]) -> NDArray[Any]:
    """An axis of one place stays as it is."""
    return cells[np.ix_(*(here if size > 1 else [0] for here, size in zip(places, cells.shape, strict=True)))] if places else cells


def _spread(verdicts: Verdicts, own: Sequence[Whole], every: Sequence[Whole]) -> Verdicts:
    return _taken(verdicts, [ids[_firsts(joint)] for ids, joint in zip(own, every, strict=True)])


def verdicts_of(score: Score, spans: Mapping[str, Span]) -> Verdicts:
    """As trial.eligibility reads the score."""
    if score.code == "hlh2004":
        shape = np.broadcast_shapes(*(span.low.shape for span in spans.values()))
        flat = {name: Span(*(np.broadcast_to(end, shape).ravel() for end in span)) for name, span in spans.items()}
        met = hlh2004.met(flat, protocol.HLH2004_RULE)
        states: Verdicts = np.where(met.isna(), 1, 2 * met.to_numpy(dtype=np.int8, na_value=0)).astype(np.int8)
        return states.reshape(shape)
    low, high = (reduce(np.add, [end.astype(np.int16) for end in ends]) for ends in zip(*spans.values(), strict=True))
    reached: Verdicts = (low >= NEEDED[score.code]).astype(np.int8) + (high >= NEEDED[score.code])
    return reached
