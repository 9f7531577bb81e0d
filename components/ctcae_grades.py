"""The calculator of CTCAE grades: a term, a value, the limits of the laboratory, and the grade they propose."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import pandas as pd
import streamlit as st

from components import words
from components.hlh_scores import verdict
from components.reckonings import Reckoned
from components.score_words import condition_of_ctcae
from components.words import _
from scoring import ctcae
from scoring.bands import past
from scoring.columns import BadColumn
from scoring.ctcae_terms import Words
from scoring.explain import Score, cuts_of
from trial import entry, protocol
from trial.errors import NotUnderstood, TrialError, sentence
from trial.reading import Reading
from trial.variables import variable

KEPT = "ctcae_typed"  # what was typed, by version, term and box: a look at another score does not lose it
BOX = "dec_ctcae_"
LIMIT = sentence("{variable}: a limit and a value before the first dose are entered without < or >. Type the number alone.")


def draw() -> Reckoned:
    held = st.session_state.setdefault(KEPT, {})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        version = st.segmented_control(_("CTCAE version"), ctcae.VERSIONS, default=held.get("version", protocol.CTCAE_VERSION),
                                       key="ctcae_version", format_func=lambda one: f"v{one}", required=True)  # fmt: skip
        terms = ctcae.terms_of(version)
        chosen = held.get("term") if held.get("term") in terms else next(iter(terms))
        code = st.selectbox(_("Term"), list(terms), key="ctcae_term", index=list(terms).index(chosen), width=420,
                            format_func=lambda one: _spoken(terms[one].name))  # fmt: skip
    held |= {"version": version, "term": code}
    read = _boxes(code, terms[code].references, held)
    given = {name: reading.number for name, reading in read.items() if reading.number is not None}
    try:
        score = ctcae.as_score(code, version, **{name: given.get(name) for name in terms[code].references})
    except BadColumn:
        st.error(_("A limit of 0, or a lower limit above the upper one, cannot be. Check the limits of the laboratory."),
                 icon=":material/error:")  # fmt: skip
        return Reckoned("", ctcae.CITATION, {"version": version})
    low, high = _grade(score, code, read.get("value"))
    raised = given.get("baseline", 0) > given.get("uln", float("inf"))
    st.html(_table(terms[code], low if low == high and "value" in read else None, raised))
    if "value" not in read:
        return Reckoned(verdict("", _("No value yet")), ctcae.CITATION, {"version": version})
    return Reckoned(_answer(code, version, given, (low, high), terms[code].references), ctcae.CITATION, {"version": version})


def keep() -> None:
    """What stands in the boxes now, before another score is drawn in their place."""
    typed = {str(key): text for key, text in st.session_state.items() if str(key).startswith(BOX)}
    st.session_state[KEPT] = st.session_state.get(KEPT, {}) | typed


def _boxes(code: str, references: tuple[str, ...], held: dict[str, object]) -> dict[str, Reading]:
    """The value and what its grade may depend on, as they were understood."""
    unit = f" ({words.unit_label(variable(code).unit)})" if variable(code).unit else ""
    labels = {"value": words.label(code), "uln": _("Upper limit of normal"), "lln": _("Lower limit of normal"),
              "baseline": _("Before the first dose")}  # fmt: skip
    found = {}
    with st.container(horizontal=True):
        for name in ("value", *references):
            key = f"{BOX}{code}_{name}"
            text = st.text_input(f"{labels[name]}{unit}", value=str(held.get(key, "")), key=key, live="600ms", width=220,
                                 autocomplete="off")  # fmt: skip
            held[key] = text or ""
            if reading := _read(code, name, text or ""):
                found[name] = reading
    return found


def _read(code: str, name: str, text: str) -> Reading | None:
    number, unit = entry.split_unit(code, text)
    try:
        reading = entry.read(code, number, unit or variable(code).unit, language=words.language())
        if reading and name != "value" and reading.comparator != "=":
            raise NotUnderstood(LIMIT, variable=code)
    except TrialError as error:
        st.markdown(f":red[:material/error: {words.say(error)}]")
        return None
    return reading


def _grade(score: Score, code: str, value: Reading | None) -> tuple[int, int]:
    """The lowest and the highest grade of a value; of "< 25" those of everything below."""
    if value is None or value.number is None:
        return 0, 4
    limit = value.number
    values = [past(limit, value.comparator)]
    if value.comparator == "<":
        values += [cut / 2 for cut in cuts_of(score, {}, code) if cut < limit] + [0.0]
    elif value.comparator == ">":
        values += [cut * 2 for cut in cuts_of(score, {}, code) if cut > limit]
    span = score.spans(pd.DataFrame({code: values}))[code]
    return int(span.low.min()), int(span.high.max())


def _answer(code: str, version: int, given: Mapping[str, float], grade: tuple[int, int], references: tuple[str, ...]) -> str:
    low, high = grade
    told = str(low) if low == high else f"{low}–{high}"
    lines = [] if low == high else [
        _("Not settled: a limit of normal or the value before the first dose is missing.") if set(references) - given.keys()
        else _("Not settled: the exact value is missing.")]  # fmt: skip
    if "baseline" in given:
        lines += _before(code, version, given)
    lines.append(_("A grade is proposed; whether it is an adverse event the investigator says."))
    return verdict("", _("Proposed grade {grade} (CTCAE v{version})", grade=told, version=version), lines)


def _before(code: str, version: int, given: Mapping[str, float]) -> list[str]:
    """The grade of the value before the first dose, by the limits of normal."""
    baseline, uln = given["baseline"], given.get("uln")
    grade = ctcae.grade(code, baseline, uln=uln, lln=given.get("lln"), baseline=uln, version=version)
    if pd.isna(grade):
        return [_("Before the first dose: not gradable, the limit of normal is missing.")]
    raised = uln is not None and baseline > uln
    return [_("Before the first dose: grade {grade} by the limits of normal.", grade=str(grade)),
            _("It was above normal: where CTCAE says so, the grade now counts in multiples of it.") if raised
            else _("An adverse event is a worsening from it.")]  # fmt: skip


def _table(term: ctcae.Term, reached: int | None, raised: bool) -> str:
    """The line of the term, with the arm lit that decided the grade `reached`."""
    head = "".join(f"<th>{escape(_('Grade {grade}', grade=grade))}</th>" for grade in range(1, 5))
    cells = "".join(_cell(term, grade, grade == reached, raised) for grade in range(1, 5))
    return f'<div class="scroll"><table class="flow bands grades"><tr>{head}</tr><tr>{cells}</tr></table></div>'


def _cell(term: ctcae.Term, grade: int, lit: bool, raised: bool) -> str:
    arms = [_arm(when, text, lit and when in ("", "abnormal" if raised else "normal")) for when, text in term.cell(
        grade, words.number, lambda reference: _spoken(ctcae.REFERENCES[reference]))]  # fmt: skip
    if note := term.notes.get(grade):
        arms.append(f'<span class="quiet">{escape(_spoken(note))}</span>')
    return f'<td class="{"lit" if lit else ""}">{"<br>".join(arms) or "–"}</td>'


def _arm(when: str, text: str, decided: bool) -> str:
    told = f"{escape(text)}{condition_of_ctcae(when)}"
    return f"<b>▶ {told}</b>" if decided else told


def _spoken(told: Words) -> str:
    return told.fr if words.language() == "fr" else told.en
