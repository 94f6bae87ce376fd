"""Those who have a night: rasoat, dlt with datacompy, Scrapy with csv-diff; and the portal that they read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from portals.config import write_settings

ROOT = Path(__file__).parents[2]
PAGE = 100
"""Rows that everyone asks for a page of the list."""
WORKBOOK, FRAME = "list.xlsx", "list.csv"
"""The department's list: as rasoat imports it, and in the rivals' own columns."""
TOLD = ("new", "changed", "missing", "repealed", "replaced", "level_transfer", "reinstated")
"""Kinds of changes that say that something happened; `cosmetic` says that a text was only retyped."""
GONE = ("missing", "repealed", "replaced", "level_transfer")


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process took: seconds, seconds of CPU, MiB at its peak; and the last line that it printed."""

    seconds: float
    cpu: float
    memory: float
    answer: Mapping[str, Any]


def carry_out(command: Iterable[str | Path], environment: Mapping[str, str] | None = None) -> Spent:
    """Run a command to its end and return what it took; exits with its words where it fails.

    This process has to stay small: a child's peak is never below what its parent held when it was made.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as words:
        began = time.perf_counter()
        child = subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            stdout=out,
            stderr=words,
            env={name: value for name, value in os.environ.items() if not name.startswith("RASOAT_")}
            | dict(environment or {}),
        )
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        words.seek(0)
        if child.returncode not in (0, 3):  # 3: done, but a source was not whole
            raise SystemExit(f"{child.args}:\n{words.read().decode(errors='replace')[-4000:]}")
        answer = json.loads(out.read().decode().strip() or "{}")
    return Spent(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, answer)


class Portal:
    """The portal, in a process of its own."""

    def __init__(self, procedures: int, folder: Path) -> None:
        command = [sys.executable, "-m", "benchmarks.rivals.portal", "--procedures", str(procedures)]
        self._process = subprocess.Popen(
            [*command, "--folder", str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        told = self._answer()
        self.url: str = told["url"]
        self.truth: dict[str, list[str]] = told["truth"]

    def begin(self, night: int) -> None:
        """Show what that night shows."""
        self._ask(str(night))

    def tally(self) -> tuple[int, float]:
        """Return the requests since the last tally, and the MB sent."""
        told = self._ask("tally")
        return sum(told["asked"].values()), told["bytes"] / 1e6

    def stop(self) -> None:
        """End it."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(30)

    def _ask(self, line: str) -> dict[str, Any]:
        if self._process.stdin is None:
            raise RuntimeError("the portal has no standard input")
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise SystemExit("the portal ended")
        answer: dict[str, Any] = json.loads(line)
        return answer


@dataclass(frozen=True, slots=True)
class Reading:
    """How everyone reads: requests a second, connections at once."""

    rate: float
    threads: int


@dataclass(frozen=True, slots=True)
class Store:
    """A database of one of them: its address, and how a query is asked of it."""

    address: str
    rows: Callable[[str], list[tuple[Any, ...]]]


@dataclass(slots=True)
class Told:
    """What one of them said of a night, by codes: what moved, of it what is gone, what was only retyped.

    `disagreeing`: what the department's list has otherwise; `None` where nobody compares it.
    """

    moved: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    retyped: set[str] = field(default_factory=set)
    disagreeing: set[str] | None = None


class Contender(Protocol):
    """One of them; its nights come in their order."""

    name: str

    def night(self, number: int, at: datetime) -> tuple[Spent, Told]:
        """Carry out a night."""


class Rasoat:
    """`rasoat sync`, as it is installed."""

    def __init__(self, folder: Path, portal: Portal, store: Store, reading: Reading, refresh: int) -> None:
        self.name = "rasoat, every record" if refresh == 1 else f"rasoat, 1/{refresh} in turn"
        self._store = store
        folder.mkdir(parents=True)
        settings = write_settings(
            folder / "rasoat.toml",
            portal.url,
            portal.url,
            national={
                "departments": [],
                "levels": [],
                "page_size": PAGE,
                "refresh_nights": refresh,
                "requests_per_second": reading.rate,
                "concurrency": reading.threads,
                "expect": {"min": 1, "max": 1_000_000, "max_drop": 0.05},
            },
        )
        self._environment = {
            "RASOAT_HOME": str(folder / "var"),
            "RASOAT_CONFIG": str(settings),
            "RASOAT_DATABASE_URL": store.address,
        }

    def import_list(self, workbook: Path, at: datetime) -> Spent:
        """Take the department's list in."""
        return self._rasoat("catalogue", "import", str(workbook), "--as-of", at.isoformat())

    def night(self, number: int, at: datetime) -> tuple[Spent, Told]:  # noqa: ARG002 - it counts its own
        """Carry out a night of the national portal."""
        spent = self._rasoat("sync", "--source", "national", "--as-of", at.isoformat())
        run = int(spent.answer["run_id"])
        changes = self._store.rows(f"SELECT code, kind FROM v_change WHERE run_id = {run}")
        wrong = "SELECT code FROM v_finding WHERE kind = 'attribute_mismatch' AND attribute = 'name'"
        return spent, Told(
            moved={code for code, kind in changes if kind in TOLD},
            gone={code for code, kind in changes if kind in GONE},
            retyped={code for code, kind in changes if kind not in TOLD},
            disagreeing={code for (code,) in self._store.rows(f"{wrong} AND status = 'open'")},
        )

    def _rasoat(self, *arguments: str) -> Spent:
        program = Path(sys.executable).with_name("rasoat")
        return carry_out([program, *arguments, "--json"], self._environment)


class Dlt:
    """dlt's scd2, and datacompy beside the list."""

    name = "dlt, datacompy"

    def __init__(self, folder: Path, portal: Portal, store: Store, reading: Reading, frame: Path) -> None:
        folder.mkdir(parents=True)
        self._command = _rival("with_dlt", portal, folder, reading)
        self._command += ["--address", store.address, "--frame", str(frame)]

    def night(self, number: int, at: datetime) -> tuple[Spent, Told]:  # noqa: ARG002 - it counts its own
        """Read every record into the table, and ask it what moved."""
        spent = carry_out([*self._command, "--as-of", at.isoformat()])
        return spent, _told(spent.answer)


class Scrapy:
    """A Scrapy spider into JSON lines, and csv-diff beside the night before."""

    name = "Scrapy, csv-diff"

    def __init__(self, folder: Path, portal: Portal, reading: Reading) -> None:
        folder.mkdir(parents=True)
        self._command = _rival("with_scrapy", portal, folder, reading)

    def night(self, number: int, at: datetime) -> tuple[Spent, Told]:  # noqa: ARG002 - files have no time
        """Read every record into a file, and compare it with the last one."""
        spent = carry_out([*self._command, "--night", str(number)])
        return spent, _told(spent.answer)

    def untidied(self, number: int) -> Told:
        """Compare the records of a night with those of the one before as the portal sent them."""
        return _told(carry_out([*self._command, "--night", str(number), "--received"]).answer)


def _rival(module: str, portal: Portal, folder: Path, reading: Reading) -> list[str]:
    command = [sys.executable, "-m", f"benchmarks.rivals.{module}", "--portal", portal.url]
    how = ["--page", str(PAGE), "--rate", str(reading.rate), "--threads", str(reading.threads)]
    return [*command, "--folder", str(folder), *how]


def _told(answer: Mapping[str, Any]) -> Told:
    gone = set(answer.get("removed", ()))
    return Told(
        moved={*answer.get("changed", ()), *answer.get("added", ()), *gone},
        gone=gone,
        disagreeing=set(answer["disagreeing"]) if "disagreeing" in answer else None,
    )
