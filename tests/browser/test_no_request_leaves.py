"""Hospital networks: nothing is fetched from outside, and the browser is told to refuse it."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

import menu
from gate import BUNDLES
from tests.browser.conftest import CAST, Server, settled

STRICT = ("default-src 'self'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'self'", "form-action 'self'")


@pytest.mark.parametrize("login", ["anne", "ada"])
def test_every_page_stays_on_this_machine_and_within_its_policy(
    server: Server, browser_as: Callable[..., Page], login: str
) -> None:
    """What leaves fails in the fixture; what the policy blocked stands in the console."""
    page = browser_as(login)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for entry in menu.MENU:
        if CAST[login][1] in entry.roles:
            page.goto(server.url + entry.path)
            settled(page)
            assert page.locator("html").get_attribute("lang") == "fr"
    assert not [text for text in said if "Content Security Policy" in text or "Content-Security-Policy" in text]


@pytest.mark.parametrize("path", ["/session/login", "/", "/healthz", "/static/none.js"])
def test_every_answer_carries_the_policy(server: Server, path: str) -> None:
    headers = _headers(server, path)
    policy = headers["content-security-policy"]
    assert all(rule in policy for rule in STRICT)
    assert "unsafe-eval" not in policy
    assert "script-src 'self' 'unsafe-inline'" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in ("no-referrer", "same-origin")
    assert "camera=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers


def test_only_hashed_bundles_may_be_kept_by_the_browser(server: Server, browser_as: Callable[..., Page]) -> None:
    page = browser_as("lea")
    kept: dict[str, str] = {}
    page.on("response", lambda answer: kept.update({answer.url: answer.headers.get("cache-control", "")}))
    page.reload()
    settled(page)
    for url, rule in kept.items():
        assert ("immutable" in rule) == ("/static/" in url), (url, rule)
        assert "/static/" in url or rule == "no-store", (url, rule)


def test_https_is_kept_to_and_the_cookie_with_it(server: Server) -> None:
    headers = _headers(server, "/session/login", {"X-Forwarded-Proto": "https"})
    assert headers["strict-transport-security"] == "max-age=31536000"
    spoken = _headers(server, "/session/login?lang=en", {"X-Forwarded-Proto": "https"})
    assert "Secure" in spoken["set-cookie"]


def test_bundles_travel_compressed(server: Server) -> None:
    bundle = max((BUNDLES / "static" / "js").glob("*.js"), key=lambda file: file.stat().st_size)
    address = f"{server.url}/static/js/{bundle.name}"
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        assert len(answer.read()) < bundle.stat().st_size / 2


def _headers(server: Server, path: str, more: dict[str, str] | None = None) -> dict[str, str]:
    request = urllib.request.Request(server.url + path, headers=more or {})
    opener = urllib.request.build_opener(_Stay)
    try:
        answer = opener.open(request)
    except urllib.error.HTTPError as other:
        answer = other
    return {name.lower(): value for name, value in answer.headers.items()}


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_facts: object) -> None:
        return None
