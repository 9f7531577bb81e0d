"""What can be typed into a day sheet and what comes of it: commas, units, slips, impatience, no mouse."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bedside import (
    arrived,
    box,
    enter,
    eventually,
    expect_nothing_to_save,
    in_focus,
    kept,
    keyed,
    leave_box,
    of_code,
    on_file,
    option,
    rows,
    save,
    save_button,
    told,
)
from tests.browser.conftest import Server, screenshot, settled
from trial.variables import day_sheet_codes, variable

Open = Callable[..., Page]


@pytest.mark.parametrize("locale", ["fr-FR", "en-US"])
def test_a_decimal_comma_is_a_decimal_comma(server: Server, browser_as: Open, locale: str) -> None:
    """"12,75" on a French and on an English browser, with the app in French and in English: never 1275."""
    number = arrived(server)
    page = browser_as("lea", f"/day_sheet?patient={number}", locale=locale)
    enter(page, {"bilirubin": "12,75", "hemoglobin": "8.9"})
    save(page)
    assert on_file(server, number) == {"bilirubin": 12.75, "hemoglobin": 8.9}
    keyed(page, "language_").get_by_role("radio").nth(1).click()
    expect(page.locator('[data-language="en"]')).to_be_attached()
    settled(page)
    expect(box(page, "bilirubin")).to_have_value("12,75")
    enter(page, {"bilirubin": "13,25", "hemoglobin": "8.7"})
    save(page)
    assert on_file(server, number) == {"bilirubin": 13.25, "hemoglobin": 8.7}
    assert list(rows(server, number, "bilirubin")["typed"]) == ["12,75", "13,25"]


def test_what_cannot_be_is_refused_with_a_sentence_and_the_rest_waits(server: Server, browser_as: Open) -> None:
    """A lost decimal, a word, a unit of something else, a number that reads two ways. Nothing is stored until each is
    mended; a unit that is one of the variable's own is understood and shown in the usual one."""
    number = arrived(server)
    page = browser_as("lea", f"/day_sheet?patient={number}")
    wrong = {"temperature": "3,80", "platelets": "abc", "bilirubin": "12,75 g/dL", "creatinine": "1,200"}
    enter(page, wrong | {"crp": "44"})
    for code, says in {"temperature": "38", "platelets": "abc", "bilirubin": "µmol/L, mg/dL", "creatinine": "1,200"}.items():
        expect(told(page, code)).to_contain_text(says)
    save_button(page).click()
    expect(page.get_by_test_id("stAlertContentError")).to_be_visible()
    settled(page)
    assert on_file(server, number) == {}
    assert kept(server, number, "lea") == wrong | {"crp": "44"}
    screenshot(page, "day-sheet-refused")

    enter(page, {"temperature": "38,0", "platelets": "60", "bilirubin": "0,75 mg/dL", "creatinine": "120"})
    expect(told(page, "bilirubin")).to_contain_text("12,8")
    save(page)
    stored = on_file(server, number)
    assert stored.pop("bilirubin") == pytest.approx(12.825, abs=0.01)
    assert stored == {"temperature": 38, "platelets": 60, "creatinine": 120, "crp": 44}


def test_an_unlikely_value_is_asked_about_once_and_kept_with_its_reason(server: Server, browser_as: Open) -> None:
    """Platelets of 2. Save asks; Léa says why it is right; nobody is asked again."""
    number = arrived(server)
    page = browser_as("lea", f"/day_sheet?patient={number}")
    enter(page, {"platelets": "2", "crp": "80"})
    save_button(page).click()
    settled(page)
    assert on_file(server, number) == {}
    why = of_code(page, "txt", "why_platelets").get_by_role("textbox")
    why.fill("contrôlé au tube citraté")
    leave_box(page)
    save(page)
    assert on_file(server, number) == {"platelets": 2, "crp": 80}
    assert list(rows(server, number, "platelets")["why"]) == ["contrôlé au tube citraté"]
    enter(page, {"crp": "82"})
    expect(why).to_have_count(0)
    save(page)
    assert len(rows(server, number, "platelets")) == 1


def test_a_monitor_sees_the_sheet_and_cannot_type(server: Server, browser_as: Open) -> None:
    """Paul reads what Léa saved; there is nothing to tap, nothing to save."""
    number = arrived(server)
    lea = browser_as("lea", f"/day_sheet?patient={number}")
    enter(lea, {"platelets": "61", "ventilation": "niv"})
    save(lea)
    paul = browser_as("paul", f"/day_sheet?patient={number}")
    expect(box(paul, "platelets")).to_have_value("61")
    expect(option(paul, "ventilation", "niv")).to_be_checked()
    expect(save_button(paul)).to_have_count(0)
    expect(keyed(paul, "more_")).to_have_count(0)
    assert paul.locator('[class*="st-key-dec_"] input:not([disabled])').count() == 0
    assert paul.locator('[class*="st-key-cho_"] button:not([disabled])').count() == 0


@pytest.mark.parametrize("pause", [0, 200, 450])
def test_a_tap_on_the_menu_right_after_typing_opens_the_page_and_keeps_the_value(
    server: Server, browser_as: Open, pause: int
) -> None:
    """Léa types the platelets and taps Scores at once, before the box has sent them."""
    number = arrived(server)
    page = browser_as("lea", f"/day_sheet?patient={number}")
    box(page, "platelets").press_sequentially("77")
    page.wait_for_timeout(pause)
    page.get_by_role("link", name="Scores").click()
    expect(page).to_have_url(re.compile("/scores"), timeout=10_000)
    expect(keyed(page, "score").first).to_be_visible()
    assert kept(server, number, "lea") == {"platelets": "77"}


def test_an_impatient_hand_saves_once_and_loses_nothing(server: Server, browser_as: Open) -> None:
    """A double click on Save. Then one last value and Save at once, before the app has seen the value. Then the next
    box while that Save still runs."""
    number = arrived(server)
    page = browser_as("lea", f"/day_sheet?patient={number}")
    enter(page, {"temperature": "38,1", "platelets": "77"})
    save_button(page).dblclick()
    settled(page)
    expect_nothing_to_save(page)
    assert [len(rows(server, number, code)) for code in ("temperature", "platelets")] == [1, 1]

    enter(page, {"crp": "120"})
    box(page, "lactate").press_sequentially("3,4")
    save_button(page).click()
    box(page, "sodium").press_sequentially("139")
    stored = {"temperature": 38.1, "platelets": 77, "crp": 120, "lactate": 3.4}
    eventually(lambda: on_file(server, number), stored)
    eventually(lambda: kept(server, number, "lea"), {"sodium": "139"})
    settled(page)
    expect(box(page, "sodium")).to_have_value("139")
    expect(box(page, "sodium")).to_be_focused()
    save(page)
    assert on_file(server, number) == stored | {"sodium": 139}


def test_back_after_saving_shows_what_was_saved(server: Server, browser_as: Open) -> None:
    """Léa saves, looks at the course, and comes back with the browser's button."""
    number = arrived(server)
    page = browser_as("lea", f"/day_sheet?patient={number}")
    enter(page, {"platelets": "64"})
    save(page)
    page.goto(f"{server.url}/patient?patient={number}")
    settled(page)
    page.go_back()
    settled(page)
    expect(box(page, "platelets")).to_have_value("64")
    expect_nothing_to_save(page)
    enter(page, {"platelets": "66"})
    save(page)
    assert list(rows(server, number, "platelets")["number"]) == [64, 66]


def test_a_day_is_entered_without_a_mouse(server: Server, browser_as: Open) -> None:
    """Tab walks the boxes in rounds order, Space takes a choice, Ctrl+S saves, the last value too."""
    number = arrived(server)
    page = browser_as("lea", f"/day_sheet?patient={number}")
    day = {"ventilation": "none", "pao2": "81", "fio2": "0,3", "temperature": "38,2", "map": "74", "gcs": "15",
           "creatinine": "99", "platelets": "120", "bilirubin": "17", "ferritin": "2400", "procalcitonin": "1,3"}  # fmt: skip
    option(page, "ventilation", "none").focus()
    walked = [""]  # the variables, as the focus comes to them
    for _tab in range(150):
        code = in_focus(page)
        if code and code != walked[-1]:
            walked.append(code)
            if code in day:
                page.keyboard.press("Space") if variable(code).kind == "choice" else page.keyboard.type(day[code])
        if code == "procalcitonin":
            break
        page.keyboard.press("Tab")
    assert walked[1:] == [code for code in day_sheet_codes(None) if code != "gcs_kind"]  # which is asked of the sedated
    page.keyboard.press("Control+s")
    numbers = {code: float(text.replace(",", ".")) for code, text in day.items() if code != "ventilation"}
    eventually(lambda: on_file(server, number), {"ventilation": "none"} | numbers)
