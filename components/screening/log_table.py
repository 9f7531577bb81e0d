"""The screening log as a table on the screen and as a file."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Hashable, Mapping
from datetime import UTC, date, datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from components import words
from components.words import _
from trial import protocol
from trial.eligibility import BY_NAME, VERDICTS
from trial.errors import sentence
from trial.flow import reasons_of

AT_ONCE = 100  # attempts shown at first
ALL = sentence("All")
DECISIONS = {"included": sentence("Included"), "not_included": sentence("Not included"), "open": sentence("Open")}
COLUMNS = (  # of the file: names that other programs can rely on, whatever the language of the reader
    "number", "study_number", "site", "attempt", "sex", "birth_year", "arrived_on", "decision", "reasons", "reasons_in_words",
    "verdict", "hlh2004_met", "hlh2004_criteria", "hlh2004_unknown", "hscore_low", "hscore_high", "hscore_probability", "sofa_low",
    "sofa_high", "values_on", "consent_route", "hlh2004_rules", "hscore_rules", "sofa_rules", "app_rules", "record_format", "by",
    "at",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what a spreadsheet would run when it opens the file
SIGN = {"included": "✓", "not_included": "✗", "open": "…"}


def draw(log: pd.DataFrame) -> str:
    """One row an attempt, in the reader's words; verdict and scores as they were frozen."""
    heads = (_("Number"), _("Patient"), _("Decision"), _("Reasons"), _("Verdict and scores"))
    head = "".join(f'<th class="text">{escape(one)}</th>' for one in heads)
    rows = "".join(_row(row) for row in log.to_dict("records"))
    return f'<div class="scroll"><table class="flow log"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _row(row: Mapping[Hashable, Any]) -> str:
    decision = row["decision"]
    again = _("attempt {number}", number=row["attempt"]) if row["attempt"] > 1 else None
    on = None if _is_none(row["at"]) else words.day(row["at"].astimezone(ZoneInfo(protocol.TIME_ZONE)).date(), year=True)
    cells = (
        _lines(f"<b>{escape(row['number'])}</b>", row["study_number"], again),
        _lines(escape(_who(row)), _("in ICU since {day}", day=row["arrived_on"])),
        _lines(f'<span class="{decision}">{SIGN[decision]} {escape(_(DECISIONS[decision]))}</span>', row["by_name"], on),
        "".join(f"<div>{escape(reason(one))}</div>" for one in reasons_of(row["reasons"])),
        _verdict(row),
    )
    return "<tr>" + "".join(f'<td class="text">{cell}</td>' for cell in cells) + "</tr>"


def _who(row: Mapping[Hashable, Any]) -> str:
    year = row["birth_year"]
    return words.coded("sex", row["sex"]) + ("" if _is_none(year) else f", {int(year)}")


def _verdict(row: Mapping[Hashable, Any]) -> str:
    """Scores as intervals; of the criteria up to how many if the unknown ones are met."""
    met, unknown, verdict = row["hlh2004_criteria"], row["hlh2004_unknown"], row["verdict"]
    criteria = "" if met is None else _("{count} of 8", count=span(met, met + (unknown or 0)))
    hscore, sofa = span(row["hscore_low"], row["hscore_high"]), span(row["sofa_low"], row["sofa_high"])
    told = [f"{name} {score}" for name, score in (("HLH-2004", criteria), ("HScore", hscore), ("SOFA", sofa)) if score]
    parts = " · ".join(f'<span class="whole">{escape(one)}</span>' for one in told)
    said = escape(_(VERDICTS[verdict])) if verdict in VERDICTS else ""
    return f'{said}<div class="quiet">{parts}</div>'


def _lines(first: str, *more: str | None) -> str:
    return first + "".join(f'<div class="quiet">{escape(str(line))}</div>' for line in more if not _is_none(line))


def reason(stored: str, language: str = "") -> str:
    """A criterion with its text, or the words that were typed."""
    criterion = BY_NAME.get(stored)
    return f"{stored} {criterion.text(language or words.language())}" if criterion else stored


def span(low: Any, high: Any) -> str:
    if low is None or high is None:
        return ""
    return words.span(low, high)


def file_name(site: str, decision: str, on: date) -> str:
    told = [part.replace("_", "-") for part in ("screening_log", site or "all_sites", decision) if part]
    return f"jakahdi-{'-'.join(told)}-{on:%Y-%m-%d}.csv"


def as_csv(log: pd.DataFrame, language: str) -> bytes:
    """As the reader's spreadsheet takes it: in French semicolons and decimal commas. Dates are ISO, moments in UTC.

    Made when it is asked for, outside a run of the page: the language is not known here otherwise.
    """
    french = language == "fr"
    written = io.StringIO()
    table = csv.writer(written, delimiter=";" if french else ",", lineterminator="\r\n")
    table.writerow(COLUMNS)
    for row in log.to_dict("records"):
        in_words = "\n".join(reason(one, language) for one in reasons_of(row["reasons"]))
        told = row | {"by": row["by_name"], "reasons_in_words": in_words}
        table.writerow([_cell(told[column], french) for column in COLUMNS])
    return written.getvalue().encode("utf-8-sig")


def _cell(fact: Any, french: bool) -> str:
    if _is_none(fact):
        return ""
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    if isinstance(fact, datetime):
        return fact.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(fact, float):
        told = f"{fact:g}" if not fact.is_integer() else str(int(fact))
        return told.replace(".", ",") if french else told
    return harmless(str(fact))


def _is_none(fact: Any) -> bool:
    return fact is None or fact is pd.NaT or (isinstance(fact, float) and math.isnan(fact))


def harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text

