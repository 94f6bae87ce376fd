"""What is old is told from what is needed alike on both engines."""

from __future__ import annotations

from sqlalchemy import Engine, select

from procedures.gate_names import UNCHANGED
from procedures.messages import Message
from procedures.office.sign_in_events import SignInEvent, SignInEventKind
from procedures.snapshot import QuarantinedRecord
from tests.warehouse.nights import Nights, at, procedure
from warehouse.alerts import outbox
from warehouse.db import retention
from warehouse.db.bulk import bulk_insert
from warehouse.db.engine import reading, writing
from warehouse.office.sign_in_events import list_events, record_event
from warehouse.quality import validations
from warehouse.quality.validations import ValidationRow
from warehouse.sources import runs
from warehouse.tables.finding_tables import alert
from warehouse.tables.source_tables import quarantine


def outcome(name: str, success: bool = True) -> ValidationRow:
    return ValidationRow(suite="records", expectation=name, severity="flag", success=success)


def test_checks_go_but_for_failures_and_the_last_that_judged(engine: Engine) -> None:
    with writing(engine) as connection:
        numbers = [runs.begin_run(connection, as_of=at(day), kind="sync") for day in range(1, 6)]
        rows = (
            [outcome("a")],
            [outcome("a"), outcome("b", False)],
            [outcome("a")],
            [outcome(UNCHANGED)],
            [outcome(UNCHANGED)],
        )
        for number, outcomes in zip(numbers, rows, strict=True):
            validations.record_validations(connection, number, "national", outcomes)
        assert retention.first_run_since(connection, at(30)) == 0
        first = retention.first_run_since(connection, at(5, 1))
        assert first == numbers[4]
        assert retention.delete_passed_outcomes(connection, first) == 3
        assert retention.delete_passed_outcomes(connection, first) == 0
    kept = Nights(engine).rows("v_validation", "run_id", "expectation")
    assert kept == [(numbers[1], "b"), (numbers[2], "a"), (numbers[4], UNCHANGED)]


def test_records_thrown_out_go_where_their_snapshot_is_overtaken_and_has_no_bytes(engine: Engine) -> None:
    nights = Nights(engine)
    for day in (2, 3, 4):
        nights.night(at(day), procedure("1.000001"))
    with writing(engine) as connection:
        thrown = QuarantinedRecord(
            code="1.000002", stage="records", rule="fee", reason="âm", record={"fee": -1}
        )
        taken = {row.run_id: row.snapshot_id for row in runs.all_snapshots(connection)}
        for run_id, snapshot_id in taken.items():
            row = validations.quarantine_row(run_id, "national", thrown, snapshot_id)
            bulk_insert(connection, quarantine, [row])
        one, two, three = taken
        beyond = three + 1
        assert retention.delete_quarantined(connection, beyond, []) == 0
        assert retention.delete_quarantined(connection, two, taken.values()) == 1
        assert retention.delete_quarantined(connection, beyond, taken.values()) == 1
        assert validations.quarantine_of(connection, one) == []
        assert len(validations.quarantine_of(connection, three)) == 1


def test_letters_on_their_way_keep_their_words(engine: Engine) -> None:
    with writing(engine) as connection:
        for key in ("sent", "given up", "waits", "sent lately"):
            letter = Message(
                dedupe_key=key, kind="digest", channel="mail", recipient="a@example.invalid",
                subject=key, text="lời", html="<p>lời</p>",
            )  # fmt: skip
            outbox.enqueue(connection, letter, run_id=None, at=at(1))
        numbers = {each.message.dedupe_key: each.alert_id for each in outbox.pending(connection)}
        outbox.mark_sent(connection, numbers["sent"], at=at(2))
        outbox.mark_sent(connection, numbers["sent lately"], at=at(9))
        outbox.mark_failed(connection, numbers["given up"], "không có máy chủ", give_up=True)
        assert retention.clear_letters(connection, at(5)) == 2
        assert retention.clear_letters(connection, at(5)) == 0
    with reading(engine) as connection:
        rows = connection.execute(select(alert.c.subject, alert.c.body).order_by(alert.c.alert_id)).all()
    assert dict(rows) == {"sent": "", "given up": "", "waits": "lời", "sent lately": "lời"}


def test_what_was_written_down_of_signing_in_goes_after_its_time(engine: Engine) -> None:
    with writing(engine) as connection:
        for day in (1, 2, 3):
            kind = SignInEventKind.SIGNED_IN
            record_event(connection, SignInEvent(kind, "lan", "Lan", "192.0.2.1", at(day)))
        assert retention.delete_sign_in_events(connection, at(3)) == 2
        assert retention.delete_sign_in_events(connection, at(3)) == 0
        assert [event.at for event in list_events(connection, offset=0, limit=9)[0]] == [at(3)]
