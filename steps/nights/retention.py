"""Retention: once a run, what is older than `[retention]` allows is deleted."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import structlog

from settings.configuration import Configuration
from steps.database import engine_of
from steps.nights.night_page import page_path
from steps.sources.recorded_inputs import archive_of
from warehouse.db import retention
from warehouse.db.engine import writing
from warehouse.sources import runs

log = structlog.get_logger()

UNDO_DAYS = 30
"""How long what people did to findings can be undone."""

_PAGE = re.compile(r"run-(\d+)\.html")


def tidy(configuration: Configuration, run_id: int) -> int:
    """Delete what is too old as of this run and log how much; return the run's id.

    For a run dated in the future, age counts from the day on which it was carried out; and if the clock
    has jumped ahead since the previous run, from that run's day.
    """
    days = configuration.retention
    without_bytes = archive_of(configuration).pruned_snapshots() if days.quarantine_days else frozenset()
    deleted: dict[str, int] = {}
    with writing(engine_of(configuration)) as connection:
        run = runs.get_run(connection, run_id)
        previous = runs.run_before(connection, run_id) or run
        moment = min(run.as_of, run.started_at, previous.started_at)
        deleted["actions"] = retention.delete_old_actions(connection, moment - timedelta(days=UNDO_DAYS))
        deleted["held"] = retention.delete_overtaken_staging(connection)
        if days.letters_days:
            deleted["letters"] = retention.clear_letters(
                connection, moment - timedelta(days=days.letters_days)
            )
        if days.quarantine_days:
            first = retention.first_run_since(connection, moment - timedelta(days=days.quarantine_days))
            deleted["quarantine"] = retention.delete_quarantined(connection, first, without_bytes)
        if days.checks_days:
            first = retention.first_run_since(connection, moment - timedelta(days=days.checks_days))
            deleted["checks"] = retention.delete_passed_outcomes(connection, first)
    if days.checks_days:
        deleted["pages"] = _remove_pages(page_path(configuration, run_id).parent, first)
    if any(deleted.values()):
        log.info("đã dọn dữ liệu quá hạn giữ", **{name: number for name, number in deleted.items() if number})
    return run_id


def _remove_pages(folder: Path, first_kept: int) -> int:
    """Remove the pages of runs before `first_kept`; return how many. A failure does not fail the night."""
    removed = 0
    for path in folder.glob("run-*.html"):
        page = _PAGE.fullmatch(path.name)
        if page is not None and int(page[1]) < first_kept:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                log.warning("không dọn được trang kiểm tra", file=path.name, reason=error.strerror)
                continue
            removed += 1
    return removed
