"""Every score in one table: what pages, explanations (`SCORES`) and the command line (`COMMANDS`) need to know of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

import pandas as pd

from scoring import (
    clearance,
    ctcae,
    dic,
    drugs,
    hlh2004,
    hlh2024,
    hscore,
    kdigo,
    ohi,
    rules,
    sic,
    sofa,
    sofa2,
    support_free,
    urine,
    vasopressors,
)
from scoring.bands import Item
from scoring.explain import Score
from scoring.units import canonical


def scores(sofa_options: sofa.Options = sofa.DEFAULT, hlh2004_options: hlh2004.Options = hlh2004.DEFAULT) -> dict[str, Score]:
    """The scores that are tables of bands, under these options of the open questions; the trial's first."""
    of = partial(partial, options=sofa_options)
    return {
        score.code: score
        for score in (
            Score("sofa", sofa.CITATION, sofa.under(sofa.SI, sofa_options), of(sofa.spans), facts=of(sofa.facts),
                  thresholds=of(sofa.thresholds), rules=sofa.rules_of(sofa.SI, sofa_options)),
            Score("hlh2004", hlh2004.CITATION, hlh2004.SI, hlh2004.spans, facts=hlh2004.facts, cutpoints=hlh2004.CUTPOINTS,
                  rules=rules.of_options("hlh2004", hlh2004_options, column="SI")),
            Score("hscore", hscore.CITATION, hscore.TABLE, hscore.spans, facts=hscore.facts, cutpoints=hscore.CUTPOINTS,
                  rules=rules.Rules("hscore")),
            Score("sofa2", sofa2.CITATION, sofa2.under(), sofa2.spans, facts=sofa2.facts, thresholds=sofa2.thresholds,
                  rules=sofa2.rules_of()),
            Score("hlh2024", hlh2024.CITATION, hlh2024.SI, hlh2024.spans, facts=hlh2024.facts, cutpoints=hlh2024.CUTPOINTS,
                  rules=rules.Rules("hlh2024", {"column": "SI"})),
            Score("ohi", ohi.CITATION, ohi.TABLE, ohi.spans, rules=rules.Rules("ohi")),
            Score("dic", dic.CITATION, dic.TABLE, dic.spans, rules=rules.of_options("dic", dic.DEFAULT)),
            Score("sic", sic.CITATION, sic.under(sofa_options), of(sic.spans), facts=of(sic.facts), thresholds=of(sic.thresholds),
                  cutpoints=sic.CUTPOINTS, rules=sic.rules_of(sofa_options)),
            Score("kdigo", kdigo.CITATION, kdigo.TABLE, kdigo.spans, combine=kdigo.stage, facts=kdigo.facts,
                  thresholds=kdigo.thresholds, rules=rules.Rules("kdigo")),
        )
    }  # fmt: skip


SCORES = scores()


@dataclass(frozen=True)
class Command:
    """A score as the command line offers it. `columns`: the paper's columns of cut-offs, where it prints two."""

    code: str
    title: str
    citation: str
    compute: Callable[..., pd.DataFrame]
    inputs: tuple[str, ...]
    results: tuple[str, ...]
    options: type[rules.Choices] | None = None
    columns: Mapping[str, Mapping[str, Item]] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)  # columns that are not in scoring.inputs, and what they are

    def score(self, frame: pd.DataFrame, options: Mapping[str, Any], column: str = "") -> pd.DataFrame:
        chosen: dict[str, Any] = {"cutoffs": self.columns[column]} if column else {}
        if self.options:
            chosen["options"] = self.options(**options)
        return self.compute(frame, **chosen)


@dataclass(frozen=True)
class Version(rules.Choices):
    version: Literal[5, 6] = 5


@dataclass(frozen=True)
class EmptyDose(rules.Choices):
    empty_dose: Literal["no drug", "unknown"] = "unknown"


def _ctcae(days: pd.DataFrame, options: Version = Version()) -> pd.DataFrame:
    return ctcae.score(days, version=options.version)


def _equivalent(days: pd.DataFrame, options: EmptyDose = EmptyDose()) -> pd.DataFrame:
    return vasopressors.equivalent(days, options.empty_dose).to_frame()


def _asked(term: ctcae.Term) -> str:
    beside = ", ".join(f"{term.variable}_{reference}" for reference in term.references)
    return f"{canonical(term.variable)}{f'; beside it {beside}' if beside else ''}"


POINTS = ("total", "low", "high")
COMMANDS = {
    command.code: command
    for command in (
        Command("sofa", "SOFA of 1996", sofa.CITATION, sofa.score, (*SCORES["sofa"].inputs, "gcs_kind", "spo2", *drugs.RARE),
                (*sofa.ORGANS, *POINTS), sofa.Options, {"SI": sofa.SI, "conventional": sofa.CONVENTIONAL}),
        Command("hlh2004", "HLH-2004", hlh2004.CITATION, hlh2004.score, SCORES["hlh2004"].inputs,
                (*hlh2004.SI, "met", "count", "not_met", "unknown"), hlh2004.Options,
                {"SI": hlh2004.SI, "conventional": hlh2004.CONVENTIONAL}),
        Command("hscore", "HScore", hscore.CITATION, hscore.score, SCORES["hscore"].inputs,
                (*hscore.TABLE, *POINTS, "probability")),
        Command("sofa2", "SOFA-2 of 2025, exploratory", sofa2.CITATION, sofa2.score, (*SCORES["sofa2"].inputs, *drugs.RARE),
                (*sofa2.ORGANS, *POINTS), sofa2.Options),
        Command("hlh2024", "HLH-2024, to read only", hlh2024.CITATION, hlh2024.score, SCORES["hlh2024"].inputs,
                (*hlh2024.SI, "met", "count", "not_met", "unknown")),
        Command("ohi", "OHI index", ohi.CITATION, ohi.score, SCORES["ohi"].inputs, ("scd25", "ferritin", "met")),
        Command("dic", "overt DIC of the ISTH", dic.CITATION, dic.score, SCORES["dic"].inputs, (*dic.TABLE, *POINTS, "overt"),
                dic.Options),
        Command("sic", "SIC of the ISTH", sic.CITATION, sic.score, (*SCORES["sic"].inputs, "spo2", *drugs.RARE), (*sic.TABLE,
                *POINTS, "met"),
                sofa.Options),
        Command("kdigo", "KDIGO stage of kidney injury", kdigo.CITATION, kdigo.score, SCORES["kdigo"].inputs,
                (*kdigo.TABLE, "stage", "low", "high")),
        Command("ctcae", "CTCAE laboratory grades", ctcae.CITATION, _ctcae, ("anticoagulated",), ("each graded column",
                "worst"), Version,
                more={variable: _asked(term) for variable, term in ctcae.terms_of(5).items()}),
        Command("clearance", "Cockcroft-Gault", clearance.CITATION, clearance.score,
                ("age", "sex", "weight", "creatinine", "creatinine_reference", "creatinine_48h", *urine.VARIABLES[:2], "rrt"),
                ("clearance", "unsteady")),
        Command("support_free", "days alive without support", support_free.CITATION, support_free.score,
                ("support_days", "support_days_low", "support_days_high", "death_day", "alive_day_28"), ("free_days", "low",
                "high"), support_free.Options),
        Command("nee", "norepinephrine equivalent", vasopressors.CITATION, _equivalent,
                ("map", *sofa.CATECHOLAMINES, *sofa.NONLISTED, *sofa.INODILATORS), ("norepinephrine_equivalent",), EmptyDose),
    )
}  # fmt: skip
