"""The ledger, registers, sheets and figures as people work with them on the site."""

from __future__ import annotations

import io

import openpyxl
import pytest

from procedures.configuration import Configuration
from steps import ledger, registers
from steps.opening import engine_of
from tests.review.desk import Visitor
from warehouse.engine import reading
from warehouse.runs import rows_of

NUMBER = "627/QĐ-BNV"
PAGE = f"/decisions/{NUMBER}"
TASK = {
    "document": "12/KH-SNV",
    "content": "Rà soát <b>20</b> thủ tục",
    "division": "Phòng A",
    "deadline": "30/11/2026",
    "state": "Chưa xong",
}


def line(office: Configuration) -> dict[str, object]:
    with reading(engine_of(office)) as connection:
        (row,) = rows_of(connection, "v_decision", where={"decision_number": NUMBER})
    return row


def test_a_line_is_given_out_and_moved_on(lan: Visitor, office: Configuration) -> None:
    given = lan.send_form(PAGE, PAGE, division="Phòng A", person="Hà")
    assert (given.status_code, line(office)["stage"], line(office)["division"]) == (
        303,
        "assigned",
        "Phòng A",
    )
    signed = {"stage": "announced", "number": "99/QĐ-UBND", "date": "20/11/2026", "code": "1.000002"}
    assert lan.send_form(PAGE, PAGE, **signed).status_code == 303
    row = line(office)
    assert (row["stage"], row["province_decision_number"]) == ("announced", "99/QĐ-UBND")
    told = lan.get(PAGE).text
    for words in ("99/QĐ-UBND, 20/11/2026", "công khai: ", "Phòng A, Hà", "đã giao → tỉnh đã công bố"):
        assert words in told


@pytest.mark.parametrize(
    ("values", "words"),
    (
        ({"stage": "announced", "code": "1.000002"}, "cần --number và --date"),
        ({"stage": "drafted"}, "Chưa chọn thủ tục nào"),
        ({"stage": "drafted", "code": "1.000009"}, "không thuộc Quyết định"),
        ({"stage": "submitted", "date": "32/11/2026", "code": "1.000002"}, "không phải ngày"),
    ),
)
def test_what_cannot_be_entered_is_said_on_the_page(
    lan: Visitor, office: Configuration, values: dict[str, str], words: str
) -> None:
    before = line(office)
    answer = lan.send_form(PAGE, PAGE, **values)
    assert (answer.status_code, words in answer.text) == (400, True)
    assert line(office) == before


def test_the_second_of_two_at_one_line_is_told(lan: Visitor, site: str, office: Configuration) -> None:
    lan.send_form(PAGE, PAGE, division="Phòng A")
    with Visitor(site) as hoa:
        hoa.sign_in("hoa")
        seen = hoa.hidden(PAGE)
        lan.send_form(PAGE, PAGE, stage="drafted", code="1.000002")
        answer = hoa.post(PAGE, data=seen | {"division": "Phòng B"})
        assert (answer.status_code, "lan vừa ghi" in answer.text) == (400, True)
    assert line(office)["division"] == "Phòng A"


def test_an_unknown_decision_offers_those_like_it(lan: Visitor) -> None:
    answer = lan.get("/decisions/672/QĐ-BNV")
    assert (answer.status_code, NUMBER in answer.text) == (404, True)


def test_a_viewer_sees_and_moves_nothing(visitor: Visitor, office: Configuration) -> None:
    visitor.sign_in("xem")
    for address in ("/decisions", PAGE, "/duties", "/registers/tasks", "/sheets", "/eligibility"):
        page = visitor.get(address)
        assert page.status_code == 200
        assert "<button>Ghi" not in page.text
    assert visitor.send_form(PAGE, PAGE, division="Phòng A").status_code == 403
    assert visitor.send_form("/duties", "/registers/tasks/0", **TASK).status_code == 403


def test_a_duty_is_extended_with_a_reason_and_answered(lan: Visitor, office: Configuration) -> None:
    lan.send_form(PAGE, PAGE, division="Phòng A")
    assert NUMBER in lan.get("/duties").text
    (duty,) = ledger_duties(office)
    without = lan.send_form("/duties", f"/duties/{duty}", until="31/12/2026")
    assert (without.status_code, "cần ghi lý do" in without.text) == (400, True)
    given = lan.send_form("/duties", f"/duties/{duty}", until="31/12/2026", reason="chờ thẩm định")
    assert given.status_code == 303
    assert "31/12/2026" in lan.get("/duties").text
    lan.send_form("/duties", f"/duties/{duty}", reply="Đã trình")
    assert "Đã trình" in lan.get("/duties").text


def ledger_duties(office: Configuration) -> list[int]:
    from steps.duties import overview

    return [each.duty_id for each in overview(office).duties]


def test_an_entry_of_a_register_is_kept_changed_and_guarded(
    lan: Visitor, site: str, office: Configuration
) -> None:
    page = "/registers/tasks/0"
    wrong = lan.send_form(page, page, **TASK | {"deadline": "hôm qua"})
    assert (wrong.status_code, "hôm qua" in wrong.text, "không phải ngày" in wrong.text) == (400, True, True)
    assert lan.send_form(page, page, **TASK).status_code == 303
    shown = lan.get("/registers/tasks").text
    assert "Rà soát &lt;b&gt;20&lt;/b&gt; thủ tục" in shown
    page = "/registers/tasks/1"
    with Visitor(site) as hoa:
        hoa.sign_in("hoa")
        seen = hoa.hidden(page)
        lan.send_form(page, page, **TASK | {"result": "Đã xong 21", "state": "Đã xong"})
        late = hoa.post(page, data=seen | TASK | {"result": "Chưa có gì"})
        assert (late.status_code, "vừa được người khác sửa" in late.text) == (400, True)
        assert "Chưa có gì" in late.text
    from procedures.registers import TASKS

    (kept,) = registers.listed(office, TASKS, None, None)
    assert (kept.values["result"], kept.values["state"]) == ("Đã xong 21", "done")
    assert lan.get("/registers/nothing").status_code == 400
    assert lan.get("/registers/tasks/99").status_code == 404


def test_a_sheet_goes_out_filled_and_comes_back(lan: Visitor, office: Configuration) -> None:
    lan.send_form("/registers/tasks/0", "/registers/tasks/0", **TASK)
    sheet = lan.get("/sheets/tasks.xlsx", params={"division": "Phòng A"})
    assert sheet.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    book.active["E5"] = "Đã rà soát 21"
    filled = io.BytesIO()
    book.save(filled)
    token = {"csrf_token": lan.hidden("/sheets")["csrf_token"]}
    for count, words in (("no", "Chưa ghi gì"), ("yes", "đã nhận")):
        files = {"file": ("nhiệm vụ.xlsx", filled.getvalue())}
        answer = lan.post("/sheets", data=token | {"count": count}, files=files)
        assert (answer.status_code, words in answer.text, "Đã rà soát 21" in answer.text) == (200, True, True)
    assert "Đã rà soát 21" in lan.get("/registers/tasks").text
    nothing = lan.post("/sheets", data=token, files={"file": ("x.xlsx", b"no workbook")})
    assert (nothing.status_code, "x.xlsx" in nothing.text or "gui-lai" in nothing.text) == (400, True)


def test_figures_of_a_past_day_can_be_asked_for(lan: Visitor) -> None:
    assert "Đủ điều kiện" in lan.get("/eligibility").text
    past = lan.get("/decentralisation", params={"day": "01/01/2026"})
    assert "tại ngày 01/01/2026" in past.text
    assert lan.get("/eligibility", params={"day": "gần đây"}).status_code == 400


def test_what_the_site_enters_is_what_the_ledger_tells(lan: Visitor, office: Configuration) -> None:
    lan.send_form(PAGE, PAGE, division="Phòng A", reason="phân công quý IV")
    events = ledger.one_line(office, NUMBER).events
    assert {(event.actor, event.reason) for event in events} == {("lan", "phân công quý IV")}
