"""The trial's SOFA: the score of 1996 with the options that trial.protocol chose. Baseline, day 7 and every page use it."""

from __future__ import annotations

import pandas as pd

from scoring import sofa
from trial import protocol

ORGANS = sofa.ORGANS
INPUTS = tuple(dict.fromkeys(code for item in sofa.SI.values() for code in item.variables))


def score(days: pd.DataFrame) -> pd.DataFrame:
    """As scoring.sofa.score, of `trial.days.by_day`: one row a day, values in canonical units."""
    return sofa.score(days, nonlisted=protocol.NONLISTED_AGENTS, support=protocol.VENTILATORY_SUPPORT,
                      rrt=protocol.RRT_POINTS, ecmo=protocol.ECMO_POINTS, empty_dose=protocol.EMPTY_DOSE)
