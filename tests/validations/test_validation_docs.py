"""The docs' table of expectations is the suites' own, and each has words that people read."""

import re
from pathlib import Path

from procedures.findings import FindingKind
from procedures.wording.gates import EXPECTATIONS, SUITES, expectation_text
from tests.validations.suites import expectations

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "validations.md"


def test_the_table_of_the_docs_names_every_expectation_with_its_severity_in_the_order_of_a_night():
    rows = re.findall(r"^\| (\w+) \| `(\w+)` \| (\w+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == list(expectations())


def test_whatever_puts_a_record_aside_while_reading_has_words_for_the_pages_of_officials():
    code = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "extractors").rglob("*.py"))
    told = set(re.findall(r"(?:UnfitRecord|_quarantine_item|_quarantine)\((?:\w+, )*\"(\w+)\"", code))
    assert told == {"state_unreadable", "name_missing", "code_malformed", "wrong_code", "duplicate_code"}
    for rule in (*told, FindingKind.INVALID_CODE, FindingKind.DUPLICATE_CODE):
        assert expectation_text(rule) != rule


def test_every_suite_and_expectation_has_its_words():
    assert {suite for suite, _, _ in expectations()} == set(SUITES)
    named = {name for _, name, _ in expectations()} | {"unchanged", "gate_open"}
    assert named == set(EXPECTATIONS)
