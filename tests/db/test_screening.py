"""From the screening log to the study number."""

from __future__ import annotations

from datetime import timedelta

import pytest

from db import begin, look, patients, people, screening, screening_log
from tests.db.cast import (
    ADA,
    ANNE,
    KARIM,
    LEA,
    PAUL,
    at,
    consent,
    days_ago,
    include,
    included,
    now,
    screened,
    signed,
    the,
    today,
)  # fmt: skip
from trial.errors import ChangedMeanwhile, Impossible, NotAllowed


def test_a_patient_is_screened_consents_and_is_included(ward: str) -> None:
    number = screened(bed="12")
    consent(number)
    assert include(number) == "001-0001"
    patient = the("001-0001")
    assert patient == the(number)
    assert (patient.name, patient.number, patient.bed, patient.consent_route) == ("001-0001", number, "12", "relative")
    assert patient.day_1 == patient.planned_day_1 == today()


def test_each_site_counts_its_own_numbers(ward: str) -> None:
    numbers = [screened(site="001"), screened(site="002"), screened(site="001")]
    assert numbers == ["001-S0001", "002-S0001", "001-S0002"]
    for number in numbers:
        consent(number, by=ANNE)
    assert [include(number, by=ANNE) for number in reversed(numbers)] == ["001-0001", "002-0001", "001-0002"]


def test_the_same_form_twice_screens_one_patient(ward: str) -> None:
    assert screened(token="form") == screened(token="form") == "001-S0001"
    assert screened(token="other") == "001-S0002"


def test_the_same_form_twice_includes_once(ward: str) -> None:
    number = screened()
    consent(number)
    assert include(number, token="form") == include(number, token="form") == "001-0001"


@pytest.mark.parametrize("state", ["not_met", "undetermined"])
def test_without_the_criteria_there_is_no_inclusion(ward: str, state: str) -> None:
    number = screened()
    consent(number)
    with pytest.raises(NotAllowed, match="criteria"):
        include(number, state=state)
    assert the(number).study_number is None


@pytest.mark.parametrize("route", [None, "refused", "withdrawn"])
def test_without_consent_there_is_no_inclusion(ward: str, route: str | None) -> None:
    number = screened()
    if route:
        consent(number)
        consent(number, route)
    with pytest.raises(NotAllowed, match="consent"):
        include(number)


@pytest.mark.parametrize("route", screening.CONSENTED)
def test_patient_relative_and_emergency_are_consents(ward: str, route: str) -> None:
    number = screened()
    consent(number, route)
    assert include(number) == "001-0001"


@pytest.mark.parametrize("person", [LEA, PAUL, ADA], ids=lambda person: person.name)
def test_only_a_physician_includes(ward: str, person: people.Person) -> None:
    number = screened()
    consent(number)
    with pytest.raises(NotAllowed, match="investigator, pi"):
        include(number, by=person)
    with pytest.raises(NotAllowed, match="investigator, pi"):
        consent(number, by=person)


def test_nobody_is_included_twice(ward: str) -> None:
    number = included()
    with pytest.raises(NotAllowed, match="included already, as 001-0001"):
        include(number)
    with pytest.raises(NotAllowed, match="included already"), begin() as opened:
        screening.decline(opened, number, ["age"], frozen={}, signature=signed(KARIM), by=KARIM)


def test_the_dead_are_not_included(ward: str) -> None:
    number = screened()
    consent(number)
    with begin() as opened:
        patients.report_milestone(opened, number, "death", at(1, 8), by=LEA)
    with pytest.raises(NotAllowed, match="died"):
        include(number)


def test_an_inclusion_has_its_place_between_consent_and_day_1(ward: str) -> None:
    number = screened(arrived=5)
    consent(number, days=2)
    with pytest.raises(Impossible, match="before the consent"):
        include(number, included_at=at(3, 8))
    with pytest.raises(Impossible, match="before the arrival"):
        include(number, included_at=at(6, 8))
    with pytest.raises(Impossible, match="before the inclusion"):
        include(number, planned_day_1=days_ago(1))
    with pytest.raises(Impossible, match="has not come yet"):
        include(number, included_at=now() + timedelta(days=1))
    include(number, included_at=at(2, 9), planned_day_1=days_ago(2))


def test_the_owed_consent_of_an_emergency_comes_later(ward: str) -> None:
    number = screened()
    consent(number, "emergency")
    include(number)
    assert the(number).consent_route == "emergency"
    consent(number, "patient", days=1)
    assert the(number).consent_route == "patient"


def test_two_who_answer_one_criterion_differently_see_it(ward: str) -> None:
    number = screened()
    with begin() as opened:
        screening.answer(opened, number, 1, {"pml": "yes"}, was={"pml": "unknown"}, by=ANNE)
        screening.answer(opened, number, 1, {"pml": "yes"}, was={"pml": "unknown"}, by=KARIM)  # the same: no quarrel
    with pytest.raises(ChangedMeanwhile, match="meanwhile: yes"), begin() as opened:
        screening.answer(opened, number, 1, {"pml": "no"}, was={"pml": "unknown"}, by=KARIM)
    with begin() as opened:
        screening.answer(opened, number, 1, {"pml": "no"}, was={"pml": "yes"}, by=KARIM)


def test_declared_criteria_are_kept_by_attempt(ward: str) -> None:
    number = screened()
    with begin() as opened:
        screening.answer(opened, number, 1, {"in_icu": "yes", "moribund": "unknown"}, by=LEA)
        screening.answer(opened, number, 1, {"in_icu": "yes", "moribund": "no"}, by=KARIM)
        assert screening.answers(opened, number) == {"in_icu": "yes", "moribund": "no"}
        screening.decline(opened, number, ["E1"], frozen={"sofa": 3}, signature=signed(KARIM), by=KARIM)
        assert screening.attempt_of(opened, number) == 2
        assert screening.answers(opened, number) == {}
        assert screening.answers(opened, number, 1) == {"in_icu": "yes", "moribund": "no"}
    with pytest.raises(NotAllowed, match="attempt 2 is"), begin() as opened:
        screening.answer(opened, number, 1, {"in_icu": "no"}, by=LEA)


@pytest.mark.parametrize("answers", [{"in_icu": "perhaps"}, {"moribund": "not_applicable"}, {"bogus": "yes"}])
def test_an_answer_that_no_page_could_read_is_refused(ward: str, answers: dict[str, str]) -> None:
    number = screened()
    with pytest.raises(Impossible, match="criterion"), begin() as opened:
        screening.answer(opened, number, 1, answers, by=LEA)
    with begin() as opened:
        screening.answer(opened, number, 1, {"contraception": "not_applicable"}, by=LEA)


def test_a_first_dose_is_not_planned_for_another_year(ward: str) -> None:
    number = screened()
    consent(number)
    with pytest.raises(Impossible, match="more than 28 days"):
        include(number, planned_day_1=today() + timedelta(days=29))


def test_a_patient_declined_may_be_screened_again_and_both_attempts_stay(ward: str) -> None:
    number = screened()
    consent(number)
    with begin() as opened:
        screening.decline(opened, number, ["sofa", "hscore"], frozen={"sofa": 3}, signature=signed(KARIM), by=KARIM)
    include(number)
    with look() as seen:
        log = screening_log.log(seen, sees=ANNE)
        assert screening.answers(seen, number) == {}
    assert list(log["attempt"]) == [1, 2]
    assert list(log["decision"]) == ["not_included", "included"]
    assert list(log["reasons"]) == ["sofa\nhscore", ""]
    assert list(log["by"]) == ["karim", "karim"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"sex": "x"},
        {"birth_year": 1870},
        {"birth_year": 2090},
        {"arrived_on": today() + timedelta(days=1)},
        {"site": "009"},
        {"bed": "a bed with a long name"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_patient_who_cannot_be_is_not_screened(ward: str, wrong: dict[str, object]) -> None:
    asked = {"site": "001", "sex": "f", "birth_year": 1970, "arrived_on": today(), "bed": "1"} | wrong
    with pytest.raises((Impossible, NotAllowed)), begin() as opened:
        patients.screen(opened, by=ANNE, **asked)


def test_a_nurse_screens_at_her_own_site_alone(ward: str) -> None:
    with pytest.raises(NotAllowed, match="site 001 alone"), begin() as opened:
        patients.screen(opened, site="002", sex="f", birth_year=None, arrived_on=today(), by=LEA)
