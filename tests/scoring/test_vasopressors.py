"""Vasopressor doses: the worked examples of the clinical reference 1.5, and sums counted again in fractions."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import sofa, vasopressors
from scoring.columns import BadColumn
from tests.oracle import draws, second

BOXES = ["norepinephrine", "epinephrine", "dopamine", "vasopressin"]
NONE = dict.fromkeys(BOXES, 0.0)


def equivalent(empty_dose="unknown", **values):
    return vasopressors.equivalent(pd.DataFrame([values], index=[0]), empty_dose).iloc[0]


# dose of one drug alone: its norepinephrine equivalent
GORADIA = [
    ("norepinephrine", 0.1, 0.1), ("epinephrine", 0.1, 0.1), ("phenylephrine", 1, 0.1), ("dopamine", 10, 0.1),
    ("vasopressin", 0.04, 0.1), ("angiotensin_ii", 0.01, 0.1), ("metaraminol", 0.8, 0.1), ("vasopressin", 0.03, 0.075),
]  # fmt: skip


@pytest.mark.parametrize(("agent", "dose", "expected"), GORADIA)
def test_the_norepinephrine_equivalent_of_each_drug(agent, dose, expected):
    assert equivalent(**NONE | {agent: dose}) == expected


def test_the_drugs_are_summed_and_0_is_no_drug():
    assert equivalent(**NONE | {"norepinephrine": 0.05, "vasopressin": 0.04}) == 0.15
    assert equivalent(**NONE | {"norepinephrine": 0.1, "epinephrine": 0.2}) == 0.3
    assert equivalent(**NONE) == 0


@pytest.mark.parametrize("missing", BOXES)
@pytest.mark.parametrize("absent", ["empty", "no column"])
def test_a_missing_dose_is_never_0(missing, absent):
    values = NONE | {"norepinephrine": 0.1} if missing != "norepinephrine" else NONE | {"epinephrine": 0.1}
    values = values | {missing: None} if absent == "empty" else {k: v for k, v in values.items() if k != missing}
    assert equivalent(**values) is pd.NA
    assert equivalent("no drug", **values) == 0.1


@pytest.mark.parametrize("rare", ["phenylephrine", "metaraminol", "angiotensin_ii"])
def test_a_drug_without_a_box_of_its_own_is_not_left_open(rare):
    assert equivalent(**NONE | {rare: None}) == 0


def test_no_drug_holds_once_the_circulation_was_charted_as_in_sofa():
    assert equivalent("no drug") is pd.NA
    assert equivalent("no drug", map=80) == 0
    assert equivalent("no drug", dobutamine=5) == 0
    assert equivalent("unknown", map=80) is pd.NA


def test_dobutamine_and_milrinone_are_no_pressors():
    assert equivalent(**NONE | {"dobutamine": 10, "milrinone": 0.5}) == 0


def test_it_is_a_float_series_on_the_index_that_was_given():
    found = vasopressors.equivalent(pd.DataFrame([NONE, {}], index=["a", "a"]))
    assert str(found.dtype) == "Float64" and found.index.tolist() == ["a", "a"] and found.isna().tolist() == [False, True]
    assert found.name == "norepinephrine_equivalent"
    assert len(vasopressors.equivalent(pd.DataFrame())) == 0


def test_what_cannot_be_is_refused_by_column():
    for column, value in {"norepinephrine": "0.1", "dopamine": -1, "vasopressin": True}.items():
        with pytest.raises(BadColumn, match=f"^{column}: "):
            equivalent(**NONE | {column: value})


@pytest.mark.parametrize(("doses", "by_equivalent", "ignored"), [
    ({"vasopressin": 0.03}, 3, 0),
    ({"vasopressin": 0.04, "norepinephrine": 0.05}, 4, 3),
])  # fmt: skip
def test_worked_examples_as_points_of_sofa(doses, by_equivalent, ignored):
    frame = pd.DataFrame([NONE | {"map": 80.0} | doses])
    assert sofa.score(frame)["cardiovascular"].item() == by_equivalent
    assert sofa.score(frame, options=sofa.Options(nonlisted="ignore"))["cardiovascular"].item() == ignored


def test_sofa_sums_the_same_where_another_pressor_runs():
    rows = [row for row in draws.days(3000, seed=61) if row["vasopressin"]]
    found = vasopressors.equivalent(pd.DataFrame(rows), "no drug")
    of_sofa = [sofa.facts(pd.DataFrame([row])).values["norepinephrine_equivalent"] for row in rows[:200]]
    assert np.allclose(found[:200].to_numpy(dtype=float), of_sofa, rtol=0, atol=1e-12)


def test_5000_rows_agree_with_the_second_implementation_to_the_last_digit():
    rows = draws.days(5000, seed=62)
    expected = []
    for row in rows:
        given = second.doses(row)
        parts = [given["norepinephrine"], given["epinephrine"], given["dopamine"], given["vasopressin"]]
        known = None not in parts
        expected.append(float(parts[0] + parts[1] + parts[2] / 100 + parts[3] * Fraction("2.5")) if known else pd.NA)
    found = vasopressors.equivalent(pd.DataFrame(rows), "no drug")
    assert found.isna().tolist() == [value is pd.NA for value in expected]
    assert found.dropna().tolist() == [value for value in expected if value is not pd.NA]


# what it says


@pytest.mark.parametrize(("row", "text"), [
    ({"norepinephrine": 0.05, "vasopressin": 0.04}, "0.05 + 2.5 × 0.04 = 0.15"),
    ({"vasopressin": 0.03, "norepinephrine": 0.0}, "2.5 × 0.03 = 0.075"),
    ({"norepinephrine": 0.05, "epinephrine": 0.1, "dopamine": 5}, "0.05 + 0.1 + 0.01 × 5 = 0.2"),
    ({"norepinephrine": 0.05, "phenylephrine": 0.5, "metaraminol": 0.8}, "0.05 + 0.1 × 0.5 + 0.125 × 0.8 = 0.2"),
    ({"norepinephrine": 0.05}, "0.05"),
    ({"map": 80.0}, "0"),
    (NONE, "0"),
    ({}, ""),
    ({"norepinephrine": None, "vasopressin": float("nan")}, ""),
])  # fmt: skip
def test_the_reckoning_in_numbers(row, text):
    assert vasopressors.reckoning(row) == text


def test_the_reckoning_says_at_least_while_a_dose_is_unknown():
    row = {"norepinephrine": 0.05, "vasopressin": 0.04}
    assert vasopressors.reckoning(row, "unknown") == "0.05 + 2.5 × 0.04 ≥ 0.15"
    assert vasopressors.reckoning(NONE | row, "unknown") == "0.05 + 2.5 × 0.04 = 0.15"
    assert vasopressors.reckoning({"norepinephrine": 0.05}, "unknown") == "0.05 ≥ 0.05"


def test_the_reckoning_in_french():
    written = vasopressors.reckoning(
        {"norepinephrine": 0.05, "vasopressin": 0.04}, written=lambda number: f"{number:g}".replace(".", ",")
    )
    assert written == "0,05 + 2,5 × 0,04 = 0,15"


# the pump


@pytest.mark.parametrize(("ml_per_hour", "mg_per_ml", "kg", "expected"), [
    (1, 1, 70, 0.238),  # 1 mg/h at 70 kg
    (4.2, 0.2, 70, 0.2),
    (0.6, 1, 100, 0.1),
    (0, 1, 70, 0),
    (Decimal("4.2"), Decimal("0.2"), 70, 0.2),
    (np.float32(4.2), np.float32(0.2), np.float32(70), 0.2),
])  # fmt: skip
def test_the_dose_of_a_pump(ml_per_hour, mg_per_ml, kg, expected):
    found = vasopressors.dose(ml_per_hour, mg_per_ml, kg)
    assert isinstance(found, float)
    assert round(found, 3) == expected


def test_the_dose_is_the_decimal_and_not_the_float_beside_it():
    assert vasopressors.dose(1, 1, 70) == float(Fraction(1000, 60 * 70))
    assert vasopressors.dose(0.63, 0.6, 63) == 0.1  # 0.09999999999999999 in floats
    assert vasopressors.dose(4.2, 0.2, 70) == 0.2


def test_arrays_broadcast_and_a_missing_part_leaves_the_dose_missing():
    found = vasopressors.dose(np.array([0.6, 1.2, np.nan]), 1, 100)
    assert isinstance(found, np.ndarray)
    assert found[:2].tolist() == [0.1, 0.2] and np.isnan(found[2])
    assert vasopressors.dose(np.array([[0.6], [1.2]]), 1, np.array([50.0, 100.0])).tolist() == [[0.2, 0.1], [0.4, 0.2]]
    assert np.isnan(vasopressors.dose(1, 1, None))
    assert vasopressors.dose(np.array([]), 1, 70).tolist() == []


@pytest.mark.parametrize(("arguments", "column"), [
    ((1, 1, 0), "kg"), ((1, 1, -70), "kg"), ((1, 1, 70_000), "kg"), ((-1, 1, 70), "ml_per_hour"), ((1, -1, 70), "mg_per_ml"),
    ((1, 0, 70), "mg_per_ml"), (("1", 1, 70), "ml_per_hour"), ((1, "0,5", 70), "mg_per_ml"), ((1, 1, "70"), "kg"),
    ((True, 1, 70), "ml_per_hour"), ((float("inf"), 1, 70), "ml_per_hour"), ((np.array([1.0, -1.0]), 1, 70), "ml_per_hour"),
])  # fmt: skip
def test_a_pump_that_cannot_be_is_refused_by_name(arguments, column):
    with pytest.raises(BadColumn, match=f"^{column}: "):
        vasopressors.dose(*arguments)


# the label


def test_salts_are_read_into_base():
    read = vasopressors.salts(0.16)
    assert (read["base"], read["tartrate"]) == (0.16, 0.08)
    assert read["tartrate_anhydrous"] == float(Fraction("0.16") / Fraction("1.89"))
    assert read["hydrochloride"] == float(Fraction("0.16") / Fraction("1.22"))
    assert all(np.isnan(base) for base in vasopressors.salts(None).values())


@pytest.mark.parametrize(("dose", "differs"), [
    (0.0, False), (0.05, False), (0.1, False), (0.1001, True), (0.11, True), (0.16, True), (0.2, True), (0.2001, False),
    (0.30000000000000004 - 0.2, False), (0.4, False), (None, False), (float("nan"), False),
])  # fmt: skip
def test_the_two_labels_fall_on_two_sides_of_0_1_above_0_1_up_to_0_2(dose, differs):
    assert differs_by_label(dose) is differs


def differs_by_label(dose):
    base, tartrate = vasopressors.points_by_salt({"map": 80.0, "norepinephrine": dose}).values()
    return base != tartrate


@given(st.decimals("0", "1", places=3))
def test_two_labels_differ_exactly_when_their_sofa_points_do(dose):
    frame = pd.DataFrame({"map": 80.0, "norepinephrine": [float(dose), float(dose / 2)]})
    base, tartrate = sofa.score(frame)["cardiovascular"]
    assert differs_by_label(float(dose)) == (base != tartrate)


@pytest.mark.parametrize("dose", ["0.1", -0.1, True, float("inf")])
def test_a_dose_that_cannot_be_is_refused(dose):
    for ask in (vasopressors.salts, differs_by_label):
        with pytest.raises(BadColumn, match=r"^dose: "):
            ask(dose)


def test_factors_and_citation_are_those_of_sofa():
    assert vasopressors.CITATION is sofa.NEE_CITATION


@pytest.mark.parametrize(("day", "base", "tartrate"), [
    ({"norepinephrine": 0.16}, 4, 3), ({"norepinephrine": 0.04, "vasopressin": 0.03}, 4, 3),
    ({"norepinephrine": 0.12, "vasopressin": 0.03}, 4, 4), ({"norepinephrine": 0.08}, 3, 3),
])  # fmt: skip
def test_the_points_of_a_label_read_both_ways_with_what_else_runs(day, base, tartrate):
    found = vasopressors.points_by_salt({"map": 65.0} | day)
    assert found == {"base": (base, base), "tartrate": (tartrate, tartrate)}
