"""The counts of the flow chart: everyone screened, and what became of them."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from trial.flow import OTHER, Flow, flow, reasons_of

Row = tuple[str, int, str, str]


def log(*rows: Row) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["number", "attempt", "decision", "reasons"])


def test_nobody_screened_is_a_flow_of_zeros() -> None:
    assert flow(log(), set()) == Flow(0, 0, 0, 0, (), 0, 0, 0)


def test_the_screened_are_the_not_included_the_open_and_the_included() -> None:
    found = flow(log(("a", 1, "included", ""), ("b", 1, "open", ""), ("c", 1, "not_included", "E5"),
                     ("d", 1, "included", "")), {"a"})  # fmt: skip
    assert (found.screened, found.not_included, found.open, found.included) == (4, 1, 1, 2)
    assert (found.first_dose, found.waiting) == (1, 1)


def test_a_patient_counts_once_under_the_newest_attempt() -> None:
    found = flow(log(("a", 2, "included", ""), ("a", 1, "not_included", "E5"), ("b", 1, "not_included", "E1"),
                     ("b", 2, "open", "")), set())  # fmt: skip
    assert (found.screened, found.attempts, found.again) == (2, 4, 2)
    assert (found.included, found.open, found.not_included, found.reasons) == (1, 1, 0, ())


def test_a_patient_may_have_several_reasons_the_most_frequent_comes_first() -> None:
    found = flow(log(("a", 1, "not_included", "I2\nE5"), ("b", 1, "not_included", "E5"),
                     ("c", 1, "not_included", "E13\nI4")), set())  # fmt: skip
    assert found.reasons == (("E5", 2), ("I2", 1), ("I4", 1), ("E13", 1))
    assert found.not_included == 3


def test_reasons_in_words_count_together_and_once_a_patient() -> None:
    found = flow(log(("a", 1, "not_included", "no bed\nE5\nthe family"), ("b", 1, "not_included", "I99")), set())
    assert found.reasons == ((OTHER, 2), ("E5", 1))


def test_a_reason_said_twice_is_one() -> None:
    assert reasons_of("E5\n\n E5 \r\nno bed") == ["E5", "no bed"]
    assert reasons_of("") == []


def test_a_dose_of_who_is_not_included_is_none_of_the_flow() -> None:
    assert flow(log(("a", 1, "not_included", "E5")), {"a", "z"}).first_dose == 0


DECISIONS = st.sampled_from(["included", "not_included", "open"])


@given(st.lists(st.tuples(st.sampled_from("abcdef"), DECISIONS, st.booleans()), max_size=20))
def test_nobody_is_lost_and_nobody_counts_twice(drawn: list[tuple[str, str, bool]]) -> None:
    rows = [(number, attempt, decision, "E5") for attempt, (number, decision, _) in enumerate(drawn, 1)]
    found = flow(log(*rows), {number for number, _, dosed in drawn if dosed})
    assert found.screened == found.not_included + found.open + found.included == len({number for number, *_ in drawn})
    assert found.included == found.first_dose + found.waiting and found.waiting >= 0
    assert found.attempts == len(drawn)
