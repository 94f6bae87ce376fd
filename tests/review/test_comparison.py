"""Any two sides, or two nights, of a procedure beside each other; and what a night changed."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from procedures.findings import CATALOGUE
from procedures.values.durations import ProcessingTime
from settings.configuration import Configuration
from steps.database import engine_of
from tests.review.desk import Visitor
from tests.warehouse.nights import Nights, at, procedure, read

SAME = "Hai bên không khác nhau ở nội dung nào cùng nêu."


def rows(page: str, heading: str) -> dict[str, list[str]]:
    """The cells of the table under that label: by attribute, with what is marked in brackets."""
    part = page.split(f'aria-label="{heading}"')[1].split("</table>")[0]
    found = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', part, re.DOTALL)
    return {name: [words(cell) for cell in re.findall(r"<td.*?>(.*?)</td>", cells)] for name, cells in found}


def days(amount: int) -> tuple[ProcessingTime, ...]:
    return (ProcessingTime(amount=amount, unit="working_day"),)


def words(cell: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", cell.replace("<mark>", "[").replace("</mark>", "]")))


@pytest.fixture
def amended(office: Configuration) -> Configuration:
    """An office whose portal changes time and legal bases of 1.000001."""
    law = ("Luật số 45/2024/QH15", "Nghị định số 126/2024/NĐ-CP của Chính phủ")
    first = procedure(
        "1.000001", name="Thành lập hội", field="Hội, quỹ", processing_time=days(60), legal_bases=law
    )
    law = (law[1].replace("của Chính phủ", "quy định về hội"), law[0], "Thông tư số 7/2026/TT-BNV")
    second = replace(first, processing_time=days(45), legal_bases=law)
    national = Nights(engine_of(office))
    national.night(at(24), read(first), read(procedure("1.000002")))
    national.night(at(25), read(second), read(procedure("1.000002")))
    return office


def test_two_nights_of_one_portal_differ_in_what_changed_alone(amended: Configuration, lan: Visitor) -> None:
    page = lan.get("/procedures/1.000001/compare?left=national@6&right=national@7").text
    assert "từ 24/11/2026 đến 25/11/2026" in page
    assert "từ 25/11/2026 đến nay" in page
    different = rows(page, "Khác nhau")
    assert different["Thời hạn giải quyết"] == ["[60] ngày làm việc", "[45] ngày làm việc"]
    old, new = different["Căn cứ pháp lý"]
    assert "[" not in old, "documents that both name are the same, however they are called"
    assert new.endswith("; [Thông tư số 7/2026/TT-BNV]")
    assert len(different) == 2
    assert "Tên thủ tục" in rows(page, "Như nhau")


def test_a_night_between_two_changes_stands_for_what_was_shown_then(
    amended: Configuration, lan: Visitor
) -> None:
    page = lan.get("/procedures/1.000001/compare?left=national@999&right=national").text
    assert SAME in page
    page = lan.get("/procedures/1.000001/compare?left=national@0&right=catalogue").text
    assert "Cổng DVC quốc gia, trước 22/11/2026: không có thủ tục này." in page


def test_two_sides_are_compared_on_what_both_state(lan: Visitor) -> None:
    page = lan.get("/procedures/1.000001/compare").text
    assert re.search(r'<select name="left">.*<option value="catalogue@\d+" selected>Danh mục của Sở', page)
    assert re.search(r'<select name="right">.*<option value="national@\d+" selected>Cổng DVC quốc gia', page)
    assert rows(page, "Khác nhau")["Cơ quan thực hiện"] == ["[Sở Nội vụ]", "[UBND tỉnh]"]
    assert rows(page, "Chỉ một bên nêu")["Phòng, ban, đơn vị trực thuộc"] == ["Phòng Tổ chức", "không nêu"]


def test_a_side_without_the_procedure_says_so(lan: Visitor) -> None:
    page = lan.get("/procedures/1.000002/compare?left=catalogue&right=national").text
    assert "Danh mục của Sở, chưa từng có: không có thủ tục này." in page
    page = lan.get("/procedures/1.000002/compare?left=catalogue&right=national@2").text
    assert "Cả hai bên đều không có thủ tục này." in page


@pytest.mark.parametrize("side", ["nowhere", "national@", "national@x", "national@-1", "@3"])
def test_a_side_that_is_none_is_asked_for_again(lan: Visitor, side: str) -> None:
    answer = lan.get("/procedures/1.000001/compare", params={"left": side, "right": "national"})
    assert answer.status_code == 400
    assert 'name="left" aria-invalid="true"' in answer.text
    assert "Hãy chọn nguồn và lần lấy dữ liệu có trong danh sách" in answer.text


def test_the_form_s_own_choices_lead_to_comparisons(amended: Configuration, lan: Visitor) -> None:
    page = lan.get("/procedures/1.000001/compare").text
    choices = set(re.findall(r'<option value="([^"]+)"', page))
    assert {"national@6", "national@7"} <= choices
    for left in choices:
        answer = lan.get("/procedures/1.000001/compare", params={"left": left, "right": "national@7"})
        assert answer.status_code == 200, left
        assert f'<option value="{left}" selected>' in answer.text


def test_a_night_s_changes_lead_to_their_comparison(amended: Configuration, lan: Visitor) -> None:
    page = lan.get("/runs/7").text
    part = page.split('id="changes"')[1].split("</section>")[0]
    assert "<mark>60</mark> ngày làm việc" in part
    assert "<mark>45</mark> ngày làm việc" in part
    (link,) = set(re.findall(r'href="(/procedures/1.000001/compare[^"]+)"', part))
    assert html.unescape(link) == "/procedures/1.000001/compare?left=national@6&right=national@7"
    assert "Thời hạn giải quyết" in rows(lan.get(html.unescape(link)).text, "Khác nhau")


def test_a_night_s_changes_come_page_by_page_and_by_kind(office: Configuration, lan: Visitor) -> None:
    many = [procedure(f"2.{number:06d}") for number in range(130)]
    Nights(engine_of(office)).night(at(24), *(read(each) for each in many))
    first, last = lan.get("/runs/6").text, lan.get("/runs/6?at=2").text
    assert "2.000000" in first
    assert "2.000129" not in first
    assert "2.000129" in last
    assert "Trang 2 / 2" in last
    new = lan.get("/runs/6?kind=new").text
    assert "Mới công khai 130" in new
    assert lan.get("/runs/6?kind=nonsense&at=77").status_code == 200


def test_a_procedure_s_page_marks_no_number_that_did_not_change(office: Configuration, lan: Visitor) -> None:
    law = ("Luật số 45/2024/QH15", "Nghị định số 126/2024/NĐ-CP")
    hoi = procedure("1.000001", name="Thành lập hội", field="Hội, quỹ", legal_bases=law)
    Nights(engine_of(office)).night(at(24), read(hoi))
    turned = replace(hoi, legal_bases=(law[1] + " của Chính phủ", law[0]))
    Nights(engine_of(office), CATALOGUE, CATALOGUE).night(at(24), read(turned))
    part = lan.get("/procedures/1.000001").text.split("Hiện nay, từng bên")[1].split("</table>")[0]
    row = part.split("Căn cứ pháp lý")[1].split("</tr>")[0]
    assert "126/2024/NĐ-CP" in row
    assert "<mark>" not in row
