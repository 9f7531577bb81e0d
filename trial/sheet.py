"""One person's sheet: what its boxes showed when it was opened, what was typed since, what that means.

The sheet is also the draft: it goes to the store as text at each keystroke that reaches the server, and a
reload, another device or a restarted server opens it again with the same token and the same `shown`, so that
a value saved by someone else in between is noticed.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace

from trial import corrections, entry
from trial.errors import NotUnderstood, TrialError, Unlikely, sentence
from trial.reading import KNOWN, Change, Reading, State
from trial.variables import variable

TOO_OLD = sentence("{variable}: it was not measured the day before, and a laboratory value serves for one day. Type it or mark "
                   "it not done.")  # fmt: skip
STRAY_UNIT = re.compile(r"\s*([<>]?\s*[0-9][0-9\s.,]*?)\s*([A-Za-zµμ°%][^\d]*)")  # a number and what looks like a unit


@dataclass(frozen=True)
class Box:
    """What stands in one box: a text or a choice, or a state that was tapped instead."""

    text: str = ""
    unit: str = ""
    state: str = ""  # empty: the text counts
    why: str = ""  # why an unlikely value is right, or a stored one is corrected


@dataclass(frozen=True)
class Understood:
    changes: tuple[Change, ...]
    errors: Mapping[str, TrialError]
    doubts: Mapping[str, Unlikely]  # unlikely and without a reason yet
    readings: Mapping[str, Reading]  # what the sheet would hold after saving: the live score reads it
    corrected: frozenset[str] = frozenset()  # variables of which a saved value is changed

    @property
    def unexplained(self) -> tuple[str, ...]:
        """Corrections without a reason yet."""
        return tuple(each.variable for each in self.changes if each.variable in self.corrected and not each.why)

    @property
    def open(self) -> tuple[str, ...]:
        """What keeps the sheet from being saved."""
        return tuple(dict.fromkeys((*self.errors, *self.doubts, *self.unexplained)))

    @property
    def can_be_saved(self) -> bool:
        return bool(self.changes) and not self.open


@dataclass(frozen=True)
class Sheet:
    token: str
    shown: Mapping[str, Reading] = field(default_factory=dict)
    typed: Mapping[str, Box] = field(default_factory=dict)

    @classmethod
    def opened(cls, shown: Mapping[str, Reading]) -> Sheet:
        return cls(secrets.token_hex(8), dict(shown))

    def box(self, code: str) -> Box:
        return self.typed.get(code) or as_box(self.shown.get(code))

    def with_box(self, code: str, box: Box) -> Sheet:
        """An emptied box of a stored value withdraws it; a unit chosen for an empty box waits for its number."""
        typed = {other: kept for other, kept in self.typed.items() if other != code}
        if _plain(code, box) != _plain(code, as_box(self.shown.get(code))):
            typed[code] = box
        return replace(self, typed=typed)

    def taking(self, code: str, theirs: Reading | None) -> Sheet:
        """The same sheet, knowing now what someone else saved under `code`."""
        shown = {other: known for other, known in self.shown.items() if other != code}
        return replace(self, shown=shown | ({code: theirs} if theirs else {}))

    def without(self, code: str) -> Sheet:
        return replace(self, typed={other: box for other, box in self.typed.items() if other != code})

    def missed(self, stored: Mapping[str, Reading]) -> tuple[str, ...]:
        """Codes whose stored value is no longer what this sheet showed."""
        return tuple(
            code
            for code in sorted({*self.shown, *stored})
            if _means(self.shown.get(code)) != _means(stored.get(code))
        )

    def refreshed(self, stored: Mapping[str, Reading]) -> Sheet:
        """With nothing typed, a sheet shows what is stored; with something typed it keeps what it showed."""
        return Sheet.opened(stored) if not self.typed and self.missed(stored) else self

    def understood(
        self, language: str, last: Mapping[str, Reading], salt: str = "base", stale: Collection[str] = ()
    ) -> Understood:
        """`last` is each variable's newest earlier value: for "as yesterday" and for slips of a factor of ten.

        `salt` is what the site's norepinephrine is labelled as: "base" or "tartrate". `stale`: variables whose earlier
        value is too old to be carried over.
        """
        changes, errors, doubts = [], {}, {}
        readings = dict(self.shown)
        for code, box in self.typed.items():
            try:
                if code in stale and box.state == State.CARRIED:
                    raise NotUnderstood(TOO_OLD, variable=code)
                now = read_box(code, box, language, salt, last.get(code), self.shown.get(code))
            except TrialError as error:
                errors[code] = error
                readings.pop(code, None)  # neither what was stored nor what cannot be read: unknown
                continue
            if now is None or _means(now) == _means(self.shown.get(code)):
                continue
            doubt = entry.doubt(code, now, last.get(code)) if now.state is State.MEASURED else None
            why = box.why.strip()
            if doubt and (not why or corrections.is_one_tap(why)):
                doubts[code] = doubt
            readings[code] = now
            changes.append(Change(code, self.shown.get(code), now, why))
        corrected = frozenset(each.variable for each in changes if corrections.is_correction(each.was, each.now))
        return Understood(tuple(changes), errors, doubts, readings, corrected)

    def as_text(self) -> dict[str, str]:
        """For the store of drafts: one string a box."""
        kept = {f"shown:{code}": json.dumps(asdict(reading)) for code, reading in self.shown.items()}
        kept |= {f"typed:{code}": json.dumps(asdict(box)) for code, box in self.typed.items()}
        return kept | {"token": self.token}

    @classmethod
    def from_text(cls, kept: Mapping[str, str]) -> Sheet | None:
        if "token" not in kept:
            return None
        shown, typed = {}, {}
        for key, text in kept.items():
            kind, _, code = key.partition(":")
            if kind == "shown":
                parts = json.loads(text)
                shown[code] = Reading(**{**parts, "state": State(parts["state"])})
            elif kind == "typed":
                typed[code] = Box(**json.loads(text))
        return cls(kept["token"], shown, typed)


def read_box(code: str, box: Box, language: str, salt: str, last: Reading | None, shown: Reading | None) -> Reading | None:
    """None: nothing typed, nothing stored."""
    if box.state == State.CARRIED:
        if last is None or last.state not in KNOWN:
            raise NotUnderstood("{variable}: there is no earlier value to carry over. Type it or mark it not done.",
                                variable=code)
        return replace(last, state=State.CARRIED)
    if box.state:
        return Reading(State(box.state))
    text, typed_unit = entry.split_unit(code, box.text)
    if not text.strip():
        return Reading(State.WITHDRAWN) if shown else None
    if variable(code).kind == "choice":
        return entry.choose(code, text)
    if not typed_unit and (stray := STRAY_UNIT.fullmatch(text)):
        text, typed_unit = stray[1], stray[2]  # refused by name: "not entered in torr"
    return entry.read(code, text, typed_unit or box.unit or variable(code).unit, language=language, salt=salt)


def as_box(reading: Reading | None) -> Box:
    if reading is None or reading.state is State.WITHDRAWN:
        return Box()
    if reading.state is State.MEASURED:
        return Box(reading.choice or reading.typed, reading.unit)
    return Box(state=str(reading.state))


def _plain(code: str, box: Box) -> tuple[str, str, str]:
    """What counts of a box. Of one with a tapped state or a choice the unit does not."""
    return (box.text, "" if box.state else box.unit or variable(code).unit, box.state)


def _means(reading: Reading | None) -> tuple[object, ...] | None:
    return None if reading is None or reading.state is State.WITHDRAWN else reading.means()
