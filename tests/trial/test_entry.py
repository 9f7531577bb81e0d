"""What was typed is read exactly, refused with a sentence, or asked about once."""

from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from scoring import units
from trial.entry import choose, doubt, read, split_unit
from trial.errors import Impossible, NotUnderstood
from trial.reading import Reading, State
from trial.variables import VARIABLES, variable

NARROW, THIN, HARD = "\u202f", "\u2009", "\u00a0"
NUMBERS = [code for code, known in VARIABLES.items() if known.kind == "number"]


def typed(code, text, unit=None):
    return read(code, text, variable(code).unit if unit is None else unit)


def was(code, number, **more):
    return Reading(State.MEASURED, number, typed=str(number), unit=variable(code).unit, **more)


@pytest.mark.parametrize(("text", "number"), [
    ("12,75", 12.75), ("12.75", 12.75), ("12", 12), (" 12 ", 12), ("0,5", 0.5), (",5", 0.5), ("8,0", 8), ("08", 8),
    ("9,99999", 9.99999),
])
def test_a_comma_and_a_point_are_the_same_decimal_sign(text, number):
    assert typed("fibrinogen", text).number == number


@pytest.mark.parametrize("space", [" ", NARROW, THIN, HARD], ids=["space", "narrow", "thin", "no-break"])
def test_thousands_may_be_set_apart_by_any_space(space):
    assert typed("ferritin", f"1{space}200").number == 1200
    assert typed("ferritin", f"1{space}200,5").number == 1200.5
    assert typed("ferritin", f"1{space}200.5").number == 1200.5
    assert typed("ferritin", f">{space}100{space}000").number == 100000


@pytest.mark.parametrize("text", ["1,200", "1.200", "12,750", "999.999"])
def test_three_digits_after_one_sign_may_be_thousands_or_decimals_and_are_refused(text):
    with pytest.raises(NotUnderstood) as refused:
        typed("ferritin", text)
    assert refused.value.facts["typed"] == text
    one, other = refused.value.facts["one"], refused.value.facts["other"]
    assert one == pytest.approx(other * 1000)


def test_the_refusal_of_thousands_proposes_both_readings():
    with pytest.raises(NotUnderstood, match=r'"1,200" may be 1200.0 or 1.2'):
        typed("ferritin", "1,200")


@pytest.mark.parametrize(("code", "text", "number"), [
    ("procalcitonin", "0,120", 0.12), ("procalcitonin", "0.125", 0.125), ("neutrophils", "0,125", 0.125),
    ("norepinephrine", "1,200", 1.2),  # shown with three decimals: its decimals are meant
    ("ferritin", "1200,125", 1200.125), ("ferritin", "1 200,125", 1200.125), ("ferritin", "1200", 1200),
])
def test_three_decimals_are_read_where_they_cannot_be_thousands(code, text, number):
    assert typed(code, text).number == number


@pytest.mark.parametrize("text", [
    "abc", "--", "-", "1e5", "NaN", "inf", "12;5", "1.234.567", "1,234,567", "1,234.5", "12,", "1 2", "12 75", "1 2000",
    "0 120", "١٢", "１２", "²", "½", "12 %%", "<", ">", "<<5", "< >5", "≤ 5", "≥5", "=5", "~5", "+5", "-5", "−5", "5-6",
    "5 g/dL", "5\u200b", "1'200", "1_000", "0x10", "9" * 31,
])
def test_what_is_not_one_plain_number_is_refused_with_what_was_typed(text):
    with pytest.raises(NotUnderstood) as refused:
        typed("ferritin", text)
    assert refused.value.facts["variable"] == "ferritin"
    assert refused.value.facts["typed"] in text


@pytest.mark.parametrize("text", ["", " ", HARD, NARROW + " "])
def test_an_empty_box_is_not_measured(text):
    assert typed("ferritin", text) is None


@pytest.mark.parametrize(("code", "text", "comparator", "number"), [
    ("fibrinogen", "<0,3", "<", 0.3), ("fibrinogen", "< 0.3", "<", 0.3), ("ferritin", "> 100 000", ">", 100000),
    ("ferritin", ">100000", ">", 100000), ("il6", "<2,5", "<", 2.5),
])
def test_a_result_beyond_what_the_assay_can_tell_keeps_its_sign(code, text, comparator, number):
    reading = typed(code, text)
    assert (reading.comparator, reading.number) == (comparator, number)


@pytest.mark.parametrize("code", ["temperature", "gcs", "norepinephrine", "fio2"])
def test_a_sign_is_refused_where_no_assay_is_behind_the_number(code):
    with pytest.raises(NotUnderstood, match="without < or >"):
        typed(code, "< 5")


def test_nothing_can_be_below_zero():
    with pytest.raises(Impossible):
        typed("fibrinogen", "< 0")


@pytest.mark.parametrize(("text", "number"), [("-5", -5), ("−5", -5), ("- 3", -3), ("+4", 4), ("0", 0), ("4", 4)])
def test_the_rass_may_be_negative(text, number):
    assert typed("rass", text).number == number


@pytest.mark.parametrize(("code", "text"), [("rass", "-6"), ("rass", "5"), ("gcs", "2"), ("gcs", "16")])
def test_a_scale_ends_where_it_ends(code, text):
    with pytest.raises(Impossible) as refused:
        typed(code, text)
    assert "meant" not in refused.value.facts  # nobody can tell which one was meant


def test_the_glasgow_is_a_whole_number():
    with pytest.raises(Impossible, match="whole number"):
        typed("gcs", "7,5")


@pytest.mark.parametrize("code", NUMBERS)
def test_hard_limits_let_in_what_lies_at_them_and_refuse_what_lies_beyond(code):
    low, high = (Decimal(str(limit)) for limit in variable(code).hard)
    step = Decimal(1) if variable(code).whole else Decimal("0.0001")
    assert typed(code, str(low)).number == float(low)
    assert typed(code, str(high)).number == float(high)
    with pytest.raises(Impossible):
        typed(code, str(high + step))
    with pytest.raises((Impossible, NotUnderstood)):  # a negative number is no number of most variables
        typed(code, str(low - step))


@pytest.mark.parametrize(("code", "text", "unit", "canonical"), [
    ("fio2", "50", "%", 0.5), ("fio2", "21", "%", 0.21), ("fio2", "0,5", "fraction", 0.5),
    ("creatinine", "1,2", "mg/dL", 106.08), ("bilirubin", "1.2", "mg/dL", 20.52), ("pao2", "10", "kPa", 75.006),
    ("hemoglobin", "92", "g/L", 9.2), ("platelets", "85000", "/mm³", 85), ("platelets", "42", "G/L", 42),
    ("temperature", "101,3", "°F", 38.5), ("triglycerides", "2.65", "g/L", 2.99185),
    ("vasopressin", "2,4", "U/h", 0.04), ("platelets", "42", "10*9/L", 42),
])
def test_another_unit_is_converted_exactly_and_what_was_typed_is_kept(code, text, unit, canonical):
    reading = typed(code, text, unit)
    assert reading.number == canonical
    assert (reading.typed, reading.unit) == (text, units.recognise(code, unit))


@pytest.mark.parametrize(("code", "unit"), [("scd25", "pg/mL"), ("creatinine", "kPa"), ("ferritin", ""), ("gcs", "mL")])
def test_a_unit_that_is_not_the_variables_is_refused_and_its_own_are_named(code, unit):
    with pytest.raises(NotUnderstood) as refused:
        typed(code, "50", unit)
    assert refused.value.facts["units"] == ", ".join(units.accepted(code))


@pytest.mark.parametrize(("code", "text", "unit", "meant", "meant_unit"), [
    ("temperature", "3,80", "°C", 38, "°C"), ("temperature", "380", "°C", 38, "°C"),
    ("temperature", "101", "°C", 101, "°F"), ("fio2", "50", "fraction", 50, "%"), ("fio2", "0,5", "%", 0.5, "fraction"),
    ("creatinine", "1,2", "µmol/L", 1.2, "mg/dL"), ("pao2", "11", "mmHg", 11, "kPa"),
    ("hemoglobin", "92", "g/dL", 92, "g/L"), ("hemoglobin", "1275", "g/dL", 12.75, "g/dL"),
    ("platelets", "85000", "G/L", 85000, "/mm³"), ("vasopressin", "2,4", "U/min", 2.4, "U/h"),
])
def test_an_impossible_value_is_refused_with_the_one_that_was_probably_meant(code, text, unit, meant, meant_unit):
    with pytest.raises(Impossible) as refused:
        typed(code, text, unit)
    facts = refused.value.facts
    assert (facts["meant"], facts["meant_unit"]) == (meant, meant_unit)
    assert facts["variable"] == code and facts["unit"] == unit


def test_the_limits_are_told_in_the_unit_that_was_typed():
    with pytest.raises(Impossible) as refused:
        typed("bilirubin", "9999", "mg/dL")
    assert refused.value.facts["high"] == pytest.approx(2500 / 17.1)


@pytest.mark.parametrize(("salt", "base"), [("base", 0.16), ("tartrate", 0.08)])
def test_a_norepinephrine_dose_counts_as_base_whatever_the_label_counts(salt, base):
    reading = read("norepinephrine", "0,16", "µg/kg/min", salt=salt)
    assert reading.number == base and reading.typed == "0,16"
    assert reading.assay == ("" if salt == "base" else salt)
    assert doubt("norepinephrine", reading, None) is None


def test_the_salt_of_norepinephrine_touches_no_other_drug():
    assert read("epinephrine", "0,16", "µg/kg/min", salt="tartrate").number == 0.16


@pytest.mark.parametrize(("code", "text", "parts"), [
    ("hemoglobin", "12,75 g/dL", ("12,75", "g/dL")), ("hemoglobin", "127g/l", ("127", "g/L")),
    ("platelets", "150 10^9/L", ("150", "10⁹/L")), ("ferritin", "> 1 200 µg/L", ("> 1 200", "µg/L")),
    ("fio2", "50 %", ("50", "%")), ("fio2", "50%", ("50", "%")), ("temperature", "38,5 °C", ("38,5", "°C")),
    ("ferritin", "1 200", ("1 200", "")), ("gcs", "11", ("11", "")), ("gcs", "1 1", ("1 1", "")),
    ("ferritin", "12 pg", ("12 pg", "")), ("ventilation", "invasive", ("invasive", "")), ("ferritin", "", ("", "")),
])
def test_a_unit_typed_after_the_number_is_set_apart(code, text, parts):
    assert split_unit(code, text) == parts


@pytest.mark.parametrize(("code", "low", "at_low", "at_high", "high"), [
    ("temperature", "33,9", "34", "41,5", "41,6"), ("platelets", "4,9", "5", "800", "801"),
    ("hemoglobin", "4,4", "4,5", "19", "19,1"), ("ferritin", "9", "10", "200000", "200001"),
    ("creatinine", "19", "20", "1200", "1201"), ("map", "44", "45", "140", "141"),
])
def test_soft_limits_ask_about_what_lies_beyond_them(code, low, at_low, at_high, high):
    assert doubt(code, typed(code, at_low), None) is None
    assert doubt(code, typed(code, at_high), None) is None
    assert doubt(code, typed(code, low), None).facts["variable"] == code
    assert doubt(code, typed(code, high), None).facts["value"] == float(high.replace(",", "."))


def test_a_rare_value_that_a_lost_comma_explains_says_so():
    asked = doubt("ferritin", typed("ferritin", "1200000"), None)
    assert asked.facts["meant"] == 120000
    assert "did you mean" in asked.sentence


def test_below_the_assay_is_no_reason_to_ask():
    assert doubt("fibrinogen", typed("fibrinogen", "<0,3"), None) is None
    assert doubt("fibrinogen", typed("fibrinogen", "0,3"), None) is not None


@pytest.mark.parametrize(("code", "last", "text", "meant"), [
    ("platelets", 44, "440", 44), ("platelets", 120, "12", 120), ("creatinine", 130, "1200", 120),
    ("ferritin", 12000, "1300", 13000), ("hemoglobin", 8.2, "15", None), ("platelets", 44, "100", None),
    ("platelets", 44, "20", None), ("norepinephrine", 0.05, "0,5", None), ("urine_output", 200, "2000", None),
    ("il6", 20, "200", None), ("rass", -3, "3", None), ("platelets", 0, "10", None),
])
def test_a_tenfold_step_from_the_last_value_is_asked_about(code, last, text, meant):
    asked = doubt(code, typed(code, text), was(code, last))
    assert (asked.facts["meant"] if asked else None) == meant


@pytest.mark.parametrize(("code", "last", "text", "unit", "meant_unit"), [
    ("bilirubin", 35, "2", "µmol/L", "mg/dL"), ("pao2", 90, "22", "mmHg", None), ("pao2", 240, "32", "mmHg", "kPa"),
    ("bilirubin", 58, "25", "µmol/L", None), ("triglycerides", 3.4, "3", "mmol/L", None), ("hemoglobin", 9.6, "6", "g/dL", None),
])
def test_a_value_that_another_unit_brings_back_to_the_last_one_is_asked_about(code, last, text, unit, meant_unit):
    asked = doubt(code, typed(code, text, unit), was(code, last))
    assert (asked.facts["meant_unit"] if asked and "last" in asked.facts else None) == meant_unit


def test_the_last_value_is_told_in_the_unit_that_was_typed():
    asked = doubt("creatinine", typed("creatinine", "12", "mg/dL"), was("creatinine", 106.08))
    assert asked.facts["last"] == pytest.approx(1.2)
    assert units.to_canonical("creatinine", asked.facts["meant"], asked.facts["meant_unit"]) == 106.08


def test_a_last_value_beyond_the_assay_is_nothing_to_compare_with():
    assert doubt("ferritin", typed("ferritin", "2000"), was("ferritin", 20000, comparator=">")) is None


@pytest.mark.parametrize("reading", [Reading(State.NOT_DONE), Reading(State.MEASURED, choice="yes")])
def test_what_is_no_number_is_not_doubted(reading):
    assert doubt("rrt", reading, None) is None


def test_an_imported_value_is_doubted_by_its_canonical_number():
    imported = Reading(State.MEASURED, 120.0, typed="MANY", unit="mg/dL")
    assert doubt("platelets", imported, was("platelets", 12)).facts["value"] == 120


def test_a_tapped_choice_is_kept_and_not_done_is_not_no():
    assert choose("ventilation", "niv").choice == "niv"
    assert choose("hemophagocytosis", "no") == Reading(State.MEASURED, choice="no", typed="no")
    assert choose("hemophagocytosis", "not_done").state is State.NOT_DONE


def test_not_done_means_the_same_tapped_as_a_choice_or_as_a_state():
    assert choose("hemophagocytosis", "not_done").means() == Reading(State.NOT_DONE).means()


@pytest.mark.parametrize(("code", "choice"), [("ventilation", "yes"), ("rrt", "not_done"), ("rrt", ""), ("gcs", "15")])
def test_a_choice_that_was_not_offered_is_refused(code, choice):
    with pytest.raises(NotUnderstood):
        choose(code, choice)


@st.composite
def entered(draw):
    code = draw(st.sampled_from(NUMBERS))
    known = variable(code)
    low, high = (Decimal(str(limit)) for limit in known.hard)
    return code, draw(st.decimals(low, high, places=known.decimals, allow_nan=False))


def written(number, language, grouped):
    return format_decimal(number, "#,##0.################", locale=language, group_separator=grouped)


@given(entered(), st.sampled_from([("fr", True), ("fr", False), ("en", False)]))
def test_a_number_as_the_page_writes_it_reads_back_exactly(entered, way):
    code, number = entered
    assert typed(code, written(number, *way)).number == float(number)


@given(entered())
def test_an_english_thousands_comma_is_never_read_as_another_number(entered):
    code, number = entered
    try:
        assert typed(code, written(number, "en", True)).number == float(number)
    except NotUnderstood as refused:
        assert "," in refused.facts["typed"]


@given(st.sampled_from(NUMBERS), st.text(max_size=12))
def test_whatever_is_typed_is_read_or_refused_with_a_sentence(code, text):
    try:
        reading = typed(code, text)
    except (NotUnderstood, Impossible) as refused:
        assert str(refused)
    else:
        assert reading is None or variable(code).hard[0] <= reading.number <= variable(code).hard[1]


@given(entered(), st.one_of(st.none(), st.floats(0, 1e6)))
def test_doubting_a_value_that_can_be_never_fails(entered, last):
    code, number = entered
    asked = doubt(code, typed(code, str(number)), None if last is None else was(code, last))
    assert asked is None or str(asked)
