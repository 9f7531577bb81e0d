"""The ward list on paper: every patient whole on a page, in two languages, without a name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pypdfium2 as pdfium
import pytest

from components.paper import page
from components.paper.ward_list import ward_list
from tests.components.test_handover import NOW, ROW, TODAY
from trial import schedule
from trial.board import Row

FULL = schedule.Due(7, schedule.PANEL, "tomorrow", TODAY, TODAY)


def texts(rows: list[Row], language: str = "en") -> list[str]:
    made = pdfium.PdfDocument(ward_list(rows, NOW, language=language, zone="Europe/Paris"))
    try:
        assert all(one.get_size() == pytest.approx(page.A4) for one in made)
        return [" ".join(one.get_textpage().get_text_bounded().replace("\u00a0", " ").split()) for one in made]
    finally:
        made.close()


def many(count: int) -> list[Row]:
    return [replace(ROW, name=f"001-{number:04d}", bed=str(number), due=(FULL,)) for number in range(1, count + 1)]


def test_a_block_has_what_the_handover_says_and_boxes_for_tubes_and_doses() -> None:
    (told,) = texts([replace(ROW, due=(FULL,), doses=(("morning", "due"), ("evening", "due")))])
    for part in ("bed 7 · 001-0003 · day 5/28", "SOFA 9 (−3 since day 1)", "! consent owed 35 h", "doses 8/9 given, 1 held.",
                 "☐ morning ____ h ____", "Tomorrow: day 7 panel ☐ blood count (EDTA)", "☐ cytokines", "page 1/1",
                 "20 Mar 2026 13:00"):  # fmt: skip
        assert part in told, part


@pytest.mark.parametrize("count", [1, 12, 40])
def test_every_patient_is_whole_on_one_page_and_pages_are_numbered(count: int) -> None:
    pages = texts(many(count))
    together = " ".join(pages)
    for number in range(1, count + 1):
        holding = [told for told in pages if f"001-{number:04d}" in told]
        assert len(holding) == 1
    assert together.count("☐ biochemistry") == count
    assert [told.count(f"page {place}/{len(pages)}") for place, told in enumerate(pages, 1)] == [1] * len(pages)
    assert (len(pages) > 1) == (count > 9)


def test_without_anything_due_the_next_visit_is_named() -> None:
    (told,) = texts([ROW])
    assert "Next: day 7 panel the day after tomorrow" in told


def test_an_empty_ward_and_a_patient_without_values_print() -> None:
    assert "Nobody on the ward." in texts([])[0]
    bare = Row("001-S0004", "001-S0004", "<b>1</b>", None, 3, None, 0, None, (), (), (), (), None, "Europe/Paris")
    assert "bed <b>1</b> · 001-S0004" in texts([bare])[0]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_sign_is_missing_from_the_fonts(language: str) -> None:
    assert page.NO_GLYPH not in "".join(texts(many(2), language))


def test_a_block_longer_than_a_page_is_drawn_smaller() -> None:
    pen = page.Pen("en", "Europe/Paris")
    tall = page.table([[[pen.text(f"line {number}") for number in range(200)]]], [page.WIDTH])
    made = pdfium.PdfDocument(page.many_pages([tall], lambda _number, _of: ([], []), title="x", language="en"))
    try:
        told = made[0].get_textpage().get_text_bounded()
        assert len(made) == 1 and "line 0" in told and "line 199" in told
    finally:
        made.close()


def test_the_hour_of_printing_is_the_ward_s() -> None:
    told = ward_list([ROW], datetime(2026, 7, 1, 21, tzinfo=UTC), language="en", zone="Indian/Reunion")
    made = pdfium.PdfDocument(told)
    assert "2 Jul 2026 01:00" in made[0].get_textpage().get_text_bounded().replace("\u00a0", " ")
    made.close()
