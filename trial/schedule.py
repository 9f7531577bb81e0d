"""Study days, visits and what is due: the only place that turns dates into study days.

A day is a calendar day of the site's time zone. Day 1 is the day of the first dose, day 7 is day 1 + 6,
the day before day 1 is day 0. A night of 23 or 25 hours is one night. Which tube a value comes from stands in trial.tubes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from trial import protocol

DAYS = protocol.DAYS
State = Literal["to_come", "tomorrow", "due", "late", "missed", "not_applicable", "done"]
ASKING: tuple[State, ...] = ("late", "due", "tomorrow")  # something can still be drawn, or will be

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

    done: nothing; to_come: it lies further ahead than tomorrow; tomorrow: the visit is tomorrow; due: it is today;
    late: its day is over and its window open, a sample drawn now still counts; missed: its window is closed, only what
    was already drawn can be entered; not_applicable: the patient had died, left or withdrawn, and nothing is asked.
    """

    visit_day: int
    missing: tuple[str, ...]
    state: State
    on: date
    closes: date
    awaited: tuple[str, ...] = ()  # of the missing: drawn, and the result is pending

    @property
    def to_draw(self) -> tuple[str, ...]:
        return tuple(code for code in self.missing if code not in self.awaited)


class Followed(Protocol):
    """What ends the asking (db.patients.Patient has it)."""

    @property
    def died_at(self) -> datetime | None: ...
    @property
    def withdrawn_at(self) -> datetime | None: ...
    @property
    def lost_at(self) -> datetime | None: ...
    @property
    def icu_discharge_at(self) -> datetime | None: ...
    @property
    def hospital_discharge_at(self) -> datetime | None: ...
    @property
    def left_ward_at(self) -> datetime | None: ...
    @property
    def last_known_alive_at(self) -> datetime | None: ...
    def day_of(self, moment: datetime) -> date: ...


@dataclass(frozen=True)
class Left:
    """Days from which less is asked."""

    ended_on: date | None = None  # death, withdrawal, lost: nothing at all from that day on
    discharged_on: date | None = None  # out of intensive care: after that day the vital status at six months alone


STAYS = Left()


def left(patient: Followed) -> Left:
    ended = _first_day(patient, patient.died_at, patient.withdrawn_at, patient.lost_at)
    return Left(ended, _first_day(patient, patient.icu_discharge_at, patient.hospital_discharge_at, patient.left_ward_at))


def vital_status(patient: Followed) -> set[tuple[date, str]]:
    """For `on_file`: the day on which the patient was last known to be alive."""
    return {(patient.day_of(at), VITAL_STATUS) for at in (patient.last_known_alive_at,) if at}


def _first_day(patient: Followed, *moments: datetime | None) -> date | None:
    return min((patient.day_of(at) for at in moments if at), default=None)


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

    `left_on` is the day of death, withdrawal or ICU discharge; `discharged` says that it was a discharge, after
    which the vital status at six months is still asked.
    """
    gone = Left(discharged_on=left_on) if discharged else Left(ended_on=left_on)
    return [one for one in plan(day_1, today, on_file, gone) if one.state != "done" and one.on <= today + timedelta(days=1)]


def plan(
    day_1: date,
    today: date,
    on_file: Collection[tuple[date, str]],
    gone: Left = STAYS,
    *,
    awaited: Collection[tuple[date, str]] = (),
) -> list[Due]:
    """Every visit from day 1 to six months with its state.

    `on_file` holds what needs no further asking: known values, and those declared not done or not applicable.
    `awaited` holds what was drawn and has no result yet.
    """
    return [_asked(visit, day_1, today, on_file, gone, awaited) for visit in VISITS]


def _asked(
    visit: Visit,
    day_1: date,
    today: date,
    on_file: Collection[tuple[date, str]],
    gone: Left,
    awaited: Collection[tuple[date, str]],
) -> Due:
    on, opens, closes = visit.on(day_1), visit.opens(day_1), visit.closes(day_1)

    def within(told: Collection[tuple[date, str]]) -> set[str]:
        return {code for at, code in told if opens <= at <= closes}

    known, drawn = within(on_file), within(awaited)
    missing = tuple(code for code in visit.asks if code not in known)
    if not missing:
        return Due(visit.day, (), "done", on, closes)
    if _is_gone(visit, on, gone):
        return Due(visit.day, (), "not_applicable", on, closes)
    state = _state(on, _last_day(visit, closes, gone), today)
    return Due(visit.day, missing, state, on, closes, tuple(code for code in missing if code in drawn))


def _is_gone(visit: Visit, on: date, gone: Left) -> bool:
    if gone.ended_on is not None and gone.ended_on <= on:
        return True
    return gone.discharged_on is not None and gone.discharged_on < on and visit.day != SIX_MONTHS


def _last_day(visit: Visit, closes: date, gone: Left) -> date:
    """On which a sample can be drawn: nothing on the day of an end, something still on the day of a discharge."""
    last = closes if gone.ended_on is None else min(closes, gone.ended_on - timedelta(days=1))
    return last if gone.discharged_on is None or visit.day == SIX_MONTHS else min(last, gone.discharged_on)


def _state(on: date, last: date, today: date) -> State:
    if today < on:
        return "tomorrow" if on - today == timedelta(days=1) else "to_come"
    if today == on:
        return "due"
    return "late" if today <= last else "missed"


def _midnight(on: date, zone: str) -> datetime:
    return datetime.combine(on, time.min, ZoneInfo(zone)).astimezone(UTC)
