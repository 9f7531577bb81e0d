"""The patient's sheet: the one picture, the day-7 sentence and the visits on one page of A4 lying on its side.

It draws the rows of the screen (components.charts.one_picture.strips) as vectors; what colour says on the screen,
pattern, shape and letter say on a black-and-white print.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd
from reportlab.lib.pagesizes import A4, landscape
from reportlab.platypus import Flowable

from components.charts.marker_row import Point, curves
from components.charts.picture import Picture, Row, Threshold
from components.paper.page import LINE, MARGIN, Pen, cut, one_page, ruled, table
from components.paper.strips import Strips
from components.words import span
from trial import protocol
from trial.variables import VARIABLES, label
from trial.version import APP

PAPER = landscape(A4)
WIDTH = PAPER[0] - 2 * MARGIN
COLUMNS = ("ventilation", "norepinephrine", "creatinine", "bilirubin", *("platelets", "hemoglobin", "white_cells"),
           "temperature", "ferritin", "scd25", "fibrinogen", "triglycerides")  # fmt: skip
NUMBERS = tuple(code for code in COLUMNS if VARIABLES[code].kind == "number")
NONE = "–"
MOST_LETTERS = 400  # of the day-7 sentence
Facts = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Drawn:
    """What `strips` answers, and the thresholds and visit days that are drawn on it."""

    picture: Picture
    rows: Sequence[Row]
    key: str
    thresholds: Sequence[Threshold]
    visit_days: Sequence[int]
    until: int | None = None


def patient_sheet(drawn: Drawn, *, language: str, zone: str, name: str, facts: Facts, day_7: str,
                  scores: pd.DataFrame, days: pd.DataFrame, readings: pd.DataFrame) -> bytes:  # fmt: skip
    """The page as PDF. `facts`: label and value of the header. `scores`, `days`: by study day; `readings` with its day."""
    now = datetime.now(UTC)

    def draw(size: float) -> tuple[list[Flowable], list[Flowable]]:
        pen = Pen(language, zone, size)
        head, foot = _head(pen, name, facts, now), [*_visits(pen, drawn, scores, days, readings), _foot(pen, drawn)]
        room = PAPER[1] - 2 * MARGIN - sum(part.wrap(WIDTH, PAPER[1])[1] for part in (*head, *foot))
        strips = Strips(drawn.picture, drawn.rows, drawn.thresholds, drawn.visit_days, drawn.until, WIDTH, room - 2)
        said = [pen.text(cut(day_7, MOST_LETTERS))] if day_7 else []
        strips.height -= sum(part.wrap(WIDTH, PAPER[1])[1] for part in said)
        return [*head, *said, strips], foot

    return one_page(draw, title=f"JAKAHDI {name}", language=language, paper=PAPER, sizes=(7.5, 7, 6.5))


def _head(pen: Pen, name: str, facts: Facts, now: datetime) -> list[Flowable]:
    title = f"{pen.say('Patient')} {name} · JAKAHDI {protocol.REGISTRATION}"
    told = " · ".join(f"{label} {value}" for label, value in facts if value)
    printed = pen.say("Printed {moment} ({zone})", moment=pen.moment(now), zone=pen.zone)
    row = [pen.bold(title, size=1.4), pen.text(told, align="center"), pen.text(printed, size=0.9, align="right")]
    return [table([row], [WIDTH * 0.36, WIDTH * 0.36, WIDTH * 0.28], [("LINEBELOW", (0, 0), (-1, -1), *LINE)])]


def _visits(pen: Pen, drawn: Drawn, scores: pd.DataFrame, days: pd.DataFrame,
            readings: pd.DataFrame) -> list[Flowable]:  # fmt: skip
    """The flowsheet of the visit days and of the newest day, with the protocol's markers."""
    newest = int(days.index.max()) if len(days) else None
    shown = sorted({day for day in (*drawn.visit_days, newest) if day is not None and day in days.index})
    if not shown:
        return []
    points = {code: {point.day: point for point in results} for code, results in curves(days, readings, NUMBERS).items()}
    codes = [code for code in COLUMNS if any(_said(pen, code, day, days, points) for day in shown)]
    heads = [pen.say("Study day"), "SOFA", *(_named(code, pen.language) for code in codes)]
    rows = [[pen.bold(head, size=0.9) for head in heads]]
    for day in shown:
        cells = [drawn.picture.day(day), _sofa(scores, day), *(_said(pen, code, day, days, points) or NONE for code in codes)]
        rows.append([pen.text(cell) for cell in cells])
    wide = WIDTH / (len(heads) + 0.2)
    return [ruled(rows, [wide * 0.8, wide * 0.8, *[(WIDTH - 1.6 * wide) / len(codes)] * len(codes)] if codes else [wide, wide])]


def _named(code: str, language: str) -> str:
    unit = VARIABLES[code].unit
    return f"{label(code, language)} ({unit})" if unit else label(code, language)


def _sofa(scores: pd.DataFrame, day: int) -> str:
    if day not in scores.index:
        return "–"
    return span(*scores.loc[day, ["low", "high"]].astype(int))


def _said(pen: Pen, code: str, day: int, days: pd.DataFrame, points: Mapping[str, Mapping[int, Point]]) -> str:
    """As on the flowsheet: "<" and ">" before the assay's limit, "°" after what was carried over; empty where unknown."""
    if VARIABLES[code].kind == "choice":
        choice = days.at[day, code] if code in days.columns else None
        return pen.choice(choice) if isinstance(choice, str) else ""
    point = points[code].get(day)
    return f"{point.sign}{pen.number(point.value, VARIABLES[code].decimals)}{' °' * point.carried}" if point else ""


def _foot(pen: Pen, drawn: Drawn) -> Flowable:
    key = re.sub(r"<[^>]+>", "", drawn.key)
    limits = pen.say("Dashed: the rules' limits, named at the right of each row. Open bars: SOFA not known.")
    lines = [part for part in (key, limits) if part]
    told = pen.say("App {app} · rules {rules}. Not for treatment decisions.", app=APP, rules="SOFA (Vincent 1996)")
    pseudonymised = pen.say("Pseudonymised: no name of the patient on this sheet.")
    row = [pen.text("   ".join(lines), size=0.9), pen.text(f"{told} {pseudonymised} Page 1/1", size=0.9, align="right")]
    return table([row], [WIDTH * 0.5, WIDTH * 0.5], [("TOPPADDING", (0, 0), (-1, -1), 3)])

