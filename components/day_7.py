"""The day-7 endpoint in sentences: what decides, what is missing of it, until when it can still be drawn."""

from __future__ import annotations

from components.words import CODED, translate
from trial import protocol
from trial.day7 import End, Judged
from trial.endpoints import DEPENDS_ON_BASELINE, DEPENDS_ON_BOTH, DEPENDS_ON_DAY_7, FLAGS
from trial.errors import sentence

HEAD = sentence("Day 7: {state}")
AHEAD = sentence("Achieved with a SOFA of {enough} or less on {on} (baseline {base}).")
SURELY = sentence("Achieved for certain with a SOFA of {enough} or less on {on} (baseline {low} to {high}).")
NEVER = sentence("A baseline of {base} cannot fall by {drop}.")
NO_BASELINE = sentence("No baseline yet: day 1 before the first dose.")
LACKS_BASELINE = sentence("Missing of the baseline: {variables}.")
LACKS_DAY_7 = sentence("Missing of day {limit}: {variables}.")
DEPENDS_BASELINE = sentence("Depends on the baseline: {variables}.")
DEPENDS_DAY_7 = sentence("Depends on day {limit}: {variables}.")
AWAITED = sentence("Drawn, result awaited: {variables}.")
UNTIL = sentence("What is missing can be drawn or looked at until midnight.")


def sentences(judged: Judged, language: str) -> list[str]:
    """The state, then why, what is missing, and what to keep in mind."""
    found = judged.found
    state = translate(language, CODED["day_7"][found.state])
    told = [translate(language, HEAD, state=state), translate(language, found.reason, **found.facts)]
    told += _ahead(judged, language) if found.state == "pending" else _lacking(judged, language)
    return [*told, *(translate(language, FLAGS[flag]) for flag in found.flags)]


def short(judged: Judged, language: str) -> str:
    """The same in one line, for a card."""
    found = judged.found
    if found.state == "pending":
        return " ".join([translate(language, "Day {day}", day=protocol.RESPONSE_DAY), "·", *_ahead(judged, language)])
    head, reason, *_more = sentences(judged, language)
    if found.reason in (DEPENDS_ON_BASELINE, DEPENDS_ON_BOTH, DEPENDS_ON_DAY_7):
        return " ".join([f"{head} ·", *_lacking(judged, language, DEPENDS_BASELINE, DEPENDS_DAY_7)])
    return " ".join([f"{head} ·", reason, *_lacking(judged, language)])


def _ahead(judged: Judged, language: str) -> list[str]:
    points, enough = judged.baseline.points, judged.enough
    if points is None or enough is None:
        return [translate(language, NO_BASELINE)]
    drop = protocol.RESPONSE_DROP
    if points.high < drop:
        return [translate(language, NEVER, base=points.high, drop=drop)]
    if points.low == points.high:
        return [translate(language, AHEAD, enough=enough, on=judged.on, base=points.low)]
    certain = [translate(language, SURELY, enough=enough, on=judged.on, low=points.low, high=points.high)] * (enough >= 0)
    return [*certain, *_of(judged.baseline, LACKS_BASELINE, language)]


def _lacking(judged: Judged, language: str, baseline: str = LACKS_BASELINE, day_7: str = LACKS_DAY_7) -> list[str]:
    """Named while it decides."""
    if judged.found.state != "undetermined":
        return []
    told = _of(judged.baseline, baseline, language) + _of(judged.day_7, day_7, language)
    to_draw = set(judged.day_7.lacks) - set(judged.day_7.awaited)
    return [*told, *[translate(language, UNTIL)] * (judged.is_today and bool(to_draw))]


def _of(end: End, missing: str, language: str) -> list[str]:
    to_draw = [code for code in end.lacks if code not in end.awaited]
    told = [translate(language, missing, variables=to_draw, limit=protocol.RESPONSE_DAY)] if to_draw else []
    return told + ([translate(language, AWAITED, variables=end.awaited)] if end.awaited else [])
