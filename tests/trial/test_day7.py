"""The day-7 endpoint from readings: both ends under the same rules, and what still decides named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

from tests.trial.test_board import COMPLETE, TODAY, Patient, ago, at_noon, readings
from trial import day7
from trial.day7 import Judged
from trial.endpoints import DIFFERENT_KINDS

ON_DAY_7 = Patient(day=7)
NO_BILIRUBIN = {code: value for code, value in COMPLETE.items() if code != "bilirubin"}
WELL = COMPLETE | {"platelets": 200.0, "bilirubin": 10.0}  # 10, of 15


def judged(patient: Patient, *told: pd.DataFrame) -> Judged:
    return day7.judged([patient], pd.concat(told, ignore_index=True), TODAY)[patient.number]


def both(baseline: dict[str, Any], day_7: dict[str, Any], patient: Patient = ON_DAY_7) -> Judged:
    return judged(patient, readings(patient, 6, baseline), readings(patient, 0, day_7))


@pytest.mark.parametrize(
    ("baseline", "day_7", "state", "lacks"),
    [
        (COMPLETE, WELL, "success", ()),
        (COMPLETE, COMPLETE, "failure", ()),
        (COMPLETE, WELL | {"bilirubin": None}, "undetermined", ("bilirubin",)),  # 15 to 10…14
        (COMPLETE, WELL | {"bilirubin": None, "creatinine": 50.0}, "success", ("bilirubin",)),
        (COMPLETE, NO_BILIRUBIN | {"platelets": 10.0}, "failure", ("bilirubin",)),
    ],
)
def test_achieved_in_every_case_in_no_case_or_depending_on_a_named_value(
    baseline: dict[str, Any], day_7: dict[str, Any], state: str, lacks: tuple[str, ...]
) -> None:
    found = both(baseline, {code: value for code, value in day_7.items() if value is not None})
    assert (found.found.state, found.day_7.lacks, found.is_today) == (state, lacks, True)


def test_a_value_that_is_drawn_and_has_no_result_is_awaited() -> None:
    pending = readings(ON_DAY_7, 0, {"bilirubin": None}, state="pending")
    told = {code: value for code, value in WELL.items() if code != "bilirubin"}
    found = judged(ON_DAY_7, readings(ON_DAY_7, 6, COMPLETE), readings(ON_DAY_7, 0, told), pending)
    assert (found.day_7.lacks, found.day_7.awaited) == (("bilirubin",), ("bilirubin",))


def test_a_value_carried_over_from_day_6_is_not_measured_on_day_7() -> None:
    told = readings(ON_DAY_7, 0, {code: value for code, value in WELL.items() if code != "bilirubin"})
    carried = readings(ON_DAY_7, 0, {"bilirubin": 10.0}, state="carried")
    before = readings(ON_DAY_7, 1, WELL)
    found = judged(ON_DAY_7, readings(ON_DAY_7, 6, COMPLETE), before, told, carried)
    assert found.found.state == "undetermined"


def test_the_gas_of_day_7_may_take_its_fio2_from_the_evening_before() -> None:
    midnight = at_noon(TODAY) - timedelta(hours=13)  # 00:00 in Paris
    rest = {code: value for code, value in WELL.items() if code not in ("pao2", "fio2")}
    told = [readings(ON_DAY_7, 6, COMPLETE), readings(ON_DAY_7, 0, rest),
            readings(ON_DAY_7, 1, {"fio2": 0.5}, sampled_at=midnight - timedelta(minutes=20)),
            readings(ON_DAY_7, 0, {"pao2": 68.0}, sampled_at=midnight + timedelta(minutes=20))]  # fmt: skip
    assert judged(ON_DAY_7, *told).day_7.lacks == ()


def test_what_was_drawn_after_the_first_dose_is_not_of_the_baseline() -> None:
    late = readings(ON_DAY_7, 6, {"bilirubin": 58.0}, sampled_at=at_noon(ago(6)) + timedelta(hours=1))
    found = judged(ON_DAY_7, readings(ON_DAY_7, 6, NO_BILIRUBIN), late, readings(ON_DAY_7, 0, WELL))
    assert found.baseline.lacks == ("bilirubin",)
    assert found.baseline.points and found.baseline.points.bounds == (13, 17)


def test_glasgows_judged_otherwise_at_the_two_ends_are_flagged() -> None:
    found = both(COMPLETE | {"gcs_kind": "measured"}, WELL | {"gcs_kind": "estimated"})
    assert DIFFERENT_KINDS in found.found.flags
    assert DIFFERENT_KINDS not in both(COMPLETE | {"gcs_kind": "measured"}, WELL | {"gcs_kind": "measured"}).found.flags


def test_both_ends_say_under_which_rules_they_were_scored() -> None:
    found = both(COMPLETE, WELL)
    assert found.baseline.points and found.day_7.points
    assert found.baseline.points.rules is not None and found.baseline.points.rules == found.day_7.points.rules


def test_before_day_7_it_is_pending_and_says_what_would_be_enough() -> None:
    patient = Patient(day=6)
    found = judged(patient, readings(patient, 5, COMPLETE))
    assert (found.found.state, found.enough, found.is_today) == ("pending", 12, False)
    assert judged(patient, readings(patient, 5, NO_BILIRUBIN)).enough == 10, "sure whatever the bilirubin was"
    assert judged(patient, readings(patient, 3, COMPLETE)).enough is None


def test_the_dead_are_failures_and_nobody_outside_the_trial_is_judged() -> None:
    dead = replace(ON_DAY_7, died_at=at_noon(ago(2)))
    assert both(COMPLETE, WELL, dead).found.state == "failure"
    assert day7.judged([Patient()], readings(Patient(), 0, COMPLETE), TODAY) == {}


def test_each_patient_of_a_ward_is_judged_as_if_alone() -> None:
    one, other = replace(ON_DAY_7, number="one"), replace(ON_DAY_7, number="other", day=8)
    told = [readings(one, 6, COMPLETE), readings(one, 0, WELL), readings(other, 7, COMPLETE), readings(other, 1, COMPLETE)]
    together = day7.judged([one, other], pd.concat(told, ignore_index=True), TODAY)
    assert together == {"one": judged(one, *told[:2]), "other": judged(other, *told[2:])}
    assert [together[name].found.state for name in ("one", "other")] == ["success", "failure"]
