"""`python -m db.verify [HEAD]` walks the chain over every entry and says where it is broken.

It sees whatever was changed below the app: a row changed, deleted, added or moved. What it cannot see alone is that
the newest entries were cut off: give it a HEAD that was noted earlier, and it says whether that one is still there.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from db import store
from db.record import chain
from db.tables import entry, metadata
from trial.errors import StoreUnreachable

STEP = 2_000  # entries read at once
NAMED = 20
LINES = [table for table in metadata.sorted_tables if table.info.get("append_only") and table is not entry]


@dataclass
class Walked:
    entries: int = 0
    rows: int = 0
    head: str = ""
    found_head: bool = False
    broken: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not self.broken


def walk(ward: Connection, noted: str = "") -> Walked:
    """Recompute every chain from the stored rows. After a broken entry it goes on from what is stored, so that each
    break is named once."""
    walked = Walked()
    last = ward.scalar(select(entry.c.id).order_by(entry.c.id.desc()).limit(1)) or 0
    expected = 1
    for start in range(0, last, STEP):
        lines = _lines(ward, start, start + STEP)
        for head in _entries(ward, start, start + STEP):
            if head["id"] != expected:
                walked.broken.append(f"entries {expected} to {head['id'] - 1} are missing")
            _check(walked, head, lines.pop(head["id"], []))
            expected = head["id"] + 1
            walked.found_head |= walked.head == noted
        walked.broken += [f"entry {number} is missing, its rows are there" for number in sorted(lines)]
    _homeless(ward, walked, last)
    if noted and not walked.found_head:
        walked.broken.append("the noted head is not in the chain: entries after it, or it, were cut off or rewritten")
    return walked


def main(arguments: list[str]) -> int:
    """0 if the chain is whole, 1 if not, 2 if the store does not answer."""
    try:
        with store.look() as ward:
            walked = walk(ward, arguments[0] if arguments else "")
    except StoreUnreachable as error:
        print(error)
        return 2
    for line in walked.broken[:NAMED]:
        print(line)
    if len(walked.broken) > NAMED:
        print(f"… and {len(walked.broken) - NAMED} more")
    print(f"{walked.entries} entries, {walked.rows} rows, {'whole' if walked.whole else 'BROKEN'}, head {walked.head}")
    return 0 if walked.whole else 1


def _check(walked: Walked, head: dict[str, Any], lines: list[tuple[int, str, dict[str, Any]]]) -> None:
    lines.sort(key=lambda line: line[0])
    made = chain(walked.head, head, [(name, row) for _, name, row in lines])
    if made != head["chain"]:
        walked.broken.append(f"entry {head['id']} ({head['verb']} by {head['by']}, {head['at']:%Y-%m-%d %H:%M} UTC)"
                             " is not what was recorded")  # fmt: skip
    walked.entries += 1
    walked.rows += len(lines)
    walked.head = head["chain"]


def _entries(ward: Connection, after: int, until: int) -> Iterator[dict[str, Any]]:
    asked = select(entry).where(entry.c.id > after, entry.c.id <= until).order_by(entry.c.id)
    for row in ward.execute(asked).mappings():
        yield dict(row)


def _lines(ward: Connection, after: int, until: int) -> dict[int, list[tuple[int, str, dict[str, Any]]]]:
    found: dict[int, list[tuple[int, str, dict[str, Any]]]] = defaultdict(list)
    for table in LINES:
        asked = select(table).where(table.c.entry > after, table.c.entry <= until)
        names = [column.name for column in table.columns]
        for row in ward.execute(asked):
            told = dict(zip(names, row, strict=True))
            found[told["entry"]].append((told["line"], table.name, told))
    return found


def _homeless(ward: Connection, walked: Walked, last: int) -> None:
    """Rows of entries outside those that were walked."""
    for table in LINES:
        asked = select(table.c.entry).where((table.c.entry > last) | (table.c.entry < 1)).limit(1)
        outside = ward.scalars(asked).first()
        if outside is not None:
            walked.broken.append(f"entry {outside} is missing, its rows are there")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
