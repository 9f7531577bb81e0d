"""Day 7: alive with a SOFA at least 3 points lower."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import sofa
from trial import endpoints
from trial.endpoints import ORGANS, Day7, Rule, SofaPoints, day7
from trial.errors import DifferentRules
from trial.schedule import date_of

DAY_1 = date(2026, 3, 2)
LATER = DAY_1 + timedelta(days=20)


def at(day: int) -> date:
    return date_of(day, DAY_1)


def points(total: int, *missing: str, gcs_kind: str | None = None) -> SofaPoints:
    """Six organs that add up to `total`, over those not missing."""
    organs: dict[str, int | None] = dict.fromkeys(ORGANS)
    for organ in ORGANS:
        if organ not in missing:
            organs[organ] = min(4, total)
            total -= min(4, total)
    assert total == 0
    return SofaPoints(organs, gcs_kind)


def decide(base: SofaPoints | None, on_day_7: SofaPoints | None, *, today: date = LATER, **fate: object) -> Day7:
    return day7(base, on_day_7, day_1=DAY_1, today=today, **fate)


def said(found: Day7) -> str:
    return found.reason.format_map(found.facts)


@pytest.mark.parametrize(
    ("base", "on_day_7", "fate", "state", "low", "high"),
    [
        (points(12), points(9), {}, "success", 3, 3),
        (points(12), points(10), {}, "failure", 2, 2),
        (points(12), points(6), {"died_on": at(5)}, "failure", None, None),
        (points(12), points(8), {"died_on": at(7)}, "failure", None, None),
        (points(12), points(4, "liver"), {}, "success", 4, 8),
        (points(12), points(8, "liver"), {}, "undetermined", 0, 4),
        (points(10), points(8, "liver"), {}, "failure", -2, 2),
        (points(5, "coagulation"), points(2), {}, "success", 3, 7),
        (points(4), points(1), {}, "success", 3, 3),
        (points(4), points(2), {}, "failure", 2, 2),
        (points(15), None, {"discharged_on": at(5)}, "undetermined", -9, 15),
        (points(15), points(12), {}, "success", 3, 3),
        (points(15), points(13), {}, "failure", 2, 2),
        (points(15), points(8), {"died_on": at(6)}, "failure", None, None),
    ],
)
def test_the_worked_examples_of_the_decision_table(base, on_day_7, fate, state, low, high):
    found = decide(base, on_day_7, **fate)
    assert (found.state, found.delta_low, found.delta_high) == (state, low, high)
    assert said(found)


@pytest.mark.parametrize(("drop", "state"), [(2, "failure"), (3, "success"), (4, "success"), (0, "failure"),
                                             (-4, "failure")])  # fmt: skip
def test_exactly_3_points_are_enough(drop, state):
    assert decide(points(12), points(12 - drop)).state == state


@pytest.mark.parametrize(
    ("on_day_7", "sentence"),
    [
        (9, "SOFA fell by 3 (from 12 to 9); the endpoint asks for 3 or more."),
        (11, "SOFA fell by 1 (from 12 to 11); the endpoint asks for 3 or more."),
        (12, "SOFA is unchanged at 12; the endpoint asks for a fall of 3 or more."),
        (14, "SOFA rose by 2 (from 12 to 14); the endpoint asks for a fall of 3 or more."),
    ],
)
def test_the_reason_is_a_sentence(on_day_7, sentence):
    assert said(decide(points(12), points(on_day_7))) == sentence


@pytest.mark.parametrize(
    ("base", "on_day_7", "sentence"),
    [
        (points(12), points(8, "liver"), "A fall of 3 or more depends on ('liver',) of day 7."),
        (points(10, "cns"), points(10), "A fall of 3 or more depends on ('consciousness',) of the baseline."),
        (
            points(10, "cns"),
            points(10, "renal"),
            "A fall of 3 or more depends on ('consciousness',) of the baseline and ('kidney',) of day 7.",
        ),
        (
            points(12),
            points(4, "liver"),
            "3 points or more in every case: the fall is 4 to 8, ('liver',) missing.",
        ),
        (
            points(10),
            points(8, "liver"),
            "Fewer than 3 points in every case: the fall is -2 to 2, ('liver',) missing.",
        ),
    ],
)
def test_what_is_open_is_named(base, on_day_7, sentence):
    assert said(decide(base, on_day_7)) == sentence


@pytest.mark.parametrize("today", [at(0), at(1), at(6)])
def test_before_day_7_the_endpoint_is_pending(today):
    found = decide(points(12), None, today=today)
    assert (found.state, found.facts["on"]) == ("pending", date(2026, 3, 8))


def test_a_death_before_day_7_need_not_wait_for_day_7():
    assert decide(points(12), None, today=at(5), died_on=at(5)).state == "failure"


@pytest.mark.parametrize(("day", "state"), [(6, "failure"), (7, "failure"), (8, "success")])
def test_a_death_counts_up_to_the_calendar_day_7(day, state):
    assert decide(points(12), points(5), died_on=at(day)).state == state


def test_on_day_7_itself_the_state_is_shown_and_can_still_change():
    found = decide(points(12), points(4, "liver"), today=at(7))
    assert found.state == "success"
    assert found.flags == (endpoints.DAY_NOT_OVER,)


@pytest.mark.parametrize("fate", ["withdrawn_on", "lost_on"])
def test_who_is_lost_or_withdraws_before_day_7_is_a_flagged_failure(fate):
    found = decide(points(12), points(2), **{fate: at(6)})
    assert found.state == "failure" and len(found.flags) == 1
    assert decide(points(12), points(2), **{fate: at(7)}).state == "success"
    assert decide(points(12), None, today=at(6), **{fate: at(5)}).state == "pending"


def test_an_amendment_can_leave_the_lost_undetermined():
    assert decide(points(12), None, lost_on=at(3), rule=Rule(lost="undetermined")).state == "undetermined"


def test_no_sofa_at_all_in_the_icu_is_undetermined():
    found = decide(points(12), None)
    assert (found.state, found.reason) == ("undetermined", endpoints.NO_SOFA)
    assert decide(points(12), SofaPoints({})).reason == endpoints.NO_SOFA
    assert decide(None, points(12)).state == "undetermined"
    assert decide(None, None).state == "undetermined"


def test_a_baseline_below_3_cannot_be_a_success_whatever_is_missing():
    assert decide(points(2), None).state == "failure"
    assert decide(points(2), None, discharged_on=at(5), rule=Rule(discharged="assume_success")).state == "failure"
    assert decide(points(3), points(0)).state == "success"


@pytest.mark.parametrize(
    ("rule", "last", "state"),
    [
        ("collect", points(2), "undetermined"),
        ("undetermined", points(2), "undetermined"),
        ("assume_success", None, "success"),
        ("locf", points(2), "success"),
        ("locf", points(14), "failure"),
        ("locf", points(10, "liver"), "undetermined"),
        ("locf", None, "undetermined"),
    ],
)
def test_discharged_before_day_7_without_a_sofa_depends_on_the_rule(rule, last, state):
    found = decide(points(15), None, discharged_on=at(5), last=last, rule=Rule(discharged=rule))
    assert found.state == state
    assert endpoints.DISCHARGED in found.flags
    assert said(found)


@pytest.mark.parametrize("rule", ["collect", "undetermined", "assume_success", "locf"])
def test_a_sofa_collected_on_the_ward_decides_whatever_the_rule(rule):
    found = decide(points(15), points(13), discharged_on=at(5), last=points(0), rule=Rule(discharged=rule))
    assert found.state == "failure"


def test_by_default_the_sofa_of_the_discharged_is_to_be_collected():
    assert said(decide(points(15), None, discharged_on=at(5))) == (
        "Discharged on day 5: collect the SOFA of day 7 where the patient is."
    )


def test_a_death_on_day_7_judged_by_sofa_is_another_rule():
    found = decide(points(12), points(8), died_on=at(7), rule=Rule(death_on_day_7="by_sofa"))
    assert found.state == "success"


def test_a_gcs_judged_in_two_ways_is_flagged():
    kinds = ("before_sedation", "measured")
    found = decide(points(12, gcs_kind=kinds[0]), points(9, gcs_kind=kinds[1]))
    assert found.flags == (endpoints.DIFFERENT_KINDS,)
    assert decide(points(12, gcs_kind="measured"), points(9, gcs_kind="measured")).flags == ()
    assert decide(points(12), points(9, gcs_kind="measured")).flags == ()


def test_care_limited_by_day_7_is_judged_as_observed_and_flagged():
    found = decide(points(12), points(9), care_limited_on=at(4))
    assert (found.state, found.flags) == ("success", (endpoints.CARE_LIMITED,))


def test_the_fall_over_the_common_organs_is_information_alone():
    found = decide(points(12, "liver"), points(6, "liver"))
    assert (found.state, found.common) == ("undetermined", 6)
    assert (found.missing_base, found.missing_day7) == (("liver",), ("liver",))


def test_an_organ_known_to_be_2_or_3_narrows_the_total():
    days = pd.DataFrame({
        "pao2": [75.0], "fio2": [0.5], "platelets": [160.0], "bilirubin": [10.0], "map": [80.0], "gcs": [15.0],
        "creatinine": [80.0],
    })  # fmt: skip
    found = SofaPoints.of(sofa.score(days).iloc[0], "measured")
    assert (found.low, found.high, found.missing) == (2, 3, ("respiration",))
    assert decide(points(6), found).state == "success"


@pytest.mark.parametrize("organs", [{"spleen": 1}, {"liver": 5}, {"liver": -1}])
def test_points_that_no_sofa_has_are_a_bug(organs):
    with pytest.raises(ValueError):
        SofaPoints(organs)


def test_bounds_that_the_organs_cannot_add_up_to_are_a_bug():
    with pytest.raises(ValueError):
        SofaPoints({"liver": 4}, bounds=(0, 24))


POINTS = st.integers(0, 4)
SOFA = st.fixed_dictionaries(dict.fromkeys(ORGANS, st.none() | POINTS))
FULL = st.fixed_dictionaries(dict.fromkeys(ORGANS, POINTS))


@given(SOFA, SOFA, FULL, FULL, st.sets(st.sampled_from(sorted(ORGANS))))
def test_completing_a_missing_organ_never_contradicts_a_decided_state(base, last, base_truth, last_truth, some):
    first = decide(SofaPoints(base), SofaPoints(last))
    fuller_base = {organ: base_truth[organ] if known is None and organ in some else known
                   for organ, known in base.items()}  # fmt: skip
    fuller_last = {organ: last_truth[organ] if known is None and organ in some else known
                   for organ, known in last.items()}  # fmt: skip
    then = decide(SofaPoints(fuller_base), SofaPoints(fuller_last))
    if first.state != "undetermined":
        assert then.state == first.state
    assert first.delta_low <= then.delta_low <= then.delta_high <= first.delta_high


@given(FULL, FULL)
def test_a_complete_pair_is_always_decided(base, last):
    found = decide(SofaPoints(base), SofaPoints(last))
    assert found.state == ("success" if sum(base.values()) - sum(last.values()) >= 3 else "failure")
    assert found.delta_low == found.delta_high == found.common


def test_baseline_and_day_7_scored_under_other_rules_are_refused() -> None:
    row = pd.DataFrame([{"platelets": 40.0}], index=[0])
    base = SofaPoints.of(sofa.score(row).iloc[0])
    other = SofaPoints.of(sofa.score(row, options=sofa.Options(rrt=None)).iloc[0])
    with pytest.raises(DifferentRules, match="rrt: 4 / None"):
        decide(base, other)
    assert decide(base, base).state == "undetermined"
