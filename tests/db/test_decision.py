"""Consent, and the decision of a screening: signed, frozen, and of what the person saw."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from db import begin, days, look, patients, people, screening
from tests.db.cast import (
    ADA,
    ANNE,
    KARIM,
    LEA,
    MET,
    at,
    change,
    consent,
    days_ago,
    include,
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


def test_who_has_withdrawn_consents_again_only_once_the_withdrawal_is_taken_back(ward: str) -> None:
    number = included()
    consent(number, "withdrawn", days=1)
    with pytest.raises(NotAllowed, match="has withdrawn"):
        consent(number, "patient", days=1)
    with begin() as opened:
        patients.withdraw_milestone(opened, number, "withdrawal", why="another patient", by=KARIM)
    consent(number, "patient", days=1)
    assert (the(number).consent_route, the(number).data_use, the(number).withdrawn_at) == ("patient", "", None)


def test_an_inclusion_is_after_a_consent_that_no_refusal_followed(ward: str) -> None:
    number = screened()
    for route, hour in (("patient", 8), ("refused", 9), ("relative", 12)):
        with begin() as opened:
            data_use = "" if route in screening.CONSENTED else "keep"
            screening.consent(opened, number, route, at(2, hour), data_use=data_use, by=KARIM)
    with pytest.raises(Impossible, match="before the consent"):
        include(number, included_at=at(2, 10), planned_day_1=days_ago(2))
    include(number, included_at=at(2, 13), planned_day_1=days_ago(2))
