"""The ward list: every patient of the board on paper, with what to draw today and tomorrow and room to write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from components import day_7, handover
from components.paper.page import LINE, WIDTH, Pen, cut, many_pages, space, table
from trial import protocol, tubes
from trial.board import Row
from trial.errors import sentence
from trial.schedule import Due
from trial.version import APP

SIZE = 8.5
ROOM = 11 * mm  # to write by hand, however little is told
TOLD, WRITTEN = WIDTH * 0.68, WIDTH * 0.32
BOX, APART = "☐", "\u00a0\u00a0 "
LONGEST_BED = 12
BY_HAND = sentence("Notes (no name)")
WHEN = {"late": sentence("Late, until {on}:"), "due": sentence("Today:"), "tomorrow": sentence("Tomorrow:")}
BOXED = [
    ("BOX", (0, 0), (-1, -1), 0.8, LINE[1]), ("LINEBELOW", (0, 0), (-1, 0), *LINE), ("LINEBEFORE", (1, 1), (1, 1), *LINE),
    ("BACKGROUND", (0, 0), (-1, 0), colors.Color(0.93, 0.93, 0.93)), ("LEFTPADDING", (0, 0), (-1, -1), 4),
    ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
]  # fmt: skip
PSEUDONYMISED = sentence("Study numbers alone, no name. Not to leave the ward.")


def ward_list(rows: Sequence[Row], now: datetime, *, language: str, zone: str) -> bytes:
    """The pages as PDF, in the order of the board. `zone`: whose clock the time of printing is told in."""
    pen = Pen(language, zone, SIZE)
    blocks: list[Flowable] = [part for row in rows for part in (_block(pen, row, now), space(pen))]
    nobody: list[Flowable] = [pen.text(pen.say("Nobody on the ward."))]
    return many_pages(blocks or nobody, partial(_frame, pen, len(rows), now), title="JAKAHDI", language=language)


def _frame(pen: Pen, count: int, now: datetime, number: int, of: int) -> tuple[list[Flowable], list[Flowable]]:
    title = pen.bold(f"{pen.say('Ward list')} · JAKAHDI {protocol.REGISTRATION}", size=1.5)
    told = pen.text(pen.say("patients: {count} · printed {moment} ({zone})", count=count, moment=pen.moment(now), zone=pen.zone))
    page = pen.bold(pen.say("page {number}/{of}", number=number, of=of), size=1.2, align="right")
    top = table([[[title, told], page]], [WIDTH * 0.8, WIDTH * 0.2])
    foot = [pen.text(pen.say(PSEUDONYMISED), size=0.85), pen.text(f"JAKAHDI Bedside {APP}", size=0.85, align="right")]
    return [top, space(pen)], [table([foot], [WIDTH * 0.75, WIDTH * 0.25])]


def _block(pen: Pen, row: Row, now: datetime) -> Flowable:
    told = [_facts(pen, row), *_alerts(pen, row, now), *_doses(pen, row), *_day_7(pen, row), *_asked(pen, row)]
    by_hand = [pen.text(pen.say(BY_HAND), size=0.75), Spacer(WRITTEN / 2, ROOM)]
    return table([[_who(pen, row), _sofa(pen, row)], [told, by_hand]], [TOLD, WRITTEN], BOXED)


def _who(pen: Pen, row: Row) -> Flowable:
    bed = pen.say("bed {bed}", bed=cut(row.bed, LONGEST_BED)) if row.bed else pen.say("no bed noted")
    return pen.bold(" · ".join([bed, row.name, handover.day(row, pen.language)]), size=1.3)


def _sofa(pen: Pen, row: Row) -> Flowable:
    return pen.bold(handover.sofa(row, pen.language), size=1.1)


def _facts(pen: Pen, row: Row) -> Flowable:
    return pen.text(" · ".join(_whole(handover.marker(one, pen.language)) for one in row.markers) or pen.say("no marker yet"))


def _alerts(pen: Pen, row: Row, now: datetime) -> list[Flowable]:
    return [pen.bold(f"! {told}") for told in (*handover.owed(row, now, pen.language), *handover.flags(row, pen.language))]


def _doses(pen: Pen, row: Row) -> list[Flowable]:
    so_far = ", ".join(handover.doses_so_far(row, pen.language))
    told: list[Flowable] = [pen.text(f"{so_far}.")] if so_far else []
    to_give = [_box(pen, slot) for slot, state in row.doses if state == "due"]
    return [*told, pen.text(APART.join(to_give), strong=pen.say("Doses of today:"))] if to_give else told


def _box(pen: Pen, slot: str) -> str:
    return _whole(f"{BOX} {pen.say(slot)} ____ h ____")


def _whole(told: str) -> str:
    """Kept on one line."""
    return told.replace(" ", "\u00a0")


def _day_7(pen: Pen, row: Row) -> list[Flowable]:
    return [pen.text(day_7.short(row.day_7, pen.language))] if row.day_7 else []


def _asked(pen: Pen, row: Row) -> list[Flowable]:
    asked = [part for due in row.due for part in _of_visit(pen, due)]
    if asked or row.next_visit is None:
        return asked
    return [pen.text(told, strong=pen.say("Next:")) for told in (handover.visit(row.next_visit, row, pen.language),)]


def _of_visit(pen: Pen, due: Due) -> Iterable[Flowable]:
    head: Any = f"{pen.say(WHEN.get(due.state, due.state), on=due.closes)} {pen.say('day {day} panel', day=due.visit_day)}"
    wanted = tubes.sources(due.to_draw)
    lines = [_whole(f"{BOX} {source.label(pen.language)}") for source in wanted]
    awaited = [pen.say("result awaited: {variables}", variables=due.awaited)] if due.awaited else []
    return [pen.text(APART.join([*lines, *awaited]), strong=head)]
