"""The decision of a screening: include, or not with the reasons; signed by the password entered again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import streamlit as st

from components import words
from components.screening import criteria
from components.words import _
from trial.eligibility import Line, Verdict


@dataclass(frozen=True)
class Decision:
    """`typed`: what stands in the fields, to be kept as a draft. `password` is empty until it is signed."""

    included: bool
    planned_day_1: date
    reasons: tuple[str, ...] = ()
    password: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)


def draw(scope: str, verdict: Verdict, draft: Mapping[str, str], *, on: date, drawn_from: str) -> Decision | None:
    """None while nothing is chosen. `draft`: the fields as they were left. `drawn_from` changes with anything that the
    decision is made from: the password field is then a new and empty one."""
    choice = st.segmented_control(_("Decision"), ["include", "decline"], default=draft.get("choice") or None, key=f"choice_{scope}",
                                  format_func=lambda code: words.coded("choice", code), label_visibility="collapsed")
    if choice == "include":
        return _include(scope, verdict, draft, on, drawn_from)
    if choice == "decline":
        return _decline(scope, verdict, draft, on, drawn_from)
    return None


def _include(scope: str, verdict: Verdict, draft: Mapping[str, str], on: date, drawn_from: str) -> Decision:
    blocked = [line.criterion.name for line in verdict.lines if line.fulfilled is not True]
    if blocked:
        st.warning(_("Not possible yet: {criteria} not met or unknown. Unknown blocks the inclusion.", criteria=blocked))
        return Decision(True, on, typed={"choice": "include"})
    asked = _day(draft.get("planned", ""), on)
    planned = st.date_input(_("First dose planned for"), value=asked, min_value=on, format="DD/MM/YYYY", key=f"planned_{scope}",
                            width=220)
    password = _signature(f"include_{scope}_{drawn_from}", _("I confirm the criteria and include this patient."),
                          _("Sign and include"))
    return Decision(True, planned, password=password, typed={"choice": "include", "planned": planned.isoformat()})


def _decline(scope: str, verdict: Verdict, draft: Mapping[str, str], on: date, drawn_from: str) -> Decision:
    against: dict[str, Line] = {line.criterion.name: line for line in verdict.lines if line.fulfilled is not True}
    kept = [name for name in draft.get("reasons", "").split() if name in against]
    reasons = st.pills(_("Not included because"), list(against), selection_mode="multi", key=f"reasons_{scope}",
                       default=kept if "reasons" in draft else _not_met(verdict),
                       format_func=lambda name: _reason(name, against[name]))
    other = st.text_area(_("Other reason (no name)"), value=draft.get("other", ""), key=f"txt_other_{scope}", height=68)
    said = " ".join(other.split())  # one line a reason is how they are kept
    told = (*reasons, *([said] if said else []))
    typed = {"choice": "decline", "reasons": " ".join(reasons), "other": other}
    if not told:
        st.markdown(f":gray[{_('Choose at least one reason.')}]")
        return Decision(False, on, typed=typed)
    password = _signature(f"decline_{scope}_{drawn_from}", _("I do not include this patient, for the reasons above."),
                          _("Sign: not included"))
    return Decision(False, on, told, password, typed)


def _not_met(verdict: Verdict) -> list[str]:
    return [line.criterion.name for line in verdict.lines if line.fulfilled is False]


def _reason(name: str, line: Line) -> str:
    sign, _state = criteria.FULFILLED[line.fulfilled]
    return f"{sign} {name} {line.criterion.text(words.language())}"


def _signature(scope: str, meaning: str, button: str) -> str:
    """The password that was sent just now, with what it signs; empty otherwise."""
    with st.form(f"sign_{scope}", border=True, clear_on_submit=True):
        st.markdown(f"**{meaning}** {_('The verdict is frozen with the values above, their times and the rules.')}")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            password = st.text_input(_("Your password signs"), type="password", autocomplete="off", width=260)
            pressed = st.form_submit_button(button, type="primary", icon=":material/ink_pen:")
    if pressed and not password:
        st.error(_("Enter your password to sign. Nothing was signed."))
    return password if pressed else ""


def _day(text: str, least: date) -> date:
    try:
        return max(date.fromisoformat(text), least)
    except ValueError:
        return least

