"""Co-treatments: the catalogue, steroids as prednisolone, a dose as it is typed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from trial import treatments
from trial.errors import Impossible, NotUnderstood
from trial.treatments import CATALOGUE, DRUGS, KINDS, ROUTES, UNITS, Course, dose_of, prednisolone

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize("drug", CATALOGUE, ids=lambda drug: drug.code)
def test_each_drug_has_its_code_names_class_unit_and_route(drug: treatments.Drug) -> None:
    assert re.fullmatch(r"[A-Z]\d\d[A-Z]{2}\d\d", drug.atc)
    assert drug.label("fr") and drug.label("en")
    assert drug.kind in ("", *KINDS)
    assert drug.unit in UNITS and drug.route in ROUTES
    assert len(drug.code) <= 30


def test_no_drug_and_no_atc_code_stands_twice() -> None:
    assert len(DRUGS) == len(CATALOGUE) == len({drug.atc for drug in CATALOGUE})
    assert DRUGS.keys() >= treatments.FROM_MEMORY


@pytest.mark.parametrize(
    ("code", "mg", "equivalent"),
    [("prednisolone", 60, 60), ("prednisone", 60, 60), ("methylprednisolone", 40, 50), ("hydrocortisone", 200, 50),
     ("dexamethasone", 15, 100)],
)  # fmt: skip
def test_steroids_are_told_as_prednisolone(code: str, mg: float, equivalent: float) -> None:
    assert Course(code, START, dose=mg, unit="mg/d").prednisolone_mg == pytest.approx(equivalent)


def test_grams_a_day_are_milligrams_and_a_dose_by_the_square_metre_is_not_known_in_mg() -> None:
    assert Course("methylprednisolone", START, dose=1, unit="g/d").prednisolone_mg == pytest.approx(1250)
    assert Course("dexamethasone", START, dose=10, unit="mg/m²/d").prednisolone_mg is None
    assert Course("dexamethasone", START, dose=10, unit="mg/d", route="topical").prednisolone_mg is None
    assert Course("anakinra", START, dose=100, unit="mg/d").prednisolone_mg is None


def test_the_sum_says_when_a_steroid_of_unknown_dose_is_left_out() -> None:
    known = Course("hydrocortisone", START, dose=200, unit="mg/d")
    assert prednisolone([], START) == (None, False)
    assert prednisolone([known], START) == (50, False)
    assert prednisolone([known, Course("dexamethasone", START)], START) == (50, True)
    assert prednisolone([known], START - timedelta(hours=1)) == (None, False)
    assert prednisolone([Course("hydrocortisone", START, START + timedelta(days=1), 200, "mg/d")], START + timedelta(days=1)) == (
        None, False)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "dose"), [("", None), (" ", None), ("12,5", 12.5), ("12.5", 12.5), ("1 000", 1000), ("0,125", 0.125)]
)
def test_a_dose_is_typed_with_a_comma_or_a_point(typed: str, dose: float | None) -> None:
    assert dose_of(typed) == dose


@pytest.mark.parametrize("typed", ["1,200", "1.000", "ten", "-5", "5 mg", "1,2,3"])
def test_a_dose_that_may_be_two_things_is_asked_again(typed: str) -> None:
    with pytest.raises(NotUnderstood):
        dose_of(typed)


@pytest.mark.parametrize("typed", ["0", "0,0", "999999"])
def test_a_dose_that_cannot_be_is_refused(typed: str) -> None:
    with pytest.raises(Impossible):
        dose_of(typed)
