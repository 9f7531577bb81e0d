"""A score's own table on the screen, with the cells lit that these values reach. Drawn from what the score computes from."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import pandas as pd

from components import words
from components.words import _
from scoring.bands import Band, Item
from trial.errors import sentence
from trial.variables import VARIABLES

CONDITIONS = {
    "supported": sentence("with ventilatory support"),
    "unsupported": sentence("without ventilatory support"),
    "nonlisted": sentence("with vasopressin"),
}
DERIVED = {
    "pao2_fio2": sentence("PaO₂/FiO₂ (mmHg)"),
    "norepinephrine_equivalent": sentence("Norepinephrine equivalent (µg/kg/min)"),
    "low_lineages": sentence("low lineages"),
    "enlarged_organs": sentence("enlarged organs"),
}


def score_table(items: Mapping[str, Item], names: Mapping[str, str], scored: pd.Series | None) -> str:
    """`names`: item to its sentence. `scored`: one row of the score, or None for the bare table."""
    points = sorted({points for item in items.values() for points in item.points})
    head = "".join(f"<th>{points}</th>" for points in points)
    rows = "".join(
        f'<tr><td class="text"><b>{escape(_(names[name]))}</b></td>'
        + "".join(_cell(item, points, scored, name) for points in points) + "</tr>"
        for name, item in items.items()
    )
    return f'<div class="scroll"><table class="flow bands"><tr><th>{escape(_("Points"))}</th>{head}</tr>{rows}</table></div>'


def _cell(item: Item, points: int, scored: pd.Series | None, name: str) -> str:
    lit = scored is not None and not pd.isna(scored[name]) and int(scored[name]) == points
    lines = "<br>".join(escape(_band(item, band)) for band in item.cell(points) if not _is_zero(band))
    return f'<td class="{"lit" if lit else ""}">{"▶ " if lit else ""}{lines}</td>'


def _is_zero(band: Band) -> bool:
    """"≤ 0" of a drug: no drug."""
    return band.high == 0 and band.high_in


def _band(item: Item, band: Band) -> str:
    told = words.choice_label(band.answer) if band.answer else band.text(lambda limit: words.number(limit))
    drawn = {other.variable for other in item.bands}
    what = f"{_variable(band.variable)} " if len(drawn) > 1 or band.variable in DERIVED else ""
    when = f", {_(CONDITIONS[band.when])}" if band.when else ""
    return f"{what}{told}{when}"


def _variable(code: str) -> str:
    return words.label(code) if code in VARIABLES else _(DERIVED[code])
