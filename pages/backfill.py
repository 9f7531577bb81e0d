"""Several days at once, pasted from a spreadsheet: what was understood is shown first, then saved with one tap."""

from collections import defaultdict
from datetime import date

import streamlit as st

import db
from bedside import attempt, form_token, open_patient, today
from components import backfill, words
from components.words import _
from db import days, drafts
from menu import page
from trial import pasted, schedule
from trial.errors import TrialError
from trial.known import reading_of
from trial.pasted import Pasted, Stay
from trial.reading import Change

user = page("backfill")
patient = open_patient(user)
form = f"paste:{patient.number}"
token = form_token(form)
stay = Stay(today(patient.time_zone), days.earliest_day(patient), patient.day_1 if patient.included_at else None,
            schedule.ward_date(patient.died_at, patient.time_zone) if patient.died_at else None)  # fmt: skip
EXAMPLE = "\t12/03\t13/03\t14/03\nPlaquettes (G/L)\t42\t38\t\nFerritine (µg/L)\t12 400\t\t>100 000"


def paste() -> str:
    """The pasted text, kept as a draft like everything that is typed."""
    with db.look() as ward:
        kept = drafts.draft(ward, form, user.login).get("text", "")
    text = st.text_area(_("Cells copied from a spreadsheet"), value=kept, key=f"paste_{token}", height=170, placeholder=EXAMPLE,
                        help=_("One side names the days (12/03/2026, 12/03, J3), the other the variables, with or without a "
                               "unit. An empty cell is not read.")) or ""  # fmt: skip
    if text != kept:
        with db.begin() as ward:
            drafts.keep(ward, form, user.login, {"text": text} if text.strip() else {})
    return text


def read(text: str) -> Pasted:
    with db.look() as ward:
        rows = days.readings(ward, patient.number)
    typed = rows[rows["sampled_at"].isna()]
    stored = {(row["on_date"], row["variable"]): reading_of(row) for row in typed.to_dict("records")}
    try:
        return pasted.read(text, stay, stored=stored, salt=patient.salt)
    except TrialError as error:
        st.error(words.say(error), icon=":material/error:")
        st.stop()


def changes_of(found: Pasted, decided: backfill.Decided) -> dict[date, list[Change]]:
    """What would be saved, by day."""
    by_day = defaultdict(list)
    for cell in found.cells:
        why = decided.get((cell.on, cell.code), "")
        if cell.reading and (pasted.kind_of(cell) == "new" or why):
            by_day[cell.on].append(Change(cell.code, cell.stored, cell.reading, why))
    return by_day


def save(by_day: dict[date, list[Change]]) -> None:
    with attempt() as ward:
        count = sum(days.record_values(ward, patient.number, on, changes, by=user, token=f"{token}:{on}")
                    for on, changes in sorted(by_day.items()))  # fmt: skip
        drafts.drop(ward, form, user.login)
    form_token(form, renew=True)
    st.session_state["backfilled"] = _("Saved: {count} values of {days} days.", count=count, days=len(by_day))
    st.rerun()


if done := st.session_state.pop("backfilled", None):
    st.success(done, icon=":material/check:")
text = paste()
if text.strip():
    found = read(text)
    st.html(backfill.summary(found))
    st.html(backfill.grid(found, stay.day_1))
    decided = backfill.decide(f"{patient.number}_{token}", found)
    backfill.unread(found)
    by_day = changes_of(found, decided)
    with st.bottom:
        count = sum(map(len, by_day.values()))
        if st.button(_("Save {count} values of {days} days", count=count, days=len(by_day)), type="primary", disabled=not by_day,
                     icon=":material/save:", shortcut="Ctrl+S"):  # fmt: skip
            save(by_day)
