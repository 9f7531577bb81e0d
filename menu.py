"""Who may open what: the one table of pages, the guard each page starts with, and the menu drawn from both."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

import db
from components import words
from components.header import header
from components.words import _
from db import people
from db.people import Person

COOKIE = "jakahdi"
ICON = Path(__file__).parent / "components" / "static" / "icon.png"

CARE = ("nurse", "investigator", "pi")
READ = (*CARE, "monitor")
EVERYONE = (*READ, "administrator")


@dataclass(frozen=True)
class Entry:
    code: str
    title: str
    icon: str
    roles: tuple[str, ...]

    @property
    def file(self) -> str:
        return f"pages/{self.code}.py"

    @property
    def path(self) -> str:
        return "/" if self.code == "ward" else f"/{self.code}"


MENU = (
    Entry("ward", "Ward", ":material/bed:", READ),
    Entry("screening", "Screening", ":material/fact_check:", ("investigator", "pi", "monitor")),
    Entry("day_sheet", "Day sheet", ":material/edit_note:", READ),
    Entry("dosing", "Doses", ":material/pill:", READ),
    Entry("patient", "Patient", ":material/monitoring:", READ),
    Entry("scores", "Scores", ":material/calculate:", EVERYONE),
    Entry("protocol", "Protocol", ":material/menu_book:", EVERYONE),
    Entry("data", "Data", ":material/upload_file:", ("investigator", "pi", "monitor")),
    Entry("people", "People", ":material/group:", ("administrator", "pi")),
)
BY_CODE = {entry.code: entry for entry in MENU}


def page(code: str) -> Person:
    """The guard: each page's first statement. Stops the page for whoever may not see it."""
    st.set_page_config(page_title=f"{_(BY_CODE[code].title)} · JAKAHDI", page_icon=str(ICON), layout="wide")
    person = signed_in()
    if person is None:
        st.warning(_("You are signed out. Sign in to go on; what you typed is kept."))
        st.link_button(_("Sign in"), "/session/login")
        st.stop()
    st.session_state["language"] = person.language
    if person.role not in BY_CODE[code].roles:
        role = words.coded("role", person.role)
        st.error(_("This page is not for your role ({role}). Ask the administrator if you need it.", role=role))
        st.stop()
    header(person.name, person.role, on_language=speak)
    return person


def signed_in() -> Person | None:
    token = cookie()
    if not token:
        return None
    with db.look() as ward:
        return people.person_of(ward, token, touch=False)


def cookie() -> str:
    return str(st.context.cookies.get(COOKIE, ""))


def speak(language: str) -> None:
    with db.begin() as ward:
        people.speak(ward, cookie(), language)


def run() -> None:
    """The script half of app.py: the menu of this person, then the page."""
    person = signed_in()
    if person:
        st.session_state["language"] = person.language
    theirs = [entry for entry in MENU if person is None or person.role in entry.roles]
    # Every page stays known to Streamlit, so that a link to one that is not for this role says so.
    st.navigation([_page(entry, theirs) for entry in MENU], position="top").run()


def _page(entry: Entry, theirs: list[Entry]) -> object:
    first = entry is theirs[0]
    return st.Page(entry.file, title=_(entry.title), icon=entry.icon, default=first, url_path=None if first else entry.code,
                   visibility="visible" if entry in theirs else "hidden")


def link(code: str, text: str, **query: str) -> None:
    """A link to a page without loading the app anew."""
    st.page_link(BY_CODE[code].file, label=text, icon=BY_CODE[code].icon, query_params=query or None)
