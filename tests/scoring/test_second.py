"""Two implementations by two hands, from the same document: scoring/ and tests/oracle/second.py on invented rows."""

from functools import cache

import pandas as pd
import pytest

from scoring import hlh2004, hscore, sofa
from tests.oracle import draws, second
from tests.scoring.whys import possible


@pytest.fixture(autouse=True)
def each_number_made_a_fraction_once(monkeypatch):
    monkeypatch.setattr(second, "exact", cache(second.exact))


def differing(mine, theirs, rows):
    """The rows on which the two part, with what each says; all missing at once is the same."""
    same = (mine == theirs) | (mine.isna() & theirs.isna())
    apart = ~same.fillna(False).all(axis=1)
    return [(row, mine.loc[at].to_dict(), theirs.loc[at].to_dict()) for at, row in enumerate(rows) if apart[at]]


def test_sofa_agrees_on_100_000_days():
    rows = draws.days(100_000, seed=1996)
    theirs = pd.DataFrame([second.sofa(row) for row in rows]).astype("Int64")
    assert differing(sofa.score(pd.DataFrame(rows))[list(theirs)], theirs, rows)[:3] == []
    assert theirs["total"].nunique() == 25 and theirs["total"].isna().any()  # the days reach every total, 0 to 24


def test_sofa_in_mg_dl_agrees_on_10_000_days():
    rows = [in_mg_dl(row) for row in draws.days(10_000, seed=1997)]
    theirs = pd.DataFrame([second.sofa(row, "conventional") for row in rows]).astype("Int64")
    assert differing(sofa.score(pd.DataFrame(rows), sofa.CONVENTIONAL)[list(theirs)], theirs, rows)[:3] == []
    assert theirs["liver"].nunique() == theirs["renal"].nunique() == 5


def in_mg_dl(row):
    factors = {"bilirubin": 17.1, "creatinine": 88.4}
    return row | {code: round(row[code] / by, 1) for code, by in factors.items() if row[code] is not None}


def test_a_disagreement_would_be_found():
    rows = draws.days(200, seed=1)
    theirs = pd.DataFrame([second.sofa(row) for row in rows]).astype("Int64")
    wrong = theirs.copy()
    wrong.loc[7, "liver"] = pd.NA if pd.notna(wrong.loc[7, "liver"]) else 2
    assert [apart[0] for apart in differing(wrong, theirs, rows)] == [rows[7]]


def test_hscore_agrees_on_20_000_patients():
    rows = possible(draws.patients(20_000, seed=2014))
    theirs = pd.DataFrame([second.hscore(row) for row in rows]).astype("Int64")
    assert differing(hscore.score(pd.DataFrame(rows))[list(theirs)], theirs, rows)[:3] == []
    assert theirs["total"].nunique() > 200


def test_hlh2004_agrees_on_20_000_patients():
    rows = possible(draws.patients(20_000, seed=2007))
    theirs = pd.DataFrame([second.hlh2004(row) for row in rows])
    numbers = ["count", "not_met", "unknown"]
    theirs = theirs.astype({name: "Int64" if name in numbers else "boolean" for name in theirs})
    assert differing(hlh2004.score(pd.DataFrame(rows))[list(theirs)], theirs, rows)[:3] == []
    assert set(theirs["count"]) == set(range(9))
