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
from pathlib import PurePosixPath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

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


def rank(nodeid: str) -> int:
    """How early a test begins."""
    parts: Sequence[str] = PurePosixPath(nodeid.split("::", 1)[0]).parts
    folder = parts[1] if len(parts) > 2 else ""
    return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)
