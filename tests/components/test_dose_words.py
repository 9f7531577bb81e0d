"""Doses, co-treatments and the watch list in words, without a store."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from components import dose_grid, treatment_words, watch_list
from tests.app.conftest import plain
from trial import watch
from trial.dosing import Dose, end_of
from trial.treatments import Course

NOW = datetime(2026, 3, 8, 11, tzinfo=UTC)
PARIS = "Europe/Paris"


@dataclass(frozen=True)
class Patient:
    sex: str = "f"
    birth_year: int | None = 1966
    time_zone: str = PARIS
    day_1: date | None = date(2026, 3, 2)
    died_at: datetime | None = None
    withdrawn_at: datetime | None = None
    lost_at: datetime | None = None
    icu_discharge_at: datetime | None = None
    hospital_discharge_at: datetime | None = None
    left_ward_at: datetime | None = None


PATIENT = Patient()
NOTHING = pd.DataFrame(columns=["on_date", "variable", "sampled_at", "state", "number", "choice", "comparator"])


def cards(*courses: Course) -> str:
    found = watch.watch(PATIENT, NOTHING, courses, {}, NOW)
    return plain(" ".join(watch_list.card(item, NOW, PARIS) for item in found.items))


def test_a_card_says_the_level_the_drug_its_dose_and_both_labels() -> None:
    told = cards(Course("voriconazole", NOW - timedelta(days=2), dose=400, unit="mg/d"))
    assert "Voriconazole 400 mg/j" in told
    assert re.search(r"EU .*MIMS Malaysia.* US .*PMC9177119", told, re.DOTALL)


def test_what_is_from_memory_and_a_dose_that_was_not_charted_are_said_to_be_so() -> None:
    told = cards(Course("etoposide", NOW - timedelta(days=2)))
    assert "de mémoire" in told
    assert "dose non notée" in told


def test_only_what_the_label_holds_or_lowers_for_stands_above_the_doses() -> None:
    courses = [Course("voriconazole", NOW - timedelta(days=2)), Course("etoposide", NOW - timedelta(days=2))]
    found = watch.watch(PATIENT, NOTHING, courses, {}, NOW)
    above = watch_list.headline(found, {})
    assert "CYP3A4" in above and "yélosuppression" not in above
    assert watch_list.headline(found, {(item.code, item.decided): ("x", "karim") for item in found.items}) == ""


def test_a_steroid_is_told_with_its_prednisolone_equivalent() -> None:
    told = plain(treatment_words.lane(Course("dexamethasone", NOW, dose=15, unit="mg/d"), PARIS))
    assert "H02AB02" in told and "100 mg" in told
    assert "mg/j" not in treatment_words.steroids(None, False)


@pytest.mark.parametrize(("states", "shown"), [(("given", "given"), "20"), (("given", "vomited"), "20"), (("given", "held"), "10")])
def test_the_dose_intensity_is_mg_given_of_mg_planned(states: tuple[str, str], shown: str) -> None:
    doses = {(1, slot): Dose(1, slot, state, NOW, "oral", None if state == "held" else 10.0)
             for slot, state in zip(("morning", "evening"), states, strict=True)}  # fmt: skip
    assert re.search(rf"\b{shown}\b.*\b20\b.* mg", plain(dose_grid.summary(doses, 1)))


def test_after_the_end_a_dose_is_not_applicable_and_one_that_is_charted_still_shows() -> None:
    end = end_of(replace(PATIENT, icu_discharge_at=datetime(2026, 3, 3, 14, tzinfo=UTC)))
    drawn = dose_grid.ribbon({(3, "morning"): Dose(3, "morning", "given", NOW, "oral", 10.0)}, 7, end)
    states = re.findall(r'class="dose (\w+)"', drawn)
    assert states[:6] == ["due", "due", "due", "spared", "given", "spared"]
    assert set(states[6:]) == {"spared"}


def test_a_reason_that_is_a_value_is_told_in_words() -> None:
    assert "14" in dose_grid.reason_words("platelets = 14 (2026-11-24); transfused")
    assert dose_grid.reason_words("platelets = 14 (2026-11-24); transfused").endswith("transfused")
    assert dose_grid.reason_words("a value of nobody") == "a value of nobody"
