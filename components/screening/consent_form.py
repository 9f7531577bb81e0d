"""Consent: who gave it or took it back, when, and then what may be done with the data collected so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import streamlit as st

from components import words
from components.words import _
from trial.consent import DATA_USES, TAKEN_BACK

BEFORE_INCLUSION = ("patient", "relative", "emergency", "refused")
AFTERWARDS = ("patient", "relative", "withdrawn")  # an emergency inclusion is owed one of the first two


@dataclass(frozen=True)
class Consent:
    route: str
    signed_at: datetime
    data_use: str = ""


def on_file(route: str, signed_at: datetime | None, data_use: str, zone: str) -> str:
    """"Relative or trustworthy person, 24 Nov 22:10"; empty without a consent."""
    if not route or signed_at is None:
        return ""
    told = f"{words.coded('consent', route)}, {words.moment(signed_at, zone)}"
    return f"{told} · {words.coded('data_use', data_use)}" if data_use else told


def draw(scope: str, *, included: bool, zone: str) -> Consent | None:
    """The consent that was recorded just now; None otherwise."""
    route = st.segmented_control(_("Who consents"), AFTERWARDS if included else BEFORE_INCLUSION, key=f"route_{scope}",
                                 format_func=lambda code: words.coded("consent", code))
    if route is None:
        return None
    if route == "emergency":
        st.markdown(f":gray[{_('Emergency without a relative: the consent to continue is owed as soon as it can be given.')}]")
    now = datetime.now(UTC).astimezone(ZoneInfo(zone))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        on = st.date_input(_("Day"), value=now.date(), max_value=now.date(), format="DD/MM/YYYY", key=f"signed_on_{scope}",
                           width=170)
        at = st.time_input(_("Hour"), value=now.time().replace(second=0, microsecond=0), step=300, key=f"signed_at_{scope}",
                           width=130)
        choice = _data_use(scope) if route in TAKEN_BACK else ""
        pressed = st.button(_("Record the consent"), key=f"consent_{scope}", icon=":material/check:", disabled=choice is None)
    if not pressed or choice is None:
        return None
    return Consent(route, datetime.combine(on, at, ZoneInfo(zone)), choice)


def _data_use(scope: str) -> str | None:
    return st.segmented_control(_("Data collected so far"), DATA_USES, key=f"data_use_{scope}",
                                format_func=lambda code: words.coded("data_use", code))
