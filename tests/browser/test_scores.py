"""The page of scores in a real browser: typed at a desk and on a tablet, by hand, with the answer in sight."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bedside import VERY_ILL, enter
from tests.browser.conftest import DESK, TABLET, UPRIGHT, Server, screenshot, settled

Open = Callable[..., Page]
PLAIN = {code: value for code, value in VERY_ILL.items() if code not in ("gcs_kind", "platelets")}


@pytest.mark.parametrize("viewport", [DESK, TABLET, UPRIGHT], ids=["desk", "tablet", "upright"])
def test_sofa_by_hand_shows_its_interval_and_what_platelets_would_bring(
    start_server: Callable[..., Server], browser_as: Open, viewport: dict[str, int]
) -> None:
    """Karim types a day without platelets: 12-16 is in sight while he types, and Coagulation says what 42 would give."""
    page = browser_as("karim", "/scores", on=start_server(), viewport=viewport)
    enter(page, PLAIN)
    result = page.get_by_test_id("stBottomBlockContainer")
    expect(result).to_contain_text("SOFA 12–16")
    page.get_by_role("radio", name="Coagulation ?").click()
    settled(page)
    expect(page.locator(".why")).to_contain_text("Plaquettes 20–<50")
    screenshot(page, f"scores-{viewport['width']}")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_link_opens_the_same_score_in_either_language_and_back_leads_back(
    start_server: Callable[..., Server], browser_as: Open
) -> None:
    page = browser_as("karim", "/scores?score=ohi", on=start_server())
    enter(page, {"scd25": "4000", "ferritin": "5 000"})
    expect(page.get_by_test_id("stBottomBlockContainer")).to_contain_text("rempli")
    page.get_by_role("radio", name="EN", exact=True).click()
    settled(page)
    expect(page.get_by_test_id("stBottomBlockContainer")).to_contain_text("OHI index: met")
    page.get_by_role("radio", name="HScore").click()
    settled(page)
    assert "score=hscore" in page.url
    page.reload()
    settled(page)
    expect(page.get_by_test_id("stBottomBlockContainer")).to_contain_text("HScore 0–337")
