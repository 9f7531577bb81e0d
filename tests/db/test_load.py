"""Loading a file: who the results belong to, when they were, what is on file already. Every line is invented."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path

import pytest

from db import begin, days, look, patients, readings, record, sites
from db import load as loads
from db import store as the_store
from db.load import Report, load, refused_rows, report_of
from db.people import LOADER
from db.placing import sort
from db.verify import walk
from scoring import sofa
from tests.db import cast
from tests.db.cast import ANNE, KARIM, PAUL, ZOE, change, days_ago, measured, screened
from tests.stores import sqlite_url
from trial.days import by_day
from trial.errors import NotAllowed
from trial.labfile import read_file
from trial.reading import Reading, State

LAB_HEADER = "hospitalization_id,collected_at,resulted_at,test,result,unit"
DAY_HEADER = (
    "patient_id,hospitalization_id,stay_id,icu_day,hours_covered,device,pao2_mmhg,fio2,ventilated,platelets_e9l,"
    "bilirubin_mgdl,bilirubin_umoll,map_mmhg,norepi,epi,dopa,dobu,gcs,creatinine_mgdl,creatinine_umoll,crrt,hb_gdl,"
    "wbc_e9l,anc_e9l,alt_ul,ast_ul,ferritin_ugl,lactate_mmol,temp_max_c"
)
STAYS = "\r\n".join([
    DAY_HEADER,
    "1,2,7,1,24,IMV,91.0,0.9,1,49.0,,103.0,64.0,0.401,,,,13.0,1.0,88.0,,9.3,4.8,,,,,1.7,37.3",
    "1,2,7,2,24,,,,0,157.0,,,62.0,,,,,14.0,0.9,80.0,1.0,8.7,5.6,,,,,,37.4",
    "1,3,8,1,24,Face Mask,400.0,0.5,0,200.0,,10.0,80.0,,,,,15.0,,90.0,,12.0,7.0,,,,,,46.0",
])  # fmt: skip
LAB = "\n".join([
    LAB_HEADER,
    "9001,2113-08-25 12:29,2113-08-25 12:32,platelet_count,142,10*3/uL",
    "9001,2113-08-25 12:29,2113-08-25 12:40,platelet_count,142.0,10*3/uL",
    "9001,2113-08-25 12:29,2113-08-25 12:50,platelet_count,138,10*3/uL",
    "9001,2113-08-25 23:45,2113-08-25 23:50,bilirubin_total,<0.2.,mg/dL",
    "9001,2113-08-27 06:00,2113-08-27 06:32,inr,1.6,",
    "9001,2113-08-27 06:00,2113-08-27 06:32,hemoglobin,___,g/dL",
    "9001,2113-08-27 06:00,2113-08-27 06:32,zinc,11,umol/L",
    "9002,2150-01-01 00:10,2150-01-01 00:32,sodium,140.0,mmol/L",
])  # fmt: skip
OWN_HEADER = "patient;collected_at;test;result;unit"


def put(text: str, *, by: object = LOADER, site: str = "001", anchor: date | None = None, token: str | None = None) -> Report:
    content = text.encode()
    parsed = read_file(content, "export.csv")
    with begin() as ward:
        sha256 = hashlib.sha256(content).hexdigest()
        return load(ward, parsed, name="export.csv", sha256=sha256, anchor=anchor, site=site, by=by, token=token)


def own(*rows: str, by: object = LOADER) -> Report:
    return put("\n".join([OWN_HEADER, *rows]), by=by)


def told(report: Report) -> list[tuple[int, str]]:
    with look() as ward:
        return [(each.line, str(each.error)) for each in refused_rows(ward, report.entry)]


def adds_up(report: Report) -> bool:
    return report.read == report.accepted + report.refused + report.unknown


def on_the_board() -> dict[str, patients.Patient]:
    with look() as ward:
        return {one.origin: one for one in patients.on_ward(ward, cast.today(), sees=ANNE)}


def test_stays_become_patients_who_stand_on_the_board_today(ward: str) -> None:
    report = put(STAYS)
    assert adds_up(report)
    assert (report.rows, report.new_patients, report.days) == (3, 2, 3)
    board = on_the_board()
    assert {origin: one.arrived_on for origin, one in board.items()} == {
        "mimic_iv_demo:stay:7": days_ago(2),
        "mimic_iv_demo:stay:8": days_ago(1),
    }
    assert [one.number for one in board.values()] == report.numbers == ["001-S0001", "001-S0002"]
    assert {(one.sex, one.birth_year, one.study_number) for one in board.values()} == {("u", None, None)}


def test_the_days_of_a_stay_give_its_trajectory(ward: str) -> None:
    report = put(STAYS)
    with look() as ward_:
        scores = sofa.score(by_day(readings.readings(ward_, "001-S0001")))
        assert loads.complete_sofa(ward_, report.numbers) == (3, 2)
    first, second = scores.to_dict("records")
    assert [first[organ] for organ in sofa.ORGANS] == [3, 3, 3, 4, 1, 0]
    assert (first["total"], second["renal"], second["cns"]) == (14, 4, 1)
    assert (second["low"], second["high"]) == (6, 14)


def test_an_impossible_cell_is_on_file_with_its_line_and_reason(ward: str) -> None:
    assert told(put(STAYS)) == [
        (3, "ventilated is 0 and no device is named: no ventilation, high flow and non-invasive cannot be told apart. "
            "Enter the support on the day sheet."),
        (4, "temperature 46.0 °C cannot be (25.0 to 45.0). Check the value and its unit."),
    ]  # fmt: skip


def test_samples_keep_their_intervals_and_their_time_of_day(ward: str) -> None:
    report = put(LAB)
    assert (report.read, report.accepted, report.refused, report.unknown) == (8, 4, 3, 1)
    with look() as ward_:
        samples = readings.readings(ward_, "001-S0001")
    local = samples["sampled_at"].dt.tz_convert("Europe/Paris")
    assert list(zip(samples["variable"], samples["on_date"], local.dt.strftime("%H:%M"), strict=True)) == [
        ("bilirubin", days_ago(3), "23:45"),
        ("platelets", days_ago(3), "12:29"),
        ("inr", days_ago(1), "06:00"),
    ]
    assert list(samples["typed"]) == ["<0.2.", "142", "1.6"]
    assert samples["comparator"].iloc[0] == "<"
    assert list(samples["source"]) == ["export.csv line 5", "export.csv line 2", "export.csv line 6"]
    assert on_the_board()["mimic_iv_demo:hospitalization:9002"].arrived_on == days_ago(1)


def test_two_results_of_one_minute_are_told_by_the_line_of_the_first(ward: str) -> None:
    lines = dict(told(put(LAB)))
    assert lines[3] == "The same result stands on line 2."
    assert lines[4] == ("platelets: line 2 gives another result for the same moment (142 10³/µL). Ask the laboratory.")
    assert lines[8] == "The test “zinc” is not in the catalogue of this file's layout."


def test_the_anchor_is_the_date_of_each_first_day(ward: str) -> None:
    put(LAB, anchor=days_ago(20))
    assert {one.arrived_on for one in on_the_board().values()} == {days_ago(20)}


def test_results_beyond_today_are_refused(ward: str) -> None:
    report = put(LAB, anchor=days_ago(1))
    assert adds_up(report)
    assert report.reasons["{at} has not come yet. Check the date."] == 1  # the third day of 9001
    assert put(STAYS, anchor=cast.today() + timedelta(days=1)).new_patients == 0


@pytest.mark.parametrize("text", [STAYS, LAB])
def test_the_same_file_again_adds_nothing(ward: str, text: str) -> None:
    first, again = put(text), put(text)
    assert (again.accepted, again.new_patients, again.read) == (0, 0, first.read)
    assert adds_up(again)
    assert again.reasons["Already on file."] >= first.accepted


def test_a_longer_file_of_the_same_subjects_adds_what_is_new_at_its_place(ward: str) -> None:
    put(LAB)
    report = put(f"{LAB}\n9002,2150-01-01 00:40,2150-01-01 00:52,sodium,141.0,mmol/L")
    assert (report.accepted, report.new_patients) == (1, 0)
    assert set(readings_of("001-S0002")["on_date"]) == {days_ago(1)}


def test_a_file_that_begins_elsewhere_cannot_be_placed(ward: str) -> None:
    put(LAB)
    report = put(f"{LAB_HEADER}\n9001,2113-08-27 06:00,,sodium,140,mmol/L")
    assert report.accepted == 0
    assert "do not begin as in the file that was loaded before" in told(report)[0][1]


def test_the_same_form_sent_twice_is_one_load(ward: str) -> None:
    first = put(LAB, token="a form")
    assert put(LAB, token="a form") == first
    with look() as ward_:
        assert len(loads.loads(ward_)) == 1


def test_what_was_loaded_and_by_whom_is_listed(ward: str) -> None:
    put(LAB)
    put(STAYS, by=KARIM)
    with look() as ward_:
        listed = loads.loads(ward_)
        assert walk(ward_).whole
    assert list(listed["by"]) == ["karim", "loader"]
    assert list(listed["read"]) == list(listed["accepted"] + listed["refused"] + listed["unknown"])
    assert set(listed["file"]) == {"export.csv"}


def test_a_preview_counts_the_same_and_stores_nothing(ward: str) -> None:
    parsed = read_file(LAB.encode(), "export.csv")
    with look() as ward_:
        shown = report_of(parsed, sort(ward_, parsed, site="001", by=KARIM), name="export.csv")
        assert patients.all_patients(ward_, sees=ANNE).empty
    done = put(LAB)
    assert (shown.accepted, shown.refused, shown.reasons, shown.new_patients) == (
        done.accepted, done.refused, done.reasons, done.new_patients,
    )  # fmt: skip


def test_the_monitor_and_another_site_load_nothing(ward: str) -> None:
    with pytest.raises(NotAllowed):
        put(LAB, by=PAUL)
    with pytest.raises(NotAllowed, match="site 002 alone"):
        put(LAB, by=ZOE)
    with pytest.raises(NotAllowed, match="no site 009"):
        put(LAB, site="009")
    with look() as ward_:
        assert loads.loads(ward_).empty


def test_a_subject_of_another_site_is_not_loaded_twice(ward: str) -> None:
    put(LAB)
    report = put(LAB, site="002")
    assert report.accepted == 0
    assert report.reasons["The patient of this row is on file at site {site}. Load it there."] == 6


def readings_of(number: str):
    with look() as ward:
        return readings.readings(ward, number)


# the ward's own laboratory


def test_a_result_goes_to_the_patient_of_either_number(ward: str) -> None:
    number = cast.included()
    study_number = cast.the(number).study_number
    day = days_ago(2)
    report = own(f"{number};{day:%d/%m/%Y} 08:00;Plaquettes;45;G/L", f"{study_number};{day} 09:00;Ferritine;8123,5;µg/L")
    assert (report.accepted, report.new_patients, report.numbers) == (2, 0, [number])
    samples = readings_of(number)
    assert set(samples["number"]) == {45.0, 8123.5}
    assert set(samples["sampled_at"].dt.tz_convert("Europe/Paris").dt.strftime("%H:%M")) == {"08:00", "09:00"}


def test_a_row_of_nobody_on_file_is_refused_without_its_number(ward: str) -> None:
    report = own(f"DURAND 123456;{days_ago(2)} 08:00;Plaquettes;45;G/L")
    with look() as ward_:
        (refused,) = refused_rows(ward_, report.entry)
    assert refused.text == f"{days_ago(2)} 08:00 Plaquettes 45 G/L"
    assert "Screen the patient first" in str(refused.error)


def test_a_patient_of_another_site_is_nobody_here(ward: str) -> None:
    number = screened(site="002")
    assert own(f"{number};{days_ago(2)} 08:00;K;4,1;mmol/L", by=KARIM).accepted == 0
    assert own(f"{number};{days_ago(2)} 08:00;K;4,1;mmol/L", by=ANNE).accepted == 1


def test_a_moment_that_cannot_be_of_this_patient_is_refused(ward: str) -> None:
    number = screened(arrived=10)
    tomorrow, last_year = cast.today() + timedelta(days=1), days_ago(365)
    report = own(f"{number};{tomorrow} 08:00;K;4,1;mmol/L", f"{number};{last_year} 08:00;K;4,1;mmol/L")
    assert report.accepted == 0
    assert [reason for _, reason in told(report)][1].endswith("is too long before the arrival in intensive care. Check the date.")


def test_the_night_that_the_clock_goes_forward(ward: str) -> None:
    sunday = last_sunday_of_march()
    with begin() as ward_:
        number = patients.screen(ward_, site="001", sex="m", birth_year=None, arrived_on=sunday, by=ANNE)
    report = own(
        f"{number};{sunday} 01:59;K;4,1;mmol/L",
        f"{number};{sunday} 02:30;K;4,2;mmol/L",
        f"{number};{sunday} 03:00;K;4,3;mmol/L",
        f"{number};{sunday}T03:30+02:00;K;4,4;mmol/L",
    )
    assert told(report) == [
        (3, f"{sunday} 02:30 did not exist: the clock went forward that night. Ask the laboratory for the time.")
    ]
    assert list(readings_of(number)["sampled_at"].dt.strftime("%H:%M")) == ["00:59", "01:00", "01:30"]


def test_a_shifted_time_that_falls_into_that_night_is_an_hour_later(ward: str) -> None:
    put(f"{LAB_HEADER}\n9001,2113-08-25 02:30,,sodium,140,mmol/L", anchor=last_sunday_of_march())
    (at,) = readings_of("001-S0001")["sampled_at"].dt.tz_convert("Europe/Paris")
    assert f"{at:%H:%M}" == "03:30"


def last_sunday_of_march() -> date:
    end = date(cast.today().year - 1, 3, 31)
    return end - timedelta(days=(end.weekday() + 1) % 7)


def test_a_sample_on_file_is_not_overwritten(ward: str) -> None:
    number, row = screened(), f"{{}};{days_ago(2)} 08:00;K;{{}};mmol/L"
    own(row.format(number, "4,1"))
    again, other = own(row.format(number, "4,10")), own(row.format(number, "5,2"))
    assert again.reasons == {"Already on file.": 1}
    assert told(other)[0][1] == (
        "potassium: another result is on file for the same moment (4,1 mmol/L). Look which one is right."
    )


def test_a_value_that_was_withdrawn_does_not_come_back_by_itself(ward: str) -> None:
    number = screened()
    at = cast.at(2, 8)
    row = f"{number};{at.isoformat()};K;4,1;mmol/L"
    own(row)
    wrong = Reading(State.MEASURED, 4.1, typed="4,1", unit="mmol/L")
    with begin() as ward_:
        withdrawn = change("potassium", wrong, Reading(State.WITHDRAWN), sampled_at=at, why="tube of another patient")
        days.record_values(ward_, number, days_ago(2), [withdrawn], by=KARIM)
    assert "was withdrawn here" in told(own(row))[0][1]


def test_what_the_nurse_typed_for_the_day_stands_beside_the_sample(ward: str) -> None:
    number = screened()
    with begin() as ward_:
        days.record_values(ward_, number, days_ago(2), [change("potassium", None, measured(4.4, "mmol/L"))], by=cast.LEA)
    assert own(f"{number};{days_ago(2)} 08:00;K;4,1;mmol/L").accepted == 1
    assert sorted(readings_of(number)["number"]) == [4.1, 4.4]


def test_a_pending_day_takes_the_result(ward: str) -> None:
    put(STAYS)
    number, on = "001-S0002", days_ago(1)
    with begin() as ward_:
        pending = change("ferritin", None, Reading(State.PENDING))
        days.record_values(ward_, number, on, [pending], by=KARIM)
    text = STAYS.replace("12.0,7.0,,,,,,46.0", "12.0,7.0,,,,8123.0,,46.0")
    assert put(text).accepted == 1


# the command


def test_the_command_loads_and_says_what_it_did(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "lab.csv"
    file.write_text(LAB)
    assert loads.main([str(file)]) == 0
    said = capsys.readouterr().out
    assert "lab.csv: 8 rows, 8 results read = 4 accepted + 3 refused + 1 of unknown tests." in said
    assert "1 refused: The result was blanked out: “…”." in said
    assert "1 unknown test: zinc" in said
    assert "2 patients, 2 of them new; 3 patient-days." in said
    with look() as ward:
        assert [site.code for site in sites.sites(ward)] == ["001"]


def test_the_command_previews_without_storing(ward: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "lab.csv"
    file.write_text(LAB)
    with look() as ward_:
        before = record.count(ward_)
    assert loads.main([str(file), "--preview"]) == 0
    said = capsys.readouterr().out
    assert "Layout mimic_lab_results" in said and "column resulted_at is not read." in said
    assert "9001 | 2113-08-25 12:29 | 2113-08-25 12:32 | platelet_count | 142 | 10*3/uL" in said
    with look() as ward_:
        assert record.count(ward_) == before


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"a,b\n1,2\n", LAB_HEADER.encode()])
def test_the_command_answers_a_bad_file_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    the_store.use(sqlite_url(tmp_path))
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    assert loads.main([str(file)]) == 1
    said = capsys.readouterr()
    assert said.out == "" and "bad.csv" in said.err and "Traceback" not in said.err


def test_the_command_answers_a_missing_file_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert loads.main([str(tmp_path / "none.csv")]) == 1
    assert "Check the path." in capsys.readouterr().err
