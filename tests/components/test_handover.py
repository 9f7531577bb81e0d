"""The handover line and the day-7 sentence in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from components import day_7, handover
from tests.trial.test_board import COMPLETE, Patient, readings
from tests.trial.test_day7 import NO_BILIRUBIN, ON_DAY_7, WELL, both, judged
from trial import schedule
from trial.board import Marker, Row, Sofa

TODAY = date(2026, 3, 20)
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
DAY_1 = TODAY - timedelta(days=4)
FULL = {(schedule.date_of(day, DAY_1), code) for day in (1,) for code in schedule.PANEL}
ROW = Row(
    "001-S0003", "001-0003", "7", 5, 8, Sofa(9, 9), 0, Sofa(12, 12), (),
    (Marker("ferritin", 5400.0, "=", 9000.0, 0), Marker("fibrinogen", 1.2, "=", 1.5, 1)),
    (("morning", "given"), ("evening", "given")), (), NOW - timedelta(hours=35, minutes=20), "Europe/Paris",
    visits=tuple(schedule.plan(DAY_1, TODAY, FULL)), charted=(("given", 8), ("held", 1)), planned=9,
)  # fmt: skip


def plain(told: str) -> str:
    return told.replace("\u202f", " ").replace("\u00a0", " ")


def line(language: str = "en", **changed: Any) -> str:
    return plain(handover.line(replace(ROW, **changed), NOW, language))


def test_the_line_in_english() -> None:
    assert line() == (
        "001-0003, bed 7, day 5/28: SOFA 9 (−3 since day 1), ferritin 5,400 ↓, fibrinogen 1.2 ↓; doses 8/9 given, 1 held; "
        "due: day 7 panel the day after tomorrow; consent owed 35 h."
    )


def test_the_line_in_french() -> None:
    assert line("fr") == (
        "001-0003, lit 7, jour 5/28 : SOFA 9 (−3 depuis J1), ferritine 5 400 ↓, fibrinogène 1,2 ↓ ; prises 8/9 données, "
        "suspendues : 1 ; à faire : bilan du jour 7 après-demain ; consentement dû depuis 35 h."
    )


def test_a_patient_of_whom_nothing_is_known_is_one_short_line() -> None:
    bare = Row("001-S0004", "001-S0004", "", None, 3, None, 0, None, (), (), (), (), None, "Europe/Paris")
    assert plain(handover.line(bare, NOW, "en")) == "001-S0004, intensive care day 3 · not included: SOFA not entered."


@pytest.mark.parametrize(
    ("ahead", "told"),
    [(0, "day 7 panel today"), (1, "day 7 panel tomorrow"), (2, "day 7 panel the day after tomorrow"),
     (3, "day 7 panel in 3 days")],
)  # fmt: skip
def test_the_next_visit_is_told_by_its_distance(ahead: int, told: str) -> None:
    day_1 = schedule.date_of(-5 + ahead, TODAY)
    visits = tuple(schedule.plan(day_1, TODAY, {(day_1, code) for code in schedule.PANEL}))
    asked = tuple(one for one in visits if one.state in schedule.ASKING)
    assert f"due: {told}" in line(study_day=7 - ahead, visits=visits, due=asked)


def test_a_visit_of_tomorrow_counts_its_tubes_and_a_short_rest_is_named() -> None:
    many = schedule.Due(7, schedule.PANEL, "tomorrow", TODAY, TODAY)
    assert "day 7 panel tomorrow (tubes: 6, values: 5)" in line(due=(many,), study_day=6)
    few = schedule.Due(7, ("scd25", "il6", "gcs"), "tomorrow", TODAY, TODAY, ("il6",))
    assert "(sCD25, GCS and its kind, result awaited: IL-6)" in line(due=(few,), study_day=6)


def test_doses_say_what_was_not_given_not_charted_and_is_still_to_give() -> None:
    told = line(charted=(("given", 5), ("missed", 1)), planned=8, doses=(("morning", "due"), ("evening", "due")))
    assert "doses 5/8 given, 1 missed, 2 not charted, to give today: morning, evening" in told


def test_an_old_value_says_its_age_and_one_of_yesterday_does_not() -> None:
    told = line(markers=(Marker("scd25", 20000.0, ">", None, 3), Marker("platelets", 42.0, "=", 42.0, 1)), sofa_days_old=1)
    assert "SOFA 9 (−3 since day 1, yesterday), sCD25 > 20,000 (3 d ago), platelets 42 →;" in told


@pytest.mark.parametrize(("hours", "told"), [(0, "0 h"), (47, "47 h"), (48, "2 d"), (72, "3 d")])
def test_the_clock_of_an_owed_consent(hours: int, told: str) -> None:
    assert f"consent owed {told}." in line(consent_owed_since=NOW - timedelta(hours=hours))


def test_all_of_the_ward_is_a_line_each() -> None:
    assert handover.lines([ROW, ROW], NOW, "en").count("\n") == 1


# The day-7 sentence


def test_before_day_7_the_sentence_says_what_would_be_enough() -> None:
    found = judged(Patient(day=6), readings(Patient(), 5, COMPLETE))
    assert day_7.short(found, "en") == "Day 7 · Achieved with a SOFA of 12 or less on 21 Mar 2026 (baseline 15)."
    lacking = judged(Patient(day=6), readings(Patient(), 5, NO_BILIRUBIN))
    assert day_7.short(lacking, "en") == (
        "Day 7 · Achieved for certain with a SOFA of 10 or less on 21 Mar 2026 (baseline 13 to 17). "
        "Missing of the baseline: Bilirubin."
    )


def test_on_day_7_the_sentence_names_the_value_that_decides_and_until_when() -> None:
    told = {code: value for code, value in WELL.items() if code != "bilirubin"}
    assert day_7.short(both(COMPLETE, told), "en") == (
        "Day 7: undetermined · Depends on day 7: Bilirubin. What is missing can be drawn or looked at until midnight."
    )
    awaited = readings(ON_DAY_7, 0, {"bilirubin": None}, state="pending")
    found = judged(ON_DAY_7, readings(ON_DAY_7, 6, COMPLETE), readings(ON_DAY_7, 0, told), awaited)
    assert day_7.short(found, "en") == "Day 7: undetermined · Drawn, result awaited: Bilirubin."


def test_an_endpoint_that_is_settled_says_in_every_case_or_in_no_case() -> None:
    told = {code: value for code, value in WELL.items() if code != "bilirubin"}
    assert "in every case" in day_7.short(both(COMPLETE, told | {"creatinine": 50.0}), "en")
    assert "Fewer than 3 points in every case" in day_7.short(both(COMPLETE, NO_BILIRUBIN | {"platelets": 10.0}), "en")
    assert "Day 7 is not over" in " ".join(day_7.sentences(both(COMPLETE, COMPLETE), "en"))


def test_a_baseline_too_low_to_fall_is_said_at_once() -> None:
    healthy = COMPLETE | {"pao2": 400.0, "fio2": 0.21, "platelets": 200.0, "bilirubin": 5.0, "map": 90.0, "norepinephrine": 0.0,
                          "creatinine": 60.0}  # fmt: skip
    found = judged(Patient(day=6), readings(Patient(), 5, healthy))
    assert day_7.short(found, "en") == "Day 7 · A baseline of 1 cannot fall by 3."
