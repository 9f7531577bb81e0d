"""A score says under which rules it was computed, and only the same rules may be subtracted."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from scoring import hlh2004, hscore, sofa, sofa2
from scoring.rules import DifferentRules, Rules, UnknownOption, fall, must_be_same

DAYS = pd.DataFrame({"platelets": [40.0, 120.0], "bilirubin": [58.0, None]}, index=["day 1", "day 7"])


def test_a_scored_frame_and_each_of_its_rows_say_their_rules():
    scored = sofa.score(DAYS, options=sofa.Options(rrt=None))
    for told in (Rules.of(scored), Rules.of(scored.loc["day 7"]), Rules.of(scored[scored["low"] > 0])):
        assert (told.score, told.options["rrt"], told.options["column"]) == ("sofa", None, "SI")
    assert Rules.of(hscore.score(DAYS)).score == "hscore"
    assert Rules.of(hlh2004.score(DAYS)).options["reading"] == "at_least_5"


def test_the_rules_survive_a_file(tmp_path):
    sofa.score(DAYS).to_parquet(tmp_path / "scored.parquet")
    back = pd.read_parquet(tmp_path / "scored.parquet")
    assert Rules.of(back) == Rules.of(sofa.score(DAYS))
    assert json.loads(Rules.of(back).text)["options"]["ecmo"] == 4


def test_a_frame_that_does_not_say_its_rules_is_refused():
    with pytest.raises(ValueError, match="under which rules"):
        Rules.of(pd.DataFrame({"low": [1], "high": [1]}))


def test_the_fall_is_an_interval_where_something_is_missing():
    scored = sofa.score(DAYS)
    fell = fall(scored.loc[["day 1"]].set_axis([0]), scored.loc[["day 7"]].set_axis([0]))
    one, seven = scored.loc["day 1"], scored.loc["day 7"]
    assert fell.loc[0].to_list() == [one["low"] - seven["high"], one["high"] - seven["low"]]


@pytest.mark.parametrize("change", [
    {"support": ("invasive",)}, {"ecmo": None}, {"rrt": None}, {"nonlisted": "ignore"}, {"gcs": "measured"},
    {"spo2": "grissom"}, {"empty_dose": "unknown"},
])
def test_baseline_and_day_7_under_other_options_are_not_subtracted(change):
    base, day_7 = sofa.score(DAYS), sofa.score(DAYS, options=replace(sofa.DEFAULT, **change))
    with pytest.raises(DifferentRules, match=next(iter(change))) as refused:
        fall(base, day_7)
    assert set(refused.value.differing) == set(change)


def test_the_other_column_the_other_version_and_another_score_are_not_subtracted():
    base = Rules.of(sofa.score(DAYS))
    for other in (Rules.of(sofa.score(DAYS, sofa.CONVENTIONAL)), replace(base, version="2026.1"), replace(base, score="sofa2")):
        with pytest.raises(DifferentRules):
            must_be_same(base, other)
    must_be_same(base, Rules.of(sofa.score(DAYS)))


@pytest.mark.parametrize(("options", "wrong"), [
    (sofa.Options, {"spo2": "kirby"}), (sofa.Options, {"nonlisted": "sum"}), (sofa.Options, {"gcs": "15"}),
    (hlh2004.Options, {"reading": "5 or 6"}), (sofa2.Options, {"ceiling": "non"}), (sofa2.Options, {"ceiling": 1}),
])
def test_an_option_that_does_not_exist_is_refused(options, wrong):
    with pytest.raises(UnknownOption, match=next(iter(wrong))):
        options(**wrong)


FOUR_OPEN = {"temperature": 38.5, "splenomegaly": "yes", "hemoglobin": 8.9, "platelets": 99, "ferritin": 500,
             "triglycerides": 3.0, "hemophagocytosis": "yes", "nk_activity_low": "yes", "scd25": 2400}  # fmt: skip


@pytest.mark.parametrize(("values", "at_least", "exactly", "routine"), [
    (FOUR_OPEN, True, False, True),  # 8 of 8: turned away by "exactly 5 or 6"
    (FOUR_OPEN | {"splenomegaly": "no", "hemophagocytosis": "no"}, True, True, False),  # 6: two of them seldom done
    (FOUR_OPEN | {"splenomegaly": "no", "hemophagocytosis": None}, True, pd.NA, pd.NA),  # 6 or 7
    (FOUR_OPEN | {"scd25": 2399, "nk_activity_low": "no"}, True, True, True),
    ({}, pd.NA, pd.NA, pd.NA),
])
def test_the_three_readings_of_five_or_six_criteria(values, at_least, exactly, routine):
    row = pd.DataFrame([values], index=[0])
    met = {reading: hlh2004.score(row, options=hlh2004.Options(reading))["met"].iloc[0]
           for reading in ("at_least_5", "exactly_5_or_6", "5_of_6_routine")}  # fmt: skip
    for found, expected in zip(met.values(), (at_least, exactly, routine), strict=True):
        assert (found is expected) if expected is pd.NA else (found == expected)


GCS = pd.DataFrame({"gcs": [3.0, 14.0, 14.0, 9.0], "gcs_kind": ["measured", "before_sedation", "estimated", None]})


def test_under_the_rule_measured_a_gcs_judged_otherwise_is_unknown():
    assert sofa.score(GCS)["cns"].to_list() == [4, 1, 1, 3]
    measured = sofa.score(GCS, options=sofa.Options(gcs="measured"))["cns"]
    assert measured.iloc[0] == 4 and measured.iloc[1:].isna().all()


@pytest.mark.parametrize(("agent", "dose", "nee", "fixed"), [
    ("vasopressin", 0.03, 3, 3), ("vasopressin", 0.041, 4, 3), ("vasopressin", 0, 0, 0), ("phenylephrine", 1.0, 3, 3),
    ("phenylephrine", 1.1, 4, 3), ("metaraminol", 0.8, 3, 3), ("metaraminol", 0.81, 4, 3), ("angiotensin_ii", 0.01, 3, 3),
    ("angiotensin_ii", 0.011, 4, 3), ("milrinone", 0.3, 2, 2), ("levosimendan", 0.1, 2, 2), ("milrinone", 0, 0, 0),
])
def test_drugs_outside_the_table_of_1996_under_each_option(agent, dose, nee, fixed):
    frame = pd.DataFrame({"map": [80.0], agent: [dose]})
    found = [sofa.score(frame, options=sofa.Options(nonlisted=way))["cardiovascular"].item() for way in ("ignore", "nee", "fixed")]
    assert found == [0, nee, fixed]


@pytest.mark.parametrize(("spo2", "lines", "points"), [
    (88.0, "grissom", 3), (88.0, "rice", 3), (88.0, "pandharipande", 2),  # S/F 220
    (97.0, "grissom", 2), (97.1, "grissom", None), (100.0, "rice", None), (88.0, "", None),
])
def test_saturation_stands_in_for_a_missing_gas_by_option_alone(spo2, lines, points):
    frame = pd.DataFrame({"spo2": [spo2], "fio2": [0.4], "ventilation": ["invasive"]})
    found = sofa.score(frame, options=sofa.Options(spo2=lines))["respiration"].iloc[0]
    assert pd.isna(found) if points is None else found == points


def test_a_gas_comes_before_the_saturation():
    frame = pd.DataFrame({"pao2": [200.0], "spo2": [88.0], "fio2": [0.4], "ventilation": ["invasive"]})
    assert sofa.score(frame, options=sofa.Options(spo2="rice"))["respiration"].item() == 0


def test_a_table_of_cut_offs_is_known_by_its_content():
    assert Rules.of(sofa.score(DAYS, dict(sofa.CONVENTIONAL))).options["column"] == "conventional"
    own = sofa.score(DAYS, {**sofa.SI, "liver": sofa.CONVENTIONAL["liver"]})
    assert Rules.of(own).options["column"].startswith("own ")
    with pytest.raises(DifferentRules, match="column"):
        fall(sofa.score(DAYS), own)


@pytest.mark.parametrize("wrong", [
    {"ecmo": 9}, {"rrt": -1}, {"rrt": True}, {"ecmo": "4"}, {"ecmo": 4.5}, {"support": ("bipap",)}, {"support": ["niv"]},
])
def test_points_that_an_organ_cannot_have_and_machines_that_are_not_known_are_no_options(wrong):
    with pytest.raises(UnknownOption, match=next(iter(wrong))):
        sofa.Options(**wrong)
