"""`python -m db.migrations "what changes"` writes the next migration from what db/tables.py says and the store has not."""

from __future__ import annotations

import sys

from alembic import command

from db import store


def main(words: str) -> None:
    steps = store.migrations()
    store.migrate()
    with store.begin() as ward:
        steps.attributes["connection"] = ward
        command.revision(steps, words, autogenerate=True)


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]) or "change")
