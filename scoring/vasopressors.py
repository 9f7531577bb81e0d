"""Doses of vasopressors: the norepinephrine equivalent, the dose a pump gives, the two readings of a norepinephrine label."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring import drugs, sofa
from scoring.bands import Numbers
from scoring.columns import BadColumn, numbers
from scoring.inputs import INPUTS
from scoring.units import NOREPINEPHRINE_BASE, Number, base_dose

CITATION = sofa.NEE_CITATION
CHARTED = (*sofa.CATECHOLAMINES, *sofa.NONLISTED, *sofa.INODILATORS)
PER_MINUTE = Fraction(1000, 60)  # mg/h in µg/min
DIGITS = 12  # far beyond any pump: 0.05 + 2.5 × 0.04 is 0.15, not the float beside it


def equivalent(days: pd.DataFrame, empty_dose: drugs.EmptyDose = "unknown") -> pd.Series[float]:
    """The norepinephrine equivalent of each row in µg/kg/min, as Float64 on the index of `days`.

    Columns read: norepinephrine (base), epinephrine, dopamine, phenylephrine, metaraminol, angiotensin_ii (µg/kg/min)
    and vasopressin (U/min). <NA> where the dose of norepinephrine, epinephrine, dopamine or vasopressin is missing: it
    could add. "no drug" reads an empty box as SOFA does: none, once MAP is known or a drug runs.
    Unlike in SOFA, the paper's own drugs are summed too. BadColumn as in `scoring.sofa.score`.
    """
    sums = np.round(sum(_parts(days, empty_dose).values(), start=np.zeros(len(days))), DIGITS)
    values = pd.arrays.FloatingArray(np.nan_to_num(sums), np.isnan(sums))
    return pd.Series(values, index=days.index, name="norepinephrine_equivalent")


def reckoning(
    row: Mapping[str, Any], empty_dose: drugs.EmptyDose = "no drug", written: Callable[[float], str] = "{:g}".format
) -> str:
    """The sum of one row in its numbers: "0.05 + 2.5 × 0.04 = 0.15", drugs that run alone. Numbers are `written` as the
    reader's language writes them.

    With "unknown", a missing dose makes it "≥". Empty where nothing is known to run and something may.
    """
    parts = {agent: float(part[0]) for agent, part in _parts(pd.DataFrame([dict(row)]), empty_dose).items()}
    running = {agent: part for agent, part in parts.items() if part > 0}
    open_ = any(math.isnan(part) for part in parts.values())
    terms = " + ".join(_term(part, sofa.NEE_FACTORS[agent], written) for agent, part in running.items())
    whole = written(round(sum(running.values()), DIGITS))
    if open_:
        return f"{terms} ≥ {whole}" if running else ""
    return whole if terms in ("", whole) else f"{terms} = {whole}"


def _term(part: float, factor: float, written: Callable[[float], str]) -> str:
    dose = written(round(part / factor, DIGITS))
    return dose if factor == 1 else f"{written(factor)} × {dose}"


def _parts(days: pd.DataFrame, empty_dose: drugs.EmptyDose) -> dict[str, Numbers]:
    """What each drug adds, NaN where it is unknown."""
    doses = drugs.doses(days, CHARTED, empty_dose)
    return {agent: doses[agent] * factor for agent, factor in sofa.NEE_FACTORS.items() if agent in doses}


@overload
def dose(ml_per_hour: Number, mg_per_ml: Number, kg: Number) -> float: ...
@overload
def dose(
    ml_per_hour: Number | NDArray[Any], mg_per_ml: Number | NDArray[Any], kg: Number | NDArray[Any]
) -> float | Numbers: ...
def dose(
    ml_per_hour: Number | NDArray[Any], mg_per_ml: Number | NDArray[Any], kg: Number | NDArray[Any]
) -> float | Numbers:
    """µg/kg/min of what a pump gives, rounded once, at the end; NaN where one of the three is missing.

    Numbers or arrays, which broadcast. The weight is the one fixed for doses: fluid gained is not a lower dose.
    BadColumn for text, negative numbers, a syringe of 0 mg/mL, a weight outside the limits of scoring.inputs.
    """
    given = np.broadcast_arrays(*(np.asarray(each) for each in (ml_per_hour, mg_per_ml, kg)))
    shape = given[0].shape
    frame = pd.DataFrame({name: each.ravel() for name, each in zip(("ml_per_hour", "mg_per_ml", "kg"), given, strict=True)})
    rate, strength = numbers(frame, "ml_per_hour"), numbers(frame, "mg_per_ml")
    weight = numbers(frame, "kg", low=INPUTS["weight"].low, high=INPUTS["weight"].high)
    if (strength == 0).any():
        raise BadColumn("mg_per_ml", "a syringe of 0 mg/mL holds no drug")
    found = np.array([_dose(*each) for each in zip(rate, strength, weight, strict=True)], dtype=np.float64)
    return found.reshape(shape) if shape else float(found[0])


def _dose(ml_per_hour: float, mg_per_ml: float, kg: float) -> float:
    if math.isnan(ml_per_hour + mg_per_ml + kg):
        return math.nan
    rate, strength, weight = (Fraction(str(each)) for each in (ml_per_hour, mg_per_ml, kg))
    return float(rate * strength * PER_MINUTE / weight)


def salts(dose: Number) -> dict[str, float]:
    """Norepinephrine base of one dose, by what its label may count: 0.16 is base 0.16, of tartrate base 0.08."""
    (value,) = numbers(pd.DataFrame({"dose": [dose]}), "dose")
    return {salt: math.nan if math.isnan(value) else base_dose(value, salt) for salt in NOREPINEPHRINE_BASE}


def points_by_salt(day: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """SOFA's circulation, fewest and most points, with the norepinephrine of one day read as base and as tartrate."""
    read_as = {salt: dict(day) | {"norepinephrine": salts(day["norepinephrine"])[salt]} for salt in ("base", "tartrate")}
    spans = {salt: sofa.spans(pd.DataFrame([row]))["cardiovascular"] for salt, row in read_as.items()}
    return {salt: (int(span.low[0]), int(span.high[0])) for salt, span in spans.items()}
