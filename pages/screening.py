"""Screening: one set of values, three scores, the registry's criteria, the decision."""

import re
from datetime import UTC, datetime

import streamlit as st

import db
from bedside import attempt, draw_again, draw_sheet, form_token, open_patient, save_button, today
from components import criteria, hlh_scores, sofa_line, words
from components.words import _
from db import patients, screening, sites
from menu import page
from trial import eligibility
from trial.screening import INPUTS, Screened, screened

user = page("screening")
CONSENTED = {"patient": "yes", "relative": "yes", "emergency": "yes", "refused": "no", "withdrawn": "no"}
may_decide = user.role in ("investigator", "pi")


def new_patient() -> None:
    with db.look() as ward:
        places = [site for site in sites.sites(ward) if user.site in ("", site.code)]
    if not places:
        st.warning(_("No site yet. The administrator opens one on the page “People”."))
        return
    with st.form(f"new_{form_token('screen')}", border=False):
        with st.grid("auto", min_column_width=200):
            site = st.selectbox(_("Site"), places, format_func=lambda place: f"{place.code} · {place.name}")
            sex = st.segmented_control(_("Sex"), ["f", "m", "u"], format_func=lambda code: words.coded("sex", code))
            birth_year = st.text_input(_("Year of birth"), max_chars=4, autocomplete="off")
            arrived_on = st.date_input(_("In intensive care since"), value=today(), max_value=today(), format="DD/MM/YYYY")
            bed = st.text_input(_("Bed"), max_chars=12, autocomplete="off")
        st.markdown(f":gray[:material/lock: {_('No name, no hospital number, no date of birth.')}]")
        if not st.form_submit_button(_("Start the screening"), type="primary"):
            return
    if sex is None or not re.fullmatch(r"[0-9]{4}", birth_year.strip()):
        st.error(_("Give the sex and the year of birth (four digits), then start again."))
        return
    with attempt() as ward:
        number = patients.screen(ward, site=site.code, sex=sex, birth_year=int(birth_year), arrived_on=arrived_on,
                                 bed=bed.strip(), by=user, token=form_token("screen"))
    form_token("screen", renew=True)
    st.query_params["patient"] = st.session_state["patient"] = number
    st.rerun()


if may_decide:
    with st.expander(_("Screen a new patient"), icon=":material/person_add:",
                     expanded=not st.query_params.get("patient") and not st.session_state.get("patient")):
        new_patient()
patient = open_patient(user)
on = today(patient.time_zone)
scope = f"{patient.number}_{on}"


@st.fragment
def screen() -> None:
    st.markdown(f"#### {_('Values of {day}', day=words.day(on))}")
    opened = draw_sheet(user, patient, on, INPUTS)
    found = screened(opened.readings, on)
    with db.look() as ward:
        answers = screening.answers(ward, patient.number) | {"consent": CONSENTED.get(patient.consent_route, "unknown")}
        number = screening.attempt_of(ward, patient.number)
    verdict = eligibility.assess(answers, found.scores, sex=patient.sex, birth_year=patient.birth_year, year=on.year)
    st.html(sofa_line.line(found.sofa, None))
    with st.grid(2, min_column_width=380):
        st.html(hlh_scores.hlh2004_table(found.hlh2004))
        st.html(hlh_scores.hscore_table(found.hscore))
    st.markdown(f"#### {_('Criteria of the registry')}")
    criteria.draw_computed(verdict)
    changed = criteria.draw_declared(f"{scope}_{number}", verdict, answers, writable=may_decide and not patient.included_at)
    if changed:
        with attempt() as ward:
            screening.answer(ward, patient.number, number, changed, by=user)
        draw_again()
    for flag in verdict.flags:
        st.warning(_(eligibility.FLAGS[flag]))
    criteria.draw_verdict(verdict)
    if may_decide:
        decide(verdict, found, answers, unsaved=bool(opened.sheet.typed))
    with st.bottom, st.container(horizontal=True, vertical_alignment="center"):
        st.html(criteria.one_line(verdict, found.scores))
        save_button(opened)


def decide(verdict: eligibility.Verdict, found: Screened, answers: dict[str, str], *, unsaved: bool) -> None:
    if patient.included_at:
        st.success(_("Included as {number} on {day}.", number=patient.study_number,
                     day=words.moment(patient.included_at, patient.time_zone)))
        return
    st.markdown(f"#### {_('Consent and decision')}")
    consent()
    if unsaved:
        st.info(_("Save the values first; the decision is made on what is saved."))
        return
    frozen = {"on": on.isoformat(), "verdict": verdict.state, "answers": answers, **found.frozen()}
    planned = st.date_input(_("First dose planned for"), value=on, min_value=on, format="DD/MM/YYYY", key=f"planned_{scope}")
    if st.button(_("Include"), type="primary", icon=":material/how_to_reg:", key=f"include_{scope}",
                 disabled=verdict.state != "met" or not patient.consent_route):
        with attempt() as ward:
            number = screening.include(ward, patient.number, planned_day_1=planned, verdict=verdict, frozen=frozen, by=user,
                                       token=form_token(f"include_{patient.number}"))
        st.query_params["patient"] = st.session_state["patient"] = number
        st.rerun()
    reasons = st.multiselect(
        _("Not included because"), [line for line in verdict.lines if line.fulfilled is not True],
        format_func=lambda line: f"{criteria.name(line.criterion)} {line.criterion.text(words.language())}",
        accept_new_options=False, key=f"reasons_{scope}", placeholder=_("Choose one or more reasons"))
    other = st.text_input(_("Other reason (no name)"), key=f"txt_other_{scope}")
    if st.button(_("Do not include"), icon=":material/person_off:", key=f"decline_{scope}", disabled=not (reasons or other)):
        told = [criteria.name(line.criterion) for line in reasons] + ([other.strip()] if other.strip() else [])
        with attempt() as ward:
            screening.decline(ward, patient.number, told, frozen=frozen, by=user,
                              token=form_token(f"decline_{patient.number}"))
        form_token(f"decline_{patient.number}", renew=True)
        st.toast(_("Noted in the screening log as not included"), icon=":material/check:")
        st.rerun()


def consent() -> None:
    known = patient.consent_route
    route = st.segmented_control(
        _("Consent"), ["patient", "relative", "emergency", "refused"], default=known or None, key=f"consent_{scope}_{known}",
        format_func=lambda code: words.coded("consent", code))
    if route and route != known:
        with attempt() as ward:
            screening.consent(ward, patient.number, route, datetime.now(UTC), by=user)
        st.rerun()
    if known == "emergency":
        st.warning(_("Emergency inclusion: the consent to continue is owed as soon as it can be given."))


screen()
