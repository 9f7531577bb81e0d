"""`python -m scoring`: a biostatistician's file, its score beside it, and clear refusals. The real command on real files."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

import numpy as np
import pandas as pd
import pytest

from scoring import __main__ as command_line
from scoring import columns, hlh2004, hscore, sofa, sofa2
from scoring.catalogue import COMMANDS
from scoring.inputs import INPUTS
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
    assert command_line.main([*map(str, arguments), "-q", "--overwrite"]) == 0


def refused(*arguments):
    assert command_line.main([*map(str, arguments), "-q"]) == 1


def written(folder, text, name="days.csv"):
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder / name


def totals(folder, text, score="sofa", column="coagulation"):
    """What the score makes of the file with this text."""
    file = written(folder, text)
    scored(score, file, "-o", folder / "out.csv")
    first = text.splitlines()[0]
    separator = max(",;\t", key=first.count)
    return pd.read_csv(folder / "out.csv", sep=separator, decimal="," if separator == ";" else ".")[f"{score}_{column}"].to_list()


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


OWN = (
    ',record,remark,weight of the bag,platelets,"a;b, c",when\n'
    '1,0012,NA,42,100,"said ""no"", then left",2026-01-05\n'
    "2,0013,null,42.0,,None,05/01/2026\n"
    '3,1e3, padded ,true,N/A,"two\nlines",\n'
)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_own_columns_come_back_byte_for_byte(ending, mark, tmp_path):
    text = (mark + OWN).replace("\n", ending)
    scored("sofa", written(tmp_path, text))
    back = (tmp_path / "days-sofa.csv").read_bytes().decode().split(ending)
    assert "sofa_total" in back[0] and "rules" in back[1]
    assert all(line.startswith(own) for line, own in zip(back, text.split(ending), strict=True))


@pytest.mark.parametrize("word", ["", "NA", "N/A", "NaN", "<NA>", "null", "  "])
def test_missing_words_are_missing_and_never_normal(word, tmp_path):
    assert pd.isna(totals(tmp_path, f"stay,platelets\na,100\nb,{word}\n")).tolist() == [False, True]


def test_an_empty_line_of_a_file_of_one_column_is_a_missing_value(tmp_path):
    assert pd.isna(totals(tmp_path, "platelets\n100\n\n42\n")).tolist() == [False, True, False]


@pytest.mark.parametrize(("separator", "dose"), [(",", "0.12"), (";", "0,12"), (";", "0.12"), ("\t", "0,12"), ("\t", "0.12")])
def test_commas_semicolons_and_tabs_are_told_by_the_header(separator, dose, tmp_path):
    text = f'"note, free; text"|map|norepinephrine\n"a; b, c"|60|{dose}\n'.replace("|", separator)
    assert totals(tmp_path, text, column="cardiovascular") == [4]
    assert separator.join(("60", dose)) in (tmp_path / "out.csv").read_text()


@pytest.mark.parametrize("separator", [";", "\t"])
def test_added_numbers_are_written_as_the_file_is(separator, tmp_path):
    scored("nee", written(tmp_path, "norepinephrine;vasopressin;epinephrine;dopamine\n0,1;0,02;0;0\n".replace(";", separator)))
    assert (tmp_path / "days-nee.csv").read_text().splitlines()[1].split(separator)[4] == ("0,15" if separator == ";" else "0.15")


@pytest.mark.parametrize(("yes", "no"), [("yes", "no"), ("True", "False"), ("TRUE", "FALSE"), ("1", "0"), ("1.0", "0.0")])
def test_yes_and_no_as_programs_write_them(yes, no, tmp_path):
    assert totals(tmp_path, f"creatinine,urine_output,rrt\n100,2000,{yes}\n100,2000,{no}\n", column="renal") == [4, 0]


@pytest.mark.parametrize(("text", "why"), [
    ("platelets\n42\n< 20\n", "column platelets, row 3: “< 20” is not a number. Leave it empty or give the number."),
    ("platelets\n1 234\n", "row 2: “1 234” is not a number"),
    ('platelets\n"1,234"\n', "row 2: “1,234” is not a number"),
    ("stay;platelets\na;1.234,5\n", "row 2: “1.234,5” is not a number"),
    ("platelets\n0x10\n", "is not a number"),
    ("platelets\ninf\n", "platelets: 1 value(s) infinite"),
    ("fio2,pao2\n50,80\n", "fio2: 1 value(s) above 1"),
    ("ventilation\nBiPAP\n", "column ventilation, row 2: “BiPAP” is none of none, hfnc, niv, cpap, invasive. Leave it empty"),
    ("rrt\nmaybe\n", "row 2: “maybe” is none of no, yes"),
    ("gcs\n2\n", "gcs: 1 value(s) below 3"),
    ("gcs,sofa_total\n15,3\n", "has a column sofa_total already"),
    ("gcs,remark,remark\n15,a,b\n", "two columns are named “remark”"),
    ("gcs,map,map\n15,70,80\n", "two columns are named “map”"),
    ("Platelets,map\n15,70\n", "column “Platelets” looks like platelets: rename it"),
    ("map, platelets \n15,70\n", "column “ platelets ” looks like platelets: rename it"),
    ("stay,thrombocytes\na,70\n", "days.csv is one that sofa reads; see python -m scoring sofa --help"),
    ("gcs,map\n15,70,80\n", "a row has more cells than the header"),
    ("gcs,map\n15,70\n15,70,80\n", "cannot be read as a table"),
    ("", "cannot be read as a table"),
    ("gcs,remark\n15,déjà vu\n".encode("cp1252"), "save it as UTF-8 CSV"),
    ("gcs,numéro\n15,2\n".encode("cp1252"), "save it as UTF-8 CSV"),
    ("gcs,map\n15,70\n".encode("utf-16"), "save it as UTF-8 CSV"),
])
def test_what_cannot_be_scored_is_refused_by_name_and_leaves_nothing(text, why, tmp_path, capsys):
    refused("sofa", written(tmp_path, text))
    assert why in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["days.csv"]


@pytest.mark.parametrize(("text", "why"), [
    ("alt_uln,stay\n40,a\n", "is one that ctcae reads"),
    ("alt,ALT_uln\n40,40\n", "column “ALT_uln” looks like alt_uln"),
    ("alt,alt_uln\n40,< 40\n", "column alt_uln, row 2: “< 40” is not a number"),
    ("inr,anticoagulated\n2,perhaps\n", "column anticoagulated, row 2: “perhaps” is none of no, yes"),
])
def test_ctcae_refuses_in_the_same_words(text, why, tmp_path, capsys):
    refused("ctcae", written(tmp_path, text))
    assert why in capsys.readouterr().err


def test_a_parquet_file_has_the_same_refusals(tmp_path, capsys):
    for frame, why in ((DAYS.rename(columns=str.upper), "looks like pao2"), (DAYS[["stay"]], "is one that sofa reads")):
        frame.to_parquet(tmp_path / "days.parquet")
        refused("sofa", tmp_path / "days.parquet")
        assert why in capsys.readouterr().err


def test_the_columns_that_were_read_are_said(days, tmp_path, capsys):
    scored("sofa", days)
    assert f"read: {', '.join(DAYS.columns[1:])}\n" in capsys.readouterr().err
    scored("ctcae", written(tmp_path, "stay,alt,alt_uln,uln\na,50,40,1\n", "lab.csv"))
    assert "read: alt, alt_uln\n" in capsys.readouterr().err


@pytest.mark.parametrize("code", COMMANDS)
def test_every_column_that_a_score_looks_at_is_read_from_the_file(code, monkeypatch):
    command, looked, found = COMMANDS[code], set(), columns._series
    monkeypatch.setattr(columns, "_series", lambda frame, column: looked.add(column) or found(frame, column))
    empty = pd.DataFrame({name: pd.Series([], dtype=float) for name in (*INPUTS, *command.more)})
    for name, kind in (get_type_hints(command.options) if command.options else {}).items():
        for value in get_args(kind) if get_origin(kind) is Literal else ():
            command.score(empty, {name: value})
    command.score(empty, {})
    not_counted = {"gcs", "gcs_kind"} if code == "sic" else set()  # of SOFA, whose brain SIC leaves out
    assert looked and looked <= {*command_line._reads(command)} | not_counted


def test_a_bad_row_deep_in_a_file_is_named_as_the_spreadsheet_numbers_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command_line, "ROWS", 10)
    for bad, why in (("-1", "map: 1 value(s) below 0, the first in row 27"), ("< 20", "column map, row 27: “< 20”")):
        refused("sofa", written(tmp_path, "\n".join(["stay,map", *["a,70"] * 25, f"a,{bad}", "a,70", ""])))
        assert why in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "why"), [
    (["sofa", "nowhere.csv"], "there is no such file"),
    (["sofa", "{folder}"], "is a folder: name one file in it"),
    (["sofa", "{days}", "--spo2", "kirby"], "spo2: 'kirby' is none of"),
    (["sofa", "{days}", "--rrt", "many"], "--rrt many"),
    (["sofa", "{days}", "--rrt", "7"], "rrt: 7"),
    (["sofa", "{days}", "--rrt", ""], "a value like 4 is needed"),
    (["sofa", "{days}", "--support", "mask"], "support: ('mask',)"),
    (["sofa2", "{days}", "--ceiling", "perhaps"], "--ceiling perhaps: yes or no is needed"),
    (["sofa2", "{days}", "--ceiling", "none"], "--ceiling none: yes or no is needed"),
    (["sofa", "{days}", "-o", "{days}"], "is the input"),
    (["sofa", "{days}", "-o", "{days}", "--overwrite"], "is the input"),
    (["sofa", "{days}", "-o", "{folder}/link.csv", "--overwrite"], "is the input"),
    (["sofa", "{days}", "-o", "{folder}/nowhere/out.csv"], "nowhere: there is no such folder"),
    (["sofa", "{days}", "-o", "{folder}"], "is a folder: name the new file too"),
    (["sofa", "{days}", "-o", "{folder}/out.xlsx"], "its name must end in .csv"),
    (["sofa", "{days}", "-o", "{folder}/old.csv"], "old.csv exists: choose another name with -o, or replace it with --overwrite"),
    (["sofa", "{folder}/notes.txt"], "a .csv or .parquet file is needed"),
])
def test_a_call_that_cannot_be_is_refused(arguments, why, days, capsys):
    (days.parent / "notes.txt").write_text("x")
    (days.parent / "old.csv").write_text("x")
    (days.parent / "link.csv").symlink_to(days)
    before = {file.name: file.read_bytes() for file in days.parent.iterdir()}
    refused(*(each.format(days=days, folder=days.parent) for each in arguments))
    told = capsys.readouterr().err
    assert why in told and "rows" not in told
    assert {file.name: file.read_bytes() for file in days.parent.iterdir()} == before


@pytest.mark.parametrize(("word", "ceiling"), [("yes", True), ("TRUE", True), ("oui", True), ("1", True),
                                               ("no", False), ("false", False), ("non", False), ("0", False)])  # fmt: skip
def test_a_yes_or_no_option_is_said_in_either_language(word, ceiling, days):
    scored("sofa2", days, "--ceiling", word)
    assert pd.read_csv(days.with_name("days-sofa2.csv"))["sofa2_rules"][0] == f"rules {VERSION} ceiling={ceiling}"


def test_an_older_result_is_replaced_when_asked(days):
    (old := days.with_name("days-sofa.csv")).write_text("x")
    scored("sofa", days)
    assert "sofa_total" in old.read_text()


def test_a_name_in_capitals_is_read(days):
    scored("sofa", days.rename(days.with_name("DAYS.CSV")))
    assert len(pd.read_csv(days.with_name("DAYS-sofa.CSV"))) == 3


def test_a_folder_that_cannot_be_written_into_gets_its_sentence(days, monkeypatch, capsys):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    refused("sofa", days)
    assert "no file can be written there" in capsys.readouterr().err


def test_a_disk_that_is_full_gets_a_sentence_and_no_half_file(days, monkeypatch, capsys):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(command_line, "_added", full)
    refused("sofa", days)
    assert "No space left on device" in capsys.readouterr().err
    assert [file.name for file in days.parent.iterdir()] == ["days.csv"]


def test_ctrl_c_ends_in_one_line_and_no_half_file(days, monkeypatch, capsys):
    def interrupted(*_):
        assert days.with_name(".days-sofa.csv.part").exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(command_line, "_added", interrupted)
    assert command_line.main(["sofa", str(days), "-q"]) == 130
    assert capsys.readouterr().err.splitlines()[1:] == ["scoring: stopped, nothing was written"]
    assert [file.name for file in days.parent.iterdir()] == ["days.csv"]


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
def test_every_score_scores_a_file_of_one_column_with_and_without_rows(code, tmp_path):
    column = next(iter((*COMMANDS[code].inputs, *COMMANDS[code].more)))
    for rows in (0, 2):
        file = written(tmp_path, f"stay,{column}\n" + "a,\n" * rows)
        scored(code, file)
        assert len(pd.read_csv(tmp_path / f"days-{code}.csv")) == rows
    refused(code, written(tmp_path, "stay,other\na,\n", "bare.csv"))


def test_a_scored_frame_keeps_the_index_of_its_rows():
    twice = DAYS.set_axis([5, 5, 9])
    assert sofa.score(twice).index.tolist() == [5, 5, 9]
    assert Rules.of(sofa.score(twice)).score == "sofa" and np.isnan(sofa.score(twice)["total"].astype(float).iloc[2])


def test_an_empty_line_is_a_row_and_the_next_one_keeps_its_number(tmp_path, capsys):
    (tmp_path / "days.csv").write_text("id,platelets\n1,90\n\n\n2,40\n")
    scored("sofa", tmp_path / "days.csv")
    assert len((tmp_path / "days-sofa.csv").read_text().splitlines()) == 5
    (tmp_path / "wrong.csv").write_text("id,platelets\n1,90\n\n\n2,x\n")
    assert command_line.main(["sofa", str(tmp_path / "wrong.csv"), "-q"]) == 1
    assert "row 5" in capsys.readouterr().err
