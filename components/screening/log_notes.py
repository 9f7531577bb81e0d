"""Who would have entered under another rule, and whose consent is owed: two short tables."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from components import words
from components.screening import log_table
from components.words import _
from trial.eligibility import BY_CODE
from trial.owed import Owed
from trial.what_if import Outcome, Variant, WhatIf

NAMED = 12  # patients named in a cell


def what_if(found: WhatIf) -> str:
    """Rules that change nothing share one row."""
    changing = [one for one in found.variants if _changes(one, found.today) or (one.variant and not one.variant.entry.left_out)]
    same = [code for one in found.variants if one.variant and one not in changing for code in one.variant.entry.left_out]
    heads = (_("Rule"), _("Criteria met"), _("Undetermined"), _("More than today"))
    rows = [_row(one, found.today) for one in changing]
    if same:
        told = _("Without any single one of {criteria}: as today", criteria=", ".join(BY_CODE[code].name for code in same))
        rows.append(f'<tr><td class="text quiet" colspan="4">{escape(told)}</td></tr>')
    return _table("what-if", heads, [_row(found.today, found.today), *rows])


def _changes(one: Outcome, today: Outcome) -> bool:
    return bool(one.more) or one.undetermined != today.undetermined or one.met != today.met


def _row(one: Outcome, today: Outcome) -> str:
    told = _listed(one.more) if one.more else _("nobody")
    added = f"<b>+{len(one.more)}</b> " if one.more else ""
    more = f'{added}<span class="quiet">{escape(told)}</span>' if one.variant else ""
    cells = f'<td>{_count(one.met)}</td><td>{_count(one.undetermined)}</td><td class="text">{more}</td>'
    return f'<tr class="{"" if one.variant else "today"}"><td class="text">{_rule(one.variant)}</td>{cells}</tr>'


def _rule(variant: Variant | None) -> str:
    if variant is None:
        return f"<b>{escape(_('Today’s rule'))}</b>"
    if not variant.entry.left_out:
        return escape(_(variant.wording, **variant.facts))
    named = " · ".join(log_table.reason(BY_CODE[code].name) for code in BY_CODE if code in variant.entry.left_out)
    return escape(_(variant.wording, criterion=named))


def _count(numbers: Sequence[str]) -> str:
    return words.number(len(numbers), 0)


def remarks(found: WhatIf) -> list[str]:
    """What the reader must know of the records that do not fit."""
    told = []
    if found.not_known:
        told.append(_("Not known, the record cannot be judged anew: {count} ({numbers}).", count=len(found.not_known),
                      numbers=_listed(found.not_known)))
    if found.differs:
        told.append(_("Judged anew by today’s rule, the verdict is not the frozen one: {count} ({numbers}).",
                      count=len(found.differs), numbers=_listed(found.differs)))
    return told


def _listed(numbers: Sequence[str]) -> str:
    rest = len(numbers) - NAMED
    return ", ".join(numbers[:NAMED]) + (f" {_('and {count} more', count=rest)}" if rest > 0 else "")


def owed(found: Sequence[Owed]) -> str:
    heads = (_("Patient"), _("Screening number"), _("Owed since"), _("Days"), _("State"))
    return _table("consents", heads, [_owed(one) for one in found])


def _owed(one: Owed) -> str:
    if one.died_on:
        state = f"† {_('died on {day}', day=one.died_on)}"
    elif one.withdrew_on:
        state = _("withdrew on {day}", day=one.withdrew_on)
    else:
        state = f"! {_('to be asked')}"
    marked = f'<span class="{"owed" if one.can_be_asked else "quiet"}">{escape(state)}</span>'
    return (f'<tr><td class="text"><b>{escape(one.name)}</b></td><td class="text">{escape(one.number)}</td>'
            f'<td class="text">{escape(words.day(one.since, year=True))}</td><td>{words.number(one.days, 0)}</td>'
            f'<td class="text">{marked}</td></tr>')


def _table(kind: str, heads: Sequence[str], rows: Sequence[str]) -> str:
    numbers = {_("Criteria met"), _("Undetermined"), _("Days")}
    head = "".join(f'<th class="{"" if one in numbers else "text"}">{escape(one)}</th>' for one in heads)
    body = f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f'<div class="scroll"><table class="flow {kind}">{body}</table></div>'
