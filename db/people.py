"""Who works here: accounts, passwords, sign-in with a limit on guessing, sessions that end when idle."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, delete, func, insert, select, text, update

from db import passwords, record
from db.may import ADMINISTRATOR, MACHINE, ROLES
from db.tables import account, attempt, session
from trial.errors import Impossible, NotAllowed, TrialError

LANGUAGES = ("fr", "en")
PASSWORD_LENGTH = passwords.LENGTH
TRIES_A_LOGIN, TRIES_AN_ADDRESS, TRIES_MINUTES = 5, 20, 15
SESSION_HOURS = 14  # a shift and its handover; then one signs in again however busy the page was
SIGNING_IN = 4_271_003  # advisory lock of Postgres: guesses at once are counted one after the other


class TooManyAttempts(TrialError):
    """Signing in is closed for some minutes, for this login or from this address."""


@dataclass(frozen=True)
class Person:
    login: str
    name: str
    role: str
    site: str = ""  # empty: every site
    language: str = "fr"


@dataclass(frozen=True)
class Account:
    login: str
    name: str
    role: str
    site: str
    active: bool


@dataclass(frozen=True)
class Signature:
    """A person who entered the password again to sign: name and role as they were then."""

    login: str
    name: str
    role: str
    at: datetime


SETUP = Person("setup", "Setup", MACHINE)  # the commands at the server
LOADER = Person("loader", "Laboratory files", MACHINE)


def idle_limit() -> timedelta:
    """After how long without an action a session ends: JAKAHDI_IDLE_MINUTES, 10 without it."""
    return timedelta(minutes=float(os.environ.get("JAKAHDI_IDLE_MINUTES", "10")))


def accounts(ward: Connection) -> list[Account]:
    """Every account as it is now, by name."""
    rows = ward.execute(select(account).order_by(account.c.entry, account.c.line))
    newest = {row.login: Account(row.login, row.name, row.role, row.site, bool(row.active)) for row in rows}
    return sorted(newest.values(), key=lambda one: one.name.casefold())


def names(ward: Connection) -> dict[str, str]:
    """Login → the name to show."""
    return {one.login: one.name for one in accounts(ward)}


def any_account(ward: Connection) -> bool:
    return ward.scalar(select(account.c.entry).limit(1)) is not None


def create_account(
    ward: Connection,
    *,
    login: str,
    name: str,
    role: str,
    site: str,
    password: str,
    by: Person,
    token: str | None = None,
) -> str:
    """A new account; answers its login as it is kept (small letters)."""
    login = login.strip().casefold()
    if (seen := record.already(ward, token)) is not None:
        return seen
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,59}", login):
        raise Impossible("A login is 2 to 60 small letters, digits, points or dashes.")
    if _account(ward, login) is not None:
        raise NotAllowed("{login} has an account already. Take another login.", login=login)
    made = Account(login, name.strip(), role, site, True)
    _check(made, by)
    record.add(ward, "create_account", [(account, _row(made))], by=by, token=token, outcome=login)
    passwords.replace(ward, login, password)
    return login


def change_account(
    ward: Connection,
    login: str,
    *,
    name: str | None = None,
    role: str | None = None,
    site: str | None = None,
    active: bool | None = None,
    password: str | None = None,
    by: Person,
    token: str | None = None,
) -> None:
    """Change what is given; the sessions of the login end. The last administrator stays one."""
    if record.already(ward, token) is not None:
        return
    was = _existing(ward, login)
    _check(was, by)
    made = Account(
        was.login,
        was.name if name is None else name.strip(),
        was.role if role is None else role,
        was.site if site is None else site,
        was.active if active is None else active,
    )
    _check(made, by)
    if _leads(was) and not _leads(made) and sum(map(_leads, accounts(ward))) == 1:
        raise NotAllowed("{name} is the last administrator. Name another one first.", name=was.name)
    why = "" if password is None else "new password"
    record.add(ward, "change_account", [(account, _row(made))], by=by, why=why, token=token)
    if password is not None:
        passwords.replace(ward, was.login, password)
    ward.execute(delete(session).where(session.c.login == was.login))


def change_password(ward: Connection, old: str, new: str, *, by: Person) -> None:
    """One's own password; the other sessions of the login stay."""
    record.lock(ward)
    was = _existing(ward, by.login)
    if not passwords.verifies(ward, was.login, old):
        raise NotAllowed("The old password is not right.")
    record.add(ward, "change_password", [], by=by)
    passwords.replace(ward, was.login, new)


def check_password(ward: Connection, login: str, password: str, *, address: str) -> Person | None:
    """Whose password this is; None if nobody's. Needs `db.begin()`: each attempt is kept.

    TooManyAttempts after 5 failures of a login, or 20 from an address, within 15 minutes.
    """
    login = login.strip().casefold()
    known = _account(ward, login)
    kept = login if known else f"?{hashlib.sha256(login.encode()).hexdigest()[:16]}"  # it may be a password
    address = address[:60]
    _count_tries(ward, kept, address)
    right = passwords.verifies(ward, login if known and known.active else None, password)
    moment = record.now()
    ward.execute(delete(attempt).where(attempt.c.at < moment - timedelta(days=1)))
    ward.execute(insert(attempt).values(login=kept, address=address, at=moment, succeeded=int(right)))
    return Person(known.login, known.name, known.role, known.site) if right and known else None


def sign(ward: Connection, person: Person, password: str) -> Signature | None:
    """The signature of a person who is signed in; None if this is not their password. Needs `db.begin()`, as above.

    Wrong ones count for the login alone: a ward shares its address.
    """
    known = check_password(ward, person.login, password, address=f"signature of {person.login}")
    return Signature(known.login, known.name, known.role, record.now()) if known else None


def tries_left(ward: Connection, login: str) -> int:
    """How many wrong passwords more before this login must wait."""
    return max(0, TRIES_A_LOGIN - (ward.scalar(_failed_of(ward, login)) or 0))


def open_session(ward: Connection, login: str, language: str) -> str:
    """A new session; answers the token for the cookie, of which the store keeps the SHA-256 alone."""
    token, moment = secrets.token_urlsafe(32), record.now()
    ward.execute(delete(session).where(session.c.seen_at < moment - timedelta(days=1)))
    ward.execute(
        insert(session).values(
            id=_digest(token), login=login, language=_language(language), opened_at=moment, seen_at=moment
        )
    )
    return token


def person_of(ward: Connection, token: str, *, touch: bool) -> Person | None:
    """Who holds this session; None once it is closed, idle too long, or its account is not active.

    `touch` counts this as an action (needs `db.begin()`); a page that refreshes itself does not touch.
    """
    found = ward.execute(select(session).where(session.c.id == _digest(token))).first()
    if found is None or found.closed_at is not None or _over(found.opened_at, found.seen_at):
        return None
    known = _account(ward, found.login)
    if known is None or not known.active:
        return None
    if touch:
        ward.execute(update(session).where(session.c.id == found.id).values(seen_at=record.now()))
    return Person(known.login, known.name, known.role, known.site, found.language)


def close_session(ward: Connection, token: str) -> None:
    ward.execute(update(session).where(session.c.id == _digest(token)).values(closed_at=record.now()))


def speak(ward: Connection, token: str, language: str) -> None:
    """The language of this session from now on: fr or en."""
    ward.execute(update(session).where(session.c.id == _digest(token)).values(language=_language(language)))


def _over(opened_at: datetime, seen_at: datetime) -> bool:
    moment = record.now()
    return moment - seen_at > idle_limit() or moment - opened_at > timedelta(hours=SESSION_HOURS)


def _count_tries(ward: Connection, login: str, address: str) -> None:
    if ward.dialect.name == "postgresql":
        ward.execute(text(f"SELECT pg_advisory_xact_lock({SIGNING_IN})"))
    of_address = _failed().where(attempt.c.address == address)
    if (ward.scalar(_failed_of(ward, login)) or 0) >= TRIES_A_LOGIN or (ward.scalar(of_address) or 0) >= TRIES_AN_ADDRESS:
        raise TooManyAttempts("Too many attempts. Wait {minutes} minutes, then sign in again.", minutes=TRIES_MINUTES)


def _failed() -> Select[int]:
    since = record.now() - timedelta(minutes=TRIES_MINUTES)
    return select(func.count()).select_from(attempt).where(attempt.c.succeeded == 0, attempt.c.at > since)


def _failed_of(ward: Connection, login: str) -> Select[int]:
    """The wrong passwords of a login since its last right one."""
    last = ward.scalar(select(func.max(attempt.c.at)).where(attempt.c.login == login, attempt.c.succeeded == 1))
    failed = _failed().where(attempt.c.login == login)
    return failed.where(attempt.c.at > last) if last else failed


def _account(ward: Connection, login: str) -> Account | None:
    newest = select(account).where(account.c.login == login).order_by(account.c.entry.desc()).limit(1)
    row = ward.execute(newest).first()
    return None if row is None else Account(row.login, row.name, row.role, row.site, bool(row.active))


def _existing(ward: Connection, login: str) -> Account:
    known = _account(ward, login)
    if known is None:
        raise NotAllowed("There is no account {login}.", login=login)
    return known


def _check(made: Account, by: Person) -> None:
    if made.role not in ROLES:
        raise Impossible("There is no role {role}.", role=made.role)
    if not made.name:
        raise Impossible("Give the name that the ward shows.")
    if by.site and made.site != by.site:
        raise NotAllowed("Your account is for site {site} alone.", site=by.site)


def _row(made: Account) -> dict[str, object]:
    return {"login": made.login, "name": made.name, "role": made.role, "site": made.site, "active": int(made.active)}


def _leads(one: Account) -> bool:
    return one.active and one.role == ADMINISTRATOR


def _language(language: str) -> str:
    return language if language in LANGUAGES else LANGUAGES[0]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
