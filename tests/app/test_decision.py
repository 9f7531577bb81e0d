"""The end of a screening: consent, the decision that is signed, and what is shown of it afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import db
from db import days, patients, screening, screening_log
from tests.app.conftest import Tab, said
from tests.app.screening import DECLARED, FIRST, SICK, choose, consent, criterion, decisions, reasons, sign, verdict
from tests.db import cast
from trial.reading import Change, Reading, State


def test_a_patient_who_meets_all_is_included_and_gets_a_study_number(page: Callable[..., Tab]) -> None:
    rest = DECLARED | {"other_research": "unknown"}
    karim = consent(page(values=FIRST | SICK, **rest), "relative")
    assert verdict(karim) == "undetermined"
    assert choose(karim, "include").says("Not possible yet: {criteria} not met or unknown. Unknown blocks the inclusion.",
                                         criteria="E13")  # fmt: skip
    criterion(karim, "other_research").set_value("no")
    karim.again()
    assert verdict(karim) == "met"
    sign(karim, "Sign and include")
    known = cast.the("001-0001")
    assert known.included_at
    assert "Inclus sous le numéro 001-0001" in karim.text
    (decided,) = decisions(known.number)
    frozen = decided["frozen"]
    assert (decided["decision"], decided["by"], frozen["signature"]["name"]) == ("included", "karim", "Karim")
    assert frozen["hlh2004"]["count"] == 5
    assert frozen["sofa"]["total"] is None, "not complete, and frozen as such"
    ferritin = next(row for row in frozen["values"] if row["code"] == "ferritin")
    assert (ferritin["value"], ferritin["by"], ferritin["on_date"]) == (500, "Karim", cast.today().isoformat())
    assert ferritin["entered_at"]


def test_a_wrong_password_signs_nothing(page: Callable[..., Tab]) -> None:
    karim = choose(consent(page(values=FIRST | SICK, **DECLARED), "relative"), "include")
    sign(karim, "Sign and include", "demo")
    assert karim.says("The password is not right. Nothing was signed. Tries left: {count}", count=4)
    sign(karim, "Sign and include", "")
    assert karim.says("Enter your password to sign. Nothing was signed.")
    assert decisions("001-S0001") == []


def test_an_emergency_inclusion_owes_the_consent_until_it_is_filed(page: Callable[..., Tab]) -> None:
    owed = "Emergency inclusion: the consent to continue is owed as soon as it can be given."
    karim = choose(consent(page(values=FIRST | SICK, **DECLARED), "emergency"), "include")
    sign(karim, "Sign and include")
    assert karim.says(owed)
    consent(karim, "patient")
    assert not karim.says(owed)
    assert cast.the("001-0001").consent_route == "patient"


def test_a_refusal_asks_what_becomes_of_the_data(page: Callable[..., Tab]) -> None:
    karim = page(values=FIRST | SICK, **DECLARED)
    (asked,) = [each for each in karim.app.segmented_control if (each.key or "").startswith("route_")]
    asked.set_value("refused")
    karim.again()
    assert karim.button("Record the consent").disabled
    (use,) = [each for each in karim.app.segmented_control if (each.key or "").startswith("data_use_")]
    use.set_value("stop")
    karim.again().press("Record the consent")
    assert (cast.the("001-S0001").consent_route, cast.the("001-S0001").data_use) == ("refused", "stop")
    assert "✗ non rempli I5" in karim.text


def test_a_patient_with_lactose_intolerance_is_not_included_and_the_reason_is_there_already(page: Callable[..., Tab]) -> None:
    karim = choose(page(values=FIRST | SICK, **(DECLARED | {"lactose_intolerance": "yes"})), "decline")
    assert reasons(karim).value == ["E5"]
    sign(karim, "Sign: not included")
    (decided,) = decisions("001-S0001")
    assert (decided["decision"], decided["reasons"]) == ("not_included", "E5")
    assert karim.says("Attempt {attempt}: {decision}", attempt=1, decision=said("Not included"))
    assert "E5 Intolérance au lactose" in karim.text


def test_a_patient_who_was_not_included_is_screened_again_as_another_attempt(page: Callable[..., Tab]) -> None:
    karim = choose(page(values=FIRST, **(DECLARED | {"moribund": "yes"})), "decline")
    sign(karim, "Sign: not included")
    assert criterion(karim, "moribund").value == "unknown", "the second attempt is answered anew"
    for code, answer in DECLARED.items():
        criterion(karim, code).set_value(answer)
    karim.again().type(gcs="3", bilirubin="300").press("Save")
    choose(consent(karim, "relative"), "include")
    sign(karim, "Sign and include")
    assert [(one["attempt"], one["decision"]) for one in decisions("001-S0001")] == [(1, "not_included"), (2, "included")]
    assert karim.says("Attempt {attempt}: {decision}", attempt=1, decision=said("Not included"))
    assert karim.says("Attempt {attempt}: {decision}", attempt=2, decision=said("Included"))


def test_a_value_that_changes_after_the_signature_shows_and_changes_no_verdict(page: Callable[..., Tab]) -> None:
    karim = choose(consent(page(values=FIRST | SICK, **DECLARED), "relative"), "include")
    sign(karim, "Sign and include")
    changed = "Changed on file since the decision: {variables}. The decision stays as it was signed."
    assert not karim.says(changed, variables=["ferritin"])
    with db.begin() as ward:
        was = Reading(State.MEASURED, 500.0)
        now = Reading(State.MEASURED, 50.0)
        days.record_values(ward, "001-0001", cast.today(), [Change("ferritin", was, now, "typing error")], by=cast.LEA)
    before = decisions("001-S0001")
    karim.again()
    assert karim.says(changed, variables=["ferritin"])
    assert "▲ 50 " in karim.text
    assert karim.says("HLH-2004: {count} met, {not_met} not met, {unknown} unknown of 8; {needed} are needed", count=5, not_met=0,
                      unknown=3, needed=5)  # fmt: skip
    assert decisions("001-S0001") == before


def test_a_decision_that_is_half_typed_survives_a_reload(page: Callable[..., Tab], tab: Callable[..., Tab]) -> None:
    karim = choose(page(values=FIRST, **DECLARED), "decline")
    reasons(karim).set_value(["I4"])
    (other,) = [box for box in karim.app.text_area if (box.key or "").startswith("txt_other_")]
    other.set_value("plus de place")
    karim.again()
    again = tab("karim", "screening", patient="001-S0001")
    assert reasons(again).value == ["I4"]
    assert [box.value for box in again.app.text_area] == ["plus de place"]
    anne = tab("anne", "screening", patient="001-S0001")
    assert not [each for each in anne.app.pills if (each.key or "").startswith("reasons_")], "the draft is Karim's"


def test_what_someone_else_saved_before_the_signature_is_told_and_nothing_is_signed(page: Callable[..., Tab]) -> None:
    karim = choose(consent(page(values=FIRST | SICK, **DECLARED), "relative"), "include")
    with db.begin() as ward:
        was, now = (Reading(State.MEASURED, number) for number in (99.0, 95.0))
        days.record_values(ward, "001-S0001", cast.today(), [Change("platelets", was, now, "typing error")], by=cast.LEA)
    sign(karim, "Sign and include")
    told = "{names} saved something meanwhile. Look at it again, then sign; nothing was signed."
    assert karim.says(told, names="Léa")
    assert decisions("001-S0001") == []
    assert not karim.again().says(told, names="Léa")
    sign(karim, "Sign and include")
    assert len(decisions("001-S0001")) == 1


def test_what_no_score_reads_stops_the_signature_as_well(page: Callable[..., Tab]) -> None:
    karim = choose(consent(page(values=FIRST | SICK, **DECLARED), "relative"), "include")
    with db.begin() as ward:
        patients.report_milestone(ward, "001-S0001", "care_limited", cast.now(), by=cast.ANNE)
    sign(karim, "Sign and include")
    assert karim.says("Something was saved of {patient} since this page was drawn. Look at it again, then sign.",
                      patient="001-S0001")  # fmt: skip
    assert decisions("001-S0001") == []


def test_two_consents_within_a_minute_are_both_kept(page: Callable[..., Tab]) -> None:
    karim = consent(consent(page(), "patient"), "relative")
    assert cast.the("001-S0001").consent_route == "relative"
    consent(karim, "emergency")
    assert cast.the("001-S0001").consent_route == "emergency"


def test_with_the_values_of_yesterday_the_first_dose_is_planned_for_today(page: Callable[..., Tab]) -> None:
    page()
    with db.begin() as ward:
        screening.answer(ward, "001-S0001", 1, DECLARED, by=cast.KARIM)
    cast.enter("001-S0001", FIRST | SICK, ago=1)
    karim = Tab("karim").open("screening", patient="001-S0001", on=cast.days_ago(1).isoformat())
    sign(choose(consent(karim, "relative"), "include"), "Sign and include")
    assert cast.the("001-0001").planned_day_1 == cast.today()
    assert decisions("001-S0001")[0]["frozen"]["on"] == cast.days_ago(1).isoformat()


def test_of_a_patient_with_everything_pending_nothing_is_taken_for_normal(page: Callable[..., Tab]) -> None:
    karim = page()
    with db.begin() as ward:
        awaited = [cast.change(code, None, Reading(State.PENDING)) for code in ("ferritin", "platelets", "scd25", "bilirubin")]
        days.record_values(ward, "001-S0001", cast.today(), awaited, by=cast.LEA)
    assert "HScore 0–337 ;" in karim.again().text
    assert "SOFA 0–24" in karim.text
    assert "? inconnu I2" in karim.text and "? inconnu I4" in karim.text
    choose(karim, "include")
    assert not [box for box in karim.app.text_input if box.label == said("Your password signs")]


@pytest.mark.parametrize(("code", "answer"), [("moribund", "yes"), ("in_icu", "no")])
def test_one_criterion_not_met_is_enough(page: Callable[..., Tab], code: str, answer: str) -> None:
    karim = choose(page(values=FIRST | SICK, **(DECLARED | {code: answer})), "include")
    assert verdict(karim) == "not_met"
    assert not [box for box in karim.app.text_input if box.label == said("Your password signs")]


def test_who_is_not_included_stays_in_the_log_with_the_reason(page: Callable[..., Tab]) -> None:
    karim = choose(page(values=FIRST, **DECLARED), "decline")
    assert karim.says("Choose at least one reason.")
    (other,) = [box for box in karim.app.text_area if (box.key or "").startswith("txt_other_")]
    other.set_value("refus du service\n<b>=1+1</b>")
    sign(karim.again(), "Sign: not included")
    with db.look() as ward:
        row = screening_log.log(ward, sees=cast.ANNE).iloc[0]
    assert (row["decision"], row["reasons"]) == ("not_included", "refus du service <b>=1+1</b>")
