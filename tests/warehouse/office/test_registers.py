"""Entries of the office's registers on either engine."""

from __future__ import annotations

from sqlalchemy import Engine

from procedures.workbook_layout.registers import FEEDBACK, REVIEWS
from warehouse.db.engine import reading, writing
from warehouse.office import registers


def test_entries_about_a_procedure_or_a_finding_are_found_by_what_they_name(engine: Engine) -> None:
    letter = {"number": "1", "received": "2026-11-20", "content": "Một", "state": "open"}
    entries = (
        (FEEDBACK, letter | {"code": "1.000001", "finding": "7"}),
        (FEEDBACK, letter | {"code": "1.000011", "finding": "17"}),
        (FEEDBACK, letter | {"content": '"code": "1.000001" 100 % _'}),
        (FEEDBACK, letter | {"code": "1.000001"}),
        (FEEDBACK, letter | {"finding": "7"}),
        (REVIEWS, {"code": "1.000001", "problem": "other", "content": "Hai", "document": "Thông tư"}),
    )
    with writing(engine) as connection:
        for register, values in entries:
            registers.add(connection, register, values, "Lan")
    with reading(engine) as connection:

        def found(code: str | None, finding_id: int | None = None) -> list[int]:
            told = registers.entries_about(connection, FEEDBACK, code=code, finding_id=finding_id)
            return [each.entry_id for each in told]

        assert found("1.000001") == [4, 1]
        assert found("1.000001", 7) == [5, 4, 1]
        assert found(None, 7) == [5, 1]
        assert found(None) == found("1.00000_") == found('%"') == []
