"""The gate and the front door, without a browser: whom they let pass, and where they lead."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import HTTPConnection, Request
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.testing.v1 import AppTest

import db
import front_door
import gate
from components import sign_in
from db import people, sites, store
from front_door import local_path, open_first_account, recent_people, same_origin
from tests.stores import sqlite_url
from trial.errors import TrialError

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "bedside-test-1"


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[str]:
    """A store with Léa in it; answers the token of her session."""
    store.use(sqlite_url(tmp_path))
    with db.begin() as ward:
        sites.open_site(ward, code="001", name="Hôpital A", by=people.SETUP)
        people.create_account(ward, login="lea", name="Léa", role="nurse", site="001", password=PASSWORD, by=people.SETUP)
        token = people.open_session(ward, "lea", "fr")
    yield token
    store.engine().dispose()


@pytest.fixture
def empty_store(tmp_path: Path) -> Iterator[None]:
    store.use(sqlite_url(tmp_path))
    yield
    store.engine().dispose()


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "https://evil.example", "evil.example", "/\t/evil.example", "",
             "/\n/evil.example", "\\\\evil.example", "/session/logout", "javascript:alert(1)", "///evil.example", "/ /e"],
)  # fmt: skip
def test_a_link_never_leads_away_from_the_app(path: str) -> None:
    assert local_path(path) == "/"


@pytest.mark.parametrize("path", ["/", "/day_sheet?patient=001-0001", "/patient?patient=001-0001&view=doses"])
def test_a_link_comes_back_to_its_page(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ({"sec-fetch-site": "same-site", "origin": "http://bedside"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"origin": "http://bedside"}, True),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "null"}, False),
        ({}, False),
    ],
)
def test_a_form_is_taken_from_our_own_pages_alone(headers: dict[str, str], ours: bool) -> None:
    assert same_origin(_request(headers=headers)) is ours


@pytest.mark.parametrize("kept", ["", "not base64!", "e30=", "WzFd", "bnVsbA=="])
def test_a_spoiled_cookie_of_recent_people_is_nobody(kept: str) -> None:
    assert recent_people(_request(headers={"cookie": f"{front_door.RECENT_COOKIE}={kept}"})) == []


def test_what_was_typed_never_becomes_html() -> None:
    evil = '"><script>alert(1)</script>'
    pages = (
        sign_in.sign_in("fr", f"/?{evil}", who=evil, recent=[(evil, evil)], alert=evil),
        sign_in.sign_in("en", "/", recent=[(evil, evil)], changing=True),
        sign_in.first_account("fr", {"name": evil, "site": evil, "salt": evil}, least=12, alert=evil),
        sign_in.unreachable("fr", f"/?{evil}", seconds=5),
        sign_in.step(f"/?{evil}"),
    )
    for page in pages:
        assert "<script" not in page


def test_streamlits_page_becomes_ours() -> None:
    """A new Streamlit that writes its index.html otherwise fails here."""
    page = gate.shell("fr", "abc")
    assert '<html lang="fr">' in page
    assert "<title>JAKAHDI</title>" in page
    assert '<meta name="session" content="abc">' in page
    assert 'href="/session/icon.png"' in page
    assert re.findall(r"<script(?![^>]*src=)", page) == []
    assert page.index("/session/bedside.js") < page.index("</head>")
    assert "./" not in page


def test_a_stranger_is_sent_to_sign_in_and_nothing_inside_runs(ward: str) -> None:
    answer = _through_the_gate("/day_sheet", query="patient=001-0001")
    assert answer.status == 303
    assert answer.headers["location"] == "/session/login?next=%2Fday_sheet%3Fpatient%3D001-0001"
    assert not answer.reached
    for path in ("/media/x", "/component/x", "/_stcore/stream", "/_stcore/upload_file/a/b", "/_stcore/metrics", "/a/b"):
        for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
            answer = _through_the_gate(path, method=method)
            assert (answer.status, answer.reached) == (401, False)


def test_a_link_from_another_program_finds_the_session_by_a_step_of_our_own(ward: str) -> None:
    """The browser keeps a SameSite=Strict cookie back on the first request that another site started."""
    answer = _through_the_gate("/day_sheet", query="patient=001-0001", headers={"sec-fetch-site": "cross-site"})
    assert answer.status == 200
    assert "url=/day_sheet?patient=001-0001" in answer.body
    assert not answer.reached


def test_lea_gets_the_page_and_what_belongs_to_it(ward: str) -> None:
    cookie = {"cookie": f"jakahdi={ward}"}
    page = _through_the_gate("/day_sheet", headers=cookie)
    assert page.status == 200
    assert front_door.tag(ward) in page.body
    assert ward not in page.body
    assert _through_the_gate("/media/x", headers=cookie).reached


def test_the_bundles_and_the_front_door_are_open(ward: str) -> None:
    for path in ("/static/js/index.js", "/session/login", "/healthz", "/_stcore/health"):
        assert _through_the_gate(path).reached
    for path in ("/_stcore/healthy", "/_stcore/health/../stream", "/sessions", "/staticky"):
        assert not _through_the_gate(path).reached


def test_a_websocket_carries_the_tag_of_its_own_session_whatever_the_browser_says(ward: str) -> None:
    headers = {"cookie": f"jakahdi={ward}", "x-jakahdi-session": "another"}
    answer = _through_the_gate("/_stcore/stream", kind="websocket", headers=headers)
    assert answer.scope["headers"].count((gate.SESSION_HEADER, front_door.tag(ward).encode())) == 1
    assert b"another" not in [value for _name, value in answer.scope["headers"]]


def test_only_what_a_person_does_counts_as_an_action() -> None:
    tapped, timer, other = BackMsg(), BackMsg(), BackMsg()
    tapped.rerun_script.query_string = ""
    timer.rerun_script.is_auto_rerun = True
    other.app_heartbeat = True
    assert gate._is_action(tapped.SerializeToString())
    assert not gate._is_action(timer.SerializeToString())
    assert not gate._is_action(other.SerializeToString())
    assert not gate._is_action(b"\xff\xff\xff")


def test_the_first_account_needs_the_code_of_the_terminal(empty_store: None) -> None:
    with pytest.raises(TrialError, match="code"):
        _open_first(code="AAAAA-AAAAA")
    with pytest.raises(TrialError, match="differ"):
        _open_first(again="another-password")
    with pytest.raises(TrialError, match="too short"):
        _open_first(password="short", again="short")
    with db.look() as ward:
        assert not people.any_account(ward)
        assert sites.sites(ward) == []


def test_the_first_account_is_an_administrator_of_an_open_site(empty_store: None) -> None:
    assert _open_first(code=front_door.first_code().lower().replace("-", "")).role == "administrator"
    with db.begin() as ward:
        person = people.check_password(ward, "ada", PASSWORD, address="")
        assert person is not None
        assert sites.site_of(ward, "001").name == "Hôpital A"
    with pytest.raises(TrialError, match="already"):
        _open_first(login="eve")


def test_the_front_door_speaks_french_first() -> None:
    assert front_door.language_of(_request(headers={"accept-language": "en-GB"})) == "fr"
    assert front_door.language_of(_request(query="lang=en")) == "en"
    assert front_door.language_of(_request(headers={"cookie": f"{front_door.LANGUAGE_COOKIE}=en"})) == "en"
    assert front_door.language_of(_request(query="lang=de")) == "fr"


def test_the_script_half_shows_a_stranger_the_guard_alone(ward: str) -> None:
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert not page.exception
    assert len(page.warning) == 1
    assert not page.text_input


def _open_first(**changed: str) -> people.Person:
    typed = {"code": front_door.first_code(), "site": "001", "site_name": "Hôpital A", "zone": "Europe/Paris",
             "salt": "base", "name": "Ada", "login": "ada", "password": PASSWORD, "again": PASSWORD}  # fmt: skip
    with db.begin() as ward:
        return open_first_account(ward, {**typed, **changed})


def _request(headers: dict[str, str] | None = None, query: str = "") -> HTTPConnection:
    return Request(_scope("/", headers=headers, query=query))


def _scope(path: str, *, kind: str = "http", method: str = "GET", headers: dict[str, str] | None = None,
           query: str = "") -> dict[str, Any]:  # fmt: skip
    sent = {"host": "bedside", **(headers or {})}
    scope = {"type": kind, "path": path, "raw_path": path.encode(), "query_string": query.encode(), "scheme": "http",
             "server": ("bedside", 80), "client": ("127.0.0.1", 1), "root_path": "", "http_version": "1.1",
             "headers": [(name.encode(), value.encode()) for name, value in sent.items()]}  # fmt: skip
    return {**scope, "method": method} if kind == "http" else scope


class Answer:
    """What came out of the gate, and whether anything behind it was reached."""

    def __init__(self) -> None:
        self.reached, self.status, self.body = False, 0, ""
        self.scope: dict[str, Any] = {}
        self.headers: dict[str, str] = {}

    async def inside(self, scope: Any, _receive: Callable[..., Awaitable[Any]], _send: Callable[..., Any]) -> None:
        self.reached, self.scope = True, scope

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"").decode()


def _through_the_gate(path: str, **asked: Any) -> Answer:
    answer = Answer()

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def go() -> None:
        await gate.Gate(answer.inside)(_scope(path, **asked), receive, answer.send)

    with ThreadPoolExecutor(1) as apart:  # Playwright's tests leave an event loop running in this thread
        apart.submit(asyncio.run, go()).result()
    return answer
