"""The weekly letters about open work: duties of the ledger, and findings of a division."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection

from alerts.letters import LetterWriter
from alerts.news import NewsItem, OpenWork
from alerts.reminders import weekly_messages
from procedures.findings import FindingKind, FindingStatus, Severity
from procedures.office.owners import due_reminder
from procedures.office.stages import STAGE_WORDS, least_advanced
from settings.configuration import Configuration
from steps.alerts.deliver import DeliveryResult, send_waiting
from steps.alerts.queue_alerts import news_item
from steps.announcements.obligations import HandledDecisions
from steps.database import open_locked
from steps.nights.dated_lines import load_lines
from warehouse.alerts import news_queries, outbox
from warehouse.announcements import ledger
from warehouse.db.engine import writing
from warehouse.findings import store
from warehouse.office import duties
from warehouse.office.duties import StoredDuty

REMINDER_KINDS = ("reminder", "escalation")
"""Kinds of the weekly letters; a finding counts as reminded once a day."""

REMINDER_ACTOR = "thư nhắc việc"
"""The actor of reminders in the ledger."""


def remind(configuration: Configuration, at: datetime | None = None) -> DeliveryResult:
    """Queue this week's letters, if not queued yet, and send what waits.

    A reminder or an escalation to a leader is recorded in the ledger with its letter.

    Raises:
        LockedError: a run is under way.
    """
    now = at or datetime.now(UTC)
    writer = LetterWriter(configuration.alerts.templates)
    today = configuration.local_day(now)
    with open_locked(configuration) as engine:
        with writing(engine) as connection:
            duties_by_key = {_fingerprint(each): each for each in duties.list_duties(connection)}
            open_work = [
                *duty_work(configuration, connection, duties_by_key, today),
                *finding_work(configuration, connection, now),
            ]
            reminded: set[str] = set()
            escalated: set[str] = set()
            for message in weekly_messages(open_work, configuration, writer, today):
                if outbox.enqueue(connection, message, run_id=None, at=now):
                    (escalated if message.kind == "escalation" else reminded).update(message.fingerprints)
            _record_reminders(configuration, connection, duties_by_key, reminded, escalated, now)
        return send_waiting(configuration, at=now)


def duty_work(
    configuration: Configuration, connection: Connection, duties_by_key: Mapping[str, StoredDuty], today: date
) -> list[OpenWork]:
    """Return the open duties of divisions in the ledger."""
    lines = {line.decision_number: line for line in load_lines(connection, configuration.in_role("national"))}
    work = []
    for fingerprint, stored in duties_by_key.items():
        duty = stored.duty
        line = lines.get(duty.subject) if stored.subject_kind == ledger.DECISION else None
        stage = least_advanced({code.code: code.stage for code in line.own_codes}) if line else None
        item = NewsItem(
            finding_id=0,
            fingerprint=fingerprint,
            kind=FindingKind.NEW_FROM_MINISTRY,
            severity=Severity.HIGH,
            name=f"Quyết định số {duty.subject}" if line else duty.subject,
            due=duty.due,
            decision_number=duty.subject if line else None,
        )
        work.append(
            OpenWork(
                item=item,
                division=duty.owner.division,
                due=duty.due,
                extended_until=duty.extended_until,
                reminders=duty.reminders,
                replied=duty.replied,
                what=f"Tham mưu công bố, {STAGE_WORDS[stage]}" if stage else "Việc được giao",
                escalate=due_reminder(duty, today, configuration.department.swapped_days) == "escalate",
            )
        )
    return work


def finding_work(configuration: Configuration, connection: Connection, now: datetime) -> list[OpenWork]:
    """Return the findings of divisions that still need work.

    An overdue decision that was owned is a duty instead; one that a person declared handled is left out.
    Reminders of this week do not count yet, so that a second call in the same week returns the same.
    """
    owned = {
        each.duty.subject for each in duties.list_duties(connection) if each.subject_kind == ledger.DECISION
    }
    claims = HandledDecisions.load(connection)
    rows = [
        row
        for row in store.list_findings(connection)
        if row["division"]
        and not claims.covers(row)
        and row["status"] != FindingStatus.IGNORED
        and not (row["kind"] == FindingKind.ANNOUNCEMENT_OVERDUE and row["national_value"] in owned)
    ]
    national = configuration.in_role("national")
    known = news_queries.details_of(connection, {row["code"] for row in rows if row["code"]}, national)
    local = now.astimezone(configuration.department.zone)
    monday = (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    times = outbox.days_reported(connection, *REMINDER_KINDS, before=monday)
    deadlines = store.deadlines(connection)
    work = []
    for row in rows:
        item = news_item(row, known)
        work.append(
            OpenWork(
                item=item,
                division=row["division"],
                due=deadlines.get(item.finding_id),
                reminders=times.get(item.finding_id, 0),
            )
        )
    return work


def _record_reminders(
    configuration: Configuration,
    connection: Connection,
    duties_by_key: Mapping[str, StoredDuty],
    reminded: set[str],
    escalated: set[str],
    now: datetime,
) -> None:
    today = configuration.local_day(now)
    for fingerprint, stored in duties_by_key.items():
        action = due_reminder(stored.duty, today, configuration.department.swapped_days)
        if (action == "escalate" and fingerprint in escalated) or (
            action == "remind" and fingerprint in reminded | escalated
        ):
            duties.record_reminder(connection, stored, action, today, REMINDER_ACTOR, at=now)


def _fingerprint(stored: StoredDuty) -> str:
    return f"duty:{stored.duty_id}"
