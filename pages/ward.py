"""The ward board: who is in, which study day, what is due, most urgent first."""

from datetime import UTC, datetime

import streamlit as st

import db
from bedside import today
from components import board_rows, words
from components.words import _
from db import days, doses, patients
from menu import link, page
from trial import board, protocol

user = page("ward")
AT_ONCE = 30


@st.fragment(run_every=60)
def ward_board() -> None:
    with db.look() as ward:
        on_ward = patients.on_ward(ward, today(), sees=user)
        numbers = [patient.number for patient in on_ward]
        since = min((patient.arrived_on for patient in on_ward), default=today())
        readings = days.readings_of(ward, numbers, since, board.VARIABLES)
        charted = doses.doses_of(ward, numbers)
    rows = board.rows(on_ward, readings, charted, today())
    st.markdown(_("**On the ward: {count}** · {day} · as of {time}", count=len(rows),
                  day=words.day(today()), time=words.clock(datetime.now(UTC), protocol.TIME_ZONE)))
    if not rows:
        st.info(_("No patient on the ward yet. An investigator screens the first one on the page “Screening”."))
        return
    for row in rows[:how_many(len(rows))]:
        with st.container(border=True, gap="xsmall"):
            st.html(board_rows.card(row, datetime.now(UTC)))
            with st.container(horizontal=True, gap="medium"):
                link(user, "day_sheet", patient=row.name)
                if row.doses:
                    link(user, "dosing", patient=row.name)
                link(user, "patient", patient=row.name)
                if row.study_day is None:
                    link(user, "screening", patient=row.name)


def how_many(count: int) -> int:
    if count <= AT_ONCE:
        return count
    choices = {AT_ONCE: _("The {count} most urgent", count=AT_ONCE), count: _("All {count}", count=count)}
    return st.segmented_control(_("Patients shown"), list(choices), default=AT_ONCE, format_func=choices.get, required=True,
                                key="how_many", label_visibility="collapsed")


ward_board()
