"""What screening finds, on the screen: the scores, what would settle them, and their lit tables."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from components import hlh_scores, score_table, score_words, sofa_line
from components.screening import lineages, settling, values_read
from components.words import _
from trial.screening import Screened, values_of
from trial.settle import settle


def draw_hlh(found: Screened) -> list[str]:
    """HLH-2004 and HScore side by side, what would settle whether it is a syndrome, and one tap away their tables with the
    two cytopenia rules; answers what would settle it in sentences."""
    settling_it = settle("acquired_hs", found.parts)
    if told := values_read.from_before(values_of(found), found.on):
        st.html(f'<div class="quiet">{escape(told)}</div>')
    with st.grid(2, min_column_width=400):
        st.html(hlh_scores.hlh2004_verdict(found.hlh2004) + _items("hlh2004", found))
        st.html(hlh_scores.hscore_verdict(found.hscore) + _items("hscore", found))
    if any(found.parts[score].row for score in ("hlh2004", "hscore")):
        st.html(settling.draw(settling_it))
    tables = st.expander(_("Tables of HLH-2004 and HScore, and their two rules of cytopenia"), on_change="rerun", key="hlh_tables")
    if tables.open:
        with tables, st.grid(2, min_column_width=400):
            st.html(_table("hlh2004", found) + lineages.draw(found.parts))
            st.html(_table("hscore", found))
    return settling.lines(settling_it)


def draw_sofa(found: Screened) -> list[str]:
    settling_it = settle("sofa", found.parts)
    st.html(sofa_line.line(found.sofa, None) + (settling.draw(settling_it) if found.parts["sofa"].row else ""))
    table = st.expander(_("Table of the SOFA"), on_change="rerun", key="sofa_table")
    if table.open:
        table.html(_table("sofa", found))
    return settling.lines(settling_it)


def _items(score: str, found: Screened) -> str:
    """Each item in a word: "Fever ✓", "Ferritin 35", "AST ?"."""
    part = found.parts[score]
    told = [(score_words.item_with_points(score, name, part.points[name], part.reached[name]), pd.isna(part.points[name]))
            for name in part.score.items]
    return "".join(f'<span class="organ {"px" if is_open else ""}">{escape(text)}</span>' for text, is_open in told)


def _table(score: str, found: Screened) -> str:
    part = found.parts[score]
    return score_table.score_table(score, part.score.items, part.points, part.reached)
