"""What was understood of several days that were pasted: variable × day, each cell with its sign, and what asks for a decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

import pandas as pd
import streamlit as st

from components import boxes, words
from components.words import _
from trial import corrections, pasted, schedule
from trial.errors import sentence
from trial.pasted import Cell, Pasted, Unread
from trial.variables import variable

KINDS = {  # sign and name, in the order of the summary
    "new": ("✓", sentence("to save")),
    "same": ("=", sentence("on file already")),
    "differs": ("≠", sentence("on file differently")),
    "unlikely": ("?", sentence("unlikely")),
    "refused": ("✗", sentence("refused")),
}
ASKED_AT_MOST = 40
Decided = dict[tuple[date, str], str]  # the cells that are saved besides the new ones, each with its reason


def summary(found: Pasted) -> str:
    counts = pasted.counts(found)
    told = [f'<span class="cell-{kind}">{sign} {counts[kind]} {escape(_(name))}</span>'
            for kind, (sign, name) in KINDS.items() if counts[kind]]  # fmt: skip
    return f'<div class="pasted-sum">{"".join(told)}</div>'


def grid(found: Pasted, day_1: date | None) -> str:
    """One row a variable in the order of the paste, one column a day."""
    cells = {(cell.code, cell.on): cell for cell in found.cells}
    head = "".join(f"<th>{escape(_day(on, day_1))}</th>" for on in found.days)
    rows = "".join(
        f"<tr><td>{escape(words.label_with_unit(code))}</td>{''.join(_cell(cells.get((code, on))) for on in found.days)}</tr>"
        for code in found.codes
    )
    return f'<div class="scroll"><table class="flow pasted"><tr><th></th>{head}</tr>{rows}</table></div>'


def _day(on: date, day_1: date | None) -> str:
    number = f"{_('D{day}', day=schedule.study_day(on, day_1))} · " if day_1 else ""
    return f"{number}{words.day(on)}"


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return "<td></td>"
    kind = pasted.kind_of(cell)
    known = variable(cell.code)
    text = cell.text if cell.reading is None else boxes.shown(known, cell.reading)
    before = f"<b>{escape(boxes.shown(known, cell.stored))}</b> " if cell.differs else ""  # what stays, unless the other is taken
    return f'<td class="cell-{kind}" title="{escape(cell.text)}">{before}{KINDS[kind][0]} {escape(text)}</td>'


def unread(found: Pasted) -> None:
    """What was not read, with its place and its sentence."""
    refused: list[Cell | Unread] = [*found.unread, *(cell for cell in found.cells if cell.error)]
    if refused:
        st.markdown(f"##### {_('Not read, and why')}")
        st.dataframe(pd.DataFrame([
            {_("Row"): each.place.row, _("Column"): each.place.column, _("Text"): each.text,
             _("Why"): words.say(each.error) if each.error else ""} for each in sorted(refused, key=lambda each: each.place)
        ]), hide_index=True, width="stretch")  # fmt: skip


def decide(scope: str, found: Pasted) -> Decided:
    """Values on file are kept unless the other is taken; unlikely ones need a reason."""
    taken = _choose_between(scope, [cell for cell in found.cells if cell.differs])
    doubted = [cell for cell in found.cells if cell.doubt and (not cell.differs or (cell.on, cell.code) in taken)]
    return taken | _ask_reasons(scope, doubted)


def _choose_between(scope: str, differing: Sequence[Cell]) -> Decided:
    if not differing:
        return {}
    st.markdown(f"##### {_('On file is another value')}")
    why = st.pills(_("Why is it changed?"), corrections.reasons(words.language()), key=f"why_{scope}")
    taken: Decided = {}
    places = st.grid("auto", min_column_width=230, gap="small")
    for cell in differing[:ASKED_AT_MOST]:
        kept, other = (boxes.shown(variable(cell.code), each) for each in (cell.stored, cell.reading))
        choice = places.segmented_control(
            f"{words.label(cell.code)} · {words.day(cell.on)}", ["keep", "take"], default="keep", required=True,
            format_func={"keep": _("Keep {value}", value=kept), "take": _("Take {value}", value=other)}.__getitem__,
            key=f"dif_{scope}_{cell.code}_{cell.on}")  # fmt: skip
        if choice == "take":
            taken[cell.on, cell.code] = str(why or "")
    if taken and not why:
        st.warning(_("Say why the values on file are changed; without a reason they are kept."))
    _say_more(differing)
    return {place: reason for place, reason in taken.items() if reason}


def _ask_reasons(scope: str, doubted: Sequence[Cell]) -> Decided:
    if not doubted:
        return {}
    st.markdown(f"##### {_('Unlikely: saved with a reason only')}")
    given: Decided = {}
    for cell in doubted[:ASKED_AT_MOST]:
        assert cell.doubt
        st.markdown(f":orange[:material/help: {words.day(cell.on)}: {words.say(cell.doubt)}]")
        why = st.text_input(_("It is right, because…"), key=f"txt_{scope}_why_{cell.code}_{cell.on}", live="600ms")
        if (why or "").strip():
            given[cell.on, cell.code] = str(why).strip()
    _say_more(doubted)
    return given


def _say_more(cells: Sequence[Cell]) -> None:
    if len(cells) > ASKED_AT_MOST:
        st.markdown(_("The first {shown} of {count}. Save these, the others are asked next.", shown=ASKED_AT_MOST,
                      count=len(cells)))
