"""What the patient's page asks the store for: what is new to this person, every version of a value, the course."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pandas as pd

import db
from components import words
from components.charts.lane_row import Lane
from components.course import Course
from db import days, looks, treatments
from db.on_file import FIELD_OF, Patient
from db.people import Person
from trial import schedule
from trial.errors import TrialError
from trial.news import News, anything, news
from trial.treatments import Course as Treatment


def since_last_look(user: Person, patient: Patient, readings: pd.DataFrame, doses: pd.DataFrame) -> News | None:
    """What others recorded since this person last looked; None on the first look. Notes this look."""
    with db.look() as ward:
        since, note_due = looks.looked(ward, patient.number, user.login)
        told = since and anything(readings, since, user.login)
        then = days.readings_at(ward, patient.number, since) if since and told else readings
        reported = looks.reported_since(ward, patient.number, since, user.login) if since else None
    if note_due:
        with suppress(TrialError), db.begin() as ward:  # what is known is shown, whether this can be noted or not
            looks.note(ward, patient.number, user.login)
    return news(readings, then, doses, since, user.login, reported) if since else None


def versions(patient: Patient, on: date, variable: str) -> pd.DataFrame:
    with db.look() as ward:
        return days.history(ward, patient.number, on, variable)


def course_of(patient: Patient, scores: pd.DataFrame, by_day: pd.DataFrame, doses: pd.DataFrame, readings: pd.DataFrame, *,
              first: date, today: date, included: bool, names: dict[str, str]) -> Course:  # fmt: skip
    """`scores` and `by_day` by study day. `first`: day 1, or the arrival of who is not included."""
    with db.look() as ward:
        lanes = [_lane(one, patient, first) for one in treatments.treatments(ward, patient.number)]
    events = {kind: schedule.study_day(patient.day_of(at), first) for kind, field in FIELD_OF.items()
              if (at := getattr(patient, field))}  # fmt: skip
    return Course(
        scores=scores, days=by_day, doses=doses, milestones=events,
        readings=readings.assign(day=[schedule.study_day(on, first) for on in readings["on_date"]]),
        today=schedule.study_day(today, first), included=included, language=words.language(), names=names, zone=patient.time_zone,
        lanes=lanes,
    )  # fmt: skip


def _lane(one: Treatment, patient: Patient, first: date) -> Lane:
    stopped = schedule.study_day(patient.day_of(one.stopped_at), first) if one.stopped_at else None
    return Lane(one.drug.label(words.language()), schedule.study_day(patient.day_of(one.started_at), first), stopped)


def facts_of(patient: Patient, day_1: date | None) -> list[tuple[str, str]]:
    """The header of the sheet."""
    return [
        (words._("Sex"), words.coded("sex", patient.sex)), (words._("Year of birth"), str(patient.birth_year or "")),
        (words._("Bed"), patient.bed), (words._("Day {day}", day=1), words.day(day_1, year=True) if day_1 else ""),
    ]  # fmt: skip
