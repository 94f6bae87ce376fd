"""The office's reports and papers as files: what stands in them, read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from procedures.dates.periods import period_of
from procedures.errors import InputError
from procedures.indicators import KpiRow
from procedures.model import Procedure
from reconciliation import kpi
from reconciliation.indicators.decentralisation import decentralisation
from reconciliation.indicators.eligibility import eligibility
from reconciliation.indicators.indexes import FailingProcedure, Index, compute_indexes
from reports.administrative import LISTED, report_values, write_administrative
from reports.figures import ChangeLine, Criterion, DecisionLine, DivisionLine, FieldLine, Report
from reports.office_papers import PAPERS, write_paper
from reports.paper_values import OpenTask, PaperData
from reports.periodic import write_periodic
from reports.word_files import TEMPLATE_FILES, write_document
from tests.papers import paragraphs, table, words
from tests.reconciliation.making import side

NOON = datetime.fromisoformat("2026-02-05T12:00:00+07:00")
PROVINCE = frozenset({"province"})


def rows(decided: int = 19, of: int = 93) -> list[Procedure]:
    listed = [
        Procedure(
            name=f"Thủ tục {n}",
            code=f"1.{n:06d}",
            field="Hội, quỹ",
            division="Phòng Xây dựng chính quyền",
            executing_levels=PROVINCE,
            decentralisation_state="decided" if n < decided else "none",
            decentralised_to="UBND cấp xã" if n < decided else None,
        )
        for n in range(of)
    ]
    listed[-1] = replace(
        listed[-1], eligible_full_online=False, online_level="partial",
        online_reason="Phải kiểm tra hiện trường", online_basis="Điều 5", online_plan="2027",
        division="Phòng Người có công",
    )  # fmt: skip
    listed[-2] = replace(listed[-2], eligible_full_online=False, online_level="partial")
    return listed


def report(listed: list[Procedure], **changes: object) -> Report:
    level = KpiRow(
        level="total", procedures=1234, eligible_full=0, online_full=0, online_partial=2, online_none=0,
        without_reason=1, postal=0, decentralised=19, decentralisation_proposed=0, on_national_portal=None,
        online_unstated=1232, eligible_unstated=1232, ways_unstated=1234, decentralisation_unstated=1141,
    )  # fmt: skip
    failing = tuple(
        FailingProcedure(code=f"1.{n:06d}", name="Thủ tục", division=None, reason="Một phần")
        for n in range(LISTED + 7)
    )
    values = {
        "period": period_of("quarterly", NOON, 15),
        "department": "Sở Nội vụ tỉnh Hà Tĩnh",
        "sources": (),
        "findings": {("overlap", "medium"): 2},
        "opened": {"overlap": 2},
        "resolved": {},
        "levels": (level,),
        "fields": (FieldLine(field=None, procedures=2, by_level={}),),
        "changes": (
            ChangeLine(
                day=date(2026, 2, 4), decision_number="862/QĐ-BNV", code="1.000414", name="Rút tiền ký quỹ",
                kind="repealed", attributes=(), successor_code=None, division=None,
            ),
        ),
        "decisions": (
            DecisionLine(
                number="862/QĐ-BNV", agency="Bộ Nội vụ", signed_on=date(2026, 1, 5), effective_on=None,
                due=date(2026, 1, 19), by_law=False, new=2, changed=0, repealed=1, division="Phòng A",
                stage="assigned", state="overdue", province_number=None, province_date=None,
            ),
        ),
        "divisions": (
            DivisionLine(division="Phòng A", findings=3, overdue_findings=2, decisions=1,
                         overdue_decisions=("862/QĐ-BNV",)),
        ),
        "online": eligibility(listed),
        "decentralisation": decentralisation(listed),
        "indexes": (
            Index(number="1.1", title="Công bố", numerator=0, denominator=0, failing=()),
            Index(number="3.1", title="Trực tuyến", numerator=2, denominator=3, failing=failing, full_at=0.8),
        ),
        "overlaps": (),
        "criteria": (
            Criterion(number="2.1", content="Công bố", maximum=1.5, own_score=1.0, evidence="QĐ 12"),
        ),
    }  # fmt: skip
    return Report(**(values | changes))  # type: ignore[arg-type]  # a test's own values


@pytest.fixture(scope="module")
def word(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("word") / "a.docx"
    write_administrative(path, report(rows()))
    return path


def test_the_report_has_the_form_of_an_administrative_paper(word: Path) -> None:
    told = words(word)
    for each in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "UBND TỈNH HÀ TĨNH",
                 "SỞ NỘI VỤ", "Số: …/BC-SNV", "Hà Tĩnh, ngày 05 tháng 02 năm 2026", "Nơi nhận:", "GIÁM ĐỐC",
                 "- Lưu: VT, VP."):  # fmt: skip
        assert each in told, each
    assert "quý I năm 2026" in " ".join(paragraphs(word))


def test_numbers_are_written_as_offices_write_them(word: Path) -> None:
    told = " ".join(paragraphs(word))
    assert "1.234 TTHC" in told
    assert "19/93 = 20,43 %" in told
    index = {row[0]: row for row in table(word, "Tử số", "Mẫu số")}
    assert index["3.1"][2:] == ["02", "03", "66,67 %", "83,33 %"]
    assert index["1.1"][2:5] == ["00", "00", "N/A"]


def test_what_no_row_says_is_open_in_the_report(word: Path) -> None:
    (total,) = table(word, "Chưa trực tuyến", "BCCI")
    assert total == ["Tổng số", "1.234", "00", "02", "00", "1.232", "…", "19", "…"]
    assert "Ủy quyền (không tính là phân cấp): … thủ tục" in " ".join(paragraphs(word))


def of_three_levels() -> list[Procedure]:
    """93, 34 and 15 procedures; of the 93, 62 are not eligible; of the others the list says nothing."""
    listed = [
        replace(row, eligible_full_online=n >= 62, online_level="full" if n >= 62 else "partial")
        for n, row in enumerate(rows())
    ]
    for level, number in (("district", 34), ("commune", 15)):
        listed += [
            Procedure(name=f"{level} {n}", code=f"2.{number}{n:04d}", executing_levels=frozenset({level}))
            for n in range(number)
        ]
    return listed


def test_a_quarter_tells_the_share_of_each_level_and_none_of_all(tmp_path: Path) -> None:
    listed = of_three_levels()
    quarter = report(listed, levels=kpi(side("catalogue", *listed), ()))
    write_administrative(tmp_path / "a.docx", quarter)
    cells = {row[0]: row[1:4] for row in table(tmp_path / "a.docx", "Đủ điều kiện", "Chưa xác định")}
    assert cells == {
        "Cấp tỉnh": ["93", "31/93 = 33,33 %", "31/31 = 100,00 %"],
        "Cấp huyện": ["34", "…/34", "…"],
        "Cấp xã": ["15", "…/15", "…"],
        "Tổng số": ["142", "31", "31"],
    }
    counts = {row[0]: row[2:6] for row in table(tmp_path / "a.docx", "Chưa ghi mức độ")}
    assert counts["Cấp tỉnh"] == ["31", "62", "00", "00"]
    assert counts["Cấp huyện"] == ["…", "…", "…", "34"]
    assert counts["Tổng số"] == ["31", "62", "00", "49"]
    write_periodic(tmp_path / "a.xlsx", quarter, ())
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    shares = {row[:2]: row[2:5] for row in book["Chỉ tiêu"].iter_rows(values_only=True)}
    eligible = "Đủ điều kiện toàn trình"
    assert shares[eligible, "Cấp tỉnh"] == (31, 93, 31 / 93)
    assert shares[eligible, "Cấp huyện"] == ("…", 34, "…")
    assert shares[eligible, "Tổng số"] == (31, None, None)
    assert shares["Dưới toàn trình, chưa nêu lý do", "Cấp tỉnh"] == (62, 62, 1)
    by_level = {row[0]: row[1:7] for row in book["Theo cấp"].iter_rows(values_only=True)}
    assert by_level["Cấp tỉnh"] == (93, 31, 31, 62, 0, 0)
    assert by_level["Cấp huyện"] == (34, "…", "…", "…", "…", 34)
    assert "/142" not in words(tmp_path / "a.docx")


def test_a_list_that_says_nothing_is_open_in_every_place(tmp_path: Path) -> None:
    listed = [Procedure(name=f"Thủ tục {n}", code=f"1.{n:06d}") for n in range(3)]
    silent = report(
        listed,
        levels=kpi(side("catalogue", *listed), ()),
        fields=(FieldLine(field=None, procedures=3, by_level={}),),
        indexes=compute_indexes(listed, {}, (), date(2026, 1, 15), date(2026, 2, 5), date(2026, 2, 5)),
    )
    values = report_values(silent)
    assert values["cap"][0] | {"so": ""} == {
        "ten": "Tổng số", "so": "", "chua_ghi": "03",
        **dict.fromkeys(("toan_trinh", "mot_phan", "chua", "bcci", "phan_cap", "tren_cong"), "…"),
    }  # fmt: skip
    assert (values["bieu_tong"], values["bieu_tinh"], values["bieu_xa"]) == ("03", "…", "…")
    assert (values["linh_vuc"][0]["tinh"], values["bcci"], values["du_dieu_kien"]) == ("…", "…", "…")
    told = {row["so"]: (row["tu"], row["mau"], row["ty_le"]) for row in values["chi_so"]}
    assert told["3.1"] == ("…", "03", "…")
    assert told["3.1 (toàn trình)"] == ("…", "…", "…")
    assert told["1.1"] == ("00", "00", "N/A")
    write_periodic(tmp_path / "a.xlsx", silent, ())
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    (total,) = [row[:11] for row in book["Theo cấp"].iter_rows(values_only=True) if row[0] == "Tổng số"]
    assert total == ("Tổng số", 3, "…", "…", "…", "…", 3, "…", "…", "…", "…")
    index = {row[0]: row[2:7] for row in book["Chỉ số 766"].iter_rows(values_only=True)}
    assert index["3.1"] == ("…", 3, "…", "…", "…")
    assert book["II.07b"]["D5"].value == book["II.07b"]["E5"].value == "…"
    paper = PAPERS["not-eligible"](PaperData(report=silent, rows=listed))
    assert (paper.values["tong"], paper.values["thieu"]) == ("…", "…")


def test_overdue_work_is_told_by_the_division_s_name(word: Path) -> None:
    wanted = "- Phòng A: 02 sai lệch quá hạn; 01 quyết định quá hạn công bố (862/QĐ-BNV);"
    assert wanted in paragraphs(word)


def test_a_change_stands_under_its_decision_and_a_decided_repeal_is_no_suspicion(word: Path) -> None:
    heading, change = table(word, "Thay đổi", "Phần thay đổi")
    assert heading[0] == "Quyết định số 862/QĐ-BNV: 01 thủ tục"
    assert change[2] == "Bị bãi bỏ theo Quyết định số 862/QĐ-BNV"


def test_a_long_list_ends_with_a_word_of_what_is_left_to_the_workbook(word: Path) -> None:
    listed = table(word, "Vì sao")
    assert listed[0][0] == "Chỉ số 3.1: 107 thủ tục chưa đạt"
    assert listed[-1][0] == "… và 07 thủ tục nữa, xem bảng tính kèm theo"
    assert len(listed) == LISTED + 2


def test_a_nightly_report_has_no_indexes(tmp_path: Path) -> None:
    write_administrative(tmp_path / "a.docx", report(rows(), period=period_of("nightly", NOON)))
    assert "PAR INDEX" not in words(tmp_path / "a.docx")


def facts(**changes: object) -> PaperData:
    listed = rows()
    matters = (
        OpenTask(division="Phòng A", subject="1.000001", name="Một", task="Mã bị lặp", due=date(2026, 2, 4)),
        OpenTask(division="Phòng A", subject="862/QĐ-BNV", name="Hai", task="Công bố", due=date(2026, 2, 5)),
        OpenTask(division=None, subject=None, name=None, task="Chưa có mã", due=None),
    )
    return replace(PaperData(report=report(listed), rows=listed, open_tasks=matters), **changes)


def test_the_not_eligible_are_listed_with_reason_basis_plan_and_division(tmp_path: Path) -> None:
    assert write_paper(tmp_path / "a.docx", "not-eligible", facts()) == 2
    first, second = table(tmp_path / "a.docx", "Lý do", "Căn cứ", "Lộ trình")
    assert first[4:] == ["Phải kiểm tra hiện trường", "Điều 5", "2027", "Phòng Người có công"]
    assert second[4:7] == ["…", "…", "…"]
    assert "01 thủ tục chưa nêu lý do" in words(tmp_path / "a.docx")


def test_the_plan_ends_with_the_share_and_what_is_missing(tmp_path: Path) -> None:
    write_paper(tmp_path / "a.docx", "decentralisation-plan", facts())
    listed = table(tmp_path / "a.docx", "Phân cấp cho")
    assert listed[0][0] == "Đã phân cấp: 19 thủ tục"
    assert listed[-1][2].endswith("19/93 = 20,43 %, thiếu 00")
    few = rows(decided=10)
    write_paper(tmp_path / "b.docx", "decentralisation-plan", PaperData(report=report(few), rows=few))
    assert table(tmp_path / "b.docx", "Phân cấp cho")[-1][2].endswith("10/93 = 10,75 %, thiếu 09")


def test_a_list_that_says_nothing_of_decentralisation_makes_no_share(tmp_path: Path) -> None:
    listed = [replace(row, decentralisation_state=None) for row in rows()]
    write_paper(tmp_path / "a.docx", "decentralisation-plan", facts(report=report(listed), rows=listed))
    assert table(tmp_path / "a.docx", "Phân cấp cho")[-1][2].endswith("…/93, thiếu …")


def test_the_reminder_says_what_is_late_with_whom(tmp_path: Path) -> None:
    write_paper(tmp_path / "a.docx", "reminder", facts())
    listed = table(tmp_path / "a.docx", "Việc phải làm")
    assert [row[0] for row in listed if row[0] == row[1]] == [
        "Phòng A: 02 việc, 01 việc quá hạn", "Chưa giao cho phòng nào: 01 việc, 00 việc quá hạn",
    ]  # fmt: skip
    assert (listed[1][1], listed[1][5], listed[2][5]) == ("1.000001", "Quá hạn", "Chưa xong")
    assert "còn 03 việc" in " ".join(paragraphs(tmp_path / "a.docx"))


def test_points_that_nobody_gave_make_no_sum(tmp_path: Path) -> None:
    write_paper(tmp_path / "a.docx", "par-index", facts())
    scored, last = table(tmp_path / "a.docx", "Tự chấm")
    assert (scored[2], scored[3], last[3]) == ("1,5", "1", "1")
    criteria = (Criterion(number="1", content="x", own_score=1.0), Criterion(number="2", content="y"))
    write_paper(tmp_path / "b.docx", "par-index", facts(report=report(rows(), criteria=criteria)))
    assert table(tmp_path / "b.docx", "Tự chấm")[-1][3] == "…"


@pytest.mark.parametrize("name", PAPERS)
def test_each_paper_is_a_workbook_too_and_the_same_each_time(tmp_path: Path, name: str) -> None:
    for each in ("a.xlsx", "b.xlsx", "a.docx", "b.docx"):
        number = write_paper(tmp_path / each, name, facts())
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    top = int(sheet.freeze_panes[1:]) - 1
    assert sheet.max_row - top in (number, number + 1)


def test_each_built_in_template_is_a_papers_and_leaves_no_place_unfilled(tmp_path: Path) -> None:
    papers = [make(facts()) for make in PAPERS.values()]
    values = {paper.template: paper.values for paper in papers}
    assert {*values, "report", "decision"} == set(TEMPLATE_FILES), "the draft decision has tests of its own"
    for name, given in {**values, "report": report_values(report(rows()))}.items():
        write_document(tmp_path / "a.docx", name, given)
        assert not {"{", "}"} & set(words(tmp_path / "a.docx")), name


@pytest.mark.parametrize("name", ("form-06", "form-ii07b"))
def test_forms_leave_open_what_lists_cannot_know(tmp_path: Path, name: str) -> None:
    write_paper(tmp_path / "a.xlsx", name, facts())
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    last = [cell.value for cell in sheet[sheet.max_row]]
    assert last[-6:] == ["…"] * 6
    assert 0 not in last


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.docx hoặc \.xlsx"):
        write_paper(tmp_path / "a.pdf", "reminder", facts())


def test_the_docs_name_every_value_that_a_template_may_name() -> None:
    page = (Path(__file__).parents[2] / "docs" / "papers.md").read_text(encoding="utf-8")
    named = {
        *report_values(report(rows())),
        *(key for make in PAPERS.values() for key in make(facts()).values),
    }
    assert {key for key in named if f"`{key}`" not in page} == set()
