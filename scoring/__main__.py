"""`python -m scoring sofa FILE.csv`: adds the columns of a score to a CSV or Parquet file, without the app.

`python -m scoring sofa --help` says the columns, their units and the options. The input stays as it is; the result is a new
file beside it, or where -o says.
"""

from __future__ import annotations

import argparse
import csv
import math
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import Field, dataclass, fields
from pathlib import Path
from typing import IO, Any, Literal, get_args, get_origin, get_type_hints

import pandas as pd
from tqdm import tqdm

from scoring import ctcae
from scoring.catalogue import COMMANDS, Command
from scoring.columns import NOT_KNOWN, BadColumn
from scoring.inputs import INPUTS, YES_NO, Input
from scoring.rules import VERSION
from scoring.units import canonical

ROWS = 200_000  # read, scored and written at a time
NOTHING = ["", "NA", "N/A", "NaN", "nan", "<NA>", "null"]  # read as missing; "none" is a kind of ventilation
ANSWERS = {"true": "yes", "false": "no", "1": "yes", "0": "no", "1.0": "yes", "0.0": "no"}  # in a cell, beside yes and no
SAID = dict.fromkeys(("yes", "true", "oui", "1"), True) | dict.fromkeys(("no", "false", "non", "0"), False)  # to an option
NOT_UTF8 = "the file is not written in UTF-8: save it as UTF-8 CSV"


class Refused(Exception):
    """What the person at the terminal can mend."""


def main(arguments: list[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    command = COMMANDS[asked.score]
    try:
        job = Job(command, _options(command, asked), getattr(asked, "column", ""))
        target = _target(asked)
        rows = _score_file(job, asked.file, target, quiet=asked.quiet)
    except Refused as refusal:
        print(f"scoring: {refusal}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"scoring: {asked.file}: {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("scoring: stopped, nothing was written", file=sys.stderr)
        return 130
    print(f"{rows:,} rows scored under {job.label}: {target}", file=sys.stderr)
    return 0


@dataclass(frozen=True)
class Job:
    command: Command
    options: dict[str, Any]
    column: str

    @property
    def label(self) -> str:
        """The version and what was chosen beside the defaults, "rules 2026.2 rrt=None": for a column of the result."""
        chosen = {"column": self.column} if self.column else {}
        return " ".join([f"rules {VERSION}", *(f"{name}={_told(value)}" for name, value in (chosen | self.options).items())])

    def score(self, piece: pd.DataFrame) -> pd.DataFrame:
        return self.command.score(piece, self.options, self.column)


def _reads(command: Command) -> tuple[str, ...]:
    beside = [f"{term}_{reference}" for term in command.more for reference in ctcae.REFERENCES]
    return (*command.inputs, *command.more, *beside)


def _read(command: Command, file: Path, names: list[str]) -> list[str]:
    """Which of the file's columns the score reads. Refused where that is none, or a name is there twice or nearly."""
    reads = _reads(command)
    for name in names:
        if name and names.count(name) > 1:
            raise Refused(f"two columns are named “{name}”: rename one")
        right = name.strip().casefold()
        if name != right and right in reads:
            raise Refused(f"column “{name}” looks like {right}: rename it")
    if not {*command.inputs, *command.more} & {*names}:
        raise Refused(f"no column of {file} is one that {command.code} reads; see python -m scoring {command.code} --help")
    read = [name for name in names if name in reads]
    print(f"read: {', '.join(read)}", file=sys.stderr)
    return read


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m scoring", description=f"Adds a score's columns to a file. Rules {VERSION}.")
    scores = parser.add_subparsers(dest="score", required=True, metavar="SCORE")
    for code, command in COMMANDS.items():
        one = scores.add_parser(code, help=command.title, description=command.citation, epilog=_columns(command),
                                formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
        one.add_argument("file", type=Path, metavar="FILE", help=".csv (comma, semicolon or tab) or .parquet")
        one.add_argument("-o", "--out", type=Path, help=f"the new file; FILE-{code}.csv beside FILE if not said")
        one.add_argument("--overwrite", action="store_true", help="replace the new file if there is one of that name")
        one.add_argument("-q", "--quiet", action="store_true", help="no progress bar")
        if command.columns:
            one.add_argument("--column", choices=list(command.columns), default="", help="which of the paper's columns of cut-offs")
        for option in _fields(command):
            one.add_argument(f"--{option.name.replace('_', '-')}", metavar="VALUE", dest=f"option_{option.name}",
                             help=f"{_values(command, option.name)}default {_told(option.default) or 'none'}")  # fmt: skip
    return parser


def _columns(command: Command) -> str:
    lines = ["columns read (all optional; empty is missing, never normal):"]
    codes = command.inputs
    lines += [f"  {code:<22}{_limits(INPUTS[code]):<42}{INPUTS[code].means}" for code in codes]
    lines += [f"  {name:<22}{meaning}" for name, meaning in command.more.items()]
    added = ", ".join(f"{command.code}_{name}" for name in command.results)
    lines += [f"columns added: {added}", "An empty result is one that a missing value leaves open; low and high bound it."]
    return "\n".join(lines)


def _limits(column: Input) -> str:
    if column.words:
        return " / ".join(column.words)
    span = f"{column.low:g} to {column.high:g}" if math.isfinite(column.high) else f"from {column.low:g}"
    return f"{canonical(column.code) if column.code in INPUTS else ''} ({span})".strip()


def _told(value: object) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _values(command: Command, name: str) -> str:
    kind = get_type_hints(command.options)[name]
    known = [str(value) or "none" for value in get_args(kind)] if get_origin(kind) is Literal else []
    return f"one of {', '.join(known)}; " if known else ""


def _fields(command: Command) -> tuple[Field[Any], ...]:
    return fields(command.options) if command.options else ()


def _options(command: Command, asked: argparse.Namespace) -> dict[str, Any]:
    """The named options that were given, each as the type of its default."""
    given = {name.removeprefix("option_"): text for name, text in vars(asked).items() if name.startswith("option_")}
    options = {name: _value(command, name, text) for name, text in given.items() if text is not None}
    try:
        if command.options:
            command.options(**options)
    except ValueError as error:
        raise Refused(str(error)) from None
    return options


def _value(command: Command, name: str, text: str) -> Any:
    default: Any = next(option.default for option in _fields(command) if option.name == name)
    if isinstance(default, tuple):
        return tuple(text.split(","))
    if text.casefold() == "none" and not isinstance(default, bool):
        return "" if isinstance(default, str) else None
    try:
        return SAID[text.casefold()] if isinstance(default, bool) else type(default)(text)
    except (KeyError, ValueError):
        like = "yes or no" if isinstance(default, bool) else f"a value like {default}"
        raise Refused(f"--{name.replace('_', '-')} {text}: {like} is needed") from None


def _target(asked: argparse.Namespace) -> Path:
    file: Path = asked.file
    target: Path = asked.out or file.parent / f"{file.stem}-{asked.score}{file.suffix}"
    refusals = {
        f"{file} is a folder: name one file in it": file.is_dir(),
        f"{file}: there is no such file": not file.is_file(),
        f"{file}: a .csv or .parquet file is needed": _kind(file) not in (".csv", ".parquet"),
        f"{target} is a folder: name the new file too": target.is_dir(),
        f"{target}: its name must end in {_kind(file)}, as the result is written as the input is": _kind(target) != _kind(file),
        f"{target.parent}: there is no such folder": not target.parent.is_dir(),
        f"{target} is the input: choose another name with -o": file.exists() and target.exists() and target.samefile(file),
        f"{target} exists: choose another name with -o, or replace it with --overwrite": target.exists() and not asked.overwrite,
        f"{target.parent}: no file can be written there, choose another folder with -o": not os.access(target.parent, os.W_OK),
    }
    for why, holds in refusals.items():
        if holds:
            raise Refused(why)
    return target


def _kind(file: Path) -> str:
    return file.suffix.lower()


def _score_file(job: Job, file: Path, target: Path, *, quiet: bool) -> int:
    """Writes beside the target and renames at the end: a file that was refused leaves nothing half done."""
    half = target.with_name(f".{target.name}.part")
    try:
        with tqdm(total=file.stat().st_size, unit="B", unit_scale=True, disable=quiet or None, leave=False) as bar:
            rows = (_csv if _kind(file) == ".csv" else _parquet)(job, file, half, bar)
        half.replace(target)
        return rows
    finally:
        half.unlink(missing_ok=True)


@dataclass(frozen=True)
class Sheet:
    """How a CSV file is written; its result is written so too."""

    header: list[str]
    separator: str
    ending: str
    marked: bool  # begins with the mark of UTF-8, by which Excel knows it

    @property
    def written(self) -> dict[str, Any]:
        return {"sep": self.separator, "decimal": "," if self.separator == ";" else ".", "lineterminator": self.ending}


def _sheet(file: Path) -> Sheet:
    with file.open("rb") as source:
        head = source.readline()
    try:
        header, separator = max(((_header(file, each), each) for each in ",;\t"), key=lambda found: len(found[0]))
    except UnicodeDecodeError:
        raise Refused(NOT_UTF8) from None
    except csv.Error as error:
        raise Refused(f"the file cannot be read as a table: {error}") from None
    if not header:
        raise Refused("the file cannot be read as a table: it is empty")
    return Sheet(header, separator, "\r\n" if head.endswith(b"\r\n") else "\n", head.startswith(b"\xef\xbb\xbf"))


def _header(file: Path, separator: str) -> list[str]:
    with file.open(encoding="utf-8-sig", newline="") as source:
        return next(filter(None, csv.reader(source, delimiter=separator)), [])


def _csv(job: Job, file: Path, half: Path, bar: Any) -> int:
    sheet, rows = _sheet(file), 0
    read = _read(job.command, file, sheet.header)
    with file.open("rb") as source, half.open("w", encoding="utf-8-sig" if sheet.marked else "utf-8", newline="") as out:
        for piece in _pieces(source, sheet):
            added = _added(job, _known(piece, read, sheet, rows + 2), sheet.header, rows + 2)
            header = False if rows else [*sheet.header, *added.columns]
            pd.concat([piece, added], axis=1).to_csv(out, index=False, header=header, **sheet.written)
            rows += len(piece)
            bar.update(source.tell() - bar.n)
    return rows


def _pieces(source: IO[bytes], sheet: Sheet) -> Iterator[pd.DataFrame]:
    """Every cell as the text it is, under the number of its column."""
    try:
        for piece in pd.read_csv(source, sep=sheet.separator, header=0, names=range(len(sheet.header)), dtype=str,
                                 na_filter=False, skip_blank_lines=False, chunksize=ROWS,
                                 encoding="utf-8-sig", low_memory=False):  # fmt: skip
            if not isinstance(piece.index, pd.RangeIndex):
                raise Refused("a row has more cells than the header has names")
            yield piece
    except UnicodeDecodeError:
        raise Refused(NOT_UTF8) from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise Refused(f"the file cannot be read as a table: {error}") from None


def _known(piece: pd.DataFrame, read: list[str], sheet: Sheet, first: int) -> pd.DataFrame:
    cells = {code: piece[sheet.header.index(code)] for code in read}
    return pd.DataFrame({code: _parsed(code, cells[code], first, commas=sheet.separator != ",") for code in read})


def _parsed(code: str, cells: pd.Series[Any], first: int, *, commas: bool) -> pd.Series[Any]:
    """Numbers, or the words of a choice; NA where the cell says nothing. Each different text is looked at once."""
    places, different = pd.factorize(cells)
    texts = pd.Series(different, dtype="str").str.strip()
    words = INPUTS[code].words if code in INPUTS else ()
    values = _words(texts, words) if words else _numbers(texts, commas=commas)
    wrong = values.isna() & ~texts.isin(NOTHING)
    if wrong.any():
        row = int(wrong.to_numpy()[places].argmax())
        why = f"is none of {', '.join(words)}" if words else "is not a number"
        what = "one of them" if words else "the number"
        raise Refused(f"column {code}, row {first + row}: “{cells.iloc[row]}” {why}. Leave it empty or give {what}.")
    return values.take(places).set_axis(cells.index)


def _numbers(texts: pd.Series[Any], *, commas: bool) -> pd.Series[Any]:
    return pd.to_numeric(texts.str.replace(",", ".") if commas else texts, errors="coerce").astype("float64")


def _words(texts: pd.Series[Any], words: tuple[str, ...]) -> pd.Series[Any]:
    if words == YES_NO:
        texts = texts.str.lower().map(ANSWERS).fillna(texts)
    return texts.where(texts.isin([*words, *NOT_KNOWN]))


def _parquet(job: Job, file: Path, half: Path, bar: Any) -> int:
    try:
        frame = pd.read_parquet(file)
    except (OSError, ValueError) as error:
        raise Refused(f"the file cannot be read as Parquet: {error}") from None
    names = [str(name) for name in frame.columns]
    read, pieces = _read(job.command, file, names), []
    for start in range(0, max(len(frame), 1), ROWS):
        piece = frame.iloc[start : start + ROWS]
        pieces.append(pd.concat([piece, _added(job, piece[read], names, start + 1)], axis=1))
        bar.update(int(bar.total * min(1.0, (start + ROWS) / max(len(frame), 1))) - bar.n)
    pd.concat(pieces).to_parquet(half)
    return len(frame)


def _added(job: Job, known: pd.DataFrame, names: list[str], first: int) -> pd.DataFrame:
    """The score's columns of a piece, each under the score's name. `first`: the number of its first row in the file."""
    try:
        scored = job.score(known)
    except (BadColumn, ValueError) as error:
        told, found = re.subn(r"(?<=first in row )\d+", lambda row: str(int(row[0]) + first), str(error))
        raise Refused(told if found else f"rows {first} to {first + len(known) - 1}: {told}") from None
    code = job.command.code
    added = scored.add_prefix(f"{code}_").assign(**{f"{code}_rules": job.label})
    taken = [name for name in added.columns if name in names]
    if taken:
        raise Refused(f"the file has a column {taken[0]} already: it seems to be scored. Take the one without it.")
    return added


if __name__ == "__main__":
    sys.exit(main())
