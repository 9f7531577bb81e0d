"""Machines and drugs from start to stop, by calendar day of the site."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trial.days import by_day as days_of
from trial.errors import Impossible
from trial.known import NO_READINGS
from trial.schedule import day_span, ward_date
from trial.support import DRUGS, MACHINES, by_day
from trial.variables import VARIABLES, UnknownVariable

PARIS = "Europe/Paris"
MONDAY = date(2026, 3, 2)
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
SHORT, LONG = date(2026, 3, 29), date(2026, 10, 25)  # the nights of 23 and 25 hours
NEVER_YET = pd.NaT


def clock(on, hour, minute=0, **fold):
    """A moment on the ward's clock, as the ward says it."""
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=ZoneInfo(PARIS), **fold)


END = clock(WEDNESDAY, 23)


def ran(variable, level, started_at, stopped_at=NEVER_YET):
    number, choice = (None, level) if isinstance(level, str) else (level, None)
    return {"variable": variable, "number": number, "choice": choice, "started_at": started_at, "stopped_at": stopped_at}


def days(*intervals, until=END, zone=PARIS):
    """(variable, day) to the day's value."""
    found = by_day(pd.DataFrame(intervals), zone, until)
    value = found["number"].astype(object).where(found["choice"].isna(), found["choice"])
    return dict(zip(zip(found["variable"], found["on_date"], strict=True), value, strict=True))


def norepinephrine(*segments, until=END):
    """Day to dose, of (dose, start, stop)."""
    found = days(*(ran("norepinephrine", *segment) for segment in segments), until=until)
    return {on: dose for (_, on), dose in found.items()}


def test_a_machine_counts_on_each_day_it_ran_at_any_moment_and_on_no_other():
    found = days(ran("rrt", "yes", clock(MONDAY, 23, 50), clock(TUESDAY, 0, 10)))
    assert found == {("rrt", MONDAY): "yes", ("rrt", TUESDAY): "yes"}


def test_the_gravest_way_of_the_day_counts_however_short():
    found = days(
        ran("ventilation", "niv", clock(MONDAY, 8), clock(MONDAY, 20)),
        ran("ventilation", "invasive", clock(MONDAY, 20), clock(MONDAY, 20, 5)),
        ran("ventilation", "hfnc", clock(MONDAY, 20, 5), clock(TUESDAY, 9)),
    )
    assert found == {("ventilation", MONDAY): "invasive", ("ventilation", TUESDAY): "hfnc"}


def test_a_stop_at_midnight_does_not_touch_the_new_day():
    span = (clock(MONDAY, 8), clock(TUESDAY, 0))
    found = days(ran("ecmo", "yes", *span), ran("norepinephrine", 0.2, *span))
    assert found == {("ecmo", MONDAY): "yes", ("norepinephrine", MONDAY): 0.2}


def test_midnight_is_that_of_the_site():
    ends = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # 00:30 in Paris, 03:30 on La Réunion, 19:30 in Martinique
    span = (clock(MONDAY, 12), ends)
    assert set(days(ran("ecmo", "yes", *span))) == {("ecmo", MONDAY), ("ecmo", TUESDAY)}
    assert set(days(ran("ecmo", "yes", *span), zone="America/Martinique")) == {("ecmo", MONDAY)}


def test_what_still_runs_runs_until_now_and_not_beyond():
    assert set(norepinephrine((0.2, clock(MONDAY, 8)), until=clock(TUESDAY, 0))) == {MONDAY}
    assert set(norepinephrine((0.2, clock(MONDAY, 8)), until=clock(TUESDAY, 7))) == {MONDAY, TUESDAY}
    assert norepinephrine((0.2, clock(TUESDAY, 8)), until=clock(TUESDAY, 7)) == {}


def test_a_stop_that_is_planned_is_not_lived_yet():
    assert set(norepinephrine((0.2, clock(MONDAY, 8), clock(WEDNESDAY, 8)), until=clock(TUESDAY, 7))) == {MONDAY, TUESDAY}


@pytest.mark.parametrize(("minutes", "dose"), [(59, 0), (60, 0.2), (61, 0.2)])
def test_an_hour_makes_an_infusion_59_minutes_do_not(minutes, dose):
    start = clock(MONDAY, 8)
    assert norepinephrine((0.2, start, start + timedelta(minutes=minutes))) == {MONDAY: dose}


def test_a_bolus_is_no_infusion():
    assert days(ran("epinephrine", 1.0, clock(MONDAY, 8), clock(MONDAY, 8, 1))) == {("epinephrine", MONDAY): 0}


@pytest.mark.parametrize(("minutes", "known"), [(20, {}), (59, {}), (60, {MONDAY: 0.2})])
def test_a_drug_that_runs_on_and_has_not_for_an_hour_is_not_known_yet(minutes, known):
    start = clock(MONDAY, 8)
    assert norepinephrine((0.2, start), until=start + timedelta(minutes=minutes)) == known
    assert norepinephrine((0.2, start, clock(MONDAY, 12)), until=start + timedelta(minutes=minutes)) == known  # a planned stop


def test_a_drug_that_stopped_within_the_hour_is_known_to_be_none():
    assert norepinephrine((0.2, clock(MONDAY, 8), clock(MONDAY, 8, 20)), until=clock(MONDAY, 8, 20)) == {MONDAY: 0}


def test_a_drug_started_again_has_the_dose_of_the_earlier_run_of_that_day_meanwhile():
    earlier = (0.1, clock(MONDAY, 2), clock(MONDAY, 5))
    assert norepinephrine(earlier, (0.4, clock(MONDAY, 8)), until=clock(MONDAY, 8, 20)) == {MONDAY: 0.1}
    bolus = (0.1, clock(MONDAY, 2), clock(MONDAY, 2, 5))
    assert norepinephrine(bolus, (0.4, clock(MONDAY, 8)), until=clock(MONDAY, 8, 20)) == {}


def test_a_dose_turned_up_just_now_leaves_the_lower_one_to_count():
    assert norepinephrine((0.1, clock(MONDAY, 2), clock(MONDAY, 8)), (0.4, clock(MONDAY, 8)), until=clock(MONDAY, 8, 20)) == {
        MONDAY: 0.1}
    both = (0.1, clock(MONDAY, 7, 30), clock(MONDAY, 8)), (0.4, clock(MONDAY, 8))
    assert norepinephrine(*both, until=clock(MONDAY, 8, 20)) == {}
    assert norepinephrine(*both, until=clock(MONDAY, 8, 30)) == {MONDAY: 0.1}


def test_a_drug_started_before_midnight_leaves_both_days_open_until_its_hour_is_over():
    assert norepinephrine((0.2, clock(MONDAY, 23, 30)), until=clock(TUESDAY, 0, 10)) == {}
    assert norepinephrine((0.2, clock(MONDAY, 23, 30)), until=clock(TUESDAY, 0, 30)) == {MONDAY: 0.2, TUESDAY: 0.2}


def test_a_pump_at_rest_that_runs_on_is_no_drug_at_once():
    assert norepinephrine((0.0, clock(MONDAY, 8)), until=clock(MONDAY, 8, 20)) == {MONDAY: 0}


def test_a_peak_of_ten_minutes_within_a_long_infusion_is_not_its_dose():
    assert norepinephrine(
        (0.1, clock(MONDAY, 8), clock(MONDAY, 12)), (0.5, clock(MONDAY, 12), clock(MONDAY, 12, 10)),
        (0.1, clock(MONDAY, 12, 10), clock(MONDAY, 18)),
    ) == {MONDAY: 0.1}  # fmt: skip


def test_a_dose_counts_while_a_higher_one_runs():
    assert norepinephrine(
        (0.3, clock(MONDAY, 8), clock(MONDAY, 8, 40)), (0.5, clock(MONDAY, 8, 40), clock(MONDAY, 9, 20)),
    ) == {MONDAY: 0.3}  # fmt: skip


def test_the_highest_dose_that_held_for_an_hour_is_the_days():
    assert norepinephrine(
        (0.1, clock(MONDAY, 8), clock(MONDAY, 12)), (0.4, clock(MONDAY, 12), clock(MONDAY, 13)),
        (0.2, clock(MONDAY, 13), clock(MONDAY, 18)),
    ) == {MONDAY: 0.4}  # fmt: skip


def test_a_syringe_changed_without_a_break_is_one_infusion_and_a_minute_without_is_not():
    half = clock(MONDAY, 8, 30)
    assert norepinephrine((0.2, clock(MONDAY, 8), half), (0.2, half, clock(MONDAY, 9))) == {MONDAY: 0.2}
    assert norepinephrine((0.2, clock(MONDAY, 8), half), (0.2, half + timedelta(minutes=1), clock(MONDAY, 9, 15))) == {MONDAY: 0}


def test_where_two_rates_overlap_the_higher_holds():
    assert norepinephrine((0.1, clock(MONDAY, 8), clock(MONDAY, 20)), (0.3, clock(MONDAY, 10), clock(MONDAY, 11))) == {MONDAY: 0.3}


def test_a_short_higher_rate_does_not_end_the_one_it_was_added_to():
    assert norepinephrine((0.1, clock(MONDAY, 23, 0), clock(TUESDAY, 12)), (0.3, clock(MONDAY, 23, 10), clock(MONDAY, 23, 20))) == {
        MONDAY: 0.1, TUESDAY: 0.1}


def test_an_hour_across_midnight_counts_for_both_days():
    assert norepinephrine((0.2, clock(MONDAY, 23, 30), clock(TUESDAY, 0, 30))) == {MONDAY: 0.2, TUESDAY: 0.2}
    assert norepinephrine((0.2, clock(MONDAY, 23, 30), clock(TUESDAY, 0, 29))) == {MONDAY: 0, TUESDAY: 0}


def test_a_dose_lowered_soon_after_midnight_is_still_that_days():
    """0.4 ran from the evening on: its hour lies in the new day too, be it for ten minutes."""
    assert norepinephrine((0.4, clock(MONDAY, 20), clock(TUESDAY, 0, 10)), (0.1, clock(TUESDAY, 0, 10), clock(TUESDAY, 12))) == {
        MONDAY: 0.4, TUESDAY: 0.4}


def test_a_pump_at_rest_is_a_dose_of_0():
    assert norepinephrine((0.0, clock(MONDAY, 8), clock(MONDAY, 20))) == {MONDAY: 0}


@pytest.mark.parametrize(("night", "start", "stop", "dose"), [
    (SHORT, {"hour": 1, "minute": 30}, {"hour": 3, "minute": 15}, 0),  # 01:30 to 03:15 are 45 minutes
    (SHORT, {"hour": 1, "minute": 30}, {"hour": 3, "minute": 30}, 0.2),
    (LONG, {"hour": 2, "minute": 15}, {"hour": 2, "minute": 15, "fold": 1}, 0.2),  # an hour on one and the same reading
    (LONG, {"hour": 2, "minute": 15}, {"hour": 2, "minute": 45}, 0),
])
def test_an_hour_is_an_hour_when_the_clocks_change(night, start, stop, dose):
    until = clock(night + timedelta(days=1), 12)
    assert norepinephrine((0.2, clock(night, **start), clock(night, **stop)), until=until) == {night: dose}


@pytest.mark.parametrize("night", [SHORT, LONG])
def test_a_night_of_23_or_25_hours_is_one_day_for_a_machine(night):
    before, after = night - timedelta(days=1), night + timedelta(days=1)
    found = days(ran("rrt", "yes", clock(night, 0), clock(after, 0)), until=clock(after, 12))
    assert found == {("rrt", night): "yes"}
    all_three = days(ran("rrt", "yes", clock(before, 23, 59), clock(after, 0, 1)), until=clock(after, 12))
    assert set(all_three) == {("rrt", before), ("rrt", night), ("rrt", after)}


def test_no_intervals_are_no_days_and_nothing_runs_for_no_time():
    nothing = pd.DataFrame(columns=["variable", "number", "choice", "started_at", "stopped_at"])
    assert by_day(nothing, PARIS, END).empty
    assert days(ran("ecmo", "yes", clock(MONDAY, 8), clock(MONDAY, 8))) == {}


@pytest.mark.parametrize(("interval", "sentence"), [
    (ran("norepinephrine", 0.2, clock(MONDAY, 9), clock(MONDAY, 8)), "before the start"),
    (ran("norepinephrine", 0.2, datetime(2026, 3, 2, 8), clock(MONDAY, 9)), "time zone"),
    (ran("norepinephrine", 0.2, clock(MONDAY, 8), datetime(2026, 3, 2, 9)), "time zone"),
    (ran("norepinephrine", 0.2, pd.NaT, clock(MONDAY, 9)), "time zone"),
    (ran("norepinephrine", -0.2, clock(MONDAY, 8), clock(MONDAY, 9)), "cannot be"),
    (ran("norepinephrine", None, clock(MONDAY, 8), clock(MONDAY, 9)), "needs a number"),
    (ran("ventilation", "jet", clock(MONDAY, 8), clock(MONDAY, 9)), "no choice jet"),
    (ran("platelets", 42.0, clock(MONDAY, 8), clock(MONDAY, 9)), "not charted from a start to a stop"),
])
def test_what_cannot_have_been_is_refused_with_a_sentence(interval, sentence):
    with pytest.raises(Impossible) as refused:
        days(interval)
    assert sentence in str(refused.value) and interval["variable"] in str(refused.value)


def test_an_unknown_variable_and_a_now_without_a_zone_are_not_taken():
    with pytest.raises(UnknownVariable):
        days(ran("coffee", 1.0, clock(MONDAY, 8)))
    with pytest.raises(ValueError, match="time zone"):
        days(ran("ecmo", "yes", clock(MONDAY, 8)), until=datetime(2026, 3, 2, 9))


def test_every_machine_and_drug_of_the_catalogue_is_charted_by_interval():
    assert {"ventilation", "ecmo", "rrt"} <= set(MACHINES)
    assert {"norepinephrine", "epinephrine", "dopamine", "dobutamine", "vasopressin"} <= set(DRUGS)
    assert not {"heart_rate", "gcs_kind", "hemophagocytosis", "fio2"} & {*MACHINES, *DRUGS}
    for code in (*MACHINES, *DRUGS):
        assert days(ran(code, VARIABLES[code].choices[-1] if code in MACHINES else 0.01, clock(MONDAY, 8), clock(MONDAY, 9)))


def test_the_days_lie_under_the_readings_as_if_they_had_been_typed():
    running = [ran("norepinephrine", 0.2, clock(MONDAY, 8)), ran("ventilation", "niv", clock(MONDAY, 9))]
    support = by_day(pd.DataFrame(running), PARIS, END)
    assert list(support.columns) == list(NO_READINGS.columns)
    drawn_at = pd.Timestamp(clock(MONDAY, 7)).tz_convert("UTC")
    sample = support.iloc[[0]].assign(variable="platelets", number=42.0, sampled_at=drawn_at)
    wide = days_of(pd.concat([sample, support], ignore_index=True))
    assert list(wide.loc[MONDAY, ["ventilation", "norepinephrine", "platelets"]]) == ["niv", 0.2, 42]
    assert list(wide.loc[WEDNESDAY, ["ventilation", "norepinephrine"]]) == ["niv", 0.2]


EVE = datetime(2026, 10, 23, 22, tzinfo=UTC)  # midnight in Paris before the day before LONG
HOURS = st.integers(0, 24 * 6).map(lambda halves: EVE + timedelta(minutes=30 * halves))
LEVELS = {"norepinephrine": st.sampled_from([0.0, 0.1, 0.3]), "ventilation": st.sampled_from(VARIABLES["ventilation"].choices)}


@st.composite
def some_intervals(draw):
    made = []
    for _ in range(draw(st.integers(1, 6))):
        code = draw(st.sampled_from(sorted(LEVELS)))
        started, stopped = sorted((draw(HOURS), draw(HOURS)))
        made.append(ran(code, draw(LEVELS[code]), started, draw(st.sampled_from([stopped, stopped, NEVER_YET]))))
    return made


@settings(deadline=None, max_examples=60)
@given(some_intervals(), HOURS)
def test_support_is_on_no_day_before_its_start_or_after_its_stop(intervals, until):
    found = by_day(pd.DataFrame(intervals), PARIS, until)
    for code, on in zip(found["variable"], found["on_date"], strict=True):
        begins, ends = day_span(on, PARIS)
        assert any(one["started_at"] < ends and begins < min(until, until if one["stopped_at"] is pd.NaT else one["stopped_at"])
                   for one in intervals if one["variable"] == code)
    assert (found["on_date"] <= ward_date(until, PARIS)).all()
    assert not found.duplicated(["variable", "on_date"]).any()


@settings(deadline=None, max_examples=30)
@given(some_intervals(), HOURS, st.randoms())
def test_the_order_of_the_chart_does_not_matter(intervals, until, chance):
    before = days(*intervals, until=until)
    chance.shuffle(intervals)
    assert days(*intervals, until=until) == before
