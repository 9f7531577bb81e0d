"""Doses: today's by one tap, any other with its reason; by whom may chart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

import pytest

import db
from db import doses
from tests.app.conftest import Tab, said
from tests.db import cast
from trial.dosing import Dose

NUMBER = "001-0001"


@pytest.fixture
def page(tab: Callable[..., Tab]) -> Callable[..., Tab]:
    """Of a patient whose planned day 1 was so many days ago."""

    def of(login: str, day_1: int = 0) -> Tab:
        cast.included(day_1=day_1)
        return tab(login, "dosing", patient=NUMBER)

    return of


def charted() -> dict[tuple[int, str], str]:
    with db.look() as ward:
        rows = doses.doses(ward, NUMBER)
    return {(row.day, row.slot): row.state for row in rows.itertuples()}


def other(tab: Tab, slot: str, state: str, reason: str = "", *, shown: str = "none", day: int = 1, at: time | None = None) -> Tab:
    """Open "other" of a slot that shows a state, choose another, say when and why, chart."""
    tab.app.session_state[f"other_{cast.the(NUMBER).number}_{day}_{slot}_{shown}"] = True
    tab.again()
    if at:
        (clock,) = [each for each in tab.app.time_input if f"_{slot}_" in (each.key or "")]
        clock.set_value(at)
    (choice,) = [each for each in tab.app.segmented_control if (each.key or "").startswith("state_") and f"_{slot}_" in each.key]
    choice.set_value(state)
    tab.again()
    for box in tab.app.text_input:
        if (box.key or "").startswith("txt_reason_") and f"_{slot}_" in box.key:
            box.set_value(reason)
    (button,) = [each for each in tab.app.button if (each.key or "").startswith("chart_") and f"_{slot}_" in each.key]
    button.click()
    return tab.again()


def test_the_dose_of_this_morning_is_charted_by_one_tap(page: Callable[..., Tab]) -> None:
    lea = page("lea")
    assert lea.says("{taken} of {planned} doses planned until today were taken", taken=0, planned=2)
    given = [button for button in lea.app.button if button.label == said("Given now")]
    assert len(given) == 2
    given[0].click()
    lea.again()
    assert charted() == {(1, "morning"): "given"}
    assert lea.says("{taken} of {planned} doses planned until today were taken", taken=1, planned=2)
    with db.look() as ward:
        (row,) = doses.doses(ward, NUMBER).to_dict("records")
    assert (row["mg"], row["route"], row["by"]) == (10, "oral", "lea")


def test_a_dose_that_was_held_needs_its_reason(page: Callable[..., Tab]) -> None:
    lea = other(page("lea"), "morning", "held")
    assert lea.says("Say why the dose was not given.")
    assert charted() == {}
    other(lea, "morning", "held", "thrombopénie")
    assert charted() == {(1, "morning"): "held"}
    assert "thrombopénie" in lea.text


def test_a_dose_charted_in_error_is_taken_back_and_can_be_given_again(page: Callable[..., Tab]) -> None:
    lea = page("lea")
    for _ in range(2):
        next(button for button in lea.app.button if button.label == said("Given now")).click()
        lea.again()
        assert charted() == {(1, "morning"): "given"}
        other(lea, "morning", "withdrawn", "wrong patient", shown="given")
        assert charted() == {}


def test_an_evening_dose_given_after_midnight_is_of_the_night_after(page: Callable[..., Tab]) -> None:
    lea = page("lea", 1)
    lea.app.session_state[f"dose_day_{cast.the(NUMBER).number}"] = 1
    lea.again()
    other(lea, "evening", "given", at=time(0, 5))
    with db.look() as ward:
        (row,) = doses.doses(ward, NUMBER).to_dict("records")
    given_at = row["given_at"].tz_convert("Europe/Paris")
    assert (given_at.date(), given_at.hour) == (cast.days_ago(0), 0)


def test_a_dose_of_day_6_cannot_be_the_first(page: Callable[..., Tab]) -> None:
    lea = page("lea", 5)
    next(button for button in lea.app.button if button.label == said("Given now")).click()
    lea.again()
    assert lea.says("The first dose is a dose of day 1: chart that one first.")
    assert charted() == {}


def test_a_dose_that_another_charted_meanwhile_is_not_overwritten(page: Callable[..., Tab]) -> None:
    lea = page("lea")
    with db.begin() as ward:
        held = Dose(1, "morning", "held", reason="infection")
        doses.chart_dose(ward, NUMBER, held, was=None, by=cast.KARIM)
    next(button for button in lea.app.button if button.label == said("Given now")).click()
    lea.again()
    assert charted() == {(1, "morning"): "held"}


def test_all_56_are_on_the_ribbon_in_sign_and_word(page: Callable[..., Tab]) -> None:
    ribbon = page("lea").app.html[-1].proto.body
    assert ribbon.count('class="dose ') == 56
    assert ribbon.count('class="dose due"') == 2
    assert said("held") in ribbon


def test_a_monitor_reads_and_cannot_chart(page: Callable[..., Tab]) -> None:
    paul = page("paul")
    assert not paul.app.button
    assert not paul.app.expander
    assert paul.says("not charted")


def test_before_inclusion_there_is_nothing_to_chart(tab: Callable[..., Tab]) -> None:
    number = cast.screened()
    lea = tab("lea", "dosing", patient=number)
    assert lea.says("{patient} is not included: no dose is planned. Inclusion is on the page “Screening”.", patient=number)
    assert not lea.app.button
