"""The dose row: two ticks a day, each state with its colour, its shape and its letter."""

from __future__ import annotations

import html
from collections import Counter
from textwrap import wrap

import pandas as pd

from components import theme
from components.charts.picture import Picture, Row, Say, Spec

SLOTS = ("evening", "morning")  # from the bottom up
Charted = dict[tuple[int, str], tuple[str, str]]


def dose_names(say: Say) -> dict[str, str]:
    return {
        "given": say("given"),
        "late": say("late"),
        "held": say("held"),
        "missed": say("missed"),
        "vomited": say("vomited"),
        "not_charted": say("not charted"),
        "planned": say("planned"),
    }


def charted(doses: pd.DataFrame, planned: range, today: int | None, until: int | None = None) -> Charted:
    """(day, slot) to (state, reason): what was charted, else "not_charted" before today, "planned" from today on.

    On the day `until` (death, leaving the ward) the hour decides what was still to be given: nobody is asked for it.
    """
    found: Charted = {}
    for day in planned:
        state = "not_charted" if today is not None and day < today and day != until else "planned"
        found |= {(day, slot): (state, "") for slot in SLOTS}
    if len(doses):
        reasons = doses["reason"] if "reason" in doses.columns else [""] * len(doses)
        for day, slot, state, reason in zip(doses["day"], doses["slot"], doses["state"], reasons, strict=True):
            if state in theme.DOSES:
                found[int(day), slot] = (state, reason if isinstance(reason, str) else "")
    return found


def counts(found: Charted, say: Say) -> dict[str, tuple[str, int]]:
    """State to its name and number, in the order of `dose_names`, of what is not simply planned."""
    by_state = Counter(state for state, _ in found.values())
    return {state: (name, by_state[state]) for state, name in dose_names(say).items() if by_state[state]
            and state != "planned"}  # fmt: skip


def told(doses: pd.DataFrame, picture: Picture) -> dict[tuple[int, str], str]:
    """When a dose was given, or charted, and who charted it."""
    if not len(doses) or "by" not in doses.columns:
        return {}
    columns = (doses[name].tolist() for name in ("day", "slot", "given_at", "at", "by"))
    return {(int(day), slot): picture.who(by, at if pd.isna(given) else given)
            for day, slot, given, at, by in zip(*columns, strict=True)}  # fmt: skip


def dose_row(found: Charted, picture: Picture, said: dict[tuple[int, str], str] | None = None) -> Row:
    slots = {"evening": picture.say("evening"), "morning": picture.say("morning")}
    letters = _letters(picture.say)
    key = [f"<b>{letters[state]}</b> {name} {number}" for state, (name, number) in counts(found, picture.say).items()]
    return Row(
        code="doses", pixels=54, low=-0.6, high=1.6, heading="   ".join([f"<b>{picture.say('Ruxolitinib')}</b>", *key]),
        traces=tuple(_ticks(found, slot, height, slots[slot], picture) for height, slot in enumerate(SLOTS)),
        axis={"tickmode": "array", "tickvals": [0, 1], "ticktext": list(slots.values()), "showgrid": False},
        card=_card(found, slots, picture, said or {}),
    )  # fmt: skip


def _card(found: Charted, slots: dict[str, str], picture: Picture, by: dict[tuple[int, str], str]) -> dict[int, str]:
    names = dose_names(picture.say)
    lines: dict[int, list[str]] = {}
    for slot in reversed(SLOTS):
        for day in {day for day, at in found if at == slot}:
            state, reason = found[day, slot]
            said = f"{picture.say('Ruxolitinib')}, {slots[slot]}\u00a0: <b>{names[state]}</b>"
            said += f" · {by[day, slot]}" if by.get((day, slot)) else ""
            lines.setdefault(day, []).extend([said, *(html.escape(line) for line in wrap(reason, 40))])
    return {day: "<br>".join(of_day) for day, of_day in lines.items()}


def _ticks(found: Charted, slot: str, height: int, name: str, picture: Picture) -> Spec:
    letters = _letters(picture.say)
    ticks = [(day, found[day, at][0]) for day, at in sorted(found) if at == slot]
    looks = [theme.DOSES[state] for _, state in ticks]
    return {
        "type": "scatter", "mode": "markers+text", "name": f"{picture.say('Ruxolitinib')} {name}", "showlegend": False,
        "x": [day for day, _ in ticks], "y": [height] * len(ticks), "cliponaxis": False,
        "marker": {
            "symbol": [look.symbol for look in looks], "color": [look.fill for look in looks],
            "size": [look.size for look in looks], "opacity": 1,
            "line": {"color": [look.edge for look in looks], "width": 1.5},
        },
        "text": [letters[state] for _, state in ticks], "textposition": "middle center",
        "textfont": {"size": theme.SMALL, "color": [look.letter for look in looks]},
    }  # fmt: skip


def _letters(say: Say) -> dict[str, str]:
    """The first letter of each word in the page's language; a question mark for what nobody charted."""
    return {state: name[:1].upper() for state, name in dose_names(say).items()} | {"not_charted": "?", "planned": ""}
