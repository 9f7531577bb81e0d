"""Doses: a reason that is a value, the end of the planned doses, the dose intensity."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trial.dosing import SLOTS, Dose, Link, end_of, intensity, link_of

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
NOTHING = dict.fromkeys(
    ("died_at", "withdrawn_at", "lost_at", "icu_discharge_at", "hospital_discharge_at", "left_ward_at"))


def patient(**at: datetime) -> Any:
    return SimpleNamespace(**(NOTHING | at), day_1=date(2026, 3, 2), time_zone="Europe/Paris")


def charted(*told: tuple[int, str, str]) -> dict[tuple[int, str], Dose]:
    return {(day, slot): Dose(day, slot, state, AT, "oral", 10.0 if state in ("given", "late", "vomited") else None)
            for day, slot, state in told}  # fmt: skip


@given(st.floats(0, 5000).map(lambda number: round(number, 3)), st.dates(), st.text(max_size=40))
def test_the_value_of_a_reason_is_read_back_as_it_was_written(number: float, on: date, typed: str) -> None:
    link = Link("platelets", number, on, typed)
    assert link_of(str(link)) == link


def test_a_reason_in_words_names_no_value() -> None:
    assert str(Link("platelets", 14.0, date(2026, 11, 24))) == "platelets = 14 (2026-11-24)"
    for reason in ("", "cytopenia", "platelets 14", "platelets = 14 (2026-13-24)"):
        assert link_of(reason) is None


@pytest.mark.parametrize(("hour", "last"), [(5, (2, "evening")), (9, (3, "morning")), (21, (3, "evening"))])
def test_no_dose_is_asked_for_after_the_death(hour: int, last: tuple[int, str]) -> None:
    end = end_of(patient(died_at=datetime(2026, 3, 4, hour, tzinfo=UTC)))
    assert end is not None and end.kind == "death" and end.after == last
    asked = [(day, slot) for day in range(1, 29) for slot in SLOTS if not end.spares(day, slot)]
    assert asked[-1] == last


def test_the_first_end_counts_and_a_patient_who_is_here_has_none() -> None:
    assert end_of(patient()) is None
    both = patient(icu_discharge_at=datetime(2026, 3, 8, 14, tzinfo=UTC), died_at=datetime(2026, 3, 12, 14, tzinfo=UTC))
    end = end_of(both)
    assert end is not None and end.kind == "icu_discharge"


def test_a_slot_that_is_not_charted_may_be_either() -> None:
    told = charted((1, "morning", "given"), (1, "evening", "held"), (2, "morning", "vomited"))
    found = intensity(told, 3)
    assert (found.low, found.high, found.planned, found.vomited) == (20, 30, 40, 10)
    assert found.percent == (50, 75)


def test_todays_doses_count_when_they_are_charted() -> None:
    assert intensity({}, 1).percent is None
    assert intensity(charted((1, "morning", "given")), 1).percent == (100, 100)


def test_a_dose_after_the_end_was_not_planned() -> None:
    end = end_of(patient(withdrawn_at=datetime(2026, 3, 3, 10, tzinfo=UTC)))
    told = charted((1, "morning", "given"), (1, "evening", "given"), (2, "morning", "given"))
    assert intensity(told, 10, end).percent == (100, 100)
