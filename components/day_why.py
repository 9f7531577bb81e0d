"""Why a day's SOFA is what it is: a day, an organ, the reading that decided, and every version of it. Drawn when opened."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from components import score_words, sofa_line, why, words
from components.news import value_of
from components.words import _
from trial import schedule, scores
from trial.errors import sentence

History = Callable[[date, str], pd.DataFrame]
COLUMNS = (sentence("Value"), sentence("Drawn"), sentence("Entered"), sentence("By"), sentence("Why"))


def open_on(scope: str, on: date, days: Collection[date]) -> None:
    """Opens the panel on a day, from a tap on the picture."""
    if on in days:
        st.session_state[f"why_{scope}"] = True
        st.session_state[f"why_day_{scope}"] = on
    else:
        st.toast(_("Nothing was entered on {day}.", day=words.day(on)), icon=":material/info:")


@st.fragment
def draw(scope: str, readings: pd.DataFrame, first: date, names: Mapping[str, str], zone: str,
         history: History | None = None) -> None:  # fmt: skip
    """`readings`: of the patient, long. `first`: day 1. `names`: login to name. `zone`: of the site. `history`: every
    version of a day's variable, oldest first."""

    def day_name(on: date) -> str:
        return f"{_('Day {day}', day=schedule.study_day(on, first))} · {words.day(on)}"

    with st.expander(_("Why these points?"), icon=":material/help:", key=f"why_{scope}", on_change="rerun") as box:
        if not box.open:
            return
        days = sorted(pd.unique(readings["on_date"]), reverse=True)
        on = st.selectbox(_("Day"), days, format_func=day_name, key=f"why_day_{scope}", width=320)
        found = scores.sofa_of_day(readings, on, names)
        points, reached = found.points, found.reached

        def with_points(name: str) -> str:
            return score_words.item_with_points("sofa", name, points[name], reached[name])

        organ = st.segmented_control(f"SOFA {sofa_line.interval(points)}", list(found.spans), default=next(iter(found.spans)),
                                     required=True, key=f"why_organ_{scope}", format_func=with_points)
        explained = found.why(organ)
        st.html(why.draw(explained, max(found.score.items[organ].points), zone))
        if history is None:
            return
        for code in explained.known:
            _versions(code, history(on, code), names, zone, least=2)
        entered = [code for code in pd.unique(readings.loc[readings["on_date"] == on, "variable"]) if code not in explained.known]
        other = st.selectbox(_("Another value of that day"), entered, index=None, format_func=words.label, width=320,
                            key=f"why_value_{scope}_{on}_{organ}", placeholder=_("Choose a value"))
        if other:
            _versions(other, history(on, other), names, zone)


def _versions(code: str, rows: pd.DataFrame, names: Mapping[str, str], zone: str, least: int = 1) -> None:
    """Who entered what, when and why, the newest first."""
    if len(rows) < least:
        return
    head = "".join(f'<th class="text">{escape(_(name))}</th>' for name in COLUMNS)
    told = "".join(_version(row, names, zone) for row in reversed(rows.to_dict("records")))
    title = _("{what}: every version, the newest first", what=words.label_with_unit(code))
    st.html(f'<div class="why"><div><b>{escape(title)}</b></div><div class="scroll"><table class="flow"><tr>{head}</tr>{told}'
            "</table></div></div>")  # fmt: skip


def _version(row: Mapping[Any, Any], names: Mapping[str, str], zone: str) -> str:
    unit = str(row["unit"] or "")
    typed = f"{row['typed']} {unit}".strip() if row["typed"] else ""
    value = value_of(row)
    if typed and unit and typed not in value:
        value = f"{value} ({typed})"
    drawn = "" if pd.isna(row["sampled_at"]) else words.moment(row["sampled_at"], zone)
    cells = (value, drawn, words.moment(row["at"], zone), names.get(str(row["by"]), str(row["by"])), str(row["why"] or ""))
    return "<tr>" + "".join(f'<td class="text">{escape(cell)}</td>' for cell in cells) + "</tr>"
