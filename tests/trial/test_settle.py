"""What would settle it: the worked examples of the reference, and every claim held to a new scoring of whole rows."""

from __future__ import annotations

from itertools import combinations, product
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest

from scoring import hlh2004, hscore
from scoring.bands import Band
from scoring.explain import Given, results
from scoring.inputs import INPUTS
from trial import eligibility, protocol, sofa
from trial.orders import EFFORTS, HEAVIER, TESTS
from trial.outcomes import READS, Question
from trial.scores import SCORES, Scored, scored
from trial.settle import Finding, Settling, settle
from trial.sofa import OPTIONS

QUESTIONS: tuple[Question, ...] = ("hlh2004", "hscore", "acquired_hs", "sofa")
READ = {code for name in ("hlh2004", "hscore", "sofa") for code in SCORES[name].inputs}
DRUGS = {"dopamine", "dobutamine", "epinephrine", "norepinephrine", "vasopressin"}
CUTS = {code: {cut for table in (hlh2004.CUTPOINTS, hscore.CUTPOINTS, sofa.sofa.CUTPOINTS) for cut in table.get(code, ())}
        for code in sorted(READ)} | {"pao2": {45.0, 60, 90, 120, 200, 300}, "fio2": {0.25, 0.5, 0.8}}  # fmt: skip
VALUES = {code: [value for _, value in results(code, cuts)] for code, cuts in CUTS.items()}

OPEN_MARROW = {"temperature": 38.6, "hepatomegaly": "no", "splenomegaly": "yes", "hemoglobin": 9, "white_cells": 6,
               "platelets": 100, "ferritin": 3500, "triglycerides": 2.0, "fibrinogen": 3.1, "ast": 45}  # fmt: skip
FIRST = {"temperature": 38.5, "splenomegaly": "yes", "hemoglobin": 8.9, "platelets": 99, "neutrophils": 1.2, "ferritin": 500,
         "triglycerides": 3.0, "fibrinogen": 2.0}  # fmt: skip
DAY = {"pao2": 95, "fio2": 0.21, "ventilation": "none", "platelets": 160, "bilirubin": 10, "map": 80, "gcs": 15, "creatinine": 60,
       "urine_output": 1500, "rrt": "no", "ecmo": "no"}  # fmt: skip


def parts(values: dict[str, Any], day: dict[str, Any] | None = None, **own: dict[str, Any]) -> dict[str, Scored]:
    """`values`: of both HLH scores; `hscore`: what that score has instead; `day`: of the SOFA, the same where not said."""
    return {"hlh2004": scored("hlh2004", values), "hscore": scored("hscore", own.get("hscore", values)),
            "sofa": scored("sofa", values if day is None else day)}  # fmt: skip


def without(values: dict[str, Any], *codes: str) -> dict[str, Any]:
    return {code: value for code, value in values.items() if code not in codes}


def alone(found: Settling, code: str) -> dict[str, str]:
    (unknown,) = [one for one in found.unknowns if one.variable == code]
    return {result.band.label: result.state for result in unknown.results}


def matters(found: Settling) -> dict[str, bool]:
    return {unknown.variable: unknown.matters for unknown in found.unknowns}


def told(found: Settling) -> list[tuple[str, dict[str, list[str]]]]:
    return [(way.to, {one.test.code: [f"{band.variable} {band.label}" for band in one.bands] for one in way.findings})
            for way in found.ways]


# The table of tests


def test_each_value_that_a_score_reads_comes_from_one_test_but_for_drugs_whose_empty_box_is_none() -> None:
    yielded = [code for test in TESTS for code in test.variables]
    assert sorted(yielded) == sorted(READ - DRUGS)
    assert OPTIONS.empty_dose == "no drug"


def test_each_test_has_two_languages_and_a_tier_and_no_tier_outweighs_the_next() -> None:
    for test in TESTS:
        assert test.label("en") and test.label("fr") and all(EFFORTS[test.effort])
    assert all(sum(test.effort == tier for test in TESTS) < HEAVIER for tier in range(len(EFFORTS)))


# The worked examples of the reference


def test_an_hscore_of_178_to_231_is_settled_by_the_marrow_and_not_by_the_immunosuppression() -> None:
    found = settle("hscore", parts(OPEN_MARROW))
    assert found.state == "undetermined"
    assert told(found) == [("met", {"marrow": ["hemophagocytosis yes"]}), ("not_met", {"marrow": ["hemophagocytosis no"]})]
    assert alone(found, "hemophagocytosis") == {"no": "not_met", "yes": "met"}
    assert alone(found, "immunosuppression") == {"–": "undetermined"}  # 196 at most without the marrow, 213 with it
    assert matters(found) == {"hemophagocytosis": True, "immunosuppression": False}


def test_of_that_patient_the_registry_s_criterion_may_also_be_met_by_hlh_2004() -> None:
    found = settle("acquired_hs", parts(OPEN_MARROW))
    assert told(found)[0] == ("met", {"marrow": ["hemophagocytosis yes"]})
    assert told(found)[1] == ("not_met", {"scd25": ["scd25 < 2400"], "marrow": ["hemophagocytosis no"]})
    assert matters(found) == {"immunosuppression": False, "neutrophils": False, "scd25": True, "hemophagocytosis": True,
                              "nk_activity_low": True}  # fmt: skip


@pytest.mark.parametrize(("changed", "state"), [({}, "met"), ({"hemoglobin": 9.0}, "undetermined"),
                                                ({"temperature": 38.4}, "undetermined")])  # fmt: skip
def test_the_first_examples_of_hlh_2004_are_met_or_wait_for_one_special_test(changed: dict[str, Any], state: str) -> None:
    found = settle("hlh2004", parts(FIRST | changed))
    assert found.state == state
    assert told(found)[:1] == ([] if state == "met" else [("met", {"scd25": ["scd25 ≥ 2400"]})])
    assert matters(found) == dict.fromkeys(("scd25", "hemophagocytosis", "nk_activity_low"), state != "met")
    assert {tuple(alone(found, code).values()) for code in matters(found)} == {
        ("met",) if state == "met" else ("undetermined", "met")
    }


def test_three_met_and_one_unknown_cannot_make_five() -> None:
    values = FIRST | {"temperature": 38.4, "hemoglobin": 9, "scd25": 2399, "hemophagocytosis": "no"}
    found = settle("hlh2004", parts(values))
    assert (found.state, found.ways, matters(found)) == ("not_met", (), {"nk_activity_low": False})


def test_an_hscore_can_be_out_of_reach_whatever_the_marrow_shows() -> None:
    found = settle("hscore", parts(OPEN_MARROW | {"temperature": 37, "triglycerides": 1.0}))
    assert (found.state, found.ways) == ("not_met", ())
    assert matters(found) == {"hemophagocytosis": False, "immunosuppression": False}


def test_high_triglycerides_leave_nothing_to_the_fibrinogen_for_hlh_2004() -> None:
    values = {**without(FIRST, "fibrinogen", "neutrophils"), "ferritin": 400}
    found = settle("hlh2004", parts(values))
    assert found.state == "undetermined"
    assert not matters(found)["fibrinogen"] and not matters(found)["neutrophils"]


def test_a_low_urine_output_alone_makes_a_sofa_of_4() -> None:
    found = settle("sofa", parts({}, without(DAY, "urine_output") | {"platelets": 120}))
    assert (found.state, found.assumed) == ("not_met", (*sorted(DRUGS, key=SCORES["sofa"].inputs.index), "urine_output"))
    assert alone(found, "urine_output") == {"< 500": "met", "≥ 500": "not_met"}


def test_an_empty_box_of_a_machine_is_read_as_none_and_named() -> None:
    found = settle("sofa", parts({}, without(DAY, "rrt", "ecmo")))
    assert found.state == "not_met" and {"rrt", "ecmo"} <= set(found.assumed)
    assert alone(found, "rrt") == alone(found, "ecmo") == {"no": "not_met", "yes": "met"}


def test_pao2_and_fio2_are_told_as_their_ratio_where_both_are_open() -> None:
    day = without(DAY, "pao2", "fio2", "ventilation") | {"platelets": 120}
    found = settle("sofa", parts({}, day))
    assert told(found)[0] == ("not_met", {"gas": ["pao2_fio2 ≥ 200"]})
    assert told(found)[1] == ("met", {"ventilation": ["ventilation niv, cpap, invasive"], "gas": ["pao2_fio2 < 200"]})
    assert alone(found, "pao2") == {"–": "undetermined"} and matters(found)["fio2"]


def test_without_support_the_gas_cannot_make_four_but_the_score_waits_for_it() -> None:
    found = settle("sofa", parts({}, without(DAY, "pao2", "fio2")))
    assert (found.state, matters(found)) == ("undetermined", {"pao2": False, "fio2": False})
    assert told(found) == [("not_met", {"gas": []})]  # any result


# All, nothing, pending, beyond the assay


@pytest.mark.parametrize("question", QUESTIONS)
def test_of_nobody_every_test_matters_and_both_answers_are_possible(question: Question) -> None:
    found = settle(question, parts({}))
    assert found.state == "undetermined" and all(matters(found).values())
    assert {way.to for way in found.ways} == {"met", "not_met"}
    assert set(matters(found)) == {code for part in READS[question] for code in SCORES[part].inputs} - DRUGS


@pytest.mark.parametrize("question", QUESTIONS)
def test_where_all_is_known_nothing_is_left_to_say(question: Question) -> None:
    every = FIRST | OPEN_MARROW | {"neutrophils": 2, "scd25": 900, "nk_activity_low": "no", "hemophagocytosis": "no",
                                   "immunosuppression": "no"}  # fmt: skip
    found = settle(question, parts(every, DAY | dict.fromkeys(DRUGS, 0)))
    assert (found.state, found.unknowns, found.ways, found.assumed) == ("not_met", (), (), ())


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_pending_or_not_done_is_unknown(question: Question) -> None:
    waiting = dict.fromkeys(READ - DRUGS)
    assert settle(question, parts(waiting)) == settle(question, parts({}))


@pytest.mark.parametrize("in_mass", [False, True])
def test_a_ferritin_above_3000_is_known_to_hlh_2004_and_asks_for_6000_in_the_hscore(in_mass: bool) -> None:
    beyond = {"ferritin": Given("> 3000", comparator=">")}
    values = without(OPEN_MARROW, "ferritin") | {"hemophagocytosis": "yes", "immunosuppression": "no", "triglycerides": 1.0}
    both = parts(values)
    both["hlh2004"] = scored("hlh2004", values | {"ferritin": 3000.003}, beyond, in_mass=in_mass)
    found = settle("hscore", both)
    (ferritin,) = found.unknowns
    assert [result.band.label for result in ferritin.results] == ["–"]  # 184 at most
    assert not ferritin.matters and all(unknown.variable != "ferritin" for unknown in settle("hlh2004", both).unknowns)
    both["hscore"] = scored("hscore", values | {"triglycerides": 2.0, "ast": 20, "fibrinogen": 2.5})  # 189
    assert alone(settle("hscore", both), "ferritin") == {"–": "met"}
    both["hscore"] = scored("hscore", values | {"triglycerides": 2.0, "ast": 20})  # 159
    assert alone(settle("hscore", both), "ferritin") == {"≤ 6000": "not_met", "> 6000": "met"}


def test_triglycerides_of_the_morning_in_grams_are_awaited_in_millimoles() -> None:
    waiting = parts(without(FIRST, "triglycerides", "fibrinogen"))
    waiting["hlh2004"] = scored("hlh2004", without(FIRST, "triglycerides", "fibrinogen"), in_mass=True)
    assert settle("hlh2004", waiting) == settle("hlh2004", parts(without(FIRST, "triglycerides", "fibrinogen")))


# Order


def test_a_marrow_never_stands_before_tests_of_the_bedside_and_the_routine_that_can_do_the_same() -> None:
    values = without(OPEN_MARROW, "temperature", "ast", "fibrinogen") | {"immunosuppression": "no"}
    found = settle("hscore", parts(values))
    heat_and_marrow = values | {"temperature": 39.5, "hemophagocytosis": "yes"}
    assert states("hscore", [heat_and_marrow]) == ["met"]
    assert [way for way in told(found) if way[0] == "met"] == [
        ("met", {"temperature": ["temperature > 39.4"], "fibrinogen": ["fibrinogen ≤ 2.5"]})
    ]


def test_equal_ways_stand_in_the_table_s_order_and_are_three_at_most() -> None:
    found = settle("sofa", parts({}))
    met = [way.tests[0].code for way in found.ways if way.to == "met"]
    assert met == ["gcs", "urine"], "ECMO and renal replacement are treatments, not tests"
    assert [way.to for way in found.ways] == ["met", "met", "not_met"]


# Every claim, by scoring whole rows again


def states(question: Question, rows: list[dict[str, Any]]) -> list[str]:
    frame = pd.DataFrame(rows, columns=[code for code in INPUTS if code in READ], index=range(len(rows)))
    frame = frame.astype({code: object for code in frame if INPUTS[code].words})
    frame = frame.astype({code: float for code in frame if not INPUTS[code].words})
    scores = [of.score(frame).to_dict("records") for of in (hlh2004, hscore, sofa)]
    return [_state(question, eligibility.Scores.of(*each)) for each in zip(*scores, strict=True)]


def _state(question: Question, scores: eligibility.Scores) -> str:
    verdict = eligibility.assess({}, scores, sex="m", birth_year=1970, year=2026)
    reached = {
        "hlh2004": scores.hlh2004,
        "hscore": True if scores.hscore_low >= protocol.HSCORE_MIN else False if scores.hscore_high < protocol.HSCORE_MIN else None,
    }
    fulfilled = reached[question] if question in reached else verdict.line(question).fulfilled
    return {True: "met", False: "not_met", None: "undetermined"}[fulfilled]


def drawn(draw: Random, missing: float) -> dict[str, Any]:
    known = [code for code in VALUES if draw.random() > missing]
    return {code: draw.choice(VALUES[code]) for code in sorted(known) if code not in DRUGS or draw.random() < 0.3}


def lies_in(band: Band, value: Any) -> bool:
    if band == Band(band.variable, 0):
        return True
    return value in band.answer.split(", ") if band.answer else band.holds(value)


def fits(finding: Finding, row: dict[str, Any]) -> bool:
    """Whether the values of a test in the row are what a way asks for."""
    values = dict(row)
    if "pao2" in row and "fio2" in row:
        values["pao2_fio2"] = row["pao2"] / row["fio2"]
    points = (scored(score, row).spans[band.variable].low[0] for score, band in finding.items)
    return all(lies_in(band, values[band.variable]) for band in finding.bands) and all(
        band.holds(float(each)) for (_, band), each in zip(finding.items, points, strict=True))


CASES = [(seed, question) for seed in range(12) for question in QUESTIONS]


@pytest.mark.parametrize(("seed", "question"), CASES)
def test_every_claim_holds_when_whole_rows_are_scored_again(seed: int, question: Question) -> None:
    draw = Random(seed)
    row = drawn(draw, missing=(0.15, 0.4, 0.7)[seed % 3])
    found = settle(question, parts(row))
    assert [found.state] == states(question, [row])
    for unknown in found.unknowns:
        code = unknown.variable
        tried = [(result, value) for result in unknown.results for value in VALUES[code] if lies_in(result.band, value)]
        assert len(tried) == len(VALUES[code]), "each value in one band"
        assert states(question, [row | {code: value} for _, value in tried]) == [result.state for result, _ in tried], code
    check_ways(found, row, draw)
    check_idle(found, row, draw)


def check_ways(found: Settling, row: dict[str, Any], draw: Random) -> None:
    for way in found.ways:
        rows = []
        for finding in way.findings:
            options = [each for each in outcomes(row, finding.test.variables, draw) if fits(finding, each)]
            assert options, f"no result is {finding}"
            rows.append(options)
        whole = [row | {code: value for one in picked for code, value in one.items() if code not in row}
                 for picked in ([draw.choice(options) for options in rows] for _ in range(15))]
        assert set(states(found.question, whole)) == {way.to}


def outcomes(row: dict[str, Any], codes: tuple[str, ...], draw: Random) -> list[dict[str, Any]]:
    """All that a test can come to, or of very many a few."""
    every = [dict(zip(codes, values, strict=True)) | row for values in product(*(VALUES[code] for code in codes))]
    return draw.sample(every, min(len(every), 120))


def check_idle(found: Settling, row: dict[str, Any], draw: Random) -> None:
    """What does not matter changes no verdict, whatever the others come to."""
    open_codes = [unknown.variable for unknown in found.unknowns]
    for unknown in found.unknowns:
        if not unknown.matters:
            whole = [completed(row, open_codes, draw) for _ in range(5)]
            rows = [each | {unknown.variable: value} for each in whole for value in VALUES[unknown.variable]]
            answers = np.array(states(found.question, rows)).reshape(len(whole), -1)
            assert (answers == answers[:, :1]).all(), unknown.variable


def completed(row: dict[str, Any], codes: Any, draw: Random) -> dict[str, Any]:
    read = {code: draw.choice(VALUES[code]) for code in codes if code in VALUES}
    return read | row


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("question", QUESTIONS)
def test_no_lighter_set_of_tests_can_do_it(seed: int, question: Question) -> None:
    draw = Random(1000 + seed)
    row = drawn(draw, missing=0.2)
    found = settle(question, parts(row))
    weight = {way.to: sorted((test.effort for test in way.tests), reverse=True) for way in found.ways}
    tests = {unknown.test for unknown in found.unknowns}
    for size in (1, 2):
        for chosen in combinations(sorted(tests, key=lambda test: test.code), size):
            codes = [code for test in chosen for code in test.variables]
            reached = set(states(question, [completed(row, codes, draw) for _ in range(25)]))
            own = sorted((test.effort for test in chosen), reverse=True)
            if found.state == "undetermined":
                assert all(weight[state] <= own for state in reached - {"undetermined"})
