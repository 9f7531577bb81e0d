"""The real app in a real Chromium.

Fixtures for a browser test:

`server`        the app on a fresh store, once on SQLite and once on Postgres, shared by all tests of the run.
                `server.url`, `server.begin()` (a write transaction in its store, to lay out what a story needs),
                `server.kill()`, `server.restart()` (same port, same store).
`start_server`  `start_server("sqlite", JAKAHDI_IDLE_MINUTES="0.1")`: a server of the test's own, with settings.
`browser_as`    `browser_as("lea", "/day_sheet?patient=001-S0001", language="fr")`: a page signed in as one of CAST,
                settled, on `server` (name that fixture too) or `on=` another. Each page is a workstation of its
                own (its own cookies). Options: locale="fr-FR", viewport=DESK | TABLET | UPRIGHT, any of Playwright's.
`stranger`      `stranger(server)`: a page without a sign-in.
`settled(page)` waits until Streamlit has nothing left to do; `screenshot(page, "name")` writes test-results/name.png.

Every page is watched: a test fails if anything asks for an address off this machine.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

import db
from db import people, sites, store
from tests.stores import postgres_url, sqlite_url

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "test-results"
PASSWORD = "bedside-test-1"
CAST = {  # login: (name, role, site)
    "lea": ("Léa", "nurse", "001"),
    "karim": ("Karim", "investigator", "001"),
    "anne": ("Anne", "pi", ""),
    "paul": ("Paul", "monitor", ""),
    "ada": ("Ada", "administrator", ""),
}
DESK = {"width": 1440, "height": 900}
TABLET = {"width": 1024, "height": 768}
UPRIGHT = {"width": 768, "height": 1024}
START_SECONDS = 60
SETTLED_MS = 200

QUIET = """(quiet) => {
    const app = document.querySelector('[data-testid="stApp"]');
    const busy = !app || app.dataset.testScriptState !== "notRunning"
        || app.dataset.testConnectionState !== "CONNECTED"
        || document.querySelector('[data-stale="true"], [data-testid="stSkeleton"], [data-testid="stAppSkeleton"]');
    window.quietSince = busy ? undefined : window.quietSince ?? performance.now();
    return window.quietSince !== undefined && performance.now() - window.quietSince > quiet;
}"""


@dataclass
class Server:
    """The app as a hospital starts it: `streamlit run app.py`, on its own port and store."""

    store_url: str
    log: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, wait: bool = True) -> Server:
        self.port = self.port or _free_port()
        environment = {**os.environ, "DATABASE_URL": self.store_url, **self.settings}
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        answers = f"{self.url}/healthz" if wait else f"{self.url}/session/sign_in.css"
        deadline = time.monotonic() + START_SECONDS
        while not _answers(answers):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the server did not start:\n{self.log.read_text('utf-8')}")
            time.sleep(0.1)
        return self

    def kill(self) -> None:
        """As a power cut would."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def restart(self) -> Server:
        self.kill()
        return self.start()

    @contextmanager
    def begin(self) -> Iterator[db.Ward]:
        """One write transaction in this server's store."""
        store.use(self.store_url)
        with db.begin() as ward:
            yield ward

    def sign_in(self, login: str, language: str = "fr") -> str:
        """The cookie of a new session, as if the password had been typed."""
        with self.begin() as ward:
            return people.open_session(ward, login, language)


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = _on(request.param, tmp_path_factory.mktemp(request.param))
    yield made.start()
    made.kill()


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """`start_server("sqlite" | "postgres", **settings)`; killed after the test."""
    running: list[Server] = []

    def start(kind: str = "sqlite", **settings: str) -> Server:
        made = _on(kind, tmp_path, **settings)
        running.append(made)
        return made.start()

    yield start
    for made in running:
        made.kill()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    assert program, "Chromium is not installed: make test installs it"
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run"]
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def workstation(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A browser with no cookies: `workstation(locale="fr-FR", viewport=DESK, **playwright_options)`."""
    opened: list[BrowserContext] = []
    strays: list[str] = []

    def open_one(*, locale: str = "fr-FR", viewport: dict[str, int] | None = None, **options: Any) -> BrowserContext:
        size = viewport or DESK
        context = chromium.new_context(locale=locale, viewport=size, timezone_id="Europe/Paris", **options)
        context.on("request", lambda asked: _note_stray(asked.url, strays))
        context.on("page", lambda page: page.on("websocket", lambda socket: _note_stray(socket.url, strays)))
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()
    assert not strays, f"asked for off this machine: {strays}"


@pytest.fixture
def browser_as(workstation: Callable[..., BrowserContext], request: pytest.FixtureRequest) -> Callable[..., Page]:
    def sign_in(login: str, path: str = "/", *, language: str = "fr", on: Server | None = None, **options: Any) -> Page:
        where = on or request.getfixturevalue("server")
        context = workstation(**options)
        cookie = {"name": "jakahdi", "value": where.sign_in(login, language), "url": where.url}
        context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Strict"}])
        page = context.new_page()
        page.goto(where.url + path)
        return settled(page)

    return sign_in


@pytest.fixture
def stranger(workstation: Callable[..., BrowserContext]) -> Callable[..., Page]:
    def open_page(on: Server, path: str = "/", **options: Any) -> Page:
        page = workstation(**options).new_page()
        page.goto(on.url + path)
        return page

    return open_page


def settled(page: Page, timeout: float = 30_000) -> Page:
    """Waits until the script has ended, the connection stands and nothing on the screen is stale."""
    page.evaluate("window.quietSince = undefined")
    page.wait_for_function(QUIET, arg=SETTLED_MS, timeout=timeout)
    return page


def screenshot(page: Page, name: str, *, full: bool = False) -> Path:
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{name}.png"
    page.screenshot(path=file, full_page=full)
    return file


def type_password(page: Page, password: str = PASSWORD) -> None:
    """On the sign-in page: the password, then Enter, then the page that comes."""
    page.fill("[name=password]", password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _on(kind: str, folder: Path, **settings: str) -> Server:
    """A server on a new store with the site 001 and the cast."""
    made = Server(sqlite_url(folder) if kind == "sqlite" else postgres_url(), folder / "server.log", settings)
    with made.begin() as ward:
        sites.open_site(ward, code="001", name="Hôpital A", by=people.SETUP)
        for login, (name, role, site) in CAST.items():
            people.create_account(
                ward, login=login, name=name, role=role, site=site, password=PASSWORD, by=people.SETUP
            )
    store.engine().dispose()
    return made


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False


def _note_stray(url: str, strays: list[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in ("127.0.0.1", "localhost"):
        strays.append(url)
