"""Everyone who was screened, from the first look to the first dose: the counts of a CONSORT flow chart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from trial.eligibility import BY_NAME

OTHER = "other"  # a reason in words of its own


@dataclass(frozen=True)
class Flow:
    """Patients, but for `attempts`. A patient counts once, under the newest attempt."""

    screened: int
    attempts: int
    again: int  # screened more than once
    not_included: int
    reasons: tuple[tuple[str, int], ...]  # name of a criterion (E5) or OTHER, and of how many patients; most frequent first
    open: int
    included: int
    first_dose: int

    @property
    def waiting(self) -> int:
        """Included, the first dose not given."""
        return self.included - self.first_dose


def flow(log: pd.DataFrame, dosed: Collection[str]) -> Flow:
    """`log`: one row an attempt with number, attempt, decision and reasons. `dosed`: the numbers of who got a first dose."""
    newest = log.sort_values("attempt", kind="stable").drop_duplicates("number", keep="last")
    by_decision = newest.groupby("decision")["number"].agg(list)
    counts = Counter(newest["decision"])
    declined = newest.loc[newest["decision"] == "not_included", "reasons"]
    return Flow(
        screened=len(newest),
        attempts=len(log),
        again=int((log["number"].value_counts() > 1).sum()),
        not_included=counts["not_included"],
        reasons=_counted(Counter(kind for told in declined for kind in kinds(told))),
        open=counts["open"],
        included=counts["included"],
        first_dose=len(set(by_decision.get("included", [])) & set(dosed)),
    )


def reasons_of(told: str) -> list[str]:
    """The lines of what is stored, each once: the name of a criterion, or words."""
    return list(dict.fromkeys(line.strip() for line in told.splitlines() if line.strip()))


def kinds(told: str) -> set[str]:
    return {reason if reason in BY_NAME else OTHER for reason in reasons_of(told)}


def _counted(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    """The most frequent first; among equals in the registry's order, what is in words last."""
    order = [*BY_NAME, OTHER]
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], order.index(pair[0]))))
