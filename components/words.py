"""The screen's words in French and English: gettext for sentences, Babel for numbers and dates.

English is written in the code and is the key; `components/locale/fr.po` holds the French. The catalogue
is read from its .po at start, so that there is no compiled copy to go stale.
"""

from __future__ import annotations

import gettext
import io
import re
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from trial import protocol, variables
from trial.errors import TrialError, sentence

LANGUAGES = {"fr": "Français", "en": "English"}
DEFAULT = "fr"
CATALOGUE = Path(__file__).parent / "locale" / "fr.po"
UNITS_IN_FRENCH = {"years": "ans", "days": "jours"}
LOCALE = {"fr": "fr_FR", "en": "en_GB"}

CODED = {  # what a stored code is called on the screen, by what it is a code of
    "role": {"nurse": sentence("nurse"), "investigator": sentence("investigator"), "pi": sentence("principal investigator"),
             "monitor": sentence("monitor"), "administrator": sentence("administrator")},
    "answer": {"yes": sentence("Yes"), "no": sentence("No"), "unknown": sentence("Unknown"),
               "not_applicable": sentence("Not applicable")},
    "sex": {"f": sentence("Woman"), "m": sentence("Man"), "u": sentence("Not known")},
    "consent": {"patient": sentence("Patient"), "relative": sentence("Relative or trustworthy person"),
                "emergency": sentence("Emergency, owed"), "refused": sentence("Refused"), "withdrawn": sentence("Withdrawn")},
    "choice": {"include": sentence("Include"), "decline": sentence("Do not include")},
    "data_use": {"keep": sentence("may be used"), "stop": sentence("no further use"), "not_asked": sentence("not asked yet")},
    "salt": {"base": sentence("base"), "tartrate": sentence("tartrate")},
    "day_7": {"success": sentence("achieved"), "failure": sentence("not achieved"), "undetermined": sentence("undetermined"),
              "pending": sentence("not reached yet")},
    "milestone": {"icu_discharge": sentence("Left intensive care"), "hospital_discharge": sentence("Left hospital"),
                  "death": sentence("Died"), "withdrawal": sentence("Consent withdrawn"), "lost": sentence("Lost to follow-up"),
                  "care_limited": sentence("Care limited"), "last_known_alive": sentence("Known alive"),
                  "left_ward": sentence("Left the ward")},
    "dose": {"given": sentence("given"), "late": sentence("late"), "held": sentence("held"), "missed": sentence("missed"),
             "vomited": sentence("vomited"), "withdrawn": sentence("charted in error"),
             "due": sentence("to give"), "planned": sentence("planned")},
    "slot": {"morning": sentence("morning"), "evening": sentence("evening")},
    "state": {"measured": sentence("measured"), "carried": sentence("as before"), "not_done": sentence("not done"),
              "pending": sentence("pending"), "not_applicable": sentence("not applicable"), "withdrawn": sentence("withdrawn")},
}


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language != "fr":
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with CATALOGUE.open("rb") as po:
        write_mo(compiled, read_po(po, locale="fr"))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def language() -> str:
    """The language of the person who looks at this page; `menu.page` sets it at each run."""
    return str(st.session_state.get("language", DEFAULT))


def translate(language: str, sentence: str, **facts: object) -> str:
    """`sentence` in `language` with its {named} places filled."""
    said = _catalogue(language).gettext(sentence) if sentence else ""
    if not facts:
        return said
    filled = said.format_map({name: _fact(language, name, fact) for name, fact in facts.items()})
    return re.sub(" {2,}| (?=\u202f)", lambda blanks: blanks[0][1:], filled)  # a unit may be empty


def _(sentence: str, **facts: object) -> str:
    return translate(language(), sentence, **facts)


def coded(what: str, code: object) -> str:
    """The word for a stored code; the code itself where there is none."""
    return _(CODED[what].get(str(code), str(code)))


def say(error: TrialError) -> str:
    return _(error.sentence, **error.facts)


def label(code: str) -> str:
    return variables.label(code, language())


def label_with_unit(code: str) -> str:
    unit = variables.variable(code).unit
    return f"{label(code)} ({unit_label(unit)})" if unit else label(code)


def unit_label(unit: str) -> str:
    if language() == "fr":
        return "0,21–1" if unit == "fraction" else UNITS_IN_FRENCH.get(unit, unit)
    return "0.21–1" if unit == "fraction" else unit


def choice_label(choice: str) -> str:
    english, french = variables.CHOICE_LABELS.get(choice, (choice, choice))
    return french if language() == "fr" else english


def span(low: object, high: object) -> str:
    """A total or its interval: "12", "178–231"."""
    return str(low) if low == high else f"{low}–{high}"


def number(value: float | None, decimals: int | None = None) -> str:
    return "–" if value is None or value != value else _number(language(), value, decimals)


def day(on: date, *, year: bool = False) -> str:
    return format_date(on, "d MMM y" if year else "EEE d MMM", locale=LOCALE[language()])


def moment(at: datetime, zone: str) -> str:
    """`at` (aware) as the ward's clock shows it."""
    return format_datetime(at.astimezone(ZoneInfo(zone)), "d MMM HH:mm", locale=LOCALE[language()])


def clock(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def _number(language: str, value: float, decimals: int | None = None) -> str:
    # Never fewer digits than the value has within reason: 49.9 shown as 50 would belie its points.
    pattern = "#,##0." + "0" * (decimals or 0) + "#" * (6 if decimals is None else 2)
    return str(format_decimal(value, pattern, locale=LOCALE[language]))


def _fact(language: str, name: str, fact: Any) -> str:
    if name in ("variable", "variables"):
        codes = [fact] if isinstance(fact, str) else list(fact)
        return ", ".join(_name(language, str(code)) for code in codes)
    if isinstance(fact, str) and (coded := CODED.get(name.removesuffix("s"))):
        return ", ".join(translate(language, coded.get(code, code)) for code in fact.split(", "))
    if name == "unit" and isinstance(fact, str):
        return UNITS_IN_FRENCH.get(fact, fact) if language == "fr" else fact
    if name in ("value", "mine", "theirs") and isinstance(fact, str):  # a number as it was typed, a choice or a state
        return _name(language, fact)
    if isinstance(fact, TrialError):
        return translate(language, fact.sentence, **fact.facts)
    if isinstance(fact, bool) or fact is None:
        return str(fact)
    if isinstance(fact, float):
        return _number(language, fact)
    if isinstance(fact, datetime):
        return str(format_datetime(fact.astimezone(ZoneInfo(protocol.TIME_ZONE)), "d MMM y HH:mm", locale=LOCALE[language]))
    if isinstance(fact, date):
        return str(format_date(fact, "d MMM y", locale=LOCALE[language]))
    if isinstance(fact, list | tuple | set | frozenset):
        return ", ".join(_name(language, str(part)) for part in fact)
    return str(fact)


def _name(language: str, code: str) -> str:
    """A variable, a choice or a word of the catalogue, whichever it is."""
    if code in variables.VARIABLES or code in variables.CALCULATOR:
        return variables.label(code, language)
    if code in variables.CHOICE_LABELS:
        return variables.CHOICE_LABELS[code][language == "fr"]
    return translate(language, CODED["state"].get(code, code))
