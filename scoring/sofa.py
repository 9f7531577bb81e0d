"""SOFA, as published in 1996: six organs, 0 to 4 points each.

What the paper leaves open stands here as a constant and can be given to `score`; every default is the one of the trial.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.bands import Band, Item, Numbers, Span, answered, cutpoints, exactly, scale, slack, table, where, worst
from scoring.bands import score as score_bands
from scoring.columns import answers, choices, numbers

CITATION = (
    "Vincent JL, Moreno R, Takala J, et al. The SOFA (Sepsis-related Organ Failure Assessment) score to describe organ "
    "dysfunction/failure. Intensive Care Med 1996;22:707-710, table 3. doi:10.1007/BF01709751"
)
NEE_CITATION = (
    "Goradia S, Sardaneh AA, Narayan SW, et al. Vasopressor dose equivalence: a scoping review and suggested formula. "
    "J Crit Care 2021;61:233-240. doi:10.1016/j.jcrc.2020.11.002"
)

ORGANS = ("respiration", "coagulation", "liver", "cardiovascular", "cns", "renal")
CATECHOLAMINES = ("dopamine", "dobutamine", "epinephrine", "norepinephrine")

# The paper's "ventilatory support": mechanical ventilation or CPAP. High-flow oxygen (hfnc) is not.
VENTILATION = ("none", "hfnc", "niv", "cpap", "invasive")
SUPPORT = ("niv", "cpap", "invasive")
RRT: int | None = 4  # not in the 1996 table: creatinine falls on dialysis. None: creatinine and urine decide alone
ECMO: int | None = 4  # not in the 1996 table: the gas is the machine's. None: PaO2/FiO2 decides alone
NEE_FACTORS = {"norepinephrine": 1.0, "epinephrine": 1.0, "dopamine": 0.01, "vasopressin": 2.5}  # vasopressin in U/min
NONLISTED: Literal["ignore", "nee"] = "nee"  # vasopressin: as norepinephrine equivalent, or not at all

# The one place where an empty box is read as "none", as in mimic-code: a day sheet charts a drug only when it runs.
# It holds once the circulation was charted that day: MAP is known, or a drug runs. "unknown": it never holds.
EMPTY_DOSE: Literal["no drug", "unknown"] = "no drug"


def _cutoffs(bilirubin: dict[int, str], creatinine: dict[int, str]) -> dict[str, Item]:
    oxygen = scale("pao2_fio2", {0: "≥ 400", 1: "≥ 300 < 400", 2: "≥ 200 < 300"})
    oxygen += scale("pao2_fio2", {2: "< 200"}, when="unsupported")
    oxygen += scale("pao2_fio2", {3: "≥ 100 < 200", 4: "< 100"}, when="supported")
    drugs = (
        *scale("map", {0: "≥ 70", 1: "< 70"}),
        *scale("dopamine", {0: "≤ 0", 2: "> 0 ≤ 5", 3: "> 5 ≤ 15", 4: "> 15"}),
        *scale("dobutamine", {0: "≤ 0", 2: "> 0"}),
        *scale("epinephrine", {0: "≤ 0", 3: "> 0 ≤ 0.1", 4: "> 0.1"}),
        *scale("norepinephrine", {0: "≤ 0", 3: "> 0 ≤ 0.1", 4: "> 0.1"}),
        *scale("norepinephrine_equivalent", {0: "≤ 0", 3: "> 0 ≤ 0.1", 4: "> 0.1"}, when="nonlisted"),
    )
    kidney = scale("creatinine", creatinine)
    kidney += scale("urine_output", {0: "≥ 500", 3: "≥ 200 < 500", 4: "< 200"})
    items = (
        Item("respiration", ("pao2", "fio2", "ventilation", "ecmo"), (*oxygen, Band("ecmo", 4, answer="yes"))),
        Item("coagulation", ("platelets",),
             scale("platelets", {0: "≥ 150", 1: "≥ 100 < 150", 2: "≥ 50 < 100", 3: "≥ 20 < 50", 4: "< 20"})),
        Item("liver", ("bilirubin",), scale("bilirubin", bilirubin)),
        Item("cardiovascular", ("map", *CATECHOLAMINES, "vasopressin"), drugs),
        Item("cns", ("gcs",), scale("gcs", {0: "≥ 15", 1: "≥ 13 ≤ 14", 2: "≥ 10 ≤ 12", 3: "≥ 6 ≤ 9", 4: "< 6"})),
        Item("renal", ("creatinine", "urine_output", "rrt"), (*kidney, Band("rrt", 4, answer="yes"))),
    )
    return {item.name: item for item in items}


# The two columns of the paper are not conversions of each other (33 µmol/L is 2 points, its 1.93 mg/dL is 1):
# a value is scored in the unit it was measured in, and one patient with one column throughout.
SI = _cutoffs(  # bilirubin and creatinine in µmol/L
    bilirubin={0: "< 20", 1: "≥ 20 < 33", 2: "≥ 33 < 102", 3: "≥ 102 ≤ 204", 4: "> 204"},
    creatinine={0: "< 110", 1: "≥ 110 < 171", 2: "≥ 171 < 300", 3: "≥ 300 ≤ 440", 4: "> 440"},
)
CONVENTIONAL = _cutoffs(  # bilirubin and creatinine in mg/dL; the paper is mute on 12.0 and 5.0: as mimic-code
    bilirubin={0: "< 1.2", 1: "≥ 1.2 < 2.0", 2: "≥ 2.0 < 6.0", 3: "≥ 6.0 < 12.0", 4: "≥ 12.0"},
    creatinine={0: "< 1.2", 1: "≥ 1.2 < 2.0", 2: "≥ 2.0 < 3.5", 3: "≥ 3.5 < 5.0", 4: "≥ 5.0"},
)
CUTPOINTS = {
    variable: cutpoints(band for item in SI.values() for band in item.of(variable))
    for variable in ("platelets", "bilirubin", "map", *CATECHOLAMINES, "gcs", "creatinine", "urine_output")
}


def score(
    days: pd.DataFrame,
    cutoffs: dict[str, Item] = SI,
    *,
    nonlisted: Literal["ignore", "nee"] = NONLISTED,
    support: tuple[str, ...] = SUPPORT,
    rrt: int | None = RRT,
    ecmo: int | None = ECMO,
    empty_dose: Literal["no drug", "unknown"] = EMPTY_DOSE,
) -> pd.DataFrame:
    """SOFA of each row: `respiration` … `renal`, `total`, `low`, `high` as Int64, on the index of `days`.

    `days` has one row a patient-day and any of the columns pao2 (mmHg), fio2 (0.21-1), ventilation
    (none/hfnc/niv/cpap/invasive), ecmo, rrt (yes/no), platelets (10⁹/L), bilirubin, creatinine (µmol/L, or mg/dL with
    CONVENTIONAL), map (mmHg), the four catecholamines (µg/kg/min, base), vasopressin (U/min), gcs (3-15) and
    urine_output (mL/24 h). Each is the day's worst. A missing column is all missing.

    An organ that what is known does not settle is <NA>, and then so is `total`; `low` and `high` bound it:

    - nothing known of the organ: 0 to 4;
    - PaO2/FiO2 known and ventilation not: with and without support, 150 is 2 to 3;
    - creatinine missing: urine of 500 or more says nothing (0 to 4), 200-499 is 3 to 4, below 200 is 4.
      Creatinine known and urine missing: creatinine decides, as the paper says "or";
    - MAP missing: a running drug decides, otherwise unknown.

    Not "missing is never normal", by decision: an empty dose box is no drug once MAP is known or a drug runs
    (EMPTY_DOSE); empty rrt and ecmo boxes add nothing. A dose of 0 is no drug. Catecholamines count one by one, never
    summed; with vasopressin running (`nonlisted="nee"`) the norepinephrine equivalent also counts.

    BadColumn: text for numbers, negative or infinite values, fio2 outside 0.21-1, gcs outside 3-15, unknown words.
    """
    spans = {
        "respiration": _respiration(days, cutoffs["respiration"], support, ecmo),
        "coagulation": score_bands(numbers(days, "platelets"), cutoffs["coagulation"].bands),
        "liver": score_bands(numbers(days, "bilirubin"), cutoffs["liver"].bands),
        "cardiovascular": _cardiovascular(days, cutoffs["cardiovascular"], nonlisted, empty_dose),
        "cns": score_bands(numbers(days, "gcs", low=3, high=15, whole=True), cutoffs["cns"].bands),
        "renal": _renal(days, cutoffs["renal"], rrt),
    }
    return table(days.index, spans)


def _respiration(days: pd.DataFrame, item: Item, support: tuple[str, ...], ecmo: int | None) -> Span:
    ratio, ventilation = _ratio(days), _supported(days, support)
    supported = score_bands(ratio, item.of("pao2_fio2", "supported"))
    unsupported = score_bands(ratio, item.of("pao2_fio2", "unsupported"))
    either = Span(unsupported.low, supported.high)
    lungs = where(ventilation == 1, supported, where(ventilation == 0, unsupported, either))
    lungs = where(np.isnan(ratio), either, lungs)  # no gas: the organ is unknown, whatever the ventilation
    return _flagged(lungs, answers(days, "ecmo"), ecmo)


def _ratio(days: pd.DataFrame) -> Numbers:
    return numbers(days, "pao2") / numbers(days, "fio2", low=0.21, high=1)


def _supported(days: pd.DataFrame, support: tuple[str, ...]) -> Numbers:
    return choices(days, "ventilation", {way: float(way in support) for way in VENTILATION})


def _cardiovascular(
    days: pd.DataFrame, item: Item, nonlisted: Literal["ignore", "nee"], empty_dose: Literal["no drug", "unknown"]
) -> Span:
    pressure = numbers(days, "map")
    agents = (*CATECHOLAMINES, "vasopressin") if nonlisted == "nee" else CATECHOLAMINES
    doses = {agent: numbers(days, agent) for agent in agents}
    if empty_dose == "no drug":
        charted = ~np.isnan(pressure) | np.logical_or.reduce([_runs(dose) for dose in doses.values()])
        doses = {agent: np.where(charted & np.isnan(dose), 0.0, dose) for agent, dose in doses.items()}
    spans = [score_bands(doses[agent], item.of(agent)) for agent in CATECHOLAMINES]
    if nonlisted == "nee":
        spans.append(_equivalent(doses, item))
    return worst(score_bands(pressure, item.of("map")), *spans)


def _equivalent(doses: dict[str, Numbers], item: Item) -> Span:
    """Points of the norepinephrine equivalent; a missing dose may bring it to the most."""
    known = score_bands(_summed(doses), item.of("norepinephrine_equivalent", "nonlisted"))
    vasopressin = doses["vasopressin"]
    open_dose = np.logical_or.reduce([np.isnan(doses[agent]) for agent in NEE_FACTORS])
    unknown = np.isnan(vasopressin) | (_runs(vasopressin) & open_dose)
    return Span(known.low, np.where(unknown, max(item.points), known.high))


def _summed(doses: dict[str, Numbers]) -> Numbers:
    """The norepinephrine equivalent of the known doses where vasopressin runs; elsewhere 0: drugs are not summed."""
    sums = sum((np.nan_to_num(doses[agent]) * factor for agent, factor in NEE_FACTORS.items()), start=np.zeros(1))
    return np.where(_runs(doses["vasopressin"]), sums, 0.0)


def _runs(dose: Numbers) -> NDArray[np.bool_]:
    return dose > slack(0)


def _renal(days: pd.DataFrame, item: Item, rrt: int | None) -> Span:
    creatinine = score_bands(numbers(days, "creatinine"), item.of("creatinine"))
    urine = numbers(days, "urine_output")
    flow = score_bands(urine, item.of("urine_output"))
    kidney = worst(creatinine, where(np.isnan(urine), exactly(flow.low), flow))  # a missing collection says nothing
    return _flagged(kidney, answers(days, "rrt"), rrt)


def _flagged(organ: Span, flag: Numbers, points: int | None) -> Span:
    """The organ with its machine counted: an empty flag adds nothing."""
    return organ if points is None else worst(organ, answered(np.nan_to_num(flag), points))


def reached(
    day: Mapping[str, Any],
    cutoffs: dict[str, Item] = SI,
    *,
    nonlisted: Literal["ignore", "nee"] = NONLISTED,
    support: tuple[str, ...] = SUPPORT,
    rrt: int | None = RRT,
    ecmo: int | None = ECMO,
) -> dict[str, tuple[Band, ...]]:
    """Why it is 3: by organ, the highest bands that one day's known values reach, under the same rules as `score`.

    `day` maps variable codes to values, None or NA where missing. Empty for an organ of which nothing is known; where
    `score` gives <NA>, these bands are what is known so far.
    """
    row = pd.DataFrame([{variable: value for variable, value in day.items() if not pd.isna(value)}], index=[0])
    doses = {agent: np.nan_to_num(numbers(row, agent)) for agent in NEE_FACTORS}
    facts = {**day, "pao2_fio2": _ratio(row)[0], "norepinephrine_equivalent": _summed(doses)[0]}
    facts |= {"rrt": day.get("rrt") if rrt is not None else None, "ecmo": day.get("ecmo") if ecmo is not None else None}
    supported = {0.0: "unsupported", 1.0: "supported"}.get(_supported(row, support)[0], "")
    conditions = ("", supported, "nonlisted" if nonlisted == "nee" and _runs(doses["vasopressin"])[0] else "")
    return {name: _highest(item, facts, conditions) for name, item in cutoffs.items()}


def _highest(item: Item, facts: Mapping[str, Any], conditions: tuple[str, ...]) -> tuple[Band, ...]:
    hit = [band for band in item.bands if band.when in conditions and band.holds(facts.get(band.variable))]
    return tuple(band for band in hit if band.points == max(band.points for band in hit))
