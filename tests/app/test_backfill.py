"""Several days pasted from a spreadsheet: shown before it is stored, and nothing on file is changed unasked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import db
from db import days, drafts
from tests.app.conftest import Tab, said
from tests.db import cast
from trial.reading import Reading

NUMBER = "001-0001"

pytestmark = pytest.mark.usefixtures("hospital")


@pytest.fixture
def page(tab: Callable[..., Tab], hospital: str) -> Callable[..., Tab]:
    cast.included()
    return lambda login="lea": tab(login, "backfill", patient=NUMBER)


def paste(page: Tab, text: str) -> Tab:
    page.app.text_area[0].set_value(text)
    return page.again()


def head(*ago: int) -> str:
    return "\t" + "\t".join(f"{cast.days_ago(each):%d/%m/%Y}" for each in ago) + "\n"


def on_file(ago: int) -> dict[str, Reading]:
    with db.look() as ward:
        return days.shown(ward, NUMBER, cast.days_ago(ago))


def stored(ago: int, **numbers: float) -> None:
    with db.begin() as ward:
        for code, number in numbers.items():
            days.record_values(ward, NUMBER, cast.days_ago(ago), [cast.change(code, None, cast.measured(number, "10⁹/L"))],
                               by=cast.KARIM)  # fmt: skip


def save(page: Tab) -> Tab:
    (button,) = [each for each in page.app.button if each.label.startswith(said("Save {count} values of {days} days")[:5])]
    button.click()
    return page.again()


def test_two_days_are_shown_and_then_saved_with_one_tap(page: Callable[..., Tab]) -> None:
    lea = paste(page(), head(2, 1) + "Plaquettes (G/L)\t42\t38\nBilirubine\t12,5\t\nVentilation\tVNI\tAucune")
    assert on_file(1) == on_file(2) == {}
    save(lea)
    assert {code: kept.choice or kept.number for code, kept in on_file(2).items()} == {
        "platelets": 42, "bilirubin": 12.5, "ventilation": "niv"}  # fmt: skip
    assert on_file(1)["platelets"].number == 38
    assert lea.app.text_area[0].value == ""
    assert lea.says("Saved: {count} values of {days} days.", count=5, days=2)


def test_a_value_on_file_is_kept_unless_the_other_is_taken_with_a_reason(page: Callable[..., Tab]) -> None:
    stored(1, platelets=45)
    lea = paste(page(), head(1) + "Plaquettes\t38\nCRP\t12")
    save(lea)
    assert on_file(1)["platelets"].number == 45
    assert on_file(1)["crp"].number == 12

    paste(lea, head(1) + "Plaquettes\t38")
    (choice,) = [each for each in lea.app.segmented_control if (each.key or "").startswith("dif_")]
    choice.set_value("take")
    lea.again()
    assert lea.says("Say why the values on file are changed; without a reason they are kept.")
    lea.app.pills[0].set_value("erreur de saisie")
    save(lea.again())
    with db.look() as ward:
        rows = days.history(ward, NUMBER, cast.days_ago(1), "platelets").to_dict("records")
    assert [(row["number"], row["why"], row["by"]) for row in rows] == [(45, "", "karim"), (38, "erreur de saisie", "lea")]


def test_an_unlikely_value_is_left_out_until_it_has_a_reason(page: Callable[..., Tab]) -> None:
    lea = paste(page(), head(1) + "Plaquettes\t2\nCRP\t12")
    save(lea)
    assert set(on_file(1)) == {"crp"}
    paste(lea, head(1) + "Plaquettes\t2")
    (why,) = [each for each in lea.app.text_input if "why_platelets" in (each.key or "")]
    why.set_value("rappelé")
    save(lea.again())
    assert on_file(1)["platelets"].number == 2


def test_what_is_not_read_is_told_with_its_place(page: Callable[..., Tab]) -> None:
    lea = paste(page(), head(1) + "Haptoglobine\t0,1\nPlaquettes\tabc")
    (frame,) = lea.app.dataframe
    assert frame.value[said("Row")].tolist() == [2, 3]
    (button,) = [each for each in lea.app.button if "0" in each.label]
    assert button.disabled


def test_a_paste_outlives_a_reload_and_is_gone_once_saved(page: Callable[..., Tab]) -> None:
    text = head(1) + "CRP\t12"
    paste(page(), text)
    again = page()
    assert again.app.text_area[0].value == text
    save(again)
    with db.look() as ward:
        assert drafts.draft(ward, f"paste:{cast.the(NUMBER).number}", "lea") == {}
    assert page().app.text_area[0].value == ""


def test_what_is_no_table_is_said(page: Callable[..., Tab]) -> None:
    assert paste(page(), "Plaquettes 42").says(
        "This is no table: no cell is separated by a tab or a semicolon. Copy the cells of the spreadsheet, with the row of the "
        "days and the column of the variables.")  # fmt: skip


def test_a_monitor_does_not_paste(page: Callable[..., Tab]) -> None:
    assert not page("paul").app.text_area
