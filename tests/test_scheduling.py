"""The tests of a file share one process, and so what its fixtures make; `conftest` sees to every file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scheduling import own_part_first, place, unit_of


def test_the_tests_of_a_file_stay_together() -> None:
    units = {unit_of(f"tests/steps/sources/test_walk.py::{test}") for test in ("test_a", "test_b[1-x::y]")}
    assert units == {"tests/steps/sources/test_walk.py"}


def test_the_files_of_the_flows_share_their_server() -> None:
    assert unit_of("tests/flows/test_nightly.py::test_a") == unit_of("tests/flows/test_taking_up.py::test_b")


def test_the_nights_begin_before_the_pure_core() -> None:
    assert place("tests/steps/sources/test_walk.py::test_a") < place("tests/procedures/test_codes.py::test_b")


def test_each_process_begins_at_another_folder_and_leaves_none_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "3")
    collected = []
    for worker in ("gw0", "gw1", "gw2"):
        monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
        collected.append(own_part_first(["tests"]))
        assert own_part_first(["tests/steps"]) == ["tests/steps"]
    assert len({parts[0] for parts in collected}) == 3
    files = list(Path("tests").rglob("test_*.py"))
    for parts in collected:
        assert [file for file in files if sum(map(file.is_relative_to, parts)) != 1] == []
