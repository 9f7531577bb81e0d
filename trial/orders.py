"""What can be ordered, or done at the bedside, to learn a value that a score lacks, and what it costs.

The order of effort is the house's own and comes from no paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Test:
    """One thing that is ordered, or done at the bedside, and the variables it yields. `effort` is a place in EFFORTS.

    Where all its variables are open, one derived value tells it: `ratio`, which is the first variable while the others are
    as in `at`.
    """

    code: str
    en: str
    fr: str
    effort: int
    variables: tuple[str, ...]
    ratio: str = ""
    at: Mapping[str, float] = field(default_factory=dict, hash=False)
    treatment: bool = False  # it runs or it does not: nothing that one would do to settle a verdict

    def label(self, language: str) -> str:
        return self.fr if language == "fr" else self.en


EFFORTS = (
    ("asked, or read at the bedside", "demandé, ou lu au lit du patient"),
    ("examination of the patient", "examen du patient"),
    ("routine blood or urine, within hours", "sang ou urines de routine, en quelques heures"),
    ("specialised, sent away", "dosage spécialisé, envoyé"),
    ("invasive", "geste invasif"),
    ("specialised, takes days", "examen spécialisé, en plusieurs jours"),
)
HEAVIER = 16  # one test weighs as much as this many of the tier below: more than there are tests in a tier
TESTS = (
    Test("temperature", "Temperature", "Température", 0, ("temperature",)),
    Test("immunosuppression", "Known immunosuppression", "Immunodépression connue", 0, ("immunosuppression",)),
    Test("ventilation", "Ventilation", "Ventilation", 0, ("ventilation",)),
    Test("ecmo", "ECMO", "ECMO", 0, ("ecmo",), treatment=True),
    Test("map", "MAP", "PAM", 0, ("map",)),
    Test("gcs", "GCS", "Glasgow", 0, ("gcs",)),
    Test("urine", "Urine output", "Diurèse", 0, ("urine_output",)),
    Test("rrt", "Renal replacement", "Épuration extrarénale", 0, ("rrt",), treatment=True),
    Test("abdomen", "Liver and spleen", "Foie et rate", 1, ("hepatomegaly", "splenomegaly")),
    Test("gas", "Blood gas", "Gaz du sang", 2, ("pao2", "fio2"), ratio="pao2_fio2", at={"fio2": 1.0}),
    Test("blood_count", "Blood count", "Hémogramme", 2, ("hemoglobin", "platelets", "white_cells", "neutrophils")),
    Test("bilirubin", "Bilirubin", "Bilirubine", 2, ("bilirubin",)),
    Test("creatinine", "Creatinine", "Créatinine", 2, ("creatinine",)),
    Test("ferritin", "Ferritin", "Ferritine", 2, ("ferritin",)),
    Test("triglycerides", "Triglycerides", "Triglycérides", 2, ("triglycerides",)),
    Test("fibrinogen", "Fibrinogen", "Fibrinogène", 2, ("fibrinogen",)),
    Test("ast", "AST", "ASAT", 2, ("ast",)),
    Test("scd25", "sCD25", "sCD25", 3, ("scd25",)),
    Test("marrow", "Marrow aspirate", "Myélogramme", 4, ("hemophagocytosis",)),
    Test("nk_activity", "NK activity", "Activité NK", 5, ("nk_activity_low",)),
)
