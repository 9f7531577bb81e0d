"""The screening log as it is read: the table, the flow chart, the what-if, and the file that leaves the app."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest

from components import words
from components.screening import flow_chart, log_notes, log_table
from trial.eligibility import EntryRule
from trial.flow import OTHER, Flow
from trial.owed import Owed
from trial.what_if import LEFT_OUT, Outcome, WhatIf

ROW: dict[str, Any] = {
    "number": "001-S0001", "study_number": None, "site": "001", "sex": "f", "birth_year": 1970, "arrived_on": date(2026, 11, 20),
    "attempt": 1, "decision": "not_included", "reasons": "E5\nno bed", "by": "karim",
    "at": datetime(2026, 11, 24, 23, 30, tzinfo=UTC), "app_rules": "2026.2", "by_name": "Karim",
    "values_on": "2026-11-24", "verdict": "not_met", "hlh2004_met": None,
    "hlh2004_criteria": 4, "hlh2004_unknown": 3, "hscore_low": 178, "hscore_high": 231, "hscore_probability": 54.3, "sofa_low": 9,
    "sofa_high": 9, "consent_route": None, "hlh2004_rules": "3", "hscore_rules": "2", "sofa_rules": "4", "record_format": 2,
}  # fmt: skip
OPEN = dict.fromkeys(ROW) | {"number": "001-S0002", "site": "001", "sex": "u", "attempt": 2, "decision": "open",
                                       "reasons": "", "arrived_on": date(2026, 11, 21)}  # fmt: skip


@pytest.fixture(params=["fr", "en"])
def spoken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(words, "language", lambda: request.param)
    yield request.param


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "language", lambda: "en")


def log(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(ROW), dtype="object")


def cells(text: bytes, delimiter: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def test_a_row_says_the_reasons_in_words_and_the_scores_as_intervals(spoken: str) -> None:
    drawn = log_table.draw(log(ROW))
    assert log_table.reason("E5") in drawn and "no bed" in drawn
    assert {"fr": "E5 Intolérance au lactose", "en": "E5 Lactose intolerance"}[spoken] in drawn
    assert "HScore 178–231" in drawn and "SOFA 9<" in drawn and "4–7" in drawn
    assert {"fr": "25 nov. 2026", "en": "25 Nov 2026"}[spoken] in drawn, "the day at the site"


@pytest.mark.usefixtures("english")
def test_an_open_attempt_has_no_scores_and_says_which_attempt_it_is() -> None:
    drawn = log_table.draw(log(OPEN))
    assert "attempt 2" in drawn and "… Open" in drawn
    assert "HScore 1" not in drawn and "None" not in drawn and "nan" not in drawn


@pytest.mark.usefixtures("english")
def test_what_was_typed_is_never_markup() -> None:
    drawn = log_table.draw(log(ROW | {"reasons": "<img src=x onerror=alert(1)>", "by_name": "<b>K</b>"}))
    assert "<img" not in drawn and "&lt;img" in drawn and "<b>K" not in drawn


def test_the_file_opens_in_the_spreadsheet_of_the_reader() -> None:
    assert log_table.as_csv(log(), "fr").startswith(b"\xef\xbb\xbfnumber;study_number;")
    (french,), (english,) = cells(log_table.as_csv(log(ROW), "fr"), ";"), cells(log_table.as_csv(log(ROW), "en"), ",")
    assert (french["hscore_probability"], english["hscore_probability"]) == ("54,3", "54.3")
    assert french["reasons_in_words"] == "E5 Intolérance au lactose\nno bed"
    assert english["reasons_in_words"] == "E5 Lactose intolerance\nno bed"
    assert french["reasons"] == english["reasons"] == "E5\nno bed"


def test_the_file_has_one_column_a_fact_with_iso_dates_and_what_is_not_known_empty() -> None:
    row, empty = cells(log_table.as_csv(log(ROW, OPEN), "en"), ",")
    assert list(row) == list(log_table.COLUMNS)
    assert (row["arrived_on"], row["at"], row["by"]) == ("2026-11-20", "2026-11-24T23:30:00+00:00", "Karim")
    assert (row["hlh2004_criteria"], row["hlh2004_unknown"], row["hlh2004_met"], row["study_number"]) == ("4", "3", "", "")
    assert (row["sofa_low"], row["sofa_high"], row["sofa_rules"], row["app_rules"]) == ("9", "9", "4", "2026.2")
    assert {name for name, told in empty.items() if told} == {"number", "site", "attempt", "sex", "arrived_on", "decision"}


@pytest.mark.parametrize("head", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_would_run_is_made_harmless(head: str) -> None:
    assert log_table.harmless(f"{head}1+1") == f"'{head}1+1"
    assert log_table.harmless("E5 =1") == "E5 =1"
    assert log_table.harmless("") == ""


@pytest.mark.parametrize("typed", ['=HYPERLINK("http://a";"b")', 'a;b,c "d"', "first\nsecond;third"])
def test_quotes_separators_and_line_breaks_of_a_reason_come_back_as_typed(typed: str) -> None:
    for language, delimiter in (("fr", ";"), ("en", ",")):
        (row,) = cells(log_table.as_csv(log(ROW | {"reasons": typed}), language), delimiter)
        assert row["reasons"] == log_table.harmless(typed)
        assert row["verdict"] == "not_met"


def test_the_name_of_the_file_says_site_decision_and_day() -> None:
    on = date(2026, 11, 25)
    assert log_table.file_name("", "", on) == "jakahdi-screening-log-all-sites-2026-11-25.csv"
    assert log_table.file_name("002", "not_included", on) == "jakahdi-screening-log-002-not-included-2026-11-25.csv"


@pytest.mark.usefixtures("english")
def test_the_flow_chart_names_each_count_and_each_reason() -> None:
    drawn = flow_chart.draw(Flow(1234, 1240, 6, 3, (("E5", 2), (OTHER, 1)), 1, 1230, 1229))
    for told in ("<b>1,234</b>", "attempts: 1,240", "screened more than once: 6", "E5 Lactose intolerance",
                 "another reason, in words", "<b>1,230</b>", "<b>1,229</b>"):  # fmt: skip
        assert told in drawn, told


@pytest.mark.usefixtures("english")
def test_a_flow_without_re_screening_or_reasons_has_no_empty_list() -> None:
    drawn = flow_chart.draw(Flow(1, 1, 0, 0, (), 1, 0, 0))
    assert "more than once" not in drawn and "<ul>" not in drawn


@pytest.mark.usefixtures("english")
def test_rules_that_change_nothing_share_a_row_and_a_long_list_is_cut() -> None:
    today = Outcome(None, ("a",), ())
    many = tuple(f"001-S{at:04d}" for at in range(20))
    pml = next(one for one in LEFT_OUT if one.entry == EntryRule(left_out=frozenset({"pml"})))
    others = [Outcome(one, ("a",), ()) for one in LEFT_OUT if one != pml]
    drawn = log_notes.what_if(WhatIf(today, (Outcome(pml, ("a", *many), (), many), *others), (), ()))
    assert "+20" in drawn and "and 8 more" in drawn and many[12] not in drawn
    assert "Without E8 History of PML" in drawn
    assert "Without any single one of I1, I2, " in drawn and drawn.count("<tr") == 4


@pytest.mark.usefixtures("english")
def test_records_that_cannot_be_judged_are_told() -> None:
    today = Outcome(None, (), ())
    assert log_notes.remarks(WhatIf(today, (), (), ())) == []
    told = log_notes.remarks(WhatIf(today, (), ("001-S0007",), ("001-S0009", "001-S0010")))
    assert "1 (001-S0007)" in told[0] and "2 (001-S0009, 001-S0010)" in told[1]


@pytest.mark.usefixtures("english")
def test_owed_consents_tell_the_living_from_the_dead() -> None:
    since = date(2026, 11, 20)
    drawn = log_notes.owed([Owed("001-S0001", "001-0001", since, 5, None, None),
                                   Owed("001-S0002", "001-0002", since, 5, date(2026, 11, 22), None),
                                   Owed("001-S0003", "001-0003", since, 5, None, date(2026, 11, 23))])  # fmt: skip
    assert drawn.count("to be asked") == 1
    assert "died on 22 Nov 2026" in drawn and "withdrew on 23 Nov 2026" in drawn
