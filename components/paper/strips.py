"""The rows of the one picture as vectors on paper: the plain plotly traces that components.charts makes, drawn by hand."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from typing import Any

from reportlab.lib.colors import Color, HexColor, black, white
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject
from reportlab.platypus import Flowable

from components import theme
from components.charts.picture import Picture, Row, Spec, Threshold
from components.paper.page import BOLD, REGULAR, drawable

LEFT, RIGHT, AXIS, HEADING, LEGEND, VISITS, TODAY = 40.0, 34.0, 20.0, 9.0, 10.0, 9.0, 8.0  # points
SMALL, TINY = 6.2, 5.4
QUIET, GRID, WARN, CURVE, INK = (HexColor(colour) for colour in (theme.QUIET, theme.GRID, theme.WARN, theme.CURVE, theme.INK))
HATCHING = {"/": ((1, 1),), "\\": ((1, -1),), "x": ((1, 1), (1, -1)), "-": ((1, 0),), ".": ((0, 0),)}
FIXED = {"doses": 9.5, "lanes": 8.5, "events": 8.5}  # points a line: rows of signs do not shrink
THICK, LANE = 1.1, 6.5
Place = Callable[[float], float]


class Strips(Flowable):
    """As wide and high as it is told; the rows share the height as they do on the screen."""

    def __init__(self, picture: Picture, rows: Sequence[Row], thresholds: Sequence[Threshold], visit_days: Sequence[int],
                 until: int | None, width: float, height: float) -> None:  # fmt: skip
        super().__init__()
        self.picture, self.rows, self.thresholds, self.visit_days, self.until = picture, rows, thresholds, visit_days, until
        self.width, self.height = width, height

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        canvas = self.canv
        self._legend(canvas)
        top, bottom = self.height - LEGEND - VISITS - TODAY * (self.picture.today in self.picture.days), AXIS
        fixed = {row.code: FIXED[row.code] * (row.high - row.low) for row in self.rows if row.code in FIXED}
        room = top - bottom - (HEADING + 3) * len(self.rows) - sum(fixed.values())
        unit = room / sum(row.pixels for row in self.rows if row.code not in FIXED)
        self._outside(canvas, bottom, top)
        upper = top
        for row in self.rows:
            upper -= HEADING
            lower = upper - fixed.get(row.code, row.pixels * unit)
            self._row(canvas, row, lower, upper)
            upper = lower - 3
        self._axis(canvas, bottom, top)

    def x(self, day: float) -> float:
        span = self.picture.right - self.picture.left
        return LEFT + (day - self.picture.left) / span * (self.width - LEFT - RIGHT)

    def _legend(self, canvas: Canvas) -> None:
        at = LEFT
        for trace in self.rows[0].traces:
            if trace["type"] == "bar":
                _box(canvas, at, self.height - 8, 9, 6, trace)
                at = _write(canvas, at + 11, self.height - 7.5, trace["name"], SMALL) + 12

    def _outside(self, canvas: Canvas, bottom: float, top: float) -> None:
        canvas.setFillColor(Color(0.93, 0.94, 0.95))
        if self.picture.days[0] < 1:
            canvas.rect(self.x(self.picture.left), bottom, self.x(0.5) - LEFT, top - bottom, stroke=0, fill=1)
        if self.until is not None and self.until < self.picture.days[-1]:
            canvas.rect(self.x(self.until + 0.5), bottom, self.x(self.picture.right) - self.x(self.until + 0.5), top - bottom,
                        stroke=0, fill=1)  # fmt: skip

    def _axis(self, canvas: Canvas, bottom: float, top: float) -> None:
        step = math.ceil(len(self.picture.days) / 31)
        canvas.setStrokeColor(QUIET)
        canvas.setLineWidth(0.5)
        canvas.line(LEFT, bottom - 1, self.width - RIGHT, bottom - 1)
        for day in self.picture.days:
            if (day - 1) % step == 0:
                _write(canvas, self.x(day), bottom - 8, str(day).replace("-", "−"), SMALL, "center", bold=day in self.visit_days)
        _write(canvas, (self.width + LEFT - RIGHT) / 2, bottom - 16, self.picture.say("Study day"), SMALL, "center")
        for day in self.visit_days:
            if day in self.picture.days:
                _write(canvas, self.x(day), top + 2, self.picture.day(day), SMALL, "center", colour=QUIET)
        if self.picture.today in self.picture.days and self.picture.today is not None:
            _write(canvas, self.x(self.picture.today), top + VISITS + 1, self.picture.say("today"), SMALL, "center", bold=True)
            self._upright(canvas, self.picture.today, top, top + VISITS - 1, colour=HexColor(theme.TODAY), width=1.2)

    def _row(self, canvas: Canvas, row: Row, lower: float, upper: float) -> None:
        low, high = (math.log10(end) if row.log else end for end in (row.low, row.high))

        def y(value: float) -> float:
            told = math.log10(value) if row.log else value
            return lower + (min(max(told, low), high) - low) / (high - low) * (upper - lower)

        self._frame(canvas, row, y, lower, upper)
        _runs_of_text(canvas, 0, upper + 2, row.heading)
        stack: dict[float, float] = {}
        for trace in row.traces:
            if trace["type"] == "bar":
                self._bars(canvas, trace, y, stack)
            elif trace["mode"] == "text":
                self._totals(canvas, trace, y)
            else:
                self._curve(canvas, trace, y, row)
        for note in row.notes:
            self._note(canvas, note, lower, upper)
        if row.empty:
            _write(canvas, self.width / 2, (lower + upper) / 2, self.picture.say("no value yet"), SMALL, "center", colour=QUIET)

    def _frame(self, canvas: Canvas, row: Row, y: Place, lower: float, upper: float) -> None:
        canvas.setLineWidth(0.4)
        for tick, label in _ticks(row, self.picture):
            if row.low <= tick <= row.high:
                _write(canvas, LEFT - 3, y(tick) - 2, label, TINY, "right", colour=QUIET)
                if row.axis.get("showgrid", True):
                    canvas.setStrokeColor(GRID)
                    canvas.line(LEFT, y(tick), self.width - RIGHT, y(tick))
        lines = [line for line in self.thresholds if line.variable == row.code]
        for line in lines:
            canvas.setStrokeColor(WARN)
            canvas.setDash(3, 2)
            canvas.line(LEFT, y(line.value), self.width - RIGHT, y(line.value))
        canvas.setDash()
        written = math.inf
        for line in sorted(lines, key=lambda line: -line.value):
            at = min(y(line.value) - 2, written - TINY)
            written = at
            decimals = 0 if line.value == int(line.value) else 1
            _write(canvas, self.width - RIGHT + 2, at, self.picture.number(line.value, decimals), TINY, colour=WARN)
        rules = "   ".join(f"{line.sign} {self.picture.number(line.value, 0 if line.value == int(line.value) else 1)} {line.source}"
                           for line in lines)  # fmt: skip
        _write(canvas, self.width - RIGHT, upper + 2, rules, TINY, "right", colour=WARN)
        for day in self.visit_days:
            if day in self.picture.days:
                self._upright(canvas, day, lower, upper, dash=() if day == 1 else (1, 1.5), colour=INK if day == 1 else QUIET)
        if self.picture.today in self.picture.days and self.picture.today is not None:
            self._upright(canvas, self.picture.today, lower, upper, colour=HexColor(theme.TODAY), width=1.2)

    def _upright(self, canvas: Canvas, day: float, lower: float, upper: float, *, dash: tuple[float, ...] = (), colour: Color,
                 width: float = 0.6) -> None:  # fmt: skip
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(width)
        canvas.setDash(*dash) if dash else canvas.setDash()
        canvas.line(self.x(day), lower, self.x(day), upper)
        canvas.setDash()

    def _bars(self, canvas: Canvas, trace: Spec, y: Place, stack: dict[float, float]) -> None:
        half = trace["width"] / 2
        for place, (day, points) in enumerate(zip(trace["x"], trace["y"], strict=True)):
            if points:
                start = trace["base"][place] if "base" in trace else stack.get(day, 0)
                stack[day] = start + points
                left, low = self.x(day - half), y(start)
                _box(canvas, left, low, self.x(day + half) - left, y(start + points) - low, trace)

    def _totals(self, canvas: Canvas, trace: Spec, y: Place) -> None:
        for day, value, text in zip(trace["x"], trace["y"], trace["text"], strict=True):
            told = _plain(text).replace("\n", "")
            _write(canvas, self.x(day), y(value) + 2, told, SMALL, "center", bold="<b>" in text)

    def _curve(self, canvas: Canvas, trace: Spec, y: Place, row: Row) -> None:
        points = list(zip(trace["x"], trace["y"], strict=True))
        if "lines" in trace["mode"]:
            thick = LANE if row.code == "lanes" else THICK
            canvas.setStrokeColor(HexColor(trace["line"]["color"]))
            canvas.setLineWidth(thick)
            for run in _unbroken(points):
                path = canvas.beginPath()
                path.moveTo(self.x(run[0][0]), y(run[0][1]))
                for day, value in run[1:]:
                    path.lineTo(self.x(day), y(value))
                canvas.drawPath(path)
        if "markers" not in trace["mode"]:
            return
        marker = trace["marker"]
        for place, (day, value) in enumerate(points):
            size = _at(marker["size"], place)
            if value is None or not size:
                continue
            edge = marker.get("line", {}).get("color", _at(marker["color"], place))
            symbol = _at(marker["symbol"], place)
            radius = size * (0.22 if row.code == "doses" else 0.24)
            _shape(canvas, self.x(day), y(value), radius, symbol, _at(marker["color"], place), _at(edge, place))
            if "text" in trace and trace["text"][place]:
                _write(canvas, self.x(day), y(value) - 2, trace["text"][place], TINY, "center", bold=True,
                       colour=HexColor(trace["textfont"]["color"][place]))  # fmt: skip

    def _note(self, canvas: Canvas, note: Spec, lower: float, upper: float) -> None:
        side = {"left": "left", "right": "right"}.get(note.get("xanchor", ""), "center")
        shift = 0.4 * float(note.get("xshift", 0)) + (2 if side == "left" else -2 if side == "right" else 0)
        _write(canvas, self.x(note["x"]) + shift, lower + note["y"] * (upper - lower) - 2, _plain(note["text"]), SMALL, side)


def _at(of_all: Any, place: int) -> Any:
    return of_all[place] if isinstance(of_all, list) else of_all


def _unbroken(points: Sequence[tuple[float, float | None]]) -> Iterator[list[tuple[float, float]]]:
    run: list[tuple[float, float]] = []
    for day, value in points:
        if value is None:
            if run:
                yield run
            run = []
        else:
            run.append((day, value))
    if run:
        yield run


def _ticks(row: Row, picture: Picture) -> list[tuple[float, str]]:
    """The axis' own ticks; else round numbers, four at most."""
    if "tickvals" in row.axis:
        return list(zip(row.axis["tickvals"], row.axis.get("ticktext", []), strict=False))
    step = float(row.axis.get("dtick", 0)) or _round((row.high - row.low) / 3)
    first = math.ceil(row.low / step)
    values = [round(place * step, 6) for place in range(first, math.floor(row.high / step) + 1)]
    return [(value, picture.number(value, 0 if step >= 1 else 1)) for value in values]


def _round(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * part for part in (1, 2, 5, 10) if power * part >= step)


def _plain(text: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", text.replace("<br>", "\n")))


def _runs_of_text(canvas: Canvas, at: float, y: float, marked: str) -> None:
    """Text with the few marks of the picture's headings: <b>, <span style="color:…">."""
    bold, colours = False, [black]
    for part in re.split(r"(<[^>]+>)", marked):
        if part in ("<b>", "</b>"):
            bold = part == "<b>"
        elif part.startswith("<span"):
            found = re.search(r"#[0-9A-Fa-f]{6}", part)
            colours.append(HexColor(found[0]) if found else black)
        elif part == "</span>":
            colours.pop()
        elif part:
            at = _write(canvas, at, y, unescape(part), SMALL + 0.6, bold=bold, colour=colours[-1])


def _write(canvas: Canvas, x: float, y: float, text: str, size: float, side: str = "left", *, bold: bool = False,
           colour: Color = black) -> float:  # fmt: skip
    """Writes, and answers where the text ends."""
    font, told = (BOLD if bold else REGULAR), re.sub(" {2,}", "   ", drawable(text))
    wide = stringWidth(told, font, size)
    start = x - {"left": 0.0, "center": wide / 2, "right": wide}[side]
    canvas.setFont(font, size)
    canvas.setFillColor(colour)
    canvas.drawString(start, y, told)
    return start + wide


def _box(canvas: Canvas, x: float, y: float, wide: float, high: float, trace: Spec) -> None:
    """A part of a bar in its colour, with its pattern in white (dark where the bar itself is white)."""
    colour, pattern = trace["marker"]["color"], trace["marker"]["pattern"]["shape"]
    open_part = not colour.startswith("#")
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(x, y, wide, high)
    canvas.setFillColor(white if open_part else HexColor(colour))
    canvas.setStrokeColor(HexColor(theme.EMPTY) if open_part else white)
    canvas.setLineWidth(0.4)
    canvas.drawPath(path, fill=1, stroke=1)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.setStrokeColor(HexColor(theme.EMPTY) if open_part else white)
    canvas.setFillColor(white)
    canvas.setLineWidth(0.5)
    for across, along in HATCHING.get(pattern, ()):
        _hatch(canvas, x, y, wide, high, across, along)
    canvas.restoreState()


def _hatch(canvas: Canvas, x: float, y: float, wide: float, high: float, across: int, along: int) -> None:
    gap = 2.6
    if (across, along) == (0, 0):
        for row in range(math.ceil(high / gap)):
            for column in range(math.ceil(wide / gap)):
                canvas.circle(x + (column + 0.5) * gap, y + (row + 0.5) * gap, 0.45, stroke=0, fill=1)
        return
    if along == 0:
        for row in range(1, math.ceil(high / gap)):
            canvas.line(x, y + row * gap, x + wide, y + row * gap)
        return
    for place in range(-math.ceil(high / gap), math.ceil((wide + high) / gap)):
        start = x + place * gap
        canvas.line(start, y if along > 0 else y + high, start + high, y + high if along > 0 else y)


CORNERS = {"square": 4, "diamond": 4, "octagon": 8, "pentagon": 5, "triangle-up": 3, "triangle-down": 3, "triangle-right": 3}
TURN = {"square": 45.0, "diamond": 90.0, "octagon": 22.5, "pentagon": 90.0, "triangle-up": 90.0, "triangle-down": 270.0,
        "triangle-right": 0.0}  # fmt: skip


def _shape(canvas: Canvas, x: float, y: float, radius: float, symbol: str, fill: str, edge: str) -> None:
    hollow, plain = symbol.endswith("-open") or not fill.startswith("#"), symbol.removesuffix("-open")
    canvas.setFillColor(white if hollow else HexColor(fill))
    canvas.setStrokeColor(HexColor(edge))
    canvas.setLineWidth(0.8)
    if plain == "circle":
        canvas.circle(x, y, radius, stroke=1, fill=1)
        return
    reach = radius * (1.35 if plain in ("square", "diamond") else 1.25)
    canvas.drawPath(_polygon(canvas, x, y, reach, CORNERS[plain], TURN[plain]), stroke=1, fill=1)


def _polygon(canvas: Canvas, x: float, y: float, reach: float, corners: int, turn: float) -> PDFPathObject:
    path = canvas.beginPath()
    for corner in range(corners):
        angle = math.radians(turn + 360 * corner / corners)
        (path.lineTo if corner else path.moveTo)(x + reach * math.cos(angle), y + reach * math.sin(angle))
    path.close()
    return path
