"""The 56 doses: charted once, in order, on their own day; the first one makes day 1."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from db import begin, doses, look, patients, people
from tests.db.cast import ADA, KARIM, LEA, PAUL, at, days_ago, included, now, screened, the
from trial.dosing import Dose
from trial.errors import ChangedMeanwhile, Impossible, NotAllowed


def given(day: int, slot: str, when: datetime, state: str = "given", mg: float = 10) -> Dose:
    return Dose(day, slot, state, when, "oral", mg)


def chart(number: str, dose: Dose, was: Dose | None = None, *, by: people.Person = LEA, token: str | None = None) -> None:
    with begin() as ward:
        doses.chart_dose(ward, number, dose, was=was, by=by, token=token)


def charted(number: str) -> list[tuple[int, str, str]]:
    with look() as ward:
        frame = doses.doses(ward, number)
    return list(zip(frame["day"], frame["slot"], frame["state"], strict=True))


def rows(number: str, day: int = 1, slot: str = "morning") -> int:
    with look() as ward:
        return len(doses.history(ward, number, day, slot))


def test_the_first_dose_makes_day_1(ward: str) -> None:
    number = included(day_1=5)
    assert the(number).day_1 == days_ago(5)
    chart(number, given(1, "evening", at(4, 18)))
    assert the(number).day_1 == days_ago(4)
    assert the(number).first_dose_at == at(4, 18)


def test_day_1_is_the_calendar_day_at_the_site(ward: str) -> None:
    number = included(day_1=5)
    midnight = datetime.combine(days_ago(4), datetime.min.time(), tzinfo=doses.ZoneInfo("Europe/Paris"))
    chart(number, given(1, "morning", midnight + timedelta(minutes=30)))  # still the day before in Greenwich
    assert the(number).day_1 == days_ago(4)


def test_the_first_dose_is_a_dose_of_day_1(ward: str) -> None:
    number = included(day_1=5)
    with pytest.raises(NotAllowed, match="first dose"):
        chart(number, given(2, "morning", at(4, 7)))
    with pytest.raises(NotAllowed, match="first dose"):
        chart(number, Dose(2, "morning", "held", reason="platelets"))


def test_two_identical_taps_are_one_dose(ward: str) -> None:
    number = included(day_1=5)
    for token in ("tap", "tap", "another form"):
        chart(number, given(1, "morning", at(5, 7)), token=token)
    assert rows(number) == 1


def test_a_dose_that_someone_charted_meanwhile_is_not_overwritten(ward: str) -> None:
    number = included(day_1=5)
    chart(number, given(1, "morning", at(5, 7)), by=LEA)
    with pytest.raises(ChangedMeanwhile, match="The morning dose of day 1 was saved by lea as given meanwhile"):
        chart(number, given(1, "morning", at(5, 8)), by=KARIM)
    assert rows(number) == 1


def test_a_correction_names_what_it_corrects(ward: str) -> None:
    number = included(day_1=5)
    first, second = given(1, "morning", at(5, 7)), given(1, "morning", at(5, 8), "late")
    chart(number, first)
    chart(number, second, was=first)
    assert charted(number) == [(1, "morning", "late")]
    assert rows(number) == 2


def test_given_held_missed_and_vomited_stand_in_their_order(ward: str) -> None:
    number = included(day_1=5)
    chart(number, given(1, "morning", at(5, 7)))
    chart(number, Dose(2, "evening", "missed", reason="in theatre"))
    chart(number, given(2, "morning", at(4, 7), "vomited"))
    chart(number, Dose(1, "evening", "held", reason="no tube"))
    assert charted(number) == [
        (1, "morning", "given"), (1, "evening", "held"), (2, "morning", "vomited"), (2, "evening", "missed"),
    ]  # fmt: skip


def test_an_evening_dose_may_be_given_in_the_night_after_but_not_in_the_next_afternoon(ward: str) -> None:
    number = included(day_1=5)
    chart(number, given(1, "morning", at(5, 7)))
    with pytest.raises(Impossible, match="night after"):
        chart(number, given(1, "evening", at(4, 14)))
    chart(number, given(1, "evening", at(4, 5)))


def test_a_dose_of_the_day_before_or_after_is_refused(ward: str) -> None:
    number = included(day_1=5)
    chart(number, given(1, "morning", at(5, 7)))
    for day in (2, 4):
        with pytest.raises(Impossible, match="night after"):
            chart(number, given(day, "morning", at(3, 17)))
    chart(number, given(3, "morning", at(3, 17), "late"))


def test_doses_cannot_have_been_given_in_another_order(ward: str) -> None:
    number = included(day_1=5)
    chart(number, given(1, "morning", at(5, 10)))
    chart(number, given(2, "evening", at(4, 18)))
    for when in (at(4, 18), at(4, 19)):
        with pytest.raises(Impossible, match="check the times"):
            chart(number, given(2, "morning", when))


@pytest.mark.parametrize("minutes", [10, 60 * 24 * 3])
def test_a_dose_in_the_future_is_refused(ward: str, minutes: int) -> None:
    number = included(day_1=0)
    with pytest.raises(Impossible, match="has not come yet"):
        chart(number, given(1, "morning", now() + timedelta(minutes=minutes)))


def test_a_held_dose_of_a_day_to_come_is_refused(ward: str) -> None:
    number = included(day_1=1)
    chart(number, given(1, "morning", at(1, 7)))
    with pytest.raises(Impossible, match="has not come yet"):
        chart(number, Dose(3, "morning", "held", reason="fasting"))


def test_a_dose_before_inclusion_is_refused(ward: str) -> None:
    with pytest.raises(NotAllowed, match="not included"):
        chart(screened(), given(1, "morning", at(2, 7)))
    number = included(day_1=5)  # the day before, at 9
    with pytest.raises(NotAllowed, match="before the inclusion"):
        chart(number, given(1, "morning", at(6, 8)))


def test_a_dose_after_death_is_refused(ward: str) -> None:
    number = included(day_1=5)
    chart(number, given(1, "morning", at(5, 7)))
    with begin() as opened:
        patients.report_milestone(opened, number, "death", at(4, 6), by=KARIM)
    with pytest.raises(Impossible, match="after the death"):
        chart(number, given(2, "morning", at(4, 7)))


def test_moving_day_1_away_from_under_later_doses_is_refused(ward: str) -> None:
    number = included(day_1=5)
    first = given(1, "morning", at(5, 7))
    chart(number, first)
    chart(number, given(2, "evening", at(4, 18)))
    with pytest.raises(NotAllowed, match="Day 1 would be"):
        chart(number, given(1, "morning", at(4, 7)), was=first)
    with pytest.raises(NotAllowed, match="first dose"):
        chart(number, Dose(1, "morning", "withdrawn", reason="wrong patient"), was=first)
    chart(number, given(1, "morning", at(5, 9)), was=first)
    assert the(number).day_1 == days_ago(5)


def test_a_dose_charted_in_error_reads_as_if_it_had_not_been(ward: str) -> None:
    number = included(day_1=5)
    first = given(1, "morning", at(4, 7))
    chart(number, first)
    chart(number, Dose(1, "morning", "withdrawn", reason="wrong patient"), was=first)
    assert charted(number) == []
    assert the(number).day_1 == days_ago(5)  # as planned
    chart(number, given(1, "morning", at(3, 7)))
    assert the(number).day_1 == days_ago(3)


@pytest.mark.parametrize(
    "dose",
    [
        Dose(1, "noon", "held", reason="x"),
        Dose(0, "morning", "held", reason="x"),
        Dose(29, "morning", "held", reason="x"),
        Dose(1, "morning", "eaten", reason="x"),
        Dose(1, "morning", "held"),
        Dose(1, "morning", "missed", reason=" "),
        Dose(1, "morning", "given", mg=10),
        Dose(1, "morning", "given", at(5, 7)),
        Dose(1, "morning", "given", at(5, 7), mg=0),
        Dose(1, "morning", "given", at(5, 7), mg=1000),
    ],
)
def test_what_is_no_dose_is_refused(ward: str, dose: Dose) -> None:
    number = included(day_1=5)
    with pytest.raises(Impossible):
        chart(number, dose)
    assert charted(number) == []


@pytest.mark.parametrize("reader", [PAUL, ADA], ids=["monitor", "administrator"])
def test_who_may_not_give_cannot_chart(ward: str, reader: people.Person) -> None:
    number = included(day_1=5)
    with pytest.raises(NotAllowed):
        chart(number, given(1, "morning", at(5, 7)), by=reader)


def test_the_doses_of_the_ward_name_their_patient(ward: str) -> None:
    one, other = included(day_1=5), included(day_1=4)
    chart(one, given(1, "morning", at(5, 7)))
    chart(other, given(1, "morning", at(4, 7)))
    with look() as seen:
        frame = doses.doses_of(seen, [one, other])
        none = doses.doses_of(seen, [])
    assert list(frame["patient"]) == [one, other]
    assert list(frame.columns) == list(none.columns) == ["patient", *doses.COLUMNS]
    assert frame["given_at"].iloc[0] == at(5, 7)
