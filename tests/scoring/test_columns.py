"""How columns are read: any numeric dtype, missing as missing, and everything doubtful refused."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.columns import BadColumn, answers, choices, numbers

DTYPES = ["float64", "float32", "Float64", "Float32", "object", "float[pyarrow]", "double[pyarrow]", "category"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_number_is_the_one_that_was_written_in_every_dtype(dtype):
    written = [38.4, 0.1, 1.2, 999.9, 12345.6, 0.0, 150.0, None]
    frame = pd.DataFrame({"x": pd.Series(written, dtype="object").astype("float64").astype(dtype)})
    assert numbers(frame, "x")[:-1].tolist() == written[:-1]
    assert np.isnan(numbers(frame, "x")[-1])


@pytest.mark.parametrize("dtype", ["int64", "int8", "uint16", "Int64", "UInt8", "int64[pyarrow]", "object"])
def test_whole_numbers_are_read_in_every_dtype(dtype):
    assert numbers(pd.DataFrame({"x": pd.Series([15, 3, 0]).astype(dtype)}), "x").tolist() == [15.0, 3.0, 0.0]


def test_objects_may_hold_any_kind_of_number_and_any_kind_of_missing():
    held = [1, 2.5, Decimal("0.1"), np.float32(38.4), np.int64(7), Fraction(1, 2), None, pd.NA, np.nan]
    read = numbers(pd.DataFrame({"x": pd.Series(held, dtype=object)}), "x")
    assert read[:6].tolist() == [1, 2.5, 0.1, 38.4, 7, 0.5]
    assert np.isnan(read[6:]).all()


@given(st.decimals(0, 999999, places=2).map(lambda number: round(number, 2)))
def test_a_short_float_stands_for_its_shortest_decimal(number):
    short = np.float32(number)
    assert numbers(pd.DataFrame({"x": pd.Series([short], dtype="float32")}), "x")[0] == float(str(short))


@pytest.mark.parametrize("values", [
    ["12", "13"], ["12", None], [1.0, "13"], [True, False], [1, True], [1 + 2j], [pd.Timestamp("2026-03-01")],
    [pd.Timedelta(1)], [[1]], [b"1"],
])  # fmt: skip
def test_what_is_not_a_number_is_refused(values):
    for series in (pd.Series(values, dtype=object), pd.Series(values)):
        with pytest.raises(BadColumn, match=r"^x: "):
            numbers(pd.DataFrame({"x": series}), "x")


def test_text_is_refused_even_when_it_looks_like_numbers():
    for dtype in ("str", "string", "string[pyarrow]", "category"):
        with pytest.raises(BadColumn, match=r"^platelets: "):
            numbers(pd.DataFrame({"platelets": pd.Series(["12", "13"]).astype(dtype)}), "platelets")


def test_a_column_that_is_empty_throughout_is_missing_whatever_its_dtype():
    for dtype in ("object", "str", "string", "float64", "Int64", "category"):
        frame = pd.DataFrame({"x": pd.Series([None, None], dtype=dtype)})
        assert np.isnan(numbers(frame, "x")).all()
        assert np.isnan(answers(frame, "x")).all()


@pytest.mark.parametrize(("values", "why"), [
    ([1, np.inf], "infinite, the first in row 1"), ([-np.inf, 1], "infinite"),
    ([1, 2, -0.5], "below 0, the first in row 2"),
])  # fmt: skip
def test_numbers_that_cannot_be_are_refused_with_their_row(values, why):
    with pytest.raises(BadColumn, match=why):
        numbers(pd.DataFrame({"x": values}), "x")


def test_the_refusal_does_not_repeat_the_value():
    with pytest.raises(BadColumn) as refused:
        answers(pd.DataFrame({"rrt": ["Dupont"]}), "rrt")
    assert refused.value.column == "rrt"
    assert "Dupont" not in str(refused.value)


def test_two_columns_of_one_name_are_refused():
    with pytest.raises(BadColumn, match="two columns"):
        numbers(pd.DataFrame([[1, 2]], columns=["x", "x"]), "x")


@pytest.mark.parametrize(("values", "dtype"), [
    (["yes", "no", None, "not_done"], "object"), (["yes", "no", None, "pending"], "str"),
    (["yes", "no", None, "not done"], "category"), (["yes", "no", None, "unknown"], "string[pyarrow]"),
    ([True, False, None, None], "object"), ([True, False, None, None], "boolean"), ([1.0, 0.0, None, None], "float64"),
])  # fmt: skip
def test_answers_are_yes_no_or_unknown_in_every_dtype(values, dtype):
    read = answers(pd.DataFrame({"x": pd.Series(values, dtype=dtype)}), "x")
    assert read[:2].tolist() == [1.0, 0.0]
    assert np.isnan(read[2:]).all()


@pytest.mark.parametrize("word", ["oui", "Yes", "", "2", 2, 0.5])
def test_another_word_than_yes_or_no_is_refused(word):
    with pytest.raises(BadColumn, match="none of yes, no, not_done"):
        answers(pd.DataFrame({"x": ["yes", word]}), "x")


def test_choices_are_read_as_their_numbers():
    frame = pd.DataFrame({"x": ["b", None, "a", "b"]})
    assert choices(frame, "x", {"a": 0.0, "b": 1.0})[[0, 2, 3]].tolist() == [1, 0, 1]
    assert np.isnan(choices(frame, "x", {"a": 0.0, "b": 1.0})[1])


def test_a_dictionary_of_arrow_is_refused_rather_than_read_by_its_binary_neighbours():
    coded = pa.array(np.array([0.1, 0.3], "float32")).dictionary_encode()
    with pytest.raises(BadColumn, match="dictionary"):
        numbers(pd.DataFrame({"x": pd.Series(pd.arrays.ArrowExtensionArray(coded))}), "x")


@pytest.mark.parametrize("wrapped", [
    pd.Series(np.float32([39.4, 0.1])).astype("category"), pd.Series([39.4, 0.1], dtype="float[pyarrow]").astype("category"),
    pd.Series(pd.arrays.SparseArray(np.float32([39.4, 0.1]))),
])
def test_a_short_float_is_known_behind_categories_and_sparse_arrays(wrapped):
    assert numbers(pd.DataFrame({"x": wrapped}), "x").tolist() == [39.4, 0.1]
