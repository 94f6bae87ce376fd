"""A rule that moved is no change on a portal."""

from __future__ import annotations

import json

import pytest

from procedures.model import digest
from steps import rereading
from steps.opening import engine_of
from tests.office import NIGHTS, Office
from warehouse.engine import writing
from warehouse.tables import procedure_version, run


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
            .values(record=record, digest=digest(record.encode()))
        )
        connection.execute(run.update().values(rules_version="2025.1.1"))


def test_what_new_rules_read_otherwise_is_no_change_and_no_alarm(office: Office) -> None:
    office.take_in(office.sample_catalogue())
    office.night(NIGHTS[0])
    as_older_rules_read_it(office, "1.013747", name="Tên như quy tắc cũ đã đọc")
    second = office.night(NIGHTS[1])
    assert second.status == "complete"
    assert office.rows("v_change") == []
    (now,) = office.rows("v_procedure_current", source="national", code="1.013747")
    assert "quy tắc cũ" not in now["name"]
    assert second.findings["opened"] == second.findings["resolved"] == 0


def test_a_real_change_of_the_same_night_is_still_told(office: Office) -> None:
    office.take_in(office.sample_catalogue())
    office.night(NIGHTS[0])
    as_older_rules_read_it(office, "1.013747", name="Tên như quy tắc cũ đã đọc")
    office.portals.national.world.edit("1.013747", requirementsAndConditions="Điều kiện mới của thủ tục")
    office.night(NIGHTS[1])
    assert [(row["kind"], row["attribute"]) for row in office.rows("v_change")] == [
        ("changed", "requirements")
    ]


def test_under_the_same_rules_nothing_is_read_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.take_in(office.sample_catalogue())
    office.night(NIGHTS[0])
    asked: list[object] = []
    monkeypatch.setattr(rereading, "read_again", lambda *about: asked.append(about))
    office.night(NIGHTS[1])
    assert asked == []
