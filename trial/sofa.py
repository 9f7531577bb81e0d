"""The trial's SOFA: the score of 1996 with the options that trial.protocol chose. Baseline, day 7 and every page use it."""

from __future__ import annotations

import pandas as pd

from scoring import sofa
from trial import protocol

ORGANS = sofa.ORGANS
OPTIONS = sofa.Options(
    support=protocol.VENTILATORY_SUPPORT, ecmo=protocol.ECMO_POINTS, rrt=protocol.RRT_POINTS, nonlisted=protocol.NONLISTED_AGENTS,
    gcs=protocol.GCS_RULE, spo2=protocol.SPO2_SURROGATE, empty_dose=protocol.EMPTY_DOSE,
)  # fmt: skip
TABLE = sofa.under(sofa.SI, OPTIONS)
RULES = sofa.rules_of(sofa.SI, OPTIONS)
INPUTS = tuple(dict.fromkeys(code for item in TABLE.values() for code in item.variables))


def score(days: pd.DataFrame) -> pd.DataFrame:
    """As scoring.sofa.score, of `trial.days.by_day`: one row a day, values in canonical units."""
    return sofa.score(days, sofa.SI, OPTIONS)
