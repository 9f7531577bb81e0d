"""The protocol as constants: what the registry says (NCT06244862), and what it leaves open.

`REGISTRY` sets the registry's words beside each constant that comes from it. `OPEN_CHOICES` lists each
constant that does not: its question, and the decision record in docs/decisions/ that argues for it until the
PI confirms or changes it. An amendment is a diff of this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

REGISTRATION = "NCT06244862"

# What the registry says

DRUG = "ruxolitinib"
DOSE_MG = 10
DOSES_A_DAY = 2
DAYS = 28
DOSES = DOSES_A_DAY * DAYS
TARGET = 42
SOFA_MIN = 4
HLH2004_MIN = 5
HSCORE_MIN = 200
RESPONSE_DAY = 7
RESPONSE_DROP = 3
VISIT_DAYS = (1, 7, 14, 28)
SAFETY_DAYS = 28
SURVIVAL_MONTHS = 6
CONTRACEPTION_DAYS_AFTER = 1
MORIBUND_HOURS = 48


@dataclass(frozen=True)
class Said:
    """A constant and the registry's words for it."""

    key: str
    value: object
    words: str


REGISTRY = (
    Said("REGISTRATION", REGISTRATION, "NCT06244862, single arm, open label, phase 2"),
    Said("DRUG", DRUG, "ruxolitinib oral 10 mg x2/day, 28 days, plus standard of care"),
    Said("DOSE_MG", DOSE_MG, "ruxolitinib oral 10 mg x2/day, 28 days, plus standard of care"),
    Said("DOSES_A_DAY", DOSES_A_DAY, "ruxolitinib oral 10 mg x2/day, 28 days, plus standard of care"),
    Said("DAYS", DAYS, "ruxolitinib oral 10 mg x2/day, 28 days, plus standard of care"),
    Said("DOSES", DOSES, "ruxolitinib oral 10 mg x2/day, 28 days: 56 doses, 560 mg"),
    Said("TARGET", TARGET, "enrollment: 42"),
    Said("SOFA_MIN", SOFA_MIN, "SOFA >= 4"),
    Said("HLH2004_MIN", HLH2004_MIN, "5 or 6 HLH-2004 criteria or HScore >= 200"),
    Said("HSCORE_MIN", HSCORE_MIN, "5 or 6 HLH-2004 criteria or HScore >= 200"),
    Said("RESPONSE_DAY", RESPONSE_DAY, "alive at D7 with a decrease of SOFA >= 3"),
    Said("RESPONSE_DROP", RESPONSE_DROP, "alive at D7 with a decrease of SOFA >= 3"),
    Said("VISIT_DAYS", VISIT_DAYS, "D1 and D7, D14 and D28: SOFA, labs, cytokines"),
    Said("SAFETY_DAYS", SAFETY_DAYS, "AE/SAE and nosocomial infections until D28"),
    Said("SURVIVAL_MONTHS", SURVIVAL_MONTHS, "overall survival at 6 months"),
    Said(
        "CONTRACEPTION_DAYS_AFTER", CONTRACEPTION_DAYS_AFTER, "highly effective contraception during treatment + 1 day"
    ),
    Said("MORIBUND_HOURS", MORIBUND_HOURS, "moribund (life expectancy < 48 h)"),
)

# What the registry leaves open

DAY_1 = "first_dose"
BASELINE = "day_1_before_first_dose"
DAY_BEFORE_DAY_1 = 0
VISIT_WINDOWS = {1: (0, 0), 7: (0, 0), 14: (1, 1), 28: (1, 1)}  # visit day: days before, days after
SIX_MONTHS_DAYS = 182
SIX_MONTHS_WINDOW = (0, 14)
SURVIVAL_ORIGIN = "inclusion"
SOFA_WINDOW = "calendar_day"
TIME_ZONE = "Europe/Paris"  # of a site that states no other

ADULT_AGE = 18
HLH2004_RULE: Literal["at_least_5", "exactly_5_or_6", "5_of_6_routine"] = "at_least_5"  # 7 and 8 of 8 are met too
HLH_WINDOW_DAYS = 7
CHILDBEARING_UNTIL = 60  # years: not asked from this age on

D7_DEATH_SAME_DAY = "failure"
D7_DISCHARGED = "collect"
D7_LOST = "failure"
D7_UNDETERMINED = "failure"
D7_CARRIED = "not_measured"

VENTILATORY_SUPPORT = ("niv", "cpap", "invasive")
CARRY_HOURS = 24
INFUSION_HOURS = 1
SPO2_SURROGATE: Literal["", "grissom", "rice", "pandharipande"] = ""  # none
GCS_RULE: Literal["without_sedation", "measured"] = "without_sedation"
RRT_POINTS = 4
ECMO_POINTS = 4
NONLISTED_AGENTS: Literal["ignore", "nee", "fixed"] = "nee"  # vasopressin as norepinephrine equivalent
EMPTY_DOSE: Literal["no drug", "unknown"] = "no drug"  # once the circulation was charted that day

CTCAE_VERSION = 5
DOSE_CHANGES = "prescriber_decides"


@dataclass(frozen=True)
class OpenChoice:
    """A constant that the PI must confirm; `record` is a file of docs/decisions/."""

    key: str
    value: object
    en: str
    fr: str
    record: str

    def question(self, language: str) -> str:
        return self.fr if language == "fr" else self.en


OPEN_CHOICES = (
    OpenChoice(
        "DAY_1",
        DAY_1,
        "Which day is day 1: the day of inclusion or the day of the first dose?",
        "Quel est le jour 1 : le jour de l’inclusion ou celui de la première prise ?",
        "0010-day-1-is-the-day-of-the-first-dose.md",
    ),
    OpenChoice(
        "BASELINE",
        BASELINE,
        "Which SOFA is the baseline: that of inclusion or that of day 1 before the first dose?",
        "Quel SOFA sert de référence : celui de l’inclusion ou celui du jour 1 avant la première prise ?",
        "0010-day-1-is-the-day-of-the-first-dose.md",
    ),
    OpenChoice(
        "VISIT_WINDOWS",
        VISIT_WINDOWS,
        "How many days before and after days 1, 7, 14 and 28 may the visit take place?",
        "Combien de jours avant et après les jours 1, 7, 14 et 28 la visite peut-elle avoir lieu ?",
        "0011-visit-windows.md",
    ),
    OpenChoice(
        "DAY_BEFORE_DAY_1",
        DAY_BEFORE_DAY_1,
        "What is the number of the day before day 1: 0 or -1?",
        "Quel numéro porte la veille du jour 1 : 0 ou -1 ?",
        "0012-the-day-before-day-1-is-day-0.md",
    ),
    OpenChoice(
        "SOFA_WINDOW",
        SOFA_WINDOW,
        "Is the SOFA of a day the worst of the calendar day or of rolling 24 hours?",
        "Le SOFA d’un jour est-il le pire du jour calendaire ou de 24 heures glissantes ?",
        "0013-the-sofa-of-a-calendar-day.md",
    ),
    OpenChoice(
        "TIME_ZONE",
        TIME_ZONE,
        "In which time zone does a day begin at a site that states none?",
        "Dans quel fuseau horaire commence le jour d’un centre qui n’en déclare pas ?",
        "0013-the-sofa-of-a-calendar-day.md",
    ),
    OpenChoice(
        "ADULT_AGE",
        ADULT_AGE,
        "The registry says “older than 18 years”: is a patient of 18 years eligible?",
        "Le registre dit « plus de 18 ans » : un patient de 18 ans est-il éligible ?",
        "0014-adult-is-18-or-older.md",
    ),
    OpenChoice(
        "HLH2004_RULE",
        HLH2004_RULE,
        "The registry says “5 or 6 HLH-2004 criteria”: are 7 or 8 criteria met as well?",
        "Le registre dit « 5 ou 6 critères HLH-2004 » : 7 ou 8 critères conviennent-ils aussi ?",
        "0015-five-or-more-hlh-2004-criteria.md",
    ),
    OpenChoice(
        "HLH_WINDOW_DAYS",
        HLH_WINDOW_DAYS,
        "How many days may lie between values that make HLH-2004 or HScore together?",
        "Combien de jours peuvent séparer les valeurs réunies dans HLH-2004 ou le HScore ?",
        "0033-hlh-values-of-the-last-7-days.md",
    ),
    OpenChoice(
        "CHILDBEARING_UNTIL",
        CHILDBEARING_UNTIL,
        "Until which age are pregnancy and contraception asked of every woman?",
        "Jusqu’à quel âge la grossesse et la contraception sont-elles demandées à toute femme ?",
        "0016-pregnancy-is-asked-until-60.md",
    ),
    OpenChoice(
        "D7_DISCHARGED",
        D7_DISCHARGED,
        "Discharged alive from the ICU before day 7 without a SOFA of day 7: how is it counted?",
        "Sorti vivant de réanimation avant le jour 7, sans SOFA du jour 7 : comment est-il compté ?",
        "0017-discharged-before-day-7.md",
    ),
    OpenChoice(
        "D7_DEATH_SAME_DAY",
        D7_DEATH_SAME_DAY,
        "Died on day 7 itself: failure, or judged on the SOFA of that morning?",
        "Décédé le jour 7 même : échec, ou jugé sur le SOFA du matin ?",
        "0018-dead-on-day-7-is-a-failure.md",
    ),
    OpenChoice(
        "D7_LOST",
        D7_LOST,
        "Lost, or consent withdrawn, before day 7: failure or undetermined?",
        "Perdu de vue, ou consentement retiré, avant le jour 7 : échec ou indéterminé ?",
        "0019-lost-or-withdrawn-before-day-7.md",
    ),
    OpenChoice(
        "D7_UNDETERMINED",
        D7_UNDETERMINED,
        "How does an undetermined day 7 count in the primary figure?",
        "Comment un jour 7 indéterminé compte-t-il dans le critère principal ?",
        "0020-undetermined-counts-as-failure.md",
    ),
    OpenChoice(
        "D7_CARRIED",
        D7_CARRIED,
        "Does a value carried over from the day before count as measured on day 7?",
        "Une valeur reprise de la veille compte-t-elle comme mesurée au jour 7 ?",
        "0021-carried-values-are-not-measured-at-day-7.md",
    ),
    OpenChoice(
        "GCS_RULE",
        GCS_RULE,
        "Which Glasgow score of a sedated patient: as measured, or the one without sedation?",
        "Quel score de Glasgow chez un patient sédaté : mesuré, ou celui sans sédation ?",
        "0022-the-gcs-without-sedation.md",
    ),
    OpenChoice(
        "RRT_POINTS",
        RRT_POINTS,
        "How many renal points does renal replacement therapy score?",
        "Combien de points rénaux pour une épuration extrarénale ?",
        "0023-renal-replacement-scores-4.md",
    ),
    OpenChoice(
        "NONLISTED_AGENTS",
        NONLISTED_AGENTS,
        "How do vasoactive drugs that the 1996 table does not list (vasopressin) count?",
        "Comment comptent les vasoactifs absents de la table de 1996 (vasopressine) ?",
        "0024-vasoactive-drugs-outside-the-1996-table.md",
    ),
    OpenChoice(
        "EMPTY_DOSE",
        EMPTY_DOSE,
        "Is an empty dose box of a catecholamine no drug, or unknown?",
        "Une case de dose de catécholamine vide veut-elle dire « pas de produit » ou « inconnu » ?",
        "0032-an-empty-dose-box-is-no-drug.md",
    ),
    OpenChoice(
        "VENTILATORY_SUPPORT",
        VENTILATORY_SUPPORT,
        "What is ventilatory support for 3 or 4 respiratory points? Is high-flow oxygen?",
        "Qu’est-ce qu’une assistance ventilatoire pour 3 ou 4 points ? L’oxygène à haut débit ?",
        "0025-high-flow-oxygen-is-not-ventilatory-support.md",
    ),
    OpenChoice(
        "SPO2_SURROGATE",
        SPO2_SURROGATE,
        "May SpO2/FiO2 stand in for a missing PaO2/FiO2?",
        "SpO2/FiO2 peut-il remplacer un PaO2/FiO2 manquant ?",
        "0026-no-spo2-in-place-of-pao2.md",
    ),
    OpenChoice(
        "ECMO_POINTS",
        ECMO_POINTS,
        "How many respiratory points does ECMO score?",
        "Combien de points respiratoires pour une ECMO ?",
        "0027-ecmo-and-the-respiratory-points.md",
    ),
    OpenChoice(
        "CARRY_HOURS",
        CARRY_HOURS,
        "For how many hours does a laboratory result stand in for one that was not measured?",
        "Pendant combien d’heures un résultat de laboratoire remplace-t-il celui qui n’a pas été mesuré ?",
        "0034-from-raw-results-to-the-day-s-value.md",
    ),
    OpenChoice(
        "INFUSION_HOURS",
        INFUSION_HOURS,
        "For how many hours must a vasoactive drug run at a dose for that dose to count?",
        "Pendant combien d’heures un vasoactif doit-il passer à une dose pour que cette dose compte ?",
        "0034-from-raw-results-to-the-day-s-value.md",
    ),
    OpenChoice(
        "CTCAE_VERSION",
        CTCAE_VERSION,
        "Which version of CTCAE grades the adverse events?",
        "Quelle version du CTCAE grade les événements indésirables ?",
        "0028-ctcae-version-5.md",
    ),
    OpenChoice(
        "SIX_MONTHS_DAYS",
        SIX_MONTHS_DAYS,
        "How many days are six months?",
        "Combien de jours font six mois ?",
        "0029-six-months-are-182-days.md",
    ),
    OpenChoice(
        "SIX_MONTHS_WINDOW",
        SIX_MONTHS_WINDOW,
        "How many days before and after six months may the vital status be taken?",
        "Combien de jours avant et après six mois le statut vital peut-il être relevé ?",
        "0029-six-months-are-182-days.md",
    ),
    OpenChoice(
        "SURVIVAL_ORIGIN",
        SURVIVAL_ORIGIN,
        "From which day is survival counted: inclusion or first dose?",
        "À partir de quel jour la survie est-elle comptée : inclusion ou première prise ?",
        "0030-survival-counts-from-inclusion.md",
    ),
    OpenChoice(
        "DOSE_CHANGES",
        DOSE_CHANGES,
        "The protocol’s table of doses is not public: when is the dose reduced, held or stopped?",
        "La table de doses du protocole n’est pas publique : quand réduire, suspendre ou arrêter ?",
        "0031-no-dose-is-computed.md",
    ),
)
