"""Days alive and free of support up to day 28: ventilator-free days, organ-support-free days.

Which support it is (ventilator, pressor, renal replacement) is the caller's: the rule is one. Days are study days 1 to
28, and every supported day counts, first or after a reintubation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from scoring import rules
from scoring.bands import Numbers, Span, exactly, where
from scoring.columns import BadColumn, answers, numbers
from scoring.inputs import read

CITATION = (
    "Yehya N, Harhay MO, Curley MAQ, et al. Reappraisal of ventilator-free days in critical care research. Am J Respir "
    "Crit Care Med 2019;200:828-836. doi:10.1164/rccm.201810-2050CP"
)
DAYS = 28


@dataclass(frozen=True)
class Options(rules.Choices):
    death: Literal[0, -1] = 0  # what a death up to day 28 is worth: some trials rank it below 28 days of support


DEFAULT = Options()


def score(patients: pd.DataFrame, options: Options = DEFAULT) -> pd.DataFrame:
    """Of each row `free_days` (<NA> until it is settled), `low` and `high`, as Int64 on the index of `patients`.

    Columns read: support_days (0-28; where it is missing support_days_low and support_days_high, as `support_days`
    makes them, bound it), death_day (empty: not known to be dead) and alive_day_28 (yes/no). A death after day 28 is
    alive at day 28. Dead by day 28 is `options.death` whatever the support; an unknown fate is anything from it to
    28 days less the support.
    BadColumn as in `scoring.sofa.score`, and where death_day and alive_day_28 contradict each other.
    """
    free = _free(patients, options)
    columns = {"free_days": free.column(), "low": exactly(free.low).column(), "high": exactly(free.high).column()}
    return rules.stamp(pd.DataFrame(columns, index=patients.index), rules.of_options("support_free", options))


def _free(patients: pd.DataFrame, options: Options) -> Span:
    alive, support = _alive(patients), _support(patients)
    survived = Span(DAYS - support.high, DAYS - support.low)
    dead = exactly(np.full(len(patients), options.death))
    return where(alive == 1, survived, where(alive == 0, dead, Span(dead.low, survived.high)))


def _alive(patients: pd.DataFrame) -> Numbers:
    """Whether alive at day 28: 1, 0 or NaN."""
    told, death = read(patients, "alive_day_28"), read(patients, "death_day")
    by_death = np.where(np.isnan(death), np.nan, (death > DAYS).astype(np.float64))
    contradiction = ~np.isnan(told) & ~np.isnan(by_death) & (told != by_death)
    if contradiction.any():
        raise BadColumn("death_day", f"contradicts alive_day_28, the first in row {int(contradiction.argmax())}")
    return np.where(np.isnan(told), by_death, told)


def _support(patients: pd.DataFrame) -> Span:
    known = read(patients, "support_days")
    least, most = (
        numbers(patients, f"support_days_{end}", high=DAYS, whole=True) for end in ("low", "high")
    )
    if (crossed := least > most).any():
        raise BadColumn("support_days_low", f"above support_days_high, the first in row {int(crossed.argmax())}")
    ends = [
        np.rint(np.where(np.isnan(known), np.where(np.isnan(end), otherwise, end), known)).astype(np.int64)
        for end, otherwise in ((least, 0), (most, DAYS))
    ]
    return Span(*ends)


def support_days(days: pd.DataFrame) -> pd.DataFrame:
    """The days on support of each patient: `support_days` (<NA> unless settled), `support_days_low`, `support_days_high`.

    `days` has one row a patient-day: patient, day (1-28), supported (yes/no, empty: not known). A day that is not known
    or has no row could be either: write "no" for the days after the discharge.
    BadColumn for another day, a day twice, or no patient.
    """
    supported = answers(days, "supported")
    named = pd.DataFrame({"patient": _patients(days), "day": np.rint(_numbered(days))})
    if named.duplicated().any():
        raise BadColumn("day", "a patient has two rows of one day")
    told = pd.DataFrame({"yes": supported == 1, "no": supported == 0}, dtype=np.int64)
    count = told.groupby(named["patient"], sort=False).sum()
    support = Span(count["yes"].to_numpy(), DAYS - count["no"].to_numpy())
    columns = {
        "support_days": support.column(), "support_days_low": exactly(support.low).column(),
        "support_days_high": exactly(support.high).column(),
    }  # fmt: skip
    return pd.DataFrame(columns, index=count.index)


def _patients(days: pd.DataFrame) -> list[Any]:
    if "patient" not in days.columns or days["patient"].isna().any():
        raise BadColumn("patient", "a day is nobody's")
    return list(days["patient"])


def _numbered(days: pd.DataFrame) -> Numbers:
    day = numbers(days, "day", low=1, high=DAYS, whole=True)
    if np.isnan(day).any():
        raise BadColumn("day", "a day has no number")
    return day


def reckoning(patient: Mapping[str, Any], options: Options = DEFAULT) -> str:
    """The sum of someone alive at day 28: "28 − 10 = 18"; empty when there is none to make (dead, or not settled)."""
    row = pd.DataFrame([{code: value for code, value in patient.items() if not pd.isna(value)}], index=[0])
    free = score(row, options)["free_days"].iloc[0]
    if pd.isna(free) or _alive(row)[0] != 1:
        return ""
    return f"{DAYS} − {DAYS - int(free)} = {int(free)}"
