"""What the items of each score are called on the screen, and the words for its derived values and conditions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from components import words
from components.hlh_scores import HLH2004_WORDS, HSCORE_WORDS
from components.sofa_line import ORGAN_WORDS
from components.words import _
from scoring.bands import Band
from scoring.ctcae import CONDITIONS as CONDITIONS_OF_CTCAE
from trial.errors import sentence
from trial.variables import CALCULATOR, VARIABLES

TITLES = {
    "sofa": "SOFA", "hlh2004": "HLH-2004", "hscore": "HScore", "sofa2": "SOFA-2", "hlh2024": "HLH-2024",
    "ohi": sentence("OHI index"), "dic": sentence("Overt DIC"), "sic": "SIC", "kdigo": "KDIGO",
    "ctcae": "CTCAE", "vasopressors": sentence("Vasopressors"), "clearance": sentence("Clearance"),
    "support_free": sentence("Days without support"),
}  # fmt: skip
PLATELETS, KIDNEY, FIBRINOGEN = sentence("Platelets"), sentence("Kidney"), sentence("Fibrinogen")
ITEMS: dict[str, Mapping[str, str]] = {
    "sofa": ORGAN_WORDS,
    "hlh2004": HLH2004_WORDS,
    "hlh2024": HLH2004_WORDS,
    "hscore": HSCORE_WORDS,
    "sofa2": {
        "brain": sentence("Consciousness"), "respiration": sentence("Lungs"), "cardiovascular": sentence("Circulation"),
        "liver": sentence("Liver"), "kidney": KIDNEY, "hemostasis": PLATELETS,
    },
    "ohi": {"scd25": "sCD25", "ferritin": sentence("Ferritin")},
    "dic": {"platelets": PLATELETS, "fibrin_marker": sentence("Fibrin marker (D-dimer)"),
            "pt_prolongation": sentence("Prothrombin time, above the control"), "fibrinogen": FIBRINOGEN},
    "sic": {"inr": "INR", "platelets": PLATELETS, "sofa4": sentence("SOFA of lungs, circulation, liver and kidney")},
    "kdigo": {"creatinine": sentence("Creatinine"), "urine": sentence("Urine"), "rrt": sentence("Renal replacement")},
}  # fmt: skip
SHORT = {  # where the item's own name says the limits too
    "fever": sentence("Fever"), "cytopenias": sentence("Cytopenias"), "nk_activity": sentence("NK activity"),
    "triglycerides_or_fibrinogen": sentence("Triglycerides or fibrinogen"), "ferritin": sentence("Ferritin"), "scd25": "sCD25",
    "immunosuppression": sentence("Immunosuppression"), "hemophagocytosis": sentence("Hemophagocytosis"),
}  # fmt: skip
CRITERIA = ("hlh2004", "hlh2024", "ohi")  # 0 and 1 are "not met" and "met"

CONDITIONS = {
    "supported": sentence("with ventilatory support"),
    "unsupported": sentence("without ventilatory support"),
    "nonlisted": sentence("with vasopressin"),
    "alone": sentence("alone"),
    "with_other": sentence("with another drug"),
    "injured": sentence("if creatinine > 110 or urine < 0.3"),
    "acidosis": sentence("both, in the same case"),
    "acute": sentence("with an acute rise"),
}
DERIVED = {
    "pao2_fio2": "PaO₂/FiO₂",
    "spo2_fio2": "SpO₂/FiO₂",
    "norepinephrine_equivalent": sentence("Norepinephrine equivalent"),
    "catecholamines": sentence("Norepinephrine + epinephrine"),
    "low_lineages": sentence("low lineages"),
    "enlarged_organs": sentence("enlarged organs"),
    "creatinine_ratio": sentence("Creatinine, times the reference"),
    "creatinine_rise": sentence("Creatinine, rise in 48 h"),
    "sofa4": sentence("points of four organs"),
}
UNITS = {"pao2_fio2": "mmHg", "norepinephrine_equivalent": "µg/kg/min", "catecholamines": "µg/kg/min", "creatinine_rise": "µmol/L"}
COUNTS = ("low_lineages", "enlarged_organs", "sofa4")
RARE = {  # drugs that have no box
    "phenylephrine": sentence("Phenylephrine"), "metaraminol": sentence("Metaraminol"),
    "angiotensin_ii": sentence("Angiotensin II"),
    "milrinone": sentence("Milrinone"), "levosimendan": sentence("Levosimendan"),
}  # fmt: skip


def title(score: str) -> str:
    return _(TITLES[score])


def item(score: str, name: str) -> str:
    return title(score) if name == score else _(ITEMS.get(score, {}).get(name, "")) or variable(name)


def is_of(name: str, code: str) -> bool:
    """Whether an item is its one variable: "Ferritin" is, "Liver" is bilirubin by another name."""
    return name in (code, "fever")


def variable(code: str) -> str:
    """A column or a derived value, as the ward calls it."""
    if code in VARIABLES or code in CALCULATOR:
        return words.label(code)
    return _(DERIVED.get(code) or RARE.get(code) or code)


def item_with_points(score: str, name: str, points: Any, reached: Collection[Band]) -> str:
    """"Lungs 3", "Fever ✓", with a question mark where it is open, a dash where nothing was given and nothing is added."""
    signs = {0: "✗", 1: "✓"} if score in CRITERIA else {}
    told = "?" if pd.isna(points) else signs.get(points, points) if reached else "–"
    return f"{_(SHORT[name]) if name in SHORT else item(score, name)} {told}"


def condition_of_ctcae(when: str) -> str:
    """Under which baseline an arm of a CTCAE term counts."""
    if not when:
        return ""
    told = CONDITIONS_OF_CTCAE[when]
    return f'<br><span class="quiet">{told.fr if words.language() == "fr" else told.en}</span>'


def condition(when: str) -> str:
    return _(CONDITIONS.get(when, when)) if when else ""
