"""The reading that decides a day, its time, and what of it the next day may still use."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import hlh2004, hscore
from trial.carried import LABORATORY
from trial.days import by_day, deciding
from trial.schedule import day_length, ward_date
from trial.variables import VARIABLES

PARIS = "Europe/Paris"
TODAY = date(2026, 3, 2)
TOMORROW, LATER = TODAY + timedelta(days=1), TODAY + timedelta(days=2)
SHORT, LONG = date(2026, 3, 29), date(2026, 10, 25)  # the nights of 23 and 25 hours
NOT_LABORATORY = tuple(code for code in VARIABLES if code not in LABORATORY)
COLUMNS = ["patient", "on_date", "variable", "sampled_at", "state", "number", "choice", "comparator"]


def clock(on, hour, minute=0, **fold):
    """A moment on the ward's clock."""
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=ZoneInfo(PARIS), **fold).astimezone(UTC)


def reading(variable, value=None, at=None, on=TODAY, state="measured", comparator="=", patient="001-S0001"):
    word = value if isinstance(value, str) else None
    return patient, on, variable, at, state, None if word else value, word, comparator


def sample(variable, value, at, **more):
    """A result with its time, on the day of the ward's clock."""
    return reading(variable, value, at, ward_date(at, PARIS), **more)


def frame(*rows):
    return pd.DataFrame(rows, columns=COLUMNS).drop(columns="patient")


def decided(*rows, on=TODAY, **how):
    """By variable, of one day."""
    found = deciding(frame(*rows), **how)
    return found[found["on_date"] == on].set_index("variable")


def any_value(code):
    known = VARIABLES[code]
    return known.choices[-1] if known.choices else 15.0 if code == "gcs" else 1.0


@pytest.mark.parametrize(("variable", "morning", "noon", "evening", "hour"), [
    ("platelets", 90.0, 42.0, 60.0, 12), ("bilirubin", 20.0, 30.0, 45.0, 18), ("map", 55.0, 70.0, 80.0, 8),
    ("ventilation", "none", "invasive", "hfnc", 12), ("rrt", "no", "no", "yes", 18),
    ("sodium", 120.0, 160.0, 140.0, 18), ("rass", -5.0, -1.0, -2.0, 18),
    ("gcs_kind", "estimated", "before_sedation", "measured", 18),
])
def test_the_worst_of_the_day_or_the_last_carries_its_own_time(variable, morning, noon, evening, hour):
    taken = {8: morning, 12: noon, 18: evening}
    row = decided(*(sample(variable, value, clock(TODAY, at)) for at, value in taken.items())).loc[variable]
    assert (row["value"], row["sampled_at"], row["state"]) == (taken[hour], clock(TODAY, hour), "measured")
    assert not row["carried"] and np.isnan(row["age_h"])


def test_of_two_equal_worst_values_the_earlier_one_decided():
    rows = [sample("platelets", value, clock(TODAY, at)) for at, value in ((18, 42.0), (8, 90.0), (12, 42.0))]
    assert decided(*rows).loc["platelets", "sampled_at"] == clock(TODAY, 12)


def test_what_was_typed_for_the_day_decides_and_has_no_time():
    row = decided(sample("platelets", 42.0, clock(TODAY, 8)), reading("platelets", 55.0)).loc["platelets"]
    assert row["value"] == 55 and row["sampled_at"] is pd.NaT and row["reading"] == 1


def test_a_gas_its_fio2_and_its_ventilation_each_come_with_their_own_time():
    found = decided(
        sample("pao2", 60.0, clock(TODAY, 8)), sample("fio2", 0.3, clock(TODAY, 8)),  # 200
        sample("ventilation", "invasive", clock(TODAY, 9)), sample("fio2", 0.9, clock(TODAY, 11)),
        sample("pao2", 90.0, clock(TODAY, 12)),  # 100, and the lowest ratio though not the lowest PaO₂
    )
    assert list(found["value"].loc[["ventilation", "pao2", "fio2"]]) == ["invasive", 90, 0.9]
    assert list(found["reading"].loc[["ventilation", "pao2", "fio2"]]) == [2, 4, 3]
    assert list(found["sampled_at"].loc[["ventilation", "pao2", "fio2"]]) == [clock(TODAY, hour) for hour in (9, 12, 11)]


def test_a_gas_takes_the_ventilation_typed_for_the_day_where_there_is_no_sample_of_it():
    found = decided(sample("pao2", 90.0, clock(TODAY, 12)), sample("fio2", 0.9, clock(TODAY, 12)), reading("ventilation", "niv"))
    assert (found.loc["ventilation", "value"], found.loc["ventilation", "reading"]) == ("niv", 2)


def test_a_gas_without_a_pair_has_no_fio2():
    found = decided(sample("fio2", 0.4, clock(TODAY, 8)), sample("pao2", 80.0, clock(TODAY, 18)))
    assert list(found.index) == ["pao2"]


def test_an_fio2_of_the_evening_before_is_of_its_gas_and_not_carried():
    rows = (sample("fio2", 0.4, clock(TODAY, 23, 30)), sample("pao2", 80.0, clock(TOMORROW, 0, 30)))
    row = decided(*rows, on=TOMORROW).loc["fio2"]
    assert (row["value"], row["reading"], row["sampled_at"], row["carried"]) == (0.4, 0, clock(TODAY, 23, 30), False)
    assert np.isnan(row["age_h"])


@pytest.mark.parametrize(("again", "paired"), [(0, True), (1, False)])
def test_the_four_hours_before_a_gas_are_real_ones_when_half_past_two_comes_twice(again, paired):
    evening = clock(LONG - timedelta(days=1), 23)
    rows = (sample("fio2", 0.4, evening), sample("pao2", 80.0, clock(LONG, 2, 30, fold=again)))  # 3.5 hours, 4.5 hours
    assert ("fio2" in decided(*rows, on=LONG).index) == paired


def test_the_reading_that_leaves_a_cut_off_open_for_one_score_decides_for_another():
    result = sample("ferritin", 3000.0, clock(TODAY, 8), comparator=">")
    assert np.isnan(decided(result).loc["ferritin", "value"])
    assert np.isnan(decided(result, cuts=hscore.CUTPOINTS).loc["ferritin", "value"])
    assert decided(result, cuts=hlh2004.CUTPOINTS).loc["ferritin", "value"] == pytest.approx(3000, rel=1e-5)


def test_a_cut_off_left_open_names_the_reading_that_leaves_it_open():
    row = decided(sample("platelets", 40.0, clock(TODAY, 8)),
                  sample("platelets", 100.0, clock(TODAY, 12), comparator="<")).loc["platelets"]  # fmt: skip
    assert np.isnan(row["value"]) and row["reading"] == 1


def test_beyond_the_assay_the_reading_that_sets_the_limit_decided():
    row = decided(sample("ferritin", 9000.0, clock(TODAY, 8)),
                  sample("ferritin", 40000.0, clock(TODAY, 12), comparator=">")).loc["ferritin"]  # fmt: skip
    assert row["value"] == pytest.approx(40000, rel=1e-5) and row["reading"] == 1


def test_a_number_decides_beside_a_result_that_changes_no_score():
    row = decided(sample("platelets", 120.0, clock(TODAY, 8)),
                  sample("platelets", 110.0, clock(TODAY, 12), comparator=">")).loc["platelets"]  # fmt: skip
    assert (row["value"], row["reading"]) == (120, 0)


@pytest.mark.parametrize("state", ["not_done", "pending", "not_applicable", "withdrawn"])
def test_what_measured_nothing_decides_nothing(state):
    assert deciding(frame(reading("platelets", state=state), reading("hemophagocytosis", state=state))).empty


def test_a_row_is_named_by_the_label_it_has_in_the_readings():
    readings = frame(reading("platelets", 42.0, clock(TODAY, 8)), reading("platelets", 90.0, clock(TODAY, 9)), reading("map", 60.0))
    readings.index = ["b", "a", "c"]
    assert dict(zip(*deciding(readings)[["variable", "reading"]].to_numpy().T, strict=True)) == {"map": "c", "platelets": "b"}


def test_patients_are_kept_apart_and_come_in_order():
    rows = [reading("platelets", 20.0, patient="001-S0002"), reading("platelets", 90.0), reading("map", 60.0)]
    found = deciding(pd.DataFrame(rows, columns=COLUMNS))
    assert list(found.columns) == ["patient", "on_date", "variable", "value", "reading", "sampled_at", "state", "carried", "age_h"]
    assert found[["patient", "variable", "value"]].to_numpy().tolist() == [
        ["001-S0001", "map", 60], ["001-S0001", "platelets", 90], ["001-S0002", "platelets", 20]]


def test_nothing_decides_where_nothing_was_entered():
    assert deciding(frame()).empty and deciding(frame(), carry=True).empty
    assert by_day(frame(), carry=True).empty


def test_one_minute_before_midnight_and_one_after_are_two_days_of_the_ward():
    found = deciding(frame(sample("lactate", 4.0, clock(TODAY, 23, 59)), sample("lactate", 2.0, clock(TOMORROW, 0, 1))))
    assert list(zip(found["on_date"], found["value"], strict=True)) == [(TODAY, 4), (TOMORROW, 2)]
    assert set(found["sampled_at"].dt.date) == {TODAY}  # in UTC both are of one


@pytest.mark.parametrize(("night", "hours"), [(SHORT, 23), (LONG, 25)])
def test_a_night_of_23_or_25_hours_is_one_day(night, hours):
    first = clock(night, 0)
    samples = [sample("platelets", 100.0 - past, first + timedelta(hours=past)) for past in range(26)]
    found = deciding(frame(*samples))
    assert day_length(night, PARIS) == timedelta(hours=hours)
    assert found["value"].iloc[0] == 100 - (hours - 1)  # the last of its hours is its lowest
    assert found["sampled_at"].iloc[0] == clock(night, 23)


def test_the_hour_that_comes_twice_keeps_its_order():
    first, again = clock(LONG, 2, 30), clock(LONG, 2, 30, fold=1)
    row = decided(sample("sodium", 150.0, again), sample("sodium", 130.0, first), on=LONG).loc["sodium"]
    assert (row["value"], row["sampled_at"]) == (150, again)


def test_a_laboratory_value_of_the_day_before_is_carried_and_marked():
    rows = (sample("creatinine", 180.0, clock(TODAY, 18)), reading("map", 60.0, on=TOMORROW))
    row = decided(*rows, on=TOMORROW, carry=True).loc["creatinine"]
    assert (row["value"], row["carried"], row["age_h"], row["sampled_at"]) == (180, True, 6, clock(TODAY, 18))
    assert by_day(frame(*rows), carry=True).loc[TOMORROW, "creatinine"] == 180
    assert list(decided(*rows, on=TOMORROW).index) == ["map"]


def test_the_newest_value_of_the_day_before_is_carried_not_its_worst():
    rows = [sample("platelets", value, clock(TODAY, hour)) for hour, value in ((6, 20.0), (20, 60.0))]
    found = deciding(frame(*rows, reading("map", 60.0, on=TOMORROW)), carry=True)
    assert list(found.loc[found["variable"] == "platelets", "value"]) == [20, 60]


def test_a_day_on_which_nothing_was_entered_is_not_made_up():
    assert set(deciding(frame(reading("platelets", 42.0)), carry=True)["on_date"]) == {TODAY}


@pytest.mark.parametrize("state", ["not_done", "pending"])
def test_a_value_not_done_or_awaited_today_is_carried_meanwhile(state):
    rows = (reading("platelets", 42.0), reading("platelets", on=TOMORROW, state=state))
    assert decided(*rows, on=TOMORROW, carry=True).loc["platelets", "value"] == 42


def test_nothing_is_carried_into_a_day_on_which_it_does_not_apply_or_was_measured():
    for today in (reading("platelets", on=TOMORROW, state="not_applicable"),
                  reading("platelets", 100.0, on=TOMORROW, comparator="<")):  # fmt: skip
        found = decided(reading("platelets", 42.0), today, on=TOMORROW, carry=True)
        assert not found["carried"].any() and found["value"].isna().all()


def test_a_typed_value_without_a_time_serves_the_next_day_and_no_later_one():
    rows = (reading("platelets", 42.0), *(reading("map", 60.0, on=day) for day in (TOMORROW, LATER)))
    found = deciding(frame(*rows), carry=True)
    carried = found[found["carried"]]
    assert list(zip(carried["on_date"], carried["value"], strict=True)) == [(TOMORROW, 42)]
    assert carried["age_h"].isna().all()


def test_a_day_between_without_any_entry_breaks_it_off():
    assert "platelets" not in decided(reading("platelets", 42.0), reading("map", 60.0, on=LATER), on=LATER, carry=True).index


@pytest.mark.parametrize(("on", "hour", "minute", "age"), [
    (TODAY, 0, 0, 24), (TODAY, 23, 59, 1 / 60), (SHORT, 0, 0, 23), (LONG, 1, 0, 24), (LONG, 0, 59, None), (LONG, 0, 30, None),
])
def test_24_hours_by_the_clock_and_not_a_minute_more(on, hour, minute, age):
    """The day of 25 hours: a sample of 00:30 is 24.5 hours old at the next midnight."""
    next_day = on + timedelta(days=1)
    rows = (sample("platelets", 42.0, clock(on, hour, minute)), reading("map", 60.0, on=next_day))
    found = decided(*rows, on=next_day, carry=True)
    assert ("platelets" in found.index) == (age is not None)
    if age is not None:
        assert found.loc["platelets", "age_h"] == pytest.approx(age)


def test_the_sites_midnight_counts_not_that_of_paris():
    at = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)  # 02:30 on La Réunion, 23:30 in Paris
    rows = (reading("platelets", 42.0, at, TODAY), reading("map", 60.0, on=TOMORROW))
    assert decided(*rows, on=TOMORROW, carry=True, zone="Indian/Reunion").loc["platelets", "age_h"] == 21.5
    assert "platelets" not in decided(*rows, on=TOMORROW, carry=True).index


@pytest.mark.parametrize("code", NOT_LABORATORY)
def test_support_and_bedside_values_are_never_carried_by_themselves(code):
    found = decided(reading(code, any_value(code)), reading("crp", 5.0, on=TOMORROW), on=TOMORROW, carry=True)
    assert list(found.index) == ["crp"]


@pytest.mark.parametrize("code", ["ventilation", "pao2", "fio2", "ecmo", "rrt", "norepinephrine", "vasopressin", "gcs", "gcs_kind",
                                  "urine_output", "map", "temperature", "weight", "spo2", "hemophagocytosis"])
def test_what_is_not_of_the_laboratory(code):
    assert code in NOT_LABORATORY


@pytest.mark.parametrize("code", ["platelets", "bilirubin", "creatinine", "lactate", "potassium", "sodium", "ferritin", "il6"])
def test_what_is_of_the_laboratory(code):
    assert code in LABORATORY


def test_on_day_7_nothing_carried_counts():
    rows = (reading("platelets", 42.0), reading("platelets", 42.0, on=TOMORROW, state="carried"), reading("map", 60.0, on=TOMORROW))
    assert list(decided(*rows, on=TOMORROW, measured_only=True, carry=True).index) == ["map"]


def tapped(variable, value, on, **more):
    return reading(variable, value, on=on, state="carried", **more)


@pytest.mark.parametrize("at", [None, clock(TODAY, 6)])
def test_a_tap_counts_the_day_after_a_measurement_and_is_marked(at):
    row = decided(reading("bilirubin", 45.0, at), tapped("bilirubin", 45.0, TOMORROW), on=TOMORROW).loc["bilirubin"]
    assert (row["value"], row["state"], row["carried"], row["reading"]) == (45, "carried", True, 1)
    assert np.isnan(row["age_h"])


@pytest.mark.parametrize("carry", [False, True])
def test_a_tap_on_a_tap_is_unknown(carry):
    rows = (reading("bilirubin", 45.0), tapped("bilirubin", 45.0, TOMORROW), tapped("bilirubin", 45.0, LATER))
    days = by_day(frame(*rows), carry=carry)["bilirubin"]
    assert list(days.fillna(-1)) == [45, 45, -1] and days.index[-1] == LATER


@pytest.mark.parametrize("between", [(), (reading("map", 60.0, on=TOMORROW),),
                                     (reading("bilirubin", on=TOMORROW, state="not_done"),)])
def test_a_tap_after_a_gap_is_unknown(between):
    rows = (reading("bilirubin", 45.0), *between, tapped("bilirubin", 45.0, LATER))
    assert np.isnan(by_day(frame(*rows)).loc[LATER, "bilirubin"])


def test_a_tap_counts_where_the_frame_does_not_reach_back_to_the_day_before():
    one, other = tapped("bilirubin", 45.0, TODAY), tapped("bilirubin", 30.0, TOMORROW, patient="001-S0002")
    assert by_day(frame(one)).loc[TODAY, "bilirubin"] == 45
    both = by_day(pd.DataFrame([one, reading("map", 60.0, on=LATER), other], columns=COLUMNS))["bilirubin"]
    assert (both["001-S0001", TODAY], both["001-S0002", TOMORROW]) == (45, 30)


def test_a_measurement_of_another_patient_is_no_ground_for_a_tap():
    rows = [reading("bilirubin", 45.0), reading("map", 60.0, patient="001-S0002"),
            tapped("bilirubin", 45.0, TOMORROW, patient="001-S0002")]  # fmt: skip
    assert np.isnan(by_day(pd.DataFrame(rows, columns=COLUMNS)).loc[("001-S0002", TOMORROW), "bilirubin"])


@pytest.mark.parametrize("code", ["rrt", "norepinephrine", "fio2", "pao2", "gcs", "urine_output"])
def test_a_tap_of_support_is_a_statement_of_that_day_however_often(code):
    rows = (reading(code, any_value(code)), tapped(code, any_value(code), TOMORROW), tapped(code, any_value(code), LATER))
    row = decided(*rows, on=LATER).loc[code]
    assert (row["value"], row["state"], row["carried"]) == (any_value(code), "carried", False)


STATES = ("measured", "measured", "carried", "not_done", "not_applicable")


@st.composite
def some_readings(draw):
    """Two patients around the night of 25 hours; a number or a word, typed or sampled."""
    rows = {}
    for _ in range(draw(st.integers(0, 25))):
        code = draw(st.sampled_from(["platelets", "creatinine", "sodium", "pao2", "fio2", "ventilation", "norepinephrine", "rrt"]))
        on = LONG + timedelta(days=draw(st.integers(-1, 2)))
        at = clock(on, draw(st.integers(0, 23)), 30) if draw(st.booleans()) else None
        state = "measured" if at else draw(st.sampled_from(STATES))
        value = draw(st.sampled_from(VARIABLES[code].choices or (0.3, 0.5, 1.0)))
        patient = draw(st.sampled_from(["001-S0001", "001-S0002"]))
        told = value if state in ("measured", "carried") else None
        comparator = draw(st.sampled_from("<=>")) if VARIABLES[code].censored else "="
        rows[patient, on, code, at] = reading(code, told, at, on, state, comparator, patient)
    return pd.DataFrame(list(rows.values()), columns=COLUMNS)


@settings(deadline=None, max_examples=40)
@given(some_readings(), st.booleans(), st.booleans())
def test_the_days_are_the_pivot_of_what_decided_them(readings, measured_only, carry):
    how = {"measured_only": measured_only, "carry": carry}
    wide, long = by_day(readings, **how), deciding(readings, **how)
    keys = ["patient", "on_date"]
    pivot = long.pivot(index=keys, columns="variable", values="value").reindex(index=wide.index, columns=wide.columns)
    assert ((pivot == wide) | (pivot.isna() & wide.isna())).all(axis=None)
    assert not long.duplicated([*keys, "variable"]).any()


@settings(deadline=None, max_examples=40)
@given(some_readings())
def test_what_is_carried_is_of_the_laboratory_and_at_most_24_hours_old(readings):
    found = deciding(readings, carry=True)
    carried = found[found["carried"]]
    assert carried["variable"].isin(LABORATORY).all()
    assert not (carried["age_h"] > 24).any()
    of_before = carried[carried["state"] == "measured"]
    assert list(readings.loc[of_before["reading"], "on_date"]) == [on - timedelta(days=1) for on in of_before["on_date"]]
    own = found[~found["carried"] & (found["variable"] != "fio2")]
    assert list(readings.loc[own["reading"], "on_date"]) == list(own["on_date"])
