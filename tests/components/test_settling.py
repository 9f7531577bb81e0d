"""What would settle a criterion, in words: the cheapest way, one row an unknown, what need not be awaited."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from components import words
from components.screening import settling
from scoring.bands import Band
from tests.trial.test_settle import DAY, FIRST, OPEN_MARROW, QUESTIONS, parts, without
from trial.outcomes import Question
from trial.settle import settle


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "language", lambda: "en")


def lines(question: Question, values: dict[str, Any], day: dict[str, Any] | None = None) -> list[str]:
    return [line.replace("\u00a0", " ") for line in settling.lines(settle(question, parts(values, day)))]


def text(drawn: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", drawn)))


@pytest.mark.usefixtures("english")
def test_the_cheapest_way_stands_first_then_each_result_that_settles_then_what_changes_nothing() -> None:
    assert lines("hlh2004", FIRST | {"hemoglobin": 9.0}) == [
        "Cheapest way to settle: sCD25 ≥ 2,400 U/mL → ✓ met",
        "To settle it the other way: sCD25 < 2,400 U/mL + Hemophagocytosis: no + NK activity low or absent: no → ✗ not met",
        "sCD25 ≥ 2,400 U/mL → ✓ met",
        "Hemophagocytosis: yes → ✓ met",
        "NK activity low or absent: yes → ✓ met",
    ]
    assert lines("hscore", OPEN_MARROW)[-1] == "Changes nothing here, whatever the result: Known immunosuppression"


@pytest.mark.usefixtures("english")
def test_of_a_criterion_met_either_way_nothing_need_be_awaited() -> None:
    assert lines("hlh2004", FIRST) == [
        "Met either way. No need to wait for: sCD25, Hemophagocytosis, NK activity low or absent"
    ]


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(("question", "begins"), [
    ("hscore", "HScore cannot reach 200, whatever the result of: Known immunosuppression, Hemophagocytosis."),
    ("hlh2004", "HLH-2004 cannot reach 5 criteria, whatever the result of: Neutrophils, sCD25,"),
    ("acquired_hs", "Neither HLH-2004 nor HScore can be reached, whatever the result of: "),
])  # fmt: skip
def test_a_score_out_of_reach_says_so(question: Question, begins: str) -> None:
    (only,) = lines(question, OPEN_MARROW | {"temperature": 37, "triglycerides": 1.0, "splenomegaly": "no"})
    assert only.startswith(begins)


@pytest.mark.usefixtures("english")
def test_an_empty_machine_or_drug_is_named_where_it_could_turn_a_no() -> None:
    said = lines("sofa", {}, without(DAY, "rrt"))
    assert said[0] == "Renal replacement: yes → ✓ met"
    assert said[-1].startswith("Empty, read as adding nothing: Dopamine, ") and said[-1].endswith("Renal replacement")
    assert not [line for line in lines("sofa", {}, without(DAY, "rrt") | {"gcs": 3}) if "Empty" in line]


@pytest.mark.usefixtures("english")
def test_several_values_of_one_test_are_told_by_what_they_make() -> None:
    first, other = lines("acquired_hs", {})[:2]
    assert first == ("Cheapest way to settle: Temperature > 39.4 °C + Hepatomegaly: yes + Splenomegaly: yes"
                     " + Ferritin > 6,000 µg/L + Triglycerides > 4 mmol/L → ✓ met")  # fmt: skip
    assert "HLH-2004, Cytopenias: not met + HScore, Cytopenias: 0 points" in other
    said = "\n".join(lines("sofa", {}))
    assert "PaO₂/FiO₂ ≥ 400 mmHg" in said and "MAP: any result" in said and "GCS ≤ 5 → ✓ met" in said


@pytest.mark.parametrize("question", QUESTIONS)
def test_screen_and_sheet_say_the_same_and_nothing_raw(question: Question) -> None:
    for values in ({}, OPEN_MARROW, FIRST):
        found = settle(question, parts(values))
        drawn = text(settling.draw(found))
        alone = sum(len(found.turning(unknown)) for unknown in found.unknowns)
        said = [text(line.replace("<", "&lt;")) for line in settling.lines(found)]
        ways = len(found.ways)
        assert all(line in drawn for line in (*said[:ways], *said[ways + alone:]))
        assert drawn.count("→") == ways and len(re.findall("[✓✗?]", drawn)) == 1 + ways + alone
        assert not re.search(r"nan|None|_|\{", drawn)


def test_several_questions_are_drawn_one_below_the_other() -> None:
    drawn = "".join(settling.draw(settle(question, parts({}))) for question in QUESTIONS)
    assert drawn.count('class="verdict undetermined"') == len(QUESTIONS)


def test_signs_of_less_and_more_cannot_write_into_the_page() -> None:
    drawn = settling.draw(settle("hlh2004", parts(FIRST | {"hemoglobin": 9.0})))
    assert "&lt;" in drawn and not re.search(r"<[^a-z/]", drawn)


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(("band", "said"), [
    (Band("ventilation", 0, answer="niv, cpap, invasive"), "Ventilation: NIV, CPAP, invasive"),
    (Band("fio2", 0, 0.5, True), "FiO₂ ≥ 0.5"),
    (Band("ferritin", 0), "Ferritin: any result"),
    (Band("pao2_fio2", 0, high=200), "PaO₂/FiO₂ < 200 mmHg"),
])  # fmt: skip
def test_a_result_is_told_with_its_unit(band: Band, said: str) -> None:
    assert settling.result_text(band).replace("\u00a0", " ") == said


def test_in_french_the_signs_are_french(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "language", lambda: "fr")
    assert settling.state_text("not_met") == "✗ non rempli"
    assert settling.result_text(Band("scd25", 0, 2400, True)).replace("\u00a0", " ") == "sCD25 ≥ 2\u202f400 U/mL"
