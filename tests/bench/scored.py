"""Scores a second: a million patient-days, those of the invented cohort over and over."""

from __future__ import annotations

import importlib
import time
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from trial import days, simulate

ROWS = 1_000_000
SCORES = ("sofa", "hscore", "hlh2004")


def scores_a_second() -> dict[str, float]:
    """By score: rows a second."""
    rows = _rows()
    found = {}
    for name in SCORES:
        score = importlib.import_module(f"scoring.{name}").score
        begun = time.perf_counter()
        scored = score(rows)
        found[name] = len(scored) / (time.perf_counter() - begun)
    return found


def _rows() -> pd.DataFrame:
    values = simulate.cohort(datetime.now(UTC)).values
    by_day = days.by_day(values.assign(sampled_at=None, choice=values["choice"].replace("", None)))
    places = np.resize(np.arange(len(by_day)), ROWS)
    return by_day.reset_index(drop=True).take(places).reset_index(drop=True)
