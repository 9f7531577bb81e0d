"""One set of values, three scores: what screening knows of a patient on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

import pandas as pd

from scoring import hlh2004, hscore, units
from scoring.bands import cutpoints
from scoring.rules import Rules
from scoring.sofa import CUTPOINTS as SOFA_CUTPOINTS
from trial import days, protocol, sofa
from trial.eligibility import Scores
from trial.variables import VARIABLES, asked

HLH2004 = hlh2004.Options(protocol.HLH2004_RULE)
HLH2004_READS = {code for item in hlh2004.SI.values() for code in item.variables}
MASS_UNITS = ("g/L", "mg/dL")
IN_MASS = hlh2004.CUTPOINTS | {
    "triglycerides": tuple(units.to_canonical("triglycerides", cut, "mg/dL")
                           for cut in cutpoints(hlh2004.CONVENTIONAL["triglycerides_or_fibrinogen"].of("triglycerides")))
}  # fmt: skip
HLH_INPUTS = ("temperature", "hemoglobin", "platelets", "white_cells", "neutrophils", "ast", "ferritin", "scd25",
              "fibrinogen", "triglycerides", *asked("once"))
INPUTS = tuple(code for code in VARIABLES if code in {*HLH_INPUTS, *sofa.INPUTS, "gcs_kind"} - {"weight"})


@dataclass(frozen=True)
class Screened:
    """One row each; `values` is what the HLH scores were computed from: HLH-2004's, the HScore's where it has none."""

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
    HLH_WINDOW_DAYS days, findings of any day; SOFA takes the day `on` alone. A result "> 3000" is judged by the cut-offs
    of each score by itself."""
    # The paper's triglyceride limit is not the same number in mass units: 2.65 g/L is met, and is 2.99 mmol/L.
    in_mass = _newest_unit(readings, "triglycerides", on) in MASS_UNITS
    for_criteria = _known(readings, on, IN_MASS if in_mass else hlh2004.CUTPOINTS)
    for_points = _known(readings, on, hscore.CUTPOINTS)
    criteria = (_hlh2004_in_mass if in_mass and "triglycerides" in for_criteria else _hlh2004)(for_criteria)
    by_day = _by_day(readings, SOFA_CUTPOINTS)
    today = by_day[by_day.index == on] if on in by_day.index else pd.DataFrame(index=pd.Index([on]))
    values = _together(for_criteria.iloc[0], for_points.iloc[0])
    return Screened(values, criteria.iloc[0], hscore.score(for_points).iloc[0], sofa.score(today).iloc[0])


def _by_day(readings: pd.DataFrame, cuts: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    return days.by_day(readings, cuts=cuts) if len(readings) else pd.DataFrame(index=pd.Index([], name="on_date"))


def _known(readings: pd.DataFrame, on: date, cuts: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    """One row: what counts for an HLH score that has these cut-offs. The newest result of a variable counts even where it
    leaves a cut-off open: an older one would belie it."""
    if readings.empty:
        return pd.DataFrame(index=pd.Index([on]))
    decided = days.deciding(readings.reset_index(drop=True), cuts=cuts)
    recent = (decided["on_date"] > on - timedelta(days=protocol.HLH_WINDOW_DAYS)) | decided["variable"].isin(asked("once"))
    usable = decided[recent & (decided["on_date"] <= on) & decided["variable"].isin(HLH_INPUTS)]
    newest = usable.sort_values("on_date", kind="stable").drop_duplicates("variable", keep="last")
    known = dict(zip(newest["variable"], newest["value"], strict=True))
    return pd.DataFrame([known], index=pd.Index([on]))


def _together(of_criteria: pd.Series, of_points: pd.Series) -> pd.Series:
    """HLH-2004's values, and the HScore's where HLH-2004 has none or does not read the variable."""
    every = of_criteria.index.union(of_points.index, sort=False)
    of_criteria, of_points = of_criteria.reindex(every), of_points.reindex(every)
    return of_criteria.where(of_criteria.notna() & every.isin(HLH2004_READS), of_points)


def _hlh2004(known: pd.DataFrame) -> pd.DataFrame:
    return hlh2004.score(known, options=HLH2004)


def _hlh2004_in_mass(known: pd.DataFrame) -> pd.DataFrame:
    mass = units.from_canonical("triglycerides", float(known["triglycerides"].iloc[0]), "mg/dL")
    return hlh2004.score(known.assign(triglycerides=mass), hlh2004.CONVENTIONAL, HLH2004)


def _newest_unit(readings: pd.DataFrame, code: str, on: date) -> str:
    course = readings[(readings["variable"] == code) & (readings["on_date"] <= on) & readings["number"].notna()]
    return "" if course.empty else str(course.sort_values("on_date")["unit"].iloc[-1])
