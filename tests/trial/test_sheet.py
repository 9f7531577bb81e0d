"""One person's sheet: what its boxes mean, what is kept of it, and what it notices of the others."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trial.entry import read
from trial.errors import Impossible, NotUnderstood
from trial.reading import Reading, State
from trial.sheet import Box, Sheet, Understood, as_box
from trial.variables import VARIABLES, variable

NUMBERS = [code for code, known in VARIABLES.items() if known.kind == "number"]
CHOICES = [code for code, known in VARIABLES.items() if known.kind == "choice"]


def stored(code: str, text: str, unit: str | None = None) -> Reading:
    reading = read(code, text, variable(code).unit if unit is None else unit)
    assert reading
    return reading


def typed(sheet: Sheet, **texts: str) -> Sheet:
    for code, text in texts.items():
        sheet = sheet.with_box(code, Box(text, sheet.box(code).unit))
    return sheet


def meant(sheet: Sheet, last: dict[str, Reading] | None = None, **how: Any) -> Understood:
    return sheet.understood("fr", last or {}, **how)


def only_change(sheet: Sheet, last: dict[str, Reading] | None = None, **how: Any) -> Reading:
    (change,) = meant(sheet, last, **how).changes
    return change.now


NOTHING = Sheet.opened({})
PLATELETS = {"platelets": stored("platelets", "45")}


def test_two_sheets_never_have_the_same_token() -> None:
    assert Sheet.opened({}).token != Sheet.opened({}).token


def test_what_is_typed_is_a_change_against_what_was_shown() -> None:
    (change,) = meant(typed(Sheet.opened(PLATELETS), platelets="38")).changes
    assert (change.variable, change.was, change.now.number) == ("platelets", PLATELETS["platelets"], 38)
    assert change.sampled_at is None


def test_a_sheet_into_which_nobody_typed_changes_nothing() -> None:
    understood = meant(Sheet.opened(PLATELETS))
    assert not understood.changes
    assert not understood.can_be_saved
    assert understood.readings == PLATELETS


def test_the_same_value_typed_again_is_no_change() -> None:
    sheet = typed(Sheet.opened(PLATELETS), platelets="38")
    assert typed(sheet, platelets="45").typed == {}
    assert not meant(typed(Sheet.opened(PLATELETS), platelets="45,0")).changes


def test_the_canonical_unit_named_or_not_is_the_same_box() -> None:
    sheet = Sheet.opened(PLATELETS)
    assert sheet.box("platelets").unit == "10⁹/L"
    assert sheet.with_box("platelets", Box("45")).typed == {}
    assert NOTHING.with_box("platelets", Box(unit="10⁹/L")).typed == {}


def test_another_unit_chosen_before_typing_is_kept() -> None:
    sheet = NOTHING.with_box("triglycerides", Box(unit="g/L"))
    assert sheet.box("triglycerides").unit == "g/L"
    assert not meant(sheet).changes
    assert only_change(typed(sheet, triglycerides="2,65")).number == pytest.approx(2.99185)


def test_another_unit_of_a_stored_number_is_another_value() -> None:
    sheet = Sheet.opened({"hemoglobin": stored("hemoglobin", "9")})
    assert only_change(sheet.with_box("hemoglobin", Box("9", "mmol/L"))).number == pytest.approx(14.5026)


def test_a_unit_typed_behind_the_number_goes_before_the_one_of_the_box() -> None:
    value = only_change(typed(NOTHING, triglycerides="2,65 g/L"))
    assert (value.number, value.typed, value.unit) == (pytest.approx(2.99185), "2,65", "g/L")
    assert only_change(NOTHING.with_box("fio2", Box("50 %", "fraction"))).number == 0.5


def test_a_unit_of_another_variable_is_not_understood() -> None:
    assert isinstance(meant(typed(NOTHING, scd25="2400 pg/mL")).errors["scd25"], NotUnderstood)


def test_an_emptied_box_withdraws_the_stored_value() -> None:
    understood = meant(typed(Sheet.opened(PLATELETS), platelets=""))
    assert [change.now.state for change in understood.changes] == [State.WITHDRAWN]
    assert understood.unexplained == ("platelets",)
    assert meant(Sheet.opened(PLATELETS).with_box("platelets", Box("", why="wrong patient"))).can_be_saved


def test_an_emptied_box_of_which_nothing_is_stored_is_nothing() -> None:
    assert typed(typed(NOTHING, platelets="45"), platelets="").typed == {}


def test_a_withdrawn_value_reads_as_an_empty_box() -> None:
    sheet = Sheet.opened({"platelets": Reading(State.WITHDRAWN)})
    assert sheet.box("platelets") == Box()
    assert not meant(typed(sheet, platelets="")).changes
    assert only_change(typed(sheet, platelets="45")).number == 45


@pytest.mark.parametrize("state", [State.NOT_DONE, State.PENDING, State.NOT_APPLICABLE])
def test_a_tapped_state_takes_the_place_of_the_number(state: State) -> None:
    value = only_change(Sheet.opened(PLATELETS).with_box("platelets", Box(state=str(state))))
    assert (value.state, value.number) == (state, None)
    assert as_box(value) == Box(state=str(state))


def test_a_value_carried_over_keeps_number_unit_and_comparator_of_the_earlier_one() -> None:
    last = stored("bilirubin", "<3", "mg/L")
    value = only_change(NOTHING.with_box("bilirubin", Box(state="carried")), {"bilirubin": last})
    assert value.state is State.CARRIED
    assert (value.number, value.comparator, value.unit) == (last.number, "<", "mg/L")


def test_a_carried_value_may_be_carried_on() -> None:
    last = {"bilirubin": Reading(State.CARRIED, 30.0, typed="30", unit="µmol/L")}
    assert only_change(NOTHING.with_box("bilirubin", Box(state="carried")), last).number == 30


@pytest.mark.parametrize("last", [{}, {"bilirubin": Reading(State.NOT_DONE)}, {"bilirubin": Reading(State.PENDING)}])
def test_without_an_earlier_value_nothing_can_be_carried_over(last: dict[str, Reading]) -> None:
    understood = meant(NOTHING.with_box("bilirubin", Box(state="carried")), last)
    assert isinstance(understood.errors["bilirubin"], NotUnderstood)
    assert not understood.can_be_saved
    assert "bilirubin" not in understood.readings


def test_a_choice_is_tapped_and_not_done_is_a_state() -> None:
    assert only_change(typed(NOTHING, ventilation="niv")).choice == "niv"
    assert only_change(typed(NOTHING, hemophagocytosis="not_done")).state is State.NOT_DONE


def test_a_site_that_labels_tartrate_counts_half_and_keeps_what_was_typed() -> None:
    value = only_change(typed(NOTHING, norepinephrine="0,16"), salt="tartrate")
    assert (value.number, value.typed, value.assay) == (0.08, "0,16", "tartrate")
    assert only_change(typed(NOTHING, norepinephrine="0,16")).number == 0.16
    assert only_change(typed(NOTHING, epinephrine="0,16"), salt="tartrate").number == 0.16


def test_what_a_tartrate_site_stored_is_no_change_when_its_sheet_opens_again() -> None:
    value = only_change(typed(NOTHING, norepinephrine="0,16"), salt="tartrate")
    sheet = Sheet.opened({"norepinephrine": value})
    assert sheet.box("norepinephrine").text == "0,16"
    assert not meant(typed(sheet, norepinephrine="0.160"), salt="tartrate").changes


@pytest.mark.parametrize("refused", ["abc", "150 G", "-3"])
def test_a_box_that_cannot_be_read_is_unknown_to_the_score_and_not_the_value_it_had(refused: str) -> None:
    sheet = Sheet.opened({"platelets": Reading(State.MEASURED, 30.0, typed="30", unit="10⁹/L")})
    understood = sheet.with_box("platelets", Box(refused)).understood("fr", {})
    assert set(understood.errors) == {"platelets"}
    assert "platelets" not in understood.readings


def test_a_unit_that_is_not_the_variables_is_named() -> None:
    error = meant(typed(NOTHING, pao2="60 torr")).errors["pao2"]
    assert isinstance(error, NotUnderstood)
    assert error.facts["unit"] == "torr"


def test_an_impossible_value_is_an_error_beside_the_others() -> None:
    understood = meant(typed(NOTHING, temperature="380", platelets="45"))
    assert isinstance(understood.errors["temperature"], Impossible)
    assert [change.variable for change in understood.changes] == ["platelets"]
    assert not understood.can_be_saved


def test_an_unlikely_value_waits_for_its_reason_and_takes_it_along() -> None:
    sheet = typed(NOTHING, temperature="32")
    assert set(meant(sheet).doubts) == {"temperature"}
    assert not meant(sheet).can_be_saved
    assert set(meant(sheet.with_box("temperature", Box("32", why="  "))).doubts) == {"temperature"}
    sure = meant(sheet.with_box("temperature", Box("32", why=" cooled ")))
    assert sure.can_be_saved
    assert sure.changes[0].why == "cooled"


def test_a_factor_of_ten_against_the_last_value_is_a_doubt() -> None:
    last = {"platelets": stored("platelets", "45")}
    assert set(meant(typed(NOTHING, platelets="450"), last).doubts) == {"platelets"}
    assert not meant(typed(NOTHING, platelets="450")).doubts


def test_a_carried_value_is_not_doubted() -> None:
    last = {"temperature": stored("temperature", "32")}
    assert meant(NOTHING.with_box("temperature", Box(state="carried")), last).can_be_saved


def test_a_value_that_someone_else_saved_meanwhile_is_missed() -> None:
    sheet = typed(Sheet.opened(PLATELETS), platelets="38")
    theirs = {"platelets": stored("platelets", "40"), "gcs": stored("gcs", "15")}
    assert sheet.missed(PLATELETS) == ()
    assert sheet.missed(theirs) == ("gcs", "platelets")
    assert sheet.missed({}) == ("platelets",)


def test_the_same_value_in_another_spelling_is_not_missed() -> None:
    sheet = Sheet.opened({"fibrinogen": stored("fibrinogen", "1,5")})
    assert sheet.missed({"fibrinogen": stored("fibrinogen", "150", "mg/dL")}) == ()
    assert Sheet.opened({}).missed({"fibrinogen": Reading(State.WITHDRAWN)}) == ()


def test_a_sheet_with_nothing_typed_shows_what_is_stored() -> None:
    theirs = {"platelets": stored("platelets", "40")}
    assert Sheet.opened(PLATELETS).refreshed(theirs).shown == theirs
    untouched = Sheet.opened(PLATELETS)
    assert untouched.refreshed(PLATELETS) is untouched


def test_a_sheet_with_something_typed_keeps_what_it_showed() -> None:
    sheet = typed(Sheet.opened(PLATELETS), gcs="14")
    assert sheet.refreshed({"platelets": stored("platelets", "40")}) is sheet


def test_knowing_what_the_other_saved_one_keeps_ones_own_or_takes_theirs() -> None:
    theirs = stored("platelets", "40")
    sheet = typed(Sheet.opened(PLATELETS), platelets="38").taking("platelets", theirs)
    (change,) = meant(sheet).changes
    assert (change.was, change.now.number) == (theirs, 38)
    assert not meant(sheet.without("platelets")).changes
    assert meant(sheet.taking("platelets", None)).changes[0].was is None


texts = st.text(max_size=12)
boxes = st.builds(Box, texts, st.sampled_from(["", "g/L", "mmol/L"]),
                  st.sampled_from(["", *(str(state) for state in State)]), texts)  # fmt: skip
readings = st.builds(Reading, st.sampled_from(list(State)), st.none() | st.floats(allow_nan=False, allow_infinity=False),
                     st.none() | texts, st.sampled_from("<=>"), texts, texts, texts)  # fmt: skip
sheets = st.builds(Sheet, texts, st.dictionaries(st.sampled_from(list(VARIABLES)), readings, max_size=5),
                   st.dictionaries(st.sampled_from(list(VARIABLES)), boxes, max_size=5))  # fmt: skip


@given(sheets)
def test_a_draft_comes_back_as_it_was_kept(sheet: Sheet) -> None:
    assert Sheet.from_text(sheet.as_text()) == sheet


def test_no_draft_is_no_sheet() -> None:
    assert Sheet.from_text({}) is None


@given(st.sampled_from(NUMBERS), texts, texts)
def test_whatever_is_typed_is_understood_or_told(code: str, text: str, before: str) -> None:
    understood = meant(typed(NOTHING, **{code: before}).with_box(code, Box(text)))
    told = {change.variable for change in understood.changes} | set(understood.errors)
    assert told == ({code} if text.strip() else set())


@given(st.sampled_from(CHOICES), st.data())
def test_a_choice_tapped_and_tapped_away_leaves_no_trace(code: str, data: st.DataObject) -> None:
    choice = data.draw(st.sampled_from(variable(code).choices))
    assert typed(typed(NOTHING, **{code: choice}), **{code: ""}) == NOTHING


def test_as_before_of_a_laboratory_value_that_is_older_than_a_day_is_refused() -> None:
    last = {"platelets": Reading(State.MEASURED, 45.0, typed="45", unit="10⁹/L"), "gcs": Reading(State.MEASURED, 14.0, typed="14")}
    tapped = Sheet.opened({}).with_box("platelets", Box(state="carried")).with_box("gcs", Box(state="carried"))
    stale = tapped.understood("fr", last, stale={"platelets"})
    assert set(stale.errors) == {"platelets"} and [change.variable for change in stale.changes] == ["gcs"]
    assert "serves for one day" in str(stale.errors["platelets"])
    assert not tapped.understood("fr", last).errors


def test_a_correction_needs_a_reason_and_keeps_it() -> None:
    sheet = typed(Sheet.opened(PLATELETS), platelets="38")
    assert meant(sheet).open == ("platelets",)
    understood = meant(sheet.with_box("platelets", Box("38", why="typing error")))
    assert understood.can_be_saved
    assert [change.why for change in understood.changes] == ["typing error"]


def test_a_tapped_reason_for_a_correction_does_not_say_that_an_unlikely_value_was_checked() -> None:
    sheet = Sheet.opened(PLATELETS)
    tapped = meant(sheet.with_box("platelets", Box("2", why="erreur de saisie")))
    assert tapped.open == ("platelets",) and "platelets" in tapped.doubts
    assert meant(sheet.with_box("platelets", Box("2", why="rappelé le laboratoire"))).can_be_saved


@pytest.mark.parametrize(
    "was", [None, Reading(State.PENDING), Reading(State.NOT_DONE), Reading(State.WITHDRAWN),
            Reading(State.CARRIED, 45.0, typed="45", unit="10⁹/L")],
)  # fmt: skip
def test_a_first_value_and_a_result_that_comes_in_need_no_reason(was: Reading | None) -> None:
    sheet = Sheet.opened({"platelets": was} if was else {})
    assert meant(sheet.with_box("platelets", Box("38"))).can_be_saved


def test_a_measured_value_that_becomes_as_before_or_not_done_is_corrected() -> None:
    for state in ("carried", "not_done"):
        assert meant(Sheet.opened(PLATELETS).with_box("platelets", Box(state=state)), PLATELETS).unexplained == ("platelets",)


def test_what_the_pump_shows_is_kept_as_typed_and_opens_as_typed() -> None:
    text = "9 mL/h × 0,16 mg/mL / 70 kg"
    value = only_change(typed(NOTHING, norepinephrine=text), salt="tartrate")
    assert (value.typed, value.unit, value.assay) == (text, "", "tartrate")
    assert value.number == pytest.approx(0.16 * 9 * 1000 / 60 / 70 / 2)
    again = Sheet.opened({"norepinephrine": value})
    assert again.box("norepinephrine").text == text
    assert not meant(again.with_box("norepinephrine", again.box("norepinephrine")), salt="tartrate").changes
