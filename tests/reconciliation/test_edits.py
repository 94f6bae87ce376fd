"""Zero false alarms, zero misses: thousands of seeded edits of the real records, of every kind."""

from __future__ import annotations

import pytest

from tests.reconciliation import disagreements
from tests.reconciliation.bench import Bench, Confusion, confusion
from tests.reconciliation.edits import COSMETIC, QUIET, REAL
from tests.reconciliation.retyping import WRITINGS

KINDS = {"new", "changed", "cosmetic", "missing", "repealed", "replaced", "level_transfer"}
ATTRIBUTES = {
    "name", "field", "executing_levels", "online_level", "agency", "promulgating_agency",
    "decision_number", "decision_date", "processing_time", "fee", "ways", "subjects", "dossier",
    "legal_bases", "steps", "requirements", "results",
}  # fmt: skip


@pytest.fixture(scope="module")
def table() -> Confusion:
    return confusion(nights=3)


def test_at_least_8_000_edits_were_made(table):
    assert table.edits >= 8_000
    assert len(WRITINGS) >= 14
    assert len({*QUIET, *COSMETIC, *REAL}) >= 30


def test_every_kind_and_attribute_was_tried_often(table):
    assert {kind for kind, _ in table.right} == KINDS
    assert {attribute for kind, attribute in table.right if kind == "changed"} == ATTRIBUTES
    assert {attribute for kind, attribute in table.right if kind == "cosmetic"} == {"name", "field", "agency"}
    assert min(table.right.values()) >= 20


def test_no_edit_makes_a_row_that_it_should_not(table):
    assert table.false == {}, table.examples[:5]


def test_no_edit_is_missed(table):
    assert table.missed == {}, table.examples[:5]


def test_each_writing_alone_leaves_every_real_name_the_same():
    bench = Bench.of_the_tree()
    from procedures.values.text import name_identity

    for known in bench.standing.values():
        raw = known.procedure.raw_text("name")
        for writing, write in WRITINGS.items():
            assert name_identity(write(raw)) == name_identity(raw), (writing, raw)


@pytest.fixture(scope="module")
def findings() -> Confusion:
    return disagreements.confusion()


def test_every_finding_about_two_sides_was_tried_often(findings):
    assert findings.edits >= 6_000
    assert {kind for kind, _ in findings.right} == disagreements.KINDS
    assert min(findings.right.values()) >= 20


def test_no_edit_makes_a_finding_that_it_should_not(findings):
    assert findings.false == {}, findings.examples[:5]


def test_no_disagreement_is_missed(findings):
    assert findings.missed == {}, findings.examples[:5]
