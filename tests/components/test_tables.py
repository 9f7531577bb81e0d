"""What the components write on the screen: board cards, score tables, doses, the flowsheet, the line of the SOFA."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any, get_args

import pandas as pd
import pytest

from components import board_rows, dose_grid, flowsheet, hlh_scores, passport, score_table, score_words, sofa_line, why
from components.screening import criteria
from components.words import label_with_unit
from scoring import hlh2004, hscore, notes, passports, rules
from scoring import sofa as sofa_1996
from scoring.explain import Given
from trial import days, eligibility, schedule, scores, sofa, tubes
from trial.board import Marker, Row, Sofa
from trial.dosing import SLOTS, Dose
from trial.eligibility import Scores
from trial.scores import SCORES

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EMPTY = Row("001-S0001", "001-0001", "", None, 3, None, 0, None, (), (), (), (), None, "Europe/Paris")
ONE = {"pao2": 68.0, "fio2": 0.5, "ventilation": "invasive", "platelets": 42.0, "bilirubin": 58.0, "map": 65.0,
       "norepinephrine": 0.12, "gcs": 14.0, "creatinine": 185.0}  # fmt: skip


def text(drawn: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", drawn)))


def row(**changed: Any) -> Row:
    return Row(**{name: changed.get(name, getattr(EMPTY, name)) for name in Row.__dataclass_fields__})


def scored(**values: Any) -> pd.Series:
    return sofa.score(pd.DataFrame([values], index=[0])).iloc[0]


# The ward board


def test_a_card_of_nothing_says_so_in_every_place() -> None:
    said = text(board_rows.card(EMPTY, NOON))
    for words in ("lit non noté", "non saisi", "pas encore de valeur", "rien à faire"):
        assert words in said
    assert "None" not in said
    assert "nan" not in said


def test_a_bed_cannot_write_into_the_page() -> None:
    assert "<script>" not in board_rows.card(row(bed="<script>alert(1)</script>", name="<b>x</b>"), NOON)


@pytest.mark.parametrize(
    ("now", "base", "change"),
    [(Sofa(11, 11), Sofa(15, 15), "−4"), (Sofa(15, 15), Sofa(15, 15), "0"), (Sofa(11, 15), Sofa(15, 15), "−4…0"),
     (Sofa(13, 17), Sofa(13, 17), "−4…+4"), (Sofa(17, 17), Sofa(15, 15), "+2"), (None, Sofa(15, 15), ""), (Sofa(3, 3), None, "")],
)  # fmt: skip
def test_a_change_with_something_missing_is_an_interval(now: Sofa | None, base: Sofa | None, change: str) -> None:
    assert board_rows.since_baseline(now, base) == change


def test_a_marker_has_its_sign_its_direction_and_its_age() -> None:
    markers = (Marker("scd25", 20000, ">", 12000, 0), Marker("ferritin", 900, "=", 900, 1), Marker("platelets", 42, "=", None, 4))
    said = text(board_rows.card(row(markers=markers), NOON)).replace("\u202f", " ")
    assert "> 20 000 ↑" in said
    assert "900 →" in said
    assert "hier" in said
    assert re.search(r"Plaquettes 42 10⁹/L", said)


def due(state: Any, *missing: str, **more: Any) -> schedule.Due:
    return schedule.Due(7, missing or schedule.PANEL, state, TODAY, TODAY, **more)


def test_what_is_due_today_is_named_by_tube_and_of_tomorrow_counted() -> None:
    said = board_rows.due_line(due("due"))
    assert all(source.label("fr") in said for source in tubes.sources(schedule.PANEL))
    counted = board_rows.due_line(due("tomorrow"))
    assert "6" in counted and "5" in counted and "biochimie" not in counted
    assert "sCD25" in board_rows.due_line(due("tomorrow", "scd25", "gcs"))


def test_a_tube_that_was_drawn_is_not_asked_for_again() -> None:
    assert "biochimie" not in board_rows.due_line(due("due", "ferritin", awaited=("ferritin",)))
    assert "Ferritine" in board_rows.due_line(due("due", "ferritin", awaited=("ferritin",)))


def test_the_list_of_tomorrow_counts_each_tube_once_a_patient_and_names_bed_and_patient() -> None:
    asked = due("tomorrow", "creatinine", "bilirubin", "gcs")
    rows = [row(name=name, bed=bed, due=(asked,)) for name, bed in (("a", "1"), ("b", ""))]
    drawn = board_rows.tomorrow([*rows, row(due=(due("due"),))])
    said = text(drawn)
    assert drawn.startswith("<details") and "open" not in drawn.split(">")[0]
    assert "biochimie × 2" in said and "Glasgow" in said and "lit 1 · a" in said and "lit non noté · b" in said
    assert board_rows.tomorrow([row(due=(due("due"),))]) == ""


def test_a_text_to_copy_cannot_write_into_the_page() -> None:
    drawn = board_rows.copy_button("<i>", '"><script>')
    assert "<script>" not in drawn and "<i>" not in drawn and "&quot;&gt;&lt;script&gt;" in drawn


def test_each_visit_and_each_dose_has_a_sign_beside_its_colour() -> None:
    signs = [sign for sign, _word in board_rows.VISITS.values()]
    assert len(set(signs)) == len(signs)
    assert set(board_rows.VISITS) == set(get_args(schedule.State))


# The scores' own tables


@pytest.mark.parametrize("code", SCORES)
def test_a_table_has_every_item_and_every_limit_of_the_paper(code: str) -> None:
    items = SCORES[code].items
    drawn = text(score_table.score_table(code, items, None))
    assert "▶" not in drawn
    for name, item in items.items():
        assert text(score_words.item(code, name)) in drawn or label_with_unit(item.variables[0]) in drawn
    assert set(items) <= set(score_words.ITEMS[code])
    limits = {limit for item in items.values() for band in item.bands if not band.answer and not band.variable.startswith(
        ("low_", "enlarged_", "sofa4")) for limit in (band.low, band.high) if 0 < limit < float("inf")}  # fmt: skip
    flat = re.sub(r"(?<=\d) (?=\d{3})", "", drawn)
    assert all(f"{limit:g}".replace(".", ",") in flat for limit in limits)


def test_the_cells_that_are_reached_are_lit_and_those_of_unknown_organs_are_not() -> None:
    assert score_table.score_table("sofa", sofa_1996.SI, scored(**ONE)).count('class="lit"') == 6
    partly = scored(**{code: value for code, value in ONE.items() if code not in ("bilirubin", "ventilation")})
    assert score_table.score_table("sofa", sofa_1996.SI, partly).count('class="lit"') == 4 + int(
        not pd.isna(partly["respiration"]))  # fmt: skip


@pytest.mark.parametrize(("low", "high", "state"), [(200, 200, "met"), (199, 199, "not_met"), (178, 231, "undetermined"),
                                                    (0, 337, "undetermined"), (213, 265, "met")])
def test_the_hscore_is_met_only_when_its_lowest_total_is(low: int, high: int, state: str) -> None:
    items = dict.fromkeys(hscore.TABLE, pd.NA)
    drawn = hlh_scores.hscore_verdict(pd.Series(items | {"low": low, "high": high}, dtype=object))
    assert f'class="verdict {state}"' in drawn
    assert (str(low) if low == high else f"{low}–{high}") in drawn


def test_all_eight_criteria_have_their_sentence_and_the_limit_in_it() -> None:
    assert set(hlh_scores.HLH2004_WORDS) == set(hlh2004.SI)


def test_the_verdict_in_one_line_has_all_three_scores() -> None:
    verdict = eligibility.assess({}, Scores(), sex="f", birth_year=1970, year=2026)
    said = text(criteria.one_line(verdict, Scores(None, 3, 2, 178, 231, 15, 15)))
    assert "HScore 178–231" in said
    assert "SOFA 15" in said


# The line of the SOFA


def test_the_line_names_what_is_missing_and_the_change_since_day_1() -> None:
    now = scored(**{code: value for code, value in ONE.items() if code != "bilirubin"})
    said = text(sofa_line.line(now, scored(**ONE)))
    assert "SOFA 13–17" in said
    assert "Foie ?" in said
    assert "−2…+2" in said
    assert "0 depuis" in text(sofa_line.line(scored(**ONE), scored(**ONE)))


# Doses


def doses(*told: tuple[int, str, str]) -> dict[tuple[int, str], Dose]:
    at = datetime(2026, 3, 2, 8, tzinfo=UTC)
    return {(day, slot): Dose(day, slot, state, at, "oral", 10.0) for day, slot, state in told}


def test_the_ribbon_has_56_doses_each_with_sign_and_words() -> None:
    drawn = dose_grid.ribbon(doses((1, "morning", "given"), (1, "evening", "held"), (2, "morning", "missed")), 3)
    assert drawn.count('class="dose ') == 56
    states = re.findall(r'class="dose (\w+)"', drawn)
    assert states[:6] == ["given", "held", "missed", "due", "due", "due"]
    assert set(states[6:]) == {"planned"}
    assert drawn.count("title=") == 56
    assert len(set(dose_grid.SIGNS.values())) == len(dose_grid.SIGNS), "no two states look the same without colour"


@pytest.mark.parametrize(("today", "planned"), [(-2, 0), (0, 0), (1, 2), (28, 56), (60, 56)])
def test_the_doses_planned_until_today_are_two_a_day_for_28_days(today: int, planned: int) -> None:
    assert f" {planned} " in text(dose_grid.summary({}, today)).replace("\u202f", " ")


def test_given_late_and_vomited_are_taken_held_and_missed_are_not() -> None:
    taken = [(1, "morning", "given"), (1, "evening", "late"), (2, "morning", "vomited")]
    told = doses(*taken, (2, "evening", "held"), (3, "morning", "missed"))
    assert re.search(r"\b3\b.*\b6\b", text(dose_grid.summary(told, 3)))


def test_a_dose_charted_in_error_is_none() -> None:
    frame = pd.DataFrame([{"day": 1, "slot": SLOTS[0], "state": "withdrawn", "given_at": pd.NaT, "route": None,
                           "mg": float("nan"), "reason": "x"}])  # fmt: skip
    assert dose_grid.by_slot(frame) == {}


# The flowsheet


def test_the_flowsheet_marks_what_was_carried_over_or_lies_beyond_the_assay() -> None:
    rows = [{"on_date": TODAY - timedelta(days=ago), "variable": code, "sampled_at": pd.NaT, "state": state, "number": number,
             "choice": choice, "comparator": sign}
            for ago, code, state, number, choice, sign in (
                (1, "platelets", "measured", 42.0, None, "="), (0, "platelets", "carried", 42.0, None, "="),
                (0, "scd25", "measured", 20000.0, None, ">"), (0, "ventilation", "measured", None, "niv", "="),
                (0, "ast", "not_done", None, None, "="))]  # fmt: skip
    readings = pd.DataFrame(rows)
    by_day = days.by_day(readings)
    drawn = flowsheet.flowsheet(by_day, sofa.score(by_day), readings, TODAY - timedelta(days=6))
    said = text(drawn).replace("\u202f", " ")
    assert re.search(r"J7 J6", said), "the newest first"
    assert re.search(r"Plaquettes \(10⁹/L\) 42 ° 42", said)
    assert re.search(r"sCD25 \(U/mL\) > 20 000 ", said)
    assert "VNI" in said
    assert "ASAT" not in said, "nothing known of it"
    assert re.search(r"SOFA 3–23 3–23", said)


def test_a_cell_that_no_value_reached_is_not_lit_though_the_points_are_settled() -> None:
    """Empty boxes of urine and dialysis add nothing to the KDIGO stage; nobody answered "no"."""
    found = scores.scored("kdigo", {"creatinine": 240.0, "creatinine_reference": 80.0})
    drawn = score_table.score_table("kdigo", found.score.items, found.points, found.reached)
    assert drawn.count('class="lit"') == 1


@pytest.mark.parametrize("code", SCORES)
def test_what_is_from_memory_is_marked_in_the_table(code: str) -> None:
    items = SCORES[code].items
    from_memory = any(band.memory for item in items.values() for band in item.bands)
    assert from_memory == ("†" in score_table.score_table(code, items, None))


# Why


def test_the_explanation_says_value_band_source_and_what_was_read_as_none() -> None:
    drawn_at, entered_at = datetime(2026, 3, 2, 7, tzinfo=UTC), datetime(2026, 3, 2, 8, 5, tzinfo=UTC)
    given = {"pao2": Given("68", "mmHg", drawn_at, entered_at, "Léa"), "fio2": Given("50", "%", carried=True)}
    found = scores.scored("sofa", ONE, given)
    drawn = text(why.draw(found.why("respiration"), 4, "Europe/Paris"))
    for part in ("Poumon : 3 / 4", "136", "100–<200", "avec assistance ventilatoire",
                 "PaO₂ 68 mmHg · prélevé 2 mars 08:00 · saisi 2 mars 09:05, Léa", "50 % · repris", "Vide, lu comme aucun",
                 "ECMO", "10.1007/BF01709751"):  # fmt: skip
        assert part in drawn, part


def test_the_explanation_of_an_open_item_lists_what_each_result_would_give() -> None:
    found = scores.scored("sofa", {code: value for code, value in ONE.items() if code != "platelets"})
    drawn = text(why.draw(found.why("coagulation"), 4))
    for result, points, total in (("0–<20", 4, 16), ("20–<50", 3, 15), ("50–<100", 2, 14), ("100–<150", 1, 13), ("≥ 150", 0, 12)):
        assert re.search(rf"{re.escape(result)} +{points} +{total}", drawn), drawn


@pytest.mark.parametrize("code", passports.CHECKS)
def test_a_passport_shows_notes_checks_and_options(code: str) -> None:
    checks, said = passports.CHECKS[code], notes.NOTES[code]
    checked = passports.run(SCORES[code], checks) if code in SCORES else passports.run_formula(code, checks)
    drawn = text(passport.draw(code, "CITATION", {"rrt": None, "support": ["niv"]}, checked, said))
    assert "CITATION" in drawn and "rrt" in drawn and rules.VERSION in drawn and "✗" not in drawn
    assert drawn.count("✓") == len(checked) and said
    assert drawn.count("de mémoire") == sum(note.memory for note in said)
