"""The pages of the front door as plain HTML: sign in, first account, database away. They work without JavaScript.

Values in, HTML out. Whatever a person typed is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from html import escape
from urllib.parse import urlencode

from components.words import LANGUAGES, translate

LOGIN = "/session/login"
FIRST = "/session/first"
Known = tuple[str, str]  # login, name


def sign_in(
    language: str,
    following: str,
    *,
    who: str = "",
    recent: Iterable[Known] = (),
    changing: bool = False,
    alert: str = "",
) -> str:
    """`following`: the page to come back to; `recent`: who signed in here lately, one tap each."""
    _ = partial(translate, language)
    known = list(recent)
    name = dict(known).get(who, "")
    title = name or (_("Who takes over?") if changing and known else _("Sign in"))
    login = _hidden("login", who) if name else _box(_("Login"), "login", who, "username", _LOGIN + _focus(not who))
    password = _box(_("Password"), "password", "", "current-password", "required" + _focus(bool(who)), kind="password")
    body = f"""<h1>{escape(title)}</h1>{_alert(alert)}{"" if name else _people(known, following)}
<form method="post" action="{LOGIN}">{_hidden("next", following)}{login}{password}
<button>{escape(_("Sign in"))}</button></form>"""
    if name:
        other = escape(_link(next=following, change="1"))
        body += f'<p class="other"><a href="{other}">{escape(_("Someone else"))}</a></p>'
    kept = {"next": following, "who": who, "change": "1" if changing else ""}
    return _document(language, _("Sign in"), body, kept)


def first_account(language: str, typed: Mapping[str, str], *, least: int, alert: str = "") -> str:
    """`typed` comes back into the boxes, the passwords apart; `least`: characters of a password."""
    _ = partial(translate, language)

    def box(label: str, name: str, value: str = "", complete: str = "off", more: str = "", kind: str = "text") -> str:
        shown = "" if kind == "password" else typed.get(name, value)
        return _box(label, name, shown, complete, f"required {more}", kind)

    code = box(_("Code shown in the server's terminal"), "code", more="autofocus autocapitalize=characters")
    salts = {"base": _("base"), "tartrate": _("tartrate")}
    site = (
        box(_("Site number"), "site", "001", more='inputmode=numeric pattern="[0-9]{3}"')
        + box(_("Hospital and ward"), "site_name")
        + box(_("Time zone"), "zone", "Europe/Paris")
        + _choice(_("Norepinephrine doses are written as"), "salt", salts, typed.get("salt"))
    )
    enough = _("{least} characters at least", least=least)
    person = (
        box(_("Name shown to the ward"), "name", complete="name")
        + box(_("Login"), "login", complete="username", more=_LOGIN)
        + box(f"{_('Password')} ({enough})", "password", "", "new-password", f"minlength={least}", "password")
        + box(_("Password again"), "again", "", "new-password", "", "password")
    )
    body = f"""<h1>{escape(_("The first account"))}</h1>
<p>{escape(_("It becomes the administrator, who opens the accounts of the ward."))}</p>{_alert(alert)}
<form method="post" action="{FIRST}">{code}
<fieldset><legend>{escape(_("Site"))}</legend>{site}</fieldset>
<fieldset><legend>{escape(_("Administrator"))}</legend>{person}</fieldset>
<button>{escape(_("Open the account"))}</button></form>"""
    return _document(language, _("The first account"), body, {}, wide=True)


def unreachable(language: str, again: str, *, seconds: int) -> str:
    """The database is away; the page asks for `again` by itself after `seconds`."""
    _ = partial(translate, language)
    wait = _("This page tries again every {seconds} seconds. If it lasts, call the person in charge of the server.",
             seconds=seconds)  # fmt: skip
    body = f"""<h1>{escape(_("The database does not answer"))}</h1>
<p>{escape(_("Nothing is lost: what was saved is saved, what was typed is kept as a draft."))}</p><p>{escape(wait)}</p>
<p><a class="button" href="{escape(again)}">{escape(_("Try again"))}</a></p>"""
    refresh = f'<meta http-equiv="refresh" content="{seconds};url={escape(again)}">'
    return _document(language, _("The database does not answer"), body, None, refresh)


def step(following: str) -> str:
    """A page that goes on to `following` at once."""
    return f'<!doctype html><title>JAKAHDI</title><meta http-equiv="refresh" content="0;url={escape(following)}">'


_LOGIN = "required autocapitalize=none spellcheck=false"


def _document(language: str, title: str, body: str, kept: Mapping[str, str] | None, head: str = "",
              *, wide: bool = False) -> str:  # fmt: skip
    languages = "" if kept is None else _languages(language, kept)
    return f"""<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · JAKAHDI</title>{head}<link rel="icon" href="/session/icon.png">
<link rel="stylesheet" href="/session/sign_in.css"></head><body><main{" class=wide" if wide else ""}>
<header><img src="/session/icon.png" alt="" width="44" height="44"><strong>JAKAHDI</strong>{languages}</header>
{body}
</main></body></html>"""


def _languages(spoken: str, kept: Mapping[str, str]) -> str:
    links = (
        f'<a lang="{code}" hreflang="{code}" href="{escape("?" + urlencode({**_said(kept), "lang": code}))}"'
        f"{' aria-current=true' if code == spoken else ''}>{name}</a>"
        for code, name in LANGUAGES.items()
    )
    return f"<nav>{''.join(links)}</nav>"


def _people(known: Iterable[Known], following: str) -> str:
    links = "".join(
        f'<a href="{escape(_link(who=login, next=following))}">{escape(name)}<small>{escape(login)}</small></a>'
        for login, name in known
    )
    return f'<div class="people">{links}</div>' if links else ""


def _link(**query: str) -> str:
    return f"{LOGIN}?{urlencode(_said(query))}"


def _said(query: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in query.items() if value and (name, value) != ("next", "/")}


def _box(label: str, name: str, value: str, complete: str, more: str, kind: str = "text") -> str:
    return (
        f'<label>{escape(label)}<input type="{kind}" name="{name}" value="{escape(value)}" '
        f'autocomplete="{complete}" maxlength="200" {more}></label>'
    )


def _choice(label: str, name: str, choices: Mapping[str, str], chosen: str | None) -> str:
    options = "".join(
        f'<option value="{code}"{" selected" if code == chosen else ""}>{escape(shown)}</option>'
        for code, shown in choices.items()
    )
    return f'<label>{escape(label)}<select name="{name}">{options}</select></label>'


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value)}">'


def _focus(here: bool) -> str:
    return " autofocus" if here else ""


def _alert(text: str) -> str:
    return f'<p class="alert" role="alert">{escape(text)}</p>' if text else ""
