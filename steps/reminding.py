"""The weekly letters over what is open now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from alerts.news import OpenWork
from alerts.reminding import weekly
from alerts.writing import Writer
from procedures.configuration import Configuration
from procedures.findings import Status
from steps.opening import opened
from steps.queueing import item_of, keep_drafts
from steps.telling import Posted, send_waiting
from warehouse import findings, news, outbox
from warehouse.engine import writing

REMINDED = ("reminder", "escalation")
"""Kinds of the weekly letters; a finding counts as reminded of once a day."""


def remind(configuration: Configuration, at: datetime | None = None) -> Posted:
    """Queue this week's letters, where they were not yet, and send what waits.

    Raises:
        LockedError: a run is under way.
    """
    now = at or datetime.now(UTC)
    writer = Writer(configuration.alerts.templates)
    with opened(configuration) as engine:
        with writing(engine) as connection:
            work = open_work(configuration, connection, now)
            drafts = weekly(work, configuration, writer, configuration.local_day(now))
            keep_drafts(connection, drafts, run_id=None, at=now)
        return send_waiting(configuration, at=now)


def open_work(configuration: Configuration, connection: Connection, now: datetime) -> list[OpenWork]:
    """What is open with the divisions: their findings that somebody still has to do something about.

    Reminders of this week do not count yet, so that a second call in it says the same.
    """
    rows = [
        row
        for row in findings.list_findings(connection)
        if row["division"] and row["status"] != Status.IGNORED
    ]
    national = [source.name for source in configuration.sources if source.role == "national"]
    known = news.known_of(connection, {row["code"] for row in rows if row["code"]}, national)
    local = now.astimezone(configuration.department.zone)
    monday = (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    times = outbox.times_told(connection, *REMINDED, before=monday)
    work = []
    for row in rows:
        item = item_of(row, known)
        work.append(
            OpenWork(
                item=item, division=row["division"], due=item.due, reminded=times.get(item.finding_id, 0)
            )
        )
    return work
