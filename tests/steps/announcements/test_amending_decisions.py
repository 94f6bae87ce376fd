"""A decision that adds a paper to a listed procedure: it waits, is due, is told, answered and settled."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from portals.serve import Portals
from procedures.office.accounts import Role
from procedures.office.owners import Owner
from procedures.office.stages import StageChange
from review.serve import serving
from steps.alerts.reminders import duty_work, finding_work
from steps.announcements import ledger
from steps.announcements.draft_decision import draft_decision
from steps.announcements.ledger import LedgerEntry
from steps.database import engine_of
from steps.office import duties
from steps.office.accounts import add_user
from steps.office.office_papers import make_paper
from steps.office.periodic_reports import write_reports
from tests.office import EVENING, NIGHTS, Office
from tests.papers import paragraphs, table, words
from tests.review.desk import PASSWORD, Visitor
from warehouse.db.engine import reading
from warehouse.office import duties as given

BY, CODE, OLD, NUMBER = "Nguyễn Thị Lan", "1.013703", "627/QĐ-BNV", "862/QĐ-BNV"
DIVISION = Owner(division="Phòng Xây dựng chính quyền")
MORNING = datetime.fromisoformat("2026-11-23T08:00:00+07:00")
PAPER = "- Bản sao quyết định công nhận ban vận động"
DISTRICT = "Thủ tục thành lập hội"


def amend(record: dict[str, Any]) -> dict[str, Any]:
    """The record as decision 862/QĐ-BNV leaves it: one paper more."""
    signed = int(datetime(2026, 7, 21, 5, tzinfo=UTC).timestamp() * 1000)
    record["procedureProposal"] |= {"decisionNumber": NUMBER, "decisionDate": signed}
    papers = record["executionCases"][0]["profileComponents"]
    papers.append({**papers[0], "name": PAPER, "code": "KQ999862"})
    return record | {"decisionNo": NUMBER}


@pytest.fixture(scope="module")
def after_it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office whose second night brings the amendment, with an old row of the district without a code."""
    with Portals(departments=["G09"]) as portals:
        office = Office(tmp_path_factory.mktemp("office"), portals)
        listed = [
            "Mã TTHC,Tên TTHC,Cấp thực hiện,Phòng chuyên môn,QĐ công bố của tỉnh",
            f"{CODE},Thành lập hội,Cấp xã,{DIVISION.division},512/QĐ-UBND ngày 01/03/2021",
            f",{DISTRICT},Cấp huyện,{DIVISION.division},512/QĐ-UBND ngày 01/03/2021",
        ]
        file = office.home / "danh-muc.csv"
        file.write_text("\n".join([*listed, ""]), encoding="utf-8")
        office.take_in(file, as_of=EVENING)
        office.night(NIGHTS[0], "national")
        portals.national.world.edit(CODE, amend)
        office.night(NIGHTS[1], "national")
        yield office


@pytest.fixture
def office(after_it: Office, tmp_path: Path) -> Office:
    """A copy to change."""
    shutil.copytree(after_it.home, tmp_path, dirs_exist_ok=True)
    return Office(tmp_path, after_it.portals)


def line(office: Office, number: str = NUMBER) -> dict[str, Any]:
    (row,) = office.rows("v_decision", decision_number=number)
    return row


def pages(office: Office, *paths: str) -> list[str]:
    """What a person who signed in reads there."""
    add_user(office.configuration, "xem", Role.VIEWER, PASSWORD)
    with serving(office.configuration) as address, Visitor(address) as visitor:
        visitor.sign_in("xem")
        return [visitor.get(path).text for path in paths]


def first_page(office: Office) -> str:
    """What the morning page holds somebody to: all below what is merely new."""
    page = pages(office, "/")[0]
    return page[page.index("<h2>Sai lệch cần xử lý") :]


def division_of(office: Office, folder: Path) -> tuple[tuple[object, ...], list[tuple[object, ...]]]:
    """The quarter's row of the division, and its rows of decisions."""
    book = openpyxl.load_workbook(write_reports(office.configuration, "quarterly", MORNING, folder)[0])
    rows = {row[0]: row for row in book["Tiến độ các phòng"].iter_rows(values_only=True)}
    decisions = [row for row in book["Quyết định của Bộ"].iter_rows(values_only=True) if row[0] == NUMBER]
    return rows[DIVISION.division], decisions


def test_it_waits_is_due_and_is_told(after_it: Office, tmp_path: Path) -> None:
    row = line(after_it)
    assert (json.loads(row["changed"]), row["announced"], row["state"]) == ([CODE], 0.0, "overdue")
    assert (row["due_date"], row["late_days"]) == ("2026-08-04", 111)
    (finding,) = after_it.rows("v_finding", kind="announcement_overdue")
    assert (finding["national_value"], json.loads(finding["evidence"])["codes"]) == (NUMBER, [CODE])
    told = after_it.rasoat("decision", NUMBER).stdout
    assert f"{CODE}: Thành phần hồ sơ: thêm: {PAPER}" in told
    file = tmp_path / "862.docx"
    done = draft_decision(after_it.configuration, NUMBER, file)
    assert (done.new, done.changed, done.repealed) == (0, 1, 0)
    (annex,) = [each for each in table(file, "Nội dung sửa đổi, bổ sung") if CODE in each]
    assert f"Thành phần hồ sơ: thêm: {PAPER}" in " ".join(annex)


def test_a_row_without_a_code_stands_in_its_line_and_its_annex_by_name(
    after_it: Office, tmp_path: Path
) -> None:
    row = line(after_it, OLD)
    assert json.loads(row["repealed"]) == [DISTRICT]
    assert json.loads(row["repealed_rows"]) == [{"code": None, "level": "district", "name": DISTRICT}]
    assert row["agency"] == "Bộ Nội vụ", "though no record names the decision any more"
    file = tmp_path / "627.docx"
    assert draft_decision(after_it.configuration, OLD, file).repealed == 1
    (annex,) = [each for each in table(file, "Văn bản quy định việc bãi bỏ") if DISTRICT in each[2]]
    assert annex[1] == "…"
    assert f"nay là {CODE}, cấp xã" in " ".join(annex)
    assert "01 thủ tục hành chính bị bãi bỏ" in " ".join(paragraphs(file))


def test_a_row_without_a_code_moves_with_its_line(office: Office) -> None:
    signed = StageChange(stage="announced", number="1404/QĐ-UBND", date=date(2025, 7, 4))
    shown = ledger.store_entry(office.configuration, OLD, LedgerEntry(move=signed, codes=(DISTRICT,)), BY)
    assert {each.display_text: each.stage for each in shown.line.codes} == {
        CODE: "new",
        DISTRICT: "announced",
    }
    shown = ledger.store_entry(office.configuration, OLD, LedgerEntry(move=signed), BY)
    assert (shown.stage, line(office, OLD)["announced"]) == ("announced", 1.0)
    codes = {row["code"] for row in office.rows("v_announcement", decision_number=OLD)}
    assert codes == {CODE, DISTRICT}
    told = office.rasoat("decision", OLD)
    assert (f"(chưa có mã) {DISTRICT}" in told.stdout, "~" in told.stdout) == (True, False)


def test_an_announcement_of_a_day_too_late_stays_so(office: Office, tmp_path: Path) -> None:
    signed = StageChange(stage="announced", number="1404/QĐ-UBND", date=date(2026, 8, 5))
    ledger.store_entry(office.configuration, NUMBER, LedgerEntry(owner=DIVISION, move=signed), BY)
    assert (line(office)["state"], line(office)["late_days"]) == ("announced", 1)
    told = office.rasoat("decision", NUMBER).stdout
    assert "tỉnh công bố muộn 1 ngày; công khai: quá hạn" in told
    assert json.loads(office.rasoat("decision", NUMBER, "--json").stdout)["late_days"] == 1
    _, ((*_, late, _respite),) = division_of(office, tmp_path)
    assert late == "muộn 1 ngày"
    _, paper = write_reports(office.configuration, "quarterly", MORNING, tmp_path)
    assert "Đã công bố, muộn 1 ngày" in words(paper)
    (page,) = pages(office, f"/decisions/{NUMBER}")
    assert "tỉnh công bố muộn 1 ngày" in page
    assert f"Thành phần hồ sơ: thêm: {PAPER}" in page


def test_reports_and_reminders_know_an_extension_and_a_reply(office: Office, tmp_path: Path) -> None:
    its = office.configuration
    ledger.store_entry(its, NUMBER, LedgerEntry(owner=DIVISION), BY)
    office.night(NIGHTS[2], "national")  # its finding is the division's, too
    row, _ = division_of(office, tmp_path)
    assert row[2:] == (0, 1, NUMBER), "once, as a decision"

    def late() -> int:
        make_paper(its, "reminder", tmp_path / "a.xlsx", DIVISION.division, MORNING)
        sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
        return sum("Quá hạn" in row for row in sheet.iter_rows(values_only=True))

    assert late() == 1
    (kept,) = duties.overview(its).duties
    duties.extend(its, kept.duty_id, date(2026, 12, 31), BY, "chờ ý kiến của Bộ")
    row, ((*_, respite),) = division_of(office, tmp_path)
    assert (row[4], respite, late()) == (None, "Được gia hạn đến 31/12/2026", 0)
    assert "được gia hạn đến 31/12/2026" in first_page(office)
    duties.reply(its, kept.duty_id, "đã trình", BY)
    row, ((*_, respite),) = division_of(office, tmp_path)
    assert (row[4], respite, late()) == (None, "Phòng đã trả lời", 0)


def test_what_a_person_declares_handled_is_urged_and_counted_no_more(office: Office, tmp_path: Path) -> None:
    its = office.configuration
    ledger.store_entry(its, NUMBER, LedgerEntry(owner=DIVISION), BY)
    ledger.set_handled_before(its, date(2026, 8, 1), BY)
    row = line(office)
    assert (row["state"], row["due_date"], row["late_days"]) == ("pending", None, None)
    with reading(engine_of(its)) as connection:
        kept = {f"duty:{each.duty_id}": each for each in given.list_duties(connection)}
        assert duty_work(its, connection, kept, MORNING.date()) == []
        asked = {each.item.kind for each in finding_work(its, connection, MORNING)}
    assert asked.isdisjoint({"announcement_overdue", "new_from_ministry"})
    counted, _ = division_of(office, tmp_path)
    assert counted[4] is None
    assert "coi như đã xử lý xong" in office.rasoat("decision", NUMBER).stdout
    assert NUMBER not in first_page(office)
    assert NUMBER not in duties.overview(its).unowned
    office.night(NIGHTS[2], "national")
    assert [row["status"] for row in office.rows("v_finding", kind="announcement_overdue")] == ["resolved"]
    ledger.set_handled_before(its, date(2026, 7, 1), BY)
    assert line(office)["state"] == "overdue"
    assert [each.duty.subject for each in duties.overview(its).duties] == [NUMBER]
