"""One set of values, three scores: what screening knows of a patient on a day."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta

import pandas as pd

from scoring import hlh2004, hscore, units
from scoring.rules import Rules
from trial import days, protocol, sofa
from trial.eligibility import Scores
from trial.variables import VARIABLES, asked

HLH2004 = hlh2004.Options(protocol.HLH2004_RULE)
MASS_UNITS = ("g/L", "mg/dL")
HLH_INPUTS = ("temperature", "hemoglobin", "platelets", "white_cells", "neutrophils", "ast", "ferritin", "scd25",
              "fibrinogen", "triglycerides", *asked("once"))
INPUTS = tuple(code for code in VARIABLES if code in {*HLH_INPUTS, *sofa.INPUTS, "gcs_kind"} - {"weight"})


@dataclass(frozen=True)
class Screened:
    """One row each; `values` is what the HLH scores were computed from."""

    values: pd.Series
    hlh2004: pd.Series
    hscore: pd.Series
    sofa: pd.Series

    def frozen(self) -> dict[str, dict[str, object]]:
        """For the record of the decision: null where not known; `rules` says under which version and options."""
        scores = {"hlh2004": self.hlh2004, "hscore": self.hscore, "sofa": self.sofa}
        told = {
            part: {str(name): None if pd.isna(value) else value for name, value in row.items()}
            for part, row in ({"values": self.values} | scores).items()
        }
        return told | {"rules": {part: asdict(Rules.of(row)) for part, row in scores.items()}}

    @property
    def scores(self) -> Scores:
        return Scores.of(self.hlh2004, self.hscore, self.sofa)


def screened(readings: pd.DataFrame, on: date) -> Screened:
    """`readings`: long, of one patient. HLH-2004 and HScore take each variable's newest value of the last
    HLH_WINDOW_DAYS days, findings of any day; SOFA takes the day `on` alone."""
    by_day = days.by_day(readings) if len(readings) else pd.DataFrame(index=pd.Index([], name="on_date"))
    recent = by_day[[day > on - timedelta(days=protocol.HLH_WINDOW_DAYS) and day <= on for day in by_day.index]]
    before = by_day[[day <= on for day in by_day.index]]
    known = _newest(recent, HLH_INPUTS, on)
    found = _newest(before, asked("once"), on)
    known = known.assign(**{str(finding): found[finding] for finding in found})
    # The paper's triglyceride limit is not the same number in mass units: 2.65 g/L is met, and is 2.99 mmol/L.
    in_mass = "triglycerides" in known and _newest_unit(readings, "triglycerides", on) in MASS_UNITS
    criteria = _hlh2004_in_mass(known) if in_mass else hlh2004.score(known, options=HLH2004)
    today = by_day[by_day.index == on] if on in by_day.index else pd.DataFrame(index=pd.Index([on]))
    return Screened(known.iloc[0], criteria.iloc[0], hscore.score(known).iloc[0], sofa.score(today).iloc[0])


def _hlh2004_in_mass(known: pd.DataFrame) -> pd.DataFrame:
    mass = units.from_canonical("triglycerides", float(known["triglycerides"].iloc[0]), "mg/dL")
    return hlh2004.score(known.assign(triglycerides=mass), hlh2004.CONVENTIONAL, HLH2004)


def _newest_unit(readings: pd.DataFrame, code: str, on: date) -> str:
    course = readings[(readings["variable"] == code) & (readings["on_date"] <= on) & readings["number"].notna()]
    return "" if course.empty else str(course.sort_values("on_date")["unit"].iloc[-1])


def _newest(by_day: pd.DataFrame, codes: tuple[str, ...], on: date) -> pd.DataFrame:
    columns = [code for code in codes if code in by_day]
    if by_day.empty:
        return pd.DataFrame(index=pd.Index([on]))
    last = by_day.sort_index()[columns].ffill().iloc[[-1]]
    return last.set_axis(pd.Index([on]), axis=0)
