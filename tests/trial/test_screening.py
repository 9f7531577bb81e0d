"""What screening knows of a patient: which values count, and the worked examples of the reference."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from scoring import units
from trial import protocol
from trial.known import NO_READINGS
from trial.reading import State
from trial.screening import HLH_INPUTS, INPUTS, Screened, screened, values_of
from trial.variables import variable

TODAY = date(2026, 3, 2)
FIRST = {"temperature": 38.5, "splenomegaly": "yes", "hemoglobin": 8.9, "platelets": 99, "neutrophils": 1.2, "ferritin": 500,
         "triglycerides": 3.0, "fibrinogen": 2.0, "scd25": None, "nk_activity_low": None, "hemophagocytosis": None}  # fmt: skip


def row(code: str, value: Any, ago: int = 0, unit: str = "", **more: Any) -> dict[str, Any]:
    unit = unit or variable(code).unit
    number = None if value is None or isinstance(value, str) else units.to_canonical(code, value, unit)
    return {"on_date": TODAY - timedelta(days=ago), "variable": code, "sampled_at": pd.NaT, "number": number,
            "state": str(State.NOT_DONE if value is None else State.MEASURED),
            "choice": value if isinstance(value, str) else None, "comparator": "=", "typed": f"{value}",
            "unit": unit, "assay": ""} | more  # fmt: skip


def found(*rows: dict[str, Any]) -> Screened:
    return screened(pd.DataFrame(rows, columns=NO_READINGS.columns), TODAY)


def hlh(**changed: Any) -> tuple[Any, int, int, int]:
    """met, then how many criteria are met, not met and unknown."""
    row_of = found(*(row(code, value) for code, value in (FIRST | changed).items())).hlh2004
    met = None if pd.isna(row_of["met"]) else bool(row_of["met"])
    return met, int(row_of["count"]), int(row_of["not_met"]), int(row_of["unknown"])


def test_of_nobody_nothing_is_known() -> None:
    scores = screened(NO_READINGS, TODAY).scores
    assert (scores.hlh2004, scores.hlh2004_unknown) == (None, 8)
    assert (scores.hscore_low, scores.hscore_high) == (0, 337)
    assert (scores.sofa_low, scores.sofa_high) == (0, 24)


@pytest.mark.parametrize(
    ("changed", "result"),
    [
        ({}, (True, 5, 0, 3)),
        ({"hemoglobin": 9.0}, (None, 4, 1, 3)),
        ({"temperature": 38.4}, (None, 4, 1, 3)),
        ({"scd25": 2400, "nk_activity_low": "yes"}, (True, 7, 0, 1)),
        ({"scd25": 2399, "nk_activity_low": "no", "hemophagocytosis": "no", "temperature": 38.4}, (False, 4, 4, 0)),
    ],
)
def test_the_worked_examples_of_hlh_2004(changed: dict[str, Any], result: tuple[Any, int, int, int]) -> None:
    assert hlh(**changed) == result


def test_normal_triglycerides_leave_the_criterion_to_the_fibrinogen() -> None:
    criterion = "triglycerides_or_fibrinogen"
    assert found(row("triglycerides", 2.9), row("fibrinogen", 1.5)).hlh2004[criterion]
    assert pd.isna(found(row("triglycerides", 2.9), row("fibrinogen", None)).hlh2004[criterion])


@pytest.mark.parametrize(("grams", "met"), [(2.65, True), (2.64, False), (3.0, True)])
@pytest.mark.parametrize("unit", ["g/L", "mg/dL"])
def test_the_limit_of_triglycerides_in_mass_units_is_the_paper_s_own(unit: str, grams: float, met: bool) -> None:
    """2.65 g/L is 2.99 mmol/L: below the limit in mmol/L, at the one in g/L."""
    typed = grams if unit == "g/L" else grams * 100
    row_of = found(row("triglycerides", typed, unit=unit), row("fibrinogen", 2.0)).hlh2004
    assert bool(row_of["triglycerides_or_fibrinogen"]) is met
    assert not found(row("triglycerides", 2.99), row("fibrinogen", 2.0)).hlh2004["triglycerides_or_fibrinogen"]


def test_triglycerides_in_mass_units_carried_over_keep_their_limit() -> None:
    earlier, carried = row("triglycerides", 2.65, 2, "g/L"), row("triglycerides", 2.65, 0, "g/L", state="carried")
    assert found(earlier, carried).hlh2004["triglycerides_or_fibrinogen"]


@pytest.mark.parametrize("more", [(), (row("platelets", 50, 9),), (row("platelets", 50),)])
def test_triglycerides_in_mass_units_that_are_too_old_are_unknown(more: tuple[dict[str, Any], ...]) -> None:
    row_of = found(row("triglycerides", 9, protocol.HLH_WINDOW_DAYS, "g/L"), *more)
    assert pd.isna(row_of.hlh2004["triglycerides_or_fibrinogen"])
    assert pd.isna(row_of.hscore["triglycerides"])


@pytest.mark.parametrize(("ago", "counts"), [(0, True), (protocol.HLH_WINDOW_DAYS - 1, True), (protocol.HLH_WINDOW_DAYS, False)])
def test_a_value_counts_for_seven_days(ago: int, counts: bool) -> None:
    scores = found(row("ferritin", 9000, ago))
    assert pd.isna(scores.hlh2004["ferritin"]) is not counts
    assert pd.isna(scores.hscore["ferritin"]) is not counts


def test_a_value_of_a_later_day_does_not_count() -> None:
    assert pd.isna(found(row("ferritin", 9000, -1)).hlh2004["ferritin"])
    assert pd.isna(found(row("splenomegaly", "yes", -1)).hlh2004["splenomegaly"])


def test_the_newest_value_counts_and_not_the_worst() -> None:
    assert not found(row("ferritin", 9000, 3), row("ferritin", 400, 1)).hlh2004["ferritin"]


def test_a_day_on_which_it_was_not_done_leaves_the_value_before() -> None:
    assert found(row("ferritin", 9000, 2), row("ferritin", None)).hlh2004["ferritin"]


@pytest.mark.parametrize("ago", [0, 6, 7, 25])
def test_a_finding_counts_from_any_day(ago: int) -> None:
    scores = found(row("splenomegaly", "yes", ago), row("hepatomegaly", "yes", ago), row("immunosuppression", "yes", ago))
    assert scores.hlh2004["splenomegaly"]
    assert (scores.hscore["organomegaly"], scores.hscore["immunosuppression"]) == (38, 18)


@pytest.mark.parametrize("finding", ["hemophagocytosis", "splenomegaly", "nk_activity_low", "immunosuppression"])
def test_a_finding_that_was_not_looked_for_is_unknown_and_never_no(finding: str) -> None:
    scores = found(row(finding, None))
    assert scores.scores.hlh2004_unknown == 8
    assert (scores.scores.hscore_low, scores.scores.hscore_high) == (0, 337)


def test_a_finding_looked_for_later_takes_the_place_of_the_earlier_one() -> None:
    assert found(row("hemophagocytosis", "no", 12), row("hemophagocytosis", "yes", 9)).hlh2004["hemophagocytosis"]


def test_sofa_takes_the_laboratory_of_the_day_before_and_no_other_value() -> None:
    found_today = found(row("platelets", 10, 1), row("map", 60, 1), row("bilirubin", 300, 2), row("gcs", 15))
    scores = found_today.sofa
    assert (scores["cns"], scores["coagulation"]) == (0, 4)
    assert scores[["cardiovascular", "liver"]].isna().all()
    (platelets,) = [row for row in values_of(found_today) if row["code"] == "platelets"]
    assert (platelets["carried"], platelets["scores"]) == (True, ["hlh2004", "hscore", "sofa"])


def test_two_samples_of_the_day_before_are_two_values_of_the_record() -> None:
    """HLH-2004 takes the worst of the day, SOFA the newest that is carried over: each with its own time."""
    early, late = (pd.Timestamp(2026, 3, 1, hour, tz="UTC") for hour in (7, 18))
    rows = found(row("platelets", 40, 1, sampled_at=early), row("platelets", 60, 1, sampled_at=late))
    kept = [(one["value"], one["typed"], one["sampled_at"], one["carried"], one["scores"]) for one in values_of(rows)]
    assert kept == [(40, "40", early, False, ["hlh2004", "hscore"]), (60, "60", late, True, ["sofa"])]


def test_a_result_beyond_the_assay_is_frozen_as_the_laboratory_wrote_it() -> None:
    (ferritin,) = values_of(found(row("ferritin", 3000, comparator=">")))
    assert (ferritin["value"], ferritin["comparator"]) == (3000, ">")


@pytest.mark.parametrize(
    ("rows", "met"),
    [
        ([("2.65", "g/L", 7), ("1.5", "mmol/L", 18)], True),
        ([("1.5", "mmol/L", 7), ("2.65", "g/L", 18)], True),
        ([("1.0", "g/L", 7), ("2.995", "mmol/L", None)], None),
    ],
    ids=["grams-decide-first", "grams-decide-last", "typed-decides"],
)
def test_the_limit_of_triglycerides_is_that_of_the_unit_of_the_result_that_decides(
    rows: list[tuple[str, str, int | None]], met: bool | None
) -> None:
    at = [pd.NaT if hour is None else pd.Timestamp(2026, 3, 2, hour, tz="UTC") for *_, hour in rows]
    scores = found(*(row("triglycerides", float(text), unit=unit, sampled_at=when)
                     for (text, unit, _), when in zip(rows, at, strict=True)))  # fmt: skip
    criterion = scores.hlh2004["triglycerides_or_fibrinogen"]
    assert (None if pd.isna(criterion) else bool(criterion)) is met


def test_a_value_of_today_entered_in_error_does_not_hide_those_of_yesterday() -> None:
    scores = found(row("platelets", 40, 1), row("creatinine", 200, 1), row("gcs", 15, state="withdrawn")).sofa
    assert scores["coagulation"] == 3


def test_at_three_in_the_morning_the_laboratory_of_the_evening_counts() -> None:
    """Nothing was entered for the new day yet."""
    scores = found(row("platelets", 10, 1), row("gcs", 3, 1)).sofa
    assert scores["coagulation"] == 4
    assert pd.isna(scores["cns"]), "a Glasgow is a statement of its day"


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        ({"immunosuppression": "no", "temperature": 39.5, "hepatomegaly": "yes", "splenomegaly": "yes", "hemoglobin": 8,
          "white_cells": 2, "platelets": 30, "ferritin": 12000, "triglycerides": 4.2, "fibrinogen": 1.2, "ast": 120,
          "hemophagocytosis": None}, 284, 319),
        ({"immunosuppression": "yes", "temperature": 38.4, "hepatomegaly": "no", "splenomegaly": "yes", "hemoglobin": 9.2,
          "white_cells": 5.1, "platelets": 110, "ferritin": 2000, "triglycerides": 1.5, "fibrinogen": 2.5, "ast": 30,
          "hemophagocytosis": "no"}, 226, 226),
        ({"immunosuppression": None, "temperature": 38.6, "hepatomegaly": "no", "splenomegaly": "yes", "hemoglobin": 9,
          "white_cells": 6, "platelets": 100, "ferritin": 3500, "triglycerides": 2.0, "fibrinogen": 3.1, "ast": 45,
          "hemophagocytosis": None}, 178, 231),
    ],
    ids=["marrow-not-done", "at-every-cut-off", "two-unknown"],
)  # fmt: skip
def test_the_worked_examples_of_the_hscore(values: dict[str, Any], low: int, high: int) -> None:
    scores = found(*(row(code, value) for code, value in values.items())).scores
    assert (scores.hscore_low, scores.hscore_high) == (low, high)


def test_the_sheet_of_screening_asks_all_three_scores_in_rounds_order() -> None:
    assert set(HLH_INPUTS) - {"weight"} <= set(INPUTS)
    assert {"pao2", "gcs", "gcs_kind", "norepinephrine", "urine_output"} <= set(INPUTS)
    assert len(set(INPUTS)) == len(INPUTS)


BEYOND = {"temperature": 38.5, "splenomegaly": "yes", "hemoglobin": 8.9, "platelets": 99, "triglycerides": 3.0}


def beyond(code: str, limit: float, comparator: str, **more: Any) -> Screened:
    """Four criteria of HLH-2004 are met, and one result lies beyond the assay."""
    known = [row(name, value) for name, value in BEYOND.items() if name != code]
    return found(*known, row(code, limit, comparator=comparator, **more))


def test_a_result_that_the_hscore_leaves_open_counts_for_hlh_2004() -> None:
    """Ferritin > 3000 is 500 or more, and 35 or 50 points of the HScore: open there, 0 to 50 as if it were missing."""
    scores = beyond("ferritin", 3000, ">")
    assert (scores.hlh2004["met"], scores.hlh2004["count"]) == (True, 5)
    missing = found(*(row(code, value) for code, value in BEYOND.items()))
    assert pd.isna(scores.hscore["ferritin"])
    assert (scores.scores.hscore_low, scores.scores.hscore_high) == (missing.scores.hscore_low, missing.scores.hscore_high)


@pytest.mark.parametrize(
    ("code", "limit", "comparator", "met"),
    [("scd25", 3000, ">", True), ("scd25", 2000, ">", None), ("ferritin", 400, "<", False), ("ferritin", 400, ">", None),
     ("ferritin", 1500, "<", None), ("platelets", 100, "<", True)],
)  # fmt: skip
def test_each_result_beyond_the_assay_in_hlh_2004(code: str, limit: float, comparator: str, met: bool | None) -> None:
    criterion = beyond(code, limit, comparator).hlh2004["cytopenias" if code == "platelets" else code]
    assert (None if pd.isna(criterion) else bool(criterion)) is met


def test_a_result_that_hlh_2004_leaves_open_counts_for_the_hscore() -> None:
    scores = beyond("ferritin", 1500, "<")
    assert scores.hscore["ferritin"] == 0
    assert pd.isna(scores.hlh2004["ferritin"])
    assert scores.values["ferritin"] == pytest.approx(1500, rel=1e-5)


def test_the_sofa_judges_a_result_by_its_own_cut_offs() -> None:
    assert beyond("platelets", 105, ">").sofa.isna()["coagulation"]  # 1 point or none, though nothing to HLH-2004
    assert found(row("creatinine", 440, comparator=">"), row("platelets", 20, comparator="<")).sofa["coagulation"] == 4
    lowered = found(row("platelets", 101, comparator="<"), row("creatinine", 110, comparator="<")).sofa
    assert lowered["renal"] == 0 and pd.isna(lowered["coagulation"])


def test_the_values_of_the_decision_are_those_of_hlh_2004_and_else_of_the_hscore() -> None:
    scores = found(row("ferritin", 3000, comparator=">"), row("fibrinogen", 2.0, comparator="<"), row("ast", 40, comparator="<"),
                   row("splenomegaly", "yes"), row("hepatomegaly", "no"), row("white_cells", 2.0))  # fmt: skip
    assert scores.values["ferritin"] == pytest.approx(3000, rel=1e-5)  # HLH-2004
    assert scores.values["fibrinogen"] == pytest.approx(2.0, rel=1e-5)  # HScore; 1.5 lies within for HLH-2004
    assert "ast" not in scores.values  # of the HScore alone, and 30 lies within
    assert [scores.values[code] for code in ("splenomegaly", "hepatomegaly", "white_cells")] == ["yes", "no", 2.0]


@pytest.mark.parametrize(
    ("limit", "comparator", "met"), [(2.65, ">", True), (2.65, "<", False), (2.655, "<", None), (2.6, ">", None)]
)
def test_triglycerides_beyond_the_assay_in_grams_meet_the_limit_in_grams(limit: float, comparator: str, met: bool | None) -> None:
    scores = found(row("triglycerides", limit, unit="g/L", comparator=comparator), row("fibrinogen", 2.0))
    criterion = scores.hlh2004["triglycerides_or_fibrinogen"]
    assert (None if pd.isna(criterion) else bool(criterion)) is met


def test_an_open_result_of_today_is_not_replaced_by_an_older_one() -> None:
    """Ferritin above 3000 today: 35 or 50 points of HScore, whatever 1500 of three days ago would have given."""
    scores = found(row("ferritin", 1500, ago=3), row("ferritin", 3000, comparator=">", typed="> 3000"))
    assert pd.isna(scores.hscore["ferritin"]) and scores.hlh2004["ferritin"]
