"""Screening: one set of values, three scores, the registry's criteria, consent, and the decision that is signed."""

from dataclasses import asdict
from datetime import date, timedelta

import streamlit as st

import db
import decision
from bedside import attempt, draw_sheet, form_token, open_patient, save_button, today
from components import words
from components.screening import criteria, findings, new_patient, value_boxes
from components.words import _
from db import patients, people, screening, sites
from menu import page
from trial import eligibility
from trial.screening import record_of, screened

user = page("screening")
may_decide = user.role in ("investigator", "pi")


def screen_new() -> None:
    with db.look() as ward:
        places = [site for site in sites.sites(ward) if user.site in ("", site.code)]
    if not places:
        st.warning(_("No site yet. The administrator opens one on the page “People”."))
        return
    if made := new_patient.draw(form_token("screen"), places, today()):
        with attempt() as ward:
            number = patients.screen(ward, **asdict(made), by=user, token=form_token("screen"))
        form_token("screen", renew=True)
        st.query_params["patient"] = st.session_state["patient"] = number
        st.rerun()


if may_decide:
    with st.expander(_("Screen a new patient"), icon=":material/person_add:",
                     expanded=not st.query_params.get("patient") and not st.session_state.get("patient")):
        screen_new()
with st.container(horizontal=True, vertical_alignment="bottom"):
    patient = open_patient(user)
    for_day = st.container(width="content")
with db.look() as ward:
    taken = screening.frozen(ward, patient.number)


def choose_day() -> date:
    """Whose SOFA counts: today's, or in the night yesterday's."""
    both = [on for on in (today(patient.time_zone) - timedelta(days=1), today(patient.time_zone)) if on >= patient.arrived_on]
    asked = st.query_params.get("on", "")
    st.session_state["screened_on"] = next((on for on in both if on.isoformat() == asked), both[-1])
    on: date = st.segmented_control(_("Values of"), both, key="screened_on", format_func=words.day, required=True,
                                    on_change=remember_day)
    return on


def remember_day() -> None:
    st.query_params["on"] = st.session_state["screened_on"].isoformat()


@st.fragment
def screen(on: date) -> None:
    with st.bottom:
        bottom = st.container(horizontal=True, vertical_alignment="center")
    with db.look() as ward:
        number = screening.attempt_of(ward, patient.number)
    decision.keep_answers(user, patient, number)
    with db.look() as ward:
        as_of = screening.newest_entry(ward, patient.number)
        known, names = patients.find(ward, patient.number, sees=user), people.names(ward)
        answers = screening.answers(ward, patient.number, number) | {"consent": screening.consented(known)}
    others_here(as_of)
    top, hlh, hlh_found, sofa, sofa_found = (st.container() for _place in range(5))
    with top:
        opened = draw_sheet(user, patient, on, value_boxes.groups(hlh, sofa))
    found = screened(opened.readings, on, names, patient.time_zone)
    verdict = eligibility.assess(answers, found.scores, sex=known.sex, birth_year=known.birth_year, year=on.year)
    with hlh_found:
        notes = findings.draw_hlh(found)
    with sofa_found:
        notes += findings.draw_sofa(found)
    st.subheader(_("Criteria of the registry"), anchor=False)
    criteria.draw_computed(verdict)
    criteria.draw_declared(f"{patient.number}_{number}", verdict, answers, writable=may_decide)
    for flag in verdict.flags:
        st.warning(_(eligibility.FLAGS[flag]))
    criteria.draw_verdict(verdict)
    consent = {"route": known.consent_route, "signed_at": known.consent_at} if known.consent_route else None
    record = record_of(found, verdict, answers, number=patient.number, attempt=number, sex=known.sex,
                       birth_year=known.birth_year, arrived_on=known.arrived_on, consent=consent)
    if may_decide:
        decision.give_consent(user, known)
        if opened.sheet.typed:
            st.info(_("Save the values first; the decision is made on what is saved."))
        else:
            decision.decide(user, known, verdict, record, as_of=as_of)
    decision.print_button(patient, record, notes=notes)
    with bottom:
        st.html(criteria.one_line(verdict, found.scores))
        save_button(opened)


@st.fragment(run_every=20)
def others_here(as_of: int) -> None:
    decision.tell_who_is_here(user, patient, as_of)


decision.tell_why_not_signed()
if taken:
    decision.draw_taken(patient, taken)
if patient.included_at:
    if may_decide:
        decision.give_consent(user, patient)
else:
    with for_day:
        chosen = choose_day()
    screen(chosen)
