"""Sepsis-induced coagulopathy against ISTH 2019, written out here and not taken from the code."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import explain, rules, sic, sofa
from scoring.columns import BadColumn
from scoring.explain import Score
from tests.oracle import draws, second
from tests.scoring.whys import explains, possible

ITEMS = ["inr", "platelets", "sofa4"]
CALM = {
    "pao2": 100.0, "fio2": 0.21, "ventilation": "none", "bilirubin": 10.0, "map": 80.0, "creatinine": 80.0,
    **dict.fromkeys((*sofa.CATECHOLAMINES, "vasopressin"), 0.0),
}  # fmt: skip
WELL = {"inr": 1.0, "platelets": 250.0, **CALM}
SCORE = Score("sic", sic.CITATION, sic.under(), sic.spans, facts=sic.facts, thresholds=sic.thresholds, cutpoints=sic.CUTPOINTS)


def scored(options=sofa.DEFAULT, **values):
    return sic.score(pd.DataFrame([values], index=[0]), options).iloc[0]


def same(value, expected):
    return value is pd.NA if expected is None else value is not pd.NA and bool(value) is expected


# item, cut-off, a step, points below, at and above it
TABLE = [
    ("inr", 1.2, 0.01, 0, 0, 1),
    ("inr", 1.4, 0.01, 1, 1, 2),
    ("platelets", 150, 0.1, 1, 0, 0),
    ("platelets", 100, 0.1, 2, 1, 1),
]
CUTOFFS = [
    (item, round(value, 6), points)
    for item, cut, step, below, at, above in TABLE
    for value, points in ((cut - step, below), (cut, at), (cut + step, above))
]


@pytest.mark.parametrize(("item", "value", "points"), CUTOFFS)
@pytest.mark.parametrize("dtype", ["float64", "float32", "Float32", "object"])
def test_each_cutoff_in_each_dtype(item, value, points, dtype):
    row = sic.score(pd.DataFrame([WELL | {item: value}]).astype({item: dtype})).iloc[0]
    assert row[item] == row["total"] == row["low"] == row["high"] == points


@pytest.mark.parametrize(("values", "points"), [
    ({}, 0), ({"bilirubin": 20}, 1), ({"bilirubin": 33}, 2), ({"bilirubin": 20, "map": 65}, 2), ({"norepinephrine": 0.2}, 2),
    ({"pao2": 63, "ventilation": "invasive"}, 1),  # a ratio of 300
    ({"rrt": "yes", "bilirubin": 300, "norepinephrine": 0.2, "pao2": 60, "fio2": 1.0, "ventilation": "invasive"}, 2),
    ({"gcs": 3}, 0),
])  # fmt: skip
def test_the_four_organs_give_two_points_at_most_and_the_brain_none(values, points):
    assert scored(**WELL | values)["sofa4"] == points


@pytest.mark.parametrize(("missing", "known", "low", "high"), [
    ("inr", {}, 0, 2),
    ("platelets", {}, 0, 2),
    ("bilirubin", {}, 0, 2),
    ("bilirubin", {"map": 65}, 1, 2),
    ("bilirubin", {"norepinephrine": 0.05}, 2, 2),  # three points already
    ("pao2", {}, 0, 2),
])  # fmt: skip
def test_a_missing_value_leaves_its_item_open_unless_the_others_settle_it(missing, known, low, high):
    row = scored(**WELL | known | {missing: None})
    item = missing if missing in ITEMS else "sofa4"
    assert (row["low"], row["high"]) == (low, high)
    assert pd.isna(row[item]) == pd.isna(row["total"]) == (low != high)


LIVER_5 = {"bilirubin": 110.0, "creatinine": 180.0}  # 3 and 2 points


@pytest.mark.parametrize(("values", "items", "total", "met"), [
    (CALM | LIVER_5 | {"inr": 1.45, "platelets": 95}, [2, 2, 2], 6, True),  # worked example 6
    (CALM | LIVER_5 | {"inr": 1.3, "platelets": 140}, [1, 1, 2], 4, False),  # worked example 7: of coagulation only 2
    (WELL, [0, 0, 0], 0, False),
    (CALM | {"inr": 1.45, "platelets": 95}, [2, 2, 0], 4, True),
    (CALM | {"inr": 1.45, "platelets": 140}, [2, 1, 0], 3, False),
    (CALM | {"inr": 1.45, "platelets": 140, "bilirubin": 20}, [2, 1, 1], 4, True),
])  # fmt: skip
def test_worked_examples_and_the_two_conditions(values, items, total, met):
    row = scored(**values)
    assert row[ITEMS].tolist() == items
    assert row["total"] == total
    assert same(row["met"], met)


@pytest.mark.parametrize(("values", "met"), [
    ({"inr": 1.45, "platelets": 95}, True),  # 4 points, whatever the organs
    ({"inr": 1.45, "platelets": 140}, None),
    ({"inr": 1.3, "platelets": 140}, False),  # never more than 2
    ({"inr": 1.0, **LIVER_5}, False),
    ({"inr": 1.3, **LIVER_5}, None),
    ({"platelets": 95}, None),
    ({}, None),
])  # fmt: skip
def test_the_verdict_is_open_while_what_is_missing_can_decide(values, met):
    assert same(scored(**values)["met"], met)


def test_the_organs_are_scored_under_the_options_that_are_given():
    frame = pd.DataFrame([WELL | {"vasopressin": 0.03}])
    assert sic.score(frame)["sofa4"].item() == 2
    ignore = sofa.Options(nonlisted="ignore")
    scores = sic.score(frame, ignore)
    assert scores["sofa4"].item() == 0
    assert rules.Rules.of(scores).options["nonlisted"] == "ignore"
    assert sic.rules_of(ignore).score == "sic" and rules.Rules.of(scores).text == sic.rules_of(ignore).text
    assert "vasopressin" in sic.under()["sofa4"].variables and "vasopressin" not in sic.under(ignore)["sofa4"].variables


def test_bilirubin_in_milligrams_is_scored_with_sofas_own_column():
    frame = pd.DataFrame([WELL | {"bilirubin": 1.93, "creatinine": 0.9}])
    assert sic.score(frame, cutoffs=sofa.CONVENTIONAL)["sofa4"].item() == 1
    assert rules.Rules.of(sic.score(frame, cutoffs=sofa.CONVENTIONAL)).options["column"] == "conventional"


def test_points_are_whole_numbers_on_the_index_that_was_given():
    scores = sic.score(pd.DataFrame([WELL, WELL], index=["a", "a"]))
    assert list(scores) == [*ITEMS, "total", "low", "high", "met"]
    assert [str(dtype) for dtype in scores.dtypes] == ["Int64"] * 6 + ["boolean"]
    assert scores.index.tolist() == ["a", "a"]
    assert len(sic.score(pd.DataFrame())) == 0


def test_cutpoints_and_citation():
    assert sic.CUTPOINTS["inr"] == (1.2, 1.4)
    assert sic.CUTPOINTS["platelets"] == (100, 150)
    assert sic.CUTPOINTS["bilirubin"] == sofa.CUTPOINTS["bilirubin"]
    assert "gcs" not in sic.CUTPOINTS
    assert "10.1111/jth.14578" in sic.CITATION


@pytest.mark.parametrize("values", [{"inr": "1.3"}, {"platelets": -1}, {"inr": float("inf")}, {"ventilation": "intubated"}])
def test_what_cannot_be_is_refused_by_column(values):
    with pytest.raises(BadColumn, match=f"^{next(iter(values))}: "):
        scored(**WELL | values)


LADDERS = {
    "inr": [1, 1.2, 1.21, 1.4, 1.41], "platelets": [300, 150, 149, 100, 99], "bilirubin": [10, 20, 33, 102],
    "map": [80, 69], "norepinephrine": [0, 0.05, 0.2], "creatinine": [80, 110, 171],
}  # fmt: skip
DAYS = st.fixed_dictionaries({variable: st.sampled_from(ladder) for variable, ladder in LADDERS.items()})


@given(DAYS, st.sampled_from(sorted(LADDERS)), st.data())
def test_a_worse_value_never_lowers_the_total(values, variable, data):
    ladder = LADDERS[variable]
    worse = data.draw(st.sampled_from(ladder[ladder.index(values[variable]) :]))
    before, after = sic.score(pd.DataFrame([WELL | values, WELL | values | {variable: worse}]))["total"]
    assert 0 <= before <= after <= 6


@settings(max_examples=60)
@given(DAYS, st.sets(st.sampled_from(sorted(LADDERS))))
def test_the_interval_and_the_verdict_hold_for_every_completion_of_what_is_missing(values, missing):
    frame = pd.DataFrame([WELL | values, WELL | values | dict.fromkeys(missing)])
    full, partial = sic.score(frame, sofa.Options(empty_dose="unknown")).iloc
    assert partial["low"] <= full["total"] <= partial["high"]
    assert partial["met"] is pd.NA or partial["met"] == full["met"]


def four_organs(row):
    organs = [second.sofa_respiration(row), second.sofa_cardiovascular(row), second.sofa_liver(row, "SI"),
              second.sofa_renal(row, "SI")]  # fmt: skip
    return sum(low for low, _ in organs), sum(high for _, high in organs)


def test_5000_rows_agree_with_the_second_implementation():
    rows = draws.days(5000, seed=55)
    mine = sic.score(pd.DataFrame(rows))
    theirs = pd.DataFrame([second.sic(row, four_organs(row)) for row in rows])
    numbers = [*ITEMS, "total", "low", "high"]
    pd.testing.assert_frame_equal(mine[numbers], theirs[numbers].astype("Int64"))
    pd.testing.assert_series_equal(mine["met"], theirs["met"].astype("boolean"))


def test_every_item_says_why():
    for row in possible(draws.days(25, seed=56)):
        explains(SCORE, row)
    why = explain.why(SCORE, WELL | LIVER_5, "sofa4")
    assert [(one.variable, one.value, one.band.points) for one in why.deciding] == [("sofa4", 5.0, 2)]
    why = explain.why(SCORE, WELL | {"bilirubin": None}, "sofa4")
    assert [(one.result.label, one.low) for one in why.outcomes if one.variable == "bilirubin"] == [
        ("0–<20", 0), ("20–<33", 1), ("≥ 33", 2),
    ]  # fmt: skip
