"""From the store's long frame of readings to what a page shows: newest earlier values, a day with changes on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

from trial.carried import LABORATORY
from trial.reading import KNOWN, Reading, State


def reading_of(row: Mapping[Any, Any]) -> Reading:
    """One row of `db.days.readings`."""
    number = None if pd.isna(row["number"]) else float(row["number"])
    choice = None if pd.isna(row["choice"]) else str(row["choice"])
    return Reading(State(row["state"]), number, choice, row["comparator"], row["typed"], row["unit"], row["assay"])


def last_before(readings: pd.DataFrame, on: date) -> dict[str, Reading]:
    """Each variable's newest known value of an earlier day."""
    earlier = readings[(readings["on_date"] < on) & readings["state"].isin([str(state) for state in KNOWN])]
    newest = earlier.sort_values(["on_date", "sampled_at"], na_position="last").drop_duplicates("variable", keep="last")
    return {row["variable"]: reading_of(row) for row in newest.to_dict("records")}


def too_old_to_carry(readings: pd.DataFrame, on: date) -> frozenset[str]:
    """Laboratory values that were not measured on the day before `on`: "as before" would not count (trial.carried)."""
    yesterday = (readings["on_date"] == on - timedelta(days=1)) & (readings["state"] == str(State.MEASURED))
    return frozenset(LABORATORY) - frozenset(readings.loc[yesterday, "variable"])


def with_sheet(readings: pd.DataFrame, on: date, sheet: Mapping[str, Reading]) -> pd.DataFrame:
    """The readings as they would be once the sheet of `on` is saved; what it does not change keeps its author and time."""
    of_the_sheet = (readings["on_date"] == on) & readings["sampled_at"].isna()
    stored = {row["variable"]: (label, reading_of(row)) for label, row in zip(
        readings.index[of_the_sheet], readings[of_the_sheet].to_dict("records"), strict=True)}
    same = {code: label for code, (label, reading) in stored.items() if code in sheet and sheet[code].means() == reading.means()}
    of_the_sheet &= ~readings.index.isin(same.values())
    sheet = {code: known for code, known in sheet.items() if code not in same}
    typed = [
        {"on_date": on, "variable": code, "sampled_at": pd.NaT, "state": str(known.state), "number": known.number,
         "choice": known.choice, "comparator": known.comparator, "typed": known.typed, "unit": known.unit,
         "assay": known.assay}
        for code, known in sheet.items()
    ]
    if not typed:
        return readings[~of_the_sheet]
    kept = readings[~of_the_sheet]
    added = pd.DataFrame(typed)
    return added if kept.empty else pd.concat([kept, added], ignore_index=True)


NO_READINGS = pd.DataFrame(columns=["on_date", "variable", "sampled_at", "state", "number", "choice", "comparator",
                                    "typed", "unit", "assay"])
