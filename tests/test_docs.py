"""The documentation names what the app has: each page, score, choice of the protocol and command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import menu
from components import words
from db.may import ROLES
from trial import protocol, version

ROOT = Path(__file__).resolve().parents[1]
RECORDS = ROOT / "docs" / "decisions"
SCORES = {
    "sofa": "SOFA", "hscore": "HScore", "hlh2004": "HLH-2004", "sofa2": "SOFA-2", "hlh2024": "HLH-2024", "ohi": "OHI", "dic": "DIC",
    "sic": "SIC", "kdigo": "KDIGO", "ctcae": "CTCAE", "vasopressors": "norepinephrine equivalent", "clearance": "Cockcroft-Gault",
    "support_free": "days without support",
}  # fmt: skip


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def manual() -> str:
    """All documentation but the decision records."""
    files = [ROOT / "README.md", *(file for file in ROOT.glob("docs/**/*.md") if file.parent != RECORDS)]
    return "\n".join(file.read_text("utf-8") for file in files)


@pytest.mark.parametrize("entry", menu.MENU, ids=lambda entry: entry.code)
def test_the_documentation_names_each_page(entry: menu.Entry, manual: str) -> None:
    french = words.translate("fr", entry.title)
    assert re.search(rf"\b({re.escape(entry.title)}|{re.escape(french)})\b", manual), f"no word on the page {entry.title}"


@pytest.mark.parametrize("role", ROLES)
def test_the_documentation_names_each_role(role: str, manual: str) -> None:
    english = words.CODED["role"][role]
    assert english in manual or words.translate("fr", english) in manual


def test_every_score_is_in_the_readme_and_none_is_forgotten(readme: str) -> None:
    scores = [file.stem for file in (ROOT / "scoring").glob("*.py") if "\nCITATION = " in file.read_text("utf-8")]
    assert sorted(scores) == sorted(SCORES)
    for score in scores:
        assert SCORES[score] in readme


def test_the_readme_says_which_trial_and_that_it_does_not_treat(readme: str) -> None:
    assert protocol.REGISTRATION in readme
    assert "not for treatment decisions" in readme.casefold() or "no treatment decision" in readme.casefold()


@pytest.mark.parametrize("command", ["make run", "make demo", "make test"])
def test_the_readme_says_how_to_start(command: str, readme: str) -> None:
    assert command in readme
    assert re.search(rf"^{command.split()[1]}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("setting", ["DATABASE_URL", "JAKAHDI_IDLE_MINUTES"])
def test_the_documentation_names_each_setting(setting: str, manual: str) -> None:
    assert setting in manual


@pytest.mark.parametrize("choice", protocol.OPEN_CHOICES, ids=lambda choice: choice.key)
def test_an_open_choice_has_its_decision_record(choice: protocol.OpenChoice) -> None:
    assert choice.key in (RECORDS / choice.record).read_text("utf-8")


def test_decision_records_are_numbered_once() -> None:
    numbers = [file.name[:4] for file in RECORDS.glob("*.md")]
    assert all(re.fullmatch(r"\d{4}", number) for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_no_link_of_the_documentation_leads_nowhere() -> None:
    for file in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)", file.read_text("utf-8")):
            assert target.startswith(("http", "mailto:")) or (file.parent / target).exists(), f"{file.name}: {target}"


def test_a_record_that_is_named_exists() -> None:
    kept = {file.name for file in RECORDS.glob("*.md")}
    for file in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("trial/*.py"), *ROOT.glob("scoring/*.py")]:
        named = set(re.findall(r"\b\d{4}-[a-z0-9-]+\.md", file.read_text("utf-8")))
        assert named <= kept, file.name


def test_the_changelog_tells_of_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    newest = re.search(r"^## \[?v?(\d+\.\d+\.\d+)", text, re.MULTILINE)
    assert newest
    assert newest[1] == version.APP
    assert len(text.split(newest[0], 1)[1].split()) > 20, "what is new in it"
