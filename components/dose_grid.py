"""Doses on the screen: the day's two with one tap each, the ribbon of all 56, how many were taken."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from components import words
from components.words import _
from trial import protocol
from trial.dosing import REASONS, ROUTES, SLOTS, STATES, TAKEN, Dose

SIGNS = {"due": "○", "given": "✓", "late": "✓!", "held": "‖", "missed": "✗", "vomited": "↩", "planned": "·"}
NOON = time(12)  # an evening dose given before it was given in the night after
Chart = Callable[[Dose, Dose | None, str], None]


def by_slot(charted: pd.DataFrame) -> dict[tuple[int, str], Dose]:
    """The charted doses by day and slot; a withdrawn one is none."""
    return {(dose.day, dose.slot): dose for dose in map(_dose, charted.to_dict("records")) if dose.state != "withdrawn"}


def _dose(row: dict[Any, Any]) -> Dose:
    given_at = None if pd.isna(row["given_at"]) else row["given_at"].to_pydatetime()
    mg = None if pd.isna(row["mg"]) else float(row["mg"])
    return Dose(int(row["day"]), row["slot"], row["state"], given_at, row["route"], mg, row["reason"])


def summary(charted: Mapping[tuple[int, str], Dose], today: int) -> str:
    """How many of the doses planned until now were taken, and how the others ended."""
    planned = protocol.DOSES_A_DAY * max(0, min(today, protocol.DAYS))
    counts = Counter(dose.state for dose in charted.values())
    taken = sum(counts[state] for state in TAKEN)
    others = " · ".join(f"{_state(state)} {counts[state]}" for state in STATES[1:] if counts[state])
    text = _("{taken} of {planned} doses planned until today were taken", taken=taken, planned=planned)
    return f'<p><b>{escape(text)}</b> <span class="quiet">{escape(others)}</span></p>'


def ribbon(charted: Mapping[tuple[int, str], Dose], today: int) -> str:
    """All 56, a cell a day, in shape and text."""
    cells = "".join(_ribbon_day(day, charted, today) for day in range(1, protocol.DAYS + 1))
    legend = " · ".join(f"{SIGNS[state]} {_state(state)}" for state in (*STATES, "due"))
    return f'<div class="doses28">{cells}</div><p class="quiet">{escape(legend)}</p>'


def _ribbon_day(day: int, charted: Mapping[tuple[int, str], Dose], today: int) -> str:
    slots = ""
    for slot in SLOTS:
        dose = charted.get((day, slot))
        state = dose.state if dose else "due" if day <= today else "planned"
        told = escape(_("{slot}: {state}", slot=words.coded("slot", slot), state=_state(state)))
        slots += f'<span class="dose {state}" title="{told}">{SIGNS[state]}</span>'
    shown = "day today" if day == today else "day"
    return f'<div class="{shown}">{escape(_("D{day}", day=day))}<div class="slots">{slots}</div></div>'


def _state(state: str) -> str:
    return words.coded("dose", state)


def draw_dose(scope: str, day: int, slot: str, charted: Dose | None, *, now: datetime, zone: str, on: date, writable: bool,
              chart: Chart) -> None:
    """One dose: as charted, or charted by one tap. `chart` gets the dose, what the screen showed, and the form's token."""
    st.markdown(f"**{words.coded('slot', slot).capitalize()}**")
    st.html(_as_charted(charted, zone))
    if not writable:
        return
    key = f"{scope}_{day}_{slot}_{charted.state if charted else 'none'}"
    token = st.session_state.setdefault(f"token_{key}", secrets.token_hex(8))
    ago = on != now.astimezone(ZoneInfo(zone)).date()
    if charted is None and not ago and st.button(
            _("Given now"), key=f"given_{key}", type="primary", icon=":material/check:", width="stretch"):
        chart(Dose(day, slot, "given", now, "oral", float(protocol.DOSE_MG)), charted, token)
    with st.expander(_("Correct") if charted else _("Other: time, route, late, held, missed…"), key=f"other_{key}",
                     on_change="rerun") as other:
        if other.open:
            _draw_other(key, day, slot, charted, now=now, zone=zone, on=on, token=token, chart=chart)


def forget_tokens(scope: str) -> None:
    """After a dose was charted: the same dose charted again later is another act, not a double tap."""
    for key in [key for key in st.session_state if str(key).startswith(f"token_{scope}_")]:
        del st.session_state[key]


def _draw_other(key: str, day: int, slot: str, charted: Dose | None, *, now: datetime, zone: str, on: date, token: str,
                chart: Chart) -> None:
    states = (*STATES, "withdrawn") if charted else STATES
    state = st.segmented_control(_("What happened"), states, default="given", format_func=_state, key=f"state_{key}",
                                 required=True)
    given_at, route, mg = None, None, None
    if state in TAKEN:
        clock = st.time_input(_("Given at"), value=_usual(slot, now, zone, on), key=f"at_{key}")
        after_midnight = slot == "evening" and clock < NOON
        given_at = datetime.combine(on + timedelta(days=after_midnight), clock, ZoneInfo(zone))
        st.markdown(f":gray[{words.moment(given_at, zone)}]")
        route = st.segmented_control(_("Route"), ROUTES, default="oral", format_func=_, key=f"route_{key}", required=True)
        mg = float(protocol.DOSE_MG)
    reason = _ask_reason(key, str(state), charted)
    if st.button(_("Chart"), key=f"chart_{key}", type="primary", width="stretch"):
        chart(Dose(day, slot, str(state), given_at, route, mg, reason), charted, token)


def _ask_reason(key: str, state: str, charted: Dose | None) -> str:
    offered = REASONS.get(state, ())
    if not offered and not charted:
        return ""
    picked = st.pills(_("Reason"), offered, format_func=_, key=f"reason_{key}_{state}") if offered else None
    typed = st.text_input(_("Reason, in words (no name)"), key=f"txt_reason_{key}_{state}")
    return typed.strip() or str(picked or "")


def _usual(slot: str, now: datetime, zone: str, on: date) -> time:
    """Now, on the day itself; the usual hour of the slot, when it is charted later."""
    local = now.astimezone(ZoneInfo(zone))
    return local.time().replace(second=0, microsecond=0) if local.date() == on else time(8 if slot == "morning" else 20)


def _as_charted(charted: Dose | None, zone: str) -> str:
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
        parts.append(_(charted.reason))
    return f'<span class="dose {charted.state}">{SIGNS[charted.state]} {escape(" · ".join(parts))}</span>'
