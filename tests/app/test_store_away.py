"""The database does not answer: a sentence that says what to do, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

import db
from db import days, store
from tests.app.conftest import Tab, said
from tests.db import cast
from trial.errors import StoreUnreachable

AWAY = "postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=1"
DOES_NOT_ANSWER = "The database does not answer. Wait a minute, then save again: nothing is saved twice."


def _meet() -> None:
    """What the app does with a script that fails."""
    import gate
    import menu
    from trial.errors import StoreUnreachable

    try:
        menu.run()
    except StoreUnreachable as error:
        gate.on_script_error(error)


@pytest.mark.usefixtures("tab")
def test_a_page_says_that_the_database_does_not_answer_and_offers_to_try_again() -> None:
    store.use(AWAY)
    page = AppTest.from_function(_meet, default_timeout=30)
    page.session_state["cookie"] = "any"
    page.run()
    assert [" ".join(error.value.split()) for error in page.error] == [said(DOES_NOT_ANSWER)]
    assert [button.label for button in page.button] == [said("Try again")]
    assert not page.exception


def test_what_was_typed_while_the_database_was_away_is_there_when_it_is_back(tab: Callable[..., Tab], hospital: str) -> None:
    cast.included()
    lea = tab("lea", "day_sheet", patient="001-0001").type(platelets="38")
    store.use(AWAY)
    lea.box("gcs").set_value("14")
    lea.app.run()
    assert lea.app.exception
    store.use(hospital)
    lea.again()
    assert (lea.box("platelets").value, lea.box("gcs").value) == ("38", "14")
    lea.press("Save")
    with db.look() as ward:
        kept = days.shown(ward, "001-0001", cast.today())
    assert {code: reading.typed for code, reading in kept.items()} == {"platelets": "38", "gcs": "14"}


@pytest.mark.usefixtures("hospital")
def test_a_store_that_does_not_answer_is_an_error_of_our_own() -> None:
    store.use(AWAY)
    with pytest.raises(StoreUnreachable, match="Wait a minute"), store.look():
        pass
