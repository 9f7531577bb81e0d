"""The end of a screening: consent, the decision that is signed, and the decisions that were taken. With the store."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

import streamlit as st

import db
from bedside import attempt, form_token, today
from components import words
from components.paper.screening_sheet import screening_sheet
from components.screening import consent_form, criteria, decision_form, frozen_record
from components.words import _
from db import days, drafts, people, screening
from db.patients import Patient
from db.people import Person
from db.record import as_json, plain
from trial.eligibility import Verdict
from trial.errors import TrialError
from trial.owed import can_be_asked, is_owed
from trial.screening import screened, values_of

HERE, SAID_EVERY = timedelta(minutes=1), 15.0  # seconds
NOT_SIGNED = "not_signed"  # why the last signature was not taken, told on the page that is drawn after it


class Drawn(NamedTuple):
    """What a person had on the screen: the newest entry then, and the mark of the record that was made of it."""

    as_of: int
    record: str


def form_of(patient: Patient) -> str:
    """Of the draft of a decision; who has one is at this patient's screening."""
    return f"screening:{patient.number}"


def give_consent(user: Person, patient: Patient) -> None:
    """Consent on file, and a new one: before the inclusion, owed after an emergency, or taken back."""
    st.subheader(_("Consent"), anchor=False)
    told = consent_form.on_file(patient.consent_route, patient.consent_at, patient.data_use, patient.time_zone)
    st.markdown(f"**{told}**" if told else f":orange[{_('No consent on file yet.')}]")
    if is_owed(patient) and can_be_asked(patient):
        st.warning(_("Emergency inclusion: the consent to continue is owed as soon as it can be given."))
    form = f"consent:{patient.number}"
    scope = f"{patient.number}_{form_token(form)}"
    if patient.withdrawn_at:
        return
    if given := consent_form.draw(scope, included=bool(patient.included_at), zone=patient.time_zone):
        with attempt() as ward:
            screening.consent(ward, patient.number, given.route, given.signed_at, data_use=given.data_use, by=user,
                              token=form_token(form))
        form_token(form, renew=True)
        st.toast(_("Consent noted: {consent}", consent=words.coded("consent", given.route)), icon=":material/check:")
        st.rerun()


def decide(user: Person, patient: Patient, verdict: Verdict, record: Mapping[str, Any], *, as_of: int) -> None:
    """Include, or not: `record` is frozen with the signature. Nothing is stored before the password is right, nor what the
    person did not see: `as_of` is of this run, the signature answers to what the run before drew."""
    st.subheader(_("Decision"), anchor=False)
    with db.look() as ward:
        draft = drafts.draft(ward, form_of(patient), user.login)
    scope = f"{patient.number}_{record['attempt']}"
    drawn = Drawn(as_of, hashlib.sha256(as_json(plain(record)).encode()).hexdigest()[:12])
    seen = st.session_state.get(f"drawn_{scope}", drawn)
    st.session_state[f"drawn_{scope}"] = drawn
    if seen.record != drawn.record:
        _tell_what_changed(user, patient, seen)
    chosen = decision_form.draw(scope, verdict, draft, on=today(patient.time_zone), drawn_from=drawn.record)
    _keep(user, patient, draft, chosen.typed if chosen else {})
    if chosen and chosen.password:
        _sign(user, patient, verdict, record, chosen, seen.as_of)


def _tell_what_changed(user: Person, patient: Patient, seen: Drawn) -> None:
    with db.look() as ward:
        logins, names = screening.saved_since(ward, patient.number, seen.as_of, user), people.names(ward)
    if logins:
        st.warning(_("{names} saved something meanwhile. Look at it again, then sign; nothing was signed.",
                     names=[names.get(login, login) for login in logins]), icon=":material/history:")


def _keep(user: Person, patient: Patient, draft: Mapping[str, str], typed: Mapping[str, str]) -> None:
    """The draft outlives the page."""
    if dict(typed) != draft:
        with db.begin() as ward:
            drafts.keep(ward, form_of(patient), user.login, typed)


def _sign(
    user: Person, patient: Patient, verdict: Verdict, record: Mapping[str, Any], chosen: decision_form.Decision, as_of: int
) -> None:
    try:
        with db.begin() as ward:
            signature, left = people.sign(ward, user, chosen.password), people.tries_left(ward, user.login)
    except people.TooManyAttempts:
        st.error(_("Too many wrong passwords. Nothing was signed. Wait {minutes} minutes, then sign again.",
                   minutes=people.TRIES_MINUTES), icon=":material/error:")  # fmt: skip
        return
    if signature is None:
        st.error(_("The password is not right. Nothing was signed. Tries left: {count}", count=left), icon=":material/error:")
        return
    form = form_of(patient)
    signed = {"frozen": record, "signature": signature, "as_of": as_of, "by": user, "token": form_token(form)}
    name = patient.number
    try:
        with db.begin() as ward:
            if chosen.included:
                name = screening.include(ward, patient.number, planned_day_1=chosen.planned_day_1, verdict=verdict, **signed)
            else:
                screening.decline(ward, patient.number, chosen.reasons, **signed)
            drafts.drop(ward, form, user.login)
    except TrialError as error:  # the page is drawn anew: it may be another decision by now
        st.session_state[NOT_SIGNED] = words.say(error)
        st.rerun()
    form_token(form, renew=True)
    st.query_params["patient"] = st.session_state["patient"] = name
    st.toast(_("Signed and kept in the screening log."), icon=":material/check:")
    st.rerun()


def draw_taken(patient: Patient, decided: Sequence[Mapping[str, Any]]) -> None:
    """Each decision as it was frozen, the newest first, beside what is on file now."""
    with db.look() as ward:
        readings, names = days.readings(ward, patient.number), people.names(ward)
    if patient.withdrawn_at:
        st.warning(_("Consent withdrawn, {consent}", consent=consent_form.on_file(
            patient.consent_route, patient.consent_at, patient.data_use, patient.time_zone)), icon=":material/block:")  # fmt: skip
    if patient.included_at and patient.day_1:
        planned = _("First dose given on {day}") if patient.first_dose_at else _("First dose planned for {day}")
        st.success(" ".join([
            _("Included as {number} on {day}.", number=patient.study_number,
              day=words.moment(patient.included_at, patient.time_zone)),
            planned.format(day=words.day(patient.day_1)),
        ]))  # fmt: skip
    for one in reversed(decided):
        record = {"attempt": one["attempt"], **one["frozen"]}
        st.html(frozen_record.headline(one, patient.time_zone))
        now = values_of(screened(readings, date.fromisoformat(record["on"]), names, patient.time_zone)) if "on" in record else []
        if changed := frozen_record.what_changed(record, now):
            st.warning(changed, icon=":material/history:")
        if consent := frozen_record.consent(record, patient.time_zone):
            st.markdown(_("Consent: {consent}", consent=consent))
        print_button(patient, record, decision=one["decision"], reasons=one["reasons"])
        with st.expander(_("The values then and now, the criteria"), expanded=one["decision"] == "included"):
            st.html(frozen_record.values(record, now, patient.time_zone) + frozen_record.criteria(record))


def print_button(
    patient: Patient, record: Mapping[str, Any], *, decision: str = "", reasons: str = "", notes: Sequence[str] = ()
) -> None:
    """The one-page sheet, made when it is asked for."""
    made = partial(screening_sheet, {"number": patient.number, **record}, language=words.language(), zone=patient.time_zone,
                   study_number=patient.study_number or "", site=patient.site, decision=decision, reasons=reasons, notes=notes)
    st.download_button(_("Screening sheet (PDF)"), data=made, file_name=f"jakahdi-{patient.number}-{record['attempt']}.pdf",
                       mime="application/pdf", icon=":material/print:", on_click="ignore",
                       key=f"print_{patient.number}_{record['attempt']}")


def tell_why_not_signed() -> None:
    if why := st.session_state.pop(NOT_SIGNED, ""):
        st.error(f"{why} {_('Nothing was signed.')}", icon=":material/error:")


def tell_who_is_here(user: Person, patient: Patient, as_of: int) -> None:
    """Who else has this screening open, and whether they saved something meanwhile. For a fragment that runs by itself: each
    run says that this person is here, and who has not said so lately has left."""
    place = f"at:{patient.number}"
    if time.monotonic() - st.session_state.get(place, -math.inf) > SAID_EVERY:
        st.session_state[place] = time.monotonic()
        with db.begin() as ward:
            drafts.keep(ward, place, user.login, {"here": "yes"})
    with db.look() as ward:
        here = drafts.others(ward, place, user.login, within=HERE)
        logins, names = screening.saved_since(ward, patient.number, as_of, user), people.names(ward)
    for name, _at in here:
        st.info(_("{name} is at this screening too.", name=name), icon=":material/group:")
    if logins and st.button(_("{names} saved something meanwhile: show it", names=[names.get(one, one) for one in logins]),
                            key=f"newer_{as_of}", icon=":material/refresh:"):  # fmt: skip
        st.rerun()


def keep_answers(user: Person, patient: Patient, attempt_number: int) -> None:
    """What was tapped among the criteria since the page was drawn is stored, each beside what the person was shown."""
    scope = f"{patient.number}_{attempt_number}"
    changed = criteria.tapped(scope)
    if not changed:
        return
    was = {code: one.answer for code, one in criteria.shown(scope).items()}
    try:
        with db.begin() as ward:
            screening.answer(ward, patient.number, attempt_number, changed, was=was, by=user)
    except TrialError as error:
        st.error(words.say(error), icon=":material/error:")
