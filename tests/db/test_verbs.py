"""What holds for every verb."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import db
from db.may import ADMINISTRATOR, MACHINE, MONITOR, ROLE_MAY, ROLES, may, must_be_allowed
from trial.errors import NotAllowed

FOLDER = Path(db.__file__).parent
OPEN_TO_ALL = {"change_password"}


def modules() -> Iterator[Any]:
    for found in pkgutil.iter_modules([str(FOLDER)]):
        if not found.ispkg:
            yield importlib.import_module(f"db.{found.name}")


def verbs() -> dict[str, Callable[..., Any]]:
    """Every public function that adds an entry."""
    made = {}
    for module in modules():
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and "record.add(" in inspect.getsource(function):
                made[name] = function
    return made


@pytest.mark.parametrize("name", sorted(verbs()))
def test_every_verb_says_who_acts(name: str) -> None:
    parameters = inspect.signature(verbs()[name]).parameters
    assert next(iter(parameters)) == "ward"
    assert parameters["by"].kind is inspect.Parameter.KEYWORD_ONLY
    assert parameters["by"].default is inspect.Parameter.empty


def test_every_verb_stands_in_the_table_of_who_may_and_nothing_else_does() -> None:
    """db.demo invents the past of a store of its own, under the verbs of the others."""
    said = set()
    for file in set(FOLDER.glob("*.py")) - {FOLDER / "demo.py"}:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "record.add":
                said.add(ast.literal_eval(node.args[1]))
    assert said == set(ROLE_MAY)


@pytest.mark.parametrize("verb", sorted(set(ROLE_MAY) - OPEN_TO_ALL))
def test_the_monitor_writes_nothing(verb: str) -> None:
    assert not may(MONITOR, verb)


@pytest.mark.parametrize("verb", sorted(set(ROLE_MAY) - OPEN_TO_ALL - {"open_site", "create_account", "change_account"}))
def test_the_administrator_writes_nothing_clinical(verb: str) -> None:
    assert not may(ADMINISTRATOR, verb)


def test_a_role_that_may_not_is_told_who_may() -> None:
    with pytest.raises(NotAllowed, match="Ask one of: investigator, pi"):
        must_be_allowed("nurse", "include")
    with pytest.raises(KeyError):
        must_be_allowed("pi", "conjure")
    assert MACHINE not in ROLES


def test_nothing_that_stays_is_written_past_the_door() -> None:
    """Only record.py inserts into append-only tables."""
    loose = {"session", "attempt", "draft", "password", "table"}
    for file in FOLDER.glob("*.py"):
        if file.name == "record.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("insert", "update", "delete"):
                assert ast.unparse(node.args[0]) in loose, f"{file.name}: {ast.unparse(node)}"


def test_the_store_knows_no_page() -> None:
    for file in FOLDER.rglob("*.py"):
        assert "streamlit" not in file.read_text(encoding="utf-8").replace("no Streamlit call", "").casefold()
