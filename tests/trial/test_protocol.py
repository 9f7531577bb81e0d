"""The protocol's constants: each from the registry or an open choice with its record."""

from pathlib import Path

import pytest

from scoring import hlh2004, sofa
from trial import protocol
from trial import sofa as trial_sofa

RECORDS = Path(__file__).parents[2] / "docs" / "decisions"
CONSTANTS = {name for name in vars(protocol) if name.isupper()} - {"REGISTRY", "OPEN_CHOICES"}


def test_each_constant_is_the_registrys_or_an_open_choice_and_never_both():
    said = [line.key for line in protocol.REGISTRY]
    open_ = [choice.key for choice in protocol.OPEN_CHOICES]
    assert sorted(said + open_) == sorted(CONSTANTS)


@pytest.mark.parametrize("line", protocol.REGISTRY, ids=lambda line: line.key)
def test_the_registrys_words_stand_beside_the_constant(line):
    assert line.value == getattr(protocol, line.key)
    assert line.words


@pytest.mark.parametrize("choice", protocol.OPEN_CHOICES, ids=lambda choice: choice.key)
def test_an_open_choice_asks_in_two_languages_and_has_its_value(choice):
    assert choice.value == getattr(protocol, choice.key)
    assert choice.question("en").endswith("?") and choice.question("fr").endswith("?")
    assert choice.question("en") != choice.question("fr")


@pytest.mark.parametrize("choice", protocol.OPEN_CHOICES, ids=lambda choice: choice.key)
def test_an_open_choice_has_a_short_record_that_names_it(choice):
    text = (RECORDS / choice.record).read_text(encoding="utf-8")
    assert f"`{choice.key}`" in text
    assert len(text.splitlines()) < 30
    for part in ("Question", "Choice", "Why", "Source", "To confirm"):
        assert f"**{part}.**" in text


def test_the_plan_is_56_doses_and_560_mg():
    assert protocol.DOSES == 56
    assert protocol.DOSES * protocol.DOSE_MG == 560


def test_the_scores_follow_the_choices_that_the_protocol_states():
    assert sofa.DEFAULT == trial_sofa.OPTIONS
    assert hlh2004.DEFAULT.reading == protocol.HLH2004_RULE
    assert hlh2004.NEEDED == protocol.HLH2004_MIN
