"""The day sheet: one screen, one save. What is typed is kept as a draft until it is saved."""

from datetime import date

import streamlit as st

from bedside import draw_sheet, open_patient, save_button, today
from components import sofa_line, words
from components.boxes import groups_of
from components.words import _
from menu import page
from trial import schedule
from trial.variables import day_sheet_codes

user = page("day_sheet")
with st.container(horizontal=True, vertical_alignment="bottom"):
    patient = open_patient(user)
    for_day = st.container(width="content")
day_1 = patient.day_1 if patient.included_at else None


def choose_day() -> date:
    """The day of the address, else today."""
    every = schedule.days_between(patient.arrived_on, today(patient.time_zone))
    asked = st.query_params.get("on", "")
    st.session_state["day_choice"] = next((on for on in every if on.isoformat() == asked), every[0])
    on: date = st.selectbox(_("Day"), every, key="day_choice", format_func=name_day, width=320, on_change=remember_day)
    return on


def name_day(on: date) -> str:
    number = schedule.study_day(on, day_1 or patient.arrived_on)
    name = _("Day {day}", day=number) if day_1 else _("Intensive care day {day}", day=number)
    return f"{name} · {words.day(on)}"


def remember_day() -> None:
    st.query_params["on"] = st.session_state["day_choice"].isoformat()


with for_day:
    on = choose_day()


@st.fragment
def day_sheet() -> None:
    opened = draw_sheet(user, patient, on, groups_of(day_sheet_codes(schedule.study_day(on, day_1) if day_1 else None)))
    with st.bottom, st.container(horizontal=True, vertical_alignment="center"):
        sofa_line.draw(opened.readings, on, day_1 or patient.arrived_on)
        save_button(opened)


day_sheet()
