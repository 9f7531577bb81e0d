"""The trial's SOFA: the worked examples under the options that the protocol chose."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from trial import protocol, schedule, sofa

SICK: dict[str, Any] = {"pao2": 68.0, "fio2": 0.5, "ventilation": "invasive", "platelets": 42.0, "bilirubin": 58.0, "map": 65.0,
                        "norepinephrine": 0.12, "gcs": 14.0, "creatinine": 185.0, "urine_output": 900.0}  # fmt: skip


def scored(**changed: Any) -> pd.Series:
    day = {code: value for code, value in (SICK | changed).items() if value is not None}
    return sofa.score(pd.DataFrame([day])).iloc[0]


def test_the_sick_patient_of_the_reference_scores_15() -> None:
    day = scored()
    assert [day[organ] for organ in sofa.ORGANS] == [3, 3, 2, 4, 1, 2]
    assert day["total"] == 15


@pytest.mark.parametrize(
    ("changed", "low", "high"),
    [
        ({"norepinephrine": 0.08}, 14, 14),
        ({"norepinephrine": None}, 12, 12),  # an empty dose is no drug: MAP 65 decides
        ({"norepinephrine": None, "map": None}, 11, 15),  # nothing of the circulation was charted
        ({"norepinephrine": 0.05, "vasopressin": 0.04}, 15, 15),  # 0.15 as norepinephrine equivalent
        ({"norepinephrine": None, "vasopressin": 0.03}, 14, 14),
        ({"ventilation": "hfnc"}, 14, 14),
        ({"ventilation": "cpap"}, 15, 15),
        ({"ventilation": None}, 14, 15),
        ({"ecmo": "yes"}, 16, 16),
        ({"rrt": "yes", "creatinine": 90.0}, 17, 17),
        ({"bilirubin": None}, 13, 17),
        ({"pao2": None, "spo2": 92.0}, 12, 16),  # SpO₂ does not stand in for PaO₂
    ],
)
def test_the_protocol_s_options_decide(changed: dict[str, Any], low: int, high: int) -> None:
    assert tuple(scored(**changed)[["low", "high"]]) == (low, high)


def test_the_options_are_those_that_the_protocol_names() -> None:
    assert (protocol.NONLISTED_AGENTS, protocol.EMPTY_DOSE) == ("nee", "no drug")
    assert (protocol.RRT_POINTS, protocol.ECMO_POINTS, protocol.SPO2_SURROGATE) == (4, 4, "")
    assert "hfnc" not in protocol.VENTILATORY_SUPPORT


def test_its_inputs_are_all_asked_at_a_visit_or_charted_when_they_run() -> None:
    when_it_runs = {"epinephrine", "dopamine", "dobutamine", "vasopressin", "ecmo"}
    assert set(sofa.INPUTS) - set(schedule.PANEL) == when_it_runs
