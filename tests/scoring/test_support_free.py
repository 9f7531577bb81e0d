"""Days alive and free of support up to day 28, counted here by hand."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import rules, support_free
from scoring.columns import BadColumn

RANKED = support_free.Options(death=-1)


def scored(options=support_free.DEFAULT, **values):
    return support_free.score(pd.DataFrame([values], index=[0]), options).iloc[0]


def bounds(row):
    assert pd.isna(row["free_days"]) == (row["low"] != row["high"])
    assert pd.isna(row["free_days"]) or row["free_days"] == row["low"]
    return row["low"], row["high"]


def test_worked_examples():
    assert scored(support_days=10, alive_day_28="yes")["free_days"] == 18
    assert scored(support_days=10, death_day=20)["free_days"] == 0


@pytest.mark.parametrize(("values", "low", "high"), [
    ({"support_days": 0, "alive_day_28": "yes"}, 28, 28),
    ({"support_days": 1, "alive_day_28": "yes"}, 27, 27),
    ({"support_days": 27, "alive_day_28": "yes"}, 1, 1),
    ({"support_days": 28, "alive_day_28": "yes"}, 0, 0),
    ({"support_days": 10, "death_day": 1}, 0, 0),
    ({"support_days": 10, "death_day": 27}, 0, 0),
    ({"support_days": 10, "death_day": 28}, 0, 0),
    ({"support_days": 10, "death_day": 29}, 18, 18),
    ({"support_days": 10, "death_day": 90, "alive_day_28": "yes"}, 18, 18),
    ({"support_days": 10, "alive_day_28": "no"}, 0, 0),
    ({"support_days": 10, "death_day": 20, "alive_day_28": "no"}, 0, 0),
    ({"alive_day_28": "no"}, 0, 0),
    ({"death_day": 5}, 0, 0),
    ({"alive_day_28": "yes"}, 0, 28),
    ({"support_days": 10}, 0, 18),
    ({"support_days": 28}, 0, 0),
    ({"support_days": 10, "alive_day_28": "unknown"}, 0, 18),
    ({}, 0, 28),
])  # fmt: skip
def test_days_of_the_living_are_28_less_the_support_and_none_of_the_dead(values, low, high):
    assert bounds(scored(**values)) == (low, high)


@pytest.mark.parametrize(("values", "low", "high"), [
    ({"support_days": 10, "death_day": 28}, -1, -1), ({"alive_day_28": "no"}, -1, -1), ({"support_days": 10}, -1, 18),
    ({"support_days": 28}, -1, 0), ({"support_days": 28, "alive_day_28": "yes"}, 0, 0), ({}, -1, 28),
    ({"alive_day_28": "yes"}, 0, 28),
])  # fmt: skip
def test_death_can_be_ranked_below_28_days_of_support(values, low, high):
    assert bounds(scored(RANKED, **values)) == (low, high)


@pytest.mark.parametrize("values", [{"alive_day_28": "yes", "death_day": 28}, {"alive_day_28": "no", "death_day": 29}])
def test_a_fate_that_contradicts_itself_is_refused(values):
    with pytest.raises(BadColumn, match=r"^death_day: contradicts alive_day_28, the first in row 1"):
        support_free.score(pd.DataFrame([{"support_days": 3}, values]))


@pytest.mark.parametrize("values", [
    {"support_days": -1}, {"support_days": 29}, {"support_days": 1.5}, {"death_day": 0}, {"death_day": "20"},
    {"alive_day_28": "maybe"}, {"support_days_low": 29},
])  # fmt: skip
def test_what_cannot_be_is_refused_by_column(values):
    (column,) = values
    with pytest.raises(BadColumn, match=f"^{column}: "):
        scored(**values)


@pytest.mark.parametrize(("values", "low", "high"), [
    ({"support_days_low": 3, "support_days_high": 10}, 18, 25), ({"support_days_low": 3}, 0, 25),
    ({"support_days_high": 10}, 18, 28),
    ({"support_days": 5, "support_days_low": 3, "support_days_high": 10}, 23, 23),
])  # fmt: skip
def test_a_support_that_is_bounded_bounds_the_days(values, low, high):
    assert bounds(scored(alive_day_28="yes", **values)) == (low, high)


def test_bounds_that_cross_are_refused():
    with pytest.raises(BadColumn, match="support_days_low: above support_days_high"):
        scored(support_days_low=5, support_days_high=4)


def ward(**patients):
    """patient="yyn-" is day 1 and 2 supported, day 3 not, day 4 not known; later days have no row."""
    words = {"y": "yes", "n": "no", "-": None}
    return pd.DataFrame([
        {"patient": name, "day": day, "supported": words[each]}
        for name, days in patients.items() for day, each in enumerate(days, 1)
    ])  # fmt: skip


@pytest.mark.parametrize(("days", "low", "high"), [
    ("y" * 10 + "n" * 18, 10, 10),
    ("y" * 5 + "n" * 10 + "y" * 3 + "n" * 10, 8, 8),
    ("n" * 28, 0, 0), ("y" * 28, 28, 28),
    ("y" * 10 + "-" * 2 + "n" * 16, 10, 12),
    ("y" * 10, 10, 28), ("n" * 10, 0, 18),
])  # fmt: skip
def test_every_supported_day_counts_and_an_unknown_one_could_be_either(days, low, high):
    row = support_free.support_days(ward(anne=days)).loc["anne"]
    assert (row["support_days_low"], row["support_days_high"]) == (low, high)
    assert pd.isna(row["support_days"]) if low != high else row["support_days"] == low


def test_support_is_counted_patient_by_patient_and_goes_straight_into_the_score():
    support = support_free.support_days(ward(karim="y" * 10 + "n" * 18, anne="-" * 4 + "n" * 24).sample(frac=1, random_state=1))
    patients = support.assign(alive_day_28="yes").loc[["anne", "karim"]]
    assert support.index.name == "patient" and set(support.dtypes.astype(str)) == {"Int64"}
    scores = support_free.score(patients)
    assert scores.loc["karim", "free_days"] == 18
    assert bounds(scores.loc["anne"]) == (24, 28)


@pytest.mark.parametrize(("days", "column"), [
    ({"patient": ["a"], "day": [0], "supported": ["yes"]}, "day"), ({"patient": ["a"], "day": [29], "supported": ["yes"]}, "day"),
    ({"patient": ["a"], "day": [None], "supported": ["yes"]}, "day"),
    ({"patient": ["a"], "day": [1], "supported": ["vent"]}, "supported"),
    ({"patient": ["a", "a"], "day": [1, 1], "supported": ["yes", "no"]}, "day"),
    ({"patient": [None], "day": [1], "supported": ["yes"]}, "patient"), ({"day": [1], "supported": ["yes"]}, "patient"),
])  # fmt: skip
def test_a_day_that_cannot_be_is_refused(days, column):
    with pytest.raises(BadColumn, match=f"^{column}: "):
        support_free.support_days(pd.DataFrame(days))


@pytest.mark.parametrize(("values", "told"), [
    ({"support_days": 10, "alive_day_28": "yes"}, "28 − 10 = 18"), ({"support_days": 10, "death_day": 40}, "28 − 10 = 18"),
    ({"support_days": 28, "alive_day_28": "yes"}, "28 − 28 = 0"),
    ({"support_days": 10, "death_day": 20}, ""), ({"support_days": 10, "alive_day_28": None}, ""), ({"support_days": 28}, ""),
    ({"alive_day_28": "yes"}, ""), ({}, ""),
])  # fmt: skip
def test_the_sum_is_told_with_its_numbers(values, told):
    assert support_free.reckoning(values) == told


def test_columns_and_index():
    scores = support_free.score(pd.DataFrame([{"support_days": 3}, {"death_day": 3}], index=["a", "a"]), RANKED)
    assert list(scores) == ["free_days", "low", "high"]
    assert set(scores.dtypes.astype(str)) == {"Int64"}
    assert scores.index.tolist() == ["a", "a"]
    assert rules.Rules.of(scores).options == {"death": -1}
    with pytest.raises(rules.UnknownOption, match="death"):
        support_free.Options(death=-2)
    assert len(support_free.score(pd.DataFrame())) == 0
    assert "10.1164/rccm.201810-2050CP" in support_free.CITATION


FATES = [{"alive_day_28": "yes"}, {"death_day": 12}, {"death_day": 40}]


@settings(max_examples=50)
@given(st.integers(0, 28), st.sampled_from(FATES), st.booleans(), st.booleans())
def test_the_interval_encloses_every_completion_of_what_is_missing(support, fate, no_support, no_fate):
    known = ({} if no_fate else fate) | ({} if no_support else {"support_days": support})
    for options in (support_free.DEFAULT, RANKED):
        full, partial = scored(options, support_days=support, **fate), scored(options, **known)
        assert partial["low"] <= full["free_days"] <= partial["high"]
