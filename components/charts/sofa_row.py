"""The SOFA row: a bar an organ, hatched as far as missing organs could take the total, the total above."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from components import theme
from components.charts.picture import Picture, Row, Say, Spec, Threshold, known

HIGH = 12


def organ_names(say: Say) -> dict[str, str]:
    return {
        "respiration": say("Lungs"),
        "coagulation": say("Coagulation"),
        "liver": say("Liver"),
        "cardiovascular": say("Circulation"),
        "cns": say("Brain"),
        "renal": say("Kidney"),
    }


def totals(scores: pd.DataFrame) -> dict[int, tuple[float, float]]:
    """Study day to the total's lowest and highest value, of the days on which any organ is known."""
    low, high = known(scores, "low"), known(scores, "high")
    scored = {day for code in theme.ORGANS for day in known(scores, code)}
    return {day: (low[day], high[day]) for day in sorted(scored & low.keys() & high.keys())}


def sofa_row(scores: pd.DataFrame, thresholds: Sequence[Threshold], picture: Picture) -> Row:
    names = organ_names(picture.say)
    organs = {code: known(scores, code) for code in theme.ORGANS}
    bounds = totals(scores)
    newest = max(bounds, default=None)
    reach = [high for _, high in bounds.values()] + [line.value for line in thresholds if line.variable == "sofa"]
    bars = [_bar(code, names[code], organs[code], picture) for code in organs]
    return Row(
        code="sofa", pixels=206, low=0, high=max([HIGH, *reach]) * 1.2, empty=not bounds,
        heading=picture.heading(picture.say("SOFA by organ"), picture.say("points"), newest,
                                span(*bounds[newest]) if newest is not None else ""),
        traces=(_totals(bounds), *bars, *_could_be(bounds, picture)),
        axis={"tickmode": "linear", "tick0": 0, "dtick": 4},
        card={day: _card(span(*bounds[day]), organs, names, day) if day in bounds else "SOFA –" for day in picture.days},
    )  # fmt: skip


def _card(total: str, organs: dict[str, dict[int, float]], names: dict[str, str], day: int) -> str:
    lines = [
        f'<span style="color:{theme.ORGANS[code].colour}">■</span> {names[code]} '
        + (f"{points[day]:.0f}" if day in points else "?")
        for code, points in organs.items()
    ]
    return "<br>".join([f"SOFA <b>{total}</b>", *lines])


def span(low: float, high: float) -> str:
    return f"{low:.0f}" if low == high else f"{low:.0f}–{high:.0f}"


def _bar(code: str, name: str, points: dict[int, float], picture: Picture) -> Spec:
    look = theme.ORGANS[code]
    # without bgcolor a pattern with its own fgcolor stands on nothing
    pattern = {"shape": look.pattern, "bgcolor": look.colour, "fgcolor": theme.HATCH, "size": 6, "solidity": 0.2}
    return {
        "type": "bar", "name": name, "width": 0.82,
        "x": list(picture.days), "y": [points.get(day) for day in picture.days],
        "marker": {"color": look.colour, "line": {"color": "white", "width": 1}, "pattern": pattern},
    }  # fmt: skip


def _could_be(bounds: dict[int, tuple[float, float]], picture: Picture) -> list[Spec]:
    open_ended = {day: (low, high) for day, (low, high) in bounds.items() if low < high}
    if not open_ended:
        return []
    pattern = {"shape": "/", "bgcolor": theme.VEIL, "fgcolor": theme.EMPTY, "size": 5, "solidity": 0.25}
    return [{
        "type": "bar", "name": picture.say("not known"), "width": 0.82, "x": list(open_ended),
        "base": [low for low, _ in open_ended.values()], "y": [high - low for low, high in open_ended.values()],
        "marker": {"color": theme.PAPER, "line": {"color": theme.EMPTY, "width": 1}, "pattern": pattern},
    }]  # fmt: skip


def _totals(bounds: dict[int, tuple[float, float]]) -> Spec:
    spans = [span(*bound) for bound in bounds.values()]
    # two lines: on a tablet upright two days are 21 pixels apart
    return {
        "type": "scatter", "mode": "text", "name": "SOFA", "showlegend": False, "cliponaxis": False,
        "x": list(bounds), "y": [high for _, high in bounds.values()], "textposition": "top center",
        "text": [text.replace("–", "–<br>") if "–" in text else f"<b>{text}</b>" for text in spans],
        "textfont": {"size": theme.SMALL, "color": theme.INK},
    }  # fmt: skip
