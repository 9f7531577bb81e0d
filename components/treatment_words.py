"""A co-treatment in words: drug, dose, route, since when."""

from __future__ import annotations

from html import escape

from components import words
from components.words import _
from trial.treatments import DRUGS, ROUTES, Course


def drug_name(code: str) -> str:
    return DRUGS[code].label(words.language())


def amount(course: Course) -> str:
    """ "400 mg/d, intravenous"; a dose that was not charted is said to be so."""
    dose = _("dose not charted") if course.dose is None else f"{words.number(course.dose)} {unit_name(course.unit)}"
    return f"{dose}, {_(ROUTES[course.route])}"


def unit_name(unit: str) -> str:
    return unit.replace("/d", "/j").replace("IU", "UI") if words.language() == "fr" else unit


def span(course: Course, zone: str) -> str:
    started = words.moment(course.started_at, zone)
    if course.stopped_at is None:
        return _("since {moment}", moment=started)
    return _("from {start} to {end}", start=started, end=words.moment(course.stopped_at, zone))


def lane(course: Course, zone: str) -> str:
    """One course as a line, its ATC code and, of a steroid, the prednisolone equivalent beside it."""
    told = [amount(course), span(course, zone)]
    if course.prednisolone_mg is not None:
        told.append(_("prednisolone equivalent {mg} mg/d", mg=_mg(course.prednisolone_mg)))
    quiet = f'<span class="quiet">{escape(course.drug.atc)}</span>'
    return f'<div class="lane"><b>{escape(drug_name(course.code))}</b> {escape(" · ".join(told))} {quiet}</div>'


def steroids(sum_mg: float | None, unknown: bool) -> str:
    """The prednisolone equivalent of all steroids that run."""
    if sum_mg is None and not unknown:
        return ""
    told = "" if sum_mg is None else _("Steroids: prednisolone equivalent {mg} mg/d", mg=_mg(sum_mg))
    left_out = _("a steroid whose daily mg are not charted is left out") if unknown else ""
    table = _("Usual table, from memory: 5 mg prednisolone = 4 methylprednisolone = 20 hydrocortisone = 0.75 dexamethasone.")
    body = "; ".join(part for part in (told, left_out) if part)
    return f'<p><b>{escape(body)}</b> <span class="quiet">{escape(table)}</span></p>'


def _mg(mg: float) -> float:
    return float(round(mg)) if mg >= 10 else round(mg, 1)


def days_ago(days: int) -> str:
    if days == 0:
        return _("stopped today")
    return _("stopped 1 day ago") if days == 1 else _("stopped {days} days ago", days=days)


