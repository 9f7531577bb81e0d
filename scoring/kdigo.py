"""KDIGO stage of acute kidney injury, 0 to 3: the worst of creatinine, urine and renal replacement.

Urine is known as the mean of 24 h alone: below 0.5 for 6-12 h, which is stage 1, and anuria of 12 h cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring import rules, urine
from scoring.bands import Band, Facts, Item, Numbers, Span, answered, cutpoints, exactly, scale, slack, worst
from scoring.bands import score as score_bands
from scoring.inputs import read

CITATION = (
    "Kidney Disease: Improving Global Outcomes (KDIGO) Acute Kidney Injury Work Group. KDIGO clinical practice guideline "
    "for acute kidney injury. Kidney Int Suppl 2012;2:1-138, table 2. doi:10.1038/kisup.2012.1"
)
SEVERE = 353.6  # µmol/L, 4.0 mg/dL
RISE = 26.5  # µmol/L, 0.3 mg/dL
RATIO = 1.5

TABLE = {
    item.name: item
    for item in (
        Item("creatinine", ("creatinine", "creatinine_reference", "creatinine_48h"),
             (*scale("creatinine_ratio", {0: f"< {RATIO}", 1: f"≥ {RATIO} < 2", 2: "≥ 2 < 3", 3: "≥ 3"}),
              *scale("creatinine_rise", {0: f"< {RISE}", 1: f"≥ {RISE}"}),
              Band("creatinine", 3, low=SEVERE, low_in=True, when="acute"))),
        Item("urine", urine.VARIABLES, scale("urine_ml_kg_h", {0: "≥ 0.5", 2: "≥ 0.3 < 0.5", 3: "< 0.3"})),
        Item("rrt", ("rrt",), (Band("rrt", 0, answer="no"), Band("rrt", 3, answer="yes"))),
    )
}  # fmt: skip
CUTPOINTS = {
    variable: cutpoints(band for item in TABLE.values() for band in item.of(variable, "acute"))
    for variable in ("creatinine", "creatinine_ratio", "creatinine_rise", "urine_ml_kg_h")
}


def score(days: pd.DataFrame) -> pd.DataFrame:
    """KDIGO of each row: `creatinine`, `urine`, `rrt`, then `stage`, `low`, `high`, as Int64 on the index of `days`.

    Columns read: creatinine, creatinine_reference (the lowest of 7 days, or the known baseline), creatinine_48h (the
    lowest of 48 hours), in µmol/L; urine_ml_kg_h, or urine_output and weight; rrt (yes/no).

    The stage is the worst item, <NA> until it is settled. An unknown reference leaves the creatinine at up to 3, an
    unknown value of the 48 hours at 1 or more. Empty boxes of urine and rrt are <NA> in their column and add nothing to
    the stage, as in SOFA.
    BadColumn as in `scoring.sofa.score`.
    """
    items = spans(days)
    worst_item = stage(items.values())
    empty = {"urine": np.isnan(urine.rate(days)), "rrt": np.isnan(read(days, "rrt"))}
    columns = {"creatinine": items["creatinine"].column()}
    columns |= {name: pd.arrays.IntegerArray(items[name].low, unknown) for name, unknown in empty.items()}
    columns |= {"stage": worst_item.column(), "low": exactly(worst_item.low).column(), "high": exactly(worst_item.high).column()}
    return rules.stamp(pd.DataFrame(columns, index=days.index), rules.Rules("kdigo"))


def stage(items: Iterable[Span]) -> Span:
    """The worst item, not the sum."""
    return worst(*items)


def spans(days: pd.DataFrame) -> dict[str, Span]:
    """The lowest and the highest stage by each item."""
    return {
        "creatinine": _creatinine(days),
        "urine": exactly(score_bands(urine.rate(days), TABLE["urine"].bands).low),  # missing urine says nothing
        "rrt": answered(np.nan_to_num(read(days, "rrt")), 3),
    }


def _creatinine(days: pd.DataFrame) -> Span:
    creatinine, ratio, rise = _changes(days)
    by_change = [
        score_bands(values, TABLE["creatinine"].of(name))
        for name, values in (("creatinine_ratio", ratio), ("creatinine_rise", rise))
    ]
    acute = _acute(ratio, rise)
    possible = acute | np.isnan(ratio) | np.isnan(rise)
    below = creatinine < SEVERE - slack(SEVERE)
    severe = Span(np.where(acute & (creatinine >= SEVERE - slack(SEVERE)), 3, 0), np.where(possible & ~below, 3, 0))
    return worst(*by_change, severe)


def _changes(days: pd.DataFrame) -> tuple[Numbers, Numbers, Numbers]:
    """Creatinine, how many times the reference it is, and its rise in 48 hours."""
    creatinine = read(days, "creatinine")
    reference = np.maximum(read(days, "creatinine_reference"), slack(0))  # a reference of 0 is no division by it
    return creatinine, creatinine / reference, creatinine - read(days, "creatinine_48h")


def _acute(ratio: Numbers, rise: Numbers) -> NDArray[np.bool_]:
    return (ratio >= RATIO - slack(RATIO)) | (rise >= RISE - slack(RISE))


def facts(day: pd.DataFrame) -> Facts:
    """What the bands are of and are not columns, of a frame of one row."""
    _, ratio, rise = _changes(day)
    derived = {"creatinine_ratio": ratio, "creatinine_rise": rise, "urine_ml_kg_h": urine.rate(day)}
    return Facts(
        {name: float(values[0]) for name, values in derived.items()}, frozenset({"", "acute" if _acute(ratio, rise)[0] else ""})
    )


def thresholds(day: Mapping[str, Any]) -> dict[str, list[float]]:
    """Of columns that the table knows only within a ratio, a rise or a rate: where the stage may change, the rest as it is."""
    codes = TABLE["creatinine"].variables
    today, reference, before = (None if pd.isna(day.get(code)) else float(day[code]) for code in codes)
    ratios = CUTPOINTS["creatinine_ratio"]
    return {
        "creatinine": [
            *(cut * reference for cut in ratios if reference is not None), *([] if before is None else [before + RISE]),
        ],
        "creatinine_reference": [today / cut for cut in ratios if today is not None],
        "creatinine_48h": [] if today is None else [today - RISE],
    } | urine.thresholds(day, CUTPOINTS["urine_ml_kg_h"])  # fmt: skip
