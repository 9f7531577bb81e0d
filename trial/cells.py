"""Readings as intervals, and which of a cell speaks first. A cell is one variable of one day.

A number is itself, "< 20" is everything below. What was typed for the day comes before its samples, and what was
measured before what was carried over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.bands import Numbers, past
from trial.reading import State
from trial.variables import VARIABLES

Places = NDArray[np.intp]
Truths = NDArray[np.bool_]

CODES = tuple(VARIABLES)
NUMBER_OF = {code: place for place, code in enumerate(CODES)}
CHOICE_NUMBER = {  # mildest first, so that the worst is the highest; "not_done" is no answer
    choice: float(place) for known in VARIABLES.values() for place, choice in enumerate(known.choices)
    if choice != State.NOT_DONE
}
NEWEST_DECIDES = np.array([known.worst == "last" for known in VARIABLES.values()])

TYPED, SAMPLED, CARRIED = 0, 1, 2  # the rank: which reading of a cell speaks first
SILENT = 9


def usable(entered: pd.DataFrame, day_of: Places, measured_only: bool) -> pd.DataFrame:
    """Each usable reading as an interval: row (place in `entered`), day, variable (places), sampled_at (UTC), rank,
    low, high."""
    sampled_at = pd.to_datetime(entered["sampled_at"], utc=True).dt.tz_convert(None).to_numpy()
    number = pd.to_numeric(entered["number"]).to_numpy(dtype=np.float64, na_value=np.nan)
    value = np.where(np.isnan(number), _looked_up(entered["choice"], CHOICE_NUMBER), number)
    low, high = _ends(value, entered["comparator"].to_numpy())
    rank = _rank(entered["state"], ~np.isnat(sampled_at))
    rows = np.flatnonzero(rank <= (SAMPLED if measured_only else CARRIED))
    variable = _looked_up(entered["variable"], NUMBER_OF).astype(np.intp)
    told = {"day": day_of, "variable": variable, "sampled_at": sampled_at, "rank": rank, "low": low, "high": high}
    return pd.DataFrame({"row": rows} | {name: column[rows] for name, column in told.items()}, copy=False)


def _looked_up(words: pd.Series[str], numbers: Mapping[str, float]) -> Numbers:
    places, different = pd.factorize(words)
    return np.array([*(numbers.get(word, np.nan) for word in different), np.nan])[places]  # place -1 is missing


def _ends(value: Numbers, comparator: NDArray[Any]) -> tuple[Numbers, Numbers]:
    """"< 20" lies anywhere below 20, "> 20" anywhere above; neither is 20 itself."""
    low, high = value.copy(), value.copy()
    below, above = ((comparator == sign) & ~np.isnan(value) for sign in "<>")
    low[below], high[below] = -np.inf, [past(limit, "<") for limit in value[below]]
    low[above], high[above] = [past(limit, ">") for limit in value[above]], np.inf
    return low, high


def _rank(state: pd.Series[str], sampled: Truths) -> NDArray[np.int64]:
    measured = (state == str(State.MEASURED)).to_numpy()
    carried = (state == str(State.CARRIED)).to_numpy()
    cannot_be = (state == str(State.NOT_APPLICABLE)).to_numpy() & ~sampled
    return np.select([(measured & ~sampled) | cannot_be, measured & sampled, carried], [TYPED, SAMPLED, CARRIED], SILENT)


def cell_of(cells: pd.DataFrame) -> Places:
    """One number a cell, in the order of days and variables."""
    cell: Places = cells["day"].to_numpy() * len(CODES) + cells["variable"].to_numpy()
    return cell


def patient_of(days: pd.Index[Any]) -> Places:
    """A number for the patient of each day; a frame without patients is of one."""
    patients: Places = np.asarray(days.codes[0] if isinstance(days, pd.MultiIndex) else np.zeros(len(days)), dtype=np.intp)
    return patients


def begins(cell: Places) -> Places:
    """Where each cell begins among rows that are sorted by cell."""
    return np.flatnonzero(np.diff(cell, prepend=-1))


def newest_of(cell: Places) -> Truths:
    """The last of each cell among rows that are sorted by cell and time."""
    last: Truths = np.diff(cell, append=-1) != 0
    return last


def first_to_speak(cells: pd.DataFrame) -> pd.DataFrame:
    """Of each cell the readings of its best rank, by time; where the newest decides, only that one."""
    rank, cell = cells["rank"].to_numpy(), cell_of(cells)
    order = np.lexsort((cells["sampled_at"].to_numpy().view(np.int64), rank, cell))  # no time comes first
    rank, cell = rank[order], cell[order]
    first = begins(cell)
    order = order[rank == np.repeat(rank[first], np.diff(first, append=len(cell)))]
    spoken = cells.take(order)
    kept: Truths = newest_of(cell_of(spoken)) | ~NEWEST_DECIDES[spoken["variable"]]
    return spoken[kept]
