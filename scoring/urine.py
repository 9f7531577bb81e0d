"""Urine by weight and hour, as SOFA-2 and KDIGO count it: the charted mean of the day, else the day's volume."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from scoring.bands import Numbers, slack
from scoring.inputs import read

VARIABLES = ("urine_ml_kg_h", "urine_output", "weight")
HOURS = 24


def rate(days: pd.DataFrame) -> Numbers:
    """mL/kg/h of each row: `urine_ml_kg_h`, else urine_output / 24 / weight; NaN where neither is known."""
    charted, volume, weight = (read(days, code) for code in VARIABLES)
    by_weight = np.where(volume <= slack(0), 0.0, volume / HOURS / weight)  # anuria, whatever the weight
    return np.where(np.isnan(charted), by_weight, charted)


def thresholds(day: Mapping[str, Any], cuts: Iterable[float]) -> dict[str, list[float]]:
    """Where the day's volume or the weight brings the rate onto one of the cuts, the rest as it is."""
    volume, weight = (None if pd.isna(day.get(code)) else float(day[code]) for code in VARIABLES[1:])
    positive = [cut for cut in cuts if cut > 0]
    return {
        "urine_output": [] if weight is None else [cut * HOURS * weight for cut in positive],
        "weight": [] if volume is None else [volume / HOURS / cut for cut in positive],
    }
