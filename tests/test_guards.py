"""Every page starts with its guard, and the menu is all there is: Streamlit may run a page without app.py."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import menu
from db.may import ROLES

PAGES = Path(menu.__file__).parent / "pages"
FILES = sorted(PAGES.glob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_first_statement_of_a_page_is_its_own_guard(file: Path) -> None:
    statements = ast.parse(file.read_text("utf-8")).body
    assert ast.get_docstring(ast.Module(statements, [])), "what the page is for"
    after_imports = [one for one in statements[1:] if not isinstance(one, ast.Import | ast.ImportFrom)]
    assert ast.unparse(after_imports[0]) == f"user = page('{file.stem}')"
    assert statements.index(after_imports[0]) == len(statements) - len(after_imports), "an import after the guard"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_page_is_short(file: Path) -> None:
    assert 20 <= len(file.read_text("utf-8").splitlines()) <= 140


def test_the_menu_holds_every_page_and_each_once() -> None:
    assert sorted(entry.code for entry in menu.MENU) == [file.stem for file in FILES]
    assert not [each for each in PAGES.iterdir() if each.suffix != ".py" and each.name != "__pycache__"]


@pytest.mark.parametrize("entry", menu.MENU, ids=lambda entry: entry.code)
def test_a_page_is_for_roles_that_exist(entry: menu.Entry) -> None:
    assert entry.roles
    assert len(set(entry.roles)) == len(entry.roles)
    assert set(entry.roles) <= set(ROLES)
    assert (PAGES.parent / entry.file).is_file()


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_first_page(role: str) -> None:
    assert [entry for entry in menu.MENU if role in entry.roles]


def test_accounts_are_no_business_of_the_bedside_and_patients_none_of_the_administrator() -> None:
    assert not set(menu.BY_CODE["people"].roles) & {"nurse", "investigator", "monitor"}
    seen = {entry.code for entry in menu.MENU if "administrator" in entry.roles}
    assert not seen & {"ward", "screening", "screening_log", "day_sheet", "dosing", "patient", "data"}
