"""Co-treatments in the store: rows are added, the newest of a course counts, the trail keeps the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from db import begin, look
from db.treatments import (
    change_treatment,
    correct_treatment,
    dismiss,
    dismissed,
    history,
    start_treatment,
    stop_treatment,
    treatments,
    treatments_of,
    withdraw_treatment,
)
from tests.db import cast
from tests.db.cast import KARIM, LEA, PAUL, ZOE, at, now, screened
from trial.errors import ChangedMeanwhile, Impossible, NoSuchPatient, NotAllowed
from trial.treatments import Course


def begun(number: str, code: str = "fluconazole", dose: float | None = 400, token: str | None = None) -> Course:
    with begin() as ward:
        course = Course(code, at(3, 8), dose=dose, unit="mg/d" if dose else "")
        key = start_treatment(ward, number, course, by=LEA, token=token)
    return replace(course, key=key)


def on_file(number: str) -> list[Course]:
    with look() as ward:
        return treatments(ward, number)


def test_a_treatment_starts_and_stops(ward: str) -> None:
    number = screened()
    course = begun(number)
    assert on_file(number) == [course]
    with begin() as ward_:
        stop_treatment(ward_, number, course, at(1, 9), by=LEA)
    assert on_file(number) == [replace(course, stopped_at=at(1, 9))]
    with look() as ward_:
        assert len(history(ward_, number, course.key)) == 2


def test_another_dose_is_another_course_from_that_moment_on(ward: str) -> None:
    number = screened()
    course = begun(number)
    with begin() as ward_:
        key = change_treatment(ward_, number, course, replace(course, dose=200, started_at=at(2, 8)), by=LEA)
    first, second = on_file(number)
    assert first.stopped_at == second.started_at == at(2, 8)
    assert (first.dose, second.dose, second.key, second.stopped_at) == (400, 200, key, None)


def test_a_double_tap_starts_one_treatment(ward: str) -> None:
    number = screened()
    assert begun(number, token="t").key == begun(number, token="t").key
    assert len(on_file(number)) == 1


def test_what_was_charted_in_error_reads_as_if_it_had_not_been(ward: str) -> None:
    number = screened()
    course = begun(number)
    with pytest.raises(Impossible, match="Say why"), begin() as ward_:
        withdraw_treatment(ward_, number, course, why=" ", by=LEA)
    with begin() as ward_:
        withdraw_treatment(ward_, number, course, why="other patient", by=LEA)
    assert on_file(number) == []
    assert begun(number).key == course.key + 1, "a number is not used again"
    with look() as ward_:
        assert list(history(ward_, number, course.key)["state"]) == ["reported", "withdrawn"]


def test_a_correction_takes_the_place_of_what_was_charted(ward: str) -> None:
    number = screened()
    course = begun(number)
    with begin() as ward_:
        correct_treatment(ward_, number, course, replace(course, started_at=at(4, 8)), why="the day before", by=KARIM)
    assert on_file(number) == [replace(course, started_at=at(4, 8))]


def test_a_treatment_that_another_stopped_meanwhile_is_not_changed_unseen(ward: str) -> None:
    number = screened()
    course = begun(number)
    with begin() as ward_:
        stop_treatment(ward_, number, course, at(1, 9), by=KARIM)
    with begin() as ward_:
        stop_treatment(ward_, number, course, at(1, 9), by=LEA)  # the same is no conflict
    with pytest.raises(ChangedMeanwhile, match="karim"), begin() as ward_:
        withdraw_treatment(ward_, number, course, why="x", by=LEA)
    with pytest.raises(ChangedMeanwhile), begin() as ward_:
        change_treatment(ward_, number, course, replace(course, dose=200, started_at=at(1, 12)), by=LEA)


def test_what_cannot_be_is_refused(ward: str) -> None:
    number = screened()
    good = Course("fluconazole", at(3, 8), dose=400, unit="mg/d")
    wrong = (
        replace(good, code="elixir"), replace(good, route="by owl"), replace(good, unit="drops"), replace(good, dose=-1.0),
        replace(good, unit=""), replace(good, started_at=now() + timedelta(hours=1)), replace(good, stopped_at=at(4, 8)),
    )  # fmt: skip
    for course in wrong:
        with pytest.raises(Impossible), begin() as ward_:
            start_treatment(ward_, number, course, by=LEA)
    assert on_file(number) == []


def test_a_monitor_charts_nothing_and_another_site_sees_no_patient(ward: str) -> None:
    number = screened()
    course = Course("anakinra", at(1, 8))
    with pytest.raises(NotAllowed), begin() as ward_:
        start_treatment(ward_, number, course, by=PAUL)
    with pytest.raises(NoSuchPatient), begin() as ward_:
        start_treatment(ward_, number, course, by=ZOE)


def test_several_patients_are_read_at_once(ward: str) -> None:
    one, other = screened(), screened(bed="13")
    begun(one), begun(other, "anakinra", None)
    with look() as ward_:
        frame = treatments_of(ward_, [one, other])
    assert list(zip(frame["patient"], frame["drug"], strict=True)) == [(one, "fluconazole"), (other, "anakinra")]


def test_an_item_of_the_watch_list_is_put_aside_with_a_reason_by_a_physician(ward: str) -> None:
    number = cast.screened()
    with pytest.raises(Impossible), begin() as ward_:
        dismiss(ward_, number, "rrt", "since", "", by=KARIM)
    with pytest.raises(NotAllowed), begin() as ward_:
        dismiss(ward_, number, "rrt", "since", "known", by=LEA)
    for _ in range(2):
        with begin() as ward_:
            dismiss(ward_, number, "rrt", "since", "known", by=KARIM)
    with look() as ward_:
        assert dismissed(ward_, number) == {("rrt", "since"): ("known", "karim")}
