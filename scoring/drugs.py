"""The doses of a day as the scores read them: which empty box is no drug, and which is a question left open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.bands import Numbers, slack
from scoring.inputs import read

RARE = ("phenylephrine", "metaraminol", "angiotensin_ii", "milrinone", "levosimendan")  # have no box: an empty one is no drug
EmptyDose = Literal["no drug", "unknown"]


def doses(days: pd.DataFrame, agents: Iterable[str], empty_dose: EmptyDose) -> dict[str, Numbers]:
    """The dose of each agent, NaN where it is not known; a rare one is left out where the frame has no such column.

    With "no drug" an empty box is 0 where the circulation was charted: MAP is known, or a drug runs.
    """
    known = {agent: read(days, agent) for agent in agents if agent not in RARE or agent in days.columns}
    charted = np.full(len(days), empty_dose == "no drug")
    charted &= ~np.isnan(read(days, "map")) | np.logical_or.reduce([runs(dose) for dose in known.values()])
    return {
        agent: np.where(np.isnan(dose) & (charted | (agent in RARE)), 0.0, dose) for agent, dose in known.items()
    }


def runs(dose: Numbers) -> NDArray[np.bool_]:
    """A dose of 0 is no drug."""
    return dose > slack(0)
