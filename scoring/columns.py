"""The columns of a frame as the scores read them: numbers, answers, choices. Missing is NaN, and nothing is guessed."""

from __future__ import annotations

from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.bands import Numbers, slack

ANSWERS: dict[object, float] = {"yes": 1.0, "no": 0.0, True: 1.0, False: 0.0}  # 1 and 0 are equal to True and False
NOT_KNOWN = ("not_done", "not done", "pending", "unknown", "not_applicable")
SHORT_FLOATS: dict[str, type[np.floating[Any]]] = {
    "float32": np.float32, "float[pyarrow]": np.float32, "float16": np.float16, "halffloat[pyarrow]": np.float16,
}


class BadColumn(ValueError):
    """A column that cannot be read without guessing: text for numbers, a value that cannot be, an unknown word.

    `column` is its name, `why` the reason. Values are left out: the message may be logged.
    """

    def __init__(self, column: str, why: str) -> None:
        self.column, self.why = column, why
        super().__init__(f"{column}: {why}")


def numbers(
    frame: pd.DataFrame, column: str, *, low: float = 0.0, high: float = np.inf, whole: bool = False
) -> Numbers:
    """The column as float64, one value a row of `frame`; NaN where it is missing, all of it if there is no such column.

    Every numeric dtype and objects that hold numbers are read; a float32 38.4 is 38.4. BadColumn for text, yes/no,
    infinite values, values outside `low` to `high`, and fractions where only `whole` numbers can be.
    """
    series = _series(frame, column)
    if series is None:
        return np.full(len(frame), np.nan)
    values = _as_float(series, column)
    infinite, below, above = np.isinf(values), values < low - slack(low), values > high + slack(high)
    if (infinite | below | above).any():
        _refuse(column, infinite, "infinite")
        _refuse(column, below, f"below {low:g}")
        _refuse(column, above, f"above {high:g}")
    if whole:
        _refuse(column, np.abs(values - np.rint(values)) > slack(1), "not a whole number")
    return values


def answers(frame: pd.DataFrame, column: str) -> Numbers:
    """A yes/no column as 1.0, 0.0 and NaN (missing, not done, pending): "yes"/"no", booleans, or 1/0."""
    return choices(frame, column, ANSWERS)


def choices(frame: pd.DataFrame, column: str, codes: dict[Any, float]) -> Numbers:
    """Each value's number in `codes`; NaN where missing or not done. BadColumn for any other word."""
    series = _series(frame, column)
    if series is None:
        return np.full(len(frame), np.nan)
    places, words = pd.factorize(series, use_na_sentinel=True)
    known = [_code(word, column, codes) for word in words]
    return np.array([*known, np.nan])[places]  # place -1 is missing: the NaN at the end


def _code(word: object, column: str, codes: dict[Any, float]) -> float:
    if isinstance(word, str) and word in NOT_KNOWN:
        return np.nan
    code = codes.get(word)
    if code is None:
        spelled = ", ".join(str(code) for code in codes if isinstance(code, str))
        raise BadColumn(column, f"a value is none of {spelled}, not_done")
    return code


def _series(frame: pd.DataFrame, column: str) -> pd.Series[Any] | None:
    if column not in frame.columns:
        return None
    found = frame[column]
    if isinstance(found, pd.DataFrame):
        raise BadColumn(column, "there are two columns of that name")
    return found


def _as_float(series: pd.Series[Any], column: str) -> Numbers:
    if isinstance(series.dtype, np.dtype) and series.dtype == np.float64:  # what a day is nearly always made of
        return series.to_numpy()
    series = _plain(series)
    if "dictionary" in str(series.dtype):
        raise BadColumn(column, "is dictionary-encoded: give its plain values")
    dtype = series.dtype
    if pd.api.types.is_bool_dtype(dtype):
        raise BadColumn(column, "holds yes/no, numbers are needed")
    if pd.api.types.is_complex_dtype(dtype):
        raise BadColumn(column, "holds complex numbers")
    if not pd.api.types.is_numeric_dtype(dtype):
        return _objects(series, column)
    values = series.to_numpy(dtype=np.float64, na_value=np.nan)
    short = SHORT_FLOATS.get(str(dtype).lower())
    return values if short is None else _as_written(values, short)


def _plain(series: pd.Series[Any]) -> pd.Series[Any]:
    """Without the wrapping of categories or sparseness, which would hide a short float."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        return series.astype(series.cat.categories.dtype)
    return series.astype(series.dtype.subtype) if isinstance(series.dtype, pd.SparseDtype) else series


def _objects(series: pd.Series[Any], column: str) -> Numbers:
    held = series.to_numpy(dtype=object)
    missing = pd.isna(held)
    kinds = set(map(type, held[~missing]))
    for kind in kinds:
        if issubclass(kind, (bool, np.bool_)) or not issubclass(kind, (Real, Decimal, np.number)):
            raise BadColumn(column, f"holds {kind.__name__}, numbers are needed")
    if kinds & {np.float32, np.float16}:
        held = pd.Series([float(str(v)) if isinstance(v, np.floating) else v for v in held], dtype=object).to_numpy()
    return np.where(missing, np.nan, held).astype(np.float64)


def _as_written(values: Numbers, short: type[np.floating[Any]]) -> Numbers:
    """The shortest decimal that the short float stands for: float32 holds 38.4 as 38.40000153."""
    written = values.copy()
    left = np.isfinite(values) & (values != 0)
    for digits in range(np.finfo(short).precision, np.finfo(short).precision + 4):
        rounded = _to_digits(values[left], digits)
        same = rounded.astype(short) == values[left].astype(short)
        places = np.flatnonzero(left)[same]
        written[places], left[places] = rounded[same], False
    return written


def _to_digits(values: Numbers, digits: int) -> Numbers:
    places = digits - 1 - np.floor(np.log10(np.abs(values)))
    up, down = 10.0 ** np.maximum(places, 0), 10.0 ** np.maximum(-places, 0)  # powers below 1 would not be exact
    rounded: Numbers = np.rint(values * up / down) * down / up
    return rounded


def _refuse(column: str, bad: NDArray[np.bool_], why: str) -> None:
    if bad.any():
        raise BadColumn(column, f"{int(bad.sum())} value(s) {why}, the first in row {int(bad.argmax())}")
