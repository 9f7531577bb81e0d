"""Clearance by Cockcroft and Gault, reckoned here by hand."""

import pandas as pd
import pytest

from scoring import clearance, rules
from scoring.columns import BadColumn

KARL = {"age": 60, "sex": "m", "weight": 70.0, "creatinine": 80.0}
STEADY = {"creatinine_reference": 80.0, "creatinine_48h": 80.0, "rrt": "no"}


def scored(**values):
    return clearance.score(pd.DataFrame([values], index=[0])).iloc[0]


@pytest.mark.parametrize(("values", "expected"), [
    ({}, 86.1), ({"sex": "f"}, 72.8), ({"age": 80}, 64.575), ({"age": 20, "weight": 60, "creatinine": 120}, 73.8),
    ({"creatinine": 400}, 17.22), ({"age": 90, "sex": "f", "weight": 45, "creatinine": 150}, 15.6),
])  # fmt: skip
def test_cockcroft_gault(values, expected):
    assert scored(**KARL | values)["clearance"] == pytest.approx(expected)


def test_the_factors_are_the_papers_own_in_micromoles():
    age, weight, mg_dl = 60, 70, 80 / 88.4
    paper = (140 - age) * weight / (72 * mg_dl)
    assert scored(**KARL)["clearance"] == pytest.approx(paper, rel=0.003)
    assert scored(**KARL | {"sex": "f"})["clearance"] == pytest.approx(0.85 * paper, rel=0.005)


@pytest.mark.parametrize("variable", list(KARL))
@pytest.mark.parametrize("absent", ["empty", "no column"])
def test_a_missing_value_leaves_the_clearance_unknown(variable, absent):
    values = KARL | {variable: None} if absent == "empty" else {k: v for k, v in KARL.items() if k != variable}
    assert pd.isna(scored(**values)["clearance"])
    assert clearance.reckoning(values) == ""


def test_a_creatinine_of_0_is_no_division():
    assert pd.isna(scored(**KARL | {"creatinine": 0.0})["clearance"])


@pytest.mark.parametrize(("values", "unsteady"), [
    (STEADY, False),
    (STEADY | {"rrt": None}, False),
    (STEADY | {"rrt": "yes"}, True),
    ({"rrt": "yes"}, True),
    (STEADY | {"creatinine": 106.4}, False),
    (STEADY | {"creatinine": 106.5}, True),
    (STEADY | {"creatinine": 120, "creatinine_48h": 118}, True),
    (STEADY | {"creatinine_48h": None}, None),
    (STEADY | {"creatinine_reference": None}, None),
    (STEADY | {"creatinine_reference": None, "creatinine": 110}, True),
    (STEADY | {"creatinine": 120, "creatinine_48h": None}, True),
    (STEADY | {"creatinine": None}, None),
    ({}, None),
])  # fmt: skip
def test_a_kidney_that_changes_or_is_replaced_is_unsteady(values, unsteady):
    found = scored(**KARL | values)["unsteady"]
    assert pd.isna(found) if unsteady is None else bool(found) is unsteady


def test_urine_does_not_make_it_unsteady():
    assert not scored(**KARL | STEADY | {"urine_ml_kg_h": 0.1})["unsteady"]


@pytest.mark.parametrize(("values", "told"), [
    ({}, "(140 − 60) × 70 × 1.23 ÷ 80 = 86.1"), ({"sex": "f"}, "(140 − 60) × 70 × 1.04 ÷ 80 = 72.8"),
    ({"weight": 70.5, "creatinine": 81.5}, "(140 − 60) × 70.5 × 1.23 ÷ 81.5 = 85.1"), ({"sex": "not_done"}, ""),
])  # fmt: skip
def test_the_formula_is_told_with_its_numbers(values, told):
    assert clearance.reckoning(KARL | values) == told


def test_the_formula_is_told_in_the_readers_numbers():
    told = clearance.reckoning(KARL, lambda number: f"{number:g}".replace(".", ","))
    assert told == "(140 − 60) × 70 × 1,23 ÷ 80 = 86,1"


@pytest.mark.parametrize("values", [{"age": -1}, {"age": 140}, {"sex": "male"}, {"weight": 0}, {"creatinine": "80"}, {"rrt": 2}])
def test_what_cannot_be_is_refused_by_column(values):
    (column,) = values
    with pytest.raises(BadColumn, match=f"^{column}: "):
        scored(**KARL | values)


def test_columns_and_index():
    scores = clearance.score(pd.DataFrame([KARL, KARL | {"sex": None}], index=["a", "a"]))
    assert [(name, str(dtype)) for name, dtype in scores.dtypes.items()] == [("clearance", "Float64"), ("unsteady", "boolean")]
    assert scores.index.tolist() == ["a", "a"]
    assert scores["clearance"].isna().tolist() == [False, True]
    assert rules.Rules.of(scores).score == "clearance"
    assert len(clearance.score(pd.DataFrame())) == 0
    assert "10.1159/000180580" in clearance.CITATION


@pytest.mark.parametrize(("now", "reference", "before", "unsteady"), [
    (88.0, 300.0, 88.0, True), (80.0, 80.0, 300.0, True), (80.0, 119.9, 80.0, False), (80.0, 120.0, 80.0, True),
    (80.0, 80.0, 106.4, False), (80.0, 80.0, 106.5, True),
])  # fmt: skip
def test_a_creatinine_that_falls_is_as_unsteady_as_one_that_rises(now, reference, before, unsteady):
    row = pd.DataFrame({"creatinine": [now], "creatinine_reference": [reference], "creatinine_48h": [before]})
    assert clearance.score(row)["unsteady"].item() == unsteady
