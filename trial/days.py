"""From readings to days: the value of each variable that decides the day's scores, and the reading it comes from.

One interval a reading (trial.cells): the day's worst is then an interval too, and it counts when no cut-off of the
scores that ask divides it; otherwise the day's value is unknown, as if it had not been measured. Ferritin "> 3000"
counts for HLH-2004 (500) and not for the HScore (6000).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring import gases, hlh2004, hscore, sofa
from scoring.bands import Numbers
from trial import carried, protocol
from trial.cells import (
    CHOICE_NUMBER,
    CODES,
    NUMBER_OF,
    SAMPLED,
    Places,
    Truths,
    begins,
    cell_of,
    first_to_speak,
    patient_of,
    usable,
)
from trial.reading import State
from trial.variables import VARIABLES, variable

SMALLER_IS_WORSE = np.array([-1.0 if known.worst in ("max", "any") else 1.0 for known in VARIABLES.values()])
SUPPORT_COUNTS_BELOW = max(band.high for band in sofa.SI["respiration"].bands if band.when == "supported")
WITHOUT_SUPPORT = [
    CHOICE_NUMBER[way] for way in VARIABLES["ventilation"].choices if way not in protocol.VENTILATORY_SUPPORT
]
NO_ROW = -1


def _cutpoints() -> dict[str, Numbers]:
    scores = (sofa.CUTPOINTS, hscore.CUTPOINTS, hlh2004.CUTPOINTS)
    return {code: np.unique([cut for score in scores for cut in score.get(code, ())]) for code in CODES}


CUTPOINTS = _cutpoints()


@dataclass(frozen=True)
class _Decided:
    """Tables of days × variables: the value, NaN where unknown; the place in `entered` of the reading that decided."""

    entered: pd.DataFrame
    day_of: Places  # of each row of `entered`
    days: pd.Index[Any]
    values: Numbers
    rows: Places


def by_day(
    readings: pd.DataFrame, *, measured_only: bool = False, carry: bool = False, zone: str = protocol.TIME_ZONE,
    cuts: Mapping[str, Sequence[float]] | None = None,
) -> pd.DataFrame:
    """One row a day on which anything was entered, one column a variable of which anything was.

    `readings`: the newest reading of each cell, with on_date, variable, sampled_at, state, number (canonical unit),
    choice, comparator; with a column `patient` the rows are (patient, on_date). Numbers are float64, choices text; NaN
    and None where unknown. Raises UnknownVariable.

    A value typed for the day (sampled_at empty) comes before samples; of samples the worst decides; a value carried
    over counts when nothing was measured, and not at all with `measured_only` (the rule of day 7). Not done, pending,
    not applicable: unknown. PaO₂ and FiO₂ come from one gas where there are samples, and so does the ventilation; the
    FiO₂ may be of the evening before, so begin a window a day early.

    "As before" of a laboratory value counts when the value was measured the day before, or when the frame does not
    reach back to that day: begin a window a day early. `carry` does for every laboratory value of these days what the
    tap does, up to 24 hours from its sample to the midnight of `zone` (trial.carried).

    `cuts`: the cut-offs of the score that asks, by variable, as its CUTPOINTS; without them those of SOFA, HScore and
    HLH-2004 together. A variable that is not among them has no cut-off.
    """
    found = _decided(readings, measured_only, carry, zone, cuts)
    present = sorted(NUMBER_OF[code] for code in pd.unique(found.entered["variable"]))
    columns = {CODES[place]: _column(found.values[:, place], CODES[place], found.days) for place in present}
    return pd.DataFrame(columns, index=found.days)


def deciding(
    readings: pd.DataFrame, *, measured_only: bool = False, carry: bool = False, zone: str = protocol.TIME_ZONE,
    cuts: Mapping[str, Sequence[float]] | None = None,
) -> pd.DataFrame:
    """`by_day` as one row a value, with the reading that decided it; its index is that of `readings`, each label once.

    patient (where there is one), on_date, variable, value (missing where the readings leave a cut-off open), reading
    (its label), sampled_at, state (of that reading), carried (a laboratory value of the day before, tapped or by
    `carry`), age_h (hours from its sample to the first moment of the day, of those that `carry` brought).
    """
    found = _decided(readings, measured_only, carry, zone, cuts)
    day, place = np.nonzero(found.rows != NO_ROW)
    row = found.rows[day, place]
    decided = found.entered.iloc[row]
    sampled_at = pd.to_datetime(decided["sampled_at"], utc=True).reset_index(drop=True)
    of_before = (found.day_of[row] != day) & carried.IS_LABORATORY[place]  # an FiO₂ of the evening before is of its gas
    tapped = (decided["state"] == str(State.CARRIED)).to_numpy() & carried.IS_LABORATORY[place]
    on = found.days[day].to_frame(index=False)
    return on.assign(
        variable=np.array(CODES, dtype=object)[place],
        value=_told(found.values[day, place], place),
        reading=decided.index,
        sampled_at=sampled_at,
        state=decided["state"].to_numpy(),
        carried=of_before | tapped,
        age_h=carried.hours_old(sampled_at.dt.tz_convert(None).where(of_before), pd.Index(on["on_date"]), zone),
    )


def _decided(
    readings: pd.DataFrame, measured_only: bool, carry: bool, zone: str, cuts: Mapping[str, Sequence[float]] | None
) -> _Decided:
    for code in pd.unique(readings["variable"]):
        variable(code)
    entered = readings[readings["state"] != str(State.WITHDRAWN)]
    day_of, days = _days(entered)
    cells = first_to_speak(usable(entered, day_of, measured_only))
    if not measured_only:
        cells = carried.without_chains(cells, days)
        cells = carried.with_day_before(cells, days, zone) if carry else cells
    values, rows = np.full((len(days), len(CODES)), np.nan), np.full((len(days), len(CODES)), NO_ROW, dtype=np.intp)
    worst = _worst(cells, CUTPOINTS if cuts is None else {code: np.unique(limits) for code, limits in cuts.items()})
    values[worst["day"], worst["variable"]] = worst["value"]
    rows[worst["day"], worst["variable"]] = worst["row"]
    _pair_gases(values, rows, cells, patient_of(days))
    return _Decided(entered, day_of, days, values, rows)


def _days(entered: pd.DataFrame) -> tuple[Places, pd.Index[Any]]:
    """Each row's place among the days, and the days in order."""
    keys = ["patient", "on_date"] if "patient" in entered.columns else ["on_date"]
    first = entered.loc[~entered.duplicated(keys), keys].sort_values(keys)
    index: pd.Index[Any] = pd.Index(first["on_date"]) if len(keys) == 1 else pd.MultiIndex.from_frame(first)
    return np.asarray(entered.groupby(keys, sort=True).ngroup(), dtype=np.intp), index


def _worst(cells: pd.DataFrame, cuts: Mapping[str, Numbers]) -> pd.DataFrame:
    """One row a cell that has a value: day, variable, value, and the row that decides.

    NaN where the readings leave a cut-off open: the row is then the one that leaves it open.
    """
    known = cells[cells["low"].notna()]
    variables, cell = known["variable"].to_numpy(), cell_of(known)
    sign = SMALLER_IS_WORSE[variables]
    low, high = _turned(known["low"].to_numpy(), known["high"].to_numpy(), sign)
    first = begins(np.sort(cell))
    worst, opens = _by_cell(cell, high, low)[first], _by_cell(cell, low, high)[first]  # of equals the earliest
    value = np.where(np.isinf(high[worst]), low[opens], high[worst]) * sign[worst]
    is_open = _divided(variables[worst], *_turned(low[opens], high[worst], sign[worst]), cuts)
    return known.iloc[np.where(is_open, opens, worst)].assign(value=np.where(is_open, np.nan, value))


def _by_cell(cell: Places, first: Numbers, then: Numbers) -> Places:
    """The order by cell, `first` and `then`; as it is where no cell has two readings."""
    return np.arange(len(cell)) if (np.diff(cell) > 0).all() else np.lexsort((then, first, cell))


def _turned(low: Numbers, high: Numbers, sign: Numbers) -> tuple[Numbers, Numbers]:
    """The same intervals with the smallest as the worst, and back."""
    return np.minimum(low * sign, high * sign), np.maximum(low * sign, high * sign)


def _divided(variables: Places, low: Numbers, high: Numbers, cuts: Mapping[str, Numbers]) -> Truths:
    """Whether a cut-off of the variable lies within the interval, its ends included."""
    divided = np.zeros(len(variables), dtype=bool)
    for place in np.unique(variables[low < high]):
        rows = (variables == place) & (low < high)
        limits = cuts.get(CODES[place], np.array([]))
        divided[rows] = np.searchsorted(limits, low[rows], "left") < np.searchsorted(limits, high[rows], "right")
    return divided


def _pair_gases(values: Numbers, rows: Places, cells: pd.DataFrame, patients: Places) -> None:
    """PaO₂ and FiO₂ of the gas that decides, on days that have samples of PaO₂ and for which no FiO₂ was typed; no pair,
    no FiO₂. A gas is of the day of its PaO₂: its FiO₂ may be of the evening before, its ventilation not.

    The lowest ratio decides. Without support SOFA gives two points at most, however low the ratio: a gas of 68 before
    intubation and one of 120 after it are three points, not four.
    """
    pao2, fio2, support = NUMBER_OF["pao2"], NUMBER_OF["fio2"], NUMBER_OF["ventilation"]
    sampled = cells[(cells["rank"] == SAMPLED) & (cells["low"] == cells["high"])]  # of "< 80" there is no ratio
    oxygen, inspired, machine = (_samples(sampled, place) for place in (pao2, fio2, support))
    typed = cells.loc[(cells["variable"] == fio2) & (cells["rank"] != SAMPLED), "day"]
    oxygen = oxygen[~oxygen["day"].isin(typed)]
    if oxygen.empty or inspired.empty:
        return
    values[oxygen["day"], fio2], rows[oxygen["day"], fio2] = np.nan, NO_ROW
    oxygen, inspired = (gas.assign(patient=patients[gas["day"]]) for gas in (oxygen, inspired))
    paired = gases.newest(oxygen, inspired, "fio2", ["patient"], gases.WINDOW).dropna(subset="fio2")
    paired = gases.newest(paired, machine, "ventilation", ["day"])
    day = paired["day"].to_numpy()
    ventilation = paired["ventilation"].fillna(pd.Series(values[day, support], index=paired.index))
    ventilation_row = paired["ventilation_row"].fillna(pd.Series(rows[day, support], index=paired.index))
    ratio = paired["value"] / paired["fio2"]
    counts = ratio.where(~ventilation.isin(WITHOUT_SUPPORT), ratio.clip(lower=SUPPORT_COUNTS_BELOW))
    deciding = paired.assign(ventilation=ventilation, ventilation_row=ventilation_row, counts=counts, ratio=ratio)
    deciding = deciding.sort_values(["counts", "ratio", "at"]).drop_duplicates("day")
    for place, name in ((pao2, "value"), (fio2, "fio2"), (support, "ventilation")):
        values[deciding["day"], place] = deciding[name]
        rows[deciding["day"], place] = deciding["row" if name == "value" else f"{name}_row"]


def _samples(sampled: pd.DataFrame, place: int) -> pd.DataFrame:
    found = sampled.loc[sampled["variable"] == place, ["day", "sampled_at", "low", "row"]].dropna()
    return found.rename(columns={"low": "value", "sampled_at": "at"})


def _column(values: Numbers, code: str, days: pd.Index[Any]) -> pd.Series[Any]:
    """Numbers as they are; choices by their code, None where unknown."""
    if not VARIABLES[code].choices:
        return pd.Series(values, index=days)
    return pd.Series(_words(values, code), index=days, dtype=object)


def _words(values: Numbers, code: str) -> NDArray[Any]:
    words = np.array([*VARIABLES[code].choices, None], dtype=object)
    return words[np.where(np.isnan(values), -1, values).astype(np.intp)]


def _told(values: Numbers, places: Places) -> NDArray[Any]:
    """Numbers and words in one column."""
    told = values.astype(object)
    for place in np.unique(places):
        if VARIABLES[CODES[place]].choices:
            told[places == place] = _words(values[places == place], CODES[place])
    return told
