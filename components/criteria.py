"""The criteria of the registry on the screen: computed ones apart from declared ones, each yes / no / unknown."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from components import words
from components.words import _
from trial.eligibility import Criterion, Line, Scores, Verdict

FULFILLED = {True: ("✓", "met"), False: ("✗", "not_met"), None: ("?", "undetermined")}


def draw_verdict(verdict: Verdict) -> None:
    counts = _("{met} met · {not_met} not met · {unknown} unknown", met=verdict.met, not_met=verdict.not_met,
               unknown=verdict.unknown)
    st.html(f'<div class="verdict {verdict.state}"><b>{escape(_(verdict.wording))}</b><br>{escape(counts)}</div>')


def one_line(verdict: Verdict, scores: Scores) -> str:
    """All three scores and the verdict, always in sight while the boxes are filled."""
    hscore = _span(scores.hscore_low, scores.hscore_high)
    parts = [
        _("HLH-2004 {met} of 8, {unknown} unknown", met=scores.hlh2004_criteria, unknown=scores.hlh2004_unknown),
        f"HScore {hscore}", f"SOFA {_span(scores.sofa_low, scores.sofa_high)}"]
    return (f'<div class="verdict {verdict.state}"><b>{escape(_(verdict.wording))}</b> '
            f'<span class="quiet">{escape(" · ".join(parts))}</span></div>')


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def draw_computed(verdict: Verdict) -> None:
    for line in verdict.lines:
        if line.answer == "computed" or line.criterion.code == "consent":
            st.html(_line(line))


def draw_declared(scope: str, verdict: Verdict, answers: Mapping[str, str], *, writable: bool) -> dict[str, str]:
    """The answers that were changed here: criterion code to yes / no / unknown / not_applicable."""
    changed = {}
    for line in verdict.lines:
        if line.answer == "computed" or line.criterion.code == "consent":  # the consent on file answers that one
            continue
        shown = answers.get(line.criterion.code, "unknown")
        answer = _ask(scope, line, shown, writable)
        if answer != shown:
            changed[line.criterion.code] = answer
    return changed


def name(criterion: Criterion) -> str:
    """I1 … I6, E1 … E13."""
    return f"{criterion.kind[0].upper()}{criterion.number}"


def _ask(scope: str, line: Line, shown: str, writable: bool) -> str:
    criterion = line.criterion
    sign, state = FULFILLED[line.fulfilled]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<div class="criterion {state}"><b>{sign}</b> <span class="quiet">{name(criterion)}</span> '
                f'{escape(criterion.text(words.language()))}</div>', width="stretch")
        answer = st.segmented_control(
            criterion.text(words.language()), criterion.answers(), default=shown, required=True, disabled=not writable,
            format_func=lambda code: words.coded("answer", code), key=f"cri_{scope}_{criterion.code}_{shown}",
            label_visibility="collapsed")
    if criterion.help(words.language()):
        st.html(f'<div class="criterion-help quiet">{escape(criterion.help(words.language()))}</div>')
    return str(answer or "unknown")


def _line(line: Line) -> str:
    sign, state = FULFILLED[line.fulfilled]
    return (f'<div class="criterion {state}"><b>{sign}</b> <span class="quiet">{name(line.criterion)}</span> '
            f'{escape(line.criterion.text(words.language()))}<div class="quiet">{escape(_(line.why, **line.facts))}</div></div>')
