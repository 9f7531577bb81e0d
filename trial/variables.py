"""The variable catalogue: what can be entered, in rounds order. Boxes, checks, imports,
exports, scores and charts read it.

Limits are in the canonical unit (scoring.units). `hard` is refused outside, `soft` is asked about; both are wide on
purpose: ferritin 200 000 µg/L and AST 15 000 U/L are true in this disease. LOINC codes are those of the INDICATE
dictionary; where none was verified the code is empty.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from scoring import units
from trial import protocol
from trial.errors import TrialError

Limits = tuple[float, float] | None
YES_NO = ("no", "yes")
FINDING = ("no", "yes", "not_done")


class UnknownVariable(TrialError):
    """No variable of that code."""


@dataclass(frozen=True)
class Variable:
    code: str
    en: str
    fr: str
    group: str
    kind: Literal["number", "choice"]
    # When it is asked; it may be entered on any day. "calculator": on the page of scores alone.
    days: Literal["daily", "visits", "once", "cytokines", "if_done", "calculator"]
    worst: Literal["min", "max", "last", "any"]  # of a day's samples; any: the gravest choice
    unit: str = ""
    units: tuple[str, ...] = ()  # the canonical one first
    decimals: int = 0
    hard: Limits = None
    soft: Limits = None
    whole: bool = False
    censored: bool = False  # "<" and ">" are results
    choices: tuple[str, ...] = ()  # mildest first
    loinc: str = ""
    ucum: str = ""
    beside: str = ""  # the variable that it distorts and stands beside; no score reads it


GROUPS: dict[str, tuple[str, str]] = {
    "respiration": ("Respiration", "Respiration"),
    "circulation": ("Circulation and temperature", "Hémodynamique et température"),
    "neuro": ("Neurology", "Neurologie"),
    "kidney": ("Kidney and fluids", "Rein et bilan"),
    "blood": ("Blood count and coagulation", "Hémogramme et coagulation"),
    "liver": ("Liver", "Foie"),
    "hlh": ("HLH markers", "Marqueurs du SAM"),
    "inflammation": ("Inflammation", "Inflammation"),
    "cytokines": ("Cytokines", "Cytokines"),
    "findings": ("Findings", "Clinique et terrain"),
    "calculator": ("For the calculation", "Pour le calcul"),
}

CHOICE_LABELS: dict[str, tuple[str, str]] = {
    "no": ("No", "Non"),
    "yes": ("Yes", "Oui"),
    "not_done": ("Not done", "Non fait"),
    "none": ("None", "Aucune"),
    "hfnc": ("HFNC", "OHD"),
    "niv": ("NIV", "VNI"),
    "cpap": ("CPAP", "CPAP"),
    "invasive": ("Invasive", "Invasive"),
    "measured": ("Measured", "Mesuré"),
    "before_sedation": ("Before sedation", "Avant sédation"),
    "estimated": ("Estimated", "Estimé"),
    "moderate": ("Moderate", "Modérée"),
    "strong": ("Strong", "Forte"),
    "f": ("Woman", "Femme"),
    "m": ("Man", "Homme"),
}

UCUM = {
    "mmHg": "mm[Hg]", "fraction": "1", "°C": "Cel", "µg/kg/min": "ug/kg/min", "U/min": "[IU]/min", "µmol/L": "umol/L",
    "mL/24 h": "mL/(24.h)", "years": "a", "days": "d", "10⁹/L": "10*9/L", "mg/L FEU": "mg/L{FEU}", "µg/L": "ug/L", "": "{score}",
}


def _number(code: str, en: str, fr: str, days: Any, worst: Any, decimals: int, hard: Limits, soft: Limits,
            loinc: str = "", **more: Any) -> Variable:
    unit = units.canonical(code)
    return Variable(code, en, fr, "", "number", days, worst, unit, units.accepted(code), decimals, hard, soft,
                    loinc=loinc, ucum="{INR}" if code == "inr" else UCUM.get(unit, unit), **more)


def _lab(*row: Any) -> Variable:
    return _number(*row, censored=True)


def _choice(code: str, en: str, fr: str, days: Any, worst: Any, choices: tuple[str, ...]) -> Variable:
    return Variable(code, en, fr, "", "choice", days, worst, choices=choices)


def _given(beside: str, code: str, en: str, fr: str) -> Variable:
    """What was given in the 24 hours before and moves a marker: a platelet count after platelets is not a recovery."""
    return Variable(code, en, fr, "", "choice", "if_done", "any", choices=YES_NO, beside=beside)


# code, English, French, when asked, worst of the day, then of numbers: decimals, hard limits, soft limits, LOINC
_TABLE: dict[str, tuple[Variable, ...]] = {
    "respiration": (
        _choice("ventilation", "Ventilation", "Ventilation", "daily", "any",
                ("none", "hfnc", "niv", "cpap", "invasive")),
        _number("pao2", "PaO₂", "PaO₂", "daily", "min", 0, (20, 700), (40, 500), "2703-7"),
        _number("fio2", "FiO₂", "FiO₂", "daily", "max", 2, (0.21, 1), None, "3150-0"),
        _number("spo2", "SpO₂", "SpO₂", "if_done", "min", 0, (30, 100), (80, 100), "59408-5"),
        _choice("ecmo", "ECMO", "ECMO", "daily", "any", YES_NO),
        _number("ph", "pH", "pH", "if_done", "min", 2, (6.5, 8), (7.1, 7.6), "2744-1"),
        _number("bicarbonate", "Bicarbonate", "Bicarbonates", "if_done", "min", 0, (1, 60), (8, 45), "1963-8"),
    ),
    "circulation": (
        _number("temperature", "Temperature", "Température", "daily", "max", 1, (25, 45), (34, 41.5), "8310-5"),
        _given("temperature", "cooling", "Antipyretic, cooling", "Antipyrétique, froid"),
        _number("heart_rate", "Heart rate", "Fréquence cardiaque", "if_done", "max", 0, (10, 300), (40, 180), "8867-4"),
        _number("map", "MAP", "PAM", "daily", "min", 0, (10, 300), (45, 140), "8478-0"),
        # A drug that does not run is 0, not empty. Dopamine and dobutamine run in other doses than norepinephrine:
        # their cut-offs go up to 15 (SOFA) and 40 (SOFA-2), so their limits are wider.
        _number("norepinephrine", "Norepinephrine", "Noradrénaline", "daily", "max", 3, (0, 10), (0, 2)),
        _number("epinephrine", "Epinephrine", "Adrénaline", "daily", "max", 3, (0, 10), (0, 2)),
        _number("dopamine", "Dopamine", "Dopamine", "daily", "max", 1, (0, 100), (0, 20)),
        _number("dobutamine", "Dobutamine", "Dobutamine", "daily", "max", 1, (0, 100), (0, 20)),
        _number("vasopressin", "Vasopressin", "Vasopressine", "daily", "max", 3, (0, 1), (0, 0.1)),
        _choice("mechanical_support", "Mechanical circulatory support", "Assistance circulatoire", "if_done", "any", YES_NO),
        _lab("lactate", "Lactate", "Lactate", "if_done", "max", 1, (0.1, 50), (0.3, 20), "2518-9"),
    ),
    "neuro": (
        _number("rass", "RASS", "RASS", "if_done", "last", 0, (-5, 4), None, "", whole=True),
        _number("gcs", "GCS", "Glasgow", "daily", "min", 0, (3, 15), None, "9269-2", whole=True),
        _choice("gcs_kind", "GCS, how judged", "Glasgow, mode", "daily", "last",
                ("measured", "before_sedation", "estimated")),
        _choice("delirium_drug", "Drug for delirium", "Traitement d’un délirium", "if_done", "any", YES_NO),
    ),
    "kidney": (
        _lab("creatinine", "Creatinine", "Créatinine", "daily", "max", 0, (5, 3000), (20, 1200), "14682-9"),
        _number("urine_output", "Urine output", "Diurèse", "daily", "min", 0, (0, 20000), (0, 6000), "9192-6"),
        _number("urine_ml_kg_h", "Hourly urine", "Diurèse horaire", "calculator", "min", 2, (0, 50), (0, 8)),
        _choice("rrt", "Renal replacement", "Épuration extrarénale", "daily", "any", YES_NO),
        _number("potassium", "Potassium", "Potassium", "if_done", "max", 1, (1, 12), (2, 7), "2823-3"),
        _number("sodium", "Sodium", "Sodium", "if_done", "last", 0, (90, 200), (115, 165), "2951-2"),
        _number("weight", "Weight", "Poids", "once", "last", 1, (25, 350), (40, 180), "29463-7"),
    ),
    "blood": (
        _lab("platelets", "Platelets", "Plaquettes", "daily", "min", 0, (0, 3000), (5, 800), "777-3"),
        _given("platelets", "platelets_given", "Platelets given", "CP transfusés"),
        _number("hemoglobin", "Hemoglobin", "Hémoglobine", "visits", "min", 1, (1.5, 25), (4.5, 19), "718-7"),
        _given("hemoglobin", "red_cells_given", "Red cells given", "CGR transfusés"),
        _lab("white_cells", "White cells", "Leucocytes", "visits", "min", 1, (0, 1000), (0.2, 80), "6690-2"),
        _lab("neutrophils", "Neutrophils", "Neutrophiles", "if_done", "min", 2, (0, 500), (0.05, 60), "751-8"),
        _given("neutrophils", "g_csf", "G-CSF", "G-CSF"),
        _lab("lymphocytes", "Lymphocytes", "Lymphocytes", "if_done", "min", 2, (0, 500), (0.05, 20), "731-0"),
        _lab("inr", "INR", "INR", "if_done", "max", 1, (0.5, 50), (0.8, 8), "6301-6"),
        _lab("d_dimer", "D-dimer", "D-dimères", "if_done", "max", 1, (0, 1000), (0, 100), "48065-7"),
    ),
    "liver": (
        _lab("bilirubin", "Bilirubin", "Bilirubine", "daily", "max", 0, (0, 2500), (2, 600), "14631-6"),
        _lab("ast", "AST", "ASAT", "if_done", "max", 0, (1, 40000), (5, 5000), "1920-8"),
        _lab("alt", "ALT", "ALAT", "if_done", "max", 0, (1, 40000), (5, 5000), "1742-6"),
        _lab("albumin", "Albumin", "Albumine", "if_done", "min", 0, (5, 70), (12, 55), "1751-7"),
    ),
    "hlh": (
        _lab("ferritin", "Ferritin", "Ferritine", "visits", "max", 0, (1, 2_000_000), (10, 200_000), "2276-4"),
        # In U/mL of one assay, which is kept: no factor leads from pg/mL to U/mL.
        _lab("scd25", "sCD25", "sCD25", "visits", "max", 0, (0, 500_000), (100, 100_000)),
        _lab("fibrinogen", "Fibrinogen", "Fibrinogène", "visits", "min", 2, (0, 20), (0.4, 9), "3255-7"),
        _given("fibrinogen", "plasma_given", "Plasma, fibrinogen given", "PFC, fibrinogène"),
        _lab("triglycerides", "Triglycerides", "Triglycérides", "visits", "max", 2, (0.1, 80), (0.4, 20), "14927-8"),
        _given("triglycerides", "lipids", "Propofol, lipids", "Propofol, lipides"),
        _lab("ldh", "LDH", "LDH", "if_done", "max", 0, (10, 60000), (80, 10000), "2532-0"),
    ),
    "inflammation": (
        _lab("crp", "CRP", "CRP", "if_done", "max", 0, (0, 1000), (0, 500), "1988-5"),
        _lab("procalcitonin", "Procalcitonin", "Procalcitonine", "if_done", "max", 2, (0, 2000), (0, 200), "33959-8"),
    ),
    "cytokines": (
        # IL-2 is the cytokine: its receptor is sCD25.
        _lab("il2", "IL-2", "IL-2", "cytokines", "max", 1, (0, 100_000), None, "33939-0"),
        _lab("il6", "IL-6", "IL-6", "cytokines", "max", 1, (0, 1_000_000), None, "26881-3"),
        _lab("il10", "IL-10", "IL-10", "cytokines", "max", 1, (0, 1_000_000), None, "26848-2"),
        _lab("il12", "IL-12", "IL-12", "cytokines", "max", 1, (0, 100_000), None, "41760-0"),
        _lab("gm_csf", "GM-CSF", "GM-CSF", "cytokines", "max", 1, (0, 100_000), None, "97054-1"),
        _lab("ifn_gamma", "IFN-γ", "IFN-γ", "cytokines", "max", 1, (0, 1_000_000), None, "27415-9"),
        _lab("tnf_alpha", "TNF-α", "TNF-α", "cytokines", "max", 1, (0, 100_000), None, "3074-2"),
    ),
    "findings": (
        _choice("hepatomegaly", "Hepatomegaly", "Hépatomégalie", "once", "any", FINDING),
        _choice("splenomegaly", "Splenomegaly", "Splénomégalie", "once", "any", FINDING),
        _choice("hemophagocytosis", "Hemophagocytosis", "Hémophagocytose", "once", "any", FINDING),
        _choice("nk_activity_low", "NK activity low or absent", "Activité NK basse ou absente", "once", "any", FINDING),
        _choice("immunosuppression", "Known immunosuppression", "Immunodépression connue", "once", "any", FINDING),
    ),
}

VARIABLES: dict[str, Variable] = {
    each.code: replace(each, group=group) for group, section in _TABLE.items() for each in section
}

# What a score asks for and no sheet does: on the page of scores and in files, never stored.
CALCULATOR: dict[str, Variable] = {
    each.code: replace(each, group="calculator") for each in (
        _number("creatinine_reference", "Creatinine, reference", "Créatinine, référence", "calculator", "last", 0,
                (5, 3000), (20, 1200)),
        _number("creatinine_48h", "Creatinine, 48 h low", "Créatinine, min. 48 h", "calculator", "last", 0,
                (5, 3000), (20, 1200)),
        _number("pt_prolongation", "PT above control", "Allongement du TQ", "calculator", "max", 1,
                (-10, 300), (-2, 60)),
        _choice("fibrin_marker", "Rise of D-dimer", "Élévation des D-dimères", "calculator", "any", ("none", "moderate", "strong")),
        _number("pump_rate", "Pump", "Débit de la pompe", "calculator", "max", 1, (0, 200), (0, 60)),
        _number("concentration", "Syringe", "Seringue", "calculator", "last", 2, (0.001, 50), (0.01, 5)),
        _lab("ggt", "GGT", "GGT", "calculator", "max", 0, (1, 40000), (5, 5000)),
        _lab("alp", "Alkaline phosphatase", "Phosphatases alcalines", "calculator", "max", 0, (1, 40000), (20, 3000)),
        _number("age", "Age", "Âge", "calculator", "last", 0, (0, 120), None, whole=True),
        _choice("sex", "Sex", "Sexe", "calculator", "last", ("f", "m")),
        _number("support_days", "Days on support", "Jours d’assistance", "calculator", "last", 0, (0, 28), None, whole=True),
        _number("death_day", "Day of death", "Jour du décès", "calculator", "last", 0, (1, 1000), None, whole=True),
        _choice("alive_day_28", "Alive at day 28", "Vivant au jour 28", "calculator", "last", YES_NO),
    )
}  # fmt: skip

# "Temperature, ferritin, sCD25, fibrinogen, triglycerides, Hb, WBC, platelets" on days 1, 7, 14 and 28 (NCT06244862)
REGISTRY_PANEL = (
    "temperature", "ferritin", "scd25", "fibrinogen", "triglycerides", "hemoglobin", "white_cells", "platelets",
)


def variable(code: str) -> Variable:
    """The catalogue's entry. Raises UnknownVariable."""
    known = VARIABLES.get(code) or CALCULATOR.get(code)
    if known is None:
        raise UnknownVariable('No variable is called "{code}". The codes stand in the data dictionary.', code=code)
    return known


def label(code: str, language: str) -> str:
    """What the ward calls it, in "fr" or "en"."""
    known = variable(code)
    return known.fr if language == "fr" else known.en


def choice_label(choice: str, language: str) -> str:
    en, fr = CHOICE_LABELS[choice]
    return fr if language == "fr" else en


def of_group(group: str) -> tuple[Variable, ...]:
    """The variables of a section of the day sheet, in rounds order."""
    return tuple(variable for variable in VARIABLES.values() if variable.group == group)


CONFOUNDERS = tuple(code for code, known in VARIABLES.items() if known.beside)


def day_sheet_codes(study_day: int | None) -> tuple[str, ...]:
    """What the sheet of a day offers, in rounds order: findings are for screening, cytokines for the visit days."""
    left_out = {"once", "calculator"} if study_day in protocol.VISIT_DAYS else {"once", "calculator", "cytokines"}
    return tuple(known.code for known in VARIABLES.values() if known.days not in left_out or known.code == "weight")


def asked(when: str) -> tuple[str, ...]:
    """The codes asked "daily", "visits", "once", "cytokines" or "if_done"."""
    return tuple(variable.code for variable in VARIABLES.values() if variable.days == when)
