"""A decision of the ledger as `rasoat decision` prints it."""

from __future__ import annotations

from pathlib import Path

import pytest

from procedures.configuration import Configuration, Department, SourceSettings
from rasoat.ledger_tables import print_line
from steps.ledger import Shown
from warehouse.ledger import Line

LINE = Line(
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
    print_line(Shown(line=LINE, stage="announced", late=None), office.source_name)
    said = capsys.readouterr().out
    assert "1.000001 (thấy ở Cổng DVC tỉnh); xác nhận bằng --confirm" in said
