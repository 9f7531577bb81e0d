"""One entered value: known, unknown or not applicable, as it was typed and in the canonical unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    MEASURED = "measured"
    CARRIED = "carried"  # "as yesterday": never counts as measured at day 7
    NOT_DONE = "not_done"
    PENDING = "pending"
    NOT_APPLICABLE = "not_applicable"
    WITHDRAWN = "withdrawn"  # entered in error: reads as if nothing had been entered


KNOWN = (State.MEASURED, State.CARRIED)


@dataclass(frozen=True)
class Reading:
    state: State
    number: float | None = None  # in the variable's canonical unit
    choice: str | None = None  # of a variable with choices: "invasive", "yes"
    comparator: str = "="  # "<" and ">" are results beyond what the assay can tell
    typed: str = ""
    unit: str = ""  # the unit it was typed in
    assay: str = ""

    def means(self) -> tuple[object, ...]:
        """What must be the same for two readings to be the same value, however it was typed."""
        return (self.state, self.number, self.choice, self.comparator, self.assay)


@dataclass(frozen=True)
class Change:
    """What one person changed in one box: `was` is what the box showed them."""

    variable: str
    was: Reading | None
    now: Reading
    why: str = ""
    sampled_at: datetime | None = None  # aware; None is "the day's value" of the day sheet
