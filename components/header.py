"""The line on top of each page: who is signed in, the language, another person, the demo's banner."""

from __future__ import annotations

import os
from collections.abc import Callable
from html import escape

import streamlit as st

from components import words
from components.words import _


def header(name: str, role: str, *, on_language: Callable[[str], None]) -> None:
    spoken = words.language()
    if os.environ.get("JAKAHDI_DEMO"):
        st.html(f'<div class="demo">{escape(_("DEMO: invented patients. Nothing here is real."))}</div>')
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small", key="header"):
        st.html(f'<span class="who"><b>{escape(name)}</b><span class="role"> · {escape(words.coded("role", role))}</span></span>',
                width="content")
        # A plain link: st.link_button opens another tab, and this one would stay signed in on screen.
        change = escape(_("Change person"))
        st.html(f'<a class="button" data-language="{spoken}" href="/session/change">{change}</a>', width="content")
        chosen = st.segmented_control(_("Language"), list(words.LANGUAGES), default=spoken, format_func=str.upper,
                                      label_visibility="collapsed", key=f"language_{spoken}", required=True)
    if chosen and chosen != spoken:
        on_language(chosen)
        st.rerun()
