"""The laboratory lines of CTCAE v5 and v6 as data: what `scoring.ctcae` computes from and what is printed of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple


class Words(NamedTuple):
    en: str
    fr: str


REFERENCES = {
    "uln": Words("ULN", "LSN"), "lln": Words("LLN", "LIN"), "baseline": Words("baseline", "valeur initiale"),
}  # fmt: skip


class Condition(NamedTuple):
    en: str
    fr: str
    of: tuple[str, ...] = ()  # the references that decide it


CONDITIONS = {
    "normal": Condition("baseline normal", "valeur initiale normale", ("uln", "baseline")),
    "abnormal": Condition("baseline above ULN", "valeur initiale au-dessus de la LSN", ("uln", "baseline")),
    "low_baseline": Condition("baseline below LLN", "valeur initiale au-dessous de la LIN", ("lln", "baseline")),
    "below_lln": Condition("value below LLN", "valeur au-dessous de la LIN", ("lln",)),
    "no_anticoagulant": Condition("no anticoagulant", "sans anticoagulant"),
    "anticoagulant": Condition("on anticoagulant", "sous anticoagulant"),
}


@dataclass(frozen=True)
class Limit:
    """A number, or so many times ULN, LLN or the baseline. A value at the limit is past it only if `included`."""

    times: float
    of: str = ""
    included: bool = False

    def text(self, written: Callable[[float], str], named: Callable[[str], str]) -> str:
        if not self.of:
            return written(self.times)
        return named(self.of) if self.times == 1 else f"{written(self.times)} × {named(self.of)}"


LLN, ULN = Limit(1, "lln"), Limit(1, "uln")


@dataclass(frozen=True)
class Arm:
    """Grade to the limit past which it begins. `when`: the condition under which the arm counts; empty: always."""

    limits: Mapping[int, Limit]
    when: str = ""

    def text(self, grade: int, falls: bool, written: Callable[[float], str], named: Callable[[str], str]) -> str:
        ends = [self.limits[each] for each in (grade, grade + 1) if each in self.limits]
        (of, *others) = dict.fromkeys(limit.of for limit in ends)
        if falls and of == "baseline":
            return f"↓ {_range([written(100 - 100 * limit.times) for limit in ends], ends, falls=False)} %"
        if len(ends) == 2 and of and not others:
            return f"{_range([written(limit.times) for limit in ends], ends, falls)} × {named(of)}"
        return _range([limit.text(written, named) for limit in ends], ends, falls)


def _range(told: list[str], ends: list[Limit], falls: bool) -> str:
    past, short, past_or_at = ("<", ">", "≤") if falls else (">", "<", "≥")
    first = past_or_at if ends[0].included else past
    if len(ends) == 1:
        return f"{first} {told[0]}"
    return f"{'' if ends[0].included else f'{first} '}{told[0]}–{short if ends[1].included else ''}{told[1]}"


@dataclass(frozen=True)
class Term:
    """One line of CTCAE. `notes`: what beside the number gives a grade, or must, and is not computed here."""

    variable: str
    name: Words
    direction: Literal["low", "high"]
    arms: tuple[Arm, ...]
    notes: Mapping[int, Words] = field(default_factory=dict)

    @property
    def falls(self) -> bool:
        return self.direction == "low"

    @property
    def references(self) -> tuple[str, ...]:
        """Of "uln", "lln", "baseline", those that the grade can depend on."""
        used = {limit.of for arm in self.arms for limit in arm.limits.values()}
        used.update(reference for arm in self.arms if arm.when for reference in CONDITIONS[arm.when].of)
        return tuple(reference for reference in REFERENCES if reference in used)

    def cell(
        self,
        grade: int,
        written: Callable[[float], str] = lambda number: f"{number:g}",
        named: Callable[[str], str] = lambda reference: REFERENCES[reference].en,
    ) -> tuple[tuple[str, str], ...]:
        """What stands under a grade: (condition, text) an arm: ("normal", "> 3–5 × ULN"), ("", "< LLN–75")."""
        return tuple((arm.when, arm.text(grade, self.falls, written, named)) for arm in self.arms if grade in arm.limits)


def _arm(*limits: Limit | float, when: str = "", first: int = 1) -> Arm:
    each = (limit if isinstance(limit, Limit) else Limit(limit) for limit in limits)
    return Arm(dict(enumerate(each, first)), when)


def _from(limit: Limit | float) -> Limit:
    return replace(limit if isinstance(limit, Limit) else Limit(limit), included=True)


def _times(of: str, *factors: float) -> list[Limit]:
    return [Limit(factor, of) for factor in factors]


def _liver(variable: str, en: str, fr: str, normal: Iterable[float], abnormal: Iterable[float], included: bool = True) -> Term:
    """`included`: the first multiple of a raised baseline is printed as belonging to grade 1."""
    first, *others = _times("baseline", *abnormal)
    raised = _arm(_from(first) if included else first, *others, when="abnormal")
    return Term(variable, Words(en, fr), "high", (_arm(*_times("uln", *normal), when="normal"), raised))


def _creatinine(when: str = "") -> Term:
    arms = (_arm(*_times("uln", 1, 1.5, 3, 6)), _arm(*_times("baseline", 1.5, 3), when=when, first=2))
    return Term("creatinine", Words("Creatinine increased", "Créatinine augmentée"), "high", arms)


def _inr(more: Mapping[int, Words]) -> Term:
    arms = (_arm(1.2, 1.5, 2.5, when="no_anticoagulant"), _arm(*_times("baseline", 1, 1.5, 2.5), when="anticoagulant"))
    acted = {1: Words("monitoring only indicated", "surveillance seule indiquée"),
             2: Words("dose adjustment indicated", "adaptation de dose indiquée")}  # fmt: skip
    return Term("inr", Words("INR increased", "INR augmenté"), "high", arms, {**acted, **more})


ALT = ("alt", "Alanine aminotransferase increased", "Alanine aminotransférase augmentée", (1, 3, 5, 20))
AST = ("ast", "Aspartate aminotransferase increased", "Aspartate aminotransférase augmentée", (1, 3, 5, 20))
BILIRUBIN = ("bilirubin", "Blood bilirubin increased", "Bilirubine sanguine augmentée", (1, 1.5, 3, 10))
GGT = ("ggt", "GGT increased", "Gamma-glutamyltransférase augmentée", (1, 2.5, 5, 20))
ALP = ("alp", "Alkaline phosphatase increased", "Phosphatases alcalines augmentées")

TRANSFUSION = Words("transfusion indicated", "transfusion indiquée")
LIFE = Words("life-threatening consequences", "mise en jeu du pronostic vital")
NEUTROPHILS = Words("Neutrophil count decreased", "Neutrophiles diminués")

FIVE = (
    Term("hemoglobin", Words("Anemia", "Anémie"), "low", (_arm(LLN, 10, 8),), {3: TRANSFUSION, 4: LIFE}),
    Term("platelets", Words("Platelet count decreased", "Plaquettes diminuées"), "low", (_arm(LLN, 75, 50, 25),)),
    Term("white_cells", Words("White blood cell decreased", "Globules blancs diminués"), "low", (_arm(LLN, 3, 2, 1),)),
    Term("neutrophils", NEUTROPHILS, "low", (_arm(LLN, 1.5, 1, 0.5),)),
    Term("lymphocytes", Words("Lymphocyte count decreased", "Lymphocytes diminués"), "low", (_arm(LLN, 0.8, 0.5, 0.2),)),
    _liver(*ALT, abnormal=(1.5, 3, 5, 20)),
    _liver(*AST, abnormal=(1.5, 3, 5, 20)),
    _liver(*BILIRUBIN, abnormal=(1, 1.5, 3, 10), included=False),
    _liver(*GGT, abnormal=(2, 2.5, 5, 20)),
    _liver(*ALP, (1, 2.5, 5, 20), abnormal=(2, 2.5, 5, 20)),
    _creatinine(),
    Term("triglycerides", Words("Hypertriglyceridemia", "Hypertriglycéridémie"), "high",
         (_arm(_from(1.71), 3.42, 5.7, 11.4),), {4: LIFE}),
    Term("fibrinogen", Words("Fibrinogen decreased", "Fibrinogène diminué"), "low", (
        _arm(*_times("lln", 1, 0.75, 0.5, 0.25)),
        _arm(*map(_from, _times("baseline", 0.75, 0.5, 0.25)), when="below_lln", first=2),
        _arm(0.5, first=4),
    )),
    _inr({}),
    Term("albumin", Words("Hypoalbuminemia", "Hypoalbuminémie"), "low", (_arm(LLN, 30, 20),), {4: LIFE}),
    Term("potassium", Words("Hyperkalemia", "Hyperkaliémie"), "high", (_arm(ULN, 5.5, 6, 7),),
         {2: Words("intervention initiated", "traitement débuté"),
          3: Words("hospitalization indicated", "hospitalisation indiquée"), 4: LIFE}),
    Term("temperature", Words("Fever", "Fièvre"), "high", (_arm(_from(38), 39, 40),),
         {3: Words("for 24 h or less", "pendant 24 h ou moins"),
          4: Words("> 40 °C for more than 24 h", "> 40 °C pendant plus de 24 h")}),
)  # fmt: skip

CHANGED_IN_SIX = (
    Term("platelets", Words("Thrombocytopenia", "Thrombopénie"), "low", (_arm(LLN, 75, 50, 10),), {3: TRANSFUSION, 4: LIFE}),
    Term("neutrophils", NEUTROPHILS, "low", (_arm(1.5, 1, 0.5, 0.1),)),
    _liver(*ALT, abnormal=(1, 1.5, 2, 4)),
    _liver(*AST, abnormal=(1, 1.5, 2, 4)),
    _liver(*BILIRUBIN, abnormal=(1, 1.5, 2.5, 10)),
    _liver(*GGT, abnormal=(1, 1.5, 3, 10)),
    _liver(*ALP, (1,), abnormal=(1,), included=False),  # printed: "> baseline and ULN"
    _creatinine(when="low_baseline"),
    _inr({3: Words("bleeding", "saignement")}),
)

_FIVE = {term.variable: term for term in FIVE}
_SIX = _FIVE | {term.variable: term for term in CHANGED_IN_SIX}
DROPPED_IN_SIX = "lymphocytes"  # no such term in the list of v6
TERMS = {5: _FIVE, 6: {code: term for code, term in _SIX.items() if code != DROPPED_IN_SIX}}
CUTPOINTS = {  # those that no laboratory's limit enters
    version: {code: tuple(sorted({limit.times for arm in term.arms for limit in arm.limits.values() if not limit.of}))
              for code, term in terms.items()}
    for version, terms in TERMS.items()
}  # fmt: skip
