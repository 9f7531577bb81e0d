"""What holds of every score alike: any dtype, any index, nothing known, what cannot be, and one by one as all at once."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from scoring import ctcae
from scoring.catalogue import COMMANDS, SCORES
from scoring.columns import BadColumn
from scoring.inputs import INPUTS
from tests.oracle import draws
from tests.scoring.whys import limited

MORE = {"creatinine_reference": 80.0, "creatinine_48h": 90.0, "pt_prolongation": 4.0, "fibrin_marker": "strong", "inr": 1.45,
        "age": 60, "sex": "m", "support_days": 10, "alive_day_28": "yes"}  # fmt: skip
CODES = [code for code in COMMANDS if code != "ctcae"]


@cache
def rows():
    """300 rows of any columns, on every boundary, a quarter missing."""
    drawn = [day | patient for day, patient in zip(draws.days(300, seed=11), draws.patients(300, seed=12), strict=True)]
    known = [{code: limited(code, value) for code, value in row.items() if code in INPUTS} for row in drawn]
    return pd.DataFrame([row | (MORE if at % 3 else {}) for at, row in enumerate(known)])


READ = {"spo2": "rice", "gcs": "measured"}
EVERY_COLUMN = {"sofa": READ, "sic": READ}  # options under which every column is read


def scored(code, frame, options=None):
    return COMMANDS[code].score(frame, options or {})


def numeric(code):
    return [column for column in COMMANDS[code].inputs if not INPUTS[column].words and column in rows()]


@pytest.mark.parametrize("code", CODES)
def test_vectorised_is_one_by_one(code):
    whole = scored(code, rows().head(60))
    single = pd.concat([scored(code, rows().iloc[[at]]) for at in range(60)])
    pd.testing.assert_frame_equal(whole, single, check_dtype=False)


@pytest.mark.parametrize("code", CODES)
def test_the_order_the_index_and_its_doubles_do_not_matter(code):
    whole = scored(code, rows())
    turned = scored(code, rows().iloc[::-1].set_axis([7] * len(rows())))
    assert turned.index.tolist() == [7] * len(rows())
    pd.testing.assert_frame_equal(turned.iloc[::-1].reset_index(drop=True), whole.reset_index(drop=True))


@pytest.mark.parametrize("dtype", ["float32", "Float64", "object", "double[pyarrow]"])
@pytest.mark.parametrize("code", CODES)
def test_every_dtype_gives_the_same_score(code, dtype):
    columns = numeric(code)
    frame = rows().astype(dict.fromkeys(columns, "float64"))
    if dtype == "float32":  # holds about seven digits: the draws within 1e-9 of a cut-off cannot be told apart
        frame[columns] = frame[columns].astype("float32").astype(str).replace("nan", None).astype("float64")
    pd.testing.assert_frame_equal(scored(code, frame.astype(dict.fromkeys(columns, dtype))), scored(code, frame), check_dtype=False)


@pytest.mark.parametrize("missing", [np.nan, None, pd.NA])
@pytest.mark.parametrize("code", CODES)
def test_any_kind_of_missing_is_a_missing_column(code, missing):
    empty = pd.DataFrame({column: pd.Series([missing] * 2, dtype=object) for column in COMMANDS[code].inputs})
    pd.testing.assert_frame_equal(scored(code, empty), scored(code, pd.DataFrame(index=[0, 1])))


@pytest.mark.parametrize("code", CODES)
def test_no_row_gives_no_row_with_the_same_columns(code):
    nothing = scored(code, rows().iloc[:0])
    assert len(nothing) == 0 and list(nothing) == list(scored(code, rows().head(1)))
    assert len(scored(code, pd.DataFrame())) == 0


@pytest.mark.parametrize("wrong", [-1e6, np.inf, -np.inf, "12"])
@pytest.mark.parametrize("code", CODES)
def test_a_number_that_cannot_be_is_refused_by_the_name_of_its_column(code, wrong):
    for column in numeric(code):
        frame = rows().head(2).astype({column: object})
        frame.iloc[1, frame.columns.get_loc(column)] = wrong
        with pytest.raises(BadColumn, match=f"^{column}: "):
            scored(code, frame, EVERY_COLUMN.get(code))


@pytest.mark.parametrize("code", CODES)
def test_a_word_that_is_not_known_is_refused_by_the_name_of_its_column(code):
    for column in COMMANDS[code].inputs:
        if INPUTS[column].words:
            with pytest.raises(BadColumn, match=f"^{column}: "):
                scored(code, pd.DataFrame({column: ["perhaps"]}), EVERY_COLUMN.get(code))


@pytest.mark.parametrize("code", CODES)
def test_two_columns_of_one_name_are_refused(code):
    column = COMMANDS[code].inputs[0]
    with pytest.raises(BadColumn, match="two columns"):
        scored(code, pd.DataFrame([[None, None]], columns=[column, column]))


# Of SOFA, SOFA-2, SIC and KDIGO an empty box of a drug, a machine or the urine is read as none: tests of their own.
@pytest.mark.parametrize("code", ["hscore", "hlh2004", "hlh2024", "ohi", "dic"])
def test_one_value_more_never_widens_the_interval(code):
    score, frame = SCORES[code], rows()
    hidden = frame.copy()
    for at, column in enumerate(np.random.default_rng(5).choice([each for each in score.inputs if each in frame], len(frame))):
        hidden.loc[hidden.index[at], column] = None
    before, after = score.spans(hidden), score.spans(frame)
    assert any(((before[name].low < after[name].low) | (before[name].high > after[name].high)).any() for name in before)
    for name in before:
        assert (before[name].low <= after[name].low).all() and (after[name].high <= before[name].high).all(), name


@pytest.mark.parametrize("code", SCORES)
def test_the_total_is_there_exactly_when_low_is_high(code):
    frame = scored(code, rows())
    if "total" in frame:
        assert (frame["total"].notna() == (frame["low"] == frame["high"])).all()
        assert (frame["low"] <= frame["high"]).all()


def test_ctcae_refuses_what_it_does_not_grade():
    with pytest.raises(ctcae.UnknownTerm, match="sodium"):
        ctcae.grade("sodium", 140)
