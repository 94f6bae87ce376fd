"""What people act on: matches, alerts, scope, the decisions' ledger and the figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest
from sqlalchemy import Connection, Engine

from procedures.errors import InputError
from procedures.findings import CATALOGUE, Exclusion, Finding, FindingKind, Severity
from procedures.indicators import KpiRow
from procedures.messages import Message
from procedures.office.decision_lines import DecisionLine
from procedures.office.stages import StageChange
from procedures.services import Service
from procedures.snapshot import QuarantinedRecord
from tests.warehouse.nights import Nights, as_stored, at, procedure, read
from warehouse.alerts import outbox
from warehouse.announcements import ledger, ledger_entries, run_figures
from warehouse.db.bulk import bulk_insert
from warehouse.db.engine import writing
from warehouse.findings import exclusions, store
from warehouse.quality import validations
from warehouse.quality.validations import ValidationRow
from warehouse.sources import code_matches, runs
from warehouse.sources.source_status import alerts_waiting
from warehouse.tables.finding_tables import announcement, decision_code
from warehouse.tables.source_tables import quarantine


@pytest.fixture
def run_id(engine: Engine) -> int:
    with writing(engine) as connection:
        return runs.begin_run(connection, as_of=at(22), kind="sync")


def nameless(**said: object) -> Finding:
    values: dict[str, object] = {
        "kind": FindingKind.MISSING_CODE,
        "severity": Severity.MEDIUM,
        "subject": "~một",
        "name": "Một",
        "sources": frozenset({CATALOGUE}),
    }
    return Finding(**(values | said))


def found(connection: Connection, run_id: int, *holding: Finding) -> list[int]:
    store.apply_findings(connection, run_id, holding, fresh_sources={CATALOGUE}, at=at(22))
    return [row["finding_id"] for row in store.list_findings(connection)]


def test_a_confirmed_code_is_remembered_and_its_finding_done_with(engine: Engine) -> None:
    catalogue = Nights(engine, CATALOGUE, CATALOGUE)
    catalogue.night(at(22), read(replace(procedure("1.000001"), code=None, name="Một"), key="~một"))
    with writing(engine) as connection:
        (finding_id,) = found(connection, 1, nameless())
        store.record_match(connection, finding_id, "1.000001", actor="Lan")
        assert code_matches.confirmed_codes(connection) == {"~một": "1.000001"}
        assert store.get_finding(connection, finding_id)["status"] == "resolved"
        assert store.list_findings(connection) == []
    assert catalogue.rows("v_procedure_current", "code", "matched_by") == [("1.000001", "person")]
    assert catalogue.rows("v_finding_event", "actor", "action", "note")[-1] == ("Lan", "matched", "1.000001")


def test_only_a_row_without_a_code_can_be_matched(engine: Engine, run_id: int) -> None:
    with writing(engine) as connection:
        other = nameless(kind=FindingKind.NOT_IN_CATALOGUE, subject="1.000001", code="1.000001")
        (finding_id,) = found(connection, run_id, other)
        with pytest.raises(InputError, match="missing_code"):
            store.record_match(connection, finding_id, "1.000001", actor="Lan")


def test_findings_are_listed_by_weight_and_narrowed(engine: Engine, run_id: int) -> None:
    low = nameless(severity=Severity.LOW, subject="~a", division="Phòng A")
    critical = nameless(
        kind=FindingKind.ANNOUNCEMENT_OVERDUE,
        severity=Severity.CRITICAL,
        subject="627/QĐ-BNV",
        due_date=date(2026, 4, 1),
    )
    high = nameless(severity=Severity.HIGH, subject="~b", division="Phòng A")
    with writing(engine) as connection:
        found(connection, run_id, low, critical, high)
        listed = store.list_findings(connection)
        assert [row["severity"] for row in listed] == ["critical", "high", "low"]
        assert list(listed[0]) == list(store.COLUMNS)
        assert listed[0]["due_date"] == "2026-04-01"
        first = listed[2]["finding_id"]
        store.set_status(connection, first, "ignored", actor="Lan", note="không phải của Sở")
        in_a = store.list_findings(connection, division="Phòng A")
        assert [row["severity"] for row in in_a] == ["high", "low"]
        assert [row["severity"] for row in store.list_findings(connection, status="ignored")] == ["low"]
        assert [row["kind"] for row in store.list_findings(connection, kind="announcement_overdue")]
        assert [row["severity"] for row in store.list_opened_in_run(connection, run_id)] == [
            "critical",
            "high",
        ]
        assert runs.count_findings(connection, run_id) == {"opened": 3, "resolved": 0, "open": 2}
        with pytest.raises(InputError, match="done"):
            store.set_status(connection, first, "done", actor="Lan")


def message(key: str = "k1") -> Message:
    return Message(
        dedupe_key=key,
        kind="new_from_ministry",
        channel="email",
        recipient="vanphong@example.invalid",
        subject="Thủ tục mới",
        text="1.000001",
    )


def test_an_alert_is_kept_once_and_waits_until_it_went_out(engine: Engine, run_id: int) -> None:
    with writing(engine) as connection:
        assert outbox.enqueue(connection, message(), run_id=run_id, at=at(22))
        assert not outbox.enqueue(connection, message(), run_id=run_id)
        assert outbox.enqueue(connection, message("k2"), run_id=run_id)
        first, second = outbox.pending(connection)
        assert first.message == message()
        outbox.mark_failed(connection, first.alert_id, "máy chủ thư bận")
        outbox.mark_failed(connection, second.alert_id, "không có địa chỉ", give_up=True)
        (waiting,) = outbox.pending(connection)
        assert (waiting.alert_id, waiting.attempts) == (first.alert_id, 1)
        assert alerts_waiting(connection) == 1
        outbox.mark_sent(connection, first.alert_id, at=at(23))
        assert outbox.pending(connection) == []
        assert not outbox.enqueue(connection, message(), run_id=run_id)
    assert Nights(engine).rows("v_alert", "state", "attempts", "sent_at") == [
        ("sent", 2, as_stored(at(23))),
        ("failed", 1, None),
    ]


def test_what_is_not_the_departments_business_is_remembered_until_it_is_again(engine: Engine) -> None:
    field, code = Exclusion(field="Lao động ngoài nước"), Exclusion(code="1.000001")
    with writing(engine) as connection:
        first = exclusions.exclude(connection, field, actor="Lan", reason="của Sở khác")
        assert exclusions.exclude(connection, field, actor="Minh", reason="lần nữa") == first
        exclusions.exclude(connection, code, actor="Lan", reason="của Bộ")
        assert exclusions.exclusions(connection) == [field, code]
        assert exclusions.include(connection, field, actor="Minh")
        assert not exclusions.include(connection, field, actor="Minh")
        assert exclusions.exclusions(connection) == [code]
        assert exclusions.exclude(connection, field, actor="Lan", reason="vẫn của Sở khác") != first
        for wrong in (Exclusion(), Exclusion(code="1.000001", field="Việc làm")):
            with pytest.raises(InputError, match="đúng một"):
                exclusions.exclude(connection, wrong, actor="Lan", reason="?")


LINE = DecisionLine(
    decision_number="627/QĐ-BNV",
    agency="Bộ Nội vụ",
    decision_date=date(2026, 3, 1),
    effective_date=None,
    due_date=date(2026, 3, 13),
    due_basis="internal",
    new=("1.000002", "1.000001"),
    changed=(),
    repealed=("1.000003",),
    announced=0.5,
    state="pending",
)


def test_a_decision_stands_at_the_stage_of_its_least_advanced_code(engine: Engine, run_id: int) -> None:
    nights = Nights(engine)
    with writing(engine) as connection:
        run_figures.store_decisions(connection, run_id, [LINE])
    (row,) = nights.rows("v_decision")
    assert (row["new"], row["changed"], row["repealed"]) == ('["1.000001", "1.000002"]', "[]", '["1.000003"]')
    assert (row["due_date"], row["announced"], row["stage"]) == ("2026-03-13", 0.5, "new")
    with writing(engine) as connection:
        connection.execute(decision_code.update().values(stage="published"))
        one = decision_code.update().where(decision_code.c.code == "1.000002")
        connection.execute(one.values(stage="drafted"))
    assert nights.rows("v_decision", "stage") == ["drafted"]


def test_what_people_entered_in_the_ledger_outlives_the_next_run(engine: Engine, run_id: int) -> None:
    nights = Nights(engine)
    other = replace(LINE, decision_number="628/QĐ-BNV")
    with writing(engine) as connection:
        run_figures.store_decisions(connection, run_id, [LINE, other])
        line = decision_code.c.decision_number == LINE.decision_number
        connection.execute(
            decision_code.update().where(line, decision_code.c.code == "1.000001").values(stage="drafted")
        )
        run_figures.store_decisions(
            connection, run_id, [replace(LINE, new=(), announced=1.0, state="announced")]
        )
        kept = connection.execute(decision_code.select().order_by(decision_code.c.code)).all()
        assert [(row.code, row.stage) for row in kept] == [("1.000001", "drafted"), ("1.000003", "new")]
        run_figures.store_decisions(connection, run_id, [])
    assert nights.rows("v_decision", "decision_number", "state") == [("627/QĐ-BNV", "announced")]


def test_who_names_what_a_decision_repeals_moves_nothing_that_was_done_about_it(
    engine: Engine, run_id: int
) -> None:
    number, code = LINE.decision_number, "1.000003"
    announced = StageChange(stage="announced", number="12/QĐ-UBND", date=date(2026, 3, 10))
    sent = StageChange(stage="submitted", number="88/TTr-SNV", date=date(2026, 3, 9))
    with writing(engine) as connection:
        run_figures.store_decisions(connection, run_id, [LINE])
        for move in (sent, announced):
            (line,) = ledger.load_lines(connection, number)
            ledger_entries.move(connection, line, {code}, move, "Lan", at=at(22))
        (before,) = ledger.load_lines(connection, number)
        ledger_entries.enter_repeals(connection, number, [code, "1.000009"], "Minh", at=at(23))
        (after,) = ledger.load_lines(connection, number)
        entered = connection.execute(decision_code.select().order_by(decision_code.c.code)).all()
    assert [each for each in after.codes if each.code != "1.000009"] == list(before.codes)
    assert [each.stage for each in after.codes if each.code == "1.000009"] == ["new"]
    assert [(row.code, row.entered_by) for row in entered if row.role == "repealed"] == [
        (code, "Minh"), ("1.000009", "Minh"),
    ]  # fmt: skip
    with writing(engine) as connection:
        ledger_entries.enter_repeals(connection, number, [code], "An", at=at(23))
    told = Nights(engine).rows("v_ledger_event", "subject", "attribute", "to_value", "actor")
    assert [row for row in told if row[1] == "role"] == [
        (f"{number} {code}", "role", "repealed", "Minh"),
        (f"{number} 1.000009", "role", "repealed", "Minh"),
    ]


def test_a_decision_shows_the_provinces_last_announcement(engine: Engine, run_id: int) -> None:
    with writing(engine) as connection:
        run_figures.store_decisions(connection, run_id, [LINE])
        for number, day in (("12/QĐ-UBND", "2026-03-10"), ("15/QĐ-UBND", "2026-03-12")):
            values = {
                "decision_number": LINE.decision_number,
                "code": "1.000001",
                "province_decision_number": number,
                "province_decision_date": day,
            }
            connection.execute(announcement.insert(), values)
    nights = Nights(engine)
    last = nights.rows("v_decision", "province_decision_number", "province_decision_date", "published_on")
    assert last == [("15/QĐ-UBND", "2026-03-12", None)]
    assert len(nights.rows("v_announcement")) == 2


def test_the_counts_of_a_run_are_kept_once(engine: Engine, run_id: int) -> None:
    total = KpiRow(
        level="total",
        procedures=3,
        eligible_full=2,
        online_full=1,
        online_partial=1,
        online_none=1,
        without_reason=0,
        postal=3,
        decentralised=0,
        decentralisation_proposed=0,
        on_national_portal=None,
    )
    with writing(engine) as connection:
        run_figures.store_kpi(connection, run_id, at(22), [total])
        run_figures.store_kpi(connection, run_id, at(22), [total, replace(total, level="province")])
    rows = Nights(engine).rows("v_kpi", "as_of", "level", "procedures", "on_national_portal")
    assert sorted(rows) == [(as_stored(at(22)), "province", 3, None), (as_stored(at(22)), "total", 3, None)]


def test_the_list_of_services_replaces_the_last_one(engine: Engine, run_id: int) -> None:
    first = Service(
        code="1.000001",
        case_code="1.000001.01",
        agency_code="H27",
        agency="UBND tỉnh Hà Tĩnh",
        level="full",
    )
    with writing(engine) as connection:
        run_figures.store_services(connection, run_id, [first, replace(first, case_code="1.000001.02")])
        run_figures.store_services(connection, run_id, [replace(first, level="partial")])
    assert Nights(engine).rows("v_service", "case_code", "level") == [("1.000001.01", "partial")]


def test_what_a_gate_saw_and_threw_out_is_kept(engine: Engine, run_id: int) -> None:
    rows = [
        ValidationRow(
            suite="listing", expectation=f"codes {n}", severity="block", success=ok, observed={"n": n}
        )
        for n, ok in ((1, True), (2, False))
    ]
    record = QuarantinedRecord(
        code=None, stage="extract", rule="wrong_code", reason="mã khác", record={"b": 1, "a": 2}
    )
    with writing(engine) as connection:
        validations.record_validations(connection, run_id, "national", rows)
        bulk_insert(connection, quarantine, [validations.quarantine_row(run_id, "national", record)])
        assert [row["record"] for row in validations.quarantine_of(connection, run_id)] == [{"a": 2, "b": 1}]
        assert validations.last_pass(connection, "national", "listing") is None
        for fingerprint in ("x", "y"):
            validations.store_pass(connection, "national", "listing", fingerprint)
        assert validations.last_pass(connection, "national", "listing") == "y"
    nights = Nights(engine)
    assert nights.rows("v_validation", "success", "observed") == [(1, '{"n": 1}'), (0, '{"n": 2}')]
    assert nights.rows("v_quarantine", "code", "record") == [(None, '{"a": 2, "b": 1}')]


@dataclass(frozen=True)
class Ignored:
    """A finding that was ignored in run 1."""

    finding_id: int
    finding: Finding


@pytest.fixture
def ignored(engine: Engine, run_id: int) -> Ignored:
    finding = nameless(attribute="online_level", catalogue_value="partial", national_value="full")
    with writing(engine) as connection:
        (finding_id,) = found(connection, run_id, finding)
        store.set_status(connection, finding_id, "ignored", actor="Lan", note="theo chỉ đạo")
    return Ignored(finding_id, finding)


def test_an_ignored_one_that_comes_back_with_the_same_values_stays_ignored(
    engine: Engine, run_id: int, ignored: Ignored
) -> None:
    with writing(engine) as connection:
        found(connection, run_id)
        assert store.get_finding(connection, ignored.finding_id)["status"] == "resolved"
        found(connection, run_id, ignored.finding)
        assert store.get_finding(connection, ignored.finding_id)["status"] == "ignored"


def test_an_ignored_one_that_comes_back_with_other_values_is_open(
    engine: Engine, run_id: int, ignored: Ignored
) -> None:
    with writing(engine) as connection:
        found(connection, run_id)
        found(connection, run_id, replace(ignored.finding, national_value="none"))
        assert store.get_finding(connection, ignored.finding_id)["status"] == "open"
    assert (
        "Cổng DVC quốc gia: Toàn trình → Chưa cung cấp trực tuyến"
        in Nights(engine).rows("v_finding_event", "note")[-1]
    )
