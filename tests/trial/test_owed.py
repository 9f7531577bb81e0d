"""Consents that are owed: since when, and of whom they can still be asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from trial import schedule
from trial.owed import owed

TODAY = date(2026, 11, 25)


@dataclass(frozen=True)
class InTrial:
    number: str
    included_at: datetime | None = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # the 21st in Paris
    died_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def name(self) -> str:
        return self.number

    def day_of(self, moment: datetime) -> date:
        return schedule.ward_date(moment, "Europe/Paris")


def at(day: int) -> datetime:
    return datetime(2026, 11, day, 12, tzinfo=UTC)


def test_a_consent_is_owed_since_the_day_of_inclusion_at_the_site() -> None:
    (one,) = owed([InTrial("a")], TODAY)
    assert (one.since, one.days, one.can_be_asked) == (date(2026, 11, 21), 4, True)


def test_the_longest_owed_comes_first_and_the_dead_and_the_withdrawn_come_last() -> None:
    found = owed([InTrial("late", at(24)), InTrial("dead", at(1), died_at=at(3)), InTrial("early", at(10)),
                  InTrial("gone", at(2), withdrawn_at=at(4))], TODAY)  # fmt: skip
    assert [one.number for one in found] == ["early", "late", "dead", "gone"]
    assert [one.can_be_asked for one in found] == [True, True, False, False]
    assert found[2].died_on == date(2026, 11, 3) and found[3].withdrew_on == date(2026, 11, 4)


def test_who_is_not_included_owes_nothing() -> None:
    assert owed([InTrial("a", None)], TODAY) == []
