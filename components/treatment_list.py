"""Co-treatments on the page: what runs, started from a list and stopped by one tap; those that ended are folded."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import streamlit as st

from components import words
from components.treatment_words import drug_name, lane, steroids, unit_name
from components.words import _
from trial.errors import TrialError, sentence
from trial.treatments import CATALOGUE, DRUGS, ROUTES, UNITS, Course, dose_of, prednisolone

ACTS = {"dose": sentence("another dose"), "stopped": sentence("stopped earlier"), "start": sentence("began at another time"),
        "withdraw": sentence("charted by mistake")}  # fmt: skip
Act = Callable[..., None]  # act(what, was or the new course, further facts…)


def draw(scope: str, courses: Sequence[Course], *, now: datetime, zone: str, writable: bool, act: Act) -> None:
    running = [course for course in courses if course.stopped_at is None or course.stopped_at > now]
    ended = [course for course in reversed(courses) if course not in running]
    if told := steroids(*prednisolone(courses, now)):
        st.html(told)
    if not running:
        st.markdown(f":gray[{_('No co-treatment is charted as running.')}]")
    for course in running:
        _draw_running(f"{scope}_{course.key}", course, now=now, zone=zone, writable=writable, act=act)
    if writable:
        _draw_start(f"{scope}_{max((course.key for course in courses), default=0)}", now=now, zone=zone, act=act)
    if ended:
        lines = "".join(lane(course, zone) for course in ended)
        told = _("Stopped: {number}", number=len(ended))
        st.html(f'<details class="aside"><summary>{told}</summary>{lines}</details>')


def _draw_running(key: str, course: Course, *, now: datetime, zone: str, writable: bool, act: Act) -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        st.html(lane(course, zone))
        if not writable:
            return
        if st.button(_("Stop"), key=f"stop_{key}", icon=":material/stop_circle:"):
            act("stop", course, now)
        with st.popover(_("Other"), key=f"treatment_{key}", type="tertiary", on_change="rerun") as other:
            if other.open:
                _draw_other(key, course, now=now, zone=zone, act=act)


def _draw_other(key: str, course: Course, *, now: datetime, zone: str, act: Act) -> None:
    what = str(st.segmented_control(_("What happened"), list(ACTS), default="dose", key=f"act_{key}", required=True,
                                    format_func=lambda code: _(ACTS[code])))
    changed = _ask_dose(f"{key}_{what}", course) if what == "dose" else course
    at = now if what == "withdraw" else _ask_moment(f"{key}_{what}", now, zone)
    why = st.text_input(_("Reason, in words (no name)"), key=f"txt_why_{key}_{what}") if what in ("start", "withdraw") else ""
    if not st.button(_("Chart"), key=f"act_do_{key}_{what}", type="primary") or changed is None:
        return
    if what == "dose":
        act("change", course, replace(changed, started_at=at))
    elif what == "stopped":
        act("stop", course, at)
    elif what == "start":
        act("correct", course, replace(course, started_at=at), why=why)
    else:
        act("withdraw", course, why=why)


def _draw_start(key: str, *, now: datetime, zone: str, act: Act) -> None:
    """`key` changes with every course, so that the form is empty after each start."""
    code = st.selectbox(_("Start a co-treatment"), [drug.code for drug in CATALOGUE], index=None, key=f"start_{key}",
                        format_func=lambda one: f"{drug_name(one)} · {DRUGS[one].atc}", placeholder=_("Search a drug"), width=420)
    if code is None:
        return
    drug = DRUGS[code]
    course = _ask_dose(f"start_{key}_{code}", Course(code, now, unit=drug.unit, route=drug.route))
    earlier = st.toggle(_("Began earlier"), key=f"earlier_{key}_{code}")
    at = _ask_moment(f"start_{key}_{code}", now, zone) if earlier else now
    token = st.session_state.setdefault(f"token_start_{key}_{code}", secrets.token_hex(8))
    if st.button(_("Start {drug}", drug=drug_name(code)), key=f"start_do_{key}_{code}", type="primary") and course is not None:
        act("start", replace(course, started_at=at), token=token)


def _ask_dose(key: str, course: Course) -> Course | None:
    """The course at the dose, unit and route of the boxes; None, with the sentence on the screen, where that is no dose."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        typed = st.text_input(_("Dose"), value="" if course.dose is None else words.number(course.dose), key=f"dec_dose_{key}",
                              width=140)
        units = UNITS if course.unit in UNITS else (course.unit, *UNITS)
        unit = st.selectbox(_("Unit"), units, index=units.index(course.unit), format_func=unit_name, key=f"unit_{key}", width=150)
        route = st.selectbox(_("Route"), list(ROUTES), index=list(ROUTES).index(course.route), key=f"route_{key}", width=190,
                             format_func=lambda one: _(ROUTES[one]))
    try:
        dose = dose_of(typed)
    except TrialError as error:
        st.error(words.say(error))
        return None
    return replace(course, dose=dose, unit=str(unit), route=str(route))


def _ask_moment(key: str, now: datetime, zone: str) -> datetime:
    local = now.astimezone(ZoneInfo(zone))
    with st.container(horizontal=True):
        on: date = st.date_input(_("Date"), value=local.date(), max_value=local.date(), key=f"on_{key}", format="DD/MM/YYYY",
                                 width=180)
        minute = local.time().replace(second=0, microsecond=0)
        clock: time = st.time_input(_("Time"), value=minute, key=f"at_{key}", width=140)
    return datetime.combine(on, clock, ZoneInfo(zone))
