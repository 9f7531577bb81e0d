"""`python -m scoring`: a biostatistician's file, its score beside it, and clear refusals. The real command on real files."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scoring import __main__ as command_line
from scoring import hlh2004, hscore, sofa, sofa2
from scoring.catalogue import COMMANDS
from scoring.rules import VERSION, Rules

ROOT = Path(__file__).resolve().parents[2]
DAYS = pd.DataFrame({
    "stay": ["a", "a", "b"], "pao2": [68.0, None, 90.0], "fio2": [0.5, 0.5, 1.0], "ventilation": ["invasive", "none", "none"],
    "platelets": [42.0, 150.0, None], "bilirubin": [58.0, 20.0, 40.0], "map": [60.0, 70.0, 65.0],
    "norepinephrine": [0.12, None, None],
    "gcs": [14, 15, 15], "creatinine": [185.0, 110.0, 100.0], "urine_output": [900.0, 500.0, None], "rrt": ["no", None, "no"],
})  # fmt: skip


def run(*arguments, expect=0):
    command = [sys.executable, "-m", "scoring", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == expect, done.stderr
    return done


@pytest.fixture
def days(tmp_path):
    DAYS.to_csv(tmp_path / "days.csv", index=False)
    return tmp_path / "days.csv"


def scored(*arguments):
    assert command_line.main([*map(str, arguments), "-q"]) == 0


def test_the_columns_of_the_score_are_added_and_the_input_stays(days):
    before = days.read_bytes()
    done = run("sofa", days)
    assert "3 rows scored" in done.stderr and VERSION in done.stderr
    added = pd.read_csv(days.with_name("days-sofa.csv"))
    assert list(added.columns[: len(DAYS.columns)]) == list(DAYS.columns)
    expected = sofa.score(DAYS)
    for name in expected:
        pd.testing.assert_series_equal(added[f"sofa_{name}"].astype("Int64"), expected[name], check_names=False)
    assert set(added["sofa_rules"].astype(str)) == {f"rules {VERSION}"}
    assert days.read_bytes() == before


def test_a_french_spreadsheet_is_read_and_written_as_such(days, tmp_path):
    DAYS.to_csv(tmp_path / "jours.csv", index=False, sep=";", decimal=",", encoding="utf-8-sig")
    scored("sofa", tmp_path / "jours.csv")
    scored("sofa", days)
    french = pd.read_csv(tmp_path / "jours-sofa.csv", sep=";", decimal=",")
    pd.testing.assert_frame_equal(french, pd.read_csv(tmp_path / "days-sofa.csv"))


def test_parquet_comes_back_as_parquet_and_says_its_rules(tmp_path):
    DAYS.astype({"platelets": "float32"}).to_parquet(tmp_path / "days.parquet")
    scored("sofa2", tmp_path / "days.parquet", "-o", tmp_path / "out.parquet")
    added = pd.read_parquet(tmp_path / "out.parquet")
    pd.testing.assert_series_equal(added["sofa2_total"], sofa2.score(DAYS)["total"], check_names=False, check_dtype=False)


@pytest.mark.parametrize(("code", "score"), [("hscore", hscore.score), ("hlh2004", hlh2004.score)])
def test_scores_of_patients(code, score, tmp_path):
    patients = pd.DataFrame({"temperature": [38.5, 38.4], "ferritin": [500.0, None], "splenomegaly": ["yes", "not_done"]})
    patients.to_csv(tmp_path / "patients.csv", index=False)
    scored(code, tmp_path / "patients.csv")
    added = pd.read_csv(tmp_path / f"patients-{code}.csv")
    last = list(score(patients))[-1]
    assert added[f"{code}_{last}"].astype("Float64").to_list() == score(patients)[last].astype("Float64").to_list() or added[
        f"{code}_{last}"].isna().all()  # fmt: skip


def test_ctcae_reads_limits_and_baseline_beside_each_column(tmp_path):
    pd.DataFrame({"alt": [450.0, 130.0], "alt_uln": 40.0, "alt_baseline": [200.0, 30.0], "platelets": [24.0, 160.0]}).to_csv(
        tmp_path / "lab.csv", index=False)  # fmt: skip
    for version, alt, platelets in ((5, [1, 2], 4), (6, [3, 2], 3)):
        scored("ctcae", tmp_path / "lab.csv", "--version", str(version), "-o", tmp_path / "graded.csv")
        graded = pd.read_csv(tmp_path / "graded.csv")
        assert graded["ctcae_alt"].to_list() == alt and graded["ctcae_platelets"][0] == platelets
        assert pd.isna(graded["ctcae_platelets"][1]), "160 without a lower limit is not gradable"


def test_an_option_is_used_and_stands_in_the_result(days):
    scored("sofa", days, "--rrt", "none", "--nonlisted", "ignore", "--support", "invasive", "--column", "SI")
    rules = pd.read_csv(days.with_name("days-sofa.csv"))["sofa_rules"][0]
    assert rules == f"rules {VERSION} column=SI support=invasive rrt=None nonlisted=ignore"


def test_a_long_file_is_scored_piece_by_piece_as_in_one(days, monkeypatch, tmp_path):
    many = pd.concat([DAYS] * 40, ignore_index=True)
    many.to_csv(tmp_path / "many.csv", index=False)
    scored("sofa", tmp_path / "many.csv", "-o", tmp_path / "whole.csv")
    monkeypatch.setattr(command_line, "ROWS", 7)
    scored("sofa", tmp_path / "many.csv", "-o", tmp_path / "pieces.csv")
    assert (tmp_path / "whole.csv").read_bytes() == (tmp_path / "pieces.csv").read_bytes()


@pytest.mark.parametrize(("text", "why"), [
    ("platelets\n42\n< 20\n", "rows 1 to 2: platelets: holds str, numbers are needed"),
    ("fio2,pao2\n50,80\n", "rows 1 to 1: fio2: 1 value(s) above 1"),
    ("ventilation\nBiPAP\n", "ventilation: a value is none of none, hfnc, niv, cpap, invasive"),
    ("gcs\n2\n", "gcs: 1 value(s) below 3"),
    ("sofa_total\n3\n", "has a column sofa_total already"),
    ("", "cannot be read as a table"),
])
def test_what_cannot_be_scored_is_refused_by_name_and_leaves_nothing(text, why, tmp_path, capsys):
    (tmp_path / "days.csv").write_text(text)
    assert command_line.main(["sofa", str(tmp_path / "days.csv"), "-q"]) == 1
    assert why in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["days.csv"]


def test_a_bad_row_deep_in_a_file_is_named_by_its_rows(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command_line, "ROWS", 10)
    pd.DataFrame({"map": [70.0] * 25 + [-1.0] + [70.0] * 4}).to_csv(tmp_path / "days.csv", index=False)
    assert command_line.main(["sofa", str(tmp_path / "days.csv"), "-q"]) == 1
    assert "rows 21 to 30: map: 1 value(s) below 0" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "why"), [
    (["sofa", "nowhere.csv"], "there is no such file"),
    (["sofa", "{days}", "--spo2", "kirby"], "spo2: 'kirby' is none of"),
    (["sofa", "{days}", "--rrt", "many"], "--rrt many"),
    (["sofa", "{days}", "-o", "{days}"], "is the input"),
    (["sofa", "{folder}/notes.txt"], "a .csv or .parquet file is needed"),
])
def test_a_call_that_cannot_be_is_refused(arguments, why, days, capsys):
    (days.parent / "notes.txt").write_text("x")
    assert command_line.main([each.format(days=days, folder=days.parent) for each in arguments]) == 1
    assert why in capsys.readouterr().err


@pytest.mark.parametrize("code", COMMANDS)
def test_help_says_columns_units_and_options(code, capsys):
    with pytest.raises(SystemExit):
        command_line.main([code, "--help"])
    told = capsys.readouterr().out
    assert all(column in told for column in (*COMMANDS[code].inputs, *COMMANDS[code].more))
    assert COMMANDS[code].citation.split(".")[0][:30] in told


def test_help_names_each_score():
    told = run("--help").stdout
    assert all(code in told for code in COMMANDS)


@pytest.mark.parametrize("code", COMMANDS)
def test_every_score_scores_an_empty_file_and_missing_columns(code, tmp_path):
    pd.DataFrame({"stay": ["a", "b"]}).to_csv(tmp_path / "bare.csv", index=False)
    (tmp_path / "none.csv").write_text("stay,platelets\n")
    scored(code, tmp_path / "bare.csv")
    scored(code, tmp_path / "none.csv")
    assert len(pd.read_csv(tmp_path / f"bare-{code}.csv")) == 2
    assert len(pd.read_csv(tmp_path / f"none-{code}.csv")) == 0


def test_a_scored_frame_keeps_the_index_of_its_rows():
    twice = DAYS.set_axis([5, 5, 9])
    assert sofa.score(twice).index.tolist() == [5, 5, 9]
    assert Rules.of(sofa.score(twice)).score == "sofa" and np.isnan(sofa.score(twice)["total"].astype(float).iloc[2])
