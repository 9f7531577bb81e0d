"""Colours, shapes and number formats of every figure, in one place.

Hues are Okabe and Ito's (told apart with any colour vision); each hue has its own pattern or shape and,
for doses, a letter, so that a black-and-white print says the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

INK = "#1B2733"
QUIET = "#5A6672"
GRID = "#E3E8ED"
EMPTY = "#8A949E"
WARN = "#B3261E"
CURVE = "#17456E"
TODAY = "#0B5CAD"
PAPER = "rgba(0, 0, 0, 0)"
HATCH = "rgba(255, 255, 255, 0.8)"
VEIL = "rgba(255, 255, 255, 0.85)"
OUTSIDE = "rgba(90, 102, 114, 0.08)"  # before the first dose, after the end
BEYOND = "rgba(179, 38, 30, 0.035)"  # where a criterion of the disease is met
SUPPORT, DRUG = "#D3DAE1", "#BFE0D2"

VISIT = {"color": EMPTY, "width": 1.2, "dash": "dot"}
NOW = {"color": TODAY, "width": 2}
FIRST = {"color": INK, "width": 1.6}

FONT = '"Source Sans", "Source Sans Pro", system-ui, sans-serif'
SIZE = 14
SMALL = 13

PLOTLY_CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False, "responsive": True}


@dataclass(frozen=True)
class Fill:
    colour: str
    pattern: str


ORGANS = {  # scoring.sofa's columns, from the bottom of the stack up
    "respiration": Fill("#0072B2", ""),
    "coagulation": Fill("#E69F00", "/"),
    "liver": Fill("#009E73", "x"),
    "cardiovascular": Fill("#CC79A7", "-"),
    "cns": Fill("#56B4E9", "."),
    "renal": Fill("#D55E00", "\\"),
}


@dataclass(frozen=True)
class Tick:
    symbol: str
    fill: str
    edge: str
    letter: str
    size: int


DOSES = {
    "given": Tick("square", "#00674F", "#00674F", "#FFFFFF", 19),
    "late": Tick("circle", "#F0C24B", "#8A6100", INK, 20),
    "held": Tick("diamond", "#FFFFFF", CURVE, CURVE, 17),
    "missed": Tick("octagon", "#FFFFFF", WARN, WARN, 20),
    "vomited": Tick("pentagon", "#8C3A6B", "#8C3A6B", "#FFFFFF", 21),
    "not_charted": Tick("square", PAPER, EMPTY, QUIET, 19),
    "planned": Tick("circle", "#C9D1D9", "#C9D1D9", QUIET, 6),
}

MEASURED, BELOW, ABOVE, ONWARD = "circle", "triangle-down", "triangle-up", "triangle-right"


def written(value: float, decimals: int, language: str) -> str:
    """The number as Babel writes it in `language`, 20 times quicker, for the hundreds of labels of a figure.

    Up to two more decimals than asked where the value has them: 49.9 shown as 50 would belie its points.
    """
    whole, _, fraction = f"{value:,.{decimals + 2}f}".partition(".")
    fraction = fraction[:decimals] + fraction[decimals:].rstrip("0")
    plain = f"{whole}.{fraction}" if fraction else whole
    if language == "fr":
        return plain.replace(",", "\u202f").replace(".", ",")
    return plain


def separators(language: str) -> str:
    """Decimal mark and thousands mark, as plotly's `layout.separators`."""
    return ",\u202f" if language == "fr" else ".,"


def decades(low: float, high: float, most: int = 4) -> list[float]:
    """Powers of ten from `low` to `high` for a log axis, thinned to `most`."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    step = max(1, math.ceil((last - first + 1) / most))
    return [10.0**power for power in range(first, last + 1, step)]
