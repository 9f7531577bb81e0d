"""The gate around the Streamlit app: nobody unknown reaches a script, a file or the websocket.

Also what else a hospital asks of each answer: headers, compression, the page's language, and the start-up.
"""

from __future__ import annotations

import gc
import gzip
import importlib
import logging
import pkgutil
import re
import secrets
import traceback
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager, suppress
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode

import streamlit as st
from google.protobuf.message import DecodeError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.logger import get_logger
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.pages_manager import PagesManager

import components
import db
import front_door
import scoring
import trial
from components.sign_in import LOGIN, step
from components.words import _, say, translate
from db import people
from front_door import ROUTES, is_https, signed_in, tag, token_of, unreachable_page
from trial.errors import StoreUnreachable, TrialError

__all__ = ["EXCEPTION_HANDLERS", "MIDDLEWARE", "ROUTES", "lifespan", "on_script_error"]

OPEN_FOLDERS = ("/session/", "/static/")  # the front door, and Streamlit's own bundles: no patient data
OPEN_PATHS = ("/healthz", "/_stcore/health", "/favicon.png")
PAGE = re.compile(r"/[\w-]*")
SIGNED_OUT = 4401  # close code of the websocket
TRY_LATER = 1013
SESSION_HEADER = b"x-jakahdi-session"  # server.trustedUserHeaders in config.toml
BUNDLES = Path(st.__file__).parent / "static"
LARGE = ("pyarrow", "sqlalchemy.dialects.postgresql", "sqlalchemy.dialects.sqlite")

log = logging.getLogger("jakahdi")


class Gate:
    """Pure ASGI: strangers are refused before any script starts, on HTTP and on the websocket."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or _is_open(scope["path"]):
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        token = token_of(request)
        page = scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and PAGE.fullmatch(scope["path"])
        try:
            person = await signed_in(token, touch=bool(page))
        except StoreUnreachable:
            await _answer(_sorry(request), scope, receive, send, TRY_LATER)
            return
        if person is None:
            await _answer(_refusal(request), scope, receive, send, SIGNED_OUT)
        elif page:
            await HTMLResponse(shell(person.language, tag(token)))(scope, receive, send)
        elif scope["type"] == "websocket":
            await Watched(token, receive, send).run(self.app, scope)
        else:
            await self.app(scope, receive, send)


class Watched:
    """A websocket that ends with the session it belongs to: each message asks whether that is still open."""

    def __init__(self, token: str, receive: Receive, send: Send) -> None:
        self.token, self._receive, self._send = token, receive, send
        self.over = False
        self.connecting = True
        self.page = ""  # that the browser asked for last

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        # Streamlit resumes a dropped page only for the same header: not for the next person of this browser.
        headers = [(name, value) for name, value in scope["headers"] if name != SESSION_HEADER]
        mine = {**scope, "headers": [*headers, (SESSION_HEADER, tag(self.token).encode())]}
        await app(mine, self.receive, self.send)

    async def receive(self) -> Message:
        message = await self._receive()
        while self._is_of_a_page_left(message):
            message = await self._receive()
        if message["type"] != "websocket.receive" or await self._still_open(message.get("bytes") or b""):
            return message
        self.over = True
        await self._send({"type": "websocket.close", "code": SIGNED_OUT})
        return {"type": "websocket.disconnect", "code": SIGNED_OUT}

    def _is_of_a_page_left(self, message: Message) -> bool:
        """A piece of a page that the browser has left: Streamlit would stop the new page for it and draw nothing."""
        asked = _rerun_of(message.get("bytes") or b"")
        if asked is None:
            return False
        if not asked.fragment_id:
            self.page = asked.page_script_hash
        return bool(asked.fragment_id and self.page and asked.page_script_hash != self.page)

    async def send(self, message: Message) -> None:
        if not self.over:  # a script that still runs has nobody to show it to
            await self._send(message)

    async def _still_open(self, data: bytes) -> bool:
        touch = _is_action(data) and not self.connecting
        # The first run of a connection is the browser's own: a tablet that finds the Wi-Fi again is not a person.
        self.connecting = self.connecting and not data
        try:
            return await signed_in(self.token, touch=touch) is not None
        except StoreUnreachable:
            return True  # nothing can be read or written meanwhile; the page says so and goes on afterwards


def _is_action(data: bytes) -> bool:
    """Whether a message of the browser comes from a person rather than from a timer of the page."""
    asked = _rerun_of(data)
    return asked is not None and not asked.is_auto_rerun


def _rerun_of(data: bytes) -> Any:
    """What a message of the browser asks to run; None for any other message."""
    with suppress(DecodeError):
        message = BackMsg.FromString(data)
        if message.WhichOneof("type") == "rerun_script":
            return message.rerun_script
    return None


def _is_open(path: str) -> bool:
    return path.startswith(OPEN_FOLDERS) or path in OPEN_PATHS


def _refusal(request: HTTPConnection) -> Response:
    if not _is_page(request):
        return PlainTextResponse("sign in first", 401)
    following = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.headers.get("sec-fetch-site") == "cross-site":
        # A link in another program: the browser keeps a Strict cookie back. A step of our own brings it.
        return HTMLResponse(step(following))
    start = following if following != "/" else ""
    return RedirectResponse(LOGIN + (f"?{urlencode({'next': start})}" if start else ""), 303)


def _sorry(request: HTTPConnection) -> Response:
    return unreachable_page(request) if _is_page(request) else PlainTextResponse("the database does not answer", 503)


def _is_page(request: HTTPConnection) -> bool:
    scope = request.scope
    return scope["type"] == "http" and scope["method"] == "GET" and bool(PAGE.fullmatch(scope["path"]))


async def _answer(response: Response, scope: Scope, receive: Receive, send: Send, code: int) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": code})
        return
    await response(scope, receive, send)


@cache
def _bare_shell() -> str:
    """Streamlit's index.html without its inline script (the policy blocks it) and its English."""
    source = (BUNDLES / "index.html").read_text("utf-8")
    inline = r"<!--.*?-->|<script>.*?</script>|<noscript>.*?</noscript>|<link rel=\"service-desc\"[^>]*>"
    return re.sub(inline, "", source, flags=re.DOTALL).replace('"./static/', '"/static/').strip()


def shell(language: str, session: str) -> str:
    """The page that every screen is drawn into, in the person's language."""
    ours = (f'<link rel="stylesheet" href="/session/bedside.css"><meta name="session" content="{session}">'
            '<script src="/session/bedside.js" defer></script></head>')  # fmt: skip
    sentence = escape(translate(language, "This page needs JavaScript."))
    page = _bare_shell().replace('<html lang="en">', f'<html lang="{language}">')
    for was, now in (
        ("<title>Streamlit</title>", "<title>JAKAHDI</title>"),
        ("./favicon.png", "/session/icon.png"),
        ("</head>", ours),
        ('<div id="root">', f'<noscript>{sentence}</noscript><div id="root">'),
    ):
        page = page.replace(was, now)
    return page


class Headers:
    """What every answer says about itself."""

    POLICY = (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; "
        "frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
    )
    ALWAYS: ClassVar = {
        "content-security-policy": POLICY,
        "x-frame-options": "DENY",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()",
    }

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), scope)
            await send(message)

        await self.app(scope, receive, with_headers)

    def _add(self, headers: MutableHeaders, scope: Scope) -> None:
        headers.update(self.ALWAYS)
        # With no-referrer a browser sends our own forms with "Origin: null", and they would be refused.
        headers["referrer-policy"] = "same-origin" if scope["path"].startswith("/session/") else "no-referrer"
        if not scope["path"].startswith("/static/"):
            headers["cache-control"] = "no-store"
        if is_https(HTTPConnection(scope)):
            headers["strict-transport-security"] = "max-age=31536000"
            headers["cross-origin-opener-policy"] = "same-origin"


class StaticGzip:
    """Streamlit serves its bundles uncompressed (plotly alone is 4.7 MB). Compress each once, keep it in memory."""

    TYPES: ClassVar = {".js": "text/javascript", ".css": "text/css"}

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/static/") and scope["method"] == "GET":
            accepted = HTTPConnection(scope).headers.get("accept-encoding", "")
            kind = self.TYPES.get(Path(scope["path"]).suffix)
            body = await run_in_threadpool(compressed, scope["path"]) if kind and "gzip" in accepted else None
            if body:
                headers = {"content-encoding": "gzip", "vary": "accept-encoding",
                           "cache-control": "public, immutable, max-age=31536000"}  # fmt: skip
                await Response(body, media_type=kind, headers=headers)(scope, receive, send)
                return
        await self.app(scope, receive, send)


@cache
def compressed(path: str) -> bytes | None:
    file = (BUNDLES / path.lstrip("/")).resolve()
    return gzip.compress(file.read_bytes(), 6) if file.is_file() and BUNDLES.resolve() in file.parents else None


MIDDLEWARE = [Middleware(Headers), Middleware(StaticGzip), Middleware(Gate)]


async def _unreachable(request: HTTPConnection, _error: Exception) -> Response:
    return unreachable_page(request)


EXCEPTION_HANDLERS = {StoreUnreachable: _unreachable}


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    await run_in_threadpool(_warm_up)
    try:
        if not await front_door.ask(people.any_account):
            front_door.first_code()
    except StoreUnreachable as error:
        log.warning("%s", error)
    # Streamlit would write each failed script's whole message to the log, with the values in it.
    get_logger("streamlit.error_util").addFilter(lambda line: "Uncaught app execution" not in line.getMessage())
    # Streamlit collects garbage after every rerun: what is loaded by now is not looked through again.
    gc.collect()
    gc.freeze()
    yield {}


def _warm_up() -> None:
    """What the first person who comes should not wait for, or meet."""
    # With a pages/ folder Streamlit runs pages/x.py by itself, and draws a menu of its file names, until
    # st.navigation has run once: a deep link right after a start. It is told beforehand that app.py leads.
    PagesManager.uses_pages_directory = False
    for name in LARGE:
        importlib.import_module(name)
    for package in (scoring, trial, db, components):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def on_script_error(error: Exception) -> bool:
    """What a person sees of a script that failed; the log gets the place and never a value."""
    if isinstance(error, TrialError):
        st.error(say(error))
        if isinstance(error, StoreUnreachable):
            st.button(_("Try again"), key="try_again", type="primary", icon=":material/refresh:")
        return True
    reference = secrets.token_hex(4)
    trail = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
                       for frame in reversed(traceback.extract_tb(error.__traceback__)[-6:]))  # fmt: skip
    log.error("script error %s: %s at %s", reference, type(error).__name__, trail)
    st.error(_("Something went wrong here. What was saved before is saved. Reload the page; if it happens again, "
               "tell the person in charge of the server this reference: {reference}", reference=reference))  # fmt: skip
    return True
