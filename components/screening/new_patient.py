"""The form that brings a patient into the screening log: no name, no hospital number, no date of birth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import streamlit as st

from components import words
from components.words import _


class Place(Protocol):
    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class NewPatient:
    site: str
    sex: str
    birth_year: int
    arrived_on: date
    bed: str


def draw(scope: str, places: Sequence[Place], today: date) -> NewPatient | None:
    """The patient of a form that was sent and can be read; None otherwise."""
    with st.form(f"new_{scope}", border=False):
        with st.grid("auto", min_column_width=200):
            site = st.selectbox(_("Site"), places, format_func=lambda place: f"{place.code} · {place.name}")
            sex = st.segmented_control(_("Sex"), ["f", "m", "u"], format_func=lambda code: words.coded("sex", code))
            birth_year = st.text_input(_("Year of birth"), max_chars=4, autocomplete="off")
            arrived_on = st.date_input(_("In intensive care since"), value=today, max_value=today, format="DD/MM/YYYY")
            bed = st.text_input(_("Bed"), max_chars=12, autocomplete="off")
        st.markdown(f":gray[:material/lock: {_('No name, no hospital number, no date of birth.')}]")
        if not st.form_submit_button(_("Start the screening"), type="primary"):
            return None
    if sex is None or not re.fullmatch(r"[0-9]{4}", birth_year.strip()):
        st.error(_("Give the sex and the year of birth (four digits), then start again."))
        return None
    return NewPatient(site.code, sex, int(birth_year), arrived_on, bed.strip())
