"""Where each result of a file belongs: which patient, which day, and whether it is on file already.

Patients of a de-identified layout become patients of their own (`origin`: the layout's prefix and their number in the
file), without age and sex. Their dates were shifted, or are only days, so they are placed: a subject's first day on
the anchor date, by default so that its last day is the day before the load and everybody stands on the ward board.
Intervals and the time of day are kept; a time that the site's clock skipped in spring is the one an hour later. A
subject that is on file keeps the place it has.

Results of a ward's own laboratory go to patients on file, at the site's time; there a time that the clock skipped is
refused, and of one that it showed twice the first is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from db import patients, record, sites
from db.days import must_be_a_day
from db.on_file import Patient
from db.patients import CLOCKS_APART
from db.people import Person
from db.readings import reading_of
from db.tables import patient, value
from trial.errors import Impossible, NoSuchPatient, NotAllowed, NotUnderstood, TrialError, sentence
from trial.labfile import Found, Parsed, Refused
from trial.layouts import Long
from trial.reading import Reading, State
from trial.schedule import ward_date

DAY_1 = datetime(2001, 1, 1)  # of files that count days: any date
OTHER_START = sentence(
    "The results of this patient do not begin as in the file that was loaded before, so their dates cannot be placed. "
    "Load the whole file again."
)
ELSEWHERE = sentence("The patient of this row is on file at site {site}. Load it there.")
NOBODY = sentence("The patient of this row is not on file. Screen the patient first, then load the file again.")
FUTURE = sentence("{at} has not come yet. Check the date.")
SKIPPED = sentence("{at} did not exist: the clock went forward that night. Ask the laboratory for the time.")
ON_FILE = sentence("Already on file.")
OTHER_ON_FILE = sentence("{variable}: another result is on file for the same moment ({kept}). Look which one is right.")
WITHDRAWN = sentence("{variable}: the value of that moment was withdrawn here. Enter it by hand if it is right after all.")
REPEATED = sentence("The same result stands on line {first}.")
CONTRADICTED = sentence("{variable}: line {first} gives another result for the same moment ({kept}). Ask the laboratory.")

MANY = 500  # patients in one question
Cell = tuple[str, str, date, datetime | None]  # patient, variable, day, moment


@dataclass(frozen=True)
class Place:
    """Where a subject of the file stands here."""

    number: str
    zone: ZoneInfo
    arrived_on: date  # also day 1 of a file that counts days
    is_new: bool = False  # then `number` is the origin, until the load gives one
    shift: timedelta = timedelta(0)  # of the dates of a de-identified file
    patient: Patient | None = None  # who was on file before; None in a de-identified file


@dataclass(frozen=True)
class Placed:
    found: Found
    number: str
    on_date: date
    sampled_at: datetime | None  # UTC

    @property
    def cell(self) -> Cell:
        return (self.number, self.found.variable, self.on_date, self.sampled_at)


@dataclass(frozen=True)
class Sorted:
    """The file against the store: what would be added, what not and why."""

    accepted: tuple[Placed, ...]
    refused: tuple[Refused, ...]
    places: Mapping[str, Place]


def sort(ward: Connection, parsed: Parsed, *, anchor: date | None = None, site: str, by: Person) -> Sorted:
    """What a load would do, without doing it: for a preview, in `db.look()`. Raises NotAllowed."""
    if by.site and by.site != site:
        raise NotAllowed("Your account is for site {site} alone.", site=by.site)
    here = sites.site_of(ward, site)
    places, astray = _of_their_own(ward, parsed, anchor, here) if parsed.layout.origin else _on_file(ward, parsed, by)
    placed, untimely = _in_time(parsed, places, astray)
    accepted, repeated = _new_ones(placed, _stored(ward, [place.number for place in places.values()]))
    refused = sorted([*parsed.refused, *untimely, *repeated], key=lambda each: each.line)
    return Sorted(tuple(accepted), tuple(refused), places)


def _of_their_own(
    ward: Connection, parsed: Parsed, anchor: date | None, here: sites.Site
) -> tuple[dict[str, Place], dict[str, TrialError]]:
    """A place for each subject of a de-identified file, by subject; and whom no place can be given to, and why."""
    zone = ZoneInfo(here.time_zone)
    yesterday = ward_date(record.now(), here.time_zone) - timedelta(days=1)
    origin = parsed.layout.origin
    question = select(patient.c.origin, patient.c.number, patient.c.arrived_on, patient.c.site)
    loaded = patient.c.origin.startswith(origin, autoescape=True)
    known = {row.origin: row for row in ward.execute(question.where(loaded))}
    begun = _first_samples(ward, [row.number for row in known.values()])
    places: dict[str, Place] = {}
    astray: dict[str, TrialError] = {}
    for subject, (first, last) in _spans(parsed, zone).items():
        row = known.get(origin + subject)
        if row is None:
            arrived_on = anchor or yesterday - (last.date() - first.date())
            places[subject] = Place(origin + subject, zone, arrived_on, True, arrived_on - first.date())
            continue
        place = Place(row.number, zone, row.arrived_on, False, row.arrived_on - first.date())
        begins = begun.get(row.number)
        if row.site != here.code:
            astray[subject] = NotAllowed(ELSEWHERE, site=row.site)
        elif isinstance(parsed.layout, Long) and begins and begins != _utc(first + place.shift, zone):
            astray[subject] = NotUnderstood(OTHER_START)
        else:
            places[subject] = place
    return places, astray


def _spans(parsed: Parsed, zone: ZoneInfo) -> dict[str, tuple[datetime, datetime]]:
    """First and last moment of each subject on the file's clock; a file of days begins on its day 1."""
    spans: dict[str, tuple[datetime, datetime]] = {}
    for found in parsed.found:
        at = _local(found.at, zone) if found.at else DAY_1 + timedelta(days=(found.day or 1) - 1)
        first, last = spans.get(found.subject, (at if found.at else DAY_1, at))
        spans[found.subject] = (min(first, at), max(last, at))
    return spans


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None) if at.tzinfo else at


def _first_samples(ward: Connection, numbers: Sequence[str]) -> dict[str, datetime]:
    """The first loaded sample of each patient."""
    first = func.min(value.c.sampled_at).label("first")
    loaded = select(value.c.patient, first).where(value.c.source != "typed", value.c.sampled_at.is_not(None))
    found: dict[str, datetime] = {}
    for some in _batches(numbers):
        rows = ward.execute(loaded.where(value.c.patient.in_(some)).group_by(value.c.patient))
        found |= {row.patient: row.first for row in rows}
    return found


def _on_file(ward: Connection, parsed: Parsed, by: Person) -> tuple[dict[str, Place], dict[str, TrialError]]:
    """The patients on file whom the subjects name, by screening or study number."""
    places: dict[str, Place] = {}
    astray: dict[str, TrialError] = {}
    for subject in {found.subject for found in parsed.found}:
        try:
            known = patients.find(ward, subject, sees=by)
            places[subject] = Place(known.number, ZoneInfo(known.time_zone), known.arrived_on, patient=known)
        except NoSuchPatient:  # without the number: what stands there may be a hospital's
            astray[subject] = NoSuchPatient(NOBODY)
    return places, astray


def _in_time(
    parsed: Parsed, places: Mapping[str, Place], astray: Mapping[str, TrialError]
) -> tuple[list[Placed], list[Refused]]:
    placed: list[Placed] = []
    refused: list[Refused] = []
    now = record.now()
    for found in parsed.found:
        try:
            if found.subject in astray:
                raise astray[found.subject]
            placed.append(_placed(found, places[found.subject], now))
        except TrialError as error:
            refused.append(Refused(found.line, found.text, error))
    return placed, refused


def _placed(found: Found, place: Place, now: datetime) -> Placed:
    at = None if found.at is None else _moment(found.at, place)
    counted = place.arrived_on + timedelta(days=(found.day or 1) - 1)
    on_date = at.astimezone(place.zone).date() if at else counted
    if on_date > now.astimezone(place.zone).date() or (at and at > now + CLOCKS_APART):
        raise Impossible(FUTURE, at=at or on_date)
    if place.patient:
        must_be_a_day(place.patient, on_date)
    return Placed(found, place.number, on_date, at)


def _moment(at: datetime, place: Place) -> datetime:
    """In UTC. Impossible for a time that the clock of the ward skipped."""
    if place.patient is None:
        return _utc(_local(at, place.zone) + place.shift, place.zone)
    if at.tzinfo:
        return at.astimezone(UTC)
    moment = _utc(at, place.zone)
    if moment.astimezone(place.zone).replace(tzinfo=None) != at:
        raise Impossible(SKIPPED, at=f"{at:%Y-%m-%d %H:%M}")
    return moment


def _utc(local: datetime, zone: ZoneInfo) -> datetime:
    """A time of the site's clock: the first of two in autumn; one that spring skips is the one an hour later."""
    return local.replace(tzinfo=zone).astimezone(UTC)


def _stored(ward: Connection, numbers: Sequence[str]) -> dict[Cell, Reading]:
    """The newest reading of each cell."""
    cells: dict[Cell, Reading] = {}
    for some in _batches(numbers):
        for row in ward.execute(select(value).where(value.c.patient.in_(some)).order_by(value.c.entry, value.c.line)):
            cell = (row.patient, row.variable, row.on_date, row.sampled_at)
            cells[cell] = reading_of(row)
    return cells


def _new_ones(placed: Iterable[Placed], stored: Mapping[Cell, Reading]) -> tuple[list[Placed], list[Refused]]:
    """Those whose cell is free; the others with what stands there."""
    taken: dict[Cell, Found] = {}
    accepted: list[Placed] = []
    refused: list[Refused] = []
    for one in placed:
        error = _against_stored(one.found, stored.get(one.cell)) or _against_file(one.found, taken.get(one.cell))
        if error:
            refused.append(Refused(one.found.line, one.found.text, error))
        else:
            taken[one.cell] = one.found
            accepted.append(one)
    return accepted, refused


def _against_stored(found: Found, stored: Reading | None) -> TrialError | None:
    if stored is None or stored.state == State.PENDING:
        return None
    if stored.means() == found.reading.means():
        return Impossible(ON_FILE)
    if stored.state == State.WITHDRAWN:
        return Impossible(WITHDRAWN, variable=found.variable)
    kept = f"{stored.typed or stored.state} {stored.unit}".strip()
    return Impossible(OTHER_ON_FILE, variable=found.variable, kept=kept)


def _against_file(found: Found, first: Found | None) -> TrialError | None:
    if first is None:
        return None
    if first.reading.means() == found.reading.means():
        return Impossible(REPEATED, first=first.line)
    kept = f"{first.reading.typed} {first.reading.unit}".strip()
    return Impossible(CONTRADICTED, variable=found.variable, first=first.line, kept=kept)


def _batches(numbers: Sequence[str]) -> Iterator[Sequence[str]]:
    return (numbers[start : start + MANY] for start in range(0, len(numbers), MANY))


