"""The two cytopenia rules side by side: HLH-2004 and HScore ask other lineages, with other limits."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from components import words
from components.score_table import limits
from components.words import _
from scoring import hlh2004, hscore
from scoring.bands import Band
from trial.scores import Scored
from trial.variables import VARIABLES

RULES: Mapping[str, Mapping[str, tuple[Band, ...]]] = {"hlh2004": hlh2004.LINEAGES, "hscore": hscore.LINEAGES}
EVERY = ("hemoglobin", "platelets", "neutrophils", "white_cells")


def draw(parts: Mapping[str, Scored]) -> str:
    """`parts`: HLH-2004 and HScore with the values that they read."""
    heads = (_("Lineage"), _("Value"), _("low for HLH-2004"), _("low for HScore"))
    head = "".join(f'<th class="{"text" if place == 0 else ""}">{escape(text)}</th>' for place, text in enumerate(heads))
    return f'<table class="flow lineages"><tr>{head}</tr>{"".join(_row(code, parts) for code in EVERY)}{_result(parts)}</table>'


def _row(code: str, parts: Mapping[str, Scored]) -> str:
    values = [part.row[code] for part in (parts["hlh2004"], parts["hscore"]) if code in part.row]
    known = VARIABLES[code]
    value = f"{words.number(values[0], known.decimals)} {words.unit_label(known.unit)}" if values else "–"
    cells = "".join(_judged(RULES[score].get(code), parts[score].row.get(code)) for score in RULES)
    return f'<tr><td class="text">{escape(words.label(code))}</td><td>{escape(value)}</td>{cells}</tr>'


def _judged(bands: tuple[Band, ...] | None, value: Any) -> str:
    if bands is None:
        return f'<td class="quiet">{escape(_("not asked"))}</td>'
    low = next(band for band in bands if band.points == 1)
    sign = "?" if value is None else "✓" if low.holds(value) else "✗"
    return f'<td class="{"lit" if sign == "✓" else ""}">{escape(limits(low))} {sign}</td>'


def _result(parts: Mapping[str, Scored]) -> str:
    criterion, points = parts["hlh2004"].points["cytopenias"], parts["hscore"].spans["cytopenias"]
    met = _("unknown") if not parts["hlh2004"].spans["cytopenias"].known.all() else _("met") if criterion else _("not met")
    low, high = int(points.low[0]), int(points.high[0])
    scored = _("{points} points", points=str(low) if low == high else f"{low}–{high}")
    cells = "".join(f"<td><b>{escape(text)}</b></td>" for text in ("", met, scored))
    return f'<tr><td class="text"><b>{escape(_("Cytopenias"))}</b></td>{cells}</tr>'
