"""What holds of the explanation of any row: it tells the score's own points, and what each missing result would bring."""

import math

import pandas as pd

from scoring import explain
from scoring.inputs import INPUTS


def explains(score, row):
    """Checks `explain.why` of every item of one row against the score's `spans`."""
    known = {code: value for code, value in row.items() if not pd.isna(value)}
    points = score.spans(pd.DataFrame([known], index=[0]))
    for name in score.items:
        why = explain.why(score, row, name)
        assert (why.low, why.high) == ends(points[name])[0]
        reached = {one.band.points for one in why.deciding}
        if why.points is None:
            assert reached <= set(range(why.low, why.high)), name  # what is known so far
        else:
            assert reached == {why.points} or (not reached and why.assumed), name
        results = [(outcome, value) for outcome in why.outcomes for value in values(outcome.result)]
        rows = pd.DataFrame([known | {outcome.variable: value} for outcome, value in results], index=range(len(results)))
        assert [(outcome.low, outcome.high) for outcome, _ in results] == ends(score.spans(rows)[name]), name


def possible(rows):
    """The rows with the few drawn values that cannot be (SpO2 147 %) brought to the limit of their column."""
    return [{code: limited(code, value) for code, value in row.items()} for row in rows]


def limited(code, value):
    column = INPUTS.get(code)
    if column is None or column.words or value is None:
        return value
    return min(max(value, column.low), column.high)


def ends(span):
    return list(zip(span.low.tolist(), span.high.tolist(), strict=True))


def values(band):
    """Results that lie in the band: its limits where they belong to it, and some between."""
    if band.answer:
        return [band.answer]
    limits = [*([band.low] if band.low_in else []), *([band.high] if band.high_in else [])]
    if INPUTS[band.variable].whole or band.low == band.high:
        return limits
    width = band.high - band.low if math.isfinite(band.high) else 10 * band.low + 10
    return [*limits, *(band.low + width * share for share in (0.03, 0.5, 0.97))]
