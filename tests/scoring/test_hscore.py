"""HScore against Fardet 2014, written out here and not taken from the code."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import hscore
from scoring.columns import BadColumn

ITEMS = ["immunosuppression", "temperature", "organomegaly", "cytopenias", "ferritin", "triglycerides", "fibrinogen",
         "ast", "hemophagocytosis"]  # fmt: skip
WELL = {
    "immunosuppression": "no", "temperature": 37.0, "hepatomegaly": "no", "splenomegaly": "no", "hemoglobin": 13.0,
    "white_cells": 7.0, "platelets": 250.0, "ferritin": 200.0, "triglycerides": 1.0, "fibrinogen": 3.0, "ast": 20.0,
    "hemophagocytosis": "no",
}  # fmt: skip
WORST = {
    "immunosuppression": "yes", "temperature": 40.0, "hepatomegaly": "yes", "splenomegaly": "yes", "hemoglobin": 7.0,
    "white_cells": 1.0, "platelets": 20.0, "ferritin": 20000.0, "triglycerides": 5.0, "fibrinogen": 1.0, "ast": 200.0,
    "hemophagocytosis": "yes",
}  # fmt: skip


def scored(**values):
    return hscore.score(pd.DataFrame([values])).iloc[0]


def test_nothing_is_0_and_everything_is_337():
    assert scored(**WELL)["total"] == 0
    assert scored(**WORST)["total"] == 337
    assert scored(**WORST)[ITEMS].tolist() == [18, 49, 38, 34, 50, 64, 30, 19, 35]


# variable, cut-off, step, points below, at, above
TABLE = [
    ("temperature", 38.4, 0.1, 0, 33, 33),
    ("temperature", 39.4, 0.1, 33, 33, 49),
    ("ferritin", 2000, 1, 0, 35, 35),
    ("ferritin", 6000, 1, 35, 35, 50),
    ("triglycerides", 1.5, 0.01, 0, 44, 44),
    ("triglycerides", 4.0, 0.01, 44, 44, 64),
    ("fibrinogen", 2.5, 0.01, 30, 30, 0),
    ("ast", 30, 1, 0, 19, 19),
]
CUTOFFS = [
    (variable, round(value, 6), points)
    for variable, cut, step, below, at, above in TABLE
    for value, points in ((cut - step, below), (cut, at), (cut + step, above))
]


@pytest.mark.parametrize(("variable", "value", "points"), CUTOFFS)
@pytest.mark.parametrize("dtype", ["float64", "float32", "Float64", "object"])
def test_each_cutoff_of_fardet_2014_in_each_dtype(variable, value, points, dtype):
    row = hscore.score(pd.DataFrame([WELL | {variable: value}]).astype({variable: dtype})).iloc[0]
    assert row[variable] == row["total"] == points


@pytest.mark.parametrize(("variable", "below", "at", "above"), [
    ("hemoglobin", 9.1, 9.2, 9.3), ("white_cells", 4.9, 5.0, 5.1), ("platelets", 109, 110, 111),
])  # fmt: skip
def test_each_lineage_is_low_up_to_its_limit(variable, below, at, above):
    others = {"hemoglobin": 7.0, "white_cells": 1.0, "platelets": 20.0}
    points = [scored(**WELL | others | {variable: value})["cytopenias"] for value in (below, at, above)]
    assert points == [34, 34, 24]


@pytest.mark.parametrize(("low", "points"), [(0, 0), (1, 0), (2, 24), (3, 34)])
def test_cytopenias_count_from_two_lineages_on(low, points):
    lineages = dict(list({"hemoglobin": 9.2, "white_cells": 5.0, "platelets": 110.0}.items())[:low])
    assert scored(**WELL | lineages)["cytopenias"] == points


@pytest.mark.parametrize(("lineages", "low", "high"), [
    ({"hemoglobin": 13, "white_cells": 7}, 0, 0),
    ({"hemoglobin": 8, "white_cells": 7}, 0, 24),
    ({"hemoglobin": 8, "white_cells": 2}, 24, 34),
    ({"hemoglobin": 8}, 0, 34),
    ({}, 0, 34),
])  # fmt: skip
def test_missing_lineages_bound_the_cytopenias(lineages, low, high):
    missing = dict.fromkeys(["hemoglobin", "white_cells", "platelets"])
    row = scored(**WELL | missing | lineages)
    assert (row["low"], row["high"]) == (low, high)
    assert pd.isna(row["cytopenias"]) == (low != high)


@pytest.mark.parametrize(("liver", "spleen", "low", "high"), [
    ("no", "no", 0, 0), ("yes", "no", 23, 23), ("no", "yes", 23, 23), ("yes", "yes", 38, 38), ("yes", None, 23, 38),
    (None, "no", 0, 23), ("not_done", "not_done", 0, 38),
])  # fmt: skip
def test_organomegaly_is_one_organ_or_both(liver, spleen, low, high):
    row = scored(**WELL | {"hepatomegaly": liver, "splenomegaly": spleen})
    assert (row["low"], row["high"]) == (low, high)
    assert pd.isna(row["organomegaly"]) == (low != high)


@pytest.mark.parametrize(("variable", "item", "most"), [
    ("immunosuppression", "immunosuppression", 18), ("temperature", "temperature", 49), ("ferritin", "ferritin", 50),
    ("triglycerides", "triglycerides", 64), ("fibrinogen", "fibrinogen", 30), ("ast", "ast", 19),
    ("hemophagocytosis", "hemophagocytosis", 35),
])  # fmt: skip
def test_a_missing_item_counts_0_at_least_and_its_maximum_at_most(variable, item, most):
    row = scored(**WELL | {variable: None})
    assert pd.isna(row[item]) and pd.isna(row["total"]) and pd.isna(row["probability"])
    assert (row["low"], row["high"]) == (0, most)
    assert scored(**{k: v for k, v in WELL.items() if k != variable})["high"] == most


@pytest.mark.parametrize("answer", ["not_done", "not done", "pending", None])
def test_a_marrow_not_done_is_unknown_and_never_no(answer):
    assert pd.isna(scored(**WELL | {"hemophagocytosis": answer})["hemophagocytosis"])


LOW_3 = {"hemoglobin": 8.0, "white_cells": 2.0, "platelets": 30.0}
LOW_2 = LOW_3 | {"white_cells": 9.0}
LOW_1 = LOW_2 | {"platelets": 200.0}
BOTH = {"hepatomegaly": "yes", "splenomegaly": "yes"}
SPLEEN = {"hepatomegaly": "no", "splenomegaly": "yes"}


def blood(temperature, ferritin, triglycerides, fibrinogen, ast):
    return {"temperature": temperature, "ferritin": ferritin, "triglycerides": triglycerides, "fibrinogen": fibrinogen,
            "ast": ast}  # fmt: skip


def history(immunosuppression, hemophagocytosis):
    return {"immunosuppression": immunosuppression, "hemophagocytosis": hemophagocytosis}


EXAMPLES = [
    (history("no", "not_done") | blood(39.5, 12000, 4.2, 1.2, 120) | BOTH | LOW_3, 284, 319),
    (history("yes", "no") | blood(38.4, 2000, 1.5, 2.5, 30) | SPLEEN
     | {"hemoglobin": 9.2, "platelets": 110, "white_cells": 5.1}, 226, 226),
    (history("no", "no") | blood(38.3, 1999, 1.49, 2.51, 29) | LOW_1 | SPLEEN | {"splenomegaly": "no"}, 0, 0),
    (history(None, "pending") | blood(38.6, 3500, 2.0, 3.1, 45) | SPLEEN | LOW_2, 178, 231),
    (history("no", "no") | blood(38.0, 7000, 2.0, 2.0, 60) | SPLEEN | LOW_3, 200, 200),
    (history("no", "no") | blood(38.9, 9000, 3.0, 2.4, 80) | SPLEEN | LOW_1, 199, 199),
]  # fmt: skip


@pytest.mark.parametrize(("values", "low", "high"), EXAMPLES)
def test_worked_examples(values, low, high):
    row = scored(**values)
    assert (row["low"], row["high"]) == (low, high)
    assert pd.isna(row["total"]) if low != high else row["total"] == low


PRINTED = {100: 1, 110: 3, 120: 5, 130: 9, 140: 16, 150: 25, 160: 40, 170: 54, 180: 70, 190: 80, 200: 88, 210: 93,
           220: 96, 230: 98, 240: 99}  # fmt: skip


@pytest.mark.parametrize(("score", "percent"), PRINTED.items())
def test_the_printed_probabilities(score, percent):
    assert hscore.probability(score) == percent
    assert hscore.probability_label(score) == f"{percent} %"


@pytest.mark.parametrize(("score", "percent"), [(105, 2), (165, 47), (195, 84)])
def test_between_printed_scores_the_probability_lies_on_a_straight_line(score, percent):
    assert hscore.probability(score) == pytest.approx(percent)


@pytest.mark.parametrize(("score", "label"), [
    (0, "<1 %"), (90, "<1 %"), (99, "<1 %"), (241, ">99 %"), (250, ">99 %"), (337, ">99 %"), (pd.NA, ""), (np.nan, ""),
])  # fmt: skip
def test_beyond_the_printed_table_the_probability_is_an_inequality(score, label):
    assert hscore.probability_label(score) == label


def test_the_probability_stands_beside_a_complete_score():
    row = scored(**EXAMPLES[4][0])
    assert row["probability"] == 88
    assert scored(**WELL)["probability"] < 1 and scored(**WORST)["probability"] > 99


@pytest.mark.parametrize("values", [
    {"temperature": -1}, {"ferritin": np.inf}, {"ast": "30"}, {"immunosuppression": "maybe"}, {"hemophagocytosis": 2},
])  # fmt: skip
def test_what_cannot_be_is_refused_by_column(values):
    (column,) = values
    with pytest.raises(BadColumn, match=f"^{column}: "):
        scored(**WELL | values)


def test_points_are_whole_numbers_with_na_on_the_index_that_was_given():
    scores = hscore.score(pd.DataFrame([WELL, WORST | {"ast": None}], index=[5, 5]))
    assert list(scores) == [*ITEMS, "total", "low", "high", "probability"]
    assert [str(dtype) for dtype in scores.dtypes] == ["Int64"] * 12 + ["Float64"]
    assert scores.index.tolist() == [5, 5]
    assert len(hscore.score(pd.DataFrame())) == 0


def test_cutpoints_by_variable():
    assert hscore.CUTPOINTS["temperature"] == (38.4, 39.4)
    assert hscore.CUTPOINTS["hemoglobin"] == (9.2,)
    assert hscore.CUTPOINTS["ferritin"] == (2000, 6000)
    assert "10.1002/art.38690" in hscore.CITATION


LADDERS = {
    **dict.fromkeys(("immunosuppression", "hepatomegaly", "splenomegaly", "hemophagocytosis"), ("no", "yes")),
    "temperature": [36, 38.3, 38.4, 39.4, 39.5], "hemoglobin": [14, 9.3, 9.2, 6], "white_cells": [9, 5.1, 5, 0.1],
    "platelets": [300, 111, 110, 5], "ferritin": [100, 1999, 2000, 6000, 6001], "triglycerides": [1, 1.5, 4, 4.1],
    "fibrinogen": [4, 2.6, 2.5, 0.4], "ast": [10, 29, 30, 400],
}  # fmt: skip
PATIENTS = st.fixed_dictionaries({variable: st.sampled_from(ladder) for variable, ladder in LADDERS.items()})


@given(PATIENTS, st.sampled_from(sorted(LADDERS)), st.data())
def test_a_worse_value_never_lowers_the_score(values, variable, data):
    ladder = LADDERS[variable]
    worse = data.draw(st.sampled_from(ladder[ladder.index(values[variable]) :]))
    before, after = hscore.score(pd.DataFrame([values, values | {variable: worse}]))["total"]
    assert 0 <= before <= after <= 337


@given(PATIENTS, st.sets(st.sampled_from(sorted(LADDERS))))
def test_the_interval_encloses_every_completion_of_what_is_missing(values, missing):
    full, partial = hscore.score(pd.DataFrame([values, values | dict.fromkeys(missing)])).iloc
    assert partial["low"] <= full["total"] <= partial["high"]
    assert pd.isna(partial["total"]) == (partial["low"] != partial["high"])


@given(st.lists(PATIENTS, min_size=2, max_size=8), st.randoms())
def test_the_order_of_rows_does_not_matter(rows, random):
    patients = pd.DataFrame(rows)
    order = random.sample(range(len(rows)), len(rows))
    pd.testing.assert_frame_equal(hscore.score(patients.iloc[order]), hscore.score(patients).iloc[order])
