"""The handover: one line a patient, in French or English, from a row of the ward board."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import partial, reduce

from components import sofa_line
from components.words import translate
from trial import tubes
from trial.board import FLAGS, Marker, Row, Sofa
from trial.dosing import TAKEN
from trial.errors import sentence
from trial.protocol import DAYS
from trial.schedule import SIX_MONTHS, Due
from trial.variables import label

HOURS_SHOWN = 48
NAMED = 3  # of what a visit needs
OLD = 1  # days from which a value says its age
SO_FAR = {  # a dose that was not given, in the words of a count
    "held": sentence("{count} held"), "missed": sentence("{count} missed"), "vomited": sentence("{count} vomited"),
}  # fmt: skip


def lines(rows: Iterable[Row], now: datetime, language: str) -> str:
    return "\n".join(line(row, now, language) for row in rows)


def line(row: Row, now: datetime, language: str) -> str:
    """001-0003, bed 7, day 5/28: SOFA 9 (−3 since day 1), ferritin 5 400 ↓; doses 8/9 given, 1 held; due: …"""
    say = partial(translate, language)
    who = ", ".join([row.name, *([say("bed {bed}", bed=row.bed)] if row.bed else []), day(row, language)])
    facts = ", ".join([sofa(row, language), *(marker(one, language) for one in row.markers)])
    more = [*doses(row, language), *due(row, language), *owed(row, now, language), *flags(row, language)]
    told = reduce(lambda one, other: say("{one}; {other}", one=one, other=other), more, facts)
    return say("{who}: {facts}.", who=who, facts=told)


def day(row: Row, language: str) -> str:
    if row.study_day is None:
        return translate(language, "intensive care day {day} · not included", day=row.icu_day)
    if row.study_day < 1:
        return translate(language, "included, first dose planned")
    return translate(language, "day {day}/{days}", day=row.study_day, days=DAYS)


def sofa(row: Row, language: str) -> str:
    if row.sofa is None:
        return translate(language, "SOFA not entered")
    about = [ago(row.sofa_days_old, language)] if row.sofa_days_old else []
    if change := since_baseline(row.sofa, row.baseline):
        about.insert(0, translate(language, "{change} since day 1", change=change))
    return f"SOFA {interval(row.sofa)}" + (f" ({', '.join(about)})" if about else "")


def interval(known: Sofa) -> str:
    return str(known.low) if known.complete else f"{known.low}–{known.high}"


def since_baseline(now: Sofa | None, baseline: Sofa | None) -> str:
    if now is None or baseline is None:
        return ""
    return sofa_line.points(now.low - baseline.high, now.high - baseline.low)


def marker(one: Marker, language: str) -> str:
    name = label(one.code, language)
    name = name[0].lower() + name[1:] if name[1:2].islower() else name
    sign = "" if one.comparator == "=" else f"{one.comparator} "
    told = translate(language, "{marker} {sign}{number} {trend}", marker=name, sign=sign, number=one.number, trend=trend(one))
    return told.strip() + (f" ({ago(one.days_old, language)})" if one.days_old > OLD else "")


def trend(one: Marker) -> str:
    if one.before is None or one.before == one.number:
        return "→" if one.before is not None else ""
    return "↑" if one.number > one.before else "↓"


def ago(days: int, language: str) -> str:
    if days == 0:
        return translate(language, "today")
    return translate(language, "yesterday") if days == 1 else translate(language, "{days} d ago", days=days)


def doses(row: Row, language: str) -> list[str]:
    to_give = ", ".join(slot for slot, state in row.doses if state == "due")
    told = doses_so_far(row, language) + ([translate(language, "to give today: {slots}", slots=to_give)] if to_give else [])
    return [", ".join(told)] if told else []


def doses_so_far(row: Row, language: str) -> list[str]:
    say, counts = partial(translate, language), dict(row.charted)
    taken = sum(counts.get(state, 0) for state in TAKEN)
    told = [say("doses {taken}/{planned} given", taken=taken, planned=row.planned)] if row.planned else []
    told += [say(words, count=counts[state]) for state, words in SO_FAR.items() if counts.get(state)]
    if row.uncharted > 0:
        told.append(say("{count} not charted", count=row.uncharted))
    return told


def due(row: Row, language: str) -> list[str]:
    asked = [*row.due] or ([row.next_visit] if row.next_visit else [])
    return [translate(language, "due: {what}", what=visit(one, row, language)) for one in asked]


def visit(one: Due, row: Row, language: str) -> str:
    """Day 7 panel the day after tomorrow; of a visit of today or tomorrow with its tubes and values."""
    say = partial(translate, language)
    name = say("vital status at six months") if one.visit_day == SIX_MONTHS else say("day {day} panel", day=one.visit_day)
    when = _when(one, row, language)
    told = say("{what} {when}", what=name, when=when)
    return told if one.state == "to_come" else f"{told} ({wanted_in_short(one, language)})"


def wanted_in_short(one: Due, language: str) -> str:
    """A few by name, many by number."""
    kinds = Counter(source.kind for source in tubes.sources(one.to_draw))
    if sum(kinds.values()) > NAMED:
        return translate(language, "tubes: {tubes}, values: {values}", tubes=kinds["tube"], values=kinds["value"])
    return ", ".join(wanted(one, language))


def wanted(one: Due, language: str) -> list[str]:
    """The tubes and values that a visit still needs; what was drawn and has no result stands last."""
    told = [source.label(language) for source in tubes.sources(one.to_draw)]
    return told + ([translate(language, "result awaited: {variables}", variables=one.awaited)] if one.awaited else [])


def _when(one: Due, row: Row, language: str) -> str:
    say, ahead = partial(translate, language), one.visit_day - (row.study_day or 0)
    if one.state == "late":
        return say("late, until {on}", on=one.closes)
    if ahead == 0:
        return say("today")
    if ahead == 1:
        return say("tomorrow")
    return say("the day after tomorrow") if ahead == 2 else say("in {days} days", days=ahead)


def owed(row: Row, now: datetime, language: str) -> list[str]:
    if row.consent_owed_since is None:
        return []
    return [translate(language, "consent owed {duration}", duration=duration(row.consent_owed_since, now, language))]


def duration(since: datetime, now: datetime, language: str) -> str:
    """In hours for two days and in days after."""
    hours = int((now - since).total_seconds() // 3600)
    if hours < HOURS_SHOWN:
        return translate(language, "{hours} h", hours=hours)
    return translate(language, "{days} d", days=hours // 24)


def flags(row: Row, language: str) -> list[str]:
    return [translate(language, FLAGS[flag]) for flag in row.flags]
