"""The patient's sheet: one page of A4 on its side, whatever is drawn on it."""

from __future__ import annotations

import io
from datetime import date

import pandas as pd
import pypdfium2
import pytest

from components.charts.lane_row import Event, Lane
from components.charts.marker_row import MARKERS, SCALES
from components.charts.one_picture import THRESHOLDS, strips
from components.paper.patient_sheet import Drawn, patient_sheet
from scoring import sofa
from trial import days

DAY = date(2026, 3, 2)
CODES = [marker.code for marker in MARKERS]


def readings(last: int) -> pd.DataFrame:
    rows = [(day, code, "measured", 50.0 + day, ">" if day == 3 else "=", "", f"{50 + day}")
            for day in range(last) for code in (*CODES, "bilirubin", "creatinine")]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["day", "variable", "state", "number", "comparator", "assay", "typed"])
    frame["number"] = frame["number"].where(frame["variable"] != "temperature", 38.0)
    moment = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us, UTC]")
    on_date = [date.fromordinal(DAY.toordinal() + day - 1) for day in frame["day"]]
    return frame.assign(choice=None, sampled_at=moment, on_date=on_date, at=moment, by="lea")


def sheet(language: str, last: int, scale: str = "value", **more: object) -> pypdfium2.PdfDocument:
    seen = readings(last)
    by_day = days.by_day(seen)
    by_day.index = [(on - DAY).days + 1 for on in by_day.index]
    scores = sofa.score(by_day)
    doses = pd.DataFrame(columns=["day", "slot", "state", "reason"])
    rows = strips(scores, by_day, doses, readings=seen, today=5, language=language, say=str, markers=CODES, scale=scale, **more)
    made = patient_sheet(Drawn(*rows, THRESHOLDS, (1, 7, 14, 28)), language=language, zone="Europe/Paris", name="001-0001",
                         facts=[("Bed", "12")], day_7="SOFA fell. " * 90, scores=scores, days=by_day, readings=seen)  # fmt: skip
    return pypdfium2.PdfDocument(io.BytesIO(made))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("scale", SCALES)
def test_all_markers_lanes_and_events_stand_on_one_page(language, scale):
    lanes = [Lane(f"Drug {place}", place, None if place % 2 else place + 3) for place in range(1, 9)]
    events = [Event(day, "Tracheotomy and a long word") for day in (2, 3, 4, 28)]
    document = sheet(language, 29, scale, lanes=lanes, events=events, doses_until=20)
    width, height = document[0].get_size()
    text = document[0].get_textpage().get_text_range()
    assert len(document) == 1 and width > height
    assert all(word in text for word in ("001-0001", "Drug 8", "Tracheotomy", "NCT06244862"))


def test_a_result_beyond_the_assay_keeps_its_sign_on_paper():
    text = sheet("en", 4)[0].get_textpage().get_text_range()
    assert ">\u00a053" in text or "> 53" in text
