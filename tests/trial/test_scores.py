"""The trial's scores of a sheet and of a day, each value with the reading that decided."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest

from trial import scores, sofa
from trial.entry import read
from trial.reading import Reading, State

ON = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def row(variable: str, number: float | None = None, hour: int | None = None, **more: Any) -> dict[str, Any]:
    at = pd.NaT if hour is None else pd.Timestamp(datetime(2026, 3, 2, hour, tzinfo=UTC))
    plain = {"on_date": ON, "variable": variable, "sampled_at": at, "state": "measured", "number": number, "choice": None,
             "comparator": "=", "typed": str(number), "unit": "", "assay": "", "by": "lea", "at": pd.Timestamp(AT)}  # fmt: skip
    return plain | more


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    made = pd.DataFrame(list(rows))
    return made.assign(sampled_at=pd.to_datetime(made["sampled_at"], utc=True))


def typed(**texts: str) -> dict[str, Reading]:
    found = {}
    for code, text in texts.items():
        number, _, unit = text.partition("|")
        reading = read(code, number, unit or scores.VARIABLES[code].unit)
        assert reading is not None
        found[code] = reading
    return found


def test_the_trial_scores_under_the_protocol_s_options() -> None:
    assert scores.SCORES["sofa"].rules == sofa.RULES
    assert scores.SCORES["sofa"].items == sofa.TABLE


def test_a_day_tells_the_sample_that_decided_and_who_entered_it() -> None:
    readings = frame(row("platelets", 90.0, 6), row("platelets", 45.0, 14, typed="45", unit="G/L"), row("platelets", 60.0, 20))
    why = scores.sofa_of_day(readings, ON, {"lea": "Léa"}).why("coagulation")
    assert why.points == 3 and why.known == {"platelets": 45.0}
    given = why.given["platelets"]
    assert (given.typed, given.unit, given.by, given.entered_at) == ("45", "G/L", "Léa", AT)
    assert given.at == datetime(2026, 3, 2, 14, tzinfo=UTC) and not given.carried


def test_a_day_tells_the_gas_that_decided() -> None:
    readings = frame(row("pao2", 80.0, 6), row("fio2", 0.5, 6), row("pao2", 90.0, 12), row("fio2", 1.0, 12),
                     row("ventilation", None, None, choice="invasive", typed="invasive"))  # fmt: skip
    why = scores.sofa_of_day(readings, ON, {}).why("respiration")
    assert why.points == 4 and (why.known["pao2"], why.known["fio2"]) == (90.0, 1.0)
    assert why.given["pao2"].at == datetime(2026, 3, 2, 12, tzinfo=UTC) and why.given["ventilation"].by == "lea"


def test_a_tapped_value_says_that_it_was_carried() -> None:
    readings = frame(row("bilirubin", 40.0, on_date=date(2026, 3, 1)), row("bilirubin", 40.0, state="carried"))
    assert scores.sofa_of_day(readings, ON, {}).why("liver").given["bilirubin"].carried


@pytest.mark.parametrize(("code", "sheet", "known"), [
    ("ohi", {"scd25": "> 3000"}, {}),  # may be above 3900
    ("ohi", {"scd25": "> 4000"}, {"scd25"}),
    ("hlh2004", {"scd25": "> 3000"}, {"scd25"}),  # above 2400 in every case
    ("sofa2", {"platelets": "< 50"}, {"platelets"}),
    ("sofa", {"platelets": "< 50"}, {}),
    ("sofa", {"platelets": "< 20"}, {"platelets"}),
    ("hscore", {"ferritin": "> 3000"}, {}),
    ("hlh2004", {"ferritin": "> 3000"}, {"ferritin"}),
    ("kdigo", {"creatinine": "> 354"}, {"creatinine"}),
    ("dic", {"platelets": "< 60"}, {}),
])  # fmt: skip
def test_a_result_beyond_the_assay_counts_where_no_cut_off_divides_it(code: str, sheet: dict[str, str], known: set[str]) -> None:
    assert set(scores.row_of(typed(**sheet), scores.SCORES[code])) == set(known)


@pytest.mark.parametrize(("text", "met"), [
    ("2,65|g/L", True), ("2,64|g/L", False), ("265|mg/dL", True), ("2,99", False), ("3,0", True),
])  # fmt: skip
def test_triglycerides_meet_the_limit_of_the_unit_they_were_typed_in(text: str, met: bool) -> None:
    found = scores.of_readings("hlh2004", typed(triglycerides=text, fibrinogen="2"))
    assert (found.low == 1) == met
    assert found.why("triglycerides_or_fibrinogen").points == int(met)


def test_what_was_not_measured_is_not_in_the_row() -> None:
    sheet = typed(gcs="14") | {"platelets": Reading(State.NOT_DONE), "map": Reading(State.PENDING)}
    assert scores.row_of(sheet) == {"gcs": 14.0} and set(scores.given_of(sheet)) == {"gcs"}
    assert scores.row_of({}) == {}
