"""The watch list: the worked examples of the clinical reference (5.7), the label's limits, and what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import clearance
from trial import watch
from trial.dosing import Dose
from trial.treatments import CATALOGUE, INDUCERS, INHIBITORS, Course
from trial.watch import RULES, clearance_rule, drug_rule, neutrophils_rule, platelets_rule

DAY_1 = date(2026, 3, 2)
NOW = datetime(2026, 3, 8, 11, tzinfo=UTC)  # study day 7
TODAY = NOW.date()
BEGUN = datetime(2026, 3, 4, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Patient:
    sex: str = "f"
    birth_year: int | None = 1966
    time_zone: str = "Europe/Paris"
    day_1: date | None = DAY_1


WOMAN = Patient()
Told = Mapping[str, Any]


def readings(*told: tuple[int, str, float | str]) -> pd.DataFrame:
    """(days ago, variable, value) as db.days gives them."""
    rows = [
        {"on_date": TODAY - timedelta(days=ago), "variable": code, "sampled_at": pd.NaT, "state": "measured",
         "number": None if isinstance(value, str) else value, "choice": value if isinstance(value, str) else None,
         "comparator": "="}
        for ago, code, value in told
    ]  # fmt: skip
    columns = ["on_date", "variable", "sampled_at", "state", "number", "choice", "comparator"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(sampled_at=pd.to_datetime(frame["sampled_at"], utc=True), number=frame["number"].astype("float64"))


def watched(
    *courses: Course, values: pd.DataFrame | None = None, charted: Told | None = None, now: datetime = NOW
) -> watch.Watched:
    return watch.watch(WOMAN, readings() if values is None else values, courses, charted or {}, now)


def codes(found: watch.Watched) -> list[str]:
    return [item.code for item in found.items]


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        (Course("voriconazole", BEGUN, dose=400, unit="mg/d"), ["strong_inhibitor"]),  # 1
        (Course("fluconazole", BEGUN, dose=400, unit="mg/d"), ["fluconazole_above_200"]),  # 2
        (Course("fluconazole", BEGUN, dose=200, unit="mg/d"), ["fluconazole"]),  # 3: 200 is not above 200
        (Course("fluconazole", BEGUN), ["fluconazole"]),
        (Course("isavuconazole", BEGUN), ["moderate_inhibitor"]),  # 4
        (Course("rifampicin", BEGUN), ["strong_inducer"]),  # 5
        (Course("ketoconazole_cream", BEGUN, route="topical"), []),  # 6
        (Course("ketoconazole", BEGUN, route="topical"), []),
        (Course("voriconazole", BEGUN, NOW - timedelta(days=1), 400, "mg/d"), ["strong_inhibitor"]),  # 7
        (Course("voriconazole", BEGUN, NOW - timedelta(days=2), 400, "mg/d"), []),
        (Course("dexamethasone", BEGUN), ["moderate_inducer"]),
        (Course("etoposide", BEGUN), ["myelosuppressive"]),
        (Course("etoposide", BEGUN, NOW - timedelta(hours=1)), []),
        (Course("azithromycin", BEGUN), []),
        (Course("voriconazole", NOW + timedelta(days=1)), []),
    ],
    ids=lambda told: told.code if isinstance(told, Course) else "",
)
def test_a_drug_is_told_by_its_class(course: Course, expected: list[str]) -> None:
    assert codes(watched(course)) == expected


@pytest.mark.parametrize(("ml_min", "code"), [(60, None), (59.9, "clearance_30_to_59"), (30, "clearance_30_to_59"),  # 8
                                              (29.9, "clearance_below_30"), (15, "clearance_below_30"),
                                              (14.9, "clearance_below_15")])  # fmt: skip
def test_a_clearance_of_30_exactly_is_not_below_30_and_is_in_the_us_band(ml_min: float, code: str | None) -> None:
    rule = clearance_rule(ml_min)
    assert (rule and rule.code) == code
    if code == "clearance_30_to_59":
        assert {said.where for said in RULES[code].says} == {"EU", "US"}, "both labels are shown, never merged"


@pytest.mark.parametrize(("platelets", "code"), [(20.0, None), (19.0, "platelets_lower"), (15.0, "platelets_lower"),  # 9
                                                 (14.0, "platelets_hold")])  # fmt: skip
def test_platelets_of_20_are_not_below_20(platelets: float, code: str | None) -> None:
    rule = platelets_rule(platelets)
    assert (rule and rule.code) == code
    assert codes(watched(values=readings((0, "platelets", platelets)))) == ([code] if code else [])


@pytest.mark.parametrize(("neutrophils", "code"), [(0.75, None), (0.74, "neutrophils_lower"), (0.50, "neutrophils_lower"),  # 10
                                                   (0.49, "neutrophils_hold")])  # fmt: skip
def test_neutrophils_of_0_75_are_not_below_0_75(neutrophils: float, code: str | None) -> None:
    rule = neutrophils_rule(neutrophils)
    assert (rule and rule.code) == code
    assert codes(watched(values=readings((0, "neutrophils", neutrophils)))) == ([code] if code else [])


@pytest.mark.parametrize("drug", [drug for drug in CATALOGUE if drug.kind], ids=lambda drug: drug.code)
def test_every_class_of_the_catalogue_has_its_words(drug: Any) -> None:
    assert drug_rule(drug.kind, None).says


def test_every_rule_speaks_both_languages_and_none_is_stronger_than_the_label() -> None:
    for rule in RULES.values():
        assert rule.level in watch.LEVELS
        assert rule.en and rule.fr and rule.says
        assert all(said.en and said.fr for said in rule.says)
    for code in ("platelets_hold", "platelets_lower", "neutrophils_hold", "neutrophils_lower"):
        assert watch.DISEASE in RULES[code].says


@given(st.floats(0, 600, allow_nan=False), st.floats(0, 600, allow_nan=False))
def test_a_lower_count_never_has_a_milder_item(one: float, other: float) -> None:
    low, high = sorted((one, other))
    for rule_of in (platelets_rule, neutrophils_rule, clearance_rule):
        assert _rank(rule_of(low)) <= _rank(rule_of(high))


def _rank(rule: watch.Rule | None) -> int:
    return len(watch.LEVELS) if rule is None else watch.LEVELS.index(rule.level)


def test_the_value_that_decided_is_the_newest_of_its_day() -> None:
    (item,) = watched(values=readings((3, "platelets", 30.0), (1, "platelets", 14.0), (0, "platelets", 14.0))).items
    assert item.value == watch.Deciding("platelets", 14.0, TODAY, TODAY - timedelta(days=1))


def test_what_was_put_aside_comes_back_with_another_value_and_not_with_the_same() -> None:
    first = watched(values=readings((1, "platelets", 14.0))).items[0].decided
    same = watched(values=readings((1, "platelets", 14.0), (0, "platelets", 14.0))).items[0].decided
    worse = watched(values=readings((1, "platelets", 14.0), (0, "platelets", 13.0))).items[0].decided
    again = watched(values=readings((2, "platelets", 14.0), (1, "platelets", 30.0), (0, "platelets", 14.0))).items[0].decided
    assert first == same
    assert len({first, worse, again}) == 3


def test_another_dose_another_drug_and_a_stop_are_other_items() -> None:
    here = [Course("voriconazole", BEGUN, dose=400, unit="mg/d", key=1)]
    other_dose = [Course("voriconazole", BEGUN, dose=300, unit="mg/d", key=1)]
    another = [*here, Course("clarithromycin", BEGUN, key=2)]
    stopped = [Course("voriconazole", BEGUN, NOW - timedelta(hours=1), 400, "mg/d", key=1)]
    assert len({watched(*courses).items[0].decided for courses in (here, other_dose, another, stopped)}) == 4


def test_the_strongest_comes_first() -> None:
    found = watched(Course("etoposide", BEGUN), Course("voriconazole", BEGUN), values=readings((0, "platelets", 9.0)))
    assert [item.rule.level for item in found.items] == ["avoid", "adjust", "monitor"]


def test_what_has_no_value_is_told_and_not_taken_for_normal() -> None:
    assert watched().unknown == ("platelets", "neutrophils", "creatinine", "weight")
    assert watched(values=readings((0, "platelets", 200.0), (0, "weight", 70.0))).unknown == ("neutrophils", "creatinine")


def test_a_rising_creatinine_makes_the_estimate_unsteady() -> None:
    (item,) = watched(values=readings((2, "creatinine", 80.0), (0, "creatinine", 160.0), (0, "weight", 70.0))).items
    assert item.code == "clearance_30_to_59"
    assert item.value is not None and item.value.unsteady is True
    assert item.value.clearance == pytest.approx((140 - 60) * 70 * clearance.FACTORS["f"] / 160)


def test_with_one_creatinine_alone_it_is_not_known_whether_the_estimate_is_steady() -> None:
    (item,) = watched(values=readings((0, "creatinine", 160.0), (0, "weight", 70.0))).items
    assert item.value is not None and item.value.unsteady is None


def test_renal_replacement_takes_the_place_of_the_estimate() -> None:
    found = watched(values=readings((0, "rrt", "yes"), (0, "creatinine", 300.0), (0, "weight", 70.0)))
    assert codes(found) == ["rrt"]
    assert codes(watched(values=readings((1, "rrt", "yes"), (0, "rrt", "no")))) == []


def taken(day: int, slot: str = "morning") -> Dose:
    return Dose(day, slot, "given", datetime(2026, 3, 1, 8, tzinfo=UTC) + timedelta(days=day), "oral", 10.0)


def test_day_28_asks_to_watch_for_the_rebound_and_a_week_later_no_more() -> None:
    charted = {(28, "morning"): taken(28)}
    on = {day: datetime(2026, 3, 1, 11, tzinfo=UTC) + timedelta(days=day) for day in (27, 28, 35, 36)}
    assert codes(watched(charted={(27, "morning"): taken(27)}, now=on[27])) == []
    assert [codes(watched(charted=charted, now=on[day])) for day in (28, 35, 36)] == [["rebound"], ["rebound"], []]


def test_doses_held_in_a_row_ask_to_watch_for_the_rebound() -> None:
    held = {(6, "evening"): Dose(6, "evening", "held", reason="x"), (7, "morning"): Dose(7, "morning", "held", reason="x")}
    assert codes(watched(charted={(6, "morning"): taken(6)} | held)) == ["rebound"]
    assert codes(watched(charted={(6, "morning"): taken(6), (6, "evening"): held[6, "evening"]})) == []


def test_after_the_last_day_drugs_and_counts_are_no_matter_of_ruxolitinib() -> None:
    late = datetime(2026, 4, 5, 11, tzinfo=UTC)
    assert watched(Course("voriconazole", BEGUN), values=readings((0, "platelets", 9.0)), now=late) == watch.Watched((), ())


def test_washout_counts_for_inhibitors_and_inducers_alone() -> None:
    kinds = {drug.kind for drug in CATALOGUE if codes(watched(Course(drug.code, BEGUN, NOW - timedelta(hours=3), route="iv")))}
    assert kinds == {*INHIBITORS, *INDUCERS}
