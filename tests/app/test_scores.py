"""The page of scores: the worked examples, typed in as a doctor would."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from components import score_words
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
            page.app.pills(key="score").set_value(code)
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
    assert html(score("sofa", **ONE)).count('class="lit"') == 6


def html(page: Tab) -> str:
    return "".join(part.proto.body for part in page.app.html)


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
    assert f'class="verdict {state}"' in html(page)
    assert hlh2004.CITATION[:40] in page.text


def test_scd25_in_pg_is_refused_and_stays_unknown(score: Callable[..., Tab]) -> None:
    page = score("hlh2004", scd25="2400 pg/mL")
    assert page.says("HLH-2004: {count} met, {not_met} not met, {unknown} unknown of 8; {needed} are needed", count=0, not_met=0,
                     unknown=8, needed=5)  # fmt: skip
    assert "pg/mL" in page.text


def test_triglycerides_in_grams_meet_the_limit_of_the_paper(score: Callable[..., Tab]) -> None:
    assert html(score("hlh2004", triglycerides="2,65 g/L", fibrinogen="2")).count('class="lit"') == 1
    assert "remplis 1, non remplis 0" in score("hlh2004", triglycerides="2,65 g/L").text
    assert 'class="lit"' not in html(score("hlh2004", triglycerides="2,99 mmol/L"))


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
    assert page.says("HScore {total}; {needed} is needed (ICU literature: {icu})", total=total, needed=200, icu=168)
    low, _, high = total.partition("–")
    state = "met" if int(low) >= 200 else "not_met" if int(high or low) < 200 else "undetermined"
    assert any(f'class="verdict {state}"' in part.proto.body for part in page.app.html)
    assert hscore.CITATION[:40] in page.text


def test_triglycerides_typed_in_grams_are_not_read_as_millimoles(score: Callable[..., Tab]) -> None:
    """3.6 g/L is 4.06 mmol/L: 64 points; read as 3.6 mmol/L it would be 44."""
    assert score("hscore", triglycerides="3,6 g/L").says("HScore {total}; {needed} is needed (ICU literature: {icu})", icu=168,
                                                         total="64–337",
                                                       needed=200)  # fmt: skip


def test_nothing_typed_here_is_stored(score: Callable[..., Tab]) -> None:
    assert score("sofa", gcs="3").says("Nothing typed here is stored. Not for treatment decisions.")
    assert "SOFA 0–24" in score("sofa").text


def test_each_score_keeps_what_was_typed_while_one_looks_at_another(score: Callable[..., Tab]) -> None:
    page = score("sofa", gcs="3")
    for code in ("hscore", "sofa"):
        page.app.pills(key="score").set_value(code)
        page.again()
    assert page.box("gcs").value == "3"
    assert said("Nothing typed here is stored. Not for treatment decisions.") in page.text


# The scores beside the trial's

WORKED = {  # clinical examples, typed in: score, boxes, what stands on the page
    "sofa-2 one": ("sofa2", ONE | {"urine_output": "3000", "weight": "70"}, "SOFA-2 14"),
    "sofa-2 two": ("sofa2", {"pao2": "90", "fio2": "1", "ventilation": "none", "platelets": "150", "bilirubin": "20", "map": "70",
                             "gcs": "15", "creatinine": "110", "urine_output": "500", "weight": "70"}, "SOFA-2 6"),
    "sofa-2 A": ("sofa2", {"pao2": "150", "fio2": "1", "ventilation": "hfnc", "platelets": "80", "bilirubin": "51,3", "map": "70",
                           "norepinephrine": "0,20", "vasopressin": "0,03", "gcs": "13", "delirium_drug": "yes",
                           "creatinine": "170", "urine_ml_kg_h": "1"}, "SOFA-2 12"),
    "dic 7": ("dic", {"platelets": "45", "fibrin_marker": "strong", "pt_prolongation": "4", "fibrinogen": "0,9"},
              "CIVD patente : 7"),
    "dic 3": ("dic", {"platelets": "60", "fibrin_marker": "moderate", "pt_prolongation": "2", "fibrinogen": "2"},
              "CIVD patente : 3 ; patente dès 5 : non rempli"),
    "kdigo 3": ("kdigo", {"creatinine": "240", "creatinine_reference": "80"}, "KDIGO stade 3"),
    "kdigo 2": ("kdigo", {"creatinine": "239", "creatinine_reference": "80"}, "KDIGO stade 2"),
    "kdigo 1": ("kdigo", {"creatinine": "330", "creatinine_48h": "300", "creatinine_reference": "300"}, "KDIGO stade 1"),
    "ohi strict": ("ohi", {"scd25": "3900", "ferritin": "5000"}, "Index OHI : non rempli"),
    "ohi unit": ("ohi", {"scd25": "4000 pg/mL", "ferritin": "5000"}, "Index OHI : indéterminé"),
    "ohi met": ("ohi", {"scd25": "3901", "ferritin": "5000"}, "Index OHI : rempli"),
    "ohi beyond the assay": ("ohi", {"scd25": "> 3000", "ferritin": "5000"}, "Index OHI : indéterminé"),
    "hlh-2024": ("hlh2024", {code: text for code, text in FIRST.items() if code != "nk_activity_low"},
                 "HLH-2024 : 5 à 7 remplis sur 7"),
    "free 18": ("support_free", {"support_days": "10", "alive_day_28": "yes"}, "28 − 10 = 18"),
    "free 0": ("support_free", {"support_days": "10", "death_day": "20"}, "Décédé au jour 28 ou avant : compté 0."),
    "clearance": ("clearance", {"age": "60", "sex": "m", "weight": "70", "creatinine": "80"},
                  "(140 − 60) × 70 × 1,23 ÷ 80 = 86,1"),
    "unsteady": ("clearance", {"age": "60", "sex": "m", "weight": "70", "creatinine": "80", "rrt": "yes"}, "n’est pas fiable"),
    "nee": ("vasopressors", {"norepinephrine": "0,05", "epinephrine": "0", "dopamine": "0", "vasopressin": "0,04"},
            "0,05 + 2,5 × 0,04 = 0,15"),
    "salt": ("vasopressors", {"norepinephrine": "0,16"}, "Les deux lectures donnent 4 et 3 points de SOFA"),
    "salt that hides": ("vasopressors", {"norepinephrine": "0,04", "vasopressin": "0,03"}, "donnent 4 et 3 points"),
    "not exact": ("clearance", {"age": "60", "sex": "m", "weight": "70", "creatinine": "< 20"}, "une créatinine exacte"),
    "falling": ("clearance", {"age": "60", "sex": "m", "weight": "70", "creatinine": "88", "creatinine_reference": "300",
                              "creatinine_48h": "88"}, "n’est pas fiable"),
    "pump": ("vasopressors", {"pump_rate": "1", "concentration": "1", "weight": "70"}, "Pompe : 0,2381 µg/kg/min"),
}  # fmt: skip


@pytest.mark.parametrize("case", WORKED)
def test_the_worked_examples_of_the_other_scores(score: Callable[..., Tab], case: str) -> None:
    code, typed, told = WORKED[case]
    assert re.sub(r"\s+", " ", told) in score(code, **typed).text


def test_sic_needs_more_than_two_points_of_clotting(score: Callable[..., Tab]) -> None:
    shock = {"map": "60", "norepinephrine": "0,2"}
    assert "SIC : 6" in score("sic", inr="1,45", platelets="95", **shock).text
    assert re.search(r"SIC : 4 .*: non rempli", score("sic", inr="1,3", platelets="140", **shock).text)


@pytest.mark.parametrize(("version", "value", "baseline", "grade"),
                         [(5, "450", "200", 1), (6, "450", "200", 3), (5, "130", "30", 2)])
def test_the_worked_examples_of_ctcae(score: Callable[..., Tab], version: int, value: str, baseline: str, grade: int) -> None:
    page = score("ctcae")
    page.app.segmented_control(key="ctcae_version").set_value(version)
    page.app.selectbox(key="ctcae_term").set_value("alt")
    page.again()
    for name, typed in (("value", value), ("uln", "40"), ("baseline", baseline)):
        page.app.text_input(key=f"dec_ctcae_alt_{name}").set_value(typed)
    assert page.again().says("Proposed grade {grade} (CTCAE v{version})", grade=grade, version=version)


def test_a_value_without_its_limits_is_not_gradable(score: Callable[..., Tab]) -> None:
    page = score("ctcae")
    page.app.selectbox(key="ctcae_term").set_value("alt")
    page.again().app.text_input(key="dec_ctcae_alt_value").set_value("450")
    assert page.again().says("Not settled: a limit of normal or the value before the first dose is missing.")
    page.app.text_input(key="dec_ctcae_alt_uln").set_value("quarante")
    assert "n’est pas compris" in page.again().text


def test_why_tells_the_deciding_value_and_what_is_missing(score: Callable[..., Tab]) -> None:
    page = score("sofa", **{code: text for code, text in ONE.items() if code != "platelets"})
    assert page.says("{item}: {points} / {most}", item="Poumon", points=3, most=4)
    assert "136" in page.text and "50 %" not in page.text
    page.app.segmented_control(key="why_sofa").set_value("coagulation")
    text = page.again().text
    assert page.says("Missing: {names}. What a result would give:", names=["platelets"])
    assert re.search(r"Plaquettes 20–<50 3 15", text)


@pytest.mark.parametrize("code", score_words.TITLES)
def test_every_score_has_its_citation_its_passport_and_opens_by_its_address(tab: Callable[..., Tab], code: str) -> None:
    page = tab("ada", "scores", score=code)
    assert page.app.pills(key="score").value == code
    labels = [expander.label for expander in page.app.expander]
    assert any(label.startswith("Passeport") for label in labels)
    assert ("2026.2" in page.text and "doi" in page.text) or code == "ctcae"


def test_an_address_that_names_no_score_opens_sofa(tab: Callable[..., Tab]) -> None:
    assert tab("ada", "scores", score="saps").app.pills(key="score").value == "sofa"


@pytest.mark.parametrize(("text", "grade"), [("< 25", "4"), ("< 50", "3–4"), ("> 75", "0–1"), ("25", "3"), ("< 10", "4")])
def test_a_count_beyond_what_the_machine_tells_is_graded_as_everything_beyond(
    score: Callable[..., Tab], text: str, grade: str
) -> None:
    page = score("ctcae")
    page.app.selectbox(key="ctcae_term").set_value("platelets")
    page.again().app.text_input(key="dec_ctcae_platelets_value").set_value(text)
    page.app.text_input(key="dec_ctcae_platelets_lln").set_value("150")
    assert page.again().says("Proposed grade {grade} (CTCAE v{version})", grade=grade, version=5)
    page.app.text_input(key="dec_ctcae_platelets_lln").set_value("< 150")
    assert "Tapez le nombre seul" in page.again().text


def test_with_vasopressin_running_a_label_that_changes_nothing_is_not_asked_about(score: Callable[..., Tab]) -> None:
    assert "Vérifiez l’étiquette" not in score("vasopressors", norepinephrine="0,12", vasopressin="0,03").text


def test_what_is_typed_as_one_taps_another_score_is_kept(score: Callable[..., Tab]) -> None:
    page = score("sofa")
    page.box("gcs").set_value("3")
    page.app.pills(key="score").set_value("hscore")
    page.again().app.pills(key="score").set_value("sofa")
    assert page.again().box("gcs").value == "3"


def test_ctcae_keeps_its_term_and_values_while_one_looks_at_another_score(score: Callable[..., Tab]) -> None:
    page = score("ctcae")
    page.app.selectbox(key="ctcae_term").set_value("alt")
    page.again().app.text_input(key="dec_ctcae_alt_value").set_value("450")
    page.again()
    for code in ("sofa", "ctcae"):
        page.app.pills(key="score").set_value(code)
        page.again()
    assert page.app.text_input(key="dec_ctcae_alt_value").value == "450"


def test_ctcae_keeps_what_is_typed_as_one_taps_another_score(score: Callable[..., Tab]) -> None:
    page = score("ctcae")
    term = page.app.selectbox(key="ctcae_term").value
    for text in ("70", "77"):
        page.app.text_input(key=f"dec_ctcae_{term}_value").set_value(text)
        for code in ("sofa", "ctcae"):
            page.app.pills(key="score").set_value(code)
            page.again()
        assert page.app.text_input(key=f"dec_ctcae_{term}_value").value == text
