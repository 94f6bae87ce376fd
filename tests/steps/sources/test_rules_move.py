"""A rule that moved is no change on a portal."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import func, select

from portals.records import midnight
from portals.scenario import scripted_record
from procedures.errors import InputError
from procedures.model import record_digest
from steps.database import engine_of
from steps.sources import reread
from steps.sources.release import release_snapshot
from tests.office import NIGHTS, Office
from warehouse.db.engine import reading, writing
from warehouse.tables.source_tables import procedure_version, run, staged


@pytest.fixture
def office(small_office: Office) -> Office:
    return small_office


def as_older_rules_read_it(office: Office, code: str, **values: object) -> None:
    """Make the standing version of a code what another reader would have made of the same bytes."""
    (row,) = office.rows("v_procedure_current", source="national", code=code)
    record = json.dumps(
        json.loads(row["record"]) | values, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    v = procedure_version.c
    with writing(engine_of(office.configuration)) as connection:
        connection.execute(
            procedure_version.update()
            .where(v.source == "national", v.code == code, v.valid_to.is_(None))
            .values(record=record, digest=record_digest(record.encode()))
        )
    under_older_rules(office)


def under_older_rules(office: Office) -> None:
    """Make all that was done the work of older rules."""
    with writing(engine_of(office.configuration)) as connection:
        connection.execute(run.update().values(rules_version="2025.1.1"))


def test_what_new_rules_read_otherwise_is_no_change_and_no_alarm(office: Office) -> None:
    office.first_nights()
    as_older_rules_read_it(office, "1.013747", name="Tên như quy tắc cũ đã đọc")
    second = office.night(NIGHTS[1])
    assert second.status == "complete"
    assert office.rows("v_change") == []
    (now,) = office.rows("v_procedure_current", source="national", code="1.013747")
    assert "quy tắc cũ" not in now["name"]
    assert second.findings["opened"] == second.findings["resolved"] == 0


def test_a_real_change_of_the_same_night_is_still_told(office: Office) -> None:
    office.first_nights()
    as_older_rules_read_it(office, "1.013747", name="Tên như quy tắc cũ đã đọc")
    office.portals.national.world.edit("1.013747", requirementsAndConditions="Điều kiện mới của thủ tục")
    office.night(NIGHTS[1])
    assert [(row["kind"], row["attribute"]) for row in office.rows("v_change")] == [
        ("changed", "requirements")
    ]


def test_under_the_same_rules_nothing_is_read_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.first_nights()
    asked: list[object] = []
    monkeypatch.setattr(reread, "read_again", lambda *about: asked.append(about))
    office.night(NIGHTS[1])
    assert asked == []


def history(office: Office, code: str) -> list[tuple[str, str | None]]:
    rows = office.rows("v_procedure_history", source="national", code=code)
    return sorted((row["valid_from"], row["valid_to"]) for row in rows)


def test_what_a_later_partial_night_read_is_not_taken_back(office: Office) -> None:
    office.first_night("national")
    office.portals.national.world.edit("1.013747", requirementsAndConditions="Điều kiện mới của thủ tục")
    office.portals.national.faults.order("total_higher", where="list")
    assert office.night(NIGHTS[1], "national").sources["national"].state == "partial"
    office.portals.national.faults.clear()
    before, changes = history(office, "1.013747"), office.rows("v_change")
    under_older_rules(office)
    assert office.night(NIGHTS[2], "national").status == "complete"
    assert history(office, "1.013747") == before
    assert office.rows("v_change") == changes


def test_a_record_that_a_gate_threw_out_is_no_reading(office: Office) -> None:
    office.first_night("national")
    world = office.portals.national.world
    methods = [each | {"processingTime": 99_999} for each in world.by_code("1.013747")["executionMethods"]]
    world.edit("1.013747", executionMethods=methods, name="Đăng ký kinh doanh 23/09")
    assert office.night(NIGHTS[1], "national").sources["national"].quarantined == 1
    as_older_rules_read_it(office, "1.013747", name="Tên như quy tắc cũ đã đọc")
    office.night(NIGHTS[2], "national")
    (now,) = office.rows("v_procedure_current", source="national", code="1.013747")
    assert now["name"].startswith("Lấy mẫu để giám định ADN")
    assert office.rows("v_change") == []


def test_a_record_that_is_read_in_turn_is_found_on_the_night_that_read_it(office: Office) -> None:
    """Else its next reading, under new rules, would look like a change of the portal."""
    office.configure(national={"refresh_nights": 5})
    office.first_night("national")
    for night in NIGHTS[1:3]:
        read = office.night(night, "national").sources["national"]
        assert read.requests < read.procedures / 2
    as_older_rules_read_it(office, "1.013747", name="Tên như quy tắc cũ đã đọc")
    for night in NIGHTS[3:9]:
        office.night(night, "national")
    (now,) = office.rows("v_procedure_current", source="national", code="1.013747")
    assert "quy tắc cũ" not in now["name"]
    assert office.rows("v_change") == []


def test_rows_at_other_levels_than_the_last_file_s_keep_them(office: Office) -> None:
    office.take_in(office.sample_catalogue())
    both = [row for row in office.rows("v_procedure_current") if "commune" in (row["executing_levels"] or "")]
    file = office.home / "xa.csv"
    rows = [
        f'{n},{row["code"]},"{row["name"]}",Lĩnh vực,Cấp xã\n' for n, row in enumerate(both) if row["code"]
    ]
    file.write_text("STT,Mã TTHC,Tên thủ tục hành chính,Lĩnh vực,Cấp thực hiện\n" + "".join(rows), "utf-8")
    assert office.take_in(file, NIGHTS[0], "commune").status == "complete"
    levels = {row["code"]: row["executing_levels"] for row in office.rows("v_procedure_current")}
    assert '["commune", "province"]' in levels.values()
    under_older_rules(office)
    office.night(NIGHTS[1], "provincial")
    after = office.rows("v_procedure_current", source="catalogue")
    assert {row["code"]: row["executing_levels"] for row in after} == levels


def test_it_is_done_once_though_no_catalogue_is_taken_in_since(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.first_nights(1, "national")
    under_older_rules(office)
    office.night(NIGHTS[1], "national")
    asked: list[object] = []
    monkeypatch.setattr(reread, "read_again", lambda *about: asked.append(about))
    office.night(NIGHTS[2], "national")
    assert asked == []


def test_what_the_calendar_opens_that_night_is_told(office: Office) -> None:
    """Only what the rules themselves open is silent."""
    office.configure(alerts={"recipients": ["van.phong@example.invalid"]})
    office.first_nights(1, "national")
    world = office.portals.national.world
    record = scripted_record(
        world.by_code("1.013747"), code="1.099999", name="Thủ tục mới", createdAt=midnight(date(2026, 11, 23))
    )
    record["procedureProposal"].update(
        proposalNumber="999/QĐ-BNV", decisionNumber=None, decisionDate=midnight(date(2026, 11, 20))
    )
    world.publish(record)
    office.night(NIGHTS[1], "national")
    under_older_rules(office)
    office.night("2026-12-09T02:00:00+07:00", "national")
    (overdue,) = office.rows("v_finding", kind="announcement_overdue")
    events = office.rows("v_finding_event", finding_id=overdue["finding_id"])
    assert [event["action"] for event in events] == ["opened"]
    assert "09/12/2026: 01 sai lệch mới" in office.rows("v_alert")[-1]["subject"]


def test_a_held_night_of_older_rules_is_let_through_only_before_what_stands_is_read_again(
    office: Office,
) -> None:
    office.first_night("national")
    office.portals.national.faults.order("total_shrinks", where="list")
    held = office.night(NIGHTS[1], "national").sources["national"]
    assert held.state == "held"
    waits = select(func.count()).select_from(staged).where(staged.c.snapshot_id == held.snapshot_id)
    with reading(engine_of(office.configuration)) as connection:
        assert connection.scalar(waits) > 0
    under_older_rules(office)
    office.night(NIGHTS[2], "national")
    office.portals.national.faults.clear()
    with pytest.raises(InputError, match="quy tắc của phiên bản trước"):
        release_snapshot(office.configuration, held.snapshot_id, "Nguyễn Thị Lan", "đúng là thế")
    with reading(engine_of(office.configuration)) as connection:
        assert connection.scalar(waits) == 0
