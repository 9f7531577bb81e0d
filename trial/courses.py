"""How the values of an invented patient go from ill to healthy, or do not: the clinical half of trial.simulate.

Each patient has a pace, the share of the way to health gone in a day (below 0: worsening). Each variable goes that way
on its own scale: ferritin and its like in their logarithm, so that a responder's ferritin falls on a straight line of a
log axis.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring import hlh2004, sofa
from scoring.units import NOREPINEPHRINE_BASE
from trial.protocol import HLH2004_MIN, SOFA_MIN, VISIT_DAYS
from trial.reading import State
from trial.variables import REGISTRY_PANEL, VARIABLES, Variable

Values = npt.NDArray[Any]
COLUMNS = ("patient", "on_date", "variable", "state", "number", "choice", "comparator", "typed", "unit", "assay")
ASSAYS = {"scd25": "Immulite 2000"}


@dataclass(frozen=True)
class Course:
    ill: tuple[float, float]  # of the least and of the most severe patient
    healthy: float
    noise: float  # on a log scale a share of the value
    log: bool = True
    pace: float = 1.0  # of the patient's own
    off_visits: float = 0.75  # share of days without a visit on which it is measured


COURSES = {
    "temperature": Course((38.8, 40.4), 37.1, 0.25, log=False, pace=1.8),
    "heart_rate": Course((98, 145), 82, 6, log=False, pace=1.2),
    "lactate": Course((1.2, 7), 1.1, 0.15, pace=1.5),
    "creatinine": Course((65, 420), 72, 0.07, pace=0.9),
    "urine_output": Course((2200, 260), 2000, 0.15),
    "potassium": Course((4.0, 5.2), 4.1, 0.25, log=False),
    "sodium": Course((136, 148), 139, 1.5, log=False),
    "platelets": Course((95, 14), 230, 0.10),
    "hemoglobin": Course((9.2, 6.9), 10.8, 0.35, log=False, pace=0.6, off_visits=0.97),
    "white_cells": Course((4.6, 0.9), 7.5, 0.15, off_visits=0.97),
    "inr": Course((1.1, 2.6), 1.1, 0.05),
    "d_dimer": Course((1.5, 25), 0.9, 0.2, off_visits=0.3),
    "bilirubin": Course((12, 230), 13, 0.08, pace=0.9),
    "ast": Course((45, 1800), 31, 0.15, pace=1.3),
    "albumin": Course((30, 16), 31, 1.2, log=False, pace=0.5),
    "ferritin": Course((2500, 240000), 450, 0.12, pace=0.8, off_visits=0.6),
    "scd25": Course((3200, 42000), 900, 0.10, pace=0.7, off_visits=0.06),
    "fibrinogen": Course((2.1, 0.7), 3.3, 0.08, pace=1.2, off_visits=0.75),
    "triglycerides": Course((2.6, 7.5), 1.7, 0.10, pace=0.7, off_visits=0.3),
    "ldh": Course((400, 4500), 230, 0.12),
    "crp": Course((60, 320), 12, 0.2, pace=1.4),
    "procalcitonin": Course((0.6, 30), 0.2, 0.25, off_visits=0.3),
    "il2": Course((2, 20), 1, 0.4),
    "il6": Course((40, 9000), 6, 0.4),
    "il10": Course((30, 3000), 5, 0.35),
    "il12": Course((0.8, 15), 1, 0.4),
    "gm_csf": Course((1, 20), 1, 0.4),
    "ifn_gamma": Course((50, 6000), 4, 0.4),
    "tnf_alpha": Course((15, 200), 8, 0.3),
}

# What the assay can tell: below and above stand as "<" and ">".
ASSAY_LIMITS = {
    "il2": (4, 1000), "il6": (1.5, 5000), "il10": (2, 2000), "il12": (1.2, 500), "gm_csf": (2, 500),
    "ifn_gamma": (5, 2500), "tnf_alpha": (4, 500), "ferritin": (8, 100_000), "procalcitonin": (0.05, 100),
}  # fmt: skip

# Whoever met no criteria on the day of screening had a sicker day: the trial only includes who meets them.
SICKER = {
    "temperature": 39.3, "splenomegaly": "yes", "platelets": 38.0, "hemoglobin": 7.9, "ferritin": 14_000.0,
    "triglycerides": 3.6, "fibrinogen": 1.3, "pao2": 66.0, "fio2": 0.5, "ventilation": "invasive",
}  # fmt: skip

FINDINGS = {  # shares of yes and no; the rest was not done
    "hepatomegaly": (0.55, 0.40),
    "splenomegaly": (0.80, 0.18),
    "hemophagocytosis": (0.45, 0.20),
    "nk_activity_low": (0.08, 0.04),
    "immunosuppression": (0.35, 0.65),
}


def values(rng: np.random.Generator, people: pd.DataFrame, days: pd.DataFrame, today: date) -> pd.DataFrame:
    """What was typed, one row a patient, day and variable (COLUMNS).

    `people` has a row a patient: pace, severity, has_bilirubin, other_site. `days` has a row a patient and day, in
    order: patient (row of `people`), day (study day), on_date, in_icu, to_death (days, inf for who lives).
    """
    full = _sicker(courses(rng, people, days), days)
    first = ~days["patient"].duplicated().to_numpy()
    states = {code: _states(rng, code, people, days, first, today) for code in VARIABLES if code in full}
    for code, found in _given(full).items():  # asked where its marker was measured
        full[code], states[code] = found, np.where(states[VARIABLES[code].beside] == State.MEASURED, str(State.MEASURED), "")
    kept = [_as_typed(VARIABLES[code], full[code], states[code], people, days) for code in VARIABLES if code in full]
    return pd.concat(kept, ignore_index=True)


def courses(rng: np.random.Generator, people: pd.DataFrame, days: pd.DataFrame) -> dict[str, Values]:
    """Every variable on every patient-day, before anything is left out; numbers within the hard limits."""
    who = days["patient"].to_numpy()
    severity = people["severity"].to_numpy()
    progress = people["pace"].to_numpy()[who] * np.maximum(days["day"].to_numpy() - 1, 0)
    progress = progress - 0.15 * np.maximum(0, 3 - days["to_death"].to_numpy())
    organ = {name: 0.35 * severity + 0.65 * rng.random(len(people)) for name in ("lung", "shock", "brain", "kidney")}

    def need(name: str, pace: float = 1.0) -> Values:
        """How much support an organ needs: 0 none, 1 all there is."""
        return np.asarray(np.clip(organ[name][who] * (1 - np.clip(pace * progress, -0.5, 1)), 0, 1.2))

    found: dict[str, Values] = {}
    for code, course in COURSES.items():
        share = 0.5 * severity + 0.5 * rng.random(len(people))
        share = organ["kidney"] if code in ("creatinine", "urine_output") else share
        found[code] = _noisy(rng, course, _course(course, share[who], progress))
    found |= _breathing(rng, need("lung", 1.3)) | _circulation(rng, need("shock", 1.4))
    found |= _brain(rng, need("brain", 1.2), found["ventilation"]) | _kidney(found, need("kidney"))
    found |= _blood(rng, people, who, found) | _findings(rng, people, who)
    return {code: _within(VARIABLES[code], each) for code, each in found.items()}


def _course(course: Course, share: Values, progress: Values) -> Values:
    gone = np.clip(course.pace * progress, -0.3, 1)
    low, high = course.ill
    if course.log:
        ill = np.exp(np.log(low) + (np.log(high) - np.log(low)) * share)
        return np.asarray(np.exp(np.log(ill) + (np.log(course.healthy) - np.log(ill)) * gone))
    ill = low + (high - low) * share
    return np.asarray(ill + (course.healthy - ill) * gone)


def _noisy(rng: np.random.Generator, course: Course, smooth: Values) -> Values:
    noise = rng.normal(0, course.noise, len(smooth))
    return np.asarray(smooth * np.exp(noise) if course.log else smooth + noise)


def _breathing(rng: np.random.Generator, need: Values) -> dict[str, Values]:
    ventilation = np.select([need > 0.45, need > 0.36, need > 0.24], ["invasive", "niv", "hfnc"], "none").astype(object)
    fio2 = np.select([ventilation == "none", ventilation == "hfnc"], [0.21 + 0.4 * need, 0.4], 0.3 + 0.5 * need)
    ratio = np.exp(np.log(430) - 1.55 * need + rng.normal(0, 0.08, len(need)))
    ecmo = np.where(need > 1.12, "yes", "no").astype(object)
    return {
        "ventilation": ventilation,
        "fio2": np.clip(fio2, 0.21, 1),
        "pao2": np.clip(ratio * fio2, 46, 300),
        "ecmo": ecmo,
        "spo2": np.clip(98 - 5 * need + rng.normal(0, 1, len(need)), 84, 100),
        "ph": 7.42 - 0.14 * need,
    }


def _circulation(rng: np.random.Generator, need: Values) -> dict[str, Values]:
    norepinephrine = np.where(need > 0.3, (need - 0.28) * 0.75, 0)
    mean_pressure = np.where(norepinephrine > 0, 70, 88 - 45 * need) + rng.normal(0, 4, len(need))
    none = np.zeros(len(need))
    return {
        "map": np.clip(mean_pressure, 48, 120),
        "norepinephrine": np.round(norepinephrine, 2),
        "vasopressin": np.where(norepinephrine > 0.5, 0.03, none),
        "dobutamine": np.where(need > 0.95, 5.0, none),
        "epinephrine": np.where(need > 1.15, 0.1, none),
        "dopamine": none,
        "mechanical_support": np.where(need > 1.17, "yes", "no").astype(object),
        "bicarbonate": 25 - 10 * need,
    }


def _brain(rng: np.random.Generator, need: Values, ventilation: Values) -> dict[str, Values]:
    asleep = ventilation == "invasive"
    kind = np.where(asleep, np.where(rng.random(len(need)) < 0.1, "estimated", "before_sedation"), "measured")
    return {
        "gcs": np.clip(np.round(15.4 - 9 * np.maximum(need - 0.25, 0) - 0.3 * rng.random(len(need))), 3, 15),
        "gcs_kind": kind.astype(object),
        "delirium_drug": np.where(~asleep & (need > 0.3), "yes", "no").astype(object),
        "rass": np.where(asleep, rng.integers(-4, -1, len(need)), rng.integers(-1, 2, len(need))).astype(float),
    }


def _kidney(found: dict[str, Values], need: Values) -> dict[str, Values]:
    on_rrt = need > 0.78
    return {
        "rrt": np.where(on_rrt, "yes", "no").astype(object),
        "creatinine": np.where(on_rrt, found["creatinine"] * 0.6, found["creatinine"]),
        "urine_output": np.where(on_rrt, found["urine_output"] * 0.4, found["urine_output"]),
    }


def _blood(rng: np.random.Generator, people: pd.DataFrame, who: Values, found: dict[str, Values]) -> dict[str, Values]:
    weight = np.clip(rng.normal(72, 14, len(people)), 42, 130)[who]
    return {
        "neutrophils": found["white_cells"] * rng.uniform(0.35, 0.65, len(who)),
        "lymphocytes": found["white_cells"] * rng.uniform(0.1, 0.3, len(who)),
        "alt": found["ast"] * rng.uniform(0.5, 0.8, len(who)),
        "weight": weight,
    }


def _findings(rng: np.random.Generator, people: pd.DataFrame, who: Values) -> dict[str, Values]:
    found = {}
    for code, (yes, no) in FINDINGS.items():
        drawn = rng.random(len(people))
        found[code] = np.select([drawn < yes, drawn < yes + no], ["yes", "no"], "not_done").astype(object)[who]
    return found


def _given(full: dict[str, Values]) -> dict[str, Values]:
    given = {
        "cooling": full["temperature"] > 39, "platelets_given": full["platelets"] < 20, "red_cells_given": full["hemoglobin"] < 7,
        "g_csf": full["neutrophils"] < 0.5, "plasma_given": full["fibrinogen"] < 1, "lipids": full["ventilation"] == "invasive",
    }  # fmt: skip
    return {code: np.where(yes, "yes", "no").astype(object) for code, yes in given.items()}


def _within(known: Variable, found: Values) -> Values:
    if known.kind == "choice":
        return found
    low, high = known.hard or (-np.inf, np.inf)
    return np.asarray(np.clip(np.round(found.astype(float), known.decimals), low, high))


def _sicker(full: dict[str, Values], days: pd.DataFrame) -> dict[str, Values]:
    """`full` with SICKER on the day of screening of whoever would not have been included."""
    at = np.flatnonzero(days["day"].to_numpy() == 0)
    screened = pd.DataFrame({code: full[code][at] for code in full})
    surely = screened.drop(columns=["bilirubin", "hemophagocytosis", "nk_activity_low", "scd25"])  # they may be missing
    points, criteria = sofa.score(surely)["low"], hlh2004.score(surely)["count"]
    turned_away = at[(points < SOFA_MIN).to_numpy(bool) | (criteria < HLH2004_MIN).to_numpy(bool)]
    for code, worse in SICKER.items():
        full[code][turned_away] = worse
    return full


def _states(
    rng: np.random.Generator, code: str, people: pd.DataFrame, days: pd.DataFrame, first: Values, today: date
) -> Values:
    """The state of each cell, empty where nothing was typed. Of one patient in three today's sheet is not done yet."""
    day, in_icu = days["day"].to_numpy(), days["in_icu"].to_numpy()
    is_today = days["on_date"].to_numpy() == today
    not_yet = is_today & (day > 0) & (days["patient"].to_numpy() % 3 == 0)
    drawn, other = rng.random(len(days)), rng.random(len(days))
    usual = _share_known(VARIABLES[code], day, in_icu)
    share = np.where(not_yet, 0.2 * usual, usual)
    expected = (usual > 0.5) & in_icu
    daily = VARIABLES[code].days not in ("visits", "cytokines")
    left_out = np.select(
        [
            expected & is_today & (other < 0.25),
            expected & ~is_today & (other < 0.3),
            expected & ~is_today & (other < 0.42),
        ],
        [
            str(State.PENDING) if VARIABLES[code].censored else "",
            str(State.NOT_DONE),
            str(State.CARRIED) if daily else "",
        ],
        "",
    )
    left_out = np.where(first & (left_out == State.CARRIED), "", left_out)
    states = np.where(drawn < share, str(State.MEASURED), left_out).astype(object)
    if code == "bilirubin":
        states[~people["has_bilirubin"].to_numpy()[days["patient"].to_numpy()]] = ""
    return states


def _share_known(known: Variable, day: Values, in_icu: Values) -> Values:
    visit = np.isin(day, VISIT_DAYS)
    if known.days == "once":
        return np.where(day == 0, 1.0, 0.0)
    if known.days == "cytokines":
        return np.where(visit, 0.85, 0.0)
    of_course = COURSES[known.code].off_visits if known.code in COURSES else 0.75
    usual = 0.985 if known.days == "daily" else of_course
    screened = 1.0 if known.code in SICKER else 0.5 if known.code == "scd25" else 0.95
    in_stay = np.select([day == 0, visit & (known.days == "visits")], [screened, 0.97], usual)
    came_back = np.where(visit & (known.code in REGISTRY_PANEL), 0.85, 0.0)
    return np.asarray(np.where(in_icu, in_stay, came_back))


def _as_typed(known: Variable, found: Values, states: Values, people: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """The rows of one variable; a carried value repeats the day before, where that was known."""
    before = np.concatenate((states[:1], states[:-1]))
    states = np.where((states == State.CARRIED) & (before != State.MEASURED), "", states)
    found = np.where(states == State.CARRIED, np.concatenate((found[:1], found[:-1])), found)
    at = np.flatnonzero(states != "")
    states, found = states[at], found[at]
    has_value = np.isin(states, (State.MEASURED, State.CARRIED)) & (found != "not_done")
    rows = pd.DataFrame({"patient": days["patient"].to_numpy()[at], "on_date": days["on_date"].to_numpy()[at]})
    rows["variable"] = known.code
    rows["state"] = np.where(found == "not_done", str(State.NOT_DONE), states)
    rows["number"], rows["choice"], rows["comparator"], rows["typed"] = np.nan, "", "=", ""
    rows["unit"] = np.where(has_value, known.unit, "")
    rows["assay"] = np.where(has_value, ASSAYS.get(known.code, ""), "")
    if known.kind == "choice":
        rows["choice"] = rows["typed"] = np.where(has_value, found, "")
        return rows[list(COLUMNS)]
    elsewhere = people["other_site"].to_numpy()[rows["patient"]]
    number, comparator = _censored(known.code, found.astype(float), elsewhere)
    rows["number"] = np.where(has_value, number, np.nan)
    rows["comparator"] = np.where(has_value, comparator, "=")
    labelled = number
    if known.code == "norepinephrine":  # the pumps of the other site count tartrate: twice the base
        labelled = np.where(elsewhere, number / float(NOREPINEPHRINE_BASE["tartrate"]), number)
        rows["assay"] = np.where(has_value & elsewhere, "tartrate", "")
    rows["typed"] = [
        _text(sign, each, known.decimals) if known_here else ""
        for sign, each, known_here in zip(comparator, labelled, has_value, strict=True)
    ]
    return rows[list(COLUMNS)]


def typed_row(patient: int, on: date, code: str, found: float | str) -> tuple[object, ...]:
    """One row of COLUMNS: a number, a choice, or a state ("pending", "not_done")."""
    known = VARIABLES[code]
    if found in (State.PENDING, State.NOT_DONE):
        return (patient, on, code, str(found), np.nan, "", "=", "", "", "")
    if isinstance(found, str):
        return (patient, on, code, str(State.MEASURED), np.nan, found, "=", found, "", "")
    return (patient, on, code, str(State.MEASURED), found, "", "=", _text("=", found, known.decimals), known.unit,
            ASSAYS.get(code, ""))  # fmt: skip


def _censored(code: str, number: Values, other_site: Values) -> tuple[Values, Values]:
    """Values beyond what the assay tells stand at its limit; only one laboratory dilutes ferritin."""
    if code not in ASSAY_LIMITS:
        return number, np.full(len(number), "=")
    low, high = ASSAY_LIMITS[code]
    ends = other_site if code == "ferritin" else np.ones(len(number), bool)
    comparator = np.select([number < low, (number > high) & ends], ["<", ">"], "=")
    return np.where(comparator == "<", low, np.where(comparator == ">", high, number)), comparator


def _text(comparator: str, number: float, decimals: int) -> str:
    """As it is typed on a French ward."""
    return f"{'' if comparator == '=' else comparator}{number:.{decimals}f}".replace(".", ",")
