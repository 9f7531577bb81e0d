"""`python -m db.load FILE`: a file of results into the store, all of it in one transaction.

How a file is read stands in trial.labfile, where its results go in db.placing: the subjects of a de-identified file
are placed so that their last day is yesterday (or their first on `--anchor`), those of the ward's laboratory are on
file. What is on file already, repeats or contradicts another result, or lies in the future is refused with its reason:
read = accepted + refused + unknown.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, Table, select

from db import begin, look, patients, readings, record, sites, store
from db.people import LOADER, SETUP, Person
from db.placing import Sorted, sort
from db.tables import entry, load_row, patient, value
from db.tables import load as load_table
from scoring import sofa
from trial.days import by_day
from trial.errors import NotUnderstood, TrialError
from trial.labfile import Parsed, Refused, read_file, reasons
from trial.variables import VARIABLES


@dataclass(frozen=True)
class Report:
    """What a load did, or would do. read = accepted + refused + unknown."""

    file: str
    layout: str
    rows: int  # of the file
    read: int  # results: rows of a long file, cells of a wide one
    accepted: int
    refused: int
    unknown: int
    reasons: dict[str, int] = field(default_factory=dict)  # sentence -> how many were refused for it
    tests: dict[str, int] = field(default_factory=dict)  # name of an unknown test -> how many
    notes: dict[str, int] = field(default_factory=dict)  # what is to be known of accepted ones -> how many
    new_patients: int = 0
    days: int = 0  # patient-days that the accepted results lie on
    numbers: list[str] = field(default_factory=list)  # of the patients whom the accepted results belong to
    entry: int = 0  # under which the load and its refused rows are on file


def load(
    ward: Connection, parsed: Parsed, *, name: str, sha256: str, anchor: date | None = None, site: str,
    by: Person, token: str | None = None,
) -> Report:  # fmt: skip
    """Store what was read, and what was not with its reason. NotAllowed. The same token is the same success."""
    token = record.token_of(token, [sha256, anchor, site])
    if (seen := record.already(ward, token)) is not None:
        return Report(**json.loads(seen))
    against = sort(ward, parsed, anchor=anchor, site=site, by=by)
    numbered = _numbered(ward, against, site)
    report = replace(report_of(parsed, numbered, name=name), entry=record.count(ward) + 1)
    rows = list(_rows(parsed, numbered, report, sha256, site))
    record.add(ward, "load", rows, by=by, token=token, outcome=json.dumps(asdict(report)))
    return report


def report_of(parsed: Parsed, against: Sorted, *, name: str) -> Report:
    """The counts of a file against the store; `sort` and this are a preview."""
    new = {place.number for place in against.places.values() if place.is_new}
    filled = {placed.number for placed in against.accepted}
    return Report(
        file=name,
        layout=parsed.layout.code,
        rows=parsed.rows,
        read=parsed.read,
        accepted=len(against.accepted),
        refused=len(against.refused),
        unknown=len(parsed.unknown),
        reasons=dict(reasons(against.refused)),
        tests=dict(Counter(str(each.error.facts["test"]) for each in parsed.unknown).most_common()),
        notes=dict(Counter(placed.found.why for placed in against.accepted if placed.found.why)),
        new_patients=len(filled & new),
        days=len({(placed.number, placed.on_date) for placed in against.accepted}),
        numbers=sorted(filled),
    )


def loads(ward: Connection) -> pd.DataFrame:
    """Every load, newest first: entry, file, sha256, read, accepted, refused, unknown, by, at."""
    columns = [load_table.c[name] for name in ("entry", "file", "sha256", "read", "accepted", "refused", "unknown")]
    query = select(*columns, entry.c.by, entry.c.at).join(entry, entry.c.id == load_table.c.entry)
    rows = ward.execute(query.order_by(load_table.c.entry.desc())).all()
    return pd.DataFrame(rows, columns=[*(column.name for column in columns), "by", "at"])


def refused_rows(ward: Connection, entry_number: int) -> list[Refused]:
    """The rows of one load that were not taken, by line, each with its reason as a sentence to say."""
    query = select(load_row).where(load_row.c.entry == entry_number).order_by(load_row.c.line)
    rows = [(row.file_line, row.text, json.loads(row.reason)) for row in ward.execute(query)]
    return [Refused(line, text, TrialError(why["sentence"], **why["facts"])) for line, text, why in rows]


def complete_sofa(ward: Connection, numbers: Sequence[str]) -> tuple[int, int]:
    """Patient-days on file of these patients, and those of them whose SOFA has all six organs."""
    known = readings.readings_of(ward, numbers, date(1900, 1, 1), VARIABLES)
    scores = sofa.score(by_day(known))
    return len(scores), int(scores["total"].notna().sum())


def _numbered(ward: Connection, against: Sorted, site: str) -> Sorted:
    """The same with a screening number for each new patient of whom something was accepted."""
    filled = {placed.number for placed in against.accepted}
    new = [place.number for place in against.places.values() if place.is_new and place.number in filled]
    head, _, first = patients.next_number(ward, site).partition("-S")
    number_of = {origin: f"{head}-S{int(first) + more:04d}" for more, origin in enumerate(new)}
    accepted = tuple(replace(one, number=number_of.get(one.number, one.number)) for one in against.accepted)
    places = {
        subject: replace(place, number=number_of.get(place.number, place.number))
        for subject, place in against.places.items()
        if not place.is_new or place.number in number_of
    }
    return replace(against, accepted=accepted, places=places)


def _rows(
    parsed: Parsed, against: Sorted, report: Report, sha256: str, site: str
) -> Iterator[tuple[Table, dict[str, object]]]:
    counts = {name: getattr(report, name) for name in ("file", "read", "accepted", "refused", "unknown")}
    yield load_table, {**counts, "sha256": sha256}
    for each in (*against.refused, *parsed.unknown):
        why = json.dumps({"sentence": each.error.sentence, "facts": each.error.facts}, ensure_ascii=False, default=str)
        yield load_row, {"file_line": each.line, "text": each.text, "reason": why}
    for subject, place in against.places.items():
        if place.is_new:  # sex and age are not in these files
            about = {"number": place.number, "site": site, "sex": "u", "arrived_on": place.arrived_on}
            yield patient, {**about, "origin": parsed.layout.origin + subject}
    for placed in against.accepted:
        reading = asdict(placed.found.reading)
        cell = dict(zip(("patient", "variable", "on_date", "sampled_at"), placed.cell, strict=True))
        source = f"{report.file[-60:]} line {placed.found.line}"
        yield value, {**reading, **cell, "why": placed.found.why, "source": source}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Answers 0, or 1 with a sentence where the file cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m db.load", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--anchor", type=date.fromisoformat, help="YYYY-MM-DD: first day of each de-identified patient")
    parser.add_argument("--site", default="001")
    parser.add_argument("--preview", action="store_true", help="show what would be loaded, store nothing")
    asked = parser.parse_args(arguments)
    try:
        began = time.perf_counter()
        content = _content(asked.file)
        parsed = read_file(content, asked.file.name)
        read_in = time.perf_counter() - began
        store.migrate()
        if asked.preview:
            _print_file(parsed)
            _print_report(_preview(parsed, asked), parsed)
        else:
            began = time.perf_counter()
            report = _load(parsed, asked, hashlib.sha256(content).hexdigest())
            _print_report(report, parsed)
            print(f"Read in {read_in:.2f} s, stored in {time.perf_counter() - began:.2f} s, as entry {report.entry}.")
            if report.numbers:
                _print_sofa(report)
    except TrialError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotUnderstood("{file} cannot be read: {why}. Check the path.", file=str(path), why=error.strerror) from error


def _load(parsed: Parsed, asked: argparse.Namespace, sha256: str) -> Report:
    name = asked.file.name
    with begin() as ward:
        if asked.site not in {site.code for site in sites.sites(ward)}:
            sites.open_site(ward, code=asked.site, name=f"Site {asked.site}", by=SETUP)
        return load(ward, parsed, name=name, sha256=sha256, anchor=asked.anchor, site=asked.site, by=LOADER)


def _preview(parsed: Parsed, asked: argparse.Namespace) -> Report:
    with look() as ward:
        against = sort(ward, parsed, anchor=asked.anchor, site=asked.site, by=LOADER)
    return report_of(parsed, against, name=asked.file.name)


def _print_file(parsed: Parsed) -> None:
    separator = {",": "comma", ";": "semicolon", "\t": "tab"}[parsed.separator]
    print(f"Layout {parsed.layout.code} ({parsed.layout.title}); {parsed.encoding}, separated by {separator}.")
    for column, why in parsed.left.items():
        print(f"  column {column} is not read. {why}")
    for cells in (parsed.header, *parsed.first):
        print("  " + " | ".join(cells))


def _print_report(report: Report, parsed: Parsed) -> None:
    print(f"{report.file}: {report.rows} rows, {report.read} results read = {report.accepted} accepted "
          f"+ {report.refused} refused + {report.unknown} of unknown tests.")  # fmt: skip
    for kind, counts in (("accepted", report.notes), ("refused", report.reasons), ("unknown test", report.tests)):
        for sentence, times in counts.items():
            print(f"  {times:6d} {kind}: {re.sub(r'{[a-z_]+}', '…', sentence)}")
    print(f"{len(report.numbers)} patients, {report.new_patients} of them new; {report.days} patient-days.")
    if parsed.layout.origin and report.new_patients:
        print("Dates of this file are shifted: each new patient's last day was placed on yesterday, or the first on "
              "the anchor date; intervals and the time of day are kept.")  # fmt: skip


def _print_sofa(report: Report) -> None:
    with look() as ward:
        on_file, complete = complete_sofa(ward, report.numbers)
    print(f"SOFA: complete on {complete} of the {on_file} days on file of these patients.")


if __name__ == "__main__":
    sys.exit(main())
