"""Who would have entered under another rule: each frozen record of a decision, judged anew. It describes; it decides nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from scoring import hscore
from trial import protocol
from trial.eligibility import BY_CODE, CRITERIA, PROTOCOL, EntryRule, Line, Scores, State, assess, state_of
from trial.errors import sentence


@dataclass(frozen=True)
class Variant:
    """A rule other than the protocol's; `wording` says it, `facts` fill its places."""

    code: str
    entry: EntryRule
    wording: str
    facts: Mapping[str, object] = field(default_factory=dict)


LOWERED = (
    Variant("hscore", EntryRule(hscore_min=hscore.ICU_CUTOFF), sentence("HScore ≥ {minimum} instead of {today}"),
            {"minimum": hscore.ICU_CUTOFF, "today": protocol.HSCORE_MIN}),
    Variant("hlh2004", EntryRule(hlh2004_min=protocol.HLH2004_MIN - 1),
            sentence("{minimum} HLH-2004 criteria instead of {today}"),
            {"minimum": protocol.HLH2004_MIN - 1, "today": protocol.HLH2004_MIN}),
    Variant("sofa", EntryRule(sofa_min=protocol.SOFA_MIN - 1), sentence("SOFA ≥ {minimum} instead of {today}"),
            {"minimum": protocol.SOFA_MIN - 1, "today": protocol.SOFA_MIN}),
)  # fmt: skip
LEFT_OUT = tuple(
    Variant(f"without_{criterion.code}", EntryRule(left_out=frozenset({criterion.code})), sentence("Without {criterion}"))
    for criterion in CRITERIA
)
VARIANTS = LOWERED + LEFT_OUT


@dataclass(frozen=True)
class Record:
    """What a decision was made from; `scores` is None where that cannot be read any more."""

    number: str
    included: bool
    verdict: str  # as frozen
    answers: Mapping[str, str] = field(default_factory=dict)
    scores: Scores | None = None
    sex: str = "u"
    birth_year: int | None = None
    year: int = 0

    @classmethod
    def of(cls, frozen: Any, *, number: str, included: bool, sex: str, birth_year: int | None) -> Record:
        """`sex` and `birth_year` are those on file, for a record of the first format, which has none."""
        frozen = frozen if isinstance(frozen, Mapping) else {}
        bare = cls(number, included, str(frozen.get("verdict") or ""))
        try:
            answers = {code: str(answer) for code, answer in frozen["answers"].items()}
            scores = Scores.of(_told(frozen, "hlh2004"), _told(frozen, "hscore"), _told(frozen, "sofa"))
            year = date.fromisoformat(frozen["on"]).year
        except (AttributeError, KeyError, TypeError, ValueError):
            return bare
        if not answers or any(code not in BY_CODE or answer not in BY_CODE[code].answers() for code, answer in answers.items()):
            return bare
        if frozen.get("format"):
            sex, birth_year = str(frozen.get("sex") or "u"), frozen.get("birth_year")
        return replace(bare, answers=answers, scores=scores, year=year, sex=sex, birth_year=birth_year)


def _told(frozen: Mapping[str, Any], score: str) -> dict[str, Any]:
    """A row of a score: what is not known may be null or not there at all."""
    return {"met": None, **frozen[score]}


@dataclass(frozen=True)
class Outcome:
    """Numbers of patients under one rule, in the order of the records."""

    variant: Variant | None  # None: the protocol's own rule
    met: tuple[str, ...]
    undetermined: tuple[str, ...]
    more: tuple[str, ...] = ()  # would enter, and neither met the protocol's rule nor entered


@dataclass(frozen=True)
class WhatIf:
    today: Outcome
    variants: tuple[Outcome, ...]
    not_known: tuple[str, ...]  # no record that can be judged anew
    differs: tuple[str, ...]  # judged anew by the protocol's rule, another verdict than the frozen one


def what_if(records: Iterable[Record], variants: Iterable[Variant] = VARIANTS) -> WhatIf:
    records, variants = list(records), list(variants)
    known = [one for one in records if one.scores is not None]
    states = states_under(known, [PROTOCOL, *(variant.entry for variant in variants)])
    today = _outcome(None, known, states[0])
    entered = {*today.met, *(one.number for one in known if one.included)}
    return WhatIf(
        today,
        tuple(_outcome(variant, known, found, entered) for variant, found in zip(variants, states[1:], strict=True)),
        tuple(one.number for one in records if one.scores is None),
        tuple(one.number for one, found in zip(known, states[0], strict=True) if one.verdict and found != one.verdict),
    )


def states_under(records: Sequence[Record], rules: Sequence[EntryRule]) -> list[list[State]]:
    """For each rule the state of each record. Rules that differ only in what they leave out share one assessment."""
    minima = [replace(rule, left_out=frozenset()) for rule in rules]
    in_the_way = {entry: [_in_the_way(one, entry) for one in records] for entry in dict.fromkeys(minima)}
    return [
        [state_of(line for line in lines if line.criterion.code not in rule.left_out) for lines in in_the_way[entry]]
        for rule, entry in zip(rules, minima, strict=True)
    ]


def _in_the_way(record: Record, entry: EntryRule) -> list[Line]:
    """The criteria that are not fulfilled, or may not be: of most patients none."""
    if record.scores is None:
        raise ValueError(f"{record.number}: no scores in the record")
    verdict = assess(
        record.answers, record.scores, sex=record.sex, birth_year=record.birth_year, year=record.year, entry=entry
    )
    return [line for line in verdict.lines if line.fulfilled is not True]


def _outcome(
    variant: Variant | None, records: Sequence[Record], states: Sequence[State], entered: Collection[str] | None = None
) -> Outcome:
    def of(state: State) -> tuple[str, ...]:
        return tuple(one.number for one, found in zip(records, states, strict=True) if found == state)

    met = of("met")
    more = () if entered is None else tuple(number for number in met if number not in entered)
    return Outcome(variant, met, of("undetermined"), more)
