"""From the screening log to the study number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from db import begin, days, look, patients, people, screening, screening_log
from tests.db.cast import (
    ADA,
    ANNE,
    KARIM,
    LEA,
    MET,
    PAUL,
    at,
    change,
    days_ago,
    included,
    measured,
    now,
    screened,
    signed,
    the,
    today,
)  # fmt: skip
from trial.errors import ChangedMeanwhile, Impossible, NotAllowed

RIGHT = "bedside-test-1"


def consent(number: str, route: str = "relative", *, by: people.Person = KARIM, days: int = 2) -> None:
    with begin() as ward:
        data_use = "" if route in screening.CONSENTED else "keep"
        screening.consent(ward, number, route, at(days, 8), data_use=data_use, by=by)


def include(number: str, *, state: str = "met", by: people.Person = KARIM, **more: object) -> str:
    verdict = SimpleNamespace(state=state)
    asked = {"planned_day_1": today(), "verdict": verdict, "frozen": {"sofa": 9}, "signature": signed(by)} | more
    with begin() as ward:
        return screening.include(ward, number, by=by, **asked)


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


@pytest.mark.parametrize(
    ("person", "minutes"), [(ANNE, 0), (KARIM, -3), (KARIM, 3)], ids=["of-another", "of-before", "of-later"]
)
def test_a_decision_needs_the_signature_of_who_decides_now(ward: str, person: people.Person, minutes: int) -> None:
    signature = replace(signed(person), at=now() + timedelta(minutes=minutes))
    number = screened()
    consent(number)
    with pytest.raises(NotAllowed, match="not signed"):
        include(number, signature=signature)
    with pytest.raises(NotAllowed, match="not signed"), begin() as opened:
        screening.decline(opened, number, ["E1"], frozen={}, signature=signature, by=KARIM)


def test_a_password_signs_and_a_wrong_one_does_not(ward: str) -> None:
    with begin() as opened:
        people.create_account(opened, login="karim", name="Karim", role="investigator", site="001", password=RIGHT, by=ADA)
    with begin() as opened:
        assert people.sign(opened, KARIM, RIGHT.upper()) is None
        signature = people.sign(opened, KARIM, RIGHT)
    assert signature
    assert (signature.login, signature.name, signature.role) == ("karim", "Karim", "investigator")


def test_guesses_at_a_signature_are_counted_like_those_at_a_sign_in(ward: str) -> None:
    for _ in range(people.TRIES_A_LOGIN):
        with begin() as opened:
            assert people.sign(opened, KARIM, "guess") is None
    with pytest.raises(people.TooManyAttempts), begin() as opened:
        people.sign(opened, KARIM, "guess")
    with begin() as opened:
        assert people.sign(opened, ANNE, "guess") is None, "a ward shares its address: the others go on"


def test_what_the_person_saved_themselves_does_not_stop_their_decision(ward: str) -> None:
    number = screened()
    consent(number)
    with look() as seen:
        as_of = screening.newest_entry(seen, number)
    with begin() as opened:
        screening.answer(opened, number, 1, {"pml": "no"}, by=KARIM)
    assert include(number, as_of=as_of) == "001-0001"


@pytest.mark.parametrize("what", ["value", "answer", "consent"])
def test_what_was_saved_after_the_page_was_drawn_stops_the_decision(ward: str, what: str) -> None:
    number = screened()
    consent(number)
    with look() as seen:
        as_of = screening.newest_entry(seen, number)
    if what == "consent":
        consent(number, "emergency", by=ANNE, days=1)
    else:
        with begin() as opened:
            if what == "value":
                days.record_values(opened, number, today(), [change("ferritin", None, measured(900))], by=LEA)
            else:
                screening.answer(opened, number, 1, {"pml": "yes"}, by=ANNE)
    with pytest.raises(ChangedMeanwhile, match=number):
        include(number, as_of=as_of)
    with look() as seen:
        as_of = screening.newest_entry(seen, number)
    assert include(number, as_of=as_of) == "001-0001"


def test_what_is_saved_of_another_patient_stops_nothing(ward: str) -> None:
    number = screened()
    consent(number)
    with look() as seen:
        as_of = screening.newest_entry(seen, number)
    consent(screened())
    assert include(number, as_of=as_of) == "001-0001"


def test_two_who_answer_one_criterion_differently_see_it(ward: str) -> None:
    number = screened()
    with begin() as opened:
        screening.answer(opened, number, 1, {"pml": "yes"}, was={"pml": "unknown"}, by=ANNE)
        screening.answer(opened, number, 1, {"pml": "yes"}, was={"pml": "unknown"}, by=KARIM)  # the same: no quarrel
    with pytest.raises(ChangedMeanwhile, match="meanwhile: yes"), begin() as opened:
        screening.answer(opened, number, 1, {"pml": "no"}, was={"pml": "unknown"}, by=KARIM)
    with begin() as opened:
        screening.answer(opened, number, 1, {"pml": "no"}, was={"pml": "yes"}, by=KARIM)


@pytest.mark.parametrize("route", ["refused", "withdrawn"])
@pytest.mark.parametrize("data_use", screening.DATA_USES)
def test_a_refusal_says_what_may_be_done_with_the_data(ward: str, route: str, data_use: str) -> None:
    number = screened()
    with begin() as opened:
        screening.consent(opened, number, route, at(1, 8), data_use=data_use, by=KARIM)
    assert (the(number).consent_route, the(number).data_use) == (route, data_use)


@pytest.mark.parametrize(("route", "data_use"), [("refused", ""), ("withdrawn", "burn"), ("relative", "keep")])
def test_a_refusal_without_that_choice_and_a_consent_with_one_are_refused(ward: str, route: str, data_use: str) -> None:
    number = screened()
    with pytest.raises(Impossible, match="data collected so far"), begin() as opened:
        screening.consent(opened, number, route, at(1, 8), data_use=data_use, by=KARIM)


def test_a_consent_has_its_place_between_arrival_and_now(ward: str) -> None:
    number = screened(arrived=2)
    for moment, sentence in ((at(3, 8), "before the arrival"), (now() + timedelta(hours=1), "has not come yet")):
        with pytest.raises(Impossible, match=sentence), begin() as opened:
            screening.consent(opened, number, "relative", moment, by=KARIM)


@pytest.mark.parametrize("route", ["refused", "withdrawn"])
def test_a_consent_taken_back_after_inclusion_is_a_withdrawal(ward: str, route: str) -> None:
    number = included()
    consent(number, route, days=1)
    assert the(number).withdrawn_at == at(1, 8)


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


def test_the_same_token_with_something_else_is_another_save(ward: str) -> None:
    number, other = screened(), screened()
    with begin() as opened:
        for patient in (number, other):
            screening.answer(opened, patient, 1, {"pml": "no"}, by=LEA, token="form")
        screening.consent(opened, number, "relative", at(1, 8), by=KARIM, token="form")
        screening.consent(opened, number, "refused", at(1, 8), data_use="stop", by=KARIM, token="form")
    with look() as seen:
        assert screening.answers(seen, other) == {"pml": "no"}
    assert the(number).consent_route == "refused"
    with begin() as opened:
        screening.consent(opened, number, "relative", at(1, 9), by=KARIM, token="form")
        screening.decline(opened, number, ["E1"], frozen={}, signature=signed(), by=KARIM, token="form")
        screening.decline(opened, number, ["E1"], frozen={}, signature=signed(), by=KARIM, token="form")
    assert include(number, token="form") == "001-0001"
    with look() as seen:
        assert [one["attempt"] for one in screening.frozen(seen, number)] == [1, 2]


def test_who_consents_after_a_refusal_has_taken_back_its_choice_on_the_data(ward: str) -> None:
    number = screened()
    with begin() as opened:
        screening.consent(opened, number, "refused", at(2, 8), data_use="stop", by=KARIM)
        screening.consent(opened, number, "patient", at(1, 8), by=KARIM)
    assert (the(number).consent_route, the(number).data_use) == ("patient", "")


def test_an_emergency_is_that_of_the_inclusion(ward: str) -> None:
    number = included()
    with pytest.raises(Impossible, match="emergency"), begin() as opened:
        screening.consent(opened, number, "emergency", at(1, 8), by=KARIM)


def test_a_decision_is_of_the_verdict_that_is_frozen(ward: str) -> None:
    number = screened()
    consent(number)
    with pytest.raises(ValueError, match="another verdict"):
        include(number, frozen={"verdict": "not_met"})


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
    assert the(number).declined_at is not None
    include(number)
    assert the(number).declined_at is None
    with look() as seen:
        log = screening_log.log(seen, sees=ANNE)
        assert screening.answers(seen, number) == {}
    assert list(log["attempt"]) == [1, 2]
    assert list(log["decision"]) == ["not_included", "included"]
    assert list(log["reasons"]) == ["sofa\nhscore", ""]
    assert list(log["by"]) == ["karim", "karim"]


def test_a_decline_says_why(ward: str) -> None:
    number = screened()
    with pytest.raises(Impossible, match="why"), begin() as opened:
        screening.decline(opened, number, [], frozen={}, signature=signed(KARIM), by=KARIM)


def test_the_decision_keeps_what_it_was_made_from(ward: str) -> None:
    number = screened()
    consent(number)
    made_from = {
        "sofa": np.int64(9), "bilirubin": float("nan"), "gcs": pd.NA, "on": today(), "at": at(2, 8),
        "criteria": ("i1", "i2"), "verdict": MET.state,
    }  # fmt: skip
    include(number, frozen=made_from)
    with look() as seen:
        (kept,) = screening.frozen(seen, number)
    signature = kept["frozen"].pop("signature")
    assert (signature["name"], signature["meaning"]) == ("Karim", "included")
    assert kept["frozen"] == {
        "sofa": 9, "bilirubin": None, "gcs": None, "on": today().isoformat(),
        "at": at(2, 8).isoformat(timespec="microseconds"), "criteria": ["i1", "i2"], "verdict": "met",
    }  # fmt: skip
    assert (kept["by"], kept["decision"], kept["attempt"]) == ("karim", "included", 1)


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
