"""Under which rules a score was computed: the version of the rule set and the options chosen.

They travel with the scored frame (`attrs`), go into the record beside the score, and two scores are subtracted only
when they are the same: a change of rules between baseline and day 7 would look like a change of the patient.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd

VERSION = "2026.2"
KEY = "rules"


class DifferentRules(ValueError):
    """Two scores that were not computed under the same rules. `differing`: name of the option to both its values."""

    def __init__(self, one: Rules, other: Rules) -> None:
        self.one, self.other, self.differing = one, other, one.differing(other)
        told = "; ".join(f"{name}: {a!r} and {b!r}" for name, (a, b) in self.differing.items())
        super().__init__(f"not computed under the same rules ({told}): score both anew under one set of rules")


@dataclass(frozen=True)
class Rules:
    score: str
    options: Mapping[str, Any] = field(default_factory=dict)  # as JSON can say them
    version: str = VERSION

    @property
    def text(self) -> str:
        """One line of JSON, always the same for the same rules."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def of(cls, scored: pd.DataFrame | pd.Series[Any]) -> Rules:
        """The rules of a scored frame or of one of its rows. ValueError if it does not say."""
        if KEY not in scored.attrs:
            raise ValueError("the score does not say under which rules it was computed")
        return cls(**json.loads(scored.attrs[KEY]))

    def differing(self, other: Rules) -> dict[str, tuple[object, object]]:
        mine, theirs = ({"score": rules.score, "version": rules.version, **rules.options} for rules in (self, other))
        return {
            name: (mine.get(name), theirs.get(name)) for name in {**mine, **theirs} if mine.get(name) != theirs.get(name)
        }


def of_options(score: str, options: Any, **more: object) -> Rules:
    """`options`: the frozen dataclass of a score's named options."""
    plain = {name: list(one) if isinstance(one, tuple) else one for name, one in asdict(options).items()}
    return Rules(score, plain | more)


def stamp(scored: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """The same frame, saying its rules."""
    scored.attrs[KEY] = rules.text
    return scored


def must_be_same(one: Rules, other: Rules) -> None:
    """DifferentRules if they differ in the score, the version or an option."""
    if one.text != other.text:
        raise DifferentRules(one, other)


def fall(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """By how much the total fell, row by row of the index: `low` and `high` as Int64, positive when it fell.

    `before`, `after`: two frames of one score. DifferentRules unless both were computed under the same rules.
    """
    must_be_same(Rules.of(before), Rules.of(after))
    return pd.DataFrame({"low": before["low"] - after["high"], "high": before["high"] - after["low"]})
