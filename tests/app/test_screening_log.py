"""The screening log: who was looked at, what became of them, who would have entered, whose consent is owed."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from components.screening import log_table
from db import begin, patients, screening
from tests.app.conftest import Tab, plain, said
from tests.db import cast
from trial.eligibility import CRITERIA

DECLARED = {one.code: one.wanted for one in CRITERIA if not one.computed}
RECORD: dict[str, Any] = {
    "format": 2, "on": "2026-11-25", "sex": "f", "birth_year": 1970, "verdict": "not_met", "answers": DECLARED,
    "hlh2004": {"met": False, "count": 4, "unknown": 0}, "hscore": {"low": 178, "high": 178}, "sofa": {"low": 9, "high": 9},
}  # fmt: skip
WHAT_IF, CONSENTS = "What if", "Consents owed"


def declined(*reasons: str, frozen: dict[str, Any] = RECORD, number: str = "", site: str = "001") -> str:
    number = number or cast.screened(site=site)
    with begin() as ward:
        screening.decline(ward, number, reasons, frozen=frozen, signature=cast.signed(cast.ANNE), by=cast.ANNE)
    return number


def in_emergency() -> str:
    number = cast.screened()
    with begin() as ward:
        screening.consent(ward, number, "emergency", cast.at(6, 8), by=cast.KARIM)
        screening.include(ward, number, planned_day_1=cast.days_ago(5), verdict=SimpleNamespace(state="met"),
                          frozen=RECORD | {"verdict": "met"}, signature=cast.signed(), included_at=cast.at(6, 9),
                          by=cast.KARIM)  # fmt: skip
    return number


@pytest.fixture
def page(tab: Callable[..., Tab]) -> Callable[..., Tab]:
    return lambda login="anne", **query: tab(login, "screening_log", **query)


def control(tab: Tab, name: str) -> Any:
    return tab.app.segmented_control(key=f"log_{name}")


def take(tab: Tab, name: str, code: str) -> Tab:
    control(tab, name).set_value(code)
    return tab.again()


def word(plain_text: str) -> str:
    """As a tab's text shows it."""
    return " ".join(plain(plain_text).split())


@pytest.mark.parametrize("view", ["log", "flow"])
def test_an_empty_log_says_so(page: Callable[..., Tab], view: str) -> None:
    assert page(view=view).says("Nobody was screened yet.")


def test_without_a_decision_there_is_nothing_to_judge_anew_and_no_consent_owed(page: Callable[..., Tab]) -> None:
    cast.screened()
    assert page(view="what_if").says("No screening was decided yet.")
    assert page(view="consents").says("No consent is owed: every emergency inclusion has one on file.")


def test_the_log_has_everyone_with_the_reasons_in_words(page: Callable[..., Tab]) -> None:
    here, there = declined("E5", "plus de lit"), declined("I2", site="002")
    cast.included()
    waiting = cast.screened()
    log = page()
    for number in (here, there, waiting, "001-0001"):
        assert number in log.text
    assert word("E5 Intolérance au lactose") in log.text and "plus de lit" in log.text
    assert "HScore 178" in log.text and "SOFA 9" in log.text
    assert said("Not included") in log.text and said("Open") in log.text


def test_a_re_screened_patient_has_a_row_an_attempt(page: Callable[..., Tab]) -> None:
    number = declined("E5")
    declined("E7", number=number)
    log = page()
    assert log.text.count(number) == 2
    assert log.says("attempt {number}", number=2)


def test_the_filters_stand_in_the_address_as_codes_and_a_link_comes_back_to_them(page: Callable[..., Tab]) -> None:
    here, there = declined("E5"), declined("E5", site="002")
    waiting = cast.screened()
    log = take(take(page(), "site", "001"), "decision", "not_included")
    assert (log.app.query_params["site"], log.app.query_params["decision"]) == ("001", "not_included")
    linked = page(site="001", decision="not_included")
    for shown in (log, linked):
        assert here in shown.text and there not in shown.text and waiting not in shown.text


def test_a_filter_that_finds_nobody_says_so(page: Callable[..., Tab]) -> None:
    cast.screened()
    assert page(decision="not_included").says("No attempt with this decision.")


def test_an_address_with_a_view_that_there_is_not_opens_the_log(page: Callable[..., Tab]) -> None:
    number = declined("E5")
    assert number in page(view="everything", site="009", decision="perhaps").text


def test_the_file_can_be_fetched_by_who_reads_the_log(page: Callable[..., Tab]) -> None:
    declined("E5")
    for login in ("anne", "paul", "karim"):
        (button,) = page(login).app.get("download_button")
        assert button.proto.label == said("Export as CSV")


def test_the_flow_counts_patients_under_the_newest_attempt(page: Callable[..., Tab]) -> None:
    declined("E5")
    declined("I4", "E7", number=declined("E1"))
    cast.included()
    cast.screened()
    flow = page(view="flow")
    for title, count in (("Screened", 4), ("Not included", 2), ("Still open", 1), ("Included", 1), ("First dose not given yet", 1),
                         ("First dose given", 0)):  # fmt: skip
        assert f"{said(title)} {count} " in f"{flow.text} ", title
    assert flow.says("attempts: {count}", count=5)
    assert word("1 E7 Décision de limitation") in flow.text and "E1 " not in flow.text


@pytest.mark.parametrize("login", ["anne", "paul"])
def test_the_pi_and_the_monitor_see_who_would_have_entered(page: Callable[..., Tab], login: str) -> None:
    number = declined("I2")
    what_if = page(login, view="what_if")
    assert f"{said('HScore ≥ {minimum} instead of {today}', minimum=168, today=200)} 1 0 +1 {number}" in what_if.text
    assert f"{said('SOFA ≥ {minimum} instead of {today}', minimum=3, today=4)} 0 0 {said('nobody')}" in what_if.text


def test_a_record_that_cannot_be_judged_is_named(page: Callable[..., Tab]) -> None:
    number = declined("I2", frozen={"sofa": 9})
    assert number in page(view="what_if").app.warning[0].value


def test_an_investigator_is_not_offered_other_rules_not_by_the_address_either(page: Callable[..., Tab]) -> None:
    number = declined("I2")
    log = page("karim", view="what_if")
    assert said(WHAT_IF) not in control(log, "view").options
    assert not log.says("Today’s rule")
    assert number in log.text, "the log instead"


def test_an_owed_consent_is_listed_until_it_is_filed(page: Callable[..., Tab]) -> None:
    number = in_emergency()
    owed = page("karim", view="consents")
    assert number in owed.text and f"! {said('to be asked')}" in owed.text
    with begin() as ward:
        screening.consent(ward, number, "patient", cast.at(1, 8), by=cast.KARIM)
    assert owed.again().says("No consent is owed: every emergency inclusion has one on file.")


def test_the_dead_are_told_apart_among_the_owed_consents(page: Callable[..., Tab]) -> None:
    number = in_emergency()
    with begin() as ward:
        patients.report_milestone(ward, number, "death", cast.at(2, 9), by=cast.KARIM)
    owed = page(view="consents")
    assert number in owed.text and "! " not in owed.text


def test_an_investigator_of_one_site_sees_that_site_in_every_view(page: Callable[..., Tab]) -> None:
    there = declined("E5", site="002")
    for view in ("log", "flow", "consents"):
        karim = page("karim", view=view, site="002")
        assert there not in karim.text
        assert not [each for each in karim.app.segmented_control if each.key == "log_site"]


def test_a_long_log_shows_the_newest_and_all_on_demand(page: Callable[..., Tab], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_table, "AT_ONCE", 2)
    numbers = [cast.screened(arrived=days) for days in (3, 2, 1)]
    log = page()
    assert numbers[0] not in log.text and numbers[2] in log.text
    log.app.segmented_control(key="log_how_many").set_value(3)
    assert numbers[0] in log.again().text


@pytest.mark.parametrize("login", ["lea", "ada"])
def test_a_nurse_and_an_administrator_do_not_read_the_log(page: Callable[..., Tab], login: str) -> None:
    number = declined("E5")
    closed = page(login)
    assert number not in closed.text
    assert len(closed.app.error) == 1
