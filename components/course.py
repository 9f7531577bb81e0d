"""The one picture with what the reader chooses of it: markers and their scale, kept in the address; a tap opens the day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import streamlit as st

from components import day_why, theme, words
from components.charts.lane_row import Lane
from components.charts.marker_row import FIRST_CHOICE, MARKERS, SCALES, VALUE
from components.charts.picture import Spec
from components.words import _
from trial import schedule
from trial.errors import sentence
from trial.runs import Run

NO_MARKER = "none"
CODES = tuple(marker.code for marker in MARKERS)
RUN_WORDS = {"invasive": sentence("Invasive ventilation"), "mask": sentence("NIV, CPAP"), "ecmo": sentence("ECMO"),
             "norepinephrine": sentence("Norepinephrine"), "rrt": sentence("Renal replacement")}  # fmt: skip


def choices(scope: str) -> tuple[list[str], str]:
    """Draws the choice of markers and scale; answers the codes in the picture's order, and the scale."""
    key = f"markers_{scope}", f"scale_{scope}"
    st.session_state.setdefault(key[0], _asked())
    st.session_state.setdefault(key[1], scale if (scale := st.query_params.get("scale")) in SCALES else VALUE)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.pills(_("Markers"), CODES, selection_mode="multi", key=key[0], format_func=words.label,
                 on_change=_remember, args=key)
        st.segmented_control(_("Drawn as"), list(SCALES), key=key[1], required=True, on_change=_remember, args=key,
                             format_func=lambda scale: _(SCALES[scale]))
    chosen = st.session_state[key[0]]
    return [code for code in CODES if code in chosen], st.session_state[key[1]]


def _asked() -> list[str]:
    asked = st.query_params.get("markers")
    return list(FIRST_CHOICE) if asked is None else [code for code in CODES if code in asked.split(",")]


def _remember(markers: str, scale: str) -> None:
    chosen = [code for code in CODES if code in st.session_state[markers]]
    _in_address("markers", "" if chosen == list(FIRST_CHOICE) else ",".join(chosen) or NO_MARKER)
    _in_address("scale", "" if st.session_state[scale] == VALUE else st.session_state[scale])


def _in_address(name: str, told: str) -> None:
    if told:
        st.query_params[name] = told
    else:
        st.query_params.pop(name, None)


@st.fragment
def draw(scope: str, picture: Callable[[Sequence[str], str], Spec], alt: Callable[[Sequence[str]], str], first: date,
         days: Sequence[date], below: Callable[[], None]) -> None:  # fmt: skip
    """`picture`: of the chosen markers and scale. `days`: on which something was entered; a tap on one opens its sources,
    which `below` draws."""
    chosen, scale = choices(scope)
    key = f"picture_{scope}_{words.language()}"

    def tapped() -> None:
        points: Any = st.session_state[key].selection.points
        if points:
            day_why.open_on(scope, schedule.date_of(int(points[0]["x"]), first), days)

    st.plotly_chart(picture(chosen, scale), alt=alt(chosen), key=key, theme=None, config=theme.PLOTLY_CONFIG, width="stretch",
                    on_select=tapped, selection_mode="points")
    below()


def lanes_of(runs: Sequence[Run], today: int) -> list[Lane]:
    """Machines and norepinephrine as bars; what ran today has no end yet."""
    return [Lane(_(RUN_WORDS[run.code]), run.first, None if run.last >= today else run.last, support=True) for run in runs]
