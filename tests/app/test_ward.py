"""The ward board: who is in, most urgent first; empty, full, and by role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

import db
from components.board_rows import interval, owed_line
from db import days, patients
from tests.app.conftest import Tab, said
from tests.db import cast
from trial.board import Sofa


def enter(number: str, ago: int = 0, **numbers: float) -> None:
    with db.begin() as ward:
        changes = [cast.change(code, None, cast.measured(number)) for code, number in numbers.items()]
        days.record_values(ward, number, cast.days_ago(ago), changes, by=cast.LEA)


def names(board: Tab) -> list[str]:
    return [card.proto.body.split('class="name">')[1].split("<")[0] for card in board.app.html if "patient" in card.proto.body]


def test_an_empty_ward_says_where_to_begin(tab: Callable[..., Tab]) -> None:
    board = tab("lea", "ward")
    assert board.says("No patient on the ward yet. An investigator screens the first one on the page “Screening”.")
    assert names(board) == []


def test_the_most_urgent_comes_first_and_what_is_owed_is_said(tab: Callable[..., Tab]) -> None:
    well, sick, owing = cast.screened(3, bed="1"), cast.screened(3, bed="2"), cast.screened(9, bed="3")
    enter(well, gcs=15)
    enter(sick, gcs=3, platelets=10, bilirubin=300)
    cast.included(day_1=4, number=owing, route="emergency")
    board = tab("lea", "ward")
    assert names(board) == ["001-0001", sick, well]
    since = cast.the(owing).included_at
    assert since
    assert owed_line(since, cast.now(), "Europe/Paris") in board.text
    assert "/28" in board.text
    assert board.says("bed {bed}", bed="3")


@pytest.mark.parametrize(("hours", "told"), [(0, "0 h"), (47, "47 h"), (48, "2 j"), (71, "2 j"), (72, "3 j")])
def test_the_clock_of_an_owed_consent_counts_hours_for_two_days(hours: int, told: str) -> None:
    since = cast.at(3, 8)
    assert told in owed_line(since, since + timedelta(hours=hours, minutes=59), "Europe/Paris")


def test_an_undetermined_sofa_is_shown_as_an_interval_and_an_old_one_with_its_age(tab: Callable[..., Tab]) -> None:
    number = cast.screened(5)
    enter(number, 2, gcs=3, platelets=10)
    board = tab("lea", "ward")
    assert interval(Sofa(8, 24)) == "8–24"
    assert "8–24" in board.text
    assert board.says("{days} d ago", days=2)


def test_a_marker_shows_its_value_its_direction_and_its_age(tab: Callable[..., Tab]) -> None:
    number = cast.screened(5)
    enter(number, 1, ferritin=12000)
    enter(number, ferritin=9000)
    text = tab("lea", "ward").text.replace("\u202f", " ")
    assert "9 000 ↓" in text
    assert said("today") in text


def test_a_visit_tomorrow_and_the_doses_of_today_are_on_the_card(tab: Callable[..., Tab]) -> None:
    cast.included(day_1=5)
    board = tab("lea", "ward")
    assert said("Tomorrow") in board.text
    assert board.text.count(said("to give")) == 2


def test_who_died_or_left_is_no_longer_on_the_board(tab: Callable[..., Tab]) -> None:
    stays, died = cast.screened(), cast.screened()
    with db.begin() as ward:
        patients.report_milestone(ward, died, "death", cast.at(1, 9), by=cast.KARIM)
    assert names(tab("lea", "ward")) == [stays]


def test_a_nurse_sees_her_site_and_the_principal_investigator_all(tab: Callable[..., Tab]) -> None:
    here, there = cast.screened(), cast.screened(site="002")
    assert names(tab("lea", "ward")) == [here]
    assert names(tab("zoe", "ward")) == [there]
    assert sorted(names(tab("anne", "ward"))) == [here, there]


def test_a_card_leads_to_the_pages_that_are_for_the_person(tab: Callable[..., Tab]) -> None:
    cast.screened()
    assert len(tab("karim", "ward").app.page_link) == 3
    assert len(tab("lea", "ward").app.page_link) == 2, "screening is not for nurses"


def test_of_a_long_ward_the_first_thirty_are_shown_and_the_others_on_demand(tab: Callable[..., Tab]) -> None:
    for bed in range(31):
        cast.screened(bed=str(bed))
    board = tab("lea", "ward")
    assert len(names(board)) == 30
    board.app.segmented_control(key="how_many").set_value(31)
    assert len(names(board.again())) == 31
    cast.screened(bed="another")
    assert len(names(board.again())) in (30, 32)


@pytest.mark.parametrize("page", ["ward", "day_sheet", "dosing", "patient"])
def test_the_administrator_sees_no_patient(tab: Callable[..., Tab], page: str) -> None:
    number = cast.screened()
    ada = tab("ada", page, patient=number)
    role = said("administrator")
    assert ada.says("This page is not for your role ({role}). Ask the administrator if you need it.", role=role)
    assert number not in ada.text
    assert not ada.app.selectbox
