"""The catalogue is what forms, imports, exports, scores and charts agree on."""

import pytest

from scoring import units
from scoring.inputs import INPUTS
from trial import variables
from trial.support import MACHINES
from trial.variables import CHOICE_LABELS, GROUPS, REGISTRY_PANEL, VARIABLES, UnknownVariable

CODES = [
    "temperature", "heart_rate", "map", "pao2", "fio2", "spo2", "ventilation", "ecmo", "rrt", "norepinephrine",
    "epinephrine", "dopamine", "dobutamine", "vasopressin", "gcs", "gcs_kind", "rass", "creatinine",
    "urine_output", "hepatomegaly", "splenomegaly", "hemophagocytosis", "nk_activity_low", "immunosuppression",
    "ferritin", "scd25", "fibrinogen", "triglycerides", "hemoglobin", "white_cells", "neutrophils",
    "lymphocytes", "platelets", "ast", "alt", "bilirubin", "ldh", "crp", "procalcitonin", "lactate", "inr",
    "d_dimer", "albumin", "potassium", "sodium", "weight", "il2", "il6", "il10", "il12", "gm_csf", "ifn_gamma",
    "tnf_alpha",
    "cooling", "platelets_given", "red_cells_given", "g_csf", "plasma_given", "lipids",  # beside the marker they move
    "ph", "bicarbonate", "delirium_drug", "mechanical_support", "urine_ml_kg_h",  # of SOFA-2
]
CALCULATOR = ["creatinine_reference", "creatinine_48h", "pt_prolongation", "fibrin_marker", "pump_rate", "concentration",
              "ggt", "alp", "age", "sex", "support_days", "death_day", "alive_day_28"]  # fmt: skip

EVERY = [*VARIABLES.values(), *variables.CALCULATOR.values()]
NUMBERS = [known for known in EVERY if known.kind == "number"]
CHOICES = [known for known in EVERY if known.kind == "choice"]


def codes(known):
    return known.code


def test_every_code_that_other_programs_rely_on_is_there_and_no_other():
    assert sorted(VARIABLES) == sorted(CODES)
    assert list(variables.CALCULATOR) == CALCULATOR


@pytest.mark.parametrize("known", EVERY, ids=codes)
def test_every_variable_has_two_names_and_a_section_of_the_sheet(known):
    assert known.en and known.fr and known.group in GROUPS
    assert variables.variable(known.code) is known


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_two_variables_have_one_name(language):
    labels = [variables.label(code, language) for code in VARIABLES]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("known", NUMBERS, ids=codes)
def test_a_number_has_its_canonical_unit_first_and_hard_limits_around_the_soft_ones(known):
    assert known.unit == known.units[0] == units.canonical(known.code)
    assert known.units == units.accepted(known.code)
    low, high = known.hard
    assert low < high
    if known.soft:
        assert low <= known.soft[0] < known.soft[1] <= high
    assert not known.choices and known.worst != "any" and known.ucum


@pytest.mark.parametrize("known", CHOICES, ids=codes)
def test_a_choice_has_named_choices_and_no_unit(known):
    assert known.choices and set(known.choices) <= set(CHOICE_LABELS)
    assert not known.units and known.hard is None and not known.censored


def test_a_choice_means_the_same_rank_wherever_it_occurs():
    for one in CHOICES:
        for other in CHOICES:
            shared = [choice for choice in one.choices if choice in other.choices]
            assert [one.choices.index(choice) for choice in shared] == [other.choices.index(choice) for choice in shared]


@pytest.mark.parametrize(("code", "hard", "soft"), [
    ("hemoglobin", (1.5, 25), (4.5, 19)),  # printed in g/L, kept in g/dL
    ("fio2", (0.21, 1), None),  # printed in %, kept as a fraction
    ("temperature", (25, 45), (34, 41.5)),
    ("ferritin", (1, 2_000_000), (10, 200_000)),
    ("platelets", (0, 3000), (5, 800)),
    ("gcs", (3, 15), None),
    ("rass", (-5, 4), None),
])
def test_limits_are_in_the_canonical_unit(code, hard, soft):
    assert (VARIABLES[code].hard, VARIABLES[code].soft) == (hard, soft)


@pytest.mark.parametrize(("code", "highest_cutoff"), [("dopamine", 40), ("norepinephrine", 0.4), ("ferritin", 10000)])
def test_every_dose_and_value_that_a_score_tells_apart_can_be_entered(code, highest_cutoff):
    assert VARIABLES[code].hard[0] <= 0 or code == "ferritin"
    assert VARIABLES[code].hard[1] > highest_cutoff


def test_loinc_codes_are_used_once_and_none_is_that_of_another_analyte():
    used = [known.loinc for known in VARIABLES.values() if known.loinc]
    assert len(set(used)) == len(used)
    assert VARIABLES["il6"].loinc == "26881-3" and VARIABLES["procalcitonin"].loinc == "33959-8"
    assert VARIABLES["scd25"].loinc == ""  # none is verified for U/mL


def test_the_registry_asks_for_eight_values_at_each_visit():
    assert len(REGISTRY_PANEL) == 8
    assert {VARIABLES[code].days for code in REGISTRY_PANEL} == {"daily", "visits"}
    assert set(variables.asked("visits")) == set(REGISTRY_PANEL) - {"temperature", "platelets"}
    assert len(variables.asked("cytokines")) == 7


def test_what_distorts_a_marker_stands_right_after_it_and_no_score_reads_it():
    order = list(VARIABLES)
    beside = {code: VARIABLES[code].beside for code in variables.CONFOUNDERS}
    assert beside == {"cooling": "temperature", "platelets_given": "platelets", "red_cells_given": "hemoglobin",
                      "g_csf": "neutrophils", "plasma_given": "fibrinogen", "lipids": "triglycerides"}  # fmt: skip
    for code, marker in beside.items():
        assert order.index(code) == order.index(marker) + 1
        assert VARIABLES[code].group == VARIABLES[marker].group and VARIABLES[code].choices == variables.YES_NO
        assert code not in INPUTS and code in variables.day_sheet_codes(3)
    assert not set(beside) & set(MACHINES)


def test_sections_follow_the_rounds_and_hold_each_variable_once():
    assert [*GROUPS][:-1] == list(dict.fromkeys(known.group for known in VARIABLES.values()))
    assert [known for group in GROUPS for known in variables.of_group(group)] == list(VARIABLES.values())


@pytest.mark.parametrize(("code", "language", "name"), [
    ("platelets", "fr", "Plaquettes"), ("platelets", "en", "Platelets"), ("norepinephrine", "fr", "Noradrénaline"),
    ("urine_output", "fr", "Diurèse"), ("pao2", "fr", "PaO₂"), ("map", "fr", "PAM"), ("map", "en", "MAP"),
])
def test_the_ward_reads_its_own_words(code, language, name):
    assert variables.label(code, language) == name


def test_ventilation_is_offered_as_the_ward_says_it():
    offered = [variables.choice_label(choice, "fr") for choice in VARIABLES["ventilation"].choices]
    assert offered == ["Aucune", "OHD", "VNI", "CPAP", "Invasive"]


def test_a_code_that_is_not_in_the_catalogue_is_named():
    with pytest.raises(UnknownVariable, match="sapsii"):
        variables.variable("sapsii")
