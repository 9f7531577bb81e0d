"""What a screening record holds, whichever format it was frozen in.

Older ones (without `format`) hold the values as code -> value and neither lines, consent, sex nor signature: what a
record does not hold is not recorded, never unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trial.eligibility import BY_CODE, CRITERIA, Criterion, Scores, assess

Record = Mapping[str, Any]

NOT_RECORDED = "not_recorded"
HELD_BY = {  # a field of trial.eligibility.Scores: the score and the column that the record holds it by
    "hlh2004": ("hlh2004", "met"), "hlh2004_criteria": ("hlh2004", "count"), "hlh2004_unknown": ("hlh2004", "unknown"),
    "hscore_low": ("hscore", "low"), "hscore_high": ("hscore", "high"), "sofa_low": ("sofa", "low"), "sofa_high": ("sofa", "high"),
}  # fmt: skip


def score_of(record: Record, score: str) -> Record:
    return record.get(score) or {}


def values_of(record: Record) -> list[Record]:
    """One row a variable, as it was typed; of an older record the value alone."""
    values = record.get("values") or []
    if isinstance(values, Mapping):
        return [{"code": code, "value": value} for code, value in values.items() if value is not None]
    return list(values)


def lines_of(record: Record) -> list[tuple[Criterion, str, Any]]:
    """Criterion, answer, and whether it does not stand in the way (None: unknown), in the registry's order."""
    held = {line.get("code"): (str(line.get("answer")), truth(line.get("fulfilled"))) for line in record.get("lines") or ()}
    held = held or _lines_of_older(record)
    return [(criterion, *held.get(criterion.code, (NOT_RECORDED, NOT_RECORDED))) for criterion in CRITERIA]


def truth(told: Any) -> bool | None:
    return None if told is None else bool(told)


def _lines_of_older(record: Record) -> dict[Any, tuple[str, Any]]:
    told = {name: score_of(record, score).get(column) for name, (score, column) in HELD_BY.items()}
    known = Scores(**{name: fact for name, fact in told.items() if fact is not None})
    computed = assess({}, known, sex="u", birth_year=None, year=0)
    lines: dict[Any, tuple[str, Any]] = {code: ("computed", computed.line(code).fulfilled) for code in ("acquired_hs", "sofa")}
    return lines | {code: (str(answer), _fulfilled(code, answer)) for code, answer in (record.get("answers") or {}).items()}


def _fulfilled(code: str, answer: object) -> bool | None:
    if answer in ("yes", "no") and code in BY_CODE:
        return answer == BY_CODE[code].wanted
    return True if answer == "not_applicable" else None
