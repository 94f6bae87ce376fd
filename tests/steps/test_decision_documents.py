"""What comes of a decision that a person read from a file: the ledger, duties and letters, once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from portals.records import midnight
from portals.scenario import scripted_record
from procedures.office.owners import Owner
from steps.announcements import ledger
from steps.announcements.ledger import Entry
from steps.database import engine_of
from tests.addresses import bundled
from tests.office import NIGHTS, Office
from tests.steps.decision_files import ASSOCIATION, FUND, MINISTRY, decision, row
from warehouse.db.engine import reading
from warehouse.tables.finding_tables import alert

BY = "Nguyễn Thị Lan"
NUMBER = "999/QĐ-BNV"
DIVISION = "Phòng Xây dựng chính quyền"
MORNING = "2026-11-22T09:00:00+07:00"


@pytest.fixture(scope="module")
def after_a_night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with bundled() as portals:
        office = Office(
            tmp_path_factory.mktemp("office"), portals, alerts={"recipients": ["vp@example.invalid"]}
        )
        office.first_nights()
        yield office


@pytest.fixture
def office(after_a_night: Office, tmp_path: Path) -> Office:
    """An office of one night, each test with its own copy."""
    shutil.copytree(after_a_night.home, tmp_path, dirs_exist_ok=True)
    return Office(tmp_path, after_a_night.portals, alerts={"recipients": ["vp@example.invalid"]})


def listed(office: Office, number: int) -> list[dict]:
    """Rows of the catalogue that the national portal has too."""
    national = {each["code"] for each in office.rows("v_procedure_current", source="national")}
    rows = office.rows("v_procedure_current", source="catalogue")
    return sorted((each for each in rows if each["code"] in national), key=lambda each: each["code"])[:number]


def ministrys(office: Office, **said: tuple) -> bytes:
    changed, repealed = listed(office, 2)
    parts = {
        "new": (row(ASSOCIATION, "1.020001"), row(FUND, field="Quỹ")),
        "changed": (row(changed["name"], changed["code"], changed["field"]),),
        "repealed": (row(repealed["name"], repealed["code"], repealed["field"]),),
    }
    return decision(MINISTRY, **(parts | said))


def read(office: Office, data: bytes, *arguments: str, name: str = "qd.docx", at: str = MORNING):
    """Read a file by the command; its exit code, and its JSON."""
    file = office.home / name
    file.write_bytes(data)
    done = office.rasoat("decision", "read", str(file), "--json", "--as-of", at, *arguments)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def line(office: Office) -> dict:
    (found,) = office.rows("v_decision", decision_number=NUMBER)
    return found


def letters(office: Office) -> list[str]:
    with reading(engine_of(office.configuration)) as connection:
        return list(connection.scalars(select(alert.c.body).order_by(alert.c.alert_id)))


def publish(office: Office, code: str, name: str, field: str) -> None:
    """The portal shows one of the decision's procedures."""
    world = office.portals.national.world
    like = next(each for each in listed(office, 400) if json.loads(each["executing_levels"]) == ["province"])
    record = scripted_record(world.by_code(like["code"]), code=code, name=name)
    record["category"]["name"] = field
    record["procedureProposal"].update(
        proposalNumber=NUMBER, decisionNumber=None, decisionDate=midnight(date(2026, 11, 20))
    )
    world.publish(record)


def test_a_ministrys_decision_is_due_and_told_at_once_and_never_twice(office: Office) -> None:
    before = len(letters(office))
    changed, repealed = (each["code"] for each in listed(office, 2))
    code, said = read(office, ministrys(office), "--by", BY)
    assert (code, said["state"], said["known"]) == (0, "confirmed", False)
    its = line(office)
    assert (json.loads(its["new"]), json.loads(its["changed"]), json.loads(its["repealed"])) == (
        ["1.020001", FUND],
        [changed],
        [repealed],
    )
    assert (its["due_date"], its["due_basis"], its["agency"]) == ("2026-12-05", "law", "Bộ Nội vụ")
    assert (its["on_portal"], its["announced"], its["state"]) == (0, 0.0, "pending")
    (found,) = office.rows("v_finding", kind="new_from_ministry", code="1.020001")
    assert json.loads(found["evidence"])["document"]["hash"] == said["hash"]
    (letter,) = letters(office)[before:]
    for needed in (f"Quyết định số {NUMBER} của Bộ Nội vụ", "chưa có trên Cổng", ASSOCIATION, FUND, changed):
        assert needed in letter
    shown = office.rasoat("decision", NUMBER)
    assert "chưa có trên Cổng" in shown.stdout

    assert read(office, ministrys(office))[1]["known"]
    assert len(letters(office)) == before + 1
    ledger.enter(office.configuration, NUMBER, Entry(owner=Owner(division=DIVISION)), BY)
    (duty,) = office.rows("v_duty", subject=NUMBER)
    assert (duty["division"], duty["due_date"]) == (DIVISION, "2026-12-05")

    publish(office, "1.020001", ASSOCIATION, "Hội")
    publish(office, "1.020002", FUND, "Quỹ")
    office.night(NIGHTS[1])
    its = line(office)
    assert (its["on_portal"], json.loads(its["new"]), its["due_date"]) == (
        1,
        ["1.020001", "1.020002"],
        "2026-12-05",
    )
    assert its["stage"] == "assigned"
    assert [each for each in letters(office)[before + 1 :] if ASSOCIATION in each or FUND in each] == []
    found = office.rows("v_finding", kind="new_from_ministry")
    assert sorted(each["code"] for each in found if each["name"] in (ASSOCIATION, FUND)) == [
        "1.020001",
        "1.020002",
    ]
    assert office.rows("v_duty", subject=NUMBER)[0]["closed_at"] is None
