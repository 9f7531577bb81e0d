"""The passport of each score: its boundary checks, and where published implementations part and what is done here.

The checks are written out from the papers and not taken from the tables that the scores compute from; the page runs them
each time it is looked at. What no source confirmed carries `memory`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
class Note:
    """What others do, and what is done here and why; in English and French."""

    en: str
    fr: str
    here_en: str
    here_fr: str
    memory: bool = False

    def text(self, language: str) -> tuple[str, str]:
        return (self.fr, self.here_fr) if language == "fr" else (self.en, self.here_en)


@dataclass(frozen=True)
class Passport:
    checks: tuple[Check, ...] = ()
    notes: tuple[Note, ...] = field(default=())


@dataclass(frozen=True)
class Checked:
    check: Check
    low: float
    high: float

    @property
    def passed(self) -> bool:
        return self.low == self.high == self.check.points


def run(score: Score, passport: Passport) -> list[Checked]:
    """Each check with what the score gives now."""
    if not passport.checks:
        return []
    frame = pd.DataFrame([dict(check.values) for check in passport.checks])
    spans = score.spans(frame)
    return [
        Checked(check, int(spans[check.item].low[at]), int(spans[check.item].high[at]))
        for at, check in enumerate(passport.checks)
    ]


def run_formula(code: str, passport: Passport) -> list[Checked]:
    """The same of a score that is no table of points; a result that is missing is NaN and passes no check."""
    found = [FORMULAS[code](check.item, check.values) for check in passport.checks]
    return [Checked(check, value, value) for check, value in zip(passport.checks, found, strict=True)]


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

SOFA = Passport(
    checks=(
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
    ),
    notes=(
        Note("A missing organ is summed as 0 (mimic-code and most scripts).",
             "Un organe manquant est compté 0 (mimic-code et la plupart des scripts).",
             "Missing is never normal: the organ is 0 to 4 and the total an interval.",
             "Manquant n’est jamais normal : l’organe vaut 0 à 4 et le total est un intervalle."),
        Note("A pressor charted with dose 0 scores 3 (seen in published code: 0 is “≤ 0.1”).",
             "Un vasopresseur tracé à la dose 0 vaut 3 (vu dans du code publié : 0 est « ≤ 0,1 »).",
             "A dose of 0 is no drug: 0 points from it.", "Une dose de 0, c’est pas de produit : 0 point."),
        Note("PaO₂/FiO₂ below 200 scores 3 or 4 without ventilatory support.",
             "PaO₂/FiO₂ inférieur à 200 compté 3 ou 4 sans assistance ventilatoire.",
             "Without support the most is 2, as the table says.", "Sans assistance le maximum est 2, comme dans le tableau."),
        Note("The Glasgow of an intubated patient is set to 15 (mimic-code, “No Response-ETT”), which hides a coma.",
             "Le Glasgow d’un patient intubé est mis à 15 (mimic-code, « No Response-ETT »), ce qui masque un coma.",
             "The GCS counts as the ward judges it without sedation, with how it was judged; never put to 15.",
             "Le Glasgow compte tel que jugé sans sédation, avec le mode de jugement ; jamais mis à 15."),
        Note("PaO₂/FiO₂ 300 or platelets 100 exactly: some calculators read ≤ (2 points).",
             "PaO₂/FiO₂ 300 ou plaquettes 100 exactement : certains calculateurs lisent ≤ (2 points).",
             "The table of 1996 prints <: 1 point.", "Le tableau de 1996 écrit < : 1 point."),
        Note("µmol/L and mg/dL columns are treated as conversions (bilirubin 33 µmol/L is 2 points, its 1.93 mg/dL is 1).",
             "Colonnes µmol/L et mg/dL prises pour des conversions (bilirubine 33 µmol/L : 2 points, ses 1,93 mg/dL : 1).",
             "The SI column scores, for the whole trial.", "La colonne SI compte, pour tout l’essai."),
        Note("PaO₂ in kPa has limits of its own (53.3, 40, 26.7, 13.3 kPa): 13.3 kPa over FiO₂ 1 is 3, its 99.8 mmHg is 4.",
             "La PaO₂ en kPa a ses propres limites (53,3, 40, 26,7, 13,3 kPa) : 13,3 kPa sous FiO₂ 1 vaut 3, ses 99,8 mmHg 4.",
             "The mmHg column scores; kPa is converted (1 kPa = 7.5006 mmHg).",
             "La colonne mmHg compte ; les kPa sont convertis (1 kPa = 7,5006 mmHg)."),
        Note("Norepinephrine is taken as labelled: tartrate 0.16 is base 0.08 (4 or 3 points).",
             "La noradrénaline est prise comme étiquetée : 0,16 de tartrate = 0,08 de base (4 ou 3 points).",
             "Base counts; each site says which salt its labels count.",
             "La base compte ; chaque centre dit quel sel est étiqueté."),
        Note("Catecholamines are summed before the cut-off.", "Les catécholamines sont additionnées avant le seuil.",
             "The worst single agent decides; the sum counts with vasopressin running alone (Goradia 2021).",
             "Le pire produit seul décide ; la somme ne compte que si la vasopressine tourne (Goradia 2021)."),
        Note("On dialysis the creatinine falls: renal 0 in some scripts, 4 in others.",
             "Sous dialyse la créatinine baisse : rein 0 dans certains scripts, 4 dans d’autres.",
             "Renal replacement scores 4, with a flag.", "L’épuration extrarénale vaut 4, signalée.", memory=True),
        Note("ECMO is not in the table of 1996.", "L’ECMO n’est pas dans le tableau de 1996.",
             "Respiration 4, with a flag.", "Respiration 4, signalée.", memory=True),
        Note("Milrinone and levosimendan are not in the table of 1996.",
             "La milrinone et le lévosimendan ne sont pas dans le tableau de 1996.",
             "2 points, as dobutamine.", "2 points, comme la dobutamine.", memory=True),
    ),
)  # fmt: skip

SOFA2 = Passport(
    checks=(
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
    ),
    notes=(
        Note("Missing on day 1 is scored 0 and later carried forward (footnote b).",
             "Manquant au jour 1 compté 0, puis reporté (note b).",
             "Missing is an interval here too.", "Manquant est ici aussi un intervalle."),
        Note("Dopamine above 20 with vasopressin or dobutamine: 2, or one point more than dopamine alone.",
             "Dopamine au-dessus de 20 avec vasopressine ou dobutamine : 2, ou un point de plus que la dopamine seule.",
             "2, as two implementations; above 40 alone it is 4.", "2, comme deux implémentations ; seule au-dessus de 40 : 4."),
        Note("The paper prints kPa and mg/dL columns that are not conversions (bilirubin 12 mg/dL is 3, its 205.2 µmol/L is 4).",
             "Les colonnes kPa et mg/dL de l’article ne sont pas des conversions (bilirubine 12 mg/dL : 3, ses 205,2 µmol/L : 4).",
             "The µmol/L and mmHg columns score; other units are converted.",
             "Les colonnes µmol/L et mmHg comptent ; les autres unités sont converties."),
        Note("Criteria for replacement therapy (footnote p): creatinine or oliguria; others ask for both.",
             "Critères d’épuration (note p) : créatinine ou oligurie ; d’autres exigent les deux.",
             "“Or”, with K ≥ 6.0, or pH ≤ 7.20 and bicarbonate ≤ 12.", "« Ou », avec K ≥ 6,0, ou pH ≤ 7,20 et bicarbonates ≤ 12."),
        Note("One script keeps the Glasgow cut-offs of 1996.", "Un script garde les seuils de Glasgow de 1996.",
             "9–12 is 2, 6–8 is 3, 3–5 is 4.", "9–12 vaut 2, 6–8 vaut 3, 3–5 vaut 4."),
        Note("Whether dexmedetomidine is a drug for delirium: scripts disagree.",
             "La dexmédétomidine traite-t-elle un délirium ? Les scripts divergent.",
             "The ward says yes or no to “drug for delirium”.", "Le service répond oui ou non à « traitement d’un délirium ».",
             memory=True),
        Note("The page of the paper was not at hand: the table is that of three implementations that agree.",
             "La page de l’article n’était pas disponible : le tableau est celui de trois implémentations concordantes.",
             "Exploratory; never subtracted from SOFA.", "Exploratoire ; jamais soustrait du SOFA."),
    ),
)  # fmt: skip

HSCORE = Passport(
    checks=(
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
    ),
    notes=(
        Note("A logistic formula is shown as published; one found in the wild gives 169 a probability of 68 %.",
             "Une formule logistique présentée comme publiée ; une trouvée en ligne donne 68 % à 169.",
             "No formula was published: the printed table, on a straight line between its rows.",
             "Aucune formule n’a été publiée : le tableau imprimé, en ligne droite entre ses lignes."),
        Note("AST “> 30” in one reprint.", "ASAT « > 30 » dans une réimpression.", "≥ 30, as the others.",
             "≥ 30, comme les autres."),
        Note("The cytopenia limits of HLH-2004 are used (Hb 9, platelets 100, neutrophils).",
             "Les seuils de cytopénie de HLH-2004 sont utilisés (Hb 9, plaquettes 100, neutrophiles).",
             "Its own: Hb ≤ 9.2, white cells ≤ 5, platelets ≤ 110.", "Les siens : Hb ≤ 9,2, leucocytes ≤ 5, plaquettes ≤ 110."),
        Note("Triglycerides of 132.7 mg/dL are printed as 1.5 mmol/L; converted they are 1.498, 0 points for 44.",
             "Triglycérides de 132,7 mg/dL imprimés comme 1,5 mmol/L ; convertis ils font 1,498, 0 point au lieu de 44.",
             "The mmol/L limits score; other units are converted.",
             "Les limites en mmol/L comptent ; les autres unités sont converties."),
        Note("A marrow that was not done is scored “no”.", "Un myélogramme non fait est compté « non ».",
             "Not done is unknown: 0 to 35.", "Non fait est inconnu : 0 à 35."),
        Note("Never validated in intensive care; 168 was best in one ICU study.",
             "Jamais validé en réanimation ; 168 était le meilleur seuil d’une étude en réanimation.",
             "The trial asks for 200; both are shown.", "L’essai demande 200 ; les deux sont montrés."),
    ),
)  # fmt: skip

LOW_TWO = {"platelets": 99.9, "neutrophils": 1.0}
HLH2004 = Passport(
    checks=(
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
    ),
    notes=(
        Note("The registry says “5 or 6 criteria”: 7 of 8 would be turned away.",
             "Le registre dit « 5 ou 6 critères » : 7 sur 8 seraient refusés.",
             "At least 5 of 8; the other readings stand beside it.", "Au moins 5 sur 8 ; les autres lectures sont à côté."),
        Note("Ferritin > 500, triglycerides > 265 mg/dL, fibrinogen < 150 mg/dL in one reprint.",
             "Ferritine > 500, triglycérides > 265 mg/dL, fibrinogène < 150 mg/dL dans une réimpression.",
             "The limits belong to the criterion (≥ 500, ≥ 3.0 mmol/L, ≤ 1.5 g/L).",
             "Les limites font partie du critère (≥ 500, ≥ 3,0 mmol/L, ≤ 1,5 g/L)."),
        Note("sCD25 in pg/mL compared with 2400 U/mL; 1 U is 1 or 10 pg by assay.",
             "sCD25 en pg/mL comparé à 2400 U/mL ; 1 U vaut 1 ou 10 pg selon le kit.",
             "Never converted: another unit is unknown.", "Jamais converti : une autre unité est inconnue."),
        Note("Triglycerides and fibrinogen counted as two criteria.", "Triglycérides et fibrinogène comptés comme deux critères.",
             "One criterion; either suffices, only both normal refute it.",
             "Un seul critère ; l’un suffit, seuls les deux normaux l’excluent."),
        Note("“Reading 5 of 6”: without NK activity and sCD25, which few wards have.",
             "« Lecture 5 sur 6 » : sans activité NK ni sCD25, que peu de services ont.",
             "Shown, not used.", "Montrée, pas utilisée.", memory=True),
    ),
)  # fmt: skip

HLH2024 = Passport(
    checks=tuple(check for check in HLH2004.checks if check.item != "nk_activity"),
    notes=(
        Note("Built on children under 16 with familial HLH against arthritis and infections.",
             "Construit sur des enfants de moins de 16 ans avec HLH familiale, contre arthrites et infections.",
             "A line to read; not an inclusion rule of the trial.", "Une ligne à lire ; pas une règle d’inclusion de l’essai."),
        Note("How many of the seven are needed is not in the abstract.", "Le nombre requis sur sept n’est pas dans le résumé.",
             "5 of 7.", "5 sur 7.", memory=True),
    ),
)  # fmt: skip

OHI = Passport(
    checks=(*_edges("scd25", "scd25", {3900: 0, 3901: 1}), *_edges("ferritin", "ferritin", {1000: 0, 1001: 1})),
    notes=(
        Note("Derived in hematologic malignancies; sCD25 in U/mL of one assay family.",
             "Dérivé dans les hémopathies malignes ; sCD25 en U/mL d’une famille de kits.",
             "Both limits strict; another unit is unknown.", "Les deux limites strictes ; une autre unité est inconnue."),
    ),
)  # fmt: skip

DIC = Passport(
    checks=(
        *_edges("platelets", "platelets", {100.1: 0, 100: 1, 50: 1, 49.9: 2}),
        Check("fibrin_marker", {"fibrin_marker": "none"}, 0),
        Check("fibrin_marker", {"fibrin_marker": "moderate"}, 2),
        Check("fibrin_marker", {"fibrin_marker": "strong"}, 3),
        *_edges("pt_prolongation", "pt_prolongation", {2.9: 0, 3: 1, 6: 1, 6.1: 2}),
        *_edges("fibrinogen", "fibrinogen", {1.01: 0, 1.0: 1, 0.99: 1}),
    ),
    notes=(
        Note("Fibrinogen < 1 or ≤ 1; platelets 50 and 100, PT 3 and 6 s inside or outside: tables disagree.",
             "Fibrinogène < 1 ou ≤ 1 ; plaquettes 50 et 100, TQ 3 et 6 s inclus ou non : les tableaux divergent.",
             "Platelets 50–100 and PT 3–6 s are 1; fibrinogen > 1 is 0.",
             "Plaquettes 50–100 et TQ 3–6 s : 1 ; fibrinogène > 1 : 0."),
        Note("D-dimer: 2–4 × and > 4 × the limit, or as the laboratory says.",
             "D-dimères : 2–4 × et > 4 × la limite, ou selon le laboratoire.",
             "The ward says none, moderate or strong.", "Le service dit aucune, modérée ou forte."),
        Note("PT in % (TP) is not seconds.", "Le TP en % n’est pas un temps en secondes.",
             "Not derived from it: seconds are asked for.", "Non déduit : les secondes sont demandées."),
    ),
)  # fmt: skip

SIC = Passport(
    checks=(
        *_edges("inr", "inr", {1.2: 0, 1.21: 1, 1.4: 1, 1.41: 2}),
        *_edges("platelets", "platelets", {150: 0, 149.9: 1, 100: 1, 99.9: 2}),
    ),
    notes=(
        Note("One table prints other INR limits.", "Un tableau imprime d’autres seuils d’INR.",
             "≤ 1.2, > 1.2, > 1.4 (ISTH 2019).", "≤ 1,2, > 1,2, > 1,4 (ISTH 2019)."),
        Note("A total of 4 is called SIC whatever gave it.", "Un total de 4 est dit SIC quelle qu’en soit l’origine.",
             "INR and platelets must give more than 2.", "INR et plaquettes doivent donner plus de 2."),
    ),
)  # fmt: skip

KDIGO = Passport(
    checks=(
        *_edges("creatinine", "creatinine", {119.9: 0, 120: 1, 159.9: 1, 160: 2, 239: 2, 239.9: 2, 240: 3},
                creatinine_reference=80.0, creatinine_48h=119.9),
        *_edges("creatinine", "creatinine", {326.4: 0, 326.5: 1, 330: 1, 353.5: 1, 353.6: 3}, creatinine_reference=300.0,
                creatinine_48h=300.0),
        *_edges("urine", "urine_ml_kg_h", {0.5: 0, 0.49: 2, 0.3: 2, 0.29: 3}),
        Check("rrt", {"rrt": "yes"}, 3),
    ),
    notes=(
        Note("Hourly windows of 6, 12 and 24 h for the urine.", "Fenêtres horaires de 6, 12 et 24 h pour la diurèse.",
             "The mean of the day: < 0.5 is stage 2, < 0.3 stage 3; stage 1 by urine cannot be told.",
             "La moyenne du jour : < 0,5 stade 2, < 0,3 stade 3 ; le stade 1 par la diurèse ne peut être dit."),
        Note("µmol/L limits 26.5 and 353.6 are converted from 0.3 and 4.0 mg/dL.",
             "Les limites 26,5 et 353,6 µmol/L sont converties de 0,3 et 4,0 mg/dL.",
             "As converted; the ratio is exact.", "Telles que converties ; le rapport est exact."),
    ),
)  # fmt: skip

CTCAE = Passport(
    checks=tuple(
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
    ),
    notes=(
        Note("v5 and v6 grade the same count differently: neutrophils 0.4 is 4 in v5, 3 in v6.",
             "v5 et v6 gradent différemment : neutrophiles 0,4 valent 4 en v5, 3 en v6.",
             "One version for the trial; the other one click away, never mixed.",
             "Une version pour l’essai ; l’autre à un clic, jamais mélangées."),
        Note("A limit of normal that is missing is taken as grade 0.", "Une limite de normale manquante donne un grade 0.",
             "Not gradable, unless a fixed limit decides.", "Non gradable, sauf si une limite fixe décide."),
        Note("Triglycerides grade 1 from 1.71 (150 mg/dL in the text) or above it (one program).",
             "Triglycérides grade 1 dès 1,71 (150 mg/dL dans le texte) ou au-delà (un programme).",
             "From 1.71 on, as the text.", "Dès 1,71, comme le texte."),
        Note("An unchanged raised baseline: grade 1 in v6 (1.0 × and above), 0 in v5.",
             "Une valeur initiale élevée inchangée : grade 1 en v6 (dès 1,0 ×), 0 en v5.",
             "As each version prints it; an event is a worsening from the grade before the first dose.",
             "Comme chaque version l’écrit ; un événement est une aggravation du grade d’avant la première prise."),
        Note("A missing value before treatment is taken as normal (one program).",
             "Une valeur initiale manquante est prise pour normale (un programme).",
             "Not gradable where it could change the grade.", "Non gradable si elle peut changer le grade."),
        Note("Fibrinogen: a fall from baseline counts at any value, or only below the lower limit (“if abnormal”).",
             "Fibrinogène : une baisse compte à toute valeur, ou seulement sous la limite inférieure (« si anormal »).",
             "Only below the lower limit of normal.", "Seulement sous la limite inférieure de la normale."),
        Note("Fever above 40 °C: grade 4 when it lasts more than 24 h.", "Fièvre au-dessus de 40 °C : grade 4 si plus de 24 h.",
             "3 is proposed; the duration is the investigator’s.", "3 est proposé ; la durée revient à l’investigateur."),
    ),
)  # fmt: skip

VASOPRESSORS = Passport(
    checks=(
        Check("vasopressin", {"vasopressin": 0.03}, 0.075),
        Check("vasopressin", {"vasopressin": 0.04, "norepinephrine": 0.05}, 0.15),
        Check("pump_rate", {"pump_rate": 1, "concentration": 1, "weight": 70}, 0.238),
    ),
    notes=(
        Note("Pressors outside the table of 1996 are ignored, or given 3 or 4 points at any dose.",
             "Les vasopresseurs absents du tableau de 1996 sont ignorés, ou valent 3 ou 4 points à toute dose.",
             "By norepinephrine equivalent (Goradia 2021): vasopressin 0.04 U/min is 0.1.",
             "Par équivalent noradrénaline (Goradia 2021) : vasopressine 0,04 U/min vaut 0,1."),
        Note("Labels count tartrate or base, a factor of 2; half of surveyed users did not know which.",
             "Les étiquettes comptent le tartrate ou la base, un facteur 2 ; la moitié des utilisateurs l’ignorait.",
             "Both readings are shown when they lie on two sides of 0.1.",
             "Les deux lectures sont montrées quand 0,1 les sépare."),
    ),
)  # fmt: skip

CLEARANCE = Passport(
    checks=(
        Check("clearance", {"age": 60, "sex": "m", "weight": 70, "creatinine": 80}, 86.1),
        Check("clearance", {"age": 60, "sex": "f", "weight": 70, "creatinine": 80}, 72.8),
    ),
    notes=(
        Note("Meant for a steady creatinine.", "Conçue pour une créatinine stable.",
             "On dialysis or with a rising creatinine it is called unsteady; no dose is made of it.",
             "Sous dialyse ou si la créatinine monte elle est dite instable ; aucune dose n’en est tirée."),
        Note("Factors 1.23 (men) and 1.04 (women) for µmol/L.", "Facteurs 1,23 (hommes) et 1,04 (femmes) pour µmol/L.",
             "As usual.", "Comme d’usage.", memory=True),
    ),
)  # fmt: skip

SUPPORT_FREE = Passport(
    checks=(
        Check("support_free", {"support_days": 10, "alive_day_28": "yes"}, 18),
        Check("support_free", {"support_days": 10, "death_day": 20}, 0),
        Check("support_free", {"support_days": 28, "alive_day_28": "yes"}, 0),
    ),
    notes=(
        Note("A death counts 0 or −1; day 0 or day 1 is the first; reintubation days count or not.",
             "Un décès compte 0 ou −1 ; le jour 0 ou 1 est le premier ; les jours de réintubation comptent ou non.",
             "Dead by day 28 is 0; days 1 to 28; every supported day counts.",
             "Décédé au jour 28 ou avant : 0 ; jours 1 à 28 ; chaque jour assisté compte."),
        Note("Organ-support-free days have no one definition.", "Les jours sans assistance n’ont pas de définition unique.",
             "As ventilator-free days, with the days that you count.",
             "Comme les jours sans ventilation, avec les jours que vous comptez.",
             memory=True),
    ),
)  # fmt: skip

PASSPORTS: dict[str, Passport] = {
    "sofa": SOFA, "sofa2": SOFA2, "hscore": HSCORE, "hlh2004": HLH2004, "hlh2024": HLH2024, "ohi": OHI, "dic": DIC, "sic": SIC,
    "kdigo": KDIGO, "ctcae": CTCAE, "vasopressors": VASOPRESSORS, "clearance": CLEARANCE, "support_free": SUPPORT_FREE,
}  # fmt: skip
