"""One set of values, three scores: what screening knows of a patient on a day, and the record that is frozen of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from scoring import hlh2004, hscore, units
from scoring import sofa as sofa_1996
from scoring.bands import cutpoints
from scoring.explain import Given
from scoring.rules import Rules
from trial import days, protocol, sofa
from trial.eligibility import NEEDED, Scores, Verdict
from trial.reading import State
from trial.scores import HLH2004, MASS_UNITS, SCORES, Scored, of_decided
from trial.variables import VARIABLES, asked

READ_BY = {code: (*SCORES[code].inputs, "gcs_kind") for code in ("hlh2004", "hscore", "sofa")}
IN_MASS = hlh2004.CUTPOINTS | {
    "triglycerides": tuple(units.to_canonical("triglycerides", cut, "mg/dL")
                           for cut in cutpoints(hlh2004.CONVENTIONAL["triglycerides_or_fibrinogen"].of("triglycerides")))
}  # fmt: skip
HLH_INPUTS = ("temperature", "hemoglobin", "platelets", "white_cells", "neutrophils", "ast", "ferritin", "scd25",
              "fibrinogen", "triglycerides", *asked("once"))
INPUTS = tuple(code for code in VARIABLES if code in {*HLH_INPUTS, *sofa.INPUTS, "gcs_kind"} - {"weight"})
DRUGS = (*sofa_1996.CATECHOLAMINES, *sofa_1996.NONLISTED)  # an empty box is no drug (protocol.EMPTY_DOSE), never missing
FORMAT = 2  # of the frozen record; the first one had the values alone


@dataclass(frozen=True)
class Screened:
    """`parts`: HLH-2004, HScore and SOFA with the values that each read. The other three are one row each of the scores'
    own frames."""

    on: date
    read: Mapping[str, Mapping[str, Any]]  # by score: variable → the value that it read, in its canonical unit
    parts: Mapping[str, Scored]
    hlh2004: pd.Series
    hscore: pd.Series
    sofa: pd.Series

    @property
    def scores(self) -> Scores:
        return Scores.of(self.hlh2004, self.hscore, self.sofa)

    @property
    def values(self) -> dict[str, Any]:
        """What each variable comes to: HLH-2004's value before the HScore's before SOFA's."""
        return {code: value for score in reversed(READ_BY) for code, value in self.read[score].items()}

    @property
    def missing(self) -> tuple[str, ...]:
        """What leaves an item of a score open."""
        open_items = [(part, part.score.items[name]) for part in self.parts.values()
                      for name, span in part.spans.items() if not span.known.all()]
        lacking = {code for part, item in open_items for code in item.variables if code not in part.row}
        return tuple(code for code in INPUTS if code in lacking and code not in DRUGS)

    def rows(self) -> dict[str, dict[str, Any]]:
        """The three scores as plain mappings: null where not known."""
        scores = {"hlh2004": self.hlh2004, "hscore": self.hscore, "sofa": self.sofa}
        return {part: {str(name): _plain(value) for name, value in row.items()} for part, row in scores.items()}

    @property
    def rules(self) -> dict[str, dict[str, Any]]:
        scores = {"hlh2004": self.hlh2004, "hscore": self.hscore, "sofa": self.sofa}
        return {part: asdict(Rules.of(row)) for part, row in scores.items()}


def screened(
    readings: pd.DataFrame, on: date, names: Mapping[str, str] | None = None, zone: str = protocol.TIME_ZONE
) -> Screened:
    """`readings`: long, of one patient. HLH-2004 and HScore take each variable's newest value of the last
    HLH_WINDOW_DAYS days, findings of any day; SOFA takes the day `on`, and of laboratory values that it lacks those of the
    day before, at most CARRY_HOURS old. A result "> 3000" is judged by the cut-offs of each score by itself.

    `names`: login to the name to show beside a value.
    """
    readings = readings.reset_index(drop=True)
    criteria_read = _newest(readings, on, hlh2004.CUTPOINTS)
    # The paper's triglyceride limit is not the same number in mass units: 2.65 g/L is met, and is 2.99 mmol/L.
    in_mass = _unit_of(criteria_read, readings, "triglycerides") in MASS_UNITS
    decided = {
        "hlh2004": criteria_read if not in_mass else _newest(readings, on, IN_MASS),
        "hscore": _newest(readings, on, hscore.CUTPOINTS),
        "sofa": _of_day(readings, on, zone),
    }
    decided = {code: found[found["variable"].isin(READ_BY[code])] for code, found in decided.items()}
    parts = {code: of_decided(code, found, readings, names or {}, in_mass=in_mass) for code, found in decided.items()}
    row = {code: pd.DataFrame([dict(part.row)], index=pd.Index([on])) for code, part in parts.items()}
    criteria = hlh2004.score(row["hlh2004"], hlh2004.CONVENTIONAL if in_mass else hlh2004.SI, HLH2004)
    scores = criteria.iloc[0], hscore.score(row["hscore"]).iloc[0], sofa.score(row["sofa"]).iloc[0]
    return Screened(on, {code: _known(found) for code, found in decided.items()}, parts, *scores)


def record_of(found: Screened, verdict: Verdict, answers: Mapping[str, str], **facts: Any) -> dict[str, Any]:
    """What is frozen of a screening, as JSON can say it but for its dates: values with their times, scores with their
    rules, criteria with their answers. `facts`: the patient's number, sex…, the attempt, the consent."""
    return {
        "format": FORMAT, "on": found.on, **facts, "verdict": verdict.state, "answers": dict(answers),
        "lines": lines_of(verdict), "flags": list(verdict.flags), "values": values_of(found), "missing": list(found.missing),
        **found.rows(), "rules": found.rules, "needed": NEEDED,
    }  # fmt: skip


def _plain(value: Any) -> Any:
    """A row of points and a percentage is one of floats: points are whole again."""
    if pd.isna(value):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def lines_of(verdict: Verdict) -> list[dict[str, Any]]:
    """With the words that were signed: an amendment may change them."""
    return [
        {"code": line.criterion.code, "en": line.criterion.en, "fr": line.criterion.fr, "answer": line.answer,
         "fulfilled": line.fulfilled, "why": line.why, "facts": dict(line.facts)} for line in verdict.lines
    ]


def values_of(found: Screened) -> list[dict[str, Any]]:
    """One row a value that a score read, in rounds order: where two scores read different ones, there are two."""
    rows: dict[tuple[str, Given], dict[str, Any]] = {}
    for code in INPUTS:
        for score, part in found.parts.items():
            if code in found.read[score]:
                given = part.given[code]
                row = rows.setdefault((code, replace(given, carried=False)), _value(code, found.read[score][code], given))
                row["scores"].append(score)
                row["carried"] |= given.carried
    return list(rows.values())


def _value(code: str, value: Any, given: Given) -> dict[str, Any]:
    return {
        "code": code, "value": value if given.comparator == "=" else given.number, "scores": [], "on_date": given.on,
        "sampled_at": given.at, "entered_at": given.entered_at, "by": given.by, "typed": given.typed, "unit": given.unit,
        "comparator": given.comparator, "carried": False,
    }  # fmt: skip


def _newest(readings: pd.DataFrame, on: date, cuts: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    """What counts for an HLH score that has these cut-offs, one row a variable. The newest result of a variable counts
    even where it leaves a cut-off open: an older one would belie it."""
    decided = days.deciding(readings, cuts=cuts)
    recent = (decided["on_date"] > on - timedelta(days=protocol.HLH_WINDOW_DAYS)) | decided["variable"].isin(asked("once"))
    usable = decided[recent & (decided["on_date"] <= on)]
    return usable.sort_values("on_date", kind="stable").drop_duplicates("variable", keep="last")


def _of_day(readings: pd.DataFrame, on: date, zone: str) -> pd.DataFrame:
    """What counts for the SOFA of a day, one row a variable."""
    lately = readings[readings["on_date"].isin([on, on - timedelta(days=1)])]
    entered = lately["state"] != str(State.WITHDRAWN)
    if not (entered & (lately["on_date"] == on)).any():  # a day of which nothing was entered asks for the day before all the same
        asking = {"on_date": on, "variable": "platelets", "sampled_at": pd.NaT, "state": str(State.PENDING), "comparator": "="}
        lately = pd.concat([lately, pd.DataFrame([asking], index=[len(readings)])])
    decided = days.deciding(lately, cuts=sofa_1996.CUTPOINTS, carry=True, zone=zone)
    return decided[decided["on_date"] == on]


def _known(decided: pd.DataFrame) -> dict[str, Any]:
    return {code: value for code, value in zip(decided["variable"], decided["value"], strict=True) if not pd.isna(value)}


def _unit_of(decided: pd.DataFrame, readings: pd.DataFrame, code: str) -> str:
    """The unit in which the reading that decides was reported; empty if there is none."""
    labels = decided.loc[decided["variable"] == code, "reading"]
    return "" if labels.empty else str(readings.at[labels.iloc[0], "unit"])
