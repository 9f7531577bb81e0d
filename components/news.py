"""What is new since the reader last looked, in one line that unfolds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

import pandas as pd
import streamlit as st

from components import words
from components.words import _
from trial.errors import sentence
from trial.news import Changed, News, Row
from trial.reading import State
from trial.variables import variable

IN_THE_LINE = 3
COLUMNS = (sentence("Value"), sentence("Day"), sentence("Before"), sentence("Now"), sentence("By"))


def draw(found: News, names: Mapping[str, str], zone: str) -> None:
    if not found:
        return
    changed = [one for one in found.values if not one.same]
    parts = [*(_short(one, names) for one in changed[:IN_THE_LINE]), *_others(found, len(changed))]
    line = _("New since {moment}: {what}", moment=words.moment(found.since, zone), what=", ".join(parts))
    with st.expander(line, icon=":material/notifications:"):
        st.html(_table(found.values, names))


def _others(found: News, changed: int) -> Iterator[str]:
    more, same = max(changed - IN_THE_LINE, 0), len(found.values) - changed
    if more:
        yield _("{count} more values", count=more)
    if same:
        yield _("{count} values as before", count=same)
    if found.doses:
        yield _("doses charted: {count}", count=sum(found.doses.values()))
    for kind, state in found.milestones:
        name = words.coded("milestone", kind)
        yield name if state == "reported" else _("{what}: withdrawn", what=name)


def _short(one: Changed, names: Mapping[str, str]) -> str:
    who = f" ({names.get(one.by, one.by)})" if one.by else ""
    return f"{words.label(one.code)} {_from_to(one)}{who}"


def _from_to(one: Changed) -> str:
    now = value_of(one.now) if one.now is not None else words.coded("state", "withdrawn")
    return f"{value_of(one.was)} → {now}" if one.was is not None else now


def value_of(row: Row) -> str:
    """What a reading says, as the reader writes it: "> 100 000", "Invasive", "pending"."""
    if row["state"] not in (State.MEASURED, State.CARRIED):
        return words.coded("state", row["state"])
    if pd.isna(row["number"]):
        return words.choice_label(str(row["choice"]))
    sign = "" if row["comparator"] == "=" else f"{row['comparator']} "
    return f"{sign}{words.number(float(row['number']), variable(str(row['variable'])).decimals)}"


def _table(values: Sequence[Changed], names: Mapping[str, str]) -> str:
    head = "".join(f'<th class="text">{escape(_(name))}</th>' for name in COLUMNS)
    rows = "".join(
        "<tr>" + "".join(f'<td class="text">{escape(cell)}</td>' for cell in (
            words.label_with_unit(one.code), words.day(one.on), value_of(one.was) if one.was is not None else "–",
            value_of(one.now) if one.now is not None else words.coded("state", "withdrawn"), names.get(one.by, one.by))) + "</tr>"
        for one in values
    )  # fmt: skip
    return f'<div class="scroll"><table class="flow"><tr>{head}</tr>{rows}</table></div>'
