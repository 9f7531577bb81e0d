"""PaO₂ and FiO₂ by time, and the FiO₂ of low-flow oxygen: the clinical reference 1.6."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import gases, sofa
from scoring.bands import slack
from scoring.columns import BadColumn

DAY = pd.Timestamp("2026-03-02T00:00Z")


def at(clock):
    hours, minutes = map(int, clock.split(":"))
    return DAY + pd.Timedelta(hours=hours, minutes=minutes)


def readings(*pairs, **groups):
    return pd.DataFrame({"at": [at(clock) for clock, _ in pairs], "value": [value for _, value in pairs], **groups})


def only(oxygen, inspired, **options):
    return gases.paired(readings(*oxygen), readings(*inspired), **options).iloc[0]


@pytest.mark.parametrize(("inspired", "fio2", "of"), [
    ([("10:00", 0.5)], 0.5, "10:00"),  # the same moment
    ([("09:00", 0.4), ("10:00", 0.5)], 0.5, "10:00"),
    ([("07:00", 0.8), ("09:30", 0.4)], 0.4, "09:30"),  # the newest before
    ([("06:00", 0.6)], 0.6, "06:00"),  # four hours, included
    ([("05:59", 0.6)], None, None),
    ([("10:01", 0.6)], None, None),  # never a later one
    ([("09:00", 0.4), ("10:01", 0.9)], 0.4, "09:00"),
    ([], None, None),
    ([("09:00", 0.4), ("09:30", None)], 0.4, "09:00"),  # an empty box is no reading
    ([("10:00", 0.4), ("10:00", 0.6)], 0.6, "10:00"),  # of two at one moment the later row
])  # fmt: skip
def test_the_fio2_is_of_the_same_moment_or_of_the_four_hours_before(inspired, fio2, of):
    row = only([("10:00", 80.0)], inspired)
    if fio2 is None:
        assert pd.isna(row["fio2"]) and pd.isna(row["fio2_at"]) and pd.isna(row["ratio"])
    else:
        assert (row["fio2"], row["fio2_at"], row["ratio"]) == (fio2, at(of), 80.0 / fio2)
    assert (row["pao2"], row["at"]) == (80.0, at("10:00"))


def test_another_time_may_be_asked_or_any():
    inspired = [("03:00", 0.5)]
    assert pd.isna(only([("10:00", 80.0)], inspired)["fio2"])
    assert only([("10:00", 80.0)], inspired, within=timedelta(hours=7))["fio2"] == 0.5
    assert only([("10:00", 80.0)], inspired, within=None)["fio2"] == 0.5
    assert pd.isna(only([("03:01", 80.0)], inspired, within=timedelta(0))["fio2"])


def test_pairs_stay_within_their_patient_and_day():
    oxygen = readings(("10:00", 80.0), ("10:00", 90.0), patient=["a", "b"], day=[1, 1])
    inspired = readings(("09:00", 0.5), ("09:30", 0.4), patient=["a", "b"], day=[1, 2])
    found = gases.paired(oxygen, inspired)
    assert list(found) == ["patient", "day", "pao2", "fio2", "at", "fio2_at", "ratio"]
    assert found["fio2"].tolist()[0] == 0.5 and np.isnan(found["fio2"].tolist()[1])


def test_frames_of_different_groups_are_refused():
    with pytest.raises(ValueError, match="patient"):
        gases.paired(readings(("10:00", 80.0), patient=["a"]), readings(("10:00", 0.5)))


def test_rows_keep_the_index_and_the_order_that_were_given():
    oxygen = readings(("12:00", 70.0), ("08:00", 90.0), ("10:00", 80.0)).set_index(pd.Index(["z", "a", "a"]))
    found = gases.paired(oxygen, readings(("11:00", 0.6), ("08:00", 0.5), ("09:00", 0.4)))
    assert found.index.tolist() == ["z", "a", "a"]
    assert found["pao2"].tolist() == [70, 90, 80] and found["fio2"].tolist() == [0.6, 0.5, 0.4]


def test_times_of_any_resolution_and_zone_are_one_time():
    oxygen = pd.DataFrame({"at": pd.to_datetime(["2026-03-02T11:00+01:00"]), "value": [80.0]})  # 10:00 in UTC
    inspired = pd.DataFrame({"at": pd.to_datetime(["2026-03-02T10:00"]).astype("datetime64[s]"), "value": [0.5]})
    found = gases.paired(oxygen, inspired).iloc[0]
    assert (found["fio2"], found["at"], found["fio2_at"]) == (0.5, at("10:00"), at("10:00"))


def test_a_gas_without_a_time_has_no_pair():
    oxygen = readings(("10:00", 80.0), ("11:00", 70.0))
    oxygen.loc[0, "at"] = pd.NaT
    found = gases.paired(oxygen, readings(("09:00", 0.5)))
    assert np.isnan(found["fio2"][0]) and found["fio2"][1] == 0.5


def test_no_gases_have_no_pairs():
    empty = pd.DataFrame({"at": [], "value": []})
    found = gases.paired(empty, readings(("10:00", 0.5)))
    assert len(found) == 0 and list(found) == ["pao2", "fio2", "at", "fio2_at", "ratio"]
    assert gases.paired(readings(("10:00", 80.0)), empty)["fio2"].isna().all()


@pytest.mark.parametrize("fio2", [21, 50, 100, 1.01, 0.2, 0])
def test_an_fio2_in_percent_is_refused_and_not_guessed(fio2):
    with pytest.raises(BadColumn, match=r"^fio2: "):
        only([("10:00", 80.0)], [("10:00", fio2)])


@pytest.mark.parametrize("pao2", [-1, "80", float("inf")])
def test_a_pao2_that_cannot_be_is_refused(pao2):
    with pytest.raises(BadColumn, match=r"^pao2: "):
        only([("10:00", pao2)], [("10:00", 0.5)])


@pytest.mark.parametrize(("pao2", "fio2", "points"), [(112, 0.28, 0), (100, 0.25, 0), (63, 0.21, 1), (58, 0.29, 2)])
def test_a_ratio_on_a_cutoff_is_on_it(pao2, fio2, points):
    row = only([("10:00", pao2)], [("10:00", fio2)])
    assert abs(row["ratio"] - round(row["ratio"])) <= slack(row["ratio"])
    scored = sofa.score(pd.DataFrame([{"pao2": row["pao2"], "fio2": row["fio2"], "ventilation": "invasive"}]))
    assert scored["respiration"].item() == points


def test_a_gas_has_the_machine_of_its_time_too():
    drawn = readings(("08:00", 68.0), ("12:00", 120.0), day=[1, 1])
    oxygen = gases.newest(drawn, readings(("08:00", 1.0), day=[1], row=[7]), "fio2", ["day"], gases.WINDOW)
    found = gases.newest(oxygen, readings(("09:00", 4.0), day=[1], row=[8]), "ventilation", ["day"])
    assert found["fio2"].tolist() == [1.0, 1.0] and found["fio2_row"].tolist() == [7, 7]
    assert np.isnan(found["ventilation"][0]) and found["ventilation"][1] == 4.0
    assert found["ventilation_at"][1] == at("09:00") and found["ventilation_row"][1] == 8


MINUTES = st.lists(st.integers(0, 24 * 60 - 1), max_size=6)


@given(MINUTES, MINUTES)
def test_any_pairing_is_the_one_found_by_hand(drawn, set_):
    oxygen = pd.DataFrame({"at": [DAY + pd.Timedelta(minutes=m) for m in drawn], "value": 80.0})
    inspired = pd.DataFrame({"at": [DAY + pd.Timedelta(minutes=m) for m in set_],
                             "value": [0.21 + place / 100 for place in range(len(set_))]})  # fmt: skip
    for minute, fio2 in zip(drawn, gases.paired(oxygen, inspired)["fio2"], strict=True):
        before = [(m, place) for place, m in enumerate(set_) if minute - 240 <= m <= minute]
        assert np.isnan(fio2) if not before else fio2 == 0.21 + max(before)[1] / 100


# low-flow oxygen


@pytest.mark.parametrize(("table", "litres", "fio2"), [
    ("A", 1, 0.24), ("A", 2, 0.28), ("A", 3, 0.32), ("A", 4, 0.36), ("A", 5, 0.40), ("A", 6, 0.44), ("A", 6.5, 0.50),
    ("A", 15, 0.50), ("A", 0.5, 0.24), ("A", 1.5, 0.28),
    ("B", 0, 0.21), ("B", 2, 0.25), ("B", 4, 0.30), ("B", 6, 0.40), ("B", 7, 0.40), ("B", 8, 0.40), ("B", 9, 0.50),
    ("B", 10, 0.50),
])  # fmt: skip
def test_fio2_of_low_flow_oxygen_as_printed(table, litres, fio2):
    assert gases.estimated_fio2(litres, table) == (fio2, True)


@pytest.mark.parametrize(("table", "litres"), [
    ("A", 0), ("B", 1), ("B", 3), ("B", 5), ("B", 8.5), ("B", 11), ("A", None), ("B", None),
])  # fmt: skip
def test_a_flow_that_a_table_does_not_print_has_no_estimate(table, litres):
    estimate = gases.estimated_fio2(litres, table)
    assert np.isnan(estimate.fio2) and not estimate.estimated


def test_table_a_is_the_default_and_the_tables_differ():
    assert gases.estimated_fio2(4) == gases.estimated_fio2(4, "A") == (0.36, True)
    assert gases.estimated_fio2(4, "B").fio2 == 0.30
    assert set(gases.LOW_FLOW_SOURCES) == set(gases.LOW_FLOW)


def test_the_two_tables_part_by_a_point_of_sofa():
    frame = pd.DataFrame({"pao2": 64.0, "fio2": [gases.estimated_fio2(2, table).fio2 for table in "AB"], "ventilation": "none"})
    assert sofa.score(frame)["respiration"].tolist() == [2, 2]
    frame["pao2"] = 75.0  # 268 and 300
    assert sofa.score(frame)["respiration"].tolist() == [2, 1]


@pytest.mark.parametrize("litres", ["2", -1, True])
def test_a_flow_that_cannot_be_is_refused(litres):
    with pytest.raises(BadColumn, match=r"^oxygen_flow: "):
        gases.estimated_fio2(litres)


# saturation in place of a gas: the lines stand in scoring.sofa


@pytest.mark.parametrize(("lines", "points"), [("grissom", 3), ("rice", 3), ("pandharipande", 2)])
def test_a_saturation_ratio_of_220_on_a_ventilator_is_3_3_or_2_points(lines, points):
    frame = pd.DataFrame([{"spo2": 88.0, "fio2": 0.4, "ventilation": "invasive"}])  # 220
    assert sofa.score(frame, options=sofa.Options(spo2=lines))["respiration"].item() == points
    assert pd.isna(sofa.score(frame)["respiration"].item())  # off in the trial
