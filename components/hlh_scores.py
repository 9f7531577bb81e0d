"""HLH-2004 and HScore of one patient as two compact tables: each criterion or item, what it came to, what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import pandas as pd

from components import words
from components.words import _
from scoring import hscore
from trial import protocol
from trial.errors import sentence

HLH2004_WORDS = {
    "fever": sentence("Fever ≥ 38.5 °C"),
    "splenomegaly": sentence("Splenomegaly"),
    "cytopenias": sentence("Cytopenia in 2 of 3 lineages (Hb < 9 g/dL, platelets < 100, neutrophils < 1 G/L)"),
    "triglycerides_or_fibrinogen": sentence("Triglycerides ≥ 3 mmol/L or fibrinogen ≤ 1.5 g/L"),
    "hemophagocytosis": sentence("Hemophagocytosis"),
    "nk_activity": sentence("NK activity low or absent"),
    "ferritin": sentence("Ferritin ≥ 500 µg/L"),
    "scd25": sentence("sCD25 ≥ 2400 U/mL"),
}
HSCORE_WORDS = {
    "immunosuppression": sentence("Known immunosuppression"),
    "temperature": sentence("Temperature"),
    "organomegaly": sentence("Liver and spleen"),
    "cytopenias": sentence("Cytopenias (Hb ≤ 9.2 g/dL, white cells ≤ 5, platelets ≤ 110 G/L)"),
    "ferritin": sentence("Ferritin"),
    "triglycerides": sentence("Triglycerides"),
    "fibrinogen": sentence("Fibrinogen"),
    "ast": sentence("AST"),
    "hemophagocytosis": sentence("Hemophagocytosis on marrow aspirate"),
}


def hlh2004_verdict(row: pd.Series, lines: Iterable[str] = ()) -> str:
    title = _("HLH-2004: {count} met, {not_met} not met, {unknown} unknown of 8; {needed} are needed", count=row["count"],
              not_met=row["not_met"], unknown=row["unknown"], needed=protocol.HLH2004_MIN)
    return verdict(state_of(row["met"]), title, lines)


def hscore_verdict(row: pd.Series) -> str:
    low, high = int(row["low"]), int(row["high"])
    state = "met" if low >= protocol.HSCORE_MIN else "not_met" if high < protocol.HSCORE_MIN else "undetermined"
    title = _("HScore {total}; {needed} is needed (ICU literature: {icu})", total=words.span(low, high),
              needed=protocol.HSCORE_MIN, icu=hscore.ICU_CUTOFF)
    likely = _("Probability of a reactive hemophagocytic syndrome in the derivation population: {from_} to {to}",
               from_=_percent(low), to=_percent(high)) if low != high else _(
        "Probability of a reactive hemophagocytic syndrome in the derivation population: {percent}", percent=_percent(low))
    return verdict(state, title, (likely,))


def verdict(state: str, title: str, lines: Iterable[str] = ()) -> str:
    """`state`: met, not_met, undetermined, or empty for a number that is neither."""
    told = "".join(f'<br><span class="quiet">{escape(line)}</span>' for line in lines)
    return f'<div class="verdict {state}"><b>{escape(title)}</b>{told}</div>'


def state_of(met: Any) -> str:
    return "undetermined" if pd.isna(met) else "met" if met else "not_met"


def _percent(score: int) -> str:
    label = hscore.probability_label(score)
    return label.replace(" %", "\u202f%") if words.language() == "fr" else label.replace(" %", "%")
