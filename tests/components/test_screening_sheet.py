"""The screening sheet as a viewer reads it: one page whatever the record holds, in two languages, without colour."""

from __future__ import annotations

import copy
import ctypes
import re
from dataclasses import asdict
from datetime import date
from typing import Any

import pandas as pd
import pypdfium2 as pdfium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from pypdfium2 import raw

from components import words
from components.paper import page
from components.paper.screening_sheet import LONGEST_REASONS, screening_sheet
from scoring import hlh2004, hscore
from scoring.rules import Rules
from trial import eligibility, screening, sofa
from trial.eligibility import CRITERIA, Scores
from trial.variables import VARIABLES, label

ON = date(2026, 11, 25)
FIVE = {"temperature": 39.5, "ferritin": 12000.0, "platelets": 42.0, "hemoglobin": 8.9, "splenomegaly": "yes"}
ALL = FIVE | {
    "ventilation": "invasive", "pao2": 68.0, "fio2": 0.5, "ecmo": "no", "map": 65.0, "norepinephrine": 0.12, "epinephrine": 0.0,
    "dopamine": 0.0, "dobutamine": 0.0, "vasopressin": 0.0, "gcs": 14.0, "gcs_kind": "before_sedation", "creatinine": 185.0,
    "urine_output": 1200.0, "rrt": "no", "white_cells": 2.1, "neutrophils": 0.85, "bilirubin": 58.0, "ast": 120.0,
    "scd25": 5400.0, "fibrinogen": 1.2, "triglycerides": 4.2, "hepatomegaly": "yes", "hemophagocytosis": "yes",
    "nk_activity_low": "no", "immunosuppression": "no",
}  # fmt: skip
WANTED = {criterion.code: criterion.wanted for criterion in CRITERIA if not criterion.computed}
KARIM = {"login": "karim", "name": "Karim", "role": "investigator", "at": "2026-11-25T02:14:00+00:00", "meaning": "included"}
OLDER = {
    "on": "2026-03-02", "verdict": "met", "answers": {"in_icu": "yes", "moribund": "no", "pml": "unknown"},
    "values": {"ferritin": 12000.0, "temperature": 38.55, "splenomegaly": "yes", "scd25": None},
    "hlh2004": {"fever": True, "ferritin": True, "met": True, "count": 5, "not_met": 0, "unknown": 3},
    "hscore": {"low": 203, "high": 238}, "sofa": {"low": 7, "high": 11, "renal": 2},
}  # fmt: skip


def record(known: dict[str, Any], answers: dict[str, str], **more: Any) -> dict[str, Any]:
    frame = pd.DataFrame([known], index=[0])
    rows = {"hlh2004": hlh2004.score(frame).iloc[0], "hscore": hscore.score(frame).iloc[0], "sofa": sofa.score(frame).iloc[0]}
    verdict = eligibility.assess(answers, Scores.of(**rows), sex="f", birth_year=1970, year=ON.year)
    return {
        "format": 2, "on": ON.isoformat(), "number": "001-S0032", "attempt": 1, "sex": "f", "birth_year": 1970,
        "arrived_on": "2026-11-23", "verdict": verdict.state, "answers": answers, "consent": None, "flags": list(verdict.flags),
        "lines": [{"code": line.criterion.code, "answer": line.answer, "fulfilled": line.fulfilled} for line in verdict.lines],
        "values": [value(code, result) for code, result in known.items()],
        "missing": [code for code in screening.INPUTS if code not in known],
        **{name: {str(item): None if pd.isna(told) else told for item, told in row.items()} for name, row in rows.items()},
        "rules": {name: asdict(Rules.of(row)) for name, row in rows.items()},
    } | more  # fmt: skip


def value(code: str, known: Any, **more: Any) -> dict[str, Any]:
    typed = f"{known:g}".replace(".", ",") if isinstance(known, float) else known
    return {"code": code, "value": known, "scores": ["sofa"], "on_date": "2026-11-24", "sampled_at": None, "typed": typed,
            "unit": VARIABLES[code].unit, "comparator": "=", "carried": False} | more  # fmt: skip


def printed(of: dict[str, Any], language: str = "fr", **more: Any) -> pdfium.PdfDocument:
    return pdfium.PdfDocument(screening_sheet(of, language=language, zone="Europe/Paris", **more))


def read(of: dict[str, Any], language: str = "fr", **more: Any) -> str:
    """The text of the one page, with plain single spaces."""
    document = printed(of, language, **more)
    assert len(document) == 1
    return plain(document[0].get_textpage().get_text_range())


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def said(sentence: str, language: str, **facts: object) -> str:
    return plain(words.translate(language, sentence, **facts))


SIGNED = record(ALL, WANTED, signature=KARIM, consent={"route": "relative", "signed_at": "2026-11-25T02:10:00+00:00"})
NOTHING = record({}, {}, sex="u", birth_year=None)
LONG = "Décision de limitation <b>prise</b> & partagée 🦠 avec la famille. " * 200


def crowded() -> dict[str, Any]:
    """Every value twice, each from another unit and carried over, and every text as long as it may get."""
    worst = copy.deepcopy(SIGNED)
    worst["values"] = [one | {"carried": True, "typed": "9" * 300, "unit": "mg/dL" * 9} for one in worst["values"] * 2]
    worst["flags"] = ["many_hlh2004_criteria"] * 9
    worst["signature"] = KARIM | {"name": "Karim " * 99}
    worst["consent"] = {"route": "emergency", "signed_at": "2026-11-25T02:10:00+00:00"}
    return worst


# --- one page


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("of", [NOTHING, record(FIVE, {}), SIGNED, OLDER, crowded(), {}], ids=range(6))
def test_a_record_is_one_upright_a4_page(of: dict[str, Any], language: str) -> None:
    for more in ({}, {"reasons": LONG, "notes": [LONG] * 30, "site": LONG, "study_number": LONG, "decision": LONG}):
        document = printed(of, language, **more)
        assert len(document) == 1
        assert [round(side) for side in document[0].get_size()] == [595, 842]


ANSWERS = some.fixed_dictionaries({}, optional={one.code: some.sampled_from(one.answers()) for one in CRITERIA})


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(some.sets(some.sampled_from(sorted(ALL))), ANSWERS, some.text(), some.lists(some.text(), max_size=4))
def test_whatever_was_typed_is_one_page(known: set[str], answers: dict[str, str], text: str, notes: list[str]) -> None:
    of = record({code: ALL[code] for code in known}, answers)
    of["values"] += [value("ferritin", 3.0, typed=text, unit=text)]
    assert read(of, reasons=text, notes=notes, site=text, study_number=text, decision=text)


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_full_record_with_its_reasons_stays_legible(language: str) -> None:
    document = printed(SIGNED, language, reasons="motif " * 150, notes=["Une note d’une ligne."] * 3, decision="included")
    assert min(letter_sizes(document)) >= 0.8 * 6


def letter_sizes(document: pdfium.PdfDocument) -> set[float]:
    """In points, as drawn."""
    found = set()
    for each in document[0].get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
        size = ctypes.c_float()
        raw.FPDFTextObj_GetFontSize(each.raw, ctypes.byref(size))
        found.add(round(size.value * each.get_matrix().d, 2))
    return found


def test_the_page_has_no_colour_and_leaves_its_margins_empty() -> None:
    picture = printed(SIGNED, reasons=LONG)[0].render(scale=1).to_pil().convert("RGB")
    assert all(red == green == blue for _, (red, green, blue) in picture.getcolors(1 << 16))
    left, top, right, bottom = picture.convert("L").point(lambda grey: 255 * (grey < 250)).getbbox()
    assert min(left, top, picture.width - right, picture.height - bottom) >= 25


# --- what stands on it


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_criterion_of_the_registry_is_on_the_sheet_in_order(language: str) -> None:
    text = read(SIGNED, language)
    assert all(plain(criterion.text(language)) in text for criterion in CRITERIA)
    assert re.findall(r"\b[IE]\d\d?\b", text) == [one.name for one in CRITERIA]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_value_is_on_the_sheet_with_its_unit_as_typed(language: str) -> None:
    text = read(SIGNED, language)
    for code, known in ALL.items():
        assert label(code, language) in text
        if isinstance(known, float) and code != "fio2":
            assert f"{known:g}".replace(".", ",") + " " + VARIABLES[code].unit in text


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_what_is_missing_is_named(language: str) -> None:
    text = read(NOTHING, language)
    assert all(label(code, language) in text for code in screening.INPUTS)


def test_numbers_and_dates_are_french_in_french_and_english_in_english() -> None:
    of = record({}, {}, values=[value("temperature", 38.55, typed=""), value("ferritin", 12000.0, typed="")])
    french, english = read(of, "fr"), read(of, "en")
    assert "38,55 °C" in french and "12 000 µg/L" in french and "Fièvre ≥ 38,5 °C" in french and "23 nov. 2026" in french
    assert "38.55 °C" in english and "12,000 µg/L" in english and "Fever ≥ 38.5 °C" in english and "23 Nov 2026" in english


def test_another_unit_is_told_in_that_of_the_cut_offs_too() -> None:
    of = record({}, {}, values=[value("hemoglobin", 8.9, typed="89", unit="g/L"), value("ast", 20.0, typed="20", comparator="<")])
    assert "89 g/L = 8,9 g/dL" in read(of) and "< 20 U/L" in read(of)


def test_a_value_says_when_it_was_drawn_and_that_it_was_carried_over() -> None:
    of = record({}, {}, values=[value("ast", 20.0, sampled_at="2026-11-24T23:30:00+00:00"), value("inr", 1.2, carried=True)])
    assert "25 Nov 00:30" in read(of, "en") and "24 Nov · carried over" in read(of, "en")


def test_a_variable_that_two_scores_took_from_two_days_says_which_read_it() -> None:
    of = record({}, {}, values=[value("platelets", 42.0), value("platelets", 61.0, scores=["hlh2004", "hscore"])])
    assert "Platelets (sofa)" in read(of, "en") and "Platelets (hlh2004, hscore)" in read(of, "en")


@pytest.mark.parametrize(("answers", "verdict"), [
    (WANTED, "✓ Criteria met"), (WANTED | {"moribund": "yes"}, "✗ Criteria not met"), ({}, "? Undetermined"),
])  # fmt: skip
def test_the_verdict_is_a_sign_and_words(answers: dict[str, str], verdict: str) -> None:
    text = read(record(ALL, answers), "en")
    assert verdict in text and "eligible" not in text.casefold()


def test_a_score_that_is_open_is_an_interval_with_what_is_needed() -> None:
    text = read(record(FIVE, {}), "en")
    assert "? HLH-2004: 4 met, 0 not met, 4 unknown of 8; 5 are needed" in text
    assert "? HScore 146–337; 200 is needed (ICU literature: 168)" in text
    assert "? SOFA 3–23; 4 is needed" in text
    assert "Coagulation 3 / 4" in text and "Lungs ? / 4" in text


def test_an_exclusion_is_absent_or_present_never_met() -> None:
    text = read(record(ALL, WANTED | {"moribund": "yes"}), "en")
    assert "(life expectancy < 48 h) Yes ✗ present" in text and "Lactose intolerance No ✓ absent" in text
    assert "Admission in the ICU Yes ✓ met" in text


# --- decision and signature


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_record_without_signature_is_a_draft(language: str) -> None:
    assert read(NOTHING, language).count(said("Draft, not signed", language)) == 2
    assert said("Draft, not signed", language) not in read(SIGNED, language)


def test_a_signature_has_name_role_time_and_meaning_beside_the_line_for_the_hand() -> None:
    text = read(SIGNED, "en")
    assert "Signed electronically: Karim, investigator, 25 Nov 2026 03:14. Meaning: Included in the trial" in text
    assert "Name Date and time Signature" in text


def test_consent_says_its_route_and_its_time() -> None:
    assert "Consent: Relative or trustworthy person, 25 Nov 2026 03:10" in read(SIGNED, "en")
    assert "Consent: none on file" in read(NOTHING, "en")


def test_the_foot_says_the_rules_and_that_there_is_no_name() -> None:
    text = read(SIGNED, "en")
    assert "HLH-2004 2026.2, HScore 2026.2, SOFA 2026.2" in text
    assert "Pseudonymised" in text and "Page 1/1" in text


def test_long_reasons_are_cut_and_say_so() -> None:
    text = read(SIGNED, reasons="x" * 9999 + " the end", decision="not_included")
    assert "the end" not in text and text.count("x") < LONGEST_REASONS + 10 and "x…" in text


# --- text is data


def test_markup_in_what_was_typed_is_printed_as_it_was_typed() -> None:
    odd = "<b>gras</b> & <script>alert(1)</script> &lt;i&gt; <para> <img src='file:///etc/passwd'/> {number} %s"
    text = read(NOTHING, reasons=odd, notes=[odd], site=odd[:50], decision=odd)
    assert text.count(odd) == 3 and odd[:50] in text


@pytest.mark.parametrize("sign", "≥≤<>µ⁹✓✗?–’œ₂→·…•«»°×−□γαé\u00a0")
def test_a_sign_of_the_sheet_has_a_glyph(sign: str) -> None:
    assert page.drawable(sign) == sign


@pytest.mark.parametrize(("sign", "drawn"), [
    ("\u202f", "\u00a0"), ("\u2009", "\u00a0"), ("\n", " "), ("\0", " "), ("🦠", "□"), ("漢", "□"), ("\ud800", "□"),
    ("\u202e", ""), ("\u200d", ""), ("✓\ufe0f", "✓"), ("e\u0301", "é"),
])  # fmt: skip
def test_a_sign_without_a_glyph_is_a_box_and_one_that_cannot_be_seen_is_left_out(sign: str, drawn: str) -> None:
    assert page.drawable(sign) == drawn


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_no_sheet_of_ours_has_a_box(language: str) -> None:
    assert page.NO_GLYPH not in read(SIGNED, language) + read(NOTHING, language) + read(OLDER, language)


def test_a_number_stays_with_its_unit_and_its_sign() -> None:
    assert page.drawable("Hb < 9 g/dL or more") == "Hb\u00a0<\u00a09\u00a0g/dL or more"
    assert page.drawable("2 of 3 (Hb)") == "2 of 3 (Hb)"


def test_the_fonts_have_their_licence_beside_them() -> None:
    assert "Bitstream Vera Fonts Copyright" in (page.FONTS / "LICENSE.txt").read_text("utf-8")


# --- older records


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_an_older_record_prints_what_it_holds_and_says_what_it_does_not(language: str) -> None:
    text = read(OLDER, language, decision="included", study_number="001-0007")
    assert {"fr": "38,55 °C", "en": "38.55 °C"}[language] in text and "001-0007" in text
    assert label("splenomegaly", language) in text and "7–11" in text and "203–238" in text
    assert text.count(said("Not recorded", language)) >= 2
    assert text.count(said("Not signed electronically", language)) == 2
