"""Who may import whom, inside functions too: a score knows no protocol, the protocol no store, a component neither."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
APP = {"app", "menu", "gate", "front_door", "bedside", "decision", "patient_course"}
BELOW = {"scoring": set(), "trial": {"scoring"}, "db": {"trial", "scoring"}, "components": {"trial", "scoring"},
         "app": {"components", "db", "trial", "scoring"} | APP}  # fmt: skip
BELOW["pages"] = BELOW["app"] - {"app", "gate", "front_door"}
FROM_PYPI = {
    "scoring": {"numpy", "pandas", "tqdm"},
    "trial": {"numpy", "pandas", "scipy"},
    "db": {"numpy", "pandas", "sqlalchemy", "alembic", "psycopg", "argon2"},
    "components": {"numpy", "pandas", "streamlit", "babel", "reportlab"},
    "charts": {"numpy", "pandas", "streamlit", "babel", "plotly"},
    "pages": {"pandas", "streamlit"},
    "app": {"pandas", "streamlit", "starlette", "google"},  # google.protobuf: what Streamlit's websocket speaks
}
FOLDERS = {"scoring", "trial", "db", "components", "pages", "tests", "docs", "deploy"}
FILES = [*ROOT.glob("*.py"), *(file for folder in FOLDERS - {"tests"} for file in (ROOT / folder).rglob("*.py"))]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_layer_imports_what_lies_below_it_alone(file: Path) -> None:
    parts = file.relative_to(ROOT).parts
    layer = parts[0] if len(parts) > 1 else "app"
    outside = FROM_PYPI["charts" if parts[1:2] == ("charts",) else layer]
    allowed = BELOW[layer] | outside | sys.stdlib_module_names | ({layer} if layer in FOLDERS - {"pages"} else set())
    assert set(imported(file)) <= allowed


@pytest.mark.parametrize("file", [file for file in FILES if file.parent == ROOT], ids=lambda file: file.stem)
def test_a_file_beside_the_entry_is_of_the_app(file: Path) -> None:
    assert file.stem in APP


@pytest.mark.parametrize("layer", ["scoring", "trial", "db"])
def test_nothing_below_the_screen_calls_streamlit(layer: str) -> None:
    for file in (ROOT / layer).rglob("*.py"):
        names = [node.id for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Name)]
        assert "st" not in names, file


def test_there_is_no_other_folder() -> None:
    here = {each.name for each in ROOT.iterdir() if each.is_dir() and not each.name.startswith((".", "__"))}
    assert here - {"test-results"} == FOLDERS


def imported(file: Path) -> Iterator[str]:
    """The first part of each module that a file imports."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0] if not node.level else file.parent.name
