"""Percent of the peak and time to half: a bound stays a bound, two assays make no ratio."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trial.markers import Half, day_1, half, has_peak, has_ratio, peak, percent
from trial.runs import Run, runs


@dataclass(frozen=True)
class Result:
    day: int
    value: float
    comparator: str = "="
    assay: str = ""


results = st.builds(Result, st.integers(-5, 28), st.floats(0.1, 1e6), st.sampled_from("<=>"), st.sampled_from(["", "A", "B"]))


@pytest.mark.parametrize(("sign", "of_base", "told"), [
    ("=", "=", "="), ("<", "=", "<"), (">", "=", ">"), ("=", ">", "<"), ("=", "<", ">"), ("<", ">", "<"), (">", "<", ">"),
])  # fmt: skip
def test_a_part_of_a_bound_is_a_bound(sign, of_base, told):
    assert percent(Result(2, 50, sign), Result(1, 100, of_base)) == (50, told)


@pytest.mark.parametrize("sign", "<>")
def test_two_bounds_on_one_side_say_nothing(sign):
    assert percent(Result(2, 50, sign), Result(1, 100, sign)) is None


def test_results_of_two_assays_make_no_ratio():
    assert percent(Result(2, 50, assay="A"), Result(1, 100, assay="B")) is None
    assert percent(Result(2, 50, assay="A"), Result(1, 100)) == (50, "=")


@given(st.lists(results, max_size=12))
def test_half_lies_after_the_peak_and_at_most_at_half_of_it(course):
    found, top = half(course), peak(course)
    if found and found.day is not None:
        assert found.day > found.peak_day == top.day
        assert any(one.day == found.day and 2 * one.value <= top.value and one.comparator != ">" for one in course)


def test_time_to_half():
    course = [Result(0, 80), Result(1, 100), Result(3, 60), Result(4, 50), Result(5, 70)]
    assert half(course) == Half(1, 4)
    assert half(course[:3]) == Half(1, None)
    assert half([Result(1, 100, ">"), Result(2, 50)]) == Half(1, 2), "the peak was higher still"
    assert half([]) is None
    assert day_1(course) == course[1] and day_1(course[2:]) is None


def test_what_the_disease_lowers_has_no_peak_and_a_temperature_no_ratio():
    assert has_peak("ferritin") and has_peak("scd25") and not has_peak("platelets")
    assert has_ratio("platelets") and not has_ratio("temperature") and not has_peak("temperature")


def test_a_day_on_which_nobody_wrote_it_down_ends_a_run():
    days = pd.DataFrame({"ventilation": ["invasive", "invasive", None, "invasive", "niv"], "norepinephrine": [0.2, 0, None, 0, 0]},
                        index=[0, 1, 2, 3, 4])  # fmt: skip
    assert runs(days) == [Run("invasive", 0, 1), Run("invasive", 3, 3), Run("mask", 4, 4), Run("norepinephrine", 0, 0)]
    assert runs(pd.DataFrame()) == []
