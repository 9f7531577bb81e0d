"""The watch list: what the label says of what is charted, few lines, each with the value that decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from html import escape
from zlib import crc32
from zoneinfo import ZoneInfo

import streamlit as st

from components import words
from components.treatment_words import amount, days_ago, drug_name
from components.words import _
from trial.dosing import Link
from trial.errors import sentence
from trial.treatments import Course
from trial.variables import variable
from trial.watch import ASIDE, MONITOR, Deciding, Item, Says, Watched, stopped_days

LEVEL = {"avoid": ("■", sentence("label: hold or avoid")), "adjust": ("▲", sentence("label: lower the dose")),
         "monitor": ("●", sentence("label: monitor"))}  # fmt: skip
Dismissed = Mapping[tuple[str, str], tuple[str, str]]


def draw(scope: str, found: Watched, aside: Dismissed, *, now: datetime, zone: str, writable: bool,
         dismiss: Callable[[Item, str], None]) -> None:
    """Every item that was not put aside, then those that were, folded, then what could not be judged."""
    open_ = [item for item in found.items if (item.code, item.decided) not in aside]
    folded = [item for item in found.items if (item.code, item.decided) in aside]
    if open_:
        told = _("Words of the labels, written for other diseases: no order. Check the protocol.")
        st.html(f'<p class="quiet">{escape(told)}</p>')
    for item in open_:
        with st.container(horizontal=True, wrap=False, vertical_alignment="top"):
            st.html(card(item, now, zone))
            if writable:
                _draw_aside(f"{scope}_{item.code}_{crc32(item.decided.encode())}", item, dismiss)
    if rest := _folded(folded, aside) + _unknown(found.unknown, bool(found.items)):
        st.html(rest)


def causes(found: Watched) -> list[str]:
    """The values of the list, as reasons of a dose held or missed."""
    values = [item.value for item in found.items if item.value is not None and item.value.variable != "rrt"]
    return [str(Link(value.variable, value.number, value.on)) for value in values]


def headline(found: Watched, aside: Dismissed) -> str:
    """Above the doses: what the label holds, avoids or lowers for."""
    open_ = [item for item in found.items if item.rule.level != MONITOR and (item.code, item.decided) not in aside]
    if not open_:
        return ""
    told = " ".join(
        f'<span class="level">{LEVEL[item.rule.level][0]} {escape(item.rule.title(words.language()))}</span>' for item in open_
    )
    return f'<p class="watch {open_[0].rule.level}">{told} {escape(_("Check the protocol."))}</p>'


def card(item: Item, now: datetime, zone: str) -> str:
    sign, level = LEVEL[item.rule.level]
    said = "".join(_said(text) for text in item.rule.says)
    decided = " · ".join(_decided(item, now, zone))
    return (f'<div class="watch {item.rule.level}"><p><span class="level">{sign} {escape(_(level))}</span>'
            f"<b>{escape(item.rule.title(words.language()))}</b></p><p>{escape(decided)}</p>{said}</div>")


def _said(text: Says) -> str:
    source = text.source or _("from memory")
    where = f'<span class="where">{escape(text.where)}</span> ' if text.where else ""
    return f'<p>{where}{escape(text.text(words.language()))} <span class="quiet">[{escape(source)}]</span></p>'


def _decided(item: Item, now: datetime, zone: str) -> list[str]:
    told = [_course(course, now, zone) for course in item.courses]
    if item.value is not None:
        told += _value(item.value)
    if item.at is not None:
        told.append(_("last dose {moment}", moment=words.moment(item.at, zone)))
    return told


def _course(course: Course, now: datetime, zone: str) -> str:
    when = days_ago(stopped_days(course, now, zone)) if course.stopped_at else _("since {moment}", moment=words.day(
        course.started_at.astimezone(ZoneInfo(zone)).date()))
    return f"{drug_name(course.code)} {amount(course)}, {when}"


def _value(value: Deciding) -> list[str]:
    if value.variable == "rrt":
        return [_("charted {day}", day=words.day(value.on)), _("the clearance is not estimated")]
    unit = words.unit_label(variable(value.variable).unit)
    told = _("{variable} {number} {unit} on {day}", variable=value.variable, number=value.number, unit=unit,
             day=words.day(value.on))
    if value.clearance is None:
        return [told]
    estimate = _("Cockcroft-Gault {clearance} mL/min", clearance=round(value.clearance, 1))
    return [estimate, told, *_steadiness(value.unsteady)]


def _steadiness(unsteady: bool | None) -> list[str]:
    if unsteady is None:
        return [_("whether it is steady is not known, an earlier creatinine is missing")]
    return [_("unsteady, estimate unreliable")] if unsteady else []


def _draw_aside(key: str, item: Item, dismiss: Callable[[Item, str], None]) -> None:
    with st.popover(_("Put aside"), key=f"aside_{key}", type="tertiary"):
        st.markdown(_("It comes back when the value, the drug or its dose changes."))
        picked = st.pills(_("Reason"), ASIDE, format_func=_, key=f"aside_reason_{key}")
        typed = st.text_input(_("Reason, in words (no name)"), key=f"txt_aside_{key}").strip()
        if st.button(_("Put aside"), key=f"aside_do_{key}", type="primary"):
            dismiss(item, typed or str(picked or ""))


def _folded(items: Sequence[Item], aside: Dismissed) -> str:
    if not items:
        return ""
    lines = "".join(
        f"<li>{escape(item.rule.title(words.language()))}: {escape(_(aside[item.code, item.decided][0]))} "
        f'<span class="quiet">({escape(aside[item.code, item.decided][1])})</span></li>'
        for item in items
    )
    told = _("Put aside: {number}", number=len(items))
    return f'<details class="aside"><summary>{escape(told)}</summary><ul>{lines}</ul></details>'


def _unknown(unknown: Sequence[str], any_: bool) -> str:
    told = "" if any_ or unknown else _("Nothing on the label’s list in what is charted.")
    if unknown:
        told = _("Not judged, no value: {variables}", variables=list(unknown))
    return f'<p class="quiet">{escape(told)}</p>' if told else ""
