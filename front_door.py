"""The front door: signing in, the first account, changing the person at a shared workstation, signing out.

Routes under /session/; components/sign_in.py draws their pages. `gate.py` lets nobody past them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import HTTPConnection, Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

import db
from components import sign_in
from components.sign_in import FIRST, LOGIN
from components.words import LANGUAGES, translate
from db import people, sites, store
from db.people import Person, TooManyAttempts
from trial.errors import NotAllowed, StoreUnreachable, TrialError

COOKIE = "jakahdi"
LANGUAGE_COOKIE = "jakahdi_language"
RECENT_COOKIE = "jakahdi_recent"  # who signed in at this workstation, newest first
RECENT_PEOPLE, RECENT_SECONDS, LANGUAGE_SECONDS = 6, 14 * 86400, 365 * 86400
TOUCH_SECONDS = 10.0  # a session is marked as in use at most this often
RETRY_SECONDS = 5
STATIC = Path(__file__).parent / "components" / "static"
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without I, O, 0, 1

_touched: dict[str, float] = {}  # token -> when the store last heard of it from this process


# --- the store, off the event loop


async def ask(question: Callable[..., Any], *facts: object, write: bool = False, **named: object) -> Any:
    """A question or verb of db in a transaction of its own. StoreUnreachable if it does not answer."""
    return await run_in_threadpool(_asked, partial(question, **named), facts, write)


def _asked(question: Callable[..., Any], facts: tuple[object, ...], write: bool) -> Any:
    migrate_once()
    with db.begin() if write else db.look() as ward:
        return question(ward, *facts)


@cache
def migrate_once() -> None:
    """At the start, or as soon as a store that was away then answers."""
    store.migrate()


async def signed_in(token: str, *, touch: bool) -> Person | None:
    """Whose session this is. `touch` counts as an action; the store is told every few seconds at most."""
    if not token:
        return None
    idle = people.idle_limit().total_seconds()
    now = time.monotonic()
    write = touch and now - _touched.get(token, -idle) >= min(TOUCH_SECONDS, idle / 4)
    person: Person | None = await ask(people.person_of, token, touch=write, write=write)
    if person is None:
        _touched.pop(token, None)
    elif write:
        _touched[token] = now
    for old in [known for known, at in _touched.items() if now - at > idle]:
        del _touched[old]
    return person


def seconds_left(token: str) -> int:
    """Until idle, as far as this process knows; the store decides."""
    idle = people.idle_limit().total_seconds()
    return max(0, int(idle - (time.monotonic() - _touched.get(token, time.monotonic()))))


def tag(token: str) -> str:
    """Tells two sessions apart without giving the token away."""
    return hashlib.sha256(f"tag {token}".encode()).hexdigest()[:16]


# --- what a request carries


def token_of(request: HTTPConnection) -> str:
    return request.cookies.get(COOKIE, "")


def language_of(request: HTTPConnection) -> str:
    asked = request.query_params.get("lang", "")
    kept = request.cookies.get(LANGUAGE_COOKIE, "")
    return asked if asked in LANGUAGES else kept if kept in LANGUAGES else "fr"


def is_https(request: HTTPConnection) -> bool:
    forwarded = request.headers.get("x-forwarded-proto", "").split(",")[0].strip()
    return forwarded == "https" or request.url.scheme in ("https", "wss")


def same_origin(request: HTTPConnection) -> bool:
    """Whether the browser says that this site's own page sent it."""
    if site := request.headers.get("sec-fetch-site"):
        return site == "same-origin"
    return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host")


def local_path(path: str) -> str:
    """`path` if it is a page of this app, else the first page: a link never leads away after signing in."""
    # Browsers read "\" as "/" and drop tabs and line ends: "/\evil.org" and "/<tab>/evil.org" leave the site.
    strange = "\\" in path or any(ord(letter) <= 0x20 or ord(letter) == 0x7F for letter in path)
    away = not path.startswith("/") or path.startswith(("//", "/session/"))
    return "/" if strange or away else path


def recent_people(request: HTTPConnection) -> list[tuple[str, str]]:
    """(login, name) of who signed in at this workstation, newest first. It only fills a form: it proves nothing."""
    try:
        kept = json.loads(base64.urlsafe_b64decode(request.cookies.get(RECENT_COOKIE, "").encode()))
        return [(str(login)[:60], str(name)[:80]) for login, name in kept][:RECENT_PEOPLE]
    except (ValueError, TypeError):
        return []


# --- routes


async def login(request: Request) -> Response:
    if request.method == "POST":
        return await _sign_in(request)
    following = local_path(request.query_params.get("next", "/"))
    if not await ask(people.any_account):
        return RedirectResponse(FIRST, 303)
    if await signed_in(token_of(request), touch=False):
        return RedirectResponse(following, 303)
    return _keep_language(request, _sign_in_page(request, following, request.query_params.get("who", "")))


async def _sign_in(request: Request) -> Response:
    form, _ = await request.form(), _speaker(request)
    who, following = _text(form, "login"), local_path(_text(form, "next") or "/")
    if not same_origin(request):
        return _sign_in_page(request, following, who, _("The form came from another site. Sign in here."), 403)
    address = request.client.host if request.client else ""
    try:
        person = await ask(people.check_password, who, _text(form, "password"), address=address, write=True)
    except TooManyAttempts as error:
        return _sign_in_page(request, following, who, _(error.sentence, **error.facts), 429)
    if person is None:
        wrong = _("Wrong login or password. Check both: capitals count in the password.")
        return _sign_in_page(request, following, who, wrong, 401)
    return await _welcome(request, person, following)


async def first(request: Request) -> Response:
    """The first account, while there is none: for whoever can read the terminal of the server."""
    if await ask(people.any_account):
        return RedirectResponse(LOGIN, 303)
    first_code()
    if request.method == "GET":
        return _keep_language(request, _first_page(request, {}))
    form, _ = await request.form(), _speaker(request)
    typed = {name: _text(form, name) for name in form}
    try:
        if not same_origin(request):
            raise NotAllowed("The form came from another site. Sign in here.")
        person = await ask(open_first_account, typed, write=True)
    except TrialError as error:
        if isinstance(error, StoreUnreachable):
            raise
        return _first_page(request, typed, _(error.sentence, **error.facts), 422)
    return await _welcome(request, person, "/people")


def open_first_account(ward: db.Ward, typed: dict[str, str]) -> Person:
    """The site and its administrator, in one transaction."""
    code = typed.get("code", "").upper().replace("-", "").strip()
    if not hmac.compare_digest(code.encode(), first_code().replace("-", "").encode()):
        raise NotAllowed("This is not the code in the server's terminal. Copy it from there.")
    if typed.get("password") != typed.get("again"):
        raise NotAllowed("The two passwords differ. Type the same one twice.")
    sites.open_site(ward, code=typed.get("site", "").strip(), name=typed.get("site_name", "").strip(),
                    time_zone=typed.get("zone", "").strip(), norepinephrine_salt=typed.get("salt", ""), by=people.SETUP)
    if people.any_account(ward):  # asked after open_site took the lock: two browsers at once make one account
        raise NotAllowed("There is an account already. Sign in with it.")
    login = people.create_account(ward, login=typed.get("login", ""), name=typed.get("name", ""), role="administrator",
                                  site="", password=typed.get("password", ""), by=people.SETUP)
    return Person(login, typed.get("name", "").strip(), "administrator")


@cache
def first_code() -> str:
    """The one-time code of the first account, told in the server's terminal alone."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _place in range(10))
    code = f"{letters[:5]}-{letters[5:]}"
    print(f"\n  Premier compte / first account: /session/first\n  Code: {code}\n", flush=True)
    return code


async def logout(request: Request) -> Response:
    return await _leave(request, RedirectResponse(LOGIN, 303))


async def change(request: Request) -> Response:
    """Another person takes over this workstation: the session ends, the page stays the one to come back to."""
    query = {"change": "1", "next": local_path(request.query_params.get("next", "/"))}
    return await _leave(request, RedirectResponse(f"{LOGIN}?{urlencode(query)}", 303))


async def state(request: Request) -> Response:
    """Asked by bedside.js every few seconds; never counts as an action."""
    token = token_of(request)
    person = await signed_in(token, touch=False)
    if person is None:
        return JSONResponse({"signed_in": False, "session": "", "seconds_left": 0})
    return JSONResponse({"signed_in": True, "session": tag(token), "seconds_left": seconds_left(token)})


async def alive(request: Request) -> Response:
    """Someone types or taps."""
    if not same_origin(request):
        return PlainTextResponse("another site", 403)
    person = await signed_in(token_of(request), touch=True)
    return Response(status_code=204 if person else 401)


async def health(_request: Request) -> Response:
    try:
        await ask(people.any_account)
    except StoreUnreachable:
        return PlainTextResponse("the database does not answer", 503)
    return PlainTextResponse("ok")


def _file(name: str, media_type: str) -> Callable[[Request], Any]:
    async def serve(_request: Request) -> Response:
        return FileResponse(STATIC / name, media_type=media_type)

    return serve


ROUTES = [
    Route(LOGIN, login, methods=["GET", "POST"]),
    Route(FIRST, first, methods=["GET", "POST"]),
    Route("/session/logout", logout, methods=["GET", "POST"]),
    Route("/session/change", change, methods=["GET", "POST"]),
    Route("/session/state", state),
    Route("/session/alive", alive, methods=["POST"]),
    Route("/session/bedside.js", _file("bedside.js", "text/javascript")),
    Route("/session/bedside.css", _file("bedside.css", "text/css")),
    Route("/session/sign_in.css", _file("sign_in.css", "text/css")),
    Route("/session/icon.png", _file("icon.png", "image/png")),
    Route("/favicon.png", _file("icon.png", "image/png")),  # what Streamlit shows until the page says its own
    Route("/healthz", health),
]


async def _welcome(request: Request, person: Person, following: str) -> Response:
    token = await ask(people.open_session, person.login, language_of(request), write=True)
    others = [(login, name) for login, name in recent_people(request) if login != person.login]
    here = json.dumps([(person.login, person.name), *others][:RECENT_PEOPLE])
    response = RedirectResponse(following, 303)
    _set_cookie(request, response, COOKIE, token)  # no Max-Age: it ends with the browser
    _set_cookie(request, response, RECENT_COOKIE, base64.urlsafe_b64encode(here.encode()).decode(), RECENT_SECONDS)
    return response


async def _leave(request: Request, response: Response) -> Response:
    if token := token_of(request):
        await ask(people.close_session, token, write=True)
        _touched.pop(token, None)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=is_https(request))
    return response


def _keep_language(request: Request, response: Response) -> Response:
    if "lang" in request.query_params:
        _set_cookie(request, response, LANGUAGE_COOKIE, language_of(request), LANGUAGE_SECONDS)
    return response


def _set_cookie(request: Request, response: Response, name: str, value: str, seconds: int | None = None) -> None:
    secure = is_https(request)
    response.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="strict", secure=secure)


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


# --- pages


def _sign_in_page(request: Request, following: str, who: str, alert: str = "", status: int = 200) -> Response:
    recent = recent_people(request)
    changing = "change" in request.query_params
    if changing:
        recent = recent[1:] + recent[:1]  # whoever just left comes last
    page = sign_in.sign_in(language_of(request), following, who=who, recent=recent, changing=changing, alert=alert)
    return HTMLResponse(page, status)


def _first_page(request: Request, typed: dict[str, str], alert: str = "", status: int = 200) -> Response:
    page = sign_in.first_account(language_of(request), typed, least=people.PASSWORD_LENGTH, alert=alert)
    return HTMLResponse(page, status)


def unreachable_page(request: HTTPConnection) -> Response:
    """503, trying again by itself."""
    again = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    page = sign_in.unreachable(language_of(request), again, seconds=RETRY_SECONDS)
    return HTMLResponse(page, 503, {"retry-after": str(RETRY_SECONDS)})


def _speaker(request: HTTPConnection) -> Callable[..., str]:
    """`_("…")` in the language of this request."""
    return partial(translate, language_of(request))
