"""The screening log: everyone who was looked at for the trial, included or not, one row an attempt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    cast,
    func,
    select,
    true,
    type_coerce,
    union,
)
from sqlalchemy.dialects.postgresql import JSONB

from db import people
from db.on_file import Patient, first_doses, patients_where
from db.people import Person
from db.tables import answer, consent, decision, description, entry, inclusion, patient
from trial.consent import EMERGENCY
from trial.owed import is_owed
from trial.what_if import Record

DECIDED = (
    "number", "study_number", "site", "sex", "birth_year", "arrived_on", "attempt", "decision", "reasons", "by", "at", "app_rules",
)  # fmt: skip


def _whole(told: Any) -> int:
    return int(float(told))


def _is_so(told: Any) -> bool:
    return str(told) in ("1", "true")


FROZEN: dict[str, tuple[tuple[str, ...], Callable[[Any], Any]]] = {  # column → where it stands in the record, and as what
    "values_on": (("on",), str),
    "verdict": (("verdict",), str),
    "hlh2004_met": (("hlh2004", "met"), _is_so),
    "hlh2004_criteria": (("hlh2004", "count"), _whole),
    "hlh2004_unknown": (("hlh2004", "unknown"), _whole),
    "hscore_low": (("hscore", "low"), _whole),
    "hscore_high": (("hscore", "high"), _whole),
    "hscore_probability": (("hscore", "probability"), float),
    "sofa_low": (("sofa", "low"), _whole),
    "sofa_high": (("sofa", "high"), _whole),
    "consent_route": (("consent", "route"), str),
    "hlh2004_rules": (("rules", "hlh2004", "version"), str),
    "hscore_rules": (("rules", "hscore", "version"), str),
    "sofa_rules": (("rules", "sofa", "version"), str),
    "record_format": (("format",), _whole),
}
LOG = (*DECIDED, "by_name", *FROZEN)
JUDGED = ("format", "on", "verdict", "sex", "birth_year", "answers", "hlh2004", "hscore", "sofa")  # what a verdict hangs on


def log(ward: Connection, *, sees: Person, site: str = "") -> pd.DataFrame:
    """The screening log, newest arrival first; `decision` is included, not_included or open.

    Each decided attempt; and one that is open where nothing was decided yet, or where criteria were answered after the
    patient was not included. `by` is the login, `by_name` the name to show; the scores are those frozen at the decision.
    """
    each = _attempts(ward).where(_seen(sees, site)).offset(0).subquery()  # offset: each record is read once, then looked into
    told = [each.c.frozen[path].as_string().label(column) for column, (path, _kind) in FROZEN.items()]
    rows = ward.execute(select(*(each.c[column] for column in DECIDED), *told)).all()
    frame = pd.DataFrame(rows, columns=[*DECIDED, *FROZEN])
    for column, (_path, kind) in FROZEN.items():
        frame[column] = pd.Series([_read(told, kind) for told in frame[column]], index=frame.index, dtype="object")
    names = people.names(ward)
    frame.insert(len(DECIDED), "by_name", [names.get(login, login) for login in frame["by"]])
    return frame.sort_values(["arrived_on", "number", "attempt"], ascending=[False, True, True], ignore_index=True)


def records(ward: Connection, *, sees: Person, site: str = "") -> list[Record]:
    """What the newest decision of each patient was made from, by number."""
    decided = _attempts(ward).where(_seen(sees, site), decision.c.entry.is_not(None)).offset(0).subquery()
    parts = [decided.c.frozen[part].label(part) for part in JUDGED]
    known = [decided.c[name] for name in ("number", "decision")]
    on_file = [decided.c[name].label(f"{name}_on_file") for name in ("sex", "birth_year")]
    asked = select(*known, *on_file, *parts).order_by(decided.c.number, decided.c.attempt)
    newest = {row["number"]: row for row in ward.execute(asked).mappings()}
    return [
        Record.of(row, number=number, included=row["decision"] == "included", sex=row["sex_on_file"],
                  birth_year=row["birth_year_on_file"])
        for number, row in newest.items()
    ]  # fmt: skip


def dosed(ward: Connection, *, sees: Person, site: str = "") -> set[str]:
    """The numbers of the included who got a dose; one that was charted in error is none."""
    asked = select(inclusion.c.patient).join(patient, patient.c.number == inclusion.c.patient).where(_seen(sees, site))
    return set(first_doses(ward, asked))


def owed_consents(ward: Connection, *, sees: Person, site: str = "") -> list[Patient]:
    """Who was included in an emergency and whose consent to continue is not on file."""
    in_emergency = select(consent.c.patient).where(consent.c.route == EMERGENCY)
    return [one for one in patients_where(ward, patient.c.number.in_(in_emergency) & _seen(sees, site), sees) if is_owed(one)]


def _seen(sees: Person, site: str) -> ColumnElement[bool]:
    """The patients of a site, of those whom this person may see."""
    conditions = [patient.c.site == wanted for wanted in (sees.site, site) if wanted]
    return and_(true(), *conditions)


def _attempts(ward: Connection) -> Select[Any]:
    """One row an attempt; the columns of DECIDED, and the record as it was frozen."""
    on_postgres = ward.dialect.name == "postgresql"
    frozen = cast(decision.c.frozen, JSONB) if on_postgres else type_coerce(decision.c.frozen, JSON)
    newer = description.alias()
    latest = select(func.max(newer.c.entry)).where(newer.c.patient == patient.c.number).scalar_subquery()
    corrected = and_(description.c.patient == patient.c.number, description.c.entry == latest)
    decided = select(decision.c.patient, decision.c.attempt)
    again = select(answer.c.patient, answer.c.attempt).where(answer.c.attempt > 1)
    attempt = union(decided, again).subquery()
    told = (
        patient.outerjoin(description, corrected)
        .outerjoin(attempt, attempt.c.patient == patient.c.number)
        .outerjoin(decision, and_(decision.c.patient == patient.c.number, decision.c.attempt == attempt.c.attempt))
        .outerjoin(entry, entry.c.id == decision.c.entry)
        .outerjoin(inclusion, inclusion.c.patient == patient.c.number)
    )
    return select(
        patient.c.number,
        inclusion.c.number.label("study_number"),
        patient.c.site,
        func.coalesce(description.c.sex, patient.c.sex).label("sex"),
        case((description.c.entry.is_not(None), description.c.birth_year), else_=patient.c.birth_year).label("birth_year"),
        func.coalesce(description.c.arrived_on, patient.c.arrived_on).label("arrived_on"),
        func.coalesce(attempt.c.attempt, 1).label("attempt"),
        func.coalesce(decision.c.decision, "open").label("decision"),
        func.coalesce(decision.c.reasons, "").label("reasons"),
        entry.c.by,
        entry.c.at,
        entry.c.rules.label("app_rules"),
        frozen.label("frozen"),
    ).select_from(told)


def _read(told: Any, kind: Callable[[Any], Any]) -> Any:
    """None for what a record does not have, or has in another shape."""
    try:
        return None if pd.isna(told) else kind(told)
    except ValueError:
        return None
