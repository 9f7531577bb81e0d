"""A line the size of a word, as SVG text, for tables that must not load plotly."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Sequence

import pandas as pd

from components import theme

WIDTH, HEIGHT, EDGE = 120, 28, 4
Values = Sequence[float | None]


def spark(
    points: Values,
    *,
    days: Sequence[int],
    label: str,
    low: Values | None = None,
    high: Values | None = None,
    threshold: float | None = None,
) -> str:
    """`spark_svg` as an `<img>` with `label` as its alt text: `st.html` strips a bare SVG without a word."""
    svg = spark_svg(points, days=days, label=label, low=low, high=high, threshold=threshold)
    source = base64.b64encode(svg.encode()).decode()
    alt = html.escape(label)
    return f'<img src="data:image/svg+xml;base64,{source}" width="{WIDTH}" height="{HEIGHT}" alt="{alt}" title="{alt}">'


def spark_svg(
    points: Values,
    *,
    days: Sequence[int],
    label: str,
    low: Values | None = None,
    high: Values | None = None,
    threshold: float | None = None,
) -> str:
    """An SVG of 120 by 28 pixels with `label` as its title.

    points: a value a day of `days`, None where there is none (the line stops). Where the value is None but `low`
    and `high` are known, a bar spans them: a total with a missing part. The newest known day carries a dot.
    """
    nothing = [None] * len(days)
    lows, highs = nothing if low is None else low, nothing if high is None else high
    spans = {day: _span(*ends) for day, *ends in zip(days, points, lows, highs, strict=True)}
    every_day = range(min(days, default=0), max(days, default=-1) + 1)
    x = _scale(days, EDGE, WIDTH - EDGE)
    heights = [end for span in spans.values() if span for end in span] + ([] if threshold is None else [threshold])
    y = _scale(heights, HEIGHT - EDGE, EDGE)
    places = [(x(day), y(span[0]), y(span[1])) if (span := spans.get(day)) else None for day in every_day]
    drawn = _threshold(y(threshold)) if threshold is not None else ""
    drawn += "".join(_bar(*place) for place in places if place and place[1] != place[2])
    drawn += "".join(_line(run) for run in _runs(places))
    newest = next((place for place in reversed(places) if place), None)
    drawn += _dot(newest[0], (newest[1] + newest[2]) / 2, hollow=newest[1] != newest[2]) if newest else ""
    title = html.escape(label)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'role="img" aria-label="{title}"><title>{title}</title>{drawn}</svg>'
    )


def _span(point: float | None, low: float | None, high: float | None) -> tuple[float, float] | None:
    if not pd.isna(point):
        return float(point), float(point)
    if not pd.isna(low) and not pd.isna(high):
        return float(low), float(high)
    return None


def _scale(values: Sequence[float], start: float, end: float) -> Callable[[float], float]:
    first, last = min(values, default=0), max(values, default=0)
    if first == last:
        return lambda value: (start + end) / 2
    return lambda value: round(start + (value - first) / (last - first) * (end - start), 1)


def _runs(places: Sequence[tuple[float, float, float] | None]) -> list[list[tuple[float, float]]]:
    """The stretches of neighbouring days with a plain value: the line is broken everywhere else."""
    runs: list[list[tuple[float, float]]] = [[]]
    for place in places:
        if place and place[1] == place[2]:
            runs[-1].append((place[0], place[1]))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _line(run: Sequence[tuple[float, float]]) -> str:
    if len(run) == 1:
        return f'<circle cx="{run[0][0]}" cy="{run[0][1]}" r="1.5" fill="{theme.CURVE}"/>'
    path = " ".join(f"{x},{y}" for x, y in run)
    return f'<polyline points="{path}" fill="none" stroke="{theme.CURVE}" stroke-width="1.8" stroke-linejoin="round"/>'


def _bar(x: float, low: float, high: float) -> str:
    return f'<line class="unknown" x1="{x}" x2="{x}" y1="{low}" y2="{high}" stroke="{theme.EMPTY}" stroke-width="3"/>'


def _threshold(y: float) -> str:
    return (
        f'<line class="threshold" x1="0" x2="{WIDTH}" y1="{y}" y2="{y}" stroke="{theme.WARN}" stroke-width="1" '
        'stroke-dasharray="4 3"/>'
    )


def _dot(x: float, y: float, *, hollow: bool) -> str:
    fill = "white" if hollow else theme.CURVE
    return f'<circle class="newest" cx="{x}" cy="{y}" r="3" fill="{fill}" stroke="{theme.CURVE}" stroke-width="1.5"/>'
