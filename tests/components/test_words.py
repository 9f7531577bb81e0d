"""The French of the screen: every sentence has one, and numbers, dates and signs are written as in France."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import menu
from components import words
from components.charts.dose_row import dose_names
from components.locale import collect
from db.may import ROLES
from db.on_file import FIELD_OF as MILESTONES
from db.screening import ROUTES as CONSENTS
from scoring import ctcae, hlh2004, hscore, notes, sofa
from trial import dosing, eligibility, endpoints, labfile, layouts, protocol, variables
from trial.errors import Impossible, TrialError
from trial.reading import State

THIN = "\u202f"
WITH_SPACE_BEFORE = ";:!?%»"
TIME_OF_DAY = r"\d\d:\d\d"

with words.CATALOGUE.open("rb") as po:
    FRENCH = {str(message.id): message for message in read_po(po, locale="fr") if message.id}
SAID = collect.collected()


def places(text: str) -> set[str]:
    """The {named} places of a sentence."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def french_texts() -> Iterator[str]:
    """All French of the app: the catalogue's, and what the tables of variables and criteria carry themselves."""
    yield from (str(message.string) for message in FRENCH.values())
    yield from (known.fr for known in (*variables.VARIABLES.values(), *variables.CALCULATOR.values()))
    yield from (french for _, french in (*variables.GROUPS.values(), *variables.CHOICE_LABELS.values()))
    yield from (text for one in eligibility.CRITERIA for text in (one.fr, one.help_fr))
    yield from (choice.fr for choice in protocol.OPEN_CHOICES)
    yield from (text for of_score in notes.NOTES.values() for note in of_score for text in (note.fr, note.here_fr))
    yield from (condition.fr for condition in ctcae.CONDITIONS.values())
    yield from (term.name.fr for version in ctcae.VERSIONS for term in ctcae.terms_of(version).values())


# --- the catalogue


@pytest.mark.parametrize("english", SAID)
def test_every_sentence_of_the_code_has_its_french(english: str) -> None:
    assert english in FRENCH, f"said in {', '.join(SAID[english])}: run `make words`, then translate it"
    assert str(FRENCH[english].string).strip(), f"said in {', '.join(SAID[english])}: no French yet"
    assert not FRENCH[english].fuzzy


def test_no_french_is_kept_of_a_sentence_that_nobody_says_any_more() -> None:
    assert sorted(FRENCH.keys() - SAID.keys()) == []


def test_collecting_the_sentences_again_changes_nothing() -> None:
    assert collect.updated() == collect.CATALOGUE.read_text("utf-8"), "run `make words`"


@pytest.mark.parametrize("english", FRENCH)
def test_the_french_has_the_places_of_the_english_and_no_other(english: str) -> None:
    assert places(str(FRENCH[english].string)) == places(english)


FROM_A_TABLE = ("why", "why['sentence']", "reasons.get(word, NO_WORD)")  # raised as the table of the layout says


def test_every_error_that_is_raised_says_a_sentence_of_the_catalogue() -> None:
    constants = {name: text for tree in collect.trees(collect.ROOT).values() for name, text in _constants(tree)}
    strange = [f"{where}: {ast.unparse(said)}" for where, said in collect.raised()
               if ast.unparse(said) not in FROM_A_TABLE and not _is_known(said, constants)]
    assert strange == []


def _is_known(said: ast.expr, constants: dict[str, str]) -> bool:
    told = [constants.get(said.id, "")] if isinstance(said, ast.Name) else collect.texts(said)
    return bool(told) and all(text in FRENCH for text in told)


def test_why_a_result_of_a_file_is_refused_is_in_the_catalogue() -> None:
    reasons = [sentence for layout in layouts.LAYOUTS if isinstance(layout, layouts.Wide)
               for column in layout.columns for sentence in column.reasons.values()]
    assert {*reasons, *(sentence for _, sentence in layouts.WITHOUT_A_NUMBER), labfile.NO_WORD} <= FRENCH.keys()


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The module's own names and the text that each holds, bare or marked."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            held = node.value.args[0] if isinstance(node.value, ast.Call) and node.value.args else node.value
            yield from ((node.targets[0].id, text) for text in collect.texts(held))


def test_no_sentence_is_put_together_from_pieces_that_cannot_be_translated() -> None:
    pieces = [f"{path}:{call.lineno}" for path, tree in collect.trees(collect.ROOT).items() for call in collect.calls(tree)
              if collect.name_of(call) in ("_", "sentence") and call.args and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)]
    assert pieces == []


# --- the tables that carry both languages


@pytest.mark.parametrize("known", variables.VARIABLES.values(), ids=lambda known: known.code)
def test_a_variable_its_group_and_its_choices_have_both_languages(known: variables.Variable) -> None:
    assert known.en.strip() and known.fr.strip()
    assert all(variables.GROUPS[known.group])
    assert all(all(variables.CHOICE_LABELS[choice]) for choice in known.choices)


@pytest.mark.parametrize("criterion", eligibility.CRITERIA, ids=lambda criterion: criterion.code)
def test_a_criterion_has_both_languages(criterion: eligibility.Criterion) -> None:
    assert criterion.text("en") and criterion.text("fr")
    assert bool(criterion.help("en")) == bool(criterion.help("fr"))


@pytest.mark.parametrize("entry", menu.MENU, ids=lambda entry: entry.code)
def test_the_menu_is_french(entry: menu.Entry) -> None:
    assert entry.title in FRENCH


@pytest.mark.parametrize(("what", "codes"), [
    ("role", ROLES),
    ("answer", eligibility.ANSWERS),
    ("sex", ("f", "m", "u")),
    ("consent", CONSENTS),
    ("salt", ("base", "tartrate")),
    ("day_7", ("success", "failure", "undetermined", "pending")),
    ("dose", (*dosing.STATES, "due", "planned")),
    ("slot", dosing.SLOTS),
    ("milestone", tuple(MILESTONES)),
    ("state", tuple(str(state) for state in State)),
])  # fmt: skip
def test_every_stored_code_has_a_word_in_both_languages(what: str, codes: tuple[str, ...]) -> None:
    assert set(codes) <= words.CODED[what].keys()
    assert all(english in FRENCH for english in words.CODED[what].values())


def test_the_words_of_reasons_routes_verdicts_and_organs_are_in_the_catalogue() -> None:
    told = {*dosing.ROUTES, *(reason for offered in dosing.REASONS.values() for reason in offered),
            *eligibility.VERDICTS.values(), *eligibility.FLAGS.values(), *endpoints.ORGANS.values(), *endpoints.FLAGS.values()}
    assert told <= FRENCH.keys()


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_dose_chart_tells_the_states_apart_by_their_first_letter(language: str) -> None:
    names = dose_names(lambda sentence: words.translate(language, sentence))
    letters = [names[state][0].upper() for state in dosing.STATES]
    assert len(set(letters)) == len(dosing.STATES)
    if language == "fr":
        assert "".join(letters) == "DESMV"


# --- how it is written


@pytest.mark.parametrize("text", sorted(set(french_texts())))
def test_french_signs_stand_as_in_france(text: str) -> None:
    plain = re.sub(TIME_OF_DAY, "", text)
    for place, sign in enumerate(plain):
        if sign in WITH_SPACE_BEFORE:
            assert plain[:place].endswith(THIN), f"a narrow space before {sign}"
        if sign == "«":
            assert plain[place + 1:].startswith(THIN), "a narrow space after «"
    assert "'" not in text and '"' not in text and "“" not in text, "’ and « », not ' and \""
    assert "..." not in text
    assert not re.search(r"\d\.\d", text), "a decimal comma"


@pytest.mark.parametrize("text", sorted(SAID))
def test_english_signs_stand_as_in_england(text: str) -> None:
    assert not re.search(r"[\s\u00a0\u202f][;:!?]", text) and "«" not in text
    assert not re.search(r"\d,\d", text)


# --- numbers and dates


@pytest.mark.parametrize(("value", "decimals", "french", "english"), [
    (1234.5, 1, f"1{THIN}234,5", "1,234.5"),
    (200000, 0, f"200{THIN}000", "200,000"),
    (38.0, 1, "38,0", "38.0"),
    (0.05, 3, "0,050", "0.050"),
    (49.9, 0, "49,9", "49.9"),
    (7, None, "7", "7"),
    (12.75, None, "12,75", "12.75"),
    (None, 1, "–", "–"),
    (float("nan"), 1, "–", "–"),
])  # fmt: skip
def test_numbers_have_the_comma_and_the_thin_spaces_of_the_language(
    monkeypatch: pytest.MonkeyPatch, value: float | None, decimals: int | None, french: str, english: str
) -> None:
    for language, written in (("fr", french), ("en", english)):
        monkeypatch.setattr(words, "language", lambda spoken=language: spoken)
        assert words.number(value, decimals) == written


CUT_OFFS = sorted({(code, cut) for score in (sofa, hscore, hlh2004) for code, cuts in score.CUTPOINTS.items()
                   if code in variables.VARIABLES for cut in cuts})


@pytest.mark.parametrize(("code", "cut"), CUT_OFFS, ids=lambda part: str(part))
def test_a_value_next_to_a_cut_off_is_never_shown_as_the_cut_off(
    monkeypatch: pytest.MonkeyPatch, code: str, cut: float
) -> None:
    monkeypatch.setattr(words, "language", lambda: "fr")
    decimals = variables.variable(code).decimals
    step = 10.0 ** -(decimals + 1)
    assert len({words.number(round(value, decimals + 2), decimals) for value in (cut - step, cut, cut + step)}) == 3


def test_dates_are_written_in_the_language() -> None:
    day, moment = date(2026, 1, 5), datetime(2026, 1, 5, 7, 30, tzinfo=UTC)
    assert words.translate("fr", "{day} has not come yet. Check the date.", day=day).startswith("Le 5 janv. 2026 ")
    assert words.translate("en", "{day} has not come yet. Check the date.", day=day).startswith("5 Jan 2026 ")
    assert "janv." in words.translate("fr", "{at} has not come yet. Check the date and the time.", at=moment)


# --- errors, said


@pytest.fixture(params=["fr", "en"])
def spoken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(words, "language", lambda: request.param)
    return str(request.param)


def test_an_error_names_the_variable_and_writes_its_number_in_the_language(spoken: str) -> None:
    error = Impossible("{variable} {value} {unit} cannot be ({low} to {high}). Check the value and its unit.",
                       variable="temperature", value=3.8, unit="°C", low=25.0, high=45.0)
    assert words.say(error) == {
        "fr": f"Température 3,8 °C{THIN}: impossible (25 à 45). Vérifiez la valeur et son unité.",
        "en": "Temperature 3.8 °C cannot be (25 to 45). Check the value and its unit.",
    }[spoken]


def test_an_error_about_several_variables_names_each(spoken: str) -> None:
    said = words._("Saved: {variables}", variables=["platelets", "bilirubin"])
    assert said == {"fr": f"Enregistré{THIN}: Plaquettes, Bilirubine", "en": "Saved: Platelets, Bilirubin"}[spoken]


@pytest.mark.parametrize(("facts", "french", "english"), [
    ({"value": "not_done"}, "Non fait", "Not done"),
    ({"value": "pending"}, "en attente", "pending"),
    ({"value": "invasive"}, "Invasive", "Invasive"),
    ({"value": "12,75 g/L"}, "12,75 g/L", "12,75 g/L"),
    ({"value": "yes"}, "Oui", "Yes"),
])  # fmt: skip
def test_what_someone_else_saved_is_told_in_words(spoken: str, facts: dict[str, str], french: str, english: str) -> None:
    assert words._("Keep {value}", **facts) == {"fr": f"Garder {french}", "en": f"Keep {english}"}[spoken]


def test_a_dose_that_someone_else_charted_is_told_in_words(spoken: str) -> None:
    error = TrialError("The {slot} dose of day {day} was saved by {who} as {value} meanwhile. Look at it, then save again.",
                       slot="morning", day=3, who="Léa", value="held")
    assert {"fr": f"Prise de J3, matin{THIN}: Léa a enregistré «{THIN}suspendue{THIN}» entre-temps.",
            "en": "The morning dose of day 3 was saved by Léa as held meanwhile."}[spoken] in words.say(error)


def test_the_roles_that_may_are_named_in_words(spoken: str) -> None:
    error = TrialError("Your role cannot do this. Ask one of: {roles}.", roles="investigator, pi", role="nurse")
    named = {"fr": "investigateur, investigateur principal.", "en": "investigator, principal investigator."}[spoken]
    assert named in words.say(error)


def test_missing_organs_are_named_in_the_language(spoken: str) -> None:
    said = words._(endpoints.DEPENDS_ON_DAY_7, drop=3, limit=7, organs=(endpoints.ORGANS["liver"], endpoints.ORGANS["renal"]))
    assert {"fr": "foie, rein", "en": "liver, kidney"}[spoken] in said


def test_a_unit_that_is_empty_leaves_no_gap() -> None:
    said = words.translate("en", "{variable} {value} {unit} cannot be ({low} to {high}). Check the value and its unit.",
                           variable="gcs", value=16.0, unit="", low=3.0, high=15.0)
    assert said.startswith("GCS 16 cannot be (3 to 15).")
