"""A quarter's figures, from the list of 2021 through a division's sheet, as the office would live it."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from procedures.model import Procedure
from procedures.office.accounts import Role
from reports.catalogue_export import write_catalogue
from review.serve import serving
from steps.office.accounts import add_user
from steps.office.periodic_reports import write_reports
from tests.office import EVENING, Office
from tests.papers import words
from tests.review.desk import PASSWORD, Visitor

DIVISIONS = ("Phòng Xây dựng chính quyền", "Phòng Người có công", "Văn phòng Sở")
DAY_AFTER = "2026-11-22T09:00:00+07:00"
BY = ("--by", "Nguyễn Thị Lan")


def row(number: int, level: str, **values: object) -> tuple[Procedure, str, None]:
    code = f"1.{number:06d}"
    name = f"Thủ tục số {number} về việc {number * 7919 % 1000}"
    levels = frozenset({level})
    division = DIVISIONS[number % 3]
    procedure = Procedure(code=code, name=name, executing_levels=levels, division=division, **values)  # type: ignore[arg-type]
    return procedure, "code", None


def catalogue(path: Path) -> Path:
    """93, 34 and 15 procedures; of the 93, 62 not eligible, 12 of those without a reason; 4 delegated."""
    rows = []
    for n in range(93):
        eligible = n >= 62
        reason = None if eligible or n < 12 else "Phải hiện diện tại cơ quan giải quyết"
        level = "full" if eligible else "partial"
        rows.append(
            row(
                1000 + n,
                "province",
                eligible_full_online=eligible,
                online_reason=reason,
                online_level=level,
                delegated=True if n >= 89 else None,
            )
        )
    rows += [row(2000 + n, "district") for n in range(34)]
    rows += [row(3000 + n, "commune") for n in range(15)]
    write_catalogue(path, rows)
    return path


def fill(file: Path, heading: str, words: dict[int, str]) -> None:
    """Type into a column as a person does, by the order of the rows."""
    book = openpyxl.load_workbook(file)
    sheet = book.active
    headings = [cell.value for cell in sheet[4]]
    for number, text in words.items():
        sheet.cell(5 + number, headings.index(heading) + 1, text)
    book.save(file)


@pytest.fixture
def story(office: Office, tmp_path: Path) -> Office:
    office.take_in(catalogue(tmp_path / "danh-muc-2021.xlsx"), as_of=EVENING)
    return office


def figures(office: Office, kind: str, *arguments: str) -> dict:
    done = office.rasoat("figures", kind, "--json", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def check_the_share_of_each_level(office: Office) -> None:
    """Whoever asks hears 31/93 for the province, "…" for the levels that say nothing, and no share of all."""
    counted = {row["level"]: row for row in office.rows("v_kpi")}
    province = counted["province"]
    assert (province["procedures"], province["eligible_full"], province["without_reason"]) == (93, 31, 12)
    for row in counted.values():
        offered = row["online_full"] + row["online_partial"] + row["online_none"]
        assert offered + row["online_unstated"] == row["procedures"]
    eligible = figures(office, "eligibility")
    assert (eligible["eligible"], eligible["not_eligible"], eligible["blanks"]) == (31, 62, 12)
    assert eligible["share_done"] == "100,00 %"
    assert eligible["without_reason"] == dict.fromkeys(sorted(DIVISIONS), 4)
    assert [
        (each["level"], each["share_eligible"], each["without_reason"]) for each in eligible["levels"]
    ] == [
        ("province", "33,33 %", counted["province"]["without_reason"]),
        ("district", "…", None),
        ("commune", "…", None),
    ]
    told = [office.rasoat("figures", "eligibility").stdout]
    with serving(office.configuration) as address, Visitor(address) as visitor:
        add_user(office.configuration, "lan", Role.VIEWER, PASSWORD)
        assert visitor.sign_in("lan").status_code == 303
        told.append(visitor.get("/eligibility").text)
        overview = visitor.get("/").text
    book, paper = write_reports(
        office.configuration, "quarterly", datetime.fromisoformat(EVENING), office.home / "bao-cao"
    )
    told.append(words(paper))
    for each in told:
        for share in ("31/93 = 33,33 %", "…/34", "…/15"):
            assert share in each
        assert "31/142" not in each
    sheets = openpyxl.load_workbook(book)
    shares = {row[:2]: row[2:5] for row in sheets["Chỉ tiêu"].iter_rows(values_only=True)}
    assert shares["Đủ điều kiện toàn trình", "Cấp tỉnh"] == (31, 93, 31 / 93)
    assert shares["Đủ điều kiện toàn trình", "Cấp xã"] == ("…", 15, "…")
    assert shares["Đủ điều kiện toàn trình", "Tổng số"] == (31, None, None)
    by_level = {row[0]: row[1:] for row in sheets["Theo cấp"].iter_rows(values_only=True)}
    assert by_level["Cấp xã"] == (15, "…", "…", "…", "…", 15, "…", "…", "…", "…", "…")
    (commune,) = re.findall(r">Cấp xã</th>(.*?)</tr>", overview)
    assert re.findall(r">([^<>]+)(?:</a>)?</td>", commune) == ["15", "…", "…", "…", "15", "…", "…", "…", "…"]


def test_the_story_of_a_quarter(story: Office) -> None:
    check_the_share_of_each_level(story)
    shared = figures(story, "decentralisation")
    assert (shared["procedures"], shared["decided"], shared["share"], shared["needed"]) == (93, None, "…", 19)
    assert shared["delegated"] == 4

    blanks, file = list(range(10)), story.home / "phan-cap.xlsx"
    for division, part in zip(DIVISIONS, (blanks[:4], blanks[4:8], blanks[8:]), strict=True):
        sheet = story.home / "dieu-kien.xlsx"
        done = story.rasoat("sheet", "eligibility", "--division", division, "--out", str(sheet))
        assert done.returncode == 0, done.stderr
        words = "Vấn đề kỹ thuật khác"
        empty = [
            at
            for at, cells in enumerate(openpyxl.load_workbook(sheet).active.iter_rows(min_row=5))
            if cells[5].value == "Không" and cells[6].value is None
        ]
        fill(sheet, "Lý do chưa toàn trình", dict.fromkeys(empty[: len(part)], words))
        taken = story.rasoat("sheet", "read", str(sheet), *BY, "--as-of", DAY_AFTER)
        assert taken.returncode == 0, taken.stdout + taken.stderr
        assert f"{len(part):02d} ô" in taken.stdout
    assert figures(story, "eligibility")["blanks"] == 2

    done = story.rasoat("sheet", "decentralisation", "--division", DIVISIONS[0], "--out", str(file))
    assert done.returncode == 0, done.stderr
    fill(file, "Trạng thái phân cấp", dict.fromkeys(range(5), "Đề xuất phân cấp"))
    fill(file, "Căn cứ phân cấp", dict.fromkeys(range(3), "Nghị định 128/2025/NĐ-CP"))
    before = story.rows("v_procedure_current", source="catalogue")
    preview = story.rasoat("sheet", "read", str(file), *BY, "--dry-run", "--json")
    assert len(json.loads(preview.stdout)["changes"]) == 8
    assert story.rows("v_procedure_current", source="catalogue") == before
    assert story.rasoat("sheet", "read", str(file), *BY, "--as-of", DAY_AFTER).returncode == 0
    shared = figures(story, "decentralisation")
    assert (shared["proposed"], shared["proposed_with_basis"], shared["share"]) == (5, 3, "0,00 %")
    assert (shared["missing"], shared["delegated"]) == (19, 4)

    fill(file, "Trạng thái phân cấp", {0: "Đã phân cấp"})
    again = story.rasoat("sheet", "decentralisation", "--division", DIVISIONS[0], "--out", str(file))
    assert again.returncode == 0
    fill(file, "Trạng thái phân cấp", {0: "Đã phân cấp"})
    assert story.rasoat("sheet", "read", str(file), *BY, "--as-of", DAY_AFTER).returncode == 0
    shared = figures(story, "decentralisation")
    assert (shared["decided"], shared["share"], shared["missing"]) == (1, "1,08 %", 18)

    past = ("--as-of", "2026-11-21T20:00:00+07:00")
    assert figures(story, "eligibility", *past)["blanks"] == 12
    assert figures(story, "decentralisation", *past)["proposed"] is None


def test_two_who_fill_the_same_cell_are_told_and_the_newer_value_stays(story: Office) -> None:
    files = [story.home / "a.xlsx", story.home / "b.xlsx"]
    for file in files:
        story.rasoat("sheet", "eligibility", "--division", DIVISIONS[0], "--out", str(file))
    fill(files[0], "Lộ trình", {0: "Quý I/2027", 1: "Quý II/2027"})
    fill(files[1], "Lộ trình", {0: "Quý III/2027", 2: "Quý IV/2027"})
    assert story.rasoat("sheet", "read", str(files[0]), *BY, "--as-of", DAY_AFTER).returncode == 0
    second = story.rasoat("sheet", "read", str(files[1]), *BY, "--as-of", DAY_AFTER, "--json")
    assert second.returncode == 3
    told = json.loads(second.stdout)
    assert [(each["now"], each["new"]) for each in told["conflicts"]] == [("Quý I/2027", "Quý III/2027")]
    plans = {json.loads(each["record"]).get("online_plan") for each in story.rows("v_procedure_current")}
    assert {"Quý I/2027", "Quý II/2027", "Quý IV/2027"} <= plans
    assert "Quý III/2027" not in plans


def test_a_sheet_that_people_worked_on_is_understood_or_refused_with_a_word(story: Office) -> None:
    file, renamed = story.home / "a.xlsx", story.home / "gửi lại (2).xlsx"
    story.rasoat("sheet", "eligibility", "--division", DIVISIONS[0], "--out", str(file))
    book = openpyxl.load_workbook(file)
    sheet = book.active
    sheet.title = "Phòng XDCQ điền"
    headings = [cell.value for cell in sheet[4]]
    plan, name = headings.index("Lộ trình") + 1, headings.index("Tên thủ tục hành chính") + 1
    answer = headings.index("Đủ điều kiện toàn trình") + 1
    sheet.cell(6, plan, "Quý I/2027")
    sheet.cell(6, answer, "có thể")
    sheet.cell(7, name, "Tên tự sửa")
    sheet.cell(8, len(headings), "hỏng")
    sheet.cell(sheet.max_row + 1, name, "Thủ tục tự thêm")
    sheet.delete_rows(9, 3)
    sheet.insert_rows(1, 2)
    book.save(renamed)
    done = story.rasoat("sheet", "read", str(renamed), *BY, "--as-of", DAY_AFTER)
    assert done.returncode == 3
    for told in ("Quý I/2027", "cột không sửa", "khóa của dòng đã bị sửa", "dòng thêm vào", "giữ nguyên"):
        assert told in done.stdout
    where, reason = f"sheet {sheet.title}, ô F8: không nhận", "không hiểu 'có thể'; chỉ nhận: Có, Không"
    assert f"{where}, Đủ điều kiện toàn trình: {reason}" in done.stdout
    assert "Tên tự sửa" not in {each["name"] for each in story.rows("v_procedure_current")}


@pytest.mark.parametrize("damage", ("other department", "no key", "not a sheet"))
def test_a_file_that_is_no_sheet_of_ours_changes_nothing(story: Office, damage: str) -> None:
    file = story.home / "a.xlsx"
    story.rasoat("sheet", "eligibility", "--division", DIVISIONS[0], "--out", str(file))
    fill(file, "Lộ trình", {0: "Quý I/2027"})
    if damage == "other department":
        story.configure(department={"name": "Sở Nội vụ tỉnh Nghệ An"})
        words = "tệp của H27 Sở Nội vụ tỉnh Hà Tĩnh"
    elif damage == "no key":
        book = openpyxl.load_workbook(file)
        book.active.delete_cols(len(list(book.active[4])))
        book.save(file)
        words = "không thấy cột"
    else:
        file.write_bytes(b"PK nothing")
        words = "a.xlsx"
    done = story.rasoat("sheet", "read", str(file), *BY, "--as-of", DAY_AFTER)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert len(story.rows("v_run")) == 1
