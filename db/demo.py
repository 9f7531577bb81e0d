"""`python -m db.demo [--url URL] [--patients N]` fills a store of its own with invented patients, to show and to learn on.

Who is on the ward today comes in through the verbs of the ward; the past goes in as few large entries. The moments of
the patients lie where they belong; the trail says of each entry when it was really made: now.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Table, select

from db import days, doses, patients, people, record, screening, sites, store, treatments
from db.may import MACHINE
from db.people import Person, Signature
from db.tables import answer, bed, consent, decision, dose, entry, inclusion, milestone, patient, treatment, value
from scoring import hlh2004, hscore, sofa
from scoring.rules import Rules
from trial import days as trial_days
from trial import eligibility, protocol, simulate
from trial.dosing import Dose
from trial.eligibility import Scores, Verdict
from trial.errors import NotAllowed, TrialError
from trial.screening import DRUGS, FORMAT, INPUTS, lines_of
from trial.simulate import Cohort, Invented

DEFAULT = f"sqlite:///{Path(__file__).resolve().parent.parent / 'demo.sqlite3'}"
PASSWORD = "demo-jakahdi"
MARK = "demo"  # who opened the sites of a store of invented patients
MAKER = Person(MARK, "Demonstration", MACHINE)
LEA = Person("lea", "Léa", "nurse")
KARIM = Person("karim", "Karim", "investigator")
ANNE = Person("anne", "Anne", "pi")
PAUL = Person("paul", "Paul", "monitor")
ADA = Person("ada", "Ada", "administrator")
CAST = (LEA, KARIM, ANNE, PAUL, ADA)
PATIENTS_AN_ENTRY = 200
MANY = 200  # from here on the past takes entries of many patients

Rows = list[tuple[Table, dict[str, object]]]


def fill(ward: Connection, included: int = protocol.TARGET, now: datetime | None = None) -> int:
    """Accounts, sites and an invented cohort; answers how many patients were screened.

    NotAllowed for a store that somebody else began.
    """
    record.lock(ward)
    if _begun(ward):
        raise NotAllowed("This store holds records already. The demonstration needs an empty one of its own.")
    for place in simulate.PLACES:
        sites.open_site(ward, **asdict(place), by=MAKER)
    for person in CAST:
        people.create_account(ward, login=person.login, name=person.name, role=person.role, site="", password=PASSWORD, by=MAKER)
    if ward.dialect.name == "sqlite":
        ward.exec_driver_sql("PRAGMA cache_size=-262144")  # one large transaction: its pages stay in memory
    now = now or record.now()
    cohort = simulate.cohort(now, included)
    here = {one.key for one in cohort.patients if _is_lately(one, now)}
    judged = _judged(cohort)
    _the_past(ward, cohort, [one for one in cohort.patients if one.key not in here], judged)
    changes = _of(cohort, here).changes()
    for one in cohort.patients:
        if one.key in here:
            _through_the_verbs(ward, one, changes.get(one.key, {}), *judged[one.key])
    return len(cohort.patients)


def filled_at(ward: Connection) -> datetime | None:
    """When this command filled the store; None if it did not."""
    opened = select(entry.c.at).where(entry.c.verb == "open_site", entry.c.by == MARK).order_by(entry.c.id).limit(1)
    return ward.scalar(opened)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 once the store holds the demonstration, 1 if it was somebody else's."""
    parser = argparse.ArgumentParser(prog="python -m db.demo", description="Fill a store with invented patients.")
    parser.add_argument("--url", default=DEFAULT, help="the store; demo.sqlite3 in the project folder without it")
    parser.add_argument("--patients", type=int, default=protocol.TARGET, help="included patients; 42 without it")
    asked = parser.parse_args(arguments)
    store.use(asked.url)
    try:
        store.migrate()
        with store.begin() as ward:
            before = filled_at(ward)
            made = 0 if before else fill(ward, asked.patients)
    except (TrialError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    if before:
        print(f"The demonstration of {before:%Y-%m-%d} is there already. Delete that store to begin anew, as of today.")
    else:
        print(f"Filled with {made} invented patients.")
    print(f"Sign in as {', '.join(f'{one.login} ({one.role})' for one in CAST)}; the password is {PASSWORD}")
    return 0


def _begun(ward: Connection) -> bool:
    return ward.scalar(select(entry.c.id).limit(1)) is not None


def _is_lately(one: Invented, now: datetime) -> bool:
    return one.screened_on > (now - timedelta(days=patients.ON_WARD_DAYS)).date()


def _of(cohort: Cohort, keys: set[int]) -> Cohort:
    chosen = tuple(one for one in cohort.patients if one.key in keys)
    return Cohort(cohort.now, chosen, cohort.values[cohort.values["patient"].isin(keys)])


def _judged(cohort: Cohort) -> dict[int, tuple[Verdict, dict[str, Any]]]:
    """The verdict of each patient on the day of screening, and what it was made from."""
    screened_on = {one.key: one.screened_on for one in cohort.patients}
    first = cohort.values[cohort.values["on_date"] == cohort.values["patient"].map(screened_on)]
    known = first.assign(sampled_at=None, choice=first["choice"].replace("", None))
    values = trial_days.by_day(known).droplevel("on_date")
    scores = {name: module.score(values) for name, module in (("hlh2004", hlh2004), ("hscore", hscore), ("sofa", sofa))}
    plain = {name: _plain(frame) for name, frame in {"values": values, **scores}.items()}
    rules = {name: asdict(Rules.of(frame)) for name, frame in scores.items()}
    judged = {}
    for one in cohort.patients:
        known_scores = Scores.of(*(frame.loc[one.key] for frame in scores.values()))
        verdict = eligibility.assess(one.answers, known_scores, sex=one.sex, birth_year=one.birth_year, year=one.screened_on.year)
        found = {name: rows[one.key] for name, rows in plain.items()}
        judged[one.key] = (verdict, _record(one, verdict, found.pop("values")) | found | {"rules": rules})
    return judged


def _record(one: Invented, verdict: Verdict, values: Mapping[str, Any]) -> dict[str, Any]:
    """As trial.screening.record_of, but for the scores."""
    consents = {"route": one.consents[0][0], "signed_at": one.consents[0][1]} if one.consents else None
    return {
        "format": FORMAT, "on": one.screened_on, "attempt": 1, "sex": one.sex, "birth_year": one.birth_year,
        "arrived_on": one.arrived_on, "consent": consents, "verdict": verdict.state, "answers": dict(one.answers),
        "lines": lines_of(verdict), "flags": list(verdict.flags), "needed": eligibility.NEEDED,
        "missing": [code for code in INPUTS if code not in values and code not in DRUGS],
        "values": [{"code": code, "value": known, "on_date": one.screened_on} for code, known in values.items() if code in INPUTS],
        "signature": asdict(_signed()) | {"meaning": "not_included" if one.declined else "included"},
    }  # fmt: skip


def _signed() -> Signature:
    return Signature(KARIM.login, KARIM.name, KARIM.role, record.now())


def _plain(frame: pd.DataFrame) -> dict[Any, dict[str, Any]]:
    """By patient; what is not known is left out."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("index")
    return {key: {str(name): fact for name, fact in row.items() if fact is not None} for key, row in rows.items()}


def _reasons(one: Invented) -> list[str]:
    return [eligibility.BY_CODE[code].name for code in one.declined]


def _through_the_verbs(
    ward: Connection, one: Invented, changes: Mapping[Any, Sequence[Any]], verdict: Verdict, frozen: Mapping[str, Any]
) -> None:
    number = patients.screen(
        ward, site=one.site, sex=one.sex, birth_year=one.birth_year, arrived_on=one.arrived_on, bed=one.bed, by=LEA
    )
    for on, of_day in changes.items():
        days.record_values(ward, number, on, of_day, by=LEA)
    if one.answers:
        screening.answer(ward, number, 1, one.answers, by=KARIM)
    for route, signed_at in one.consents:
        screening.consent(ward, number, route, signed_at, by=KARIM)
    if one.declined:
        screening.decline(ward, number, _reasons(one), frozen=frozen, signature=_signed(), by=KARIM)
    if one.day_1 and one.included_at:
        screening.include(
            ward, number, planned_day_1=one.day_1, verdict=verdict, frozen=frozen, signature=_signed(),
            included_at=one.included_at, by=KARIM,
        )
    for planned in one.doses:
        doses.chart_dose(ward, number, Dose(**vars(planned)), was=None, by=LEA)
    for course in one.courses:
        treatments.start_treatment(ward, number, course, by=LEA)
    for mark in one.milestones:
        patients.report_milestone(ward, number, mark.kind, mark.at, detail=mark.detail, by=KARIM)


def _the_past(
    ward: Connection, cohort: Cohort, past: Sequence[Invented], judged: Mapping[int, tuple[Verdict, dict[str, Any]]]
) -> None:
    """The same rows as the verbs would add, each verb once for many patients."""
    numbers = _numbers(past, "{site}-S{count:04d}")
    included = _numbers([one for one in past if one.day_1], "{site}-{count:04d}")
    # As the index of the store lies: a large cohort goes in twice as fast.
    values = cohort.values.sort_values(["patient", "on_date"], kind="stable", ignore_index=True)
    for group in _groups(past):
        of_verb: dict[tuple[str, Person], Rows] = {
            ("screen", LEA): [row for one in group for row in _screened(one, numbers[one.key])],
            ("record_values", LEA): _values(values[values["patient"].isin([one.key for one in group])], numbers),
            ("answer", KARIM): [row for one in group for row in _answers(one, numbers[one.key])],
            ("consent", KARIM): [row for one in group for row in _consents(one, numbers[one.key])],
            ("include", KARIM): [
                row for one in group if one.day_1
                for row in _included(one, numbers[one.key], included[one.key], judged[one.key][1])
            ],
            ("decline", KARIM): [
                row for one in group if one.declined for row in _declined(one, numbers[one.key], judged[one.key][1])
            ],
            ("chart_dose", LEA): [row for one in group for row in _doses(one, numbers[one.key])],
            ("start_treatment", LEA): [row for one in group for row in _courses(one, numbers[one.key])],
            ("report_milestone", KARIM): [row for one in group for row in _milestones(one, numbers[one.key])],
        }  # fmt: skip
        for (verb, by), rows in of_verb.items():
            if rows:
                record.add(ward, verb, rows, by=by)


def _groups(past: Sequence[Invented]) -> Iterator[Sequence[Invented]]:
    size = 1 if len(past) < MANY else PATIENTS_AN_ENTRY
    return (past[start : start + size] for start in range(0, len(past), size))


def _numbers(past: Sequence[Invented], form: str) -> dict[int, str]:
    by_site = groupby(sorted(past, key=lambda one: (one.site, one.key)), key=lambda one: one.site)
    return {one.key: form.format(site=site, count=count) for site, all_of in by_site for count, one in enumerate(all_of, 1)}


def _screened(one: Invented, number: str) -> Rows:
    row: dict[str, object] = {
        "number": number, "site": one.site, "sex": one.sex, "birth_year": one.birth_year,
        "arrived_on": one.arrived_on, "origin": f"screened:{number}",
    }  # fmt: skip
    return [(patient, row), (bed, {"patient": number, "bed": one.bed})]


def _values(own: pd.DataFrame, numbers: Mapping[int, str]) -> Rows:
    """Column by column, as plain lists: a frame is slow to walk by rows."""
    columns: dict[str, list[Any]] = {name: own[name].tolist() for name in own.columns}
    columns["patient"] = [numbers[key] for key in columns["patient"]]
    columns["number"] = [None if number != number else number for number in columns["number"]]
    columns["choice"] = [choice or None for choice in columns["choice"]]
    return [(value, dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]


def _answers(one: Invented, number: str) -> Rows:
    return [(answer, {"patient": number, "attempt": 1, "criterion": code, "answer": said}) for code, said in one.answers.items()]


def _consents(one: Invented, number: str) -> Rows:
    return [(consent, {"patient": number, "route": route, "signed_at": at}) for route, at in one.consents]


def _included(one: Invented, number: str, study_number: str, frozen: Mapping[str, Any]) -> Rows:
    row: dict[str, object] = {"patient": number, "number": study_number, "included_at": one.included_at, "planned_day_1": one.day_1}
    return [(decision, _decision(number, "included", "", frozen)), (inclusion, row)]


def _declined(one: Invented, number: str, frozen: Mapping[str, Any]) -> Rows:
    return [(decision, _decision(number, "not_included", "\n".join(_reasons(one)), frozen))]


def _decision(number: str, said: str, reasons: str, frozen: Mapping[str, Any]) -> dict[str, object]:
    return {
        "patient": number, "attempt": 1, "decision": said, "reasons": reasons, "frozen": record.as_json(record.plain(frozen)),
    }  # fmt: skip


def _doses(one: Invented, number: str) -> Rows:
    return [(dose, {"patient": number, **vars(planned)}) for planned in one.doses]


def _courses(one: Invented, number: str) -> Rows:
    return [
        (treatment, {"patient": number, "course": key, "drug": course.code}
         | {name: getattr(course, name) for name in ("started_at", "stopped_at", "dose", "unit", "route")})
        for key, course in enumerate(one.courses, 1)
    ]  # fmt: skip


def _milestones(one: Invented, number: str) -> Rows:
    return [(milestone, {"patient": number, **vars(mark)}) for mark in one.milestones]


if __name__ == "__main__":
    sys.exit(main())
