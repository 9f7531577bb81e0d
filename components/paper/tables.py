"""The tables of a screening record on paper: the three scores, the values, the criteria. State by sign and word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Table

from components.hlh_scores import HLH2004_WORDS, HSCORE_WORDS
from components.paper.page import LINE, WIDTH, Pen, beside, cut, padded, ruled, space, table
from components.paper.record import NOT_RECORDED, Record, lines_of, score_of, truth, values_of
from components.screening.criteria import MET, STATES
from components.sofa_line import ORGAN_WORDS
from components.words import CODED, span
from scoring import hlh2004, hscore, sofa
from trial.eligibility import NEEDED, Criterion
from trial.errors import sentence
from trial.variables import CALCULATOR, CHOICE_LABELS, VARIABLES, Variable

SIGN: dict[Any, str] = {True: "✓", False: "✗", None: "?"}
ANSWERS = CODED["answer"] | {"computed": sentence("Computed"), NOT_RECORDED: sentence("Not recorded")}
NONE = "–"
GAP = 4 * mm
HALF = (WIDTH - GAP) / 2
MOST_VALUES, LONGEST_NAME, LONGEST_TYPED, LONGEST_UNIT = 60, 60, 24, 16
ORGAN_POINTS = 4


def scores(pen: Pen, record: Record) -> list[Flowable]:
    widths = [WIDTH * 0.42, WIDTH * 0.36, WIDTH * 0.22]
    needed = record.get("needed") or NEEDED
    parts = (
        _hlh2004(pen, score_of(record, "hlh2004"), widths[0] - GAP, needed["hlh2004"]),
        _hscore(pen, score_of(record, "hscore"), widths[1] - GAP, needed["hscore"]),
        _sofa(pen, score_of(record, "sofa"), widths[2], needed["sofa"]),
    )
    return [space(pen), beside(parts, widths)]


def _hlh2004(pen: Pen, row: Record, width: float, needed: int) -> list[Flowable]:
    criteria = {name: truth(row.get(name)) for name in hlh2004.SI}
    tally = Counter(criteria.values())
    counts = {"count": tally[True], "not_met": tally[False], "unknown": tally[None]}
    held = {name: row[name] for name in counts if row.get(name) is not None}
    title = pen.say("HLH-2004: {count} met, {not_met} not met, {unknown} unknown of 8; {needed} are needed",
                    needed=needed, **(counts | held))  # fmt: skip
    rows = [[pen.text(pen.say(HLH2004_WORDS[name])), pen.text(_state(pen, MET, met))] for name, met in criteria.items()]
    return [_title(pen, truth(row.get("met")), title, width), ruled(rows, [width - pen.size * 7.4, pen.size * 7.4])]


def _state(pen: Pen, words: Mapping[Any, str], state: bool | None) -> str:
    return f"{SIGN[state]} {pen.say(words[state])}"


def _hscore(pen: Pen, row: Record, width: float, needed: int) -> list[Flowable]:
    items = {name: (row.get(name), max(item.points)) for name, item in hscore.TABLE.items()}
    low, high = _ends(row, items)
    title = pen.say("HScore {total}; {needed} is needed (ICU literature: {icu})", total=span(low, high), needed=needed,
                    icu=hscore.ICU_CUTOFF)  # fmt: skip
    return [_title(pen, _reached(low, high, needed), title, width), _points(pen, items, HSCORE_WORDS, width)]


def _sofa(pen: Pen, row: Record, width: float, needed: int) -> list[Flowable]:
    organs = {organ: (row.get(organ), ORGAN_POINTS) for organ in sofa.ORGANS}
    low, high = _ends(row, organs)
    title = pen.say("SOFA {total}; {needed} is needed", total=span(low, high), needed=needed)
    return [_title(pen, _reached(low, high, needed), title, width), _points(pen, organs, ORGAN_WORDS, width)]


def _ends(row: Record, items: Mapping[str, tuple[Any, int]]) -> tuple[int, int]:
    """The lowest and the highest total; of the items where the record does not say."""
    lowest = sum(points or 0 for points, _ in items.values())
    highest = sum(most if points is None else points for points, most in items.values())
    low, high = row.get("low"), row.get("high")
    return int(lowest if low is None else low), int(highest if high is None else high)


def _reached(low: int, high: int, needed: int) -> bool | None:
    return True if low >= needed else False if high < needed else None


def _title(pen: Pen, state: bool | None, title: str, width: float) -> Table:
    return table([[pen.bold(f"{SIGN[state]} {title}")]], [width], [("LINEBELOW", (0, 0), (-1, -1), *LINE)])


def _points(pen: Pen, items: Mapping[str, tuple[Any, int]], named: Mapping[str, str], width: float) -> Table:
    """"3 / 4": points, and the most that the item can give."""
    told = {name: f"{'?' if points is None else int(points)} / {most}" for name, (points, most) in items.items()}
    rows = [[pen.text(pen.say(named[name])), pen.text(points, align="right")] for name, points in told.items()]
    return ruled(rows, [width - pen.size * 4.2, pen.size * 4.2])


def values(pen: Pen, record: Record) -> list[Flowable]:
    known = values_of(record)[:MOST_VALUES]
    twice = {code for code, count in Counter(one.get("code") for one in known).items() if count > 1}
    rows = [_value_row(pen, one, one.get("code") in twice) for one in known]
    half = -(-len(rows) // 2)
    widths = [HALF * 0.33, HALF * 0.31, HALF * 0.36]
    columns = [[ruled(part, widths)] for part in (rows[:half], rows[half:]) if part]
    told = [beside(columns, [HALF + GAP, HALF][: len(columns)])] if rows else padded(pen.text(pen.say("No value yet")))
    missing = [_name(pen, str(code)) for code in list(record.get("missing") or ())[:MOST_VALUES]]
    lost = [space(pen), *padded(pen.text(", ".join(missing), strong=pen.say("Missing:")))]
    return [pen.heading(pen.say("Values, as typed")), *told, *(lost if missing else [])]


def _value_row(pen: Pen, one: Record, twice: bool) -> list[Flowable]:
    """`twice`: the scores took it from two days, and each row says which."""
    read_by = f" ({', '.join(map(str, one.get('scores') or ()))})" if twice else ""
    at = pen.moment(one["sampled_at"], "d MMM HH:mm") if one.get("sampled_at") else pen.day(one.get("on_date"), "d MMM")
    if one.get("entered_at") and not one.get("sampled_at"):
        at += f" ({pen.say('entered {time}', time=pen.moment(one['entered_at'], 'd MMM HH:mm'))})"
    when = f"{at} · {pen.say('carried over')}" if one.get("carried") else at
    return [pen.text(_name(pen, str(one.get("code"))) + read_by), pen.bold(_value(pen, one)), pen.text(when)]


def _variable(code: str) -> Variable | None:
    return VARIABLES.get(code) or CALCULATOR.get(code)


def _name(pen: Pen, code: str) -> str:
    known = _variable(code)
    return cut(code, LONGEST_NAME) if known is None else known.fr if pen.language == "fr" else known.en


def _value(pen: Pen, one: Record) -> str:
    """As it was typed, and in the unit of the cut-offs where that is another one."""
    value, unit, typed = one.get("value"), str(one.get("unit") or ""), cut(one.get("typed") or "", LONGEST_TYPED)
    if isinstance(value, str):
        english, french = CHOICE_LABELS.get(value, (value, value))
        return french if pen.language == "fr" else english
    if value is None:
        return typed or NONE
    known = _variable(str(one.get("code")))
    canonical, decimals = (known.unit, known.decimals) if known else (unit, 0)
    sign = one["comparator"] if one.get("comparator") in ("<", ">") else ""
    counted = _measured(sign, pen.number(float(value), decimals), canonical)
    if not typed:
        return counted
    told = _measured(sign, typed, unit)
    return told if unit in ("", canonical) else f"{told} = {counted}"


def _measured(sign: str, number: str, unit: str) -> str:
    signed = number if not sign or sign in number else f"{sign} {number}"
    return signed if unit in ("", "fraction") else f"{signed}\u00a0{cut(unit, LONGEST_UNIT)}"


def criteria(pen: Pen, record: Record) -> list[Flowable]:
    rows = [_criterion(pen, *line) for line in lines_of(record)]
    half = -(-len(rows) // 2)
    name, answer, state = pen.size * 2.9, pen.size * 6.2, pen.size * 7.6
    widths = [name, HALF - name - answer - state, answer, state]
    columns = [[ruled(rows[:half], widths)], [ruled(rows[half:], widths)]]
    return [pen.heading(pen.say("Criteria of the registry")), beside(columns, [HALF + GAP, HALF])]


def _criterion(pen: Pen, criterion: Criterion, answer: str, fulfilled: Any) -> list[Flowable]:
    if answer == "computed" and criterion.childbearing:  # not asked of this patient
        answer = "not_applicable"
    state = NONE if fulfilled == NOT_RECORDED else _state(pen, STATES[criterion.kind], fulfilled)
    if answer == "not_applicable":
        state = SIGN[fulfilled]
    return [pen.text(told) for told in (criterion.name, criterion.text(pen.language), pen.say(ANSWERS.get(answer, answer)), state)]
