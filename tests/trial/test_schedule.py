"""Study days, visits, and what is due."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trial import protocol, schedule
from trial.schedule import ASKING, PANEL, SIX_MONTHS, VITAL_STATUS, Left, date_of, due, plan, study_day, ward_date

DAY_1 = date(2026, 3, 2)
PARIS = "Europe/Paris"
DATES = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def at(day: int) -> date:
    return date_of(day, DAY_1)


def filed(day: int, codes: tuple[str, ...] = PANEL) -> set[tuple[date, str]]:
    return {(at(day), code) for code in codes}


def states(found: list[schedule.Due]) -> dict[int, str]:
    return {one.visit_day: one.state for one in found}


@pytest.mark.parametrize(
    ("on", "day"),
    [
        (date(2026, 2, 28), -1),
        (date(2026, 3, 1), 0),
        (date(2026, 3, 2), 1),
        (date(2026, 3, 8), 7),
        (date(2026, 3, 15), 14),
        (date(2026, 3, 29), 28),
    ],
)
def test_day_1_is_the_first_dose_and_the_day_before_is_day_0(on, day):
    assert study_day(on, DAY_1) == day
    assert date_of(day, DAY_1) == on


@given(DATES, DATES)
def test_a_date_and_its_study_day_are_the_same_day(on, day_1):
    assert date_of(study_day(on, day_1), day_1) == on


@pytest.mark.parametrize(
    ("moment", "on"),
    [
        (datetime(2026, 3, 28, 22, 30, tzinfo=UTC), date(2026, 3, 28)),  # 23:30 in Paris, the night of 23 hours ahead
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 30, tzinfo=UTC), date(2026, 3, 30)),  # 24 hours after the first: two dates later
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),  # the 25th hour
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_a_moment_falls_on_the_wards_calendar_day(moment, on):
    assert ward_date(moment, PARIS) == on


def test_one_moment_is_two_dates_in_paris_and_in_la_reunion():
    moment = datetime(2026, 7, 1, 21, 0, tzinfo=UTC)
    assert ward_date(moment, PARIS) == date(2026, 7, 1)
    assert ward_date(moment, "Indian/Reunion") == date(2026, 7, 2)


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        ward_date(datetime(2026, 3, 2, 8, 0), PARIS)


@pytest.mark.parametrize(
    ("on", "hours"), [(date(2026, 3, 28), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (DAY_1, 24)]
)
def test_a_day_lasts_23_24_or_25_hours(on, hours):
    assert schedule.day_length(on, PARIS) == timedelta(hours=hours)


@given(DATES)
def test_the_next_day_begins_when_this_one_ends(on):
    begins, ends = schedule.day_span(on, PARIS)
    assert ends == schedule.day_span(on + timedelta(days=1), PARIS)[0]
    assert ward_date(begins, PARIS) == on
    assert ward_date(ends - timedelta(seconds=1), PARIS) == on


def test_the_treatment_is_28_days_across_a_change_of_clocks():
    days = schedule.treatment_dates(date(2026, 3, 20))
    assert len(days) == 28
    assert days[0] == date(2026, 3, 20) and days[-1] == date(2026, 4, 16)


def test_days_between_come_newest_first():
    assert schedule.days_between(date(2026, 3, 1), date(2026, 3, 3)) == [
        date(2026, 3, 3),
        date(2026, 3, 2),
        date(2026, 3, 1),
    ]
    assert schedule.days_between(date(2026, 3, 9), date(2026, 3, 3)) == [date(2026, 3, 3)]


def test_baseline_is_day_1_before_the_first_dose():
    first_dose = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    before, after = first_dose - timedelta(minutes=1), first_dose + timedelta(minutes=1)
    assert schedule.is_baseline(DAY_1, DAY_1, sampled_at=before, first_dose_at=first_dose)
    assert not schedule.is_baseline(DAY_1, DAY_1, sampled_at=after, first_dose_at=first_dose)
    assert not schedule.is_baseline(DAY_1, DAY_1, sampled_at=first_dose, first_dose_at=first_dose)
    assert schedule.is_baseline(DAY_1, DAY_1)
    assert not schedule.is_baseline(at(0), DAY_1)
    assert not schedule.is_baseline(at(2), DAY_1)


def test_the_visits_are_the_registrys_days_and_six_months():
    assert [visit.day for visit in schedule.VISITS] == [*protocol.VISIT_DAYS, SIX_MONTHS]
    assert date_of(SIX_MONTHS, DAY_1) - DAY_1 == timedelta(days=182)


def test_each_visit_asks_the_registrys_eight_the_cytokines_and_the_sofa_once_each():
    assert len(schedule.REGISTRY_EIGHT) == 8 and len(schedule.CYTOKINES) == 7
    assert set(PANEL) == {*schedule.REGISTRY_EIGHT, *schedule.CYTOKINES, *schedule.SOFA_INPUTS}
    assert len(PANEL) == len(set(PANEL))


@pytest.mark.parametrize(
    ("day", "visit"), [(0, None), (1, 1), (2, None), (6, None), (7, 7), (8, None), (12, None), (13, 14), (15, 14)]
)
def test_a_date_belongs_to_the_visit_whose_window_holds_it(day, visit):
    found = schedule.visit_on(at(day), DAY_1)
    assert (found.day if found else None) == visit


@pytest.mark.parametrize(
    ("day", "state"), [(5, None), (6, "tomorrow"), (7, "due"), (8, "missed"), (100, "missed")]
)
def test_day_7_is_due_on_its_day_and_missed_after_it(day, state):
    assert states(due(DAY_1, at(day), filed(1))).get(7) == state


@pytest.mark.parametrize(
    ("day", "state"), [(12, None), (13, "tomorrow"), (14, "due"), (15, "late"), (16, "missed")]
)
def test_day_14_is_late_while_its_window_is_open(day, state):
    assert states(due(DAY_1, at(day), filed(1) | filed(7))).get(14) == state


def test_tomorrow_names_what_will_be_missing():
    on_file = filed(1) | {(at(7), code) for code in PANEL if code not in ("bilirubin", "scd25")}
    assert due(DAY_1, at(6), on_file) == [
        schedule.Due(7, ("bilirubin", "scd25"), "tomorrow", at(7), at(7)),
    ]


def test_a_complete_visit_is_not_asked_again():
    assert due(DAY_1, at(7), filed(1) | filed(7)) == []


def test_a_value_of_the_eve_counts_at_day_14_and_not_at_day_7():
    assert 14 not in states(due(DAY_1, at(14), filed(1) | filed(7) | filed(13)))
    assert states(due(DAY_1, at(7), filed(1) | filed(6))) == {7: "due"}


@pytest.mark.parametrize(("day", "state"), [(182, "tomorrow"), (183, "due"), (197, "late"), (198, "missed")])
def test_the_vital_status_is_asked_from_182_days_after_day_1_on(day, state):
    on_file = filed(1) | filed(7) | filed(14) | filed(28)
    assert states(due(DAY_1, at(day), on_file)) == {SIX_MONTHS: state}
    assert due(DAY_1, at(day), on_file | {(at(184), VITAL_STATUS)}) == []


def test_the_dead_are_never_asked_for_anything_again():
    assert states(due(DAY_1, at(200), filed(1), at(5))) == dict.fromkeys((7, 14, 28, SIX_MONTHS), "not_applicable")
    assert all(one.missing == () for one in due(DAY_1, at(200), filed(1), at(5)))


def test_who_dies_on_day_7_is_not_asked_for_day_7():
    assert states(due(DAY_1, at(7), filed(1), at(7))) == {7: "not_applicable"}


def test_who_was_discharged_is_asked_for_the_vital_status_alone():
    found = states(due(DAY_1, at(183), filed(1), at(6), discharged=True))
    assert found == {7: "not_applicable", 14: "not_applicable", 28: "not_applicable", SIX_MONTHS: "due"}


def test_who_is_discharged_on_day_7_is_still_asked_that_day():
    assert states(due(DAY_1, at(7), filed(1), at(7), discharged=True)) == {7: "due"}


def test_a_window_closes_when_the_patient_leaves():
    on_file = filed(1) | filed(7)
    assert states(due(DAY_1, at(15), on_file, at(14), discharged=True)) == {14: "missed"}


@given(st.integers(-5, 220), st.integers(1, 200) | st.none(), st.booleans())
def test_a_visit_after_leaving_never_nags(today, left, discharged):
    left_on = at(left) if left is not None and left <= today else None
    for one in due(DAY_1, at(today), set(), left_on, discharged=discharged):
        if left_on is not None and one.on > left_on and one.visit_day != SIX_MONTHS:
            assert one.state == "not_applicable"
        assert one.on <= at(today + 1)


@pytest.mark.parametrize(
    ("visit", "day", "state"),
    [
        (1, -1, "to_come"), (1, 0, "tomorrow"), (1, 1, "due"), (1, 2, "missed"),
        (7, 5, "to_come"), (7, 6, "tomorrow"), (7, 7, "due"), (7, 8, "missed"),
        (14, 12, "to_come"), (14, 13, "tomorrow"), (14, 14, "due"), (14, 15, "late"), (14, 16, "missed"),
        (28, 26, "to_come"), (28, 27, "tomorrow"), (28, 28, "due"), (28, 29, "late"), (28, 30, "missed"),
        (SIX_MONTHS, 181, "to_come"), (SIX_MONTHS, 182, "tomorrow"), (SIX_MONTHS, 183, "due"),
        (SIX_MONTHS, 184, "late"), (SIX_MONTHS, 197, "late"), (SIX_MONTHS, 198, "missed"),
    ],
)  # fmt: skip
def test_each_visit_below_at_and_above_the_end_of_its_window(visit, day, state):
    assert states(plan(DAY_1, at(day), set()))[visit] == state


@pytest.mark.parametrize("day", [7, 8, 40])
def test_a_visit_that_has_everything_is_done_for_good(day):
    assert states(plan(DAY_1, at(day), filed(7)))[7] == "done"


@pytest.mark.parametrize(("filed_on", "state"), [(12, "missed"), (13, "done"), (15, "done"), (16, "missed")])
def test_only_what_was_drawn_within_the_window_completes_a_visit(filed_on, state):
    assert states(plan(DAY_1, at(20), filed(filed_on)))[14] == state


def test_nobody_asks_on_the_day_of_a_death_for_a_visit_that_was_late():
    assert states(plan(DAY_1, at(15), filed(1), Left(ended_on=at(15))))[14] == "missed"
    assert states(plan(DAY_1, at(15), filed(1), Left(discharged_on=at(15))))[14] == "late"


def test_who_left_and_died_later_is_not_asked_for_the_vital_status():
    found = states(plan(DAY_1, at(183), filed(1), Left(ended_on=at(100), discharged_on=at(6))))
    assert found == {1: "done"} | dict.fromkeys((7, 14, 28, SIX_MONTHS), "not_applicable")


def test_who_is_lost_after_six_months_was_still_asked_then():
    assert states(plan(DAY_1, at(300), filed(1), Left(ended_on=at(299))))[SIX_MONTHS] == "missed"


def test_what_is_awaited_is_missing_and_not_drawn_again():
    one = plan(DAY_1, at(7), filed(7, PANEL[2:]), awaited={(at(7), PANEL[0]), (at(6), PANEL[1])})[1]
    assert (one.missing, one.awaited, one.to_draw) == (PANEL[:2], PANEL[:1], PANEL[1:2])


@given(st.integers(-5, 220), st.integers(-3, 200) | st.none(), st.integers(-3, 200) | st.none())
def test_nothing_is_asked_of_who_died_withdrew_or_was_lost(today, ended, discharged):
    past = [at(day) if day is not None and day <= today else None for day in (ended, discharged)]
    found = plan(DAY_1, at(today), set(), Left(*past))
    assert [one.visit_day for one in found] == [visit.day for visit in schedule.VISITS]
    asking = [one for one in found if one.state in ASKING]
    assert not (past[0] and asking)
    assert all(one.visit_day == SIX_MONTHS or not past[1] or past[1] >= one.on for one in asking)
    assert all(one.on <= at(today + 1) for one in asking)
