"""Every day of the table in docs/failure-days.md is one that a test makes."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "failure-days.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith(("| the day", "| ---"))
]
DAYS = 13
"""At least so many have a row."""


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_day_of_the_table_names_tests_that_exist(row: list[str]) -> None:
    assert len(row) == 6
    assert all(row), "an empty cell"
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row[-1])
    assert named
    assert re.sub(r"`tests/[\w/]+\.py::\w+`", "", row[-1]).strip() == ""
    for file, name in named:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, file


def test_the_table_is_whole() -> None:
    assert len({row[0] for row in ROWS}) == len(ROWS) >= DAYS
