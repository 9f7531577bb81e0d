"""Overt DIC against the ISTH table as the clinical reference 8 prints it, written out here and not taken from the code."""

import itertools

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import dic, explain, rules
from scoring.columns import BadColumn
from scoring.explain import Score
from tests.oracle import draws, second
from tests.scoring.whys import explains

ITEMS = ["platelets", "fibrin_marker", "pt_prolongation", "fibrinogen"]
WELL = {"platelets": 250.0, "fibrin_marker": "none", "pt_prolongation": 0.5, "fibrinogen": 3.0}
WORST = {"platelets": 20.0, "fibrin_marker": "strong", "pt_prolongation": 9.0, "fibrinogen": 0.5}
SCORE = Score("dic", dic.CITATION, dic.TABLE, dic.spans)


def scored(options=dic.DEFAULT, **values):
    return dic.score(pd.DataFrame([values], index=[0]), options).iloc[0]


def same(value, expected):
    return value is pd.NA if expected is None else value is not pd.NA and bool(value) is expected


# item, cut-off, a step, points below, at and above it
TABLE = [
    ("platelets", 100, 0.1, 1, 1, 0),
    ("platelets", 50, 0.1, 2, 1, 1),
    ("pt_prolongation", 3, 0.1, 0, 1, 1),
    ("pt_prolongation", 6, 0.1, 1, 1, 2),
    ("fibrinogen", 1, 0.01, 1, 1, 0),
]
CUTOFFS = [
    (item, round(value, 6), points)
    for item, cut, step, below, at, above in TABLE
    for value, points in ((cut - step, below), (cut, at), (cut + step, above))
]


@pytest.mark.parametrize(("item", "value", "points"), CUTOFFS)
@pytest.mark.parametrize("dtype", ["float64", "float32", "Float32", "object"])
def test_each_cutoff_in_each_dtype(item, value, points, dtype):
    row = dic.score(pd.DataFrame([WELL | {item: value}]).astype({item: dtype})).iloc[0]
    assert row[item] == row["total"] == row["low"] == row["high"] == points


@pytest.mark.parametrize(("marker", "points"), [("none", 0), ("moderate", 2), ("strong", 3)])
def test_the_rise_of_a_fibrin_marker(marker, points):
    assert scored(**WELL | {"fibrin_marker": marker})["total"] == points


@pytest.mark.parametrize(("item", "most"), [("platelets", 2), ("fibrin_marker", 3), ("pt_prolongation", 2), ("fibrinogen", 1)])
@pytest.mark.parametrize("absent", ["empty", "no column", "not_done"])
def test_a_missing_value_leaves_its_item_open(item, most, absent):
    values = {k: v for k, v in WELL.items() if k != item} if absent == "no column" else WELL | {item: None}
    if absent == "not_done" and item == "fibrin_marker":
        values[item] = "not_done"
    row = scored(**values)
    assert pd.isna(row[item]) and pd.isna(row["total"])
    assert (row["low"], row["high"]) == (0, most)


EXAMPLE_4 = {"platelets": 45, "fibrin_marker": "strong", "pt_prolongation": 4, "fibrinogen": 0.9}
EXAMPLE_5 = {"platelets": 60, "fibrin_marker": "moderate", "pt_prolongation": 2, "fibrinogen": 2}


@pytest.mark.parametrize(("values", "items", "total", "overt"), [
    (EXAMPLE_4, [2, 3, 1, 1], 7, True),
    (EXAMPLE_5, [1, 2, 0, 0], 3, False),
    (WORST, [2, 3, 2, 1], 8, True),
    (WELL, [0, 0, 0, 0], 0, False),
])  # fmt: skip
def test_worked_examples(values, items, total, overt):
    row = scored(**values)
    assert row[ITEMS].tolist() == items
    assert row["total"] == total
    assert same(row["overt"], overt)


@pytest.mark.parametrize(("values", "low", "high", "overt"), [
    ({"platelets": 45, "fibrin_marker": "strong"}, 5, 8, True),
    ({"platelets": 60, "fibrin_marker": "strong"}, 4, 7, None),
    ({"platelets": 200, "fibrin_marker": "none"}, 0, 3, False),
    ({"platelets": 45, "pt_prolongation": 7}, 4, 8, None),
    ({"fibrin_marker": "none", "fibrinogen": 2}, 0, 4, False),
    ({}, 0, 8, None),
])  # fmt: skip
def test_overt_is_open_while_what_is_missing_can_decide(values, low, high, overt):
    row = scored(**values)
    assert (row["low"], row["high"]) == (low, high)
    assert same(row["overt"], overt)


LIMITS = [("platelets_at_100", "platelets", 100), ("platelets_at_50", "platelets", 50), ("pt_at_3", "pt_prolongation", 3),
          ("pt_at_6", "pt_prolongation", 6), ("fibrinogen_at_1", "fibrinogen", 1)]  # fmt: skip


@pytest.mark.parametrize(("option", "item", "limit"), LIMITS)
@pytest.mark.parametrize("reading", [0, 1])
def test_a_value_on_a_limit_has_the_points_that_the_option_says_and_its_neighbours_keep_theirs(option, item, limit, reading):
    at = (0, 1)[reading] + (1 if limit in (50, 6) else 0)
    options = dic.Options(**{option: at})
    assert scored(options, **WELL | {item: limit})[item] == at
    for beside in (limit - 0.01, limit + 0.01):
        assert scored(options, **WELL | {item: beside})[item] == scored(**WELL | {item: beside})[item]


def test_the_table_printed_elsewhere_makes_the_same_patient_no_overt_dic():
    elsewhere = dic.Options(platelets_at_100=0, pt_at_3=0, fibrinogen_at_1=0)
    patient = {"platelets": 100, "fibrin_marker": "moderate", "pt_prolongation": 3, "fibrinogen": 1}
    assert [scored(options, **patient)["total"] for options in (dic.DEFAULT, elsewhere)] == [5, 2]
    assert [bool(scored(options, **patient)["overt"]) for options in (dic.DEFAULT, elsewhere)] == [True, False]


def test_an_option_has_no_other_points():
    with pytest.raises(rules.UnknownOption, match="pt_at_6"):
        dic.Options(pt_at_6=0)


def test_each_value_lies_in_one_band_whatever_the_options():
    for a, b, c, d, e in itertools.product((0, 1), (1, 2), (0, 1), (1, 2), (0, 1)):
        for item in dic.under(dic.Options(a, b, c, d, e)).values():
            values = ["none", "moderate", "strong"] if item is dic.MARKER else [0, 0.99, 1, 1.01, 3, 4, 6, 7, 49, 50, 51, 100, 101]
            assert all(sum(band.holds(value) for band in item.bands) == 1 for value in values), item


def test_points_are_whole_numbers_on_the_index_that_was_given_and_say_their_rules():
    scores = dic.score(pd.DataFrame([WELL, WORST], index=["a", "a"]), dic.Options(pt_at_3=0))
    assert list(scores) == [*ITEMS, "total", "low", "high", "overt"]
    assert [str(dtype) for dtype in scores.dtypes] == ["Int64"] * 7 + ["boolean"]
    assert scores.index.tolist() == ["a", "a"]
    assert rules.Rules.of(scores).options["pt_at_3"] == 0
    assert len(dic.score(pd.DataFrame())) == 0


def test_cutpoints_and_citation():
    assert dic.CUTPOINTS == {"platelets": (50, 100), "pt_prolongation": (3, 6), "fibrinogen": (1,)}
    assert "10.1055/s-0037-1616068" in dic.CITATION


@pytest.mark.parametrize("values", [
    {"platelets": "45"}, {"fibrin_marker": "high"}, {"fibrin_marker": 2}, {"fibrinogen": -1}, {"pt_prolongation": float("inf")},
])  # fmt: skip
def test_what_cannot_be_is_refused_by_column(values):
    with pytest.raises(BadColumn, match=f"^{next(iter(values))}: "):
        scored(**WELL | values)


def test_a_prothrombin_time_shorter_than_the_control_is_no_prolongation():
    assert scored(**WELL | {"pt_prolongation": -1.5})["total"] == 0


LADDERS = {
    "platelets": [300, 101, 100, 50, 49], "fibrin_marker": ["none", "moderate", "strong"],
    "pt_prolongation": [-1, 2.9, 3, 6, 6.1], "fibrinogen": [3, 1.01, 1, 0.5],
}  # fmt: skip
DAYS = st.fixed_dictionaries({variable: st.sampled_from(ladder) for variable, ladder in LADDERS.items()})


@given(DAYS, st.sampled_from(sorted(LADDERS)), st.data())
def test_a_worse_value_never_lowers_the_total(values, variable, data):
    ladder = LADDERS[variable]
    worse = data.draw(st.sampled_from(ladder[ladder.index(values[variable]) :]))
    before, after = dic.score(pd.DataFrame([values, values | {variable: worse}]))["total"]
    assert 0 <= before <= after <= 8


@given(DAYS, st.sets(st.sampled_from(sorted(LADDERS))))
def test_the_interval_and_the_verdict_hold_for_every_completion_of_what_is_missing(values, missing):
    full, partial = dic.score(pd.DataFrame([values, values | dict.fromkeys(missing)])).iloc
    assert partial["low"] <= full["total"] <= partial["high"]
    assert partial["overt"] is pd.NA or partial["overt"] == full["overt"]


def test_5000_rows_agree_with_the_second_implementation():
    rows = draws.days(5000, seed=53)
    mine = dic.score(pd.DataFrame(rows))
    theirs = pd.DataFrame([second.dic(row) for row in rows]).astype("Int64")
    pd.testing.assert_frame_equal(mine[[*ITEMS, "total", "low", "high"]], theirs[[*ITEMS, "total", "low", "high"]])


def test_every_item_says_why():
    for row in draws.days(40, seed=54):
        explains(SCORE, row)
    why = explain.why(SCORE, EXAMPLE_4 | {"fibrin_marker": None}, "fibrin_marker")
    assert [(one.result.answer, one.low, one.total_low) for one in why.outcomes] == [
        ("none", 0, 4), ("moderate", 2, 6), ("strong", 3, 7),
    ]  # fmt: skip
    assert [one.band.label for one in explain.why(SCORE, EXAMPLE_4, "platelets").deciding] == ["< 50"]
