"""The passport of a score: its papers, the version of its rules, its boundary checks as they come out now, and where
published implementations part."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from components import score_words, words
from components.why import value_text
from components.words import _
from scoring.notes import Note
from scoring.passports import Checked
from scoring.rules import VERSION

CODED_OPTION = "<code>{name}</code>&nbsp;{value}"


def draw(score: str, citation: str, options: dict[str, object], checked: Sequence[Checked], notes: Sequence[Note]) -> str:
    return "".join((
        f"<p>{escape(citation)}</p>", f"<p>{_versions(options)}</p>", _notes(notes), _checks(score, checked),
    ))  # fmt: skip


def summary(checked: Sequence[Checked]) -> str:
    """"Passport · 71 of 71 boundary checks pass"."""
    passed = sum(one.passed for one in checked)
    return _("Passport · {passed} of {all} boundary checks pass", passed=passed, all=len(checked)) if checked else _("Passport")


def _versions(options: dict[str, object]) -> str:
    told = [escape(_("Rules {version}", version=VERSION))]
    told += [CODED_OPTION.format(name=escape(name), value=escape(_option(value))) for name, value in options.items()]
    return " · ".join(told)


def _option(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    return "–" if value in (None, "") else str(value)


def _notes(notes: Sequence[Note]) -> str:
    if not notes:
        return ""
    head = f'<tr><th class="text">{escape(_("What differs elsewhere"))}</th><th class="text">{escape(_("Here"))}</th></tr>'
    rows = ""
    for note in notes:
        other, here = note.text(words.language())
        mark = f' <span class="memory">† {escape(_("from memory"))}</span>' if note.memory else ""
        rows += f'<tr><td class="text">{escape(other)}</td><td class="text">{escape(here)}{mark}</td></tr>'
    return f'<div class="scroll"><table class="flow notes">{head}{rows}</table></div>'


def _checks(score: str, checked: Sequence[Checked]) -> str:
    if not checked:
        return ""
    rows = "".join(_check(score, one) for one in checked)
    head = "".join(f"<th{kind}>{escape(text)}</th>" for text, kind in (
        (_("Item"), ' class="text"'), (_("Values"), ' class="text"'), (_("Expected"), ""), (_("Result"), ""),
    ))  # fmt: skip
    return f'<div class="scroll"><table class="flow checks"><tr>{head}</tr>{rows}</table></div>'


def _name(code: str) -> str:
    """A column; for CTCAE what stands beside the value too."""
    told = {"value": _("Value"), "uln": _("Upper limit of normal"), "baseline": _("Before the first dose"), "version": "CTCAE v"}
    return told.get(code) or score_words.variable(code)


def _check(score: str, one: Checked) -> str:
    values = ", ".join(f"{_name(code)} {value_text(value)}" for code, value in one.check.values.items())
    got = words.number(one.low) if one.low == one.high else f"{one.low:g}–{one.high:g}"
    sign = f"✓ {got}" if one.passed else f"✗ {got}"
    look = "" if one.passed else ' class="owed"'
    return (f'<tr><td class="text">{escape(score_words.item(score, one.check.item))}</td><td class="text">{escape(values)}</td>'
            f"<td>{words.number(one.check.points)}</td><td{look}>{sign}</td></tr>")  # fmt: skip
