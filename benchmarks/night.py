"""Whole nights beside what a good engineer would assemble: dlt and datacompy, Scrapy and csv-diff.

    python benchmarks/night.py [--procedures 3000] [--engines sqlite postgresql] [--rate 1000] [--follow]

Everyone reads the same emulated portal (`benchmarks/rivals/portal.py`) on three nights: the first, an
unchanged one, and one with 1 % changed, on which the last page of the list is lost, a counter moves in every
record and some texts are retyped. Of the changes one half shows in the list, the other only in the records.

- rasoat: `rasoat sync` as it is installed, with archive, gates, load, comparison with the list and pages;
  once with every record read every night (as the rivals do) and once with a thirtieth of them in turn;
- dlt: every record, versions by scd2 over a hash of tidied rows, datacompy beside the list; it keeps no
  bytes, checks no record, and knows neither missing pages nor evidence;
- Scrapy: every record into JSON lines, csv-diff beside the night before; no database, no list.

Each runs in a process of its own, start-up included, and the portal in another; what was asked is counted by
the portal. CPU and peak memory are those of the process; PostgreSQL's CPU stands beside it. A change that is
told and did not happen is false, one that happened and is not told that night is missed; `--follow` has
further nights, until what was not read that night is told. Each engine's table ends with the goals, and
whether they are met.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.rivals.contenders import (
    FRAME,
    WORKBOOK,
    Contender,
    Dlt,
    Portal,
    Rasoat,
    Reading,
    Scrapy,
    Spent,
    Store,
    Told,
)
from tests.machine import find_program

NIGHTS = ("first", "unchanged", "1 % changed")
TURN = 30
"""`refresh_nights` of the one that reads records in turn."""
POLITE = 2.0
"""Requests a second that a portal is asked where nothing else is set."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A database engine: makes stores, and says the seconds of CPU of its server so far."""

    name: str
    store: Callable[[], Store]
    cpu: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Figures:
    """A night of one of them: what it asked for, took and said. `server`: seconds of CPU of PostgreSQL."""

    requests: int
    received: float
    spent: Spent
    server: float
    told: Told

    def false(self, happened: set[str]) -> set[str]:
        """Return what is told and did not happen."""
        return self.told.moved - happened

    def missed(self, happened: set[str]) -> set[str]:
        """Return what happened and is not told."""
        return happened - self.told.moved


class Bench:
    """The portal, and the nights of everyone on one engine."""

    def __init__(self, folder: Path, portal: Portal, reading: Reading, *, follow: bool) -> None:
        self.folder = folder
        self.portal = portal
        self.reading = reading
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        self.begins = today - timedelta(days=len(NIGHTS) + TURN)
        self.follow = follow
        self.scrapy = Scrapy(folder / "scrapy", portal, reading)
        self.untidied: Told | None = None
        self.files: dict[int, Figures] = {}
        truth = portal.truth
        self.happened = [set[str](), set[str](), {*truth["shown"], *truth["within"]}]

    def compare(self, engine: Engine) -> dict[tuple[str, int], Figures]:
        """Have the nights on an engine and print them as a table."""
        home, portal = self.folder / engine.name, self.portal
        ours = [
            Rasoat(home / f"rasoat-{refresh}", portal, engine.store(), self.reading, refresh)
            for refresh in (1, TURN)
        ]
        dlt = Dlt(home / "dlt", portal, engine.store(), self.reading, self.folder / FRAME)
        contenders: list[Contender] = [dlt, self.scrapy, *ours]
        print(f"\n{engine.name}")
        for each in ours:
            spent = each.import_list(self.folder / WORKBOOK, self.begins - timedelta(hours=8))
            print(f"{each.name}: the list imported once, {spent.cpu:.1f} s of CPU, {spent.memory:.0f} MiB")
        print(
            f"{'night':12}{'who':22}{'requests':>9}{'MB':>7}{'CPU':>9}{'to dlt':>7}{'database':>9}{'wall':>9}"
            f"{'at 2/s':>9}{'peak':>9}{'false':>7}{'missed':>7}"
        )
        figures: dict[tuple[str, int], Figures] = {}
        for number, night in enumerate(NIGHTS):
            portal.begin(number)
            for each in contenders:
                done = self._night(each, number, engine)
                figures[each.name, number] = done
                self._print(night, each.name, done, figures[dlt.name, number], number)
        self._explain(figures)
        if self.follow:
            self._follow(ours[-1], figures[ours[-1].name, len(NIGHTS) - 1].missed(self.happened[-1]))
        return figures

    def _follow(self, rasoat: Rasoat, missed: set[str]) -> None:
        """Have further nights of the mended portal, until what was missed is told."""
        left, cpu, false = set(missed), 0.0, 0
        for later in range(TURN):
            if not left:
                break
            number = len(NIGHTS) + later
            self.portal.begin(number)
            spent, told = rasoat.night(number, self.begins + timedelta(days=number))
            false += len(told.moved - left)
            left -= told.moved
            cpu += spent.cpu
            print(f"{rasoat.name}: {later + 1} nights later {len(left)} of {len(missed)} left", flush=True)
        print(f"{rasoat.name}: {len(left)} never told, {false} false, {cpu:.1f} s of CPU")

    def _night(self, contender: Contender, number: int, engine: Engine) -> Figures:
        if contender is self.scrapy and number in self.files:
            return self.files[number]
        self.portal.tally()
        before = engine.cpu()
        spent, told = contender.night(number, self.begins + timedelta(days=number))
        figures = Figures(*self.portal.tally(), spent, engine.cpu() - before, told)
        if contender is self.scrapy:
            self.files[number] = figures  # it writes no database: once is enough
        return figures

    def _print(self, night: str, name: str, done: Figures, peer: Figures, number: int) -> None:
        happened = self.happened[number]
        print(
            f"{night:12}{name:22}{done.requests:9,}{done.received:7.1f}{done.spent.cpu:7.1f} s"
            f"{done.spent.cpu / peer.spent.cpu:7.2f}{done.server:7.1f} s{done.spent.seconds:7.1f} s"
            f"{done.requests / POLITE / 60:5.1f} min{done.spent.memory:5.0f} MiB"
            f"{len(done.false(happened)):7,}{len(done.missed(happened)):7,}",
            flush=True,
        )

    def _explain(self, figures: Mapping[tuple[str, int], Figures]) -> None:
        """Say what is false and missed on the last night, and what was found of the list on the first."""
        truth = {name: set(codes) for name, codes in self.portal.truth.items()}
        last = len(NIGHTS) - 1
        told = {name: done.told for (name, number), done in figures.items() if number == last}
        if self.untidied is None:
            self.untidied = self.scrapy.untidied(last)
        told["csv-diff, as received"] = self.untidied
        print(
            f"the last night: {len(truth['shown'])} changes show in the list, {len(truth['within'])} only in "
            f"the records; {len(truth['retyped'])} are retyped, {len(truth['lost'])} stand on the lost page"
        )
        print(f"{'':24}{'missed: list, record':>22}{'false: lost page, retyped, others':>36}")
        for name, said in told.items():
            false = said.moved - self.happened[last]
            others = false - truth["lost"] - truth["retyped"]
            print(
                f"{name:24}{len(truth['shown'] - said.moved):14,},{len(truth['within'] - said.moved):7,}"
                f"{len(false & truth['lost']):20,},{len(false & truth['retyped']):8,},{len(others):7,}"
            )
        for (name, number), done in figures.items():
            wrong = done.told.disagreeing
            if number == 0 and wrong is not None:
                right = truth["listed_wrongly"]
                print(
                    f"{name}: {len(wrong & right)} of {len(right)} names that the list has otherwise, "
                    f"{len(wrong - right)} others"
                )


def judge(name: str, figures: Mapping[tuple[str, int], Figures], bench: Bench, procedures: int) -> None:
    """Print each goal, what was measured, and whether that is met."""
    print(f"goals, {name}")
    dlt = [figures[Dlt.name, number].spent.cpu for number in range(len(NIGHTS))]
    share = 5 if procedures < 20_000 else 10
    for who in dict.fromkeys(name for name, _ in figures if name.startswith("rasoat")):
        mine = [figures[who, number] for number in range(len(NIGHTS))]
        false = sum(len(each.false(bench.happened[n])) for n, each in enumerate(mine))
        missed = sum(len(each.missed(bench.happened[n])) for n, each in enumerate(mine))
        ratios = mine[0].spent.cpu / dlt[0], mine[1].spent.cpu / dlt[1]
        for goal, measured, met in (
            ("first night, CPU to dlt's at most 1", f"{ratios[0]:.2f}", ratios[0] <= 1),
            (f"unchanged night, CPU to dlt's at most 1/{share}", f"{ratios[1]:.2f}", ratios[1] <= 1 / share),
            ("no false change", f"{false}", false == 0),
            ("no missed change", f"{missed}", missed == 0),
        ):
            print(f"{who:22}{goal:46}{measured:>8}  {'met' if met else 'NOT MET'}")


def engines(names: list[str], folder: Path, stack: ExitStack) -> Iterator[Engine]:
    """Yield the engines of these names that are on this machine."""
    if "sqlite" in names:
        numbers = count()

        def file() -> Store:
            path = folder / f"{next(numbers)}.db"

            def rows(query: str) -> list[tuple[Any, ...]]:
                with closing(sqlite3.connect(path)) as connection:
                    return connection.execute(query).fetchall()

            return Store(f"sqlite:///{path}", rows)

        yield Engine("SQLite", file, lambda: 0.0)
    if "postgresql" in names and find_program("initdb") is None:
        print("\nPostgreSQL: not on this machine, not measured")
    elif "postgresql" in names:
        from tests.postgres import Cluster

        cluster = Cluster()
        stack.callback(cluster.stop)

        def database() -> Store:
            name = cluster.create()
            return Store(cluster.address(name), lambda query: cluster.execute(query, name))

        yield Engine("PostgreSQL", database, cluster.cpu_seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--procedures", type=int, default=3_000)
    parser.add_argument("--engines", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--rate", type=float, default=1_000.0, help="requests a second, of everyone")
    parser.add_argument("--threads", type=int, default=8, help="connections at once, of everyone")
    parser.add_argument("--follow", action="store_true", help="have nights until what was missed is told")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rasoat-bench-")))
        portal = Portal(asked.procedures, folder)
        stack.callback(portal.stop)
        print(
            f"{asked.procedures:,} procedures, {asked.threads} connections, at most {asked.rate:g} requests "
            f"a second; CPU and peak of each one's process, ratios to dlt's CPU of the same night"
        )
        bench = Bench(folder, portal, Reading(asked.rate, asked.threads), follow=asked.follow)
        for engine in engines(asked.engines, folder, stack):
            judge(engine.name, bench.compare(engine), bench, asked.procedures)


if __name__ == "__main__":
    main()
