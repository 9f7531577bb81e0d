"""Laboratory values of the day before: at most 24 hours old, and never from one carried day to the next.

Machines and drugs are not carried: they run or they do not (trial.support). A person's own "as before" of one of them,
of a Glasgow or of a pressure is a statement of that day.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from scoring.bands import Numbers
from trial import protocol, schedule
from trial.cells import CARRIED, CODES, SAMPLED, Places, Truths, cell_of, newest_of, patient_of
from trial.variables import VARIABLES

LABORATORY_GROUPS = ("blood", "liver", "hlh", "inflammation", "cytokines")
OF_OTHER_GROUPS = ("creatinine", "potassium", "sodium", "bicarbonate", "lactate")  # PaO₂ is not among them: it belongs to its gas
LABORATORY = tuple(
    code for code, known in VARIABLES.items() if known.group in LABORATORY_GROUPS or code in OF_OTHER_GROUPS
)
IS_LABORATORY = np.array([code in LABORATORY for code in CODES])
AT_MOST_HOURS = protocol.CARRY_HOURS

NOT_ENTERED, NOT_SEEN = -1, -2  # of the day before: nothing was entered; the frame does not reach back to it


def day_before(days: pd.Index[Any]) -> Places:
    """The place of the day before of each day among the days of its patient, NOT_ENTERED or NOT_SEEN."""
    on = pd.to_datetime(days.get_level_values("on_date")).to_numpy()
    first, follows = np.ones(len(days), dtype=bool), np.zeros(len(days), dtype=bool)
    first[1:] = np.diff(patient_of(days)) != 0
    follows[1:] = np.diff(on) == np.timedelta64(1, "D")
    return np.where(first, NOT_SEEN, np.where(follows, np.arange(len(days)) - 1, NOT_ENTERED)).astype(np.intp)


def without_chains(cells: pd.DataFrame, days: pd.Index[Any]) -> pd.DataFrame:
    """"As before" of a laboratory value counts once: when it was measured the day before, or that day is not seen."""
    tapped = (cells["rank"].to_numpy() == CARRIED) & IS_LABORATORY[cells["variable"]]
    if not tapped.any():
        return cells
    before = day_before(days)[cells["day"]]
    measured = np.isin(before * len(CODES) + cells["variable"].to_numpy(), cell_of(_measured(cells)))
    counts: Truths = ~tapped | measured | (before == NOT_SEEN)
    return cells[counts]


def with_day_before(cells: pd.DataFrame, days: pd.Index[Any], zone: str) -> pd.DataFrame:
    """Where nothing speaks for a laboratory value, the newest of the day before does, at most 24 hours old."""
    before = day_before(days)
    next_day = np.full(len(days), NOT_ENTERED, dtype=np.intp)
    next_day[before[before >= 0]] = np.flatnonzero(before >= 0)
    known = _measured(cells)
    newest = known[newest_of(cell_of(known))]
    over = newest.assign(day=next_day[newest["day"]], rank=CARRIED)
    over = over[(over["day"] != NOT_ENTERED) & ~np.isin(cell_of(over), cell_of(cells))]
    age = hours_old(over["sampled_at"], days.get_level_values("on_date")[over["day"]], zone)
    too_old: Truths = age > AT_MOST_HOURS
    return pd.concat([cells, over[~too_old]], ignore_index=True)


def hours_old(sampled_at: pd.Series[Any], on: pd.Index[Any], zone: str) -> Numbers:
    """From each sample to the first moment of the day beside it; NaN where the value has no time."""
    timed = np.flatnonzero(sampled_at.notna())
    place, days = pd.factorize(on[timed])
    midnights = np.array([schedule.day_span(day, zone)[0].replace(tzinfo=None) for day in days], dtype="datetime64[us]")
    age = np.full(len(sampled_at), np.nan)
    age[timed] = (midnights[place] - sampled_at.to_numpy()[timed]) / np.timedelta64(1, "h")
    return age


def _measured(cells: pd.DataFrame) -> pd.DataFrame:
    of_laboratory: Truths = IS_LABORATORY[cells["variable"]]
    return cells[(cells["rank"] <= SAMPLED) & cells["low"].notna() & of_laboratory]
