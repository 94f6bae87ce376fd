"""Which tests run in one process, and in what order, when several share the work (`pytest -n 3`).

The tests of a file stay together, so that what a module's fixture makes is made once, and so do the files of
a folder in `TOGETHER`, which share a server. What takes longest begins first, so that the processes end at
about the same time. There is one process more than a machine of two cores needs, because one of them waits
for Prefect much of the time; the others step back, so that Prefect's nights never wait for them.

pytest-xdist's own marks for groups are silently ignored since pytest 9.2: their tests ran in both processes.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

ALL = "tests"

TOGETHER = ("tests/flows",)
"""Folders whose files share what takes long to start."""

LONGEST_FIRST = (
    "flows",
    "steps",
    "cli",
    "review",
    "alerts",
    "validations",
    "warehouse",
    "reports",
    "extractors",
)
"""Folders in the order of what a file of theirs takes; those not named follow."""


class ByFile(LoadScopeScheduling):
    """Gives each process whole files."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        config.option.loadscopereorder = False  # not by the number of tests: they come in order of duration
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


def unit_of(nodeid: str) -> str:
    """What stays together with this test: its file, or its folder."""
    file = nodeid.split("::", 1)[0]
    return next((folder for folder in TOGETHER if file.startswith(f"{folder}/")), file)


def step_back(nodeid: str) -> None:
    """Lower the process's priority, for good, once it has a file whose tests share no server."""
    if unit_of(nodeid) not in TOGETHER and os.nice(0) == 0:
        os.nice(5)


def place(nodeid: str) -> tuple[int, str]:
    """What tests are put in order by: how early their folder begins, then their file."""
    file = nodeid.split("::", 1)[0]
    parts: Sequence[str] = PurePosixPath(file).parts
    folder = parts[1] if len(parts) > 2 else ""
    return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST), file


def own_part_first(paths: list[str]) -> list[str]:
    """What this process of several collects, where that is all: another part first than the others.

    Whatever is imported for the first time is compiled, and tests get their assertions rewritten. Those who
    come later find it done; in step, each would do all of it.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker or paths != [ALL]:
        return paths
    parts = sorted({str(Path(*file.parts[:2])) for file in Path(ALL).rglob("test_*.py")})
    first = len(parts) * int(worker.removeprefix("gw")) // int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    return parts[first:] + parts[:first]
