"""Records in quarantine: listed, released, or dismissed for as long as they stay the same."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from procedures.errors import InputError, NotFoundError
from settings.configuration import Configuration
from steps.database import open_locked, reading_connection
from steps.sources.validate import RECORDS
from warehouse.db.engine import reading, writing
from warehouse.quality import decisions, quarantine

COLUMNS = quarantine.COLUMNS
"""Columns of a quarantined record, in this order."""


def list_quarantined(
    configuration: Configuration, source: str | None = None, *, dismissed: bool = False
) -> list[dict[str, Any]]:
    """Return the records now in quarantine, oldest first; with the dismissed ones if `dismissed`."""
    with reading_connection(configuration) as connection:
        rows = quarantine.list_quarantined(connection, source)
    return [row for row in rows if dismissed or row["state"] != "dismissed"]


def release_record(configuration: Configuration, quarantine_id: int, by: str, reason: str) -> dict[str, Any]:
    """Release a record, to be loaded as it is by the next run; return its row.

    Raises:
        NotFoundError: no such record stands in quarantine.
        InputError: it cannot be made a procedure, or no reason is given.
    """
    return _decide(configuration, quarantine_id, "released", by, reason)


def dismiss_record(configuration: Configuration, quarantine_id: int, by: str, reason: str) -> dict[str, Any]:
    """Dismiss a record and hide it while it stays the same; return its row.

    Raises:
        NotFoundError: no such record stands in quarantine.
        InputError: no reason is given.
    """
    return _decide(configuration, quarantine_id, "dismissed", by, reason)


def _decide(
    configuration: Configuration,
    quarantine_id: int,
    state: quarantine.QuarantineDecision,
    by: str,
    reason: str,
) -> dict[str, Any]:
    if not by.strip():
        raise InputError("Cần nêu người thực hiện", "by")
    if not reason.strip():
        raise InputError("Cần nêu lý do", "reason")
    with open_locked(configuration) as engine:
        with reading(engine) as connection:
            rows = {row["quarantine_id"]: row for row in quarantine.list_quarantined(connection)}
        row = rows.get(quarantine_id)
        if row is None:
            raise NotFoundError(f"Không có bản ghi chờ kiểm tra nào mang số {quarantine_id}")
        if state == "released" and row["stage"] != RECORDS:
            raise InputError(
                f"Bản ghi {quarantine_id} không cho qua được ({row['reason']}); chỉ có thể bỏ qua"
            )
        moment = datetime.now(UTC)
        with writing(engine) as connection:
            quarantine.decide(connection, quarantine_id, state, actor=by, reason=reason, at=moment)
            decisions.record_quarantine_event(
                connection, quarantine_id, row["state"], state, actor=by, reason=reason, at=moment
            )
        return row
