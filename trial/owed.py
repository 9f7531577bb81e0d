"""Consents that are owed: who was included in an emergency, since when, and whether it can still be asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from trial.consent import EMERGENCY


class Included(Protocol):
    """What must be known of a patient (db.patients.Patient has it)."""

    @property
    def consent_route(self) -> str: ...
    @property
    def included_at(self) -> datetime | None: ...
    @property
    def died_at(self) -> datetime | None: ...
    @property
    def withdrawn_at(self) -> datetime | None: ...


class InTrial(Included, Protocol):
    @property
    def number(self) -> str: ...
    @property
    def name(self) -> str: ...
    def day_of(self, moment: datetime) -> date: ...


def is_owed(patient: Included) -> bool:
    """Included in an emergency, and neither the patient's nor a relative's consent to continue is on file."""
    return patient.included_at is not None and patient.consent_route == EMERGENCY


def can_be_asked(patient: Included) -> bool:
    return patient.died_at is None and patient.withdrawn_at is None


@dataclass(frozen=True)
class Owed:
    number: str
    name: str
    since: date
    days: int
    died_on: date | None
    withdrew_on: date | None

    @property
    def can_be_asked(self) -> bool:
        return self.died_on is None and self.withdrew_on is None


def owed(patients: Iterable[InTrial], today: date) -> list[Owed]:
    """Who can still be asked first, and the longest owed first."""
    found = [_owed(one, one.included_at, today) for one in patients if one.included_at is not None]
    return sorted(found, key=lambda each: (not each.can_be_asked, each.since, each.number))


def _owed(one: InTrial, included_at: datetime, today: date) -> Owed:
    since = one.day_of(included_at)
    died_on = one.day_of(one.died_at) if one.died_at else None
    withdrew_on = one.day_of(one.withdrawn_at) if one.withdrawn_at else None
    return Owed(one.number, one.name, since, max((today - since).days, 0), died_on, withdrew_on)
