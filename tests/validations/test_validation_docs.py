"""The docs' table of expectations is the suites' own, and each has words that people read."""

import re
from pathlib import Path

from procedures.expectations import EXPECTATIONS, SUITES
from tests.validations.suites import expectations

PAGE = Path(__file__).parents[2] / "docs" / "validations.md"


def test_the_table_of_the_docs_names_every_expectation_with_its_severity_in_the_order_of_a_night():
    rows = re.findall(r"^\| (\w+) \| `(\w+)` \| (\w+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == list(expectations())


def test_every_suite_and_expectation_has_its_words():
    assert {suite for suite, _, _ in expectations()} == set(SUITES)
    named = {name for _, name, _ in expectations()} | {"unchanged", "gate_open"}
    assert named == set(EXPECTATIONS)
