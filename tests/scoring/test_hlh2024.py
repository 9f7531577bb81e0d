"""HLH-2024 as the clinical reference 3.5 restates it: HLH-2004 without NK activity, the same cut-offs, 5 of 7."""

import pandas as pd
import pytest

from scoring import explain, hlh2004, hlh2024, rules
from scoring.columns import BadColumn
from scoring.explain import Score
from tests.oracle import draws, second
from tests.scoring.whys import explains, possible

CRITERIA = ["fever", "splenomegaly", "cytopenias", "triglycerides_or_fibrinogen", "hemophagocytosis", "ferritin", "scd25"]
WELL = {
    "temperature": 37.0, "splenomegaly": "no", "hemoglobin": 13.0, "platelets": 250.0, "neutrophils": 5.0,
    "triglycerides": 1.0, "fibrinogen": 3.0, "hemophagocytosis": "no", "ferritin": 200.0, "scd25": 500.0,
}  # fmt: skip
SIGNS = {
    "fever": {"temperature": 38.5}, "splenomegaly": {"splenomegaly": "yes"},
    "cytopenias": {"hemoglobin": 8.9, "platelets": 99.0}, "triglycerides_or_fibrinogen": {"fibrinogen": 1.5},
    "hemophagocytosis": {"hemophagocytosis": "yes"}, "ferritin": {"ferritin": 500.0}, "scd25": {"scd25": 2400.0},
}  # fmt: skip
SCORE = Score("hlh2024", hlh2024.CITATION, hlh2024.SI, hlh2024.spans, facts=hlh2024.facts, cutpoints=hlh2024.CUTPOINTS)


def scored(cutoffs=hlh2024.SI, **values):
    return hlh2024.score(pd.DataFrame([values], index=[0]), cutoffs).iloc[0]


def with_signs(number, unknown=0):
    names = list(SIGNS)
    values = dict(WELL)
    for name in names[:number]:
        values |= SIGNS[name]
    for name in names[number : number + unknown]:
        values |= dict.fromkeys(hlh2004.SI[name].variables)
    return values


def same(value, expected):
    return value is pd.NA if expected is None else value is not pd.NA and bool(value) is expected


@pytest.mark.parametrize("criterion", SIGNS)
def test_each_criterion_is_met_at_the_cutoff_of_hlh_2004_and_alone(criterion):
    row = scored(**WELL | SIGNS[criterion])
    assert [name for name in CRITERIA if row[name]] == [criterion]
    assert (row["count"], row["not_met"], row["unknown"]) == (1, 6, 0)


@pytest.mark.parametrize(("known", "unknown", "met"), [
    (7, 0, True), (5, 0, True), (5, 2, True), (4, 0, False), (4, 1, None), (3, 1, False), (3, 2, None), (0, 7, None),
])  # fmt: skip
def test_five_of_seven_are_met_undetermined_or_out_of_reach(known, unknown, met):
    row = scored(**with_signs(known, unknown))
    assert (row["count"], row["unknown"]) == (known, unknown)
    assert same(row["met"], met)


def test_nk_activity_is_not_asked_for_and_changes_nothing():
    four = with_signs(4)
    assert hlh2004.score(pd.DataFrame([four | {"nk_activity_low": "yes"}]))["met"].item()
    assert not scored(**four | {"nk_activity_low": "yes"})["met"] and not scored(**four)["met"]
    assert "nk_activity_low" not in SCORE.inputs


def test_no_cutoff_is_written_twice():
    assert all(hlh2024.SI[name] is hlh2004.SI[name] for name in hlh2024.SI)
    assert set(hlh2004.SI) - set(hlh2024.SI) == {"nk_activity"}
    assert hlh2024.CUTPOINTS is hlh2004.CUTPOINTS


def test_that_five_are_needed_is_marked_as_from_memory():
    assert [(band.points, band.label, band.memory) for band in hlh2024.MET] == [(0, "< 5", True), (1, "≥ 5", True)]


def test_triglycerides_in_milligrams_are_scored_with_their_own_printed_limit():
    assert scored(hlh2024.CONVENTIONAL, **WELL | {"triglycerides": 265.0})["triglycerides_or_fibrinogen"]
    assert not scored(hlh2024.CONVENTIONAL, **WELL | {"triglycerides": 264.0})["triglycerides_or_fibrinogen"]
    scores = hlh2024.score(pd.DataFrame([WELL]), hlh2024.CONVENTIONAL)
    assert rules.Rules.of(scores) == rules.Rules("hlh2024", {"column": "conventional"})


def test_criteria_are_boolean_on_the_index_that_was_given_and_say_their_rules():
    scores = hlh2024.score(pd.DataFrame([WELL, with_signs(7)], index=["a", "a"]))
    assert list(scores) == [*CRITERIA, "met", "count", "not_met", "unknown"]
    assert [str(dtype) for dtype in scores.dtypes] == ["boolean"] * 8 + ["Int64"] * 3
    assert scores.index.tolist() == ["a", "a"]
    assert rules.Rules.of(scores) == rules.Rules("hlh2024", {"column": "SI"})
    assert len(hlh2024.score(pd.DataFrame())) == 0
    assert "10.1182/blood.2024025077" in hlh2024.CITATION


def test_what_cannot_be_is_refused_by_column():
    with pytest.raises(BadColumn, match=r"^scd25: "):
        scored(**WELL | {"scd25": "2400"})


def test_5000_rows_agree_with_the_second_implementation():
    rows = possible(draws.patients(5000, seed=57))
    mine = hlh2024.score(pd.DataFrame(rows))
    theirs = pd.DataFrame([second.hlh2004(row) for row in rows])[CRITERIA].astype("boolean")
    pd.testing.assert_frame_equal(mine[CRITERIA], theirs)
    count, unknown = theirs.sum(axis=1), theirs.isna().sum(axis=1)
    verdicts = [True if met >= 5 else False if met + open_ < 5 else None for met, open_ in zip(count, unknown, strict=True)]
    pd.testing.assert_series_equal(mine["met"], pd.Series(verdicts, dtype="boolean", name="met"))


def test_every_item_says_why():
    for row in possible(draws.patients(40, seed=58)):
        explains(SCORE, row)
    why = explain.why(SCORE, with_signs(4) | {"scd25": None}, "scd25")
    assert [(one.result.label, one.total_low) for one in why.outcomes] == [("0–<2400", 4), ("≥ 2400", 5)]
