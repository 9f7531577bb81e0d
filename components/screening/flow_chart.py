"""The CONSORT flow chart as boxes of text: what is counted goes down, who leaves goes to the right."""

from __future__ import annotations

from html import escape

from components import words
from components.screening import log_table
from components.words import _
from trial.flow import OTHER, Flow


def draw(flow: Flow) -> str:
    again = [_("screened more than once: {count}", count=words.number(flow.again, 0))] if flow.again else []
    return (
        '<div class="consort">'
        + _main(_("Screened"), flow.screened, [_("attempts: {count}", count=words.number(flow.attempts, 0)), *again])
        + _aside(_("Not included"), flow.not_included, [_reason(name, count) for name, count in flow.reasons])
        + _aside(_("Still open"), flow.open, [])
        + _main(_("Included"), flow.included, [])
        + _aside(_("First dose not given yet"), flow.waiting, [])
        + _main(_("First dose given"), flow.first_dose, [])
        + "</div>"
    )


def _reason(name: str, count: int) -> str:
    told = _("another reason, in words") if name == OTHER else log_table.reason(name)
    return f'<span class="count">{words.number(count, 0)}</span><span>{escape(told)}</span>'


def _main(title: str, count: int, notes: list[str]) -> str:
    told = "".join(f'<div class="quiet">{escape(note)}</div>' for note in notes)
    return f'<div class="box">{_head(title, count)}{told}</div>'


def _aside(title: str, count: int, lines: list[str]) -> str:
    listed = f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>" if lines else ""
    return f'<div class="stem"></div><div class="box aside">{_head(title, count)}{listed}</div>'


def _head(title: str, count: int) -> str:
    return f'<div class="head"><span>{escape(title)}</span> <b>{words.number(count, 0)}</b></div>'
