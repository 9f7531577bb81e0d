"""The explanation of any score, item and row: what decided, what is missing, and what each result of it would bring."""

import json
from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import sofa
from scoring.catalogue import SCORES
from scoring.explain import Given, why
from scoring.inputs import INPUTS
from scoring.passports import CHECKS, Check, run, run_formula
from tests.oracle import draws
from tests.scoring.whys import explains, possible

SOFA = SCORES["sofa"]
ONE = {"pao2": 68.0, "fio2": 0.5, "ventilation": "invasive", "platelets": 42.0, "bilirubin": 58.0, "map": 65.0,
       "norepinephrine": 0.12, "gcs": 14, "creatinine": 185.0, "urine_output": 900.0}  # fmt: skip


def without(*codes, **changed):
    return {code: value for code, value in (ONE | changed).items() if code not in codes}


def outcomes(row, item):
    return [(one.variable, one.result.label, *one.ends) for one in why(SOFA, row, item).outcomes]


def test_the_deciding_value_its_band_and_its_source():
    found = why(SOFA, ONE, "respiration")
    assert (found.points, found.total_low, found.total_high, found.missing) == (3, 15, 15, ())
    (one,) = found.deciding
    assert (one.variable, one.value, one.band.label, one.band.when) == ("pao2_fio2", 136.0, "100–<200", "supported")
    assert found.known == {"pao2": 68.0, "fio2": 0.5, "ventilation": "invasive"}
    assert found.assumed == ("ecmo",) and "10.1007/BF01709751" in found.source and found.rules == sofa.rules_of()


def test_where_the_value_comes_from_stands_beside_it():
    told = Given("68", "mmHg", datetime(2026, 3, 2, 7, tzinfo=UTC), by="lea")
    assert why(SOFA, ONE, "respiration", {"pao2": told, "gcs": Given("14")}).given == {"pao2": told}


def test_each_possible_result_of_a_missing_value_with_the_total_it_would_give():
    assert outcomes(without("platelets"), "coagulation") == [
        ("platelets", "0–<20", 4, 4, 16, 16), ("platelets", "20–<50", 3, 3, 15, 15), ("platelets", "50–<100", 2, 2, 14, 14),
        ("platelets", "100–<150", 1, 1, 13, 13), ("platelets", "≥ 150", 0, 0, 12, 12),
    ]  # fmt: skip


def test_a_missing_gas_is_told_for_the_fio2_that_is_known():
    found = [row[1:4] for row in outcomes(without("pao2"), "respiration") if row[0] == "pao2"]
    assert found == [("0–<50", 4, 4), ("50–<100", 3, 3), ("100–<150", 2, 2), ("150–<200", 1, 1), ("≥ 200", 0, 0)]


def test_missing_ventilation_is_told_by_each_kind():
    found = {row[1]: row[2] for row in outcomes(without("ventilation"), "respiration") if row[0] == "ventilation"}
    assert found == {"none": 2, "hfnc": 2, "niv": 3, "cpap": 3, "invasive": 3}


def test_a_missing_whole_number_is_told_in_whole_numbers():
    found = [row[1:3] for row in outcomes(without("gcs"), "cns")]
    assert found == [("3–5", 4), ("6–9", 3), ("10–12", 2), ("13–14", 1), ("15", 0)]


def test_vasopressin_is_told_beside_the_norepinephrine_that_runs():
    found = why(SOFA, without(norepinephrine=0.05), "cardiovascular")
    told = [(one.result.label, one.low) for one in found.outcomes if one.variable == "vasopressin"]
    assert told == [("0–0.02", 3), ("> 0.02", 4)]
    assert "vasopressin" in found.assumed and found.missing == ()


def test_what_cannot_change_the_item_is_not_called_missing():
    assert why(SOFA, without("urine_output"), "renal").missing == ()
    assert why(SOFA, without("creatinine"), "renal").missing == ("creatinine", "rrt")
    assert why(SOFA, without("map"), "cardiovascular").missing == ()


def test_an_unknown_item_is_refused():
    with pytest.raises(KeyError):
        why(SOFA, ONE, "lungs")


def test_the_explanation_is_one_object_that_an_export_can_write():
    record = why(SOFA, without("platelets"), "coagulation", {"platelets": Given(at=datetime(2026, 3, 2, tzinfo=UTC))}).as_record()
    back = json.loads(json.dumps(record, allow_nan=False))
    assert back["item"] == "coagulation" and back["low"] == 0 and back["high"] == 4
    assert back["outcomes"][-1]["result"]["high"] is None and back["given"]["platelets"]["at"] == "2026-03-02T00:00:00+00:00"
    assert back["rules"]["options"]["rrt"] == 4


@pytest.mark.parametrize("code", SCORES)
def test_every_item_of_every_score_explains_itself_on_any_row(code):
    rows = [*draws.days(6, seed=3), *draws.patients(6, seed=4), {}]
    for row in possible([{name: value for name, value in each.items() if name in INPUTS} for each in rows]):
        explains(SCORES[code], row)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(ONE)), st.sampled_from(sofa.ORGANS))
def test_a_result_that_is_found_gives_what_was_foretold(missing, organ):
    """The outcome of the band that the true value lies in is what the score then says."""
    before, after = why(SOFA, without(missing), organ), why(SOFA, ONE, organ)
    foretold = [one for one in before.outcomes if one.variable == missing and one.result.holds(ONE[missing])]
    assert all((one.low, one.high, one.total_low, one.total_high) == (after.low, after.high, after.total_low, after.total_high)
               for one in foretold)  # fmt: skip
    assert foretold or (before.low, before.high) == (after.low, after.high)


@pytest.mark.parametrize("code", SCORES)
def test_every_boundary_check_of_the_passport_passes(code):
    assert [one.check for one in run(SCORES[code], CHECKS[code]) if not one.passed] == []


@pytest.mark.parametrize("code", [code for code in CHECKS if code not in SCORES])
def test_every_worked_check_of_a_formula_passes(code):
    checked = run_formula(code, CHECKS[code])
    assert checked and all(one.passed for one in checked)


@pytest.mark.parametrize("code", ["sofa", "sofa2", "hscore", "hlh2004", "ohi", "dic", "sic"])
def test_the_passport_checks_every_cut_off_of_the_table_on_both_sides(code):
    told = CHECKS[code]
    for item in SCORES[code].items.values():
        for band in item.bands:
            column = INPUTS.get(band.variable)
            if band.memory or column is None or column.words or band.when in ("injured", "acidosis"):
                continue
            values = [check.values[band.variable] for check in told if check.item == item.name and band.variable in check.values]
            for cut in (band.low, band.high):
                if 0 < cut < float("inf"):
                    near = max(1.0, 0.1 * cut) if column.whole else 0.12 * max(1.0, cut)
                    assert any(cut - near <= value < cut or value == cut for value in values), (item.name, band.variable, cut)
                    assert any(cut < value <= cut + near or value == cut for value in values), (item.name, band.variable, cut)


def test_a_check_that_fails_is_seen_to_fail():
    (one,) = run(SOFA, (Check("coagulation", {"platelets": 150.0}, 1),))
    assert not one.passed and (one.low, one.high) == (0, 0)
    (still_open,) = run(SOFA, (Check("renal", {"urine_output": 900.0}, 0),))
    assert not still_open.passed


def test_a_frame_of_one_row_without_columns_is_all_unknown():
    empty = pd.DataFrame([{}], index=[0])
    for score in SCORES.values():
        spans = score.spans(empty)
        assert set(spans) == set(score.items)


@pytest.mark.parametrize(("code", "item", "missing"), [
    ("sofa", "respiration", {"pao2", "fio2", "ventilation", "ecmo"}),
    ("sofa2", "respiration", {"pao2", "fio2", "spo2", "ventilation", "ecmo"}),
    ("hlh2004", "cytopenias", {"hemoglobin", "platelets", "neutrophils"}),
    ("hscore", "cytopenias", {"hemoglobin", "platelets", "white_cells"}),
    ("kdigo", "creatinine", {"creatinine", "creatinine_reference", "creatinine_48h"}),
    ("sofa2", "kidney", {"creatinine", "urine_output", "urine_ml_kg_h", "weight", "rrt", "potassium", "ph", "bicarbonate"}),
])  # fmt: skip
def test_what_says_nothing_alone_is_missing_all_the_same(code, item, missing):
    assert set(why(SCORES[code], {}, item).missing) == missing
