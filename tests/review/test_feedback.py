"""What citizens say is entered from a finding's page and found again from there."""

from __future__ import annotations

import pytest

from procedures.workbook_layout.registers import FEEDBACK
from settings.configuration import Configuration
from steps.database import engine_of
from steps.office import registers
from tests.review.desk import Visitor
from warehouse.db.engine import reading
from warehouse.db.run_lock import run_lock
from warehouse.sources.runs import view_rows

SAID = {
    "source": "Bộ phận Một cửa xã Thạch Hà",
    "number": "15/PAKN",
    "received": "20/11/2026",
    "content": 'Hồ sơ đòi thêm <b>giấy</b> "xác nhận"',
}
SHOWN = "Hồ sơ đòi thêm &lt;b&gt;giấy&lt;/b&gt; &#34;xác nhận&#34;"


def enter(visitor: Visitor, finding_id: int = 1, **typed: str) -> int:
    page = f"/findings/{finding_id}"
    return visitor.send_form(page, f"{page}/feedback", **(SAID | typed)).status_code


def test_it_stands_in_the_register_and_on_both_pages(lan: Visitor, site: str, office: Configuration) -> None:
    with run_lock(engine_of(office)):
        assert enter(lan) == 303, "a night that is under way keeps nobody waiting"
    (kept,) = registers.list_entries(office, FEEDBACK, None, None)
    assert kept.values == SAID | {
        "received": "2026-11-20", "code": "1.000001", "finding": "1", "division": "Phòng Tổ chức",
        "state": "open",
    }  # fmt: skip
    link = '<a href="/registers/feedback/1">Số 15/PAKN</a>, 20/11/2026, Bộ phận Một cửa xã Thạch Hà: '
    page = lan.get("/findings/1").text
    assert f"{link}{SHOWN}" in page
    assert "<strong>lan</strong> ghi phản ánh, kiến nghị<br>Mục 1 của sổ" in page
    assert f"{link}{SHOWN}" in lan.get("/procedures/1.000001").text
    assert "15/PAKN" in lan.get("/registers/feedback").text
    assert "15/PAKN" in lan.get("/registers/feedback/1").text
    for other in ("/findings/2", "/procedures/1.000002"):
        assert "15/PAKN" not in lan.get(other).text
    with Visitor(site) as viewer:
        viewer.sign_in("xem")
        seen = viewer.get("/findings/1").text
        assert '<a href="/registers/feedback">Số 15/PAKN</a>' in seen
        assert "Ghi vào sổ" not in seen
    with reading(engine_of(office)) as connection:
        (event,) = view_rows(connection, "v_finding_event", where={"action": "feedback"})
        entered = view_rows(connection, "v_ledger_event", where={"subject_kind": FEEDBACK.name})
    assert (event["actor"], event["finding_id"], event["from_status"], event["to_status"]) == (
        "lan", 1, "open", "open",
    )  # fmt: skip
    assert {row["actor"] for row in entered} == {"lan"}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"number": ""}, "thiếu &#39;Số đến&#39;"),
        ({"content": " "}, "thiếu &#39;Nội dung&#39;"),
        ({"received": "hôm qua"}, "không phải ngày"),
        ({"received": ""}, "thiếu &#39;Ngày nhận&#39;"),
    ],
)
def test_what_it_lacks_is_said_and_what_was_typed_stays(
    lan: Visitor, office: Configuration, typed: dict[str, str], words: str
) -> None:
    answer = lan.send_form("/findings/1", "/findings/1/feedback", **(SAID | typed))
    assert (answer.status_code, words in answer.text) == (400, True)
    assert SAID["source"] in answer.text
    assert registers.list_entries(office, FEEDBACK, None, None) == []


def test_the_same_letter_is_entered_once(lan: Visitor, office: Configuration) -> None:
    assert [enter(lan), enter(lan), enter(lan, 2)] == [303, 400, 400]
    assert "đã có ở mục 1" in lan.send_form("/findings/2", "/findings/2/feedback", **SAID).text
    assert len(registers.list_entries(office, FEEDBACK, None, None)) == 1
    assert enter(lan, received="21/11/2026", source="") == 303
    assert "Số 15/PAKN</a>, 21/11/2026: Hồ sơ" in lan.get("/findings/1").text
    assert enter(lan, 99) == 404


def test_of_a_row_without_a_code_the_finding_keeps_it(lan: Visitor, office: Configuration) -> None:
    assert enter(lan, 4) == 303
    (kept,) = registers.list_entries(office, FEEDBACK, None, None)
    assert "code" not in kept.values
    assert "15/PAKN" in lan.get("/findings/4").text
    assert "15/PAKN" not in lan.get("/findings/1").text
