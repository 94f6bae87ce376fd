"""What the pages say and do, without a browser."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import openpyxl
import pytest

from portals.sample_catalogue import write_sample_catalogue
from procedures.findings import CATALOGUE, Finding, FindingKind, Severity
from procedures.office.accounts import Role
from procedures.run_origin import RunOrigin
from settings.configuration import Configuration
from steps.database import engine_of
from steps.office import indicators
from steps.office.accounts import add_user
from steps.sources.archive import archive_of
from tests.review.desk import FORMULA, PASSWORD, Visitor
from tests.warehouse.nights import Nights, at, procedure, read
from warehouse.db.engine import reading, writing
from warehouse.findings import store
from warehouse.quality import validations
from warehouse.quality.validations import ValidationRow
from warehouse.sources import runs
from warehouse.sources.runs import view_rows


def finding(office: Configuration, finding_id: int) -> dict[str, object]:
    with reading(engine_of(office)) as connection:
        (row,) = view_rows(connection, "v_finding", where={"finding_id": finding_id})
    return row


def open_overlap(office: Configuration, subject: str, told: dict[str, object]) -> None:
    """A night finds that 1.000001 overlaps with another one, with `told` as evidence."""
    overlap = Finding(
        kind=FindingKind.OVERLAP,
        severity=Severity.LOW,
        subject=subject,
        code="1.000001",
        name="Thành lập hội",
        sources=frozenset({CATALOGUE}),
        evidence=told,
    )
    with writing(engine_of(office)) as connection:
        run_id = runs.begin_run(connection, as_of=at(24), kind="sync")
        store.apply_findings(connection, run_id, [overlap], fresh_sources=set(), at=at(24))


def test_two_analysts_on_one_finding_the_second_is_told_and_loses_nothing(
    lan: Visitor, site: str, office: Configuration
) -> None:
    with Visitor(site) as hoa:
        hoa.sign_in("hoa")
        seen = hoa.hidden("/findings/1")
        assert lan.send_form("/findings/1", "/findings/1/status", status="confirmed").status_code == 303
        answer = hoa.post("/findings/1/status", data=seen | {"status": "ignored", "note": "Đã hỏi phòng"})
        assert answer.status_code == 409
        for words in (
            "vừa được lan thay đổi",
            "Bạn định ghi",
            "Bỏ qua",
            "Đã hỏi phòng",
            "Hiện nay",
            "Đã xác nhận",
        ):
            assert words in answer.text
        assert finding(office, 1)["status"] == "confirmed"
        given = hoa.post("/findings/1/assign", data=seen | {"division": "Phòng B"})
        assert given.status_code == 409
        assert "giao Phòng B" in given.text
        again = hoa.send_form("/findings/1", "/findings/1/status", status="ignored", note="Đã hỏi phòng")
        assert again.status_code == 303
    assert finding(office, 1)["status"] == "ignored"


def test_a_portals_value_is_taken_for_a_finding_as_it_was_seen(
    lan: Visitor, site: str, office: Configuration
) -> None:
    with Visitor(site) as hoa:
        hoa.sign_in("hoa")
        seen = hoa.hidden("/findings/1")
        lan.send_form("/findings/1", "/findings/1/status", status="resolved")
        late = hoa.post("/findings/1/accept", data=seen | {"role": "provincial"})
        assert late.status_code == 409
        for words in ("vừa được lan thay đổi", "lấy giá trị của Cổng DVC tỉnh vào danh mục"):
            assert words in late.text
        done = hoa.send_form("/findings/1", "/findings/1/accept", role="provincial")
        assert (done.status_code, "đã xử lý xong" in done.text) == (400, True)
        assert hoa.post("/findings/1/accept", data=seen | {"version": ""}).status_code == 400
    with reading(engine_of(office)) as connection:
        assert len(view_rows(connection, "v_run")) == 5


def test_a_row_s_change_is_not_undone_whatever_its_person_is_called(
    visitor: Visitor, office: Configuration
) -> None:
    add_user(office, "accepted-x", Role.ANALYST, PASSWORD)
    visitor.sign_in("accepted-x")
    row = "/eligibility/1.000001"
    assert visitor.send_form(row, row, online_plan="Quý I/2027", reason="rà soát").status_code == 303
    with reading(engine_of(office)) as connection:
        run_id = view_rows(connection, "v_run", order_by=("run_id",))[-1]["run_id"]
    assert f"/runs/{run_id}/undo" not in visitor.get(f"/runs/{run_id}").text
    refused = visitor.send_form("/findings/1", f"/runs/{run_id}/undo")
    assert (refused.status_code, "không phải lần lấy giá trị" in refused.text) == (400, True)


def test_a_record_is_let_out_or_set_aside_by_those_two_words_only(visitor: Visitor) -> None:
    visitor.sign_in("quan")
    for decision, status in (("released", 404), ("dismissed", 404), ("dismiss", 400), ("", 400)):
        answer = visitor.send_form("/", "/quarantine/9", reason="Đúng", decision=decision)
        assert answer.status_code == status, decision


def test_a_bulk_change_leaves_what_another_one_moved(lan: Visitor, site: str, office: Configuration) -> None:
    with Visitor(site) as hoa:
        hoa.sign_in("hoa")
        hoa.send_form("/findings/1", "/findings/1/status", status="in_progress")
    answer = lan.send_form(
        "/findings", "/findings/bulk", chosen=["1:1", "2:1"], status="confirmed", note="Đã họp"
    )
    assert "done=1&refused=1" in answer.headers["location"]
    assert [finding(office, each)["status"] for each in (1, 2)] == ["in_progress", "confirmed"]


def test_a_bulk_change_needs_a_reason(lan: Visitor, office: Configuration) -> None:
    answer = lan.send_form("/findings", "/findings/bulk", chosen="1:1", status="confirmed", note=" ")
    assert answer.status_code == 400
    assert finding(office, 1)["status"] == "open"


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("text=ho+so", [4]),
        ("text=hồ+sơ", [4]),
        ("text=DOI+ten", [4]),
        ("text=1.000001", [1]),
        ("text=hoi+quy", [1]),
        ("severity=medium", [1, 3]),
        ("kind=new_from_ministry", [2]),
        ("due=overdue", [2]),
        ("due=none", [1, 3, 4]),
        ("field=Hội, quỹ", [1]),
        ("level=province", [1, 2, 3, 4]),
        ("level=commune", []),
        ("source=provincial", [1]),
        ("division=Phòng Người có công", [3]),
        ("status=ignored", []),
        ("status=all&sort=newest", [4, 3, 2, 1]),
        ("sort=code", [1, 2, 3, 4]),
        ("sort=due", [2, 1, 3, 4]),
    ],
)
def test_each_filter_has_an_address(lan: Visitor, query: str, shown: list[int]) -> None:
    page = lan.get(f"/findings?{query}").text
    order = [int(part.split("?")[0]) for part in page.split('<td><a href="/findings/')[1:]]
    assert (order if "sort" in query else sorted(order)) == shown


def headings(page: str) -> list[str]:
    return re.findall(r'<th scope="col" class="\w+">([^<]+)</th>', page)


def test_the_list_says_of_each_finding_what_differs(lan: Visitor) -> None:
    page = lan.get("/findings").text
    cells = re.findall(r'<td class="difference">(.*?)</td>', page)
    plain = {re.sub(r'<small class="hidden">[^<]*</small>|</?span[^>]*>', "", cell) for cell in cells}
    assert plain == {
        "<del>60</del> ngày làm việc → <small>Cổng DVC tỉnh: </small><ins>45</ins> ngày làm việc",
        "chưa có trong danh mục → Bộ đã công bố, hạn 20/11/2026",
        "có trong danh mục → không có trên cổng quốc gia",
        "chưa có mã → chưa ghép được với mã nào",
    }


def test_the_columns_that_a_person_wants_are_remembered(lan: Visitor, site: str) -> None:
    usual = ["Sai lệch", "Thủ tục", "Khác nhau", "Mức độ", "Trạng thái", "Phòng, người", "Hạn"]
    assert headings(lan.get("/findings").text) == usual
    chosen = lan.get("/findings/columns?column=due&column=field&column=x&back=severity%3Dmedium")
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/findings?severity=medium")
    assert headings(lan.get("/findings?page=1").text) == ["Sai lệch", "Lĩnh vực", "Hạn"]
    shared = lan.get("/findings?columns=difference.procedure").text
    assert headings(shared) == ["Sai lệch", "Thủ tục", "Khác nhau"]
    assert 'href="?columns=procedure.difference&amp;status=all"' in shared
    lan.get("/findings/columns")
    assert headings(lan.get("/findings").text) == usual


def test_what_is_filtered_is_exported_and_no_name_is_a_formula(lan: Visitor) -> None:
    body = lan.get("/findings/export.xlsx?kind=not_on_national_portal").content
    sheet = openpyxl.load_workbook(io.BytesIO(body))["Sai lệch"]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert sheet.max_row == 2
    assert {cell.data_type for cell in cells if cell.value == FORMULA} == {"s"}


def test_stored_bytes_come_as_plain_text_to_keep(lan: Visitor, office: Configuration) -> None:
    digest = archive_of(office).put(b"<script>alert(1)</script>")
    answer = lan.get(f"/evidence/{digest}")
    assert answer.content == b"<script>alert(1)</script>"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_procedure_s_life_tells_what_differs_between_two_days(lan: Visitor) -> None:
    page = lan.get("/procedures/1.000001?since=22/11/2026&until=23/11/2026").text
    part = page.split("So hai bên, hai ngày")[1].split("Quá trình")[0]
    assert "Cơ quan thực hiện" in part
    assert "<mark>UBND</mark> <mark>tỉnh</mark>" in part or "<mark>UBND tỉnh</mark>" in part


def test_a_day_ends_with_its_last_second_and_the_next_begins_at_midnight(
    lan: Visitor, office: Configuration
) -> None:
    last, midnight = at(24, 23).replace(minute=59, second=59), at(25, 0)
    hoi = procedure("1.000001", name="Thành lập hội", field="Hội, quỹ")
    portal, catalogue = Nights(engine_of(office)), Nights(engine_of(office), CATALOGUE, CATALOGUE)
    for moment, agency, eligible in ((last, "Sở Nội vụ", True), (midnight, "Ủy ban nhân dân xã", False)):
        portal.night(moment, read(replace(hoi, agency=agency)))
        catalogue.night(moment, read(replace(hoi, eligible_full_online=eligible)))
    page = lan.get("/procedures/1.000001?since=24/11/2026&until=25/11/2026").text
    part = page.split("So hai bên, hai ngày")[1].split("Quá trình")[0]
    assert ("Sở" in part, "xã" in part) == (True, True)
    for day, eligible in ((24, 1), (25, 0)):
        moment = office.end_of_day(date(2026, 11, day))
        assert indicators.eligibility_figures(office, moment).eligible == eligible
    assert office.local_day(office.end_of_day(date(2026, 11, 24))) == date(2026, 11, 24)


def test_a_procedure_s_page_tells_its_decisions_and_what_it_overlaps_with(
    lan: Visitor, office: Configuration
) -> None:
    page = lan.get("/procedures/1.000002").text
    part = page.split("Quyết định của Bộ</h2>")[1].split("</section>")[0]
    assert 'href="/decisions/627/Q%C4%90-BNV"' in part
    assert "01/11/2026: mới ban hành — chưa giao" in part
    told = {"other": {"code": "1.000003", "name": FORMULA}, "reason": "gần trùng tên"}
    open_overlap(office, "1.000001+1.000003", told)
    for code, other in (("1.000001", "1.000003"), ("1.000003", "1.000001")):
        part = lan.get(f"/procedures/{code}").text.split("Có thể trùng lặp, chồng chéo</h2>")[1]
        assert f'href="/procedures/{other}"' in part.split("</section>")[0]
        assert "gần trùng tên" in part.split("</section>")[0]
        assert part.count("Có thể trùng lặp, chồng chéo") == 0
    assert "trùng lặp" not in lan.get("/procedures/1.000002").text


def test_an_overlap_that_does_not_say_with_what_is_a_finding_like_any_other(
    lan: Visitor, office: Configuration
) -> None:
    open_overlap(office, "1.000001", {})
    part = lan.get("/procedures/1.000001").text.split("Sai lệch của thủ tục này</h2>")[1]
    assert "Có thể trùng lặp, chồng chéo" in part.split("</section>")[0]


def test_a_run_calls_its_sources_what_people_call_them(lan: Visitor, office: Configuration) -> None:
    passed = ValidationRow(suite="listing", expectation="total_declared", severity="high", success=True)
    with writing(engine_of(office)) as connection:
        for source in ("national", "warehouse"):
            validations.record_validations(connection, 5, source, [passed])
    page = lan.get("/runs/5").text
    for called in ("Cổng DVC quốc gia", "Kho dữ liệu"):
        assert f"<h2>Kiểm tra: {called}</h2>" in page
    assert "Nguồn không còn dùng" not in page


def test_a_code_is_confirmed_and_remembered(lan: Visitor, office: Configuration) -> None:
    assert lan.send_form("/findings/4", "/findings/4/match", code="1.000001").status_code == 303
    assert finding(office, 4)["status"] == "resolved"


OF_COMMUNES = (
    "STT,Mã TTHC,Tên thủ tục hành chính,Lĩnh vực,Cấp thực hiện\n"
    "1,2.000009,Đăng ký hoạt động tín ngưỡng,Tôn giáo,Cấp xã\n"
).encode()


def looked_at(
    lan: Visitor, body: bytes = OF_COMMUNES, name: str = "Danh mục.csv", **said: str
) -> httpx.Response:
    """The list is brought and looked at."""
    token = {"csrf_token": lan.hidden("/catalogue")["csrf_token"]}
    return lan.post("/catalogue/preview", data=token | said, files={"file": (name, body)})


def offered(page: httpx.Response) -> dict[str, str]:
    """What the form carries that takes in what was looked at."""
    assert 'action="/catalogue/import"' in page.text, page.text
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))


def runs_of(office: Configuration, kind: str = "import") -> list[runs.RunRow]:
    with reading(engine_of(office)) as connection:
        return [each for each in runs.all_runs(connection) if each.kind == kind]


def codes(office: Configuration) -> set[str | None]:
    with reading(engine_of(office)) as connection:
        rows = view_rows(connection, "v_procedure_current", where={"source": CATALOGUE})
    return {row["code"] for row in rows}


def test_a_workbook_is_looked_at_before_it_counts(
    lan: Visitor, office: Configuration, tmp_path: Path
) -> None:
    file = tmp_path / "danh-muc.xlsx"
    write_sample_catalogue(file)
    page = looked_at(lan, file.read_bytes(), "Danh mục.xlsx", level="all")
    assert page.status_code == 200, page.text
    assert "Xem trước: Danh mục.xlsx" in page.text
    assert "cho mọi cấp" in page.text
    assert "Danh mục.xlsx, sheet Danh mục, dòng 223: &#34;Tổng cộng: 189 thủ tục&#34;" in page.text
    with reading(engine_of(office)) as connection:
        assert len(view_rows(connection, "v_run", where={"status": "complete"})) == 5
    waiting = [each.name for each in (office.home / "uploads").iterdir()]
    assert waiting == [offered(page)["kept"]]


@pytest.mark.parametrize("said", [{}, {"level": "xa"}, {"level": "None"}], ids=["lost", "unknown", "none"])
def test_a_list_of_nobody_knows_which_level_is_refused(
    lan: Visitor, office: Configuration, said: dict[str, str]
) -> None:
    answer = looked_at(lan, **said)
    assert (answer.status_code, "chưa rõ tệp nói về mọi cấp hay cấp nào" in answer.text) == (400, True)
    assert not (office.home / "uploads").exists()


def test_what_was_looked_at_is_what_is_taken_in_and_by_whom(lan: Visitor, office: Configuration) -> None:
    before = codes(office)
    page = looked_at(lan, level="commune")
    assert "cho riêng cấp xã" in page.text
    form = offered(page)
    other = form | {"kept": form["kept"].replace(".commune.", ".all."), "level": ""}
    assert lan.post("/catalogue/import", data=other).status_code == 400, "of another level than was shown"
    done = lan.post("/catalogue/import", data=form | {"level": ""})
    assert done.status_code == 303, done.text
    assert codes(office) > before, "rows of other levels stay"
    (run,) = runs_of(office)
    assert (run.status, run.origin) == ("complete", RunOrigin(by="lan"))
    assert done.headers["location"] == f"/runs/{run.run_id}"
    assert list((office.home / "uploads").iterdir()) == []


def test_where_the_list_moved_since_it_is_looked_at_again(lan: Visitor, office: Configuration) -> None:
    form = offered(looked_at(lan, level="commune"))
    row = "/eligibility/1.000001"
    assert lan.send_form(row, row, online_plan="Quý I/2027", reason="rà soát").status_code == 303
    (moved,) = runs_of(office)
    again = lan.post("/catalogue/import", data=form)
    assert again.status_code == 409
    for words in ("Danh mục đã thay đổi sau khi xem trước", "Xem trước: Danh mục.csv", "cho riêng cấp xã"):
        assert words in again.text
    assert [each.run_id for each in runs_of(office)] == [moved.run_id]
    assert lan.post("/catalogue/import", data=form).status_code == 400, "the look of before is gone"
    assert lan.post("/catalogue/import", data=offered(again)).status_code == 303
    assert len(runs_of(office)) == 2


def test_an_upload_that_goes_while_another_comes_disturbs_nobody(lan: Visitor, office: Configuration) -> None:
    folder = office.home / "uploads"
    folder.mkdir()
    (folder / "gone.csv").symlink_to("nowhere")  # listed, but not there when it is looked at
    assert looked_at(lan, level="all").status_code == 200


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.exe", b"PK\x03\x04"),
        ("a.xlsx", b"<html>"),
        ("a.xls", b"PK\x03\x04"),
        ("a.csv", b"\x00\x01"),
        ("../../a.xlsx", b"PK\x03\x04 no workbook"),
        ("", b""),
    ],
)
def test_what_is_no_workbook_is_turned_away_and_not_kept(
    lan: Visitor, office: Configuration, name: str, body: bytes
) -> None:
    for page, said in (("/catalogue", {"level": "all"}), ("/sheets", {"count": "yes"})):
        token = {"csrf_token": lan.hidden(page)["csrf_token"]}
        action = page.replace("logue", "logue/preview")
        answer = lan.post(action, data=token | said, files={"file": (name, body)})
        assert answer.status_code == 400, page
        assert name.split("/")[-1] in answer.text
        assert ".." not in answer.text
    folder = office.home / "uploads"
    assert not folder.exists() or not list(folder.iterdir())


@pytest.mark.parametrize("kept", ["../rasoat.db", "x", "a" * 32 + ".all.1.xlsx", "a" * 32 + ".xlsx"])
def test_only_what_was_looked_at_is_taken_in(lan: Visitor, kept: str) -> None:
    assert lan.send_form("/catalogue", "/catalogue/import", kept=kept).status_code == 400


def test_a_run_dated_ahead_stands_in_red_until_an_administrator_takes_it_back(
    lan: Visitor, site: str, office: Configuration
) -> None:
    catalogue = Nights(engine_of(office), CATALOGUE, CATALOGUE)
    catalogue.night(at(23).replace(year=2036), procedure("1.000001", name="Thành lập hội", agency="Sở khác"))
    with reading(engine_of(office)) as connection:
        last = runs.last_run(connection)
    assert last is not None
    page = f"/runs/{last.run_id}"
    for address in ("/", page):
        shown = lan.get(address).text
        assert 'class="message bad"' in shown
        assert f"Lần chạy {last.run_id} (đối chiếu hằng đêm) đề 02:00 23/11/2036" in shown
    assert "sai ngày" in lan.get("/runs").text
    assert "Lý do rút" not in lan.get(page).text
    assert lan.send_form(page, f"{page}/withdraw", reason="gõ nhầm năm").status_code == 403
    with Visitor(site) as quan:
        quan.sign_in("quan")
        assert quan.send_form(page, f"{page}/withdraw", reason=" ").status_code == 400
        assert quan.send_form(page, f"{page}/withdraw", reason="gõ nhầm năm").status_code == 303
        shown = quan.get(page).text
    assert "Lần chạy này đã được rút" in shown
    assert "quan: gõ nhầm năm" in shown
    assert "Sở <mark>khác</mark>" in shown, "what it said can still be looked up"
    assert "Sai ngày" not in lan.get("/").text


def test_a_column_that_nobody_knows_is_given_its_role_on_the_preview_and_remembered(
    lan: Visitor, office: Configuration
) -> None:
    body = "Số hiệu,Nội dung việc,Hình thức\n2.000009,Đăng ký hoạt động tín ngưỡng,A\n".encode()
    page = looked_at(lan, body, level="commune")
    assert page.status_code == 200, page.text
    assert "Hãy cho biết cột nào là tên thủ tục" in page.text
    hidden = dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', page.text))
    assert (hidden["heading-0"], hidden["heading-1"]) == ("Số hiệu", "Nội dung việc")
    assert "Chưa đọc; đoán: Mã TTHC" in page.text
    roles = {"role-0": "code", "role-1": "name", "role-2": "skip"}
    again = lan.post("/catalogue/columns", data=hidden | roles)
    assert (again.status_code, "Xem trước: Danh mục.csv" in again.text) == (200, True), again.text
    assert lan.post("/catalogue/import", data=offered(again)).status_code == 303
    assert "2.000009" in codes(office)
    standing = lan.get("/catalogue").text
    assert "Số hiệu, Nội dung việc, Hình thức" in standing
    shape = re.search(r'name="shape" value="(\w+)"', standing)[1]
    lan.send_form("/catalogue", "/catalogue/columns/forget", shape=shape)
    assert "Cột đã chọn nội dung" not in lan.get("/catalogue").text
