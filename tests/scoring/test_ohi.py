"""The OHI index against Zoref-Lorenz 2022, written out here and not taken from the code."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import explain, ohi, rules
from scoring.columns import BadColumn
from scoring.explain import Score
from tests.oracle import draws, second
from tests.scoring.whys import explains

HIGH, LOW = {"scd25": 9000.0, "ferritin": 9000.0}, {"scd25": 500.0, "ferritin": 200.0}
SCORE = Score("ohi", ohi.CITATION, ohi.TABLE, ohi.spans, combine=ohi.verdict, cutpoints=ohi.CUTPOINTS)


def scored(**values):
    return ohi.score(pd.DataFrame([values], index=[0])).iloc[0]


def told(row):
    return [None if value is pd.NA else bool(value) for value in row]


@pytest.mark.parametrize(("variable", "value", "high"), [
    ("scd25", 3899, False), ("scd25", 3900, False), ("scd25", 3901, True),
    ("ferritin", 999, False), ("ferritin", 1000, False), ("ferritin", 1001, True),
])  # fmt: skip
@pytest.mark.parametrize("dtype", ["float64", "float32", "Float32", "Int64", "object"])
def test_both_limits_are_strict_in_each_dtype(variable, value, high, dtype):
    row = ohi.score(pd.DataFrame([HIGH | {variable: value}]).astype({variable: dtype})).iloc[0]
    assert bool(row[variable]) is bool(row["met"]) is high


@pytest.mark.parametrize(("scd25", "ferritin", "expected"), [
    (4000, 5000, [True, True, True]),
    (4000, None, [True, None, None]),
    (None, 5000, [None, True, None]),
    (None, 900, [None, False, False]),
    (3900, None, [False, None, False]),
    (None, None, [None, None, None]),
])  # fmt: skip
def test_one_marker_that_is_not_high_refutes_and_a_missing_one_leaves_it_open(scd25, ferritin, expected):
    assert told(scored(scd25=scd25, ferritin=ferritin)) == expected


def test_worked_example_1_a_scd25_of_exactly_3900_is_negative():
    assert told(scored(scd25=3900, ferritin=5000)) == [False, True, False]


def test_worked_example_2_a_scd25_in_picograms_is_no_value_in_units():
    assert told(scored(ferritin=5000)) == [None, True, None]


def test_criteria_are_boolean_on_the_index_that_was_given_and_say_their_rules():
    scores = ohi.score(pd.DataFrame([HIGH, LOW], index=["a", "a"]))
    assert list(scores) == ["scd25", "ferritin", "met"]
    assert set(scores.dtypes.astype(str)) == {"boolean"}
    assert scores.index.tolist() == ["a", "a"]
    assert rules.Rules.of(scores) == rules.Rules("ohi")
    assert len(ohi.score(pd.DataFrame())) == 0


def test_cutpoints_and_citation():
    assert ohi.CUTPOINTS == {"scd25": (3900,), "ferritin": (1000,)}
    assert "10.1182/blood.2021012764" in ohi.CITATION


@pytest.mark.parametrize("values", [{"scd25": "4000"}, {"ferritin": -1}, {"scd25": float("inf")}, {"ferritin": True}])
def test_what_cannot_be_is_refused_by_column(values):
    with pytest.raises(BadColumn, match=f"^{next(iter(values))}: "):
        scored(**HIGH | values)


VALUES = st.fixed_dictionaries({"scd25": st.sampled_from([100, 3900, 3901]), "ferritin": st.sampled_from([10, 1000, 1001])})


@given(VALUES, st.sets(st.sampled_from(["scd25", "ferritin"])))
def test_a_verdict_holds_for_every_completion_of_what_is_missing(values, missing):
    full, partial = ohi.score(pd.DataFrame([values, values | dict.fromkeys(missing)])).iloc
    assert partial["met"] is pd.NA or partial["met"] == full["met"]


def test_5000_rows_agree_with_the_second_implementation():
    rows = draws.patients(5000, seed=51)
    mine = ohi.score(pd.DataFrame(rows))["met"]
    theirs = pd.Series([second.ohi(row)["met"] for row in rows], dtype="boolean", name="met")
    pd.testing.assert_series_equal(mine, theirs)


def test_every_item_says_why():
    for row in draws.patients(40, seed=52):
        explains(SCORE, row)
    why = explain.why(SCORE, {"ferritin": 5000.0}, "scd25")
    assert [(one.low, one.total_high) for one in why.outcomes] == [(0, 0), (1, 1)]
    assert why.missing == ("scd25",)
