"""Tasks, criteria, proposals and feedback: taken in, changed, sent to a division, and seen as of any day."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from procedures.model import Procedure
from reports.catalogue_export import write_catalogue
from tests.office import EVENING, Office

BY = ("--by", "Nguyễn Thị Lan")
TASK = ("--set", "Số văn bản=12/KH-SNV", "--set", "Nội dung nhiệm vụ=Rà soát 20 thủ tục",
        "--set", "Phòng chuyên môn=Văn phòng Sở", "--set", "Thời hạn=30/11/2026")  # fmt: skip


@pytest.fixture
def office(small_office: Office) -> Office:
    return small_office


def plan(path: Path, *rows: tuple[object, ...]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH NĂM 2026"])
    sheet.append(["STT", "Số văn bản", "Nội dung nhiệm vụ", "Phòng chuyên môn", "Thời hạn"])
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def test_a_plan_is_taken_in_once_however_often_it_is_imported(office: Office) -> None:
    file = plan(
        office.home / "kh.xlsx",
        (1, "12/KH-UBND", "Rà soát 20 thủ tục", "Văn phòng Sở", "30/11/2026"),
        (2, "12/KH-UBND", "Công khai danh mục", "Phòng Người có công", None),
    )
    preview = office.rasoat("register", "import", "tasks", str(file), *BY, "--dry-run")
    assert (preview.returncode, preview.stdout) == (0, "Sẽ thêm 02 mục; 00 mục đã có\n")
    assert office.rasoat("register", "import", "tasks", str(file), *BY).returncode == 0
    assert "02 mục đã có" in office.rasoat("register", "import", "tasks", str(file), *BY).stdout
    rows = json.loads(office.rasoat("register", "list", "tasks", "--json").stdout)
    assert [(row["content"], row.get("deadline"), row["state"]) for row in rows] == [
        ("Rà soát 20 thủ tục", "2026-11-30", "open"),
        ("Công khai danh mục", None, "open"),
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    (
        ((1, "12/KH-UBND", "Việc", "Văn phòng Sở", "31/02/2026"), "kh.xlsx, sheet Sheet, dòng 4, Thời hạn"),
        (
            (1, "12/KH-UBND", None, "Văn phòng Sở", None),
            "kh.xlsx, sheet Sheet, dòng 4: thiếu 'Nội dung nhiệm vụ'",
        ),
    ),
)
def test_a_row_that_cannot_be_kept_is_named_and_nothing_is_taken(
    office: Office, row: tuple[object, ...], words: str
) -> None:
    good = (1, "12/KH-UBND", "Rà soát", "Văn phòng Sở", None)
    done = office.rasoat("register", "import", "tasks", str(plan(office.home / "kh.xlsx", good, row)), *BY)
    assert (done.returncode, words in done.stderr) == (2, True), done.stderr
    assert office.rasoat("register", "list", "tasks", "--json").stdout == "[]\n"


def test_a_division_fills_its_tasks_and_adds_one(office: Office) -> None:
    assert office.rasoat("register", "add", "tasks", *BY, *TASK).returncode == 0
    file = office.home / "viec.xlsx"
    assert office.rasoat("sheet", "tasks", "--division", "văn phòng sở", "--out", str(file)).returncode == 0
    book = openpyxl.load_workbook(file)
    sheet = book.active
    sheet["E5"], sheet["F5"] = "Đã rà soát 21 thủ tục", "Đã xong"
    for column, text in zip("ABC", ("13/KH-SNV", "Việc phát sinh", "Văn phòng Sở"), strict=True):
        sheet[f"{column}6"] = text
    book.save(file)
    done = office.rasoat("sheet", "read", str(file), *BY)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads(office.rasoat("register", "list", "tasks", "--json").stdout)
    assert [(row["content"], row["state"], row.get("result")) for row in rows] == [
        ("Rà soát 20 thủ tục", "done", "Đã rà soát 21 thủ tục"),
        ("Việc phát sinh", "open", None),
    ]


def test_a_division_without_tasks_begins_with_an_empty_sheet_and_what_it_adds_is_its_own(
    office: Office,
) -> None:
    assert office.rasoat("register", "add", "tasks", *BY, *TASK).returncode == 0
    office.take_in(office.sample_catalogue())
    file = office.home / "viec.xlsx"
    nobody = office.rasoat("sheet", "tasks", "--division", "Phòng X", "--out", str(file))
    assert (nobody.returncode, "Phòng Người có công" in nobody.stderr) == (2, True)
    done = office.rasoat("sheet", "tasks", "--division", "phòng người có công", "--out", str(file))
    assert (done.returncode, done.stdout) == (0, f"Đã ghi 00 dòng vào {file}\n"), done.stderr
    book = openpyxl.load_workbook(file)
    sheet = book.active
    for row, texts in (
        (5, ("13/KH-SNV", "Việc một")),
        (6, ("13/KH-SNV", "Việc hai", None, "trước 30/11/2026")),
    ):
        for column, text in zip("ABCD", texts, strict=False):
            sheet[f"{column}{row}"] = text
    book.save(file)
    read = office.rasoat("sheet", "read", str(file), *BY)
    assert read.returncode == 3, read.stderr
    assert (
        "sheet Điền, dòng 6: không nhận, sheet Điền, ô D6, Thời hạn: 'trước 30/11/2026' không phải ngày"
        in read.stdout
    )
    assert "thêm 01 mục" in read.stdout
    assert "thêm" not in office.rasoat("sheet", "read", str(file), *BY).stdout, "what it added is no new task"
    rows = json.loads(office.rasoat("register", "list", "tasks", "--json").stdout)
    assert [(row["content"], row["division"]) for row in rows] == [
        ("Rà soát 20 thủ tục", "Văn phòng Sở"),
        ("Việc một", "Phòng Người có công"),
    ]
    office.configure(department={"name": "Sở Nội vụ tỉnh Nghệ An"})
    other = office.rasoat("sheet", "read", str(file), *BY)
    assert (other.returncode, "tệp của H27 Sở Nội vụ tỉnh Hà Tĩnh" in other.stderr) == (2, True)


def test_an_entry_is_changed_with_a_reason_and_can_be_seen_as_it_was(office: Office) -> None:
    office.rasoat("register", "add", "tasks", *BY, *TASK)
    changed = office.rasoat(
        "register", "change", "tasks", "1", *BY, "--set", "Trạng thái=Đã xong", "--reason", "nghiệm thu"
    )
    assert changed.returncode == 0, changed.stderr
    past = office.rasoat("register", "list", "tasks", "--json", "--as-of", "2026-01-01T00:00:00+07:00")
    assert past.stdout == "[]\n"
    wrong = office.rasoat("register", "change", "tasks", "9", *BY, "--set", "Kết quả=x")
    assert (wrong.returncode, "không có mục số 9" in wrong.stderr) == (2, True)


def test_an_overlap_becomes_a_proposal_only_after_a_person_confirmed_it(office: Office) -> None:
    from procedures.findings import FindingStatus
    from steps.database import engine_of, open_locked
    from warehouse.db.engine import writing
    from warehouse.findings import store

    twin = {"field": "Hội", "executing_levels": frozenset({"province"})}
    names = ("Công nhận ban vận động thành lập hội", "Công nhận ban vận động thành lập Hội.")
    rows = [(Procedure(code=f"1.00000{n}", name=name, **twin), "code", None) for n, name in enumerate(names)]
    file = office.home / "danh-muc.xlsx"
    write_catalogue(file, rows)
    office.take_in(file, as_of=EVENING)
    (overlap,) = office.rows("v_finding", kind="overlap")
    content, document = "Nội dung kiến nghị=Gộp hai thủ tục", "Văn bản cần sửa=Nghị định 126/2024/NĐ-CP"
    what = ("--set", content, "--set", document)
    number = str(overlap["finding_id"])
    early = office.rasoat("register", "propose", number, *BY, *what)
    assert (early.returncode, "chưa được xác nhận" in early.stderr) == (2, True)
    with open_locked(office.configuration), writing(engine_of(office.configuration)) as connection:
        store.set_status(connection, overlap["finding_id"], FindingStatus.CONFIRMED, actor=BY[1], note=None)
    assert office.rasoat("register", "propose", number, *BY, *what).returncode == 0
    (row,) = json.loads(office.rasoat("register", "list", "reviews", "--json").stdout)
    assert (row["code"], row["finding"], row["state"]) == (overlap["code"], number, "proposed")
    assert row["other_code"] == json.loads(overlap["evidence"])["other"]["code"]
