"""Several people at once, a tab closed in the middle, a form sent twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db import begin, days, doses, look, patients, record, screening, store, verify
from tests.db.cast import (
    ANNE,
    KARIM,
    LEA,
    MET,
    at,
    change,
    days_ago,
    included,
    measured,
    screened,
    signed,
    the,
    today,
)  # fmt: skip
from tests.stores import sqlite_url
from trial.dosing import Dose
from trial.errors import ChangedMeanwhile, StoreUnreachable

AT_ONCE = 8


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each answered or raised; they start together."""
    gate = threading.Barrier(len(deeds))
    answers: list[Any] = [None] * len(deeds)

    def do(place: int, deed: Callable[[], Any]) -> None:
        gate.wait()
        try:
            answers[place] = deed()
        except Exception as error:
            answers[place] = error

    threads = [threading.Thread(target=do, args=(place, deed)) for place, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def entries() -> int:
    with look() as ward:
        assert verify.walk(ward).whole
        return record.count(ward)


def include(number: str, token: str | None = None) -> str:
    with begin() as ward:
        return screening.include(
            ward, number, planned_day_1=today(), verdict=MET, frozen={}, signature=signed(), by=KARIM, token=token
        )


def ready() -> str:
    number = screened()
    with begin() as ward:
        screening.consent(ward, number, "relative", at(2, 8), by=KARIM)
    return number


def test_patients_included_at_once_get_numbers_of_their_own(ward: str) -> None:
    numbers = [ready() for _ in range(AT_ONCE)]
    made = at_once(*(lambda number=number: include(number) for number in numbers))
    assert sorted(made) == [f"001-{n:04d}" for n in range(1, AT_ONCE + 1)]
    assert sorted(the(number).study_number or "" for number in numbers) == sorted(made)


def test_patients_screened_at_once_get_numbers_of_their_own(ward: str) -> None:
    made = at_once(*(screened for _ in range(AT_ONCE)))
    assert sorted(made) == [f"001-S{n:04d}" for n in range(1, AT_ONCE + 1)]


def test_one_form_sent_by_several_tabs_at_once_is_one_patient(ward: str) -> None:
    made = at_once(*(lambda: screened(token="form") for _ in range(AT_ONCE)))
    assert set(made) == {"001-S0001"}
    assert entries() == 3  # two sites and the patient


def test_one_patient_included_by_two_tabs_at_once_has_one_number(ward: str) -> None:
    number = ready()
    assert at_once(*(lambda: include(number, "form") for _ in range(2))) == ["001-0001"] * 2


def test_of_several_who_save_one_value_at_once_one_wins_and_the_others_are_told(ward: str) -> None:
    number = screened()

    def save(count: int) -> int:
        with begin() as opened:
            return days.record_values(opened, number, today(), [change("platelets", None, measured(count))], by=LEA)

    answers = at_once(*(lambda count=count: save(count) for count in range(40, 40 + AT_ONCE)))
    assert answers.count(1) == 1
    assert sum(isinstance(answer, ChangedMeanwhile) for answer in answers) == AT_ONCE - 1
    with look() as seen:
        assert len(days.history(seen, number, today(), "platelets")) == 1


def test_several_who_save_other_values_at_once_all_keep_them(ward: str) -> None:
    number = screened()
    codes = ("platelets", "map", "temperature", "creatinine", "bilirubin", "heart_rate", "sodium", "potassium")

    def save(code: str) -> int:
        likely = {"temperature": 38.0, "sodium": 140.0, "potassium": 4.0}
        with begin() as opened:
            reading = measured(likely.get(code, 70.0))
            return days.record_values(opened, number, today(), [change(code, None, reading)], by=LEA)

    assert at_once(*(lambda code=code: save(code) for code in codes)) == [1] * len(codes)
    with look() as seen:
        assert set(days.shown(seen, number, today())) == set(codes)
    entries()


def test_two_taps_at_once_are_one_dose(ward: str) -> None:
    number = included(day_1=5)
    dose = Dose(1, "morning", "given", at(5, 7), "oral", 10)

    def tap() -> None:
        with begin() as opened:
            doses.chart_dose(opened, number, dose, was=None, by=LEA)

    assert at_once(*(tap for _ in range(AT_ONCE))) == [None] * AT_ONCE
    with look() as seen:
        assert len(doses.history(seen, number, 1, "morning")) == 1


class TabClosed(BaseException):
    """As Streamlit ends a script: not an Exception."""


def test_closing_the_tab_in_the_middle_writes_nothing(ward: str) -> None:
    before = entries()
    with pytest.raises(TabClosed), begin() as opened:
        number = patients.screen(
            opened, site="001", sex="f", birth_year=None, arrived_on=days_ago(1), bed="1", by=ANNE, token="form"
        )
        days.record_values(opened, number, today(), [change("platelets", None, measured(45))], by=LEA)
        raise TabClosed
    assert entries() == before
    assert screened(token="form") == "001-S0001"


def test_the_next_writer_does_not_wait_for_a_closed_tab(ward: str) -> None:
    with pytest.raises(TabClosed), begin() as opened:
        record.lock(opened)
        raise TabClosed
    assert screened() == "001-S0001"


def test_who_looks_while_another_writes_sees_what_was_there_before(ward: str) -> None:
    number = screened(bed="12")
    with begin() as opened:
        patients.move_bed(opened, number, "14", by=LEA)
        assert the(number).bed == "12"
    assert the(number).bed == "14"


def test_a_store_held_too_long_by_another_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "WAIT_SECONDS", 0.2)
    store.use(sqlite_url(tmp_path))
    with begin() as opened:
        record.lock(opened)
        with pytest.raises(StoreUnreachable, match="nothing is saved twice"), begin():
            pass
