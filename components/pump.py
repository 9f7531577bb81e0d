"""What a syringe pump shows, typed into the norepinephrine box: mL/h, the syringe in mg/mL, the weight that the dose counts.

And the two readings of a norepinephrine label, where base and tartrate give different points.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components import words
from components.words import _
from scoring import vasopressors
from scoring.units import NOREPINEPHRINE_BASE
from trial import entry
from trial.errors import TrialError
from trial.reading import KNOWN, Reading
from trial.variables import variable

DRUG = "norepinephrine"
ASKED = ("map", "norepinephrine", "epinephrine", "dopamine", "dobutamine", "vasopressin", "mechanical_support")


def draw(key: str, *, typed: str, last: Reading | None, weight: Reading | None) -> str:
    """Three boxes and a tap: the text for the norepinephrine box, or an empty one."""
    known = entry.pump_of(typed) or (entry.pump_of(last.typed) if last else None)
    kg = _shown(weight.number) if weight and weight.number else ""
    st.markdown(f"**{_('{variable} by pump', variable=DRUG)}**")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        rate = _part(key, "pump_rate", _shown(known.pump_rate) if known and entry.pump_of(typed) else "")
        strength = _part(key, "concentration", _shown(known.concentration) if known else "")
        fixed = _part(key, "weight", _shown(known.weight) if known else kg)
        ready = all((rate, strength, fixed))
        tapped = st.button(_("Into the box"), key=f"fill_{key}", icon=":material/input:", disabled=not ready)
    text = entry.as_pump(rate, strength, fixed) if ready else ""
    if text:
        _say_dose(text)
    return text if tapped else ""


def _part(key: str, code: str, value: str) -> str:
    known = variable(code)
    return (st.text_input(f"{words.label(code)} ({known.unit})", value=value, key=f"dec_pump{code.replace('_', '')}{key}",
                          live="600ms", width=130, autocomplete="off") or "").strip()  # fmt: skip


def _say_dose(text: str) -> None:
    try:
        reading = entry.read(DRUG, text, variable(DRUG).unit)
    except TrialError as error:
        st.markdown(f":red[{words.say(error)}]")
        return
    if reading and reading.number is not None:
        st.markdown(f"= **{words.number(round(reading.number, 4))} µg/kg/min**")


def _shown(value: object) -> str:
    text = f"{value:f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return text.replace(".", ",") if words.language() == "fr" else text


def two_readings(day: Mapping[str, Reading]) -> str:
    """Both readings of the label, where they differ in points: 0.16 is 4 as base, and as tartrate 0.08, which is 3."""
    now = day.get(DRUG)
    if now is None or not now.number or now.state not in KNOWN:
        return ""
    labelled = now.number / float(NOREPINEPHRINE_BASE[now.assay]) if now.assay in NOREPINEPHRINE_BASE else now.number
    row = {code: known.choice or known.number for code, known in day.items() if code in ASKED and known.state in KNOWN}
    base, tartrate = vasopressors.points_by_salt(row | {DRUG: labelled}).values()
    if base == tartrate:
        return ""
    return _("Label {dose}: as base {base} points, as tartrate {tartrate}. Here it counts as {salt}.", dose=round(labelled, 4),
             base=_ends(*base), tartrate=_ends(*tartrate), salt=now.assay or "base")  # fmt: skip


def _ends(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"
