"""Accounts, passwords, guessing, sessions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from sqlalchemy import select, text, update

from db import begin, look, passwords, people, verify
from db.people import Person, TooManyAttempts
from db.tables import attempt, password, session
from tests.db.cast import ADA, KARIM, LEA
from trial.errors import Impossible, NotAllowed

WORD = "a long password"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 at its least: the tests are about the rules around it."""
    monkeypatch.setattr(passwords, "_hasher", QUICK)
    monkeypatch.setattr(passwords, "_NOBODY", QUICK.hash("nobody"))


def account(login: str = "lea", role: str = "nurse", site: str = "001", by: Person = people.SETUP) -> str:
    with begin() as ward:
        return people.create_account(ward, login=login, name="Léa", role=role, site=site, password=WORD, by=by)


def sign_in(login: str = "lea", word: str = WORD, address: str = "10.0.0.1") -> Person | None:
    with begin() as ward:
        return people.check_password(ward, login, word, address=address)


def opened(login: str = "lea", language: str = "fr") -> str:
    with begin() as ward:
        return people.open_session(ward, login, language)


def who(token: str, *, touch: bool = True) -> Person | None:
    with begin() as ward:
        return people.person_of(ward, token, touch=touch)


def test_the_first_account_is_made_at_the_server(store: str) -> None:
    with look() as ward:
        assert not people.any_account(ward)
    account("ada", "administrator", "")
    with look() as ward:
        assert people.any_account(ward)
        assert people.names(ward) == {"ada": "Léa"}


def test_lea_signs_in_however_she_writes_her_login(store: str) -> None:
    account()
    assert sign_in(" LEA ") == Person("lea", "Léa", "nurse", "001")


def test_a_wrong_password_and_an_unknown_login_look_the_same(store: str) -> None:
    account()
    assert sign_in(word="wrong") is None
    assert sign_in("nobody") is None


def test_a_login_that_is_no_account_is_not_kept_as_typed(store: str) -> None:
    sign_in("My Secret Passw0rd")
    with look() as ward:
        assert "secret" not in str(ward.execute(select(attempt)).all()).casefold()


def test_after_five_wrong_passwords_the_login_waits(store: str) -> None:
    account()
    for _ in range(people.TRIES_A_LOGIN):
        assert sign_in(word="wrong") is None
    with pytest.raises(TooManyAttempts, match="15 minutes"):
        sign_in()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=people.TRIES_MINUTES, seconds=1)):
        assert sign_in() is not None


def test_signing_in_forgives_the_wrong_passwords_before_it(store: str) -> None:
    account()
    for _ in range(people.TRIES_A_LOGIN - 1):
        sign_in(word="wrong")
    assert sign_in() is not None
    for _ in range(people.TRIES_A_LOGIN - 1):
        sign_in(word="wrong")
    assert sign_in() is not None


def test_an_address_that_tries_many_logins_waits(store: str) -> None:
    account()
    for n in range(people.TRIES_AN_ADDRESS):
        sign_in(f"guess{n}")
    with pytest.raises(TooManyAttempts):
        sign_in()
    assert sign_in(address="10.0.0.2") is not None


def test_an_account_put_out_of_use_signs_in_no_more_and_its_sessions_end(store: str) -> None:
    account()
    token = opened()
    with begin() as ward:
        people.change_account(ward, "lea", active=False, by=ADA)
    assert sign_in() is None
    assert who(token) is None


def test_a_change_of_role_ends_the_sessions(store: str) -> None:
    account()
    token = opened()
    with begin() as ward:
        people.change_account(ward, "lea", role="investigator", by=ADA)
    assert who(token) is None
    assert who(opened()) == Person("lea", "Léa", "investigator", "001", "fr")


def test_a_new_password_replaces_the_old_one(store: str) -> None:
    account()
    with begin() as ward:
        people.change_account(ward, "lea", password="another long one", by=ADA)
    assert sign_in() is None
    assert sign_in(word="another long one") is not None


def test_lea_changes_her_own_password_if_she_knows_the_old_one(store: str) -> None:
    account()
    with pytest.raises(NotAllowed, match="old password"), begin() as ward:
        people.change_password(ward, "wrong", "another long one", by=LEA)
    with begin() as ward:
        people.change_password(ward, WORD, "another long one", by=LEA)
    assert sign_in(word="another long one") is not None


def test_no_password_is_in_the_trail(store: str) -> None:
    account()
    with look() as ward:
        assert ward.scalar(select(password.c.hash)).startswith("$argon2id$")
        told = str(ward.execute(text("SELECT * FROM account")).all() + ward.execute(text("SELECT * FROM entry")).all())
        assert verify.walk(ward).whole
    assert "argon2" not in told
    assert WORD not in told


def test_a_weaker_hash_is_replaced_at_the_next_sign_in(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    account()
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", stronger)
    assert sign_in() is not None
    with look() as ward:
        assert not stronger.check_needs_rehash(ward.scalar(select(password.c.hash)) or "")
    assert sign_in() is not None


@pytest.mark.parametrize("by", [LEA, KARIM], ids=lambda person: person.role)
def test_only_an_administrator_makes_and_changes_accounts(store: str, by: Person) -> None:
    account()
    with pytest.raises(NotAllowed, match="administrator"):
        account("eve", by=by)
    with pytest.raises(NotAllowed, match="administrator"), begin() as ward:
        people.change_account(ward, "lea", role="pi", by=by)


def test_an_administrator_of_one_site_gives_no_access_to_others(store: str) -> None:
    local = Person("local", "Local", "administrator", "001")
    account("karim", "investigator", "002")
    with pytest.raises(NotAllowed, match="site 001 alone"):
        account("eve", site="", by=local)
    with pytest.raises(NotAllowed, match="site 001 alone"), begin() as ward:
        people.change_account(ward, "karim", site="001", by=local)


def test_the_last_administrator_stays(store: str) -> None:
    account("ada", "administrator", "")
    for change in ({"active": False}, {"role": "nurse"}):
        with pytest.raises(NotAllowed, match="last administrator"), begin() as ward:
            people.change_account(ward, "ada", by=ADA, **change)
    account("bea", "administrator", "")
    with begin() as ward:
        people.change_account(ward, "ada", active=False, by=ADA)


@pytest.mark.parametrize(
    "wrong", [{"login": "Léa!"}, {"login": "x"}, {"role": "king"}, {"role": "machine"}, {"name": " "}, {"password": "short"}]
)
def test_an_account_that_cannot_be_is_refused_whole(store: str, wrong: dict[str, str]) -> None:
    asked = {"login": "lea", "name": "Léa", "role": "nurse", "site": "001", "password": WORD} | wrong
    with pytest.raises(Impossible), begin() as ward:
        people.create_account(ward, **asked, by=ADA)
    with look() as ward:
        assert not people.any_account(ward)


def test_a_login_is_given_once(store: str) -> None:
    account()
    with pytest.raises(NotAllowed, match="has an account already"):
        account("LEA")
    with pytest.raises(NotAllowed, match="no account"), begin() as ward:
        people.change_account(ward, "eve", role="pi", by=ADA)


def test_a_session_says_who_and_in_which_language(store: str) -> None:
    account()
    token = opened(language="en")
    assert who(token) == Person("lea", "Léa", "nurse", "001", "en")
    with begin() as ward:
        people.speak(ward, token, "fr")
    assert (who(token) or LEA).language == "fr"
    assert who("made up") is None


def test_the_store_does_not_hold_what_the_cookie_holds(store: str) -> None:
    account()
    token = opened()
    with look() as ward:
        assert token not in str(ward.execute(select(session)).all())


def test_an_idle_session_ends(store: str) -> None:
    account()
    token = opened()
    start = datetime.now(UTC)
    limit = people.idle_limit()
    with time_machine.travel(start + limit - timedelta(seconds=5)):
        assert who(token) is not None
    with time_machine.travel(start + 2 * limit - timedelta(seconds=10)):
        assert who(token) is not None
    with time_machine.travel(start + 4 * limit):
        assert who(token) is None


def test_a_page_that_refreshes_itself_does_not_keep_a_session_open(store: str) -> None:
    account()
    token = opened()
    start = datetime.now(UTC)
    with time_machine.travel(start + people.idle_limit() / 2):
        assert who(token, touch=False) is not None
    with time_machine.travel(start + people.idle_limit() + timedelta(seconds=1)):
        assert who(token, touch=False) is None


def test_the_idle_limit_is_the_hospitals(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert people.idle_limit() == timedelta(minutes=10)
    monkeypatch.setenv("JAKAHDI_IDLE_MINUTES", "2.5")
    assert people.idle_limit() == timedelta(seconds=150)


def test_a_session_ends_after_a_shift_however_busy(store: str) -> None:
    account()
    token = opened()
    with begin() as ward:
        long_ago = datetime.now(UTC) - timedelta(hours=people.SESSION_HOURS, seconds=1)
        ward.execute(update(session).values(opened_at=long_ago))
    assert who(token) is None


def test_who_signs_out_is_out(store: str) -> None:
    account()
    token, other = opened(), opened()
    with begin() as ward:
        people.close_session(ward, token)
    assert who(token) is None
    assert who(other) is not None
