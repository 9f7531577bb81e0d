"""Why it is 3: an explanation (scoring.explain.Why) in the reader's words."""

from __future__ import annotations

from html import escape
from typing import Any

from components import score_words, words
from components.score_table import limits
from components.words import _
from scoring.explain import Given, Outcome, Why
from trial.errors import sentence

POINTS = sentence("{item}: {points} / {most}")
CRITERION = {1: sentence("{item}: met"), 0: sentence("{item}: not met")}


def draw(why: Why, most: int, zone: str = "UTC") -> str:
    """`most`: points that the item can give. `zone`: whose clock the times are told in."""
    parts = [
        f"<b>{escape(_headline(why, most))}</b>", *_because(why), *_from(why, zone), *_assumed(why), *_missing(why),
        f'<span class="quiet">{escape(_("Rules {version} · {source}", version=why.rules.version, source=why.source))}</span>',
    ]  # fmt: skip
    return f'<div class="why">{"".join(f"<div>{part}</div>" for part in parts)}</div>'


def _headline(why: Why, most: int) -> str:
    name = score_words.item(why.score, why.item)
    criterion = why.score in score_words.CRITERIA
    if why.score == "ctcae":
        return _("{item}: grade {grade}", item=name, grade=words.span(why.low, why.high))
    if why.score == "kdigo":
        return _("{item}: stage {stage}", item=name, stage=words.span(why.low, why.high))
    if why.points is None:
        return _("{item}: unknown", item=name) if criterion else _(POINTS, item=name, points=f"{why.low}–{why.high}", most=most)
    return _(CRITERION[why.points], item=name) if criterion else _(POINTS, item=name, points=why.points, most=most)


def _because(why: Why) -> list[str]:
    lines = []
    for one in why.deciding:
        if one.band.answer:
            lines.append(escape(_("{what}: {told}", what=score_words.variable(one.variable), told=limits(one.band))))
            continue
        when = f", {score_words.condition(one.band.when)}" if one.band.when else ""
        mark = " †" if one.band.memory else ""
        value = f"{score_words.variable(one.variable)} {value_text(one.value)}"
        lines.append(escape(_("{reading} lies in {band}", reading=value, band=f"{limits(one.band)}{when}{mark}")))
    return lines


def _from(why: Why, zone: str) -> list[str]:
    given = [_given(code, value, why.given.get(code), zone) for code, value in why.known.items()]
    return [escape(_("From: {values}", values=given))] if given else []


def _given(code: str, value: Any, source: Given | None, zone: str) -> str:
    told = [f"{score_words.variable(code)} {_as_typed(code, value, source)}"]
    if source and source.at:
        told.append(_("drawn {time}", time=words.moment(source.at, zone)))
    if source and source.entered_at:
        told.append(_("entered {time}, {who}", time=words.moment(source.entered_at, zone), who=source.by))
    if source and source.carried:
        told.append(_("carried over, not measured that day"))
    return " · ".join(told)


def _as_typed(code: str, value: Any, source: Given | None) -> str:
    if source and source.typed and source.unit not in ("", "fraction"):
        return f"{source.typed} {source.unit}"
    return value_text(value)


def _assumed(why: Why) -> list[str]:
    if not why.assumed:
        return []
    names = [score_words.variable(code) for code in why.assumed]
    return [escape(_("Empty, read as none: {names}", names=names))]


def _missing(why: Why) -> list[str]:
    if why.points is not None or not why.missing:
        return []
    names = [score_words.variable(code) for code in why.missing]
    shown = [outcome for outcome in why.outcomes if outcome.variable in why.missing]
    if not shown:
        return [escape(_("Missing: {names}. None of them says anything alone.", names=names))]
    lines = [escape(_("Missing: {names}. What a result would give:", names=names))]
    points = _("Stage") if why.score == "kdigo" else _("Points")
    head = f'<tr><th class="text">{escape(_("Result"))}</th><th>{escape(points)}</th><th>{escape(_("Total"))}</th></tr>'
    rows = "".join(_outcome(outcome) for outcome in shown)
    return [*lines, f'<table class="flow outcomes">{head}{rows}</table>']


def _outcome(outcome: Outcome) -> str:
    result = f"{score_words.variable(outcome.variable)} {limits(outcome.result)}"
    points, total = words.span(outcome.low, outcome.high), words.span(outcome.total_low, outcome.total_high)
    return f'<tr><td class="text">{escape(result)}</td><td>{points}</td><td>{total}</td></tr>'


def value_text(value: Any) -> str:
    if isinstance(value, str):
        return words.choice_label(value)
    return words.number(round(float(value), 2 if abs(float(value)) >= 10 else 4))
