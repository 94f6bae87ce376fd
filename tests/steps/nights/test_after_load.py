"""The gate after load: quiet over a sound warehouse, loud over one that cannot be true."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from sqlalchemy import Engine, text

from portals.scenario import Scenario
from steps.database import engine_of
from steps.nights.begin_run import begin
from steps.nights.close_run import finish
from steps.sources.validate import verify
from tests.addresses import bundled
from tests.office import NIGHTS, Office
from tests.warehouse.conftest import empty_address, empty_engine, postgres  # noqa: F401 - fixtures
from warehouse.db.engine import reading, writing
from warehouse.db.schema import upgrade
from warehouse.quality import integrity
from warehouse.sources import runs


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office after an import and the two scripted nights: every kind of change, findings of many."""
    with bundled(Scenario.load()) as portals:
        office = Office(tmp_path_factory.mktemp("after"), portals)
        office.first_nights(2)
        return office


def outcomes(office: Office, run_id: int) -> dict[str, dict[str, object]]:
    rows = office.rows("v_validation", run_id=run_id, suite="warehouse")
    return {row["expectation"]: row | {"observed": json.loads(row["observed"])} for row in rows}


def again(office: Office, *statements: str) -> tuple[str, dict[str, dict[str, object]]]:
    """Spoil the warehouse, judge it in a run of its own, and put it right."""
    configuration = office.configuration
    opened = engine_of(configuration)
    run_id = begin(configuration, datetime.fromisoformat(NIGHTS[8]), "sync")
    with writing(opened) as connection:
        for statement in statements:
            connection.execute(text(statement))
    verify(configuration, run_id)
    finish(configuration, run_id)
    with reading(opened) as connection:
        return runs.get_run(connection, run_id).status or "", outcomes(office, run_id)


def test_nights_with_every_kind_of_change_leave_a_warehouse_without_a_flag(scripted: Office) -> None:
    for run in scripted.rows("v_run"):
        told = outcomes(scripted, run["run_id"])
        assert told, run
        assert all(row["success"] for row in told.values()), told
    assert len(scripted.rows("v_finding")) > 50


def test_a_night_that_moved_nothing_is_recorded_as_unchanged(scripted: Office) -> None:
    status, told = again(scripted)
    assert (status, list(told)) == ("complete", ["unchanged"])


def test_overlapping_validity_makes_the_run_degraded_and_says_why(scripted: Office) -> None:
    ended = "SELECT min(version_id) FROM procedure_version WHERE closing = 'changed'"
    status, told = again(
        scripted,
        "CREATE TABLE kept AS SELECT version_id, valid_to FROM procedure_version",
        f"UPDATE procedure_version SET valid_to = '2027-01-01T00:00:00+00:00' WHERE version_id = ({ended})",
    )
    assert status == "degraded"
    assert told["validity_apart"]["success"] == 0
    assert "chồng thời gian hiệu lực" in str(told["gate_open"]["observed"])
    status, _ = again(
        scripted,
        "UPDATE procedure_version SET valid_to = "
        "(SELECT k.valid_to FROM kept k WHERE k.version_id = procedure_version.version_id)",
        "DROP TABLE kept",
    )
    assert status == "complete"


def test_a_view_that_does_not_answer_is_named(scripted: Office) -> None:
    status, told = again(scripted, "DROP VIEW v_kpi")
    assert status == "degraded"
    examples = told["views_answer"]["observed"]["examples"]  # type: ignore[index]  # JSON
    assert examples[0]["key"] == "v_kpi"
    status, _ = again(scripted, "CREATE VIEW v_kpi AS SELECT * FROM kpi")
    assert status == "complete"


def test_a_finding_about_an_unknown_code_is_a_flag_and_degrades_nothing(scripted: Office) -> None:
    status, told = again(
        scripted,
        "UPDATE finding SET code = '9.999999' WHERE finding_id = (SELECT min(finding_id) FROM finding)",
    )
    assert status == "complete"
    assert told["pointers_lead_somewhere"]["success"] == 0


def test_both_engines_answer_what_the_gate_asks(empty_engine: Engine) -> None:  # noqa: F811
    upgrade(empty_engine)
    with writing(empty_engine) as connection:
        connection.execute(text("DROP VIEW v_kpi"))
        assert list(integrity.versions_by_key(connection)) == []
        assert integrity.dangling_references(connection) == {}
        troubles = integrity.check_views(connection)
        assert {view for view, trouble in troubles.items() if trouble} == {"v_kpi"}
        assert "v_kpi" in (troubles["v_kpi"] or "")
