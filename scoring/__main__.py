"""`python -m scoring sofa FILE.csv`: adds the columns of a score to a CSV or Parquet file, without the app.

`python -m scoring sofa --help` says the columns, their units and the options. The input stays as it is; the result is a new
file beside it, or where -o says.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator
from dataclasses import Field, dataclass, fields
from pathlib import Path
from typing import IO, Any, Literal, get_args, get_origin, get_type_hints

import pandas as pd
from tqdm import tqdm

from scoring.catalogue import COMMANDS, Command
from scoring.columns import BadColumn
from scoring.inputs import INPUTS, Input
from scoring.rules import VERSION, UnknownOption
from scoring.units import canonical

ROWS = 200_000  # read, scored and written at a time
NOTHING = ["", "NA", "NaN", "nan", "<NA>", "null"]  # read as missing; "none" is a kind of ventilation


class Refused(Exception):
    """What the person at the terminal can mend."""


def main(arguments: list[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    command = COMMANDS[asked.score]
    try:
        job = Job(COMMANDS[asked.score], _options(command, asked), getattr(asked, "column", ""))
        target = _target(asked)
        rows = _score_file(job, asked.file, target, quiet=asked.quiet)
    except (Refused, UnknownOption) as refusal:
        print(f"scoring: {refusal}", file=sys.stderr)
        return 1
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m scoring", description=f"Adds a score's columns to a file. Rules {VERSION}.")
    scores = parser.add_subparsers(dest="score", required=True, metavar="SCORE")
    for code, command in COMMANDS.items():
        one = scores.add_parser(code, help=command.title, description=command.citation, epilog=_columns(command),
                                formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
        one.add_argument("file", type=Path, metavar="FILE", help=".csv (comma, or semicolon with decimal commas) or .parquet")
        one.add_argument("-o", "--out", type=Path, help=f"the new file; FILE-{code}.csv beside FILE if not said")
        one.add_argument("-q", "--quiet", action="store_true", help="no progress bar")
        if command.columns:
            one.add_argument("--column", choices=list(command.columns), default="", help="which of the paper's columns of cut-offs")
        for option in _fields(command):
            one.add_argument(f"--{option.name.replace('_', '-')}", metavar="VALUE", dest=f"option_{option.name}",
                             help=f"{_values(command, option.name)}default {_told(option.default) or 'none'}")  # fmt: skip
    return parser


def _columns(command: Command) -> str:
    lines = ["columns read (all optional; empty is missing, never normal):"]
    lines += [f"  {code:<22}{_limits(INPUTS[code]):<42}{INPUTS[code].means}" for code in command.inputs]
    lines += [f"  {name:<22}{meaning}" for name, meaning in command.more.items()]
    added = ", ".join(f"{command.code}_{name}" for name in command.results)
    lines += [f"columns added: {added}", "An empty result is one that a missing value leaves open; low and high bound it."]
    return "\n".join(lines)


def _limits(column: Input) -> str:
    if column.words:
        return " / ".join(column.words)
    span = f"{column.low:g} to {column.high:g}" if math.isfinite(column.high) else f"from {column.low:g}"
    return f"{canonical(column.code)} ({span})".strip()


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
    given = {name.removeprefix("option_"): text for name, text in vars(asked).items() if name.startswith("option_") and text}
    return {name: _value(command, name, text) for name, text in given.items()}


def _value(command: Command, name: str, text: str) -> Any:
    default: Any = next(option.default for option in _fields(command) if option.name == name)
    if text.casefold() == "none" and not isinstance(default, tuple):
        return "" if isinstance(default, str) else None
    if isinstance(default, bool):
        return text.casefold() in ("yes", "true")
    if isinstance(default, tuple):
        return tuple(text.split(","))
    try:
        return type(default)(text)
    except ValueError:
        raise Refused(f"--{name} {text}: a value like {default} is needed") from None


def _target(asked: argparse.Namespace) -> Path:
    file: Path = asked.file
    if not file.is_file():
        raise Refused(f"{file}: there is no such file")
    if file.suffix not in (".csv", ".parquet"):
        raise Refused(f"{file}: a .csv or .parquet file is needed")
    target: Path = asked.out or file.with_name(f"{file.stem}-{asked.score}{file.suffix}")
    if target.resolve() == file.resolve():
        raise Refused(f"{target} is the input: choose another name with -o")
    return target


def _score_file(job: Job, file: Path, target: Path, *, quiet: bool) -> int:
    """Writes beside the target and renames at the end: a file that was refused leaves nothing half done."""
    half = target.with_name(f".{target.name}.part")
    try:
        with tqdm(total=file.stat().st_size, unit="B", unit_scale=True, disable=quiet or None, leave=False) as bar:
            rows = (_csv if file.suffix == ".csv" else _parquet)(job, file, half, bar)
        half.replace(target)
        return rows
    finally:
        half.unlink(missing_ok=True)


def _csv(job: Job, file: Path, half: Path, bar: Any) -> int:
    rows = 0
    with file.open("rb") as source, half.open("w", encoding="utf-8", newline="") as out:
        separator, decimal = _dialect(source)
        for piece in _pieces(source, separator, decimal):
            scored = _scored(job, piece, rows)
            scored.to_csv(out, sep=separator, decimal=decimal, index=False, header=not rows)
            rows += len(piece)
            bar.update(source.tell() - bar.n)
    return rows


def _dialect(source: IO[bytes]) -> tuple[str, str]:
    """A French spreadsheet writes semicolons and decimal commas."""
    head = source.readline().decode("utf-8-sig", "replace")
    source.seek(0)
    return (";", ",") if head.count(";") > head.count(",") else (",", ".")


def _pieces(source: IO[bytes], separator: str, decimal: str) -> Iterator[pd.DataFrame]:
    try:
        yield from pd.read_csv(source, sep=separator, decimal=decimal, chunksize=ROWS, keep_default_na=False,
                               na_values=NOTHING, encoding="utf-8-sig", low_memory=False)  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise Refused(f"the file cannot be read as a table: {error}") from None


def _parquet(job: Job, file: Path, half: Path, bar: Any) -> int:
    try:
        frame = pd.read_parquet(file)
    except (OSError, ValueError) as error:
        raise Refused(f"the file cannot be read as Parquet: {error}") from None
    pieces = []
    for start in range(0, max(len(frame), 1), ROWS):
        pieces.append(_scored(job, frame.iloc[start : start + ROWS], start))
        bar.update(int(bar.total * min(1.0, (start + ROWS) / max(len(frame), 1))) - bar.n)
    pd.concat(pieces).to_parquet(half)
    return len(frame)


def _scored(job: Job, piece: pd.DataFrame, before: int) -> pd.DataFrame:
    """The piece with the score's columns after its own, each under the score's name."""
    try:
        scored = job.score(piece)
    except (BadColumn, ValueError) as error:
        raise Refused(f"rows {before + 1} to {before + len(piece)}: {error}") from None
    code = job.command.code
    added = scored.add_prefix(f"{code}_").assign(**{f"{code}_rules": job.label})
    taken = [name for name in added if name in piece]
    if taken:
        raise Refused(f"the file has a column {taken[0]} already: it seems to be scored. Take the one without it.")
    return pd.concat([piece, added], axis=1)


if __name__ == "__main__":
    sys.exit(main())
