"""The one picture of a patient: SOFA by organ, the markers and the 56 doses above one axis of study days."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from components import theme
from components.charts.dose_row import charted, counts, dose_row, told
from components.charts.lane_row import Event, Lane, events_row, lanes_row
from components.charts.marker_row import FIRST_CHOICE, VALUE, curves, marker_row, shapes_key, value_of
from components.charts.picture import LEFT, Domain, Picture, Row, Say, Spec, Threshold, at_right, placed
from components.charts.sofa_row import sofa_row, span, totals
from trial.variables import label, variable

GAP, BOTTOM, RIGHT = 26, 46, 48  # pixels
CARD = "y20"
KEY, HEADING, LABELS = 44, 22, 18  # above the first row: two lines of organs, its heading, visits or today

THRESHOLDS = (
    Threshold("ferritin", 500, "≥", "HLH-2004"),
    Threshold("ferritin", 2000, "≥", "HScore"),
    Threshold("scd25", 2400, "≥", "HLH-2004"),
    Threshold("fibrinogen", 1.5, "≤", "HLH-2004"),
    Threshold("platelets", 100, "<", "HLH-2004"),
    Threshold("platelets", 50, "<", "SOFA 3"),
    Threshold("triglycerides", 3, "≥", "HLH-2004"),
    Threshold("hemoglobin", 9, "<", "HLH-2004"),
    Threshold("white_cells", 5, "≤", "HScore"),
    Threshold("temperature", 38.5, "≥", "HLH-2004"),
)


def strips(
    scores: pd.DataFrame,
    days: pd.DataFrame,
    doses: pd.DataFrame,
    *,
    readings: pd.DataFrame | None = None,
    today: int | None,
    language: str,
    say: Say,
    thresholds: Sequence[Threshold] = THRESHOLDS,
    first_day: int = 1,
    last_day: int = 28,
    planned_doses: bool = True,
    doses_until: int | None = None,
    markers: Sequence[str] = FIRST_CHOICE,
    scale: str = VALUE,
    lanes: Sequence[Lane] = (),
    events: Sequence[Event] = (),
    names: Mapping[str, str] | None = None,
    zone: str = "UTC",
) -> tuple[Picture, list[Row], str]:
    """The rows of the picture from above down, and what their shapes mean: the screen and the paper draw the same.

    scores: index study day; the organs, low and high of scoring.sofa (Int64, NA = not known).
    days: index study day; columns variable codes in canonical units, NaN = not known.
    doses: day, slot (morning, evening), state (given, late, held, missed, vomited), reason; by, at and given_at if known.
    readings: day, variable, state, number, comparator, assay; tells which values are carried (hollow), beyond the
    assay's limit (a triangle at the limit) or of another assay than the one before (the line breaks); with by, at and
    sampled_at also who entered them.
    markers: codes of `MARKERS`. scale: one of `SCALES`. lanes: what ran beside ruxolitinib. names: login to name.
    No dose is planned after `doses_until` (death, end of treatment). The axis widens to the days in the frames.
    """
    picture = Picture(_days(scores, days, doses, first_day, last_day), today, language, say, names or {}, zone)
    drawn = curves(days, readings, markers, picture)
    rows = [sofa_row(scores, thresholds, picture)]
    rows += [marker_row(code, results, scale, picture) for code, results in drawn.items()]
    rows += [events_row(shown, picture)] if (shown := [one for one in events if one.day in picture.days]) else []
    rows += [lanes_row(seen, picture)] if (seen := [one for one in lanes if one.started <= picture.right]) else []
    if planned_doses or len(doses):
        planned = _planned(last_day, doses_until) if planned_doses else range(0)
        rows.append(dose_row(charted(doses, planned, today, doses_until), picture, told(doses, picture)))
    return picture, rows, shapes_key(drawn, scale, picture)


def one_picture(
    scores: pd.DataFrame,
    days: pd.DataFrame,
    doses: pd.DataFrame,
    *,
    visit_days: Sequence[int],
    thresholds: Sequence[Threshold] = THRESHOLDS,
    doses_until: int | None = None,
    **more: Any,
) -> Spec:
    """A plotly figure as a plain dict, of what `strips` takes; draw it with `theme=None`, or Streamlit's own theme
    repaints it.

    A tap anywhere shows that day's card; its point has the study day as x, for a page that opens the day's sources.
    """
    picture, rows, key = strips(scores, days, doses, thresholds=thresholds, doses_until=doses_until, **more)
    domains = _domains(rows)
    places = [(row, _yref(place), domains[place]) for place, row in enumerate(rows)]
    parts = [placed(*place, thresholds, picture) for place in places]
    lines = [line for row, yref, _ in places for line in _day_lines(row, yref, visit_days, picture)]
    notes = [note for part in parts for note in part["annotations"]] + _day_labels(visit_days, picture)
    notes += [at_right(key, domains[0], theme.QUIET)] if key else []
    return {
        "data": [trace for part in parts for trace in part["traces"]] + [_cards(rows, picture)],
        "layout": _layout(rows, picture, visit_days)
        | {name: _value_axis(row, domain) for name, (row, _, domain) in zip(_axis_names(rows), places, strict=True)}
        | {CARD.replace("y", "yaxis"): {"range": [0, 1], "domain": [0, 1], "visible": False, "fixedrange": True}}
        | {"shapes": _outside(picture, doses_until) + [shape for part in parts for shape in part["shapes"]] + lines}
        | {"annotations": notes},
    }


def _outside(picture: Picture, until: int | None) -> list[Spec]:
    """The days before the first dose and after the end, shaded: before and after in one glance."""
    ends = [(picture.left, 0.5)] if picture.days[0] < 1 else []
    ends += [(until + 0.5, picture.right)] if until is not None and until < picture.days[-1] else []
    return [{"type": "rect", "name": "outside", "layer": "below", "xref": "x", "x0": start, "x1": end, "yref": "paper", "y0": 0,
             "y1": 1, "fillcolor": theme.OUTSIDE, "line": {"width": 0}} for start, end in ends]  # fmt: skip


def _cards(rows: Sequence[Row], picture: Picture) -> Spec:
    """One unseen point a day, over all rows, that answers every tap.

    Left to itself plotly answers a tap on a day without a value with the nearest day's value.
    """
    said = ["<br>".join(row.card[day] for row in rows if day in row.card) for day in picture.days]
    titles = [f"<b>{picture.say('Study day')} {day}</b>" for day in picture.days]
    return {
        "type": "scatter", "mode": "markers", "name": "card", "showlegend": False, "yaxis": CARD, "opacity": 0,
        "x": list(picture.days), "y": [0.5] * len(picture.days),
        "hovertext": [f"{title}<br>{text}" for title, text in zip(titles, said, strict=True)],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }  # fmt: skip


def alt_text(
    scores: pd.DataFrame,
    days: pd.DataFrame,
    doses: pd.DataFrame,
    *,
    readings: pd.DataFrame | None = None,
    today: int | None,
    language: str,
    say: Say,
    markers: Sequence[str] = FIRST_CHOICE,
) -> str:
    """The picture in sentences, for who cannot see it: first and newest value of each row, the doses counted."""
    picture = Picture(_days(scores, days, doses, 1, 28), today, language, say)
    sentences = [say("Today is study day {day}.").format(day=today)] if today is not None else []
    sentences.append(_first_and_last("SOFA", [(day, span(*bound)) for day, bound in totals(scores).items()], "", say))
    for code, drawn in curves(days, readings, markers).items():
        values = [(point.day, value_of(code, point, picture)) for point in drawn]
        sentences.append(_first_and_last(label(code, language), values, variable(code).unit, say))
    states = [f"{name} {number}" for name, number in counts(charted(doses, range(0), today), say).values()]
    if states:
        sentences.append(say("Ruxolitinib doses: {counts}.").format(counts=", ".join(states)))
    return " ".join(sentences)


def _first_and_last(name: str, values: list[tuple[int, str]], unit: str, say: Say) -> str:
    if not values:
        return say("{name}: no value yet.").format(name=name)
    (first_day, first), (last_day, last) = values[0], values[-1]
    last = f"{last} {unit}".strip()
    if first_day == last_day:
        return say("{name}: {last} on day {last_day}.").format(name=name, last=last, last_day=last_day)
    facts = {"name": name, "first": first, "first_day": first_day, "last": last, "last_day": last_day}
    return say("{name}: {first} on day {first_day}, {last} on day {last_day}.").format(**facts)


def _days(scores: pd.DataFrame, days: pd.DataFrame, doses: pd.DataFrame, first: int, last: int) -> tuple[int, ...]:
    seen = [int(day) for frame in (scores, days) for day in frame.index]
    seen += [int(day) for day in doses["day"]] if len(doses) else []
    return tuple(range(min([first, *seen]), max([last, *seen]) + 1))


def _planned(last_day: int, until: int | None) -> range:
    return range(1, (last_day if until is None else min(last_day, until)) + 1)


def _plot_pixels(rows: Sequence[Row]) -> int:
    return sum(row.pixels for row in rows) + GAP * (len(rows) - 1)


def _domains(rows: Sequence[Row]) -> list[Domain]:
    whole = _plot_pixels(rows)
    domains, top = [], whole
    for row in rows:
        domains.append((round(max(0, top - row.pixels) / whole, 5), round(top / whole, 5)))
        top -= row.pixels + GAP
    return domains


def _yref(place: int) -> str:
    return "y" if place == 0 else f"y{place + 1}"


def _axis_names(rows: Sequence[Row]) -> list[str]:
    return [_yref(place).replace("y", "yaxis") for place in range(len(rows))]


def _day_lines(row: Row, yref: str, visit_days: Sequence[int], picture: Picture) -> list[Spec]:
    # a shape "between" grid and curves that refers to an axis' domain makes plotly.js throw: refer to its values
    upright = {"type": "line", "layer": "between", "xref": "x", "yref": yref, "y0": row.low, "y1": row.high}
    days = [(day, "visit", theme.FIRST if day == 1 else theme.VISIT) for day in visit_days if day in picture.days]
    days += [(picture.today, "today", theme.NOW)] if picture.today in picture.days else []
    return [{**upright, "name": name, "x0": day, "x1": day, "line": line} for day, name, line in days]


def _day_labels(visit_days: Sequence[int], picture: Picture) -> list[Spec]:
    above = {"xref": "x", "yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False}
    visits = [day for day in visit_days if day in picture.days]
    quiet, white = ({"size": theme.SMALL, "color": colour} for colour in (theme.QUIET, "white"))
    labels = [{**above, "x": day, "yshift": HEADING, "text": picture.day(day), "font": quiet} for day in visits]
    if picture.today in picture.days:
        today = {"x": picture.today, "text": picture.say("today"), "font": white, "bgcolor": theme.TODAY}
        labels.append({**above, **today, "yshift": HEADING + (LABELS if visits else 0)})
    return labels


def _layout(rows: Sequence[Row], picture: Picture, visit_days: Sequence[int]) -> Spec:
    top = KEY + HEADING + LABELS * ((picture.today in picture.days) + bool(visit_days)) + 4
    font = {"family": theme.FONT, "size": theme.SIZE, "color": theme.INK}
    return {
        "template": {}, "autosize": True, "height": top + _plot_pixels(rows) + BOTTOM, "uirevision": "one picture",
        "margin": {"l": LEFT, "r": RIGHT, "t": top, "b": BOTTOM}, "barmode": "stack",
        "paper_bgcolor": theme.PAPER, "plot_bgcolor": theme.PAPER, "separators": theme.separators(picture.language),
        "font": font, "dragmode": False,
        "hovermode": "x", "hoverdistance": -1,
        "hoverlabel": {"font": font | {"size": theme.SMALL}, "bgcolor": "white", "bordercolor": theme.EMPTY, "align": "left"},
        "legend": {
            "orientation": "h", "x": 0, "xref": "container", "xanchor": "left", "y": 1, "yref": "container",
            "yanchor": "top", "traceorder": "normal", "font": {"size": theme.SMALL}, "itemclick": False,
            "itemdoubleclick": False,
        },
        "xaxis": _day_axis(_yref(len(rows) - 1), visit_days, picture),
    }  # fmt: skip


def _day_axis(lowest: str, visit_days: Sequence[int], picture: Picture) -> Spec:
    step = math.ceil(len(picture.days) / 31)
    shown = [day for day in picture.days if (day - 1) % step == 0]
    words = [str(day).replace("-", "−") for day in shown]
    return {
        "anchor": lowest, "range": [picture.left, picture.right], "fixedrange": True, "showgrid": False,
        "zeroline": False, "tickmode": "array", "tickvals": shown, "tickangle": 0, "ticks": "outside",
        "ticktext": [f"<b>{word}</b>" if day in visit_days else word for day, word in zip(shown, words, strict=True)],
        "tickfont": {"size": theme.SMALL}, "showline": True, "linecolor": theme.EMPTY,
        "title": {"text": picture.say("Study day"), "font": {"size": theme.SIZE}, "standoff": 6},
        "showspikes": True, "spikemode": "across", "spikethickness": 1, "spikecolor": theme.INK, "spikedash": "solid",
    }  # fmt: skip


def _value_axis(row: Row, domain: Domain) -> Spec:
    ends = [math.log10(row.low), math.log10(row.high)] if row.log else [row.low, row.high]
    return {
        "type": "log" if row.log else "linear", "range": ends, "domain": list(domain), "anchor": "x", "nticks": 4,
        "fixedrange": True, "zeroline": False, "gridcolor": theme.GRID,
        "tickfont": {"size": theme.SMALL, "color": theme.QUIET},
    } | row.axis  # fmt: skip
