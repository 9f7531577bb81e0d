"""The tables themselves: each value lies in one band, and what the page draws is what the score gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import bands, hlh2004, hscore, sofa
from scoring.bands import Band, past, scale

SCALES = {
    (name, item.name, variable, when): item.of(variable, when)
    for name, table in (("si", sofa.under(sofa.SI)), ("conventional", sofa.CONVENTIONAL),
                        ("grissom", sofa.under(sofa.SI, sofa.Options(spo2="grissom"))),
                        ("rice", sofa.under(sofa.SI, sofa.Options(spo2="rice", nonlisted="fixed"))),
                        ("pandharipande", sofa.under(sofa.SI, sofa.Options(spo2="pandharipande"))), ("hscore", hscore.TABLE),
                        ("hlh", hlh2004.SI), ("hlh in mg/dL", hlh2004.CONVENTIONAL))
    for item in table.values()
    for variable, when in {(band.variable, band.when) for band in item.bands if not band.answer}
    if variable not in ("pao2_fio2", "spo2_fio2") or when
}  # fmt: skip
SCALES |= {("hscore", "lineage", lineage, ""): rows for lineage, rows in hscore.LINEAGES.items()}
SCALES |= {("hlh", "lineage", lineage, ""): rows for lineage, rows in hlh2004.LINEAGES.items()}
WHOLE = {"gcs", "enlarged_organs", "low_lineages"}


def near(rows):
    """Values on, around and between the cut-offs of a scale."""
    cuts = bands.cutpoints(rows)
    return [max(0.0, cut + step) for cut in cuts for step in (-1, -0.01, -1e-12, 0, 1e-12, 0.01, 1)]


@pytest.mark.parametrize("key", SCALES, ids="-".join)
def test_bands_cover_each_value_exactly_once_and_the_score_is_that_band(key):
    rows = SCALES[key]
    most = {"gcs": 15, "enlarged_organs": 2, "low_lineages": 3}.get(key[2])
    values = range({"gcs": 3}.get(key[2], 0), most + 1) if most else [*near(rows), 0.0, 1e6]
    for value in map(float, values):
        holding = [band for band in rows if band.holds(value)]
        assert len(holding) == 1, (value, holding)
        assert bands.score(np.array([value]), rows).low == holding[0].points


@given(st.sampled_from(sorted(key for key in SCALES if key[2] not in WHOLE)), st.floats(0, 1e5))
def test_any_value_lies_in_one_band(key, value):
    assert sum(band.holds(value) for band in SCALES[key]) == 1


@pytest.mark.parametrize(("row", "label"), [
    ("< 20", "< 20"), ("≥ 150", "≥ 150"), ("≥ 20 < 33", "20–<33"), ("≥ 38.4 ≤ 39.4", "38.4–39.4"),
    ("> 0 ≤ 0.1", ">0–0.1"), ("> 204", "> 204"), ("≤ 5", "≤ 5"),
])  # fmt: skip
def test_labels_are_signs_and_numbers(row, label):
    (band,) = scale("x", {1: row})
    assert band.label == label
    assert band.text(lambda number: f"{number:g}".replace(".", ",")) == label.replace(".", ",")


def test_the_table_is_drawn_cell_by_cell():
    respiration = sofa.under(sofa.SI)["respiration"]
    assert respiration.points == (0, 1, 2, 3, 4)
    assert [(band.label, band.when) for band in respiration.cell(2)] == [("200–<300", ""), ("< 200", "unsupported")]
    assert [(band.variable, band.label) for band in respiration.cell(4)] == [("pao2_fio2", "< 100"), ("ecmo", "yes")]
    assert [band.label for band in sofa.SI["cns"].bands] == ["≥ 15", "13–14", "10–12", "6–9", "< 6"]
    assert [band.label for band in hscore.TABLE["cytopenias"].bands] == ["0–1", "2", "3"]


def test_a_missing_value_lies_in_no_band():
    (band,) = scale("x", {1: "≥ 0"})
    assert not any(band.holds(missing) for missing in (None, np.nan, float("nan")))
    assert Band("rrt", 4, answer="yes").holds("yes") and Band("rrt", 4, answer="yes").holds(True)
    assert not any(Band("rrt", 4, answer="yes").holds(answer) for answer in ("no", False, None))


@pytest.mark.parametrize(("comparator", "points"), [("<", 4), ("=", 3), (">", 3)])
def test_a_censored_result_lies_just_past_its_limit(comparator, points):
    platelets = np.array([past(20, comparator)])
    assert bands.score(platelets, sofa.SI["coagulation"].bands).low == points
