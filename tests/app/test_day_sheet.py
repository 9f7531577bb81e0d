"""The day sheet: what is typed is understood, kept and saved; nobody's values are lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import db
from components import words
from db import days, drafts
from tests.app.conftest import Tab, said
from tests.db import cast
from trial.reading import Reading, State

NUMBER = "001-0001"
EVERYTHING = {"ventilation": "invasive", "pao2": "68", "fio2": "0,5", "map": "65", "norepinephrine": "0,12", "gcs": "14",
              "creatinine": "185", "urine_output": "900", "platelets": "42", "bilirubin": "58"}  # SOFA 15  # fmt: skip

pytestmark = pytest.mark.usefixtures("hospital")


@pytest.fixture
def sheet(tab: Callable[..., Tab], hospital: str) -> Callable[..., Tab]:
    cast.included()
    return lambda login="lea", **query: tab(login, "day_sheet", patient=NUMBER, **query)


def on_file(number: str = NUMBER, ago: int = 0) -> dict[str, Reading]:
    with db.look() as ward:
        return days.shown(ward, number, cast.days_ago(ago))


def saved(login: Any, ago: int = 0, **numbers: float) -> None:
    before = on_file(ago=ago)
    changes = [cast.change(code, before.get(code), cast.measured(number, words.variables.variable(code).unit))
               for code, number in numbers.items()]  # fmt: skip
    with db.begin() as ward:
        days.record_values(ward, NUMBER, cast.days_ago(ago), changes, by=login)


def nothing_to_save(tab: Tab) -> bool:
    tab.press("Save")
    return [toast.value for toast in tab.app.toast] == [said("Nothing new to save")]


def test_the_score_follows_the_typing_and_the_values_are_saved_with_one_tap(sheet: Callable[..., Tab]) -> None:
    lea = sheet()
    assert lea.says("nothing entered for this day yet")
    lea.type(platelets="42")
    assert "SOFA 3–23" in lea.text
    assert lea.says("missing: {organs}", organs=["Lungs", "Liver", "Circulation", "Brain", "Kidney"])
    lea.type(**EVERYTHING)
    assert "SOFA 15" in lea.text
    lea.press("Save")
    assert {code: kept.choice or kept.typed for code, kept in on_file().items()} == EVERYTHING
    assert lea.app.toast
    assert nothing_to_save(lea)


def test_numbers_are_read_with_comma_or_point_and_shown_back_in_the_usual_unit(sheet: Callable[..., Tab]) -> None:
    lea = sheet().type(triglycerides="2,65 g/L", hemoglobin="8.9")
    assert "= 2,99" in lea.text
    lea.press("Save")
    assert on_file()["triglycerides"].number == pytest.approx(2.99185)
    assert on_file()["hemoglobin"].number == 8.9


def test_an_impossible_value_is_refused_beside_its_box_and_nothing_is_saved(sheet: Callable[..., Tab]) -> None:
    lea = sheet().type(temperature="380", platelets="42")
    assert words.translate("fr", "{variable}", variable="temperature") in lea.text
    assert "38" in lea.text
    lea.press("Save")
    assert lea.says("Not saved yet: {variables}. Correct what is marked, or say why it is right.", variables=["temperature"])
    assert on_file() == {}
    lea.type(temperature="38").press("Save")
    assert on_file()["temperature"].number == 38


def test_an_unlikely_value_is_asked_once_and_kept_with_its_reason(sheet: Callable[..., Tab]) -> None:
    lea = sheet().type(temperature="32")
    lea.press("Save")
    assert on_file() == {}
    (why,) = [box for box in lea.app.text_input if "why_temperature" in box.key]
    why.set_value("refroidi")
    lea.again().press("Save")
    with db.look() as ward:
        (kept,) = days.history(ward, NUMBER, cast.today(), "temperature").to_dict("records")
    assert (kept["number"], kept["why"], kept["by"]) == (32, "refroidi", "lea")


def test_a_slip_of_ten_against_yesterday_is_asked(sheet: Callable[..., Tab]) -> None:
    saved(cast.LEA, 1, platelets=45)
    lea = sheet()
    assert lea.says("before: {value}", value="45")
    lea.type(platelets="450").press("Save")
    assert on_file() == {}
    lea.type(platelets="45,0").press("Save")
    assert on_file()["platelets"].number == 45


def test_a_reload_and_another_tablet_show_what_was_typed_and_not_saved(sheet: Callable[..., Tab]) -> None:
    sheet().type(platelets="42", ventilation="niv")
    other = sheet()
    assert other.box("platelets").value == "42"
    assert other.choice("ventilation").value == "niv"
    assert on_file() == {}


def test_a_draft_is_of_one_person_and_the_others_are_told(sheet: Callable[..., Tab]) -> None:
    sheet("lea").type(platelets="42")
    karim = sheet("karim")
    assert karim.box("platelets").value == ""
    assert "Léa" in karim.text


def test_a_draft_of_one_day_is_not_shown_on_another(sheet: Callable[..., Tab]) -> None:
    sheet().type(platelets="42")
    assert sheet(on=cast.days_ago(1).isoformat()).box("platelets").value == ""


def test_saving_a_day_before_stores_it_on_that_day(sheet: Callable[..., Tab]) -> None:
    sheet(on=cast.days_ago(2).isoformat()).type(platelets="42").press("Save")
    assert on_file() == {}
    assert on_file(ago=2)["platelets"].number == 42


def test_an_emptied_box_withdraws_the_value(sheet: Callable[..., Tab]) -> None:
    saved(cast.LEA, platelets=45)
    lea = sheet().type(platelets="").press("Save")
    assert on_file()["platelets"].number == 45, "a correction needs a reason"
    _why_corrected(lea, "platelets", "autre patient").press("Save")
    assert on_file() == {}


def test_opening_a_sheet_and_looking_at_it_stores_nothing(sheet: Callable[..., Tab]) -> None:
    saved(cast.LEA, platelets=45)
    lea = sheet()
    assert nothing_to_save(lea)
    assert len(on_file()) == 1


def test_two_nurses_on_one_sheet_keep_each_others_values(sheet: Callable[..., Tab]) -> None:
    lea, karim = sheet("lea").type(platelets="42"), sheet("karim").type(gcs="14")
    lea.press("Save")
    karim.again().press("Save")
    assert {code: kept.number for code, kept in on_file().items()} == {"platelets": 42, "gcs": 14}


@pytest.mark.parametrize(("answer", "value", "kept"), [("Keep {value}", "38", 38), ("Take {value}", "40", 40)])
def test_the_same_value_saved_by_another_meanwhile_is_shown_and_chosen(
    sheet: Callable[..., Tab], answer: str, value: str, kept: float
) -> None:
    lea = sheet("lea").type(platelets="38")
    saved(cast.KARIM, platelets=40)
    lea.again()
    assert lea.says("{variable}: someone else saved {theirs} meanwhile; you typed {mine}. Which one is right?",
                    variable="platelets", theirs="40", mine="38")  # fmt: skip
    lea.press(answer, value=value)
    assert lea.box("platelets").value == f"{kept:g}"
    lea.press("Save")
    assert on_file()["platelets"].number == kept


def test_a_value_saved_by_another_in_the_very_moment_is_not_overwritten(sheet: Callable[..., Tab]) -> None:
    """Léa's tap on Save and Karim's saving cross: the click is the first run that could have seen his value."""
    lea = sheet("lea").type(platelets="38")
    saved(cast.KARIM, platelets=40)
    lea.press("Save")
    assert on_file()["platelets"].number == 40
    assert lea.box("platelets").value == "38"


def test_what_is_typed_in_two_tabs_of_one_person_comes_together(sheet: Callable[..., Tab]) -> None:
    desk, tablet = sheet(), sheet()
    desk.type(platelets="42")
    tablet.type(gcs="14")
    assert (tablet.box("platelets").value, tablet.box("gcs").value) == ("42", "14")
    desk.again()
    assert (desk.box("platelets").value, desk.box("gcs").value) == ("42", "14")
    desk.type(gcs="13")
    assert tablet.again().box("gcs").value == "13"


def test_what_was_typed_after_the_sheet_was_saved_elsewhere_goes_into_the_new_one(sheet: Callable[..., Tab]) -> None:
    desk, tablet = sheet().type(platelets="42"), sheet()
    tablet.type(map="62").press("Save")
    desk.type(gcs="14")
    assert (desk.box("platelets").value, desk.box("map").value, desk.box("gcs").value) == ("42", "62", "14")
    desk.press("Save")
    with db.look() as ward:
        assert len(days.history(ward, NUMBER, cast.today(), "platelets")) == 1
    assert {code: kept.number for code, kept in on_file().items()} == {"platelets": 42, "map": 62, "gcs": 14}


def test_saving_in_the_second_tab_what_the_first_saved_stores_nothing_twice(sheet: Callable[..., Tab]) -> None:
    desk, tablet = sheet().type(platelets="42"), sheet()
    desk.press("Save")
    tablet.press("Save")
    with db.look() as ward:
        assert len(days.history(ward, NUMBER, cast.today(), "platelets")) == 1


def test_not_done_stands_in_its_box_until_it_is_tapped_away(sheet: Callable[..., Tab]) -> None:
    with db.begin() as ward:
        days.record_values(ward, NUMBER, cast.today(), [cast.change("bilirubin", None, Reading(State.NOT_DONE))], by=cast.LEA)
    lea = sheet()
    (state,) = [tap for tap in lea.app.segmented_control if "bilirubin_not_done" in tap.key]
    assert state.value == "not_done"
    state.set_value(None)
    lea.again().type(bilirubin="58").press("Save")
    assert on_file()["bilirubin"].number == 58


def test_not_done_carried_over_and_units_are_one_tap_in_the_menu_of_the_group(sheet: Callable[..., Tab]) -> None:
    saved(cast.LEA, 1, bilirubin=58)
    lea = sheet()
    _open_menu(lea, "bilirubin")
    assert nothing_to_save(lea), "looking into the menu changes nothing"
    _tap(lea, "tap", "bilirubin", "carried")
    _tap(lea, "tap", "ast", "not_done")
    lea.press("Save")
    assert (on_file()["bilirubin"].state, on_file()["bilirubin"].number) == (State.CARRIED, 58)
    assert on_file()["ast"].state is State.NOT_DONE
    assert "alt" not in on_file()


def test_a_unit_chosen_before_the_number_counts_for_it_when_the_menu_is_closed_again(sheet: Callable[..., Tab]) -> None:
    lea = sheet()
    _open_menu(lea, "triglycerides")
    _tap(lea, "uni", "triglycerides", "g/L")
    _open_menu(lea, "triglycerides", shut=True)
    assert "g/L" in lea.box("triglycerides").label
    lea.type(triglycerides="2,65").press("Save")
    assert on_file()["triglycerides"].number == pytest.approx(2.99185)


def test_a_site_that_labels_tartrate_counts_half(tab: Callable[..., Tab]) -> None:
    number = cast.screened(site="002")
    tab("zoe", "day_sheet", patient=number).type(norepinephrine="0,16", map="65").press("Save")
    kept = on_file(number)["norepinephrine"]
    assert (kept.number, kept.typed) == (0.08, "0,16")


def test_a_monitor_reads_and_can_neither_type_nor_save(sheet: Callable[..., Tab]) -> None:
    saved(cast.LEA, platelets=45)
    paul = sheet("paul")
    assert paul.box("platelets").value == "45"
    assert all(box.disabled for box in paul.app.text_input)
    assert all(choice.disabled for choice in paul.app.segmented_control if choice.key.startswith("cho_"))
    assert said("Save") not in paul.labels()
    with db.look() as ward:
        assert drafts.draft(ward, f"day:{cast.the(NUMBER).number}:{cast.today()}", "paul") == {}


def test_a_patient_of_another_site_is_not_there(tab: Callable[..., Tab]) -> None:
    number = cast.screened(site="002")
    lea = tab("lea", "day_sheet", patient=number)
    assert lea.says("There is no patient {number} whom you may see. Check the number.", number=number)
    assert not lea.app.text_input


def test_cytokines_are_asked_on_visit_days_and_findings_at_screening(sheet: Callable[..., Tab]) -> None:
    first = cast.days_ago(5).isoformat()
    asked = [{(box.key or "").rsplit("_", 1)[0].split("_", 3)[-1] for box in sheet(on=on).app.text_input}
             for on in (first, cast.today().isoformat())]  # fmt: skip
    assert "il6" in asked[0]
    assert "il6" not in asked[1]


def test_a_saved_value_is_corrected_with_one_tap_for_the_reason(sheet: Callable[..., Tab]) -> None:
    saved(cast.LEA, platelets=45)
    lea = sheet()
    assert not list(lea.app.pills)
    lea.type(platelets="54").press("Save")
    assert lea.says("Not saved yet: {variables}. Correct what is marked, or say why it is right.", variables=["platelets"])
    _why_corrected(lea, "platelets", "erreur de saisie").press("Save")
    with db.look() as ward:
        kept = days.history(ward, NUMBER, cast.today(), "platelets").to_dict("records")
    assert [(row["number"], row["why"]) for row in kept] == [(45, ""), (54, "erreur de saisie")]


def test_a_result_in_place_of_pending_is_saved_without_a_question(sheet: Callable[..., Tab]) -> None:
    with db.begin() as ward:
        days.record_values(ward, NUMBER, cast.today(), [cast.change("bilirubin", None, Reading(State.PENDING))], by=cast.LEA)
    lea = sheet()
    (state,) = [tap for tap in lea.app.segmented_control if "bilirubin_pending" in tap.key]
    state.set_value(None)
    lea.again().type(bilirubin="58").press("Save")
    assert on_file()["bilirubin"].number == 58


def test_how_the_gcs_was_judged_is_asked_of_the_sedated_alone(sheet: Callable[..., Tab]) -> None:
    def asked(tab: Tab) -> bool:
        return any("_gcs_kind_" in (choice.key or "") for choice in tab.app.segmented_control)

    lea = sheet()
    assert not asked(lea)
    assert asked(lea.type(rass="-4"))
    assert not asked(lea.type(rass="0"))
    assert asked(lea.type(rass="", ventilation="invasive"))
    assert asked(sheet("karim", on=cast.days_ago(5).isoformat())), "on day 1, whoever the patient is"


def test_the_pump_fills_the_norepinephrine_box_and_the_record_says_how(tab: Callable[..., Tab]) -> None:
    number = cast.screened(site="002")
    zoe = tab("zoe", "day_sheet", patient=number).type(weight="70", map="62")
    _open_menu(zoe, "norepinephrine")
    for part, text in {"pumprate": "9", "concentration": "0,16"}.items():
        (box,) = [each for each in zoe.app.text_input if each.key.startswith(f"dec_pump{part.removeprefix('pump')}")
                  or each.key.startswith(f"dec_pump{part}")]  # fmt: skip
        box.set_value(text)
        zoe.again()
    zoe.press("Into the box")
    assert zoe.box("norepinephrine").value == "9 mL/h × 0,16 mg/mL / 70 kg"
    zoe.press("Save")
    kept = on_file(number)["norepinephrine"]
    assert (kept.typed, kept.assay) == ("9 mL/h × 0,16 mg/mL / 70 kg", "tartrate")
    assert kept.number == pytest.approx(0.1714, abs=1e-4)


def test_both_readings_of_a_label_are_shown_where_they_differ_in_points(sheet: Callable[..., Tab]) -> None:
    lea = sheet().type(map="65", norepinephrine="0,16")
    assert lea.says("Label {dose}: as base {base} points, as tartrate {tartrate}. Here it counts as {salt}.", dose=0.16, base="4",
                    tartrate="3", salt="base")  # fmt: skip
    assert not lea.type(norepinephrine="0,08").says("Here it counts as")


def _why_corrected(lea: Tab, code: str, why: str) -> Tab:
    (pills,) = [each for each in lea.app.pills if f"why_{code}" in (each.key or "")]
    pills.set_value(why)
    return lea.again()


def _open_menu(lea: Tab, code: str, *, shut: bool = False) -> None:
    """The menu of the group that a variable's box is in."""
    group = words.variables.variable(code).group
    lea.app.session_state[lea.box(code).key.replace("dec_", "more_", 1).replace(f"_{code}_", f"_{group}_")] = not shut
    lea.again()


def _tap(lea: Tab, kind: str, code: str, answer: str) -> None:
    (tap,) = [each for each in lea.app.segmented_control if (each.key or "").startswith(f"{kind}_") and f"_{code}_" in each.key]
    tap.set_value(answer)
    lea.again()
