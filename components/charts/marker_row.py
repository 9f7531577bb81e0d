"""The rows of markers: one curve each, hollow where carried, a triangle where the assay reached its limit."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from components import theme
from components.charts.picture import Picture, Row, Spec, known
from trial.variables import label, variable

KNOWN = ("measured", "carried")


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
)


@dataclass(frozen=True)
class Point:
    day: int
    value: float
    comparator: str = "="
    carried: bool = False
    assay: str = ""

    @property
    def symbol(self) -> str:
        shape = {"<": theme.BELOW, ">": theme.ABOVE}.get(self.comparator, theme.MEASURED)
        return shape + "-open" if self.carried else shape

    @property
    def sign(self) -> str:
        return "" if self.comparator == "=" else self.comparator + "\u00a0"


def curves(days: pd.DataFrame, readings: pd.DataFrame | None) -> dict[str, list[Point]]:
    """Each marker's values by day, with what the reading behind each says of it.

    The reading behind a day's value is the nearest one: a censored value is moved past its limit to be scored,
    and stands in `days` as NA where a cut-off lies beyond the limit. It is drawn at the limit all the same.
    """
    behind = _typed(readings)
    return {marker.code: _points(known(days, marker.code), behind.get(marker.code, {})) for marker in MARKERS}


def _points(values: dict[int, float], behind: dict[int, list[Point]]) -> list[Point]:
    drawn = []
    for day in sorted(values.keys() | behind.keys()):
        typed = behind.get(day, [])
        if day in values:
            typed = sorted(typed, key=lambda point: abs(point.value - values[day]), reverse=True)
        drawn.append(typed[-1] if typed else Point(day, values[day]))
    return drawn


def _typed(readings: pd.DataFrame | None) -> dict[str, dict[int, list[Point]]]:
    found: dict[str, dict[int, list[Point]]] = {marker.code: {} for marker in MARKERS}
    if readings is None:
        return found
    columns = ("variable", "state", "day", "number", "comparator", "assay")
    for code, state, day, number, sign, assay in zip(*(_cells(readings, name) for name in columns), strict=True):
        if code in found and state in KNOWN and not pd.isna(number):
            sign, assay = (text if isinstance(text, str) else "" for text in (sign, assay))
            point = Point(int(day), float(number), sign or "=", state == "carried", assay)
            found[code].setdefault(point.day, []).append(point)
    return found


def _cells(readings: pd.DataFrame, column: str) -> list[Any]:
    return readings[column].tolist() if column in readings.columns else [""] * len(readings)


def marker_row(marker: Marker, drawn: list[Point], picture: Picture) -> Row:
    low, high = _reach(marker, [point.value for point in drawn])
    axis = {}
    if marker.log:
        ticks = theme.decades(low, high)
        axis = {"tickmode": "array", "tickvals": ticks, "ticktext": [picture.number(tick, 0) for tick in ticks]}
    return Row(
        code=marker.code, pixels=marker.pixels, low=low, high=high, log=marker.log, axis=axis, empty=not drawn,
        heading=_heading(marker.code, drawn, picture), traces=(_curve(marker.code, drawn, picture),),
        notes=tuple(_assay_breaks(drawn)), card=_card(marker.code, drawn, picture),
    )  # fmt: skip


def _reach(marker: Marker, values: Sequence[float]) -> tuple[float, float]:
    if marker.log:
        return min([marker.low, *values]) / 1.5, max([marker.high, *values]) * 2
    return marker.low, max([marker.high, *values]) * 1.1


def _heading(code: str, drawn: list[Point], picture: Picture) -> str:
    name, unit = label(code, picture.language), variable(code).unit
    if not drawn:
        return picture.heading(name, unit)
    return picture.heading(name, unit, drawn[-1].day, html.escape(value_of(code, drawn[-1], picture)))


def value_of(code: str, point: Point, picture: Picture) -> str:
    return point.sign + picture.number(point.value, variable(code).decimals)


def _curve(code: str, drawn: list[Point], picture: Picture) -> Spec:
    """One line, broken by an empty point where days lack a value or the assay changed."""
    line: list[tuple[float, Point | None]] = []
    for before, point in zip([None, *drawn], drawn, strict=False):
        if before and (point.day > before.day + 1 or _other_assay(before, point)):
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


def _card(code: str, drawn: list[Point], picture: Picture) -> dict[int, str]:
    name, said = label(code, picture.language), {point.day: _said(code, point, picture) for point in drawn}
    return {day: f"{name} {said.get(day, '–')}" for day in picture.days}


def _said(code: str, point: Point, picture: Picture) -> str:
    notes = [picture.say("as before")] if point.carried else []
    notes += [html.escape(point.assay)] if point.assay else []
    value = f"<b>{html.escape(value_of(code, point, picture))}</b>\u00a0{variable(code).unit}"
    return f"{value} ({', '.join(notes)})" if notes else value


def _other_assay(before: Point, after: Point) -> bool:
    return bool(before.assay and after.assay and before.assay != after.assay)


def _assay_breaks(drawn: list[Point]) -> Iterable[Spec]:
    for before, after in pairwise(drawn):
        if _other_assay(before, after):
            yield {
                "x": after.day - 0.5, "y": 0.5, "text": "//", "font": {"size": theme.SIZE, "color": theme.QUIET},
                "hovertext": f"{html.escape(before.assay)} → {html.escape(after.assay)}",
            }  # fmt: skip


def shapes_key(every: Sequence[Point], picture: Picture) -> str:
    """What the shapes mean, of those that this patient has."""
    wanted = (
        ("○", picture.say("as before"), any(point.carried for point in every)),
        ("▲", picture.say("above the assay's limit"), any(point.comparator == ">" for point in every)),
        ("▼", picture.say("below the assay's limit"), any(point.comparator == "<" for point in every)),
    )
    sign = f'<span style="color:{theme.CURVE}">{{}}</span> {{}}'
    return "   ".join(sign.format(shape, name) for shape, name, present in wanted if present)
