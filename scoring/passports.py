"""The boundary checks in the passport of each score, written out from the papers and not taken from the tables that the
scores compute from. The page runs them each time it is looked at."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scoring import clearance, ctcae, support_free, vasopressors
from scoring.explain import Score


@dataclass(frozen=True)
class Check:
    """Of a patient of whom only `values` are known, `item` must come to exactly `points`."""

    item: str
    values: Mapping[str, Any]
    points: float


@dataclass(frozen=True)
class Checked:
    check: Check
    low: float
    high: float

    @property
    def passed(self) -> bool:
        return self.low == self.high == self.check.points


def run(score: Score, checks: tuple[Check, ...]) -> list[Checked]:
    """Each check with what the score gives now."""
    if not checks:
        return []
    frame = pd.DataFrame([dict(check.values) for check in checks])
    spans = score.spans(frame)
    return [
        Checked(check, int(spans[check.item].low[at]), int(spans[check.item].high[at]))
        for at, check in enumerate(checks)
    ]


def run_formula(code: str, checks: tuple[Check, ...]) -> list[Checked]:
    """The same of a score that is no table of points; a result that is missing is NaN and passes no check."""
    found = [FORMULAS[code](check.item, check.values) for check in checks]
    return [Checked(check, value, value) for check, value in zip(checks, found, strict=True)]


def _grade(variable: str, values: Mapping[str, Any]) -> float:
    grade = ctcae.grade(variable, **values)
    return math.nan if grade is pd.NA else float(grade)


def _vasopressors(item: str, values: Mapping[str, Any]) -> float:
    if item == "pump_rate":
        return round(float(vasopressors.dose(values["pump_rate"], values["concentration"], values["weight"])), 3)
    return float(vasopressors.equivalent(pd.DataFrame([values]), "no drug").iloc[0])


def _column(module: Any, column: str) -> Callable[[str, Mapping[str, Any]], float]:
    return lambda item, values: round(float(module.score(pd.DataFrame([values]))[column].iloc[0]), 1)


FORMULAS: dict[str, Callable[[str, Mapping[str, Any]], float]] = {
    "ctcae": _grade, "vasopressors": _vasopressors, "clearance": _column(clearance, "clearance"),
    "support_free": _column(support_free, "free_days"),
}  # fmt: skip


def _edges(item: str, variable: str, points: Mapping[float, int], **others: Any) -> tuple[Check, ...]:
    """Values on and beside the cut-offs of one variable."""
    return tuple(Check(item, {variable: value, **others}, given) for value, given in points.items())


def _yes(item: str, variable: str, points: int) -> tuple[Check, ...]:
    return (Check(item, {variable: "yes"}, points), Check(item, {variable: "no"}, 0))


GAS = {"fio2": 1.0}
CALM = {"map": 80.0}  # the circulation was charted: an empty dose box is no drug

SOFA = (
    *_edges("respiration", "pao2", {400: 0, 399.9: 1, 300: 1, 299.9: 2, 200: 2, 199.9: 3, 100: 3, 99.9: 4},
            ventilation="invasive", **GAS),
    *_edges("respiration", "pao2", {200: 2, 199.9: 2, 100: 2, 99.9: 2}, ventilation="hfnc", **GAS),
    Check("respiration", {"pao2": 112.0, "fio2": 0.28, "ventilation": "none"}, 0),
    *_edges("coagulation", "platelets", {150: 0, 149.9: 1, 100: 1, 99.9: 2, 50: 2, 49.9: 3, 20: 3, 19.9: 4}),
    *_edges("liver", "bilirubin", {19.9: 0, 20: 1, 32.9: 1, 33: 2, 101.9: 2, 102: 3, 204: 3, 204.1: 4}),
    *_edges("cardiovascular", "map", {70: 0, 69.9: 1}),
    *_edges("cardiovascular", "dopamine", {0: 0, 0.1: 2, 5: 2, 5.1: 3, 15: 3, 15.1: 4}, **CALM),
    *_edges("cardiovascular", "dobutamine", {0: 0, 0.1: 2}, **CALM),
    *_edges("cardiovascular", "epinephrine", {0: 0, 0.01: 3, 0.1: 3, 0.101: 4}, **CALM),
    *_edges("cardiovascular", "norepinephrine", {0: 0, 0.01: 3, 0.1: 3, 0.101: 4}, **CALM),
    *_edges("cardiovascular", "vasopressin", {0: 0, 0.03: 3, 0.04: 3, 0.041: 4}, **CALM),
    *_edges("cns", "gcs", {15: 0, 14: 1, 13: 1, 12: 2, 10: 2, 9: 3, 6: 3, 5: 4, 3: 4}),
    *_edges("renal", "creatinine", {109.9: 0, 110: 1, 170.9: 1, 171: 2, 299.9: 2, 300: 3, 440: 3, 440.1: 4}),
    *_edges("renal", "urine_output", {500: 0, 499: 3, 200: 3, 199: 4}, creatinine=80.0),
    Check("renal", {"creatinine": 80.0, "rrt": "yes"}, 4),
)  # fmt: skip

SOFA2 = (
    *_edges("brain", "gcs", {15: 0, 14: 1, 13: 1, 12: 2, 9: 2, 8: 3, 6: 3, 5: 4, 3: 4}),
    Check("brain", {"gcs": 15, "delirium_drug": "yes"}, 1),
    *_edges("respiration", "pao2", {300.1: 0, 300: 1, 225.1: 1, 225: 2, 150.1: 2, 150: 3, 75.1: 3, 75: 4},
            ventilation="hfnc", **GAS),
    *_edges("respiration", "pao2", {150: 2, 75: 2}, ventilation="none", **GAS),
    *_edges("cardiovascular", "map", {70: 0, 69.9: 1}),
    *_edges("cardiovascular", "norepinephrine", {0: 0, 0.01: 2, 0.2: 2, 0.201: 3, 0.4: 3, 0.401: 4}, **CALM),
    *_edges("cardiovascular", "norepinephrine", {0.2: 3, 0.201: 4}, vasopressin=0.03, **CALM),
    *_edges("cardiovascular", "dopamine", {20: 2, 20.1: 3, 40: 3, 40.1: 4}, **CALM),
    *_edges("liver", "bilirubin", {20.6: 0, 20.7: 1, 51.3: 1, 51.4: 2, 102.6: 2, 102.7: 3, 205: 3, 205.1: 4}),
    *_edges("kidney", "creatinine", {110: 0, 110.1: 1, 170: 1, 170.1: 2, 300: 2, 300.1: 3}, urine_ml_kg_h=1.0),
    *_edges("kidney", "urine_ml_kg_h", {0.5: 0, 0.49: 2, 0.3: 2, 0.29: 3, 0: 3}, creatinine=80.0),
    Check("kidney", {"creatinine": 80.0, "rrt": "yes"}, 4),
    *_edges("hemostasis", "platelets", {150.1: 0, 150: 1, 100.1: 1, 100: 2, 80.1: 2, 80: 3, 50.1: 3, 50: 4}),
)  # fmt: skip

HSCORE = (
    *_yes("immunosuppression", "immunosuppression", 18),
    *_edges("temperature", "temperature", {38.3: 0, 38.4: 33, 39.4: 33, 39.5: 49}),
    *_edges("cytopenias", "hemoglobin", {9.2: 24, 9.3: 0}, platelets=110.0, white_cells=5.1),
    *_edges("cytopenias", "white_cells", {5.0: 34, 5.1: 24}, platelets=110.0, hemoglobin=9.2),
    *_edges("cytopenias", "platelets", {110: 24, 110.1: 0}, white_cells=5.1, hemoglobin=9.2),
    Check("organomegaly", {"hepatomegaly": "no", "splenomegaly": "no"}, 0),
    Check("organomegaly", {"hepatomegaly": "no", "splenomegaly": "yes"}, 23),
    Check("organomegaly", {"hepatomegaly": "yes", "splenomegaly": "yes"}, 38),
    *_edges("ferritin", "ferritin", {1999: 0, 2000: 35, 6000: 35, 6001: 50}),
    *_edges("triglycerides", "triglycerides", {1.49: 0, 1.5: 44, 4.0: 44, 4.01: 64}),
    *_edges("fibrinogen", "fibrinogen", {2.51: 0, 2.5: 30}),
    *_edges("ast", "ast", {29: 0, 30: 19}),
    *_yes("hemophagocytosis", "hemophagocytosis", 35),
)  # fmt: skip

LOW_TWO = {"platelets": 99.9, "neutrophils": 1.0}
HLH2004 = (
    *_edges("fever", "temperature", {38.4: 0, 38.5: 1}),
    *_yes("splenomegaly", "splenomegaly", 1),
    *_edges("cytopenias", "hemoglobin", {8.9: 1, 9.0: 0}, **LOW_TWO),
    *_edges("cytopenias", "platelets", {99.9: 1, 100: 0}, hemoglobin=8.9, neutrophils=1.0),
    *_edges("cytopenias", "neutrophils", {0.99: 1, 1.0: 0}, hemoglobin=9.0, platelets=99.9),
    *_edges("triglycerides_or_fibrinogen", "triglycerides", {2.99: 0, 3.0: 1}, fibrinogen=1.51),
    *_edges("triglycerides_or_fibrinogen", "fibrinogen", {1.51: 0, 1.5: 1}, triglycerides=2.99),
    *_yes("hemophagocytosis", "hemophagocytosis", 1),
    *_yes("nk_activity", "nk_activity_low", 1),
    *_edges("ferritin", "ferritin", {499: 0, 500: 1}),
    *_edges("scd25", "scd25", {2399: 0, 2400: 1}),
)  # fmt: skip

HLH2024 = tuple(check for check in HLH2004 if check.item != "nk_activity")  # fmt: skip

OHI = (*_edges("scd25", "scd25", {3900: 0, 3901: 1}), *_edges("ferritin", "ferritin", {1000: 0, 1001: 1}))  # fmt: skip

DIC = (
    *_edges("platelets", "platelets", {100.1: 0, 100: 1, 50: 1, 49.9: 2}),
    Check("fibrin_marker", {"fibrin_marker": "none"}, 0),
    Check("fibrin_marker", {"fibrin_marker": "moderate"}, 2),
    Check("fibrin_marker", {"fibrin_marker": "strong"}, 3),
    *_edges("pt_prolongation", "pt_prolongation", {2.9: 0, 3: 1, 6: 1, 6.1: 2}),
    *_edges("fibrinogen", "fibrinogen", {1.01: 0, 1.0: 1, 0.99: 1}),
)  # fmt: skip

SIC = (
    *_edges("inr", "inr", {1.2: 0, 1.21: 1, 1.4: 1, 1.41: 2}),
    *_edges("platelets", "platelets", {150: 0, 149.9: 1, 100: 1, 99.9: 2}),
)  # fmt: skip

KDIGO = (
    *_edges("creatinine", "creatinine", {119.9: 0, 120: 1, 159.9: 1, 160: 2, 239: 2, 239.9: 2, 240: 3},
            creatinine_reference=80.0, creatinine_48h=119.9),
    *_edges("creatinine", "creatinine", {326.4: 0, 326.5: 1, 330: 1, 353.5: 1, 353.6: 3}, creatinine_reference=300.0,
            creatinine_48h=300.0),
    *_edges("urine", "urine_ml_kg_h", {0.5: 0, 0.49: 2, 0.3: 2, 0.29: 3}),
    Check("rrt", {"rrt": "yes"}, 3),
)  # fmt: skip

CTCAE = tuple(
    Check(variable, {**values, "version": version}, grade)
    for variable, values, grades in (
        ("platelets", {"value": 24}, (4, 3)), ("platelets", {"value": 25.0}, (3, 3)), ("platelets", {"value": 50.0}, (2, 2)),
        ("platelets", {"value": 9}, (4, 4)), ("neutrophils", {"value": 0.40}, (4, 3)),
        ("neutrophils", {"value": 1.0}, (2, 1)), ("hemoglobin", {"value": 8.0}, (2, 2)),
        ("hemoglobin", {"value": 7.9}, (3, 3)), ("alt", {"value": 450, "uln": 40, "baseline": 200}, (1, 3)),
        ("alt", {"value": 130, "uln": 40, "baseline": 30}, (2, 2)), ("triglycerides", {"value": 5.7}, (2, 2)),
        ("triglycerides", {"value": 5.71}, (3, 3)),
    )
    for version, grade in zip((5, 6), grades, strict=True)
)  # fmt: skip

VASOPRESSORS = (
    Check("vasopressin", {"vasopressin": 0.03}, 0.075),
    Check("vasopressin", {"vasopressin": 0.04, "norepinephrine": 0.05}, 0.15),
    Check("pump_rate", {"pump_rate": 1, "concentration": 1, "weight": 70}, 0.238),
)  # fmt: skip

CLEARANCE = (
    Check("clearance", {"age": 60, "sex": "m", "weight": 70, "creatinine": 80}, 86.1),
    Check("clearance", {"age": 60, "sex": "f", "weight": 70, "creatinine": 80}, 72.8),
)  # fmt: skip

SUPPORT_FREE = (
    Check("support_free", {"support_days": 10, "alive_day_28": "yes"}, 18),
    Check("support_free", {"support_days": 10, "death_day": 20}, 0),
    Check("support_free", {"support_days": 28, "alive_day_28": "yes"}, 0),
)  # fmt: skip

CHECKS: dict[str, tuple[Check, ...]] = {
    "sofa": SOFA, "sofa2": SOFA2, "hscore": HSCORE, "hlh2004": HLH2004, "hlh2024": HLH2024, "ohi": OHI, "dic": DIC, "sic": SIC,
    "kdigo": KDIGO, "ctcae": CTCAE, "vasopressors": VASOPRESSORS, "clearance": CLEARANCE, "support_free": SUPPORT_FREE,
}  # fmt: skip
