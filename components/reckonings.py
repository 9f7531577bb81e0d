"""The calculators that are no table of points: CTCAE grades, vasopressor doses, creatinine clearance, days without support.

Each draws its boxes through `typed` (columns in, values out), then what they come to.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from components import words
from components.hlh_scores import verdict
from components.score_words import condition_of_ctcae
from components.why import draw as draw_why
from components.words import _
from scoring import clearance, ctcae, sofa, support_free, vasopressors
from scoring.columns import BadColumn
from scoring.explain import why
from trial import entry, protocol
from trial.errors import TrialError
from trial.variables import variable

Typed = Callable[[tuple[str, ...]], Mapping[str, Any]]
MOST_GRADE = 4
PUMP = ("pump_rate", "concentration", "weight")
AGENTS = ("norepinephrine", "epinephrine", "dopamine", "vasopressin")
KIDNEY = ("age", "sex", "weight", "creatinine", "creatinine_reference", "creatinine_48h", "rrt")
COURSE = ("support_days", "alive_day_28", "death_day")


def draw(code: str, typed: Typed) -> tuple[str, dict[str, object]]:
    """The calculator of `code`; answers its citation and the options it runs under."""
    return DRAWN[code](typed)


def _vasopressors(typed: Typed) -> tuple[str, dict[str, object]]:
    row = typed((*AGENTS, *PUMP))
    if all(part in row for part in PUMP):
        dose = vasopressors.dose(row["pump_rate"], row["concentration"], row["weight"])
        st.html(verdict("", _("Pump: {dose} µg/kg/min", dose=_rounded(dose, 4)), _labels(dose)))
    sum_of = vasopressors.reckoning(row, written=words.number)
    equivalent = _("Norepinephrine equivalent: {sum} µg/kg/min", sum=sum_of or "–")
    st.html(verdict("", equivalent, _labels(row["norepinephrine"]) if "norepinephrine" in row else ()))
    return vasopressors.CITATION, {"factors": [f"{agent} × {factor:g}" for agent, factor in sofa.NEE_FACTORS.items()]}


def _labels(dose: float) -> list[str]:
    """What a norepinephrine label may count, and whether it matters."""
    read = {salt: _rounded(base, 4) for salt, base in vasopressors.salts(dose).items()}
    lines = [_("If this is norepinephrine: labelled as base {base}; as tartrate it would be {tartrate} of base.",
               base=read["base"], tartrate=read["tartrate"])]  # fmt: skip
    if vasopressors.differs_across(dose):
        lines.append(_("The two readings lie on two sides of 0.1: 4 points of SOFA or 3. Look at the label."))
    return lines


def _clearance(typed: Typed) -> tuple[str, dict[str, object]]:
    row = typed(KIDNEY)
    found = clearance.score(pd.DataFrame([row], index=[0])).iloc[0]
    known = not pd.isna(found["clearance"])
    title = _("Clearance (Cockcroft-Gault): {value} mL/min", value=_rounded(found["clearance"], 0) if known else "–")
    lines = [clearance.reckoning(row, words.number)] if known else [_("Age, sex, weight and creatinine are needed.")]
    unsteady = not pd.isna(found["unsteady"]) and bool(found["unsteady"])
    if pd.isna(found["unsteady"]):
        lines.append(_("Whether the creatinine is steady is not known: give the earlier values."))
    elif unsteady:
        lines.append(_("Unsteady kidney (dialysis, or creatinine rising): the estimate is not reliable."))
    else:
        lines.append(_("Creatinine steady by the values given."))
    st.html(verdict("undetermined" if unsteady else "", title, lines))
    return clearance.CITATION, {"factors": [f"{sex} {factor:g} †" for sex, factor in clearance.FACTORS.items()]}


def _support_free(typed: Typed) -> tuple[str, dict[str, object]]:
    row = typed(COURSE)
    options: dict[str, object] = {"death": support_free.DEFAULT.death}
    try:
        found = support_free.score(pd.DataFrame([row], index=[0])).iloc[0]
    except BadColumn:
        st.error(_("Alive at day 28 and died by then: one of the two is wrong."), icon=":material/error:")
        return support_free.CITATION, options
    low, high = int(found["low"]), int(found["high"])
    title = _("Days alive without support, of 28: {days}", days=str(low) if low == high else f"{low}–{high}")
    died = row.get("alive_day_28") == "no" or row.get("death_day", math.inf) <= support_free.DAYS
    reckoned = _("Died by day 28: counted {days}.", days=low) if died else support_free.reckoning(row)
    st.html(verdict("", title, [reckoned] if reckoned else ()))
    return support_free.CITATION, options


def _ctcae(typed: Typed) -> tuple[str, dict[str, object]]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        version = st.segmented_control(_("CTCAE version"), ctcae.VERSIONS, default=protocol.CTCAE_VERSION, key="ctcae_version",
                                       format_func=lambda one: f"v{one}", required=True)  # fmt: skip
        terms = ctcae.terms_of(version)
        code = st.selectbox(_("Value"), list(terms), key="ctcae_term", format_func=lambda one: _term(terms[one]), width=420)
    term = terms[code]
    given = _limits(code, term.references)
    try:
        score = ctcae.as_score(code, version, **{name: given.get(name) for name in term.references})
        row = {code: given["value"]} if "value" in given else {}
        found = why(score, row, code)
    except BadColumn:
        st.error(_("A limit of 0, or a lower limit above the upper one, cannot be. Check the limits of the laboratory."),
                 icon=":material/error:")  # fmt: skip
        return ctcae.CITATION, {"version": version}
    st.html(_ctcae_table(term, found.points if "value" in given else None))
    grade = str(found.low) if found.points is not None else f"{found.low}–{found.high}"
    title = _("Proposed grade {grade} (CTCAE v{version})", grade=grade, version=version) if "value" in given else _("No value yet")
    st.html(verdict("", title, _ctcae_lines(code, version, given, found.points is None and "value" in given)))
    if "value" in given and found.deciding:
        st.html(draw_why(found, MOST_GRADE))
    return ctcae.CITATION, {"version": version}


def _limits(code: str, references: tuple[str, ...]) -> dict[str, float]:
    """The value and what its grade may depend on, each in the variable's unit."""
    known, found = variable(code), {}
    unit = f" ({words.unit_label(known.unit)})" if known.unit else ""
    labels = {"value": words.label(code), "uln": _("Upper limit of normal"), "lln": _("Lower limit of normal"),
              "baseline": _("Before the first dose")}  # fmt: skip
    with st.container(horizontal=True):
        for name in ("value", *references):
            text = st.text_input(f"{labels[name]}{unit}", key=f"dec_ctcae_{code}_{name}", live="600ms", width=220,
                                 persist_state="page", autocomplete="off")  # fmt: skip
            if (number := _read(code, text or "", known.unit)) is not None:
                found[name] = number
    return found


def _read(code: str, text: str, unit: str) -> float | None:
    number, typed_unit = entry.split_unit(code, text)
    try:
        reading = entry.read(code, number, typed_unit or unit, language=words.language())
    except TrialError as error:
        st.markdown(f":red[:material/error: {words.say(error)}]")
        return None
    return reading.number if reading else None


def _ctcae_lines(code: str, version: int, given: Mapping[str, float], is_open: bool) -> list[str]:
    lines = [_("Not gradable yet: a limit of normal or the value before the first dose is missing.")] if is_open else []
    if "baseline" in given:
        at_first = ctcae.grade(code, given["baseline"], uln=given.get("uln"), lln=given.get("lln"), baseline=given["baseline"],
                               version=version)  # fmt: skip
        lines.append(_("Before the first dose: grade {grade}. An adverse event is a worsening from it.",
                       grade="?" if pd.isna(at_first) else at_first))  # fmt: skip
    return [*lines, _("A grade is proposed; whether it is an adverse event the investigator says.")]


def _ctcae_table(term: Any, reached: int | None) -> str:
    """The line of the term, the grade that was `reached` lit."""
    reads_french = words.language() == "fr"

    def named(reference: str) -> str:
        return ctcae.REFERENCES[reference].fr if reads_french else ctcae.REFERENCES[reference].en

    cells = ""
    for grade in range(1, 5):
        arms = [f"{escape(text)}{condition_of_ctcae(when)}" for when, text in term.cell(grade, words.number, named)]
        if note := term.notes.get(grade):
            arms.append(f'<span class="quiet">{escape(note.fr if reads_french else note.en)}</span>')
        lit = grade == reached
        cells += f'<td class="{"lit" if lit else ""}">{"▶ " if lit else ""}{"<br>".join(arms) or "–"}</td>'
    head = "".join(f"<th>{escape(_('Grade {grade}', grade=grade))}</th>" for grade in range(1, 5))
    return f'<div class="scroll"><table class="flow bands grades"><tr>{head}</tr><tr>{cells}</tr></table></div>'


def _term(term: Any) -> str:
    return str(term.name.fr if words.language() == "fr" else term.name.en)


def _rounded(value: float, decimals: int) -> str:
    return words.number(round(float(value), decimals))


DRAWN: dict[str, Callable[[Typed], tuple[str, dict[str, object]]]] = {
    "ctcae": _ctcae, "vasopressors": _vasopressors, "clearance": _clearance, "support_free": _support_free,
}  # fmt: skip
