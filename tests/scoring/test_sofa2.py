"""SOFA-2 against table 2 of Ranzani 2025 as the clinical reference 2 restates it, written out here and not taken from the code."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import bands, explain, rules, sofa2
from scoring.columns import BadColumn
from tests.oracle import draws, second
from tests.scoring.whys import explains, possible

ORGANS = ["brain", "respiration", "cardiovascular", "liver", "kidney", "hemostasis"]
WELL = {
    "gcs": 15.0, "delirium_drug": "no", "pao2": 100.0, "fio2": 0.21, "spo2": 99.0, "ventilation": "none", "ecmo": "no",
    "map": 80.0, "norepinephrine": 0.0, "epinephrine": 0.0, "dopamine": 0.0, "dobutamine": 0.0, "vasopressin": 0.0,
    "mechanical_support": "no", "bilirubin": 10.0, "creatinine": 80.0, "urine_ml_kg_h": 1.0, "rrt": "no",
    "potassium": 4.0, "ph": 7.4, "bicarbonate": 24.0, "platelets": 250.0,
}  # fmt: skip
CALM = dict.fromkeys(("norepinephrine", "epinephrine", "dopamine", "dobutamine", "vasopressin"), 0.0)
CEILING = sofa2.Options(ceiling=True)


def scored(options=sofa2.DEFAULT, **values):
    return sofa2.score(pd.DataFrame([values], index=[0]), options).iloc[0]


# variable, cut-off, a step, the organ's points below, at and above it
TABLE = [
    ("platelets", "hemostasis", 150, 0.1, 1, 1, 0),
    ("platelets", "hemostasis", 100, 0.1, 2, 2, 1),
    ("platelets", "hemostasis", 80, 0.1, 3, 3, 2),
    ("platelets", "hemostasis", 50, 0.1, 4, 4, 3),
    ("bilirubin", "liver", 20.6, 0.1, 0, 0, 1),
    ("bilirubin", "liver", 51.3, 0.1, 1, 1, 2),
    ("bilirubin", "liver", 102.6, 0.1, 2, 2, 3),
    ("bilirubin", "liver", 205, 0.1, 3, 3, 4),
    ("map", "cardiovascular", 70, 0.1, 1, 0, 0),
    ("norepinephrine", "cardiovascular", 0.2, 0.001, 2, 2, 3),
    ("norepinephrine", "cardiovascular", 0.4, 0.001, 3, 3, 4),
    ("epinephrine", "cardiovascular", 0.2, 0.001, 2, 2, 3),
    ("epinephrine", "cardiovascular", 0.4, 0.001, 3, 3, 4),
    ("dopamine", "cardiovascular", 20, 0.1, 2, 2, 3),
    ("dopamine", "cardiovascular", 40, 0.1, 3, 3, 4),
    ("creatinine", "kidney", 110, 0.1, 0, 0, 1),
    ("creatinine", "kidney", 170, 0.1, 1, 1, 2),
    ("creatinine", "kidney", 300, 0.1, 2, 2, 3),
    ("urine_ml_kg_h", "kidney", 0.5, 0.001, 2, 0, 0),
    ("urine_ml_kg_h", "kidney", 0.3, 0.001, 3, 2, 2),
]
CUTOFFS = [
    (variable, organ, round(value, 6), points)
    for variable, organ, cut, step, below, at, above in TABLE
    for value, points in ((cut - step, below), (cut, at), (cut + step, above))
]


@pytest.mark.parametrize(("variable", "organ", "value", "points"), CUTOFFS)
def test_each_cutoff_of_ranzani_2025_table_2(variable, organ, value, points):
    row = scored(**WELL | {variable: value})
    assert row[organ] == points
    assert row["total"] == row["low"] == row["high"] == points


@pytest.mark.parametrize("points_by_gcs", [
    {15: 0, 14: 1, 13: 1, 12: 2, 11: 2, 10: 2, 9: 2, 8: 3, 7: 3, 6: 3, 5: 4, 4: 4, 3: 4},
])  # fmt: skip
def test_each_glasgow_coma_score_with_the_cutoffs_of_2025(points_by_gcs):
    scores = sofa2.score(pd.DataFrame({"gcs": list(points_by_gcs)}))
    assert scores["brain"].tolist() == list(points_by_gcs.values())


@pytest.mark.parametrize(("gcs", "drug", "points"), [
    (15, "yes", (1, 1)), (14, "yes", (1, 1)), (12, "yes", (2, 2)), (15, "no", (0, 0)), (15, None, (0, 0)),
    (None, "yes", (1, 4)), (None, None, (0, 4)), (None, "no", (0, 4)),
])  # fmt: skip
def test_a_drug_for_delirium_is_1_point_at_least(gcs, drug, points):
    row = scored(**WELL | {"gcs": gcs, "delirium_drug": drug})
    assert (row["low"], row["high"]) == points
    assert pd.isna(row["brain"]) == (points[0] != points[1])


RATIOS = [
    (300.1, 0, 0), (300, 1, 1), (225.1, 1, 1), (225, 2, 2), (150.1, 2, 2), (150, 3, 2), (75.1, 3, 2), (75, 4, 2), (30, 4, 2),
]  # fmt: skip
SATURATIONS = [
    (300.1, 0, 0), (300, 1, 1), (250.1, 1, 1), (250, 2, 2), (200.1, 2, 2), (200, 3, 2), (120.1, 3, 2), (120, 4, 2), (90, 4, 2),
]  # fmt: skip


@pytest.mark.parametrize(("ratio", "supported", "unsupported"), RATIOS)
def test_low_pao2_fio2_counts_3_and_4_with_advanced_support_alone(ratio, supported, unsupported):
    for ventilation in ("hfnc", "niv", "cpap", "invasive"):
        assert scored(pao2=ratio, fio2=1.0, ventilation=ventilation)["respiration"] == supported
    assert scored(pao2=ratio, fio2=1.0, ventilation="none")["respiration"] == unsupported


@pytest.mark.parametrize(("ratio", "supported", "unsupported"), SATURATIONS)
def test_spo2_fio2_stands_in_for_a_missing_gas_with_cutoffs_of_its_own(ratio, supported, unsupported):
    spo2, fio2 = (ratio, 1.0) if ratio <= 97 else (90.0, 90.0 / ratio)
    assert scored(spo2=spo2, fio2=fio2, ventilation="hfnc")["respiration"] == supported
    assert scored(spo2=spo2, fio2=fio2, ventilation="none")["respiration"] == unsupported


@pytest.mark.parametrize(("spo2", "points"), [(97.9, 1), (98, None), (100, None)])
def test_spo2_counts_below_98_percent(spo2, points):
    row = scored(spo2=spo2, fio2=0.33, ventilation="none")
    assert row["respiration"] == points if points else pd.isna(row["respiration"])


def test_a_gas_goes_before_the_saturation():
    assert scored(pao2=140, fio2=1.0, spo2=97, ventilation="hfnc")["respiration"] == 3
    assert scored(spo2=97, fio2=1.0, ventilation="hfnc")["respiration"] == 4


@pytest.mark.parametrize(("values", "low", "high"), [
    ({"pao2": 140, "fio2": 1.0}, 2, 3), ({"pao2": 60, "fio2": 1.0}, 2, 4), ({"pao2": 200, "fio2": 1.0}, 2, 2),
    ({"spo2": 90, "fio2": 0.5}, 2, 3), ({"pao2": 60}, 0, 4), ({"fio2": 0.5, "ventilation": "none"}, 0, 4), ({}, 0, 4),
])  # fmt: skip
def test_lungs_without_known_ventilation_or_gas_are_bounded(values, low, high):
    row = scored(**WELL | dict.fromkeys(("pao2", "fio2", "spo2", "ventilation")) | values)
    assert (row["low"], row["high"]) == (low, high)
    assert pd.isna(row["respiration"]) == (low != high)


def test_machines_are_4_points_whatever_the_rest():
    assert scored(**WELL | {"ecmo": "yes"})["respiration"] == 4
    assert scored(ecmo=True)["respiration"] == 4
    assert scored(**WELL | {"mechanical_support": "yes"})["cardiovascular"] == 4
    assert scored(**WELL | {"rrt": "yes"})["kidney"] == 4


def test_ecmo_of_the_lungs_is_no_failing_heart():
    assert scored(**WELL | {"ecmo": "yes"})["cardiovascular"] == 0


def test_empty_boxes_of_machines_and_of_the_delirium_drug_add_nothing():
    empty = dict.fromkeys(("ecmo", "rrt", "mechanical_support", "delirium_drug", "potassium", "ph", "bicarbonate"))
    assert scored(**WELL | empty)["total"] == 0


DRUGS = [
    ({"norepinephrine": 0.01}, 2), ({"norepinephrine": 0.1, "epinephrine": 0.1}, 2),
    ({"norepinephrine": 0.1, "epinephrine": 0.2}, 3), ({"norepinephrine": 0.3, "epinephrine": 0.1}, 3),
    ({"norepinephrine": 0.3, "epinephrine": 0.2}, 4),
    ({"dobutamine": 0.1}, 2), ({"vasopressin": 0.001}, 2), ({"dobutamine": 5, "vasopressin": 0.03}, 2),
    ({"norepinephrine": 0.2, "vasopressin": 0.03}, 3), ({"norepinephrine": 0.201, "vasopressin": 0.03}, 4),
    ({"norepinephrine": 0.2, "dobutamine": 5}, 3), ({"epinephrine": 0.4, "dobutamine": 5}, 4),
    ({"norepinephrine": 0.2, "dopamine": 5}, 3), ({"norepinephrine": 0.05, "dopamine": 45}, 3),
    ({"norepinephrine": 0.5, "dopamine": 5}, 4),
    ({"dopamine": 0.1}, 2), ({"dopamine": 45}, 4), ({"dopamine": 45, "vasopressin": 0.03}, 2),
    ({"dopamine": 25, "dobutamine": 5}, 2),
    ({"phenylephrine": 0.5}, 2), ({"metaraminol": 0.5}, 2), ({"angiotensin_ii": 0.01}, 2), ({"milrinone": 0.3}, 2),
    ({"levosimendan": 0.1}, 2), ({"norepinephrine": 0.2, "milrinone": 0.3}, 3), ({"dopamine": 45, "milrinone": 0.3}, 2),
    ({"norepinephrine": 0.05, "milrinone": None}, 2), ({"milrinone": 0.0}, 0),
]  # fmt: skip


@pytest.mark.parametrize(("doses", "points"), DRUGS)
def test_norepinephrine_and_epinephrine_are_summed_and_any_other_drug_weighs(doses, points):
    for rest in (WELL, {"map": 80.0}, {"map": 80.0} | CALM):
        assert scored(**rest | doses)["cardiovascular"] == points


@pytest.mark.parametrize("drug", [*CALM, "milrinone"])
@pytest.mark.parametrize("dose", [0, 0.0, 0.3 - 0.2 - 0.1])
def test_a_dose_of_0_is_no_drug(drug, dose):
    assert scored(map=80, **{drug: abs(dose)})["cardiovascular"] == 0


@pytest.mark.parametrize(("values", "low", "high"), [
    ({}, 0, 4), (CALM, 0, 1), ({"norepinephrine": 0.3}, 3, 3), ({"vasopressin": 0.03}, 2, 2),
    (CALM | {"norepinephrine": None}, 0, 4), (CALM | {"dobutamine": None}, 0, 2), ({"map": 60}, 1, 1), ({"map": 80}, 0, 0),
])  # fmt: skip
def test_without_pressure_or_a_running_drug_the_circulation_is_bounded(values, low, high):
    row = scored(**WELL | dict.fromkeys((*CALM, "map")) | values)
    assert (row["low"], row["high"]) == (low, high)
    assert pd.isna(row["cardiovascular"]) == (low != high)


@pytest.mark.parametrize(("values", "low", "high"), [
    ({"map": 80}, 0, 4), (CALM | {"map": 80, "vasopressin": None}, 0, 2),
    (CALM | {"map": 80, "norepinephrine": 0.3, "vasopressin": None}, 3, 4),
    (CALM | {"map": 80, "dopamine": 45, "vasopressin": None}, 2, 4),
    (CALM | {"map": 80, "dopamine": 45, "norepinephrine": None}, 3, 4),
    (CALM | {"map": 80, "vasopressin": 0.03, "dopamine": None}, 2, 2),
    (CALM | {"map": 80, "norepinephrine": 0.5, "dopamine": None}, 4, 4),
    (CALM | {"map": 80}, 0, 0),
])  # fmt: skip
def test_an_empty_dose_can_be_set_to_be_unknown(values, low, high):
    row = scored(sofa2.Options(empty_dose="unknown"), **WELL | dict.fromkeys(CALM) | values)
    assert (row["low"], row["high"]) == (low, high)


@pytest.mark.parametrize(("values", "points"), [
    ({"creatinine": 110.1, "potassium": 6.0}, 4), ({"creatinine": 110.1, "potassium": 5.9}, 1),
    ({"creatinine": 110, "potassium": 6.0}, 0), ({"creatinine": 110, "urine_ml_kg_h": 0.29, "potassium": 6.0}, 4),
    ({"creatinine": 110, "urine_ml_kg_h": 0.3, "potassium": 6.0}, 2),
    ({"creatinine": 120, "ph": 7.2, "bicarbonate": 12}, 4), ({"creatinine": 120, "ph": 7.21, "bicarbonate": 12}, 1),
    ({"creatinine": 120, "ph": 7.2, "bicarbonate": 12.1}, 1), ({"creatinine": 120, "ph": 7.1, "bicarbonate": None}, 1),
    ({"creatinine": 80, "ph": 7.1, "bicarbonate": 10}, 0),
])  # fmt: skip
def test_whoever_meets_the_criteria_of_replacement_scores_as_if_on_it(values, points):
    assert scored(**WELL | values)["kidney"] == points


@pytest.mark.parametrize(("values", "low", "high"), [
    ({}, 0, 4), ({"urine_ml_kg_h": 0.4}, 2, 4), ({"urine_ml_kg_h": 0}, 3, 4), ({"urine_ml_kg_h": 0.2, "potassium": 6.5}, 4, 4),
    ({"urine_ml_kg_h": 1.0, "potassium": 6.5}, 0, 4), ({"rrt": "yes"}, 4, 4),
])  # fmt: skip
def test_a_kidney_without_creatinine_is_bounded(values, low, high):
    row = scored(**WELL | {"creatinine": None, "urine_ml_kg_h": None} | values)
    assert (row["low"], row["high"]) == (low, high)
    assert pd.isna(row["kidney"]) == (low != high)


@pytest.mark.parametrize(("volume", "weight", "points"), [
    (840, 70, 0), (839, 70, 2), (504, 70, 2), (503, 70, 3), (0, 70, 3), (0, None, 3), (100, None, 0), (None, 70, 0),
])  # fmt: skip
def test_urine_by_weight_is_derived_from_the_volume_of_the_day(volume, weight, points):
    values = WELL | {"urine_ml_kg_h": None, "urine_output": volume, "weight": weight}
    assert scored(**values)["kidney"] == points
    assert scored(**values | {"urine_ml_kg_h": 0.4})["kidney"] == 2


EXAMPLE_1 = {
    "pao2": 68, "fio2": 0.5, "ventilation": "invasive", "platelets": 42, "bilirubin": 58, "norepinephrine": 0.12, "gcs": 14,
    "creatinine": 185, "urine_output": 900, "weight": 70,
}  # fmt: skip
EXAMPLES = [
    (EXAMPLE_1, [1, 3, 2, 2, 2, 4], 14),
    ({"pao2": 90, "fio2": 1.0, "ventilation": "none", "platelets": 150, "bilirubin": 20, "map": 70, "gcs": 15, "creatinine": 110,
      "urine_output": 500, "weight": 70}, [0, 2, 0, 0, 3, 1], 6),
    ({"pao2": 200, "fio2": 1.0, "ventilation": "invasive", "platelets": 50, "bilirubin": 204, "norepinephrine": 0.10, "gcs": 9,
      "creatinine": 300, "urine_output": 499, "weight": 70}, [2, 2, 2, 3, 3, 4], 16),
    ({"pao2": 150, "fio2": 1.0, "ventilation": "hfnc", "platelets": 80, "bilirubin": 51.3, "norepinephrine": 0.20,
      "vasopressin": 0.03, "gcs": 13, "delirium_drug": "yes", "creatinine": 170}, [1, 3, 3, 1, 1, 3], 12),
    ({"pao2": 350, "fio2": 1.0, "ventilation": "none", "platelets": 120, "bilirubin": 15, "map": 72, "dobutamine": 5, "gcs": 15,
      "creatinine": 80, "urine_output": 1400, "weight": 70}, [0, 0, 2, 0, 0, 1], 3),
]  # fmt: skip


@pytest.mark.parametrize(("values", "organs", "total"), EXAMPLES)
def test_worked_examples(values, organs, total):
    row = scored(**values)
    assert row[ORGANS].tolist() == organs
    assert row["total"] == row["low"] == row["high"] == total


@pytest.mark.parametrize(("pressure", "points"), [
    (70, 0), (69.9, 1), (60, 1), (59.9, 2), (50, 2), (49.9, 3), (40, 3), (39.9, 4), (0, 4),
])  # fmt: skip
def test_under_a_ceiling_of_care_pressure_alone_counts(pressure, points):
    assert scored(CEILING, **WELL | {"map": pressure})["cardiovascular"] == points
    assert scored(**WELL | {"map": pressure})["cardiovascular"] == (pressure < 70)


@pytest.mark.parametrize(("ratio", "supported", "_"), RATIOS)
def test_under_a_ceiling_of_care_the_ratio_alone_counts(ratio, supported, _):
    for ventilation in ("none", "invasive", None):
        assert scored(CEILING, pao2=ratio, fio2=1.0, ventilation=ventilation)["respiration"] == supported


def test_a_drug_that_runs_under_a_ceiling_counts_as_ever():
    assert scored(CEILING, map=72, norepinephrine=0.3)["cardiovascular"] == 3
    assert scored(CEILING, map=38, norepinephrine=0.1)["cardiovascular"] == 4
    row = scored(CEILING, **CALM | WELL | {"map": None})
    assert (row["low"], row["high"]) == (0, 4)


def test_under_a_ceiling_without_a_gas_the_lungs_are_unknown():
    row = scored(CEILING, **WELL | {"pao2": None})
    assert (row["low"], row["high"]) == (0, 4)


@pytest.mark.parametrize(("variable", "organ"), {
    "platelets": "hemostasis", "bilirubin": "liver", "gcs": "brain", "creatinine": "kidney", "pao2": "respiration",
    "fio2": "respiration",
}.items())  # fmt: skip
@pytest.mark.parametrize("absent", ["empty", "no column"])
def test_a_missing_measurement_leaves_its_organ_and_the_total_unknown(variable, organ, absent):
    values = WELL | {variable: None} if absent == "empty" else {k: v for k, v in WELL.items() if k != variable}
    row = scored(**values)
    assert pd.isna(row[organ]) and pd.isna(row["total"])
    assert (row["low"], row["high"]) == (0, 4)


def test_a_day_of_which_nothing_is_known_is_0_to_24_and_not_0():
    row = sofa2.score(pd.DataFrame(index=["d1"])).loc["d1"]
    assert row[[*ORGANS, "total"]].isna().all()
    assert (row["low"], row["high"]) == (0, 24)


@pytest.mark.parametrize(("values", "organ", "points"), [
    ({"pao2": 63, "fio2": 0.28, "ventilation": "none"}, "respiration", 2),  # 225 exactly, 224.99999999999997 in floats
    ({"pao2": 87, "fio2": 0.29, "ventilation": "none"}, "respiration", 1),  # 300.00000000000006
    ({"map": 80, "norepinephrine": 0.1, "epinephrine": 0.30000000000000004}, "cardiovascular", 3),
    ({"map": 80, "norepinephrine": 0.4 + 1e-6}, "cardiovascular", 4),
    ({"creatinine": 80, "urine_output": 0.3 * 24 * 82, "weight": 82}, "kidney", 2),
    ({"creatinine": 120, "ph": 7.199999999999999 + 1e-15, "bicarbonate": 12}, "kidney", 4),
])  # fmt: skip
def test_a_value_on_a_cutoff_is_on_it_however_it_was_computed(values, organ, points):
    assert scored(**values)[organ] == points


@pytest.mark.parametrize("values", [
    {"fio2": 50}, {"gcs": 2}, {"gcs": 13.5}, {"platelets": -1}, {"norepinephrine": -0.1}, {"creatinine": np.inf},
    {"bilirubin": "20"}, {"ventilation": "intubated"}, {"rrt": "perhaps"}, {"map": True}, {"spo2": 101}, {"ph": 3},
    {"mechanical_support": "impella"}, {"weight": 0}, {"milrinone": "some"},
])  # fmt: skip
def test_what_cannot_be_is_refused_by_column(values):
    (column,) = values
    with pytest.raises(BadColumn, match=f"^{column}: "):
        scored(**WELL | values)


def test_points_are_whole_numbers_with_na_on_the_index_that_was_given():
    scores = sofa2.score(pd.DataFrame([WELL, WELL | {"gcs": None}, WELL], index=["a", "a", "b"]))
    assert list(scores) == [*ORGANS, "total", "low", "high"]
    assert set(scores.dtypes.astype(str)) == {"Int64"}
    assert scores.index.tolist() == ["a", "a", "b"]
    assert scores["total"].isna().tolist() == [False, True, False]
    assert len(sofa2.score(pd.DataFrame())) == 0


def test_the_score_says_its_rules():
    frame = pd.DataFrame([WELL])
    assert rules.Rules.of(sofa2.score(frame)).options == {"ceiling": False, "empty_dose": "no drug"}
    with pytest.raises(rules.DifferentRules):
        rules.fall(sofa2.score(frame), sofa2.score(frame, CEILING))
    with pytest.raises(rules.UnknownOption, match="empty_dose"):
        sofa2.Options(empty_dose="none")


@pytest.mark.parametrize("options", [sofa2.DEFAULT, CEILING], ids=["as printed", "ceiling"])
def test_bands_cover_each_value_exactly_once_and_the_score_is_that_band(options):
    for item in sofa2.under(options).values():
        conditions = ("supported", "unsupported") if item.name == "respiration" else ("alone", "with_other")
        variables = {band.variable for band in item.bands if not band.answer and band.when not in ("injured", "acidosis")}
        for variable, when in product(variables, conditions):
            rows = item.of(variable, when)
            cuts = bands.cutpoints(rows)
            for value in {max(0.0, cut + step) for cut in cuts for step in (-1, -0.01, -1e-12, 0, 1e-12, 0.01, 1)}:
                value = round(value) if variable == "gcs" else value
                holding = [band for band in rows if band.holds(value)]
                assert len(holding) == 1, (variable, when, value)
                assert bands.score(np.array([value], dtype=float), rows).low == holding[0].points


def test_the_papers_cells_are_drawn_from_the_table():
    heart = sofa2.under()["cardiovascular"]
    told = [(band.variable, band.label, band.when) for band in heart.cell(4)]
    assert told == [("catecholamines", ">0.2–0.4", "with_other"), ("catecholamines", "> 0.4", ""), ("dopamine", "> 40", "alone"),
                    ("mechanical_support", "yes", "")]  # fmt: skip
    assert all(item.points == (0, 1, 2, 3, 4) for item in sofa2.under().values())
    assert "10.1001/jama.2025.20516" in sofa2.CITATION


def test_cutpoints_by_variable():
    assert sofa2.CUTPOINTS["platelets"] == (50, 80, 100, 150)
    assert sofa2.CUTPOINTS["pao2_fio2"] == (75, 150, 225, 300)
    assert sofa2.CUTPOINTS["catecholamines"] == (0, 0.2, 0.4)
    assert sofa2.CUTPOINTS["spo2"] == (98,)


def score_of(options=sofa2.DEFAULT):
    return explain.Score(
        code="sofa2", citation=sofa2.CITATION, items=sofa2.under(options), spans=lambda days: sofa2.spans(days, options),
        facts=lambda day: sofa2.facts(day, options), thresholds=lambda day: sofa2.thresholds(day, options),
    )  # fmt: skip


def test_the_bands_that_are_reached_say_why():
    why = {organ: explain.why(score_of(), EXAMPLES[3][0] | {"bilirubin": None}, organ) for organ in ORGANS}
    lit = {organ: [(one.variable, one.band.label, one.band.when) for one in why[organ].deciding] for organ in ORGANS}
    assert lit["brain"] == [("gcs", "13–14", ""), ("delirium_drug", "yes", "")]
    assert lit["respiration"] == [("pao2_fio2", ">75–150", "supported")]
    assert lit["cardiovascular"] == [("catecholamines", ">0–0.2", "with_other")]
    assert lit["liver"] == []
    assert why["liver"].missing == ("bilirubin",)
    hyperkalemia = explain.why(score_of(), {"creatinine": 120, "potassium": 6.4}, "kidney")
    assert [(one.variable, one.value, one.band.when) for one in hyperkalemia.deciding] == [("potassium", 6.4, "injured")]
    assert {"rrt", "urine_ml_kg_h"} <= set(explain.why(score_of(), {"creatinine": 120}, "kidney").assumed)
    assert explain.why(score_of(), {"map": 60, "dopamine": 25, "vasopressin": 0.03}, "cardiovascular").points == 2


@pytest.mark.parametrize("options", [
    sofa2.DEFAULT, CEILING, sofa2.Options(empty_dose="unknown"),
], ids=["as printed", "ceiling", "empty unknown"])
def test_why_and_the_score_agree_on_any_row(options):
    for row in [*possible(draws.days(12, seed=2)), {}, EXAMPLE_1]:
        explains(score_of(options), row)


def test_an_independent_implementation_gives_the_same():
    rows = possible(draws.days(5000, seed=2025))
    expected = pd.DataFrame([second.sofa2(row) for row in rows]).astype("Int64")
    scores = sofa2.score(pd.DataFrame(rows))
    assert scores["total"].notna().sum() > 500
    pd.testing.assert_frame_equal(scores, expected[list(scores)], check_like=False)


# better to worse
LADDERS = {
    "gcs": [15, 14, 12, 8, 5], "delirium_drug": ["no", "yes"], "pao2": [400, 300, 225, 150, 75, 40], "fio2": [0.21, 0.5, 1.0],
    "spo2": [99, 97, 90, 80], "ventilation": ["none", "hfnc", "invasive"], "ecmo": ["no", "yes"], "map": [90, 70, 69.9, 40],
    "norepinephrine": [0, 0.1, 0.2, 0.3, 0.5], "epinephrine": [0, 0.1, 0.2, 0.4], "dopamine": [0, 5, 20],
    "dobutamine": [0, 5], "vasopressin": [0, 0.03], "mechanical_support": ["no", "yes"], "bilirubin": [10, 21, 52, 103, 206],
    "creatinine": [80, 111, 171, 301], "urine_ml_kg_h": [1, 0.4, 0.2, 0], "rrt": ["no", "yes"], "potassium": [4, 6],
    "ph": [7.4, 7.2], "bicarbonate": [24, 12], "platelets": [200, 150, 100, 80, 50],
}  # fmt: skip
DAYS = st.fixed_dictionaries({variable: st.sampled_from(ladder) for variable, ladder in LADDERS.items()})


@settings(max_examples=60)
@given(DAYS, st.sampled_from(sorted(LADDERS)), st.data())
def test_a_worse_value_never_lowers_the_total_but_beside_dopamine_above_20(values, variable, data):
    ladder = LADDERS[variable]
    worse = data.draw(st.sampled_from(ladder[ladder.index(values[variable]) :]))
    before, after = sofa2.score(pd.DataFrame([values, values | {variable: worse}]))["total"]
    assert 0 <= before <= after <= 24


ADDING_NOTHING = {"delirium_drug", "ecmo", "mechanical_support", "rrt", "potassium", "ph", "bicarbonate"}


@settings(max_examples=60)
@given(DAYS, st.sampled_from([5, 25, 45]), st.sets(st.sampled_from(sorted(set(LADDERS) - ADDING_NOTHING))))
def test_the_interval_encloses_every_completion_of_what_is_missing(values, dopamine, missing):
    values = values | {"dopamine": dopamine}
    if "creatinine" not in missing:  # which then decides without the urine
        missing = missing - {"urine_ml_kg_h"}
    if "pao2" in missing:  # for which the saturation then stands in
        missing = missing | {"spo2"}
    frame = pd.DataFrame([values, values | dict.fromkeys(missing)])
    full, partial = sofa2.score(frame, sofa2.Options(empty_dose="unknown")).iloc
    assert 0 <= partial["low"] <= full["total"] <= partial["high"] <= 24
    assert pd.isna(partial["total"]) == (partial["low"] != partial["high"]) == partial[ORGANS].isna().any()
