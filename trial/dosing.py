"""The 56 planned doses: two a day for 28 days."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

from trial import protocol, schedule
from trial.errors import sentence

SLOTS = ("morning", "evening")
USUAL = {"morning": time(8), "evening": time(20)}
STATES = ("given", "late", "held", "missed", "vomited")
TAKEN = ("given", "late", "vomited")  # these have a time, a route and an amount
ROUTES = (sentence("oral"), sentence("tube"))
REASONS = {  # offered by one tap; anything else can be typed
    "held": (sentence("cytopenia"), sentence("infection"), sentence("liver"), sentence("bleeding"),
             sentence("patient away"), sentence("physician's decision")),
    "missed": (sentence("forgotten"), sentence("drug not there"), sentence("patient away"), sentence("no tube")),
    "late": (sentence("patient away"), sentence("drug not there"), sentence("forgotten")),
    "vomited": (),
}
LINKED = ("held", "missed")  # these may name the value that was the reason
US_LABEL = sentence("US label (Jakafi), pdr.net")
CATCH_UP = sentence("Missed dose: skip it and take the next one at the usual time.")
BY_TUBE = (  # of the US label
    sentence("One tablet in about 40 mL of water, stirred for about 10 minutes."),
    sentence("Give within 6 hours, by a tube of 8 French or more."),
    sentence("Rinse with about 75 mL of water."),
    sentence("The effect on exposure was not evaluated."),
)
LINK = re.compile(r"([a-z_0-9]+) = (\d+(?:\.\d+)?) \((\d{4}-\d\d-\d\d)\)(?:; (.*))?", re.DOTALL)


@dataclass(frozen=True)
class Dose:
    """One of the 56 as charted."""

    day: int
    slot: str
    state: str
    given_at: datetime | None = None  # aware
    route: str | None = None
    mg: float | None = None
    reason: str = ""

    @property
    def taken(self) -> bool:
        return self.state in TAKEN


Charted = Mapping[tuple[int, str], Dose]


def newest_charted(charted: Charted) -> list[Dose]:
    """The charted doses, the latest planned first."""
    return sorted(charted.values(), key=lambda dose: (dose.day, SLOTS.index(dose.slot)), reverse=True)


# A reason that is a value


@dataclass(frozen=True)
class Link:
    """The value for which a dose was held or missed; within the reason as "platelets = 14 (2026-11-24); as typed"."""

    variable: str
    number: float
    on: date
    typed: str = ""

    def __str__(self) -> str:
        told = f"{self.variable} = {self.number:.6f}".rstrip("0").rstrip(".") + f" ({self.on.isoformat()})"
        return f"{told}; {self.typed}" if self.typed else told


def link_of(reason: str) -> Link | None:
    """The value that a reason names; None where it names none."""
    found = LINK.fullmatch(reason)
    if not found:
        return None
    try:
        return Link(found[1], float(found[2]), date.fromisoformat(found[3]), found[4] or "")
    except ValueError:
        return None


# The end of the planned doses


class Treated(Protocol):
    @property
    def day_1(self) -> date | None: ...
    @property
    def time_zone(self) -> str: ...
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


@dataclass(frozen=True)
class End:
    """From here on a dose that is not charted is not asked for."""

    kind: str  # the milestone
    at: datetime
    after: tuple[int, str]  # the last slot that still applies; day 0 where none does

    def spares(self, day: int, slot: str) -> bool:
        return (day, SLOTS.index(slot)) > (self.after[0], SLOTS.index(self.after[1]))


ENDS = ("death", "withdrawal", "lost", "icu_discharge", "hospital_discharge", "left_ward")
FINAL = ("death", "withdrawal")  # nothing can be charted after these


def end_of(patient: Treated) -> End | None:
    """The first of death, withdrawal, loss and discharge; None while the patient is here."""
    moments = (patient.died_at, patient.withdrawn_at, patient.lost_at, patient.icu_discharge_at, patient.hospital_discharge_at,
               patient.left_ward_at)  # fmt: skip
    known = [(at, kind) for at, kind in zip(moments, ENDS, strict=True) if at is not None]
    if not known or patient.day_1 is None:
        return None
    at, kind = min(known)
    return End(kind, at, _last_slot(at.astimezone(ZoneInfo(patient.time_zone)), patient.day_1))


def _last_slot(local: datetime, day_1: date) -> tuple[int, str]:
    day = schedule.study_day(local.date(), day_1)
    passed = [slot for slot in SLOTS if USUAL[slot] <= local.time()]
    return (day, passed[-1]) if passed else (day - 1, SLOTS[-1])


# Dose intensity


@dataclass(frozen=True)
class Intensity:
    """mg taken of the mg planned so far; a slot that is not charted may be either."""

    low: float
    high: float
    planned: float
    vomited: float

    @property
    def percent(self) -> tuple[float, float] | None:
        return None if not self.planned else (100 * self.low / self.planned, 100 * self.high / self.planned)


def intensity(charted: Charted, today: int, end: End | None = None) -> Intensity:
    """Up to yesterday's doses, and today's where they are charted."""
    past = [(day, slot) for day in range(1, min(today, protocol.DAYS) + 1) for slot in SLOTS]
    asked = [
        place for place in past if place in charted or (place[0] < today and not (end is not None and end.spares(*place)))
    ]
    taken = [dose for place in asked if (dose := charted.get(place)) and dose.taken]
    low = sum(dose.mg or 0.0 for dose in taken)
    open_ = protocol.DOSE_MG * sum(place not in charted for place in asked)
    vomited = sum(dose.mg or 0.0 for dose in taken if dose.state == "vomited")
    return Intensity(low, low + open_, float(protocol.DOSE_MG * len(asked)), vomited)
