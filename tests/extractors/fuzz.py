"""Reads spoilt payloads, thousands of them: `python -m tests.extractors.fuzz --count 20000 --seed 1`.

A case is named by its kind and number (`igate-detail:1000042`); `--case` reads that one again, uncaught. What
is due: the reading ends in a named state with what it read and put aside, whatever the bytes, within `MEMORY`
and `SECONDS` of processor time.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from tests.extractors.spoilt_readings import KINDS, STATES, run

MEMORY = 3 << 29
"""Bytes of address space that a process may take, libraries included."""
SECONDS = 20.0
"""Seconds of processor time that one case may take."""


class TooLong(Exception):  # noqa: N818 - says what happened
    """A case took more processor time than it may."""


@dataclass(slots=True)
class Tally:
    """What became of the cases of one kind."""

    endings: Counter[str] = field(default_factory=Counter)
    aside: int = 0
    crashes: list[tuple[str, str]] = field(default_factory=list)
    slowest: float = 0.0
    memory: int = 0

    def add(self, other: Tally) -> None:
        self.endings.update(other.endings)
        self.aside += other.aside
        self.crashes += other.crashes
        self.slowest = max(self.slowest, other.slowest)
        self.memory = max(self.memory, other.memory)


def bound_process() -> None:
    """Holds this process to `MEMORY`, and each case to `SECONDS`."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, _too_long)


def _too_long(*_: object) -> None:
    raise TooLong


def batch(kind: str, numbers: Sequence[int]) -> Tally:
    """Many cases of a kind, each held to its bounds; what is uncaught is told, not raised."""
    tally = Tally()
    for number in numbers:
        before = _seconds()
        try:
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            ending = run(kind, number)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            last = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{type(error).__name__}: {str(error)[:90]} ({Path(last.filename).name}:{last.lineno})"
            tally.crashes.append((f"{kind}:{number}", where))
        else:
            tally.endings[ending.state] += 1
            tally.aside += ending.aside
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        tally.slowest = max(tally.slowest, _seconds() - before)
    tally.memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    return tally


def _seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def cases(count: int, seed: int) -> Iterable[tuple[str, list[int]]]:
    """The cases in batches, the kinds in turn."""
    each = -(-count // len(KINDS))
    left = count
    for kind in KINDS:
        numbers = range(seed * 1_000_000, seed * 1_000_000 + min(each, left))
        left -= len(numbers)
        for start in range(0, len(numbers), 200):
            yield kind, list(numbers[start : start + 200])


def fuzz(count: int, seed: int, workers: int) -> dict[str, Tally]:
    """What became of `count` cases, by kind. Where a process died, its cases are run again, each alone."""
    tallies: dict[str, Tally] = {kind: Tally() for kind in KINDS}
    for kind, numbers in _run(list(cases(count, seed)), workers, tallies):
        for number in numbers:
            for _ in _run([(kind, [number])], 1, tallies):
                tallies[kind].crashes.append((f"{kind}:{number}", "the process died"))
    return tallies


def _run(
    waiting: list[tuple[str, list[int]]], workers: int, tallies: dict[str, Tally]
) -> list[tuple[str, list[int]]]:
    """Adds what became of the batches, and gives those whose process died."""
    died = []
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=bound_process) as pool:
        asked = [(each, pool.submit(batch, *each)) for each in waiting]
        for each, future in asked:
            try:
                tallies[each[0]].add(future.result())
            except BrokenProcessPool:
                died.append(each)
    return died


def table(tallies: dict[str, Tally]) -> str:
    """The tallies as text, a line a kind."""
    lines = [
        f"{'kind':<18}{'cases':>7}{''.join(f'{state:>10}' for state in STATES)}{'aside':>8}{'crashes':>9}"
        f"{'s':>7}{'MB':>6}"
    ]
    whole = Tally()
    for kind, tally in [*tallies.items(), ("all", whole)]:
        if tally is not whole:
            whole.add(tally)
        number = tally.endings.total() + len(tally.crashes)
        states = "".join(f"{tally.endings[state]:>10}" for state in STATES)
        lines.append(
            f"{kind:<18}{number:>7}{states}{tally.aside:>8}{len(tally.crashes):>9}"
            f"{tally.slowest:>7.2f}{tally.memory:>6}"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Ends with 1 where a case crashed."""
    parser = argparse.ArgumentParser(prog="python -m tests.extractors.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--case", metavar="KIND:NUMBER")
    asked = parser.parse_args(arguments)
    if asked.case:
        kind, _, number = asked.case.partition(":")
        print(run(kind, int(number)))
        return 0
    os.nice(10)
    tallies = fuzz(asked.count, asked.seed, asked.workers)
    print(table(tallies))
    crashes = [crash for tally in tallies.values() for crash in tally.crashes]
    for case, words in crashes[:200]:
        print(f"{case}  {words}")
    return 1 if crashes else 0


if __name__ == "__main__":
    sys.exit(main())
