"""Machines and drugs from start to stop: what each calendar day of the site counts of them.

A machine counts for each day on which it ran at any moment, by the gravest way it ran. A dose counts when the drug ran
at it, or higher, for an hour without a break (a bolus is no infusion), and for each day that this hour touches. While
the hour is not over and the drug still runs, nobody knows yet. Nothing counts beyond its stop.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from math import inf
from typing import Any, NamedTuple

import pandas as pd

from trial import protocol, schedule
from trial.errors import Impossible
from trial.reading import State
from trial.variables import VARIABLES, Variable, variable

DRUGS = tuple(code for code, known in VARIABLES.items() if known.unit.endswith("/min") and known.unit != "/min")
MACHINES = tuple(code for code, known in VARIABLES.items()
                 if known.choices and known.worst == "any" and known.group in ("respiration", "circulation", "kidney")
                 and not known.beside)
AN_HOUR = timedelta(hours=protocol.INFUSION_HOURS)  # "agents administered for at least 1 hour" (Vincent 1996, table 3)
DTYPES: dict[str, Any] = {
    "on_date": "object", "variable": "object", "sampled_at": "datetime64[us, UTC]", "state": "object",
    "number": "float64", "choice": "object", "comparator": "object", "typed": "object", "unit": "object",
    "assay": "object",
}  # fmt: skip


class Run(NamedTuple):
    """Without a break from `started` to `stopped` (UTC): `level` is the dose, or the place of the choice.

    `still`: it runs on at `stopped`, which is now.
    """

    started: datetime
    stopped: datetime
    level: float
    still: bool


def by_day(intervals: pd.DataFrame, zone: str, until: datetime) -> pd.DataFrame:
    """One row a variable and day, as readings typed for the day, to be put under the readings of one patient.

    `intervals`: variable, number (canonical unit) or choice, started_at, stopped_at (with their time zone; NaT: it
    still runs, up to `until`). A drug that ran and never for an hour has the dose 0; one that still runs and has not for
    an hour yet leaves its days without a row, unless another run gives them a dose; a day outside has no row. Raises
    UnknownVariable, and Impossible for what cannot have been.
    """
    now = _aware(until)
    if now is None:
        raise ValueError("a moment without a time zone")
    runs: dict[str, list[Run]] = defaultdict(list)
    for told in intervals.to_dict("records"):
        run = _run(told, now)
        if run.started < run.stopped:
            runs[told["variable"]].append(run)
    days = [(code, _doses(ran, zone) if code in DRUGS else _gravest(ran, zone)) for code, ran in runs.items()]
    rows = [_row(code, on, level) for code, levels in days for on, level in sorted(levels.items())]
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=kept) for name, kept in DTYPES.items()})


def _gravest(runs: Sequence[Run], zone: str) -> dict[date, float]:
    found: dict[date, float] = {}
    for run in runs:
        for on in _days(run, zone):
            found[on] = max(run.level, found.get(on, run.level))
    return found


def _doses(runs: Sequence[Run], zone: str) -> dict[date, float]:
    """Dose by dose upwards: what ran at it or higher, for an hour or more, gives its days that dose."""
    found = {on: 0.0 for run in runs for on in _days(run, zone)}
    for dose in sorted({run.level for run in runs}):
        for run in _unbroken([run for run in runs if run.level >= dose], dose):
            if run.stopped - run.started >= AN_HOUR:
                found |= dict.fromkeys(_days(run, zone), dose)
    not_yet = _not_yet(runs, zone)
    return {on: dose for on, dose in found.items() if dose > 0 or on not in not_yet}


def _not_yet(runs: Sequence[Run], zone: str) -> set[date]:
    """The days of a drug that still runs and has not for an hour; a pump at rest is no drug."""
    running = [run for run in _unbroken([run for run in runs if run.level > 0], 0.0) if run.still]
    return {on for run in running if run.stopped - run.started < AN_HOUR for on in _days(run, zone)}


def _unbroken(runs: Iterable[Run], dose: float) -> list[Run]:
    """Runs that touch or overlap as one, at `dose`."""
    joined: list[Run] = []
    for run in sorted(runs):
        if joined and run.started <= joined[-1].stopped:
            last = joined[-1]
            joined[-1] = Run(last.started, max(last.stopped, run.stopped), dose, last.still or run.still)
        else:
            joined.append(run._replace(level=dose))
    return joined


def _days(run: Run, zone: str) -> list[date]:
    """The days on which it ran at any moment: a stop at midnight does not touch the new day."""
    touched = schedule.days_between(schedule.ward_date(run.started, zone), schedule.ward_date(run.stopped, zone))
    return [on for on in touched if schedule.day_span(on, zone)[0] < run.stopped]


def _run(told: Mapping[Any, Any], now: datetime) -> Run:
    known = variable(told["variable"])
    runs_still = pd.isna(told["stopped_at"])
    started, stopped = _aware(told["started_at"]), now if runs_still else _aware(told["stopped_at"])
    if started is None or stopped is None:
        raise Impossible("{variable}: a start or a stop without its time zone. Give the moment with it.",
                         variable=known.code)  # fmt: skip
    if stopped < started and not runs_still:
        raise Impossible("{variable}: the stop, {stopped}, is before the start, {started}. Check both times.",
                         variable=known.code, started=started, stopped=stopped)  # fmt: skip
    return Run(started, min(stopped, now), _level(known, told), runs_still or stopped > now)


def _aware(at: Any) -> datetime | None:
    """The moment in UTC; None without a moment or its time zone."""
    if pd.isna(at) or pd.Timestamp(at).tzinfo is None:
        return None
    return pd.Timestamp(at).to_pydatetime().astimezone(UTC)


def _level(known: Variable, told: Mapping[Any, Any]) -> float:
    if known.code in DRUGS:
        return _dose(known, told.get("number"))
    if known.code not in MACHINES:
        raise Impossible("{variable} is not charted from a start to a stop.", variable=known.code)
    choice = told.get("choice")
    if choice not in known.choices:
        raise Impossible("{variable} has no choice {value}.", variable=known.code, value=choice or "")
    return float(known.choices.index(choice))


def _dose(known: Variable, number: Any) -> float:
    low, high = known.hard or (0.0, inf)
    if pd.isna(number):
        raise Impossible("{variable} needs a number.", variable=known.code)
    if not low <= number <= high:
        raise Impossible("{variable}: {value} {unit} cannot be ({low} to {high}). Check the value and its unit.",
                         variable=known.code, value=number, unit=known.unit, low=low, high=high)  # fmt: skip
    return float(number)


def _row(code: str, on: date, level: float) -> dict[str, object]:
    number, choice = (level, None) if code in DRUGS else (None, VARIABLES[code].choices[int(level)])
    return {"on_date": on, "variable": code, "sampled_at": pd.NaT, "state": str(State.MEASURED), "number": number,
            "choice": choice, "comparator": "=", "typed": "", "unit": VARIABLES[code].unit, "assay": ""}  # fmt: skip
