"""What would settle it: which unknown result can still change a verdict, how, and the cheapest tests that can.

Everything is found by evaluating the scores (trial.outcomes). An empty box that a score reads as none (a drug, renal
replacement, ECMO) is read as none here too, and `assumed` names it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.bands import Band
from trial.eligibility import State
from trial.orders import EFFORTS, HEAVIER, TESTS, Test
from trial.outcomes import (
    READS,
    STATES,
    Grid,
    Question,
    Verdicts,
    Whole,
    axis_of,
    grid_of,
    joined,
    open_of,
    results_of,
    verdicts_of,
)
from trial.scores import SCORES, Scored

MOST_WAYS = 3  # of equal effort


@dataclass(frozen=True)
class Finding:
    """What a test must come to: a result of each variable named; or, where its variables only count together, the points of
    the items that they make. Neither: any result will do."""

    test: Test
    bands: tuple[Band, ...] = ()
    items: tuple[tuple[str, Band], ...] = ()  # score, and the points of the item that the band names


@dataclass(frozen=True)
class Way:
    """Once these tests come to this, the rest as it is, the question is answered."""

    to: State
    findings: tuple[Finding, ...]

    @property
    def tests(self) -> tuple[Test, ...]:
        return tuple(finding.test for finding in self.findings)


@dataclass(frozen=True)
class Result:
    """`band`: without limits where it holds every result; of a choice its answers, with commas."""

    band: Band
    state: State


@dataclass(frozen=True)
class Unknown:
    """One variable: what each result of it would lead to alone. `matters`: whether it changes the verdict once all else
    is known."""

    variable: str
    test: Test
    results: tuple[Result, ...]
    matters: bool


@dataclass(frozen=True)
class Settling:
    question: Question
    state: State
    unknowns: tuple[Unknown, ...]
    ways: tuple[Way, ...]  # the cheapest first; none where the question is settled
    assumed: tuple[str, ...]  # empty and read as adding nothing: an entry could lead elsewhere

    def turning(self, unknown: Unknown) -> tuple[Result, ...]:
        """The results that alone lead away from the present state."""
        return tuple(result for result in unknown.results if result.state != self.state)


def settle(question: Question, parts: Mapping[str, Scored]) -> Settling:
    """`parts`: HLH-2004, HScore and SOFA by code, each with the values that it knows (trial.screening)."""
    asked = [_awaited_in_si(parts[code]) for code in READS[question]]
    axes = [axis_of(test, asked, parts) for test in TESTS if open_of(test.variables, asked)]
    grid = grid_of(asked, axes)
    state = STATES[int(grid.verdicts[(0,) * len(axes)])]
    ways = _ways(grid) if state == "undetermined" else ()
    return Settling(question, state, _unknowns(grid, asked, parts), ways, _assumed(grid, asked))


def _awaited_in_si(part: Scored) -> Scored:
    """Triglycerides that are awaited will be read in mmol/L, whatever unit the last ones had."""
    return part if "triglycerides" in part.row else replace(part, score=SCORES[part.score.code])


# What each unknown does


def _unknowns(grid: Grid, asked: Sequence[Scored], parts: Mapping[str, Scored]) -> tuple[Unknown, ...]:
    matters = {code for k in range(len(grid.axes)) for code in _that_matter(grid, k)}
    of = {code: axis.test for axis in grid.axes for code in axis.open}
    alone = _alone({code: results_of(code, asked, parts, {}) for code in of}, asked)
    return tuple(Unknown(code, of[code], alone[code], code in matters) for code in of)


def _alone(found: Mapping[str, Sequence[tuple[Band, Any]]], asked: Sequence[Scored]) -> dict[str, tuple[Result, ...]]:
    """Each result of one variable, everything else as it is."""
    if not found:
        return {}
    rows = [{code: value} for code, each in found.items() for _, value in each]
    verdicts = reduce(np.maximum, [verdicts_of(part.score, part.score.spans(_beside(part, rows))) for part in asked])
    states = iter([STATES[place] for place in verdicts])
    return {code: _merged([(band, next(states)) for band, _ in each]) for code, each in found.items()}


def _beside(part: Scored, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame([{code: value for code, value in row.items() if code not in part.row} for row in rows])
    return frame.reindex(range(len(rows))).assign(**part.row)


def _merged(found: Sequence[tuple[Band, State]]) -> tuple[Result, ...]:
    bands, states = [band for band, _ in found], [state for _, state in found]
    starts = [0, *(place for place in range(1, len(found)) if states[place] != states[place - 1]), len(found)]
    return tuple(Result(joined(bands[start:end], bands), states[start]) for start, end in pairwise(starts))


def _that_matter(grid: Grid, k: int) -> list[str]:
    """Which variables of an axis change the verdict in some cell where nothing is left open."""
    axis = grid.axes[k]
    known = np.ascontiguousarray(np.moveaxis(grid.verdicts[(slice(1, None),) * len(grid.axes)], k, 0))
    alike = np.zeros(axis.size, dtype=np.int64)
    for one, outcomes in enumerate(grid.outcomes[k]):
        alike[outcomes] = next(other for other in range(one + 1) if np.array_equal(known[other], known[one]))
    table = alike[1:].reshape(axis.shape)
    varied = [code for code in axis.open if code not in axis.test.at or len(axis.open) == 1]
    changing = {code for j, code in enumerate(varied) if (table != table.take([0], axis=j)).any()}
    return [code for code in axis.open if code in changing or (code not in varied and changing)]


def _assumed(grid: Grid, asked: Sequence[Scored]) -> tuple[str, ...]:
    """What is empty and read as none. What is in no test is a drug."""
    in_a_test = {code for test in TESTS for code in test.variables}
    drugs = open_of([code for part in asked for code in part.score.inputs if code not in in_a_test], asked)
    return (*drugs, *(code for k, axis in enumerate(grid.axes) if _leads_outside(grid, k) for code in axis.open))


def _leads_outside(grid: Grid, k: int) -> bool:
    ends = [[np.moveaxis(end, k, 0) for end in span] for span in grid.spans.values() if span.low.shape[k] > 1]
    return any((low[1:] < low[0]).any() or (high[1:] > high[0]).any() for low, high in ends)


# The cheapest tests


def _ways(grid: Grid) -> tuple[Way, ...]:
    never = HEAVIER ** (len(EFFORTS) + 1)
    weights = [never if axis.test.treatment else HEAVIER**axis.test.effort for axis in grid.axes]
    weight = reduce(np.add.outer, [np.array([0, each]) for each in weights])
    found: list[tuple[int, Way]] = []
    for goal, best in ((2, np.max), (0, np.min)):
        can = _by_tests(grid.verdicts, best) == goal
        least = int(weight[can].min(initial=HEAVIER ** len(EFFORTS)))
        sets = sorted(np.flatnonzero(each).tolist() for each in np.argwhere(can & (weight == least)))
        found += [(least, _way(grid, goal, chosen)) for chosen in sets[:MOST_WAYS]]
    return tuple(way for _, way in sorted(found, key=lambda each: each[0]))


def _by_tests(verdicts: Verdicts, best: Callable[..., Verdicts]) -> Verdicts:
    """For each set of tests (done: 1, left open: 0), the best that their results can come to."""
    for axis in range(verdicts.ndim):
        left_open, done = np.split(verdicts, [1], axis=axis)
        verdicts = np.concatenate([left_open, best(done, axis=axis, keepdims=True)], axis=axis)
    return verdicts


def _way(grid: Grid, goal: int, chosen: Sequence[int]) -> Way:
    works = grid.verdicts[tuple(slice(1, None) if k in chosen else 0 for k in range(len(grid.axes)))] == goal
    graded = [_graded(grid, k) for k in chosen]
    box = _grown(works, [scale for scale, _ in graded], _start(works, [points for _, points in graded], goal))
    findings = (_finding(grid, k, inside) for k, inside in zip(chosen, box, strict=True))
    return Way(STATES[goal], tuple(findings))


def _graded(grid: Grid, k: int) -> tuple[Whole, NDArray[np.float64]]:
    """Of each class: its places on the scales that tell it (its own order, or the points of each item), and its mean points
    in all."""
    firsts = [outcomes[0] for outcomes in grid.outcomes[k]]
    of_items = [np.moveaxis(span.low, k, 0).reshape(span.low.shape[k], -1)[firsts] for span in grid.spans.values()
                if span.low.shape[k] > 1]
    scale = np.arange(len(firsts))[:, None] if grid.axes[k].ordered else np.stack([points[:, 0] for points in of_items], axis=1)
    return scale, np.sum([points.mean(axis=1) for points in of_items], axis=0)


def _start(works: NDArray[np.bool_], points: Sequence[NDArray[np.float64]], goal: int) -> tuple[int, ...]:
    """The cell that asks least: the fewest points that are enough, the most that are not."""
    total = reduce(np.add.outer, points) * (1 if goal else -1)
    return tuple(int(place) for place in np.unravel_index(np.where(works, total, np.inf).argmin(), works.shape))


def _grown(works: NDArray[np.bool_], scales: Sequence[Whole], start: Sequence[int]) -> list[NDArray[np.bool_]]:
    """From one cell, the limits on each scale as wide as all within still works; per axis, which classes are inside."""
    limits = [np.stack([scale[at], scale[at]]) for scale, at in zip(scales, start, strict=True)]
    steps = [(k, j, end) for k, scale in enumerate(scales) for j in range(scale.shape[1]) for end in (0, 1)]
    grew = True
    while grew:
        grew = False
        for k, j, end in steps:
            trial = [each.copy() for each in limits]
            trial[k][end, j] = _next(scales[k][:, j], int(limits[k][end, j]), end)
            if trial[k][end, j] != limits[k][end, j] and works[np.ix_(*_inside(scales, trial))].all():
                limits, grew = trial, True
    return _inside(scales, limits)


def _next(scale: Whole, at: int, end: int) -> int:
    further = scale[scale > at] if end else scale[scale < at]
    return at if not further.size else int(further.min() if end else further.max())


def _inside(scales: Sequence[Whole], limits: Sequence[Whole]) -> list[NDArray[np.bool_]]:
    return [((scale >= low) & (scale <= high)).all(axis=1) for scale, (low, high) in zip(scales, limits, strict=True)]


def _finding(grid: Grid, k: int, inside: NDArray[np.bool_]) -> Finding:
    axis, outcomes = grid.axes[k], np.concatenate([each for each, held in zip(grid.outcomes[k], inside, strict=True) if held])
    if inside.all():
        return Finding(axis.test)
    held = np.unravel_index(outcomes - 1, axis.shape)
    places = [range(each.min(), each.max() + 1) for each in held]
    if math.prod(len(each) for each in places) == len(outcomes):
        return Finding(axis.test, tuple(joined([bands[place] for place in each], bands)
                                        for bands, each in zip(axis.bands, places, strict=True) if len(each) < len(bands)))
    items = [(score, item, span.low.ravel()) for (score, item), span in grid.spans.items() if span.low.shape[k] > 1]
    return Finding(axis.test, (), tuple((score, _points(item, points[1:], points[outcomes])) for score, item, points in items
                                        if set(points[1:]) != set(points[outcomes])))


def _points(item: str, possible: Whole, here: Whole) -> Band:
    least, most = float(here.min()), float(here.max())
    low = least if least > possible.min() or least == most else -math.inf
    high = most if most < possible.max() or least == most else math.inf
    return Band(item, 0, low, math.isfinite(low), high, math.isfinite(high))
