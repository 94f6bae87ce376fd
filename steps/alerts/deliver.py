"""The sending of the outbox: after a run is closed, and between runs."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from alerts.audience import MAIL
from alerts.delivery import DeliveryError, build_mail, send_mail, send_notification, sender_address
from alerts.quiet_hours import is_quiet
from settings.configuration import Configuration
from steps.database import engine_of, open_locked
from steps.log import log
from steps.nights.reporting.data_freshness import freshness_lines
from warehouse.alerts import outbox
from warehouse.alerts.outbox import PendingMessage
from warehouse.db.engine import reading, writing
from warehouse.findings import store
from warehouse.sources.source_status import source_status


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """The result of sending: how many messages were sent, how many still wait."""

    sent: int
    waiting: int


def tell(configuration: Configuration, run_id: int) -> int:
    """Send all waiting messages, of earlier runs too; return the run's id. Failures are logged only."""
    send_waiting(configuration, run_id=run_id)
    return run_id


def send_between_runs(configuration: Configuration) -> DeliveryResult:
    """Send the messages whose pause since the last attempt is over.

    Raises:
        LockedError: a run is under way; it sends by itself.
    """
    with open_locked(configuration):
        return send_waiting(configuration, rested=True)


def send_waiting(
    configuration: Configuration,
    *,
    run_id: int | None = None,
    rested: bool = False,
    at: datetime | None = None,
) -> DeliveryResult:
    """Send the waiting messages, oldest first. Call it under the run lock only.

    Each is marked right after it was accepted: only a crash between the two can send it twice, then with
    the same Message-ID. `rested`: only those whose pause is over; a run tries all.
    """
    now = at or datetime.now(UTC)
    with reading(engine_of(configuration)) as connection:
        pending = outbox.pending(connection)
        due = outbox.pending(connection, due_at=now) if rested else pending
    if not due or is_quiet(configuration, now):
        return DeliveryResult(0, len(pending))
    sent = 0
    failed_channels = set() if configuration.mail else {MAIL}
    for waiting in due:
        if waiting.message.channel in failed_channels:
            continue
        try:
            _send(configuration, waiting, now)
        except (DeliveryError, ValueError, OSError) as error:
            _record_failure(configuration, waiting, str(error), now)
            if isinstance(error, DeliveryError) and error.channel_down:
                failed_channels.add(waiting.message.channel)
        else:
            with writing(engine_of(configuration)) as connection:
                outbox.mark_sent(connection, waiting.alert_id, run_id=run_id, at=now)
            sent += 1
    return DeliveryResult(sent, len(pending) - sent)


def _send(configuration: Configuration, waiting: PendingMessage, now: datetime) -> None:
    message = waiting.message
    if message.channel != MAIL:
        send_notification(configuration.notify_urls, message)
    elif configuration.mail is not None:
        mail = build_mail(message, sender_address(configuration), now, _workbook(configuration, waiting))
        send_mail(configuration.mail, configuration.alerts.ca_file, mail)


def _workbook(configuration: Configuration, waiting: PendingMessage) -> tuple[str, bytes] | None:
    """Return the findings of a digest as a workbook, with its file name."""
    name = waiting.message.attachment
    if name is None:
        return None
    from reports.discrepancies import write_discrepancies  # few letters have a workbook

    with reading(engine_of(configuration)) as connection:
        rows = store.list_by_id(connection, waiting.message.finding_ids)
        notes = freshness_lines(configuration, source_status(connection), waiting.created_at)
    local = waiting.created_at.astimezone(configuration.department.zone)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        write_discrepancies(file, rows, department=configuration.department.name, as_of=local, notes=notes)
        return name, file.read_bytes()


def _record_failure(
    configuration: Configuration, waiting: PendingMessage, reason: str, now: datetime
) -> None:
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
            next_try_at=now + outbox.pause_after(waiting.attempts + 1),
        )
