"""Units: every factor both ways, every variable of the catalogue, laboratories' spellings, and no guess."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import units
from scoring.units import UnknownUnit, UnknownVariable, accepted, canonical, from_canonical, recognise, to_canonical

CANONICAL = {
    "temperature": "°C", "heart_rate": "/min", "map": "mmHg", "pao2": "mmHg", "fio2": "fraction", "spo2": "%",
    "ventilation": "", "ecmo": "", "rrt": "", "norepinephrine": "µg/kg/min", "epinephrine": "µg/kg/min",
    "dopamine": "µg/kg/min", "dobutamine": "µg/kg/min", "vasopressin": "U/min", "gcs": "", "gcs_kind": "", "rass": "",
    "creatinine": "µmol/L", "urine_output": "mL/24 h", "hepatomegaly": "", "splenomegaly": "", "hemophagocytosis": "",
    "nk_activity_low": "", "immunosuppression": "", "ferritin": "µg/L", "scd25": "U/mL", "fibrinogen": "g/L",
    "triglycerides": "mmol/L", "hemoglobin": "g/dL", "white_cells": "10⁹/L", "neutrophils": "10⁹/L",
    "lymphocytes": "10⁹/L", "platelets": "10⁹/L", "ast": "U/L", "alt": "U/L", "bilirubin": "µmol/L", "ldh": "U/L",
    "crp": "mg/L", "procalcitonin": "µg/L", "lactate": "mmol/L", "inr": "", "d_dimer": "mg/L FEU", "albumin": "g/L",
    "potassium": "mmol/L", "sodium": "mmol/L", "weight": "kg", "il2": "pg/mL", "il6": "pg/mL", "il10": "pg/mL",
    "il12": "pg/mL", "gm_csf": "pg/mL", "ifn_gamma": "pg/mL", "tnf_alpha": "pg/mL",
    "phenylephrine": "µg/kg/min", "metaraminol": "µg/kg/min", "angiotensin_ii": "µg/kg/min", "milrinone": "µg/kg/min",
    "levosimendan": "µg/kg/min", "mechanical_support": "", "delirium_drug": "", "urine_ml_kg_h": "mL/kg/h", "ph": "",
    "bicarbonate": "mmol/L", "creatinine_reference": "µmol/L", "creatinine_48h": "µmol/L", "pt_prolongation": "s",
    "fibrin_marker": "", "pump_rate": "mL/h", "concentration": "mg/mL", "ggt": "U/L", "alp": "U/L", "age": "years",
    "sex": "", "support_days": "days", "support_days_low": "days",
    "support_days_high": "days", "anticoagulated": "", "death_day": "days", "alive_day_28": "",
}  # fmt: skip


def test_each_variable_has_the_canonical_unit_of_french_practice():
    assert {variable: canonical(variable) for variable in units.FACTORS} == CANONICAL


# variable, value, unit, canonical value
CONVERSIONS = [
    ("temperature", 98.6, "°F", 37.0),
    ("temperature", 101.3, "°F", 38.5),
    ("pao2", 10, "kPa", 75.006),
    ("pao2", 13.3, "kPa", 99.75798),
    ("fio2", 50, "%", 0.5),
    ("fio2", 21, "%", 0.21),
    ("vasopressin", 1.8, "U/h", 0.03),
    ("creatinine", 1.2, "mg/dL", 106.08),
    ("creatinine", 12, "mg/L", 106.08),
    ("creatinine_reference", 1.2, "mg/dL", 106.08),
    ("creatinine_reference", 12, "mg/L", 106.08),
    ("creatinine_48h", 1.2, "mg/dL", 106.08),
    ("creatinine_48h", 12, "mg/L", 106.08),
    ("bicarbonate", 24, "mEq/L", 24),
    ("concentration", 160, "µg/mL", 0.16),
    ("urine_output", 1.5, "L/24 h", 1500),
    ("ferritin", 500, "ng/mL", 500),
    ("ferritin", 1000, "pmol/L", 445),
    ("fibrinogen", 150, "mg/dL", 1.5),
    ("triglycerides", 3.6, "g/L", 4.0644),
    ("triglycerides", 265, "mg/dL", 2.99185),
    ("triglycerides", 2.65, "g/L", 2.99185),
    ("hemoglobin", 92, "g/L", 9.2),
    ("hemoglobin", 5, "mmol/L", 8.057),
    ("platelets", 20, "G/L", 20),
    ("platelets", 20, "10³/µL", 20),
    ("platelets", 20000, "/mm³", 20),
    ("white_cells", 5000, "/µL", 5),
    ("neutrophils", 999, "/mm³", 0.999),
    ("lymphocytes", 0.3, "G/L", 0.3),
    ("bilirubin", 2, "mg/dL", 34.2),
    ("bilirubin", 12, "mg/L", 20.52),
    ("crp", 12.5, "mg/dL", 125),
    ("procalcitonin", 0.5, "ng/mL", 0.5),
    ("d_dimer", 500, "µg/L FEU", 0.5),
    ("d_dimer", 500, "ng/mL FEU", 0.5),
    ("d_dimer", 0.5, "µg/mL FEU", 0.5),
    ("albumin", 3.2, "g/dL", 32),
    ("potassium", 4.1, "mEq/L", 4.1),
    ("sodium", 140, "mEq/L", 140),
    ("il6", 80, "ng/L", 80),
]


@pytest.mark.parametrize(("variable", "value", "unit", "expected"), CONVERSIONS)
def test_each_factor_both_ways(variable, value, unit, expected):
    assert to_canonical(variable, value, unit) == expected
    assert from_canonical(variable, expected, unit) == value


def test_no_factor_is_left_without_its_number_written_out():
    cytokines = {"il2", "il10", "il12", "gm_csf", "ifn_gamma", "tnf_alpha"}  # as il6
    cells = {"platelets", "white_cells", "neutrophils", "lymphocytes"}
    written = {("cells" if variable in cells else variable, unit) for variable, _, unit, _ in CONVERSIONS}
    offered = {
        ("cells" if variable in cells else variable, unit)
        for variable in units.FACTORS.keys() - cytokines
        for unit in accepted(variable)[1:]
    }
    assert offered == written


EVERY_UNIT = [(variable, unit) for variable in units.FACTORS for unit in accepted(variable)]


@given(st.sampled_from(EVERY_UNIT), st.decimals(0, 100000, places=3))
def test_there_and_back_is_the_same_number(variable_unit, value):
    variable, unit = variable_unit
    assert from_canonical(variable, to_canonical(variable, value, unit), unit) == pytest.approx(float(value), abs=1e-9)


@pytest.mark.parametrize(("variable", "unit"), EVERY_UNIT)
def test_each_accepted_unit_is_recognised_as_itself(variable, unit):
    assert recognise(variable, unit) == unit
    assert recognise(variable, f"\t{unit} ") == unit


SPELLINGS = [
    *[("platelets", spelling, "10³/µL") for spelling in
      ("10*3/uL", "10^3/µL", "10^3/μL\t", " 10³/ul", "K/uL", "k/µL", "x10^3/uL", "x 10*3/uL", "10E3/uL", "10**3/uL",
       "thou/uL", "10^3/mm3", "10³/mm³")],
    *[("white_cells", spelling, "10⁹/L") for spelling in
      ("10*9/L", "10^9/L", "10^9/l", "x10^9/L", "×10⁹/L", "10E9/L", "10e+09/L", "10 9/L".replace(" ", "^"))],
    *[("neutrophils", spelling, "G/L") for spelling in ("G/L", "G/l", "Giga/L", "giga/l")],
    *[("neutrophils", spelling, "/mm³") for spelling in ("/mm3", "/mm^3", "cells/mm3", "1/mm3")],
    *[("ferritin", spelling, "µg/L") for spelling in ("ug/L", "mcg/L", "μg/L", "µg/L", "UG/L", "MCG/L", "microg/L")],
    *[("creatinine", spelling, "µmol/L") for spelling in ("umol/L", "μmol/l", "mcmol/L", "micromol/L", "UMOL/L")],
    *[("pao2", spelling, "mmHg") for spelling in ("mm Hg", "mm[Hg]", "MMHG", "mmhg")],
    ("pao2", "KPA", "kPa"), ("pao2", "kPa\n", "kPa"),
    *[("temperature", spelling, "°C") for spelling in ("C", "Cel", "deg C", "°c", "° C")],
    *[("temperature", spelling, "°F") for spelling in ("F", "[degF]", "°f")],
    *[("hemoglobin", spelling, "g/dL") for spelling in ("g/dl", "G/DL", "g / dL")],
    *[("ast", spelling, "U/L") for spelling in ("IU/L", "UI/L", "U/l", "[IU]/L")],
    *[("norepinephrine", spelling, "µg/kg/min") for spelling in ("ug/kg/min", "mcg/kg/min", "ug/kg.min", "γ/kg/min")],
    *[("urine_output", spelling, "mL/24 h") for spelling in ("mL/24h", "ml/24 h", "mL/d", "mL/j", "mL")],
    *[("d_dimer", spelling, "µg/L FEU") for spelling in ("ug/L{FEU}", "ug/L (FEU)", "ug/L FEU")],
    ("d_dimer", "mg{FEU}/L", "mg/L FEU"), ("inr", "{INR}", ""), ("inr", "INR", ""), ("inr", "", ""),
    ("fio2", "1", "fraction"),
    ("scd25", "U/ml", "U/mL"), ("il6", "PG/ML", "pg/mL"), ("sodium", "meq/l", "mEq/L"), ("heart_rate", "bpm", "/min"),
]  # fmt: skip


@pytest.mark.parametrize(("variable", "spelling", "unit"), SPELLINGS)
def test_laboratories_spellings_are_recognised(variable, spelling, unit):
    assert recognise(variable, spelling) == unit


@pytest.mark.parametrize(("variable", "unit"), [
    ("scd25", "pg/mL"), ("scd25", "ng/mL"), ("scd25", "U/L"), ("scd25", "kU/L"),
    ("platelets", "g/L"), ("hemoglobin", "G/L"),  # giga and gram
    ("d_dimer", "µg/L"), ("d_dimer", "mg/L"), ("d_dimer", "µg/L DDU"),
    ("fio2", ""), ("bilirubin", ""), ("pao2", ""), ("urine_output", "mL/h"), ("norepinephrine", "mg/h"),
    ("triglycerides", "mmol"), ("platelets", "109/L"), ("ventilation", ""), ("rrt", "yes"),
])  # fmt: skip
def test_a_unit_is_never_guessed(variable, unit):
    with pytest.raises(UnknownUnit) as refused:
        to_canonical(variable, 1.0, unit)
    assert refused.value.accepted == accepted(variable)
    assert all(name in str(refused.value) for name in (variable, *accepted(variable)))


def test_an_unknown_variable_is_named():
    for question in (canonical, accepted):
        with pytest.raises(UnknownVariable, match="cholesterol"):
            question("cholesterol")


@pytest.mark.parametrize("value", [98.6, np.float64(98.6), np.float32(98.6), Decimal("98.6")])
def test_the_number_that_was_written_is_converted_not_its_binary_neighbour(value):
    assert to_canonical("temperature", value, "°F") == 37.0


@pytest.mark.parametrize("value", ["12", True, np.True_, None, pd.NA])
def test_what_is_not_a_number_is_refused(value):
    with pytest.raises(TypeError):
        to_canonical("platelets", value, "G/L")


def test_columns_convert_value_by_value_and_missing_stays_missing():
    column = pd.Series([98.6, np.nan, 101.3, 98.6], index=list("abcd"), name="t")
    expected = pd.Series([37.0, np.nan, 38.5, 37.0], index=list("abcd"), name="t")
    pd.testing.assert_series_equal(to_canonical("temperature", column, "°F"), expected, check_exact=True)
    pd.testing.assert_series_equal(to_canonical("temperature", column.astype("Float64"), "°F"), expected)
    assert to_canonical("temperature", column.to_numpy(), "°F")[[0, 2]].tolist() == [37.0, 38.5]
    assert np.isnan(to_canonical("crp", np.nan, "mg/dL"))


@pytest.mark.parametrize(("dose", "salt", "base"), [
    (0.16, "base", 0.16), (0.16, "tartrate", 0.08), (1.89, "tartrate_anhydrous", 1.0), (1.22, "hydrochloride", 1.0),
])  # fmt: skip
def test_norepinephrine_counts_as_base_whatever_the_salt_on_the_label(dose, salt, base):
    assert units.base_dose(dose, salt) == base
