"""The patient's page: the day-7 state as a sentence, and what can be drawn of little or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import db
from db import days, patients
from tests.app.conftest import Tab, said
from tests.db import cast
from trial import endpoints
from trial.reading import Change, Reading, State

NUMBER = "001-0001"
SICK: dict[str, Any] = {"ventilation": "invasive", "pao2": 68, "fio2": 0.5, "platelets": 42, "bilirubin": 58, "map": 65,
                        "norepinephrine": 0.12, "gcs": 14, "gcs_kind": "measured", "creatinine": 185}  # SOFA 15  # fmt: skip
BETTER = SICK | {"norepinephrine": 0, "map": 75}  # 11


def enter(ago: int, values: dict[str, Any], state: State = State.MEASURED) -> None:
    changes = [Change(code, None, Reading(state, choice=value) if isinstance(value, str) else Reading(state, float(value)))
               for code, value in values.items()]  # fmt: skip
    with db.begin() as ward:
        days.record_values(ward, NUMBER, cast.days_ago(ago), changes, by=cast.LEA)


def story(tab: Callable[..., Tab], first: dict[str, Any] | None = None, seventh: dict[str, Any] | None = None,
          day_1: int = 10, login: str = "lea") -> Tab:  # fmt: skip
    cast.included(20, day_1)
    if first:
        enter(day_1, first)
    if seventh:
        enter(day_1 - 6, seventh)
    return tab(login, "patient", patient=NUMBER)


def without(values: dict[str, Any], *codes: str) -> dict[str, Any]:
    return {code: value for code, value in values.items() if code not in codes}


def test_a_patient_of_whom_nothing_was_entered(tab: Callable[..., Tab]) -> None:
    number = cast.screened()
    page = tab("lea", "patient", patient=number)
    assert page.says("No value yet. The day sheet is where the first ones are entered.")
    assert 'class="verdict' not in "".join(part.proto.body for part in page.app.html), "not included"


def test_an_included_patient_without_values_before_and_after_day_7(tab: Callable[..., Tab]) -> None:
    early = story(tab, day_1=3)
    assert said("not reached yet") in early.text
    assert said("No SOFA of day {limit}: nothing decides.", limit=7) not in early.text


def test_day_7_without_any_value_decides_nothing(tab: Callable[..., Tab]) -> None:
    page = story(tab)
    assert page.says(endpoints.NO_SOFA, limit=7)
    assert said("undetermined") in page.text


def test_a_fall_of_four_points_is_achieved(tab: Callable[..., Tab]) -> None:
    page = story(tab, SICK, BETTER)
    assert page.says(endpoints.FELL, delta=4, base=15, day7=11, drop=3)
    assert page.says("Day 7: {state}", state=said("achieved"))


def test_a_fall_of_two_points_is_not_achieved(tab: Callable[..., Tab]) -> None:
    page = story(tab, SICK, SICK | {"norepinephrine": 0, "gcs": 12})
    assert page.says(endpoints.FELL, delta=2, base=15, day7=13, drop=3)
    assert page.says("Day 7: {state}", state=said("not achieved"))


def test_a_fall_of_exactly_three_points_is_achieved(tab: Callable[..., Tab]) -> None:
    page = story(tab, SICK, SICK | {"norepinephrine": 0})
    assert page.says(endpoints.FELL, delta=3, base=15, day7=12, drop=3)
    assert page.says("Day 7: {state}", state=said("achieved")), "exactly 3 is enough"


def test_without_bilirubin_on_day_7_the_sentence_names_the_liver(tab: Callable[..., Tab]) -> None:
    page = story(tab, SICK, without(BETTER, "bilirubin"))
    assert page.says(endpoints.DEPENDS_ON_DAY_7, drop=3, organs=["liver"], limit=7)
    assert said("undetermined") in page.text


def test_without_any_bilirubin_the_sentence_names_both_days(tab: Callable[..., Tab]) -> None:
    page = story(tab, without(SICK, "bilirubin"), without(BETTER, "bilirubin"))
    assert page.says(endpoints.DEPENDS_ON_BOTH, drop=3, base_organs=["liver"], organs=["liver"], limit=7)
    assert "SOFA 9–13" in page.text


def test_a_bilirubin_carried_over_is_not_measured_on_day_7(tab: Callable[..., Tab]) -> None:
    story(tab, SICK, without(BETTER, "bilirubin"))
    enter(5, {"bilirubin": 58})
    enter(4, {"bilirubin": 58}, State.CARRIED)
    page = tab("lea", "patient", patient=NUMBER)
    assert page.says(endpoints.DEPENDS_ON_DAY_7, drop=3, organs=["liver"], limit=7)
    assert "SOFA 11" in page.text, "at the bedside it counts"


def test_a_gcs_that_was_judged_otherwise_is_flagged(tab: Callable[..., Tab]) -> None:
    assert story(tab, SICK, BETTER | {"gcs_kind": "estimated"}).says(endpoints.FLAGS[endpoints.DIFFERENT_KINDS])


def test_who_died_before_day_7_is_a_failure_whatever_the_sofa(tab: Callable[..., Tab]) -> None:
    cast.included(20, 10)
    enter(10, SICK)
    with db.begin() as ward:
        patients.report_milestone(ward, NUMBER, "death", cast.at(6, 10), by=cast.KARIM)
    page = tab("lea", "patient", patient=NUMBER)
    assert page.says(endpoints.DIED, day=5, limit=7)
    assert page.says("Day 7: {state}", state=said("not achieved"))


def test_who_left_before_day_7_is_to_be_asked_for(tab: Callable[..., Tab]) -> None:
    cast.included(20, 10)
    enter(10, SICK)
    with db.begin() as ward:
        patients.report_milestone(ward, NUMBER, "icu_discharge", cast.at(5, 10), by=cast.KARIM)
    assert tab("lea", "patient", patient=NUMBER).says(endpoints.TO_COLLECT, day=6, limit=7)


def test_a_monitor_sees_the_same_course(tab: Callable[..., Tab]) -> None:
    page = story(tab, SICK, BETTER, login="paul")
    assert page.says(endpoints.FELL, delta=4, base=15, day7=11, drop=3)
    assert not page.app.button


def test_a_number_that_is_nobodys_is_said(tab: Callable[..., Tab]) -> None:
    cast.screened()
    page = tab("lea", "patient", patient="001-9999")
    assert page.says("There is no patient {number} whom you may see. Check the number.", number="001-9999")


def test_any_point_says_why_who_entered_it_and_what_is_missing(tab: Callable[..., Tab]) -> None:
    page = story(tab, SICK, without(BETTER, "bilirubin"))
    assert not [box for box in page.app.selectbox if str(box.key).startswith("why_day_")], "drawn when it is opened"
    page.app.session_state["why_001-S0001"] = True
    organ = page.again().app.segmented_control(key="why_organ_001-S0001")
    assert organ.options[:2] == ["Poumon 3", "Coagulation 3"] and "Foie ?" in organ.options
    organ.set_value("liver")
    text = page.again().text
    assert page.says("Missing: {names}. What a result would give:", names=["bilirubin"])
    assert re.search("Bilirubine 33–<102 2 ", text)
    page.app.segmented_control(key="why_organ_001-S0001").set_value("coagulation")
    assert re.search(r"Plaquettes 42 · saisi .*, Léa", page.again().text)


def test_every_version_of_a_deciding_value_is_told(tab: Callable[..., Tab]) -> None:
    story(tab, SICK, BETTER)
    correct = Change("platelets", Reading(State.MEASURED, 42.0), Reading(State.MEASURED, 38.0), why="wrong tube")
    with db.begin() as ward:
        days.record_values(ward, NUMBER, cast.days_ago(4), [correct], by=cast.KARIM)
    page = tab("lea", "patient", patient=NUMBER)
    page.app.session_state["why_001-S0001"] = True
    page.again().app.segmented_control(key="why_organ_001-S0001").set_value("coagulation")
    assert re.search(r"38 .* Karim wrong tube 42 .* Léa", page.again().text)


def test_the_markers_of_the_address_are_drawn_and_the_choice_goes_there(tab: Callable[..., Tab]) -> None:
    story(tab, SICK, BETTER)
    page = tab("lea", "patient", patient=NUMBER, markers="temperature,bogus", scale="peak")
    chosen = page.app.pills(key="markers_001-S0001")
    assert chosen.value == ["temperature"]
    chosen.set_value(["temperature", "ferritin"])
    assert page.again().app.query_params["markers"] in ("ferritin,temperature", ["ferritin,temperature"])
    page.app.segmented_control(key="scale_001-S0001").set_value("value")
    assert "scale" not in page.again().app.query_params


def test_what_others_entered_since_the_last_look_is_one_line(tab: Callable[..., Tab]) -> None:
    story(tab, SICK, login="karim")
    enter(4, BETTER | {"platelets": 38})
    page = tab("karim", "patient", patient=NUMBER)
    (line,) = [box.label for box in page.app.expander if "Plaquettes" in box.label]
    assert "Plaquettes 42 → 38 (Léa)" in line
    assert not [box for box in tab("lea", "patient", patient=NUMBER).app.expander if "Plaquettes" in box.label]
