"""The primary endpoint: alive on day 7 with a SOFA at least 3 points lower than at baseline.

One patient, one decision, from the worst case and the best case of what is missing: an organ that nobody
measured can be 0 or 4. What the registry leaves open is in `Rule`, the trial's choices being its defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import pandas as pd

from scoring.rules import Rules
from trial import protocol
from trial.errors import DifferentRules, sentence
from trial.schedule import date_of, study_day

State = Literal["success", "failure", "undetermined", "pending"]

ORGANS = {  # organ of the score: the word that a sentence says
    "respiration": sentence("respiration"),
    "coagulation": sentence("coagulation"),
    "liver": sentence("liver"),
    "cardiovascular": sentence("circulation"),
    "cns": sentence("consciousness"),
    "renal": sentence("kidney"),
}
WORST = 4

DIFFERENT_KINDS = "different_gcs_kinds"
DAY_NOT_OVER = "day_not_over"
WITHDRAWN = "withdrawn"
LOST = "lost"
DISCHARGED = "discharged"
CARE_LIMITED = "care_limited"
FLAGS = {
    DIFFERENT_KINDS: sentence("The GCS was judged otherwise at baseline than on day 7: it may explain the change."),
    DAY_NOT_OVER: sentence("Day 7 is not over: a worse value or a death until midnight changes this."),
    WITHDRAWN: sentence("Consent was withdrawn before day 7."),
    LOST: sentence("Lost to follow-up before day 7."),
    DISCHARGED: sentence("Discharged from the ICU before day 7."),
    CARE_LIMITED: sentence("Care was limited after inclusion."),
}

DIED = sentence("Died on day {day}; the endpoint asks to be alive on day {limit}.")
NOT_REACHED = sentence("Day {limit} is on {on}.")
WITHDREW = sentence("Consent withdrawn on day {day}, before day {limit}: counted as a failure.")
WAS_LOST = sentence("Lost to follow-up on day {day}, before day {limit}: counted as a failure.")
LEFT_OPEN = sentence("No longer followed from day {day} on, before day {limit}: nothing decides.")
FELL = sentence("SOFA fell by {delta} (from {base} to {day7}); the endpoint asks for {drop} or more.")
UNCHANGED = sentence("SOFA is unchanged at {day7}; the endpoint asks for a fall of {drop} or more.")
ROSE = sentence("SOFA rose by {rise} (from {base} to {day7}); the endpoint asks for a fall of {drop} or more.")
IN_EVERY_CASE = sentence(
    "{drop} points or more in every case: the fall is {low} to {high}, {organs} missing."
)
IN_NO_CASE = sentence(
    "Fewer than {drop} points in every case: the fall is {low} to {high}, {organs} missing."
)
DEPENDS_ON_DAY_7 = sentence("A fall of {drop} or more depends on {organs} of day {limit}.")
DEPENDS_ON_BASELINE = sentence("A fall of {drop} or more depends on {organs} of the baseline.")
DEPENDS_ON_BOTH = sentence(
    "A fall of {drop} or more depends on {base_organs} of the baseline and {organs} of day {limit}."
)
NO_SOFA = sentence("No SOFA of day {limit}: nothing decides.")
TO_COLLECT = sentence("Discharged on day {day}: collect the SOFA of day {limit} where the patient is.")
NOT_COLLECTED = sentence("Discharged on day {day} without a SOFA of day {limit}: nothing decides.")
ASSUMED = sentence("Discharged alive on day {day}: assumed to be a success.")
CARRIED_FORWARD = sentence(
    "Discharged on day {day}, last SOFA carried forward: from {base} to {day7}; the endpoint asks for a fall of {drop}."
)


@dataclass(frozen=True)
class SofaPoints:
    """Points 0-4 of the six organs as measured that day; None or absent is not measured."""

    organs: Mapping[str, int | None]
    gcs_kind: str | None = None
    bounds: tuple[int, int] | None = None  # of the total, where an organ is partly known: 2 or 3, not 0 to 4
    rules: Rules | None = None  # under which it was scored

    def __post_init__(self) -> None:
        for organ, points in self.organs.items():
            if organ not in ORGANS:
                raise ValueError(f"no organ of the SOFA: {organ}")
            if points is not None and not 0 <= points <= WORST:
                raise ValueError(f"{organ} cannot score {points}")
        if self.bounds and not self._least <= self.bounds[0] <= self.bounds[1] <= self._most:
            raise ValueError(f"the organs do not add up to {self.bounds}")

    @classmethod
    def of(cls, row: Mapping[str, Any] | pd.Series, gcs_kind: object = None) -> SofaPoints:
        """From one row of trial.sofa.score, where NA is not measured. ValueError if it does not say its rules."""
        organs = {organ: None if pd.isna(row[organ]) else int(row[organ]) for organ in ORGANS}
        kind = str(gcs_kind) if isinstance(gcs_kind, str) else None
        rules = Rules.of(row) if isinstance(row, pd.Series) else None
        return cls(organs, kind, (int(row["low"]), int(row["high"])), rules)

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(organ for organ in ORGANS if self.organs.get(organ) is None)

    @property
    def low(self) -> int:
        return self.bounds[0] if self.bounds else self._least

    @property
    def high(self) -> int:
        return self.bounds[1] if self.bounds else self._most

    @property
    def _least(self) -> int:
        return sum(points for points in self.organs.values() if points is not None)

    @property
    def _most(self) -> int:
        return self._least + WORST * len(self.missing)


NOTHING = SofaPoints({})


@dataclass(frozen=True)
class Rule:
    """How the open cases count: the protocol's choice, or another one to see what it changes."""

    death_on_day_7: str = protocol.D7_DEATH_SAME_DAY  # failure, by_sofa
    discharged: str = protocol.D7_DISCHARGED  # collect, undetermined, locf, assume_success
    lost: str = protocol.D7_LOST  # failure, undetermined


@dataclass(frozen=True)
class Day7:
    """`delta_low` to `delta_high` is the fall of the SOFA, positive when the patient is better; None where no SOFA
    decides. `common` is the fall over the organs known at both times: information, never the endpoint."""

    state: State
    delta_low: int | None
    delta_high: int | None
    reason: str
    facts: Mapping[str, object]
    flags: tuple[str, ...] = ()
    common: int | None = None
    missing_base: tuple[str, ...] = ()
    missing_day7: tuple[str, ...] = ()


def day7(
    base: SofaPoints | None,
    day7: SofaPoints | None,
    *,
    day_1: date,
    today: date,
    died_on: date | None = None,
    discharged_on: date | None = None,
    withdrawn_on: date | None = None,
    lost_on: date | None = None,
    care_limited_on: date | None = None,
    last: SofaPoints | None = None,
    rule: Rule | None = None,
) -> Day7:
    """One patient's endpoint. `base` and `day7` hold measured points only, none carried over from another day.

    `last` is the last SOFA before discharge, used by the rule "locf" alone. Dates are calendar days at the site.
    """
    rule = rule or Rule()
    limit = date_of(protocol.RESPONSE_DAY, day_1)
    flags = _flags(base, day7, limit, today, discharged_on, withdrawn_on, lost_on, care_limited_on)
    if _dead_by(died_on, limit, rule):
        return _settled("failure", DIED, died_on, day_1, flags)
    if today < limit:
        return Day7("pending", None, None, NOT_REACHED, {"limit": protocol.RESPONSE_DAY, "on": limit}, flags)
    for left_on, reason in ((withdrawn_on, WITHDREW), (lost_on, WAS_LOST)):
        if left_on is not None and left_on < limit:
            if rule.lost == "failure":
                return _settled("failure", reason, left_on, day_1, flags)
            return _settled("undetermined", LEFT_OPEN, left_on, day_1, flags)
    judged = judge(base or NOTHING, day7 or NOTHING, flags)
    unscored = day7 is None or day7.missing == tuple(ORGANS)
    if judged.state != "undetermined" or not unscored:
        return judged
    if discharged_on is not None and discharged_on < limit:
        return _discharged(judged, base, last, discharged_on, day_1, rule)
    return _with(judged, "undetermined", NO_SOFA, {"limit": protocol.RESPONSE_DAY})


def judge(base: SofaPoints, day7: SofaPoints, flags: tuple[str, ...] = ()) -> Day7:
    """The fall of the SOFA of someone alive on day 7, whatever the missing organs are worth.

    DifferentRules if the two were not scored under the same version and options: one point may be the rules' doing.
    """
    _must_be_comparable(base.rules, day7.rules)
    low, high = base.low - day7.high, base.high - day7.low
    drop = protocol.RESPONSE_DROP
    state: State = "success" if low >= drop else "failure" if high < drop else "undetermined"
    reason, facts = _why(state, base, day7, low, high)
    return Day7(state, low, high, reason, facts, flags, _common(base, day7), base.missing, day7.missing)


def _must_be_comparable(one: Rules | None, other: Rules | None) -> None:
    if one and other and (differing := one.differing(other)):
        told = "; ".join(f"{name}: {before} / {after}" for name, (before, after) in differing.items())
        raise DifferentRules(
            "The SOFA of the baseline and of day {limit} were scored under different rules ({rules}): no difference is made "
            "of them. Score both anew under one set of rules.", limit=protocol.RESPONSE_DAY, rules=told)  # fmt: skip


def _why(state: State, base: SofaPoints, day7: SofaPoints, low: int, high: int) -> tuple[str, dict[str, object]]:
    drop, limit = protocol.RESPONSE_DROP, protocol.RESPONSE_DAY
    if not base.missing and not day7.missing:
        facts: dict[str, object] = {"delta": low, "rise": -low, "base": base.low, "day7": day7.low, "drop": drop}
        return (FELL if low > 0 else UNCHANGED if low == 0 else ROSE), facts
    if state != "undetermined":
        either = tuple(organ for organ in ORGANS if organ in base.missing or organ in day7.missing)
        facts = {"drop": drop, "low": low, "high": high, "organs": _words(either)}
        return (IN_EVERY_CASE if state == "success" else IN_NO_CASE), facts
    facts = {"drop": drop, "limit": limit, "low": low, "high": high}
    if not day7.missing:
        return DEPENDS_ON_BASELINE, facts | {"organs": _words(base.missing)}
    if not base.missing:
        return DEPENDS_ON_DAY_7, facts | {"organs": _words(day7.missing)}
    return DEPENDS_ON_BOTH, facts | {"base_organs": _words(base.missing), "organs": _words(day7.missing)}


def _discharged(
    judged: Day7, base: SofaPoints | None, last: SofaPoints | None, discharged_on: date, day_1: date, rule: Rule
) -> Day7:
    facts: dict[str, object] = {"day": study_day(discharged_on, day_1), "limit": protocol.RESPONSE_DAY}
    if rule.discharged == "assume_success":
        return _with(judged, "success", ASSUMED, facts)
    if rule.discharged == "locf" and base is not None and last is not None:
        carried = judge(base, last, judged.flags)
        if carried.missing_base or carried.missing_day7:
            return carried
        ends: dict[str, object] = {"base": base.low, "day7": last.low, "drop": protocol.RESPONSE_DROP}
        return _with(carried, carried.state, CARRIED_FORWARD, facts | ends)
    return _with(judged, "undetermined", TO_COLLECT if rule.discharged == "collect" else NOT_COLLECTED, facts)


def _with(judged: Day7, state: State, reason: str, facts: Mapping[str, object]) -> Day7:
    return replace(judged, state=state, reason=reason, facts=facts)


def _settled(state: State, reason: str, on: date | None, day_1: date, flags: tuple[str, ...]) -> Day7:
    assert on is not None
    facts = {"day": study_day(on, day_1), "limit": protocol.RESPONSE_DAY}
    return Day7(state, None, None, reason, facts, flags)


def _dead_by(died_on: date | None, limit: date, rule: Rule) -> bool:
    if died_on is None:
        return False
    return died_on <= limit if rule.death_on_day_7 == "failure" else died_on < limit


def _flags(
    base: SofaPoints | None,
    day7: SofaPoints | None,
    limit: date,
    today: date,
    discharged_on: date | None,
    withdrawn_on: date | None,
    lost_on: date | None,
    care_limited_on: date | None,
) -> tuple[str, ...]:
    raised = {
        DIFFERENT_KINDS: _kinds_differ(base, day7),
        DAY_NOT_OVER: today == limit,
        WITHDRAWN: withdrawn_on is not None and withdrawn_on < limit,
        LOST: lost_on is not None and lost_on < limit,
        DISCHARGED: discharged_on is not None and discharged_on < limit,
        CARE_LIMITED: care_limited_on is not None and care_limited_on <= limit,
    }
    return tuple(flag for flag, up in raised.items() if up)


def _kinds_differ(base: SofaPoints | None, day7: SofaPoints | None) -> bool:
    if base is None or day7 is None or base.gcs_kind is None or day7.gcs_kind is None:
        return False
    return base.gcs_kind != day7.gcs_kind


def _common(base: SofaPoints, day7: SofaPoints) -> int | None:
    pairs = [(base.organs.get(organ), day7.organs.get(organ)) for organ in ORGANS]
    known = [before - after for before, after in pairs if before is not None and after is not None]
    return sum(known) if known else None


def _words(organs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(ORGANS[organ] for organ in organs)
