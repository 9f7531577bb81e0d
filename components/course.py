"""The one picture with what the reader chooses of it: markers and their scale, kept in the address; a tap opens the day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from components import day_why, theme, words
from components.charts.lane_row import Event, Lane
from components.charts.marker_row import FIRST_CHOICE, MARKERS, SCALES, VALUE
from components.charts.one_picture import THRESHOLDS, alt_text, one_picture, strips
from components.charts.picture import Spec
from components.paper.patient_sheet import Drawn, Facts, patient_sheet
from components.words import CODED, _
from trial import protocol, schedule
from trial.errors import sentence
from trial.runs import runs

ENDS = ("death", "icu_discharge", "left_ward", "withdrawal", "lost")  # nobody charts a dose here after them
ALIVE = "last_known_alive"  # no event of the course
NO_MARKER = "none"
CODES = tuple(marker.code for marker in MARKERS)
RUN_WORDS = {"invasive": sentence("Invasive ventilation"), "mask": sentence("NIV, CPAP"), "ecmo": sentence("ECMO"),
             "norepinephrine": sentence("Norepinephrine"), "rrt": sentence("Renal replacement")}  # fmt: skip


def choices(scope: str) -> tuple[list[str], str]:
    """Draws the choice of markers and scale; answers the codes in the picture's order, and the scale."""
    key = f"markers_{scope}", f"scale_{scope}"
    st.session_state.setdefault(key[0], _asked())
    st.session_state.setdefault(key[1], scale if (scale := st.query_params.get("scale")) in SCALES else VALUE)
    st.pills(_("Markers"), CODES, selection_mode="multi", key=key[0], format_func=words.label, on_change=_remember, args=key,
             wrap=True)
    st.segmented_control(_("Drawn as"), list(SCALES), key=key[1], required=True, on_change=_remember, args=key, width="content",
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


@dataclass(frozen=True)
class Course:
    """What the picture and its sheet draw of a patient, in one language; it asks nothing of the session.

    `scores`, `days`: by study day. `milestones`: kind to study day. `doses`, `readings`: as db.doses and db.days give them,
    `readings` with its study day.
    """

    scores: pd.DataFrame
    days: pd.DataFrame
    doses: pd.DataFrame
    readings: pd.DataFrame
    milestones: Mapping[str, int]
    today: int
    included: bool
    language: str
    names: Mapping[str, str]
    zone: str
    lanes: Sequence[Lane] = ()

    @property
    def visit_days(self) -> tuple[int, ...]:
        return protocol.VISIT_DAYS if self.included else ()

    @property
    def until(self) -> int | None:
        """The day on which the ward's chart of doses ends."""
        return min((day for kind, day in self.milestones.items() if kind in ENDS), default=None)

    def say(self, sentence: str) -> str:
        return words.translate(self.language, sentence)

    def picture(self, markers: Sequence[str], scale: str) -> Spec:
        return one_picture(self.scores, self.days, self.doses, visit_days=self.visit_days, **self._drawn(markers, scale))

    def alt(self, markers: Sequence[str]) -> str:
        return alt_text(self.scores, self.days, self.doses, today=self.today, language=self.language, say=self.say, markers=markers)

    def sheet(self, name: str, facts: Facts, day_7: str, markers: Sequence[str], scale: str) -> bytes:
        rows = strips(self.scores, self.days, self.doses, **self._drawn(markers, scale))
        return patient_sheet(Drawn(*rows, THRESHOLDS, self.visit_days, self.until), language=self.language, zone=self.zone,
                             name=name, facts=facts, day_7=day_7, scores=self.scores, days=self.days, readings=self.readings)

    def _drawn(self, markers: Sequence[str], scale: str) -> dict[str, Any]:
        return {
            "readings": self.readings, "today": self.today, "language": self.language, "say": self.say, "markers": markers,
            "scale": scale, "planned_doses": self.included, "doses_until": self.until, "names": self.names, "zone": self.zone,
            "events": [Event(day, self.say(CODED["milestone"][kind])) for kind, day in self.milestones.items() if kind != ALIVE],
            "lanes": [*self.lanes, *self._supports()],
        }  # fmt: skip

    def _supports(self) -> list[Lane]:
        """Machines and norepinephrine as bars; what ran today has no end yet."""
        return [Lane(self.say(RUN_WORDS[run.code]), run.first, None if run.last >= self.today else run.last, support=True)
                for run in runs(self.days)]  # fmt: skip


@st.fragment
def draw(scope: str, course: Course, first: date, name: str, facts: Facts, day_7: str, below: Callable[[], None]) -> None:
    """The choices, the picture and its print. `first`: day 1. `below` draws the sources of a day: a tap on the picture opens
    them there."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        chosen, scale = choices(scope)
        st.download_button(_("Patient sheet (PDF)"), data=partial(course.sheet, name, facts, day_7, chosen, scale),
                           file_name=f"jakahdi-{name}.pdf", mime="application/pdf", icon=":material/print:", on_click="ignore",
                           key=f"print_{scope}")
    key = f"picture_{scope}_{words.language()}"

    def tapped() -> None:
        points: Any = st.session_state[key].selection.points
        if points:
            day_why.open_on(scope, schedule.date_of(int(points[0]["x"]), first), set(course.readings["on_date"]))

    st.plotly_chart(course.picture(chosen, scale), alt=course.alt(chosen), key=key, theme=None, config=theme.PLOTLY_CONFIG,
                    width="stretch", on_select=tapped, selection_mode="points")
    below()
