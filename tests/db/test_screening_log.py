"""The screening log: everyone who was looked at, one row an attempt, with what was frozen."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from db import begin, doses, look, patients, screening, screening_log
from db.tables import decision
from tests.db.cast import ANNE, KARIM, LEA, MET, PAUL, ZOE, at, days_ago, included, screened, signed, the
from tests.db.test_plans import overheard
from trial.dosing import Dose
from trial.eligibility import CRITERIA

DECLARED = {one.code: one.wanted for one in CRITERIA if not one.computed}
RECORD: dict[str, Any] = {
    "format": 2, "on": "2026-11-25", "sex": "f", "birth_year": 1970, "verdict": "not_met", "answers": DECLARED,
    "consent": {"route": "relative", "signed_at": "2026-11-25T02:10:00+00:00"},
    "hlh2004": {"met": False, "count": 4, "not_met": 3, "unknown": 1},
    "hscore": {"total": None, "low": 178, "high": 231, "probability": 54.3},
    "sofa": {"total": 9, "low": 9, "high": 9},
    "rules": {"hlh2004": {"score": "hlh2004", "version": "3"}, "hscore": {"version": "2"}, "sofa": {"version": "4"}},
}  # fmt: skip


def decline(number: str, *reasons: str, frozen: dict[str, Any] | None = None) -> None:
    with begin() as ward:
        screening.decline(ward, number, reasons, frozen=frozen or {}, signature=signed(KARIM), by=KARIM)


def answer(number: str, attempt: int, **answers: str) -> None:
    with begin() as ward:
        screening.answer(ward, number, attempt, answers or {"pml": "no"}, by=KARIM)


def consent(number: str, route: str, days: int) -> None:
    with begin() as ward:
        screening.consent(ward, number, route, at(days, 8), data_use="keep" if route == "withdrawn" else "", by=KARIM)


def log(**more: Any) -> Any:
    with look() as ward:
        return screening_log.log(ward, **({"sees": ANNE} | more))


def decisions(**more: Any) -> list[tuple[int, str]]:
    found = log(**more)
    return list(zip(found["attempt"], found["decision"], strict=True))


def test_a_log_of_nobody_has_its_columns(ward: str) -> None:
    assert list(log().columns) == list(screening_log.LOG)
    assert log().empty


def test_who_is_not_decided_yet_is_open_in_the_log_answered_or_not(ward: str) -> None:
    number = screened()
    assert decisions() == [(1, "open")]
    answer(number, 1)
    assert decisions() == [(1, "open")]
    (row,) = log().to_dict("records")
    assert row["verdict"] is None and row["sofa_low"] is None and row["reasons"] == ""


def test_a_person_of_one_site_sees_that_site_alone(ward: str) -> None:
    screened(site="001")
    assert log(sees=ZOE).empty
    screened(site="002")
    assert list(log(sees=ZOE)["site"]) == ["002"]
    assert list(log(site="001")["site"]) == ["001"]
    assert log(sees=ZOE, site="001").empty


def test_who_was_not_included_has_no_open_attempt_until_a_criterion_is_answered_again(ward: str) -> None:
    number = screened()
    answer(number, 1)
    decline(number, "E5")
    assert decisions() == [(1, "not_included")]
    answer(number, 2)
    assert decisions() == [(1, "not_included"), (2, "open")]
    decline(number, "E7", "no bed")
    assert decisions() == [(1, "not_included"), (2, "not_included")]
    assert list(log()["reasons"]) == ["E5", "E7\nno bed"]


def test_a_re_screened_patient_who_is_included_keeps_the_earlier_attempt(ward: str) -> None:
    number = screened()
    decline(number, "E5")
    answer(number, 2)
    included(number=number)
    assert decisions() == [(1, "not_included"), (2, "included")]
    assert set(log()["study_number"]) == {"001-0001"}


def test_the_log_shows_what_was_frozen_and_the_name_of_who_decided(ward: str) -> None:
    decline(screened(), "E5", frozen=RECORD)
    (row,) = log().to_dict("records")
    told = {column: row[column] for column in screening_log.FROZEN}
    assert told == {
        "values_on": "2026-11-25", "verdict": "not_met", "hlh2004_met": False, "hlh2004_criteria": 4, "hlh2004_unknown": 1,
        "hscore_low": 178, "hscore_high": 231, "hscore_probability": 54.3, "sofa_low": 9, "sofa_high": 9,
        "consent_route": "relative", "hlh2004_rules": "3", "hscore_rules": "2", "sofa_rules": "4", "record_format": 2,
    }  # fmt: skip
    assert (row["by"], row["by_name"], bool(row["app_rules"])) == ("karim", "karim", True)


@pytest.mark.parametrize("frozen", [
    {"sofa": 3}, {"sofa": {"low": "low"}, "hscore": "lost"}, {"values": {"gcs": 3}}, {"answers": ["i1"]},
])  # fmt: skip
def test_a_record_of_another_shape_leaves_the_scores_empty_and_the_row_in_the_log(ward: str, frozen: dict[str, Any]) -> None:
    decline(screened(), "E5", frozen=frozen)
    (row,) = log().to_dict("records")
    assert row["sofa_low"] is None and row["verdict"] is None
    with look() as seen:
        (judged,) = screening_log.records(seen, sees=ANNE)
    assert judged.scores is None and not judged.included


def test_a_correction_of_what_was_said_of_the_patient_reaches_the_log(ward: str) -> None:
    number = screened()
    with begin() as opened:
        patients.correct_patient(opened, number, sex="m", birth_year=None, arrived_on=days_ago(3), why="typed wrong", by=KARIM)
    (row,) = log().to_dict("records")
    assert (row["sex"], row["arrived_on"]) == ("m", days_ago(3))
    assert row["birth_year"] is None or row["birth_year"] != row["birth_year"]


def test_the_record_of_the_newest_decision_is_judged_with_the_sex_of_that_day(ward: str) -> None:
    number = screened()
    decline(number, "E5", frozen=RECORD | {"verdict": "undetermined"})
    decline(number, "E7", frozen=RECORD)
    with begin() as opened:
        patients.correct_patient(opened, number, sex="m", birth_year=1950, arrived_on=days_ago(3), why="typed wrong", by=KARIM)
    with look() as seen:
        (judged,) = screening_log.records(seen, sees=ANNE)
    assert (judged.verdict, judged.sex, judged.birth_year, judged.year) == ("not_met", "f", 1970, 2026)
    assert judged.scores and (judged.scores.hscore_low, judged.scores.hlh2004) == (178, False)
    assert judged.answers == DECLARED


def test_a_record_of_the_first_format_is_judged_with_what_is_on_file(ward: str) -> None:
    older = {name: told for name, told in RECORD.items() if name not in ("format", "sex", "birth_year")}
    decline(screened(), "E5", frozen=older)
    with look() as seen:
        (judged,) = screening_log.records(seen, sees=ANNE)
        assert screening_log.records(seen, sees=ANNE, site="002") == []
    assert (judged.sex, judged.birth_year) == ("f", 1970)


def test_an_open_attempt_has_no_record(ward: str) -> None:
    number = screened()
    answer(number, 1)
    with look() as seen:
        assert screening_log.records(seen, sees=ANNE) == []


def in_emergency() -> str:
    number = screened()
    consent(number, "emergency", 6)
    with begin() as ward:
        screening.include(ward, number, planned_day_1=days_ago(5), verdict=MET, frozen=RECORD | {"verdict": "met"},
                          signature=signed(KARIM), included_at=at(6, 9), by=KARIM)  # fmt: skip
    return number


def owing(**more: Any) -> list[str]:
    with look() as ward:
        return [one.number for one in screening_log.owed_consents(ward, **({"sees": ANNE} | more))]


def test_an_emergency_inclusion_owes_a_consent_until_one_is_on_file(ward: str) -> None:
    number = in_emergency()
    assert owing() == [number]
    assert owing(sees=ZOE) == owing(site="002") == []
    consent(number, "patient", 2)
    assert owing() == []


def test_the_consent_of_an_emergency_is_still_owed_on_the_list_of_one_who_died(ward: str) -> None:
    number = in_emergency()
    with begin() as opened:
        patients.report_milestone(opened, number, "death", at(2, 9), by=LEA)
    assert owing() == [number]
    assert the(number).died_at


def test_no_consent_is_owed_by_who_was_not_included_or_took_it_back(ward: str) -> None:
    consent(screened(), "emergency", 6)
    consent(in_emergency(), "withdrawn", 2)
    included()
    assert owing() == []


def test_who_got_a_first_dose_is_told_from_who_waits_for_it(ward: str) -> None:
    waiting, charted = included(), included()
    screened()

    def chart(number: str, was: Dose | None, now: Dose) -> None:
        with begin() as opened:
            doses.chart_dose(opened, number, now, was=was, by=LEA)

    def dosed(**more: Any) -> set[str]:
        with look() as seen:
            return screening_log.dosed(seen, **({"sees": PAUL} | more))

    given = Dose(1, "morning", "given", at(5, 10), "oral", 10)
    chart(waiting, None, Dose(1, "morning", "held", reason="Platelets"))
    chart(charted, None, given)
    assert dosed() == {charted}
    assert dosed(site="002") == dosed(sees=ZOE) == set()
    chart(charted, given, Dose(1, "morning", "missed", reason="Vomiting"))
    assert dosed() == set()


def test_many_patients_cost_no_more_questions_than_one(ward: str) -> None:
    def questions() -> int:
        with look() as seen, overheard(seen) as asked:
            screening_log.log(seen, sees=ANNE)
            screening_log.records(seen, sees=ANNE)
            screening_log.owed_consents(seen, sees=ANNE)
            screening_log.dosed(seen, sees=ANNE)
        return len(asked)

    in_emergency()
    before = questions()
    for _ in range(3):
        in_emergency()
        decline(screened(), "E5", frozen=RECORD)
    assert questions() == before < 30


def test_reading_the_log_changes_no_record(ward: str) -> None:
    decline(screened(), "E5", frozen=RECORD)
    with look() as seen:
        before = seen.scalar(select(decision.c.frozen))
        screening_log.log(seen, sees=ANNE)
        assert seen.scalar(select(decision.c.frozen)) == before
    assert json.loads(before)["sofa"] == RECORD["sofa"]
