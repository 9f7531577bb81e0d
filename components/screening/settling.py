"""What would settle a criterion (trial.settle) in the reader's words: the cheapest tests first, for the screen and the sheet."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import pairwise

from components import score_words, words
from components.score_table import limits
from components.words import _
from scoring.bands import Band
from trial import protocol
from trial.errors import sentence
from trial.outcomes import READS
from trial.settle import Finding, Result, Settling, Unknown, Way
from trial.variables import VARIABLES

STATES = {"met": ("✓", sentence("met")), "not_met": ("✗", sentence("not met")), "undetermined": ("?", sentence("undetermined"))}
TITLES = {
    "hlh2004": sentence("HLH-2004, {criteria} criteria"), "hscore": sentence("HScore, {points} points"),
    "acquired_hs": sentence("HLH-2004 or HScore"), "sofa": sentence("SOFA, {points} points"),
}  # fmt: skip
OUT_OF_REACH = {
    "hlh2004": sentence("HLH-2004 cannot reach {criteria} criteria, whatever the result of: {names}."),
    "hscore": sentence("HScore cannot reach {points}, whatever the result of: {names}."),
    "acquired_hs": sentence("Neither HLH-2004 nor HScore can be reached, whatever the result of: {names}."),
    "sofa": sentence("SOFA cannot reach {points}, whatever the result of: {names}."),
}
NEEDED = {
    "hlh2004": {"criteria": protocol.HLH2004_MIN}, "hscore": {"points": protocol.HSCORE_MIN}, "acquired_hs": {},
    "sofa": {"points": protocol.SOFA_MIN},
}  # fmt: skip


def draw(settling: Settling) -> str:
    return f"<div>{_one(settling)}</div>"


def lines(settling: Settling) -> list[str]:
    """Plain sentences, the cheapest way first."""
    rows = [_("{what} → {then}", what=result_text(result.band), then=state_text(result.state))
            for unknown in settling.unknowns for result in settling.turning(unknown)]
    return [*_ways(settling), *rows, *_notes(settling)]


def title(settling: Settling) -> str:
    return _(TITLES[settling.question], **NEEDED[settling.question])


def state_text(state: str) -> str:
    sign, word = STATES[state]
    return f"{sign} {_(word)}"


def _one(settling: Settling) -> str:
    head = _("{what}: {told}", what=title(settling), told=state_text(settling.state))
    ways = "".join(f"<br>{escape(line)}" for line in _ways(settling))
    notes = "".join(f'<div class="quiet">{escape(line)}</div>' for line in _notes(settling))
    return f'<div class="verdict {settling.state}"><b>{escape(head)}</b>{ways}</div>{_table(settling)}{notes}'


def _table(settling: Settling) -> str:
    rows = "".join(_row(unknown, result) for unknown in settling.unknowns for result in settling.turning(unknown))
    if not rows:
        return ""
    heads = (_("Unknown"), _("Result that settles"), _("Then"))
    head = "".join(f'<th class="text">{escape(one)}</th>' for one in heads)
    return f'<div class="scroll"><table class="flow outcomes"><tr>{head}</tr>{rows}</table></div>'


def _row(unknown: Unknown, result: Result) -> str:
    cells = (score_words.variable(unknown.variable), _limits(result.band), state_text(result.state))
    return "<tr>" + "".join(f'<td class="text">{escape(cell)}</td>' for cell in cells) + "</tr>"


def _ways(settling: Settling) -> list[str]:
    if not settling.ways:
        return []
    first = settling.ways[0]
    told = [_("Cheapest way to settle: {way}", way=_way(settling, first))]
    for before, way in pairwise(settling.ways):
        text = _way(settling, way)
        told.append(_("Or: {way}", way=text) if way.to == before.to else _("To settle it the other way: {way}", way=text))
    return told


def _way(settling: Settling, way: Way) -> str:
    both = len(READS[settling.question]) > 1
    found = " + ".join(text for finding in way.findings for text in _finding(finding, both))
    return _("{what} → {then}", what=found, then=state_text(way.to))


def _finding(finding: Finding, both: bool) -> Iterator[str]:
    if not finding.bands and not finding.items:
        yield _("{what}: {told}", what=finding.test.label(words.language()), told=_("any result"))
    yield from (result_text(band) for band in finding.bands)
    yield from (_item(score, points, both) for score, points in finding.items)


def _item(score: str, points: Band, both: bool) -> str:
    """`both`: the sentence is of two scores, so it says which."""
    name = _(score_words.SHORT.get(points.variable, "")) or score_words.item(score, points.variable)
    if score in score_words.CRITERIA:
        told = _("met") if points.low > 0 else _("not met")
    else:
        told = _("{points} points", points=limits(points))
    return _("{what}: {told}", what=f"{score_words.title(score)}, {name}" if both else name, told=told)


def result_text(band: Band) -> str:
    """"Ferritin ≥ 500 µg/L", "Splenomegaly: yes"."""
    name = score_words.variable(band.variable)
    if band.answer or _is_any(band):
        return _("{what}: {told}", what=name, told=_limits(band))
    return f"{name} {_limits(band)}"


def _limits(band: Band) -> str:
    if _is_any(band):
        return _("any result")
    if band.answer:
        return ", ".join(limits(Band(band.variable, 0, answer=answer)) for answer in band.answer.split(", "))
    return f"{limits(band)} {_unit(band.variable)}".strip()


def _is_any(band: Band) -> bool:
    return not band.answer and band == Band(band.variable, 0)


def _unit(code: str) -> str:
    unit = VARIABLES[code].unit if code in VARIABLES else score_words.UNITS.get(code, "")
    return "" if unit == "fraction" else words.unit_label(unit)


def _notes(settling: Settling) -> list[str]:
    """What counts with others alone, what changes nothing, what an empty box stands for."""
    idle = [score_words.variable(unknown.variable) for unknown in settling.unknowns if not unknown.matters]
    together = [score_words.variable(unknown.variable) for unknown in settling.unknowns
                if unknown.matters and not settling.turning(unknown)]
    told = []
    if together and settling.state == "undetermined":
        told.append(_("Settles nothing alone, counts with others: {names}", names=together))
    if idle:
        told.append(_idle(settling, idle))
    if settling.assumed and settling.state != "met":
        names = [score_words.variable(code) for code in settling.assumed]
        told.append(_("Empty, read as adding nothing: {names}", names=names))
    return told


def _idle(settling: Settling, names: list[str]) -> str:
    if settling.state == "met":
        return _("Met either way. No need to wait for: {names}", names=names)
    if settling.state == "not_met":
        return _(OUT_OF_REACH[settling.question], names=names, **NEEDED[settling.question])
    return _("Changes nothing here, whatever the result: {names}", names=names)
