"""Why a day's SOFA is what it is: a day, an organ, and the reading that decided. Drawn when it is opened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd
import streamlit as st

from components import score_words, sofa_line, why, words
from components.words import _
from trial import schedule, scores


@st.fragment
def draw(scope: str, readings: pd.DataFrame, first: date, names: Mapping[str, str], zone: str) -> None:
    """`readings`: of the patient, long. `first`: day 1. `names`: login to name. `zone`: of the site."""

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
        st.html(why.draw(found.why(organ), max(found.score.items[organ].points), zone))
