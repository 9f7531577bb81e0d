"""What a score came to, as a headline: its total or interval, the verdict it leads to, and what to know of it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from components import hlh_scores, sofa_line, words
from components.hlh_scores import state_of, verdict
from components.words import _
from scoring import dic, hlh2004, hlh2024, ohi, sic
from scoring.bands import Span
from trial.scores import Scored


def draw(found: Scored) -> str:
    return DRAWN[found.score.code](found)


def _sofa(found: Scored) -> str:
    return sofa_line.line(found.points, None)


def _sofa2(found: Scored) -> str:
    said = _("SOFA of 2025, exploratory: the trial’s is the one of 1996, and the two are never subtracted.")
    return verdict("", f"SOFA-2 {words.span(found.low, found.high)}", (said,))


def _hscore(found: Scored) -> str:
    return hlh_scores.hscore_verdict(found.points)


def _hlh2004(found: Scored) -> str:
    criteria = found.spans
    told = pd.Series({"met": hlh2004.met(criteria)[0], "count": found.low, "not_met": len(criteria) - found.high,
                      "unknown": found.high - found.low}, dtype=object)  # fmt: skip
    return hlh_scores.hlh2004_verdict(told, (
        _("Read as “exactly 5 or 6 of 8”: {verdict}", verdict=_said(hlh2004.met(criteria, "exactly_5_or_6")[0])),
        _("Read as “5 of the 6 that every ward can do”: {verdict}", verdict=_said(hlh2004.met(criteria, "5_of_6_routine")[0])),
    ))  # fmt: skip


def _said(met: object) -> str:
    return {"met": _("met"), "not_met": _("not met"), "undetermined": _("undetermined")}[state_of(met)]


def _hlh2024(found: Scored) -> str:
    met = _one(hlh2024.verdict(found.spans.values()))
    title = _("HLH-2024: {low} to {high} met of 7; {needed} are needed (from memory)", low=found.low, high=found.high,
              needed=hlh2024.NEEDED) if found.low != found.high else _(
        "HLH-2024: {count} met of 7; {needed} are needed (from memory)", count=found.low, needed=hlh2024.NEEDED)
    return verdict(state_of(met), title, (
        _("To read only: from children with familial HLH, not an inclusion rule of the trial."),))  # fmt: skip


def _ohi(found: Scored) -> str:
    met = _one(ohi.verdict(found.spans.values()))
    return verdict("", _("OHI index: {verdict}", verdict=_said(met)), (
        _("Both above their limit. Derived in hematologic malignancies; beside the trial’s criteria, never one of them."),))


def _dic(found: Scored) -> str:
    met = _one(dic.verdict(found.spans.values()))
    title = _("Overt DIC: {total}; overt from 5: {verdict}", total=words.span(found.low, found.high), verdict=_said(met))
    return verdict("", title, (_("Only where a cause of DIC is known."),))


def _sic(found: Scored) -> str:
    met = _one(sic.verdict(found.spans))
    return verdict("", _("SIC: {total}; from 4, more than 2 of them from INR and platelets: {verdict}",
                         total=words.span(found.low, found.high), verdict=_said(met)), (_("Only in sepsis."),))  # fmt: skip


def _kdigo(found: Scored) -> str:
    return verdict("", _("KDIGO stage {stage}", stage=words.span(found.low, found.high)), (
        _("Urine as the mean of the day: its stage 1 (6 to 12 hours) cannot be told."),))  # fmt: skip


def _one(span: Span) -> object:
    low, high = int(span.low[0]), int(span.high[0])
    return bool(low) if low == high else pd.NA


DRAWN: dict[str, Callable[[Scored], str]] = {
    "sofa": _sofa, "hlh2004": _hlh2004, "hscore": _hscore, "sofa2": _sofa2, "hlh2024": _hlh2024, "ohi": _ohi, "dic": _dic,
    "sic": _sic, "kdigo": _kdigo,
}  # fmt: skip
