"""Under which rules a score was computed: the version of the rule set and the options chosen.

They travel with the scored frame (`attrs`), go into the record beside the score, and two scores are subtracted only
when they are the same: a change of rules between baseline and day 7 would look like a change of the patient.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pandas as pd

VERSION = "2026.2"
KEY = "rules"


class DifferentRules(ValueError):
    """Two scores that were not computed under the same rules. `differing`: name of the option to both its values."""

    def __init__(self, one: Rules, other: Rules) -> None:
        self.one, self.other, self.differing = one, other, one.differing(other)
        told = "; ".join(f"{name}: {a!r} and {b!r}" for name, (a, b) in self.differing.items())
        super().__init__(f"not computed under the same rules ({told}): score both anew under one set of rules")


class UnknownOption(ValueError):
    """An option that has no such value."""


@dataclass(frozen=True)
class Choices:
    """Base of the scores' `Options`: refuses a value that an option does not have, rather than score by a default."""

    def __post_init__(self) -> None:
        for name, kind in get_type_hints(type(self)).items():
            known, value = get_args(kind), getattr(self, name)
            if kind is bool and not isinstance(value, bool):
                raise UnknownOption(f"{name}: {value!r} is neither True nor False")
            if get_origin(kind) is Literal and value not in known:
                raise UnknownOption(f"{name}: {value!r} is none of {', '.join(repr(one) for one in known)}")


@dataclass(frozen=True)
class Rules:
    score: str
    options: Mapping[str, Any] = field(default_factory=dict)  # as JSON can say them
    version: str = VERSION

    @cached_property
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


def column_of(cutoffs: Mapping[str, Any], **published: Mapping[str, Any]) -> str:
    """Which of the published columns of cut-offs these are; any other table is named after its content."""
    for name, column in published.items():
        if cutoffs is column or cutoffs == column:
            return name
    return f"own {sha256(repr(cutoffs).encode()).hexdigest()[:8]}"


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
