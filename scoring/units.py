"""Units: one canonical unit a variable, and exact factors from every other unit in which it may be entered.

A unit is never guessed: bilirubin 30 may be µmol/L or mg/L, PaO2 50 may be mmHg or kPa, and nobody can tell from the
number. sCD25 stays in U/mL: the assays in pg/mL have no common factor (1 U is 1 or 10 pg, by assay).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Number = float | int | Decimal | np.number


@dataclass(frozen=True)
class Factor:
    """canonical = value × times + plus, exactly."""

    times: Fraction = Fraction(1)
    plus: Fraction = Fraction(0)

    def to_canonical(self, value: Number) -> float:
        return float(value) if _open(value) else float(_exact(value) * self.times + self.plus)

    def from_canonical(self, value: Number) -> float:
        return float(value) if _open(value) else float((_exact(value) - self.plus) / self.times)


class UnknownUnit(ValueError):
    """The unit is not one of that variable's; `accepted` lists those that are."""

    def __init__(self, variable: str, unit: str) -> None:
        self.variable, self.unit, self.accepted = variable, unit, accepted(variable)
        super().__init__(f"{variable}: no unit {unit!r}; accepted: {', '.join(self.accepted) or 'none'}")


class UnknownVariable(ValueError):
    """No variable of that code."""


def _by(times: str | Fraction) -> Factor:
    return Factor(Fraction(times))


def _only(unit: str) -> dict[str, Factor]:
    return {unit: Factor()}


ANSWER: dict[str, Factor] = {}  # answers and choices have no unit
CELLS = {"10⁹/L": Factor(), "G/L": Factor(), "10³/µL": Factor(), "/mm³": _by("0.001"), "/µL": _by("0.001")}
CATECHOLAMINE = _only("µg/kg/min")  # base; the salt is not a unit: see `base_dose`
CYTOKINE = {"pg/mL": Factor(), "ng/L": Factor()}
CREATININE = {"µmol/L": Factor(), "mg/dL": _by("88.4"), "mg/L": _by("8.84")}
SALT = {"mmol/L": Factor(), "mEq/L": Factor()}

FACTORS: dict[str, dict[str, Factor]] = {  # the canonical unit of each variable comes first
    "temperature": {"°C": Factor(), "°F": Factor(Fraction(5, 9), Fraction(-160, 9))},
    "heart_rate": _only("/min"),
    "map": _only("mmHg"),
    "pao2": {"mmHg": Factor(), "kPa": _by("7.5006")},
    "fio2": {"fraction": Factor(), "%": _by("0.01")},
    "spo2": _only("%"),
    "norepinephrine": CATECHOLAMINE,
    "epinephrine": CATECHOLAMINE,
    "dopamine": CATECHOLAMINE,
    "dobutamine": CATECHOLAMINE,
    **dict.fromkeys(("phenylephrine", "metaraminol", "angiotensin_ii", "milrinone", "levosimendan"), CATECHOLAMINE),
    "vasopressin": {"U/min": Factor(), "U/h": _by(Fraction(1, 60))},
    "gcs": _only(""),
    "rass": _only(""),
    "creatinine": CREATININE,
    "creatinine_reference": CREATININE,
    "creatinine_48h": CREATININE,
    "urine_ml_kg_h": _only("mL/kg/h"),
    "urine_output": {"mL/24 h": Factor(), "L/24 h": _by("1000")},
    "ferritin": {"µg/L": Factor(), "ng/mL": Factor(), "pmol/L": _by("0.445")},
    "scd25": _only("U/mL"),
    "fibrinogen": {"g/L": Factor(), "mg/dL": _by("0.01")},
    "triglycerides": {"mmol/L": Factor(), "g/L": _by("1.129"), "mg/dL": _by("0.01129")},
    "hemoglobin": {"g/dL": Factor(), "g/L": _by("0.1"), "mmol/L": _by("1.6114")},
    "white_cells": CELLS,
    "neutrophils": CELLS,
    "lymphocytes": CELLS,
    "platelets": CELLS,
    "ast": _only("U/L"),
    "alt": _only("U/L"),
    "bilirubin": {"µmol/L": Factor(), "mg/dL": _by("17.1"), "mg/L": _by("1.71")},
    "ldh": _only("U/L"),
    "crp": {"mg/L": Factor(), "mg/dL": _by("10")},
    "procalcitonin": {"µg/L": Factor(), "ng/mL": Factor()},
    "lactate": _only("mmol/L"),
    "inr": _only(""),
    "pt_prolongation": _only("s"),
    "ph": _only(""),
    "bicarbonate": SALT,
    "d_dimer": {"mg/L FEU": Factor(), "µg/mL FEU": Factor(), "µg/L FEU": _by("0.001"), "ng/mL FEU": _by("0.001")},
    "albumin": {"g/L": Factor(), "g/dL": _by("10")},
    "potassium": SALT,
    "sodium": SALT,
    "weight": _only("kg"),
    **{enzyme: _only("U/L") for enzyme in ("ggt", "alp")},
    "age": _only("years"),
    "pump_rate": _only("mL/h"),
    "concentration": {"mg/mL": Factor(), "µg/mL": _by("0.001")},
    **dict.fromkeys(("support_days", "support_days_low", "support_days_high", "death_day"), _only("days")),
    **dict.fromkeys(("il2", "il6", "il10", "il12", "gm_csf", "ifn_gamma", "tnf_alpha"), CYTOKINE),
    **dict.fromkeys(("ventilation", "ecmo", "rrt", "gcs_kind", "mechanical_support", "delirium_drug", "fibrin_marker"), ANSWER),
    **dict.fromkeys(("sex", "alive_day_28", "anticoagulated"), ANSWER),
    **dict.fromkeys(("hepatomegaly", "splenomegaly", "hemophagocytosis"), ANSWER),
    **dict.fromkeys(("nk_activity_low", "immunosuppression"), ANSWER),
}

# Of 1 mg of what the label counts, how much is norepinephrine base.
NOREPINEPHRINE_BASE = {
    "base": Fraction(1),
    "tartrate": Fraction(1, 2),  # bitartrate (tartrate) monohydrate
    "tartrate_anhydrous": 1 / Fraction("1.89"),
    "hydrochloride": 1 / Fraction("1.22"),
}

# How laboratories write the units above, beyond what `_plain` levels by itself (case, blanks, µ, powers of ten).
SPELLINGS = {
    "°C": ("C", "Cel", "degC", "[degC]", "° Celsius"),
    "°F": ("F", "degF", "[degF]", "° Fahrenheit"),
    "/min": ("bpm", "1/min", "min-1", "min^-1", "beats/min", "batt/min", "{beats}/min"),
    "mmHg": ("mm[Hg]",),
    "fraction": ("1", "{fraction}"),
    "%": ("percent",),
    "µg/kg/min": ("ug/min/kg", "ug/kg.min", "ug/(kg.min)", "ug.kg-1.min-1", "gamma/kg/min", "γ/kg/min"),
    "U/min": ("IU/min", "UI/min", "[IU]/min", "[U]/min"),
    "U/h": ("IU/h", "UI/h", "[IU]/h", "U/hr"),
    "mL/kg/h": ("mL/kg/hr", "mL/(kg.h)"),
    "years": ("a", "ans", "year", "yr"),
    "s": ("sec", "seconds"),
    "mL/24 h": ("mL", "mL/24hr", "mL/d", "mL/j", "mL/day", "mL/jour", "mL/(24.h)"),  # LOINC 9192-6, of 24 h, is in mL
    "L/24 h": ("L/24hr", "L/d", "L/j", "L/day", "L/jour"),
    "U/L": ("IU/L", "UI/L", "[IU]/L"),
    "10⁹/L": ("Gpt/L",),
    "10³/µL": ("K/uL", "thou/uL", "10^3/mm3", "K/mm3"),
    "/mm³": ("1/mm3", "per mm3", "cells/mm3", "el/mm3"),
    "/µL": ("1/uL", "per uL", "cells/uL", "{cells}/uL"),
    "mg/L FEU": ("mg/L{FEU}", "mg{FEU}/L", "mg/L (FEU)"),
    "µg/L FEU": ("ug/L{FEU}", "ug{FEU}/L", "ug/L (FEU)"),
    "ng/mL FEU": ("ng/mL{FEU}", "ng{FEU}/mL", "ng/mL (FEU)"),
    "µg/mL FEU": ("ug/mL{FEU}", "ug{FEU}/mL", "ug/mL (FEU)"),
}
SPELLINGS_OF = {
    "inr": ("INR", "{INR}", "1", "ratio"), "ph": ("[pH]", "1", "pH"), "gcs": ("{score}", "/15", "1"),
    "rass": ("{score}", "1"),
}  # fmt: skip


def canonical(variable: str) -> str:
    """The unit in which the variable is kept; empty for a pure number or an answer. UnknownVariable."""
    return next(iter(_factors(variable)), "")


def accepted(variable: str) -> tuple[str, ...]:
    """The units in which the variable may be entered, canonical first; none for an answer. UnknownVariable."""
    return tuple(_factors(variable))


def recognise(variable: str, unit: str) -> str:
    """The accepted unit that a laboratory's spelling means: "10*3/uL" is "10³/µL". UnknownUnit, UnknownVariable."""
    found = _spelled(variable).get(_plain(unit))
    if found is None:
        raise UnknownUnit(variable, unit)
    return found


@overload
def to_canonical(variable: str, value: Number, unit: str) -> float: ...
@overload
def to_canonical(variable: str, value: NDArray[np.float64], unit: str) -> NDArray[np.float64]: ...
@overload
def to_canonical(variable: str, value: pd.Series[float], unit: str) -> pd.Series[float]: ...
def to_canonical(
    variable: str, value: Number | NDArray[np.float64] | pd.Series[float], unit: str
) -> float | NDArray[np.float64] | pd.Series[float]:
    """The value in the variable's canonical unit, rounded once, at the end; NaN stays NaN.

    `value` is a number, an array or a Series. UnknownUnit, UnknownVariable; TypeError for text or yes/no.
    """
    factor = _factors(variable)[recognise(variable, unit)]
    if isinstance(value, pd.Series):
        numbers = np.asarray(value.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)
        return pd.Series(_each(factor, numbers), index=value.index, name=value.name)
    return _each(factor, value) if isinstance(value, np.ndarray) else factor.to_canonical(value)


def from_canonical(variable: str, value: Number, unit: str) -> float:
    """The canonical value in another accepted unit: for showing it, or its limits, in the unit that was typed."""
    return _factors(variable)[recognise(variable, unit)].from_canonical(value)


def base_dose(dose: Number, salt: str) -> float:
    """Norepinephrine base of a dose counted as `salt` (a key of NOREPINEPHRINE_BASE): tartrate 0.16 is base 0.08."""
    return float(_exact(dose) * NOREPINEPHRINE_BASE[salt])


def _each(factor: Factor, values: NDArray[np.float64]) -> NDArray[np.float64]:
    different, places = np.unique(values, return_inverse=True)
    return np.array([factor.to_canonical(value) for value in different], dtype=np.float64)[places]


def _factors(variable: str) -> dict[str, Factor]:
    if variable not in FACTORS:
        raise UnknownVariable(f"no variable {variable!r}")
    return FACTORS[variable]


def _exact(value: Number) -> Fraction:
    """The decimal that was written: the float 38.4 is 384/10, not its binary neighbour."""
    return Fraction(str(value))


def _open(value: Number) -> bool:
    """NaN or infinite: no factor changes it."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | np.number):
        raise TypeError(f"a number is needed, not {type(value).__name__}")
    return not math.isfinite(value)


@cache
def _spelled(variable: str) -> dict[str, str]:
    spellings = {_plain(unit): unit for unit in accepted(variable)}
    for unit in accepted(variable):
        ways = SPELLINGS_OF.get(variable, SPELLINGS.get(unit, ()))
        spellings |= {_plain(way): unit for way in ways}
    return spellings


def _plain(unit: str) -> str:
    """One spelling for units that differ in case, blanks, micro sign, powers: "10*9 /l" and "x10⁹/L" are "10^9/l"."""
    text = re.sub(r"[\s\u200b\ufeff]+", "", unit).translate(SUPERSCRIPTS)
    text = re.sub(r"^G/(?=[lL]$)", "giga/", text)  # where case tells giga from gram
    text = text.casefold().replace("µ", "u").replace("μ", "u").replace("micro", "u")
    text = re.sub(r"(^|/)mc(?=g|mol|l)", r"\1u", text)
    text = re.sub(r"^[x×*]?10(?:\^|\*\*?|e\+?0?)(?=\d)", "10^", text)
    return re.sub(r"mm[\^*]?3", "mm3", text)


SUPERSCRIPTS = {ord(sign): f"^{digit}" for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")} | {ord("⁻"): "-"}
