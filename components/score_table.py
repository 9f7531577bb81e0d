"""A score's own table on the screen, with the cells lit that these values reach. Drawn from what the score computes from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple

import pandas as pd

from components import score_words, words
from components.words import _
from scoring.bands import Band, Item
from trial.variables import VARIABLES

NOTHING: Mapping[str, Collection[Band]] = {}
MOST_COLUMNS = 5  # a score with more different points has them in its cells: HScore has fourteen


def score_table(
    score: str, items: Mapping[str, Item], scored: pd.Series | None, reached: Mapping[str, Collection[Band]] = NOTHING
) -> str:
    """`items`: the table of `score`. `scored`: one row of it, None for the bare table. `reached`: by item, the bands that
    the values lie in, which stand out within the lit cell."""
    every = sorted({points for item in items.values() for points in item.points})
    body = _matrix if len(every) <= MOST_COLUMNS else _steps
    memory = any(band.memory for item in items.values() for band in item.bands)
    note = f'<p class="quiet">† {escape(_("From memory: no source that was seen confirms it."))}</p>' if memory else ""
    lit = Lit(scored, reached)
    return f'<div class="scroll"><table class="flow bands">{body(score, items, lit, every)}</table></div>{note}'


class Lit(NamedTuple):
    scored: pd.Series | None
    reached: Mapping[str, Collection[Band]]

    def holds(self, name: str, points: int) -> bool:
        found = pd.NA if self.scored is None else self.scored.get(name, pd.NA)
        known = not self.reached or any(band.points == points for band in self.reached.get(name, ()))
        return known and not pd.isna(found) and int(found) == points


def _matrix(score: str, items: Mapping[str, Item], lit: Lit, every: list[int]) -> str:
    """One column a number of points."""
    criteria = score in score_words.CRITERIA
    heads = [_("not met"), _("met")] if criteria else [str(points) for points in every]
    first = _("Criterion") if criteria else _("Stage") if score == "kdigo" else _("Points")
    head = f"<tr><th>{escape(first)}</th>" + "".join(f"<th>{escape(one)}</th>" for one in heads) + "</tr>"
    return head + "".join(
        _row(score, name, item, [_cell(item, points, lit) for points in every]) for name, item in items.items()
    )


def _steps(score: str, items: Mapping[str, Item], lit: Lit, every: list[int]) -> str:
    """Each item's own points, within its cells."""
    most = max(len(item.points) for item in items.values())
    rows = []
    for name, item in items.items():
        cells = [_cell(item, points, lit, told=True) for points in item.points]
        rows.append(_row(score, name, item, cells + ["<td></td>"] * (most - len(cells))))
    return f'<tr><th></th><th colspan="{most}">{escape(_("Points: values"))}</th></tr>{"".join(rows)}'


def _row(score: str, name: str, item: Item, cells: list[str]) -> str:
    told = f"<b>{escape(score_words.item(score, name))}</b>"
    measured = list(dict.fromkeys(band.variable for band in item.bands))
    if len(measured) == 1 and measured[0] in VARIABLES and score_words.is_of(name, measured[0]):
        told = f"<b>{escape(words.label_with_unit(measured[0]))}</b>"
    elif quiet := _measured(measured):
        told += f'<br><span class="quiet">{escape(quiet)}</span>'
    return f'<tr><td class="text">{told}</td>{"".join(cells)}</tr>'


def _measured(codes: Sequence[str]) -> str:
    """What a row is of, with its unit; of several variables the units alone."""
    if len(codes) == 1 and codes[0] in VARIABLES and VARIABLES[codes[0]].unit:
        return words.label_with_unit(codes[0])
    units = [VARIABLES[code].unit if code in VARIABLES else score_words.UNITS.get(code, "") for code in codes]
    return ", ".join(dict.fromkeys(unit for unit in units if unit))


def _cell(item: Item, points: int, lit: Lit, *, told: bool = False) -> str:
    is_lit, reached = lit.holds(item.name, points), lit.reached.get(item.name, ())
    shown = [band for band in item.cell(points) if not _is_zero(band)]
    alike = groupby(shown, key=lambda band: (limits(band), band.when, band.memory, is_lit and band in reached))
    lines = "<br>".join(_line(item, list(bands), here) for (*_same, here), bands in alike)
    before = f"<b>{points}</b>&nbsp;: " if told else ""
    mark = "▶ " if is_lit and not reached else ""  # else it stands at the line that was reached
    return f'<td class="{"lit" if is_lit else ""}">{mark}{before}{lines}</td>'


def _line(item: Item, bands: Sequence[Band], reached: bool) -> str:
    """Bands of one limit in one line: "Dobutamine, vasopressin > 0"."""
    text = escape(band_text(item, bands))
    return f"<b>▶ {text}</b>" if reached else text


def _is_zero(band: Band) -> bool:
    """"≤ 0" of a drug: no drug."""
    return band.high == 0 and band.low < 0


def band_text(item: Item, bands: Sequence[Band]) -> str:
    """Bands in the reader's language: "PaO₂/FiO₂ 100–<200, with ventilatory support"."""
    band = bands[0]
    drawn = {other.variable for other in item.bands}
    named = len(drawn) > 1 or band.variable in score_words.DERIVED
    mark = " †" if band.memory else ""
    if band.variable in score_words.COUNTS or (band.answer and named):
        return _("{what}: {told}", what=score_words.variable(band.variable), told=limits(band)) + mark
    what = f"{', '.join(score_words.variable(one.variable) for one in bands)} " if named else ""
    when = f", {score_words.condition(band.when)}" if band.when else ""
    return f"{what}{limits(band)}{when}{mark}"


def limits(band: Band) -> str:
    """Limits or answer of a band, not to be broken over two lines."""
    if band.answer:
        label = words.choice_label(band.answer)
        return label if label.isupper() else label.lower()  # VNI is no word
    return band.text(lambda limit: words.number(round(limit, 4))).replace(" ", "\u00a0")
