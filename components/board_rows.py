"""The ward board's rows as HTML: everything a nurse looks for, on one card a patient."""

from __future__ import annotations

from datetime import datetime
from html import escape

from components import sofa_line, words
from components.charts.spark import spark
from components.dose_grid import SIGNS
from components.words import _
from trial.board import Marker, Row, Sofa
from trial.protocol import DAYS
from trial.schedule import Due
from trial.variables import variable

HOURS_SHOWN = 48
NAMED = 4  # of what is due; the day sheet has them all


def card(row: Row, now: datetime) -> str:
    return (
        '<div class="patient">'
        f"<div>{_who(row)}</div><div>{_sofa(row)}</div><div>{_markers(row)}</div><div>{_to_do(row, now)}</div>"
        "</div>"
    )


def interval(sofa: Sofa | None) -> str:
    if sofa is None:
        return _("not entered")
    return str(sofa.low) if sofa.complete else f"{sofa.low}–{sofa.high}"


def since_baseline(now: Sofa | None, baseline: Sofa | None) -> str:
    if now is None or baseline is None:
        return ""
    return sofa_line.points(now.low - baseline.high, now.high - baseline.low)


def _who(row: Row) -> str:
    bed = _("bed {bed}", bed=row.bed) if row.bed else _("no bed noted")
    if row.study_day is None:
        day = _("intensive care day {day} · not included", day=row.icu_day)
    elif row.study_day < 1:
        day = _("included, first dose planned")
    else:
        day = _("day {day}/{days}", day=row.study_day, days=DAYS)
    return f'<div class="name">{escape(row.name)}</div><div>{escape(day)}</div><div class="quiet">{escape(bed)}</div>'


def _sofa(row: Row) -> str:
    change = since_baseline(row.sofa, row.baseline)
    old = f' <span class="due">{escape(ago(row.sofa_days_old))}</span>' if row.sofa and row.sofa_days_old else ""
    changed = f' <span class="quiet">{escape(_("{change} since day 1", change=change))}</span>' if change else ""
    line = _spark(row)
    return f'<div><span class="quiet">SOFA</span> <span class="sofa">{escape(interval(row.sofa))}</span>{old}{changed}</div>{line}'


def _spark(row: Row) -> str:
    known = [point for _day, point in row.spark]
    return spark([point.low if point and point.complete else None for point in known], days=[day for day, _point in row.spark],
                 low=[point.low if point else None for point in known], high=[point.high if point else None for point in known],
                 label=_("SOFA by day"))


def _markers(row: Row) -> str:
    if not row.markers:
        return f'<span class="quiet">{escape(_("no marker yet"))}</span>'
    return f'<div class="markers">{"".join(_marker(marker) for marker in row.markers)}</div>'


def _marker(marker: Marker) -> str:
    known = variable(marker.code)
    sign = "" if marker.comparator == "=" else f"{marker.comparator} "
    value = f"{sign}{words.number(marker.number, known.decimals)} {_direction(marker)}"
    age = ago(marker.days_old)
    return (f"<span>{escape(words.label(marker.code))}</span><span class='value'>{escape(value)}</span>"
            f"<span class='quiet'>{escape(words.unit_label(known.unit))} · {escape(age)}</span>")


def ago(days: int) -> str:
    return _("today") if days == 0 else _("yesterday") if days == 1 else _("{days} d ago", days=days)


def _direction(marker: Marker) -> str:
    if marker.before is None or marker.before == marker.number:
        return "→" if marker.before is not None else ""
    return "↑" if marker.number > marker.before else "↓"


def _to_do(row: Row, now: datetime) -> str:
    lines = [f'<div class="owed">! {escape(owed_line(row.consent_owed_since, now, row.time_zone))}</div>'] if (
        row.consent_owed_since) else []
    lines += [f'<div class="due">{escape(due_line(due))}</div>' for due in row.due]
    doses = "".join(_dose(slot, state) for slot, state in row.doses)
    lines += [f"<div>{doses}</div>"] if doses else []
    return "".join(lines) or f'<span class="quiet">{escape(_("nothing due"))}</span>'


def owed_line(since: datetime, now: datetime, zone: str) -> str:
    """The clock of an emergency inclusion, in hours for two days and in days after."""
    hours = int((now - since).total_seconds() // 3600)
    owed_for = _("{hours} h", hours=hours) if hours < HOURS_SHOWN else _("{days} d", days=hours // 24)
    return _("Consent to continue owed for {duration} (emergency inclusion, {time})", duration=owed_for,
             time=words.moment(since, zone))


def _dose(slot: str, state: str) -> str:
    told = _("{slot}: {state}", slot=words.coded("slot", slot), state=words.coded("dose", state))
    return f'<span class="dose {state}">{SIGNS[state]} {escape(told)}</span>'


def due_line(due: Due) -> str:
    named, more = list(due.missing[:NAMED]), len(due.missing) - NAMED
    wanted = _("Day {day}: {variables}", day=due.visit_day, variables=named) + (f" +{more}" if more > 0 else "")
    return {"due": _("Due today"), "tomorrow": _("Tomorrow"), "late": _("Late")}[due.state] + " · " + wanted
