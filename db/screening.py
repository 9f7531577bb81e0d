"""Screening: declared criteria, consent, and the decision to include or not, frozen with what it was made from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

import pandas as pd
from sqlalchemy import Connection, and_, case, func, select

from db import record
from db.on_file import Patient
from db.patients import find, not_in_the_future, number_of
from db.people import Person
from db.tables import answer as answer_table
from db.tables import consent as consent_table
from db.tables import decision, description, entry, inclusion, milestone, patient
from trial.eligibility import ANSWERS
from trial.errors import Impossible, NotAllowed

CONSENTED = ("patient", "relative", "emergency")
ROUTES = (*CONSENTED, "refused", "withdrawn")


class Assessed(Protocol):
    """The verdict of trial.eligibility.assess."""

    @property
    def state(self) -> str: ...


def answer(
    ward: Connection,
    number: str,
    attempt: int,
    answers: Mapping[str, str],
    *,
    by: Person,
    token: str | None = None,
) -> None:
    """The declared criteria of a screening attempt: code → yes, no or unknown. Only what differs is added."""
    token = record.token_of(token, sorted(answers.items()))
    if record.already(ward, token) is not None:
        return
    known = find(ward, number, sees=by)
    _must_be_open(ward, known, attempt)
    wrong = [said for said in answers.values() if said not in ANSWERS]
    if wrong:
        raise Impossible("A criterion is answered by yes, no, unknown or not applicable.")
    before = _answers(ward, known.number, attempt)
    rows = [
        (answer_table, {"patient": known.number, "attempt": attempt, "criterion": code, "answer": said})
        for code, said in answers.items()
        if before.get(code) != said
    ]
    if rows:
        record.add(ward, "answer", rows, by=by, token=token)


def answers(ward: Connection, number: str, attempt: int | None = None) -> dict[str, str]:
    """Criterion → answer of an attempt; of the current one if none is named."""
    number = number_of(ward, number)
    return _answers(ward, number, attempt or attempt_of(ward, number))


def attempt_of(ward: Connection, number: str) -> int:
    """The attempt that is open; that of the inclusion once the patient is included. The first is 1."""
    rows = ward.execute(
        select(decision.c.attempt, decision.c.decision).where(decision.c.patient == number_of(ward, number))
    ).all()
    newest = max(rows, default=None, key=lambda row: row.attempt)
    if newest is None:
        return 1
    return int(newest.attempt) + int(newest.decision != "included")


def consent(
    ward: Connection, number: str, route: str, signed_at: datetime, *, by: Person, token: str | None = None
) -> None:
    """Who consented and when. Refused or withdrawn after inclusion is the patient's withdrawal from the trial."""
    if record.already(ward, token) is not None:
        return
    known = find(ward, number, sees=by)
    if route not in ROUTES:
        raise Impossible("There is no consent route {route}.", route=route)
    not_in_the_future(signed_at)
    rows = [(consent_table, {"patient": known.number, "route": route, "signed_at": signed_at})]
    if known.included_at is not None and route not in CONSENTED and known.withdrawn_at is None:
        rows.append((milestone, {"patient": known.number, "kind": "withdrawal", "at": signed_at, "detail": route}))
    record.add(ward, "consent", rows, by=by, token=token)


def include(
    ward: Connection,
    number: str,
    *,
    planned_day_1: date,
    verdict: Assessed,
    frozen: Mapping[str, Any],
    included_at: datetime | None = None,
    by: Person,
    token: str | None = None,
) -> str:
    """Include the patient; answers the study number, 001-0001. `included_at` is now unless it was earlier on paper.

    NotAllowed unless the verdict is "met", a consent is on file and the role may; and for a patient who is
    included already, has died or has withdrawn.
    """
    if (seen := record.already(ward, token)) is not None:
        return seen
    known = find(ward, number, sees=by)
    at = included_at or record.now()
    _may_be_included(known, verdict)
    _inclusion_fits(ward, known, at, planned_day_1)
    study_number = _next_study_number(ward, known.site)
    attempt = attempt_of(ward, known.number)
    row = {"number": study_number, "included_at": at, "planned_day_1": planned_day_1}
    rows = [
        (decision, _decision(known, attempt, "included", "", frozen)),
        (inclusion, {"patient": known.number, **row}),
    ]
    return record.add(ward, "include", rows, by=by, token=token, outcome=study_number)


def decline(
    ward: Connection,
    number: str,
    reasons: str | Sequence[str],
    *,
    frozen: Mapping[str, Any],
    by: Person,
    token: str | None = None,
) -> None:
    """Close this attempt without inclusion; the patient stays in the screening log and may be screened again."""
    if record.already(ward, token) is not None:
        return
    known = find(ward, number, sees=by)
    _not_included_yet(known)
    told = reasons if isinstance(reasons, str) else "\n".join(reasons)
    if not told.strip():
        raise Impossible("Say why the patient is not included.")
    attempt = attempt_of(ward, known.number)
    row = _decision(known, attempt, "not_included", told, frozen)
    record.add(ward, "decline", [(decision, row)], by=by, why=told, token=token)


def frozen(ward: Connection, number: str) -> list[dict[str, Any]]:
    """The decisions, oldest first: attempt, decision, reasons, by, role, at, rules, and `frozen` as it was given."""
    told = decision.join(entry, entry.c.id == decision.c.entry)
    rows = ward.execute(
        select(decision, entry.c.by, entry.c.role, entry.c.at, entry.c.rules)
        .select_from(told)
        .where(decision.c.patient == number_of(ward, number))
        .order_by(decision.c.attempt)
    )
    kept = ("attempt", "decision", "reasons", "by", "role", "at", "rules")
    return [{name: getattr(row, name) for name in kept} | {"frozen": json.loads(row.frozen)} for row in rows]


LOG = (
    "number", "study_number", "site", "sex", "birth_year", "arrived_on", "attempt", "decision", "reasons", "by", "at",
)  # fmt: skip


def log(ward: Connection, *, sees: Person) -> pd.DataFrame:
    """The screening log: one row an attempt, `decision` included, not_included or open, newest arrival first."""
    newer = description.alias()
    latest = select(func.max(newer.c.entry)).where(newer.c.patient == patient.c.number).scalar_subquery()
    corrected = and_(description.c.patient == patient.c.number, description.c.entry == latest)
    told = (
        patient.outerjoin(description, corrected)
        .outerjoin(decision, decision.c.patient == patient.c.number)
        .outerjoin(entry, entry.c.id == decision.c.entry)
        .outerjoin(inclusion, inclusion.c.patient == patient.c.number)
    )
    asked = select(
        patient.c.number,
        inclusion.c.number.label("study_number"),
        patient.c.site,
        func.coalesce(description.c.sex, patient.c.sex).label("sex"),
        case((description.c.entry.is_not(None), description.c.birth_year), else_=patient.c.birth_year),
        func.coalesce(description.c.arrived_on, patient.c.arrived_on).label("arrived_on"),
        func.coalesce(decision.c.attempt, 1).label("attempt"),
        func.coalesce(decision.c.decision, "open").label("decision"),
        func.coalesce(decision.c.reasons, "").label("reasons"),
        entry.c.by,
        entry.c.at,
    ).select_from(told)
    if sees.site:
        asked = asked.where(patient.c.site == sees.site)
    frame = pd.DataFrame(ward.execute(asked).all(), columns=list(LOG))
    return frame.sort_values(["arrived_on", "number", "attempt"], ascending=[False, True, True], ignore_index=True)


def _answers(ward: Connection, number: str, attempt: int) -> dict[str, str]:
    rows = ward.execute(
        select(answer_table.c.criterion, answer_table.c.answer)
        .where(answer_table.c.patient == number, answer_table.c.attempt == attempt)
        .order_by(answer_table.c.entry, answer_table.c.line)
    )
    return {row.criterion: row.answer for row in rows}


def _must_be_open(ward: Connection, known: Patient, attempt: int) -> None:
    _not_included_yet(known)
    open_one = attempt_of(ward, known.number)
    if attempt != open_one:
        raise NotAllowed("Attempt {attempt} is not open: attempt {open} is.", attempt=attempt, open=open_one)


def _not_included_yet(known: Patient) -> None:
    if known.study_number is not None:
        raise NotAllowed("The patient is included already, as {number}.", number=known.study_number)


def _may_be_included(known: Patient, verdict: Assessed) -> None:
    _not_included_yet(known)
    if verdict.state != "met":
        raise NotAllowed("The criteria are not all met. Look at the list of criteria.")
    if known.consent_route not in CONSENTED:
        raise NotAllowed("No consent is on file. Record who consented: patient, relative or emergency.")
    if known.died_at is not None or known.withdrawn_at is not None:
        raise NotAllowed("The patient has died or has withdrawn.")


def _inclusion_fits(ward: Connection, known: Patient, at: datetime, planned_day_1: date) -> None:
    not_in_the_future(at)
    on = known.day_of(at)
    if on < known.arrived_on:
        raise Impossible("{at} is before the arrival in intensive care, {arrived}.", at=at, arrived=known.arrived_on)
    if planned_day_1 < on:
        raise Impossible("Day 1 is planned for {day}, before the inclusion.", day=planned_day_1)
    signed = select(func.min(consent_table.c.signed_at)).where(
        consent_table.c.patient == known.number, consent_table.c.route.in_(CONSENTED)
    )
    if at < ward.execute(signed).scalar_one():
        raise Impossible("The inclusion cannot be before the consent.")


def _next_study_number(ward: Connection, site: str) -> str:
    taken = ward.scalars(select(inclusion.c.number).where(inclusion.c.number.startswith(f"{site}-")))
    return f"{site}-{max((int(one[4:]) for one in taken), default=0) + 1:04d}"


def _decision(known: Patient, attempt: int, said: str, reasons: str, frozen: Mapping[str, Any]) -> dict[str, object]:
    return {
        "patient": known.number,
        "attempt": attempt,
        "decision": said,
        "reasons": reasons,
        "frozen": record.as_json(record.plain(frozen)),
    }
