"""SOFA of a day as one line: the total or its interval, each organ, what is missing, the change since day 1."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from components.words import _
from trial import days, sofa
from trial.errors import sentence

ORGAN_WORDS = {
    "respiration": sentence("Lungs"),
    "coagulation": sentence("Coagulation"),
    "liver": sentence("Liver"),
    "cardiovascular": sentence("Circulation"),
    "cns": sentence("Brain"),
    "renal": sentence("Kidney"),
}


def draw(readings: pd.DataFrame, on: date, base: date) -> None:
    """`readings`: long, as the store gives them; scored on `on` and on `base`."""
    scores = sofa.score(days.by_day(readings)) if len(readings) else pd.DataFrame()
    st.html(line(day_of(scores, on), day_of(scores, base) if base != on else None))


def day_of(scores: pd.DataFrame, on: Any) -> pd.Series | None:
    return scores.loc[on] if len(scores) and on in scores.index else None


def line(day: pd.Series | None, base: pd.Series | None) -> str:
    if day is None:
        return f'<div class="sofa-line"><b>SOFA</b> {_quiet(_("nothing entered for this day yet"))}</div>'
    change = _quiet(_("{change} since day 1", change=difference(day, base))) if base is not None else ""
    missing = missing_organs(day)
    still = f' <span class="due">{escape(_("missing: {organs}", organs=missing))}</span>' if missing else ""
    return f'<div class="sofa-line"><span class="sofa">SOFA {interval(day)}</span>{change}{still}<div>{_organs(day)}</div></div>'


def _quiet(text: str) -> str:
    return f' <span class="quiet">{escape(text)}</span>'


def interval(day: pd.Series) -> str:
    return f"{day['low']}" if day["low"] == day["high"] else f"{day['low']}–{day['high']}"


def missing_organs(day: pd.Series) -> list[str]:
    return [ORGAN_WORDS[organ] for organ in sofa.ORGANS if pd.isna(day[organ])]


def difference(day: pd.Series, base: pd.Series) -> str:
    return points(int(day["low"] - base["high"]), int(day["high"] - base["low"]))


def points(low: int, high: int) -> str:
    """A change in points, as an interval where something is missing: −3, or −5…+1."""
    ends = ["0" if end == 0 else f"{end:+d}".replace("-", "−") for end in dict.fromkeys((low, high))]
    return "…".join(ends)


def _organs(day: pd.Series) -> str:
    return "".join(
        f'<span class="organ p{"x" if pd.isna(day[organ]) else day[organ]}">{escape(_(word))} '
        f'<b>{"?" if pd.isna(day[organ]) else day[organ]}</b></span>'
        for organ, word in ORGAN_WORDS.items()
    )
