"""From the store's readings to a page: the newest earlier values, and a day with a sheet laid over it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd

from trial.days import by_day
from trial.known import NO_READINGS, last_before, reading_of, too_old_to_carry, with_sheet
from trial.reading import Reading, State

TODAY = date(2026, 3, 2)
YESTERDAY = TODAY - timedelta(days=1)


def row(variable: str, number: float | None, on: date = TODAY, hour: int | None = None, **more: Any) -> dict[str, Any]:
    at = pd.NaT if hour is None else pd.Timestamp(datetime(on.year, on.month, on.day, hour, tzinfo=UTC))
    return {"on_date": on, "variable": variable, "sampled_at": at, "state": "measured", "number": number, "choice": None,
            "comparator": "=", "typed": f"{number}", "unit": "", "assay": ""} | more  # fmt: skip


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=NO_READINGS.columns)
    return made.assign(sampled_at=pd.to_datetime(made["sampled_at"], utc=True), number=made["number"].astype("float64"))


def test_a_row_is_a_reading() -> None:
    (kept,) = frame(row("scd25", 20.0, comparator="<", assay="ELISA", unit="U/mL")).to_dict("records")
    assert reading_of(kept) == Reading(State.MEASURED, 20.0, None, "<", "20.0", "U/mL", "ELISA")


def test_an_empty_number_or_choice_is_none_and_not_nan() -> None:
    (kept,) = frame(row("ventilation", None, choice="niv")).to_dict("records")
    assert (reading_of(kept).number, reading_of(kept).choice) == (None, "niv")


def test_the_newest_earlier_value_is_of_the_day_before_even_if_an_older_one_was_entered_later() -> None:
    last = last_before(frame(row("platelets", 45, YESTERDAY), row("platelets", 90, YESTERDAY - timedelta(days=5)),
                             row("platelets", 30, TODAY)), TODAY)  # fmt: skip
    assert last["platelets"].number == 45


def test_of_a_day_the_last_sample_is_the_newest_and_the_typed_one_comes_last() -> None:
    samples = [row("platelets", 40, YESTERDAY, 18), row("platelets", 60, YESTERDAY, 6)]
    assert last_before(frame(*samples), TODAY)["platelets"].number == 40
    assert last_before(frame(*samples, row("platelets", 50, YESTERDAY)), TODAY)["platelets"].number == 50


def test_what_was_not_done_or_is_pending_is_no_earlier_value() -> None:
    older = row("ferritin", 900, YESTERDAY - timedelta(days=1))
    for state in ("not_done", "pending", "not_applicable", "withdrawn"):
        last = last_before(frame(older, row("ferritin", None, YESTERDAY, state=state)), TODAY)
        assert last["ferritin"].number == 900
    carried = row("ferritin", 950, YESTERDAY, state="carried")
    assert last_before(frame(older, carried), TODAY)["ferritin"].number == 950


def test_nothing_is_known_of_no_readings() -> None:
    assert last_before(NO_READINGS, TODAY) == {}
    assert with_sheet(NO_READINGS, TODAY, {}).empty


def test_the_sheet_takes_the_place_of_the_typed_values_of_its_day_alone() -> None:
    readings = frame(row("platelets", 45), row("gcs", 15), row("platelets", 90, YESTERDAY), row("map", 62, hour=6))
    laid = by_day(with_sheet(readings, TODAY, {"platelets": Reading(State.MEASURED, 38.0)}))
    assert laid.loc[TODAY, "platelets"] == 38
    assert laid.loc[YESTERDAY, "platelets"] == 90
    assert laid.loc[TODAY, "map"] == 62, "a sample of the laboratory is not on the sheet"
    assert "gcs" not in laid, "emptied on the sheet"


def test_a_value_withdrawn_on_the_sheet_is_gone() -> None:
    laid = with_sheet(frame(row("platelets", 45), row("gcs", 15)), TODAY,
                      {"platelets": Reading(State.WITHDRAWN), "gcs": Reading(State.MEASURED, 15.0)})  # fmt: skip
    assert list(by_day(laid)) == ["gcs"]


def test_a_sheet_without_earlier_readings_is_all_there_is() -> None:
    laid = with_sheet(NO_READINGS, TODAY, {"ventilation": Reading(State.MEASURED, choice="niv")})
    assert by_day(laid).loc[TODAY, "ventilation"] == "niv"


def test_a_laboratory_value_serves_on_the_day_after_it_was_measured_alone() -> None:
    on = date(2026, 3, 4)
    frame = pd.DataFrame({
        "on_date": [date(2026, 3, 3), date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 1)],
        "variable": ["platelets", "bilirubin", "bilirubin", "gcs"],
        "state": ["measured", "measured", "carried", "measured"],
    })  # fmt: skip
    old = too_old_to_carry(frame, on)
    assert "platelets" not in old and "bilirubin" in old and "gcs" not in old
