"""Study days, visits and what is due: the only place that turns dates into study days.

A day is a calendar day of the site's time zone. Day 1 is the day of the first dose, day 7 is day 1 + 6,
the day before day 1 is day 0. A night of 23 or 25 hours is one night.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from trial import protocol

DAYS = protocol.DAYS
State = Literal["due", "tomorrow", "late", "missed", "not_applicable"]

REGISTRY_EIGHT = (
    "temperature",
    "ferritin",
    "scd25",
    "fibrinogen",
    "triglycerides",
    "hemoglobin",
    "white_cells",
    "platelets",
)
CYTOKINES = ("il2", "il6", "il10", "il12", "gm_csf", "ifn_gamma", "tnf_alpha")
# An empty norepinephrine or dialysis box reads as none, so at a visit both are asked; the rarer machines and drugs
# (ECMO, vasopressin, the other catecholamines) are charted when they run.
SOFA_INPUTS = (
    "ventilation",
    "pao2",
    "fio2",
    "map",
    "norepinephrine",
    "gcs",
    "gcs_kind",
    "creatinine",
    "urine_output",
    "rrt",
    "platelets",
    "bilirubin",
)
PANEL = tuple(dict.fromkeys(SOFA_INPUTS + REGISTRY_EIGHT + CYTOKINES))
VITAL_STATUS = "vital_status"  # a milestone, not a variable of the catalogue

SIX_MONTHS = protocol.SIX_MONTHS_DAYS + 1  # the study day that lies so many days after day 1


@dataclass(frozen=True)
class Visit:
    """A planned day; `before` and `after` are the days of its window, `asks` are variable codes."""

    day: int
    before: int
    after: int
    asks: tuple[str, ...]

    def on(self, day_1: date) -> date:
        return date_of(self.day, day_1)

    def opens(self, day_1: date) -> date:
        return self.on(day_1) - timedelta(days=self.before)

    def closes(self, day_1: date) -> date:
        return self.on(day_1) + timedelta(days=self.after)


VISITS = (
    *(Visit(day, *protocol.VISIT_WINDOWS[day], PANEL) for day in protocol.VISIT_DAYS),
    Visit(SIX_MONTHS, *protocol.SIX_MONTHS_WINDOW, (VITAL_STATUS,)),
)


@dataclass(frozen=True)
class Due:
    """What a visit still asks for.

    tomorrow: the visit is tomorrow; due: it is today; late: its day is over and its window open, a sample drawn
    now still counts; missed: its window is closed, only what was already drawn can be entered; not_applicable:
    the patient had died, left or withdrawn, and nothing is asked.
    """

    visit_day: int
    missing: tuple[str, ...]
    state: State
    on: date
    closes: date


def ward_date(moment: datetime, zone: str) -> date:
    """The calendar day at the site. ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(ZoneInfo(zone)).date()


def day_span(on: date, zone: str) -> tuple[datetime, datetime]:
    """First moment of the day and first moment of the next, in UTC."""
    return _midnight(on, zone), _midnight(on + timedelta(days=1), zone)


def day_length(on: date, zone: str) -> timedelta:
    """23, 24 or 25 hours."""
    begins, ends = day_span(on, zone)
    return ends - begins


def study_day(on: date, day_1: date) -> int:
    return (on - day_1).days + 1


def date_of(day: int, day_1: date) -> date:
    return day_1 + timedelta(days=day - 1)


def treatment_dates(day_1: date) -> list[date]:
    return [date_of(day, day_1) for day in range(1, protocol.DAYS + 1)]


def days_between(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both in, the newest first; `last` alone where `first` lies after it."""
    return [last - timedelta(days=back) for back in range(max((last - first).days, 0) + 1)]


def visit_on(on: date, day_1: date) -> Visit | None:
    """The visit whose window holds this date."""
    return next((visit for visit in VISITS if visit.opens(day_1) <= on <= visit.closes(day_1)), None)


def is_baseline(
    on: date, day_1: date, *, sampled_at: datetime | None = None, first_dose_at: datetime | None = None
) -> bool:
    """Day 1 before the first dose. A day's value without its own time is taken as drawn before it."""
    if on != day_1:
        return False
    return sampled_at is None or first_dose_at is None or sampled_at < first_dose_at


def due(
    day_1: date,
    today: date,
    on_file: Collection[tuple[date, str]],
    left_on: date | None = None,
    *,
    discharged: bool = False,
) -> list[Due]:
    """Visits up to tomorrow that still miss something, oldest first.

    `on_file` holds what needs no further asking: known values, and those declared not done or not applicable.
    `left_on` is the day of death, withdrawal or ICU discharge; `discharged` says that it was a discharge, after
    which the vital status at six months is still asked.
    """
    planned = [visit for visit in VISITS if visit.on(day_1) <= today + timedelta(days=1)]
    found = (_asked(visit, day_1, today, on_file, left_on, discharged) for visit in planned)
    return [one for one in found if one is not None]


def _asked(
    visit: Visit,
    day_1: date,
    today: date,
    on_file: Collection[tuple[date, str]],
    left_on: date | None,
    discharged: bool,
) -> Due | None:
    on, closes = visit.on(day_1), visit.closes(day_1)
    known = {code for at, code in on_file if visit.opens(day_1) <= at <= closes}
    missing = tuple(code for code in visit.asks if code not in known)
    if not missing:
        return None
    if _is_gone(visit, on, left_on, discharged):
        return Due(visit.day, (), "not_applicable", on, closes)
    last = closes if left_on is None or visit.day == SIX_MONTHS else min(closes, left_on)
    return Due(visit.day, missing, _state(on, last, today), on, closes)


def _is_gone(visit: Visit, on: date, left_on: date | None, discharged: bool) -> bool:
    if left_on is None:
        return False
    if discharged:
        return visit.day != SIX_MONTHS and left_on < on
    return left_on <= on


def _state(on: date, last: date, today: date) -> State:
    if today < on:
        return "tomorrow"
    if today == on:
        return "due"
    return "late" if today <= last else "missed"


def _midnight(on: date, zone: str) -> datetime:
    return datetime.combine(on, time.min, ZoneInfo(zone)).astimezone(UTC)
