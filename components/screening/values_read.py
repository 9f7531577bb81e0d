"""What the scores read: each value with its unit, its day or sample, and who entered it; then and now once it is frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import Any

from components import words
from components.words import _
from trial.variables import VARIABLES

Row = Mapping[str, Any]  # of trial.screening.values_of, or of a frozen record: moments may be ISO text there
TITLES = {"hlh2004": "HLH-2004", "hscore": "HScore", "sofa": "SOFA"}


def table(rows: Sequence[Row], zone: str, now: Sequence[Row] | None = None) -> str:
    """`now`: what the same day comes to with what is on file today, beside a frozen record."""
    heads = [_("Value"), "", _("Of"), _("Entered"), _("Read by"), *([_("Now on file")] if now is not None else [])]
    head = "".join(f'<th class="text">{escape(text)}</th>' for text in heads)
    lines = "".join(_line(row, zone, now) for row in rows)
    return f'<div class="scroll"><table class="flow values">{"<tr>" + head + "</tr>"}{lines}</table></div>'


def from_before(rows: Sequence[Row], on: date) -> str:
    """"Also counted, from earlier days: ferritin 5 400 (24 Nov)"; empty if all is of the day."""
    earlier = [f"{_label(row['code'])} {shown(row)} ({_day(row['on_date'])})" for row in rows if _date(row["on_date"]) != on]
    return _("Also counted, from earlier days: {values}", values=earlier) if earlier else ""


def changed(rows: Sequence[Row], now: Sequence[Row]) -> list[str]:
    """The variables whose value on file is no longer the frozen one, and those that came later."""
    then, since = ({(row["code"], _meaning(row)) for row in each} for each in (rows, now))
    return [code for code in VARIABLES if {one for one in then ^ since if one[0] == code}]


def shown(row: Row) -> str:
    """The value with the reader's decimal sign; a result beyond the assay with its sign."""
    value = row["value"]
    if isinstance(value, str):
        return words.choice_label(value)
    sign = "" if row.get("comparator", "=") == "=" else f"{row['comparator']} "
    return sign + words.number(round(float(value), 4), _decimals(row["code"]))


def _decimals(code: str) -> int | None:
    return VARIABLES[code].decimals if code in VARIABLES else None


def _unit(code: str) -> str:
    """None for a fraction, and for a variable that an amendment took out of the catalogue."""
    unit = VARIABLES[code].unit if code in VARIABLES else ""
    return "" if unit == "fraction" else words.unit_label(unit)


def _line(row: Row, zone: str, now: Sequence[Row] | None) -> str:
    code = row["code"]
    unit = "" if isinstance(row["value"], str) else _unit(code)
    read_by = ", ".join(TITLES[score] for score in row.get("scores", ()))
    cells = [f"<b>{escape(shown(row))}</b> {escape(unit)}{_as_typed(row)}", escape(_when(row, zone)), escape(_entered(row, zone)),
             escape(read_by)]
    if now is not None:
        cells.append(_now(row, now, zone))
    return f'<tr><td class="text">{escape(_label(code))}</td>{"".join(f"<td class=text>{cell}</td>" for cell in cells)}</tr>'


def _as_typed(row: Row) -> str:
    unit = row.get("unit", "")
    if not row.get("typed") or unit in ("", "fraction") or words.unit_label(unit) == _unit(row["code"]):
        return ""
    return f' <span class="quiet">({escape(row["typed"])} {escape(words.unit_label(unit))})</span>'


def _when(row: Row, zone: str) -> str:
    told = words.moment(_moment(row["sampled_at"]), zone) if row.get("sampled_at") else _day(row["on_date"])
    return f"{told} · {_('carried over')}" if row.get("carried") else told


def _entered(row: Row, zone: str) -> str:
    if not row.get("entered_at"):
        return _("not saved yet") if "entered_at" in row else "–"  # which some records do not say
    return f"{words.moment(_moment(row['entered_at']), zone)}, {row.get('by', '')}"


def _now(then: Row, every: Sequence[Row], zone: str) -> str:
    """What the same score reads now."""
    alike = [row for row in every if row["code"] == then["code"] and {*row["scores"]} & {*then.get("scores", row["scores"])}]
    now = alike[0] if alike else None
    if now is None:
        return f'<span class="due">{escape(_("no longer on file"))}</span>'
    if _meaning(then) == _meaning(now):
        return f'<span class="quiet">{escape(_("the same"))}</span>'
    return f'<span class="due">▲ {escape(shown(now))}</span> <span class="quiet">{escape(_entered(now, zone))}</span>'


def _label(code: str) -> str:
    return words.label(code) if code in VARIABLES else code


def _meaning(row: Row) -> object:
    value = row["value"]
    return value if isinstance(value, str) else (round(float(value), 9), row.get("comparator") or "=")


def _day(on: Any) -> str:
    return words.day(_date(on))


def _date(on: Any) -> date:
    return on if isinstance(on, date) else date.fromisoformat(on)


def _moment(at: Any) -> datetime:
    return at if isinstance(at, datetime) else datetime.fromisoformat(at)
