"""What a decision's page asks of the warehouse, on both engines."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Engine

from procedures.findings import CATALOGUE, Finding, FindingKind, Severity
from tests.warehouse.nights import Nights, at, procedure, read
from warehouse.announcements.decision_records import findings_about, records_of, successors_of
from warehouse.db.engine import reading, writing
from warehouse.findings import store
from warehouse.sources import runs


def test_of_each_code_what_is_current_comes_before_what_was(engine: Engine) -> None:
    first = procedure("1.000001", name="Thành lập hội")
    national = Nights(engine)
    national.night(at(22), read(first))
    national.night(at(23), read(replace(first, name="Thành lập hội, quỹ")))
    nameless = replace(procedure("1.000002", name="Đổi tên"), code=None)
    Nights(engine, CATALOGUE, CATALOGUE).night(at(23), read(nameless, "~doi-ten"))
    with reading(engine) as connection:
        (record,) = records_of(connection, {"1.000001", "1.000009"}, ("national",))
        assert (record.procedure.name, record.is_current) == ("Thành lập hội, quỹ", True)
        (row,) = records_of(connection, {"~doi-ten"}, ("national", CATALOGUE))
        assert (row.source, row.code, row.procedure.name) == (CATALOGUE, "~doi-ten", "Đổi tên")
        assert records_of(connection, set(), ("national",)) == []


def test_successors_and_findings_are_those_of_the_codes(engine: Engine) -> None:
    def finding(kind: FindingKind, subject: str, code: str | None, successor: str | None = None) -> Finding:
        return Finding(
            kind=kind,
            severity=Severity.HIGH,
            subject=subject,
            code=code,
            successor_code=successor,
            sources=frozenset({CATALOGUE}),
        )

    with writing(engine) as connection:
        run_id = runs.begin_run(connection, as_of=at(23), kind="sync")
        found = [
            finding(FindingKind.REPLACED_STILL_LISTED, "1.999401", "1.999401", "1.013702"),
            finding(FindingKind.REPLACED_STILL_LISTED, "1.999402", "1.999402", "1.013703"),
            finding(FindingKind.ANNOUNCEMENT_OVERDUE, "627/QĐ-BNV", None),
            finding(FindingKind.ANNOUNCEMENT_OVERDUE, "862/QĐ-BNV", None),
        ]
        store.apply_findings(connection, run_id, found, fresh_sources=set(), at=at(23))
    with reading(engine) as connection:
        codes = {"1.999401", "1.013702"}
        assert successors_of(connection, codes, ("national",)) == {"1.999401": "1.013702"}
        about = findings_about(connection, "627/QĐ-BNV", codes)
    assert {(each["kind"], each["code"]) for each in about} == {
        ("replaced_still_listed", "1.999401"),
        ("announcement_overdue", None),
    }
