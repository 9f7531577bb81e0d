"""The criteria of the registry on the screen: computed ones apart from declared ones, each yes / no / unknown."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from html import escape
from typing import NamedTuple

import streamlit as st

from components import words
from components.words import _
from trial.eligibility import Criterion, Line, Scores, Verdict
from trial.errors import sentence

MET: dict[bool | None, str] = {True: sentence("met"), False: sentence("not met"), None: sentence("unknown")}
PRESENT: dict[bool | None, str] = {True: sentence("absent"), False: sentence("present"), None: sentence("unknown")}
STATES = {"inclusion": MET, "exclusion": PRESENT}  # "pregnancy: met" could be read both ways
WIDE, LIST = 520, 1060  # pixels: of a computed criterion, of the list of declared ones
FULFILLED = {True: ("✓", "met"), False: ("✗", "not_met"), None: ("?", "undetermined")}


def draw_verdict(verdict: Verdict) -> None:
    counts = _("{met} met · {not_met} not met · {unknown} unknown", met=verdict.met, not_met=verdict.not_met,
               unknown=verdict.unknown)
    st.html(f'<div class="verdict {verdict.state}"><b>{escape(_(verdict.wording))}</b><br>{escape(counts)}</div>')


def one_line(verdict: Verdict, scores: Scores) -> str:
    """All three scores and the verdict, always in sight while the boxes are filled."""
    hscore = words.span(scores.hscore_low, scores.hscore_high)
    parts = [
        _("HLH-2004 {met} of 8, {unknown} unknown", met=scores.hlh2004_criteria, unknown=scores.hlh2004_unknown),
        f"HScore {hscore}", f"SOFA {words.span(scores.sofa_low, scores.sofa_high)}"]
    return (f'<div class="verdict {verdict.state}"><b>{escape(_(verdict.wording))}</b> '
            f'<span class="quiet">{escape(" · ".join(parts))}</span></div>')


def draw_computed(verdict: Verdict) -> None:
    lines = [line for line in verdict.lines if line.answer == "computed" or line.criterion.code == "consent"]
    st.html(f'<h2 class="group">{escape(_("Computed, and consent"))}</h2>')
    with st.grid(2, min_column_width=WIDE):
        for line in lines:
            st.html(_line(line))


class Shown(NamedTuple):
    """An answer as this tab last drew it. `widget` marks its widget: it changes when somebody else answers, so that what is
    on its way from the old widget never counts as a tap on the new one."""

    answer: str
    widget: str


def shown(scope: str) -> dict[str, Shown]:
    return dict(st.session_state.get(f"answers_{scope}", {}))


def tapped(scope: str) -> dict[str, str]:
    """What was tapped since the page was drawn. Asked before anything is drawn again: an answer needs no second run to be
    stored, and no tap that comes meanwhile is lost with it."""
    held = {code: (one.answer, st.session_state.get(_key(scope, code, one.widget))) for code, one in shown(scope).items()}
    return {code: str(answer) for code, (was, answer) in held.items() if answer not in (None, was)}


def draw_declared(scope: str, verdict: Verdict, answers: Mapping[str, str], *, writable: bool) -> None:
    """The criteria that a person answers, as they are answered now; the consent on file answers its own."""
    asked = [line for line in verdict.lines if line.answer != "computed" and line.criterion.code != "consent"]
    now = {line.criterion.code: _now(scope, line.criterion.code, answers) for line in asked}
    st.session_state[f"answers_{scope}"] = now
    st.html(f'<h2 class="group">{escape(_("Answered by a person"))}</h2>')
    with st.container(width=LIST, gap="xsmall"):  # the answers one under the other, within a hand's reach
        for line in asked:
            one = now[line.criterion.code]
            _ask(_key(scope, line.criterion.code, one.widget), line, one.answer, writable)


def _now(scope: str, code: str, answers: Mapping[str, str]) -> Shown:
    """The same widget while it holds what is stored, a new one where somebody else has answered."""
    answer, known = answers.get(code, "unknown"), shown(scope).get(code)
    held = st.session_state.get(_key(scope, code, known.widget)) if known else None
    return Shown(answer, known.widget if known and held == answer else secrets.token_hex(4))


def _key(scope: str, code: str, widget: str) -> str:
    return f"cri_{code}_{scope}_{widget}"


def mark(criterion: Criterion, fulfilled: bool | None) -> str:
    """"✓ met", "✗ present": sign and word, as HTML."""
    sign, state = FULFILLED[fulfilled]
    told = f"{sign} {_(STATES[criterion.kind][fulfilled])}"
    return f'<span class="mark {state}">{escape(told)}</span> <span class="quiet">{criterion.name}</span>'


def _ask(key: str, line: Line, answer: str, writable: bool) -> None:
    criterion = line.criterion
    told, asked = st.columns([0.56, 0.44], vertical_alignment="center", gap="small")
    told.html(f'<div class="criterion">{mark(criterion, line.fulfilled)} {escape(criterion.text(words.language()))}</div>')
    with asked, st.container(horizontal_alignment="right"):
        st.segmented_control(
            criterion.text(words.language()), criterion.answers(), default=answer, required=True, disabled=not writable,
            format_func=lambda code: words.coded("answer", code), key=key, label_visibility="collapsed")
    if criterion.help(words.language()):
        st.html(f'<div class="quiet">{escape(criterion.help(words.language()))}</div>')


def _line(line: Line) -> str:
    return (f'<div class="criterion">{mark(line.criterion, line.fulfilled)} {escape(line.criterion.text(words.language()))}'
            f'<div class="quiet">{escape(_(line.why, **line.facts))}</div></div>')
