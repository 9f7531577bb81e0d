"""What would settle it: which unknown result can still change a verdict, how, and the cheapest tests that can.

Everything is found by evaluating the scores. Each test that is open becomes one axis: left open, then the results that the
scores tell apart. The verdict of every cell is the app's own, with what is left open unknown. So an empty box that a score
reads as none (a drug, renal replacement, ECMO) is read as none here too, and `assumed` names it.

The order of effort in TESTS is the house's own and comes from no paper.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring import hlh2004
from scoring.bands import Band, Span
from scoring.explain import Score, cuts_of, results
from scoring.inputs import INPUTS
from trial import protocol
from trial.eligibility import State
from trial.scores import SCORES, Scored

Question = Literal["hlh2004", "hscore", "acquired_hs", "sofa"]
Whole = NDArray[np.int64]
Verdicts = NDArray[np.int8]  # places in STATES

STATES: tuple[State, ...] = ("not_met", "undetermined", "met")  # of two scores of which one is enough, the higher counts
READS: dict[Question, tuple[str, ...]] = {
    "hlh2004": ("hlh2004",), "hscore": ("hscore",), "acquired_hs": ("hlh2004", "hscore"), "sofa": ("sofa",),
}  # fmt: skip
NEEDED = {"hscore": protocol.HSCORE_MIN, "sofa": protocol.SOFA_MIN}
MOST_WAYS = 3  # of equal effort


@dataclass(frozen=True)
class Test:
    """One thing that is ordered, or done at the bedside, and the variables it yields. `effort` is a place in EFFORTS.

    Where all its variables are open, one derived value tells it: `ratio`, which is the first variable while the others are
    as in `at`.
    """

    code: str
    en: str
    fr: str
    effort: int
    variables: tuple[str, ...]
    ratio: str = ""
    at: Mapping[str, float] = field(default_factory=dict, hash=False)
    treatment: bool = False  # it runs or it does not: nothing that one would do to settle a verdict

    def label(self, language: str) -> str:
        return self.fr if language == "fr" else self.en


EFFORTS = (
    ("asked, or read at the bedside", "demandé, ou lu au lit du patient"),
    ("examination of the patient", "examen du patient"),
    ("routine blood or urine, within hours", "sang ou urines de routine, en quelques heures"),
    ("specialised, sent away", "dosage spécialisé, envoyé"),
    ("invasive", "geste invasif"),
    ("specialised, takes days", "examen spécialisé, en plusieurs jours"),
)
HEAVIER = 16  # one test weighs as much as this many of the tier below: more than there are tests in a tier
TESTS = (
    Test("temperature", "Temperature", "Température", 0, ("temperature",)),
    Test("immunosuppression", "Known immunosuppression", "Immunodépression connue", 0, ("immunosuppression",)),
    Test("ventilation", "Ventilation", "Ventilation", 0, ("ventilation",)),
    Test("ecmo", "ECMO", "ECMO", 0, ("ecmo",), treatment=True),
    Test("map", "MAP", "PAM", 0, ("map",)),
    Test("gcs", "GCS", "Glasgow", 0, ("gcs",)),
    Test("urine", "Urine output", "Diurèse", 0, ("urine_output",)),
    Test("rrt", "Renal replacement", "Épuration extrarénale", 0, ("rrt",), treatment=True),
    Test("abdomen", "Liver and spleen", "Foie et rate", 1, ("hepatomegaly", "splenomegaly")),
    Test("gas", "Blood gas", "Gaz du sang", 2, ("pao2", "fio2"), ratio="pao2_fio2", at={"fio2": 1.0}),
    Test("blood_count", "Blood count", "Hémogramme", 2, ("hemoglobin", "platelets", "white_cells", "neutrophils")),
    Test("bilirubin", "Bilirubin", "Bilirubine", 2, ("bilirubin",)),
    Test("creatinine", "Creatinine", "Créatinine", 2, ("creatinine",)),
    Test("ferritin", "Ferritin", "Ferritine", 2, ("ferritin",)),
    Test("triglycerides", "Triglycerides", "Triglycérides", 2, ("triglycerides",)),
    Test("fibrinogen", "Fibrinogen", "Fibrinogène", 2, ("fibrinogen",)),
    Test("ast", "AST", "ASAT", 2, ("ast",)),
    Test("scd25", "sCD25", "sCD25", 3, ("scd25",)),
    Test("marrow", "Marrow aspirate", "Myélogramme", 4, ("hemophagocytosis",)),
    Test("nk_activity", "NK activity", "Activité NK", 5, ("nk_activity_low",)),
)


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
    axes = [_axis(test, asked, parts) for test in TESTS if _open(test.variables, asked)]
    grid = _grid(asked, axes)
    state = STATES[int(grid.verdicts[(0,) * len(axes)])]
    ways = _ways(grid) if state == "undetermined" else ()
    return Settling(question, state, _unknowns(grid, asked, parts), ways, _assumed(grid, asked))


def _awaited_in_si(part: Scored) -> Scored:
    """Triglycerides that are awaited will be read in mmol/L, whatever unit the last ones had."""
    return part if "triglycerides" in part.row else replace(part, score=SCORES[part.score.code])


def _open(codes: Iterable[str], parts: Sequence[Scored]) -> tuple[str, ...]:
    """Which of them a score reads and does not know."""
    return tuple(code for code in codes if any(code in part.score.inputs and code not in part.row for part in parts))


# The results that an open variable can have


def _results_of(code: str, asked: Sequence[Scored], parts: Mapping[str, Scored], at: Mapping[str, float]) -> list[tuple[Band, Any]]:
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


def _joined(bands: Sequence[Band], every: Sequence[Band]) -> Band:
    """Neighbours as one; the ends of all that can be are no limits."""
    first, last = bands[0], bands[-1]
    if first.answer and len(bands) < len(every):
        return Band(first.variable, 0, answer=", ".join(band.answer for band in bands))
    low, low_in = (-math.inf, False) if first == every[0] else (first.low, first.low_in)
    high, high_in = (math.inf, False) if last == every[-1] else (last.high, last.high_in)
    return Band(first.variable, 0, low, low_in, high, high_in)


# Every cell of the results of the open tests


@dataclass(frozen=True)
class _Axis:
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
class _Grid:
    """`outcomes`: of each axis, for each class of results that no score tells apart, which outcomes are in it. `spans`: by
    score and item, before the classes are made."""

    axes: Sequence[_Axis]
    verdicts: Verdicts
    outcomes: Sequence[Sequence[Whole]]
    spans: Mapping[tuple[str, str], Span]


def _axis(test: Test, asked: Sequence[Scored], parts: Mapping[str, Scored]) -> _Axis:
    unknown = _open(test.variables, asked)
    at = test.at if test.ratio and unknown == test.variables else {}
    varied = [code for code in unknown if code not in at]
    found = [_results_of(code, asked, parts, at) for code in varied]
    shape = tuple(len(each) for each in found)
    places = np.indices(shape).reshape(len(shape), -1)
    columns = {code: _column(code, [found[k][place][1] for place in places[k]]) for k, code in enumerate(varied)}
    columns |= {code: _column(code, [value] * math.prod(shape)) for code, value in at.items()}
    bands = tuple(tuple(replace(band, variable=test.ratio if at else code) for band, _ in each)
                  for code, each in zip(varied, found, strict=True))
    return _Axis(test, unknown, columns, bands)


def _column(code: str, values: Sequence[Any]) -> NDArray[Any]:
    return np.array([None, *values], dtype=object) if INPUTS[code].words else np.array([math.nan, *values])


def _grid(asked: Sequence[Scored], axes: Sequence[_Axis]) -> _Grid:
    """A score's verdict is taken once for each class of results that the score tells apart, then spread over all."""
    spans = {part.score.code: _spans(part, axes) for part in asked}
    ids = {code: [_classes([spans[code]], k, axis) for k, axis in enumerate(axes)] for code in spans}
    every = [_classes(list(spans.values()), k, axis) for k, axis in enumerate(axes)]
    verdicts = [_verdicts(part.score, _of_classes(spans[part.score.code], ids[part.score.code])) for part in asked]
    if len(asked) > 1:
        verdicts = [_spread(one, ids[part.score.code], every) for one, part in zip(verdicts, asked, strict=True)]
    outcomes = [[np.flatnonzero(each == one) for one in range(1, each.max() + 1)] for each in every]
    named = {(code, item): span for code, items in spans.items() for item, span in items.items()}
    return _Grid(axes, reduce(np.maximum, verdicts), outcomes, named)


def _spans(part: Scored, axes: Sequence[_Axis]) -> dict[str, Span]:
    """Each item over the outcomes of the tests that it reads; one place along the axes of the others."""
    shapes = {name: tuple(axis.size if _open(set(axis.columns) & set(item.variables), [part]) else 1 for axis in axes)
              for name, item in part.score.items.items()}
    ends = np.cumsum([math.prod(shape) for shape in shapes.values()])
    cells = [_cells(part, axes, shape) for shape in shapes.values()]
    columns = {code: np.concatenate([each[code] for each in cells]) for code in cells[0]}
    scored = part.score.spans(pd.DataFrame({**columns, **part.row}, index=range(ends[-1])))
    places = zip(shapes.items(), [0, *ends[:-1]], ends, strict=True)
    return {name: Span(*(points[start:end].reshape(shape) for points in scored[name])) for (name, shape), start, end in places}


def _cells(part: Scored, axes: Sequence[_Axis], shape: tuple[int, ...]) -> dict[str, NDArray[Any]]:
    places = np.indices(shape).reshape(len(shape), math.prod(shape))
    return {code: values[places[k]] for k, axis in enumerate(axes) for code, values in axis.columns.items()
            if _open([code], [part])}


def _classes(spans: Sequence[Mapping[str, Span]], k: int, axis: _Axis) -> Whole:
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


def _verdicts(score: Score, spans: Mapping[str, Span]) -> Verdicts:
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


# What each unknown does


def _unknowns(grid: _Grid, asked: Sequence[Scored], parts: Mapping[str, Scored]) -> tuple[Unknown, ...]:
    matters = {code for k in range(len(grid.axes)) for code in _that_matter(grid, k)}
    of = {code: axis.test for axis in grid.axes for code in axis.open}
    alone = _alone({code: _results_of(code, asked, parts, {}) for code in of}, asked)
    return tuple(Unknown(code, of[code], alone[code], code in matters) for code in of)


def _alone(found: Mapping[str, Sequence[tuple[Band, Any]]], asked: Sequence[Scored]) -> dict[str, tuple[Result, ...]]:
    """Each result of one variable, everything else as it is."""
    if not found:
        return {}
    rows = [{code: value} for code, each in found.items() for _, value in each]
    verdicts = reduce(np.maximum, [_verdicts(part.score, part.score.spans(_beside(part, rows))) for part in asked])
    states = iter([STATES[place] for place in verdicts])
    return {code: _merged([(band, next(states)) for band, _ in each]) for code, each in found.items()}


def _beside(part: Scored, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame([{code: value for code, value in row.items() if code not in part.row} for row in rows])
    return frame.reindex(range(len(rows))).assign(**part.row)


def _merged(found: Sequence[tuple[Band, State]]) -> tuple[Result, ...]:
    bands, states = [band for band, _ in found], [state for _, state in found]
    starts = [0, *(place for place in range(1, len(found)) if states[place] != states[place - 1]), len(found)]
    return tuple(Result(_joined(bands[start:end], bands), states[start]) for start, end in pairwise(starts))


def _that_matter(grid: _Grid, k: int) -> list[str]:
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


def _assumed(grid: _Grid, asked: Sequence[Scored]) -> tuple[str, ...]:
    """What is empty and read as none. What is in no test is a drug."""
    in_a_test = {code for test in TESTS for code in test.variables}
    drugs = _open([code for part in asked for code in part.score.inputs if code not in in_a_test], asked)
    return (*drugs, *(code for k, axis in enumerate(grid.axes) if _leads_outside(grid, k) for code in axis.open))


def _leads_outside(grid: _Grid, k: int) -> bool:
    ends = [[np.moveaxis(end, k, 0) for end in span] for span in grid.spans.values() if span.low.shape[k] > 1]
    return any((low[1:] < low[0]).any() or (high[1:] > high[0]).any() for low, high in ends)


# The cheapest tests


def _ways(grid: _Grid) -> tuple[Way, ...]:
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


def _way(grid: _Grid, goal: int, chosen: Sequence[int]) -> Way:
    works = grid.verdicts[tuple(slice(1, None) if k in chosen else 0 for k in range(len(grid.axes)))] == goal
    graded = [_graded(grid, k) for k in chosen]
    box = _grown(works, [scale for scale, _ in graded], _start(works, [points for _, points in graded], goal))
    findings = (_finding(grid, k, inside) for k, inside in zip(chosen, box, strict=True))
    return Way(STATES[goal], tuple(findings))


def _graded(grid: _Grid, k: int) -> tuple[Whole, NDArray[np.float64]]:
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


def _finding(grid: _Grid, k: int, inside: NDArray[np.bool_]) -> Finding:
    axis, outcomes = grid.axes[k], np.concatenate([each for each, held in zip(grid.outcomes[k], inside, strict=True) if held])
    if inside.all():
        return Finding(axis.test)
    held = np.unravel_index(outcomes - 1, axis.shape)
    places = [range(each.min(), each.max() + 1) for each in held]
    if math.prod(len(each) for each in places) == len(outcomes):
        return Finding(axis.test, tuple(_joined([bands[place] for place in each], bands)
                                        for bands, each in zip(axis.bands, places, strict=True) if len(each) < len(bands)))
    items = [(score, item, span.low.ravel()) for (score, item), span in grid.spans.items() if span.low.shape[k] > 1]
    return Finding(axis.test, (), tuple((score, _points(item, points[1:], points[outcomes])) for score, item, points in items
                                        if set(points[1:]) != set(points[outcomes])))


def _points(item: str, possible: Whole, here: Whole) -> Band:
    least, most = float(here.min()), float(here.max())
    low = least if least > possible.min() or least == most else -math.inf
    high = most if most < possible.max() or least == most else math.inf
    return Band(item, 0, low, math.isfinite(low), high, math.isfinite(high))
