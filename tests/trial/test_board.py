"""The ward board's rows: who comes first, and what stands in each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from trial import board, schedule
from trial.board import Row, Sofa
from trial.known import NO_READINGS

TODAY = date(2026, 3, 20)
NO_DOSES = pd.DataFrame(columns=["patient", "day", "slot", "state"])
COMPLETE = {"pao2": 68.0, "fio2": 0.5, "ventilation": "invasive", "platelets": 42.0, "bilirubin": 58.0, "map": 65.0,
            "norepinephrine": 0.12, "gcs": 14.0, "creatinine": 185.0}  # SOFA 15  # fmt: skip


@dataclass(frozen=True)
class Patient:
    number: str = "001-S0001"
    arrived: int = 9  # days ago
    day: int | None = None  # study day today
    consent_route: str = "relative"
    bed: str = "12"
    time_zone: str = "Europe/Paris"
    died_at: datetime | None = None
    icu_discharge_at: datetime | None = None
    hospital_discharge_at: datetime | None = None
    left_ward_at: datetime | None = None
    withdrawn_at: datetime | None = None
    lost_at: datetime | None = None
    last_known_alive_at: datetime | None = None
    care_limited_at: datetime | None = None
    never_dosed: bool = False

    name = property(lambda self: self.number)
    arrived_on = property(lambda self: TODAY - timedelta(days=self.arrived))
    day_1 = property(lambda self: None if self.day is None else TODAY - timedelta(days=self.day - 1))
    included_at = property(lambda self: None if self.day is None else datetime(2026, 3, 1, tzinfo=UTC))
    first_dose_at = property(lambda self: None if self.day is None or self.never_dosed else at_noon(self.day_1))

    def day_of(self, moment: datetime) -> date:
        return schedule.ward_date(moment, self.time_zone)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def at_noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 12, tzinfo=UTC)


def readings(patient: Patient, days_ago: int, values: dict[str, Any], **more: Any) -> pd.DataFrame:
    rows = [{"patient": patient.number, "on_date": ago(days_ago), "variable": code, "sampled_at": pd.NaT, "state": "measured",
             "number": None if isinstance(value, str) else value, "choice": value if isinstance(value, str) else None,
             "comparator": "=", "typed": "", "unit": "", "assay": ""} | more for code, value in values.items()]  # fmt: skip
    return pd.DataFrame(rows)


def rows(patients: list[Patient], *told: pd.DataFrame, doses: pd.DataFrame = NO_DOSES) -> list[Row]:
    known = pd.concat(told, ignore_index=True) if told else NO_READINGS.assign(patient=[])
    return board.rows(patients, known, doses, TODAY)


def row(patient: Patient, *told: pd.DataFrame, **more: Any) -> Row:
    (one,) = rows([patient], *told, **more)
    return one


def charted(*doses: tuple[str, int, str, str]) -> pd.DataFrame:
    return pd.DataFrame(doses, columns=["patient", "day", "slot", "state"])


def panel(patient: Patient, days_ago: int) -> pd.DataFrame:
    """All that a visit asks for."""
    normal = dict.fromkeys(schedule.PANEL, 1.0) | COMPLETE | {"gcs_kind": "measured", "rrt": "no"}
    return readings(patient, days_ago, normal)


def test_nobody_on_the_ward_is_no_row() -> None:
    assert rows([]) == []


def test_a_patient_of_whom_nothing_was_entered_has_a_row() -> None:
    one = row(Patient(arrived=0))
    assert (one.sofa, one.baseline, one.spark, one.markers, one.doses, one.due) == (None, None, ((1, None),), (), (), ())
    assert (one.icu_day, one.study_day) == (1, None)


def test_who_owes_a_consent_comes_first_then_a_visit_then_a_dose_then_the_sicker() -> None:
    owing = Patient("owing", day=3, consent_route="emergency")
    visit, dose = Patient("visit", day=7), Patient("dose", day=3)
    sick, well = Patient("sick"), Patient("well")
    told = [readings(sick, 0, COMPLETE), readings(well, 0, {"gcs": 15.0, "platelets": 200.0})]
    told += [panel(patient, days) for patient, days in ((owing, 2), (visit, 6), (dose, 2))]
    given = charted(*((one, 3, slot, "given") for one in ("owing",) for slot in ("morning", "evening")),
                    *(("visit", 7, slot, "given") for slot in ("morning", "evening")))  # fmt: skip
    assert [one.name for one in rows([well, sick, dose, visit, owing], *told, doses=given)] == [
        "owing", "visit", "dose", "sick", "well",
    ]  # fmt: skip


def test_the_sicker_comes_first_by_what_is_known_of_the_sofa() -> None:
    sick, well, unknown = Patient("sick"), Patient("well"), Patient("unknown")
    healthy = COMPLETE | {"platelets": 200.0, "bilirubin": 10.0}
    told = [readings(sick, 0, COMPLETE), readings(well, 0, healthy), readings(unknown, 0, {"gcs": 13.0})]
    assert [one.name for one in rows([unknown, well, sick], *told)] == ["sick", "well", "unknown"]


def test_who_is_included_comes_before_who_is_not() -> None:
    included, sick = Patient("included", day=29, arrived=40), Patient("sick")
    made = rows([sick, included], readings(sick, 0, COMPLETE), panel(included, 1), panel(included, 28))
    assert [one.name for one in made] == ["included", "sick"]


def test_a_sofa_with_something_missing_is_an_interval() -> None:
    complete = row(Patient(), readings(Patient(), 0, COMPLETE)).sofa
    assert complete == Sofa(15, 15)
    assert complete.complete
    open_one = row(Patient(), readings(Patient(), 0, {code: COMPLETE[code] for code in COMPLETE if code != "bilirubin"})).sofa
    assert open_one == Sofa(13, 17)
    assert not open_one.complete


def test_the_sofa_is_the_newest_and_says_how_old_it_is() -> None:
    one = row(Patient(), readings(Patient(), 5, {"gcs": 15.0}), readings(Patient(), 2, COMPLETE))
    assert (one.sofa, one.sofa_days_old) == (Sofa(15, 15), 2)


def test_a_day_on_which_no_organ_is_known_does_not_hide_the_sofa_of_the_day_before() -> None:
    patient = Patient(arrived=1)
    one = row(patient, readings(patient, 1, COMPLETE), readings(patient, 0, {"ferritin": 9000.0, "temperature": 39.0}))
    assert (one.sofa, one.sofa_days_old) == (Sofa(15, 15), 1)
    assert one.spark == ((1, Sofa(15, 15)), (2, None))


@pytest.mark.parametrize(("hour", "points"), [(11, 4), (12, 3), (13, 3)])
def test_a_sample_of_day_1_drawn_after_the_first_dose_is_not_of_the_baseline(hour: int, points: int) -> None:
    patient = Patient(day=5)
    typed = readings(patient, 4, COMPLETE | {"platelets": None})
    before = readings(patient, 4, {"platelets": 42.0}, sampled_at=at_noon(ago(4)) - timedelta(hours=6))
    sample = readings(patient, 4, {"platelets": 9.0}, sampled_at=at_noon(ago(4)) + timedelta(hours=hour - 12))
    told = (typed[typed["number"].notna() | typed["choice"].notna()], before, sample, readings(patient, 3, COMPLETE))
    assert row(patient, *told).baseline == Sofa(12 + points, 12 + points)


def test_the_baseline_is_day_1_and_before_inclusion_the_arrival() -> None:
    told = (readings(Patient(), 9, {"gcs": 3.0}), readings(Patient(), 4, COMPLETE), readings(Patient(), 0, COMPLETE))
    assert row(Patient(day=5), *told).baseline == Sofa(15, 15)
    assert row(Patient(), *told).baseline == Sofa(4, 24)


def test_there_is_no_change_to_show_while_day_1_is_the_newest_or_has_no_sofa() -> None:
    assert row(Patient(day=5), readings(Patient(), 4, COMPLETE)).baseline is None
    assert row(Patient(day=5), readings(Patient(), 0, COMPLETE)).baseline is None


def test_the_spark_shows_the_last_fourteen_days_with_gaps_as_gaps() -> None:
    patient = Patient(arrived=19)
    days, points = zip(*row(patient, *(readings(patient, ago, COMPLETE) for ago in (19, 12, 0))).spark, strict=True)
    assert days == tuple(range(7, 21))
    assert points == (None, Sofa(15, 15), *[None] * 11, Sofa(15, 15))


def test_the_spark_of_an_included_patient_begins_on_day_1() -> None:
    patient = Patient(day=3)
    open_one = {code: COMPLETE[code] for code in COMPLETE if code != "bilirubin"}
    told = (readings(patient, 5, COMPLETE), readings(patient, 2, COMPLETE), readings(patient, 0, open_one))
    assert row(patient, *told).spark == ((1, Sofa(15, 15)), (2, None), (3, Sofa(13, 17)))


def test_a_marker_is_the_newest_value_with_the_one_before_and_its_age() -> None:
    told = (readings(Patient(), 6, {"ferritin": 12000.0}), readings(Patient(), 2, {"ferritin": 9000.0, "platelets": 40.0}))
    ferritin, platelets = row(Patient(), *told).markers
    assert (ferritin.code, ferritin.number, ferritin.before, ferritin.days_old) == ("ferritin", 9000, 12000, 2)
    assert (platelets.code, platelets.before) == ("platelets", None)


def test_a_marker_beyond_the_limit_of_the_assay_keeps_its_sign_and_one_not_done_is_none() -> None:
    told = (readings(Patient(), 1, {"scd25": 20000.0}, comparator=">"), readings(Patient(), 0, {"scd25": None}, state="not_done"))
    (marker,) = row(Patient(), *told).markers
    assert (marker.comparator, marker.number, marker.days_old) == (">", 20000, 1)


def test_today_s_two_doses_are_due_until_they_are_charted() -> None:
    given = charted(("001-S0001", 3, "morning", "late"), ("001-S0001", 2, "evening", "held"))
    assert row(Patient(day=3), doses=given).doses == (("morning", "late"), ("evening", "due"))


@pytest.mark.parametrize("day", [None, 0, -3, 29])
def test_before_day_1_and_after_day_28_no_dose_is_due(day: int | None) -> None:
    assert row(Patient(day=day)).doses == ()


def test_a_visit_is_due_today_announced_the_day_before_and_late_while_its_window_is_open() -> None:
    def states(day: int) -> list[tuple[int, str]]:
        patient = Patient(day=day, arrived=40)
        return [(due.visit_day, due.state) for due in row(patient, panel(patient, day - 1)).due]

    assert states(7) == [(7, "due")]
    assert states(6) == [(7, "tomorrow")]
    assert states(5) == []
    assert states(15) == [(14, "late")]
    assert states(17) == [], "missed: nothing can be drawn any more"


@pytest.mark.parametrize(("state", "still"), [("measured", False), ("carried", False), ("not_done", False),
                                              ("not_applicable", False), ("pending", True)])
def test_a_value_is_due_until_it_is_known_or_said_not_to_come(state: str, still: bool) -> None:
    """A pending result is no answer yet."""
    number = 900.0 if state in ("measured", "carried") else None
    one = row(Patient(day=1), readings(Patient(), 0, {"ferritin": number}, state=state))
    assert ("ferritin" in one.due[0].missing) is still


def test_nothing_is_due_of_a_patient_who_is_not_included() -> None:
    assert row(Patient(), readings(Patient(), 0, COMPLETE)).due == ()


@pytest.mark.parametrize(("route", "day", "owed"), [("emergency", 2, True), ("relative", 2, False), ("emergency", None, False)])
def test_after_an_emergency_inclusion_the_consent_is_owed_since_then(route: str, day: int | None, owed: bool) -> None:
    patient = Patient(day=day, consent_route=route)
    assert row(patient).consent_owed_since == (patient.included_at if owed else None)


def test_each_patient_has_their_own_values() -> None:
    one, other = Patient("one"), Patient("other")
    made = {each.name: each for each in rows([one, other], readings(one, 0, COMPLETE), readings(other, 0, {"gcs": 3.0}))}
    assert made["one"].sofa == Sofa(15, 15)
    assert made["other"].sofa == Sofa(4, 24)
    assert not made["other"].markers


def test_who_withdrew_is_asked_for_nothing_and_owes_no_consent() -> None:
    one = row(Patient(day=7, consent_route="emergency", withdrawn_at=at_noon(ago(1))))
    assert (one.due, one.doses, one.consent_owed_since) == ((), (), None)
    assert {visit.state for visit in one.visits} == {"missed", "not_applicable"}
    assert one.flags == ("withdrawn",)


def test_an_included_patient_has_all_five_visits_with_a_state_and_the_next_one() -> None:
    one = row(Patient(day=9), panel(Patient(), 8), panel(Patient(), 2))
    assert [(visit.visit_day, visit.state) for visit in one.visits] == [
        (1, "done"), (7, "done"), (14, "to_come"), (28, "to_come"), (schedule.SIX_MONTHS, "to_come"),
    ]  # fmt: skip
    assert one.next_visit and one.next_visit.visit_day == 14


def test_what_was_drawn_and_has_no_result_is_awaited_and_not_drawn_again() -> None:
    (due,) = row(Patient(day=1), readings(Patient(), 0, {"scd25": None}, state="pending")).due
    assert due.awaited == ("scd25",)
    assert "scd25" in due.missing and "scd25" not in due.to_draw


def test_the_doses_until_now_count_those_before_today_and_what_is_charted_of_today() -> None:
    given = [("001-S0001", day, slot, "given") for day in (1, 2, 3, 4) for slot in ("morning", "evening")]
    told = charted(*given[:-1], ("001-S0001", 4, "evening", "held"), ("001-S0001", 5, "morning", "given"))
    one = row(Patient(day=5), doses=told)
    assert (one.charted, one.planned, one.uncharted) == ((("given", 8), ("held", 1)), 9, 0)
    assert row(Patient(day=5), doses=charted(*given[:6])).uncharted == 2
    assert row(Patient(day=40, arrived=50)).planned == 56


def test_a_first_dose_that_was_planned_and_never_charted_is_flagged_from_the_day_after() -> None:
    assert row(Patient(day=1, never_dosed=True)).flags == ()
    assert row(Patient(day=2, never_dosed=True)).flags == ("no_first_dose",)
    assert row(Patient(day=2, care_limited_at=at_noon(ago(0)))).flags == ("care_limited",)


def test_the_day_7_of_a_row_is_judged_from_its_own_readings() -> None:
    better = COMPLETE | {"platelets": 200.0, "bilirubin": 10.0}  # 15 - 3 - 2
    one = row(Patient(day=7), readings(Patient(), 6, COMPLETE), readings(Patient(), 0, better))
    assert one.day_7 and (one.day_7.found.state, one.day_7.found.delta_low) == ("success", 5)
    assert row(Patient()).day_7 is None
