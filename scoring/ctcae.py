"""CTCAE v5 and v6: the grade, 0 to 4, that a laboratory value proposes. Whether it is an adverse event, a person judges.

A grade is relative to the laboratory's limits of normal and, for some terms, to the patient's value before treatment.
What is missing and could change the grade leaves it <NA>: a value without its ULN is not a normal value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring import rules
from scoring.bands import PAST, SAME, Band, Item, Numbers, Span, slack
from scoring.columns import ANSWERS, BadColumn, choices, numbers
from scoring.ctcae_terms import CONDITIONS, CUTPOINTS, REFERENCES, TERMS, Limit, Term
from scoring.explain import Score
from scoring.inputs import INPUTS, Input

__all__ = [
    "CITATION", "CONDITIONS", "CUTPOINTS", "DEFAULT", "REFERENCES", "TERMS", "VERSIONS", "Options", "Term", "UnknownTerm",
    "as_score", "febrile_neutropenia", "grade", "items", "rules_of", "score", "spans", "term_of", "terms_of", "worsened",
]  # fmt: skip

CITATION = (
    "National Cancer Institute. Common Terminology Criteria for Adverse Events (CTCAE) v5.0, 27 November 2017; v6.0, 22 July "
    "2025 with errata of 20 January 2026. Laboratory rows as pharmaverse/admiral records them (ncictcaev5.json, ncictcaev6.json)"
)
VERSIONS = tuple(TERMS)
Known = Mapping[str, Numbers]  # "value", "uln", "lln", "baseline", "anticoagulated"; NaN where missing


@dataclass(frozen=True)
class Options(rules.Choices):
    """What the registry leaves open. The default is the trial's choice."""

    version: Literal[5, 6] = 5


DEFAULT = Options()


class UnknownTerm(ValueError):
    """A variable that has no laboratory term in this version."""

    def __init__(self, variable: str, version: int) -> None:
        self.variable, self.version = variable, version
        super().__init__(f"CTCAE v{version}: no term for {variable!r}; graded are {', '.join(TERMS[version])}")


class Maybe(NamedTuple):
    """Yes, no or not known, row by row."""

    sure: NDArray[np.bool_]
    possible: NDArray[np.bool_]

    def __invert__(self) -> Maybe:
        return Maybe(~self.possible, ~self.sure)

    def __and__(self, other: Maybe) -> Maybe:
        return Maybe(self.sure & other.sure, self.possible & other.possible)

    def __or__(self, other: Maybe) -> Maybe:
        return Maybe(self.sure | other.sure, self.possible | other.possible)


def _past(value: Numbers, limit: Numbers, *, falls: bool, included: bool = False) -> Maybe:
    """Whether the value is above the limit, or below it where it `falls`; `included`: or at it."""
    room = SAME * np.maximum(1.0, np.abs(limit))
    by = limit - value if falls else value - limit
    reached = by >= -room if included else by > room
    return Maybe(reached, reached | np.isnan(by))


def _raised(known: Known) -> Maybe:
    return _past(known["baseline"], known["uln"], falls=False)


def _on_anticoagulant(known: Known) -> Maybe:
    yes = known["anticoagulated"] == 1
    return Maybe(yes, yes)


HOLDS: dict[str, Callable[[Known], Maybe]] = {
    "normal": lambda known: ~_raised(known),
    "abnormal": _raised,
    "low_baseline": lambda known: _past(known["baseline"], known["lln"], falls=True),
    "below_lln": lambda known: _past(known["value"], known["lln"], falls=True),
    "no_anticoagulant": lambda known: ~_on_anticoagulant(known),
    "anticoagulant": _on_anticoagulant,
}


def grade(
    variable: str, value: object, *, uln: object = None, lln: object = None, baseline: object = None, version: int = 5,
    anticoagulated: object = False,
) -> Any:  # fmt: skip
    """The grade, 0 to 4, of a value in the canonical unit of `scoring.units`; <NA> where a missing limit could change it.

    Each argument is a number or an array, list or Series of numbers: an int or <NA> for numbers, an Int64 array for
    arrays, a Series on their index where Series are among them. Limits and baseline (before the first dose) are in the
    unit of the value. Between fixed numbers no limit is needed: hemoglobin 8.5 is grade 2 in every laboratory.
    `anticoagulated` (yes/no) counts for the INR alone; not known is read as no.

    UnknownTerm; ValueError for a version other than 5 and 6 and for Series of different indexes; BadColumn for text,
    negative or infinite values, limits of 0, an LLN above the ULN.
    """
    given = (value, uln, lln, baseline, anticoagulated)
    return _shaped(_span(term_of(variable, version), _known(variable, *given)).column(), *given)


def term_of(variable: str, version: int = 5) -> Term:
    """UnknownTerm; ValueError for a version other than 5 and 6."""
    terms = terms_of(version)
    if variable not in terms:
        raise UnknownTerm(variable, version)
    return terms[variable]


def terms_of(version: int = 5) -> Mapping[str, Term]:
    """The table, variable to term, in the order of its lines. ValueError for a version other than 5 and 6."""
    if version not in TERMS:
        raise ValueError(f"CTCAE v5 and v6 are known, not {version!r}")
    return TERMS[version]


def score(days: pd.DataFrame, *, version: int = 5) -> pd.DataFrame:
    """The grade of each graded column of the frame as Int64, and `worst`, the highest of those known.

    Beside a column `alt` it reads `alt_uln`, `alt_lln` and `alt_baseline`, and `anticoagulated` (yes/no) for the INR; a
    missing one is all missing. `worst` is <NA> only where no grade is known: an unknown one may be higher.
    """
    found = spans(days, version=version)
    known = [np.where(span.known, span.low, -1) for span in found.values()]
    worst = np.max([np.full(len(days), -1), *known], axis=0)
    columns = {variable: span.column() for variable, span in found.items()}
    scored = pd.DataFrame(columns | {"worst": pd.arrays.IntegerArray(worst, worst < 0)}, index=days.index)
    return rules.stamp(scored, rules_of(version))


def rules_of(version: int) -> rules.Rules:
    return rules.Rules("ctcae", {"version": version})


def spans(days: pd.DataFrame, *, version: int = 5) -> dict[str, Span]:
    """Of each graded column of the frame: the lowest and the highest grade it can come to."""
    terms = terms_of(version).items()
    return {variable: _span(term, _columns(days, variable)) for variable, term in terms if variable in days.columns}


def worsened(grade: object, baseline_grade: object) -> Any:
    """Whether the grade is above that of the baseline, as an adverse event must be; <NA> where either is missing.

    The baseline's grade is that of the baseline value with itself as `baseline`: above ULN, v6 calls it grade 1, and so
    the unchanged value.
    """
    now, before = (_read(each, name, high=5) for name, each in (("grade", grade), ("baseline_grade", baseline_grade)))
    sure, possible = map(np.atleast_1d, _past(now, before, falls=False))
    return _shaped(pd.arrays.BooleanArray(sure, sure != possible), grade, baseline_grade)


def febrile_neutropenia(neutrophils: object, temperature: object, *, sustained: object = None) -> Any:
    """3 or 0, the same in v5 and v6: neutrophils < 1.0 with one temperature > 38.3, or ≥ 38.0 for more than an hour.

    `sustained` (yes/no): whether it lasted more than an hour. Not known, 38.0 to 38.3 leaves the grade <NA>. Grade 4,
    life-threatening consequences, is a person's to give.
    """
    heat, lasting = _read_value(temperature, "temperature"), _read_answer(sustained, "sustained")
    low = _past(_read_value(neutrophils, "neutrophils"), np.array(1.0), falls=True)
    single = _past(heat, np.array(38.3), falls=False)
    hour = _past(heat, np.array(38.0), falls=False, included=True) & Maybe(lasting == 1, lasting != 0)
    least, most = (3 * np.atleast_1d(end) for end in low & (single | hour))
    return _shaped(Span(least, most).column(), neutrophils, temperature, sustained)


def items(
    variable: str, version: int = 5, uln: object = None, lln: object = None, baseline: object = None,
    anticoagulated: object = False,
) -> dict[str, Item]:  # fmt: skip
    """The term in one laboratory's and one patient's numbers; no band where a missing limit leaves the grade open."""
    term, known = term_of(variable, version), _known(variable, None, uln, lln, baseline, anticoagulated)
    bands = sorted(_bands(term, known), key=lambda band: band.points)
    return {variable: Item(variable, (variable,), tuple(bands))}


def as_score(
    variable: str, version: int = 5, uln: object = None, lln: object = None, baseline: object = None,
    anticoagulated: object = False,
) -> Score:  # fmt: skip
    """One variable of one patient as `scoring.explain.why` reads it: why(as_score("platelets", lln=150), row, "platelets")."""
    term, given = term_of(variable, version), (uln, lln, baseline, anticoagulated)

    def spans_of(frame: pd.DataFrame) -> dict[str, Span]:
        return {variable: _span(term, _known(variable, numbers(frame, variable), *given))}

    cuts = tuple(_cuts(term, _known(variable, None, *given)))
    return Score("ctcae", CITATION, items(variable, version, *given), spans_of, cutpoints={variable: cuts}, rules=rules_of(version))


def _cuts(term: Term, known: Known) -> list[float]:
    """Each limit once, lowest first: where the grade, or what it can still come to, changes."""
    seen = {**known, "baseline": np.where(np.isnan(known["baseline"]), known["uln"], known["baseline"])}
    limits = [float(_at(limit, seen)) for arm in term.arms for limit in arm.limits.values()]
    found = sorted({limit for limit in limits if not math.isnan(limit)})
    return [cut for below, cut in pairwise([-math.inf, *found]) if cut > below + slack(cut)]


def _bands(term: Term, known: Known) -> list[Band]:
    """The grades between two cuts and on each cut; neighbours of one grade make one band."""
    cuts = _cuts(term, known)
    between = [(low + high) / 2 for low, high in pairwise([0.0, *cuts, 2 * max(cuts, default=0) + 1])]
    values = [value for pair in zip(between, [*cuts, math.nan], strict=True) for value in pair][:-1]
    span = _span(term, {**known, "value": np.array(values)})
    points = [int(low) if low == high else None for low, high in zip(*span, strict=True)]
    runs = [(found, [*places]) for found, places in groupby(range(len(points)), key=points.__getitem__)]
    return [_band(term.variable, found, cuts, run[0], run[-1]) for found, run in runs if found is not None]


def _band(variable: str, points: int, cuts: list[float], first: int, last: int) -> Band:
    """Even places lie between two cuts, odd ones on a cut."""
    ends = [-math.inf, *cuts, math.inf]
    return Band(variable, points, ends[(first + 1) // 2], first % 2 == 1, ends[last // 2 + 1], last % 2 == 1)


def _span(term: Term, known: Known) -> Span:
    """The highest grade surely reached in an arm that surely counts, and the highest that may be reached."""
    shape = np.broadcast_shapes((1,), *(values.shape for values in known.values()))
    low = high = np.zeros(shape, dtype=np.int64)
    for arm in term.arms:
        seen = _baseline_above_uln(known) if arm.when == "abnormal" else known
        for points, limit in arm.limits.items():
            reached = _past(known["value"], _at(limit, seen), falls=term.falls, included=limit.included)
            if arm.when:
                reached = reached & HOLDS[arm.when](known)
            low, high = np.maximum(low, points * reached.sure), np.maximum(high, points * reached.possible)
    return Span(low, high)


def _at(limit: Limit, known: Known) -> Numbers:
    return limit.times * known[limit.of] if limit.of else np.array(limit.times)


def _baseline_above_uln(known: Known) -> Known:
    """A missing baseline, if it was above ULN, was at the least just above it."""
    least = known["uln"] + PAST * np.maximum(1.0, known["uln"])
    return {**known, "baseline": np.where(np.isnan(known["baseline"]), least, known["baseline"])}


def _known(variable: str, value: object, uln: object, lln: object, baseline: object, anticoagulated: object) -> Known:
    lowest, highest = _read_limit(lln, f"{variable}_lln"), _read_limit(uln, f"{variable}_uln")
    _refuse(f"{variable}_lln", lowest > highest, "above the upper limit")
    return {
        "value": _read_value(value, variable), "uln": highest, "lln": lowest,
        "baseline": _read_value(baseline, variable, "_baseline"),
        "anticoagulated": _read_answer(anticoagulated, "anticoagulated"),
    }  # fmt: skip


def _columns(days: pd.DataFrame, variable: str) -> Known:
    uln, lln, baseline = (numbers(days, f"{variable}_{name}") for name in REFERENCES)
    anticoagulated = choices(days, "anticoagulated", ANSWERS) if variable == "inr" else False
    return _known(variable, numbers(days, variable), uln, lln, baseline, anticoagulated)


def _read_value(given: object, variable: str, suffix: str = "") -> Numbers:
    """Within the limits that the scores' table of inputs has for the variable."""
    column = INPUTS.get(variable, Input(variable, ""))
    return _read(given, variable + suffix, column.low, column.high)


def _read_limit(given: object, column: str) -> Numbers:
    limits = _read(given, column)
    _refuse(column, limits <= 0, "not above 0")
    return limits


def _refuse(column: str, bad: NDArray[np.bool_], why: str) -> None:
    if np.any(bad):
        raise BadColumn(column, f"{int(np.sum(bad))} value(s) {why}, the first in row {int(np.argmax(bad))}")


def _read(given: object, column: str, low: float = 0.0, high: float = math.inf) -> Numbers:
    return _sized(numbers(_frame(given, column), column, low=low, high=high), given)


def _read_answer(given: object, column: str) -> Numbers:
    return _sized(choices(_frame(given, column), column, ANSWERS), given)


def _sized(read: Numbers, given: object) -> Numbers:
    return read if pd.api.types.is_list_like(given) else read.reshape(())


def _frame(given: Any, column: str) -> pd.DataFrame:
    if not pd.api.types.is_list_like(given):
        given = [given.item() if isinstance(given, np.ndarray) else given]
    plain = given.array if isinstance(given, pd.Series | pd.Index) else given
    return pd.DataFrame({column: pd.Series(plain, dtype=None if hasattr(plain, "dtype") else object)})


def _shaped(found: Any, *given: object) -> Any:
    """One value for numbers, an array for arrays, a Series on the index of the Series among them."""
    series = [one for one in given if isinstance(one, pd.Series)]
    if any(not one.index.equals(series[0].index) for one in series):
        raise ValueError("the Series are of different indexes: bring them to one index first")
    if series:
        return pd.Series(found, index=series[0].index)
    if any(pd.api.types.is_list_like(one) for one in given):
        return found
    return found[0] if found[0] is pd.NA else found[0].item()
