"""Signing in, staying in, leaving: at a workstation that many share."""

from __future__ import annotations

import re
import shutil
import sqlite3
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

import menu
from components import words
from db import people
from tests.browser.conftest import (
    CAST,
    DESK,
    PASSWORD,
    UPRIGHT,
    Server,
    _answers,
    screenshot,
    settled,
    type_password,
)

Open = Callable[..., Page]
LOGIN = re.compile(r"/session/login")
fr = partial(words.translate, "fr")
SIGN_IN = fr("Sign in")


def test_a_strangers_deep_links_right_after_a_start_show_the_sign_in_alone(
    start_server: Callable[..., Server], stranger: Open
) -> None:
    """Streamlit runs pages/x.py by itself on the first deep link after a start: nobody unknown may get that far."""
    server = start_server()
    page = stranger(server)
    for entry in menu.MENU:
        page.goto(f"{server.url}{entry.path}?patient=001-0001")
        expect(page).to_have_url(f"{server.url}/session/login?next={quote_plus(f'{entry.path}?patient=001-0001')}")
        expect(page.get_by_role("heading")).to_have_text(SIGN_IN)
        assert page.locator("script, [data-testid]").count() == 0


def test_a_deep_link_right_after_a_start_still_asks_for_the_role(
    start_server: Callable[..., Server], browser_as: Open
) -> None:
    """Streamlit would run pages/x.py by itself then, under a menu of file names, before app.py has run once."""
    server = start_server()
    for entry in menu.MENU:
        others = [login for login, (_name, role, _site) in CAST.items() if role not in entry.roles]
        if others and entry.path != "/":  # "/" is everyone's first page, whichever that is
            page = browser_as(others[0], entry.path, on=server)
            expect(page.get_by_test_id("stAlert")).to_have_count(1)
            expect(page.get_by_role("textbox")).to_have_count(0)
            expect(page.get_by_role("link", name="app", exact=True)).to_have_count(0)
            page.context.close()
            server.restart()


def test_a_websocket_without_a_sign_in_is_refused_before_any_script(server: Server) -> None:
    for headers in ({}, {"Cookie": "jakahdi=invented"}, {"X-Jakahdi-Session": "invented"}):
        with pytest.raises(InvalidStatus) as refused:
            _connect(server, headers)
        assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/_stcore/host-config", "/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/upload_file/a/b",
     "/media/any.pdf", "/component/any/index.html", "/manifest.json", "/index.html", "/app.py"],
)  # fmt: skip
def test_files_and_uploads_are_closed_to_strangers(server: Server, path: str) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        request = urllib.request.Request(server.url + path, method=method, data=b"" if method != "GET" else None)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        assert refused.value.code == 401
        assert refused.value.headers["cache-control"] == "no-store"


def test_a_running_websocket_ends_with_its_session(server: Server) -> None:
    """Signed out in another tab: nothing more can be read here, not even by a page that ignores it."""
    token = server.sign_in("lea")
    with _connect(server, {"Cookie": f"jakahdi={token}"}) as socket:
        socket.send(_rerun())
        assert socket.recv(timeout=20)
        with server.begin() as ward:
            people.close_session(ward, token)
        socket.send(_rerun())
        with pytest.raises(ConnectionClosed) as ended:
            for _message in range(500):
                socket.recv(timeout=20)
    assert ended.value.rcvd is not None
    assert ended.value.rcvd.code == 4401


def test_a_dropped_page_is_resumed_for_the_same_sign_in_alone(server: Server) -> None:
    """What Léa had half typed comes back to Léa, never to Karim on the same workstation."""
    lea, karim = server.sign_in("lea"), server.sign_in("karim")
    first = _session_of(server, lea)
    assert _session_of(server, lea, first) == first
    assert _session_of(server, karim, first) not in ("", first)
    assert _session_of(server, server.sign_in("lea"), first) not in ("", first)


def test_lea_signs_in_and_a_reload_keeps_her_signed_in(server: Server, stranger: Open) -> None:
    page = stranger(server, "/scores?score=sofa")
    expect(page.get_by_role("heading")).to_have_text(SIGN_IN)
    assert page.locator("html").get_attribute("lang") == "fr"
    screenshot(page, "sign-in")
    page.fill("[name=login]", "lea")
    type_password(page)
    assert "/scores" in page.url
    assert "score=sofa" in page.url
    settled(page)
    page.reload()
    settled(page)
    expect(page.get_by_text("Léa", exact=True)).to_be_visible()
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies["jakahdi"]["httpOnly"]
    assert cookies["jakahdi"]["sameSite"] == "Strict"
    assert cookies["jakahdi"]["expires"] == -1  # it ends with the browser
    assert cookies["jakahdi_recent"]["httpOnly"]


def test_signing_in_works_without_javascript(server: Server, stranger: Open) -> None:
    page = stranger(server, java_script_enabled=False, viewport=UPRIGHT)
    page.fill("[name=login]", "lea")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name=SIGN_IN).click()
    assert page.url == f"{server.url}/"
    assert "jakahdi" in {cookie["name"] for cookie in page.context.cookies()}


def test_a_wrong_password_is_said_in_a_sentence_and_too_many_close_the_door(
    start_server: Callable[..., Server], stranger: Open
) -> None:
    page = stranger(start_server())
    wrong = fr("Wrong login or password. Check both: capitals count in the password.")
    for _try in range(people.TRIES_A_LOGIN):
        page.fill("[name=login]", "lea")
        type_password(page, "not the password")
        expect(page.get_by_role("alert")).to_have_text(wrong)
    assert page.input_value("[name=login]") == "lea"
    screenshot(page, "sign-in-refused")
    type_password(page)
    expect(page.get_by_role("alert")).to_contain_text(f"{people.TRIES_MINUTES} minutes")


def test_the_person_changes_with_one_tap_and_a_password(server: Server, stranger: Open) -> None:
    """Léa leaves the workstation on a page; Karim, who was here before, takes over on the same page."""
    page = stranger(server, "/scores")
    for login in ("karim", "lea"):
        page.fill("[name=login]", login)
        type_password(page)
        settled(page)
        page.locator('a[href^="/session/change"]').click()
        page.wait_for_url(LOGIN)
    expect(page.get_by_role("heading")).to_have_text(fr("Who takes over?"))
    assert page.locator(".people a small").all_inner_texts() == ["karim", "lea"]
    screenshot(page, "change-of-person")
    for link in page.locator(".people a").all():
        assert link.bounding_box()["height"] >= 48
    page.get_by_role("link", name="Karim").click()
    expect(page.locator("[name=password]")).to_be_focused()
    type_password(page)
    settled(page)
    assert page.url.endswith("/scores")
    expect(page.get_by_text("Karim", exact=True)).to_be_visible()


def test_another_tab_never_goes_on_under_the_next_persons_name(server: Server, browser_as: Open) -> None:
    """A tab left open by Léa: once Karim has signed in elsewhere in this browser it becomes his page, afresh."""
    page = browser_as("lea", "/scores")
    page.evaluate("window.leftOpen = true")
    with server.begin() as ward:
        people.close_session(ward, _cookie(page.context))
    karim = {"name": "jakahdi", "value": server.sign_in("karim"), "url": server.url}
    page.context.add_cookies([{**karim, "httpOnly": True, "sameSite": "Strict"}])
    page.wait_for_function("() => window.leftOpen === undefined", timeout=20_000)
    settled(page)
    expect(page.get_by_text("Karim", exact=True)).to_be_visible()


def test_idle_time_ends_the_session_and_blanks_the_page(start_server: Callable[..., Server], browser_as: Open) -> None:
    """0.1 minute is 6 seconds. Typing keeps the page; leaving it empties it without a click."""
    server = start_server(JAKAHDI_IDLE_MINUTES="0.1")
    page = browser_as("lea", "/scores", on=server)
    for _second in range(9):
        page.keyboard.press("Shift")
        page.wait_for_timeout(1000)
    assert page.url.endswith("/scores")
    page.wait_for_url(LOGIN, timeout=15_000)
    assert page.url.endswith("next=%2Fscores")
    assert page.locator("[data-testid]").count() == 0


def test_signing_out_ends_the_session_in_the_store_too(server: Server, browser_as: Open) -> None:
    page = browser_as("lea")
    token = _cookie(page.context)
    page.goto(f"{server.url}/session/logout")
    expect(page).to_have_url(LOGIN)
    with server.begin() as ward:
        assert people.person_of(ward, token, touch=False) is None
    page.goto(server.url)
    expect(page).to_have_url(LOGIN)


def test_the_front_door_speaks_english_by_a_link_and_remembers_it(server: Server, stranger: Open) -> None:
    page = stranger(server, "/scores", locale="en-GB")
    assert page.locator("html").get_attribute("lang") == "fr"  # the wards are French, whatever the browser
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading")).to_have_text("Sign in")
    page.goto(f"{server.url}/scores")
    expect(page.get_by_role("heading")).to_have_text("Sign in")
    page.fill("[name=login]", "lea")
    type_password(page)
    settled(page)
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.url.endswith("/scores")


def test_the_language_of_the_page_follows_the_person(server: Server, browser_as: Open) -> None:
    page = browser_as("lea", "/scores")
    assert page.locator("html").get_attribute("lang") == "fr"
    page.get_by_role("radio", name="EN").or_(page.get_by_role("button", name="EN", exact=True)).first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.reload()
    settled(page)
    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize("evil", ["//evil.example", r"/\evil.example", "https://evil.example", "/%09/evil.example"])
def test_signing_in_never_leads_to_another_site(server: Server, stranger: Open, evil: str) -> None:
    page = stranger(server, f"/session/login?next={evil}")
    page.fill("[name=login]", "lea")
    type_password(page)
    assert page.url == f"{server.url}/"


def test_a_form_of_another_site_signs_nobody_in(server: Server) -> None:
    body = f"login=lea&password={PASSWORD}".encode()
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {}, {"Sec-Fetch-Site": "cross-site"}):
        request = urllib.request.Request(f"{server.url}/session/login", data=body, headers=headers)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        assert refused.value.code == 403
        assert "set-cookie" not in refused.value.headers


def test_a_database_that_is_away_is_said_and_the_page_comes_back_by_itself(
    start_server: Callable[..., Server], stranger: Open, tmp_path: Path
) -> None:
    ready = start_server()
    ready.kill()
    away = Server(f"sqlite:///{tmp_path / 'away' / 'bedside.sqlite3'}", tmp_path / "away.log")
    try:
        away.start(wait=False)
        page = stranger(away, "/scores", viewport=DESK)
        page = stranger(away, "/session/login", viewport=DESK)
        expect(page.get_by_role("heading")).to_have_text(fr("The database does not answer"))
        screenshot(page, "database-away")
        assert not _answers(f"{away.url}/healthz")
        (tmp_path / "away").mkdir()
        with sqlite3.connect(tmp_path / "bedside.sqlite3") as kept:
            kept.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(tmp_path / "bedside.sqlite3", tmp_path / "away" / "bedside.sqlite3")
        expect(page.get_by_role("heading")).to_have_text(SIGN_IN, timeout=15_000)
        assert _answers(f"{away.url}/healthz")
    finally:
        away.kill()


def test_an_open_page_comes_back_after_the_server_was_restarted(
    start_server: Callable[..., Server], browser_as: Open
) -> None:
    server = start_server()
    page = browser_as("lea", "/scores", on=server)
    page.evaluate("window.leftOpen = true")
    server.restart()
    settled(page, timeout=60_000)
    assert page.evaluate("window.leftOpen")  # without a reload: what was half typed stays
    page.get_by_role("radio", name="HScore").or_(page.get_by_role("button", name="HScore")).first.click()
    settled(page)
    expect(page.get_by_text("Léa", exact=True)).to_be_visible()


def test_the_first_account_is_opened_with_the_code_in_the_terminal_and_only_once(
    tmp_path: Path, stranger: Open
) -> None:
    server = Server(f"sqlite:///{tmp_path / 'new.sqlite3'}", tmp_path / "server.log").start()
    try:
        page = stranger(server)
        expect(page.get_by_role("heading")).to_have_text(fr("The first account"))
        screenshot(page, "first-account", full=True)
        code = re.search(r"Code: (\S+)", server.log.read_text("utf-8"))
        assert code
        _open_account(page, "AAAAA-AAAAA")
        expect(page.get_by_role("alert")).to_contain_text("terminal")
        _open_account(page, code.group(1))
        page.wait_for_url(re.compile("/people"))
        settled(page)
        expect(page.get_by_text("Ada Lovelace", exact=True).first).to_be_visible()
        page.goto(f"{server.url}/session/logout")
        page.goto(f"{server.url}/session/first")
        expect(page).to_have_url(LOGIN)
    finally:
        server.kill()


def test_the_front_door_fits_a_tablet(server: Server, stranger: Open) -> None:
    page = stranger(server, viewport=UPRIGHT)
    screenshot(page, "sign-in-tablet")
    for control in page.locator("input:visible, button").all():
        box = control.bounding_box()
        assert box and box["height"] >= 48
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _open_account(page: Page, code: str) -> None:
    answers = {"code": code, "site_name": "Hôpital A", "name": "Ada Lovelace", "login": "ada", "password": PASSWORD,
               "again": PASSWORD}  # fmt: skip
    for name, answer in answers.items():
        page.fill(f"[name={name}]", answer)
    with page.expect_navigation():
        page.get_by_role("button").click()


def _connect(server: Server, headers: dict[str, str], resume: str = "") -> ClientConnection:
    address = f"{server.url.replace('http', 'ws', 1)}/_stcore/stream"
    protocols = ["streamlit", "none", resume] if resume else ["streamlit"]
    return connect(address, additional_headers=headers, origin=server.url, subprotocols=protocols, max_size=None)


def _session_of(server: Server, token: str, resume: str = "") -> str:
    """The page state that Streamlit gives to a connection which asks to resume `resume`."""
    with _connect(server, {"Cookie": f"jakahdi={token}"}, resume) as socket:
        socket.send(_rerun())
        for _message in range(100):
            message = ForwardMsg.FromString(bytes(socket.recv(timeout=20)))
            if message.WhichOneof("type") == "new_session":
                return str(message.new_session.initialize.session_id)
    return ""


def _rerun() -> bytes:
    message = BackMsg()
    message.rerun_script.query_string = ""
    return message.SerializeToString()


def _cookie(context: BrowserContext) -> str:
    return next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "jakahdi")
