"""A portal's value becomes the catalogue's, settles the finding, and can be taken back."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from procedures.errors import ConflictError, InputError
from procedures.run_origin import RunOrigin
from steps.database import engine_of
from steps.findings import triage
from steps.findings.accept_value import accept_value, undo_acceptance
from steps.findings.taken_values import attribute_of
from steps.findings.triage import SeenVersion
from steps.sources.replay import replay_run
from tests.office import Office
from warehouse.db.engine import reading, writing
from warehouse.findings.triage import triage_state_of
from warehouse.sources import runs

MORNING = datetime.fromisoformat("2026-11-22T08:00:00+07:00")


@pytest.fixture
def office(office: Office) -> Office:
    office.first_nights()
    return office


def of_kind(office: Office, kind: str) -> dict:
    rows = office.rows("v_finding", kind=kind, status="open")
    return next(row for row in rows if row["national_value"] is not None)


def listed(office: Office, code: str) -> dict:
    (row,) = office.rows("v_procedure_current", source="catalogue", code=code)
    return json.loads(row["record"])


def status(office: Office, finding_id: int) -> str:
    (row,) = office.rows("v_finding", finding_id=finding_id)
    return row["status"]


def seen(office: Office, found: dict) -> SeenVersion:
    with reading(engine_of(office.configuration)) as connection:
        return SeenVersion(found["finding_id"], triage_state_of(connection, found["finding_id"]).version)


def test_the_portals_value_is_taken_in_proven_and_taken_back(office: Office) -> None:
    its = office.configuration
    found = of_kind(office, "slower_than_national")
    before = listed(office, found["code"])["processing_time"]
    done = accept_value(its, seen(office, found), "national", "Lan", MORNING)
    assert listed(office, found["code"])["processing_time"] != before
    assert status(office, found["finding_id"]) == "resolved"
    (change,) = office.rows("v_change", run_id=done.run_id)
    assert (change["source"], change["code"], change["attribute"]) == (
        "catalogue",
        found["code"],
        "processing_time",
    )
    assert replay_run(its, done.run_id).equal
    back = undo_acceptance(its, done.run_id, "Lan", MORNING)
    assert listed(office, found["code"])["processing_time"] == before
    assert status(office, found["finding_id"]) == "open"
    assert replay_run(its, back.run_id).equal
    told = office.rows("v_ledger_event", subject_kind="procedure")
    assert [(row["actor"], row["subject"]) for row in told] == [("Lan", found["code"])] * 2
    history = office.rows("v_finding_event", finding_id=found["finding_id"])
    assert [(row["actor"], row["action"], row["note"]) for row in history] == [
        ("rasoat", "opened", None),
        ("Lan", "noted", "Lấy giá trị của Cổng DVC quốc gia vào danh mục: Thời hạn giải quyết"),
        ("rasoat", "resolved", None),
        ("Lan", "noted", "Danh mục trở lại như trước: Thời hạn giải quyết"),
        ("rasoat", "reopened", None),
    ]


def test_an_online_level_is_taken_with_its_words(office: Office) -> None:
    found = of_kind(office, "online_level_mismatch")
    accept_value(office.configuration, seen(office, found), "national", "Lan", MORNING)
    record = listed(office, found["code"])
    assert record["online_level"] == found["national_value"]
    assert not record.get("online_level_text")
    assert status(office, found["finding_id"]) == "resolved"


def test_what_was_changed_since_is_not_undone(office: Office) -> None:
    its = office.configuration
    found = of_kind(office, "slower_than_national")
    done = accept_value(its, seen(office, found), "national", "Lan", MORNING)
    office.take_in(office.sample_catalogue(), as_of=MORNING.isoformat())
    with pytest.raises(InputError, match="đã được sửa sau lần chạy"):
        undo_acceptance(its, done.run_id, "Lan", MORNING)


def test_what_is_not_about_a_value_is_refused(office: Office, tmp_path: Path) -> None:
    its = office.configuration
    new = office.rows("v_finding", kind="new_from_ministry")[0]
    assert attribute_of(new) is None
    with pytest.raises(InputError, match="không phải loại"):
        accept_value(its, seen(office, new), "national", "Lan", MORNING)
    with pytest.raises(InputError, match="không phải lần lấy giá trị"):
        undo_acceptance(its, 1, "Lan", MORNING)
    assert len(office.rows("v_run")) == 2


def test_a_finding_that_moved_since_it_was_seen_is_left_alone(office: Office) -> None:
    its = office.configuration
    found = of_kind(office, "slower_than_national")
    before, looked = listed(office, found["code"]), seen(office, found)
    triage.move(its, looked, "confirmed", "Hoa")
    with pytest.raises(ConflictError, match="vừa được Hoa thay đổi"):
        accept_value(its, looked, "national", "Lan", MORNING)
    assert listed(office, found["code"]) == before
    assert len(office.rows("v_run")) == 2


def test_a_resolved_finding_takes_no_value(office: Office) -> None:
    its = office.configuration
    found = of_kind(office, "slower_than_national")
    before = listed(office, found["code"])
    triage.move(its, seen(office, found), "resolved", "Hoa")
    with pytest.raises(InputError, match="đã xử lý xong"):
        accept_value(its, seen(office, found), "national", "Lan", MORNING)
    assert listed(office, found["code"]) == before


def test_only_a_run_that_took_a_value_in_is_undone_whatever_its_person_is_called(office: Office) -> None:
    its = office.configuration
    with writing(engine_of(its)) as connection:
        for by in ("accepted-x", "accepted 1 x"):
            run_id = runs.begin_run(connection, as_of=MORNING, kind="import", errand=RunOrigin(by=by))
            assert runs.get_run(connection, run_id).origin == RunOrigin(by=by)
    with pytest.raises(InputError, match="không phải lần lấy giá trị"):
        undo_acceptance(its, run_id, "Lan", MORNING)
