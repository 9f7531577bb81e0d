"""Doses: today's by one tap, any other with its reason; by whom may chart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

import pytest
from streamlit.testing.v1.element_tree import Button

import db
from db import days, doses, patients, treatments
from tests.app.conftest import Tab, said
from tests.db import cast
from trial.dosing import Dose, link_of
from trial.treatments import Course

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


# --- what to watch, co-treatments, and the end


def on_file() -> list[Course]:
    with db.look() as ward:
        return treatments.treatments(ward, NUMBER)


def running(code: str, dose: float | None = None) -> None:
    with db.begin() as ward:
        treatments.start_treatment(ward, NUMBER, Course(code, cast.at(1, 8), dose=dose, unit="mg/d" if dose else ""), by=cast.LEA)


def measured(code: str, number: float) -> None:
    with db.begin() as ward:
        days.record_values(ward, NUMBER, cast.days_ago(0), [cast.change(code, None, cast.measured(number))], by=cast.LEA)


def key(tab: Tab, head: str) -> Button:
    (one,) = [button for button in tab.app.button if (button.key or "").startswith(head)]
    return one


def test_a_co_treatment_is_started_from_the_list_and_stopped_by_one_tap(page: Callable[..., Tab]) -> None:
    lea = page("lea")
    (drugs,) = [box for box in lea.app.selectbox if (box.key or "").startswith("start_")]
    drugs.set_value("dexamethasone")
    lea.again()
    next(box for box in lea.app.text_input if (box.key or "").startswith("dec_dose_start_")).set_value("15")
    key(lea, "start_do_").click()
    lea.again()
    (course,) = on_file()
    assert (course.code, course.dose, course.unit, course.route, course.stopped_at) == ("dexamethasone", 15, "mg/d", "iv", None)
    assert "Dexaméthasone" in lea.text and "H02AB02" in lea.text
    key(lea, "stop_").click()
    lea.again()
    assert on_file()[0].stopped_at is not None


def test_a_dose_that_is_no_number_starts_nothing(page: Callable[..., Tab]) -> None:
    lea = page("lea")
    next(box for box in lea.app.selectbox if (box.key or "").startswith("start_")).set_value("anakinra")
    lea.again()
    next(box for box in lea.app.text_input if (box.key or "").startswith("dec_dose_start_")).set_value("1,200")
    key(lea, "start_do_").click()
    lea.again()
    assert on_file() == []
    assert lea.app.error


def test_the_labels_words_stand_beside_what_decided_and_name_no_order(page: Callable[..., Tab]) -> None:
    page("lea")
    running("fluconazole", 400)
    measured("platelets", 14)
    lea = page_again("lea", page)
    assert "Éviter le fluconazole à plus de 200 mg par jour" in lea.text
    assert "suspendre jusqu’à 20 ou plus" in lea.text
    assert "La cytopénie de la SAM est la maladie" in lea.text


def page_again(login: str, page: Callable[..., Tab]) -> Tab:
    """The same patient, in another tab."""
    return Tab(login).open("dosing", patient=NUMBER)


def test_an_item_is_put_aside_by_a_physician_and_comes_back_with_another_value(page: Callable[..., Tab]) -> None:
    page("karim")
    measured("platelets", 14)
    karim = page_again("karim", page)
    next(box for box in karim.app.text_input if (box.key or "").startswith("txt_aside_")).set_value("transfused")
    key(karim, "aside_do_").click()
    karim.again()
    assert "suspendre jusqu’à 20 ou plus" not in karim.text
    assert "transfused" in karim.text
    with db.begin() as ward:
        change = cast.change("platelets", cast.measured(14), cast.measured(12))
        days.record_values(ward, NUMBER, cast.days_ago(0), [change], by=cast.LEA)
    assert "suspendre jusqu’à 20 ou plus" in karim.again().text
    lea = page_again("lea", page)
    assert not [button for button in lea.app.button if (button.key or "").startswith("aside_")]


def test_a_held_dose_names_the_value_that_was_its_reason(page: Callable[..., Tab]) -> None:
    page("lea")
    measured("platelets", 14)
    lea = page_again("lea", page)
    lea.app.session_state[f"other_{cast.the(NUMBER).number}_1_morning_none"] = True
    lea.again()
    next(each for each in lea.app.segmented_control if (each.key or "").startswith("state_")).set_value("held")
    lea.again()
    (reasons,) = [each for each in lea.app.pills if (each.key or "").startswith("reason_")]
    reasons.set_value(f"platelets = 14 ({cast.days_ago(0).isoformat()})")
    key(lea, "chart_").click()
    lea.again()
    with db.look() as ward:
        (row,) = doses.doses(ward, NUMBER).to_dict("records")
    link = link_of(row["reason"])
    assert link is not None and (link.variable, link.number, link.on) == ("platelets", 14, cast.days_ago(0))


def test_a_missed_dose_shows_the_labels_rule(page: Callable[..., Tab]) -> None:
    lea = page("lea")
    assert not lea.says("Missed dose: skip it and take the next one at the usual time.")
    other(lea, "morning", "missed")
    assert lea.says("Missed dose: skip it and take the next one at the usual time.")


def test_after_the_death_no_dose_is_asked_for(page: Callable[..., Tab]) -> None:
    page("lea", 3)
    with db.begin() as ward:
        patients.report_milestone(ward, NUMBER, "death", cast.at(2, 10), by=cast.KARIM)
    lea = page_again("lea", page)
    assert lea.says("not applicable")
    assert not [button for button in lea.app.button if (button.key or "").startswith("given_")]
    (day,) = [box for box in lea.app.selectbox if (box.key or "").startswith("dose_day_")]
    assert day.value == 2, "the page opens on the last day that a dose was asked for"
    ribbon = lea.app.html[-1].proto.body
    assert ribbon.count('class="dose due"') == 3
    assert ribbon.count('class="dose spared"') == 53


def test_who_had_the_last_dose_by_tube_has_the_next_by_tube(page: Callable[..., Tab]) -> None:
    page("lea")
    with db.begin() as ward:
        doses.chart_dose(ward, NUMBER, Dose(1, "morning", "given", cast.now(), "tube", 10.0), was=None, by=cast.LEA)
    lea = page_again("lea", page)
    assert '<details class="tube" open>' in "".join(element.proto.body for element in lea.app.html)
    key(lea, "given_").click()
    lea.again()
    with db.look() as ward:
        assert list(doses.doses(ward, NUMBER)["route"]) == ["tube", "tube"]
