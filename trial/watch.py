"""What a prescriber of ruxolitinib should look at, from what is charted: the label's words, never a dose.

The label was written for other diseases and the trial's own table is not public (docs/decisions/0031, 0041): each item
says what decided, of which day, and to check the protocol. What cannot be judged is told too: missing is never normal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

import pandas as pd

from scoring import clearance
from trial import days, protocol, schedule
from trial.dosing import Dose, newest_charted
from trial.errors import sentence
from trial.treatments import (
    BIOLOGIC,
    DUAL,
    INDUCERS,
    INHIBITORS,
    KINDS,
    MODERATE,
    MODERATE_INDUCER,
    MYELOSUPPRESSIVE,
    STRONG,
    STRONG_INDUCER,
    Course,
)

WASHOUT_DAYS = 1  # an inhibitor or inducer that was stopped counts for so long; the PI may want 5 half-lives of each drug
FLUCONAZOLE_AVOID_ABOVE = 200.0  # mg a day
PLATELETS = (15.0, 20.0)  # hold below, lower below
NEUTROPHILS = (0.5, 0.75)
CLEARANCE = (15.0, 30.0, 60.0)
REBOUND_DAYS = 7  # symptoms return within about a week
HELD_IN_A_ROW = 2  # so many doses held or missed in a row are an interruption
CUTS = {"platelets": PLATELETS, "neutrophils": NEUTROPHILS, "creatinine": (), "weight": ()}
READ = (*CUTS, "rrt")

AVOID, ADJUST, MONITOR = "avoid", "adjust", "monitor"  # what the label comes to, the strongest first
LEVELS = (AVOID, ADJUST, MONITOR)

ASIDE = (sentence("seen and decided"), sentence("the protocol says otherwise"), sentence("disease, not drug"))

S40 = "MIMS Malaysia, Jakavi: interactions"
S42 = "medlibrary.org, Jakafi label"
S43 = "PMC9177119, table 6"
S44 = "MIMS Philippines, Jakavi: interactions"
S45 = "Novartis UK, Jakavi: dose"
S48 = "studylibfr.com/doc/7296584, RCP Jakavi"
S49 = "rxreasoner.com, I-475678: Jakavi in GVHD"
S50 = "hcp.jakafi.com: chronic GVHD"
S54 = "prihcs.com, Jakafi: withdrawal"
S62 = "UpToDate, CYP3A4 table"
MEMORY = ""  # from memory


@dataclass(frozen=True)
class Says:
    """A label's words."""

    where: str  # EU, US, or empty
    en: str
    fr: str
    source: str = MEMORY

    def text(self, language: str) -> str:
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True)
class Rule:
    code: str
    level: str
    en: str
    fr: str
    says: tuple[Says, ...]

    def title(self, language: str) -> str:
        return self.fr if language == "fr" else self.en


DISEASE = Says("", "Cytopenia of HLH is disease: the label’s tables were written for GVHD.",
               "La cytopénie de la SAM est la maladie : les tableaux du RCP ont été écrits pour la GVH.")  # fmt: skip
COUNTS = Says("EU", "Monitor cytopenia closely; no change of dose.",
              "Surveiller étroitement les cytopénies ; pas de modification de dose.", S44)  # fmt: skip
INDUCED = Says("EU", "No change at the start; increase gradually if the effect is lost.",
               "Pas de modification au début ; augmenter progressivement si l’effet se perd.", S44)  # fmt: skip
EFFECT_LOST = Says("", "Exposure may fall.", "L’exposition peut baisser.", S62)

RULES = {
    rule.code: rule
    for rule in (
        Rule("fluconazole_above_200", AVOID, "Fluconazole above 200 mg a day: dual CYP2C9 and CYP3A4 inhibitor",
             "Fluconazole à plus de 200 mg par jour : double inhibiteur du CYP2C9 et du CYP3A4",
             (Says("EU", "Avoid fluconazole above 200 mg a day with ruxolitinib.",
                   "Éviter le fluconazole à plus de 200 mg par jour avec le ruxolitinib.", S40),
              Says("US", "Chronic GVHD: avoid above 200 mg a day.", "GVH chronique : éviter au-delà de 200 mg par jour.", S43))),
        Rule("platelets_hold", AVOID, "Platelets below 15 × 10⁹/L", "Plaquettes sous 15 × 10⁹/L",
             (Says("EU", "GVHD: hold until 20 or more, then resume one level lower.",
                   "GVH : suspendre jusqu’à 20 ou plus, puis reprendre au palier inférieur.", S49), DISEASE)),
        Rule("neutrophils_hold", AVOID, "Neutrophils below 0.5 × 10⁹/L", "Neutrophiles sous 0,5 × 10⁹/L",
             (Says("EU", "GVHD: hold until above 0.5, then resume one level lower.",
                   "GVH : suspendre jusqu’à plus de 0,5, puis reprendre au palier inférieur.", S49),
              Says("US", "Chronic GVHD: hold up to 14 days, then resume one level lower.",
                   "GVH chronique : suspendre jusqu’à 14 jours, puis reprendre au palier inférieur.", S50), DISEASE)),
        Rule("clearance_below_15", AVOID, "Creatinine clearance below 15 mL/min, no dialysis",
             "Clairance de la créatinine sous 15 mL/min, sans dialyse",
             (Says("EU", "Below 30: reduce by about 50% (GVHD, MF).", "Sous 30 : réduire d’environ 50 % (GVH, MF).", S48),
              Says("US", "End stage and not dialysed: avoid.", "Stade terminal non dialysé : éviter.", S42))),
        Rule(STRONG, ADJUST, "Strong CYP3A4 inhibitor", "Inhibiteur puissant du CYP3A4",
             (Says("EU", "Reduce the unit dose by about 50%, still twice a day; counts for instance twice a week.",
                   "Réduire la dose unitaire d’environ 50 %, toujours deux fois par jour ; NFS par exemple deux fois par semaine.",
                   S40),
              Says("US", "Chronic GVHD: no fixed cut; more frequent counts, adjust for adverse events.",
                   "GVH chronique : pas de réduction fixe ; NFS plus fréquentes, adapter aux effets indésirables.", S43))),
        Rule("fluconazole", ADJUST, "Fluconazole: dual CYP2C9 and CYP3A4 inhibitor",
             "Fluconazole : double inhibiteur du CYP2C9 et du CYP3A4",
             (Says("EU", "Consider a reduction of 50%. Above 200 mg a day: avoid.",
                   "Envisager une réduction de 50 %. Au-delà de 200 mg par jour : éviter.", S40),
              Says("US", "Chronic GVHD, up to 200 mg a day: 5 mg twice a day; above: avoid.",
                   "GVH chronique, jusqu’à 200 mg par jour : 5 mg deux fois par jour ; au-delà : éviter.", S43))),
        Rule("platelets_lower", ADJUST, "Platelets below 20 × 10⁹/L", "Plaquettes sous 20 × 10⁹/L",
             (Says("EU", "GVHD: one level lower; back to the initial level if 20 or more within 7 days.",
                   "GVH : un palier plus bas ; retour au palier initial si 20 ou plus dans les 7 jours.", S49),
              Says("US", "Chronic GVHD: one level lower; back to the initial level if resolved within 7 days.",
                   "GVH chronique : un palier plus bas ; retour au palier initial si résolu dans les 7 jours.", S50), DISEASE)),
        Rule("neutrophils_lower", ADJUST, "Neutrophils below 0.75 × 10⁹/L", "Neutrophiles sous 0,75 × 10⁹/L",
             (Says("EU", "GVHD, 0.5 to below 0.75: one level lower; back to the initial level above 1.0.",
                   "GVH, de 0,5 à moins de 0,75 : un palier plus bas ; retour au palier initial au-dessus de 1,0.", S49),
              Says("US", "Chronic GVHD, below 0.75 and drug related: one level lower.",
                   "GVH chronique, sous 0,75 et imputable au médicament : un palier plus bas.", S50), DISEASE)),
        Rule("rrt", ADJUST, "Renal replacement therapy", "Épuration extrarénale",
             (Says("EU", "Dialysis: on dialysis days only, after the session. No guidance for continuous techniques.",
                   "Dialyse : les jours de dialyse seulement, après la séance. Rien sur les techniques continues.", S48),
              Says("US", "Dialysis: after the session.", "Dialyse : après la séance.", S42))),
        Rule("clearance_below_30", ADJUST, "Creatinine clearance below 30 mL/min", "Clairance de la créatinine sous 30 mL/min",
             (Says("EU", "Severe, below 30: reduce by about 50% (GVHD, MF).",
                   "Sévère, sous 30 : réduire d’environ 50 % (GVH, MF).", S48),
              Says("US", "Severe, 15 to 29: acute GVHD 5 mg once a day; chronic GVHD 5 mg twice a day.",
                   "Sévère, 15 à 29 : GVH aiguë 5 mg une fois par jour ; GVH chronique 5 mg deux fois par jour.", S42))),
        Rule("clearance_30_to_59", MONITOR, "Creatinine clearance 30 to 59 mL/min", "Clairance de la créatinine de 30 à 59 mL/min",
             (Says("EU", "Mild or moderate: no change.", "Légère ou modérée : pas de modification.", S45),
              Says("US", "Moderate: acute GVHD 5 mg once a day; chronic GVHD and PV 5 mg twice a day.",
                   "Modérée : GVH aiguë 5 mg une fois par jour ; GVH chronique et PV 5 mg deux fois par jour.", S42))),
        Rule("clearance_unsteady", MONITOR, "Acute kidney injury", "Insuffisance rénale aiguë",
             (Says("", "Cockcroft and Gault take creatinine for steady: below 30 mL/min cannot be ruled out by it.",
                   "Cockcroft et Gault supposent une créatinine stable : moins de 30 mL/min n’est pas exclu.",
                   clearance.CITATION.split(".")[0]),)),
        Rule(MODERATE, MONITOR, "Moderate CYP3A4 inhibitor", "Inhibiteur modéré du CYP3A4", (COUNTS,)),
        Rule(STRONG_INDUCER, MONITOR, "Strong CYP3A4 inducer", "Inducteur puissant du CYP3A4", (INDUCED,)),
        Rule(MODERATE_INDUCER, MONITOR, "Moderate CYP3A4 inducer", "Inducteur modéré du CYP3A4", (INDUCED, EFFECT_LOST)),
        Rule(MYELOSUPPRESSIVE, MONITOR, "Myelosuppression adds up", "Myélosuppression additive",
             (Says("", "The drug is myelosuppressive too: counts every day.",
                   "Ce médicament est lui aussi myélosuppresseur : NFS chaque jour."),)),
        Rule(BIOLOGIC, MONITOR, "Immune treatment beside it", "Traitement immunologique associé",
             (Says("", "Same pathway or another immune treatment. Tocilizumab also hides fever and CRP.",
                   "Même voie ou autre traitement immunologique. Le tocilizumab masque aussi la fièvre et la CRP."),)),
        Rule("rebound", MONITOR, "Ruxolitinib stopped: watch for rebound", "Arrêt du ruxolitinib : guetter le rebond",
             (Says("US", "Symptoms return within about a week: fever, respiratory distress, hypotension, DIC, multi-organ failure. "
                         "Consider a gradual taper, unless stopped for platelets or neutrophils.",
                   "Les symptômes reviennent en une semaine environ : fièvre, détresse respiratoire, hypotension, CIVD, "
                   "défaillance multiviscérale. Envisager une décroissance, sauf arrêt pour plaquettes ou neutrophiles.", S54),)),
    )
}  # fmt: skip


class InTrial(Protocol):
    @property
    def sex(self) -> str: ...
    @property
    def birth_year(self) -> int | None: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def day_1(self) -> date | None: ...


@dataclass(frozen=True)
class Deciding:
    """The value that decided, of its day; the same since `since`."""

    variable: str
    number: float
    on: date
    since: date
    clearance: float | None = None  # mL/min, of a creatinine
    unsteady: bool | None = None  # None: earlier creatinine is missing


@dataclass(frozen=True)
class Item:
    rule: Rule
    decided: str  # another value or another drug is another item to dismiss
    value: Deciding | None = None
    courses: tuple[Course, ...] = ()
    at: datetime | None = None  # the last dose, of a rebound

    @property
    def code(self) -> str:
        return self.rule.code


@dataclass(frozen=True)
class Watched:
    items: tuple[Item, ...]  # the strongest first
    unknown: tuple[str, ...]  # variables without a value, so that nothing could be judged by them


def watch(
    patient: InTrial, readings: pd.DataFrame, courses: Sequence[Course], charted: Mapping[tuple[int, str], Dose], now: datetime
) -> Watched:
    """`readings` and `charted` as db.days and db.doses give them. Nothing before there is a day 1."""
    if patient.day_1 is None:
        return Watched((), ())
    today = schedule.ward_date(now, patient.time_zone)
    last = _last_taken(charted)
    if _is_over(schedule.study_day(today, patient.day_1)):
        return Watched(tuple(_rebound(charted, last, patient, today)), ())
    values = newest_values(readings)
    found = [*_drugs(courses, now, patient.time_zone), *_counts(values), *_kidney(patient, values, today),
             *_rebound(charted, last, patient, today)]
    unknown = [code for code in ("platelets", "neutrophils", "creatinine", "weight") if code not in values]
    return Watched(tuple(sorted(found, key=lambda item: LEVELS.index(item.rule.level))), tuple(unknown))


def _is_over(study_day: int) -> bool:
    return study_day > protocol.DAYS + WASHOUT_DAYS


# Drugs


def drug_rule(kind: str, mg_a_day: float | None) -> Rule:
    """The rule of a class; of fluconazole by its daily mg, which may be unknown."""
    if kind != DUAL:
        return RULES[kind]
    return RULES["fluconazole_above_200" if mg_a_day is not None and mg_a_day > FLUCONAZOLE_AVOID_ABOVE else "fluconazole"]


def _drugs(courses: Sequence[Course], now: datetime, zone: str) -> Iterator[Item]:
    for kind in KINDS:
        of_kind = tuple(one for one in courses if one.systemic and one.drug.kind == kind and _counts_still(one, now, zone))
        if of_kind:
            mg = [one.mg_a_day for one in of_kind if one.mg_a_day is not None and one.runs(now)]
            mg = mg or [one.mg_a_day for one in of_kind if one.mg_a_day is not None]
            yield Item(drug_rule(kind, sum(mg) if mg else None), "; ".join(map(_said, of_kind)), courses=of_kind)


def _counts_still(course: Course, now: datetime, zone: str) -> bool:
    """Whether it runs; an inhibitor or inducer that was stopped, for the washout too."""
    if course.runs(now) or course.started_at > now or course.stopped_at is None:
        return course.runs(now)
    return course.drug.kind in (*INHIBITORS, *INDUCERS) and stopped_days(course, now, zone) <= WASHOUT_DAYS


def stopped_days(course: Course, now: datetime, zone: str) -> int:
    """Calendar days since the stop; 0 while it runs."""
    stopped = course.stopped_at
    return 0 if stopped is None else (schedule.ward_date(now, zone) - schedule.ward_date(stopped, zone)).days


def _said(course: Course) -> str:
    dose = "?" if course.dose is None else f"{course.dose:g} {course.unit}"
    stopped = "" if course.stopped_at is None else f" stopped {course.stopped_at:%Y-%m-%d %H:%M}"
    return f"{course.key} {course.code} {dose} {course.route}{stopped}"


# Counts


def platelets_rule(platelets: float) -> Rule | None:
    return _below(platelets, PLATELETS, "platelets")


def neutrophils_rule(neutrophils: float) -> Rule | None:
    return _below(neutrophils, NEUTROPHILS, "neutrophils")


def _below(value: float, cuts: tuple[float, float], code: str) -> Rule | None:
    hold, lower = cuts
    if value < hold:
        return RULES[f"{code}_hold"]
    return RULES[f"{code}_lower"] if value < lower else None


def _counts(values: Mapping[str, pd.DataFrame]) -> Iterator[Item]:
    for code, rule_of in (("platelets", platelets_rule), ("neutrophils", neutrophils_rule)):
        if code in values:
            value = _deciding(code, values[code])
            if rule := rule_of(value.number):
                yield _of_value(rule, value)


def _of_value(rule: Rule, value: Deciding) -> Item:
    return Item(rule, f"{value.variable} {value.number:g} since {value.since.isoformat()}", value)


def newest_values(readings: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The day's deciding values of what the list reads, by variable, oldest first; on_date and value."""
    own = readings[readings["variable"].isin(READ)]
    if not len(own):
        return {}
    decided = days.deciding(own, cuts=CUTS)
    decided = decided[decided["value"].notna()].sort_values("on_date", kind="stable")
    return {str(code): rows[["on_date", "value"]] for code, rows in decided.groupby("variable", sort=False)}


def _deciding(code: str, rows: pd.DataFrame, **more: Any) -> Deciding:
    newest = float(rows["value"].iloc[-1])
    other = [at for at, value in enumerate(rows["value"]) if float(value) != newest]
    since = rows["on_date"].iloc[other[-1] + 1 if other else 0]
    return Deciding(code, newest, rows["on_date"].iloc[-1], since, **more)


# Kidney


def clearance_rule(clearance: float) -> Rule | None:
    """EU cuts below 30, US at 30 to 59, 15 to 29 and below; both are shown, never merged."""
    bands = zip(CLEARANCE, ("clearance_below_15", "clearance_below_30", "clearance_30_to_59"), strict=True)
    return next((RULES[code] for cut, code in bands if clearance < cut), None)


def _kidney(patient: InTrial, values: Mapping[str, pd.DataFrame], today: date) -> Iterator[Item]:
    if "rrt" in values and values["rrt"]["value"].iloc[-1] == "yes":
        on = values["rrt"]["on_date"].iloc[-1]
        off = [at for at, value in enumerate(values["rrt"]["value"]) if value != "yes"]
        since = values["rrt"]["on_date"].iloc[off[-1] + 1 if off else 0]
        yield Item(RULES["rrt"], f"rrt since {since.isoformat()}", Deciding("rrt", 1, on, since))
        return
    value = _estimate(patient, values)
    if value is None or value.clearance is None:
        return
    rule = clearance_rule(value.clearance) or (RULES["clearance_unsteady"] if value.unsteady else None)
    if rule is not None:
        yield _of_value(rule, value)


def _estimate(patient: InTrial, values: Mapping[str, pd.DataFrame]) -> Deciding | None:
    """Cockcroft and Gault of the newest creatinine and weight; of the age that is reached in that year, the lower estimate."""
    if "creatinine" not in values or "weight" not in values or patient.birth_year is None or patient.sex not in clearance.FACTORS:
        return None
    rows = values["creatinine"]
    on = rows["on_date"].iloc[-1]
    row = {
        "age": float(on.year - patient.birth_year), "sex": patient.sex, "weight": float(values["weight"]["value"].iloc[-1]),
        "creatinine": float(rows["value"].iloc[-1]), "creatinine_reference": _lowest(rows, on, 7),
        "creatinine_48h": _lowest(rows, on, 2),
    }  # fmt: skip
    row = {code: fact for code, fact in row.items() if fact is not None}
    scored = clearance.score(pd.DataFrame([row], index=[0])).iloc[0]
    if pd.isna(scored["clearance"]):
        return None
    unsteady = None if pd.isna(scored["unsteady"]) else bool(scored["unsteady"])
    return _deciding("creatinine", rows, clearance=float(scored["clearance"]), unsteady=unsteady)


def _lowest(rows: pd.DataFrame, on: date, back: int) -> float | None:
    """The lowest of the days before; None where there is none."""
    before = [float(value) for day, value in zip(rows["on_date"], rows["value"], strict=True) if 0 < (on - day).days <= back]
    return min(before, default=None)


# The end


def _last_taken(charted: Mapping[tuple[int, str], Dose]) -> datetime | None:
    return max((dose.given_at for dose in charted.values() if dose.taken and dose.given_at is not None), default=None)


def _rebound(
    charted: Mapping[tuple[int, str], Dose], last: datetime | None, patient: InTrial, today: date
) -> Iterator[Item]:
    """On day 28 and for a week after the last dose, and while doses are held in a row."""
    if last is None or patient.day_1 is None:
        return
    ago = (today - schedule.ward_date(last, patient.time_zone)).days
    newest = newest_charted(charted)[:HELD_IN_A_ROW]
    interrupted = len(newest) == HELD_IN_A_ROW and not any(dose.taken for dose in newest)
    ended = schedule.study_day(today, patient.day_1) >= protocol.DAYS
    if (ended or interrupted) and ago <= REBOUND_DAYS:
        yield Item(RULES["rebound"], f"last dose {schedule.ward_date(last, patient.time_zone).isoformat()}", at=last)
