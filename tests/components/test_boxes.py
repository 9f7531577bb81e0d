"""What a box shows of a reading, and how a tab, a draft and the store come together."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from components.boxes import read_back, shown
from trial.reading import Reading, State
from trial.sheet import Box
from trial.variables import variable


def reading(number: float, comparator: str = "=", state: State = State.MEASURED) -> Reading:
    return Reading(state, number, comparator=comparator)


@pytest.mark.parametrize(
    ("code", "known", "text"),
    [
        ("fibrinogen", reading(1.5), "1,50"), ("platelets", reading(42), "42"), ("platelets", reading(49.9), "49,9"),
        ("scd25", reading(20000, ">"), "> 20 000"), ("bilirubin", reading(3, "<"), "< 3"),
        ("platelets", reading(42, state=State.CARRIED), "42"), ("ventilation", Reading(State.MEASURED, choice="niv"), "VNI"),
        ("platelets", Reading(State.NOT_DONE), "non fait"), ("platelets", Reading(State.WITHDRAWN), "–"), ("platelets", None, "–"),
    ],
)  # fmt: skip
def test_a_reading_is_shown_as_the_ward_writes_it(code: str, known: Reading | None, text: str) -> None:
    assert shown(variable(code), known).replace("\u202f", " ") == text


def test_what_was_understood_is_read_back_in_the_usual_unit() -> None:
    assert read_back(variable("triglycerides"), reading(2.99185)) == "= 2,9918 mmol/L"


def one_sheet() -> None:
    """A page of nothing but a sheet, with the draft of this person as the page of another tab left it."""
    import streamlit as st

    from components import boxes
    from trial.sheet import Sheet

    kept = st.session_state.get("draft") or Sheet("0" * 16)
    sheet = boxes.reconcile("a_day", st.session_state.get("held"), kept)
    sheet = boxes.draw_boxes("a_day", boxes.groups_of(["platelets", "hemophagocytosis", "gcs_kind"]), sheet, before={},
                             understood=sheet.understood("fr", {}), writable=st.session_state.get("writable", True))  # fmt: skip
    st.session_state["held"] = st.session_state["draft"] = sheet


@pytest.fixture
def tab() -> AppTest:
    return AppTest.from_function(one_sheet, default_timeout=30).run()


def choose(tab: AppTest, code: str, choice: str | None) -> AppTest:
    next(each for each in tab.segmented_control if (each.key or "").startswith(f"cho_a_day_{code}_")).set_value(choice)
    return tab.run()


def test_a_key_holds_its_scope_so_that_no_box_shows_another_day_s_value(tab: AppTest) -> None:
    keys = [each.key or "" for each in (*tab.text_input, *tab.segmented_control)]
    assert [key.rsplit("_", 1)[0] for key in keys] == ["dec_a_day_platelets", "cho_a_day_hemophagocytosis", "cho_a_day_gcs_kind"]


def test_a_finding_not_looked_for_is_a_state_and_a_gcs_that_was_measured_is_a_choice(tab: AppTest) -> None:
    """"measured" is the name of a state too."""
    choose(choose(tab, "hemophagocytosis", "not_done"), "gcs_kind", "measured")
    typed = tab.session_state["draft"].typed
    assert typed == {"hemophagocytosis": Box(state="not_done"), "gcs_kind": Box("measured")}


def test_a_choice_can_be_tapped_away(tab: AppTest) -> None:
    for choice in ("not_done", "yes"):
        choose(choose(tab, "hemophagocytosis", choice), "hemophagocytosis", None)
        assert tab.session_state["draft"].typed == {}


def test_what_another_tab_typed_appears_here_and_is_not_wiped_out(tab: AppTest) -> None:
    draft = tab.session_state["draft"]
    tab.session_state["draft"] = draft.with_box("platelets", Box("42")).with_box("hemophagocytosis", Box(state="not_done"))
    tab.run()
    assert tab.text_input[0].value == "42"
    assert [each.value for each in tab.segmented_control] == ["not_done", None]
    assert set(tab.session_state["draft"].typed) == {"platelets", "hemophagocytosis"}
    assert tab.run().session_state["draft"].typed == tab.session_state["held"].typed


def test_a_box_that_may_not_be_written_shows_its_value_alone(tab: AppTest) -> None:
    tab.session_state["writable"] = False
    tab.run()
    assert tab.text_input[0].disabled
    assert not tab.button
