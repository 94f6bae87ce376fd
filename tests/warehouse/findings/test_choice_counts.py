"""How many findings each choice selects is what choosing it would show, on either engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from procedures.findings import CATALOGUE, FindingKind, Severity
from tests.warehouse.findings.test_working import about, compare
from warehouse.db.engine import reading, writing
from warehouse.findings import choice_counts, current_index, queries, triage
from warehouse.findings.choice_counts import FACETS
from warehouse.findings.filters import NO_DIVISION, Filter
from warehouse.tables.finding_tables import finding

TODAY = date(2026, 11, 24)


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """Findings of every sort, some given out, some of one decision."""
    kinds, weights = list(FindingKind)[:3], list(Severity)
    compare(
        engine,
        22,
        *(
            about(
                f"1.{n:06}",
                kind=kinds[n % 3],
                severity=weights[n % 4],
                division=("Phòng A", "Phòng B", None)[n % 3],
                due_date=TODAY + timedelta(days=n - 12) if n % 5 else None,
                sources=frozenset({CATALOGUE} if n % 2 else {CATALOGUE, "national"}),
            )
            for n in range(30)
        ),
    )
    with writing(engine) as connection:
        for each in (3, 4, 5, 9):
            triage.assign(
                connection, each, version=1, division="Phòng C", person="Lan", wanted_by=TODAY, actor="x"
            )
        for each in (4, 8):
            triage.move(connection, each, "resolved", version=2 if each == 4 else 1, actor="x")
        for case_id, ids in (("decision:627/QĐ-BNV", (3, 8, 9)), ("agency:Sở", (10, 11))):
            connection.execute(finding.update().where(finding.c.finding_id.in_(ids)).values(case_id=case_id))
    return engine


@pytest.mark.parametrize(
    "criteria",
    [
        Filter(),
        Filter(status=None),
        Filter(status="resolved"),
        Filter(division="Phòng C"),
        Filter(division=NO_DIVISION),
        Filter(person="Lan", status=None),
        Filter(decision="627/QĐ-BNV", due="overdue"),
        Filter(severity="high", source="national", due="week"),
        Filter(kind="không có"),
        Filter(text="000003"),
    ],
)
def test_each_count_is_what_the_list_shows(filled: Engine, criteria: Filter) -> None:
    with reading(filled) as connection:
        index = choice_counts.index_to_count(connection)
        assert index is not None
        counts = choice_counts.count_choices(connection, index, criteria, TODAY)
        for name in FACETS:
            for value, number in counts[name].items():
                chosen = replace(criteria, **{name: value})
                assert number == queries.count(connection, chosen, TODAY), (name, value)
        assert counts["severity"].keys() <= {each.value for each in Severity}
        if criteria == Filter():
            assert set(counts["person"]) == {"Lan"}
            assert set(counts["division"]) == {"Phòng A", "Phòng B", "Phòng C", NO_DIVISION}
            assert {due for due, number in counts["due"].items() if number} == {"overdue", "week", "none"}
            assert set(counts["source"]) == {CATALOGUE, "national"}


def test_a_decision_and_a_person_are_filters(filled: Engine) -> None:
    with reading(filled) as connection:
        for criteria, ids in (
            (Filter(decision="627/QĐ-BNV"), {3, 9}),
            (Filter(person="Lan", status=None), {3, 4, 5, 9}),
            (Filter(decision="628/QĐ-BNV"), set()),
        ):
            page = queries.load_page(connection, criteria, "weight", TODAY, offset=0, limit=50)
            assert {row["finding_id"] for row in page.rows} == ids
        for index in (choice_counts.index_to_count(connection), None):
            values = choice_counts.filter_values(connection, index)
            assert (values["person"], values["decision"]) == ({"Lan"}, {"627/QĐ-BNV"})


def test_of_too_many_findings_no_choice_is_counted(filled: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_index, "FEW", 0)
    monkeypatch.setattr(choice_counts, "FEW", 0)
    monkeypatch.setattr(current_index, "MOST", 5)
    with reading(filled) as connection:
        assert choice_counts.index_to_count(connection) is None
