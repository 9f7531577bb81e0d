"""The 56 doses: today's two by one tap, and every other day's; what to watch, and the co-treatments beside them."""

from datetime import UTC, datetime
from typing import Any

import streamlit as st

import db
from bedside import open_patient, today
from components import dose_grid, treatment_list, watch_list, words
from components.words import _
from db import days, doses, people, treatments
from menu import CARE, page
from trial import protocol, schedule, watch
from trial.dosing import FINAL, SLOTS, Dose, end_of
from trial.errors import TrialError

user = page("dosing")
patient = open_patient(user)
if not patient.included_at or patient.day_1 is None:
    st.info(_("{patient} is not included: no dose is planned. Inclusion is on the page “Screening”.", patient=patient.name))
    st.stop()
now, zone, writable = datetime.now(UTC), patient.time_zone, user.role in CARE
now_day = schedule.study_day(today(zone), patient.day_1)
TREATMENT = {"start": treatments.start_treatment, "stop": treatments.stop_treatment, "change": treatments.change_treatment,
             "correct": treatments.correct_treatment, "withdraw": treatments.withdraw_treatment}


def write(verb: Any, *told: Any, **more: Any) -> bool:
    """Whether it was stored; what the ward can mend is said."""
    try:
        with db.begin() as ward:
            verb(ward, patient.number, *told, by=user, **more)
    except TrialError as error:
        st.error(words.say(error))
        return False
    return True


def chart(dose: Dose, was: Dose | None, token: str) -> None:
    if write(doses.chart_dose, dose, was=was, token=token):
        dose_grid.forget_tokens(patient.number)
        st.toast(_("Charted: day {day}, {slot}: {state}", day=dose.day, slot=words.coded("slot", dose.slot),
                   state=words.coded("dose", dose.state)), icon=":material/check:")
        st.rerun()


def treat(what: str, *told: Any, **more: Any) -> None:
    if write(TREATMENT[what], *told, **more):
        st.toast(_("Charted"), icon=":material/check:")
        st.rerun()


def put_aside(item: watch.Item, reason: str) -> None:
    if write(treatments.dismiss, item.code, item.decided, reason):
        st.rerun()


with db.look() as ward:
    charted = doses.doses(ward, patient.number)
    readings = days.readings(ward, patient.number)
    courses = treatments.treatments(ward, patient.number)
    names = people.names(ward)
    aside = {item: (why, names.get(by, by)) for item, (why, by) in treatments.dismissed(ward, patient.number).items()}
of_slot, end = dose_grid.by_slot(charted), end_of(patient)
watched = watch.Watched((), ()) if end else watch.watch(patient, readings, courses, of_slot, now)
usual = dose_grid.usual_route(of_slot)

st.markdown(f"#### {_('Ruxolitinib {mg} mg, twice a day, {days} days', mg=protocol.DOSE_MG, days=protocol.DAYS)}")
st.html(dose_grid.summary(of_slot, now_day, end) + (dose_grid.end_line(end, zone) if end else ""))
over = end.after[0] if end and end.kind in FINAL else protocol.DAYS
last = max(1, min(now_day, over, protocol.DAYS))
day = st.selectbox(_("Day"), range(last, 0, -1), format_func=lambda d: _("Day {day} · {date}", day=d, date=words.day(
    schedule.date_of(d, patient.day_1))), key=f"dose_day_{patient.number}", width=320)
if told := watch_list.headline(watched, aside):
    st.html(told)
with st.grid(2, min_column_width=320):
    for slot in SLOTS:
        with st.container(border=True):
            dose_grid.draw_dose(patient.number, day, slot, of_slot.get((day, slot)), now=now, zone=zone,
                                on=schedule.date_of(day, patient.day_1), writable=writable, chart=chart, end=end,
                                causes=watch_list.causes(watched), usual=usual)
st.html(dose_grid.tube_card(usual == "tube" and not end))
if not end:
    st.markdown(f"#### {_('To watch')}")
    watch_list.draw(patient.number, watched, aside, now=now, zone=zone, writable=user.role in ("investigator", "pi"),
                    dismiss=put_aside)
st.markdown(f"#### {_('Co-treatments')}")
treatment_list.draw(patient.number, courses, now=now, zone=zone, writable=writable, act=treat)
st.markdown(f"#### {_('All 56 doses')}")
st.html(dose_grid.ribbon(of_slot, now_day, end))
