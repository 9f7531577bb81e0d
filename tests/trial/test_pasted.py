"""A table pasted from a spreadsheet: each filled cell is read, refused or told, and none is guessed."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trial import pasted
from trial.entry import read
from trial.errors import Impossible, NotUnderstood
from trial.pasted import Pasted, Place, Stay
from trial.reading import Reading, State
from trial.variables import VARIABLES

STAY = Stay(today=date(2026, 3, 20), earliest=date(2026, 2, 1), day_1=date(2026, 3, 10))
SCREENED = Stay(today=date(2026, 3, 20), earliest=date(2026, 2, 1))
HEAD = "\t12/03\t13/03\n"


def table(text: str, stay: Stay = STAY, **how: Any) -> Pasted:
    return pasted.read(text, stay, **how)


def numbers(found: Pasted) -> dict[tuple[str, int], float | None]:
    return {(cell.code, cell.on.day): cell.reading.number if cell.reading else None for cell in found.cells}


def one(text: str, name: str = "Plaquettes", stay: Stay = STAY, **how: Any) -> pasted.Cell:
    (cell,) = table(f"\t12/03\n{name}\t{text}", stay, **how).cells
    return cell


def test_rows_are_variables_and_columns_are_days() -> None:
    found = table(HEAD + "Plaquettes\t42\t38\nBilirubine\t12,5\t\n")
    assert numbers(found) == {("platelets", 12): 42, ("platelets", 13): 38, ("bilirubin", 12): 12.5}
    assert found.days == (date(2026, 3, 12), date(2026, 3, 13))
    assert found.codes == ("platelets", "bilirubin")
    assert not found.unread


def test_rows_may_be_days_and_the_places_are_those_of_the_paste() -> None:
    found = table("Jour\tPlaquettes\tHb (g/L)\n12/03/2026\t42\t89\n13/03/2026\t38\tabc")
    assert numbers(found) == {("platelets", 12): 42, ("platelets", 13): 38, ("hemoglobin", 12): 8.9, ("hemoglobin", 13): None}
    (refused,) = [cell for cell in found.cells if cell.error]
    assert refused.place == Place(row=3, column=3)


@pytest.mark.parametrize(("text", "on"), [
    ("12/03/2026", date(2026, 3, 12)), ("12/03/26", date(2026, 3, 12)), ("12/03", date(2026, 3, 12)),
    ("2026-03-12", date(2026, 3, 12)), ("2026-03-12 08:00", date(2026, 3, 12)), ("12.03.2026", date(2026, 3, 12)),
    ("12-03-2026", date(2026, 3, 12)), ("jeu. 12/03", date(2026, 3, 12)), ("12/03/2026 08:00", date(2026, 3, 12)),
    ("12-mars", date(2026, 3, 12)), ("12 mars 2026", date(2026, 3, 12)), ("12-Mar-26", date(2026, 3, 12)),
    ("24/12", date(2025, 12, 24)),  # the latest that has come
    ("20/03", date(2026, 3, 20)), ("29/02", date(2024, 2, 29)),
    ("J3", date(2026, 3, 12)), ("j 3", date(2026, 3, 12)), ("D3", date(2026, 3, 12)), ("Day 3", date(2026, 3, 12)),
    ("Jour 3", date(2026, 3, 12)), ("3", date(2026, 3, 12)), ("J0", date(2026, 3, 9)), ("J1", date(2026, 3, 10)),
])  # fmt: skip
def test_days_are_written_in_many_ways(text: str, on: date) -> None:
    assert pasted.day_of(text, STAY) == on


@pytest.mark.parametrize("text", ["31/02/2026", "13/13", "hier", "12/03/2026/1", "12-brumaire"])
def test_what_is_no_day_is_told(text: str) -> None:
    with pytest.raises(NotUnderstood):
        pasted.day_of(text, STAY)


def test_a_study_day_means_nothing_before_inclusion() -> None:
    found = table("\tJ1\t12/03\nPlaquettes\t40\t42", SCREENED)
    assert [cell.text for cell in found.cells] == ["42"]
    assert [each.text for each in found.unread] == ["J1"]


@pytest.mark.parametrize("text", ["21/03/2026", "J12", "01/01/2026"])
def test_a_day_to_come_or_long_before_is_told_with_its_column(text: str) -> None:
    found = table(f"\t12/03\t{text}\nPlaquettes\t42\t38")
    assert [cell.text for cell in found.cells] == ["42"]
    (told,) = found.unread
    assert (told.text, told.place) == (text, Place(1, 3))
    assert isinstance(told.error, Impossible)


def test_nothing_is_read_after_the_death() -> None:
    found = table(HEAD + "Plaquettes\t42\t38", Stay(STAY.today, STAY.earliest, STAY.day_1, latest=date(2026, 3, 12)))
    assert [cell.on.day for cell in found.cells] == [12]
    assert isinstance(found.unread[0].error, Impossible)


def test_a_day_or_a_variable_that_stands_twice_is_read_once_and_told() -> None:
    found = table("\t12/03\tJ3\nPlaquettes\t42\t43\nplatelets\t44\t45")
    assert [cell.text for cell in found.cells] == ["42"]
    assert Counter(each.text for each in found.unread) == {"J3": 1, "platelets": 1}


@pytest.mark.parametrize(("name", "code", "unit"), [
    ("Bilirubine (mg/dL)", "bilirubin", "mg/dL"), ("Bilirubine [mg/dL]", "bilirubin", "mg/dL"),
    ("Bilirubine mg/dL", "bilirubin", "mg/dL"), ("bilirubin", "bilirubin", ""), ("BILIRUBINE :", "bilirubin", ""),
    ("Ferritine µg/L", "ferritin", "µg/L"), ("Ferritine (ng/mL)", "ferritin", "ng/mL"), ("white_cells", "white_cells", ""),
    ("Globules blancs", "white_cells", ""), ("Hb (g/L)", "hemoglobin", "g/L"), ("Créatinine (µmol/l)", "creatinine", "µmol/L"),
    ("Fréquence cardiaque", "heart_rate", ""), ("SpO2 (%)", "spo2", "%"),
    ("Noradrénaline (µg/kg/min)", "norepinephrine", "µg/kg/min"),
    ("Épuration extrarénale", "rrt", ""), ("Renal replacement", "rrt", ""), ("IL-6", "il6", ""), ("sCD25 (U/mL)", "scd25", "U/mL"),
])  # fmt: skip
def test_variables_are_named_as_the_ward_writes_them(name: str, code: str, unit: str) -> None:
    assert pasted._named(name) == (code, unit)


@pytest.mark.parametrize("code", VARIABLES)
def test_each_variable_is_known_by_its_code_and_both_labels_with_and_without_its_unit(code: str) -> None:
    known = VARIABLES[code]
    for name in (known.code, known.en, known.fr):
        assert pasted._named(name) == (code, "")
        if known.unit and known.unit != "fraction":
            assert pasted._named(f"{name} ({known.unit})") == (code, known.unit)


def test_a_unit_that_is_not_one_of_the_variable_refuses_the_row() -> None:
    found = table("\t12/03\nsCD25 (pg/mL)\t2400\nPlaquettes\t42")
    assert found.codes == ("platelets",)
    assert found.unread[0].place == Place(2, 1)
    assert "pg/mL" in str(found.unread[0].error)


def test_a_name_that_the_catalogue_lacks_is_told() -> None:
    found = table("\t12/03\nHaptoglobine\t0,1\nPlaquettes\t42")
    assert [each.text for each in found.unread] == ["Haptoglobine"]


@pytest.mark.parametrize(("name", "text", "number", "comparator"), [
    ("Bilirubine", "12,5", 12.5, "="), ("Bilirubine", "12.5", 12.5, "="), ("Ferritine", "12 400", 12400, "="),
    ("Ferritine", "12\u202f400", 12400, "="), ("Ferritine", "12\u00a0400", 12400, "="), ("Ferritine", ">100 000", 100000, ">"),
    ("CRP", "<0,3", 0.3, "<"), ("CRP", "< 0.3", 0.3, "<"), ("Triglycérides", "2,65 g/L", 2.99185, "="),
    ("Hb (g/L)", "8,9 g/dL", 8.9, "="), ("FiO2", "50 %", 0.5, "="), ("FiO2 (%)", "50", 0.5, "="), ("RASS", "-4", -4, "="),
    ("Noradrénaline", "9 mL/h × 0,16 mg/mL / 70 kg", 0.342857, "="),
])  # fmt: skip
def test_cells_are_read_as_boxes_are(name: str, text: str, number: float, comparator: str) -> None:
    reading = one(text, name).reading
    assert reading
    assert (reading.number, reading.comparator) == (pytest.approx(number, abs=1e-4), comparator)


@pytest.mark.parametrize("text", ["1,200", "abc", "12-5", "4.5.6", "<", "douze"])
def test_what_reads_two_ways_or_none_is_refused_with_its_sentence(text: str) -> None:
    cell = one(text, "Créatinine")
    assert cell.reading is None
    assert isinstance(cell.error, NotUnderstood)
    assert pasted.kind_of(cell) == "refused"


def test_the_impossible_is_refused_and_the_unlikely_is_asked() -> None:
    assert isinstance(one("380", "Température").error, Impossible)
    cell = one("2")
    assert cell.doubt and pasted.kind_of(cell) == "unlikely"


@pytest.mark.parametrize("text", ["", " ", "-", "–", "NA", "n/a", "...", "\u00a0"])
def test_an_empty_cell_is_nothing(text: str) -> None:
    assert not table(f"\t12/03\nPlaquettes\t{text}\nCRP\t12").cells[1:]


@pytest.mark.parametrize(("text", "state"), [("NF", State.NOT_DONE), ("non fait", State.NOT_DONE), ("en cours", State.PENDING)])
def test_not_done_and_pending_are_states(text: str, state: State) -> None:
    assert one(text).reading == Reading(state)


@pytest.mark.parametrize(("name", "text", "choice"), [
    ("Ventilation", "VNI", "niv"), ("Ventilation", "Invasive", "invasive"), ("Ventilation", "none", "none"), ("ECMO", "non", "no"),
    ("ECMO", "Oui", "yes"), ("ECMO", "x", "yes"), ("ECMO", "0", "no"), ("CP transfusés", "1", "yes"),
])  # fmt: skip
def test_choices_are_read_in_either_language(name: str, text: str, choice: str) -> None:
    reading = one(text, name).reading
    assert reading and reading.choice == choice


def test_a_word_that_is_no_choice_is_refused() -> None:
    assert isinstance(one("parfois", "ECMO").error, NotUnderstood)


def test_the_salt_of_the_site_counts() -> None:
    reading = one("0,16", "Noradrénaline", salt="tartrate").reading
    assert reading and (reading.number, reading.assay) == (0.08, "tartrate")


def test_a_value_on_file_is_the_same_or_differs() -> None:
    stored = {(date(2026, 3, day), "platelets"): read("platelets", text, "10⁹/L") for day, text in ((12, "42"), (13, "30"))}
    found = table(HEAD + "Plaquettes\t42,0\t38", stored=stored)
    assert [pasted.kind_of(cell) for cell in found.cells] == ["same", "differs"]
    assert pasted.counts(found) == {"same": 1, "differs": 1}


def test_a_pending_result_that_comes_in_and_a_withdrawn_value() -> None:
    stored = {(date(2026, 3, 12), "platelets"): Reading(State.WITHDRAWN), (date(2026, 3, 13), "platelets"): Reading(State.PENDING)}
    assert [pasted.kind_of(cell) for cell in table(HEAD + "Plaquettes\t42\t38", stored=stored).cells] == ["new", "new"]


def test_a_slip_is_judged_against_the_day_before_in_the_table_or_on_file() -> None:
    assert [bool(cell.doubt) for cell in table(HEAD + "Plaquettes\t45\t450").cells] == [False, True]
    on_file = {(date(2026, 3, 11), "platelets"): read("platelets", "45", "10⁹/L")}
    assert one("450", stored=on_file).doubt
    assert one("48", stored=on_file).doubt is None


@pytest.mark.parametrize("text", ["\tPlaquettes\n", "Plaquettes", "a b c\nd e f", "", "\n\n", "\t\t\n\t\t"])
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        table(text)


def test_a_table_without_days_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="No day"):
        table("a\tb\nPlaquettes\tCRP")


def test_semicolons_ragged_rows_quotes_and_windows_line_ends() -> None:
    found = table('"";12/03;13/03;14/03\r\n"Plaquettes";42\r\n"Bilirubine (mg/dL)";"1,2";;"1,4"\r\n')
    assert numbers(found)["platelets", 12] == 42
    assert {(cell.code, cell.on.day) for cell in found.cells} == {("platelets", 12), ("bilirubin", 12), ("bilirubin", 14)}


def test_a_stray_quotation_mark_is_a_sign_like_any_other() -> None:
    found = table('\t12/03\nPlaquettes "G/L\t42\nCRP\t12')
    assert ("crp", 12) in numbers(found)


def test_a_cell_without_a_variable_or_a_day_is_told() -> None:
    found = table("\t12/03\t\nPlaquettes\t42\t38\n\t7\t\nCRP\t3\t")
    assert {each.place for each in found.unread} == {Place(2, 3), Place(3, 2)}


def test_a_corner_that_was_not_copied_shifts_nothing() -> None:
    assert numbers(table("12/03\t13/03\nPlaquettes\t42\t38")) == {("platelets", 12): 42, ("platelets", 13): 38}


def test_lines_above_the_table_that_are_empty_do_not_matter() -> None:
    assert numbers(table("\t\n\n\t12/03\nPlaquettes\t42\n\t")) == {("platelets", 12): 42}


def test_a_thousand_cells_are_each_accounted_for() -> None:
    days = [STAY.earliest + timedelta(days=place) for place in range(40)]
    codes = [code for code, known in VARIABLES.items() if known.kind == "number"][:25]
    rows = [["", *(f"{on:%d/%m/%Y}" for on in days)], *([code, *["50"] * 40] for code in codes)]
    found = table("\n".join("\t".join(row) for row in rows))
    assert len(found.cells) == 1000
    assert all(cell.reading or cell.error for cell in found.cells)
    assert not found.unread


def test_a_table_of_a_hundred_thousand_cells_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="more than"):
        table("\n".join("\t".join(["1"] * 200) for _ in range(200)))


CELLS = st.text(alphabet="0123456789,.<> -/JjxPlaquetsµg()\"';\u202f", max_size=12)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=6))
def test_nothing_pasted_breaks_the_reader(rows: list[list[str]]) -> None:
    text = "\t12/03\t13/03\n" + "\n".join("\t".join(row) for row in rows)
    try:
        found = table(text)
    except NotUnderstood:
        return
    assert all((cell.reading is None) is (cell.error is not None) for cell in found.cells)


@given(st.dictionaries(st.sampled_from(["platelets", "crp", "creatinine", "bilirubin"]),
                       st.lists(st.integers(20, 500), min_size=3, max_size=3), min_size=1))  # fmt: skip
def test_a_table_and_its_transpose_say_the_same(values: dict[str, list[int]]) -> None:
    head = ["", "11/03", "12/03", "13/03"]
    rows = [head, *([code, *map(str, numbers)] for code, numbers in values.items())]
    ways = ["\n".join("\t".join(row) for row in each) for each in (rows, zip(*rows, strict=True))]
    assert numbers(table(ways[0])) == numbers(table(ways[1]))
