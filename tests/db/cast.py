"""The people of the ward, and what they do in most stories."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

from db import begin, days, look, patients, screening, sites
from db.on_file import Patient
from db.people import Person, Signature
from trial.reading import Change, Reading, State

LEA = Person("lea", "Léa", "nurse", "001")
KARIM = Person("karim", "Karim", "investigator", "001")
ANNE = Person("anne", "Anne", "pi")
PAUL = Person("paul", "Paul", "monitor")
ADA = Person("ada", "Ada", "administrator")
ZOE = Person("zoe", "Zoé", "nurse", "002")

MET = SimpleNamespace(state="met")


def signed(person: Person = KARIM) -> Signature:
    """As db.people.sign answers for the right password."""
    return Signature(person.login, person.name, person.role, now())


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return patients.schedule.ward_date(now(), "Europe/Paris")


def days_ago(days: int) -> date:
    return today() - timedelta(days=days)


def at(days: int, hour: int, minute: int = 0) -> datetime:
    """So many days ago at an hour of Greenwich: between 5 and 20, the same calendar day in Paris."""
    on = days_ago(days)
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=UTC)


def open_sites() -> None:
    with begin() as ward:
        sites.open_site(ward, code="001", name="Hôpital A", by=ADA)
        sites.open_site(ward, code="002", name="Hôpital B", norepinephrine_salt="tartrate", by=ADA)


def screened(arrived: int = 10, *, bed: str = "12", site: str = "001", token: str | None = None) -> str:
    with begin() as ward:
        return patients.screen(
            ward, site=site, sex="f", birth_year=1970, arrived_on=days_ago(arrived), bed=bed, by=ANNE, token=token
        )


def included(arrived: int = 10, day_1: int = 5, *, number: str | None = None, route: str = "relative") -> str:
    """Included the day before the planned day 1; answers the screening number."""
    number = number or screened(arrived)
    with begin() as ward:
        screening.consent(ward, number, route, at(day_1 + 1, 8), by=KARIM)
        screening.include(
            ward,
            number,
            planned_day_1=days_ago(day_1),
            verdict=MET,
            frozen={"sofa": 9},
            signature=signed(),
            included_at=at(day_1 + 1, 9),
            by=KARIM,
        )
    return number


def the(number: str, sees: Person = ANNE) -> Patient:
    with look() as ward:
        return patients.find(ward, number, sees=sees)


def measured(number: float, unit: str = "", typed: str | None = None, comparator: str = "=") -> Reading:
    return Reading(State.MEASURED, number, comparator=comparator, typed=typed or f"{number:g}", unit=unit)


def change(variable: str, was: Reading | None, now: Reading, **more: object) -> Change:
    return Change(variable, was, now, **more)


def enter(number: str, values: Mapping[str, float | str], ago: int = 0) -> None:
    """Karim enters numbers and choices for a day, as its first ones."""
    changes = [
        change(code, None, Reading(State.MEASURED, choice=value) if isinstance(value, str) else measured(value))
        for code, value in values.items()
    ]
    with begin() as ward:
        days.record_values(ward, number, days_ago(ago), changes, by=KARIM)


def consent(number: str, route: str = "relative", *, by: Person = KARIM, days: int = 2) -> None:
    with begin() as ward:
        data_use = "" if route in screening.CONSENTED else "keep"
        screening.consent(ward, number, route, at(days, 8), data_use=data_use, by=by)


def include(number: str, *, state: str = "met", by: Person = KARIM, **more: object) -> str:
    verdict = SimpleNamespace(state=state)
    asked = {"planned_day_1": today(), "verdict": verdict, "frozen": {"sofa": 9}, "signature": signed(by)} | more
    with begin() as ward:
        return screening.include(ward, number, by=by, **asked)
