"""Which divisions are known, by all that names them, and what a person's word adds or ends."""

from __future__ import annotations

from datetime import date

from procedures.findings import CATALOGUE
from procedures.office.owners import AssignmentRule, Owner
from procedures.workbook_layout.registers import TASKS
from tests.warehouse.findings.test_desk import nameless
from tests.warehouse.nights import Nights, at, procedure
from warehouse.db.engine import reading, writing
from warehouse.findings import store, triage
from warehouse.office import divisions, duties, registers

BY = "Lan"


def test_what_names_a_division_makes_it_known_and_keeps_it_so(nights: Nights) -> None:
    catalogue = Nights(nights.engine, CATALOGUE, CATALOGUE)
    catalogue.night(at(21), procedure("1.000001", division="A"), procedure("1.000002", division="A"))
    run_id, _ = nights.begin(at(22))
    with writing(nights.engine) as connection:
        store.apply_findings(connection, run_id, [nameless(division="A")], fresh_sources=(), at=at(22))
        triage.assign(connection, 1, version=1, division="B", person=None, wanted_by=None, actor=BY)
        rule = AssignmentRule(owner=Owner(division="C"), field="Hội")
        rule_id = duties.add_rule(connection, rule, BY)
        duties.give_duty(connection, "decision", "1/QĐ-BNV", Owner(division="D"), date(2026, 12, 1), BY)
        registers.add(connection, TASKS, {"document": "1", "content": "x", "division": "E"}, BY)
        divisions.add_division(connection, "F", BY)
        for name in ("C", "D", "E", "F"):
            divisions.end_division(connection, name, BY, "sáp nhập")
    with reading(nights.engine) as connection:
        found = divisions.list_divisions(connection)
        assert divisions.list_names(connection) == set(found)
    assert {name: (its.procedures, its.findings, its.duties, its.rules) for name, its in found.items()} == {
        "A": (2, 0, 0, 0), "B": (0, 1, 0, 0), "C": (0, 0, 0, 1), "D": (0, 0, 1, 0),
    }  # fmt: skip
    with writing(nights.engine) as connection:
        duties.end_rule(connection, rule_id, BY)
        divisions.add_division(connection, "F", BY)
    with reading(nights.engine) as connection:
        found = divisions.list_divisions(connection)
        assert divisions.list_names(connection) == set(found)
    assert set(found) == {"A", "B", "D", "F"}, "C is named by nothing, F is back"
    assert [(each.added_by, each.busy) for each in (found["F"], found["D"])] == [(BY, False), (None, True)]
