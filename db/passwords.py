"""Passwords: argon2id, outside the trail, made stronger when argon2's own defaults have become so."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, insert, select, update

from db import record
from db.tables import password
from trial.errors import Impossible

LENGTH = 10

_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))  # verified for an unknown login, which takes the same time


def verifies(ward: Connection, login: str | None, typed: str) -> bool:
    """Whether this is the login's password; without a login it takes as long and is not."""
    kept = ward.scalar(select(password.c.hash).where(password.c.login == login)) if login else None
    try:
        _hasher.verify(kept or _NOBODY, typed)
    except (VerificationError, InvalidHashError):
        return False
    if kept and login and _hasher.check_needs_rehash(kept):
        ward.execute(update(password).where(password.c.login == login).values(hash=_hasher.hash(typed)))
    return kept is not None


def replace(ward: Connection, login: str, typed: str) -> None:
    """From now on this is the login's password. Impossible if it is too short."""
    if len(typed) < LENGTH:
        raise Impossible("The password is too short: {least} characters at least.", least=LENGTH)
    ward.execute(delete(password).where(password.c.login == login))
    ward.execute(insert(password).values(login=login, hash=_hasher.hash(typed), changed_at=record.now()))
