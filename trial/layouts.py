"""The layouts of files that are read, and the names and units they use, as data. trial.labfile reads by them.

A further laboratory is a further entry here: how its columns are called, which of its tests is which variable.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from trial.errors import sentence
from trial.variables import VARIABLES


def plain(text: str) -> str:
    """Lower case, without accents, one micro sign."""
    signs = unicodedata.normalize("NFD", text.replace("\u03bc", "\u00b5").casefold())
    return "".join(sign for sign in signs if not unicodedata.combining(sign)).replace("\u03bc", "\u00b5").strip()


def fold(text: str) -> str:
    """Spaces and underscores do not make another test or column either."""
    return re.sub(r"[\s_]+", " ", plain(text)).strip()


@dataclass(frozen=True, eq=False)
class Column:
    """A column of a wide file. `empty` is what an empty cell says; None: not measured, nothing to read."""

    header: str
    variable: str
    unit: str = ""
    words: Mapping[str, str] = field(default_factory=dict)  # the file's word -> the catalogue's choice
    reasons: Mapping[str, str] = field(default_factory=dict)  # words that settle nothing -> the sentence
    empty: str | None = None
    beside: str = ""  # a second column that makes the word: "0 nippv"
    unless: str = ""  # not read where that column is filled: the same value in another unit


@dataclass(frozen=True, eq=False)
class Wide:
    """One row a day; days are counted from the subject's first."""

    code: str
    title: str
    origin: str  # subjects become patients of their own, known as origin + subject
    subject: str
    day: str
    columns: tuple[Column, ...]
    left: Mapping[str, str]  # columns that are not read, and why

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.subject, self.day, *(column.header for column in self.columns))


@dataclass(frozen=True, eq=False)
class Long:
    """One row a result. Without `origin` the subjects are patients on file."""

    code: str
    title: str
    subject: str
    tests: Mapping[str, str]  # the file's name, folded -> variable code
    origin: str = ""
    at: str = "collected_at"
    test: str = "test"
    result: str = "result"
    unit: str = "unit"
    assay: str = ""  # an optional column
    headers: Mapping[str, str] = field(default_factory=dict)  # other names of the columns
    left: Mapping[str, str] = field(default_factory=dict)

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.subject, self.at, self.test, self.result, self.unit)


Layout = Wide | Long


SAME_VALUE = "The same value in another unit: read where the other column is empty."
IDENTIFIES = "Another identifier: one is enough."
SUPPORT_UNKNOWN = sentence(
    "{column} is 0 and no device is named: no ventilation, high flow and non-invasive cannot be told apart. "
    "Enter the support on the day sheet."
)

MIMIC_ICU_DAYS = Wide(
    code="mimic_icu_days",
    title="MIMIC-IV demo, one row an ICU day",
    origin="mimic_iv_demo:stay:",
    subject="stay_id",
    day="icu_day",
    columns=(
        Column("pao2_mmhg", "pao2", "mmHg"),
        Column("fio2", "fio2", "fraction"),
        Column(
            "ventilated",
            "ventilation",
            beside="device",
            words={"1": "invasive", "1 imv": "invasive"}
            | {f"0 {device}": "none" for device in ("none", "room air", "nasal cannula", "face mask", "trach collar")}
            | {"0 high flow nc": "hfnc", "0 nippv": "niv", "0 cpap": "cpap"},
            reasons={"0": SUPPORT_UNKNOWN},
        ),
        Column("platelets_e9l", "platelets", "10⁹/L"),
        Column("bilirubin_umoll", "bilirubin", "µmol/L"),
        Column("bilirubin_mgdl", "bilirubin", "mg/dL", unless="bilirubin_umoll"),
        Column("map_mmhg", "map", "mmHg"),
        Column("norepi", "norepinephrine", "µg/kg/min", empty="0"),  # empty: not given
        Column("epi", "epinephrine", "µg/kg/min", empty="0"),
        Column("dopa", "dopamine", "µg/kg/min", empty="0"),
        Column("dobu", "dobutamine", "µg/kg/min", empty="0"),
        Column("gcs", "gcs"),
        Column("creatinine_umoll", "creatinine", "µmol/L"),
        Column("creatinine_mgdl", "creatinine", "mg/dL", unless="creatinine_umoll"),
        Column("crrt", "rrt", words={"1": "yes", "0": "no"}),
        Column("hb_gdl", "hemoglobin", "g/dL"),
        Column("wbc_e9l", "white_cells", "10⁹/L"),
        Column("anc_e9l", "neutrophils", "10⁹/L"),
        Column("alt_ul", "alt", "U/L"),
        Column("ast_ul", "ast", "U/L"),
        Column("ferritin_ugl", "ferritin", "µg/L"),
        Column("lactate_mmol", "lactate", "mmol/L"),
        Column("temp_max_c", "temperature", "°C"),
    ),
    left={
        "patient_id": IDENTIFIES,
        "hospitalization_id": IDENTIFIES,
        "hours_covered": "How much of the day the row covers: the catalogue has no such variable.",
        "device": "Read together with the column ventilated.",
    },
)

MIMIC_LAB_RESULTS = Long(
    code="mimic_lab_results",
    title="MIMIC-IV demo, one row a laboratory result",
    origin="mimic_iv_demo:hospitalization:",
    subject="hospitalization_id",
    tests={
        "albumin": "albumin",
        "alt": "alt",
        "ast": "ast",
        "bilirubin total": "bilirubin",
        "creatinine": "creatinine",
        "crp": "crp",
        "ferritin": "ferritin",
        "hemoglobin": "hemoglobin",
        "inr": "inr",
        "lactate": "lactate",
        "ldh": "ldh",
        "lymphocytes absolute": "lymphocytes",
        "neutrophils absolute": "neutrophils",
        "platelet count": "platelets",
        "po2 arterial": "pao2",
        "potassium": "potassium",
        "sodium": "sodium",
        "wbc": "white_cells",
    },
    left={"resulted_at": "The time of sampling counts, not that of the result."},
)

WARD_NAMES = {
    "hb": "hemoglobin", "plaquettes": "platelets", "gb": "white_cells", "leucocytes": "white_cells",
    "globules blancs": "white_cells", "pnn": "neutrophils", "tgo": "ast", "asat": "ast", "sgot": "ast",
    "tgp": "alt", "alat": "alt", "sgpt": "alt", "bilirubine": "bilirubin", "creat": "creatinine",
    "tg": "triglycerides", "il-2ra": "scd25", "sil-2r": "scd25", "cd25s": "scd25", "cd25 soluble": "scd25",
    "pct": "procalcitonin", "k": "potassium", "na": "sodium", "lactates": "lactate", "d-dimeres": "d_dimer",
}  # fmt: skip

JAKAHDI_LONG = Long(
    code="jakahdi_long",
    title="The ward's own laboratory, one row a result, patients on file",
    subject="patient",
    tests={fold(name): code for name, code in WARD_NAMES.items()}
    | {fold(name): known.code for known in VARIABLES.values() for name in (known.code, known.en, known.fr)},
    assay="assay",
    headers={"numero": "patient", "preleve le": "collected_at", "examen": "test", "resultat": "result",
             "unite": "unit", "trousse": "assay"},
)

LAYOUTS: tuple[Layout, ...] = (MIMIC_ICU_DAYS, MIMIC_LAB_RESULTS, JAKAHDI_LONG)

WITHOUT_A_NUMBER = (  # how a folded result begins -> why there is no number in it
    (r"$", sentence("The result is empty.")),
    (r"[\s?.*-]*$|___", sentence("The result was blanked out: “{text}”.")),
    (r"nd\b|not done|non fait|non realis", sentence("The laboratory did not do it: “{text}”.")),
    (r"unable to report|non rendu|ininterpretable", sentence("The laboratory could not report it: “{text}”.")),
    (r"h[ae]?mol[iy][sz]|coagul|clotted|qns|insuff", sentence("The sample could not be used: “{text}”.")),
    (r"en cours|pending|to follow|a suivre", sentence("The result is not there yet: “{text}”.")),
)
