"""Invented days and patients with many values on, just below and just above the cut-offs, and many missing."""

from decimal import Decimal
from random import Random

AGENTS = {
    "norepinephrine": "0.01 0.05 0.09 0.1 0.101 0.15 0.19 0.2 0.201 0.25 0.3 0.35 0.39 0.4 0.401 0.8",
    "epinephrine": "0.01 0.05 0.099 0.1 0.11 0.15 0.2 0.25 0.3 0.4 0.41",
    "dopamine": "0.5 2.5 4.9 5 5.1 7.5 10 14.9 15 15.1 19.9 20 20.1 39.9 40 40.1",
    "dobutamine": "0.1 2.5 5 10 20",
    "vasopressin": "0.001 0.01 0.02 0.03 0.04 0.041 0.06",
}
# step, then the cut-offs
DAY = {
    "platelets": "0.1 20 50 80 100 150",
    "bilirubin": "0.1 20 20.6 33 51.3 102 102.6 204 205",
    "creatinine": "0.1 110 170 171 300 353.6 440",
    "map": "0.5 65 70",
    "spo2": "0.1 90 98",
    "potassium": "0.1 6",
    "ph": "0.01 7.2",
    "bicarbonate": "0.1 12",
    "pt_prolongation": "0.1 3 6",
    "fibrinogen": "0.01 1",
    "inr": "0.01 1.2 1.4",
    "urine_output": "1 200 500",
    "urine_ml_kg_h": "0.001 0.3 0.5",
}
PATIENT = {
    "temperature": "0.1 38.4 38.5 39.4",
    "hemoglobin": "0.1 9 9.2",
    "white_cells": "0.1 5",
    "neutrophils": "0.01 1",
    "platelets": "1 100 110",
    "ferritin": "1 500 1000 2000 6000",
    "triglycerides": "0.01 1.5 3 4",
    "fibrinogen": "0.01 1.5 2.5",
    "ast": "1 30",
    "scd25": "1 2400 3900",
}
ANSWERS = ("immunosuppression", "hepatomegaly", "splenomegaly", "hemophagocytosis", "nk_activity_low")
WELL = {
    "pao2": 95,
    "fio2": Decimal("0.21"),
    "platelets": 250,
    "bilirubin": 10,
    "creatinine": 80,
    "map": 80,
    "gcs": 15,
    "urine_output": 1800,
    "potassium": Decimal("4.1"),
    "rrt": "no",
    "ecmo": "no",
    "mechanical_support": "no",
} | dict.fromkeys(AGENTS, 0)
FIO2 = "0.21 0.25 0.3 0.32 0.35 0.4 0.45 0.48 0.5 0.6 0.7 0.75 0.8 1"


def days(rows, seed):
    draw = Random(seed)
    return [some_missing(draw, day(draw)) for _ in range(rows)]


def patients(rows, seed):
    draw = Random(seed)
    return [some_missing(draw, patient(draw)) for _ in range(rows)]


def some_missing(draw, row):
    share = draw.choice((0, 0.25, 0.5))
    return {code: None if value is None or draw.random() < share else plain(value) for code, value in row.items()}


def plain(value):
    return float(value) if isinstance(value, Decimal) else value


def one_of(draw, values):
    return Decimal(draw.choice(values.split()))


def near(draw, cutoffs):
    """One cut-off, a step below or above it, or anything up to one and a half times it."""
    step, *limits = (Decimal(limit) for limit in cutoffs.split())
    limit = draw.choice(limits)
    if draw.random() < 0.2:
        return (limit * Decimal(draw.uniform(0.5, 1.5))).quantize(step)
    return limit + draw.choice((-step, 0, 0, step))


def day(draw):
    row = {code: near(draw, cutoffs) for code, cutoffs in DAY.items()}
    row |= oxygen(draw, row["spo2"]) | circulation(draw) | urine(draw, row) | creatinine(draw, row)
    row["gcs"] = draw.randint(3, 15)
    row["ventilation"] = draw.choice(("none", "hfnc", "niv", "cpap", "invasive"))
    for code in ("ecmo", "rrt", "mechanical_support"):
        row[code] = draw.choice(("yes", "no", "no", "no", "no"))
    row["delirium_drug"] = draw.choice(("yes", "no"))
    row["fibrin_marker"] = draw.choice(("none", "moderate", "strong"))
    share_well = draw.choice((0, 0, 0.3, 0.9))
    return row | {code: value for code, value in WELL.items() if draw.random() < share_well}


def oxygen(draw, spo2):
    """PaO2 and SpO2 that give a ratio on or beside a cut-off."""
    fio2 = one_of(draw, FIO2)
    saturation = near(draw, "0.1 120 200 250 300") * fio2
    return {
        "fio2": fio2,
        "pao2": near(draw, "0.1 75 100 150 200 225 300 400") * fio2,
        "spo2": saturation if 60 <= saturation <= 100 else spo2,
    }


def circulation(draw):
    given = draw.sample(list(AGENTS), draw.choice((0, 0, 1, 1, 2, 3)))
    return {agent: one_of(draw, values) if agent in given else Decimal(0) for agent, values in AGENTS.items()}


def urine(draw, row):
    weight = Decimal(draw.choice((50, 60, 70, 82, 100)))
    by_weight = near(draw, "0.1 0.3 0.5") * 24 * weight
    return {
        "weight": weight,
        "urine_output": draw.choice((Decimal(0), row["urine_output"], by_weight, by_weight + 1, Decimal(1500))),
        "urine_ml_kg_h": draw.choice((None, None, Decimal(0), row["urine_ml_kg_h"], Decimal(1))),
    }


def creatinine(draw, row):
    """A reference and a value two days ago from which today's creatinine is on or beside a KDIGO limit."""
    reference = Decimal(draw.choice((60, 71, 80, 100, 118, 240)))
    by_ratio, by_rise = near(draw, "0.01 1.5 2 3") * reference, reference + near(draw, "0.1 26.5")
    today = draw.choice((row["creatinine"], row["creatinine"], by_ratio, by_rise))
    return {
        "creatinine": today,
        "creatinine_reference": reference,
        "creatinine_48h": draw.choice((today, reference, max(today - near(draw, "0.1 26.5"), Decimal(10)))),
    }


def patient(draw):
    row = {code: near(draw, cutoffs) for code, cutoffs in PATIENT.items()}
    for code in ANSWERS:
        row[code] = draw.choice(("yes", "yes", "no", "no", "not_done"))
    return row
