"""A decision's file on the site: brought, seen beside its pages, corrected, confirmed; without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from settings.configuration import Configuration
from steps.database import engine_of
from tests.review.desk import Visitor
from tests.steps.decision_files import ASSOCIATION, FUND, MINISTRY, PROVINCE, decision, row
from warehouse.db.engine import reading
from warehouse.sources.runs import view_rows

HANOI = Path(__file__).parents[1] / "golden" / "hanoi" / "decision_963.pdf"
PAGE = "/decisions/documents"


def bring(visitor: Visitor, data: bytes, name: str = "qd.docx") -> httpx.Response:
    return visitor.post(PAGE, data=visitor.hidden(PAGE, PAGE), files={"file": (name, data)})


def ministrys(counted: int | None = None) -> bytes:
    return decision(MINISTRY, counted=counted, new=(row(ASSOCIATION, "1.020001"), row(FUND, field="Quỹ")))


def rows(office: Configuration, view: str) -> list[dict]:
    with reading(engine_of(office)) as connection:
        return view_rows(connection, view)


def test_nothing_counts_before_somebody_confirms_what_was_read(lan: Visitor, office: Configuration) -> None:
    answer = bring(lan, ministrys())
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}/1")
    text = lan.get(f"{PAGE}/1").text
    for needed in ("999/QĐ-BNV", ASSOCIATION, FUND, "mới ban hành", "chờ xác nhận", "văn bản ghi 2"):
        assert needed in text
    assert not [each for each in rows(office, "v_decision") if each["decision_number"] == "999/QĐ-BNV"]
    done = lan.send_form(f"{PAGE}/1", f"{PAGE}/1/confirm", form="confirm")
    assert (done.status_code, done.headers["location"][:6]) == (303, "/runs/")
    (its,) = [each for each in rows(office, "v_decision") if each["decision_number"] == "999/QĐ-BNV"]
    assert its["on_portal"] == 0
    page = lan.get("/decisions/999/QĐ-BNV").text
    assert "Chưa có trên cổng" in page
    assert f'href="{PAGE}/1"' in page
    assert "đang dùng" in lan.get(f"{PAGE}/1").text
    (told,) = [each for each in rows(office, "v_finding") if each["code"] == "1.020001"]
    finding = lan.get(f"/findings/{told['finding_id']}").text
    assert f'<a href="{PAGE}/1#part-1">qd.docx</a>' in finding
    assert "<h2>Quyết định của Bộ</h2>" in finding
    back = lan.send_form(f"{PAGE}/1", f"{PAGE}/1/withdraw", form="withdraw", reason="nhầm tệp")
    assert back.status_code == 303
    assert not [each for each in rows(office, "v_decision") if each["decision_number"] == "999/QĐ-BNV"]


def test_a_row_a_part_and_the_head_are_corrected_where_they_stand(
    lan: Visitor, office: Configuration
) -> None:
    bring(lan, ministrys(counted=3))
    page = f"{PAGE}/1"
    assert "Tạm giữ, cần người xem" in lan.get(page).text
    wrong = lan.send_form(
        page, f"{page}/rows", form="row-1-2", code="mã", name=FUND, field="Quỹ", levels=["commune"]
    )
    assert (wrong.status_code, "không phải mã thủ tục" in wrong.text) == (400, True)
    right = lan.send_form(
        page, f"{page}/rows", form="row-1-2", code="1.020002", name=FUND, field="Quỹ", levels=["commune"]
    )
    assert right.status_code == 303, right.text
    stale = lan.send_form(page, f"{page}/rows", form="row-1-2", code="", name=FUND, field="Quỹ", seen="0")
    assert stale.status_code == 409
    assert lan.send_form(page, f"{page}/parts", form="part-1", kind="changed").status_code == 303
    head = {"number": "998/QĐ-BNV", "date": "21/11/2026", "role": "ministry"}
    assert lan.send_form(page, f"{page}/head", form="head", **head).status_code == 303
    text = lan.get(page).text
    for needed in ("998/QĐ-BNV", "1.020002", "Cấp xã", "được sửa đổi, bổ sung", "<strong>lan</strong>"):
        assert needed in text
    assert lan.send_form(page, f"{page}/confirm", form="confirm").status_code == 400, "a reason is asked for"
    assert lan.send_form(page, f"{page}/withdraw", form="withdraw", reason="nhầm tệp").status_code == 303
    assert [each["state"] for each in rows(office, "v_document")] == ["withdrawn"]


def test_what_was_read_of_a_page_stands_beside_its_picture(lan: Visitor) -> None:
    answer = bring(lan, HANOI.read_bytes(), "963.pdf")
    text = lan.get(answer.headers["location"]).text
    assert "Sửa số, ngày, cơ quan" in text
    shown = [int(each) for each in re.findall(r'<img src="/decisions/documents/1/pages/(\d+)"', text)]
    assert shown == sorted(shown)
    assert min(shown) > 3, "the first pages are pictures without a letter"
    for _ in range(2):
        picture = lan.get(f"{PAGE}/1/pages/{shown[0]}")
        assert (picture.headers["content-type"], picture.content[:4]) == ("image/png", b"\x89PNG")
    assert lan.get(f"{PAGE}/1/pages/999").status_code == 400


def test_a_provinces_decision_is_looked_at_and_enters_the_list(lan: Visitor, office: Configuration) -> None:
    data = decision(PROVINCE, new=(row(ASSOCIATION, "1.020001"),))
    form = lan.hidden("/catalogue", "/catalogue/preview") | {"level": "all"}
    seen = lan.post("/catalogue/preview", data=form, files={"file": ("tinh.docx", data)})
    assert "01 thủ tục thêm vào danh mục, 00 sửa theo quyết định, 00 kết thúc" in seen.text
    kept = dict(
        re.findall(
            r'name="(kept|name|csrf_token|once|form)" value="([^"]*)"',
            seen.text.partition("/catalogue/import")[2],
        )
    )
    assert lan.post("/catalogue/import", data=kept).status_code == 303
    listed = [each["code"] for each in rows(office, "v_procedure_current") if each["source"] == "catalogue"]
    assert "1.020001" in listed
    assert len(listed) == 4, "what the decision does not name stays"


def test_lists_that_are_held_enter_as_a_person_corrected_and_confirmed_them(lan: Visitor) -> None:
    data = decision(PROVINCE, counted=2, new=(row(ASSOCIATION, "1.020001"),))

    def looked_at() -> str:
        form = lan.hidden("/catalogue", "/catalogue/preview") | {"level": "all"}
        return lan.post("/catalogue/preview", data=form, files={"file": ("tinh.docx", data)}).text

    assert "Tệp có chỗ cần người xem trước khi nhập" in looked_at()
    bring(lan, data, "tinh.docx")
    lan.send_form(f"{PAGE}/1", f"{PAGE}/1/parts", form="part-1", kind="repealed")
    done = lan.send_form(f"{PAGE}/1", f"{PAGE}/1/confirm", form="confirm", reason="đánh máy nhầm số")
    assert done.status_code == 303
    text = looked_at()
    assert "Tệp có chỗ cần người xem trước khi nhập" not in text
    assert "00 thủ tục thêm vào danh mục" in text
    assert f"bãi bỏ nhưng không thấy trong danh mục: 1.020001: {ASSOCIATION}" in text


@pytest.mark.parametrize(
    ("name", "data"),
    [("danh-muc.xlsx", b"PK\x03\x04"), ("trong.pdf", b""), ("hong.docx", b"PK\x03\x04" * 99)],
)
def test_a_file_that_is_no_decision_is_refused_in_one_line(lan: Visitor, name: str, data: bytes) -> None:
    answer = bring(lan, data, name)
    assert (answer.status_code, name in answer.text) == (400, True)


def test_viewers_see_and_change_nothing(lan: Visitor, site: str) -> None:
    bring(lan, ministrys())
    with Visitor(site) as xem:
        xem.sign_in("xem")
        assert ASSOCIATION in xem.get(f"{PAGE}/1").text
        assert "/confirm" not in xem.get(f"{PAGE}/1").text
        token = xem.hidden("/")["csrf_token"]
        assert xem.post(f"{PAGE}/1/confirm", data={"csrf_token": token}).status_code == 403
        assert bring(xem, ministrys()).status_code == 403
