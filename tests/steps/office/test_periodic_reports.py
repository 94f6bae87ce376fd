"""Periodic reports after the demo's two nights, read back from the files."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from procedures.errors import InputError, SettingsError
from procedures.workbook_layout.registers import FEEDBACK
from steps.database import engine_of
from steps.office.office_papers import make_paper
from steps.office.periodic_reports import write_reports
from tests.office import Office
from tests.papers import words
from tests.steps.conftest import MORNING
from warehouse.db.engine import writing
from warehouse.office import registers

KINDS = ("nightly", "weekly", "monthly", "quarterly")


@pytest.fixture(scope="module")
def quarter(after_two_nights: Office, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    folder = tmp_path_factory.mktemp("reports")
    book, *_ = write_reports(after_two_nights.configuration, "quarterly", MORNING, folder)
    return openpyxl.load_workbook(book)


def rows(book: openpyxl.Workbook, sheet: str, key: str) -> dict[object, tuple[object, ...]]:
    """Rows below the headings by the value of one column."""
    listed = [row for row in book[sheet].iter_rows(values_only=True) if any(cell is not None for cell in row)]
    top = next(at for at, row in enumerate(listed) if key in row)
    return {row[listed[top].index(key)]: row for row in listed[top + 1 :]}


def test_the_counts_are_those_of_the_warehouse(after_two_nights: Office, quarter: openpyxl.Workbook) -> None:
    open_now = [row for row in after_two_nights.rows("v_finding") if row["status"] != "resolved"]
    summary = rows(quarter, "Tổng hợp", "Loại sai lệch")
    assert sum(row[5] for row in summary.values() if isinstance(row[5], int)) == len(open_now)
    last = max(row["as_of"] for row in after_two_nights.rows("v_kpi"))
    (total,) = after_two_nights.rows("v_kpi", as_of=last, level="total")
    told = rows(quarter, "Theo cấp", "Cấp thực hiện")["Tổng số"]
    assert told[1:4] == (total["procedures"], total["eligible_full"], total["online_full"])


def test_each_kind_has_a_sheet_with_every_one_of_its_findings(
    after_two_nights: Office, quarter: openpyxl.Workbook
) -> None:
    wanted = {row["finding_id"] for row in after_two_nights.rows("v_finding") if row["status"] != "resolved"}
    found = {
        row[0]
        for sheet in quarter
        if sheet["A1"].value == "Số" and sheet["D1"].value == "Mã TTHC"
        for row in sheet.iter_rows(min_row=2, values_only=True)
    }
    assert found == wanted


def test_changes_stand_under_the_decision_that_made_them(quarter: openpyxl.Workbook) -> None:
    changes = rows(quarter, "Thay đổi trong kỳ", "Mã TTHC")
    assert changes["1.013703"][:2] == ("627/QĐ-BNV", datetime(2026, 11, 23))
    assert changes["1.000414"][0] == "Chưa rõ quyết định"
    assert "nghi bãi bỏ" in str(changes["1.000414"][4])
    assert "1.010826" not in changes


def test_what_nobody_knows_is_an_ellipsis_and_nothing_of_nothing_is_no_share(
    quarter: openpyxl.Workbook,
) -> None:
    form = rows(quarter, "II.07b", "Đơn vị")["Sở Nội vụ tỉnh Hà Tĩnh"]
    assert form[5:] == ("…",) * 6
    assert rows(quarter, "Chỉ số 766", "Chỉ số")["1.1"][4] == "N/A"
    assert rows(quarter, "PAR INDEX", "Tiêu chí")["TTHC-1"][2:4] == ("…", "…")


def test_overdue_work_is_told_by_the_name_of_the_division(quarter: openpyxl.Workbook) -> None:
    divisions = rows(quarter, "Tiến độ các phòng", "Phòng, ban, đơn vị")
    assert "627/QĐ-BNV" in str(divisions["Chưa giao"][4])
    assert divisions["Phòng Người có công"][1]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_data_gives_the_same_bytes(after_two_nights: Office, tmp_path: Path, kind: str) -> None:
    its = after_two_nights.configuration
    first = write_reports(its, kind, MORNING, tmp_path / "a")  # type: ignore[arg-type]  # one of the kinds
    second = write_reports(its, kind, MORNING, tmp_path / "b")  # type: ignore[arg-type]  # one of the kinds
    assert [file.name for file in first] == [file.name for file in second]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_an_earlier_moment_tells_what_stood_then(after_two_nights: Office, tmp_path: Path) -> None:
    evening = datetime.fromisoformat("2026-11-21T20:00:00+07:00")
    book, *_ = write_reports(after_two_nights.configuration, "nightly", evening, tmp_path)
    summary = rows(openpyxl.load_workbook(book), "Tổng hợp", "Loại sai lệch")
    assert "Bộ đã công bố, tỉnh chưa công bố" not in summary
    assert "Mã thủ tục bị lặp" in summary
    assert rows(openpyxl.load_workbook(book), "Thay đổi trong kỳ", "Mã TTHC") == {}


def test_before_the_first_night_there_is_nothing_to_report(after_two_nights: Office, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Chưa có lần đối chiếu nào"):
        early = datetime.fromisoformat("2026-01-01T08:00:00+07:00")
        write_reports(after_two_nights.configuration, "weekly", early, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_offices_own_criteria_stand_in_the_report(two_nights: Office, tmp_path: Path) -> None:
    own = two_nights.home / "tieu-chi.toml"
    own.write_text(
        '[[criteria]]\nnumber = "3.2"\ncontent = "Công khai đúng hạn"\nmaximum = 1.5\nfigure = "3.1"\n',
        encoding="utf-8",
    )
    two_nights.configure(reports={"criteria": "tieu-chi.toml", "first_day": 1})
    book, paper = write_reports(two_nights.configuration, "monthly", MORNING, tmp_path)
    told = rows(openpyxl.load_workbook(book), "PAR INDEX", "Tiêu chí")
    assert told["3.2"][1:4] == ("Công khai đúng hạn", 1.5, "…")
    assert "/142 = " in str(told["3.2"][4])
    assert book.name == "bao-cao-thang-2026-11.xlsx"
    assert "Trong kỳ nhận 00 phản ánh, kiến nghị" in words(paper)
    own.write_text('[[criteria]]\nnumber = "3.2"\ncontent = "x"\nfigure = "9.9"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"tieu-chi.toml: \[\[criteria\]\] thứ 1: figure '9.9' không có"):
        write_reports(two_nights.configuration, "monthly", MORNING, tmp_path)


def test_what_citizens_wrote_in_the_period_stands_in_its_report(two_nights: Office, tmp_path: Path) -> None:
    def wrote(number: str, received: str, **said: str) -> None:
        values = {"number": number, "received": received, "content": f"Nội dung {number}"} | said
        with writing(engine_of(two_nights.configuration)) as connection:
            registers.add(connection, FEEDBACK, values, "Lan")

    wrote("12/PA", "2026-11-20", code="1.013703", state="answered", answered="2026-11-22", answer="Đã sửa")
    wrote("11/PA", "2026-11-16", state="open")
    wrote("10/PA", "2026-11-14", state="open")
    book, paper = write_reports(two_nights.configuration, "monthly", MORNING, tmp_path)
    told = rows(openpyxl.load_workbook(book), "Phản ánh, kiến nghị", "Số đến")
    assert list(told) == ["11/PA", "12/PA"], "those of the period that began on the 15th"
    assert told["12/PA"][3:5] == ("1.013703", "Nội dung 12/PA")
    assert told["12/PA"][7:] == ("Đã trả lời", datetime(2026, 11, 22), "Đã sửa")
    text = words(paper)
    assert "Trong kỳ nhận 02 phản ánh, kiến nghị; đã trả lời 01, chưa trả lời 01" in text
    assert "Nội dung 11/PA" in text


def test_the_command_names_what_it_wrote(after_two_nights: Office, tmp_path: Path) -> None:
    done = after_two_nights.rasoat(
        "report", "nightly", "--as-of", MORNING.isoformat(), "--out", str(tmp_path)
    )
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == {str(each) for each in tmp_path.iterdir()}
    assert date.fromisoformat(next(tmp_path.glob("*.xlsx")).stem[-10:]) == date(2026, 11, 23)


def test_the_reminder_of_one_division_holds_what_is_open_with_it_and_only_that(
    after_two_nights: Office, tmp_path: Path
) -> None:
    name = "Phòng Người có công"
    its = after_two_nights.configuration
    number = make_paper(its, "reminder", tmp_path / "a.docx", name, MORNING)
    wanted = [row for row in after_two_nights.rows("v_finding", division=name) if row["status"] != "resolved"]
    assert number == len(wanted)
    with pytest.raises(InputError, match=r"Phòng X: không có phòng này.*Phòng Người có công"):
        make_paper(its, "reminder", tmp_path / "b.docx", "Phòng X", MORNING)


def test_papers_are_made_from_the_command_line(after_two_nights: Office, tmp_path: Path) -> None:
    out = tmp_path / "chua-du.xlsx"
    done = after_two_nights.rasoat("paper", "not-eligible", "--out", str(out))
    assert done.returncode == 0, done.stderr
    refused = [row for row in after_two_nights.rows("v_procedure_current", source="catalogue")
               if '"eligible_full_online":false' in row["record"]]  # fmt: skip
    assert f"{len(refused):02d} dòng" in done.stdout
