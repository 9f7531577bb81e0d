"""The verdict over the registry's 6 inclusion and 13 exclusion criteria."""

import dataclasses

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import hlh2004, hscore, sofa
from trial.eligibility import (
    AGE_TOO_YOUNG,
    AGE_UNSURE,
    BY_CODE,
    BY_NAME,
    CRITERIA,
    EXCLUSION,
    FLAGS,
    INCLUSION,
    MANY_CRITERIA,
    NOT_AT_THIS_AGE,
    NOT_FOR_MEN,
    PROTOCOL,
    EntryRule,
    Scores,
    Verdict,
    asked,
    assess,
)

SICK = Scores(hlh2004=True, hlh2004_criteria=5, hlh2004_unknown=0, hscore_low=226, hscore_high=226,
              sofa_low=9, sofa_high=9)  # fmt: skip
DECLARED = {criterion.code: criterion.wanted for criterion in CRITERIA if not criterion.computed}


def verdict(scores: Scores = SICK, *, sex: str = "f", birth_year: int | None = 1980, **answers: str) -> Verdict:
    return assess(DECLARED | answers, scores, sex=sex, birth_year=birth_year, year=2026)


def with_scores(**changed: object) -> Scores:
    return dataclasses.replace(SICK, **changed)


def test_the_criteria_are_6_and_13_in_the_registrys_order():
    assert [one.number for one in INCLUSION] == list(range(1, 7))
    assert [one.number for one in EXCLUSION] == list(range(1, 14))
    assert len(BY_CODE) == 19
    assert [one.code for one in INCLUSION] == ["adult", "acquired_hs", "in_icu", "sofa", "consent", "contraception"]
    assert EXCLUSION[0].code == "moribund" and EXCLUSION[-1].code == "other_research"


@pytest.mark.parametrize("criterion", CRITERIA, ids=lambda one: one.code)
def test_a_criterion_speaks_both_languages(criterion):
    assert criterion.text("en") and criterion.text("fr")
    assert bool(criterion.help("en")) == bool(criterion.help("fr"))


def test_the_excipient_criterion_lists_the_six_of_the_tablet():
    for language in ("en", "fr"):
        assert BY_CODE["excipient_hypersensitivity"].help(language).count(";") == 5


def test_a_patient_with_everything_as_wanted_meets_the_criteria():
    found = verdict()
    assert found.state == "met" and found.wording == "Criteria met"
    assert (found.met, found.not_met, found.unknown) == (19, 0, 0)
    assert [line.criterion for line in found.lines] == list(CRITERIA)


@pytest.mark.parametrize("code", list(DECLARED))
def test_one_declared_criterion_the_wrong_way_is_enough_to_refuse(code):
    wrong = {"yes": "no", "no": "yes"}[DECLARED[code]]
    found = verdict(**{code: wrong})
    assert found.state == "not_met"
    assert found.line(code).fulfilled is False
    assert (found.met, found.not_met, found.unknown) == (18, 1, 0)


@pytest.mark.parametrize("code", list(DECLARED))
def test_unknown_blocks_and_so_does_no_answer(code):
    assert verdict(**{code: "unknown"}).state == "undetermined"
    answers = {other: answer for other, answer in DECLARED.items() if other != code}
    found = assess(answers, SICK, sex="f", birth_year=1980, year=2026)
    assert found.state == "undetermined" and found.line(code).fulfilled is None


def test_what_refuses_weighs_more_than_what_is_unknown():
    assert verdict(pml="yes", skin_cancer="unknown").state == "not_met"


def test_nothing_known_is_undetermined_and_never_met():
    found = assess({}, Scores(), sex="u", birth_year=None, year=2026)
    assert (found.state, found.met, found.not_met) == ("undetermined", 0, 0)


@pytest.mark.parametrize(
    ("met", "low", "high", "fulfilled"),
    [
        (True, 0, 337, True),
        (True, 100, 150, True),
        (False, 200, 200, True),
        (False, 199, 199, False),
        (False, 178, 231, None),
        (False, 178, 200, None),
        (None, 199, 199, None),
        (None, 200, 240, True),
        (None, 0, 337, None),
        (False, 0, 199, False),
    ],
)
def test_acquired_hs_by_hlh_2004_or_hscore_200(met, low, high, fulfilled):
    found = verdict(with_scores(hlh2004=met, hscore_low=low, hscore_high=high))
    assert found.line("acquired_hs").fulfilled is fulfilled
    assert found.state == {True: "met", False: "not_met", None: "undetermined"}[fulfilled]


@pytest.mark.parametrize(
    ("low", "high", "fulfilled"),
    [(4, 4, True), (4, 24, True), (5, 9, True), (3, 3, False), (0, 3, False), (3, 4, None), (0, 24, None)],
)
def test_sofa_4_or_more_holds_for_the_whole_interval(low, high, fulfilled):
    found = verdict(with_scores(sofa_low=low, sofa_high=high)).line("sofa")
    assert found.fulfilled is fulfilled
    assert found.why.format_map(found.facts)


@pytest.mark.parametrize(
    ("criteria", "flags"), [(4, ()), (5, ()), (6, ()), (7, (MANY_CRITERIA,)), (8, (MANY_CRITERIA,))]
)
def test_7_or_8_criteria_are_met_and_flagged_against_the_words_5_or_6(criteria, flags):
    found = verdict(with_scores(hlh2004_criteria=criteria))
    assert found.flags == flags
    assert found.state == "met"
    assert set(found.flags) <= set(FLAGS)


@pytest.mark.parametrize(
    ("birth_year", "fulfilled"),
    [(1940, True), (2007, True), (2008, None), (2009, False), (2020, False), (None, None)],
)
def test_the_year_of_the_18th_birthday_leaves_the_age_open(birth_year, fulfilled):
    assert verdict(birth_year=birth_year).line("adult").fulfilled is fulfilled


def test_in_the_year_of_the_18th_birthday_a_person_answers():
    assert verdict(birth_year=2008).line("adult").why == AGE_UNSURE
    assert verdict(birth_year=2008, adult="yes").state == "met"
    assert verdict(birth_year=2008, adult="no").state == "not_met"


def test_an_answer_does_not_make_a_child_an_adult():
    found = verdict(birth_year=2012, adult="yes").line("adult")
    assert found.fulfilled is False and found.why == AGE_TOO_YOUNG


@pytest.mark.parametrize("code", ["contraception", "pregnant_or_lactating"])
@pytest.mark.parametrize(
    ("sex", "birth_year", "why"),
    [
        ("m", 1990, NOT_FOR_MEN),
        ("m", None, NOT_FOR_MEN),
        ("f", 1965, NOT_AT_THIS_AGE),  # 60 or 61 in 2026
        ("u", 1950, NOT_AT_THIS_AGE),
    ],
)
def test_pregnancy_and_contraception_are_not_asked_of_men_nor_from_60_on(code, sex, birth_year, why):
    line = verdict(sex=sex, birth_year=birth_year, **{code: "unknown"}).line(code)
    assert (line.answer, line.fulfilled, line.why) == ("computed", True, why)


@pytest.mark.parametrize("code", ["contraception", "pregnant_or_lactating"])
@pytest.mark.parametrize(("sex", "birth_year"), [("f", 1966), ("f", 2000), ("u", 2000), ("f", None)])
def test_pregnancy_and_contraception_are_asked_of_all_others_and_may_be_not_applicable(code, sex, birth_year):
    assert verdict(sex=sex, birth_year=birth_year, **{code: "unknown"}).line(code).fulfilled is None
    assert verdict(sex=sex, birth_year=birth_year, **{code: "not_applicable"}).line(code).fulfilled is True


def test_a_person_is_asked_only_what_the_scores_and_the_age_leave_open():
    man = [one.code for one in asked(sex="m", birth_year=1980, year=2026)]
    assert set(DECLARED) - set(man) == {"contraception", "pregnant_or_lactating"}
    girl_or_woman = {one.code for one in asked(sex="f", birth_year=2008, year=2026)}
    assert girl_or_woman == {*DECLARED, "adult"}


@pytest.mark.parametrize(
    "answers", [{"platelets": "yes"}, {"pml": "maybe"}, {"pml": "not_applicable"}, {"consent": "not_applicable"}]
)
def test_an_answer_that_is_none_is_refused(answers):
    with pytest.raises(ValueError):
        assess(answers, SICK, sex="f", birth_year=1980, year=2026)


def test_the_scores_are_read_from_the_frames_of_the_bedside():
    day = pd.DataFrame({
        "temperature": [38.5], "splenomegaly": ["yes"], "hemoglobin": [8.9], "platelets": [99.0], "neutrophils": [1.2],
        "triglycerides": [3.0], "ferritin": [500.0], "fibrinogen": [2.0], "bilirubin": [40.0], "map": [65.0],
        "gcs": [15.0], "creatinine": [100.0],
    })  # fmt: skip
    scores = Scores.of(hlh2004.score(day).iloc[0], hscore.score(day).iloc[0], sofa.score(day).iloc[0])
    assert (scores.hlh2004, scores.hlh2004_criteria, scores.hlh2004_unknown) == (True, 5, 3)
    assert (scores.sofa_low, scores.sofa_high) == (5, 9)
    unknown = pd.DataFrame({"temperature": [38.4]})
    nobody = Scores.of(hlh2004.score(unknown).iloc[0], hscore.score(unknown).iloc[0], sofa.score(unknown).iloc[0])
    assert nobody.hlh2004 is None


ANSWER = st.sampled_from(["yes", "no", "unknown"])


@given(st.fixed_dictionaries(dict.fromkeys(DECLARED, ANSWER)), st.sampled_from(["f", "m", "u"]))
def test_an_answer_to_what_was_unknown_never_turns_a_settled_verdict(answers, sex):
    first = assess(answers, SICK, sex=sex, birth_year=1980, year=2026)
    assert first.met + first.not_met + first.unknown == 19
    for settled in ("yes", "no"):
        completed = {code: settled if answer == "unknown" else answer for code, answer in answers.items()}
        last = assess(completed, SICK, sex=sex, birth_year=1980, year=2026)
        assert last.state != "undetermined"
        if first.state != "undetermined":
            assert last.state == first.state


# --- another rule than the protocol's


def under(entry: EntryRule, scores: Scores = SICK, **answers: str) -> Verdict:
    return assess(DECLARED | answers, scores, sex="f", birth_year=1980, year=2026, entry=entry)


def test_the_rule_without_a_change_is_the_protocol():
    assert EntryRule() == PROTOCOL
    assert under(EntryRule()) == verdict()


@pytest.mark.parametrize(
    ("minimum", "count", "unknown", "fulfilled"),
    [(4, 4, 0, True), (4, 5, 3, True), (4, 3, 1, None), (4, 3, 0, False), (4, 0, 8, None), (6, 5, 0, False), (6, 5, 1, None)],
)
def test_another_number_of_criteria_is_judged_by_the_counts(minimum, count, unknown, fulfilled):
    scores = with_scores(hlh2004=count >= 5, hlh2004_criteria=count, hlh2004_unknown=unknown, hscore_low=0, hscore_high=0)
    line = under(EntryRule(hlh2004_min=minimum), scores).line("acquired_hs")
    assert line.fulfilled is fulfilled
    assert (line.facts["criteria_min"], line.facts["hscore_min"]) == (minimum, 200)


@pytest.mark.parametrize(("low", "high", "fulfilled"), [(168, 168, True), (167, 167, False), (160, 170, None), (170, 199, True)])
def test_another_hscore_is_judged_over_the_whole_interval_and_said(low, high, fulfilled):
    scores = with_scores(hlh2004=False, hlh2004_criteria=3, hscore_low=low, hscore_high=high)
    line = under(EntryRule(hscore_min=168), scores).line("acquired_hs")
    assert line.fulfilled is fulfilled
    assert "HScore of 168" in line.why.format_map(line.facts)


@pytest.mark.parametrize(("low", "high", "fulfilled"), [(3, 3, True), (2, 2, False), (2, 3, None), (3, 24, True)])
def test_another_sofa_is_judged_over_the_whole_interval_and_said(low, high, fulfilled):
    line = under(EntryRule(sofa_min=3), with_scores(sofa_low=low, sofa_high=high)).line("sofa")
    assert line.fulfilled is fulfilled
    assert line.facts["minimum"] == 3


@pytest.mark.parametrize("criterion", CRITERIA, ids=lambda one: one.code)
def test_a_criterion_that_is_left_out_has_no_line_and_does_not_count(criterion):
    nobody = assess({}, Scores(), sex="u", birth_year=None, year=2026, entry=EntryRule(left_out=frozenset({criterion.code})))
    assert len(nobody.lines) == len(CRITERIA) - 1
    assert criterion not in [line.criterion for line in nobody.lines]
    every = EntryRule(left_out=frozenset(one.code for one in CRITERIA if one != criterion))
    assert under(every).state == "met"


def test_a_criterion_that_there_is_not_cannot_be_left_out():
    with pytest.raises(ValueError, match="no criterion: platelets"):
        under(EntryRule(left_out=frozenset({"platelets"})))


def test_criteria_are_found_by_the_name_that_a_reason_is_stored_under():
    assert len(BY_NAME) == 19
    assert (BY_NAME["I2"].code, BY_NAME["E13"].code) == ("acquired_hs", "other_research")
