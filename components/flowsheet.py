"""The flowsheet: one row a variable with its course as a line, one column a day, the newest first; what each number is
made of stays visible."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

import pandas as pd

from components import words
from components.charts.spark import spark
from components.words import _
from trial import schedule
from trial.variables import GROUPS, of_group, variable

DAYS_SHOWN = 30
Values = dict[date, Any]
Marks = dict[tuple[date, str], tuple[str, float, str]]  # of a cell: "< " or "> ", the limit, " °" where it was carried


def flowsheet(by_day: pd.DataFrame, scores: pd.DataFrame, readings: pd.DataFrame, first: date) -> str:
    """`by_day`, `scores`: by date. `readings`: long, to mark what was carried or lies beyond the assay's limit."""
    shown = sorted(by_day.index, reverse=True)[:DAYS_SHOWN]
    marks = _marks(readings)
    head = "".join(f"<th>{escape(_('D{day}', day=schedule.study_day(on, first)))}</th>" for on in shown)
    low, high, total = (_by_date(scores[column]) for column in ("low", "high", "total"))
    course = _spark("SOFA", total, shown, first, low=low, high=high)
    rows = _row("<b>SOFA</b>", course, [_interval(low[on], high[on]) for on in shown])
    for group, (english, french) in GROUPS.items():
        codes = [known.code for known in of_group(group) if known.code in by_day and by_day[known.code].notna().any()]
        named = french if words.language() == "fr" else english
        rows += f'<tr class="group"><th>{escape(named)}</th><td colspan="{len(shown) + 1}"></td></tr>' if codes else ""
        for code in codes:
            values = _by_date(by_day[code])
            cells = [_cell(values[on], code, on, marks) for on in shown]
            rows += _row(escape(words.label_with_unit(code)), _course(values, code, shown, first), cells)
    return (f'<div class="scroll"><table class="flow sheet"><tr><th>{escape(_("Study day"))}</th><th>{escape(_("Course"))}</th>'
            f"{head}</tr>{rows}</table></div>")  # fmt: skip


def _row(name: str, course: str, cells: list[str]) -> str:
    return f"<tr><td>{name}</td><td>{course}</td>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _by_date(column: pd.Series) -> Values:
    return dict(zip(column.index, column.tolist(), strict=True))  # a cell at a time, pandas takes ten times as long


def _course(values: Values, code: str, shown: list[date], first: date) -> str:
    if variable(code).kind == "choice" or len({values[on] for on in shown if not pd.isna(values[on])}) < 2:
        return ""
    return _spark(words.label(code), values, shown, first)


def _spark(name: str, values: Values, shown: list[date], first: date, **bounds: Values) -> str:
    days = [schedule.study_day(on, first) for on in reversed(shown)]
    low, high = ([_known(bounds[end][on]) for on in reversed(shown)] if end in bounds else None for end in ("low", "high"))
    return spark([_known(values[on]) for on in reversed(shown)], days=days, low=low, high=high, label=name)


def _known(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _interval(low: Any, high: Any) -> str:
    return f"<b>{low}</b>" if low == high else f"{low}–{high}"


def _cell(value: Any, code: str, on: date, marks: Marks) -> str:
    if pd.isna(value):
        return ""
    comparator, limit, carried = marks.get((on, code), ("", 0.0, ""))
    shown = limit if comparator else value
    text = words.choice_label(value) if variable(code).kind == "choice" else words.number(shown, variable(code).decimals)
    return escape(f"{comparator}{text}{carried}")


def _marks(readings: pd.DataFrame) -> Marks:
    """"°" carried over from an earlier day, "<" and ">" before the limit beyond which the assay does not tell."""
    typed = readings[readings["sampled_at"].isna()]
    return {
        (row["on_date"], row["variable"]): (
            "" if row["comparator"] == "=" else f"{row['comparator']} ", row["number"], " °" if row["state"] == "carried" else "")
        for row in typed.to_dict("records") if row["state"] == "carried" or row["comparator"] != "="
    }  # fmt: skip
