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
from trial.errors import sentence

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
    Entry("ward", sentence("Ward"), ":material/bed:", READ),
    Entry("screening", sentence("Screening"), ":material/fact_check:", ("investigator", "pi", "monitor")),
    Entry("screening_log", sentence("Screening log"), ":material/list_alt:", ("investigator", "pi", "monitor")),
    Entry("day_sheet", sentence("Day sheet"), ":material/edit_note:", READ),
    Entry("backfill", sentence("Several days"), ":material/calendar_view_week:", CARE),
    Entry("dosing", sentence("Doses"), ":material/pill:", READ),
    Entry("patient", sentence("Patient"), ":material/monitoring:", READ),
    Entry("scores", sentence("Scores"), ":material/calculate:", EVERYONE),
    Entry("protocol", sentence("Protocol"), ":material/menu_book:", EVERYONE),
    Entry("data", sentence("Data"), ":material/upload_file:", ("investigator", "pi", "monitor")),
    Entry("people", sentence("People"), ":material/group:", ("administrator", "pi")),
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


def link(person: Person, code: str, **query: str) -> None:
    """A link to a page without loading the app anew; none to a page that is not for this person."""
    entry = BY_CODE[code]
    if person.role in entry.roles:
        st.page_link(entry.file, label=_(entry.title), icon=entry.icon, query_params=query or None)
