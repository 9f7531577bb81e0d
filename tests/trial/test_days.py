"""From readings to the values that decide a day."""

from datetime import UTC, date, datetime, timedelta
from time import perf_counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import hlh2004, hscore, sofa
from trial.days import CUTPOINTS, by_day
from trial.variables import VARIABLES, UnknownVariable

TODAY = date(2026, 3, 2)
EIGHT, NINE, TEN, NOON, EVENING = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (8, 9, 10, 12, 18))


def reading(variable, value=None, at=None, state="measured", comparator="=", on=TODAY, **more):
    word = value if isinstance(value, str) else None
    number = None if word else value
    return {"on_date": on, "variable": variable, "sampled_at": at, "state": state, "number": number, "choice": word,
            "comparator": comparator, **more}


def frame(*rows):
    columns = ["on_date", "variable", "sampled_at", "state", "number", "choice", "comparator"]
    return pd.DataFrame(rows, columns=[*columns, "patient"] if rows and "patient" in rows[0] else columns)


def day(*rows, **how):
    return by_day(frame(*rows), **how).loc[TODAY]


def test_a_day_is_a_row_and_a_variable_a_column_in_rounds_order():
    days = by_day(frame(
        reading("platelets", 42.0), reading("pao2", 80.0), reading("ventilation", "niv"),
        reading("platelets", 50.0, on=TODAY + timedelta(days=3)),
    ))
    assert list(days.index) == [TODAY, TODAY + timedelta(days=3)] and days.index.name == "on_date"
    assert list(days.columns) == ["ventilation", "pao2", "platelets"]
    assert days["platelets"].dtype == np.float64 and days["ventilation"].dtype == object
    assert list(days["ventilation"]) == ["niv", None]
    assert np.isnan(days["pao2"].iloc[1])


def test_no_readings_are_no_days():
    assert by_day(frame()).empty
    assert by_day(frame().assign(patient=[])).index.names == ["patient", "on_date"]


@pytest.mark.parametrize(("variable", "samples", "worst"), [
    ("platelets", (90.0, 42.0, 60.0), 42), ("map", (70.0, 55.0, 80.0), 55), ("gcs", (15.0, 9.0, 12.0), 9),
    ("bilirubin", (20.0, 45.0, 30.0), 45), ("temperature", (38.0, 39.5, 37.0), 39.5),
    ("norepinephrine", (0.0, 0.3, 0.1), 0.3), ("rass", (-1.0, -5.0, -2.0), -2), ("sodium", (120.0, 160.0, 140.0), 140),
    ("ventilation", ("none", "invasive", "hfnc"), "invasive"), ("rrt", ("no", "yes", "no"), "yes"),
    ("gcs_kind", ("estimated", "before_sedation", "measured"), "measured"),
])
def test_of_several_samples_the_worst_decides_or_the_newest_where_there_is_no_worst(variable, samples, worst):
    times = (EIGHT, NOON, EVENING)
    rows = [reading(variable, value, at) for value, at in zip(samples, times, strict=True)]
    assert day(*rows)[variable] == worst
    assert day(*reversed(rows))[variable] == worst


@pytest.mark.parametrize(("milder", "graver"), [("none", "hfnc"), ("hfnc", "niv"), ("hfnc", "cpap"), ("niv", "invasive"),
                                                ("cpap", "invasive")])
def test_the_most_support_of_the_day_counts(milder, graver):
    assert day(reading("ventilation", graver, EIGHT), reading("ventilation", milder, NOON))["ventilation"] == graver


def test_what_was_typed_for_the_day_comes_before_the_samples():
    assert day(reading("platelets", 42.0, EIGHT), reading("platelets", 55.0))["platelets"] == 55


@pytest.mark.parametrize("state", ["not_done", "pending", "withdrawn", "carried"])
def test_a_measured_sample_comes_before_a_typed_state_that_measured_nothing(state):
    value = 90.0 if state == "carried" else None
    assert day(reading("platelets", value, state=state), reading("platelets", 42.0, EIGHT))["platelets"] == 42


def test_not_applicable_is_said_of_the_whole_day():
    assert np.isnan(day(reading("gcs", state="not_applicable"), reading("gcs", 3.0, EIGHT))["gcs"])


@pytest.mark.parametrize("state", ["not_done", "pending", "not_applicable"])
def test_a_state_without_a_value_is_unknown_and_keeps_its_day(state):
    days = by_day(frame(reading("platelets", state=state), reading("hemophagocytosis", state=state)))
    assert list(days.index) == [TODAY]
    assert np.isnan(days["platelets"].iloc[0]) and days["hemophagocytosis"].iloc[0] is None


def test_what_was_entered_in_error_leaves_nothing_behind():
    assert by_day(frame(reading("platelets", 42.0, state="withdrawn"))).empty


def test_not_done_is_not_no_even_where_it_was_stored_as_a_choice():
    assert day(reading("hemophagocytosis", "not_done"))["hemophagocytosis"] is None


def test_a_carried_value_counts_but_not_where_only_measured_ones_do():
    rows = (reading("bilirubin", 45.0, state="carried"), reading("rrt", "yes", state="carried"), reading("map", 60.0))
    assert day(*rows)["bilirubin"] == 45 and day(*rows)["rrt"] == "yes"
    measured = day(*rows, measured_only=True)
    assert np.isnan(measured["bilirubin"]) and measured["rrt"] is None and measured["map"] == 60


@pytest.mark.parametrize(("variable", "comparator", "limit", "counts"), [
    ("fibrinogen", "<", 0.3, True), ("fibrinogen", "<", 1.5, True), ("fibrinogen", "<", 1.6, False),
    ("fibrinogen", ">", 2.5, True), ("fibrinogen", ">", 2.4, False),
    ("ferritin", ">", 100000.0, True), ("ferritin", ">", 6000.0, True), ("ferritin", ">", 1500.0, False),
    ("ferritin", "<", 500.0, True), ("ferritin", "<", 501.0, False),
    ("platelets", "<", 20.0, True), ("platelets", "<", 30.0, False), ("platelets", ">", 150.0, True),
    ("bilirubin", "<", 20.0, True), ("bilirubin", "<", 21.0, False), ("scd25", ">", 7500.0, True),
    ("il6", "<", 2.0, True), ("crp", "<", 5.0, True), ("crp", ">", 350.0, True),
])
def test_a_result_beyond_the_assay_counts_where_no_cut_off_lies_beyond_it(variable, comparator, limit, counts):
    value = day(reading(variable, limit, comparator=comparator))[variable]
    assert np.isnan(value) != counts
    if counts:
        assert value < limit if comparator == "<" else value > limit
        assert value == pytest.approx(limit, rel=1e-5)


@pytest.mark.parametrize(("variable", "comparator", "limit", "counts_for"), [
    ("ferritin", ">", 3000.0, "hlh2004"), ("ferritin", ">", 6000.0, "hlh2004 hscore"), ("ferritin", ">", 400.0, ""),
    ("ferritin", "<", 400.0, "hlh2004 hscore"), ("ferritin", "<", 1500.0, "hscore"),
    ("platelets", "<", 100.0, "hlh2004 hscore"), ("platelets", "<", 20.0, "hlh2004 hscore sofa"),
    ("platelets", ">", 150.0, "hlh2004 hscore sofa"), ("fibrinogen", "<", 2.0, "hscore"),
    ("bilirubin", "<", 30.0, "hlh2004 hscore"),
])
def test_a_result_beyond_the_assay_is_judged_by_the_cut_offs_of_the_score_that_asks(variable, comparator, limit, counts_for):
    for name, score in (("hlh2004", hlh2004), ("hscore", hscore), ("sofa", sofa)):
        asks = name in counts_for or variable not in score.CUTPOINTS
        assert np.isnan(day(reading(variable, limit, comparator=comparator), cuts=score.CUTPOINTS)[variable]) != asks


def test_without_a_score_that_asks_the_cut_offs_of_all_three_divide():
    result = reading("ferritin", 3000.0, comparator=">")
    assert np.isnan(day(result)["ferritin"]) and day(result, cuts={})["ferritin"] > 3000
    assert np.isnan(day(result, cuts={"ferritin": (9000, 500)})["ferritin"])  # in any order


def test_less_than_20_platelets_are_four_points_and_more_than_204_bilirubin_too():
    values = day(reading("platelets", 20.0, comparator="<"), reading("bilirubin", 204.0, comparator=">"))
    points = sofa.score(values.to_frame().T.astype(float))
    assert list(points[["coagulation", "liver"]].iloc[0]) == [4, 4]


@pytest.mark.parametrize(("variable", "first", "second", "value"), [
    ("platelets", (40.0, "="), (100.0, "<"), np.nan),  # the second may be the lower
    ("platelets", (40.0, "="), (50.0, ">"), 40),  # the second cannot be
    ("platelets", (120.0, "="), (101.0, ">"), np.nan),  # 101-110 would be a cytopenia of the HScore
    ("platelets", (120.0, "="), (110.0, ">"), 120),  # whatever the second is, nothing changes
    ("ferritin", (9000.0, "="), (40000.0, ">"), 40000),
    ("ferritin", (9000.0, "="), (500.0, "<"), 9000),
    ("ferritin", (450.0, "="), (5000.0, "<"), np.nan),
])
def test_a_sample_beyond_the_assay_beside_a_number(variable, first, second, value):
    rows = [reading(variable, number, at, comparator=sign) for (number, sign), at in ((first, EIGHT), (second, NOON))]
    assert day(*rows)[variable] == pytest.approx(value, rel=1e-5, nan_ok=True)


def test_the_gas_with_the_lowest_ratio_decides_not_the_lowest_of_each():
    values = day(
        reading("pao2", 60.0, EIGHT), reading("fio2", 0.3, EIGHT),  # 200
        reading("pao2", 90.0, NOON), reading("fio2", 0.9, NOON),  # 100
        reading("ventilation", "invasive"),
    )
    assert (values["pao2"], values["fio2"]) == (90, 0.9)


def test_a_gas_takes_the_fio2_set_before_it_not_the_one_after():
    values = day(reading("fio2", 0.4, EIGHT), reading("pao2", 80.0, NOON), reading("fio2", 1.0, EVENING))
    assert (values["pao2"], values["fio2"]) == (80, 0.4)


def test_an_fio2_of_more_than_four_hours_ago_is_no_longer_known():
    values = day(reading("fio2", 0.4, EIGHT), reading("pao2", 80.0, EVENING))
    assert values["pao2"] == 80 and np.isnan(values["fio2"])


def test_a_typed_fio2_serves_for_the_gases_of_the_laboratory():
    values = day(reading("pao2", 80.0, EIGHT), reading("pao2", 70.0, NOON), reading("fio2", 0.5))
    assert (values["pao2"], values["fio2"]) == (70, 0.5)


def test_a_typed_gas_stands_as_typed():
    values = day(reading("pao2", 100.0), reading("fio2", 0.5), reading("pao2", 60.0, EIGHT), reading("fio2", 1.0, EIGHT))
    assert (values["pao2"], values["fio2"]) == (100, 0.5)


NIGHT = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
TOMORROW = TODAY + timedelta(days=1)


def after_midnight(*rows, hours=1.0):
    """The day after TODAY, with a PaO₂ so many hours after 23:30."""
    gas = reading("pao2", 80.0, NIGHT + timedelta(hours=hours), on=TOMORROW)
    return by_day(frame(gas, *rows)).loc[TOMORROW]


@pytest.mark.parametrize(("hours", "paired"), [(0.5, True), (1, True), (4, True), (4.01, False), (12, False)])
def test_a_gas_soon_after_midnight_takes_the_fio2_of_the_evening_before(hours, paired):
    values = after_midnight(reading("fio2", 0.4, NIGHT), hours=hours)
    assert values["pao2"] == 80
    assert values["fio2"] == 0.4 if paired else np.isnan(values["fio2"])


def test_a_gas_is_of_the_day_of_its_pao2():
    days = by_day(frame(reading("fio2", 0.4, NIGHT), reading("pao2", 80.0, NIGHT + timedelta(hours=1), on=TOMORROW)))
    assert np.isnan(days.loc[TODAY, "pao2"]) and days.loc[TODAY, "fio2"] == 0.4


def test_the_fio2_set_after_midnight_comes_before_that_of_the_evening():
    own = reading("fio2", 0.6, NIGHT + timedelta(minutes=45), on=TOMORROW)
    assert after_midnight(reading("fio2", 0.4, NIGHT), own)["fio2"] == 0.6
    later = reading("fio2", 1.0, NIGHT + timedelta(hours=9), on=TOMORROW)
    assert after_midnight(reading("fio2", 0.4, NIGHT), later)["fio2"] == 0.4


@pytest.mark.parametrize("state", ["measured", "carried"])
def test_an_fio2_typed_for_the_day_speaks_for_its_gases_and_the_evening_before_does_not(state):
    assert after_midnight(reading("fio2", 0.4, NIGHT), reading("fio2", 0.5, on=TOMORROW, state=state))["fio2"] == 0.5


def test_an_fio2_that_does_not_apply_to_the_day_is_not_found_the_evening_before():
    assert np.isnan(after_midnight(reading("fio2", 0.4, NIGHT), reading("fio2", on=TOMORROW, state="not_applicable"))["fio2"])
    assert after_midnight(reading("fio2", 0.4, NIGHT), reading("fio2", on=TOMORROW, state="not_done"))["fio2"] == 0.4


def test_the_ventilation_of_the_evening_before_is_not_that_of_a_gas_after_midnight():
    fio2, evening = reading("fio2", 0.4, NIGHT), reading("ventilation", "invasive", NIGHT)
    assert after_midnight(fio2, evening)["ventilation"] is None
    stopped = reading("ventilation", "none", NIGHT + timedelta(minutes=31), on=TOMORROW)
    assert after_midnight(fio2, evening, stopped)["ventilation"] == "none"
    assert after_midnight(fio2, evening, reading("ventilation", "niv", on=TOMORROW))["ventilation"] == "niv"


def test_a_gas_does_not_take_the_fio2_of_another_patient():
    one, other = {"patient": "001-S0001"}, {"patient": "001-S0002"}
    gas = reading("pao2", 80.0, NIGHT + timedelta(hours=1), on=TOMORROW)
    days = by_day(frame(gas | one, reading("fio2", 0.9, NIGHT + timedelta(minutes=20), **other),
                        reading("fio2", 0.4, NIGHT, **one), gas | other | {"number": 60.0}))
    assert days.loc[("001-S0001", TOMORROW), "fio2"] == 0.4
    assert days.loc[("001-S0002", TOMORROW), "fio2"] == 0.9


def test_support_must_apply_to_that_gas():
    values = day(
        reading("ventilation", "none", EIGHT), reading("ventilation", "invasive", TEN),
        reading("pao2", 68.0, NINE), reading("fio2", 1.0, NINE),  # 68 without support: two points at most
        reading("pao2", 60.0, NOON), reading("fio2", 0.5, NOON),  # 120 with it: three
    )
    assert (values["pao2"], values["fio2"], values["ventilation"]) == (60, 0.5, "invasive")
    assert sofa.score(values.to_frame().T)["respiration"].iloc[0] == 3


def test_a_gas_before_intubation_is_scored_without_support():
    values = day(reading("pao2", 68.0, NINE), reading("fio2", 1.0, NINE), reading("ventilation", "none", EIGHT),
                 reading("ventilation", "invasive", NOON))
    assert values["ventilation"] == "none"
    assert sofa.score(values.to_frame().T)["respiration"].iloc[0] == 2


def test_many_patients_are_kept_apart():
    tomorrow = TODAY + timedelta(days=1)
    days = by_day(frame(
        reading("pao2", 60.0, EIGHT, patient="001-S0002"), reading("fio2", 0.9, EIGHT, patient="001-S0001"),
        reading("platelets", 20.0, patient="001-S0002"), reading("platelets", 90.0, patient="001-S0001"),
        reading("platelets", 30.0, patient="001-S0002", on=tomorrow),
    ))
    assert days.index.names == ["patient", "on_date"]
    assert list(days.index) == [("001-S0001", TODAY), ("001-S0002", TODAY), ("001-S0002", tomorrow)]
    assert list(days["platelets"]) == [90, 20, 30]
    assert np.isnan(days.loc[("001-S0002", TODAY), "fio2"])


def test_a_variable_that_is_not_in_the_catalogue_is_not_lost_in_silence():
    with pytest.raises(UnknownVariable):
        by_day(frame(reading("sapsii", 40.0)))


def test_the_readings_are_left_as_they_were():
    readings = frame(reading("platelets", 42.0, EIGHT, comparator="<"), reading("platelets", 50.0, NOON))
    before = readings.copy(deep=True)
    by_day(readings)
    pd.testing.assert_frame_equal(readings, before)


def test_the_cut_offs_of_every_score_are_looked_at():
    assert 1.5 in CUTPOINTS["fibrinogen"] and 2.5 in CUTPOINTS["fibrinogen"]  # HLH-2004, HScore
    assert 150 in CUTPOINTS["platelets"] and 110 in CUTPOINTS["platelets"]  # SOFA, HScore
    assert 204 in CUTPOINTS["bilirubin"]  # SOFA


@settings(deadline=None, max_examples=20)
@given(st.lists(st.floats(0, 500), min_size=1, max_size=6), st.permutations(range(6)))
def test_the_order_of_entry_does_not_matter(values, order):
    rows = [reading("platelets", value, EIGHT + timedelta(minutes=place)) for place, value in enumerate(values)]
    assert day(*rows)["platelets"] == min(values)
    assert day(*(rows[place] for place in order if place < len(rows)))["platelets"] == min(values)


LIKELY = {"platelets": (5.0, 200.0), "ferritin": (100.0, 12000.0), "fibrinogen": (0.2, 4.0), "bilirubin": (5.0, 300.0)}


@st.composite
def samples(draw):
    variable = draw(st.sampled_from(sorted(LIKELY)))
    low, high = LIKELY[variable]
    value = st.sampled_from(sorted({*CUTPOINTS[variable], low, high})) | st.floats(low, high)
    return variable, draw(st.lists(st.tuples(value, st.sampled_from("<=>")), min_size=1, max_size=4))


def truth_of(limit, comparator, share):
    """One of the values that a censored result may stand for."""
    return {"<": limit * (0.999 - share), "=": limit, ">": limit * (1.001 + 20 * share)}[comparator]


@settings(deadline=None)
@given(samples(), st.lists(st.floats(0, 0.99), min_size=4, max_size=4))
def test_a_day_that_counts_scores_as_the_true_values_would_whatever_they_are(entered, shares):
    variable, values = entered
    times = [EIGHT + timedelta(minutes=place) for place in range(len(values))]
    seen = [reading(variable, limit, at, comparator=sign) for (limit, sign), at in zip(values, times, strict=True)]
    true = [reading(variable, truth_of(limit, sign, share), at)
            for (limit, sign), share, at in zip(values, shares, times, strict=False)]
    for asking in ((sofa,), (hscore,), (hlh2004,), (sofa, hscore, hlh2004)):
        found = day(*seen, cuts=asking[0].CUTPOINTS if len(asking) == 1 else None)[variable]
        if not np.isnan(found):
            pd.testing.assert_series_equal(scores(asking, variable, found), scores(asking, variable, day(*true)[variable]))


def scores(asking, variable, value):
    row = pd.DataFrame({variable: [value]})
    return pd.concat([score.score(row).iloc[0].astype(object) for score in asking])


def test_a_whole_trial_takes_the_time_of_a_blink():
    """42 patients, 28 days, every variable typed once a day."""
    patients = pd.DataFrame({"patient": [f"001-{number:04}" for number in range(1, 43)]})
    dates = pd.DataFrame({"on_date": [TODAY + timedelta(days=place) for place in range(28)]})
    codes = pd.DataFrame({"variable": [code for code, known in VARIABLES.items() if known.kind == "number"]})
    readings = patients.merge(dates, how="cross").merge(codes, how="cross").assign(
        sampled_at=pd.NaT, state="measured", number=10.0, choice=None, comparator="=")
    began = perf_counter()
    days = by_day(readings)
    assert perf_counter() - began < 2  # some 80 ms on a ward's server; a shared test machine is given time
    assert days.shape == (42 * 28, len(codes))
