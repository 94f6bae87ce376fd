"""Decisions read from files, in the warehouse of either engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from procedures.errors import NotFoundError
from procedures.office.decision_lines import DecisionLine
from procedures.office.documents import Document, DocumentPart, DocumentRow, PartKind
from procedures.office.repealed_rows import RepealedRow
from procedures.office.stages import StageChange
from tests.warehouse.nights import Nights, at
from warehouse.announcements import documents, ledger, ledger_entries, run_figures
from warehouse.db.engine import writing
from warehouse.db.evidence_in_use import evidence_hashes
from warehouse.sources import runs

ROW = DocumentRow(name="Thành lập quỹ", row=1, page=4, field="Quỹ")
READ = Document(
    number="999/QĐ-BNV",
    date=date(2026, 11, 20),
    role="ministry",
    parts=(DocumentPart(PartKind.NEW, "Phần I", 1, (ROW,)),),
)
KEPT = {"digest": "a" * 64, "place": 1, "file": "qd.pdf", "state": documents.READ, "by": "Lan"}
KEY = "~quỹ"


def test_a_document_is_corrected_confirmed_and_its_bytes_are_kept(engine: Engine) -> None:
    with writing(engine) as connection:
        run_id = runs.begin_run(connection, as_of=at(22), kind="decision")
        number = documents.add_document(connection, READ, **KEPT)
        kept = documents.get_document(connection, number)
        assert (kept.document.parts[0].rows[0].name, kept.read_by) == ("Thành lập quỹ", "Lan")
        part = replace(kept.document.parts[0], rows=(replace(ROW, code="1.020001"),))
        corrected = replace(kept.document, parts=(part,))
        documents.store_correction(connection, kept, corrected, "1.1", {"code": (None, "1.020001")}, "Hoa")
        assert documents.list_confirmed(connection, "ministry") == []
        documents.set_state(connection, kept, documents.CONFIRMED, "Hoa", run_id=run_id, applied_at=at(22))
        (its,) = documents.list_confirmed(connection, "ministry")
        assert (its.document, its.applied_at, its.run_id) == (corrected, at(22), run_id)
        assert documents.list_applied_in(connection, [run_id]) == [its]
        assert [(each.subject, each.to_value) for each in documents.list_events(connection, number)] == [
            ("1 1.1", "1.020001"),
            ("1", "confirmed"),
        ]
        assert "a" * 64 in evidence_hashes(connection)
        with pytest.raises(NotFoundError, match="số 9"):
            documents.get_document(connection, 9)
    (row,) = Nights(engine).rows("v_document")
    assert (row["hash"], row["by"], row["state"]) == ("a" * 64, "Lan", "confirmed")


def test_a_row_keeps_its_stage_and_announcement_when_it_gets_a_code(engine: Engine) -> None:
    said = DecisionLine(
        decision_number="999/QĐ-BNV",
        agency="Bộ Nội vụ",
        decision_date=date(2026, 11, 20),
        effective_date=None,
        due_date=date(2026, 12, 4),
        due_basis="internal",
        new=(KEY,),
        changed=(),
        repealed=(),
        announced=0.0,
        state="pending",
        on_portal=False,
        named_rows=(RepealedRow(key=KEY, name="Thành lập quỹ", level="province"),),
    )
    with writing(engine) as connection:
        run_id = runs.begin_run(connection, as_of=at(22), kind="decision")
        run_figures.store_decisions(connection, run_id, [said])
        (line,) = ledger.load_lines(connection)
        assert (line.codes[0].display_text, line.on_portal) == ("Thành lập quỹ", False)
        move = StageChange(stage="announced", number="1404/QĐ-UBND", date=date(2026, 11, 24))
        ledger_entries.move(connection, line, [KEY], move, "Lan")
        ledger_entries.give_code(connection, "999/QĐ-BNV", KEY, "1.020002", "rasoat")
        run_figures.store_decisions(connection, run_id, [replace(said, new=("1.020002",), named_rows=())])
        (line,) = ledger.load_lines(connection)
        (code,) = line.codes
    assert (code.code, code.stage, code.province_decision_number) == ("1.020002", "announced", "1404/QĐ-UBND")
