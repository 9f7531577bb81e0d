"""A real Chromium: the time from a click, or from a key, until the screen has been painted for the last time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

DESK = {"width": 1440, "height": 900}
QUIET_MS = 150  # so long nothing may change before the last change counts as the last

WATCH = """
window.bench = {armed: false, from: 0, changed: 0, painted: 0};
for (const kind of ["click", "keydown"]) addEventListener(kind, event => {
    if (!bench.armed || (kind === "keydown" && event.key !== "Tab")) return;
    Object.assign(bench, {armed: false, from: performance.now(), changed: 0, painted: 0});
}, true);
new MutationObserver(() => {
    if (!bench.from) return;
    const changed = bench.changed = performance.now();
    requestAnimationFrame(() => requestAnimationFrame(() => {
        if (bench.changed === changed) bench.painted = performance.now();
    }));
}).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
"""
SETTLED = """quiet => {
    const app = document.querySelector('[data-testid="stApp"]');
    const busy = !app || app.dataset.testScriptState !== "notRunning"
        || app.dataset.testConnectionState !== "CONNECTED"
        || document.querySelector('[data-stale="true"], [data-testid="stSkeleton"], [data-testid="stAppSkeleton"]');
    return !busy && (!bench.from || (bench.painted && performance.now() - bench.changed > quiet));
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise RuntimeError("Chromium is not installed: make bench installs it")
    flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


def opened(browser: Browser, address: str, cookie: str = "") -> Page:
    context = browser.new_context(viewport=DESK, locale="fr-FR", timezone_id="Europe/Paris")
    for name, value in (each.split("=", 1) for each in cookie.split("; ") if each):
        context.add_cookies([{"name": name, "value": value, "url": address, "httpOnly": True, "sameSite": "Strict"}])
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(address)
    return settled(page)


def go(page: Page, address: str) -> None:
    page.goto(address)
    settled(page)


def settled(page: Page) -> Page:
    page.wait_for_function(SETTLED, arg=QUIET_MS, timeout=30_000)
    return page


def click(page: Page, selector: str) -> float:
    """Seconds from the click until the screen was painted for the last time."""
    page.evaluate("bench.armed = true")
    page.locator(selector).first.dispatch_event("click")
    return _repainted(page)


def type_into(page: Page, selector: str, text: str) -> float:
    """Types, then leaves the box by Tab, as on the way to the next one; seconds from there."""
    page.locator(selector).first.fill(text)
    page.evaluate("bench.armed = true")
    page.keyboard.press("Tab")
    return _repainted(page)


def _repainted(page: Page) -> float:
    settled(page)
    seconds = page.evaluate("(bench.painted - bench.from) / 1000")
    page.evaluate("bench.from = 0")
    return float(seconds)
