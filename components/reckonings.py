"""The calculators that are no table of points: vasopressor doses, creatinine clearance, days without support.

Each takes the columns that its boxes hold and answers what they come to.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from components import words
from components.hlh_scores import verdict
from components.words import _
from scoring import clearance, sofa, support_free, vasopressors
from scoring.columns import BadColumn

PUMP = ("pump_rate", "concentration", "weight")
INPUTS = {
    "vasopressors": ("map", "norepinephrine", "epinephrine", "dopamine", "vasopressin", *PUMP),
    "clearance": ("age", "sex", "weight", "creatinine", "creatinine_reference", "creatinine_48h", "rrt"),
    "support_free": ("support_days", "alive_day_28", "death_day"),
}


class Reckoned(NamedTuple):
    answer: str  # HTML
    citation: str
    options: dict[str, object]


def reckon(code: str, row: Mapping[str, Any]) -> Reckoned:
    return {"vasopressors": _vasopressors, "clearance": _clearance, "support_free": _support_free}[code](row)


def _vasopressors(row: Mapping[str, Any]) -> Reckoned:
    sum_of = vasopressors.reckoning(row, written=words.number)
    lines = _label(row) if row.get("norepinephrine") else ()
    answer = verdict("", _("Norepinephrine equivalent: {sum} µg/kg/min", sum=sum_of or "–"), lines)
    if all(part in row for part in PUMP):
        dose = vasopressors.dose(row["pump_rate"], row["concentration"], row["weight"])
        half = vasopressors.salts(dose)["tartrate"]
        answer = verdict("", _("Pump: {dose} µg/kg/min", dose=_rounded(dose, 4)), (
            _("Of norepinephrine labelled as tartrate: {half} of base.", half=_rounded(half, 4)),)) + answer  # fmt: skip
    return Reckoned(answer, vasopressors.CITATION, {f"factor {agent}": factor for agent, factor in sofa.NEE_FACTORS.items()})


def _label(row: Mapping[str, Any]) -> list[str]:
    """What the norepinephrine label may count, and whether it changes the points of the circulation."""
    half = vasopressors.salts(row["norepinephrine"])["tartrate"]
    lines = [_("Norepinephrine as base; if the label counts tartrate it is {half}.", half=_rounded(half, 4))]
    base, tartrate = vasopressors.points_by_salt(row).values()
    if base != tartrate:
        lines.append(_("The two readings give {base} and {tartrate} points of SOFA. Look at the label.", base=words.span(*base),
                       tartrate=words.span(*tartrate)))  # fmt: skip
    return lines


def _clearance(row: Mapping[str, Any]) -> Reckoned:
    found = clearance.score(pd.DataFrame([row], index=[0])).iloc[0]
    known = not pd.isna(found["clearance"])
    title = _("Clearance (Cockcroft-Gault): {value} mL/min", value=_rounded(found["clearance"], 0) if known else "–")
    lines = [clearance.reckoning(row, words.number)] if known else [_("Age, sex, weight and an exact creatinine are needed.")]
    unsteady = not pd.isna(found["unsteady"]) and bool(found["unsteady"])
    if pd.isna(found["unsteady"]):
        lines.append(_("Whether the creatinine is steady is not known: give the earlier values."))
    elif unsteady:
        lines.append(_("Unsteady kidney (dialysis, or creatinine rising or falling): the estimate is not reliable."))
    else:
        lines.append(_("Creatinine steady by the values given."))
    options: dict[str, object] = {f"factor {sex}": f"{factor:g} †" for sex, factor in clearance.FACTORS.items()}
    return Reckoned(verdict("undetermined" if unsteady else "", title, lines), clearance.CITATION, options)


def _support_free(row: Mapping[str, Any]) -> Reckoned:
    options: dict[str, object] = {"death": support_free.DEFAULT.death}
    try:
        found = support_free.score(pd.DataFrame([row], index=[0])).iloc[0]
    except BadColumn:
        st.error(_("Alive at day 28 and died by then: one of the two is wrong."), icon=":material/error:")
        return Reckoned("", support_free.CITATION, options)
    low = int(found["low"])
    title = _("Days alive without support, of 28: {days}", days=words.span(low, int(found["high"])))
    died = row.get("alive_day_28") == "no" or row.get("death_day", math.inf) <= support_free.DAYS
    reckoned = _("Died by day 28: counted {days}.", days=low) if died else support_free.reckoning(row)
    return Reckoned(verdict("", title, [reckoned] if reckoned else ()), support_free.CITATION, options)


def _rounded(value: float, decimals: int) -> str:
    return words.number(round(float(value), decimals))
