"""Who is on the ward, who may see whom, and what becomes of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from db import begin, look, patients, screening_log, sites
from tests.db.cast import ADA, ANNE, KARIM, LEA, ZOE, at, days_ago, included, now, screened, the, today
from trial.errors import Impossible, NoSuchPatient


def on_ward(sees: object = ANNE) -> list[str]:
    with look() as ward:
        return [patient.number for patient in patients.on_ward(ward, today(), sees=sees)]


def report(number: str, kind: str, days: int = 1) -> None:
    with begin() as ward:
        patients.report_milestone(ward, number, kind, at(days, 12), by=LEA)


def test_the_ward_shows_who_is_in_by_bed(ward: str) -> None:
    late, early = screened(bed="B2"), screened(bed="A1")
    assert on_ward() == [early, late]


@pytest.mark.parametrize("kind", ["death", "icu_discharge", "hospital_discharge", "left_ward", "lost"])
def test_who_died_or_left_is_no_longer_on_the_ward(ward: str, kind: str) -> None:
    number, stays = screened(), screened()
    report(number, kind)
    assert on_ward() == [stays]
    assert getattr(the(number), patients.FIELD_OF[kind]) == at(1, 12)


@pytest.mark.parametrize("kind", ["withdrawal", "last_known_alive", "care_limited"])
def test_who_withdrew_or_is_in_palliative_care_still_lies_there(ward: str, kind: str) -> None:
    number = screened()
    report(number, kind)
    assert on_ward() == [number]


def test_who_came_more_than_sixty_days_ago_is_not_on_the_ward(ward: str) -> None:
    number = screened(arrived=patients.ON_WARD_DAYS)
    screened(arrived=patients.ON_WARD_DAYS + 1)
    assert on_ward() == [number]


def test_a_milestone_reported_in_error_is_withdrawn_and_may_be_reported_again(ward: str) -> None:
    number = screened()
    report(number, "death")
    with begin() as opened:
        patients.withdraw_milestone(opened, number, "death", why="wrong patient", by=KARIM)
    assert the(number).died_at is None
    assert on_ward() == [number]
    report(number, "death", days=2)
    assert the(number).died_at is not None


def test_the_newest_of_a_milestone_counts(ward: str) -> None:
    number = screened()
    report(number, "icu_discharge", days=1)
    report(number, "icu_discharge", days=2)
    assert the(number).icu_discharge_at == at(2, 12)


def test_a_milestone_to_come_before_arrival_or_unknown_is_refused(ward: str) -> None:
    number = screened(arrived=5)
    with begin() as opened:
        with pytest.raises(Impossible, match="has not come yet"):
            patients.report_milestone(opened, number, "death", now() + timedelta(hours=1), by=LEA)
        with pytest.raises(Impossible, match="before the arrival"):
            patients.report_milestone(opened, number, "death", at(7, 12), by=LEA)
        with pytest.raises(Impossible, match="no milestone"):
            patients.report_milestone(opened, number, "birthday", at(1, 12), by=LEA)


def test_a_patient_moves_to_another_bed(ward: str) -> None:
    number = screened(bed="12")
    with begin() as opened:
        patients.move_bed(opened, number, "14", by=LEA)
        patients.move_bed(opened, number, "14", by=LEA)
    assert the(number).bed == "14"


def test_what_the_screening_said_is_corrected(ward: str) -> None:
    number = screened(arrived=70)
    assert on_ward() == []
    with begin() as opened:
        patients.correct_patient(
            opened, number, sex="m", birth_year=None, arrived_on=days_ago(7), why="typing error", by=KARIM
        )
    patient = the(number)
    assert (patient.sex, patient.birth_year, patient.arrived_on) == ("m", None, days_ago(7))
    assert on_ward() == [number]
    with look() as seen:
        (row,) = screening_log.log(seen, sees=ANNE).to_dict("records")
    assert (row["sex"], row["arrived_on"]) == ("m", days_ago(7))


def test_a_person_of_one_site_sees_that_site(ward: str) -> None:
    here, there = screened(site="001"), screened(site="002")
    assert on_ward(LEA) == [here]
    assert on_ward(ZOE) == [there]
    assert on_ward(ANNE) == [here, there]
    with pytest.raises(NoSuchPatient):
        the(there, sees=LEA)
    with look() as seen:
        assert list(patients.all_patients(seen, sees=LEA)["number"]) == [here]


def test_an_unknown_number_is_a_sentence(ward: str) -> None:
    with pytest.raises(NoSuchPatient, match="001-0099"):
        the("001-0099")


def test_the_list_of_all_has_a_row_a_patient(ward: str) -> None:
    screened(arrived=100)
    number = included()
    with look() as seen:
        everyone = patients.all_patients(seen, sees=ANNE)
        nobody = patients.all_patients(seen, sees=ZOE)
    assert list(everyone["number"]) == ["001-S0001", number]
    assert list(everyone["name"]) == ["001-S0001", "001-0001"]
    assert everyone["day_1"].iloc[1] == days_ago(5)
    assert list(nobody.columns) == list(everyone.columns)


def test_the_site_gives_its_time_zone_and_its_salt(ward: str) -> None:
    assert the(screened(site="002")).salt == "tartrate"
    with begin() as opened:
        sites.open_site(opened, code="002", name="La Réunion", time_zone="Indian/Reunion", by=ADA)
        assert [site.code for site in sites.sites(opened)] == ["001", "002"]
    patient = the("002-S0001")
    assert (patient.time_zone, patient.salt) == ("Indian/Reunion", "base")


@pytest.mark.parametrize(
    "wrong", [{"code": "1"}, {"norepinephrine_salt": "citrate"}, {"time_zone": "Europe/Atlantis"}, {"time_zone": "../x"}]
)
def test_a_site_that_cannot_be_is_refused(store: str, wrong: dict[str, str]) -> None:
    with pytest.raises(Impossible), begin() as opened:
        sites.open_site(opened, **({"code": "001", "name": "A"} | wrong), by=ADA)


def test_a_form_that_corrects_its_own_milestone_stores_both(ward: str) -> None:
    number = screened()
    for hour in (10, 11, 11):  # the last one is a double tap
        with begin() as opened:
            patients.report_milestone(opened, number, "hospital_discharge", at(1, hour), by=LEA, token="one-form")
    with look() as opened:
        assert patients.find(opened, number, sees=LEA).hospital_discharge_at == at(1, 11)
        assert opened.exec_driver_sql("select count(*) from milestone").scalar() == 2
