"""What several pages do with the store: open a patient, draw a sheet of values, keep its draft, save it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pandas as pd
import streamlit as st
from streamlit.errors import StreamlitAPIException

import db
from components import boxes, words
from components.words import _
from db import Ward, days, drafts, patients
from db.patients import Patient
from db.people import Person
from menu import CARE
from trial import known, protocol, schedule, sedation
from trial.errors import StoreUnreachable, TrialError
from trial.reading import Reading
from trial.sheet import Sheet, Understood


def today(zone: str = protocol.TIME_ZONE) -> date:
    """The ward's calendar day."""
    return schedule.ward_date(datetime.now(UTC), zone)


def open_patient(person: Person) -> Patient:
    """The patient this page is about: the one of the address, or one chosen here from the ward.

    Stops the page while there is none. The number is in the address, so a reload or a link comes back to it.
    """
    asked = st.query_params.get("patient") or st.session_state.get("patient", "")
    with db.look() as ward:
        names = [patient.name for patient in patients.on_ward(ward, today(), sees=person)]
        try:
            chosen = patients.find(ward, asked, sees=person) if asked else None
        except TrialError as error:
            st.error(words.say(error))
            chosen = None
    if chosen and chosen.name not in names:
        names.append(chosen.name)
    if not names:
        st.info(_("No patient on the ward yet. An investigator screens the first one on the page “Screening”."))
        st.stop()
    st.session_state["patient_choice"] = chosen.name if chosen else None
    st.selectbox(_("Patient"), names, key="patient_choice", index=None, placeholder=_("Choose a patient"),
                 on_change=_remember_choice, width=260)
    if chosen is None:
        st.stop()
    st.query_params["patient"] = st.session_state["patient"] = chosen.name
    return chosen


def _remember_choice() -> None:
    if st.session_state["patient_choice"]:
        st.query_params["patient"] = st.session_state["patient"] = st.session_state["patient_choice"]


@dataclass(frozen=True)
class OpenSheet:
    """The values of one patient and day, as this person has them in hand."""

    patient: Patient
    on: date
    user: Person
    sheet: Sheet
    understood: Understood
    readings: pd.DataFrame  # of the patient, with this sheet as if it were saved

    @property
    def form(self) -> str:
        return form_of(self.patient, self.on)


def form_of(patient: Patient, on: date) -> str:
    return f"day:{patient.number}:{on.isoformat()}"


def draw_sheet(user: Person, patient: Patient, on: date, groups: Sequence[boxes.Group]) -> OpenSheet:
    """Draws the boxes and keeps what is typed as a draft. Call it within a fragment."""
    form, scope, writable = form_of(patient, on), f"{patient.number}_{on.isoformat()}", user.role in CARE
    with db.look() as ward:
        readings = days.readings(ward, patient.number)
        stored = days.shown(ward, patient.number, on)
        draft = Sheet.from_text(drafts.draft(ward, form, user.login))
        others = drafts.others(ward, form, user.login) if writable else []
    before, stale = known.last_before(readings, on), known.too_old_to_carry(readings, on)

    def read(sheet: Sheet) -> Understood:
        return sheet.understood(user.language, before, patient.salt, stale)

    sheet = (draft or Sheet.opened(stored)).refreshed(stored)
    sheet = boxes.reconcile(scope, st.session_state.get(form), sheet, saved=st.session_state.pop(f"saved:{form}", False))
    drawn = {code for group in groups for code in group.codes}
    waiting = boxes.groups_of(code for code in sheet.typed if code not in drawn)  # what waits to be saved is always in sight
    _tell_who_else(others, patient.time_zone)
    clashes = boxes.clashes(sheet, stored)
    tell_clashes(clashes)
    now = read(sheet)
    groups = _without_kind_of_gcs(patient, on, groups, now, before)
    sheet = boxes.draw_boxes(scope, (*groups, *waiting), sheet, before=before, understood=now, stored=stored, writable=writable)
    if writable and sheet != draft:
        _keep(form, sheet, user)
    st.session_state[form] = sheet
    if boxes.clashes(sheet, stored) != clashes:
        draw_again()
    understood = read(sheet)
    return OpenSheet(patient, on, user, sheet, understood, known.with_sheet(readings, on, understood.readings))


def _without_kind_of_gcs(patient: Patient, on: date, groups: Sequence[boxes.Group], now: Understood,
                         before: Mapping[str, Reading]) -> Sequence[boxes.Group]:
    """How the GCS was judged is asked of who may be sedated, and at each visit; where no RASS is asked, always."""
    at_visit = patient.day_1 is not None and schedule.study_day(on, patient.day_1) in protocol.VISIT_DAYS
    knows_rass = any("rass" in group.codes for group in groups)
    if at_visit or not knows_rass or sedation.asks_how_gcs_was_judged(now.readings, before):
        return groups
    return [replace(group, codes=tuple(code for code in group.codes if code != "gcs_kind")) for group in groups]


def save_button(opened: OpenSheet) -> None:
    if opened.user.role not in CARE:
        return
    wanted = "primary" if opened.sheet.typed else "secondary"  # always live: a first value may still be on its way
    if st.button(_("Save"), type=wanted, key=f"save_{opened.form}", icon=":material/save:", shortcut="Ctrl+S"):
        _save(opened)


def _save(opened: OpenSheet) -> None:
    understood = opened.understood
    if understood.open:
        st.error(_("Not saved yet: {variables}. Correct what is marked, or say why it is right.", variables=list(understood.open)))
        return
    if not understood.changes:
        st.toast(_("Nothing new to save"), icon=":material/info:")
        return
    with attempt() as ward:
        days.record_values(ward, opened.patient.number, opened.on, understood.changes, by=opened.user, token=opened.sheet.token)
        drafts.drop(ward, opened.form, opened.user.login)
    st.session_state[f"saved:{opened.form}"] = True
    st.toast(_("Saved: {variables}", variables=[change.variable for change in understood.changes]), icon=":material/check:")
    draw_again()


def _keep(form: str, sheet: Sheet, user: Person) -> None:
    try:
        with db.begin() as ward:
            drafts.keep(ward, form, user.login, sheet.as_text())
    except StoreUnreachable as error:
        st.error(words.say(error))


def _tell_who_else(others: Sequence[tuple[str, datetime]], zone: str) -> None:
    for name, at in others:
        st.info(_("{name} has this sheet open too (last at {time}). Nothing of theirs is overwritten unseen.",
                  name=name, time=words.clock(at, zone)), icon=":material/group:")


def tell_clashes(codes: Sequence[str]) -> None:
    if codes:
        st.warning(_("Someone else saved meanwhile: {variables}. Choose above each box.", variables=list(codes)),
                   icon=":material/group:")


def draw_again() -> None:
    """The fragment that runs; all of the page where a tap in the fragment fell into a run of the whole page."""
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:
        st.rerun()


@contextmanager
def attempt() -> Iterator[Ward]:
    """One write. What the ward can mend is shown as a sentence and stops this run; nothing was stored then."""
    try:
        with db.begin() as ward:
            yield ward
    except TrialError as error:
        st.error(words.say(error), icon=":material/error:")
        st.stop()


def form_token(form: str, *, renew: bool = False) -> str:
    """The token of a form that is open in this tab: the same for a double click, another once it was saved."""
    key = f"token:{form}"
    if renew or key not in st.session_state:
        st.session_state[key] = secrets.token_hex(8)
    return str(st.session_state[key])
