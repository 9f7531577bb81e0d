"""A screening decision as it was frozen: verdict, signature, scores, criteria, and each value then and now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from components import words
from components.screening import consent_form, log_table, values_read
from components.screening.criteria import mark
from components.words import _
from trial.eligibility import BY_CODE, NEEDED, VERDICTS, Criterion
from trial.errors import sentence
from trial.flow import reasons_of

DECIDED = {"included": sentence("Included"), "not_included": sentence("Not included")}


def headline(decided: Mapping[str, Any], zone: str) -> str:
    """`decided`: one row of db.screening.frozen. What was decided, why, who signed and when."""
    record, said = decided["frozen"], decided["decision"]
    state = record.get("verdict", "undetermined")
    reasons = "".join(f"<div>{escape(log_table.reason(one))}</div>" for one in reasons_of(decided["reasons"]))
    title = _("Attempt {attempt}: {decision}", attempt=decided["attempt"], decision=_(DECIDED[said]))
    tone = "met" if said == "included" else "not_met"
    told = (f"<b>{escape(title)}</b> · {escape(_(VERDICTS.get(state, state)))}", reasons,
            f'<div class="quiet">{escape(_signed(decided, zone))}</div>', f"<div>{escape(scores(record))}</div>")
    return f'<div class="verdict {tone}">{"".join(told)}</div>'


def _signed(decided: Mapping[str, Any], zone: str) -> str:
    signature = decided["frozen"].get("signature")
    if not signature:
        return _("Decided by {name} on {time}, without a signature", name=decided["by"], time=words.moment(decided["at"], zone))
    at = words.moment(datetime.fromisoformat(signature["at"]), zone)
    return _("Signed by {name} ({role}) on {time} · rules {rules}", name=signature.get("name", "–"),
             role=signature.get("role", "–"), time=at, rules=decided["rules"])


def scores(record: Mapping[str, Any]) -> str:
    """"HLH-2004: 5 met, 0 not met, 3 unknown of 8 · HScore 284–319 · SOFA 7–11", with what was needed then."""
    needed = record.get("needed", NEEDED)
    criteria = record.get("hlh2004", {})
    told = [_("HLH-2004: {count} met, {not_met} not met, {unknown} unknown of 8; {needed} are needed",
              needed=needed["hlh2004"], **{name: criteria.get(name, "–") for name in ("count", "not_met", "unknown")})]  # fmt: skip
    for score, title in (("hscore", "HScore"), ("sofa", "SOFA")):
        if "low" in (row := record.get(score, {})):
            told.append(_("{score} {total} of {needed} needed", score=title, total=words.span(row["low"], row.get("high")),
                          needed=needed[score]))
    return " · ".join(told)


def criteria(record: Mapping[str, Any]) -> str:
    """The criteria as they stood, in the registry's order."""
    return "".join(_criterion(line) for line in record.get("lines", ()))


def _criterion(line: Mapping[str, Any]) -> str:
    known = BY_CODE.get(line["code"], Criterion(line["code"], "inclusion", 0, line["code"], line["code"]))
    told = line.get(words.language()) or known.text(words.language())
    answer = "" if line["answer"] == "computed" else f" – {words.coded('answer', line['answer'])}"
    why = f'<div class="quiet">{escape(_(line["why"], **line["facts"]))}</div>' if line["answer"] == "computed" else ""
    return (f'<div class="criterion">{mark(known, line["fulfilled"])} '
            f'{escape(told)}{escape(answer)}{why}</div>')


def values(record: Mapping[str, Any], now: Sequence[Mapping[str, Any]], zone: str) -> str:
    """The frozen values beside what the same day comes to with what is on file today."""
    rows = record.get("values", ())
    if isinstance(rows, Mapping):  # records of the first format
        return ""
    return values_read.table(rows, zone, now)


def what_changed(record: Mapping[str, Any], now: Sequence[Mapping[str, Any]]) -> str:
    """A sentence when a value was changed or came in after the decision; empty otherwise."""
    rows = record.get("values", ())
    if isinstance(rows, Mapping):
        return ""
    codes = values_read.changed(rows, now)
    said = _("Changed on file since the decision: {variables}. The decision stays as it was signed.", variables=codes)
    return said if codes else ""


def consent(record: Mapping[str, Any], zone: str) -> str:
    given = record.get("consent")
    return consent_form.on_file(given["route"], datetime.fromisoformat(given["signed_at"]), "", zone) if given else ""
