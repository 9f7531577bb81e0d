"""From readings to days: the value of each variable that decides the day's scores.

One interval a reading: a number is itself, "< 20" is everything below. The day's worst is then an interval too, and it
counts when no cut-off of any score divides it; otherwise the day's value is unknown, as if it had not been measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring import hlh2004, hscore, sofa
from scoring.bands import Numbers, past
from trial.reading import State
from trial.variables import VARIABLES, variable

CODES = tuple(VARIABLES)
NUMBER_OF = {code: place for place, code in enumerate(CODES)}
CHOICE_NUMBER = {  # mildest first, so that the worst is the highest; "not_done" is no answer
    choice: float(place) for known in VARIABLES.values() for place, choice in enumerate(known.choices)
    if choice != State.NOT_DONE
}
SMALLER_IS_WORSE = np.array([-1.0 if known.worst in ("max", "any") else 1.0 for known in VARIABLES.values()])
NEWEST_DECIDES = np.array([known.worst == "last" for known in VARIABLES.values()])
GAS_WINDOW = pd.Timedelta(hours=4)  # an FiO₂ belongs to the gases of the next four hours
SUPPORT_COUNTS_BELOW = max(band.high for band in sofa.SI["respiration"].bands if band.when == "supported")
WITHOUT_SUPPORT = [CHOICE_NUMBER[way] for way in sofa.VENTILATION if way not in sofa.SUPPORT]

# Which reading of a cell speaks first. What was measured that day comes before what was carried over from another.
TYPED, SAMPLED, CARRIED = 0, 1, 2


def _cutpoints() -> dict[str, Numbers]:
    scores = (sofa.CUTPOINTS, hscore.CUTPOINTS, hlh2004.CUTPOINTS)
    return {code: np.unique([cut for score in scores for cut in score.get(code, ())]) for code in CODES}


CUTPOINTS = _cutpoints()


def by_day(readings: pd.DataFrame, *, measured_only: bool = False) -> pd.DataFrame:
    """One row a day on which anything was entered, one column a variable of which anything was.

    `readings`: the newest reading of each cell, with on_date, variable, sampled_at, state, number (canonical unit),
    choice, comparator; with a column `patient` the rows are (patient, on_date). Numbers are float64, choices text; NaN
    and None where unknown. Raises UnknownVariable.

    A value typed for the day (sampled_at empty) comes before samples; of samples the worst decides; a value carried
    over counts when nothing was measured, and not at all with `measured_only` (the rule of day 7). Not done, pending,
    not applicable: unknown. PaO₂ and FiO₂ come from one gas where there are samples, and so does the ventilation.
    """
    for code in pd.unique(readings["variable"]):
        variable(code)
    entered = readings[readings["state"] != str(State.WITHDRAWN)]
    keys = ["patient", "on_date"] if "patient" in readings.columns else ["on_date"]
    day_of, days = _days(entered, keys)
    table = np.full((len(days), len(CODES)), np.nan)
    cells = _first_to_speak(_cells(entered, day_of, measured_only))
    worst = _worst(cells)
    table[worst["day"], worst["variable"]] = worst["value"]
    _pair_gases(table, cells)
    present = sorted(NUMBER_OF[code] for code in pd.unique(entered["variable"]))
    return pd.DataFrame({CODES[place]: _column(table[:, place], CODES[place], days) for place in present}, index=days)


def _days(entered: pd.DataFrame, keys: list[str]) -> tuple[NDArray[np.intp], pd.Index[Any]]:
    """Each row's place among the days, and the days in order."""
    first = entered.loc[~entered.duplicated(keys), keys].sort_values(keys)
    index: pd.Index[Any] = pd.Index(first["on_date"]) if len(keys) == 1 else pd.MultiIndex.from_frame(first)
    return np.asarray(entered.groupby(keys, sort=True).ngroup(), dtype=np.intp), index


def _cells(entered: pd.DataFrame, day_of: NDArray[np.intp], measured_only: bool) -> pd.DataFrame:
    """Each usable reading as an interval: day, variable (places), sampled_at, rank, low, high."""
    sampled_at = pd.to_datetime(entered["sampled_at"], utc=True)
    number = pd.to_numeric(entered["number"]).to_numpy(dtype=np.float64, na_value=np.nan)
    value = np.where(np.isnan(number), _looked_up(entered["choice"], CHOICE_NUMBER), number)
    cells = pd.DataFrame({
        "day": day_of,
        "variable": _looked_up(entered["variable"], NUMBER_OF).astype(np.intp),
        "sampled_at": sampled_at.to_numpy(),
        "rank": _rank(entered["state"], sampled_at.notna().to_numpy()),
        "low": value,
        "high": value,
    })
    _open_censored(cells, entered["comparator"].to_numpy(), value)
    usable = cells["rank"] <= (SAMPLED if measured_only else CARRIED)
    return cells[usable]


def _looked_up(words: pd.Series[str], numbers: Mapping[str, float]) -> Numbers:
    places, different = pd.factorize(words)
    return np.array([*(numbers.get(word, np.nan) for word in different), np.nan])[places]  # place -1 is missing


def _rank(state: pd.Series[str], sampled: NDArray[np.bool_]) -> NDArray[np.int64]:
    measured = (state == str(State.MEASURED)).to_numpy()
    carried = (state == str(State.CARRIED)).to_numpy()
    cannot_be = (state == str(State.NOT_APPLICABLE)).to_numpy() & ~sampled
    return np.select([(measured & ~sampled) | cannot_be, measured & sampled, carried], [TYPED, SAMPLED, CARRIED], 9)


def _open_censored(cells: pd.DataFrame, comparator: NDArray[Any], value: Numbers) -> None:
    """"< 20" lies anywhere below 20, "> 20" anywhere above; neither is 20 itself."""
    below, above = ((comparator == sign) & ~np.isnan(value) for sign in "<>")
    cells.loc[below, "low"] = -np.inf
    cells.loc[below, "high"] = [past(limit, "<") for limit in value[below]]
    cells.loc[above, "low"] = [past(limit, ">") for limit in value[above]]
    cells.loc[above, "high"] = np.inf


def _first_to_speak(cells: pd.DataFrame) -> pd.DataFrame:
    """Of each cell the readings of its best rank; where the newest decides, only that one."""
    cells = cells.sort_values("sampled_at", kind="stable", na_position="first")
    cell = cells["day"] * len(CODES) + cells["variable"]
    best = cells["rank"] == cells["rank"].groupby(cell).transform("min")
    cells, cell = cells[best], cell[best]
    older = cell.duplicated(keep="last") & NEWEST_DECIDES[cells["variable"]]
    return cells[~older]


def _worst(cells: pd.DataFrame) -> pd.DataFrame:
    """One row a cell: day, variable, value; NaN where the readings leave a cut-off of some score open."""
    sign = SMALLER_IS_WORSE[cells["variable"]]
    ends = np.sort(np.column_stack([cells["low"] * sign, cells["high"] * sign]), axis=1)  # NaN stays NaN
    turned = pd.DataFrame({"day": cells["day"], "variable": cells["variable"], "low": ends[:, 0], "high": ends[:, 1]})
    worst = turned.groupby(["day", "variable"], as_index=False, sort=False).min()
    sign = SMALLER_IS_WORSE[worst["variable"]]
    low, high = np.sort(np.column_stack([worst["low"] * sign, worst["high"] * sign]), axis=1).T
    value = np.where(sign > 0, np.where(np.isinf(high), low, high), np.where(np.isinf(low), high, low))
    worst["value"] = np.where(_divided(worst["variable"].to_numpy(), low, high), np.nan, value)
    return worst


def _divided(variables: NDArray[np.intp], low: Numbers, high: Numbers) -> NDArray[np.bool_]:
    """Whether a cut-off of the variable lies within the interval, its ends included."""
    divided = np.zeros(len(variables), dtype=bool)
    for place in np.unique(variables[low < high]):
        rows = (variables == place) & (low < high)
        cuts = CUTPOINTS[CODES[place]]
        divided[rows] = np.searchsorted(cuts, low[rows], "left") < np.searchsorted(cuts, high[rows], "right")
    return divided


def _pair_gases(table: Numbers, cells: pd.DataFrame) -> None:
    """PaO₂ and FiO₂ of the gas that decides, on days that have samples of both; no pair, no FiO₂.

    The lowest ratio decides. Without support SOFA gives two points at most, however low the ratio: a gas of 68 before
    intubation and one of 120 after it are three points, not four.
    """
    pao2, fio2, support = NUMBER_OF["pao2"], NUMBER_OF["fio2"], NUMBER_OF["ventilation"]
    sampled = cells[cells["rank"] == SAMPLED]
    oxygen, inspired, machine = (_samples(sampled, place) for place in (pao2, fio2, support))
    if oxygen.empty or inspired.empty:
        return
    table[np.intersect1d(oxygen["day"], inspired["day"]), fio2] = np.nan
    gases = _at(_at(oxygen, inspired, "fio2", GAS_WINDOW), machine, "ventilation", None).dropna(subset="fio2")
    day = gases["day"].to_numpy()
    ventilation = gases["ventilation"].fillna(pd.Series(table[day, support], index=gases.index))
    ratio = gases["value"] / gases["fio2"]
    counts = ratio.where(~ventilation.isin(WITHOUT_SUPPORT), ratio.clip(lower=SUPPORT_COUNTS_BELOW))
    deciding = gases.assign(ventilation=ventilation, counts=counts, ratio=ratio)
    deciding = deciding.sort_values(["counts", "ratio"]).drop_duplicates("day")
    table[deciding["day"], pao2] = deciding["value"]
    table[deciding["day"], fio2] = deciding["fio2"]
    table[deciding["day"], support] = deciding["ventilation"]


def _samples(sampled: pd.DataFrame, place: int) -> pd.DataFrame:
    found = sampled.loc[sampled["variable"] == place, ["day", "sampled_at", "low"]].dropna()
    return found.rename(columns={"low": "value"}).sort_values("sampled_at")


def _at(gases: pd.DataFrame, others: pd.DataFrame, name: str, within: pd.Timedelta | None) -> pd.DataFrame:
    """Each gas with the newest of `others` of that day at its time."""
    named = others.rename(columns={"value": name})
    return pd.merge_asof(gases, named, on="sampled_at", by="day", tolerance=within)


def _column(values: Numbers, code: str, days: pd.Index[Any]) -> pd.Series[Any]:
    """Numbers as they are; choices by their code, None where unknown."""
    choices = VARIABLES[code].choices
    if not choices:
        return pd.Series(values, index=days)
    words = np.array([*choices, None], dtype=object)
    return pd.Series(words[np.where(np.isnan(values), -1, values).astype(np.intp)], index=days, dtype=object)
