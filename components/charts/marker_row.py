"""The rows of markers: one curve each, hollow where carried, a triangle where the assay reached its limit."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pandas as pd

from components import theme
from components.charts.picture import Picture, Row, Spec, known
from trial import markers
from trial.errors import sentence
from trial.variables import label, variable

KNOWN = ("measured", "carried")
VALUE, PEAK, DAY_1 = "value", "peak", "day_1"
SCALES = {VALUE: sentence("values"), PEAK: sentence("% of peak"), DAY_1: sentence("% of day 1")}
PERCENT = 120.0  # the least that an axis in % spans


@dataclass(frozen=True)
class Marker:
    """`low` to `high` is the least that its axis spans."""

    code: str
    pixels: int
    low: float
    high: float
    log: bool = False


MARKERS = (
    Marker("ferritin", 102, 100, 10_000, log=True),
    Marker("scd25", 92, 1_000, 10_000, log=True),
    Marker("fibrinogen", 82, 0, 4),
    Marker("platelets", 82, 0, 200),
    Marker("triglycerides", 82, 0, 6),
    Marker("hemoglobin", 82, 5, 13),
    Marker("white_cells", 82, 0, 12),
    Marker("temperature", 82, 36, 40),
)
BY_CODE = {marker.code: marker for marker in MARKERS}
FIRST_CHOICE = ("ferritin", "scd25", "fibrinogen", "platelets")


@dataclass(frozen=True)
class Point:
    day: int
    value: float
    comparator: str = "="
    carried: bool = False
    assay: str = ""
    who: str = ""  # "24/11 08:10, Léa"

    @property
    def symbol(self) -> str:
        shape = {"<": theme.BELOW, ">": theme.ABOVE}.get(self.comparator, theme.MEASURED)
        return shape + "-open" if self.carried else shape

    @property
    def sign(self) -> str:
        return "" if self.comparator == "=" else self.comparator + "\u00a0"


Curves = dict[str, list[Point]]


def curves(days: pd.DataFrame, readings: pd.DataFrame | None, chosen: Sequence[str] = FIRST_CHOICE,
           picture: Picture | None = None) -> Curves:  # fmt: skip
    """Each marker's values by day, with what the reading behind each says of it.

    The reading behind a day's value is the nearest one: a censored value is moved past its limit to be scored,
    and stands in `days` as NA where a cut-off lies beyond the limit. It is drawn at the limit all the same.
    """
    behind = _typed(readings, chosen, picture)
    return {code: _points(known(days, code), behind.get(code, {})) for code in chosen}


def _points(values: dict[int, float], behind: dict[int, list[Point]]) -> list[Point]:
    drawn = []
    for day in sorted(values.keys() | behind.keys()):
        typed = behind.get(day, [])
        if day in values:
            typed = sorted(typed, key=lambda point: abs(point.value - values[day]), reverse=True)
        drawn.append(typed[-1] if typed else Point(day, values[day]))
    return drawn


def _typed(readings: pd.DataFrame | None, chosen: Sequence[str], picture: Picture | None) -> dict[str, dict[int, list[Point]]]:
    found: dict[str, dict[int, list[Point]]] = {code: {} for code in chosen}
    if readings is None:
        return found
    asked = readings[readings["variable"].isin(list(chosen))]
    columns = ("variable", "state", "day", "number", "comparator", "assay", "sampled_at", "at", "by")
    for code, state, day, number, sign, assay, drawn_at, at, by in zip(*(_cells(asked, name) for name in columns), strict=True):
        if state in KNOWN and not pd.isna(number):
            sign, assay = (text if isinstance(text, str) else "" for text in (sign, assay))
            who = picture.who(by, at if pd.isna(drawn_at) else drawn_at) if picture else ""
            point = Point(int(day), float(number), sign or "=", state == "carried", assay, who)
            found[code].setdefault(point.day, []).append(point)
    return found


def _cells(readings: pd.DataFrame, column: str) -> list[Any]:
    return readings[column].tolist() if column in readings.columns else [None] * len(readings)


def marker_row(code: str, results: list[Point], scale: str, picture: Picture) -> Row:
    marker, unit = BY_CODE[code], variable(code).unit
    drawn, named = relative(code, results, scale)
    if named != VALUE:
        marker, unit = replace(marker, low=0, high=PERCENT, log=False), picture.say(SCALES[named])
    low, high = _reach(marker, [point.value for point in drawn])
    axis = {}
    if marker.log:
        ticks = theme.decades(low, high)
        axis = {"tickmode": "array", "tickvals": ticks, "ticktext": [picture.number(tick, 0) for tick in ticks]}
    return Row(
        code=code if named == VALUE else f"{code} %", pixels=marker.pixels, low=low, high=high, log=marker.log, axis=axis,
        empty=not drawn, heading=_heading(code, results, drawn, unit, named, picture), traces=(_curve(code, drawn, picture),),
        notes=tuple(_assay_breaks(drawn)), card=_card(code, results, drawn, named, picture),
    )  # fmt: skip


def relative(code: str, results: list[Point], scale: str) -> tuple[list[Point], str]:
    """The points on that scale, and the scale that they are on: values, where a ratio would mean nothing."""
    fits = {PEAK: markers.has_peak, DAY_1: markers.has_ratio}.get(scale)
    if fits is None or not fits(code):
        return results, VALUE
    base = markers.peak(results) if scale == PEAK else markers.day_1(results)
    if base is None:
        return [], scale
    parts = [(point, markers.percent(point, base)) for point in results]
    return [replace(point, value=part[0], comparator=part[1]) for point, part in parts if part], scale


def _reach(marker: Marker, values: Sequence[float]) -> tuple[float, float]:
    if marker.log:
        return min([marker.low, *values]) / 1.5, max([marker.high, *values]) * 2
    return min([marker.low, *values]), max([marker.high, *values]) * (1.02 if marker.code == "temperature" else 1.1)


def _heading(code: str, results: list[Point], drawn: list[Point], unit: str, named: str, picture: Picture) -> str:
    name = label(code, picture.language)
    more = _half(results, picture) if markers.has_peak(code) else ""
    if not drawn:
        return picture.heading(name, unit)
    newest = _percent(drawn[-1], picture) if named != VALUE else value_of(code, drawn[-1], picture)
    return picture.heading(name, unit, drawn[-1].day, html.escape(newest), more)


def _half(results: list[Point], picture: Picture) -> str:
    found = markers.half(results)
    if found is None or found.day is None:
        return ""
    return picture.say("half of the peak ({peak}) by {day}").format(peak=picture.day(found.peak_day), day=picture.day(found.day))


def value_of(code: str, point: Point, picture: Picture) -> str:
    return point.sign + picture.number(point.value, variable(code).decimals)


def _percent(point: Point, picture: Picture) -> str:
    space = "\u202f" if picture.language == "fr" else ""
    return f"{point.sign}{point.value:.0f}{space}%"


def _curve(code: str, drawn: list[Point], picture: Picture) -> Spec:
    """One line, broken by an empty point where days lack a value or the assay changed."""
    line: list[tuple[float, Point | None]] = []
    for before, point in zip([None, *drawn], drawn, strict=False):
        if before and (point.day > before.day + 1 or not markers.comparable(before, point)):
            line.append((point.day - 0.5, None))
        line.append((point.day, point))
    return {
        "type": "scatter", "mode": "lines+markers", "name": label(code, picture.language), "showlegend": False,
        "x": [x for x, _ in line], "y": [point and point.value for _, point in line],
        "line": {"color": theme.CURVE, "width": 2}, "connectgaps": False, "cliponaxis": False,
        "marker": {
            "symbol": [point.symbol if point else theme.MEASURED for _, point in line],
            "size": [9 if point is None or not point.sign else 12 for _, point in line],
            "color": theme.CURVE, "line": {"color": theme.CURVE, "width": 2}, "opacity": 1,
        },
    }  # fmt: skip


def _card(code: str, results: list[Point], drawn: list[Point], named: str, picture: Picture) -> dict[int, str]:
    parts = {point.day: f" · {html.escape(_percent(point, picture))}" for point in drawn} if named != VALUE else {}
    said = {point.day: _said(code, point, parts.get(point.day, ""), picture) for point in results}
    name = label(code, picture.language)
    return {day: f"{name} {said.get(day, '–')}" for day in picture.days}


def _said(code: str, point: Point, part: str, picture: Picture) -> str:
    notes = [picture.say("as before")] if point.carried else []
    notes += [html.escape(point.assay)] if point.assay else []
    value = f"<b>{html.escape(value_of(code, point, picture))}</b>\u00a0{variable(code).unit}{part}"
    value = f"{value} ({', '.join(notes)})" if notes else value
    return f"{value} · {point.who}" if point.who else value


def _assay_breaks(drawn: list[Point]) -> Iterable[Spec]:
    for before, after in pairwise(drawn):
        if not markers.comparable(before, after):
            yield {
                "x": after.day - 0.5, "y": 0.5, "text": "//", "font": {"size": theme.SIZE, "color": theme.QUIET},
                "hovertext": f"{html.escape(before.assay)} → {html.escape(after.assay)}",
            }  # fmt: skip


def shapes_key(drawn: Curves, scale: str, picture: Picture) -> str:
    """What the shapes mean, of those that this patient has."""
    rows = [relative(code, results, scale) for code, results in drawn.items()]
    every = [(point, named) for shown, named in rows for point in shown]
    signs = {(point.comparator, named == VALUE) for point, named in every}
    wanted = (
        ("○", picture.say("as before"), any(point.carried for point, _ in every)),
        ("▲", picture.say("above the assay's limit"), (">", True) in signs),
        ("▼", picture.say("below the assay's limit"), ("<", True) in signs),
        ("▲", picture.say("at least"), (">", False) in signs),
        ("▼", picture.say("at most"), ("<", False) in signs),
    )
    sign = f'<span style="color:{theme.CURVE}">{{}}</span> {{}}'
    return "   ".join(sign.format(shape, name) for shape, name, present in wanted if present)
