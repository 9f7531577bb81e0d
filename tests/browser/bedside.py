"""What the stories do at the bedside: find a box by its variable, type, tap, save; and what the store holds then."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from playwright.sync_api import Locator, Page, expect

import db
from db import days, doses, drafts, patients, screening, store
from db.people import Person
from tests.browser.conftest import CAST, Server, settled
from tests.db.cast import signed
from trial import entry, protocol, schedule
from trial.dosing import Dose
from trial.reading import KNOWN, Change
from trial.sheet import Sheet
from trial.variables import variable

OF_A_BOX = re.compile(r"st-key-(?:dec|cho)_[^_ ]+_[^_ ]+_(\w+)_[0-9a-f]+")
BOX_OF_FOCUS = "document.activeElement.closest('[class*=st-key-dec_], [class*=st-key-cho_]')?.className ?? ''"

# SOFA 15: lungs 3, coagulation 3, liver 2, circulation 4, brain 1, kidney 2
VERY_ILL = {
    "ventilation": "invasive", "pao2": "68", "fio2": "0,5", "map": "62", "norepinephrine": "0,12", "gcs": "14",
    "gcs_kind": "before_sedation", "creatinine": "185", "urine_output": "900", "platelets": "42", "bilirubin": "58",
}  # fmt: skip


# On the screen


def box(page: Page, code: str) -> Locator:
    """The text box of a number."""
    return of_code(page, "dec", code).locator("input")


def option(page: Page, code: str, choice: str) -> Locator:
    """One choice of a variable that is tapped."""
    place = variable(code).choices.index(choice)
    return of_code(page, "cho", code).get_by_role("radio").nth(place)


def of_code(page: Page, kind: str, code: str) -> Locator:
    """What is drawn for one variable or criterion: its box (dec, cho), the questions about it (mine, take, …)."""
    return page.locator(f'[class*="st-key-{kind}_"][class*="_{code}_"]')


def keyed(page: Page, key: str) -> Locator:
    """What has a key that starts so."""
    return page.locator(f'[class*="st-key-{key}"]')


def enter(page: Page, values: Mapping[str, str]) -> None:
    """Type or tap each value, as fast as the browser takes them, and wait until the app has read them."""
    for code, value in values.items():
        if variable(code).kind == "choice":
            option(page, code, value).click()
        else:
            box(page, code).fill(value)
    leave_box(page)


def leave_box(page: Page) -> None:
    """Out of the box, which sends what was typed, and wait until the app has answered."""
    page.evaluate("document.activeElement.blur()")
    settled(page)


def save_button(page: Page) -> Locator:
    return keyed(page, "save_").get_by_role("button")


def save(page: Page) -> None:
    """Tap Save and see that nothing is left to save. Of a value that was saved before, say that it was a typing error."""
    for asked in keyed(page, "cor_").all():
        asked.get_by_role("radio").first.click()
        settled(page)
    save_button(page).click()
    settled(page)
    expect_nothing_to_save(page)


def expect_nothing_to_save(page: Page) -> None:
    expect(save_button(page)).to_have_attribute("kind", "secondary")


def told(page: Page, code: str) -> Locator:
    """What stands below a box: the sentence about what was typed, what was understood, the value before."""
    return of_code(page, "dec", code).locator("xpath=following-sibling::*")


def in_focus(page: Page) -> str:
    """The variable whose box or choice has the focus; empty for anything else."""
    found = OF_A_BOX.search(page.evaluate(BOX_OF_FOCUS))
    return found[1] if found else ""


# In the store


def person(login: str) -> Person:
    return Person(login, *CAST[login])


def today() -> date:
    return schedule.ward_date(datetime.now(UTC), protocol.TIME_ZONE)


def look(server: Server, question: Callable[[db.Ward], Any]) -> Any:
    store.use(server.store_url)
    with db.look() as ward:
        return question(ward)


def on_file(server: Server, patient: str, on: date | None = None) -> dict[str, float | str | None]:
    """The day's typed values: the number, the choice, or the state of what is not known."""
    found = look(server, lambda ward: days.shown(ward, patient, on or today()))
    return {
        code: reading.choice or reading.number if reading.state in KNOWN else str(reading.state)
        for code, reading in found.items()
    }


def rows(server: Server, patient: str, code: str, on: date | None = None) -> pd.DataFrame:
    """Everything that was ever stored of one value, oldest first."""
    return look(server, lambda ward: days.history(ward, patient, on or today(), code))


def dose_rows(server: Server, patient: str, day: int, slot: str) -> pd.DataFrame:
    return look(server, lambda ward: doses.history(ward, patient, day, slot))


def kept(server: Server, patient: str, login: str) -> dict[str, str]:
    """What this person has typed on today's sheet and not saved."""
    number = look(server, lambda ward: patients.number_of(ward, patient))
    boxes = look(server, lambda ward: drafts.draft(ward, f"day:{number}:{today().isoformat()}", login))
    sheet = Sheet.from_text(boxes)
    return {code: typed.text for code, typed in sheet.typed.items()} if sheet else {}


def eventually(read: Callable[[], Any], wanted: Any, seconds: float = 10) -> None:
    """Wait until the store says so."""
    deadline = time.monotonic() + seconds
    while (found := read()) != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    assert found == wanted


# The past, through the verbs of the ward


def arrived(server: Server, days_ago: int = 0, *, sex: str = "m", born: int = 1970) -> str:
    """A patient in the screening log; answers the screening number."""
    with server.begin() as ward:
        return patients.screen(
            ward, site="001", sex=sex, birth_year=born, arrived_on=today() - timedelta(days=days_ago), by=person("karim")
        )


def included(server: Server, day: int, base: Mapping[str, str]) -> str:
    """A patient whose study day is `day` today, with `base` and both doses on day 1; answers the study number."""
    day_1 = today() - timedelta(days=day - 1)
    number = arrived(server, day)
    with server.begin() as ward:
        screening.consent(ward, number, "relative", _at(day_1, -15), by=person("karim"))
        name = screening.include(
            ward, number, planned_day_1=day_1, verdict=SimpleNamespace(state="met"), frozen={}, included_at=_at(day_1, -14),
            signature=signed(person("karim")), by=person("karim"),
        )  # fmt: skip
        days.record_day(ward, name, 1, [_change(code, text) for code, text in base.items()], by=person("lea"))
        for slot, hour in (("morning", 8), ("evening", 20)):
            given = Dose(1, slot, "given", _at(day_1, hour), "oral", protocol.DOSE_MG)
            doses.chart_dose(ward, name, given, was=None, by=person("lea"))
    return name


def _at(on: date, hour: int) -> datetime:
    return datetime.combine(on, clock(), ZoneInfo(protocol.TIME_ZONE)) + timedelta(hours=hour)


def _change(code: str, text: str) -> Change:
    known = variable(code)
    now = entry.choose(code, text) if known.kind == "choice" else entry.read(code, text, known.unit)
    assert now is not None
    return Change(code, None, now)
