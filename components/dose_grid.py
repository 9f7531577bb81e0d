"""Doses on the screen: the day's two with one tap each, the ribbon of all 56, how many and how much was taken."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from components import words
from components.words import _
from trial import protocol
from trial.dosing import (
    BY_TUBE,
    CATCH_UP,
    FINAL,
    LINKED,
    REASONS,
    ROUTES,
    SLOTS,
    STATES,
    TAKEN,
    US_LABEL,
    USUAL,
    Dose,
    End,
    Link,
    intensity,
    link_of,
    newest_charted,
)
from trial.variables import VARIABLES

SIGNS = {"due": "○", "given": "✓", "late": "✓!", "held": "‖", "missed": "✗", "vomited": "↩", "planned": "·", "spared": "–"}
NOON = time(12)  # an evening dose given before it was given in the night after
Chart = Callable[[Dose, Dose | None, str], None]


def by_slot(charted: pd.DataFrame) -> dict[tuple[int, str], Dose]:
    """The charted doses by day and slot; a withdrawn one is none."""
    return {(dose.day, dose.slot): dose for dose in map(_dose, charted.to_dict("records")) if dose.state != "withdrawn"}


def _dose(row: dict[Any, Any]) -> Dose:
    given_at = None if pd.isna(row["given_at"]) else row["given_at"].to_pydatetime()
    mg = None if pd.isna(row["mg"]) else float(row["mg"])
    return Dose(int(row["day"]), row["slot"], row["state"], given_at, row["route"], mg, row["reason"])


def usual_route(charted: Mapping[tuple[int, str], Dose]) -> str:
    """That of the last dose taken."""
    return next((dose.route for dose in newest_charted(charted) if dose.taken and dose.route), "oral")


def summary(charted: Mapping[tuple[int, str], Dose], today: int, end: End | None = None) -> str:
    """How many of the doses planned until now were taken, how the others ended, and the dose intensity."""
    past = [(day, slot) for day in range(1, min(today, protocol.DAYS) + 1) for slot in SLOTS]
    planned = sum(place in charted or end is None or not end.spares(*place) for place in past)
    counts = Counter(dose.state for dose in charted.values())
    taken = sum(counts[state] for state in TAKEN)
    others = " · ".join(f"{_state(state)} {counts[state]}" for state in STATES[1:] if counts[state])
    text = _("{taken} of {planned} doses planned until today were taken", taken=taken, planned=planned)
    told = f'<p><b>{escape(text)}</b> <span class="quiet">{escape(others)}</span>'
    return f"{told}<br>{escape(_intensity(charted, today, end))}</p>"


def _intensity(charted: Mapping[tuple[int, str], Dose], today: int, end: End | None) -> str:
    found = intensity(charted, today, end)
    if found.percent is None:
        return ""
    given, share = (_range(*ends) for ends in ((found.low, found.high), found.percent))
    told = _("Dose intensity: {given} of {planned} mg planned so far ({share}%)", given=given, planned=found.planned, share=share)
    open_ = _("{number} not charted", number=round((found.high - found.low) / protocol.DOSE_MG)) if found.high > found.low else ""
    vomited = _("{mg} mg of it vomited", mg=found.vomited) if found.vomited else ""
    return ", ".join(part for part in (told, open_, vomited) if part)


def _range(low: float, high: float) -> str:
    ends = words.number(float(round(low))), words.number(float(round(high)))
    return ends[0] if ends[0] == ends[1] else "–".join(ends)


def ribbon(charted: Mapping[tuple[int, str], Dose], today: int, end: End | None = None) -> str:
    """All 56, a cell a day, in shape and text."""
    cells = "".join(_ribbon_day(day, charted, today, end) for day in range(1, protocol.DAYS + 1))
    states = (*STATES, "due") if end is None else (*STATES, "due", "spared")
    legend = " · ".join(f"{SIGNS[state]} {_state(state)}" for state in states)
    return f'<div class="doses28">{cells}</div><p class="quiet">{escape(legend)}</p>'


def _ribbon_day(day: int, charted: Mapping[tuple[int, str], Dose], today: int, end: End | None) -> str:
    slots = ""
    for slot in SLOTS:
        state = _state_of(charted.get((day, slot)), day, slot, today, end)
        told = escape(_("{slot}: {state}", slot=words.coded("slot", slot), state=_state(state)))
        slots += f'<span class="dose {state}" title="{told}">{SIGNS[state]}</span>'
    shown = "day today" if day == today else "day"
    return f'<div class="{shown}">{escape(_("D{day}", day=day))}<div class="slots">{slots}</div></div>'


def _state_of(dose: Dose | None, day: int, slot: str, today: int, end: End | None) -> str:
    if dose is not None:
        return dose.state
    if end is not None and end.spares(day, slot):
        return "spared"
    return "due" if day <= today else "planned"


def _state(state: str) -> str:
    return _("not applicable") if state == "spared" else words.coded("dose", state)


def end_line(end: End, zone: str) -> str:
    """Why no later dose is asked for."""
    told = _("{milestone}, {at}: doses after it are not asked for.", milestone=end.kind,
             at=words.moment(end.at, zone))
    return f'<p class="quiet">{escape(told)}</p>'


def tube_card(shown: bool) -> str:
    """The label's steps for a feeding tube, open where the dose goes by tube."""
    steps = "".join(f"<li>{escape(_(step))}</li>" for step in BY_TUBE)
    return (f'<details class="tube"{" open" if shown else ""}><summary>{escape(_("By feeding tube"))}</summary><ul>{steps}</ul>'
            f'<p class="quiet">{escape(_("{source}. Check the protocol.", source=_(US_LABEL)))}</p></details>')


def catch_up() -> str:
    return f'<p class="quiet">{escape(_(CATCH_UP))} {escape(_("{source}. Check the protocol.", source=_(US_LABEL)))}</p>'


def reason_words(reason: str) -> str:
    """A reason of the list, one that names a value, or as it was typed."""
    link = link_of(reason)
    if link is None:
        return _(reason)
    unit = words.unit_label(VARIABLES[link.variable].unit) if link.variable in VARIABLES else ""
    told = _("{variable} {number} {unit} on {day}", variable=link.variable, number=link.number, unit=unit, day=words.day(link.on))
    return f"{told} · {link.typed}" if link.typed else told


def draw_dose(scope: str, day: int, slot: str, charted: Dose | None, *, now: datetime, zone: str, on: date, writable: bool,
              chart: Chart, end: End | None = None, causes: Sequence[str] = (), usual: str = "oral") -> None:
    """One dose: as charted, or charted by one tap. `chart` gets the dose, what the screen showed, and the form's token.

    `causes`: the values that may be the reason for a dose held or missed (trial.dosing.Link). `usual`: the route of one tap.
    """
    st.markdown(f"**{words.coded('slot', slot).capitalize()}**")
    spared = charted is None and end is not None and end.spares(day, slot)
    st.html(_as_charted(charted, zone, spared))
    if not writable or (spared and end is not None and end.kind in FINAL):
        return
    key = f"{scope}_{day}_{slot}_{charted.state if charted else 'none'}"
    token = st.session_state.setdefault(f"token_{key}", secrets.token_hex(8))
    ago = on != now.astimezone(ZoneInfo(zone)).date()
    at_once = _("Given now") if usual == "oral" else _("Given now, by tube")
    if charted is None and not ago and not spared and st.button(
            at_once, key=f"given_{key}", type="primary", icon=":material/check:", width="stretch"):
        chart(Dose(day, slot, "given", now, usual, float(protocol.DOSE_MG)), charted, token)
    with st.expander(_("Correct") if charted else _("Other: time, route, late, held, missed…"), key=f"other_{key}",
                     on_change="rerun") as other:
        if other.open:
            _draw_other(key, day, slot, charted, now=now, zone=zone, on=on, token=token, chart=chart, causes=causes, usual=usual)


def forget_tokens(scope: str) -> None:
    """After a dose was charted: the same dose charted again later is another act, not a double tap."""
    for key in [key for key in st.session_state if str(key).startswith(f"token_{scope}_")]:
        del st.session_state[key]


def _draw_other(key: str, day: int, slot: str, charted: Dose | None, *, now: datetime, zone: str, on: date, token: str,
                chart: Chart, causes: Sequence[str], usual: str) -> None:
    states = (*STATES, "withdrawn") if charted else STATES
    state = st.segmented_control(_("What happened"), states, default="given", format_func=_state, key=f"state_{key}",
                                 required=True)
    given_at, route, mg = None, None, None
    if state in TAKEN:
        clock = st.time_input(_("Given at"), value=_usual(slot, now, zone, on), key=f"at_{key}")
        after_midnight = slot == "evening" and clock < NOON
        given_at = datetime.combine(on + timedelta(days=after_midnight), clock, ZoneInfo(zone))
        st.markdown(f":gray[{words.moment(given_at, zone)}]")
        route = st.segmented_control(_("Route"), ROUTES, default=usual, format_func=_, key=f"route_{key}", required=True)
        mg = float(protocol.DOSE_MG)
        if route == "tube" and usual != "tube":  # where it is usual the card is open on the page
            st.html(tube_card(True))
    if state == "missed":
        st.html(catch_up())
    reason = _ask_reason(key, str(state), charted, causes)
    if st.button(_("Chart"), key=f"chart_{key}", type="primary", width="stretch"):
        chart(Dose(day, slot, str(state), given_at, route, mg, reason), charted, token)


def _ask_reason(key: str, state: str, charted: Dose | None, causes: Sequence[str]) -> str:
    offered = (*(causes if state in LINKED else ()), *REASONS.get(state, ()))
    if not offered and not charted:
        return ""
    picked = st.pills(_("Reason"), offered, format_func=reason_words, key=f"reason_{key}_{state}") if offered else None
    typed = st.text_input(_("Reason, in words (no name)"), key=f"txt_reason_{key}_{state}").strip()
    link = link_of(str(picked or ""))
    return str(Link(link.variable, link.number, link.on, typed)) if link else typed or str(picked or "")


def _usual(slot: str, now: datetime, zone: str, on: date) -> time:
    """Now, on the day itself; the usual hour of the slot, when it is charted later."""
    local = now.astimezone(ZoneInfo(zone))
    return local.time().replace(second=0, microsecond=0) if local.date() == on else USUAL[slot]


def _as_charted(charted: Dose | None, zone: str, spared: bool = False) -> str:
    if spared:
        return f'<span class="dose spared">{SIGNS["spared"]} {escape(_state("spared"))}</span>'
    if charted is None:
        return f'<span class="dose due">{SIGNS["due"]} {escape(_("not charted"))}</span>'
    parts = [_state(charted.state)]
    if charted.given_at:
        parts.append(words.moment(charted.given_at, zone))
    if charted.mg is not None:
        parts.append(f"{words.number(charted.mg)} mg")
    if charted.route:
        parts.append(_(charted.route))
    if charted.reason:
        parts.append(reason_words(charted.reason))
    return f'<span class="dose {charted.state}">{SIGNS[charted.state]} {escape(" · ".join(parts))}</span>'
