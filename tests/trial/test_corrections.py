"""When a reason is asked, and which are one tap."""

import pytest

from trial import corrections
from trial.reading import Reading, State

VALUE = Reading(State.MEASURED, 45.0, typed="45", unit="10⁹/L")
CARRIED = Reading(State.CARRIED, 45.0, typed="45", unit="10⁹/L")


@pytest.mark.parametrize(("was", "now", "asked"), [
    (None, VALUE, False),
    (Reading(State.PENDING), VALUE, False),
    (Reading(State.NOT_DONE), VALUE, False),
    (Reading(State.WITHDRAWN), VALUE, False),
    (CARRIED, VALUE, False),
    (VALUE, Reading(State.MEASURED, 38.0), True),
    (VALUE, Reading(State.WITHDRAWN), True),
    (VALUE, Reading(State.PENDING), True),
    (CARRIED, Reading(State.WITHDRAWN), True),
])  # fmt: skip
def test_a_reason_is_asked_of_a_value_that_stood_there(was, now, asked):
    assert corrections.is_correction(was, now) is asked


def test_reasons_are_one_tap_in_both_languages_and_words_are_none():
    for language in ("fr", "en"):
        assert all(corrections.is_one_tap(why) for why in corrections.reasons(language))
        assert len(corrections.reasons(language)) == len(corrections.REASONS)
        assert all(corrections.on_the_tap(why) != why or why == "patient" for why in corrections.reasons(language))
    assert not corrections.is_one_tap("rappelé le laboratoire")
