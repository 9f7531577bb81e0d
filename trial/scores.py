"""The scores as the trial reads them: under the protocol's options, of the values of one sheet or of one day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

import pandas as pd

from scoring import catalogue, hlh2004, hlh2024, units
from scoring import sofa as sofa_1996
from scoring.bands import Band, Span
from scoring.explain import Given, Score, Why, cuts_of, reached, why
from trial import days, protocol, sofa
from trial.known import NO_READINGS, with_sheet
from trial.reading import KNOWN, Reading, State
from trial.variables import VARIABLES

HLH2004 = hlh2004.Options(protocol.HLH2004_RULE)
MASS_UNITS = ("g/L", "mg/dL")
SCORES = catalogue.scores(sofa.OPTIONS, HLH2004)
IN_MASS = {  # with the paper's other limit of triglycerides
    code: replace(SCORES[code], items=module.CONVENTIONAL, spans=partial(module.spans, cutoffs=module.CONVENTIONAL),
                  rules=replace(SCORES[code].rules, options=dict(SCORES[code].rules.options) | {"column": "conventional"}))
    for code, module in (("hlh2004", hlh2004), ("hlh2024", hlh2024))
}  # fmt: skip
ANY_DAY = date(2000, 1, 1)


@dataclass(frozen=True)
class Scored:
    """One score of one set of values: `spans` by item, `low` to `high` in all."""

    score: Score
    row: Mapping[str, Any]
    given: Mapping[str, Given]
    spans: Mapping[str, Span]
    low: int
    high: int

    @property
    def points(self) -> pd.Series:
        """Each item's points, <NA> where open, then `total`, `low`, `high`: as a row of the score's own frame."""
        settled = {item: _settled(int(span.low[0]), int(span.high[0])) for item, span in self.spans.items()}
        return pd.Series({**settled, "total": _settled(self.low, self.high), "low": self.low, "high": self.high}, dtype=object)

    @property
    def reached(self) -> dict[str, tuple[Band, ...]]:
        """By item, the highest bands that the known values lie in."""
        facts = self.score.facts(pd.DataFrame([dict(self.row)], index=[0]))
        return {name: reached(item, self.row, facts) for name, item in self.score.items.items()}

    def why(self, item: str) -> Why:
        return why(self.score, self.row, item, self.given)


def _settled(low: int, high: int) -> object:
    return low if low == high else pd.NA


def of_readings(code: str, readings: Mapping[str, Reading]) -> Scored:
    """The score of one sheet. Triglycerides typed in g/L or mg/dL meet the paper's limit in mg/dL: 2.65 g/L does, and is
    2.99 mmol/L."""
    fat = readings.get("triglycerides")
    return scored(code, row_of(readings, SCORES[code]), given_of(readings), in_mass=bool(fat and fat.unit in MASS_UNITS))


def sofa_of_day(readings: pd.DataFrame, on: date, names: Mapping[str, str]) -> Scored:
    """The SOFA of one day of a patient, each value with the reading that decided: as typed, when, by whom.

    `readings`: of the patient, as db.days gives them. `names`: login to the name to show.
    """
    decided = days.deciding(readings, cuts=sofa_1996.CUTPOINTS)
    decided = decided[(decided["on_date"] == on) & decided["value"].notna()]
    return of_decided("sofa", decided, readings, names)


def of_decided(
    code: str, decided: pd.DataFrame, readings: pd.DataFrame, names: Mapping[str, str], *, in_mass: bool = False
) -> Scored:
    """The score of what `trial.days.deciding` found in `readings`, one row a variable."""
    row = dict(zip(decided["variable"], decided["value"], strict=True))
    return scored(code, row, givens(decided, readings, names), in_mass=in_mass)


def givens(decided: pd.DataFrame, readings: pd.DataFrame, names: Mapping[str, str]) -> dict[str, Given]:
    """Variable to the reading that decided: as typed, of which day, when drawn and entered, by whom."""
    rows = readings.loc[decided["reading"]].assign(carried=decided["carried"].to_numpy())
    return {row["variable"]: _given(row, names) for row in rows.to_dict("records")}


def _given(row: Mapping[Any, Any], names: Mapping[str, str]) -> Given:
    """What is typed and not saved yet has neither a moment of entry nor an author."""
    by = row.get("by")
    return Given(
        row["typed"], row["unit"], _moment(row["sampled_at"]), _moment(row.get("at")), "" if pd.isna(by) else names.get(by, by),
        bool(row["carried"]), row["on_date"], row["comparator"], None if pd.isna(row["number"]) else float(row["number"]),
    )  # fmt: skip


def _moment(at: Any) -> datetime | None:
    return None if pd.isna(at) else at.to_pydatetime()


def scored(code: str, row: Mapping[str, Any], given: Mapping[str, Given] | None = None, *, in_mass: bool = False) -> Scored:
    """`row`: column to value in canonical units, missing left out or NA. `in_mass`: the triglycerides were reported in g/L
    or mg/dL, where HLH-2004 has a limit of its own."""
    score = IN_MASS.get(code, SCORES[code]) if in_mass else SCORES[code]
    known = {column: value for column, value in row.items() if not pd.isna(value)}
    if score is not SCORES[code] and "triglycerides" in known:
        known["triglycerides"] = units.from_canonical("triglycerides", float(known["triglycerides"]), "mg/dL")
    spans = score.spans(pd.DataFrame([known], index=[0]))
    whole = score.combine(spans.values())
    return Scored(score, known, given or {}, spans, int(whole.low[0]), int(whole.high[0]))


def row_of(readings: Mapping[str, Reading], score: Score | None = None) -> dict[str, Any]:
    """What these readings alone come to, as one row: a result "< 20" counts where no cut-off of `score` divides it."""
    stored = {code: reading for code, reading in readings.items() if code in VARIABLES}
    by_day = days.by_day(with_sheet(NO_READINGS, ANY_DAY, stored), cuts={}) if stored else pd.DataFrame()
    row = dict(by_day.iloc[0]) if len(by_day) else {}
    row |= {code: _value(reading) for code, reading in readings.items() if code not in VARIABLES and reading.state in KNOWN}
    row = {code: value for code, value in row.items() if not pd.isna(value)}
    return {code: value for code, value in row.items() if score is None or not _divided(readings[code], score, row, code)}


def exact_row(readings: Mapping[str, Reading]) -> dict[str, Any]:
    """The row of a formula: a result beyond the assay is no number to reckon with."""
    return row_of({code: reading for code, reading in readings.items() if reading.comparator == "="})


def _divided(reading: Reading, score: Score, row: Mapping[str, Any], code: str) -> bool:
    """Whether a censored result lies on both sides of a cut-off."""
    if reading.number is None or reading.comparator == "=":
        return False
    cuts = cuts_of(score, row, code)
    return any(cut < reading.number if reading.comparator == "<" else cut > reading.number for cut in cuts if cut > 0)


def _value(reading: Reading) -> object:
    return reading.choice if reading.number is None else reading.number


def given_of(readings: Mapping[str, Reading]) -> dict[str, Given]:
    """As each value was typed."""
    return {
        code: Given(reading.typed, reading.unit, carried=reading.state is State.CARRIED, comparator=reading.comparator)
        for code, reading in readings.items() if reading.state in KNOWN
    }  # fmt: skip
