"""The 6 inclusion and 13 exclusion criteria, in the registry's order and words, and the verdict over them.

A criterion is computed (from scores, age, sex) or declared (answered by a person). What is not answered is unknown,
and unknown blocks the inclusion.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from trial import protocol
from trial.errors import sentence

State = Literal["met", "not_met", "undetermined"]
ANSWERS = ("yes", "no", "unknown", "not_applicable")

VERDICTS: dict[str, str] = {
    "met": sentence("Criteria met"),
    "not_met": sentence("Criteria not met"),
    "undetermined": sentence("Undetermined"),
}

MANY_CRITERIA = "many_hlh2004_criteria"
FLAGS = {
    MANY_CRITERIA: sentence(
        "More than 6 HLH-2004 criteria are met. The registry says “5 or 6”; read as 5 or more, it is met. Tell the PI."
    )
}

AGE_SURE = sentence("Born in {birth_year}, at least {age} years old; the trial takes patients from {minimum} years on.")
AGE_TOO_YOUNG = sentence("Born in {birth_year}, not yet {minimum} years old.")
AGE_UNSURE = sentence("Born in {birth_year}: {minimum} this year. Look at the date of birth and answer.")
AGE_UNKNOWN = sentence("The year of birth is not known. Look at the date of birth and answer.")
HS_RANGE = sentence(
    "HLH-2004: {criteria} of 8 criteria met, {unknown} unknown; HScore {low} to {high}. "
    "The protocol asks for {criteria_min} criteria or an HScore of {hscore_min}."
)
HS_EXACT = sentence(
    "HLH-2004: {criteria} of 8 criteria met, {unknown} unknown; HScore {low}. "
    "The protocol asks for {criteria_min} criteria or an HScore of {hscore_min}."
)
SOFA_RANGE = sentence("SOFA is {low} to {high}; the protocol asks for {minimum} or more.")
SOFA_EXACT = sentence("SOFA is {low}; the protocol asks for {minimum} or more.")
DECLARED_YES = sentence("Declared: yes.")
DECLARED_NO = sentence("Declared: no.")
DECLARED_NOT_APPLICABLE = sentence("Declared not applicable.")
NOT_ANSWERED = sentence("Not answered. Unknown blocks the inclusion.")
NOT_FOR_MEN = sentence("Not asked of a man.")
NOT_AT_THIS_AGE = sentence("Not asked from {age} years on.")


@dataclass(frozen=True)
class Criterion:
    """One line of the registry. `childbearing`: asked by sex and age, and may be answered "not_applicable"."""

    code: str
    kind: Literal["inclusion", "exclusion"]
    number: int
    en: str
    fr: str
    computed: bool = False
    childbearing: bool = False
    help_en: str = ""
    help_fr: str = ""

    def text(self, language: str) -> str:
        return self.fr if language == "fr" else self.en

    def help(self, language: str) -> str:
        return self.help_fr if language == "fr" else self.help_en

    def answers(self) -> tuple[str, ...]:
        return ANSWERS if self.childbearing else ANSWERS[:3]

    @property
    def name(self) -> str:
        """I1 … I6, E1 … E13."""
        return f"{self.kind[0].upper()}{self.number}"

    @property
    def wanted(self) -> str:
        return "yes" if self.kind == "inclusion" else "no"


EXCIPIENTS_EN = (
    "Microcrystalline cellulose; magnesium stearate; colloidal anhydrous silica; sodium starch glycolate (type A); "
    "povidone (K30); hydroxypropylcellulose (300-600 cps)."
)
EXCIPIENTS_FR = (
    "Cellulose microcristalline ; stéarate de magnésium ; silice colloïdale anhydre ; carboxyméthylamidon sodique "
    "(type A) ; povidone (K30) ; hydroxypropylcellulose (300-600 cps)."
)

INCLUSION = (
    Criterion("adult", "inclusion", 1, "Adult patients older than 18 years", "Patients adultes de plus de 18 ans",
              computed=True,
              help_en="18 years and older, until the PI says otherwise. Computed from the year of birth.",
              help_fr="18 ans et plus, sauf avis contraire de l’investigateur principal. "
                      "Calculé depuis l’année de naissance."),
    Criterion("acquired_hs", "inclusion", 2,
              "Acquired HS defined by 5 or 6 HLH-2004 criteria or HScore ≥ 200",
              "Syndrome hémophagocytaire acquis, défini par 5 ou 6 critères HLH-2004 ou un HScore ≥ 200",
              computed=True,
              help_en="5 or more of 8 HLH-2004 criteria. A molecular diagnosis is a primary HLH: tell the PI.",
              help_fr="Au moins 5 des 8 critères HLH-2004. Un diagnostic moléculaire est un HLH primaire : "
                      "prévenir l’investigateur principal."),
    Criterion("in_icu", "inclusion", 3, "Admission in the ICU", "Admission en réanimation"),
    Criterion("sofa", "inclusion", 4, "SOFA ≥ 4", "SOFA ≥ 4", computed=True,
              help_en="SOFA of 1996; missing organs leave it open between a lowest and a highest total.",
              help_fr="SOFA de 1996 ; un organe manquant le laisse ouvert entre un total minimal et maximal."),
    Criterion("consent", "inclusion", 5, "Consent (patient / relative / emergency clause)",
              "Consentement (patient / proche / clause d’urgence)",
              help_en="In an emergency without a relative the patient's consent is owed as soon as it can be given.",
              help_fr="En urgence sans proche, le consentement du patient reste dû dès que son état le permet."),
    Criterion("contraception", "inclusion", 6,
              "Highly effective contraception during treatment + 1 day",
              "Contraception hautement efficace pendant le traitement et 1 jour après",
              childbearing=True,
              help_en="For women of childbearing potential; otherwise answer not applicable.",
              help_fr="Pour les femmes en âge de procréer ; sinon répondre sans objet."),
)  # fmt: skip

EXCLUSION = (
    Criterion("moribund", "exclusion", 1, "Moribund (life expectancy < 48 h)",
              "Patient moribond (espérance de vie < 48 h)"),
    Criterion("pregnant_or_lactating", "exclusion", 2,
              "Pregnant or lactating (negative hCG needed if childbearing potential)",
              "Grossesse ou allaitement (hCG négatif exigé chez une femme en âge de procréer)",
              childbearing=True,
              help_en="Answer no only with a negative hCG at hand; not applicable without childbearing potential.",
              help_fr="Ne répondre non qu’avec un dosage d’hCG négatif ; "
                      "sans objet si elle n’est pas en âge de procréer."),
    Criterion("no_health_insurance", "exclusion", 3, "No health insurance",
              "Absence d’affiliation à un régime de sécurité sociale"),
    Criterion("ruxolitinib_hypersensitivity", "exclusion", 4, "Hypersensitivity to ruxolitinib",
              "Hypersensibilité au ruxolitinib"),
    Criterion("lactose_intolerance", "exclusion", 5, "Lactose intolerance", "Intolérance au lactose",
              help_en="The 10 mg tablet holds 142.90 mg of lactose monohydrate.",
              help_fr="Le comprimé de 10 mg contient 142,90 mg de lactose monohydraté."),
    Criterion("excipient_hypersensitivity", "exclusion", 6, "Hypersensitivity to tablet excipients",
              "Hypersensibilité aux excipients du comprimé", help_en=EXCIPIENTS_EN, help_fr=EXCIPIENTS_FR),
    Criterion("care_limited", "exclusion", 7, "Withholding/withdrawing decision already made",
              "Décision de limitation ou d’arrêt des traitements déjà prise"),
    Criterion("pml", "exclusion", 8, "History of PML",
              "Antécédent de leucoencéphalopathie multifocale progressive (LEMP)"),
    Criterion("skin_cancer", "exclusion", 9, "Uncontrolled skin cancer", "Cancer cutané non contrôlé"),
    Criterion("psychiatric_care", "exclusion", 10, "Psychiatric care impeding consent",
              "Soins psychiatriques empêchant le consentement"),
    Criterion("legal_protection", "exclusion", 11, "Legal protection", "Mesure de protection juridique"),
    Criterion("deprived_of_liberty", "exclusion", 12, "Deprived of liberty", "Personne privée de liberté"),
    Criterion("other_research", "exclusion", 13, "Other interventional research",
              "Participation à une autre recherche interventionnelle"),
)  # fmt: skip

CRITERIA = INCLUSION + EXCLUSION
BY_CODE = {criterion.code: criterion for criterion in CRITERIA}
BY_NAME = {criterion.name: criterion for criterion in CRITERIA}


@dataclass(frozen=True)
class EntryRule:
    """Which patients enter. The defaults are the protocol's; any other rule only describes who would have entered."""

    hlh2004_min: int = protocol.HLH2004_MIN
    hscore_min: int = protocol.HSCORE_MIN
    sofa_min: int = protocol.SOFA_MIN
    left_out: frozenset[str] = frozenset()  # codes of criteria that are not asked for


PROTOCOL = EntryRule()
NEEDED = {"hlh2004": PROTOCOL.hlh2004_min, "hscore": PROTOCOL.hscore_min, "sofa": PROTOCOL.sofa_min}  # by score


@dataclass(frozen=True)
class Scores:
    """What the scores know. The defaults are those of a patient of whom nothing is known."""

    hlh2004: bool | None = None  # met, not met, unknown
    hlh2004_criteria: int = 0
    hlh2004_unknown: int = 8
    hscore_low: int = 0
    hscore_high: int = 337
    sofa_low: int = 0
    sofa_high: int = 24

    @classmethod
    def of(
        cls,
        hlh2004: Mapping[str, Any] | pd.Series,
        hscore: Mapping[str, Any] | pd.Series,
        sofa: Mapping[str, Any] | pd.Series,
    ) -> Scores:
        """From one row each of scoring.hlh2004.score, scoring.hscore.score and scoring.sofa.score."""
        met = None if pd.isna(hlh2004["met"]) else bool(hlh2004["met"])
        counts = (hlh2004["count"], hlh2004["unknown"], hscore["low"], hscore["high"], sofa["low"], sofa["high"])
        return cls(met, *(int(count) for count in counts))


@dataclass(frozen=True)
class Line:
    """One criterion: `fulfilled` is True when it does not stand in the way, None when that is unknown.

    `answer` is the declared one, or "computed". `why` is a sentence, `facts` fill its places.
    """

    criterion: Criterion
    answer: str
    fulfilled: bool | None
    why: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    state: State
    lines: tuple[Line, ...]
    flags: tuple[str, ...] = ()

    @property
    def wording(self) -> str:
        return VERDICTS[self.state]

    @property
    def met(self) -> int:
        return sum(line.fulfilled is True for line in self.lines)

    @property
    def not_met(self) -> int:
        return sum(line.fulfilled is False for line in self.lines)

    @property
    def unknown(self) -> int:
        return sum(line.fulfilled is None for line in self.lines)

    def line(self, code: str) -> Line:
        return next(line for line in self.lines if line.criterion.code == code)


def assess(
    answers: Mapping[str, str],
    scores: Scores,
    *,
    sex: str,
    birth_year: int | None,
    year: int,
    entry: EntryRule = PROTOCOL,
) -> Verdict:
    """The verdict in the year `year`. `sex` is f, m or u.

    `answers` holds the declared ones by criterion code; none is unknown. The age is asked only where the year of birth
    leaves it open, so an answer to `adult` counts there alone. A criterion that `entry` leaves out has no line.
    ValueError for a code or an answer that is none.
    """
    _check(answers, entry)
    lines = tuple(_line(criterion, answers, scores, sex, birth_year, year, entry) for criterion in CRITERIA)
    flags = (MANY_CRITERIA,) if scores.hlh2004_criteria > protocol.HLH2004_MIN + 1 else ()
    counting = tuple(line for line in lines if line.criterion.code not in entry.left_out)
    return Verdict(state_of(counting), counting, flags)


def state_of(lines: Iterable[Line]) -> State:
    """What refuses weighs more than what is unknown; without any line that stands in the way it is met."""
    fulfilled = {line.fulfilled for line in lines}
    return "not_met" if False in fulfilled else "undetermined" if None in fulfilled else "met"


def asked(*, sex: str, birth_year: int | None, year: int) -> tuple[Criterion, ...]:
    """The criteria that a person must answer for this patient, in the registry's order."""
    return tuple(criterion for criterion in CRITERIA if _is_asked(criterion, sex, birth_year, year))


def age_range(birth_year: int | None, year: int) -> tuple[int, int] | None:
    """Youngest and oldest age in that year, before and after the birthday."""
    return None if birth_year is None else (year - birth_year - 1, year - birth_year)


def _check(answers: Mapping[str, str], entry: EntryRule) -> None:
    for code in entry.left_out - BY_CODE.keys():
        raise ValueError(f"no criterion: {code}")
    for code, answer in answers.items():
        if code not in BY_CODE:
            raise ValueError(f"no criterion: {code}")
        if answer not in BY_CODE[code].answers():
            raise ValueError(f"no answer to {code}: {answer}")


def _is_asked(criterion: Criterion, sex: str, birth_year: int | None, year: int) -> bool:
    if criterion.code == "adult":
        return _is_adult(birth_year, year) is None
    if criterion.childbearing:
        return _spared(sex, birth_year, year) is None
    return not criterion.computed


def _line(
    criterion: Criterion,
    answers: Mapping[str, str],
    scores: Scores,
    sex: str,
    birth_year: int | None,
    year: int,
    entry: EntryRule,
) -> Line:
    if criterion.code == "adult":
        return _age(criterion, answers.get("adult", "unknown"), birth_year, year)
    if criterion.code == "acquired_hs":
        return _hs(criterion, scores, entry)
    if criterion.code == "sofa":
        return _sofa(criterion, scores, entry)
    spared = _spared(sex, birth_year, year) if criterion.childbearing else None
    if spared:
        return Line(criterion, "computed", True, *spared)
    return _declared(criterion, answers.get(criterion.code, "unknown"))


def _declared(criterion: Criterion, answer: str) -> Line:
    if answer == "unknown":
        return Line(criterion, answer, None, NOT_ANSWERED)
    if answer == "not_applicable":
        return Line(criterion, answer, True, DECLARED_NOT_APPLICABLE)
    return Line(criterion, answer, answer == criterion.wanted, DECLARED_YES if answer == "yes" else DECLARED_NO)


def _is_adult(birth_year: int | None, year: int) -> bool | None:
    ages = age_range(birth_year, year)
    if ages is None:
        return None
    return True if ages[0] >= protocol.ADULT_AGE else False if ages[1] < protocol.ADULT_AGE else None


def _age(criterion: Criterion, answer: str, birth_year: int | None, year: int) -> Line:
    adult = _is_adult(birth_year, year)
    facts: dict[str, object] = {"birth_year": birth_year, "minimum": protocol.ADULT_AGE}
    if adult is not None and birth_year is not None:
        facts["age"] = year - birth_year - 1
        return Line(criterion, "computed", adult, AGE_SURE if adult else AGE_TOO_YOUNG, facts)
    if answer != "unknown":
        return _declared(criterion, answer)
    return Line(criterion, answer, None, AGE_UNKNOWN if birth_year is None else AGE_UNSURE, facts)


def _hs(criterion: Criterion, scores: Scores, entry: EntryRule) -> Line:
    either = {_hlh2004(scores, entry), _at_least(entry.hscore_min, scores.hscore_low, scores.hscore_high)}
    fulfilled = True if True in either else None if None in either else False
    facts = {
        "criteria": scores.hlh2004_criteria,
        "unknown": scores.hlh2004_unknown,
        "low": scores.hscore_low,
        "high": scores.hscore_high,
        "criteria_min": entry.hlh2004_min,
        "hscore_min": entry.hscore_min,
    }
    return Line(criterion, "computed", fulfilled, HS_EXACT if facts["low"] == facts["high"] else HS_RANGE, facts)


def _hlh2004(scores: Scores, entry: EntryRule) -> bool | None:
    """As the score judged it; another minimum than the protocol's is judged by the counts."""
    if entry.hlh2004_min == protocol.HLH2004_MIN:
        return scores.hlh2004
    count = scores.hlh2004_criteria
    return _at_least(entry.hlh2004_min, count, count + scores.hlh2004_unknown)


def _at_least(minimum: int, low: int, high: int) -> bool | None:
    return True if low >= minimum else False if high < minimum else None


def _sofa(criterion: Criterion, scores: Scores, entry: EntryRule) -> Line:
    low, high, minimum = scores.sofa_low, scores.sofa_high, entry.sofa_min
    facts = {"low": low, "high": high, "minimum": minimum}
    why = SOFA_EXACT if low == high else SOFA_RANGE
    return Line(criterion, "computed", _at_least(minimum, low, high), why, facts)


def _spared(sex: str, birth_year: int | None, year: int) -> tuple[str, dict[str, object]] | None:
    """Why pregnancy and contraception are not asked, or None where they are."""
    if sex == "m":
        return NOT_FOR_MEN, {}
    ages = age_range(birth_year, year)
    if ages is not None and ages[0] >= protocol.CHILDBEARING_UNTIL:
        return NOT_AT_THIS_AGE, {"age": protocol.CHILDBEARING_UNTIL}
    return None
