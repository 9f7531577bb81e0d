"""What is new since somebody last looked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import time_machine

from db import begin, days, doses, look, looks, patients
from tests.db.cast import ANNE, KARIM, LEA, change, days_ago, measured, screened
from trial.news import anything, news
from trial.reading import Reading, State

NOW = datetime.now(UTC)


def note(login: str) -> None:
    with begin() as ward:
        looks.note(ward, "001-S0001", login)


def looked(login: str) -> tuple[datetime | None, bool]:
    with look() as ward:
        return looks.looked(ward, "001-S0001", login)


def record(number: str, was: Reading | None, now: Reading, by=LEA) -> None:
    with begin() as ward:
        days.record_values(ward, number, days_ago(1), [change("platelets", was, now)], by=by)


def told(number: str, since: datetime, login: str):
    with look() as ward:
        readings, then = days.readings(ward, number), days.readings_at(ward, number, since)
        reported = looks.reported_since(ward, number, since, login)
        assert anything(readings, since, login) == bool(((readings["at"] > since) & (readings["by"] != login)).any())
        return news(readings, then, doses.doses(ward, number), since, login, reported)


def test_who_never_looked_has_no_news(store: str) -> None:
    assert looked("karim") == (None, True)


def test_a_reload_is_the_same_look_and_the_next_round_is_another(store: str) -> None:
    with time_machine.travel(NOW, tick=False):
        note("karim")
    with time_machine.travel(NOW + timedelta(seconds=30), tick=False):
        assert looked("karim") == (NOW, False)
    with time_machine.travel(NOW + timedelta(minutes=20), tick=False):
        assert looked("karim") == (NOW, True)
        note("karim")
    with time_machine.travel(NOW + timedelta(hours=8), tick=False):
        assert looked("karim") == (NOW + timedelta(minutes=20), True)
        assert looked("lea") == (None, True)


def test_news_is_what_others_recorded_with_the_value_before(ward: str) -> None:
    number = screened()
    record(number, None, measured(45))
    since = datetime.now(UTC)
    record(number, measured(45), measured(38))
    (one,) = told(number, since, KARIM.login).values
    assert (one.code, one.was["number"], one.now["number"], one.by) == ("platelets", 45, 38, "lea")
    assert not told(number, since, LEA.login), "one's own values are no news"
    with look() as seen:
        assert days.readings_at(seen, number, since)["number"].tolist() == [45]


def test_a_value_withdrawn_and_a_discharge_are_news(ward: str) -> None:
    number = screened()
    record(number, None, measured(45))
    since = datetime.now(UTC)
    record(number, measured(45), Reading(State.WITHDRAWN))
    with begin() as open_ward:
        patients.report_milestone(open_ward, number, "icu_discharge", datetime.now(UTC), by=ANNE)
    found = told(number, since, KARIM.login)
    assert [(one.code, one.now) for one in found.values] == [("platelets", None)]
    assert found.milestones == (("icu_discharge", "reported"),)
