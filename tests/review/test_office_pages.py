"""The ledger, registers, sheets and figures as people work with them on the site."""

from __future__ import annotations

import io
import json
from urllib.parse import quote, unquote

import docx
import openpyxl
import pytest

from review.serve import serving
from settings.configuration import Configuration
from steps.announcements import ledger
from steps.database import engine_of, open_locked
from steps.office import registers
from steps.office.assignment import coverage
from tests.review.desk import Visitor
from warehouse.db.engine import reading
from warehouse.sources.runs import view_rows

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
        (row,) = view_rows(connection, "v_decision", where={"decision_number": NUMBER})
    return row


def test_a_line_is_given_out_and_moved_on(lan: Visitor, office: Configuration) -> None:
    given = lan.send_form(PAGE, PAGE, division="Phòng A", person="Hà")
    assert (given.status_code, line(office)["stage"], line(office)["division"]) == (
        303,
        "assigned",
        "Phòng A",
    )
    morning = lan.get("/").text
    for words in ("đã giao</td>", f'href="{quote(PAGE)}/draft"'):
        assert words in morning
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
        ({"stage": "announced", "code": "1.000002"}, "cần số và ngày Quyết định của tỉnh"),
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
    assert " --" not in answer.text, "an official is never told of options of the command line"
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


def test_a_decision_s_draft_is_made_when_it_is_asked_for(lan: Visitor, office: Configuration) -> None:
    looked = lan.get(f"{PAGE}/draft").text
    assert "Dự thảo gồm <strong>1</strong> mới ban hành" in looked
    for part in ("to-trinh", "quyet-dinh", "phu-luc-1"):
        assert f'<section class="card paper" id="{part}"' in looked
    answer = lan.get("/decisions/627/qd-bnv/draft.docx")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    told = answer.headers["content-disposition"]
    assert told.startswith("attachment; filename*=utf-8''")
    assert unquote(told.split("''")[1]) == "Dự thảo công bố theo Quyết định 627-QĐ-BNV.docx"
    words = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(answer.content)).paragraphs)
    assert NUMBER in words
    lan.send_form(PAGE, PAGE, stage="announced", number="99/QĐ-UBND", date="20/11/2026", code="1.000002")
    for address in (f"{PAGE}/draft.docx", f"{PAGE}/draft"):
        nothing = lan.get(address)
        assert (nothing.status_code, "không còn gì tỉnh phải công bố" in nothing.text) == (400, True)
    assert lan.get("/decisions/672/QĐ-BNV/draft.docx").status_code == 404
    broken = office.home / "mau"
    broken.mkdir()
    (broken / "du-thao-cong-bo.docx").write_bytes(b"no document")
    papers = office.papers.replace(templates=broken)
    with serving(office.replace(papers=papers)) as address, Visitor(address) as one:
        one.sign_in("hoa")
        lan.send_form(PAGE, PAGE, stage="drafted", code="1.000002", reason="ký nhầm")
        answer = one.get(f"{PAGE}/draft.docx")
        assert (answer.status_code, "du-thao-cong-bo.docx" in answer.text) == (400, True)


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
    filtered = "/duties?division=Ph%C3%B2ng+A"
    sooner = lan.send_form(filtered, f"/duties/{duty}", until="01/12/2026", reason="vội")
    assert (sooner.status_code, "không sau hạn hiện nay 31/12/2026" in sooner.text) == (400, True)
    answered = lan.send_form(filtered, f"/duties/{duty}?division=Ph%C3%B2ng+A", reply="Đã trình")
    assert answered.headers["location"] == f"{filtered}&told=entered"
    assert "Đã trình" in lan.get("/duties").text
    lan.send_form(PAGE, PAGE, stage="announced", number="99/QĐ-UBND", date="20/11/2026", code="1.000002")
    late = lan.send_form("/duties", f"/duties/{duty}", reply="Chưa xong")
    assert (late.status_code, "đã đóng" in late.text) == (400, True)


def ledger_duties(office: Configuration) -> list[int]:
    from steps.office.duties import overview

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
    from procedures.workbook_layout.registers import TASKS

    (kept,) = registers.list_entries(office, TASKS, None, None)
    assert (kept.values["result"], kept.values["state"]) == ("Đã xong 21", "done")
    assert lan.get("/registers/nothing").status_code == 400
    assert lan.get("/registers/tasks/99").status_code == 404


def test_a_sheet_goes_out_filled_and_comes_back(lan: Visitor, office: Configuration) -> None:
    lan.send_form("/registers/tasks/0", "/registers/tasks/0", **TASK)
    sheet = lan.get("/sheets/tasks.xlsx", params={"division": "Phòng A"})
    assert sheet.status_code == 200
    name = unquote(sheet.headers["content-disposition"].split("''")[1])
    assert name == "Nhiệm vụ theo kế hoạch - Phòng A.xlsx"
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
    for body, words in ((b"no workbook", "nội dung không phải tệp .xlsx"), (b"PK\x03\x04 none", "x.xlsx")):
        nothing = lan.post("/sheets", data=token, files={"file": ("Phòng A x.xlsx", body)})
        assert (nothing.status_code, words in nothing.text) == (400, True)
        assert "Phòng A x.xlsx: " in nothing.text
    assert list((office.home / "uploads").iterdir()) == []


def test_figures_of_a_past_day_can_be_asked_for(lan: Visitor) -> None:
    assert "Đủ điều kiện" in lan.get("/eligibility").text
    past = lan.get("/decentralisation", params={"day": "01/01/2026"})
    assert "tại ngày 01/01/2026" in past.text
    assert lan.get("/eligibility", params={"day": "gần đây"}).status_code == 400


def test_what_the_site_enters_is_what_the_ledger_tells(lan: Visitor, office: Configuration) -> None:
    lan.send_form(PAGE, PAGE, division="Phòng A", reason="phân công quý IV")
    events = ledger.load_decision(office, NUMBER).events
    assert {(event.actor, event.reason) for event in events} == {("lan", "phân công quý IV")}


ROW = "/eligibility/1.000001"
FILTERED = "division=Ph%C3%B2ng+T%E1%BB%95+ch%E1%BB%A9c&state=undeclared"


def cell(office: Configuration, attribute: str, code: str = "1.000001") -> object:
    with reading(engine_of(office)) as connection:
        (row,) = view_rows(connection, "v_procedure_current", where={"source": "catalogue", "code": code})
    return json.loads(row["record"]).get(attribute)


def ledger_events(office: Configuration, kind: str) -> list[tuple[object, ...]]:
    with reading(engine_of(office)) as connection:
        rows = view_rows(connection, "v_ledger_event", where={"subject_kind": kind}, order_by=("event_id",))
    names = ("subject", "attribute", "from_value", "to_value", "actor", "reason")
    return [tuple(row[name] for name in names) for row in rows]


def test_a_row_is_changed_in_place_with_a_reason_and_the_second_is_told(
    lan: Visitor, site: str, office: Configuration
) -> None:
    listed = lan.get(f"/eligibility?{FILTERED}").text
    assert f"{ROW}?{FILTERED.replace('&', '&amp;')}" in listed
    assert "1.000003" not in listed.split("Từng thủ tục")[1]
    filled = {"eligible_full_online": "Không", "online_reason": "Phải <b>hiện diện</b>", "online_plan": ""}
    silent = lan.send_form(ROW, ROW, **filled)
    assert (silent.status_code, "Chưa ghi lý do" in silent.text) == (400, True)
    assert "Phải &lt;b&gt;hiện diện&lt;/b&gt;" in silent.text, "what was typed stays"
    with Visitor(site) as hoa:
        hoa.sign_in("hoa")
        seen = hoa.hidden(ROW)
        kept = lan.send_form(ROW, f"{ROW}?{FILTERED}", **filled, reason="Họp ngày 24/11")
        assert kept.status_code == 303, kept.text[900:2500]
        assert kept.headers["location"] == f"/eligibility?{FILTERED}&told=kept#rows"
        late = filled | {"eligible_full_online": "Có", "online_plan": "Quý I/2027", "reason": "rà lại"}
        told = hoa.post(ROW, data=seen | late)
        assert told.status_code == 409
        for words in ("Có người khác vừa sửa", "hiện nay là “Không”", "bạn ghi “Có”", "Quý I/2027"):
            assert words in told.text
        assert cell(office, "online_plan") in (None, ""), "all of it, or nothing"
        assert hoa.send_form(ROW, ROW, **late).status_code == 303, "seen, and said again"
    assert (cell(office, "eligible_full_online"), cell(office, "online_plan")) == (True, "Quý I/2027")
    assert ledger_events(office, "procedure") == [
        ("1.000001", "eligible_full_online", None, "Không", "lan", "Họp ngày 24/11"),
        ("1.000001", "online_reason", None, "Phải <b>hiện diện</b>", "lan", "Họp ngày 24/11"),
        ("1.000001", "eligible_full_online", "Không", "Có", "hoa", "rà lại"),
        ("1.000001", "online_plan", None, "Quý I/2027", "hoa", "rà lại"),
    ]
    page = lan.get(ROW).text
    assert "Phải &lt;b&gt;hiện diện&lt;/b&gt;" in page.split("Đã sửa")[1]
    assert "Không → Có — rà lại" in page
    lan.send_form(ROW, ROW, reason="không sửa gì")
    assert len(ledger_events(office, "procedure")) == 4


def test_a_row_takes_what_its_sheet_takes_and_nothing_else(
    lan: Visitor, site: str, office: Configuration
) -> None:
    page = "/decentralisation/1.000001"
    said = {"reason": "rà soát", "decentralisation_state": "đang bàn", "name": "Tên tự sửa"}
    wrong = lan.send_form(page, page, **said)
    assert (wrong.status_code, "Trạng thái phân cấp: không hiểu" in wrong.text) == (400, True)
    foreign = lan.post(page, data=lan.hidden("/decentralisation/1.000003") | {"reason": "x"})
    assert (foreign.status_code, "không phải của dòng này" in foreign.text) == (400, True)
    spoilt = lan.post(page, data=lan.hidden(page) | {"key": "hỏng", "reason": "x"})
    assert spoilt.status_code == 400
    for address in ("/eligibility/1.999999", "/tasks/1", "/eligibility/%00"):
        assert lan.get(address).status_code == 404, address
    with Visitor(site) as viewer:
        viewer.sign_in("xem")
        assert "<button>Ghi" not in viewer.get(page).text
        assert viewer.send_form(page, page, reason="x").status_code == 403
    said = {"reason": "rà soát", "decentralisation_state": "Đề xuất phân cấp", "delegated": "Không"}
    with open_locked(office):
        busy = lan.send_form(page, page, **said)
    assert (busy.status_code, "rà soát" in busy.text) == (400, True), "a night is under way"
    assert lan.send_form(page, page, **said).status_code == 303
    assert (cell(office, "decentralisation_state"), cell(office, "name")) == ("proposed", "Thành lập hội")
    assert ", sửa<" not in lan.get("/decentralisation?state=decided").text
    assert "1.000001" in lan.get("/decentralisation?state=proposed").text


RULES = "/duties/rules"


def test_assignment_rules_are_kept_shown_and_ended(lan: Visitor, site: str, office: Configuration) -> None:
    before = lan.get(f"{RULES}?field=Việc làm").text
    assert "Chưa có quy tắc nào" in before
    assert 'value="Việc làm"' in before
    assert 'href="/findings/2"' in before, "a finding that is nobody's"
    assert 'href="/findings/1"' not in before, "the catalogue says whose it is"
    rule = {
        "about": "field",
        "value": "Việc làm",
        "division": "Phòng <b>Việc làm</b>",
        "reason": "Quyết định 12",
    }
    for wrong in ({"about": "name"}, {"value": ""}, {"division": " "}, {"about": "code"}):
        answer = lan.send_form(RULES, RULES, **rule | wrong)
        assert (answer.status_code, "Quyết định 12" in answer.text) == (400, True), wrong
    assert lan.send_form(RULES, RULES, **rule).status_code == 303
    shown = lan.get(RULES).text
    assert "Thủ tục có lĩnh vực <strong>Việc làm</strong></td>" in shown
    slip = {**rule, "value": "Việc lam", "reason": "gõ nhầm"}
    assert lan.send_form(RULES, RULES, **slip).status_code == 303
    assert "<strong>Việc lam</strong><br>" in lan.get(RULES).text
    assert "chưa thủ tục nào khớp" in lan.get(RULES).text
    assert lan.send_form(RULES, f"{RULES}/2/end", reason="gõ nhầm").status_code == 303
    assert "sai lệch nữa khớp quy tắc" in shown
    assert 'href="/findings/2"' not in shown
    page = "/eligibility/1.000001"
    lan.send_form(page, page, online_plan="Quý I/2027", reason="rà soát")  # a run, which gives work out
    its = coverage(office)
    assert (its.rules[0].findings, its.rules[0].new_findings) == (1, 1), "what the run found about 1.000003"
    with Visitor(site) as viewer:
        viewer.sign_in("xem")
        assert "Phòng &lt;b&gt;Việc làm&lt;/b&gt;" in viewer.get(RULES).text
        assert viewer.send_form(RULES, RULES, **rule).status_code == 403
        assert viewer.send_form(RULES, f"{RULES}/1/end", reason="x").status_code == 403
    assert lan.send_form(RULES, f"{RULES}/1/end").status_code == 400
    assert lan.send_form(RULES, f"{RULES}/1/end", reason="đổi phân công").status_code == 303
    assert lan.send_form(RULES, f"{RULES}/1/end", reason="đổi phân công").status_code == 404
    assert "Chưa có quy tắc nào" in lan.get(RULES).text
    assert ledger_events(office, "assignment_rule") == [
        ("1", "field=Việc làm", None, "Phòng <b>Việc làm</b>", "lan", "Quyết định 12"),
        ("2", "field=Việc lam", None, "Phòng <b>Việc làm</b>", "lan", "gõ nhầm"),
        ("2", "state", "in_force", "ended", "lan", "gõ nhầm"),
        ("1", "state", "in_force", "ended", "lan", "đổi phân công"),
    ]
