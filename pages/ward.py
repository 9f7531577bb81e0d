"""The ward board: who is in, which study day, what is due, most urgent first."""

from datetime import UTC, datetime

import streamlit as st

import db
from bedside import today
from components import board_rows, handover, words
from components.paper.ward_list import ward_list
from components.words import _
from db import days, doses, patients
from menu import link, page
from trial import board, protocol

user = page("ward")
AT_ONCE = 30
language = words.language()


def on_board() -> list[board.Row]:
    with db.look() as ward:
        on_ward = patients.on_ward(ward, today(), sees=user)
        numbers = [patient.number for patient in on_ward]
        since = min((patient.arrived_on for patient in on_ward), default=today())
        readings = days.readings_of(ward, numbers, since, board.VARIABLES)
        charted = doses.doses_of(ward, numbers)
    return board.rows(on_ward, readings, charted, today())


def printed() -> bytes:
    """Read anew when it is asked for."""
    return ward_list(on_board(), datetime.now(UTC), language=language, zone=protocol.TIME_ZONE)


@st.fragment(run_every=60)
def ward_board() -> None:
    now, rows = datetime.now(UTC), on_board()
    with st.container(horizontal=True, vertical_alignment="center", key="board_head"):
        st.markdown(_("**On the ward: {count}** · {day} · as of {time}", count=len(rows),
                      day=words.day(today()), time=words.clock(now, protocol.TIME_ZONE)))
        if rows:
            draw_for_all(rows, now)
    if not rows:
        st.info(_("No patient on the ward yet. An investigator screens the first one on the page “Screening”."))
        return
    if ahead := board_rows.tomorrow(rows):
        st.html(ahead)
    for row in rows[:how_many(len(rows))]:
        draw(row, now)


def draw_for_all(rows: list[board.Row], now: datetime) -> None:
    st.html(board_rows.copy_button(_("Copy the handover of all"), handover.lines(rows, now, language)), width="content")
    st.download_button(_("Ward list (PDF)"), data=printed, file_name=f"jakahdi-{today():%Y-%m-%d}.pdf", mime="application/pdf",
                       icon=":material/print:", on_click="ignore", key="print_ward")


def draw(row: board.Row, now: datetime) -> None:
    with st.container(border=True, key=f"board_row_{row.patient}", horizontal=True, gap="small"):
        st.html(board_rows.card(row, now), width="stretch")
        with st.container(gap=None, key=f"board_links_{row.patient}", width="content"):
            link(user, "day_sheet", patient=row.name)
            if row.doses:
                link(user, "dosing", patient=row.name)
            link(user, "patient", patient=row.name)
            if row.study_day is None:
                link(user, "screening", patient=row.name)
            st.html(board_rows.copy_button(_("Handover"), handover.line(row, now, language)), width="content")


def how_many(count: int) -> int:
    if count <= AT_ONCE:
        return count
    choices = {AT_ONCE: _("The {count} most urgent", count=AT_ONCE), count: _("All {count}", count=count)}
    return st.segmented_control(_("Patients shown"), list(choices), default=AT_ONCE, format_func=choices.get, required=True,
                                key="how_many", label_visibility="collapsed")


ward_board()
