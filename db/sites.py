"""The hospitals of the trial. The newest row of a code counts."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, select

from db import record
from db.people import Person
from db.tables import site as table
from trial.errors import Impossible, NotAllowed


@dataclass(frozen=True)
class Site:
    code: str
    name: str
    time_zone: str = "Europe/Paris"
    norepinephrine_salt: str = "base"  # what the pumps of the ward are labelled in


def sites(ward: Connection) -> list[Site]:
    """Every site as it is now, by code."""
    rows = ward.execute(select(table).order_by(table.c.entry, table.c.line))
    newest = {row.code: Site(row.code, row.name, row.time_zone, row.norepinephrine_salt) for row in rows}
    return [newest[code] for code in sorted(newest)]


def site_of(ward: Connection, code: str) -> Site:
    """NotAllowed if there is no such site."""
    for one in sites(ward):
        if one.code == code:
            return one
    raise NotAllowed("There is no site {site}. An administrator opens it first.", site=code)


def open_site(
    ward: Connection,
    *,
    code: str,
    name: str,
    time_zone: str = "Europe/Paris",
    norepinephrine_salt: str = "base",
    by: Person,
    token: str | None = None,
) -> str:
    """Open a site, or state anew what is known of it; answers its code."""
    if (seen := record.already(ward, token)) is not None:
        return seen
    if not re.fullmatch(r"\d{3}", code):
        raise Impossible("A site code is three digits: 001.")
    if norepinephrine_salt not in ("base", "tartrate"):
        raise Impossible("The norepinephrine of a site is labelled as base or as tartrate.")
    if by.site and by.site != code:
        raise NotAllowed("Your account is for site {site} alone.", site=by.site)
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Impossible("There is no time zone {zone}. Europe/Paris is one.", zone=time_zone) from error
    made = Site(code, name.strip(), time_zone, norepinephrine_salt)
    return record.add(ward, "open_site", [(table, asdict(made))], by=by, token=token, outcome=code)
