"""The boxes of screening in the order in which HLH is suspected: what the HLH scores ask, then what SOFA asks besides."""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator

from components.boxes import Group
from components.words import _
from trial.errors import sentence

HLH = {
    "exam": (sentence("At the bedside"), ("temperature", "hepatomegaly", "splenomegaly", "immunosuppression")),
    "blood": (sentence("Blood"), ("hemoglobin", "platelets", "neutrophils", "white_cells", "ferritin", "triglycerides",
                                  "fibrinogen", "ast")),
    "later": (sentence("Marrow, and what is sent away"), ("hemophagocytosis", "scd25", "nk_activity_low")),
}  # fmt: skip
SOFA = {
    "lungs": (sentence("Lungs"), ("ventilation", "pao2", "fio2", "ecmo")),
    "circulation": (sentence("Circulation"), ("map", "norepinephrine", "epinephrine", "dopamine", "dobutamine", "vasopressin")),
    "organs": (sentence("Brain, kidney, liver"), ("gcs", "gcs_kind", "creatinine", "urine_output", "rrt", "bilirubin")),
}  # fmt: skip


def groups(hlh: DeltaGenerator, sofa: DeltaGenerator) -> list[Group]:
    """Drawn in these two places."""
    return [Group(name, _(title), codes, place) for part, place in ((HLH, hlh), (SOFA, sofa))
            for name, (title, codes) in part.items()]
