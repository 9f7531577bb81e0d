"""What was typed and not saved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from db import begin, drafts, look, passwords, people
from tests.db.cast import ADA

FORM = "day:001-0003:2026-03-02"


def keep(login: str, **boxes: str) -> None:
    with begin() as ward:
        drafts.keep(ward, FORM, login, boxes)


def draft(login: str, form: str = FORM) -> dict[str, str]:
    with look() as ward:
        return drafts.draft(ward, form, login)


def others(login: str) -> list[str]:
    with look() as ward:
        return [name for name, _ in drafts.others(ward, FORM, login)]


def test_what_was_typed_comes_back_to_the_one_who_typed_it(store: str) -> None:
    keep("lea", platelets="45", temperature="38,")
    keep("lea", platelets="45", temperature="38,5 °C \x00 \ud800")
    keep("anne", platelets="54")
    assert draft("lea") == {"platelets": "45", "temperature": "38,5 °C \x00 \ud800"}
    assert draft("anne") == {"platelets": "54"}
    assert draft("lea", "day:001-0004:2026-03-02") == {}


def test_a_saved_form_has_no_draft(store: str) -> None:
    keep("lea", platelets="45")
    with begin() as ward:
        drafts.drop(ward, FORM, "lea")
    assert draft("lea") == {}
    keep("lea", platelets="45")
    keep("lea")
    assert draft("lea") == {}


def test_the_others_at_the_same_sheet_are_named(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", passwords.PasswordHasher(1, 8, 1))
    with begin() as ward:
        people.create_account(ward, login="lea", name="Léa", role="nurse", site="", password="a long one", by=ADA)
    keep("lea", platelets="45")
    keep("anne", platelets="54")
    assert others("anne") == ["Léa"]
    assert others("lea") == ["anne"]
    assert others("karim") == ["anne", "Léa"]


def test_who_typed_an_hour_ago_is_no_longer_at_it_but_finds_the_draft(store: str) -> None:
    with time_machine.travel(datetime.now(UTC) - timedelta(hours=1)):
        keep("lea", platelets="45")
    assert others("anne") == []
    assert draft("lea") == {"platelets": "45"}


def test_a_draft_that_nobody_came_back_to_goes(store: str) -> None:
    with time_machine.travel(datetime.now(UTC) - drafts.KEPT - timedelta(days=1)):
        keep("lea", platelets="45")
    with begin() as ward:
        drafts.drop(ward, FORM, "anne")
    assert draft("lea") == {}
