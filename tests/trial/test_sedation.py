"""Of whom the sheet asks how the GCS was judged."""

import pytest

from trial.reading import Reading, State
from trial.sedation import asks_how_gcs_was_judged


def day(**told):
    return {code: Reading(State.MEASURED, choice=value) if isinstance(value, str) else Reading(State.MEASURED, float(value))
            for code, value in told.items()}  # fmt: skip


@pytest.mark.parametrize(("now", "last", "asked"), [
    ({}, {}, False),
    ({"rass": -1}, {}, True),
    ({"rass": 0}, {"rass": -4, "gcs_kind": "before_sedation"}, False),  # awake today
    ({"rass": 0, "ventilation": "invasive"}, {}, False),
    ({"ventilation": "invasive"}, {}, True),  # intubated, no RASS yet
    ({"ventilation": "none"}, {"ventilation": "invasive"}, False),
    ({}, {"ventilation": "invasive"}, True),
    ({"lipids": "yes"}, {}, True),
    ({}, {"rass": -3}, True),
    ({}, {"gcs_kind": "estimated"}, True),
    ({}, {"gcs_kind": "measured"}, False),
    ({"rass": 0, "gcs_kind": "measured"}, {}, True),  # what is on file stays in sight
])  # fmt: skip
def test_the_kind_of_judgement_is_asked_of_who_may_be_sedated(now, last, asked):
    assert asks_how_gcs_was_judged(day(**now), day(**last)) is asked
