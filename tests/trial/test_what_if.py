"""Who would have entered under another rule: the frozen records, judged anew."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trial import protocol
from trial.eligibility import CRITERIA, PROTOCOL, EntryRule, Scores, assess
from trial.what_if import LEFT_OUT, LOWERED, VARIANTS, Record, states_under, what_if

DECLARED = {one.code: one.wanted for one in CRITERIA if not one.computed}
SICK = Scores(hlh2004=True, hlh2004_criteria=5, hlh2004_unknown=0, hscore_low=226, hscore_high=226, sofa_low=9, sofa_high=9)
SCORES = {
    "hlh2004": {"met": False, "count": 4, "unknown": 0}, "hscore": {"low": 178, "high": 178}, "sofa": {"low": 9, "high": 9}
}  # fmt: skip
FROZEN: dict[str, Any] = {
    "format": 2, "on": "2026-11-25", "sex": "f", "birth_year": 1970, "verdict": "not_met", "answers": DECLARED, **SCORES
}  # fmt: skip


def record(number: str = "001-S0001", *, scores: Scores = SICK, included: bool = False, **answers: str) -> Record:
    made = Record(number, included, "", DECLARED | answers, scores, "f", 1980, 2026)
    return dataclasses.replace(made, verdict=states_under([made], [PROTOCOL])[0][0])


def read(frozen: Any, **more: Any) -> Record:
    return Record.of(frozen, **({"number": "a", "included": False, "sex": "m", "birth_year": 1950} | more))


def more(*records: Record) -> dict[str, tuple[str, ...]]:
    """Who would enter in addition, by variant, where there is anyone."""
    return {one.variant.code: one.more for one in what_if(records).variants if one.variant and one.more}


def scores(**changed: Any) -> Scores:
    return dataclasses.replace(SICK, **changed)


def test_each_rule_is_one_change_of_the_protocol_and_has_a_name_of_its_own() -> None:
    assert len(LOWERED) == 3 and len(LEFT_OUT) == len(CRITERIA)
    assert len({one.code for one in VARIANTS}) == len({one.entry for one in VARIANTS}) == len(VARIANTS)
    assert PROTOCOL not in {one.entry for one in VARIANTS}
    for one in VARIANTS:
        ours, theirs = dataclasses.asdict(one.entry), dataclasses.asdict(PROTOCOL)
        assert len([name for name in ours if ours[name] != theirs[name]]) == 1
        assert one.wording.format(criterion="E5", **one.facts)


def test_hscore_168_lets_in_who_had_178() -> None:
    below = scores(hlh2004=False, hlh2004_criteria=3, hscore_low=178, hscore_high=178)
    assert more(record("a", scores=below)) == {"hscore": ("a",), "without_acquired_hs": ("a",)}


def test_4_criteria_let_in_who_had_4_and_not_who_had_3() -> None:
    four = scores(hlh2004=False, hlh2004_criteria=4, hscore_low=100, hscore_high=100)
    assert "hlh2004" in more(record("a", scores=four))
    assert "hlh2004" not in more(record("a", scores=dataclasses.replace(four, hlh2004_criteria=3)))


def test_sofa_3_lets_in_who_had_3() -> None:
    assert more(record("a", scores=scores(sofa_low=3, sofa_high=3))) == {"sofa": ("a",), "without_sofa": ("a",)}


@pytest.mark.parametrize("code", list(DECLARED))
def test_who_was_kept_out_by_one_criterion_enters_without_it_and_it_alone(code: str) -> None:
    wrong = {"yes": "no", "no": "yes"}[DECLARED[code]]
    assert more(record("a", **{code: wrong})) == {f"without_{code}": ("a",)}


def test_who_was_kept_out_by_two_enters_without_neither() -> None:
    assert more(record("a", pml="yes", moribund="yes")) == {}


def test_who_was_not_asked_stays_undetermined() -> None:
    found = what_if([record("a", pml="yes", skin_cancer="unknown")])
    without = next(one for one in found.variants if one.variant and one.variant.code == "without_pml")
    assert (without.met, without.undetermined, without.more) == ((), ("a",), ())


def test_who_entered_is_not_counted_as_more() -> None:
    found = what_if([record("a", included=True), record("b"), record("c", pml="yes", included=True)])
    assert found.today.met == ("a", "b")
    assert all(not one.more for one in found.variants)


def test_nobody_screened_changes_nothing() -> None:
    found = what_if([])
    assert found.today.met == found.not_known == found.differs == ()
    assert len(found.variants) == len(VARIANTS)


def test_a_frozen_record_is_read_with_its_own_sex_and_year() -> None:
    known = read(FROZEN)
    assert (known.sex, known.birth_year, known.year, known.verdict) == ("f", 1970, 2026, "not_met")
    assert known.scores == Scores(False, 4, 0, 178, 178, 9, 9)
    assert more(known) == {"hscore": ("a",), "hlh2004": ("a",), "without_acquired_hs": ("a",)}


def test_a_record_of_the_first_format_takes_sex_and_year_of_birth_from_the_file() -> None:
    older = {name: told for name, told in FROZEN.items() if name not in ("format", "sex", "birth_year")}
    assert (read(older).sex, read(older).birth_year) == ("m", 1950)
    assert read(FROZEN | {"birth_year": None}).birth_year is None


def test_what_the_record_leaves_out_is_unknown() -> None:
    known = read(FROZEN | {"hlh2004": {"count": 4, "unknown": 2}})
    assert known.scores and known.scores.hlh2004 is None


@pytest.mark.parametrize("lost", ["answers", "hlh2004", "hscore", "sofa", "on"])
def test_a_record_that_lacks_a_part_is_not_known(lost: str) -> None:
    for frozen in ({name: told for name, told in FROZEN.items() if name != lost}, FROZEN | {lost: None}, FROZEN | {lost: 3}):
        known = read(frozen)
        assert known.scores is None
        assert what_if([known, record("b")]).not_known == ("a",)


@pytest.mark.parametrize("frozen", [
    None, 7, "lost", [], {}, FROZEN | {"answers": {}}, FROZEN | {"answers": {"i1": "yes"}},
    FROZEN | {"answers": {"pml": "perhaps"}}, FROZEN | {"sofa": {"low": None, "high": 9}},
])  # fmt: skip
def test_a_record_of_another_shape_is_not_known(frozen: Any) -> None:
    assert read(frozen).scores is None
    assert what_if([read(frozen)]).today.met == ()


def test_a_verdict_that_today_s_rule_would_not_give_is_named() -> None:
    assert what_if([read(FROZEN | {"verdict": "met"})]).differs == ("a",)
    assert what_if([read(FROZEN)]).differs == ()


ANSWER = st.sampled_from(["yes", "no", "unknown"])
NEARLY = st.fixed_dictionaries({}, optional=dict.fromkeys(DECLARED, ANSWER))  # the rest as wanted


@st.composite
def drawn_scores(draw: st.DrawFn) -> Scores:
    count = draw(st.integers(0, 8))
    unknown = draw(st.integers(0, 8 - count))
    met = True if count >= protocol.HLH2004_MIN else False if count + unknown < protocol.HLH2004_MIN else None
    hscore = sorted(draw(st.tuples(st.integers(100, 260), st.integers(100, 260))))
    sofa = sorted(draw(st.tuples(st.integers(0, 8), st.integers(0, 8))))
    return Scores(met, count, unknown, *hscore, *sofa)


RECORDS = st.lists(st.tuples(drawn_scores(), NEARLY), max_size=4).map(
    lambda drawn: [record(str(at), scores=known, **answers) for at, (known, answers) in enumerate(drawn)]
)
LEFT = st.frozensets(st.sampled_from([one.code for one in CRITERIA]), max_size=3)
RULES = st.builds(EntryRule, st.integers(3, 6), st.integers(150, 220), st.integers(2, 6), LEFT)


@given(RECORDS)
def test_the_protocol_s_rule_gives_the_frozen_verdict(records: list[Record]) -> None:
    found = what_if(records)
    assert found.differs == found.not_known == ()
    assert found.today.met == tuple(one.number for one in records if one.verdict == "met")


@given(RECORDS, RULES, st.sampled_from([one.code for one in CRITERIA]))
def test_leaving_out_a_criterion_never_lets_fewer_enter(records: list[Record], rule: EntryRule, code: str) -> None:
    before, after = states_under(records, [rule, dataclasses.replace(rule, left_out=rule.left_out | {code})])
    assert all(later == "met" for earlier, later in zip(before, after, strict=True) if earlier == "met")
    assert all(later != "not_met" for earlier, later in zip(before, after, strict=True) if earlier == "undetermined")


@given(RECORDS, RULES, st.sampled_from(["hlh2004_min", "hscore_min", "sofa_min"]))
def test_lowering_a_minimum_never_lets_fewer_enter(records: list[Record], rule: EntryRule, which: str) -> None:
    before, after = states_under(records, [rule, dataclasses.replace(rule, **{which: getattr(rule, which) - 1})])
    assert all(later == "met" for earlier, later in zip(before, after, strict=True) if earlier == "met")
    assert all(later != "not_met" for earlier, later in zip(before, after, strict=True) if earlier == "undetermined")


@given(RECORDS, RULES)
def test_the_shared_assessment_says_what_assess_says(records: list[Record], rule: EntryRule) -> None:
    (found,) = states_under(records, [rule])
    for one, state in zip(records, found, strict=True):
        assert one.scores
        assert state == assess(one.answers, one.scores, sex=one.sex, birth_year=one.birth_year, year=one.year, entry=rule).state
