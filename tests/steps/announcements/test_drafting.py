"""`rasoat draft-decision`: exactly what a ministry decision changed and the province has to announce."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from procedures.changes import RecordedChange
from procedures.errors import InputError, NotFoundError
from procedures.office.stages import StageChange
from steps.announcements import ledger
from steps.announcements.draft_decision import amended_parts, draft_decision
from steps.announcements.ledger import LedgerEntry
from tests.office import Office
from tests.papers import table

NUMBER, BY = "627/QĐ-BNV", "Nguyễn Thị Lan"


def codes(path: Path, *headings: str) -> set[str]:
    return {row[1] for row in table(path, *headings) if row[1][:1].isdigit()}


def test_exactly_the_codes_of_the_decision_stand_in_the_annexes(
    after_two_nights: Office, tmp_path: Path
) -> None:
    file = tmp_path / "627.docx"
    done = draft_decision(after_two_nights.configuration, "627/qd-bnv", file)
    (line,) = after_two_nights.rows("v_decision", decision_number=NUMBER)
    assert codes(file, "Phí, lệ phí") == set(json.loads(line["new"]))
    assert codes(file, "Văn bản quy định việc bãi bỏ") == set(json.loads(line["repealed"]))
    assert (done.new, done.changed, done.repealed, done.left_out) == (14, 0, 13, {})


def test_level_transfers_stand_under_both_kinds_with_a_note(after_two_nights: Office, tmp_path: Path) -> None:
    draft_decision(after_two_nights.configuration, NUMBER, tmp_path / "a.docx")
    new = {row[1]: row for row in table(tmp_path / "a.docx", "Phí, lệ phí")}
    repealed = {row[1]: row for row in table(tmp_path / "a.docx", "Văn bản quy định việc bãi bỏ")}
    assert "thay cho 1.999402, cấp huyện" in new["1.013703"][2]
    assert "nay là 1.013703, cấp xã" in repealed["1.999402"][5]
    assert "512/QĐ-UBND" in repealed["1.999402"][4]


def test_what_the_province_announced_already_is_left_out_with_the_reason(
    two_nights: Office, tmp_path: Path
) -> None:
    signed = StageChange(stage="announced", number="1404/QĐ-UBND", date=date(2025, 7, 1))
    ledger.store_entry(two_nights.configuration, NUMBER, LedgerEntry(move=signed, codes=("1.013703",)), BY)
    done = draft_decision(two_nights.configuration, NUMBER, tmp_path / "a.docx")
    assert "1.013703" not in codes(tmp_path / "a.docx", "Phí, lệ phí")
    assert done.left_out == {"1.013703": "tỉnh đã công bố (1404/QĐ-UBND)"}
    ledger.store_entry(two_nights.configuration, NUMBER, LedgerEntry(move=signed), BY)
    with pytest.raises(InputError, match="627/QĐ-BNV không còn gì tỉnh phải công bố"):
        draft_decision(two_nights.configuration, NUMBER, tmp_path / "b.docx")
    assert not (tmp_path / "b.docx").exists()


def test_the_office_s_places_stand_where_dossiers_are_taken_in(two_nights: Office, tmp_path: Path) -> None:
    two_nights.configure(reports={"place_commune": "Điểm phục vụ hành chính công cấp xã"})
    draft_decision(two_nights.configuration, NUMBER, tmp_path / "a.docx")
    rows = [row for row in table(tmp_path / "a.docx", "Phí, lệ phí") if row[1][:1].isdigit()]
    assert {row[5] for row in rows} == {"Điểm phục vụ hành chính công cấp xã"}


def test_an_unknown_number_is_refused_with_near_ones(after_two_nights: Office, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"672/QĐ-BNV.*gần giống: .*627/QĐ-BNV"):
        draft_decision(after_two_nights.configuration, "672/QĐ-BNV", tmp_path / "a.docx")
    done = after_two_nights.rasoat("draft-decision", "672/QĐ-BNV", "--out", str(tmp_path / "a.docx"))
    assert (done.returncode, "gần giống" in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def changed(run_id: int, attribute: str, old: str | None = None, new: str | None = None) -> RecordedChange:
    return RecordedChange(run_id=run_id, day=date(2026, 8, run_id), attribute=attribute, old=old, new=new)


def test_an_amendment_names_what_changed_under_this_decision_and_its_new_legal_text() -> None:
    changes = (
        changed(1, "fee"),
        changed(2, "decision_number", "627/QĐ-BNV", "862/QĐ-BNV"),
        changed(2, "processing_time"),
        changed(2, "legal_bases", '["Nghị định 1"]', '["Nghị định 1.", "Nghị định số 259/2026/NĐ-CP"]'),
        changed(3, "dossier"),
        changed(4, "decision_number", "862/QĐ-BNV", "900/QĐ-BNV"),
        changed(4, "steps"),
    )
    parts, texts = amended_parts("862/QĐ-BNV", date(2026, 7, 21), changes)
    assert parts == ("processing_time", "legal_bases", "dossier")
    assert texts == ("Nghị định số 259/2026/NĐ-CP",)


def test_what_changed_before_the_decision_was_signed_is_not_of_it() -> None:
    assert amended_parts("862/QĐ-BNV", date(2026, 8, 2), (changed(1, "fee"), changed(2, "steps")))[0] == (
        "steps",
    )
