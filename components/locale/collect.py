"""`python -m components.locale.collect` brings fr.po up to date with the sentences of the code.

Babel's own collector does not look into f-strings before Python 3.12, nor into the branches of a condition; both are
where the pages say things. So the syntax tree is read here, and Babel keeps the catalogue.
"""

from __future__ import annotations

import ast
import io
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = Path(__file__).parent / "fr.po"
FOLDERS = ("", "pages", "components", "trial", "db")
PLACE = {"_": 0, "sentence": 0, "say": 0, "translate": 1}  # function: which argument is the sentence


def collected(root: Path = ROOT) -> dict[str, list[str]]:
    """Each sentence of the code and the files that say it, in the order of the code."""
    said: dict[str, list[str]] = defaultdict(list)
    errors = _errors(root)
    for path, tree in trees(root).items():
        for text in _sentences(tree, errors):
            if path not in said[text]:
                said[text].append(path)
    return dict(said)


def updated(catalogue: Path = CATALOGUE, root: Path = ROOT) -> str:
    """The text of the catalogue with exactly the sentences of the code; those that stay keep their French."""
    with catalogue.open("rb") as po:
        french = read_po(po, locale="fr")
    template = Catalog()
    for text, paths in collected(root).items():
        template.add(text, locations=[(path, 0) for path in paths])  # no lines: they move with every edit
    french.update(template, no_fuzzy_matching=True, update_creation_date=False)
    written = io.BytesIO()
    write_po(written, french, width=120, ignore_obsolete=True)
    return written.getvalue().decode()


def raised(root: Path = ROOT) -> Iterator[tuple[str, ast.expr]]:
    """Where a TrialError or one of its kind is made, with its first argument."""
    for path, tree in trees(root).items():
        for call in calls(tree):
            if name_of(call) in _errors(root) and call.args:
                yield f"{path}:{call.lineno}", call.args[0]


def texts(expression: ast.expr) -> list[str]:
    """What an expression says: a text, or one of two."""
    if isinstance(expression, ast.IfExp):
        return texts(expression.body) + texts(expression.orelse)
    return [expression.value] if isinstance(expression, ast.Constant) and isinstance(expression.value, str) else []


@cache
def trees(root: Path) -> dict[str, ast.Module]:
    files = [path for folder in FOLDERS for path in sorted((root / folder).glob("**/*.py" if folder else "*.py"))]
    return {path.relative_to(root).as_posix(): ast.parse(path.read_text("utf-8")) for path in files}


@cache
def _errors(root: Path) -> frozenset[str]:
    """TrialError and every class made from it."""
    classes = [node for tree in trees(root).values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    known, before = {"TrialError"}, 0
    while len(known) > before:
        before = len(known)
        known |= {one.name for one in classes if any(isinstance(base, ast.Name) and base.id in known for base in one.bases)}
    return frozenset(known)


def _sentences(tree: ast.Module, errors: frozenset[str]) -> Iterator[str]:
    for call in calls(tree):
        name = name_of(call)
        place = 0 if name in errors else PLACE.get(name, -1)
        if 0 <= place < len(call.args):
            yield from filter(None, texts(call.args[place]))


def calls(tree: ast.Module) -> list[ast.Call]:
    """In the order of the code; a formatted string's own calls have the line that the parser gives them."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return sorted(calls, key=lambda call: (call.lineno, call.col_offset))


def name_of(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""


if __name__ == "__main__":
    CATALOGUE.write_text(updated(), "utf-8")
