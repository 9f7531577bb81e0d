"""What the ward types on a day: nobody's value is lost, and nothing that cannot be gets in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from db import begin, days, look, patients, people
from tests.db.cast import (
    ADA,
    ANNE,
    KARIM,
    LEA,
    PAUL,
    ZOE,
    at,
    change,
    days_ago,
    included,
    measured,
    now,
    screened,
    today,
)  # fmt: skip
from trial.errors import ChangedMeanwhile, Impossible, NoSuchPatient, NotAllowed
from trial.reading import Reading, State
from trial.variables import UnknownVariable


def save(number: str, on: object, *changes: object, by: people.Person = LEA, token: str | None = None) -> int:
    with begin() as ward:
        return days.record_values(ward, number, on, list(changes), by=by, token=token)


def shown(number: str, on: object) -> dict[str, Reading]:
    with look() as ward:
        return days.shown(ward, number, on)


def rows(number: str) -> int:
    with look() as ward:
        return len(days.history(ward, number, today(), "platelets"))


def test_two_nurses_on_one_day_keep_each_others_values(ward: str) -> None:
    number = screened()
    save(number, today(), change("platelets", None, measured(45, "10⁹/L")), by=LEA)
    save(number, today(), change("temperature", None, measured(39.2, "°C")), by=ANNE)
    assert {code: one.number for code, one in shown(number, today()).items()} == {"platelets": 45, "temperature": 39.2}


def test_the_second_save_of_one_value_is_refused_with_both_values(ward: str) -> None:
    number = screened()
    with begin() as opened:
        people.create_account(
            opened, login="lea", name="Léa", role="nurse", site="001", password="a long one", by=ADA
        )
    save(number, today(), change("platelets", None, measured(45, "G/L")), by=LEA)
    with pytest.raises(ChangedMeanwhile) as refused:
        save(number, today(), change("platelets", None, measured(54, "G/L")), by=ANNE)
    assert refused.value.facts == {"variable": "platelets", "day": today(), "who": "Léa", "value": "45 G/L"}
    assert "saved by Léa as 45 G/L meanwhile" in str(refused.value)
    assert shown(number, today())["platelets"].number == 45


def test_a_refused_save_stores_none_of_its_values(ward: str) -> None:
    number = screened()
    save(number, today(), change("platelets", None, measured(45)))
    with pytest.raises(ChangedMeanwhile):
        save(number, today(), change("map", None, measured(70)), change("platelets", None, measured(54)), by=ANNE)
    assert "map" not in shown(number, today())


def test_two_who_typed_the_same_agree(ward: str) -> None:
    number = screened()
    assert save(number, today(), change("platelets", None, measured(45)), by=LEA) == 1
    assert save(number, today(), change("platelets", None, measured(45.0, "G/L", "45,0")), by=ANNE) == 0
    assert rows(number) == 1


def test_a_correction_is_a_new_row_and_the_newest_counts(ward: str) -> None:
    number = screened()
    save(number, today(), change("platelets", None, measured(450)), by=LEA)
    save(number, today(), change("platelets", measured(450), measured(45), why="a zero too many"), by=ANNE)
    assert shown(number, today())["platelets"].number == 45
    with look() as ward:
        history = days.history(ward, number, today(), "platelets")
    assert list(history["number"]) == [450, 45]
    assert list(history["by"]) == ["lea", "anne"]
    assert list(history["why"]) == ["", "a zero too many"]


def test_a_value_entered_in_error_reads_as_if_it_had_not_been(ward: str) -> None:
    number = screened()
    save(number, today(), change("platelets", None, measured(45)))
    save(number, today(), change("platelets", measured(45), Reading(State.WITHDRAWN), why="wrong patient"))
    assert shown(number, today()) == {}
    with look() as seen:
        assert days.readings(seen, number).empty
    save(number, today(), change("platelets", None, measured(54)))
    assert rows(number) == 3


def test_a_double_click_saves_once(ward: str) -> None:
    number = screened()
    for _ in range(2):
        assert save(number, today(), change("platelets", None, measured(45)), token="form-1") == 1
    assert rows(number) == 1


def test_a_form_changed_before_its_confirmation_came_back_is_saved_again(ward: str) -> None:
    number = screened()
    save(number, today(), change("platelets", None, measured(45)), token="form-1")
    save(number, today(), change("platelets", measured(45), measured(54)), token="form-1")
    assert shown(number, today())["platelets"].number == 54


def test_a_sample_with_its_own_time_stands_beside_the_days_value(ward: str) -> None:
    number = screened()
    drawn = at(1, 10)
    save(number, days_ago(1), change("platelets", None, measured(45)))
    save(number, days_ago(1), change("platelets", None, measured(30), sampled_at=drawn))
    assert shown(number, days_ago(1))["platelets"].number == 45
    with look() as seen:
        kept = days.readings(seen, number)
    assert list(kept["number"]) == [45, 30]
    assert kept["sampled_at"].isna().tolist() == [True, False]
    assert kept["sampled_at"].iloc[1] == drawn


@pytest.mark.parametrize(
    "state", [State.NOT_DONE, State.PENDING, State.NOT_APPLICABLE], ids=lambda state: str(state)
)
def test_not_known_is_kept_as_such(ward: str, state: State) -> None:
    number = screened()
    save(number, today(), change("bilirubin", None, Reading(state)))
    assert shown(number, today())["bilirubin"] == Reading(state)


def test_a_result_beyond_the_assay_keeps_its_sign_and_assay(ward: str) -> None:
    number = screened()
    beyond = Reading(State.MEASURED, 100_000.0, None, ">", "> 100 000", "µg/L", "Roche")
    save(number, today(), change("ferritin", None, beyond))
    assert shown(number, today())["ferritin"] == beyond


def test_a_choice_is_kept(ward: str) -> None:
    number = screened()
    save(number, today(), change("ventilation", None, Reading(State.MEASURED, choice="invasive")))
    assert shown(number, today())["ventilation"].choice == "invasive"


@pytest.mark.parametrize(
    ("variable", "reading"),
    [
        ("temperature", measured(3.8)),
        ("temperature", measured(float("nan"))),
        ("temperature", measured(float("inf"))),
        ("temperature", Reading(State.MEASURED)),
        ("temperature", Reading(State.CARRIED)),
        ("temperature", measured(38.0, comparator="<")),
        ("ventilation", Reading(State.MEASURED, choice="iron lung")),
        ("ventilation", Reading(State.MEASURED)),
    ],
)
def test_what_cannot_be_is_refused(ward: str, variable: str, reading: Reading) -> None:
    number = screened()
    with pytest.raises(Impossible):
        save(number, today(), change(variable, None, reading))
    assert shown(number, today()) == {}


def test_an_unknown_variable_is_refused(ward: str) -> None:
    number = screened()
    with pytest.raises(UnknownVariable):
        save(number, today(), change("mood", None, measured(1)))


def test_tomorrow_is_refused(ward: str) -> None:
    number = screened()
    with pytest.raises(Impossible, match="has not come yet"):
        save(number, today() + timedelta(days=1), change("platelets", None, measured(45)))
    with pytest.raises(Impossible, match="has not come yet"):
        save(number, today(), change("platelets", None, measured(45), sampled_at=now() + timedelta(hours=1)))


def test_results_of_the_ward_before_intensive_care_are_taken_but_not_of_last_year(ward: str) -> None:
    number = screened(arrived=3)
    save(number, days_ago(3 + days.DAYS_BEFORE_ARRIVAL), change("platelets", None, measured(45)))
    with pytest.raises(Impossible, match="too long before"):
        save(number, days_ago(4 + days.DAYS_BEFORE_ARRIVAL), change("platelets", None, measured(45)))


def test_a_day_after_the_death_is_refused_and_the_day_itself_is_taken(ward: str) -> None:
    number = screened()
    with begin() as opened:
        patients.report_milestone(opened, number, "death", at(2, 12), by=LEA)
    save(number, days_ago(2), change("platelets", None, measured(45)))
    with pytest.raises(Impossible, match="after the death"):
        save(number, days_ago(1), change("platelets", None, measured(45)))


def test_a_sample_of_another_day_is_refused(ward: str) -> None:
    number = screened()
    with pytest.raises(Impossible, match="is not of"):
        save(number, days_ago(2), change("platelets", None, measured(45), sampled_at=at(1, 12)))


@pytest.mark.parametrize("reader", [PAUL, ADA], ids=["monitor", "administrator"])
def test_who_may_not_write_cannot(ward: str, reader: people.Person) -> None:
    number = screened()
    with pytest.raises(NotAllowed, match="nurse, investigator, pi"):
        save(number, today(), change("platelets", None, measured(45)), by=reader)


def test_a_nurse_of_another_site_does_not_find_the_patient(ward: str) -> None:
    number = screened()
    with pytest.raises(NoSuchPatient):
        save(number, today(), change("platelets", None, measured(45)), by=ZOE)


def test_a_study_day_is_a_date_of_day_1(ward: str) -> None:
    number = included(day_1=5)
    with begin() as opened:
        days.record_day(opened, number, 2, [change("platelets", None, measured(45))], by=KARIM)
    assert shown(number, days_ago(4))["platelets"].number == 45


def test_before_inclusion_there_is_no_study_day(ward: str) -> None:
    number = screened()
    with pytest.raises(NotAllowed, match="not included"), begin() as opened:
        days.record_day(opened, number, 1, [], by=LEA)


def test_the_readings_of_the_ward_name_their_patient(ward: str) -> None:
    one, other = screened(), screened()
    save(one, today(), change("platelets", None, measured(45)), change("map", None, measured(70)))
    save(other, days_ago(1), change("platelets", None, measured(54)))
    with look() as seen:
        kept = days.readings_of(seen, [one, other], days_ago(1), ["platelets"])
        empty = days.readings_of(seen, [], days_ago(1), ["platelets"])
    assert list(zip(kept["patient"], kept["number"], strict=True)) == [(one, 45), (other, 54)]
    assert list(kept.columns) == list(empty.columns)


def test_a_question_takes_the_study_number_as_well(ward: str) -> None:
    number = included()
    save(number, today(), change("platelets", None, measured(45)))
    assert shown("001-0001", today())["platelets"].number == 45
    with look() as seen:
        assert len(days.readings(seen, "001-0001")) == 1
