"""SOFA, as published in 1996: six organs, 0 to 4 points each.

`SI` and `CONVENTIONAL` are the paper's table. What the paper leaves open is in `Options`; every default is the one of the
trial, and `under` adds the cells that the options bring.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring import rules
from scoring.bands import (
    Band,
    Facts,
    Item,
    Numbers,
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
from scoring.drugs import doses as drug_doses
from scoring.drugs import runs
from scoring.inputs import VENTILATION, is_word, read

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
NEE_FACTORS = {  # norepinephrine equivalent of 1 µg/kg/min; of vasopressin: of 1 U/min
    "norepinephrine": 1.0, "epinephrine": 1.0, "dopamine": 0.01, "vasopressin": 2.5, "phenylephrine": 0.1,
    "metaraminol": 0.125, "angiotensin_ii": 10.0,
}  # fmt: skip
NONLISTED = ("vasopressin", "phenylephrine", "metaraminol", "angiotensin_ii")  # pressors outside the table of 1996
INODILATORS = ("milrinone", "levosimendan")  # counted as dobutamine is
SUPPORT = ("niv", "cpap", "invasive")  # the paper's "ventilatory support": mechanical ventilation or CPAP, not high flow
SPO2_MOST = 97  # the S/F surrogate needs the steep part of the curve


@dataclass(frozen=True)
class Options(rules.Choices):
    """What the paper leaves open. The default of each is the trial's choice."""

    support: tuple[str, ...] = SUPPORT
    ecmo: int | None = 4  # points; None: PaO2/FiO2 decides alone
    rrt: int | None = 4  # points: creatinine falls on dialysis; None: creatinine and urine decide alone
    nonlisted: Literal["ignore", "nee", "fixed"] = "nee"  # by norepinephrine equivalent, or 3 points at any dose
    gcs: Literal["without_sedation", "measured"] = "without_sedation"  # "measured": one judged otherwise is unknown
    spo2: Literal["", "grissom", "rice", "pandharipande"] = ""  # which S/F lines stand in for a missing PaO2
    # The one place where an empty box is read as "none", as in mimic-code: a day sheet charts a drug only when it runs.
    # It holds once the circulation was charted that day: MAP is known, or a drug runs. "unknown": it never holds.
    empty_dose: Literal["no drug", "unknown"] = "no drug"

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("ecmo", "rrt"):
            points = getattr(self, name)
            if points is not None and (type(points) is not int or points not in range(5)):
                raise rules.UnknownOption(f"{name}: {points!r} is neither 0 to 4 points nor None")
        if not isinstance(self.support, tuple) or not set(self.support) <= set(VENTILATION):
            raise rules.UnknownOption(f"support: {self.support!r} is no tuple of {', '.join(VENTILATION)}")


DEFAULT = Options()


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
    )
    kidney = scale("creatinine", creatinine)
    kidney += scale("urine_output", {0: "≥ 500", 3: "≥ 200 < 500", 4: "< 200"})
    items = (
        Item("respiration", ("pao2", "fio2", "ventilation"), oxygen),
        Item("coagulation", ("platelets",),
             scale("platelets", {0: "≥ 150", 1: "≥ 100 < 150", 2: "≥ 50 < 100", 3: "≥ 20 < 50", 4: "< 20"})),
        Item("liver", ("bilirubin",), scale("bilirubin", bilirubin)),
        Item("cardiovascular", ("map", *CATECHOLAMINES), drugs),
        Item("cns", ("gcs",), scale("gcs", {0: "≥ 15", 1: "≥ 13 ≤ 14", 2: "≥ 10 ≤ 12", 3: "≥ 6 ≤ 9", 4: "< 6"})),
        Item("renal", ("creatinine", "urine_output"), kidney),
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

# SpO2/FiO2 in place of PaO2/FiO2: three published sets of lines, which give S/F 220 on a ventilator 3, 3 and 2 points.
SURROGATES: dict[str, tuple[Band, ...]] = {
    name: (
        *scale("spo2_fio2", {points: rows[points] for points in (0, 1, 2)}, memory=memory),
        *scale("spo2_fio2", {2: below}, when="unsupported", memory=memory),
        *scale("spo2_fio2", {points: rows[points] for points in (3, 4)}, when="supported", memory=memory),
    )
    for name, memory, rows, below in (
        ("grissom", False, {0: "> 400", 1: "> 315 ≤ 400", 2: "> 235 ≤ 315", 3: "> 150 ≤ 235", 4: "≤ 150"}, "≤ 235"),
        ("rice", True, {0: "≥ 400", 1: "≥ 316 < 400", 2: "≥ 232 < 316", 3: "≥ 148 < 232", 4: "< 148"}, "< 232"),
        ("pandharipande", True, {0: "≥ 512", 1: "≥ 357 < 512", 2: "≥ 214 < 357", 3: "≥ 89 < 214", 4: "< 89"}, "< 214"),
    )
}
EQUIVALENT = scale("norepinephrine_equivalent", {0: "≤ 0", 3: "> 0 ≤ 0.1", 4: "> 0.1"}, when="nonlisted")
INOTROPES = tuple(band for agent in INODILATORS for band in scale(agent, {0: "≤ 0", 2: "> 0"}, memory=True))
FIXED = tuple(band for agent in NONLISTED for band in scale(agent, {0: "≤ 0", 3: "> 0"}, memory=True))


def under(cutoffs: Mapping[str, Item] = SI, options: Options = DEFAULT) -> dict[str, Item]:
    """The table with the cells that the options add, and the columns that each organ then reads."""
    agents = {"ignore": (), "nee": (*EQUIVALENT, *INOTROPES), "fixed": (*FIXED, *INOTROPES)}[options.nonlisted]
    added: dict[str, tuple[tuple[str, ...], tuple[Band, ...]]] = {
        "respiration": _flag("ecmo", options.ecmo),
        "cardiovascular": (("vasopressin",) if agents else (), agents),
        "cns": (("gcs_kind",) if options.gcs == "measured" else (), ()),
        "renal": _flag("rrt", options.rrt),
    }
    if options.spo2:
        variables, bands = added["respiration"]
        added["respiration"] = (("spo2", *variables), (*SURROGATES[options.spo2], *bands))
    return dict(cutoffs) | {
        name: replace(cutoffs[name], variables=(*cutoffs[name].variables, *variables),
                      bands=(*cutoffs[name].bands, *bands))
        for name, (variables, bands) in added.items()
    }  # fmt: skip


def _flag(variable: str, points: int | None) -> tuple[tuple[str, ...], tuple[Band, ...]]:
    return ((), ()) if points is None else ((variable,), (Band(variable, points, answer="yes", memory=True),))


def rules_of(cutoffs: Mapping[str, Item] = SI, options: Options = DEFAULT) -> rules.Rules:
    return _rules_of(rules.column_of(cutoffs, SI=SI, conventional=CONVENTIONAL), options)


@cache
def _rules_of(column: str, options: Options) -> rules.Rules:
    return rules.of_options("sofa", options, column=column)


@cache
def _under_si(options: Options) -> dict[str, Item]:
    return under(SI, options)


def score(days: pd.DataFrame, cutoffs: Mapping[str, Item] = SI, options: Options = DEFAULT) -> pd.DataFrame:
    """SOFA of each row: `respiration` … `renal`, `total`, `low`, `high` as Int64, on the index of `days`.

    `days` has one row a patient-day and any of the columns pao2 (mmHg), fio2 (0.21-1), ventilation
    (none/hfnc/niv/cpap/invasive), ecmo, rrt (yes/no), platelets (10⁹/L), bilirubin, creatinine (µmol/L, or mg/dL with
    CONVENTIONAL), map (mmHg), the four catecholamines (µg/kg/min, base), vasopressin (U/min), gcs (3-15) and
    urine_output (mL/24 h). Each is the day's worst. A missing column is all missing. Of the drugs outside the table also
    phenylephrine, metaraminol, angiotensin_ii, milrinone and levosimendan (µg/kg/min) are read.

    An organ that what is known does not settle is <NA>, and then so is `total`; `low` and `high` bound it:

    - nothing known of the organ: 0 to 4;
    - PaO2/FiO2 known and ventilation not: with and without support, 150 is 2 to 3;
    - creatinine missing: urine of 500 or more says nothing (0 to 4), 200-499 is 3 to 4, below 200 is 4.
      Creatinine known and urine missing: creatinine decides, as the paper says "or";
    - MAP missing: a running drug decides, otherwise unknown.

    Not "missing is never normal", by decision: an empty dose box is no drug once MAP is known or a drug runs
    (`empty_dose`); empty rrt and ecmo boxes add nothing. A dose of 0 is no drug. Catecholamines count one by one, never
    summed; with vasopressin or another pressor outside the table running, the norepinephrine equivalent counts too.

    BadColumn: text for numbers, negative or infinite values, fio2 outside 0.21-1, gcs outside 3-15, unknown words.
    """
    return rules.stamp(table(days.index, spans(days, cutoffs, options)), rules_of(cutoffs, options))


def spans(days: pd.DataFrame, cutoffs: Mapping[str, Item] = SI, options: Options = DEFAULT) -> dict[str, Span]:
    """The fewest and the most points of each organ."""
    items = _under_si(options) if cutoffs is SI else under(cutoffs, options)
    return {
        "respiration": _respiration(days, items["respiration"], options),
        "coagulation": score_bands(read(days, "platelets"), items["coagulation"].bands),
        "liver": score_bands(read(days, "bilirubin"), items["liver"].bands),
        "cardiovascular": _cardiovascular(days, items["cardiovascular"], options),
        "cns": score_bands(_gcs(days, options), items["cns"].bands),
        "renal": _renal(days, items["renal"], options),
    }


def _respiration(days: pd.DataFrame, item: Item, options: Options) -> Span:
    ratio, supported = _ratio(days), _supported(days, options)
    lungs = by_support(ratio, supported, item, "pao2_fio2")
    if options.spo2:
        lungs = where(np.isnan(ratio), by_support(_saturation_ratio(days), supported, item, "spo2_fio2"), lungs)
    return _flagged(lungs, days, "ecmo", options.ecmo)


def _ratio(days: pd.DataFrame) -> Numbers:
    return read(days, "pao2") / read(days, "fio2")


def _saturation_ratio(days: pd.DataFrame) -> Numbers:
    spo2 = read(days, "spo2")
    return np.where(spo2 <= SPO2_MOST + slack(SPO2_MOST), spo2, np.nan) / read(days, "fio2")


def _supported(days: pd.DataFrame, options: Options) -> Numbers:
    return is_word(read(days, "ventilation"), "ventilation", *options.support)


def _gcs(days: pd.DataFrame, options: Options) -> Numbers:
    gcs = read(days, "gcs")
    return gcs if options.gcs == "without_sedation" else np.where(read(days, "gcs_kind") == 0, gcs, np.nan)


def _cardiovascular(days: pd.DataFrame, item: Item, options: Options) -> Span:
    others = () if options.nonlisted == "ignore" else (*NONLISTED, *INODILATORS)
    doses = drug_doses(days, (*CATECHOLAMINES, *others), options.empty_dose)
    listed = [agent for agent in doses if item.of(agent)]
    spans = [score_bands(read(days, "map"), item.of("map")), *(score_bands(doses[agent], item.of(agent)) for agent in listed)]
    if options.nonlisted == "nee":
        spans.append(_equivalent(doses, item))
    return worst(*spans)


def _equivalent(doses: dict[str, Numbers], item: Item) -> Span:
    """Points of the norepinephrine equivalent; a missing dose may bring it to the most."""
    known = score_bands(_summed(doses), item.of("norepinephrine_equivalent", "nonlisted"))
    others = [np.isnan(doses[agent]) for agent in doses if agent in NEE_FACTORS and agent not in NONLISTED]
    unknown = np.isnan(doses["vasopressin"]) | (_others_run(doses) & np.logical_or.reduce(others))
    return Span(known.low, np.where(unknown, max(band.points for band in EQUIVALENT), known.high))


def _summed(doses: dict[str, Numbers]) -> Numbers:
    """The norepinephrine equivalent of the known doses where a pressor outside the table runs; elsewhere 0: the paper's
    own drugs are not summed."""
    factors = {agent: factor for agent, factor in NEE_FACTORS.items() if agent in doses}
    others = _others_run(doses)
    if not others.any():
        return np.zeros(len(others))
    sums = sum((np.nan_to_num(doses[agent]) * factor for agent, factor in factors.items()), start=np.zeros(1))
    return np.where(others, sums, 0.0)


def _others_run(doses: dict[str, Numbers]) -> NDArray[np.bool_]:
    running: NDArray[np.bool_] = np.logical_or.reduce([runs(doses[agent]) for agent in NONLISTED if agent in doses])
    return running


def _renal(days: pd.DataFrame, item: Item, options: Options) -> Span:
    creatinine = score_bands(read(days, "creatinine"), item.of("creatinine"))
    urine = read(days, "urine_output")
    flow = score_bands(urine, item.of("urine_output"))
    kidney = worst(creatinine, where(np.isnan(urine), exactly(flow.low), flow))  # a missing collection says nothing
    return _flagged(kidney, days, "rrt", options.rrt)


def _flagged(organ: Span, days: pd.DataFrame, flag: str, points: int | None) -> Span:
    """The organ with its machine counted: an empty flag adds nothing."""
    return organ if points is None else worst(organ, answered(np.nan_to_num(read(days, flag)), points))


def facts(day: pd.DataFrame, options: Options = DEFAULT) -> Facts:
    """What the bands of `under` are of and are not columns, of a frame of one row."""
    doses = drug_doses(day, (*CATECHOLAMINES, *NONLISTED), options.empty_dose)
    supported = {0.0: "unsupported", 1.0: "supported"}.get(float(_supported(day, options)[0]), "")
    ratio = float(_ratio(day)[0])
    derived = {"pao2_fio2": ratio, "norepinephrine_equivalent": float(_summed(doses)[0]), "gcs": float(_gcs(day, options)[0])}
    if options.spo2 and np.isnan(ratio):
        derived["spo2_fio2"] = float(_saturation_ratio(day)[0])
    return Facts(derived, frozenset({"", supported, "nonlisted" if _others_run(doses)[0] else ""}))


def thresholds(day: Mapping[str, Any], options: Options = DEFAULT) -> dict[str, list[float]]:
    """Of columns that the table knows only within a ratio or a sum: where the points may change, the rest as it is."""
    places: dict[str, list[float]] = {}
    pairs = [("pao2", "pao2_fio2", SI["respiration"].bands)]
    if options.spo2:
        pairs.append(("spo2", "spo2_fio2", SURROGATES[options.spo2]))
    for oxygen, ratio, bands in pairs:
        cuts = cutpoints(band for band in bands if band.variable == ratio)
        known = {code: float(day[code]) for code in (oxygen, "fio2") if not pd.isna(day.get(code))}
        places[oxygen] = [cut * known["fio2"] for cut in cuts if "fio2" in known]
        places[oxygen] += [float(SPO2_MOST)] if oxygen == "spo2" else []
        places["fio2"] = [*places.get("fio2", ()), *(known[oxygen] / cut for cut in cuts if oxygen in known)]
    if options.nonlisted == "nee":
        parts = {agent: float(day[agent]) * factor for agent, factor in NEE_FACTORS.items() if not pd.isna(day.get(agent))}
        for agent, factor in NEE_FACTORS.items():
            others = sum(part for other, part in parts.items() if other != agent)
            places[agent] = [0.0, *((cut - others) / factor for cut in cutpoints(EQUIVALENT) if cut > others)]
    return places
