"""Files as laboratories and registers really send them; every line below is invented, every mess was seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from trial.errors import NotUnderstood, TrialError
from trial.labfile import NOT_GIVEN, RARE, Found, Parsed, moment, read_file, reasons
from trial.reading import State

LAB_HEADER = "hospitalization_id,collected_at,resulted_at,test,result,unit"
DAY_HEADER = (
    "patient_id,hospitalization_id,stay_id,icu_day,hours_covered,device,pao2_mmhg,fio2,ventilated,platelets_e9l,"
    "bilirubin_mgdl,bilirubin_umoll,map_mmhg,norepi,epi,dopa,dobu,gcs,creatinine_mgdl,creatinine_umoll,crrt,hb_gdl,"
    "wbc_e9l,anc_e9l,alt_ul,ast_ul,ferritin_ugl,lactate_mmol,temp_max_c"
)
OWN_HEADER = "patient;collected_at;test;result;unit"


def lab(*rows: str) -> Parsed:
    """One hospitalization; a row is "test,result,unit", each an hour later."""
    lines = [f"9001,2113-08-25 {hour:02d}:30,2113-08-25 {hour:02d}:50,{row}" for hour, row in enumerate(rows)]
    return read_file("\n".join([LAB_HEADER, *lines, ""]).encode(), "lab.csv")


def icu_day(day: str = "1", stay: str = "7", **cells: str) -> str:
    known = {"patient_id": "1", "hospitalization_id": "2", "stay_id": stay, "icu_day": day, "hours_covered": "24"} | cells
    return ",".join(known.get(column, "") for column in DAY_HEADER.split(","))


def icu(*rows: str) -> Parsed:
    return read_file("\r\n".join([DAY_HEADER, *rows, ""]).encode(), "days.csv")


def own(*rows: str, header: str = OWN_HEADER, encoding: str = "utf-8") -> Parsed:
    return read_file("\n".join([header, *rows]).encode(encoding), "labo.csv")


def only(parsed: Parsed) -> Found:
    assert [str(each.error) for each in (*parsed.refused, *parsed.unknown)] == []
    (found,) = parsed.found
    return found


def refusal(parsed: Parsed) -> TrialError:
    assert parsed.found == ()
    (refused,) = parsed.refused
    return refused.error


def sentence(content: bytes, name: str = "export.csv") -> str:
    with pytest.raises(NotUnderstood) as told:
        read_file(content, name)
    return str(told.value)


# what the laboratory writes


@pytest.mark.parametrize(
    ("row", "variable", "number"),
    [
        ("platelet_count,142,10*3/uL", "platelets", 142),
        ("lymphocytes_absolute,0.46,10^3/µL\t", "lymphocytes", 0.46),
        ("neutrophils_absolute,3.63,10^3/\u03bcL", "neutrophils", 3.63),
        ("inr,1.6,", "inr", 1.6),
        ("ferritin,1090.75,ng/mL", "ferritin", 1090.75),
        ("albumin,2.8,g/dL", "albumin", 28),
        ("creatinine,1.0,mg/dL", "creatinine", 88.4),
        ("bilirubin_total,2.0,mg/dL", "bilirubin", 34.2),
        ("po2_arterial,405,mmHg", "pao2", 405),
        ("wbc,12.345,10*3/uL", "white_cells", 12.345),
        (" PLATELET count ,142,10*3/UL", "platelets", 142),
    ],
)
def test_units_and_tests_are_recognised_however_they_are_written(row: str, variable: str, number: float) -> None:
    found = only(lab(row))
    assert (found.variable, found.reading.number) == (variable, pytest.approx(number))


def test_what_was_written_is_kept_with_its_line_and_time() -> None:
    found = only(lab("creatinine,1.0,mg/dL"))
    assert (found.line, found.subject, found.at) == (2, "9001", datetime(2113, 8, 25, 0, 30))
    assert (found.reading.state, found.reading.typed, found.reading.unit) == (State.MEASURED, "1.0", "mg/dL")
    assert found.text == "9001 2113-08-25 00:30 creatinine 1.0 mg/dL"


def test_below_the_limit_of_the_assay_stays_below_it() -> None:
    found = only(lab('bilirubin_total,<0.2.,mg/dL'))
    assert (found.reading.comparator, found.reading.number) == ("<", pytest.approx(3.42))
    assert found.reading.typed == "<0.2."


def test_a_censored_result_is_refused_where_none_can_be() -> None:
    assert "without < or >" in str(refusal(lab("po2_arterial,<37,mmHg")))


@pytest.mark.parametrize(
    ("result", "why"),
    [
        ("___", "blanked out"),
        ("-", "blanked out"),
        ("", "empty"),
        ("UNABLE TO REPORT.", "could not report"),
        ('"ND .  Not Done, WBC <=0.1."', "did not do it"),
        ("Non réalisé", "did not do it"),
        ("HEMOLYZED", "could not be used"),
        ("échantillon", "not understood"),
        ("Coagulé", "could not be used"),
        ("en cours", "not there yet"),
        ("12 or 13", "not understood"),
        ("-3", "not understood"),
    ],
)
def test_a_result_without_a_number_says_why(result: str, why: str) -> None:
    assert why in str(refusal(lab(f"hemoglobin,{result},g/dL")))


def test_the_same_limits_hold_as_for_typed_values() -> None:
    error = refusal(lab("potassium,41,mmol/L"))
    assert str(error) == "potassium 41.0 mmol/L cannot be: did you mean 4.1 mmol/L?"


def test_a_rare_value_is_taken_and_noted() -> None:
    assert only(lab("potassium,8.3,mmol/L")).why == RARE
    assert only(lab("potassium,4.3,mmol/L")).why == ""


def test_a_unit_is_never_guessed() -> None:
    missing, foreign = refusal(lab("creatinine,88,")), refusal(lab("creatinine,88,mmol/L"))
    assert str(missing) == "creatinine: the unit is missing. It is one of: µmol/L, mg/dL, mg/L."
    assert "creatinine is not entered in mmol/L" in str(foreign)


def test_an_unknown_test_is_counted_apart() -> None:
    parsed = lab("sodium,140,mmol/L", "troponin_t,0.01,ng/mL", "troponin_t,___,ng/mL")
    assert (len(parsed.found), len(parsed.refused), len(parsed.unknown)) == (1, 0, 2)
    assert parsed.unknown[0].error.facts == {"test": "troponin_t"}


def test_every_row_is_found_refused_or_unknown() -> None:
    parsed = lab("sodium,140,mmol/L", "sodium,___,mmol/L", "sodium,___,mmol/L", "zinc,1,µmol/L", "wbc,5,", "wbc,5,G/L,x")
    assert (parsed.rows, parsed.read) == (6, 6)
    assert (len(parsed.found), len(parsed.refused), len(parsed.unknown)) == (1, 4, 1)
    assert reasons(parsed.refused).most_common(1) == [("The result was blanked out: “{text}”.", 2)]
    assert [each.line for each in parsed.refused] == [3, 4, 6, 7]


def test_a_column_that_is_not_read_is_named() -> None:
    assert list(lab("sodium,140,mmol/L").left) == ["resulted_at"]
    with_comment = own("001-S0001;2026-03-02 08:00;K;4;mmol/L;fasting", header=OWN_HEADER + ";comment")
    assert list(with_comment.left) == ["comment"]


def test_empty_lines_are_no_rows_and_lines_keep_their_number() -> None:
    content = f"\n{LAB_HEADER}\n\n9001,2113-08-25 10:00,,sodium,140,mmol/L\n ,,,,,\n9001,2113-08-25 11:00,,sodium,141,mmol/L\n"
    parsed = read_file(content.encode(), "lab.csv")
    assert (parsed.rows, [found.line for found in parsed.found]) == (2, [4, 6])


# a row a day


def test_a_day_of_intensive_care_is_read_cell_by_cell() -> None:
    parsed = icu(icu_day(device="IMV", pao2_mmhg="91.0", fio2="0.9", ventilated="1", norepi="0.401", crrt="1.0"))
    values = {found.variable: found.reading.choice or found.reading.number for found in parsed.found}
    assert values == {
        "pao2": 91, "fio2": 0.9, "ventilation": "invasive", "norepinephrine": 0.401, "epinephrine": 0, "dopamine": 0,
        "dobutamine": 0, "rrt": "yes",
    }  # fmt: skip
    assert {(found.subject, found.day, found.at) for found in parsed.found} == {("7", 1, None)}


def test_an_empty_drug_is_not_given_and_says_so() -> None:
    parsed = icu(icu_day())
    assert {found.variable: (found.reading.number, found.why) for found in parsed.found} == dict.fromkeys(
        ("norepinephrine", "epinephrine", "dopamine", "dobutamine"), (0.0, NOT_GIVEN)
    )


def test_an_empty_cell_is_not_measured() -> None:
    assert {"platelets", "gcs", "rrt", "ventilation"}.isdisjoint(found.variable for found in icu(icu_day()).found)


@pytest.mark.parametrize(
    ("ventilated", "device", "choice"),
    [
        ("1", "", "invasive"),
        ("1", "IMV", "invasive"),
        ("0", "High Flow NC", "hfnc"),
        ("0", "NIPPV", "niv"),
        ("0", "CPAP", "cpap"),
        ("0", "Face Mask", "none"),
        ("0", "Nasal Cannula", "none"),
        ("0", "none", "none"),
    ],
)
def test_the_device_says_which_support_where_it_is_not_invasive(ventilated: str, device: str, choice: str) -> None:
    parsed = icu(icu_day(ventilated=ventilated, device=device))
    assert [found.reading.choice for found in parsed.found if found.variable == "ventilation"] == [choice]


@pytest.mark.parametrize(("device", "why"), [("", "no device is named"), ("Iron lung", "not one of the words")])
def test_a_support_that_is_not_told_is_refused_not_guessed(device: str, why: str) -> None:
    parsed = icu(icu_day(ventilated="0", device=device))
    (refused,) = parsed.refused
    assert why in str(refused.error)


def test_the_same_value_in_two_units_is_read_once() -> None:
    both = icu(icu_day(creatinine_mgdl="1.0", creatinine_umoll="88.0"))
    assert [found.reading.typed for found in both.found if found.variable == "creatinine"] == ["88.0"]
    assert "creatinine_mgdl" in both.left
    alone = icu(icu_day(creatinine_mgdl="1.0"))
    assert [found.reading.number for found in alone.found if found.variable == "creatinine"] == [pytest.approx(88.4)]
    assert "creatinine_mgdl" not in alone.left


def test_an_unknown_column_of_a_day_is_counted_where_it_is_filled() -> None:
    content = f"{DAY_HEADER},mood\n{icu_day('1')},good\n{icu_day('2')},\n"
    parsed = read_file(content.encode(), "days.csv")
    assert [str(each.error.facts["test"]) for each in parsed.unknown] == ["mood"]
    assert (parsed.rows, parsed.read) == (2, len(parsed.found) + 1)


def test_a_day_without_a_number_is_refused() -> None:
    parsed = icu(icu_day("0", gcs="15"), icu_day("x", gcs="15"), icu_day("1", stay="", gcs="15"))
    assert parsed.found == ()
    assert set(reasons(parsed.refused)) == {"The row names no subject and day of 1 or more."}


# the ward's own laboratory


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_a_french_export_is_read_in_any_encoding(encoding: str) -> None:
    header = "Patient;Prélevé le;Examen;Résultat;Unité"
    found = only(own("001-0003;02/03/2026 06:15;Créatinine;112,5;µmol/L", header=header, encoding=encoding))
    assert (found.subject, found.variable, found.reading.number) == ("001-0003", "creatinine", 112.5)
    assert found.at == datetime(2026, 3, 2, 6, 15)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_comma_semicolon_and_tab_separate(separator: str) -> None:
    rows = ["001-S0001;2026-03-02 08:00;sodium;140;mmol/L"]
    content = "\n".join([OWN_HEADER, *rows]).replace(";", separator)
    parsed = read_file(content.encode(), "labo.csv")
    assert (only(parsed).reading.number, parsed.separator) == (140, separator)


def test_the_line_that_excel_adds_is_no_header() -> None:
    parsed = own("001-S0001;2026-03-02 08:00;sodium;140;mmol/L", header=f"sep=;\n{OWN_HEADER}")
    assert only(parsed).line == 3


@pytest.mark.parametrize(
    ("result", "separator", "number"),
    [("1,234", ";", 1.234), ("1.234", ",", 1.234), ("12,5", ";", 12.5), ("12.5", ";", 12.5), ('"12,5"', ",", 12.5)],
)
def test_the_decimal_sign_of_a_file_goes_with_its_separator(result: str, separator: str, number: float) -> None:
    content = f"{OWN_HEADER}\n001-S0001;2026-03-02 08:00;leucocytes;{{}};G/L".replace(";", separator).format(result)
    assert only(read_file(content.encode(), "labo.csv")).reading.number == number


@pytest.mark.parametrize(("result", "separator"), [("1.234", ";"), ('"1,234"', ","), ("1.234", "\t"), ("1,234", "\t")])
def test_what_could_be_thousands_is_asked_about(result: str, separator: str) -> None:
    content = f"{OWN_HEADER}\n001-S0001;2026-03-02 08:00;leucocytes;{{}};/mm3".replace(";", separator).format(result)
    assert "may be" in str(refusal(read_file(content.encode(), "labo.csv")))


def test_thousands_of_cells_by_cubic_millimetre() -> None:
    found = only(own("001-S0001;2026-03-02 08:00;Plaquettes;45 000;/mm3"))
    assert (found.variable, found.reading.number) == ("platelets", 45)


@pytest.mark.parametrize("name", ["plaquettes", "PLATELETS", "Platelets", "platelets"])
def test_a_test_has_a_code_a_french_and_an_english_name(name: str) -> None:
    assert only(own(f"001-S0001;2026-03-02 08:00;{name};45;G/L")).variable == "platelets"


def test_a_choice_is_read_by_its_word_in_either_language() -> None:
    assert only(own("001-S0001;2026-03-02 08:00;ventilation;VNI;")).reading.choice == "niv"


def test_the_assay_of_scd25_is_kept() -> None:
    row = "001-S0001;2026-03-02 08:00;sCD25;12000;U/mL;Immulite"
    assert only(own(row, header=OWN_HEADER + ";trousse")).reading.assay == "Immulite"


def test_who_the_patient_is_does_not_go_into_a_refused_row() -> None:
    parsed = own("DURAND Marie 1 62 03 75;2026-03-02 08:00;sodium;___;mmol/L")
    (refused,) = parsed.refused
    assert refused.text == "2026-03-02 08:00 sodium ___ mmol/L"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-02 14:30", datetime(2026, 3, 2, 14, 30)),
        ("2026-03-02T14:30:59.1", datetime(2026, 3, 2, 14, 30)),
        ("2026-03-02T14:30Z", datetime(2026, 3, 2, 14, 30, tzinfo=UTC)),
        ("2026-03-02 14:30 +0200", datetime(2026, 3, 2, 14, 30, tzinfo=timezone(timedelta(hours=2)))),
        ("02/03/2026 14h30", datetime(2026, 3, 2, 14, 30)),
        ("2/3/2026  4:30", datetime(2026, 3, 2, 4, 30)),
    ],
)
def test_a_moment_is_iso_or_day_first(text: str, expected: datetime) -> None:
    assert moment(text) == expected
    assert moment(text).tzinfo == expected.tzinfo


@pytest.mark.parametrize("text", ["", "02/03/26 14:30", "2026-03-02", "31/02/2026 10:00", "03/25/2026 10:00",
                                  "2026-03-02 25:00", "0001-01-01 00:00", "yesterday", "46083.5"])  # fmt: skip
def test_a_date_that_could_be_another_is_not_read(text: str) -> None:
    with pytest.raises(NotUnderstood, match="date with a time of day"):
        moment(text)


# what is no such file


def test_an_empty_file_says_so() -> None:
    assert sentence(b"") == sentence(b"\n \n") == "export.csv is empty. Export it again."


def test_a_header_alone_says_so() -> None:
    assert "no row below it" in sentence(LAB_HEADER.encode())


@pytest.mark.parametrize("content", [b"PK\x03\x04\x14\x00\x06\x00", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_workbook_is_to_be_saved_as_csv(content: bytes) -> None:
    assert "Excel" in sentence(content) and "save it as CSV" in sentence(content)


@pytest.mark.parametrize("content", [b"%PDF-1.7\n\x00\x01", b"\x89PNG\r\n\x1a\n\x00\x00", bytes(range(256))])
def test_a_file_that_is_not_text_says_so(content: bytes) -> None:
    assert "is not text" in sentence(content)


def test_other_columns_are_answered_with_the_nearest_layout_and_what_is_missing() -> None:
    told = sentence(b"patient,date,test,result,unit\n001-S0001,2026-03-02,sodium,140,mmol/L\n")
    assert "jakahdi_long" in told
    assert "also needs: collected_at" in told
    assert "patient,date,test,result,unit" in told


def test_another_separator_is_answered_too() -> None:
    assert "comma, semicolon or tab" in sentence(OWN_HEADER.replace(";", "|").encode() + b"\n1|2|3|4|5\n")


def test_a_letter_is_no_table() -> None:
    assert "no header that is known here" in sentence("Cher confrère,\nvoici les résultats.\n".encode("latin-1"))


def test_a_column_twice_is_refused() -> None:
    assert "the column result twice" in sentence(f"{OWN_HEADER};Result\na;b;c;d;e;f\n".encode())


def test_a_quotation_mark_that_never_closes_names_its_line() -> None:
    told = sentence(f'{OWN_HEADER}\na;b;c;d;e\na;"b;c;d;e\na;b;c;d;e\n'.encode())
    assert "from line 3 on" in told


def test_rows_that_a_quotation_mark_swallowed_are_told() -> None:
    row = "001-S0001;2026-03-02 08:00;sodium;{};mmol/L"
    parsed = own(row.format('"140'), row.format("141"), row.format('142"'), row.format("143"))
    assert [found.reading.number for found in parsed.found] == [143]
    (refused,) = parsed.refused
    assert refused.line == 2


def test_a_row_cut_short_is_refused_alone() -> None:
    parsed = own("001-S0001;2026-03-02 08:00;sodium", "001-S0001;2026-03-02 08:00;sodium;140;mmol/L")
    assert len(parsed.found) == 1
    assert "3 cells, the header has 5" in str(parsed.refused[0].error)


def test_fifteen_thousand_results_are_read_in_a_breath() -> None:
    rows = [f"{subject},2113-08-25 {hour:02d}:{minute:02d},,creatinine,{minute / 10 + 0.5:.1f},mg/dL"
            for subject in range(10) for hour in range(24) for minute in range(60)]  # fmt: skip
    began = datetime.now(UTC)
    parsed = read_file("\n".join([LAB_HEADER, *rows]).encode(), "lab.csv")
    assert len(parsed.found) == len(rows) == 14_400
    assert datetime.now(UTC) - began < timedelta(seconds=5)
