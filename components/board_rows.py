"""The ward board's rows as HTML: everything a nurse looks for, on one card a patient, in columns that line up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape

from components import day_7, handover, words
from components.charts.spark import spark
from components.dose_grid import SIGNS
from components.handover import interval, since_baseline
from components.words import _
from trial import tubes
from trial.board import FLAGS, MARKERS, Marker, Row, Sofa
from trial.dosing import TAKEN
from trial.errors import sentence
from trial.protocol import DAYS
from trial.schedule import SIX_MONTHS, Due
from trial.variables import variable

__all__ = ["interval", "since_baseline"]

VISITS = {  # state of a visit: its sign, its word
    "done": ("✓", sentence("done")), "to_come": ("·", sentence("to come")), "tomorrow": ("›", sentence("tomorrow")),
    "due": ("○", sentence("today")), "late": ("!", sentence("late")), "missed": ("✗", sentence("missed")),
    "not_applicable": ("–", sentence("not applicable")),
}  # fmt: skip


def card(row: Row, now: datetime) -> str:
    columns = f"{_who(row)}{_sofa(row)}{''.join(_marker(code, row) for code in MARKERS)}{_doses(row)}"
    return f'<div class="patient"><div class="facts">{columns}</div>{_to_do(row, now)}</div>'


def interval_of(sofa: Sofa | None) -> str:
    return _("not entered") if sofa is None else interval(sofa)


def _who(row: Row) -> str:
    bed = f'<span class="quiet">{escape(_("bed"))}</span> <b>{escape(row.bed)}</b>' if row.bed else (
        f'<span class="quiet">{escape(_("no bed noted"))}</span>')
    return f'<div class="who-is"><div class="bed">{bed}</div><div class="name">{escape(row.name)}</div>{_day(row)}</div>'


def _day(row: Row) -> str:
    if row.study_day is not None and row.study_day >= 1:
        told = _("day {day}/{days}", day=f"<b>{row.study_day}</b>", days=DAYS)
        return f'<div class="study-day">{told}</div>'
    return f'<div class="quiet">{escape(handover.day(row, words.language()))}</div>'


def _sofa(row: Row) -> str:
    change = since_baseline(row.sofa, row.baseline)
    old = f'<span class="due">{escape(ago(row.sofa_days_old))}</span>' if row.sofa and row.sofa_days_old else ""
    changed = f'<span class="change">{escape(_("{change} since day 1", change=change))}</span>' if change else ""
    shown = "sofa" if row.sofa and row.sofa.complete else "sofa open"
    return (f'<div class="score"><div><span class="quiet">SOFA</span> {old}</div>'
            f'<div><span class="{shown}">{escape(interval_of(row.sofa))}</span> {_spark(row)}</div><div>{changed}</div></div>')


def _spark(row: Row) -> str:
    known = [point for _day, point in row.spark]
    if sum(point is not None for point in known) < 2:
        return ""
    return spark([point.low if point and point.complete else None for point in known], days=[day for day, _point in row.spark],
                 low=[point.low if point else None for point in known], high=[point.high if point else None for point in known],
                 label=_("SOFA by day"))


def _marker(code: str, row: Row) -> str:
    known = variable(code)
    one = next((marker for marker in row.markers if marker.code == code), None)
    name = f'<div class="quiet">{escape(words.label(code))}</div>'
    if one is None:
        empty = f'<div class="value">–</div><div class="quiet">{escape(_("no value yet"))}</div>'
        return f'<div class="marker none">{name}{empty}</div>'
    age = f'<span class="{"due" if one.days_old > 1 else "age"}">{escape(ago(one.days_old))}</span>'
    return (f'<div class="marker">{name}<div class="value">{escape(_number(one, known.decimals))}</div>'
            f'<div class="quiet">{escape(words.unit_label(known.unit))} · {age}</div></div>')


def _number(one: Marker, decimals: int) -> str:
    sign = "" if one.comparator == "=" else f"{one.comparator} "
    return f"{sign}{words.number(one.number, decimals)} {handover.trend(one)}".strip()


def ago(days: int) -> str:
    return handover.ago(days, words.language())


def _doses(row: Row) -> str:
    chips = "".join(_dose(slot, state) for slot, state in row.doses)
    if not chips and not row.planned:
        return '<div class="today-doses"></div>'
    taken = sum(count for state, count in row.charted if state in TAKEN)
    told = [_("{taken}/{planned} given", taken=taken, planned=row.planned)] if row.planned else []
    if row.uncharted > 0:
        told.append(_("{count} not charted", count=row.uncharted))
    count = f'<div class="{"due" if row.uncharted > 0 else "quiet"}">{escape(" · ".join(told))}</div>' if told else ""
    return f'<div class="today-doses">{chips}{count}</div>'


def _dose(slot: str, state: str) -> str:
    told = _("{slot}: {state}", slot=words.coded("slot", slot), state=words.coded("dose", state))
    return f'<div class="dose {state}">{SIGNS[state]} {escape(told)}</div>'


def _to_do(row: Row, now: datetime) -> str:
    lines = [f'<span class="owed">! {escape(owed_line(row.consent_owed_since, now, row.time_zone))}</span>'] if (
        row.consent_owed_since) else []
    lines += [f'<span class="owed">! {escape(_(FLAGS[flag]))}</span>' for flag in row.flags]
    lines += [f'<span class="due">{escape(due_line(due))}</span>' for due in row.due]
    lines += _visits(row) + _day_7(row)
    return f'<div class="to-do">{"".join(lines)}</div>' if lines else (
        f'<div class="to-do"><span class="quiet">{escape(_("nothing due"))}</span></div>')


def _visits(row: Row) -> list[str]:
    """The four visits of the treatment with a sign each."""
    shown = "".join(f'<span class="visit {one.state}" title="{escape(_visit_state(one))}">'
                    f'{escape(_("D{day}", day=one.visit_day))} {VISITS[one.state][0]}</span>'
                    for one in row.visits if one.visit_day != SIX_MONTHS)
    return [f'<span class="visits">{shown}</span>'] if shown else []


def _visit_state(one: Due) -> str:
    told = _("Day {day}: {state}", day=one.visit_day, state=_(VISITS[one.state][1]))
    return f"{told} · {_('missing: {variables}', variables=one.missing)}" if one.state in ("due", "late", "missed") else told


def _day_7(row: Row) -> list[str]:
    if row.day_7 is None:
        return []
    state = row.day_7.found.state
    shown = "due" if state == "undetermined" else "quiet"
    return [f'<span class="day-7 {shown}">{escape(day_7.short(row.day_7, words.language()))}</span>']


def owed_line(since: datetime, now: datetime, zone: str) -> str:
    """The clock of an emergency inclusion."""
    return _("Consent to continue owed for {duration} (emergency inclusion, {time})",
             duration=handover.duration(since, now, words.language()), time=words.moment(since, zone))


def due_line(due: Due) -> str:
    when = {"due": _("Due today"), "tomorrow": _("Tomorrow"),
            "late": _("Late, until {on}", on=due.closes)}.get(due.state, due.state)  # fmt: skip
    return f"{when} · " + _("Day {day}: {what}", day=due.visit_day, what=_wanted(due))


def _wanted(due: Due) -> str:
    """By name what is to be done now; of tomorrow how much, since the list above the cards has the names."""
    if due.state == "tomorrow":
        return handover.wanted_in_short(due, words.language())
    return ", ".join(handover.wanted(due, words.language()))


def copy_button(label: str, text: str) -> str:
    """One tap puts the text on the clipboard (components/static/bedside.js)."""
    return (f'<button type="button" class="copy" data-copy="{escape(text)}"><span class="before">{escape(label)}</span>'
            f'<span class="after" role="status">✓ {escape(_("Copied"))}</span></button>')


def tomorrow(rows: Iterable[Row]) -> str:
    """Before it is too late: what the visits of tomorrow need, folded; nothing where there is none."""
    ahead = [(row, due) for row in rows for due in row.due if due.state == "tomorrow"]
    if not ahead:
        return ""
    total = _tubes([due for _row, due in ahead])
    head = _("Visits of tomorrow: {count} · {tubes}", count=len(ahead), tubes=total)
    each = "".join(f"<li>{_for_tomorrow(row, due)}</li>" for row, due in ahead)
    return f'<details class="tomorrow"><summary>{escape(head)}</summary><ul>{each}</ul></details>'


def _tubes(asked: Sequence[Due]) -> str:
    counts = Counter(source for due in asked for source in tubes.sources(due.to_draw) if source.kind == "tube")
    return ", ".join(f"{source.label(words.language())} × {counts[source]}" for source in tubes.SOURCES if counts[source])


def _for_tomorrow(row: Row, due: Due) -> str:
    bed = _("bed {bed}", bed=row.bed) if row.bed else _("no bed noted")
    kinds = {kind: [source.label(words.language()) for source in tubes.sources(due.to_draw) if source.kind == kind]
             for kind in ("tube", "value")}  # fmt: skip
    told = [_("tubes: {list}", list=", ".join(kinds["tube"]))] if kinds["tube"] else []
    told += [_("values: {list}", list=", ".join(kinds["value"]))] if kinds["value"] else []
    return f"<b>{escape(bed)} · {escape(row.name)} · {escape(_('Day {day}', day=due.visit_day))}</b> {escape(' · '.join(told))}"
