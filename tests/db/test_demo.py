"""The demonstration: a store of its own, filled with what the ward would find there today."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

import db
from db import days, demo, doses, patients, people, screening, screening_log, sites, store, verify
from db.people import Person
from tests.stores import postgres_url, sqlite_url
from trial import schedule, simulate

EVERYONE = Person("anne", "Anne", "pi")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    made = sqlite_url(tmp_path_factory.mktemp("demo")) if request.param == "sqlite" else postgres_url()
    assert demo.main(["--url", made]) == 0
    return made


@pytest.fixture
def filled(address: str) -> Iterator[str]:
    store.use(address)
    yield address
    store.engine().dispose()


@pytest.fixture
def today() -> date:
    return schedule.ward_date(datetime.now(UTC), simulate.ZONE)


def file() -> pd.DataFrame:
    with db.look() as ward:
        return patients.all_patients(ward, sees=EVERYONE)


@pytest.mark.usefixtures("filled")
def test_forty_two_patients_are_included_of_fifty_two_screened() -> None:
    on_file = file()
    assert len(on_file) == 52
    assert on_file["study_number"].notna().sum() == 42
    assert set(on_file["site"]) == {"001", "002"}


@pytest.mark.usefixtures("filled")
def test_nine_patients_are_on_the_ward_at_their_days(today: date) -> None:
    with db.look() as ward:
        here = patients.on_ward(ward, today, sees=EVERYONE)
    at = sorted(schedule.study_day(today, one.day_1) for one in here if one.day_1)
    assert at == [1, 2, 3, 6, 9, 14, 21]
    assert len(here) == 9


@pytest.mark.usefixtures("filled")
def test_moments_lie_in_the_past_where_they_belong() -> None:
    included = file().dropna(subset="study_number")
    assert (included["included_at"] < pd.Timestamp.now(UTC)).all()
    treated = included.dropna(subset="first_dose_at")
    assert (treated["first_dose_at"] > treated["included_at"]).all()
    assert included["included_at"].min() < pd.Timestamp.now(UTC) - pd.Timedelta(days=300)


@pytest.mark.usefixtures("filled")
def test_one_died_one_was_discharged_one_was_lost_one_withdrew_and_one_owes_a_consent(today: date) -> None:
    on_file = file()
    for moment in ("died_at", "icu_discharge_at", "hospital_discharge_at", "lost_at", "withdrawn_at", "last_known_alive_at"):
        assert on_file[moment].notna().any(), moment
    with db.look() as ward:
        here = patients.on_ward(ward, today, sees=EVERYONE)
    assert "emergency" in {one.consent_route for one in here}


@pytest.mark.usefixtures("filled")
def test_the_screening_log_names_the_criterion_that_was_not_met() -> None:
    with db.look() as ward:
        log = screening_log.log(ward, sees=EVERYONE)
    assert log["decision"].value_counts().to_dict() == {"included": 42, "not_included": 8, "open": 2}
    assert set(log.loc[log["decision"] == "not_included", "reasons"]) == {"E5", "E1", "I2", "I4", "E2", "E7", "I5", "E13"}


@pytest.mark.usefixtures("filled")
def test_each_decision_is_frozen_with_its_values_and_scores() -> None:
    number = file().dropna(subset="study_number")["number"].iloc[0]
    with db.look() as ward:
        (decided,) = screening.frozen(ward, number)
    assert decided["frozen"]["verdict"] == "met"
    assert decided["frozen"]["sofa"]["low"] >= 4
    known = {row["code"]: row["value"] for row in decided["frozen"]["values"]}
    assert known["temperature"] >= 38.5


@pytest.mark.usefixtures("filled")
def test_values_and_doses_are_on_file_for_a_patient_of_the_past_and_one_of_today(today: date) -> None:
    with db.look() as ward:
        newest = patients.on_ward(ward, today, sees=EVERYONE)
        of_today = next(one for one in newest if one.day_1 and schedule.study_day(today, one.day_1) == 21)
        for number in (of_today.number, "001-S0001"):
            assert len(days.readings(ward, number)) > 200
            assert len(doses.doses(ward, number)) > 30


@pytest.mark.usefixtures("filled")
def test_the_chain_over_the_demonstration_is_whole() -> None:
    with db.look() as ward:
        walked = verify.walk(ward)
    assert walked.whole
    assert walked.rows > 20_000


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("person", demo.CAST, ids=lambda person: person.login)
def test_each_of_the_cast_signs_in_with_the_password_that_is_printed(person: Person) -> None:
    with db.begin() as ward:
        signed_in = people.check_password(ward, person.login, demo.PASSWORD, address="127.0.0.1")
    assert signed_in == person


def test_a_second_time_it_leaves_what_is_there_and_says_so(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.main(["--url", filled]) == 0
    said = capsys.readouterr().out
    assert "is there already" in said
    assert demo.PASSWORD in said
    assert len(file()) == 52


def test_a_store_that_somebody_else_began_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    address = sqlite_url(tmp_path)
    store.use(address)
    with db.begin() as ward:
        sites.open_site(ward, code="001", name="Hôpital", by=people.SETUP)
    assert demo.main(["--url", address]) == 1
    assert "holds records already" in capsys.readouterr().err
    assert file().empty


def test_a_large_cohort_goes_in_as_few_entries_and_stays_whole(tmp_path: Path) -> None:
    store.use(sqlite_url(tmp_path))
    with db.begin() as ward:
        assert demo.fill(ward, 260) == 270
    with db.look() as ward:
        walked = verify.walk(ward)
        here = patients.on_ward(ward, schedule.ward_date(datetime.now(UTC), simulate.ZONE), sees=EVERYONE)
    assert walked.whole
    assert len(here) == 9
    assert walked.entries < 400
