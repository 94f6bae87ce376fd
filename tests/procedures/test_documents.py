"""A decision as a value: what it says survives its JSON, and the JSON keeps the public contract."""

from __future__ import annotations

import json
from datetime import date

from procedures.office.documents import (
    AnnexRow,
    CitedDecision,
    Document,
    DocumentPart,
    DocumentRow,
    NamedProcedure,
    PartKind,
    RawCell,
    Remark,
)
from procedures.values.durations import ProcessingTime
from procedures.values.fees import Fee

ROW = DocumentRow(
    name="Thành lập hội",
    row=1,
    page=5,
    number="1.",
    code="1.013703",
    field="Hội",
    executing_levels=frozenset({"commune", "province"}),
    processing_time=(ProcessingTime(None, 7, "working_day", "07 ngày làm việc"),),
    time_by_rule="30 ngày",
    decision=CitedDecision("95/QĐ-UBND", date(2025, 2, 14)),
    replaces=(NamedProcedure("Lập hội", "1.003879"),),
    annex_row=AnnexRow("12", CitedDecision("95/QĐ-UBND"), "Số 12 tại Phụ lục"),
    effective_date=date(2025, 7, 1),
    fee=(Fee(None, "fee", 0, "Không"),),
    ways=frozenset({"direct"}),
    cells=(RawCell("STT", "1."),),
)
DOCUMENT = Document(
    number="1404/QĐ-UBND",
    date=date(2025, 7, 5),
    issuer="Ủy ban nhân dân tỉnh Hà Tĩnh",
    role="province",
    effective_date=date(2025, 7, 10),
    cites=(CitedDecision("627/QĐ-BNV", date(2025, 6, 20)),),
    replaced=(CitedDecision("95/QĐ-UBND"),),
    parts=(
        DocumentPart(PartKind.NEW, "PHẦN I", 1, (ROW,)),
        DocumentPart(None, "PHẦN II", None, (DocumentRow(name="Đổi tên hội", row=1),)),
    ),
    remarks=(Remark("có dòng lạ", True), Remark("một ghi chú"), Remark("thiếu ngày", True, True)),
    pages=5,
    pictures=(1,),
)


def test_a_document_survives_its_json():
    assert Document.from_json(json.loads(json.dumps(DOCUMENT.to_json()))) == DOCUMENT


def test_its_json_keeps_the_public_contract():
    said = DOCUMENT.to_json()
    assert {key: said[key] for key in ("number", "date", "role", "effective_date", "cites", "remarks")} == {
        "number": "1404/QĐ-UBND",
        "date": "2025-07-05",
        "role": "province",
        "effective_date": "2025-07-10",
        "cites": [{"number": "627/QĐ-BNV", "date": "2025-06-20"}],
        "remarks": ["có dòng lạ", "một ghi chú", "thiếu ngày"],
    }
    first, second = said["parts"]
    assert (first["kind"], first["title"], first["declared"]) == ("new", "PHẦN I", 1)
    assert second["kind"] is None
    row = first["rows"][0]
    assert row["executing_levels"] == ["province", "commune"], "from the centre down"
    assert row["processing_time"] == [
        {"way": None, "amount": 7, "unit": "working_day", "text": "07 ngày làm việc"}
    ]
    assert (row["code"], row["field"], row["page"], row["row"]) == ("1.013703", "Hội", 5, 1)
    assert row["decision"] == {"number": "95/QĐ-UBND", "date": "2025-02-14"}
    assert row["replaces"] == [{"code": "1.003879", "name": "Lập hội"}]


def test_only_a_remark_that_holds_holds_a_document():
    assert DOCUMENT.held
    assert not Document(remarks=(Remark("một ghi chú"),)).held
    of_head = Document(remarks=(Remark("thiếu ngày", True, True),))
    assert of_head.held
    assert not of_head.lists_held
