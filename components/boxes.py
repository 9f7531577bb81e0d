"""The boxes of a sheet: one a variable, in rounds order. Sheet in, sheet out; no database, no page.

Numbers are typed into text boxes that our own parser reads: Streamlit's number box turns "12,75" into 1275
on an English browser. The key of each box holds its scope, so that no box ever shows another day's value, and not
the sheet's token, so that a Save does not take away a box that is being typed into.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import pump, words
from components.words import _
from trial import corrections, entry
from trial.errors import Unlikely
from trial.reading import KNOWN, Reading, State
from trial.sheet import Box, Sheet, Understood
from trial.variables import GROUPS, Variable, variable

GAP = 16  # pixels between two boxes
TYPING_PAUSE = "600ms"
NOTHING: Mapping[str, Reading] = {}
BY_TAP = (State.NOT_DONE, State.PENDING, State.CARRIED)


@dataclass(frozen=True)
class Group:
    """Boxes under one heading, drawn in `place` where it is given."""

    name: str
    title: str
    codes: tuple[str, ...]
    place: DeltaGenerator | None = None


def groups_of(codes: Iterable[str]) -> list[Group]:
    """The groups of the catalogue, in its words."""
    members: dict[str, list[str]] = {}
    for code in codes:
        members.setdefault(variable(code).group, []).append(code)
    return [Group(name, _group_label(name), tuple(codes)) for name, codes in members.items()]


def draw_boxes(scope: str, groups: Iterable[Group], sheet: Sheet, *, before: Mapping[str, Reading],
               understood: Understood, stored: Mapping[str, Reading] | None = None, writable: bool = True) -> Sheet:
    """Draws the boxes group by group and returns the sheet with what stands in them now.

    `stored`: what is on file now. Where someone else saved under a box that was typed into, both values stand above it.
    """
    for group in groups:
        members = [variable(code) for code in group.codes]
        with group.place or nullcontext():
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.html(f'<h2 class="group">{escape(group.title)}</h2>', width="content")
                if writable:
                    sheet = _states_by_tap(scope, group.name, members, sheet, before, understood)
            sheet = _draw_cells(scope, members, sheet, before, understood, writable, stored=stored or {})
    return sheet


def draw_plain(scope: str, codes: Iterable[str], sheet: Sheet, *, understood: Understood) -> Sheet:
    """The same boxes in one grid, for a calculation: no groups, no taps."""
    return _draw_cells(scope, [variable(code) for code in codes], sheet, {}, understood, True, width=200)


def _choices_width(known: Variable) -> float:
    """About how many pixels the choices take side by side."""
    return sum(30 + 8.5 * len(words.choice_label(choice)) for choice in known.choices)


def _draw_cells(scope: str, members: Iterable[Variable], sheet: Sheet, before: Mapping[str, Reading], understood: Understood,
                writable: bool, width: int = 150, stored: Mapping[str, Reading] = NOTHING) -> Sheet:
    """`width` of a box in pixels; choices that need more take as many as they need."""
    grid = st.grid("auto", min_column_width=width, gap="small")
    for known in members:
        with grid.cell(column_span=max(1, math.ceil(_choices_width(known) / (width + GAP)))), st.container(gap="xxsmall"):
            if known.code in clashes(sheet, stored):
                sheet = _settle(scope, known.code, sheet, stored.get(known.code))
            sheet = _draw_cell(scope, known, sheet, before.get(known.code), understood, writable)
    return sheet


def reconcile(scope: str, held: Sheet | None, sheet: Sheet, *, saved: bool = False) -> Sheet:
    """Brings what was typed in this tab's boxes and the stored draft together: `held` is what this tab drew last,
    `saved` says that it was saved since, from this tab.

    The same sheet, typed into elsewhere meanwhile (another tab or tablet of the same person): its texts appear
    here too, rather than this tab's older boxes wiping them out. Another sheet (`held` was saved): what was typed
    here since is carried into the new one.
    """
    if held is None:
        return sheet
    for known in (variable(code) for code in {*held.shown, *held.typed, *sheet.typed, *_drawn_here(scope)}):
        key = _key_of(scope, known)
        if key not in st.session_state:
            continue
        draft = sheet.box(known.code)
        here, drawn, kept = st.session_state[key] or "", _in_box(known, held.box(known.code)), _in_box(known, draft)
        gone = held.token != sheet.token and not saved and known.code in held.typed
        if gone or (here != drawn and held.token != sheet.token):
            sheet = sheet.with_box(known.code, Box(here, held.box(known.code).unit))
        elif here != drawn:
            sheet = sheet.with_box(known.code, replace(draft, text=here, state=""))
        elif kept != drawn:
            st.session_state[key] = kept or _empty(known)
    return sheet


def _drawn_here(scope: str) -> list[str]:
    """Codes of the boxes that this tab has drawn."""
    heads, tail = (f"dec_{scope}_", f"cho_{scope}_"), f"_{_tab(scope)}"
    return [key[len(heads[0]):-len(tail)] for key in map(str, st.session_state) if key.startswith(heads) and key.endswith(tail)]


def clashes(sheet: Sheet, stored: Mapping[str, Reading]) -> list[str]:
    """Boxes typed into under which someone else saved something else meanwhile."""
    return [code for code in sheet.missed(stored) if code in sheet.typed]


def _settle(scope: str, code: str, sheet: Sheet, theirs: Reading | None) -> Sheet:
    """Both values, and a choice. Above the box: what the box shows can be set only before it is drawn."""
    mine, other = sheet.box(code).text, shown(variable(code), theirs)
    with st.container(border=True, gap="xsmall"):
        st.markdown(":orange[:material/group:] " + _(
            "{variable}: someone else saved {theirs} meanwhile; you typed {mine}. Which one is right?",
            variable=code, theirs=other, mine=mine or _("nothing")))
        if st.button(_("Keep {value}", value=mine or "–"), key=_key("mine", scope, code, sheet)):
            why = _("kept; {theirs} was saved meanwhile", theirs=other)
            sheet = sheet.taking(code, theirs)
            return sheet.with_box(code, replace(sheet.box(code), why=why))
        if st.button(_("Take {value}", value=other), key=_key("take", scope, code, sheet)):
            sheet = sheet.taking(code, theirs).without(code)
            _set_box(scope, code, sheet)
    return sheet


def _set_box(scope: str, code: str, sheet: Sheet) -> None:
    known = variable(code)
    st.session_state[_key_of(scope, known)] = _in_box(known, sheet.box(code)) or _empty(known)


def _in_box(known: Variable, box: Box) -> str:
    """What the widget shows of a box: of a finding that was not looked for, "not_done" is a choice and a state."""
    return box.text or (box.state if box.state in known.choices else "")


def _empty(known: Variable) -> str | None:
    return None if known.kind == "choice" else ""


def _draw_cell(scope: str, known: Variable, sheet: Sheet, before: Reading | None, understood: Understood, writable: bool) -> Sheet:
    sheet = sheet.with_box(known.code, _draw(scope, known, sheet, writable))
    if error := understood.errors.get(known.code):
        st.markdown(f":red[:material/error: {words.say(error)}]")
    elif doubt := understood.doubts.get(known.code):
        sheet = _ask_reason(scope, known.code, sheet, doubt)
    elif known.code in understood.corrected:
        _draw_notes(known, before, understood.readings.get(known.code))
        sheet = _ask_why_corrected(scope, known.code, sheet)
    elif sheet.box(known.code).why:
        sheet = _ask_reason(scope, known.code, sheet, None)
    else:
        _draw_notes(known, before, understood.readings.get(known.code))
    if known.code == pump.DRUG and (both := pump.two_readings(understood.readings)):
        st.markdown(f":orange[:material/label: {both}]")
    return sheet


def _ask_reason(scope: str, code: str, sheet: Sheet, doubt: Unlikely | None) -> Sheet:
    """An unlikely value: once, a reason or another value."""
    if doubt:
        st.markdown(f":orange[:material/help: {words.say(doubt)}]")
    why = st.text_input(_("It is right, because…"), value=sheet.box(code).why, key=_key("txt", scope, f"why_{code}", sheet),
                        live=TYPING_PAUSE, placeholder=_("checked with the laboratory"))
    return sheet.with_box(code, replace(sheet.box(code), why=why or ""))


def _ask_why_corrected(scope: str, code: str, sheet: Sheet) -> Sheet:
    """A saved value that is changed: one tap, or words."""
    box, taps = sheet.box(code), corrections.reasons(words.language())
    before = shown(variable(code), sheet.shown.get(code))
    tapped = st.pills(_("Saved as {value}: why is it changed?", value=before), taps, default=box.why if box.why in taps else None,
                      format_func=corrections.on_the_tap,
                      key=_key("cor", scope, f"why_{code}", sheet))
    said = st.text_input(_("or in words"), value="" if box.why in taps else box.why, key=_key("txt", scope, f"cor_{code}", sheet),
                         live=TYPING_PAUSE, label_visibility="collapsed", placeholder=_("or in words"))
    return sheet.with_box(code, replace(box, why=(said or "").strip() or tapped or ""))


def _draw(scope: str, known: Variable, sheet: Sheet, writable: bool) -> Box:
    box = sheet.box(known.code)
    if known.kind == "choice":
        return _draw_choice(scope, known, sheet, box, writable)
    if box.state and st.session_state.get(_key_of_state(scope, known, sheet), box.state):
        return _draw_state(scope, known, sheet, box, writable)
    if box.state:
        box = Box(unit=box.unit)  # tapped away: the number's box comes back in this very run
    unit = box.unit or known.unit
    text = st.text_input(
        f"{words.label(known.code)} ({words.unit_label(unit)})" if unit else words.label(known.code),
        value=box.text,
        key=_key_of(scope, known),
        live=TYPING_PAUSE,
        disabled=not writable,
        autocomplete="off",
    )
    return Box(text or "", box.unit, "", box.why)


def _draw_choice(scope: str, known: Variable, sheet: Sheet, box: Box, writable: bool) -> Box:
    chosen = st.segmented_control(
        words.label(known.code),
        known.choices,
        default=_in_box(known, box) or None,
        format_func=words.choice_label,
        key=_key_of(scope, known),
        disabled=not writable,
    )
    if chosen == State.NOT_DONE:
        return Box(state=str(chosen), why=box.why)
    return Box(chosen or "", "", "" if chosen or box.state in known.choices else box.state, box.why)


def _draw_state(scope: str, known: Variable, sheet: Sheet, box: Box, writable: bool) -> Box:
    st.markdown(words.label_with_unit(known.code))
    kept = st.segmented_control(
        words.label(known.code),
        [box.state],
        default=box.state,
        format_func=lambda state: f":material/block: {words.coded('state', state)}",
        key=_key_of_state(scope, known, sheet),
        label_visibility="collapsed",
        disabled=not writable,
        help=_("Tap again to type a value"),
    )
    return box if kept else Box(unit=box.unit)


def _draw_notes(known: Variable, before: Reading | None, now: Reading | None) -> None:
    notes = [read_back(known, now)] if now and _was_converted(known, now) else []
    if before and before.state in KNOWN:
        notes.append(_("before: {value}", value=_change(known, before, now)))
    if notes:
        st.markdown(f":gray[{' · '.join(notes)}]")


def read_back(known: Variable, reading: Reading) -> str:
    """What was understood, in the canonical unit."""
    unit = "" if known.unit == "fraction" else words.unit_label(known.unit)
    return f"= {shown(known, reading)} {unit}".strip()


def shown(known: Variable, reading: Reading | None) -> str:
    if reading is None or reading.state is State.WITHDRAWN:
        return "–"
    if reading.state not in KNOWN:
        return words.coded("state", reading.state)
    if reading.choice:
        return words.choice_label(reading.choice)
    sign = "" if reading.comparator == "=" else f"{reading.comparator} "
    return sign + words.number(reading.number, known.decimals)


def _change(known: Variable, before: Reading, now: Reading | None) -> str:
    text = shown(known, before)
    if not now or now.number is None or before.number is None or now.number == before.number:
        return text
    return f"{text} ({'↑' if now.number > before.number else '↓'})"


def _was_converted(known: Variable, now: Reading) -> bool:
    elsewhere = bool(now.unit) and now.unit != known.unit
    return known.kind == "number" and now.state in KNOWN and (elsewhere or entry.pump_of(now.typed) is not None)


def _states_by_tap(scope: str, group: str, members: list[Variable], sheet: Sheet, before: Mapping[str, Reading],
                   understood: Understood) -> Sheet:
    """Not done, pending, as before: one tap for each empty box of the group. The pump, where norepinephrine is."""
    empty = [known for known in members if known.kind == "number" and not sheet.box(known.code).text]
    convertible = [known for known in members if len(known.units) > 1]
    by_pump = any(known.code == pump.DRUG for known in members)
    if not empty and not convertible and not by_pump:
        return sheet
    more = st.popover(_("Not done, as before, units…"), icon=":material/more_horiz:", type="tertiary",
                      key=f"more_{scope}_{group}_{_tab(scope)}", on_change="rerun")
    if not more.open:
        return sheet
    with more:
        if by_pump:
            sheet = _by_pump(scope, sheet, before, understood)
        for known in empty:
            sheet = sheet.with_box(known.code, _tap_state(scope, known, sheet, before))
        for known in convertible:
            sheet = sheet.with_box(known.code, _choose_unit(scope, known, sheet))
    return sheet


def _by_pump(scope: str, sheet: Sheet, before: Mapping[str, Reading], understood: Understood) -> Sheet:
    weight = understood.readings.get("weight")
    text = pump.draw(f"_{scope}_{sheet.token}", typed=sheet.box(pump.DRUG).text, last=before.get(pump.DRUG),
                     weight=weight if weight and weight.number else before.get("weight"))
    if text:
        sheet = sheet.with_box(pump.DRUG, Box(text, why=sheet.box(pump.DRUG).why))
        _set_box(scope, pump.DRUG, sheet)
    return sheet


def _tap_state(scope: str, known: Variable, sheet: Sheet, before: Mapping[str, Reading]) -> Box:
    box = sheet.box(known.code)
    earlier = before.get(known.code)
    states = [state for state in BY_TAP if state is not State.CARRIED or (earlier and earlier.state in KNOWN)]
    tapped = st.segmented_control(
        words.label(known.code),
        [str(state) for state in states],
        default=box.state if box.state in states else None,
        format_func=lambda state: words.coded("state", state),
        key=_key("tap", scope, f"{known.code}_{box.state}", sheet),
    )
    return Box(state=tapped, why=box.why) if tapped else Box(unit=box.unit, why=box.why)


def _choose_unit(scope: str, known: Variable, sheet: Sheet) -> Box:
    box = sheet.box(known.code)
    unit = st.segmented_control(
        _("Unit of {variable}", variable=known.code),
        known.units,
        default=box.unit if box.unit in known.units else known.unit,
        format_func=words.unit_label,
        key=_key("uni", scope, known.code, sheet),
        required=True,
    )
    return Box(box.text, "" if unit == known.unit else str(unit), box.state, box.why)


def _group_label(group: str) -> str:
    english, french = GROUPS[group]
    return french if words.language() == "fr" else english


def _key_of(scope: str, known: Variable) -> str:
    """Of the widget that the value is typed into or chosen in."""
    return f"{'cho' if known.kind == 'choice' else 'dec'}_{scope}_{known.code}_{_tab(scope)}"


def _tab(scope: str) -> str:
    """The same as long as this tab lives on this server: a browser that comes back to a server that was restarted
    gets new boxes with what the draft holds, rather than sending its old ones."""
    return str(st.session_state.setdefault(f"boxes:{scope}", secrets.token_hex(8)))


def _key_of_state(scope: str, known: Variable, sheet: Sheet) -> str:
    return _key("sta", scope, f"{known.code}_{sheet.box(known.code).state}", sheet)


def _key(kind: str, scope: str, what: str, sheet: Sheet) -> str:
    return f"{kind}_{scope}_{what}_{sheet.token}"
