"""The 56 planned doses: two a day for 28 days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trial.errors import sentence

SLOTS = ("morning", "evening")
STATES = ("given", "late", "held", "missed", "vomited")
TAKEN = ("given", "late", "vomited")  # these have a time, a route and an amount
ROUTES = (sentence("oral"), sentence("tube"))
REASONS = {  # offered by one tap; anything else can be typed
    "held": (sentence("cytopenia"), sentence("infection"), sentence("liver"), sentence("bleeding"),
             sentence("patient away"), sentence("physician's decision")),
    "missed": (sentence("forgotten"), sentence("drug not there"), sentence("patient away"), sentence("no tube")),
    "late": (sentence("patient away"), sentence("drug not there"), sentence("forgotten")),
    "vomited": (),
}


@dataclass(frozen=True)
class Dose:
    """One of the 56 as charted."""

    day: int
    slot: str
    state: str
    given_at: datetime | None = None  # aware
    route: str | None = None
    mg: float | None = None
    reason: str = ""

    @property
    def taken(self) -> bool:
        return self.state in TAKEN
