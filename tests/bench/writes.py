"""Saves a second: a day sheet of twelve values through the verb, one durable transaction each."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

from sqlalchemy import text

import db
from db import days, demo, patients, store
from trial import schedule
from trial.reading import Change, Reading, State
from trial.variables import variable

SECONDS = 2.5
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
SHEET = {
    "temperature": 38.2, "map": 71, "pao2": 84, "fio2": 0.4, "norepinephrine": 0.12, "gcs": 14, "creatinine": 141,
    "urine_output": 1450, "platelets": 61, "bilirubin": 37, "hemoglobin": 8.4, "ferritin": 8400,
}  # fmt: skip


def saves_a_second(people: int) -> float:
    """So many people at once, each on a patient of their own, in the store that is in use."""
    with db.look() as ward:
        on_file = patients.all_patients(ward, sees=demo.ANNE).dropna(subset="study_number")
    chosen = on_file["number"].iloc[:people].tolist()
    saved = [0] * people
    begun = time.perf_counter()
    writers = [threading.Thread(target=_save, args=(number, saved, place, begun)) for place, number in enumerate(chosen)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return sum(saved) / (time.perf_counter() - begun)


def make_durable() -> None:
    """The Postgres of the tests does not wait for the disk: a test's database need not survive a power cut."""
    with store.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as server:
        for setting in DURABLE:
            server.execute(text(f"ALTER SYSTEM SET {setting} = on"))
        server.execute(text("SELECT pg_reload_conf()"))
    close()
    while not is_durable():
        time.sleep(0.1)


def is_durable() -> bool:
    """Whether a commit waits for the disk."""
    with db.look() as ward:
        if ward.dialect.name == "sqlite":
            return ward.scalar(text("PRAGMA synchronous")) == 2
        return {ward.scalar(text(f"SHOW {setting}")) for setting in DURABLE} == {"on"}


def close() -> None:
    store.engine().dispose()


def _save(number: str, saved: list[int], place: int, begun: float) -> None:
    with db.look() as ward:
        on = schedule.date_of(2, patients.find(ward, number, sees=demo.ANNE).arrived_on)
        shown: dict[str, Reading] = dict(days.shown(ward, number, on))
    turn = 0
    while time.perf_counter() - begun < SECONDS:
        turn += 1
        changes = [Change(code, shown.get(code), _reading(code, usual, turn)) for code, usual in SHEET.items()]
        with db.begin() as ward:
            days.record_values(ward, number, on, changes, by=demo.LEA, token=f"{number} {turn}")
        shown |= {change.variable: change.now for change in changes}
        saved[place] += 1


def _reading(code: str, usual: float, turn: int) -> Reading:
    known = variable(code)
    number = usual + (turn % 2) * 10**-known.decimals
    reading = Reading(State.MEASURED, round(number, known.decimals), unit=known.unit)
    return replace(reading, typed=f"{reading.number:.{known.decimals}f}")
