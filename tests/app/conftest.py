"""A tab of the app without a browser, on a real SQLite file.

`tab("lea", "day_sheet", patient="001-0001")` is a tab of one person of the cast on a page, after its first run. A
cookie is what AppTest lacks: the token of a real session stands in its place, one a tab.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button, ButtonGroup, TextInput

import db
import menu
from components import words
from db import people, screening, store
from tests.db import cast
from tests.stores import sqlite_url

APP = Path(menu.__file__).with_name("app.py")
PASSWORD = "bedside-test-1"


class Tab:
    """One browser tab of one person. In French: AppTest formats options outside a session, where that is the default."""

    def __init__(self, login: str) -> None:
        with db.begin() as ward:
            token = people.open_session(ward, login, "fr")
        self.app = AppTest.from_file(str(APP), default_timeout=30)
        self.app.session_state["cookie"] = token

    def open(self, page: str, **query: str) -> Tab:
        for name, value in query.items():
            self.app.query_params[name] = value
        self.app.switch_page(f"pages/{page}.py")
        return self.again()

    def again(self) -> Tab:
        self.app.run()
        assert not len(self.app.exception), "the script failed: see the log"
        return self

    def says(self, sentence: str, **facts: object) -> bool:
        return said(sentence, **facts) in self.text

    @property
    def text(self) -> str:
        """All that can be read, without the marks of HTML and Markdown."""
        shown = [element.proto.body for element in self.app.html]
        for kind in (self.app.markdown, self.app.info, self.app.warning, self.app.error, self.app.success, self.app.toast):
            shown += [element.value for element in kind]
        return re.sub(r"\s+", " ", plain("\n".join(shown)))

    def box(self, code: str) -> TextInput:
        return self._of(self.app.text_input, code, "dec_")

    def choice(self, code: str) -> ButtonGroup[str]:
        return self._of(self.app.segmented_control, code, "cho_")

    def type(self, **typed: str) -> Tab:
        """Into boxes, or a tap on a choice; then one run, as when the typing pauses."""
        for code, text in typed.items():
            if words.variables.variable(code).kind == "choice":
                self.choice(code).set_value(text)
            else:
                self.box(code).set_value(text)
        return self.again()

    def button(self, label: str, **facts: object) -> Button:
        (one,) = [button for button in self.app.button if re.sub(r"\s+", " ", button.label) == said(label, **facts)]
        return one

    def labels(self) -> list[str]:
        return [button.label for button in self.app.button]

    def press(self, label: str, **facts: object) -> Tab:
        self.button(label, **facts).click()
        return self.again()

    @staticmethod
    def _of(widgets: Any, code: str, head: str) -> Any:
        (one,) = [widget for widget in widgets if re.fullmatch(rf"{head}.*_{code}_[0-9a-f]+", widget.key or "")]
        return one


def said(sentence: str, **facts: object) -> str:
    """The French of a sentence of the code."""
    return re.sub(r"\s+", " ", words.translate("fr", sentence, **facts))


def plain(text: str) -> str:
    return unescape(re.sub(r"<[^>]+>|\*\*|#{2,}|:\w+\[|:material/\w+:", " ", text)).replace("] ", " ")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two sites and the cast's accounts."""
    folder = tmp_path_factory.mktemp("prepared")
    store.use(sqlite_url(folder))
    cast.open_sites()
    with db.begin() as ward:
        for one in (cast.LEA, cast.KARIM, cast.ANNE, cast.PAUL, cast.ADA, cast.ZOE):
            people.create_account(ward, login=one.login, name=one.name, role=one.role, site=one.site, password=PASSWORD,
                                  by=people.SETUP)  # fmt: skip
    store.engine().dispose()
    return folder


@pytest.fixture
def hospital(prepared: Path, tmp_path: Path) -> Iterator[str]:
    """A store of the test's own, with the accounts in it; answers its address."""
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    address = sqlite_url(tmp_path)
    store.use(address)
    yield address
    store.engine().dispose()


@pytest.fixture
def tab(hospital: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Tab]:
    monkeypatch.setattr(menu, "cookie", lambda: st.session_state.get("cookie", ""))
    return lambda login, page, **query: Tab(login).open(page, **query)


@pytest.fixture
def page(tab: Callable[..., Tab]) -> Callable[..., Tab]:
    """The page of screening of one patient who arrived three days ago, with these values of today and answers."""

    def of(login: str = "karim", values: dict[str, Any] | None = None, **declared: str) -> Tab:
        number = cast.screened(3)
        cast.enter(number, values or {})
        with db.begin() as ward:
            screening.answer(ward, number, 1, declared, by=cast.KARIM)
        return tab(login, "screening", patient=number)

    return of
