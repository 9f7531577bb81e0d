"""A file of results from the ward's laboratory, by the page Data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from db import days, load
from tests.browser.bedside import VERY_ILL, included, look, today
from tests.browser.conftest import Server, screenshot, settled

Open = Callable[..., Page]


def test_karim_loads_the_laboratorys_file_after_a_look_at_it(server: Server, browser_as: Open) -> None:
    """As Excel in France saves it: semicolons, decimal commas, Latin-1. Karim sees what was understood before anything
    is stored, stores it, and finds the load and the refused line below."""
    patient = included(server, day=7, base=VERY_ILL)
    at = f"{today() - timedelta(days=1)} 06:10"
    lines = [
        "numéro;prélevé le;examen;résultat;unité",
        f"{patient};{at};Hémoglobine;8,4;g/dL",
        f"{patient};{at};Créatinine;131,5;µmol/L",
        f"{patient};{at};Plaquettes;coagulé;G/L",
        f"{patient};{at};Zinc;12;µmol/L",
    ]
    page = browser_as("karim", "/data")
    _choose(page, "résultats.csv", "\r\n".join(lines).encode("latin-1"))
    figures = page.get_by_test_id("stMetricValue")
    expect(figures).to_have_text(["4", "2", "1", "1"])
    assert look(server, lambda ward: len(load.loads(ward))) == 0
    screenshot(page, "data-preview", full=True)

    page.get_by_test_id("stBaseButton-primary").click()
    expect(page.get_by_test_id("stAlertContentSuccess")).to_contain_text("2")
    settled(page)
    expect(figures).to_have_count(0)
    found = look(server, lambda ward: days.readings(ward, patient))
    loaded = found[found["source"].str.startswith("résultats.csv")].set_index("variable")
    assert dict(loaded["number"]) == {"hemoglobin": 8.4, "creatinine": 131.5}
    stored = look(server, load.loads).iloc[0]
    assert tuple(stored[["file", "read", "accepted", "refused", "unknown"]]) == ("résultats.csv", 4, 2, 1, 1)


def test_a_file_that_is_no_csv_gets_a_sentence(server: Server, browser_as: Open) -> None:
    page = browser_as("karim", "/data")
    for name, content in {"scan.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "classeur.xlsx": b"PK\x03\x04\x14\x00"}.items():
        _choose(page, name, content)
        expect(page.get_by_test_id("stAlertContentError")).to_contain_text(name)
        expect(page.get_by_test_id("stBaseButton-primary")).to_have_count(0)


def _choose(page: Page, name: str, content: bytes) -> None:
    page.locator('input[type="file"]').set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    settled(page)
