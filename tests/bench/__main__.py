"""`make bench`: how fast it is, beside an empty Streamlit page measured in the same run, turn by turn.

rerun    the server alone: a whole page once more, from the request on the websocket to the end of the script
repaint  a real Chromium: from the click in the menu until the screen of that page was painted for the last time
typing   the same from the key that leaves a box, on the pages that have boxes
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page

import db
from db import demo, patients, store
from menu import MENU, Entry
from tests.bench import scored, screen, servers, wire, writes
from tests.stores import postgres_url, sqlite_url
from trial import schedule, simulate

SIZES = (42, 4200)
RERUNS, REPAINTS = 20, 8
LEAST = 3
RERUN_SECONDS, REPAINT_SECONDS = 1.5, 3.0  # for one page and the empty one together
BOX = {"day_sheet": '[class*="st-key-dec_"] input', "screening": '[class*="st-key-dec_"] input'}
EMPTY_BOX = '[data-testid="stTextInput"] input'
LIGHT = "protocol"  # from where a page is opened; that one itself from the page of accounts
MENU_LINK = '[data-testid="stTopNavLink"][href$="/{}"]'
HURRY_AFTER = 180  # seconds: on a busy machine the later pages make do with the least, so that five minutes do

BEGUN = time.perf_counter()
Measure = Callable[[], float]


@dataclass
class Pair:
    """Seconds of one page, and of the empty page in the turns between."""

    ours: list[float] = field(default_factory=list)
    empty: list[float] = field(default_factory=list)

    @property
    def ms(self) -> float:
        return statistics.median(self.ours) * 1000

    @property
    def slowest(self) -> float:
        return max(self.ours) * 1000

    @property
    def empty_ms(self) -> float:
        return statistics.median(self.empty) * 1000

    def __str__(self) -> str:
        return f"{self.ms:5.0f} {self.slowest:5.0f} {self.ms / self.empty_ms:5.1f}×"


def main() -> int:
    told: dict[str, dict[int, dict[str, Pair]]] = {"rerun": {}, "repaint": {}, "typing": {}}
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        for included in SIZES:
            folder = Path(made) / str(included)
            folder.mkdir()
            address, name = _filled(folder, included)
            _measure(folder, address, name, included, told, wrong)
        _print_pages(told)
        _print_writes(Path(made) / str(SIZES[0]))
    _print_scores()
    print(f"\n{time.perf_counter() - BEGUN:.0f} s in all")
    for line in wrong:
        print(f"WRONG {line}")
    return 1 if wrong else 0


def _filled(folder: Path, included: int) -> tuple[str, str]:
    """A store with so many patients; its address, and the study number of one on day 21."""
    address = sqlite_url(folder)
    store.use(address)
    begun = time.perf_counter()
    with db.begin() as ward:
        demo.fill(ward, included)
    with db.look() as ward:
        today = schedule.ward_date(datetime.now(UTC), simulate.ZONE)
        here = patients.on_ward(ward, today, sees=demo.ANNE)
    writes.close()
    size = (folder / "bedside.sqlite3").stat().st_size / 1e6
    print(f"{included} patients: {size:.0f} MB, filled in {time.perf_counter() - begun:.0f} s", flush=True)
    return address, min((one for one in here if one.day_1), key=lambda one: one.arrived_on).name


def _measure(
    folder: Path,
    address: str,
    name: str,
    included: int,
    told: dict[str, dict[int, dict[str, Pair]]],
    wrong: list[str],
) -> None:
    with ExitStack() as running:
        app = running.enter_context(servers.served("app.py", folder / "app.log", DATABASE_URL=address))
        empty = running.enter_context(servers.served("tests/bench/empty.py", folder / "empty.log"))
        cookie = servers.sign_in(app, demo.ANNE.login, demo.PASSWORD)
        told["rerun"][included] = {entry.code: _reruns(app, empty, cookie, entry, f"patient={name}", wrong) for entry in MENU}
        browser = running.enter_context(screen.chromium())
        ours, bare = screen.opened(browser, app, cookie), screen.opened(browser, empty)
        screen.go(ours, f"{app}/patient?patient={name}")
        told["repaint"][included] = {entry.code: _repaints(ours, bare, entry) for entry in MENU}
        told["typing"][included] = {
            entry.code: _typing(ours, bare, f"{app}{entry.path}?patient={name}", BOX[entry.code])
            for entry in MENU
            if entry.code in BOX
        }


def _turns(ours: Measure, empty: Measure, most: int, seconds: float) -> Pair:
    """Turn by turn, so that whatever else the machine does falls on both."""
    pair, begun = Pair(), time.perf_counter()
    ours(), empty()
    if begun - BEGUN > HURRY_AFTER:
        most = LEAST
    while len(pair.ours) < most and (len(pair.ours) < LEAST or time.perf_counter() - begun < seconds):
        pair.empty.append(empty())
        pair.ours.append(ours())
    return pair


def _reruns(app: str, empty: str, cookie: str, entry: Entry, query: str, wrong: list[str]) -> Pair:
    page = entry.path.strip("/")
    with wire.Tab(app, page, query, cookie) as ours, wire.Tab(empty) as bare:
        first = ours.rerun()
        wrong += [f"{entry.code}: {error}" for error in first.errors]
        return _turns(lambda: ours.rerun().seconds, lambda: bare.rerun().seconds, RERUNS, RERUN_SECONDS)


def _repaints(ours: Page, bare: Page, entry: Entry) -> Pair:
    start = "people" if entry.code == LIGHT else LIGHT

    def open_ours() -> float:
        screen.click(ours, MENU_LINK.format(start))
        return screen.click(ours, MENU_LINK.format(entry.path.strip("/")))

    def open_bare() -> float:
        screen.click(bare, MENU_LINK.format(""))
        return screen.click(bare, MENU_LINK.format("other"))

    return _turns(open_ours, open_bare, REPAINTS, REPAINT_SECONDS)


def _typing(ours: Page, bare: Page, address: str, box: str) -> Pair:
    screen.go(ours, address)
    turn = iter(range(10_000))
    return _turns(
        lambda: screen.type_into(ours, box, str(80 + next(turn) % 20)),
        lambda: screen.type_into(bare, EMPTY_BOX, str(next(turn))),
        REPAINTS,
        REPAINT_SECONDS,
    )


def _print_pages(told: dict[str, dict[int, dict[str, Pair]]]) -> None:
    print("\nms: median, slowest, and how many times an empty Streamlit page of the same run")
    for what, by_size in told.items():
        print(f"\n{what:<12}" + "".join(f"{f'{size} patients':>20}   " for size in by_size))
        for code in by_size[SIZES[0]]:
            print(f"{code:<12}" + "".join(f"{by_size[size][code]!s:>20}   " for size in by_size))
        bare = {size: [second for pair in pairs.values() for second in pair.empty] for size, pairs in by_size.items()}
        print(f"{'(empty)':<12}" + "".join(f"{_plain(seconds):>20}   " for seconds in bare.values()))


def _plain(seconds: Sequence[float]) -> str:
    return str(Pair(list(seconds), list(seconds)))


def _print_writes(folder: Path) -> None:
    print("\nday sheets of 12 values saved a second, each on the disk before it is confirmed")
    for kind, address in (("SQLite", sqlite_url(folder)), ("Postgres", postgres_url())):
        store.use(address)
        if kind == "Postgres":
            writes.make_durable()
            with db.begin() as ward:
                demo.fill(ward)
        if not writes.is_durable():
            raise RuntimeError(f"{kind} does not wait for the disk")
        rates = ", ".join(f"{people} at once {writes.saves_a_second(people):6.0f}" for people in (1, 4))
        print(f"{kind:<12}{rates}", flush=True)
        writes.close()


def _print_scores() -> None:
    print(f"\nscores of {scored.ROWS:,} patient-days: rows a second, memory beside that of the input, ms of one row")
    for name, speed in scored.speeds().items():
        print(f"{name:<14}{speed.rows_a_second:>14,.0f}{speed.memory:>8.1f}×{speed.one_row_ms:>9.2f} ms")


if __name__ == "__main__":
    sys.exit(main())
