"""Which tube or which look at the patient a value comes from, for who prepares tomorrow's round.

Usual tubes of a French ward, from no paper: a laboratory's own list of tubes leads.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from trial.schedule import CYTOKINES, VITAL_STATUS


@dataclass(frozen=True)
class Source:
    code: str
    en: str
    fr: str
    kind: Literal["tube", "value"]
    variables: tuple[str, ...]

    def label(self, language: str) -> str:
        return self.fr if language == "fr" else self.en


SOURCES = (  # in the order of a round
    Source("blood_count", "blood count (EDTA)", "NFS (EDTA)", "tube", ("hemoglobin", "white_cells", "platelets")),
    Source("coagulation", "coagulation (citrate)", "coagulation (citrate)", "tube", ("fibrinogen",)),
    Source("biochemistry", "biochemistry", "biochimie", "tube", ("creatinine", "bilirubin", "ferritin", "triglycerides")),
    Source("scd25", "sCD25", "sCD25", "tube", ("scd25",)),
    Source("cytokines", "cytokines", "cytokines", "tube", CYTOKINES),
    Source("gas", "blood gas with FiO₂", "gaz du sang avec FiO₂", "tube", ("pao2", "fio2")),
    Source("ventilation", "ventilation", "ventilation", "value", ("ventilation",)),
    Source("gcs", "GCS and its kind", "Glasgow et son mode", "value", ("gcs", "gcs_kind")),
    Source("pressure", "MAP and norepinephrine", "PAM et noradrénaline", "value", ("map", "norepinephrine")),
    Source("urine", "24 h urine and dialysis", "diurèse et épuration", "value", ("urine_output", "rrt")),
    Source("temperature", "temperature", "température", "value", ("temperature",)),
    Source("vital_status", "vital status", "statut vital", "value", (VITAL_STATUS,)),
)


def sources(codes: Iterable[str]) -> tuple[Source, ...]:
    """What must be drawn or looked at for these values, each once."""
    wanted = set(codes)
    return tuple(source for source in SOURCES if wanted.intersection(source.variables))
