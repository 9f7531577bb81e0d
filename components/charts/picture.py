"""What the rows of the one picture share: days, words, and how a row stands in the whole."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from components import theme

Spec = dict[str, Any]
Say = Callable[[str], str]
Domain = tuple[float, float]

LEFT = 66  # pixels before the first day: tick labels and headings


@dataclass(frozen=True)
class Threshold:
    """A dashed line at `value` (canonical unit) of `variable`; the variable "sofa" is the SOFA row."""

    variable: str
    value: float
    sign: str
    source: str


@dataclass(frozen=True)
class Row:
    """One strip of the picture: its height, the span of its axis, and what is drawn in it (not yet placed).

    `card`: study day to what the row says of that day when it is tapped.
    """

    code: str
    pixels: int
    low: float
    high: float
    log: bool = False
    heading: str = ""
    empty: bool = False
    traces: tuple[Spec, ...] = ()
    notes: tuple[Spec, ...] = ()
    axis: Spec = field(default_factory=dict)
    card: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    days: tuple[int, ...]
    today: int | None
    language: str
    say: Say
    names: Mapping[str, str] = field(default_factory=dict)  # login to the name to show
    zone: str = "UTC"

    @property
    def left(self) -> float:
        return self.days[0] - 0.6

    @property
    def right(self) -> float:
        return self.days[-1] + 0.6

    def number(self, value: float, decimals: int) -> str:
        return theme.written(value, decimals, self.language)

    def day(self, number: int) -> str:
        return self.say("D{day}").format(day=number)

    def heading(self, name: str, unit: str, day: int | None = None, newest: str = "", more: str = "") -> str:
        quiet = f'<span style="color:{theme.QUIET}">{{}}</span>'
        latest = f"{quiet.format('   ' + self.day(day))} <b>{newest}</b>" if day is not None else ""
        return f"<b>{name}</b> {quiet.format(unit)}{latest}{quiet.format('   ' + more) if more else ''}"

    def who(self, by: Any, at: Any) -> str:
        """"24/11 08:10, Léa"; nothing for what carries no author."""
        if not isinstance(by, str) or not by or at is None or pd.isna(at):
            return ""
        return f"{clock(at, self.zone)}, {html.escape(self.names.get(by, by))}"


def clock(at: datetime, zone: str) -> str:
    return f"{at.astimezone(_zone(zone)):%d/%m\u00a0%H:%M}"


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def known(frame: pd.DataFrame, column: str) -> dict[int, float]:
    """Study day to value, of the days that have one."""
    if column not in frame.columns:
        return {}
    values = frame[column].to_numpy(dtype=float, na_value=math.nan).tolist()
    return {int(day): value for day, value in zip(frame.index.tolist(), values, strict=True) if not math.isnan(value)}


def placed(row: Row, yref: str, domain: Domain, thresholds: Sequence[Threshold], picture: Picture) -> Spec:
    """The row's traces, shapes and annotations with their places in the whole."""
    lines = [line for line in thresholds if line.variable == row.code]
    notes = [{**note, "xref": "x", "yref": f"{yref} domain", "showarrow": False} for note in row.notes]
    notes += [_heading(row, yref, domain), *_line_ends(lines, row, yref, picture)]
    if lines:
        rules = "   ".join(html.escape(f"{line.sign}\u00a0{_value(line, picture)} {line.source}") for line in lines)
        notes.append(at_right(rules, domain, theme.WARN))
    if row.empty:
        notes.append(_no_value(domain, picture))
    return {
        "traces": [{**trace, "yaxis": yref, "hoverinfo": "skip"} for trace in row.traces],
        "shapes": [shape for line in lines for shape in (_beyond(line, row, yref, picture), _line(line, yref, picture))],
        "annotations": notes,
    }


def at_right(text: str, domain: Domain, colour: str) -> Spec:
    return {
        "xref": "paper", "x": 1, "xanchor": "right", "yref": "paper", "y": domain[1], "yanchor": "bottom",
        "showarrow": False, "text": text, "font": {"size": theme.SMALL, "color": colour},
    }  # fmt: skip


def _heading(row: Row, yref: str, domain: Domain) -> Spec:
    return {
        "name": f"heading {yref}", "xref": "paper", "x": 0, "xanchor": "left", "xshift": 4 - LEFT, "yref": "paper",
        "y": domain[1], "yanchor": "bottom", "showarrow": False, "text": row.heading, "align": "left",
        "font": {"size": theme.SIZE, "color": theme.INK},
    }  # fmt: skip


def _no_value(domain: Domain, picture: Picture) -> Spec:
    return {
        "xref": "paper", "x": 0.5, "yref": "paper", "y": sum(domain) / 2, "showarrow": False, "bgcolor": theme.VEIL,
        "text": picture.say("no value yet"), "font": {"size": theme.SIZE, "color": theme.QUIET},
    }  # fmt: skip


def _beyond(line: Threshold, row: Row, yref: str, picture: Picture) -> Spec:
    """The side of the threshold on which the rule is met."""
    end = row.high if line.sign in ("≥", ">") else row.low
    return {
        "type": "rect", "name": f"beyond {line.source}", "layer": "below", "xref": "x", "x0": picture.left, "x1": picture.right,
        "yref": yref, "y0": line.value, "y1": end, "fillcolor": theme.BEYOND, "line": {"width": 0},
    }  # fmt: skip


def _line(line: Threshold, yref: str, picture: Picture) -> Spec:
    return {
        "type": "line", "name": line.source, "layer": "between", "xref": "x", "x0": picture.left, "x1": picture.right,
        "yref": yref, "y0": line.value, "y1": line.value, "line": {"color": theme.WARN, "width": 1.2, "dash": "dash"},
    }  # fmt: skip


def _line_ends(lines: Sequence[Threshold], row: Row, yref: str, picture: Picture) -> list[Spec]:
    # on a log axis plotly places annotations by the logarithm, shapes by the value
    return [
        {
            "xref": "paper", "x": 1, "xanchor": "left", "yref": yref, "showarrow": False,
            "y": math.log10(line.value) if row.log else line.value, "text": _value(line, picture),
            "font": {"size": theme.SMALL, "color": theme.WARN},
        }
        for line in lines
    ]  # fmt: skip


def _value(line: Threshold, picture: Picture) -> str:
    return picture.number(line.value, 0 if line.value == int(line.value) else 1)
