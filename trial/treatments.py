"""Co-treatments: the catalogue of drugs as data, one course of a drug, and steroids as prednisolone.

ATC codes: WHO list of 2026-04-25, but for those of FROM_MEMORY. Class for ruxolitinib: UpToDate's CYP3A4 table, restating
FDA; NONE, MYELOSUPPRESSIVE and BIOLOGIC from memory. Routes other than ROUTES reach no CYP3A4: see `Course.systemic`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from trial.errors import Impossible, NotUnderstood, sentence

STRONG, DUAL, MODERATE = "strong_inhibitor", "dual_inhibitor", "moderate_inhibitor"
STRONG_INDUCER, MODERATE_INDUCER = "strong_inducer", "moderate_inducer"
MYELOSUPPRESSIVE, BIOLOGIC, NONE = "myelosuppressive", "biologic", ""
INHIBITORS = (STRONG, DUAL, MODERATE)
INDUCERS = (STRONG_INDUCER, MODERATE_INDUCER)
KINDS = (*INHIBITORS, *INDUCERS, MYELOSUPPRESSIVE, BIOLOGIC)

UNITS = ("mg/d", "g/d", "mg/kg/d", "mg/m²/d", "mg", "g", "mg/kg", "mg/m²", "g/kg", "IU/d")
MG_OF = {"mg/d": 1.0, "g/d": 1000.0}  # the units that tell the mg of a day
ROUTES = {"iv": sentence("intravenous"), "oral": sentence("oral"), "tube": sentence("tube"),
          "sc": sentence("subcutaneous"), "inhaled": sentence("inhaled"), "topical": sentence("topical")}  # fmt: skip
LOCAL = ("topical", "inhaled")
LOCAL_ATC = ("D", "S", "G")  # skin, eye and ear, genital
MOST_DOSE = 100_000.0

# mg that equal 5 mg of prednisolone, from memory: the usual table of glucocorticoids; the protocol names none.
EQUAL_TO_5_MG = {"prednisolone": 5.0, "prednisone": 5.0, "methylprednisolone": 4.0, "hydrocortisone": 20.0, "dexamethasone": 0.75}


@dataclass(frozen=True)
class Drug:
    code: str
    atc: str
    en: str
    fr: str
    kind: str = NONE  # what it does to ruxolitinib or beside it
    unit: str = "mg/d"
    route: str = "iv"

    def label(self, language: str) -> str:
        return self.fr if language == "fr" else self.en


CATALOGUE = (
    # treatment of the syndrome
    Drug("etoposide", "L01CB01", "Etoposide", "Étoposide", MYELOSUPPRESSIVE, "mg/m²"),
    Drug("dexamethasone", "H02AB02", "Dexamethasone", "Dexaméthasone", MODERATE_INDUCER),
    Drug("methylprednisolone", "H02AB04", "Methylprednisolone", "Méthylprednisolone"),
    Drug("prednisolone", "H02AB06", "Prednisolone", "Prednisolone", route="oral"),
    Drug("prednisone", "H02AB07", "Prednisone", "Prednisone", route="oral"),
    Drug("hydrocortisone", "H02AB09", "Hydrocortisone", "Hydrocortisone"),
    Drug("anakinra", "L04AC03", "Anakinra", "Anakinra", BIOLOGIC),
    Drug("ivig", "J06BA02", "Immunoglobulins, intravenous (IVIG)", "Immunoglobulines intraveineuses (IgIV)", BIOLOGIC, "g/kg"),
    Drug("tocilizumab", "L04AC07", "Tocilizumab", "Tocilizumab", BIOLOGIC, "mg/kg"),
    Drug("emapalumab", "L04AG09", "Emapalumab", "Émapalumab", BIOLOGIC, "mg/kg"),
    Drug("ciclosporin", "L04AD01", "Ciclosporin", "Ciclosporine", MODERATE),
    Drug("atg", "L04AA04", "Antithymocyte globulin", "Sérum antilymphocytaire (SAL)", MYELOSUPPRESSIVE, "mg/kg/d"),
    # azoles and other antifungals
    Drug("fluconazole", "J02AC01", "Fluconazole", "Fluconazole", DUAL),
    Drug("voriconazole", "J02AC03", "Voriconazole", "Voriconazole", STRONG),
    Drug("posaconazole", "J02AC04", "Posaconazole", "Posaconazole", STRONG),
    Drug("itraconazole", "J02AC02", "Itraconazole", "Itraconazole", STRONG, route="oral"),
    Drug("ketoconazole", "J02AB02", "Ketoconazole", "Kétoconazole", STRONG, route="oral"),
    Drug("ketoconazole_cream", "D01AC08", "Ketoconazole, cream", "Kétoconazole, crème", STRONG, route="topical"),
    Drug("isavuconazole", "J02AC05", "Isavuconazole", "Isavuconazole", MODERATE),
    Drug("caspofungin", "J02AX04", "Caspofungin", "Caspofungine"),
    Drug("micafungin", "J02AX05", "Micafungin", "Micafungine"),
    # macrolides and other antibiotics
    Drug("clarithromycin", "J01FA09", "Clarithromycin", "Clarithromycine", STRONG),
    Drug("telithromycin", "J01FA15", "Telithromycin", "Télithromycine", STRONG, route="oral"),
    Drug("erythromycin", "J01FA01", "Erythromycin", "Érythromycine", MODERATE),
    Drug("azithromycin", "J01FA10", "Azithromycin", "Azithromycine"),
    Drug("spiramycin", "J01FA02", "Spiramycin", "Spiramycine"),
    Drug("cotrimoxazole", "J01EE01", "Cotrimoxazole", "Cotrimoxazole", MYELOSUPPRESSIVE),
    Drug("linezolid", "J01XX08", "Linezolid", "Linézolide", MYELOSUPPRESSIVE),
    Drug("rifampicin", "J04AB02", "Rifampicin", "Rifampicine", STRONG_INDUCER),
    Drug("rifabutin", "J04AB04", "Rifabutin", "Rifabutine", MODERATE_INDUCER, route="oral"),
    Drug("rifapentine", "J04AB05", "Rifapentine", "Rifapentine", MODERATE_INDUCER, route="oral"),
    # antivirals
    Drug("ganciclovir", "J05AB06", "Ganciclovir", "Ganciclovir", MYELOSUPPRESSIVE, "mg/kg/d"),
    Drug("letermovir", "J05AX18", "Letermovir", "Létermovir", MODERATE),
    Drug("ritonavir", "J05AE03", "Ritonavir", "Ritonavir", STRONG, route="oral"),
    Drug("lopinavir_ritonavir", "J05AR10", "Lopinavir/ritonavir", "Lopinavir/ritonavir", STRONG, route="oral"),
    Drug("nirmatrelvir_ritonavir", "J05AE30", "Nirmatrelvir/ritonavir", "Nirmatrelvir/ritonavir", STRONG, route="oral"),
    Drug("atazanavir", "J05AE08", "Atazanavir", "Atazanavir", STRONG, route="oral"),
    Drug("darunavir", "J05AE10", "Darunavir", "Darunavir", STRONG, route="oral"),
    Drug("saquinavir", "J05AE01", "Saquinavir", "Saquinavir", STRONG, route="oral"),
    Drug("indinavir", "J05AE02", "Indinavir", "Indinavir", STRONG, route="oral"),
    Drug("nelfinavir", "J05AE04", "Nelfinavir", "Nelfinavir", STRONG, route="oral"),
    Drug("cobicistat", "V03AX03", "Cobicistat", "Cobicistat", STRONG, route="oral"),
    Drug("boceprevir", "J05AP03", "Boceprevir", "Bocéprévir", STRONG, route="oral"),
    Drug("telaprevir", "J05AP02", "Telaprevir", "Télaprévir", STRONG, route="oral"),
    Drug("efavirenz", "J05AG03", "Efavirenz", "Éfavirenz", MODERATE_INDUCER, route="oral"),
    Drug("etravirine", "J05AG04", "Etravirine", "Étravirine", MODERATE_INDUCER, route="oral"),
    # heart
    Drug("amiodarone", "C01BD01", "Amiodarone (weak per FDA)", "Amiodarone (faible selon la FDA)", MODERATE),
    Drug("dronedarone", "C01BD07", "Dronedarone", "Dronédarone", MODERATE, route="oral"),
    Drug("diltiazem", "C08DB01", "Diltiazem", "Diltiazem", MODERATE),
    Drug("verapamil", "C08DA01", "Verapamil", "Vérapamil", MODERATE),
    Drug("bosentan", "C02KX01", "Bosentan", "Bosentan", MODERATE_INDUCER, route="oral"),
    # seizures, pain, and the rest
    Drug("levetiracetam", "N03AX14", "Levetiracetam", "Lévétiracétam"),
    Drug("phenytoin", "N03AB02", "Phenytoin", "Phénytoïne", STRONG_INDUCER),
    Drug("fosphenytoin", "N03AB05", "Fosphenytoin", "Fosphénytoïne", STRONG_INDUCER),
    Drug("phenobarbital", "N03AA02", "Phenobarbital", "Phénobarbital", STRONG_INDUCER),
    Drug("primidone", "N03AA03", "Primidone", "Primidone", STRONG_INDUCER, route="oral"),
    Drug("carbamazepine", "N03AF01", "Carbamazepine", "Carbamazépine", STRONG_INDUCER, route="oral"),
    Drug("metamizole", "N02BB02", "Metamizole", "Métamizole", MODERATE_INDUCER),
    Drug("modafinil", "N06BA07", "Modafinil", "Modafinil", MODERATE_INDUCER, route="oral"),
    Drug("st_johns_wort", "N06AX25", "St John’s wort", "Millepertuis", MODERATE_INDUCER, route="oral"),
    Drug("nefazodone", "N06AX06", "Nefazodone", "Néfazodone", STRONG, route="oral"),
    Drug("aprepitant", "A04AD12", "Aprepitant, fosaprepitant", "Aprépitant, fosaprépitant", MODERATE, route="oral"),
    Drug("cimetidine", "A02BA01", "Cimetidine (weak per FDA)", "Cimétidine (faible selon la FDA)", MODERATE, route="oral"),
    Drug("imatinib", "L01EA01", "Imatinib", "Imatinib", MODERATE, route="oral"),
    Drug("crizotinib", "L01ED01", "Crizotinib", "Crizotinib", MODERATE, route="oral"),
    Drug("idelalisib", "L01EM01", "Idelalisib", "Idélalisib", STRONG, route="oral"),
)  # fmt: skip
DRUGS = {drug.code: drug for drug in CATALOGUE}
FROM_MEMORY = frozenset({"methylprednisolone", "prednisolone", "prednisone", "hydrocortisone", "cotrimoxazole", "linezolid",
                         "ganciclovir", "levetiracetam"})  # fmt: skip


@dataclass(frozen=True)
class Course:
    """A drug from its start to its stop, at one dose; another dose is another course."""

    code: str
    started_at: datetime
    stopped_at: datetime | None = None
    dose: float | None = None  # as charted, in `unit`; None: not told
    unit: str = ""
    route: str = "iv"
    key: int = 0  # its number within the patient; 0: not charted yet

    @property
    def drug(self) -> Drug:
        return DRUGS[self.code]

    @property
    def systemic(self) -> bool:
        return self.route not in LOCAL and not self.drug.atc.startswith(LOCAL_ATC)

    @property
    def mg_a_day(self) -> float | None:
        """None where the dose is not told, or not by the day."""
        factor = MG_OF.get(self.unit)
        return None if self.dose is None or factor is None else self.dose * factor

    @property
    def prednisolone_mg(self) -> float | None:
        """Prednisolone equivalent, mg a day; None of no steroid, of a local one, and where the daily mg are not known."""
        equal = EQUAL_TO_5_MG.get(self.code)
        return None if equal is None or self.mg_a_day is None or not self.systemic else self.mg_a_day * 5 / equal

    def runs(self, at: datetime) -> bool:
        return self.started_at <= at and (self.stopped_at is None or at < self.stopped_at)


def prednisolone(courses: Iterable[Course], at: datetime) -> tuple[float | None, bool]:
    """The prednisolone equivalent (mg a day) of the steroids that run, and whether a dose is unknown and left out."""
    running = [one for one in courses if one.code in EQUAL_TO_5_MG and one.systemic and one.runs(at)]
    known = [one.prednisolone_mg for one in running if one.prednisolone_mg is not None]
    return (sum(known) if known else None), len(known) < len(running)


NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,3})?")
AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")  # 1,200 may be 1200


def dose_of(text: str) -> float | None:
    """A dose as it was typed; None for an empty box. NotUnderstood, Impossible."""
    typed = re.sub(r"\s", "", text)
    if not typed:
        return None
    if not NUMBER.fullmatch(typed):
        raise NotUnderstood("Dose “{typed}” is not understood. Type one number, with a comma or a point.", typed=text[:20])
    if AMBIGUOUS.fullmatch(typed):
        raise NotUnderstood("Dose “{typed}” may be a thousand or a decimal. Type it without a comma or a point.", typed=text[:20])
    dose = float(typed.replace(",", "."))
    if not 0 < dose <= MOST_DOSE:
        raise Impossible("A dose of {dose} cannot be. Check the amount.", dose=dose)
    return dose
