"""The patient: the day-7 state as a sentence, and the one picture."""

from datetime import datetime
from functools import partial
from html import escape
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

import db
from bedside import attempt, form_token, open_patient, today
from components import course, day_7, day_why, news, sofa_line, words
from components.flowsheet import flowsheet
from components.words import _
from db import days as store_days
from db import doses as store_doses
from db import patients, people
from db.on_file import FIELD_OF
from menu import CARE, link, page
from patient_course import course_of, facts_of, since_last_look, versions
from trial import day7, days, schedule, sofa

user = page("patient")
# A withdrawal of consent also says what becomes of the data: it is recorded on the page of screening.
REPORTED_HERE = [kind for kind in words.CODED["milestone"] if kind != "withdrawal"]
patient = open_patient(user)
included = patient.included_at is not None and patient.day_1 is not None
first = patient.day_1 if included and patient.day_1 else patient.arrived_on
now = today(patient.time_zone)

with db.look() as ward:
    readings = store_days.readings(ward, patient.number)
    doses = store_doses.doses(ward, patient.number)
    names = people.names(ward)
new = since_last_look(user, patient, readings, doses)


def numbered(by_date: pd.DataFrame) -> pd.DataFrame:
    """The same rows by study day."""
    return by_date.set_axis([schedule.study_day(on, first) for on in by_date.index], axis=0)


def draw_day_7() -> list[str]:
    found = day7.judged([patient], readings.assign(patient=patient.number), now)[patient.number]
    look = {"success": "met", "failure": "not_met"}.get(found.found.state, "undetermined")
    head, *lines = day_7.sentences(found, words.language())
    st.html(f'<div class="verdict {look}"><b>{escape(head)}</b><br>{"<br>".join(escape(one) for one in lines)}</div>')
    return [head, *lines]


def draw_whereabouts() -> None:
    """Bed, discharge, death: what takes a patient off the board or moves them on it."""
    bed = st.text_input(_("Bed"), value=patient.bed, max_chars=12, key=f"bed_{patient.number}_{patient.bed}", width=200)
    if bed != patient.bed and st.button(_("Move to this bed")):
        with attempt() as ward:
            patients.move_bed(ward, patient.number, bed, by=user)
        st.rerun()
    kind = st.segmented_control(_("What happened"), REPORTED_HERE, key=f"milestone_{patient.number}",
                                format_func=lambda code: words.coded("milestone", code))
    if kind is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        on = st.date_input(_("Day"), value=now, min_value=patient.arrived_on, max_value=now, format="DD/MM/YYYY", width=200)
        clock = st.time_input(_("At (the ward's clock)"), value=None, width=200)
    if st.button(_("Record"), type="primary", disabled=clock is None, key=f"record_{kind}"):
        with attempt() as ward:
            patients.report_milestone(ward, patient.number, kind, datetime.combine(on, clock, ZoneInfo(patient.time_zone)),
                                      by=user, token=form_token(f"milestone_{patient.number}"))
        form_token(f"milestone_{patient.number}", renew=True)
        st.rerun()


def draw_milestones() -> None:
    """What was recorded, as sentences."""
    for kind, field in FIELD_OF.items():
        if at := getattr(patient, field):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f":material/flag: **{words.coded('milestone', kind)}** · {words.moment(at, patient.time_zone)}",
                            width="content")
                if user.role in CARE:
                    undo_milestone(kind)


def undo_milestone(kind: str) -> None:
    with st.popover(_("Recorded in error…"), type="tertiary"):
        why = st.text_input(_("Reason, in words (no name)"), key=f"txt_undo_{patient.number}_{kind}")
        if st.button(_("Withdraw"), key=f"undo_{kind}", disabled=not why.strip()):
            with attempt() as ward:
                patients.withdraw_milestone(ward, patient.number, kind, why=why.strip(), by=user)
            st.rerun()


if new:
    news.draw(new, names, patient.time_zone)
with st.container(horizontal=True, gap="medium"):
    link(user, "day_sheet", patient=patient.name)
    link(user, "dosing" if included else "screening", patient=patient.name)
draw_milestones()
if user.role in CARE:
    with st.expander(_("Bed, discharge, death…"), icon=":material/transfer_within_a_station:"):
        draw_whereabouts()
answer = draw_day_7() if included else []
if readings.empty:
    st.info(_("No value yet. The day sheet is where the first ones are entered."))
    st.stop()

by_day = days.by_day(readings)
scores = sofa.score(by_day)
shown = course_of(patient, numbered(scores), numbered(by_day), doses, readings, first=first, today=now, included=included,
                  names=names)
st.html(sofa_line.line(sofa_line.day_of(scores, max(by_day.index)), sofa_line.day_of(scores, first)))
facts = facts_of(patient, first if included else None)
course.draw(patient.number, shown, first, patient.name, facts, " · ".join(answer), lambda: day_why.draw(
    patient.number, readings, first, names, patient.time_zone, partial(versions, patient)))
st.html(flowsheet(by_day, scores, readings, first))
