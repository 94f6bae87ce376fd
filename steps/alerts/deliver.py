"""The sending of the outbox: after a run is closed, and between runs."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from alerts.audience import MAIL, is_quiet
from alerts.sending import Undelivered, mail_of, notify, send_mail, sender_of
from reports.discrepancies import write_discrepancies
from settings.configuration import Configuration
from steps.database import engine_of, opened
from steps.nights.data_freshness import data_lines
from warehouse.alerts import outbox
from warehouse.alerts.outbox import Waiting
from warehouse.db.engine import reading, writing
from warehouse.findings import store
from warehouse.sources.source_status import source_status

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Posted:
    """The result of sending: how many messages were sent, how many still wait."""

    sent: int
    waiting: int


def tell(configuration: Configuration, run_id: int) -> int:
    """Send all waiting messages, of earlier runs too; return the run's id. Failures are logged only."""
    send_waiting(configuration, run_id=run_id)
    return run_id


def send_between_runs(configuration: Configuration) -> Posted:
    """Send the messages whose pause since the last attempt is over.

    Raises:
        LockedError: a run is under way; it sends by itself.
    """
    with opened(configuration):
        return send_waiting(configuration, rested=True)


def send_waiting(
    configuration: Configuration,
    *,
    run_id: int | None = None,
    rested: bool = False,
    at: datetime | None = None,
) -> Posted:
    """Send the waiting messages, oldest first. Call it under the run lock only.

    Each is marked right after it was accepted: only a crash between the two can send it twice, then with
    the same Message-ID. `rested`: only those whose pause is over; a run tries all.
    """
    now = at or datetime.now(UTC)
    with reading(engine_of(configuration)) as connection:
        pending = outbox.pending(connection)
        due = outbox.pending(connection, due_at=now) if rested else pending
    if not due or is_quiet(configuration, now):
        return Posted(0, len(pending))
    sent = 0
    failed_channels = set() if configuration.mail else {MAIL}
    for waiting in due:
        if waiting.message.channel in failed_channels:
            continue
        try:
            _send(configuration, waiting, now)
        except (Undelivered, ValueError, OSError) as error:
            _record_failure(configuration, waiting, str(error), now)
            if isinstance(error, Undelivered) and error.everything:
                failed_channels.add(waiting.message.channel)
        else:
            with writing(engine_of(configuration)) as connection:
                outbox.mark_sent(connection, waiting.alert_id, run_id=run_id, at=now)
            sent += 1
    return Posted(sent, len(pending) - sent)


def _send(configuration: Configuration, waiting: Waiting, now: datetime) -> None:
    message = waiting.message
    if message.channel != MAIL:
        notify(configuration.notify_urls, message)
    elif configuration.mail is not None:
        mail = mail_of(message, sender_of(configuration), now, _workbook(configuration, waiting))
        send_mail(configuration.mail, configuration.alerts.ca_file, mail)


def _workbook(configuration: Configuration, waiting: Waiting) -> tuple[str, bytes] | None:
    """Return the findings of a digest as a workbook, with its file name."""
    name = waiting.message.attachment
    if name is None:
        return None
    with reading(engine_of(configuration)) as connection:
        rows = store.of_ids(connection, waiting.message.finding_ids)
        notes = data_lines(configuration, source_status(connection), waiting.created_at)
    local = waiting.created_at.astimezone(configuration.department.zone)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        write_discrepancies(file, rows, department=configuration.department.name, as_of=local, notes=notes)
        return name, file.read_bytes()


def _record_failure(configuration: Configuration, waiting: Waiting, reason: str, now: datetime) -> None:
    give_up = outbox.is_given_up(waiting, now)
    log.warning(
        "thôi gửi thư" if give_up else "chưa gửi được thư",
        recipient=waiting.message.recipient,
        reason=reason,
        attempts=waiting.attempts + 1,
    )
    with writing(engine_of(configuration)) as connection:
        outbox.mark_failed(
            connection,
            waiting.alert_id,
            reason,
            give_up=give_up,
            next_try_at=now + outbox.rest_after(waiting.attempts + 1),
        )
