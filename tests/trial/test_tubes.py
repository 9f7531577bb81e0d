"""Which tube a value comes from: each value of a visit has one."""

from __future__ import annotations

import pytest

from trial import schedule, tubes


@pytest.mark.parametrize("code", [*schedule.PANEL, schedule.VITAL_STATUS])
def test_every_value_of_a_visit_comes_from_one_tube_or_one_look(code: str) -> None:
    assert len([source for source in tubes.SOURCES if code in source.variables]) == 1


def test_no_source_asks_for_what_no_visit_wants() -> None:
    asked = {code for visit in schedule.VISITS for code in visit.asks}
    assert {code for source in tubes.SOURCES for code in source.variables} <= asked


def test_values_of_one_tube_are_one_tube_in_the_order_of_the_round() -> None:
    found = tubes.sources(["gcs", "creatinine", "bilirubin", "platelets", "il6", "il2"])
    assert [source.code for source in found] == ["blood_count", "biochemistry", "cytokines", "gcs"]
    assert tubes.sources([]) == ()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_source_has_a_label_without_a_comma_since_labels_are_listed(language: str) -> None:
    labels = [source.label(language) for source in tubes.SOURCES]
    assert all(labels) and len(set(labels)) == len(labels)
    assert not any("," in label for label in labels)
