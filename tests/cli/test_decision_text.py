"""A decision of the ledger as `rasoat decision` prints it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rasoat.ledger_tables import print_decision
from settings.configuration import Configuration
from settings.department import Department
from settings.sources import SourceSettings
from steps.announcements.ledger import DecisionView
from warehouse.announcements.ledger import LedgerLine
from warehouse.announcements.ledger_events import LedgerEvent

LINE = LedgerLine(
    decision_number="627/QĐ-BNV",
    agency="Bộ Nội vụ",
    decision_date=None,
    effective_date=None,
    due_date=None,
    due_basis=None,
    announced=0,
    state="pending",
    division=None,
    person=None,
    leader=None,
    codes=(),
    proposals=({"stage": "published", "number": None, "codes": ["1.000001"], "seen_in": "igate"},),
)


def test_a_portal_that_shows_the_next_stage_is_told_by_its_role(capsys: pytest.CaptureFixture[str]) -> None:
    its = (SourceSettings(name="igate", kind="html", role="provincial"),)
    office = Configuration(home=Path(), database_url="", department=Department(), sources=its)
    print_decision(DecisionView(line=LINE, stage="announced", late=None), office)
    said = capsys.readouterr().out
    assert "1.000001 (thấy ở Cổng DVC tỉnh); xác nhận bằng --confirm" in said


def test_the_history_is_told_in_local_time_and_as_people_write_days(
    capsys: pytest.CaptureFixture[str],
) -> None:
    event = LedgerEvent(
        at="2026-11-24T20:05:00+00:00",
        actor="Lan",
        subject_kind="decision",
        subject="627/QĐ-BNV 1.000001",
        attribute="province_decision_date",
        from_value=None,
        to_value="2026-11-20",
    )
    office = Configuration(home=Path(), database_url="", department=Department(), sources=())
    print_decision(
        DecisionView(line=replace(LINE, proposals=()), stage="announced", late=None, events=(event,)), office
    )
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("03:05 25/11/2026 Lan: 627/QĐ-BNV 1.000001, ")
    assert last.endswith(": (trống) → 20/11/2026")
