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

AT_ONCE = 30

user = page("ward")


@st.fragment(run_every=60)
def ward_board() -> None:
    with db.look() as ward:
        on_ward = patients.on_ward(ward, today(), sees=user)
        numbers = [patient.number for patient in on_ward]
        since = min((patient.arrived_on for patient in on_ward), default=today())
        readings = days.readings_of(ward, numbers, since, board.VARIABLES)
        charted = doses.doses_of(ward, numbers)
    rows = board.rows(on_ward, readings, charted, today())
    st.markdown(_("**{count} patients on the ward** · {day} · as of {time}", count=len(rows),
                  day=words.day(today()), time=words.clock(datetime.now(UTC), protocol.TIME_ZONE)))
    if not rows:
        st.info(_("No patient on the ward yet. An investigator screens the first one on the page “Screening”."))
        return
    everyone = len(rows) <= AT_ONCE or st.toggle(_("Show all {count} patients", count=len(rows)), key="everyone")
    for row in rows if everyone else rows[:AT_ONCE]:
        with st.container(border=True, gap="xsmall"):
            st.html(board_rows.card(row))
            with st.container(horizontal=True, gap="medium"):
                link("day_sheet", _("Day sheet"), patient=row.name)
                if row.doses:
                    link("dosing", _("Doses"), patient=row.name)
                link("patient", _("Course"), patient=row.name)
                if row.study_day is None:
                    link("screening", _("Screening"), patient=row.name)


ward_board()
