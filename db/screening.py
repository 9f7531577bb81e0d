"""Screening: declared criteria, consent, and the decision to include or not, frozen with what it was made from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, Subquery, Table, func, select, union_all

from db import record
from db.on_file import Patient
from db.patients import find, not_in_the_future, number_of
from db.people import Person, Signature
from db.tables import answer as answer_table
from db.tables import consent as consent_table
from db.tables import data_use as data_use_table
from db.tables import decision, description, entry, inclusion, milestone, value
from trial.consent import CONSENTED, DATA_USES, EMERGENCY, ROUTES, TAKEN_BACK
from trial.eligibility import BY_CODE
from trial.errors import ChangedMeanwhile, Impossible, NotAllowed

DECIDED_FROM = (value, answer_table, consent_table, milestone, description, decision)
LATEST_DAY_1 = timedelta(days=28)
SIGNED_FOR = timedelta(minutes=2)  # a signature is of this decision, not of an earlier one


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
    was: Mapping[str, str] | None = None,
    by: Person,
    token: str | None = None,
) -> None:
    """The declared criteria of a screening attempt: code → yes, no or unknown. Only what differs is added.

    ChangedMeanwhile where a criterion is no longer answered as the person was shown (`was`).
    """
    token = record.token_of(token, [number, attempt, sorted(answers.items())])
    if record.already(ward, token) is not None:
        return
    known = find(ward, number, sees=by)
    _must_be_open(ward, known, attempt)
    if not all(code in BY_CODE and said in BY_CODE[code].answers() for code, said in answers.items()):
        raise Impossible("A criterion is answered by yes, no or unknown; not applicable where it can be.")
    before = _answers(ward, known.number, attempt)
    for code, said in answers.items():
        if was is not None and before.get(code, "unknown") not in (was.get(code, "unknown"), said):
            raise ChangedMeanwhile("Someone else answered this criterion meanwhile: {answer}. Look at it, then answer.",
                                   answer=before[code])  # fmt: skip
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
    ward: Connection,
    number: str,
    route: str,
    signed_at: datetime,
    *,
    data_use: str = "",
    by: Person,
    token: str | None = None,
) -> None:
    """Who consented and when. Refused or withdrawn after inclusion is the patient's withdrawal from the trial, and says
    what may be done with the data collected so far: keep, stop or not_asked."""
    token = record.token_of(token, [number, route, signed_at, data_use])
    if record.already(ward, token) is not None:
        return
    known = find(ward, number, sees=by)
    if route not in ROUTES:
        raise Impossible("There is no consent route {route}.", route=route)
    if (route in TAKEN_BACK) != (data_use in DATA_USES):
        raise Impossible("Say what may be done with the data collected so far, on a refusal or a withdrawal alone.")
    if route in CONSENTED and known.withdrawn_at is not None:
        raise NotAllowed("The patient has withdrawn. Was that recorded in error? Take it back on the page of the patient first.")
    if route == EMERGENCY and known.consent_route in TAKEN_BACK:
        raise Impossible("Consent was refused or withdrawn: the emergency clause does not go over that.")
    if route == EMERGENCY and known.included_at is not None:
        raise Impossible("The emergency was that of the inclusion. Record who consents now, or who withdraws.")
    not_in_the_future(signed_at)
    if known.day_of(signed_at) < known.arrived_on:
        raise Impossible("{at} is before the arrival in intensive care, {arrived}.", at=signed_at, arrived=known.arrived_on)
    record.add(ward, "consent", _consent_rows(known, route, signed_at, data_use), by=by, token=token)


def _consent_rows(known: Patient, route: str, signed_at: datetime, data_use: str) -> list[tuple[Table, dict[str, object]]]:
    rows: list[tuple[Table, dict[str, object]]] = [
        (consent_table, {"patient": known.number, "route": route, "signed_at": signed_at})
    ]
    if data_use:
        rows.append((data_use_table, {"patient": known.number, "choice": data_use, "said_at": signed_at}))
    if known.included_at is not None and route in TAKEN_BACK and known.withdrawn_at is None:
        rows.append((milestone, {"patient": known.number, "kind": "withdrawal", "at": signed_at, "detail": route}))
    return rows


def consented(known: Patient) -> str:
    """The answer to the criterion of consent that is on file."""
    return "unknown" if not known.consent_route else "yes" if known.consent_route in CONSENTED else "no"


def include(
    ward: Connection,
    number: str,
    *,
    planned_day_1: date,
    verdict: Assessed,
    frozen: Mapping[str, Any],
    signature: Signature,
    included_at: datetime | None = None,
    as_of: int | None = None,
    by: Person,
    token: str | None = None,
) -> str:
    """Include the patient; answers the study number, 001-0001. `included_at` is now unless it was earlier on paper.

    `frozen` is kept with the signature of `by`. NotAllowed unless the verdict is "met", a consent is on file and the role
    may; and for a patient who is included already, has died or has withdrawn. ChangedMeanwhile if anything was saved of
    the patient after the entry `as_of` (newest_entry).
    """
    token = record.token_of(token, [number, "included"])
    if (seen := record.already(ward, token)) is not None:
        return seen
    known = find(ward, number, sees=by)
    at = included_at or record.now()
    _must_be_signed(signature, by)
    _must_be_as_seen(ward, known, as_of, by)
    if frozen.get("verdict", verdict.state) != verdict.state:
        raise ValueError("the frozen record is of another verdict")
    _may_be_included(known, verdict)
    _inclusion_fits(ward, known, at, planned_day_1)
    study_number = _next_study_number(ward, known.site)
    attempt = attempt_of(ward, known.number)
    row = {"number": study_number, "included_at": at, "planned_day_1": planned_day_1}
    rows = [
        (decision, _decision(known, attempt, "included", "", frozen, signature)),
        (inclusion, {"patient": known.number, **row}),
    ]
    return record.add(ward, "include", rows, by=by, token=token, outcome=study_number)


def decline(
    ward: Connection,
    number: str,
    reasons: str | Sequence[str],
    *,
    frozen: Mapping[str, Any],
    signature: Signature,
    as_of: int | None = None,
    by: Person,
    token: str | None = None,
) -> None:
    """Close this attempt without inclusion; the patient stays in the screening log and may be screened again.

    `signature`, `as_of`: see `include`.
    """
    told = reasons if isinstance(reasons, str) else "\n".join(reasons)
    token = record.token_of(token, [number, told])
    if record.already(ward, token) is not None:
        return
    known = find(ward, number, sees=by)
    _must_be_signed(signature, by)
    _must_be_as_seen(ward, known, as_of, by)
    _not_included_yet(known)
    if not told.strip():
        raise Impossible("Say why the patient is not included.")
    attempt = attempt_of(ward, known.number)
    row = _decision(known, attempt, "not_included", told, frozen, signature)
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


def newest_entry(ward: Connection, number: str) -> int:
    """The newest entry that says something of this patient that a screening decision is made from; 0 if there is none."""
    told = _decided_from(number)
    return ward.scalar(select(func.max(told.c.entry))) or 0


def saved_since(ward: Connection, number: str, as_of: int, by: Person) -> list[str]:
    """The logins of the others who saved something of this patient after the entry `as_of`. What `by` saved is no news:
    the page that they decide on shows it."""
    told = _decided_from(number)
    logins = select(entry.c.by).join(told, told.c.entry == entry.c.id).where(entry.c.id > as_of, entry.c.by != by.login)
    return sorted(set(ward.scalars(logins)))


def _decided_from(number: str) -> Subquery:
    """The entries that say something of a patient."""
    return union_all(*(select(table.c.entry).where(table.c.patient == number) for table in DECIDED_FROM)).subquery()


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
    if planned_day_1 > on + LATEST_DAY_1:
        raise Impossible("Day 1 is planned for {day}, more than {days} days after the inclusion.", day=planned_day_1,
                         days=LATEST_DAY_1.days)  # fmt: skip
    if planned_day_1 < on:
        raise Impossible("Day 1 is planned for {day}, before the inclusion.", day=planned_day_1)
    if at < _consented_since(ward, known.number):
        raise Impossible("The inclusion cannot be before the consent.")


def _consented_since(ward: Connection, number: str) -> datetime:
    """The first consent that no refusal has followed."""
    of_patient = consent_table.c.patient == number
    refused = select(func.max(consent_table.c.entry)).where(of_patient, consent_table.c.route.in_(TAKEN_BACK)).scalar_subquery()
    standing = of_patient & consent_table.c.route.in_(CONSENTED) & (consent_table.c.entry > func.coalesce(refused, 0))
    first: datetime = ward.execute(select(func.min(consent_table.c.signed_at)).where(standing)).scalar_one()
    return first


def _next_study_number(ward: Connection, site: str) -> str:
    taken = ward.scalars(select(inclusion.c.number).where(inclusion.c.number.startswith(f"{site}-")))
    return f"{site}-{max((int(one[4:]) for one in taken), default=0) + 1:04d}"


def _must_be_signed(signature: Signature, by: Person) -> None:
    is_theirs = (signature.login, signature.name, signature.role) == (by.login, by.name, by.role)
    if not is_theirs or not timedelta(0) <= record.now() - signature.at < SIGNED_FOR:
        raise NotAllowed("The decision is not signed. Enter your password again.")


def _must_be_as_seen(ward: Connection, known: Patient, as_of: int | None, by: Person) -> None:
    if as_of is not None and saved_since(ward, known.number, as_of, by):
        raise ChangedMeanwhile("Something was saved of {patient} since this page was drawn. Look at it again, then sign.",
                               patient=known.name)  # fmt: skip


def _decision(
    known: Patient, attempt: int, said: str, reasons: str, frozen: Mapping[str, Any], signature: Signature
) -> dict[str, object]:
    frozen = {**frozen, "signature": {**asdict(signature), "meaning": said}}
    return {
        "patient": known.number,
        "attempt": attempt,
        "decision": said,
        "reasons": reasons,
        "frozen": record.as_json(record.plain(frozen)),
    }
