"""The invented cohort: plausible, possible, and each fate where tests and demonstrations look for it."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from scoring import hscore, sofa
from trial import days, eligibility, entry, schedule, screening, simulate
from trial.dosing import REASONS, ROUTES, SLOTS, STATES, TAKEN
from trial.reading import State
from trial.simulate import Cohort, Invented
from trial.variables import VARIABLES

NOW = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return simulate.cohort(NOW)


def readings(cohort: Cohort, patient: Invented) -> pd.DataFrame:
    own = cohort.values[cohort.values["patient"] == patient.key].drop(columns="patient")
    return own.assign(sampled_at=pd.NaT, choice=own["choice"].replace("", None))


def included(cohort: Cohort) -> list[Invented]:
    return [patient for patient in cohort.patients if patient.day_1]


def verdict(cohort: Cohort, patient: Invented) -> eligibility.Verdict:
    scores = screening.screened(readings(cohort, patient), patient.screened_on).scores
    return eligibility.assess(
        patient.answers, scores, sex=patient.sex, birth_year=patient.birth_year, year=patient.screened_on.year
    )


def milestones(patient: Invented) -> dict[str, datetime]:
    return {mark.kind: mark.at for mark in patient.milestones}


def day(patient: Invented, moment: datetime) -> int:
    assert patient.day_1
    return schedule.study_day(schedule.ward_date(moment, simulate.ZONE), patient.day_1)


def day_of_today(patient: Invented) -> int:
    assert patient.day_1
    return schedule.study_day(TODAY, patient.day_1)


def test_forty_two_patients_are_included_and_ten_more_were_screened(cohort: Cohort) -> None:
    assert len(included(cohort)) == 42
    assert len(cohort.patients) == 52


def test_the_same_seed_gives_the_same_cohort(cohort: Cohort) -> None:
    again = simulate.cohort(NOW)
    assert again.patients == cohort.patients
    pd.testing.assert_frame_equal(again.values, cohort.values)
    assert simulate.cohort(NOW, seed=2).patients != cohort.patients


def test_every_number_lies_within_the_hard_limits(cohort: Cohort) -> None:
    numbers = cohort.values.dropna(subset="number")
    for code, found in numbers.groupby("variable")["number"]:
        hard = VARIABLES[str(code)].hard
        assert hard and hard[0] <= found.min() and found.max() <= hard[1], code


def test_what_was_typed_reads_as_what_is_stored(cohort: Cohort) -> None:
    """The box would have understood each text as the stored number, comparator and all."""
    measured = cohort.values[(cohort.values["state"] == State.MEASURED) & cohort.values["number"].notna()]
    for row in measured.drop_duplicates(["variable", "typed", "assay"]).itertuples():
        salt = "tartrate" if row.variable == "norepinephrine" and row.assay else "base"
        understood = entry.read(row.variable, row.typed, row.unit, salt=salt)
        assert understood is not None
        assert understood.number == pytest.approx(row.number) and understood.comparator == row.comparator, row


def test_choices_are_those_of_the_catalogue(cohort: Cohort) -> None:
    chosen = cohort.values[cohort.values["choice"] != ""]
    for code, found in chosen.groupby("variable")["choice"]:
        assert set(found) <= set(VARIABLES[str(code)].choices)


def test_every_variable_of_the_catalogue_is_on_file(cohort: Cohort) -> None:
    assert set(cohort.values["variable"]) == {code for code, known in VARIABLES.items() if known.days != "calculator"}


def test_no_value_and_no_moment_lies_in_the_future(cohort: Cohort) -> None:
    assert cohort.values["on_date"].max() <= TODAY
    for patient in cohort.patients:
        moments = [mark.at for mark in patient.milestones] + [at for _, at in patient.consents]
        moments += [dose.given_at for dose in patient.doses if dose.given_at] + [patient.included_at or NOW]
        assert max(moments) <= NOW
        assert patient.arrived_on <= patient.screened_on <= TODAY


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 21, 23, 5, tzinfo=UTC),  # five past midnight at the site
        datetime(2026, 11, 22, 7, 40, tzinfo=UTC),
        datetime(2026, 11, 22, 22, 55, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),  # the night of 23 hours
        datetime(2028, 2, 29, 12, tzinfo=UTC),
    ],
    ids=str,
)
def test_at_any_hour_the_same_days_and_nothing_later_than_now(now: datetime) -> None:
    cohort = simulate.cohort(now)
    today = schedule.ward_date(now, simulate.ZONE)
    days_of_today = [schedule.study_day(today, one.day_1) for one in cohort.patients if one.day_1][-7:]
    assert days_of_today == [21, 14, 9, 6, 3, 2, 1]
    for patient in cohort.patients:
        assert all(dose.given_at <= now for dose in patient.doses if dose.given_at)
        assert all(mark.at <= now for mark in patient.milestones) and all(at <= now for _, at in patient.consents)
    assert cohort.values["on_date"].max() <= today


def test_each_included_patient_meets_the_criteria(cohort: Cohort) -> None:
    assert {verdict(cohort, patient).state for patient in included(cohort)} == {"met"}


def test_each_included_patient_had_consented_before(cohort: Cohort) -> None:
    for patient in included(cohort):
        route, signed_at = patient.consents[0]
        assert route in ("patient", "relative", "emergency")
        assert patient.included_at and signed_at < patient.included_at


def test_who_was_turned_away_does_not_meet_the_criteria_for_the_reason_given(cohort: Cohort) -> None:
    turned = [patient for patient in cohort.patients if patient.declined]
    assert len(turned) == 8
    for patient in turned:
        against = [line.criterion.code for line in verdict(cohort, patient).lines if line.fulfilled is False]
        assert against == list(patient.declined), patient.fate


def test_an_hscore_of_199_and_a_sofa_of_3_are_turned_away(cohort: Cohort) -> None:
    near = cohort.fate("hscore_199")
    scored = screening.screened(readings(cohort, near), near.screened_on)
    assert (scored.hscore["low"], scored.hscore["high"]) == (199, 199)
    assert scored.hlh2004["count"] == 4
    weak = cohort.fate("sofa_3")
    assert screening.screened(readings(cohort, weak), weak.screened_on).sofa["total"] == 3


@pytest.mark.parametrize("fate", simulate.UNDECIDED)
def test_a_patient_not_decided_is_undetermined(cohort: Cohort, fate: str) -> None:
    assert verdict(cohort, cohort.fate(fate)).state == "undetermined"


def test_of_one_patient_everything_is_pending(cohort: Cohort) -> None:
    assert set(readings(cohort, cohort.fate("everything_pending"))["state"]) == {State.PENDING}


def test_nine_patients_are_on_the_ward(cohort: Cohort) -> None:
    gone = {"death", "icu_discharge", "lost", "withdrawal"}
    lately = [patient for patient in cohort.patients if patient.arrived_on >= TODAY - timedelta(days=60)]
    here = [patient for patient in lately if not patient.declined and not milestones(patient).keys() & gone]
    assert [day_of_today(patient) for patient in here if patient.day_1] == [21, 14, 9, 6, 3, 2, 1]
    assert len(here) == 9
    assert len({patient.bed for patient in here}) == 9
    assert {patient.site for patient in here} == {"001", "002"}


def test_day_7_is_tomorrow_for_one_and_day_1_is_today_for_another(cohort: Cohort) -> None:
    assert day_of_today(cohort.fate("day_7_tomorrow")) == 6
    first = cohort.fate("first_dose_today")
    assert day_of_today(first) == 1
    assert [(dose.slot, dose.state) for dose in first.doses] == [("morning", "given")]


def test_before_the_first_dose_of_the_morning_none_is_charted() -> None:
    early = simulate.cohort(NOW.replace(hour=4))
    assert early.fate("first_dose_today").doses == ()


def test_the_responder_lives_and_loses_more_than_three_points_of_sofa_by_day_7(cohort: Cohort) -> None:
    responder = cohort.fate("responder")
    points = sofa.score(days.by_day(readings(cohort, responder)))
    assert responder.day_1
    day_1, day_7 = (points.loc[schedule.date_of(number, responder.day_1)] for number in (1, 7))
    assert day_1["low"] - day_7["high"] >= 3
    assert len(responder.doses) == 56
    assert "death" not in milestones(responder)


def test_one_dies_on_day_5_and_has_nothing_on_file_afterwards(cohort: Cohort) -> None:
    patient = cohort.fate("dies_on_day_5")
    assert day(patient, milestones(patient)["death"]) == 5
    assert readings(cohort, patient)["on_date"].max() == schedule.date_of(5, patient.day_1 or TODAY)
    assert max(dose.day for dose in patient.doses) == 4


def test_one_is_discharged_on_day_6(cohort: Cohort) -> None:
    patient = cohort.fate("discharged_on_day_6")
    assert day(patient, milestones(patient)["icu_discharge"]) == 6
    afterwards = readings(cohort, patient)
    afterwards = afterwards[afterwards["on_date"] > schedule.date_of(6, patient.day_1 or TODAY)]
    assert "gcs" not in set(afterwards["variable"])


def test_one_is_lost_at_day_28(cohort: Cohort) -> None:
    patient = cohort.fate("lost_at_day_28")
    assert day(patient, milestones(patient)["lost"]) == 28
    assert "last_known_alive" not in milestones(patient)


def test_one_withdraws_on_day_10(cohort: Cohort) -> None:
    patient = cohort.fate("withdraws_on_day_10")
    assert day(patient, milestones(patient)["withdrawal"]) == 10
    assert patient.consents[-1][0] == "withdrawn"


def test_one_has_no_bilirubin_and_an_open_sofa(cohort: Cohort) -> None:
    own = readings(cohort, cohort.fate("no_bilirubin"))
    assert "bilirubin" not in set(own["variable"])
    assert sofa.score(days.by_day(own))["total"].isna().all()


def test_one_inclusion_by_the_emergency_clause_still_owes_its_consent(cohort: Cohort) -> None:
    assert cohort.fate("consent_owed").consents[-1][0] == "emergency"


def test_doses_are_charted_as_the_ward_charts_them(cohort: Cohort) -> None:
    charted = [dose for patient in included(cohort) for dose in patient.doses]
    assert {dose.state for dose in charted} == set(STATES)
    assert {dose.slot for dose in charted} == set(SLOTS)
    assert {dose.route for dose in charted if dose.route} == set(ROUTES)
    assert all((dose.given_at is not None and dose.mg == 10) == (dose.state in TAKEN) for dose in charted)
    assert all(dose.reason in REASONS["held"] for dose in charted if dose.state == "held")
    slots = {(patient.key, dose.day, dose.slot) for patient in included(cohort) for dose in patient.doses}
    assert len(slots) == len(charted)


def test_the_first_dose_is_given_on_day_1_after_the_inclusion(cohort: Cohort) -> None:
    for patient in included(cohort):
        first = patient.doses[0].given_at
        assert first and patient.included_at and first > patient.included_at
        assert day(patient, first) == 1


def test_values_are_missing_not_done_pending_carried_and_censored(cohort: Cohort) -> None:
    assert set(cohort.values["state"]) == {"measured", "carried", "not_done", "pending"}
    assert set(cohort.values["comparator"]) == {"=", "<", ">"}
    censored = cohort.values[cohort.values["comparator"] != "="]
    assert {"ferritin", "il2", "il12"} <= set(censored["variable"])
    old = cohort.values[cohort.values["state"] == "pending"]
    assert set(old["on_date"]) <= {TODAY, TODAY - timedelta(days=1)}


def test_a_responders_ferritin_falls_on_a_straight_line_of_a_log_axis(cohort: Cohort) -> None:
    responder = cohort.fate("responder")
    own = readings(cohort, responder)
    ferritin = own[(own["variable"] == "ferritin") & own["number"].notna()]
    ferritin = ferritin[ferritin["number"] > 600]
    since = [(on - responder.arrived_on).days for on in ferritin["on_date"]]
    assert np.corrcoef(since, np.log(ferritin["number"]))[0, 1] < -0.95


def test_about_half_succeed_at_day_7_and_about_a_third_die_within_28_days() -> None:
    large = simulate.cohort(NOW, patients=420)
    own = included(large)
    dead = sum("death" in milestones(patient) and day(patient, milestones(patient)["death"]) <= 28 for patient in own)
    assert 0.2 < dead / 420 < 0.4
    wide = days.by_day(large.values.assign(sampled_at=pd.NaT, choice=large.values["choice"].replace("", None)))
    points = sofa.score(wide)["low"]
    assert 0.4 < sum(_falls_by_3(points, patient) for patient in own) / 420 < 0.7


def _falls_by_3(points: "pd.Series[int]", patient: Invented) -> bool:
    assert patient.day_1
    first, seventh = ((patient.key, schedule.date_of(number, patient.day_1)) for number in (1, 7))
    return bool(first in points.index and seventh in points.index and points[first] - points[seventh] >= 3)


def test_a_cohort_too_small_for_its_fates_is_refused() -> None:
    with pytest.raises(ValueError, match="each fate"):
        simulate.cohort(NOW, patients=5)


def test_the_hscore_of_the_undecided_is_open_around_200(cohort: Cohort) -> None:
    open_one = cohort.fate("not_decided")
    wide = days.by_day(readings(cohort, open_one))
    score = hscore.score(wide).iloc[0]
    assert score["low"] < 200 <= score["high"]
