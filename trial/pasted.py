"""Several days pasted from a spreadsheet: which value of which day each cell is. Nothing is dropped in silence.

One side of the table names variables, the other days. A row or column that names neither is told, a cell that cannot be
read keeps its sentence. Values go through the same reading, units and limits as typed ones (trial.entry).
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from scoring import units
from trial import corrections, entry, schedule
from trial.errors import Impossible, NotUnderstood, TrialError, Unlikely
from trial.layouts import JAKAHDI_LONG, fold
from trial.reading import KNOWN, Reading, State
from trial.variables import CHOICE_LABELS, Variable, variable

MOST_CELLS = 20_000
NAMES = {**JAKAHDI_LONG.tests, "pa02": "pao2", "noradrenaline": "norepinephrine", "nad": "norepinephrine", "t°": "temperature",
         "fc": "heart_rate", "glasgow": "gcs", "plq": "platelets"}  # fmt: skip
LONGEST_NAME = max(len(name.split(" ")) for name in NAMES)
STATES = {"nf": State.NOT_DONE, "non fait": State.NOT_DONE, "not done": State.NOT_DONE, "nd": State.NOT_DONE,
          "en attente": State.PENDING, "en cours": State.PENDING, "pending": State.PENDING}  # fmt: skip
EMPTY = re.compile(r"[\s.…–—-]*|na|n/a|#n/a", re.IGNORECASE)
STUDY_DAY = re.compile(r"(?:j|d|jour|day)?[ .]?(\d{1,3})", re.IGNORECASE)
DATE = re.compile(r"(?:[^\W\d]+\.? )?(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?(?: \d{1,2}[:h]\d{2}(?::\d{2})?)?")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
WRITTEN = re.compile(r"(\d{1,2})[ -]([^\W\d]{3,9})\.?(?:[ -](\d{4}|\d{2}))?")
MONTHS = {
    month: place
    for names in ("janv fevr mars avr mai juin juil aout sept oct nov dec", "jan feb mar apr may jun jul aug sep oct nov dec")
    for place, month in enumerate(names.split(), 1)
}  # fmt: skip
UNIT = re.compile(r"(.*?)\s*[(\[]([^()\[\]]*)[)\]]")


class Place(NamedTuple):
    """In the table as it was pasted; the first row and column are 1."""

    row: int
    column: int


PlaceOf = Callable[[int, int], Place]


@dataclass(frozen=True)
class Cell:
    """One filled cell: what was understood of it, or why not."""

    place: Place
    text: str
    code: str
    on: date
    reading: Reading | None = None
    error: TrialError | None = None
    doubt: Unlikely | None = None
    stored: Reading | None = None  # what is on file for the day

    @property
    def same(self) -> bool:
        return bool(self.reading and self.stored and self.reading.means() == self.stored.means())

    @property
    def differs(self) -> bool:
        """On file is something else: kept, unless the person says otherwise."""
        return self.reading is not None and not self.same and corrections.is_correction(self.stored, self.reading)


@dataclass(frozen=True)
class Unread:
    """A row or column of which nothing was read, with the sentence that says why."""

    place: Place
    text: str
    error: TrialError


@dataclass(frozen=True)
class Pasted:
    days: tuple[date, ...]
    cells: tuple[Cell, ...]
    unread: tuple[Unread, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """In the order of the paste."""
        return tuple(dict.fromkeys(cell.code for cell in self.cells))


@dataclass(frozen=True)
class Stay:
    """What a day may be: of whom the table is."""

    today: date
    earliest: date
    day_1: date | None = None  # None: not included, and a study day means nothing
    latest: date | None = None  # the day of death

    def check(self, on: date) -> date:
        if on > self.today:
            raise Impossible("{day} has not come yet. Check the date.", day=on)
        if on < self.earliest:
            raise Impossible("{day} is too long before the arrival in intensive care. Check the date.", day=on)
        if self.latest and on > self.latest:
            raise Impossible("{day} is after the death, {died}. Check the date.", day=on, died=self.latest)
        return on


def read(text: str, stay: Stay, *, stored: Mapping[tuple[date, str], Reading] | None = None, salt: str = "base") -> Pasted:
    """The whole table. `stored`: the values of the days on file. Raises NotUnderstood where it is no table of days."""
    table = _table(text)
    on_file = stored or {}
    down = _days_go_down(table)
    if down:
        table = [list(column) for column in zip(*table, strict=True)]

    def at(row: int, column: int) -> Place:
        return Place(column + 1, row + 1) if down else Place(row + 1, column + 1)

    unread: list[Unread] = []
    days = _days(table[0], stay, unread, at)
    rows = _variables([row[0] for row in table], unread, at)
    cells = []
    for row, (code, unit) in rows.items():
        for column, on in days.items():
            if not EMPTY.fullmatch(table[row][column]):
                cell = Cell(at(row, column), table[row][column], code, on, stored=on_file.get((on, code)))
                cells.append(_understood(cell, unit, salt))
    for row in range(1, len(table)):
        unread += _stray(row, table, at)
    return Pasted(tuple(sorted(days.values())), tuple(_doubted(cells, on_file)), tuple(unread))


def _table(text: str) -> list[list[str]]:
    """Rows of the same length, without the empty ones at the end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    separator = "\t" if "\t" in text else ";"
    if separator not in text:
        raise NotUnderstood("This is no table: no cell is separated by a tab or a semicolon. Copy the cells of the spreadsheet, "
                            "with the row of the days and the column of the variables.")  # fmt: skip
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:  # a stray quotation mark is a sign like any other
        rows = [line.split(separator) for line in text.split("\n")]
    rows = [[entry.SPACES.sub(" ", cell.replace("\n", " ")).strip() for cell in row] for row in rows]
    while rows and not any(rows[-1]):
        rows.pop()
    rows = rows[next((place for place, row in enumerate(rows) if any(row)), 0):]
    wide = max(len(row) for row in rows) if rows else 0
    if len(rows) < 2 or wide < 2:
        raise NotUnderstood("The table needs a row of days and a column of variables, or the other way round.")
    if len(rows) * wide > MOST_CELLS:
        raise NotUnderstood("The table has {cells} cells, more than {most}. Paste it in parts.", cells=len(rows) * wide,
                            most=MOST_CELLS)  # fmt: skip
    if len(rows[0]) < wide and _looks_like_a_day(rows[0][0]):
        rows[0] = ["", *rows[0]]  # the empty corner is easily lost
    return [row + [""] * (wide - len(row)) for row in rows]


def _days_go_down(table: list[list[str]]) -> bool:
    """Days are named in the first column rather than in the first row."""
    across, down = table[0][1:], [row[0] for row in table[1:]]
    named_across, named_down = (sum(map(_looks_like_a_day, names)) for names in (across, down))
    if not named_across and not named_down:
        raise NotUnderstood("No day was found in the first row or the first column: write 12/03/2026, 12/03 or J3.")
    if named_across == named_down:
        return not any(_name_of(name) for name in down)
    return named_down > named_across


def _looks_like_a_day(text: str) -> bool:
    return bool(text) and any(pattern.fullmatch(text) for pattern in (STUDY_DAY, DATE, ISO, WRITTEN))


def _days(header: list[str], stay: Stay, unread: list[Unread], at: PlaceOf) -> dict[int, date]:
    found: dict[int, date] = {}
    for column, text in enumerate(header[1:], 1):
        if not text:
            continue
        try:
            on = stay.check(day_of(text, stay))
            if on in found.values():
                raise NotUnderstood("{day} stands there twice. Keep one.", day=on)
            found[column] = on
        except TrialError as error:
            unread.append(Unread(at(0, column), text, error))
    return found


def day_of(text: str, stay: Stay) -> date:
    """A date, a date without its year (the latest that has come), or a study day."""
    try:
        if iso := ISO.fullmatch(text):
            return date(*map(int, iso.groups()))
        if dated := DATE.fullmatch(text):
            return _dated(int(dated[1]), int(dated[2]), dated[3], stay)
        if (written := WRITTEN.fullmatch(text)) and (month := _month(written[2])):
            return _dated(int(written[1]), month, written[3], stay)
    except ValueError:
        raise NotUnderstood("“{text}” is no date. Write 12/03/2026.", text=text) from None
    if counted := STUDY_DAY.fullmatch(text):
        if stay.day_1 is None:
            raise NotUnderstood("“{text}”: the patient is not included, so there is no study day. Write a date.", text=text)
        return schedule.date_of(int(counted[1]), stay.day_1)
    raise NotUnderstood("“{text}” is no day. Write 12/03/2026, 12/03 or J3.", text=text)


def _month(name: str) -> int | None:
    folded = fold(name)
    return next((place for month, place in MONTHS.items() if folded.startswith(month) or month.startswith(folded)), None)


def _dated(day: int, month: int, year: str | None, stay: Stay) -> date:
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    if (day, month) == (29, 2):
        return date(max(each for each in range(stay.today.year - 4, stay.today.year + 1) if each % 4 == 0), month, day)
    this_year = date(stay.today.year, month, day)
    return this_year if this_year <= stay.today else date(stay.today.year - 1, month, day)


def _variables(names: list[str], unread: list[Unread], at: PlaceOf) -> dict[int, tuple[str, str]]:
    """The code and the unit of each row that names a variable."""
    found: dict[int, tuple[str, str]] = {}
    for row, text in enumerate(names[1:], 1):
        if not text:
            continue
        try:
            code, unit = _named(text)
            if code in (known for known, _ in found.values()):
                raise NotUnderstood("{variable} stands there twice. Keep one.", variable=code)
            found[row] = (code, unit)
        except TrialError as error:
            unread.append(Unread(at(row, 0), text, error))
    return found


def _named(text: str) -> tuple[str, str]:
    """"Bilirubine (mg/L)", "Ferritine µg/L", "hemoglobin" are a code and a unit; empty: the usual one."""
    bracketed = UNIT.fullmatch(text)
    name, unit = (bracketed[1], bracketed[2]) if bracketed else (text, "")
    code, rest = _name_of(text) or _name_of(name) or ("", "")
    if not code:
        raise NotUnderstood("“{text}” is not in the catalogue.", text=text)
    unit = rest or (unit if not NAMES.get(fold(text)) else "")
    if not unit:
        return code, ""
    known = variable(code)
    try:
        return code, units.recognise(code, unit)
    except units.UnknownUnit:
        raise NotUnderstood("{variable} is not entered in {unit}. Choose one of: {units}.", variable=code, unit=unit,
                            units=", ".join(known.units)) from None  # fmt: skip


def _name_of(text: str) -> tuple[str, str] | None:
    """The longest beginning that is a name of the catalogue, and what follows it."""
    words = text.rstrip(" :").split(" ")
    for cut in range(min(len(words), LONGEST_NAME), 0, -1):
        if code := NAMES.get(fold(" ".join(words[:cut])).rstrip(" :,")):
            rest = " ".join(words[cut:]).strip("()[]: ")
            return code, rest
    return None


def _understood(cell: Cell, unit: str, salt: str) -> Cell:
    known = variable(cell.code)
    try:
        if state := STATES.get(fold(cell.text)):
            return replace(cell, reading=Reading(state))
        if known.kind == "choice":
            return replace(cell, reading=entry.choose(cell.code, _choice(known, cell.text)))
        text, own = entry.split_unit(cell.code, cell.text)
        return replace(cell, reading=entry.read(cell.code, text, own or unit or known.unit, salt=salt))
    except TrialError as error:
        return replace(cell, error=error)


def _choice(known: Variable, text: str) -> str:
    words = {fold(name): choice for choice in known.choices for name in (choice, *CHOICE_LABELS[choice])}
    if {"yes", "no"} <= set(known.choices):
        words |= {"o": "yes", "y": "yes", "1": "yes", "x": "yes", "n": "no", "0": "no"}
    return words.get(fold(text), text)


def _doubted(cells: list[Cell], stored: Mapping[tuple[date, str], Reading]) -> list[Cell]:
    """Each value against the newest earlier one, on file or in the table."""
    known = {place: reading for place, reading in stored.items() if reading.state in KNOWN}
    known |= {(cell.on, cell.code): cell.reading for cell in cells if cell.reading and cell.reading.state in KNOWN}
    by_code: dict[str, list[tuple[date, Reading]]] = {}
    for (on, code), reading in sorted(known.items(), key=lambda item: item[0][0]):
        by_code.setdefault(code, []).append((on, reading))
    found = []
    for cell in cells:
        if cell.reading and cell.reading.state is State.MEASURED and not cell.same:
            last = next((reading for on, reading in reversed(by_code[cell.code]) if on < cell.on), None)
            cell = replace(cell, doubt=entry.doubt(cell.code, cell.reading, last))
        found.append(cell)
    return found


def _stray(row: int, table: list[list[str]], at: PlaceOf) -> list[Unread]:
    """Filled cells of a row that names no variable, or of a column that names no day."""
    return [
        Unread(at(row, column), text, NotUnderstood("“{text}” has no variable or no day beside it.", text=text))
        for column, text in enumerate(table[row][1:], 1)
        if not EMPTY.fullmatch(text) and not (table[row][0] and table[0][column])
    ]


def counts(pasted: Pasted) -> Counter[str]:
    """How many cells are new, the same as on file, different from it, unlikely, refused."""
    return Counter(kind_of(cell) for cell in pasted.cells)


def kind_of(cell: Cell) -> str:
    if cell.error:
        return "refused"
    if cell.same:
        return "same"
    if cell.differs:
        return "differs"
    return "unlikely" if cell.doubt else "new"
