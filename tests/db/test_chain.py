"""The trail: one entry a verb, chained; what is changed below the app is found."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Connection, select, text

from db import begin, days, look, record, store, verify
from db.tables import APPEND_ONLY, bed, entry, value
from tests.db.cast import ANNE, LEA, at, change, included, measured, screened, today
from trial.errors import Impossible
from trial.reading import Reading, State

HARD_TO_KEEP = (0.1 + 0.2, 1e-17, 1e300, -0.0, 5e-324, 1 / 3, 123456789.123456789)


def walked(noted: str = "") -> verify.Walked:
    with look() as ward:
        return verify.walk(ward, noted)


def some_days() -> str:
    """Nine entries, with awkward values in them."""
    number = included()
    with begin() as ward:
        beyond = Reading(State.MEASURED, 100_000, None, ">", "> 100 000", "µg/L", "Roche “Elecsys”")
        changes = [
            change("ferritin", None, beyond, why="été, œdème, 漢字, \\ \" ' \x00 \n\t"),
            change("platelets", None, measured(45), sampled_at=at(0, 0, 0) - timedelta(days=1)),
            change("ventilation", None, Reading(State.MEASURED, choice="niv")),
        ]
        for one in changes:
            on = today() if one.sampled_at is None else today() - timedelta(days=1)
            days.record_values(ward, number, on, [one], by=LEA)
    return number


def below(change_it: Callable[[Connection], object]) -> None:
    """What somebody with the database's password can do: the guards off, the change, the guards on again."""
    with begin() as ward:
        if ward.dialect.name == "sqlite":
            for name in ward.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                ward.exec_driver_sql(f'DROP TRIGGER "{name}"')
            ward.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        else:
            for table in APPEND_ONLY:
                ward.exec_driver_sql(f'ALTER TABLE "{table}" DISABLE TRIGGER ALL')
        change_it(ward)


def test_an_untouched_store_is_whole(ward: str) -> None:
    some_days()
    found = walked()
    assert found.whole
    with look() as seen:
        assert found.entries == record.count(seen)
        assert found.head == seen.scalar(select(entry.c.chain).order_by(entry.c.id.desc()).limit(1))


def test_an_empty_store_is_whole(store: str) -> None:
    assert walked().whole


@pytest.mark.parametrize("number", HARD_TO_KEEP, ids=repr)
def test_a_number_comes_back_as_it_went_in(ward: str, number: float) -> None:
    patient = screened()
    row = {"patient": patient, "on_date": today(), "variable": "map", "state": "measured", "number": number}
    with begin() as opened:
        record.add(opened, "record_values", [(value, row)], by=LEA)
    with look() as seen:
        assert seen.scalar(select(value.c.number)) == number
    assert walked().whole


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 29, 0, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=2))),
        datetime(1999, 12, 31, 23, 59, 59, 1, tzinfo=UTC),
    ],
)
def test_a_moment_comes_back_as_it_went_in(ward: str, moment: datetime) -> None:
    row = {"patient": screened(), "on_date": today(), "variable": "map", "state": "pending", "sampled_at": moment}
    with begin() as opened:
        record.add(opened, "record_values", [(value, row)], by=LEA)
    with look() as seen:
        assert seen.scalar(select(value.c.sampled_at)) == moment
    assert walked().whole


def test_a_moment_without_a_time_zone_is_a_bug(ward: str) -> None:
    row = {"patient": screened(), "on_date": today(), "variable": "map", "state": "pending"}
    with pytest.raises(ValueError, match="time zone"), begin() as opened:
        record.add(opened, "record_values", [(value, row | {"sampled_at": datetime(2026, 1, 1)})], by=LEA)
    with pytest.raises(ValueError, match="no column"), begin() as opened:
        record.add(opened, "record_values", [(value, row | {"colour": "red"})], by=LEA)


def test_a_text_too_long_for_one_store_is_refused_by_both(ward: str) -> None:
    number = screened()
    with pytest.raises(Impossible, match="too long: 12"), begin() as opened:
        record.add(opened, "move_bed", [(bed, {"patient": number, "bed": "x" * 13})], by=LEA)


def test_the_same_story_makes_the_same_chain_on_both_stores() -> None:
    head = {
        "id": 1, "verb": "record_values", "by": "lea", "role": "nurse", "at": datetime(2026, 3, 2, 8, tzinfo=UTC),
        "why": "", "app": "0", "rules": "0", "token": None, "outcome": "",
    }  # fmt: skip
    line = ("value", {"entry": 1, "line": 1, "number": 0.1 + 0.2, "on_date": datetime(2026, 3, 2).date(), "why": None})
    made = record.chain("", head, [line])
    assert made == record.chain("", head | {"chain": "anything"}, [line])
    written = (
        '[{"app":"0","at":"2026-03-02T08:00:00.000000+00:00","by":"lea","id":1,"outcome":"","role":"nurse","rules":"0",'
        '"verb":"record_values","why":""},[["value",{"entry":1,"line":1,"number":0.30000000000000004,'
        '"on_date":"2026-03-02"}]]]'
    )
    assert made == record.hashlib.sha256(written.encode()).hexdigest()


TAMPERINGS: dict[str, tuple[str, str]] = {
    "a value changed": ("UPDATE value SET number = 46 WHERE variable = 'platelets'", r"^entry \d+ .* is not what"),
    "its author changed": ("UPDATE entry SET \"by\" = 'anne' WHERE verb = 'record_values'", r"by anne.* is not what"),
    "its moment changed": (
        "UPDATE entry SET at = (SELECT at FROM entry WHERE id = 1) WHERE id = 4", r"^entry 4 .* is not what",
    ),
    "its reason taken out": ("UPDATE value SET why = '' WHERE variable = 'ferritin'", "is not what"),
    "a value deleted": ("DELETE FROM value WHERE variable = 'platelets'", "is not what"),
    "a value moved to another patient": (
        "UPDATE value SET patient = '001-S0002' WHERE variable = 'platelets'", "is not what",
    ),
    "a value moved to another entry": (
        "UPDATE value SET entry = (SELECT max(id) FROM entry), line = 7 WHERE variable = 'ferritin'", "is not what",
    ),
    "a dose invented": (
        "INSERT INTO dose (entry, line, patient, day, slot, state) VALUES (4, 9, '001-S0001', 1, 'morning', 'missed')",
        r"^entry 4 .* is not what",
    ),
    "an account invented": (
        "INSERT INTO account (entry, line, login, name, role, site, active) "
        "VALUES (1, 2, 'eve', 'Eve', 'administrator', '', 1)",
        r"^entry 1 ",
    ),
    "a chain rewritten": ("UPDATE entry SET chain = 'x' WHERE id = 3", "^entry 3 "),
}  # fmt: skip


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_what_is_changed_below_the_app_is_found(ward: str, kind: str) -> None:
    statement, said = TAMPERINGS[kind]
    some_days()
    screened()
    assert walked().whole
    below(lambda opened: opened.execute(text(statement)))
    found = walked()
    assert not found.whole
    assert any(re.search(said, line) for line in found.broken)


def test_an_entry_taken_out_is_a_gap(ward: str) -> None:
    number = some_days()

    def take_out(opened: Connection) -> None:
        gone = opened.scalar(select(value.c.entry).where(value.c.variable == "platelets"))
        opened.execute(value.delete().where(value.c.entry == gone))
        opened.execute(entry.delete().where(entry.c.id == gone))

    below(take_out)
    assert any("missing" in line for line in walked().broken)
    assert number


def test_two_entries_that_changed_places_are_found(ward: str) -> None:
    some_days()

    def exchange(opened: Connection) -> None:
        where = value.c.variable.in_(["ferritin", "ventilation"])
        one, other = sorted(opened.scalars(select(value.c.entry).where(where)))
        opened.execute(value.update().where(value.c.entry == one).values(entry=other, line=2))
        opened.execute(value.update().where(value.c.entry == other, value.c.line == 1).values(entry=one))
        opened.execute(value.update().where(value.c.entry == other).values(line=1))

    below(exchange)
    assert len(walked().broken) == 2


def test_rows_without_their_entry_are_found(ward: str) -> None:
    some_days()
    orphan = "UPDATE value SET entry = 900 WHERE variable = 'ferritin'"
    if ward == "sqlite":  # from outside, where foreign keys are off
        below(lambda opened: None)
        outside = sqlite3.connect(str(store.engine().url.database))
        outside.execute(orphan)
        outside.commit()
        outside.close()
    else:
        below(lambda opened: opened.execute(text(orphan)))
    assert any("entry 900 is missing" in line for line in walked().broken)


def test_entries_cut_off_at_the_end_are_found_by_a_noted_head(ward: str) -> None:
    some_days()
    noted = walked().head
    assert walked(noted).whole
    screened()
    assert walked(noted).whole

    def cut(opened: Connection) -> None:
        last = opened.scalar(select(value.c.entry).where(value.c.variable == "ventilation"))
        for table in ("bed", "patient"):
            opened.execute(text(f"DELETE FROM {table} WHERE entry > {last}"))
        opened.execute(value.delete().where(value.c.entry == last))
        opened.execute(entry.delete().where(entry.c.id >= last))

    below(cut)
    assert walked().whole
    assert "noted head" in walked(noted).broken[-1]


def test_one_break_is_named_once(ward: str) -> None:
    some_days()
    below(lambda opened: opened.execute(text("UPDATE value SET number = 46 WHERE variable = 'platelets'")))
    assert len(walked().broken) == 1


def test_the_command_says_so_with_its_exit_code(ward: str, capsys: pytest.CaptureFixture[str]) -> None:
    some_days()
    assert verify.main([]) == 0
    assert f"whole, head {walked().head}" in capsys.readouterr().out
    below(lambda opened: opened.execute(text("UPDATE value SET number = 46 WHERE variable = 'platelets'")))
    assert verify.main([]) == 1
    said = capsys.readouterr().out
    assert "record_values by lea" in said
    assert "BROKEN" in said


def test_an_entry_says_which_app_and_rules_made_it(ward: str) -> None:
    screened()
    with look() as seen:
        made = seen.execute(select(entry).order_by(entry.c.id.desc()).limit(1)).one()
    assert (made.verb, made.by, made.role) == ("screen", ANNE.login, "pi")
    assert (made.app, made.rules) == (record.APP, record.RULES)
    assert datetime.now(UTC) - made.at < timedelta(minutes=1)
