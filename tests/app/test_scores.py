"""The page of scores: the worked examples, typed in as a doctor would."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scoring import hlh2004, hscore, sofa
from tests.app.conftest import Tab, said

IMV = {"ventilation": "invasive"}
ONE = {**IMV, "pao2": "68", "fio2": "0,50", "platelets": "42", "bilirubin": "58", "norepinephrine": "0,12", "gcs": "14",
       "creatinine": "185", "urine_output": "900"}  # fmt: skip
FIRST = {"temperature": "38,5", "splenomegaly": "yes", "hemoglobin": "8,9", "platelets": "99", "neutrophils": "1,2",
         "triglycerides": "3,0", "ferritin": "500", "fibrinogen": "2,0", "nk_activity_low": "not_done",
         "hemophagocytosis": "not_done"}  # fmt: skip


@pytest.fixture
def score(tab: Callable[..., Tab]) -> Callable[..., Tab]:
    def of(code: str, **typed: str) -> Tab:
        page = tab("ada", "scores")
        if code != "sofa":
            page.app.segmented_control(key="score").set_value(code)
            page.again()
        return page.type(**typed)

    return of


@pytest.mark.parametrize(
    ("typed", "total"),
    [
        (ONE, "15"),
        ({"ventilation": "none", "pao2": "45", "fio2": "0,5", "platelets": "150", "bilirubin": "20", "map": "70", "gcs": "15",
          "creatinine": "110", "urine_output": "500"}, "4"),
        ({**IMV, "pao2": "100", "fio2": "50 %", "platelets": "50", "bilirubin": "204", "norepinephrine": "0,10", "gcs": "9",
          "creatinine": "300", "urine_output": "499"}, "16"),
        ({**IMV, "pao2": "99,95", "fio2": "0,5", "platelets": "49,9", "bilirubin": "204,1", "norepinephrine": "0,11", "gcs": "8",
          "creatinine": "440,1", "urine_output": "199"}, "21"),
        ({"ventilation": "none", "pao2": "84,21", "fio2": "0,21", "platelets": "151", "bilirubin": "19", "map": "71", "gcs": "15",
          "creatinine": "109", "urine_output": "1500"}, "0"),
        ({"ventilation": "none", "pao2": "75", "fio2": "0,3", "bilirubin": "40", "map": "65", "gcs": "15", "creatinine": "100"},
         "5–9"),
        ({"ventilation": "none", "pao2": "105", "fio2": "0,3", "platelets": "120", "bilirubin": "15", "map": "72",
          "dobutamine": "5", "gcs": "15", "creatinine": "80", "urine_output": "1400"}, "4"),
        (ONE | {"norepinephrine": "0,08"}, "14"),
        (ONE | {"gcs": "3"}, "18"),
        ({}, ""),
    ],
    ids=["one", "two", "three", "four", "all-normal", "platelets-missing", "dobutamine", "base-of-tartrate", "gcs-at-face-value",
         "nothing"],
)  # fmt: skip
def test_the_worked_examples_of_sofa(score: Callable[..., Tab], typed: dict[str, str], total: str) -> None:
    page = score("sofa", **typed)
    assert f"SOFA {total or '0–24'} " in page.text
    assert sofa.CITATION[:40] in page.text


def test_the_cell_that_is_reached_is_lit_in_the_paper_s_table(score: Callable[..., Tab]) -> None:
    table = score("sofa", **ONE).app.html[-1].proto.body
    assert table.count('class="lit"') == 6


@pytest.mark.parametrize(
    ("typed", "title", "state"),
    [
        (FIRST, (5, 0, 3), "met"),
        (FIRST | {"hemoglobin": "9,0"}, (4, 1, 3), "undetermined"),
        (FIRST | {"temperature": "38,4"}, (4, 1, 3), "undetermined"),
        (FIRST | {"scd25": "2400", "nk_activity_low": "yes"}, (7, 0, 1), "met"),
        ({"scd25": "2399", "ferritin": "499", "temperature": "38,4", "splenomegaly": "no"}, (0, 4, 4), "not_met"),
    ],
    ids=["five", "one-lineage", "38.4", "seven", "four-not-met"],
)
def test_the_worked_examples_of_hlh_2004(
    score: Callable[..., Tab], typed: dict[str, str], title: tuple[int, int, int], state: str
) -> None:
    page = score("hlh2004", **typed)
    met, not_met, unknown = title
    assert page.says("HLH-2004: {count} met, {not_met} not met, {unknown} unknown of 8; {needed} are needed", count=met,
                     not_met=not_met, unknown=unknown, needed=5)  # fmt: skip
    assert f'class="verdict {state}"' in page.app.html[-1].proto.body
    assert hlh2004.CITATION[:40] in page.text


def test_scd25_in_pg_is_refused_and_stays_unknown(score: Callable[..., Tab]) -> None:
    page = score("hlh2004", scd25="2400 pg/mL")
    assert page.says("HLH-2004: {count} met, {not_met} not met, {unknown} unknown of 8; {needed} are needed", count=0, not_met=0,
                     unknown=8, needed=5)  # fmt: skip
    assert "pg/mL" in page.text


def test_triglycerides_in_grams_meet_the_limit_of_the_paper(score: Callable[..., Tab]) -> None:
    assert "✓" in score("hlh2004", triglycerides="2,65 g/L", fibrinogen="2").app.html[-1].proto.body


HSCORE = {
    "284–319": {"immunosuppression": "no", "temperature": "39,5", "hepatomegaly": "yes", "splenomegaly": "yes", "hemoglobin": "8",
                "white_cells": "2", "platelets": "30", "ferritin": "12000", "triglycerides": "4,2", "fibrinogen": "1,2",
                "ast": "120", "hemophagocytosis": "not_done"},
    "226": {"immunosuppression": "yes", "temperature": "38,4", "hepatomegaly": "no", "splenomegaly": "yes", "hemoglobin": "9,2",
            "white_cells": "5,1", "platelets": "110", "ferritin": "2000", "triglycerides": "1,5", "fibrinogen": "2,5",
            "ast": "30", "hemophagocytosis": "no"},
    "0": {"immunosuppression": "no", "temperature": "38,3", "hepatomegaly": "no", "splenomegaly": "no", "hemoglobin": "9",
          "white_cells": "6", "platelets": "120", "ferritin": "1999", "triglycerides": "1,49", "fibrinogen": "2,51", "ast": "29",
          "hemophagocytosis": "no"},
    "178–231": {"temperature": "38,6", "hepatomegaly": "no", "splenomegaly": "yes", "hemoglobin": "9", "white_cells": "4",
                "platelets": "120", "ferritin": "3500", "triglycerides": "2,0", "fibrinogen": "3,1", "ast": "45"},
    "200": {"immunosuppression": "no", "temperature": "38,0", "hepatomegaly": "no", "splenomegaly": "yes", "hemoglobin": "8",
            "white_cells": "2", "platelets": "30", "ferritin": "6001", "triglycerides": "2,0", "fibrinogen": "2,0", "ast": "60",
            "hemophagocytosis": "no"},
    "199": {"immunosuppression": "no", "temperature": "38,9", "hepatomegaly": "no", "splenomegaly": "yes", "hemoglobin": "9",
            "white_cells": "6", "platelets": "120", "ferritin": "9000", "triglycerides": "3,0", "fibrinogen": "2,4", "ast": "80",
            "hemophagocytosis": "no"},
    "337": {"immunosuppression": "yes", "temperature": "40", "hepatomegaly": "yes", "splenomegaly": "yes", "hemoglobin": "8",
            "white_cells": "2", "platelets": "30", "ferritin": "12000", "triglycerides": "4,01", "fibrinogen": "1,2",
            "ast": "120", "hemophagocytosis": "yes"},
}  # fmt: skip


@pytest.mark.parametrize("total", HSCORE)
def test_the_worked_examples_of_the_hscore(score: Callable[..., Tab], total: str) -> None:
    page = score("hscore", **HSCORE[total])
    assert page.says("HScore {total}; {needed} is needed (ICU literature: 168)", total=total, needed=200)
    low, _, high = total.partition("–")
    state = "met" if int(low) >= 200 else "not_met" if int(high or low) < 200 else "undetermined"
    assert any(f'class="verdict {state}"' in part.proto.body for part in page.app.html)
    assert hscore.CITATION[:40] in page.text


def test_triglycerides_typed_in_grams_are_not_read_as_millimoles(score: Callable[..., Tab]) -> None:
    """3.6 g/L is 4.06 mmol/L: 64 points; read as 3.6 mmol/L it would be 44."""
    assert score("hscore", triglycerides="3,6 g/L").says("HScore {total}; {needed} is needed (ICU literature: 168)", total="64–337",
                                                       needed=200)  # fmt: skip


def test_nothing_typed_here_is_stored(score: Callable[..., Tab]) -> None:
    assert score("sofa", gcs="3").says("Nothing typed here is stored. Not for treatment decisions.")
    assert "SOFA 0–24" in score("sofa").text


def test_each_score_keeps_what_was_typed_while_one_looks_at_another(score: Callable[..., Tab]) -> None:
    page = score("sofa", gcs="3")
    for code in ("hscore", "sofa"):
        page.app.segmented_control(key="score").set_value(code)
        page.again()
    assert page.box("gcs").value == "3"
    assert said("Nothing typed here is stored. Not for treatment decisions.") in page.text
