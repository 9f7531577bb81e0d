"""SOFA-2, as published in 2025: six organs, 0 to 4 points each. Never subtract it from a SOFA of 1996.

The JAMA page was not seen: table and footnotes come from restatements of them that agree (clifpy, two implementations,
a calculator). What the columns cannot tell is left out: urine below 0.5 for 6-12 h (1 point), the motor response alone
(footnote d), days between two dialyses (q: set rrt to yes). A VA-ECMO is `mechanical_support` and `ecmo` (footnote i).

Footnotes b and c score a missing organ, or a GCS unknown under sedation, as 0 or carry it forward "as nonmeasurement
suggests stability". That is not followed: an organ that nobody looked at is unknown here, an interval, never normal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring import rules, urine
from scoring.bands import (
    Band,
    Facts,
    Item,
    Numbers,
    Points,
    Span,
    answered,
    by_support,
    cutpoints,
    exactly,
    scale,
    slack,
    table,
    where,
    worst,
)
from scoring.bands import score as score_bands
from scoring.drugs import RARE, runs
from scoring.drugs import doses as drug_doses
from scoring.inputs import is_word, read

CITATION = (
    "Ranzani OT, Singer M, Salluh JIF, et al. Development and validation of the Sequential Organ Failure Assessment "
    "(SOFA)-2 score. JAMA 2025, table 2. doi:10.1001/jama.2025.20516"
)
ORGANS = ("brain", "respiration", "cardiovascular", "liver", "kidney", "hemostasis")
ADVANCED_SUPPORT = ("hfnc", "niv", "cpap", "invasive")  # footnote g: high flow counts, which it did not in 1996
SPO2_BELOW = 98  # footnote f
SUMMED = ("norepinephrine", "epinephrine")
OTHERS = ("dobutamine", "vasopressin", *RARE)
AGENTS = (*SUMMED, "dopamine", *OTHERS)
POTASSIUM, PH, BICARBONATE = 6.0, 7.2, 12.0  # footnote p


@dataclass(frozen=True)
class Options(rules.Choices):
    """What the paper leaves to the ward."""

    # Footnotes h and m, where a machine or a pressor is not at hand or withheld: the ratio counts 3 and 4 without
    # support, and MAP alone counts 0 to 4. A drug that runs all the same counts as ever: the worse of the two.
    ceiling: bool = False
    # As in SOFA: an empty dose box is no drug once MAP is known or a drug runs. "unknown": it never is.
    empty_dose: Literal["no drug", "unknown"] = "no drug"


DEFAULT = Options()

RATIOS = {
    "pao2_fio2": {0: "> 300", 1: "> 225 ≤ 300", 2: "> 150 ≤ 225", 3: "> 75 ≤ 150", 4: "≤ 75"},
    "spo2_fio2": {0: "> 300", 1: "> 250 ≤ 300", 2: "> 200 ≤ 250", 3: "> 120 ≤ 200", 4: "≤ 120"},
}
PRESSURE = {0: "≥ 70", 1: "< 70"}
PRESSURE_ALONE = {0: "≥ 70", 1: "≥ 60 < 70", 2: "≥ 50 < 60", 3: "≥ 40 < 50", 4: "< 40"}


def _ratio_bands(variable: str) -> tuple[Band, ...]:
    rows, short = RATIOS[variable], {"pao2_fio2": "≤ 150", "spo2_fio2": "≤ 200"}[variable]
    return (
        *scale(variable, {points: rows[points] for points in (0, 1, 2)}),
        *scale(variable, {2: short}, when="unsupported"),
        *scale(variable, {points: rows[points] for points in (3, 4)}, when="supported"),
    )


ECMO = Band("ecmo", 4, answer="yes")
DRUGS = (  # "alone": no drug beside these; norepinephrine and epinephrine are summed and count as one
    *scale("catecholamines", {0: "≤ 0"}),
    *scale("catecholamines", {2: "> 0 ≤ 0.2", 3: "> 0.2 ≤ 0.4"}, when="alone"),
    *scale("catecholamines", {3: "> 0 ≤ 0.2", 4: "> 0.2 ≤ 0.4"}, when="with_other"),
    *scale("catecholamines", {4: "> 0.4"}),
    *scale("dopamine", {0: "≤ 0"}),
    *scale("dopamine", {2: "> 0 ≤ 20", 3: "> 20 ≤ 40", 4: "> 40"}, when="alone"),
    *scale("dopamine", {2: "> 0"}, when="with_other"),
    *(band for agent in OTHERS for band in scale(agent, {0: "≤ 0", 2: "> 0"})),
    Band("mechanical_support", 4, answer="yes"),
)
TABLE = {
    item.name: item
    for item in (
        Item("brain", ("gcs", "delirium_drug"),
             (*scale("gcs", {0: "≥ 15", 1: "≥ 13 ≤ 14", 2: "≥ 9 ≤ 12", 3: "≥ 6 ≤ 8", 4: "< 6"}),
              Band("delirium_drug", 1, answer="yes"))),
        Item("respiration", ("pao2", "fio2", "spo2", "ventilation", "ecmo"),
             (*_ratio_bands("pao2_fio2"), *_ratio_bands("spo2_fio2"), ECMO)),
        Item("cardiovascular", ("map", *SUMMED, "dopamine", "dobutamine", "vasopressin", "mechanical_support"),
             (*scale("map", PRESSURE), *DRUGS)),
        Item("liver", ("bilirubin",), scale("bilirubin", {
            0: "≤ 20.6", 1: "> 20.6 ≤ 51.3", 2: "> 51.3 ≤ 102.6", 3: "> 102.6 ≤ 205", 4: "> 205"})),
        Item("kidney", ("creatinine", *urine.VARIABLES, "rrt", "potassium", "ph", "bicarbonate"),
             (*scale("creatinine", {0: "≤ 110", 1: "> 110 ≤ 170", 2: "> 170 ≤ 300", 3: "> 300"}),
              *scale("urine_ml_kg_h", {0: "≥ 0.5", 2: "≥ 0.3 < 0.5", 3: "< 0.3"}),
              Band("rrt", 4, answer="yes"),
              Band("potassium", 4, low=POTASSIUM, low_in=True, when="injured"),
              Band("ph", 4, high=PH, high_in=True, when="acidosis"),
              Band("bicarbonate", 4, high=BICARBONATE, high_in=True, when="acidosis"))),
        Item("hemostasis", ("platelets",), scale("platelets", {
            0: "> 150", 1: "> 100 ≤ 150", 2: "> 80 ≤ 100", 3: "> 50 ≤ 80", 4: "≤ 50"})),
    )
}  # fmt: skip
CUTPOINTS = {
    variable: cutpoints(band for item in TABLE.values() for band in item.bands if band.variable == variable)
    for variable in dict.fromkeys(band.variable for item in TABLE.values() for band in item.bands if not band.answer)
} | {"spo2": (float(SPO2_BELOW),)}


def under(options: Options = DEFAULT) -> dict[str, Item]:
    """The table as the options read it."""
    if not options.ceiling:
        return dict(TABLE)
    ratios = tuple(band for variable, rows in RATIOS.items() for band in scale(variable, rows))
    return dict(TABLE) | {
        "respiration": replace(TABLE["respiration"], bands=(*ratios, ECMO)),
        "cardiovascular": replace(TABLE["cardiovascular"], bands=(*scale("map", PRESSURE_ALONE), *DRUGS)),
    }


def rules_of(options: Options = DEFAULT) -> rules.Rules:
    return rules.of_options("sofa2", options)


def score(days: pd.DataFrame, options: Options = DEFAULT) -> pd.DataFrame:
    """SOFA-2 of each row: `brain` … `hemostasis`, `total`, `low`, `high` as Int64, on the index of `days`.

    `days` has one row a patient-day and any of the columns of TABLE: those of `scoring.sofa.score`, and spo2 (%),
    delirium_drug, mechanical_support (yes/no), urine_ml_kg_h (mean of the 24 h), weight (kg), potassium, bicarbonate
    (mmol/L) and ph. Each is the day's worst. A missing column is all missing.

    An organ that what is known does not settle is <NA>, and then so is `total`; `low` and `high` bound it:

    - nothing known of the organ, no ratio, or no creatinine: up to 4;
    - a ratio without known ventilation: with and without support; SpO2/FiO2 counts where there is no PaO2/FiO2 and
      SpO2 is below 98 %;
    - creatinine known and urine missing: creatinine decides.

    By decision, an empty dose box is no drug once MAP is known or a drug runs (`empty_dose`), and empty boxes of ecmo,
    mechanical_support, delirium_drug, rrt, potassium, ph and bicarbonate add nothing.

    Dopamine above 20 counts 3 or 4 when it is the only drug (footnote l), and "any dose of another" is 2: a second drug
    can lower the points. That is how the footnote reads.

    BadColumn as in `scoring.sofa.score`.
    """
    return rules.stamp(table(days.index, spans(days, options)), rules_of(options))


def spans(days: pd.DataFrame, options: Options = DEFAULT) -> dict[str, Span]:
    """The fewest and the most points of each organ."""
    items = under(options)
    return {
        "brain": worst(score_bands(read(days, "gcs"), items["brain"].of("gcs")), _flag(days, "delirium_drug", 1)),
        "respiration": _respiration(days, items["respiration"]),
        "cardiovascular": _cardiovascular(days, items["cardiovascular"], options),
        "liver": score_bands(read(days, "bilirubin"), items["liver"].bands),
        "kidney": _kidney(days),
        "hemostasis": score_bands(read(days, "platelets"), items["hemostasis"].bands),
    }


def _flag(days: pd.DataFrame, code: str, points: int) -> Span:
    """An empty box adds nothing."""
    return answered(np.nan_to_num(read(days, code)), points)


def _respiration(days: pd.DataFrame, item: Item) -> Span:
    oxygen, saturation = _ratios(days)
    supported = _supported(days)
    lungs = where(
        np.isnan(oxygen), by_support(saturation, supported, item, "spo2_fio2"), by_support(oxygen, supported, item, "pao2_fio2")
    )
    return worst(lungs, _flag(days, "ecmo", 4))


def _ratios(days: pd.DataFrame) -> tuple[Numbers, Numbers]:
    """PaO2/FiO2, and the SpO2/FiO2 that may stand in for it."""
    fio2, spo2 = read(days, "fio2"), read(days, "spo2")
    return read(days, "pao2") / fio2, np.where(spo2 < SPO2_BELOW - slack(SPO2_BELOW), spo2, np.nan) / fio2


def _supported(days: pd.DataFrame) -> Numbers:
    return is_word(read(days, "ventilation"), "ventilation", *ADVANCED_SUPPORT)


LITTLE, MUCH = 0.01, 1000.0  # of a drug; MUCH is beyond every cut-off
NORMAL_MAP = 100.0
# What may be behind the boxes that are not known. The fewest and the most points are among these: a second drug can also
# lower the points, when dopamine is then no longer alone.
COMPLETIONS: tuple[dict[str, float], ...] = (
    {},
    {"map": 0.0},
    dict.fromkeys(OTHERS, LITTLE),
    dict.fromkeys(SUMMED, LITTLE),
    dict.fromkeys(SUMMED, MUCH),
    {"dopamine": MUCH},
)


def _cardiovascular(days: pd.DataFrame, item: Item, options: Options) -> Span:
    doses = drug_doses(days, AGENTS, options.empty_dose)
    ends = [_circulation(given, item) for given in _completed(read(days, "map"), doses)]
    return worst(Span(np.minimum.reduce(ends), np.maximum.reduce(ends)), _flag(days, "mechanical_support", 4))


def _completed(pressure: Numbers, doses: Mapping[str, Numbers]) -> Iterator[dict[str, Numbers]]:
    known = not any(np.isnan(values).any() for values in (pressure, *doses.values()))
    for unknown in COMPLETIONS[:1] if known else COMPLETIONS:
        yield {
            code: np.where(np.isnan(values), unknown.get(code, NORMAL_MAP if code == "map" else 0.0), values)
            for code, values in {"map": pressure, **doses}.items()
        }


def _circulation(given: Mapping[str, Numbers], item: Item) -> Points:
    """The points where pressure and each dose are known."""
    summed, dopamine = _summed(given), given["dopamine"]
    alone, beside = (
        worst(score_bands(summed, item.of("catecholamines", when)), score_bands(dopamine, item.of("dopamine", when)))
        for when in ("alone", "with_other")
    )
    singly = [score_bands(given[code], item.of(code)) for code in ("map", *OTHERS) if code in given]
    return worst(where(_several(given), beside, alone), *singly).low


def _summed(doses: Mapping[str, Numbers]) -> Numbers:
    return doses["norepinephrine"] + doses["epinephrine"]


def _several(doses: Mapping[str, Numbers]) -> NDArray[np.bool_]:
    """Whether more than one drug runs, norepinephrine and epinephrine being one."""
    other = np.logical_or.reduce([runs(doses[agent]) for agent in OTHERS if agent in doses])
    kinds = np.stack([runs(_summed(doses)), runs(doses["dopamine"]), other])
    several: NDArray[np.bool_] = kinds.sum(axis=0) > 1
    return several


def _kidney(days: pd.DataFrame) -> Span:
    creatinine, flow = _creatinine(days), _flow(days)
    hyperkalemia, acidosis = _derangements(days)
    replace_it = np.where(_injured(days) & (hyperkalemia | acidosis), 4, 0)
    kidney = worst(creatinine, flow, exactly(replace_it), _flag(days, "rrt", 4))
    return Span(kidney.low, np.where(creatinine.known, kidney.high, 4))


def _creatinine(days: pd.DataFrame) -> Span:
    return score_bands(read(days, "creatinine"), TABLE["kidney"].of("creatinine"))


def _flow(days: pd.DataFrame) -> Span:
    return exactly(score_bands(urine.rate(days), TABLE["kidney"].of("urine_ml_kg_h")).low)  # missing urine says nothing


def _injured(days: pd.DataFrame) -> NDArray[np.bool_]:
    """Footnote p: creatinine above 110 or urine below 0.3, which are 1 point and 3."""
    injured: NDArray[np.bool_] = (_creatinine(days).low >= 1) | (_flow(days).low >= 3)
    return injured


def _derangements(days: pd.DataFrame) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Hyperkalemia, metabolic acidosis: not where a value is missing."""
    acid = (read(days, "ph") <= PH + slack(PH)) & (read(days, "bicarbonate") <= BICARBONATE + slack(BICARBONATE))
    return read(days, "potassium") >= POTASSIUM - slack(POTASSIUM), acid


def facts(day: pd.DataFrame, options: Options = DEFAULT) -> Facts:
    """What the bands of `under` are of and are not columns, of a frame of one row, and the conditions that hold."""
    oxygen, saturation = (float(ratio[0]) for ratio in _ratios(day))
    doses = drug_doses(day, AGENTS, options.empty_dose)
    given = next(_completed(read(day, "map"), doses))
    summed = float(_summed(given)[0])
    known = summed > 0 or not np.isnan(_summed(doses)[0])
    derived = {
        "pao2_fio2": oxygen, "spo2_fio2": saturation if np.isnan(oxygen) else np.nan,
        "catecholamines": summed if known else np.nan, "urine_ml_kg_h": float(urine.rate(day)[0]),
    }  # fmt: skip
    injured, (_, acidosis) = bool(_injured(day)[0]), _derangements(day)
    conditions = {
        {0.0: "unsupported", 1.0: "supported"}.get(float(_supported(day)[0]), ""),
        "with_other" if _several(given)[0] else "alone",
        "injured" if injured else "", "acidosis" if injured and acidosis[0] else "",
    }  # fmt: skip
    return Facts(derived, frozenset({"", *conditions}))


def thresholds(day: Mapping[str, Any], options: Options = DEFAULT) -> dict[str, list[float]]:
    """Of columns that the table knows only within a ratio, a sum or a rate: where the points may change, the rest as it is."""
    known = {code: float(day[code]) for code in ("pao2", "spo2", "fio2", *SUMMED) if not pd.isna(day.get(code))}
    places: dict[str, list[float]] = {"pao2": [], "spo2": [SPO2_BELOW], "fio2": []}
    for oxygen, ratio in (("pao2", "pao2_fio2"), ("spo2", "spo2_fio2")):
        places[oxygen] += [cut * known["fio2"] for cut in CUTPOINTS[ratio] if "fio2" in known]
        places["fio2"] += [known[oxygen] / cut for cut in CUTPOINTS[ratio] if oxygen in known]
    for agent, other in (SUMMED, SUMMED[::-1]):
        places[agent] = [cut - known.get(other, 0.0) for cut in CUTPOINTS["catecholamines"]]
    return places | urine.thresholds(day, CUTPOINTS["urine_ml_kg_h"])
