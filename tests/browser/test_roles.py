"""Who may open what, walked in a browser: each role against the whole menu."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from playwright.sync_api import Locator, Page, expect

import menu
from components import words
from db import people, sites
from db.may import ROLES
from menu import CARE, Entry
from tests.browser.bedside import VERY_ILL, box, included, keyed, option, save_button
from tests.browser.conftest import CAST, Server, _on, settled

Open = Callable[..., Page]
fr = partial(words.translate, "fr")
NOT_YOURS = "This page is not for your role ({role}). Ask the administrator if you need it."
OF_A_ROLE = {role: login for login, (_name, role, _site) in CAST.items()}
ABOUT_A_PATIENT = ("screening", "day_sheet", "dosing", "patient")


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A server with one very ill patient in the trial; answers the patient's number."""
    made = _on("sqlite", tmp_path_factory.mktemp("roles"))
    number = included(made, 3, VERY_ILL)
    yield made.start(), number
    made.kill()


def address(entry: Entry, number: str) -> str:
    return f"/{entry.code}?patient={number}" if entry.code in ABOUT_A_PATIENT else f"/{entry.code}"


def entries(page: Page) -> Locator:
    return page.get_by_test_id("stTopNavLink")


def test_every_role_has_someone_in_the_cast() -> None:
    assert set(OF_A_ROLE) == set(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_finds_its_pages_in_the_menu_and_no_other_page_opens(
    ward: tuple[Server, str], browser_as: Open, role: str
) -> None:
    server, number = ward
    theirs = [entry for entry in menu.MENU if role in entry.roles]
    page = browser_as(OF_A_ROLE[role], on=server)
    shown = [re.sub(r"^[a-z_]+\s+", "", text).strip() for text in entries(page).all_inner_texts()]
    assert shown == [fr(entry.title) for entry in theirs]
    for entry in menu.MENU:
        if role not in entry.roles:
            page.goto(server.url + address(entry, number))
            settled(page)
            told = fr(NOT_YOURS, role=fr(words.CODED["role"][role]))
            expect(page.get_by_test_id("stAlert")).to_have_text(re.compile(re.escape(told)))
            body = page.locator("body").inner_text()
            assert number not in body
            assert "S0001" not in body
            assert page.get_by_test_id("stMain").locator("input, table, [data-testid=stDataFrame]").count() == 0


@pytest.mark.parametrize("role", ["nurse", "monitor"])
def test_who_gives_care_may_type_and_chart_and_a_monitor_may_read_alone(
    ward: tuple[Server, str], browser_as: Open, role: str
) -> None:
    server, number = ward
    page = browser_as(OF_A_ROLE[role], f"/day_sheet?patient={number}", on=server)
    may = role in CARE
    assert box(page, "platelets").is_enabled() is may
    assert option(page, "ventilation", "niv").is_enabled() is may
    assert save_button(page).count() == int(may)
    page.goto(f"{server.url}/dosing?patient={number}")
    settled(page)
    expect(page.get_by_role("combobox", name=fr("Patient"))).to_have_value(number)
    assert (keyed(page, "given_").count() > 0) is may
    page.goto(f"{server.url}/patient?patient={number}")
    settled(page)
    assert page.get_by_test_id("stMain").get_by_role("button", name=fr("Save")).count() == 0 or may


def test_a_number_of_another_site_does_not_open_to_a_nurse(ward: tuple[Server, str], browser_as: Open) -> None:
    """The address names a patient whom she may not see: neither the values nor that there is one."""
    server, number = ward
    with server.begin() as store:
        sites.open_site(store, code="002", name="Hôpital B", by=people.SETUP)
        people.create_account(store, login="zoe", name="Zoé", role="nurse", site="002", password="bedside-test-1", by=people.SETUP)
    page = browser_as("zoe", f"/day_sheet?patient={number}", on=server)
    told = fr("There is no patient {number} whom you may see. Check the number.", number=number)
    expect(page.get_by_test_id("stAlert").first).to_have_text(re.compile(re.escape(told)))
    assert page.get_by_test_id("stMain").locator("[class*=st-key-dec_]").count() == 0
