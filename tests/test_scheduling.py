"""The tests of a file share one process, and so what its fixtures make; `conftest` sees to every file."""

from __future__ import annotations

from tests.scheduling import rank, unit_of


def test_the_tests_of_a_file_stay_together() -> None:
    units = {unit_of(f"tests/steps/sources/test_walk.py::{test}") for test in ("test_a", "test_b[1-x::y]")}
    assert units == {"tests/steps/sources/test_walk.py"}


def test_the_files_of_the_flows_share_their_server() -> None:
    assert unit_of("tests/flows/test_nightly.py::test_a") == unit_of("tests/flows/test_taking_up.py::test_b")


def test_the_nights_begin_before_the_pure_core() -> None:
    assert rank("tests/steps/sources/test_walk.py::test_a") < rank("tests/procedures/test_codes.py::test_b")
