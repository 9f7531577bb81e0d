"""The rows of events and of what ran beside ruxolitinib: a flag at a day, a bar from a day to a day."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from components import theme
from components.charts.picture import Picture, Row, Spec

LANE, TRACK = 22, 20  # pixels
SIGN_DAYS, FLAG_DAYS = 0.36, 1.0  # what a letter and the flag take of the axis on a tablet upright


@dataclass(frozen=True)
class Lane:
    """What ran from one study day to another, both in; `stopped` None: it still runs. Lanes of one label share a row."""

    label: str
    started: float
    stopped: float | None = None
    support: bool = False  # a machine or a catecholamine, not a drug of the disease


@dataclass(frozen=True)
class Event:
    day: int
    label: str


def lanes_row(lanes: Sequence[Lane], picture: Picture) -> Row:
    labels = list(dict.fromkeys(lane.label for lane in lanes))
    places = {label: len(labels) - 1 - place for place, label in enumerate(labels)}
    return Row(
        code="lanes", pixels=LANE * len(labels), low=-0.5, high=len(labels) - 0.5,
        heading=f"<b>{picture.say('Support and co-treatments')}</b>",
        traces=tuple(_bar(lane, places[lane.label], picture) for lane in lanes),
        axis={"tickvals": [], "showgrid": False}, notes=tuple(_labels(lanes, places, picture)), card=_card(lanes, picture),
    )  # fmt: skip


def _ends(lane: Lane, picture: Picture) -> tuple[float, float]:
    newest = picture.days[-1] if picture.today is None else min(picture.today, picture.days[-1])
    stopped = max(lane.started, newest if lane.stopped is None else lane.stopped)
    return max(lane.started - 0.4, picture.left), min(stopped + 0.4, picture.right)


def _bar(lane: Lane, place: int, picture: Picture) -> Spec:
    start, end = _ends(lane, picture)
    colour = theme.SUPPORT if lane.support else theme.DRUG
    runs_on = lane.stopped is None
    return {
        "type": "scatter", "mode": "lines+markers" if runs_on else "lines", "name": lane.label, "showlegend": False,
        "x": [start, end], "y": [place, place], "line": {"color": colour, "width": 15}, "cliponaxis": False,
        "marker": {"symbol": [theme.MEASURED, theme.ONWARD], "size": [0, 13], "color": theme.CURVE, "opacity": 1},
    }  # fmt: skip


def _labels(lanes: Sequence[Lane], places: dict[str, int], picture: Picture) -> Iterable[Spec]:
    first: dict[str, Lane] = {}
    for lane in sorted(lanes, key=lambda one: one.started):
        first.setdefault(lane.label, lane)
    for label, lane in first.items():
        start, end = _ends(lane, picture)
        late = end > picture.right - 2 - SIGN_DAYS * len(label)
        yield {
            "x": end if late and start > picture.right / 2 else start, "y": (places[label] + 0.5) / len(places),
            "yanchor": "middle", "xanchor": "right" if late and start > picture.right / 2 else "left",
            "text": html.escape(label), "font": {"size": theme.SMALL, "color": theme.INK},
        }  # fmt: skip


def _card(lanes: Sequence[Lane], picture: Picture) -> dict[int, str]:
    spans = [(html.escape(lane.label), *_ends(lane, picture)) for lane in lanes]
    said = {day: ", ".join(label for label, start, end in spans if start < day < end) for day in picture.days}
    return {day: text for day, text in said.items() if text}


def events_row(events: Sequence[Event], picture: Picture) -> Row:
    placed = _tracks(sorted(events, key=lambda one: one.day), picture)
    tracks = max(track for _, track, _ in placed) + 1
    by_day: dict[int, list[str]] = {}
    for event in events:
        by_day.setdefault(event.day, []).append(f"⚑ {html.escape(event.label)}")
    return Row(
        code="events", pixels=TRACK * tracks, low=-0.5, high=tracks - 0.5, heading=f"<b>{picture.say('Events')}</b>",
        traces=(_flags(placed, tracks, picture),), axis={"tickvals": [], "showgrid": False},
        notes=tuple(_event_label(*one, tracks) for one in placed), card={day: "<br>".join(said) for day, said in by_day.items()},
    )  # fmt: skip


def _tracks(events: Sequence[Event], picture: Picture) -> list[tuple[Event, int, bool]]:
    """Each event with the line that its words have room on, and whether they stand left of it."""
    taken: list[float] = []
    placed = []
    for event in events:
        wide = FLAG_DAYS + SIGN_DAYS * len(event.label)
        leftward = event.day + wide > picture.right
        start, end = (event.day - wide, event.day + FLAG_DAYS) if leftward else (event.day - 0.5, event.day + wide)
        track = next((place for place, until in enumerate(taken) if until <= start), len(taken))
        taken[track:track + 1] = [end]
        placed.append((event, track, leftward))
    return placed


def _flags(placed: Sequence[tuple[Event, int, bool]], tracks: int, picture: Picture) -> Spec:
    return {
        "type": "scatter", "mode": "markers", "name": picture.say("Events"), "showlegend": False, "cliponaxis": False,
        "x": [event.day for event, _, _ in placed], "y": [tracks - 1 - track for _, track, _ in placed],
        "marker": {"symbol": theme.BELOW, "size": 11, "color": theme.INK, "opacity": 1},
    }  # fmt: skip


def _event_label(event: Event, track: int, leftward: bool, tracks: int) -> Spec:
    return {
        "x": event.day, "y": (tracks - 0.5 - track) / tracks, "xshift": -8 if leftward else 8, "yanchor": "middle",
        "xanchor": "right" if leftward else "left", "text": html.escape(event.label),
        "font": {"size": theme.SMALL, "color": theme.INK},
    }  # fmt: skip
