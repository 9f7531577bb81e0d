"""The screening sheet: one page of one attempt, from its frozen record or from the same record while it is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from components.paper.page import LINE, WIDTH, Pen, beside, cut, one_page, padded, space, table
from components.paper.record import Record, lines_of
from components.paper.tables import LONGEST_NAME, NONE, SIGN, criteria, scores, values
from components.words import CODED
from trial import protocol
from trial.eligibility import FLAGS, VERDICTS
from trial.errors import sentence
from trial.version import APP

STATES = {"met": True, "not_met": False}
DECISIONS = {"included": sentence("Included in the trial"), "not_included": sentence("Not included in the trial")}
DRAFT, NOT_SIGNED = sentence("Draft, not signed"), sentence("Not signed electronically")
HAND = (sentence("Name"), sentence("Date and time"), sentence("Signature"))
SCORES = {"hlh2004": "HLH-2004", "hscore": "HScore", "sofa": "SOFA"}
LONGEST_REASONS, LONGEST_NOTE, MOST_NOTES, MOST_FLAGS = 900, 300, 8, 3
GRID = [("BOX", (0, 0), (-1, -1), *LINE), ("INNERGRID", (0, 0), (-1, -1), *LINE)]


def screening_sheet(record: Record, *, language: str, zone: str, study_number: str = "", site: str = "", decision: str = "",
                    reasons: str = "", notes: Sequence[str] = ()) -> bytes:  # fmt: skip
    """The page as PDF. `zone`: whose clock the times are told in. `decision`: included, not_included or other words.
    `notes`: what would settle it, in the reader's language."""
    now = datetime.now(UTC)
    unsigned = "" if record.get("signature") else NOT_SIGNED if decision in DECISIONS else DRAFT

    def draw(size: float) -> tuple[list[Flowable], list[Flowable]]:
        pen = Pen(language, zone, size)
        top = [
            _title(pen, now, unsigned), *_header(pen, record, study_number, site), *_verdict(pen, record), *scores(pen, record),
            *values(pen, record), *criteria(pen, record), *_consent(pen, record), *_notes(pen, notes),
            *_decision(pen, record, decision, reasons),
        ]  # fmt: skip
        return top, [*_signatures(pen, record, unsigned), _footer(pen, record)]

    return one_page(draw, title=f"JAKAHDI {record.get('number') or ''}", language=language)


def _header(pen: Pen, record: Record, study_number: str, site: str) -> list[Flowable]:
    sex = pen.say(CODED["sex"].get(str(record.get("sex")), ""))
    facts: tuple[tuple[str, Any], ...] = (
        (pen.say("Screening number"), record.get("number")), (pen.say("Study number"), study_number),
        (pen.say("Site"), site), (pen.say("Attempt"), record.get("attempt")),
        (pen.say("Sex"), sex), (pen.say("Year of birth"), record.get("birth_year")),
        (pen.say("In intensive care since"), pen.day(record.get("arrived_on"))),
        (pen.say("Day of the values"), pen.day(record.get("on"))),
    )  # fmt: skip
    cells = [[pen.text(label, size=0.85), pen.bold(cut(told or NONE, LONGEST_NAME))] for label, told in facts]
    return [space(pen), table([cells[:4], cells[4:]], [WIDTH / 4] * 4, GRID)]


def _title(pen: Pen, now: datetime, unsigned: str) -> Flowable:
    title = f"{pen.say('Screening sheet')} · JAKAHDI {protocol.REGISTRATION}"
    printed = pen.say("Printed {moment} ({zone})", moment=pen.moment(now), zone=pen.zone)
    mark = pen.bold(pen.say(unsigned), size=1.15, align="center") if unsigned else ""
    boxed = [("BOX", (1, 0), (1, 0), 1, LINE[1]), ("VALIGN", (1, 0), (1, 0), "MIDDLE")] if unsigned else []
    return table([[[pen.bold(title, size=1.35), pen.text(printed, size=0.85)], mark]], [WIDTH * 0.68, WIDTH * 0.32], boxed)


def _verdict(pen: Pen, record: Record) -> list[Flowable]:
    state = str(record.get("verdict"))
    wording = f"{SIGN[STATES.get(state)]} {pen.say(VERDICTS.get(state, VERDICTS['undetermined']))}"
    tally = Counter(fulfilled for _, _, fulfilled in lines_of(record))
    counts = pen.say("{met} met · {not_met} not met · {unknown} unknown",
                     met=tally[True], not_met=tally[False], unknown=tally[None])  # fmt: skip
    wide = beside([[pen.bold(wording, size=1.45)], [pen.text(counts, align="right")]], [WIDTH * 0.4, WIDTH * 0.6 - 4])
    flags = [pen.text(pen.say(FLAGS.get(str(flag), str(flag)))) for flag in list(record.get("flags") or ())[:MOST_FLAGS]]
    boxed = [("BOX", (0, 0), (-1, -1), 1, LINE[1]), ("BOTTOMPADDING", (0, 0), (-1, -1), 3)]
    return [space(pen), table([[part] for part in (wide, *flags)], [WIDTH], boxed)]


def _consent(pen: Pen, record: Record) -> list[Flowable]:
    return [space(pen), *padded(pen.text(_consented(pen, record), strong=pen.say("Consent:")))]


def _consented(pen: Pen, record: Record) -> str:
    consent = record.get("consent")
    if not consent:
        return pen.say("none on file") if "consent" in record else pen.say("Not recorded")
    route = cut(consent.get("route"), LONGEST_NAME)
    told = f"{pen.say(CODED['consent'].get(route, route))}, {pen.moment(consent.get('signed_at'))}"
    owed = pen.say("Emergency inclusion: the consent to continue is owed as soon as it can be given.")
    return f"{told}. {owed}" if route == "emergency" else told


def _notes(pen: Pen, notes: Sequence[str]) -> list[Flowable]:
    if not notes:
        return []
    shown = [f"• {cut(note, LONGEST_NOTE)}" for note in notes[:MOST_NOTES]] + ["…"] * (len(notes) > MOST_NOTES)
    return [pen.heading(pen.say("What would settle it")), *padded(*map(pen.text, shown))]


def _decision(pen: Pen, record: Record, decision: str, reasons: str) -> list[Flowable]:
    decided = decision or (record.get("signature") or {}).get("meaning")
    told = _meaning(pen, decided) if decided else pen.say("none yet")
    why = cut(" · ".join(line.strip() for line in reasons.splitlines() if line.strip()), LONGEST_REASONS)
    parts = [pen.text(told, strong=pen.say("Decision:"))] + [pen.text(why, strong=pen.say("Reasons:"))] * bool(why)
    return padded(*parts)


def _meaning(pen: Pen, decided: Any) -> str:
    return pen.say(DECISIONS.get(str(decided), cut(decided or NONE, LONGEST_NOTE)))


def _signatures(pen: Pen, record: Record, unsigned: str) -> list[Flowable]:
    signed = record.get("signature")
    told = pen.text(_signature(pen, signed), strong=pen.say("Signed electronically:")) if signed else pen.bold(pen.say(unsigned))
    by_hand = [pen.text(pen.say(label), size=0.85) for label in HAND]
    room_to_sign = [*GRID, ("BOTTOMPADDING", (0, 0), (-1, -1), 8 * mm)]
    return [
        table([[told]], [WIDTH], [*GRID, ("BOTTOMPADDING", (0, 0), (-1, -1), 3)]),
        table([by_hand], [WIDTH * 0.36, WIDTH * 0.26, WIDTH * 0.38], room_to_sign),
    ]


def _signature(pen: Pen, signed: Record) -> str:
    role = cut(signed.get("role") or NONE, LONGEST_NAME)
    who = f"{cut(signed.get('name') or NONE, LONGEST_NAME)}, {pen.say(CODED['role'].get(role, role))}"
    return pen.say("{who}, {moment}. Meaning: {meaning}", who=who, moment=pen.moment(signed.get("at")),
                   meaning=_meaning(pen, signed.get("meaning")))  # fmt: skip


def _footer(pen: Pen, record: Record) -> Flowable:
    rules = record.get("rules") or {}
    told = ", ".join(f"{name} {cut((rules.get(code) or {}).get('version') or NONE, 16)}" for code, name in SCORES.items())
    lines = (pen.say("App {app} · rules {rules}. Not for treatment decisions.", app=APP, rules=told),
             pen.say("Pseudonymised: no name of the patient on this sheet."))  # fmt: skip
    row = [[pen.text(line, size=0.8) for line in lines], pen.text("Page 1/1", size=0.8, align="right")]
    return table([row], [WIDTH * 0.9, WIDTH * 0.1], [("TOPPADDING", (0, 0), (-1, -1), 3)])
