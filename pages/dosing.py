"""The 56 doses: today's two by one tap, and every other day's."""

from datetime import UTC, datetime

import streamlit as st

import db
from bedside import open_patient, today
from components import dose_grid, words
from components.words import _
from db import doses
from menu import CARE, page
from trial import protocol, schedule
from trial.dosing import SLOTS, Dose
from trial.errors import TrialError

user = page("dosing")
patient = open_patient(user)
if not patient.included_at or patient.day_1 is None:
    st.info(_("{patient} is not included: no dose is planned. Inclusion is on the page “Screening”.", patient=patient.name))
    st.stop()
now_day = schedule.study_day(today(patient.time_zone), patient.day_1)


def chart(dose: Dose, was: Dose | None, token: str) -> None:
    try:
        with db.begin() as ward:
            doses.chart_dose(ward, patient.number, dose, was=was, by=user, token=token)
    except TrialError as error:
        st.error(words.say(error))
        return
    dose_grid.forget_tokens(patient.number)
    st.toast(_("Charted: day {day}, {slot}: {state}", day=dose.day, slot=words.coded("slot", dose.slot),
               state=words.coded("dose", dose.state)),
             icon=":material/check:")
    st.rerun()


with db.look() as ward:
    charted = doses.doses(ward, patient.number)
of_slot = dose_grid.by_slot(charted)
st.markdown(f"#### {_('Ruxolitinib {mg} mg, twice a day, {days} days', mg=protocol.DOSE_MG, days=protocol.DAYS)}")
st.html(dose_grid.summary(of_slot, now_day))
last = max(1, min(now_day, protocol.DAYS))
day = st.selectbox(_("Day"), range(last, 0, -1), format_func=lambda d: _("Day {day} · {date}", day=d, date=words.day(
    schedule.date_of(d, patient.day_1))), key=f"dose_day_{patient.number}", width=320)
with st.grid(2, min_column_width=320):
    for slot in SLOTS:
        with st.container(border=True):
            dose_grid.draw_dose(patient.number, day, slot, of_slot.get((day, slot)), now=datetime.now(UTC),
                                zone=patient.time_zone, on=schedule.date_of(day, patient.day_1),
                                writable=user.role in CARE, chart=chart)
st.html(dose_grid.ribbon(of_slot, now_day))
by_tube = _("By feeding tube: check the protocol and the label before dispersing a tablet.")
st.markdown(f":gray[:material/info: {by_tube}]")
