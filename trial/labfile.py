"""Laboratory and intensive-care files that others made, read row by row: which test, which unit, which number.

`read_file(content, name) -> Parsed`. Nothing is dropped in silence: what was read is `found`, `refused` (with a
sentence) or `unknown` (a test that the catalogue does not have), and `read` is their sum. In a long file (a row a
result) a row is read once; in a wide file (a row a day) each filled cell is read once, and an empty cell only where
the column says what empty means.

Layouts, tests and spellings of units are data (trial.layouts). Values go through the same limits and units as typed
ones (trial.entry). A moment without an offset is the site's own clock: db.load places it.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from scoring import units
from trial import entry
from trial.errors import NotUnderstood, TrialError, sentence
from trial.layouts import LAYOUTS, SAME_VALUE, WITHOUT_A_NUMBER, Column, Layout, Long, Wide, fold, plain
from trial.reading import Reading
from trial.variables import CHOICE_LABELS, Variable, variable

MOST_BYTES = 100_000_000
SEPARATORS = {",": ".", ";": ",", "\t": ""}  # and the decimal sign that goes with it, where one does
ENCODINGS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig"), (b"", "cp1252"), (b"", "latin-1"))
SHOWN_ROWS = 8
NOT_GIVEN = sentence("Empty in the file: not given.")
UNKNOWN_TEST = sentence("The test “{test}” is not in the catalogue of this file's layout.")
STRAY = sentence("The row has {cells} cells, the header has {columns}. Check for a stray separator or quotation mark.")
SWALLOWED = sentence("A quotation mark opens here and closes {lines} lines below, which were not read. Mend it, load again.")
RARE = sentence("Outside the usual limits, as in the file.")
NO_WORD = sentence("{variable}: “{text}” is not one of the words known here ({known}).")
NO_COLUMN = sentence("Not a column of this layout.")


@dataclass(frozen=True, slots=True)
class Found:
    """One result that was understood."""

    line: int  # of the file, the header is 1
    text: str
    subject: str
    variable: str
    reading: Reading
    at: datetime | None = None  # naive: the site's own clock
    day: int | None = None  # instead of `at`, where the file counts days
    why: str = ""  # what is to be known about it: beyond the soft limits, or an empty cell that says something


@dataclass(frozen=True, slots=True)
class Refused:
    line: int
    text: str  # without the subject where it is a patient on file: it may be an identity
    error: TrialError


@dataclass(frozen=True)
class Parsed:
    layout: Layout
    encoding: str
    separator: str
    header: tuple[str, ...]
    rows: int
    found: tuple[Found, ...]
    refused: tuple[Refused, ...]
    unknown: tuple[Refused, ...]
    left: Mapping[str, str]  # columns that are not read, and why
    first: tuple[tuple[str, ...], ...]  # the first rows as they came, for the preview

    @property
    def read(self) -> int:
        return len(self.found) + len(self.refused) + len(self.unknown)


def reasons(refused: tuple[Refused, ...]) -> Counter[str]:
    """How many for each sentence, most first."""
    return Counter(dict(Counter(each.error.sentence for each in refused).most_common()))


def read_file(content: bytes, name: str) -> Parsed:
    """The whole file, row by row. Raises NotUnderstood where it is not a file of a known layout."""
    text, encoding = _text(content, name)
    if text[:4].casefold() == "sep=":  # Excel's own first line
        text = "\n" + text.partition("\n")[2]
    separator, header, layout = _layout(text, name)
    rows = list(_rows(text, separator, name))
    if not rows:
        raise NotUnderstood("{file} has a header and no row below it. Export it again, with its results.", file=name)
    reader = _Reader(layout, header, SEPARATORS[separator])
    for line, cells in rows:
        reader.take(line, cells)
    return Parsed(
        layout, encoding, separator, header, len(rows),
        tuple(reader.found), tuple(reader.refused), tuple(reader.unknown), reader.left,
        tuple(tuple(cells) for _, cells in rows[:SHOWN_ROWS]),
    )  # fmt: skip


def _text(content: bytes, name: str) -> tuple[str, str]:
    if not content.strip():
        raise NotUnderstood("{file} is empty. Export it again.", file=name)
    if len(content) > MOST_BYTES:
        raise NotUnderstood("{file} is larger than {most} MB. Load it in parts.", file=name, most=MOST_BYTES // 10**6)
    if content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise NotUnderstood("{file} is an Excel workbook or an archive, not CSV. Open it, save it as CSV, load that.",
                            file=name)  # fmt: skip
    for mark, encoding in ENCODINGS:
        if content.startswith(mark):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            if not re.search(r"[\x00-\x08\x0e-\x1f]", text):
                return text, encoding
            break
    raise NotUnderstood("{file} is not text, so it is not CSV. Export the results as CSV, load that.", file=name)


def _layout(text: str, name: str) -> tuple[str, tuple[str, ...], Layout]:
    """Separator, header and layout, from the first line: the separator is the one that makes a known header."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    headers = {separator: _header(first, separator) for separator in SEPARATORS}
    for separator, header in headers.items():
        for layout in LAYOUTS:
            known = _renamed(header, layout)
            if all(need in known for need in layout.needs):
                twice = [column for column, times in Counter(known).items() if times > 1 and column in layout.needs]
                if twice:
                    raise NotUnderstood("{file} has the column {column} twice. Keep one, load it again.",
                                        file=name, column=twice[0])  # fmt: skip
                return separator, known, layout
    header = max(headers.values(), key=len)
    missing_of = {layout: [need for need in layout.needs if need not in _renamed(header, layout)] for layout in LAYOUTS}
    # of layouts that are as near, the one that a ward could follow
    nearest, missing = min(missing_of.items(), key=lambda pair: (len(pair[1]) / len(pair[0].needs), pair[0].origin))
    raise NotUnderstood(
        "The first line of {file} is no header that is known here: “{header}”. The nearest layout, {layout}, "
        "also needs: {missing}. Name the columns so, separated by comma, semicolon or tab, and load it again.",
        file=name, header=first[:120], layout=nearest.code, missing=", ".join(missing),
    )  # fmt: skip


def _header(line: str, separator: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in next(csv.reader([line], delimiter=separator), []))


def _renamed(header: tuple[str, ...], layout: Layout) -> tuple[str, ...]:
    """The header in the layout's own words, whatever case, accents or language it is written in."""
    names = {fold(name): name for name in (*layout.needs, *layout.left)}
    if isinstance(layout, Long):
        names |= dict(layout.headers) | ({layout.assay: layout.assay} if layout.assay else {})
    return tuple(names.get(fold(cell), cell) for cell in header)


def _rows(text: str, separator: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Each row below the header with the line it begins on; empty lines are no rows."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins, past_header = 1, False
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if past_header:
                    yield begins, [cell.strip() for cell in cells]
                past_header = True
            begins = reader.line_num + 1
    except csv.Error as error:
        raise NotUnderstood(
            "{file} cannot be read from line {line} on: a quotation mark is not closed or stands inside a cell. "
            "Mend that line and load it again.", file=name, line=begins,
        ) from error  # fmt: skip


class _Reader:
    """Takes the rows one by one; results that read alike are read once."""

    def __init__(self, layout: Layout, header: tuple[str, ...], mark: str) -> None:
        self.layout, self.header, self.mark = layout, header, mark
        self.found: list[Found] = []
        self.refused: list[Refused] = []
        self.unknown: list[Refused] = []
        self.left = {column: why for column, why in layout.left.items() if column in header}
        self.others = self._others()
        self.value = lru_cache(maxsize=None)(_value)
        self.moment = lru_cache(maxsize=None)(moment)

    def _others(self) -> tuple[str, ...]:
        layout = self.layout
        known = {*layout.needs, *layout.left, *([layout.assay] if isinstance(layout, Long) else [])}
        others = tuple(column for column in self.header if column not in known)
        if isinstance(layout, Long):
            self.left |= dict.fromkeys(others, NO_COLUMN)
        return others

    def take(self, line: int, cells: list[str]) -> None:
        row = dict(zip(self.header, cells, strict=False))
        error = None
        if len(cells) != len(self.header):
            error = NotUnderstood(STRAY, cells=len(cells), columns=len(self.header))
        elif any("\n" in row[column] for column in self.layout.needs):
            error = NotUnderstood(SWALLOWED, lines=max(cell.count("\n") for cell in cells))
        if error:
            self.refused.append(Refused(line, "", error))
            return
        if isinstance(self.layout, Long):
            self._take_result(self.layout, line, row)
        else:
            self._take_day(self.layout, line, row)

    def _take_result(self, layout: Long, line: int, row: dict[str, str]) -> None:
        named = [row[layout.subject]] if layout.origin else []
        text = " ".join((*named, *(row[column] for column in (layout.at, layout.test, layout.result, layout.unit))))
        text = text.strip()[:200]
        code = layout.tests.get(fold(row[layout.test]))
        if code is None:
            error = NotUnderstood(UNKNOWN_TEST, test=row[layout.test])
            self.unknown.append(Refused(line, text, error))
            return
        try:
            reading, why = self.value(code, row[layout.result], row[layout.unit], self.mark, row.get(layout.assay, ""))
            at = self.moment(row[layout.at])
            if not row[layout.subject]:
                raise NotUnderstood("The row names no patient.")
        except TrialError as error:
            self.refused.append(Refused(line, text, error))
            return
        self.found.append(Found(line, text, row[layout.subject], code, reading, at=at, why=why))

    def _take_day(self, layout: Wide, line: int, row: dict[str, str]) -> None:
        where = f"{row[layout.subject]} {layout.day} {row[layout.day]}"
        for other in self.others:
            if row[other]:
                error = NotUnderstood(UNKNOWN_TEST, test=other)
                self.unknown.append(Refused(line, f"{where} {other} {row[other]}"[:200], error))
        for column in layout.columns:
            cell = row[column.header]
            if column.unless and (row[column.unless] or not cell):
                if cell:
                    self.left[column.header] = SAME_VALUE
                continue
            if not cell and column.empty is None:
                continue
            text = f"{where} {column.header} {cell}".rstrip()[:200]
            try:
                if not row[layout.subject] or not re.fullmatch(r"[1-9]\d{0,3}", row[layout.day]):
                    raise NotUnderstood("The row names no subject and day of 1 or more.")
                beside = row.get(column.beside, "")
                reading, why = self.value(column.variable, cell, column.unit, self.mark, "", column, beside)
            except TrialError as error:
                self.refused.append(Refused(line, text, error))
            else:
                day = int(row[layout.day])
                self.found.append(Found(line, text, row[layout.subject], column.variable, reading, day=day, why=why))


def _value(
    code: str, text: str, unit: str, mark: str, assay: str = "", column: Column | None = None, beside: str = ""
) -> tuple[Reading, str]:
    known = variable(code)
    given = text or (column.empty if column and column.empty else "")
    if known.kind == "choice":
        reading = entry.choose(code, _word(known, given, column, beside))
    else:
        for pattern, why in WITHOUT_A_NUMBER:
            if re.match(pattern, plain(given)):
                raise NotUnderstood(why, text=text)
        taken = entry.read(code, _number(given, mark), unit_of(known, unit))
        if taken is None:
            raise NotUnderstood("The result is empty.")
        reading = replace(taken, assay=assay)
    if not text:
        return reading, NOT_GIVEN
    return replace(reading, typed=text), RARE if entry.doubt(code, reading, None) else ""


def _number(text: str, mark: str) -> str:
    """The result as a person would type it: "<0.2." ends a sentence, and a file's decimal sign is known."""
    text = text.rstrip(".").rstrip()
    if mark and re.fullmatch(rf"[<>\s]*\d+{re.escape(mark)}\d{{3}}", text):
        return text + "0"  # with three decimals it could be thousands, typed by a person
    return text


def _word(known: Variable, text: str, column: Column | None, beside: str) -> str:
    """The catalogue's choice for a word of the file."""
    if column:
        words, reasons = column.words, column.reasons
    else:
        words = {fold(name): choice for choice in known.choices for name in (choice, *CHOICE_LABELS[choice])}
        reasons = {}
    word = fold(f"{re.sub(r'[.,]0+$', '', text)} {beside}")
    if word in words:
        return words[word]
    raise NotUnderstood(reasons.get(word, NO_WORD), variable=known.code, column=column.header if column else known.code, text=word,
                        known=", ".join(words))  # fmt: skip


@lru_cache(maxsize=1000)
def unit_of(known: Variable, unit: str) -> str:
    """The catalogue's writing of a laboratory's unit; NotUnderstood where none is written and one is needed."""
    try:
        return units.recognise(known.code, unit)
    except units.UnknownUnit:
        if unit.strip():
            return unit.strip()  # trial.entry refuses it, as it would a typed one
    raise NotUnderstood("{variable}: the unit is missing. It is one of: {units}.",
                        variable=known.code, units=", ".join(known.units))  # fmt: skip


_YEAR_FIRST = r"(?P<year>\d{4})[-/](?P<month>\d\d?)[-/](?P<day>\d\d?)"
_DAY_FIRST = r"(?P<day>\d\d?)/(?P<month>\d\d?)/(?P<year>\d{4})"
_TIME = r"[ T]+(?P<hour>\d\d?)[:h](?P<minute>\d\d)(?::\d\d(?:[.,]\d+)?)?\s*(?P<offset>Z|[+-]\d\d:?\d\d)?"
_MOMENTS = tuple(re.compile(date + _TIME, re.IGNORECASE) for date in (_YEAR_FIRST, _DAY_FIRST))


def moment(text: str) -> datetime:
    """The moment to the minute, ISO or dd/mm/yyyy hh:mm; aware only where an offset is written."""
    written = next((match for pattern in _MOMENTS if (match := pattern.fullmatch(text.strip()))), None)
    try:
        if written is None or written["year"] < "1900":
            raise ValueError(text)
        parts = {name: int(written[name]) for name in ("year", "month", "day", "hour", "minute")}
        return datetime(**parts, tzinfo=_offset(written["offset"]))
    except ValueError:
        raise NotUnderstood("“{text}” is no date with a time of day. Write it as 2026-03-02 14:30 or 02/03/2026 14:30.",
                            text=text) from None  # fmt: skip


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text in "Zz":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    return timezone(timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1))
