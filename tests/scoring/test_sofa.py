"""SOFA against table 3 of Vincent 1996, written out here and not taken from the code."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import explain, sofa
from scoring.columns import BadColumn

WELL = {
    "pao2": 100.0, "fio2": 0.21, "ventilation": "none", "ecmo": "no", "rrt": "no", "platelets": 200.0,
    "bilirubin": 10.0, "map": 80.0, "norepinephrine": 0.0, "epinephrine": 0.0, "dopamine": 0.0, "dobutamine": 0.0,
    "vasopressin": 0.0, "gcs": 15.0, "creatinine": 80.0, "urine_output": 1500.0,
}  # fmt: skip
ORGANS = ["respiration", "coagulation", "liver", "cardiovascular", "cns", "renal"]


def day(**values):
    return pd.DataFrame([values])


def bedside(**values):
    return values


def scored(cutoffs=sofa.SI, **values):
    return sofa.score(day(**values), cutoffs).iloc[0]


# variable, cut-off, a step, the organ's points below, at and above it
SI_TABLE = [
    ("platelets", "coagulation", 150, 0.1, 1, 0, 0),
    ("platelets", "coagulation", 100, 0.1, 2, 1, 1),
    ("platelets", "coagulation", 50, 0.1, 3, 2, 2),
    ("platelets", "coagulation", 20, 0.1, 4, 3, 3),
    ("bilirubin", "liver", 20, 0.1, 0, 1, 1),
    ("bilirubin", "liver", 33, 0.1, 1, 2, 2),
    ("bilirubin", "liver", 102, 0.1, 2, 3, 3),
    ("bilirubin", "liver", 204, 0.1, 3, 3, 4),
    ("map", "cardiovascular", 70, 0.1, 1, 0, 0),
    ("dopamine", "cardiovascular", 5, 0.01, 2, 2, 3),
    ("dopamine", "cardiovascular", 15, 0.01, 3, 3, 4),
    ("epinephrine", "cardiovascular", 0.1, 0.001, 3, 3, 4),
    ("norepinephrine", "cardiovascular", 0.1, 0.001, 3, 3, 4),
    ("gcs", "cns", 13, 1, 2, 1, 1),
    ("gcs", "cns", 10, 1, 3, 2, 2),
    ("gcs", "cns", 6, 1, 4, 3, 3),
    ("creatinine", "renal", 110, 0.1, 0, 1, 1),
    ("creatinine", "renal", 171, 0.1, 1, 2, 2),
    ("creatinine", "renal", 300, 0.1, 2, 3, 3),
    ("creatinine", "renal", 440, 0.1, 3, 3, 4),
    ("urine_output", "renal", 500, 1, 3, 0, 0),
    ("urine_output", "renal", 200, 1, 4, 3, 3),
]
CONVENTIONAL_TABLE = [
    ("bilirubin", "liver", 1.2, 0.01, 0, 1, 1),
    ("bilirubin", "liver", 2.0, 0.01, 1, 2, 2),
    ("bilirubin", "liver", 6.0, 0.01, 2, 3, 3),
    ("bilirubin", "liver", 12.0, 0.01, 3, 4, 4),
    ("creatinine", "renal", 1.2, 0.01, 0, 1, 1),
    ("creatinine", "renal", 2.0, 0.01, 1, 2, 2),
    ("creatinine", "renal", 3.5, 0.01, 2, 3, 3),
    ("creatinine", "renal", 5.0, 0.01, 3, 4, 4),
]


def _points(table):
    return [
        (variable, organ, round(value, 6), points)
        for variable, organ, cut, step, below, at, above in table
        for value, points in ((cut - step, below), (cut, at), (cut + step, above))
    ]


@pytest.mark.parametrize(("variable", "organ", "value", "points"), _points(SI_TABLE))
def test_each_si_cutoff_of_vincent_1996_table_3(variable, organ, value, points):
    row = scored(**WELL | {variable: value})
    assert row[organ] == points
    assert row["total"] == row["low"] == row["high"] == points


@pytest.mark.parametrize(("variable", "organ", "value", "points"), _points(CONVENTIONAL_TABLE))
def test_each_conventional_cutoff_of_vincent_1996_table_3(variable, organ, value, points):
    row = scored(sofa.CONVENTIONAL, **WELL | {"bilirubin": 0.6, "creatinine": 0.9} | {variable: value})
    assert row[organ] == row["total"] == points


@pytest.mark.parametrize("points_by_gcs", [
    {15: 0, 14: 1, 13: 1, 12: 2, 11: 2, 10: 2, 9: 3, 8: 3, 7: 3, 6: 3, 5: 4, 4: 4, 3: 4},
])  # fmt: skip
def test_each_glasgow_coma_score(points_by_gcs):
    scores = sofa.score(pd.DataFrame({"gcs": list(points_by_gcs)}))
    assert scores["cns"].tolist() == list(points_by_gcs.values())


RATIOS = [
    (400.1, 0, 0), (400, 0, 0), (399.9, 1, 1), (300, 1, 1), (299.9, 2, 2), (200, 2, 2), (199.9, 3, 2), (100, 3, 2),
    (99.9, 4, 2), (30, 4, 2),
]  # fmt: skip


@pytest.mark.parametrize(("ratio", "supported", "unsupported"), RATIOS)
def test_below_200_the_ratio_counts_3_and_4_with_ventilatory_support_alone(ratio, supported, unsupported):
    for ventilation in ("invasive", "niv", "cpap"):
        assert scored(pao2=ratio, fio2=1.0, ventilation=ventilation)["respiration"] == supported
    for ventilation in ("none", "hfnc"):
        assert scored(pao2=ratio, fio2=1.0, ventilation=ventilation)["respiration"] == unsupported


@pytest.mark.parametrize(("ratio", "low", "high"), [(150, 2, 3), (90, 2, 4), (250, 2, 2), (350, 1, 1)])
def test_a_ratio_without_known_ventilation_is_bounded_by_both_readings(ratio, low, high):
    row = scored(**WELL | {"pao2": ratio, "fio2": 1.0, "ventilation": None})
    assert (row["low"], row["high"]) == (low, high)
    assert pd.isna(row["respiration"]) == (low != high) == pd.isna(row["total"])


def test_high_flow_oxygen_can_be_set_to_count_as_support():
    frame = day(pao2=90.0, fio2=1.0, ventilation="hfnc")
    assert sofa.score(frame, options=sofa.Options(support=(*sofa.DEFAULT.support, "hfnc")))["respiration"].item() == 4


EXAMPLE_1 = bedside(pao2=68, fio2=0.5, ventilation="invasive", platelets=42, bilirubin=58, norepinephrine=0.12, gcs=14,
                 creatinine=185, urine_output=900)  # fmt: skip
EXAMPLES = [
    (EXAMPLE_1, [3, 3, 2, 4, 1, 2], 15),
    (bedside(pao2=90, fio2=1.0, ventilation="none", platelets=150, bilirubin=20, map=70, gcs=15, creatinine=110,
          urine_output=500), [2, 0, 1, 0, 0, 1], 4),
    (bedside(pao2=200, fio2=1.0, ventilation="invasive", platelets=50, bilirubin=204, norepinephrine=0.10, gcs=9,
          creatinine=300, urine_output=499), [2, 2, 3, 3, 3, 3], 16),
    (bedside(pao2=199.9, fio2=1.0, ventilation="invasive", platelets=49.9, bilirubin=204.1, norepinephrine=0.11, gcs=8,
          creatinine=440.1, urine_output=199), [3, 3, 4, 4, 3, 4], 21),
    (bedside(pao2=401, fio2=1.0, ventilation="none", platelets=151, bilirubin=19, map=71, gcs=15, creatinine=109,
          urine_output=1500), [0, 0, 0, 0, 0, 0], 0),
    (bedside(pao2=350, fio2=1.0, ventilation="none", platelets=120, bilirubin=15, map=72, dobutamine=5, gcs=15,
          creatinine=80, urine_output=1400), [1, 1, 0, 2, 0, 0], 4),
    (EXAMPLE_1 | {"norepinephrine": 0.08}, [3, 3, 2, 3, 1, 2], 14),
    (EXAMPLE_1 | {"gcs": 3}, [3, 3, 2, 4, 4, 2], 18),
]  # fmt: skip


@pytest.mark.parametrize(("values", "organs", "total"), EXAMPLES)
def test_worked_examples(values, organs, total):
    row = scored(**values)
    assert row[ORGANS].tolist() == organs
    assert row["total"] == row["low"] == row["high"] == total


def test_worked_example_without_platelets_is_5_to_9():
    row = scored(pao2=250, fio2=1.0, ventilation="none", bilirubin=40, map=65, gcs=15, creatinine=100)
    assert row[["respiration", "liver", "cardiovascular", "cns", "renal"]].tolist() == [2, 2, 1, 0, 0]
    assert pd.isna(row["coagulation"]) and pd.isna(row["total"])
    assert (row["low"], row["high"]) == (5, 9)


SETTLING = {
    "pao2": "respiration", "fio2": "respiration", "platelets": "coagulation", "bilirubin": "liver", "gcs": "cns",
    "creatinine": "renal",
}  # fmt: skip


@pytest.mark.parametrize(("variable", "organ"), SETTLING.items())
@pytest.mark.parametrize("absent", ["empty", "no column"])
def test_a_missing_measurement_leaves_its_organ_and_the_total_unknown(variable, organ, absent):
    values = WELL | {variable: None} if absent == "empty" else {k: v for k, v in WELL.items() if k != variable}
    row = scored(**values)
    assert pd.isna(row[organ]) and pd.isna(row["total"])
    assert (row["low"], row["high"]) == (0, 4)


def test_a_day_of_which_nothing_is_known_is_0_to_24():
    row = sofa.score(pd.DataFrame(index=["d1"])).loc["d1"]
    assert row[[*ORGANS, "total"]].isna().all()
    assert (row["low"], row["high"]) == (0, 24)


@pytest.mark.parametrize(("doses", "points"), [
    ({"norepinephrine": 0.2}, 4), ({"norepinephrine": 0.05}, 3), ({"dobutamine": 3}, 2), ({"dopamine": 5}, 2),
    ({"dopamine": 16, "norepinephrine": 0.0}, 4), ({"vasopressin": 0.03}, 3),
])  # fmt: skip
def test_a_running_drug_decides_when_mean_pressure_is_missing(doses, points):
    assert scored(**doses)["cardiovascular"] == points


@pytest.mark.parametrize("pressure", [65, 80])
def test_empty_dose_boxes_are_no_drug_once_mean_pressure_is_known(pressure):
    row = scored(map=pressure)
    assert row["cardiovascular"] == (1 if pressure < 70 else 0)
    row = sofa.score(day(map=pressure), options=sofa.Options(empty_dose="unknown")).iloc[0]
    assert pd.isna(row["cardiovascular"])


@pytest.mark.parametrize(("doses", "low", "high"), [
    ({}, 0, 4),
    ({"norepinephrine": 0.0}, 0, 4),
    ({"norepinephrine": 0.0, "epinephrine": 0.0, "dopamine": 0.0, "dobutamine": 0.0, "vasopressin": 0.0}, 0, 1),
])  # fmt: skip
def test_without_mean_pressure_and_a_running_drug_the_circulation_is_unknown(doses, low, high):
    drugs = dict.fromkeys([*sofa.CATECHOLAMINES, "vasopressin", "map"])
    row = scored(**WELL | drugs | doses)
    assert pd.isna(row["cardiovascular"])
    assert (row["low"], row["high"]) == (low, high)


@pytest.mark.parametrize("drug", ["norepinephrine", "epinephrine", "dopamine", "dobutamine", "vasopressin"])
@pytest.mark.parametrize("dose", [0, 0.0, 0.3 - 0.2 - 0.1])
def test_a_dose_of_0_is_no_drug(drug, dose):
    assert scored(map=80, **{drug: abs(dose)})["cardiovascular"] == 0


def test_any_dose_of_dobutamine_is_2_points():
    assert [scored(map=80, dobutamine=dose)["cardiovascular"] for dose in (0.01, 5, 40)] == [2, 2, 2]


def test_catecholamines_count_one_by_one_and_are_not_summed():
    assert scored(map=80, norepinephrine=0.08, epinephrine=0.08)["cardiovascular"] == 3
    assert scored(map=80, dobutamine=10, norepinephrine=0.11)["cardiovascular"] == 4


@pytest.mark.parametrize(("doses", "equivalent", "ignored"), [
    ({"vasopressin": 0.03}, 3, 0),
    ({"vasopressin": 0.04}, 3, 0),
    ({"vasopressin": 0.05}, 4, 0),
    ({"vasopressin": 0.04, "norepinephrine": 0.05}, 4, 3),
    ({"vasopressin": 0.01, "dopamine": 5}, 3, 2),
    ({"vasopressin": 0.0, "norepinephrine": 0.05, "epinephrine": 0.06}, 3, 3),
])  # fmt: skip
def test_vasopressin_counts_as_norepinephrine_equivalent_or_not_at_all(doses, equivalent, ignored):
    frame = day(map=80, **doses)
    assert sofa.score(frame)["cardiovascular"].item() == equivalent
    assert sofa.score(frame, options=sofa.Options(nonlisted="ignore"))["cardiovascular"].item() == ignored


@pytest.mark.parametrize(("urine", "low", "high"), [
    (1500, 0, 4), (500, 0, 4), (499, 3, 4), (200, 3, 4), (199, 4, 4), (0, 4, 4), (None, 0, 4),
])  # fmt: skip
def test_urine_alone_bounds_the_kidney(urine, low, high):
    row = scored(**WELL | {"creatinine": None, "urine_output": urine})
    assert (row["low"], row["high"]) == (low, high)
    assert pd.isna(row["renal"]) == (low != high)


def test_a_missing_urine_collection_leaves_the_kidney_to_creatinine():
    assert scored(**WELL | {"urine_output": None, "creatinine": 171})["total"] == 2


def test_renal_replacement_is_4_points_whatever_the_creatinine():
    frame = day(creatinine=80, urine_output=1500, rrt="yes")
    assert sofa.score(frame)["renal"].item() == 4
    assert sofa.score(frame, options=sofa.Options(rrt=None))["renal"].item() == 0
    assert scored(rrt=True)["renal"] == 4


def test_ecmo_is_4_points_whatever_the_gas():
    frame = day(pao2=400.0, fio2=0.5, ventilation="none", ecmo="yes")
    assert sofa.score(frame)["respiration"].item() == 4
    assert sofa.score(frame, options=sofa.Options(ecmo=None))["respiration"].item() == 0
    assert scored(ecmo=True)["respiration"] == 4


@pytest.mark.parametrize(("values", "organ", "points"), [
    ({"pao2": 112, "fio2": 0.28, "ventilation": "none"}, "respiration", 0),  # 400 exactly, 399.99999999999994 in floats
    ({"pao2": 63, "fio2": 0.21, "ventilation": "none"}, "respiration", 1),  # 300
    ({"pao2": 58, "fio2": 0.29, "ventilation": "invasive"}, "respiration", 2),  # 200.00000000000003
    ({"map": 80, "norepinephrine": 0.30000000000000004 - 0.2}, "cardiovascular", 3),
    ({"map": 80, "norepinephrine": 0.1 + 1e-6}, "cardiovascular", 4),
    ({"map": 80, "epinephrine": 0.1}, "cardiovascular", 3),
])  # fmt: skip
def test_a_value_on_a_cutoff_is_on_it_however_it_was_computed(values, organ, points):
    assert scored(**values)[organ] == points


@pytest.mark.parametrize(("bilirubin_si", "points_si", "points_conventional"), [
    (33, 2, 1), (20, 1, 0), (102, 3, 2), (205, 4, 3),
])  # fmt: skip
def test_the_two_columns_of_the_paper_are_not_conversions_of_each_other(bilirubin_si, points_si, points_conventional):
    assert scored(bilirubin=bilirubin_si)["liver"] == points_si
    assert scored(sofa.CONVENTIONAL, bilirubin=bilirubin_si / 17.1)["liver"] == points_conventional


@pytest.mark.parametrize("values", [
    {"fio2": 50}, {"fio2": 1.01}, {"fio2": 0.2}, {"gcs": 2}, {"gcs": 16}, {"gcs": 13.5}, {"platelets": -1},
    {"norepinephrine": -0.1}, {"creatinine": np.inf}, {"bilirubin": "20"}, {"ventilation": "intubated"},
    {"rrt": "perhaps"}, {"map": True},
])  # fmt: skip
def test_what_cannot_be_is_refused_by_column(values):
    (column,) = values
    with pytest.raises(BadColumn, match=f"^{column}: "):
        scored(**WELL | values)


def test_points_are_whole_numbers_with_na_on_the_index_that_was_given():
    days = pd.DataFrame([WELL, WELL | {"gcs": None}, WELL], index=["a", "a", "b"])
    scores = sofa.score(days)
    assert list(scores) == [*ORGANS, "total", "low", "high"]
    assert set(scores.dtypes.astype(str)) == {"Int64"}
    assert scores.index.tolist() == ["a", "a", "b"]
    assert scores["total"].isna().tolist() == [False, True, False]


def test_no_days_have_no_scores():
    for empty in (pd.DataFrame(), pd.DataFrame({variable: [] for variable in WELL})):
        scores = sofa.score(empty)
        assert len(scores) == 0 and list(scores) == [*ORGANS, "total", "low", "high"]


def reached(values, options=sofa.DEFAULT):
    row = day(**{code: value for code, value in values.items() if value is not None})
    return {organ: explain.reached(item, values, sofa.facts(row, options)) for organ, item in sofa.under(sofa.SI, options).items()}


def test_the_bands_that_are_reached_say_why():
    why = reached(EXAMPLE_1 | {"bilirubin": None})
    assert [(band.variable, band.label, band.points) for band in why["respiration"]] == [("pao2_fio2", "100–<200", 3)]
    assert [(band.variable, band.label) for band in why["cardiovascular"]] == [("norepinephrine", "> 0.1")]
    assert why["liver"] == ()
    assert [band.variable for band in reached({"rrt": "yes", "creatinine": 450})["renal"]] == ["creatinine", "rrt"]
    shock = reached({"map": 60, "vasopressin": 0.04, "norepinephrine": 0.05})["cardiovascular"]
    assert [(band.variable, band.points) for band in shock] == [("norepinephrine_equivalent", 4)]
    assert all(bands == () for bands in reached({"map": None}).values())


@pytest.mark.parametrize("options", [
    sofa.Options(), sofa.Options(nonlisted="ignore"), sofa.Options(nonlisted="fixed"), sofa.Options(support=("invasive",)),
    sofa.Options(rrt=None, ecmo=None),
])
def test_why_and_the_score_agree_under_each_choice_of_rules(options):
    values = WELL | {"pao2": 90, "fio2": 1.0, "ventilation": "niv", "ecmo": "no", "rrt": "yes", "vasopressin": 0.1}
    for day_values in (values, values | {"ecmo": "yes"}, EXAMPLE_1):
        points = sofa.score(day(**day_values), options=options).iloc[0]
        why = reached(day_values, options)
        assert {organ: why[organ][0].points for organ in ORGANS} == points[ORGANS].to_dict()


def test_cutpoints_by_variable():
    assert sofa.CUTPOINTS["platelets"] == (20, 50, 100, 150)
    assert sofa.CUTPOINTS["bilirubin"] == (20, 33, 102, 204)
    assert sofa.CUTPOINTS["norepinephrine"] == (0, 0.1)
    assert sofa.CUTPOINTS["urine_output"] == (200, 500)
    assert "10.1007/BF01709751" in sofa.CITATION


# better to worse
LADDERS = {
    "pao2": [600, 400, 300, 250, 200, 150, 100, 63, 40],
    "fio2": [0.21, 0.28, 0.4, 0.5, 0.75, 1.0],
    "ventilation": ["none", "hfnc", "niv", "invasive"],
    "ecmo": ["no", "yes"],
    "rrt": ["no", "yes"],
    "platelets": [300, 150, 149, 100, 99, 50, 49, 20, 19, 0],
    "bilirubin": [5, 20, 32, 33, 101, 102, 204, 205, 600],
    "map": [90, 70, 69.9, 40],
    "norepinephrine": [0, 0.02, 0.08, 0.1, 0.11, 2],
    "epinephrine": [0, 0.05, 0.1, 0.2],
    "dopamine": [0, 3, 5, 6, 15, 16],
    "dobutamine": [0, 5, 20],
    "vasopressin": [0, 0.01, 0.03, 0.04, 0.06],
    "gcs": [15, 14, 13, 12, 10, 9, 6, 5, 3],
    "creatinine": [60, 110, 171, 300, 440, 441],
    "urine_output": [2000, 500, 499, 200, 199, 0],
}
DAYS = st.fixed_dictionaries({variable: st.sampled_from(ladder) for variable, ladder in LADDERS.items()})


@given(DAYS, st.sampled_from(sorted(LADDERS)), st.data())
def test_a_worse_value_never_lowers_the_total(values, variable, data):
    ladder = LADDERS[variable]
    worse = data.draw(st.sampled_from(ladder[ladder.index(values[variable]) :]))
    before, after = sofa.score(pd.DataFrame([values, values | {variable: worse}]))["total"]
    assert 0 <= before <= after <= 24


@settings(max_examples=200)
@given(DAYS, st.sets(st.sampled_from(sorted(set(LADDERS) - {"ecmo", "rrt"}))))
def test_the_interval_encloses_every_completion_of_what_is_missing(values, missing):
    if "creatinine" not in missing:  # which then decides without the urine
        missing = missing - {"urine_output"}
    scores = sofa.score(pd.DataFrame([values, values | dict.fromkeys(missing)]), options=sofa.Options(empty_dose="unknown"))
    full, partial = scores.iloc[0], scores.iloc[1]
    assert 0 <= partial["low"] <= full["total"] <= partial["high"] <= 24
    assert pd.isna(partial["total"]) == (partial["low"] != partial["high"])
    assert pd.isna(partial["total"]) == partial[ORGANS].isna().any()


@given(DAYS, st.sets(st.sampled_from(["pao2", "fio2", "ventilation", "platelets", "bilirubin", "map", "gcs"])))
def test_by_default_too_but_for_the_boxes_that_may_be_left_empty(values, missing):
    full, partial = sofa.score(pd.DataFrame([values, values | dict.fromkeys(missing)])).iloc
    assert partial["low"] <= full["total"] <= partial["high"]


@given(st.lists(DAYS, min_size=2, max_size=8), st.randoms())
def test_the_order_of_rows_does_not_matter(rows, random):
    days = pd.DataFrame(rows)
    order = random.sample(range(len(rows)), len(rows))
    pd.testing.assert_frame_equal(sofa.score(days.iloc[order]), sofa.score(days).iloc[order])
