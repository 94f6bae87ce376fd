"""From a ministry's decision to a published procedure, with the evidence, owners and clocks on the way."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from procedures.errors import InputError, NotFoundError
from procedures.office.owners import AssignmentRule, Owner, due_reminder
from procedures.office.stages import StageChange
from steps.announcements import ledger
from steps.announcements.ledger import LedgerEntry
from steps.database import engine_of
from steps.office import duties
from tests.addresses import bundled
from tests.office import NIGHTS, Office
from warehouse.db.engine import reading, writing
from warehouse.office import duties as given
from warehouse.office.duties import StoredDuty
from warehouse.tables.finding_tables import decision

BY = "Nguyễn Thị Lan"
NUMBER, OTHER = "627/QĐ-BNV", "700/QĐ-BNV"
DIVISION = Owner(division="Phòng Xây dựng chính quyền", person="Hà", leader="Phó Giám đốc Minh")
SIGNED = StageChange(stage="announced", number="1404/QĐ-UBND", date=date(2025, 7, 1))


@pytest.fixture(scope="module")
def after_a_night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with bundled() as portals:
        office = Office(tmp_path_factory.mktemp("office"), portals)
        office.first_nights()
        yield office


@pytest.fixture
def office(after_a_night: Office, tmp_path: Path) -> Office:
    """An office of one night, each test with its own copy."""
    shutil.copytree(after_a_night.home, tmp_path, dirs_exist_ok=True)
    return Office(tmp_path, after_a_night.portals)


def line(office: Office, number: str = NUMBER) -> dict:
    (row,) = office.rows("v_decision", decision_number=number)
    return row


def test_a_line_goes_from_stage_to_stage_and_closes_only_when_published(office: Office) -> None:
    its = office.configuration
    assert line(office)["stage"] == "new"
    ledger.store_entry(its, NUMBER, LedgerEntry(owner=DIVISION), BY)
    assert (line(office)["stage"], line(office)["division"]) == ("assigned", DIVISION.division)
    ledger.store_entry(its, NUMBER, LedgerEntry(move=StageChange(stage="drafted")), BY)
    submitted = StageChange(stage="submitted", number="88/TTr-SNV", date=date(2025, 6, 25))
    ledger.store_entry(its, NUMBER, LedgerEntry(move=submitted), BY)
    shown = ledger.store_entry(its, NUMBER, LedgerEntry(move=SIGNED), BY)
    row = line(office)
    assert (row["stage"], row["province_decision_number"]) == ("announced", "1404/QĐ-UBND")
    assert (row["state"], row["announced"], row["published_on"]) == ("announced", 1.0, None)
    assert shown.late is not None
    assert (shown.late.what, shown.late.due) == ("publish", date(2025, 7, 8))
    assert shown.late.days > 300
    published = StageChange(stage="published", date=date(2025, 7, 7))
    shown = ledger.store_entry(its, NUMBER, LedgerEntry(move=published), BY)
    assert line(office)["published_on"] == "2025-07-07"
    assert shown.late is not None
    assert shown.late.days == 0
    assert {event.actor for event in shown.events} == {BY}


def test_one_paper_of_the_province_may_announce_a_part_of_one_decision_and_all_of_another(
    office: Office,
) -> None:
    its = office.configuration
    ledger.store_entry(its, NUMBER, LedgerEntry(move=SIGNED, codes=("1.013703",)), BY)
    assert line(office)["stage"] == "new"
    ledger.store_entry(its, OTHER, LedgerEntry(repeals=listed_codes(office, 2)), BY)
    ledger.store_entry(its, OTHER, LedgerEntry(move=SIGNED), BY)
    assert line(office, OTHER)["stage"] == "announced"
    rows = office.rows("v_announcement", province_decision_number="1404/QĐ-UBND")
    assert [row["code"] for row in rows if row["decision_number"] == NUMBER] == ["1.013703"]
    assert sum(row["decision_number"] == OTHER for row in rows) == 2


def test_what_was_entered_outlives_the_next_night(office: Office) -> None:
    ledger.store_entry(
        office.configuration, NUMBER, LedgerEntry(owner=DIVISION, move=SIGNED, codes=("1.013703",)), BY
    )
    before = office.rows("v_announcement")
    office.night(NIGHTS[1])
    assert office.rows("v_announcement") == before
    shown = ledger.load_decision(office.configuration, NUMBER)
    assert (shown.line.division, shown.line.person) == (DIVISION.division, DIVISION.person)
    assert {each.code for each in shown.line.codes if each.stage == "announced"} == {"1.013703"}


def listed_codes(office: Office, number: int) -> tuple[str, ...]:
    rows = office.rows("v_procedure_current", source="catalogue")
    return tuple(sorted(row["code"] for row in rows if row["code"]))[:number]


@pytest.mark.parametrize(
    ("number", "entry", "words"),
    (
        ("999/QĐ-BNV", LedgerEntry(move=SIGNED), "gần giống: .*627/QĐ-BNV"),
        (NUMBER, LedgerEntry(move=SIGNED, codes=("1.999999",)), "Mã 1.999999: không thuộc"),
        (NUMBER, LedgerEntry(move=SIGNED, codes=("mã",)), "mã: không phải"),
        (NUMBER, LedgerEntry(confirm=True), "Chưa có đề xuất"),
        (NUMBER, LedgerEntry(repeals=("một",)), "một: không phải"),
    ),
)
def test_what_cannot_be_entered_changes_nothing(
    office: Office, number: str, entry: LedgerEntry, words: str
) -> None:
    before = office.views()
    with pytest.raises((InputError, NotFoundError), match=words):
        ledger.store_entry(office.configuration, number, entry, BY)
    assert office.views() == before


def test_a_step_back_with_a_reason_takes_the_announcement_back_and_is_remembered(office: Office) -> None:
    its = office.configuration
    ledger.store_entry(its, NUMBER, LedgerEntry(move=SIGNED), BY)
    with pytest.raises(InputError, match="phải ghi lý do"):
        ledger.store_entry(its, NUMBER, LedgerEntry(move=StageChange(stage="drafted")), BY)
    shown = ledger.store_entry(
        its, NUMBER, LedgerEntry(move=StageChange(stage="drafted", reason="ký nhầm phụ lục")), BY
    )
    assert office.rows("v_announcement") == []
    back = [each for each in shown.events if each.reason == "ký nhầm phụ lục"]
    assert {each.attribute for each in back} >= {"stage", "province_decision_number"}
    assert any(each.from_value == "1404/QĐ-UBND" and each.to_value is None for each in back)


def test_numbers_are_found_however_they_are_typed(office: Office) -> None:
    for typed in ("627/QD-BNV", " 627 / qđ-bnv ", "627/QĐ-BNV"):
        assert ledger.load_decision(office.configuration, typed).line.decision_number == NUMBER


def test_a_decision_that_only_repeals_is_entered_with_what_it_repeals(office: Office) -> None:
    (code,) = listed_codes(office, 1)
    with pytest.raises(NotFoundError):
        ledger.store_entry(office.configuration, OTHER, LedgerEntry(owner=DIVISION), BY)
    ledger.store_entry(office.configuration, OTHER, LedgerEntry(repeals=(code,)), BY)
    row = line(office, OTHER)
    assert (json.loads(row["repealed"]), row["state"]) == ([code], "pending")
    office.night(NIGHTS[1])
    assert json.loads(line(office, OTHER)["repealed"]) == [code]


def test_nothing_entered_of_a_decision_that_no_record_names_is_said_and_changes_nothing(
    office: Office,
) -> None:
    lost = "999/QĐ-BNV"
    with writing(engine_of(office.configuration)) as connection:
        row = connection.execute(select(decision).where(decision.c.decision_number == NUMBER)).one()
        connection.execute(decision.insert(), {**row._mapping, "decision_number": lost})
    before = office.views()
    with pytest.raises(InputError, match=r"999/QĐ-BNV: không thủ tục nào còn nêu"):
        ledger.store_entry(office.configuration, lost, LedgerEntry(), BY)
    assert office.views() == before


def test_the_effective_date_makes_the_deadline_the_laws(office: Office) -> None:
    assert line(office)["due_basis"] == "internal"
    ledger.store_entry(office.configuration, NUMBER, LedgerEntry(effective=date(2025, 7, 1)), BY)
    row = line(office)
    assert (row["due_basis"], row["due_date"], row["effective_date"]) == ("law", "2025-06-26", "2025-07-01")


def test_old_decisions_are_held_against_nobody_until_a_person_says_from_when_they_count(
    office: Office,
) -> None:
    assert line(office)["state"] == "pending"
    done = office.rasoat("baseline", "--handled-before", "2025-01-01", "--by", BY)
    assert done.returncode == 0, done.stderr
    assert line(office)["state"] == "overdue"
    office.night(NIGHTS[1])
    (overdue,) = office.rows("v_finding", kind="announcement_overdue", status="open")
    assert NUMBER in overdue["name"]
    assert office.rasoat("baseline", "--handled-before", "2026-01-01", "--by", BY).returncode == 0
    assert line(office)["state"] == "pending"
    future = office.rasoat("baseline", "--handled-before", "2030-01-01", "--by", BY)
    assert (future.returncode, "sau hôm nay" in future.stderr) == (2, True)


def test_new_work_has_an_owner_the_first_morning(after_a_night: Office, tmp_path: Path) -> None:
    office = Office(tmp_path / "new", after_a_night.portals)
    rule = AssignmentRule(owner=DIVISION, ministry="Bộ Nội vụ")
    duties.add_rule(office.configuration, rule, BY)
    office.first_nights()
    assert (line(office)["stage"], line(office)["division"]) == ("assigned", DIVISION.division)
    new = office.rows("v_finding", kind="new_from_ministry")
    assert new
    assert {row["division"] for row in new} == {DIVISION.division}
    kept = duties.overview(office.configuration)
    assert kept.unowned == ()
    assert NUMBER in {each.duty.subject for each in kept.duties}
    assert {each.duty.due for each in kept.duties} == {None}, "nobody is held to what was there"


def test_what_nobody_owns_is_said(office: Office) -> None:
    assert NUMBER in duties.overview(office.configuration).unowned
    told = office.rasoat("duties", "list")
    assert f"Chưa giao cho phòng nào: {NUMBER}" in told.stdout


def due(office: Office, today: date) -> list[tuple[StoredDuty, str]]:
    """Who is to be urged, and how."""
    with reading(engine_of(office.configuration)) as connection:
        kept = given.list_duties(connection)
    return [(each, how) for each in kept if (how := due_reminder(each.duty, today)) is not None]


def test_an_extension_with_a_reason_stops_the_urging_until_its_date(office: Office) -> None:
    its, today = office.configuration, date(2026, 11, 24)
    ledger.store_entry(its, NUMBER, LedgerEntry(owner=DIVISION), BY)
    ((urged, how),) = due(office, today)
    assert (how, urged.duty.owner) == ("remind", DIVISION)
    with writing(engine_of(its)) as connection:
        given.record_reminder(connection, urged, "remind", today, BY)
    assert due(office, today) == []
    with pytest.raises(InputError, match="không sau hạn hiện nay"):
        duties.extend(its, urged.duty_id, date(2025, 7, 1), BY, "chờ Sở Tư pháp")
    duties.extend(its, urged.duty_id, date(2026, 12, 31), BY, "chờ Sở Tư pháp thẩm định")
    assert due(office, date(2026, 12, 20)) == []
    assert [how for _, how in due(office, date(2026, 12, 30))] == ["remind"]
    duties.reply(its, urged.duty_id, "đã trình ngày 30/12", BY)
    assert due(office, date(2027, 3, 1)) == []


def test_announcing_everything_ends_the_duty(office: Office) -> None:
    its = office.configuration
    ledger.store_entry(its, NUMBER, LedgerEntry(owner=DIVISION), BY)
    ledger.store_entry(its, NUMBER, LedgerEntry(move=SIGNED), BY)
    assert duties.overview(its).duties == ()


def test_the_catalogues_own_rows_propose_the_next_stage_and_a_person_confirms(office: Office) -> None:
    from dataclasses import replace

    from procedures.run_origin import RunOrigin
    from steps.catalogue.import_catalogue import amend_catalogue
    from steps.database import engine_of, open_locked
    from warehouse.db.engine import reading
    from warehouse.sources import versions

    its = office.configuration
    with reading(engine_of(its)) as connection:
        row = versions.current_procedures(connection, "catalogue")["1.999402"]
    announced = replace(
        row, code="1.013703", local_code=None, province_decision_number="1404/QĐ-UBND",
        province_decision_date=date(2025, 7, 1),
    )  # fmt: skip
    with open_locked(its):
        amend_catalogue(its, {"1.013703": announced}, RunOrigin(by=BY), datetime.fromisoformat(NIGHTS[1]))
    (proposal,) = ledger.load_decision(its, NUMBER).line.proposals
    assert (proposal["stage"], proposal["codes"], proposal["number"]) == (
        "announced", ["1.013703"], "1404/QĐ-UBND",
    )  # fmt: skip
    assert office.rows("v_announcement") == []
    shown = ledger.store_entry(its, NUMBER, LedgerEntry(confirm=True), BY)
    assert [each.code for each in shown.line.codes if each.stage == "announced"] == ["1.013703"]
    assert [each["stage"] for each in shown.line.proposals] != ["announced"]
    assert {each.reason for each in shown.events if each.attribute == "stage"} == {
        "Xác nhận theo: Danh mục của Sở"
    }


def test_the_command_shows_and_moves_a_line(office: Office) -> None:
    shown = json.loads(office.rasoat("decision", "627/QD-BNV", "--json").stdout)
    assert (shown["decision_number"], shown["stage"], shown["division"]) == (NUMBER, "new", None)
    moved = office.rasoat(
        "decision", NUMBER, "--division", DIVISION.division, "--stage", "announced", "--number",
        "1404/QĐ-UBND", "--date", "01/07/2025", "--code", "1.013703", "--by", BY,
    )  # fmt: skip
    assert moved.returncode == 0, moved.stderr
    assert "1404/QĐ-UBND, 01/07/2025" in moved.stdout
    lacking = office.rasoat("decision", NUMBER, "--stage", "announced", "--by", BY)
    assert "--number, --date: Tỉnh đã công bố: cần số và ngày" in lacking.stderr
    nobody = office.rasoat("decision", NUMBER, "--stage", "drafted")
    assert (nobody.returncode, "--by" in nobody.stderr) == (2, True)
    everything = office.rasoat("decision")
    assert (everything.returncode, NUMBER in everything.stdout) == (0, True)


def test_a_division_is_not_made_by_a_slip_of_the_keyboard(office: Office) -> None:
    give = ("decision", NUMBER, "--by", BY, "--division")
    new = office.rasoat(*give, "Tổ giúp việc Đề án 06")
    assert (new.returncode, "phòng, ban, đơn vị mới" in new.stderr) == (0, True), "as the options say"
    slip = office.rasoat(*give, "Tổ giúp viêc Đề án 06")
    assert slip.returncode == 2
    for words in ("gần giống: Tổ giúp việc Đề án 06", "rasoat division add"):
        assert words in slip.stderr
    assert slip.stderr.count("\n") == 1
    same = office.rasoat(*give, "tổ giúp việc  đề án 06")
    assert (same.returncode, same.stderr) == (0, "")
    assert [row["division"] for row in office.rows("v_decision", decision_number=NUMBER)] == [
        "Tổ giúp việc Đề án 06"
    ]
    assert office.rasoat("division", "add", "Tổ giúp viêc Đề án 06", "--by", BY).returncode == 0
    assert office.rasoat(*give, "Tổ giúp viêc Đề án 06").returncode == 0, "another one after all"
    busy = office.rasoat("division", "end", "Tổ giúp viêc Đề án 06", "--by", BY, "--reason", "gộp")
    assert (busy.returncode, "còn 1 việc đang mở" in busy.stderr) == (2, True)
    known = office.rasoat("division", "list").stdout.splitlines()
    assert "Tổ giúp viêc Đề án 06" in known
    assert "Tổ giúp việc Đề án 06" not in known, "nothing names it any more"
