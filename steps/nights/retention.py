"""Keeps the warehouse from growing for ever: what is older than `[retention]` says goes, once a run."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import structlog

from settings.configuration import Configuration
from steps.database import engine_of
from steps.nights.night_page import page_file
from steps.sources.recorded_inputs import archive_of
from warehouse.db import retention
from warehouse.db.engine import writing
from warehouse.sources import runs

log = structlog.get_logger()

_PAGE = re.compile(r"run-(\d+)\.html")


def tidy(configuration: Configuration, run_id: int) -> int:
    """Forget what is old as of this run, and say in the log what went; gives the run's id.

    A run whose logical time lies in the future counts from the day on which it was carried out; and where
    the clock has run ahead since the run before, from the day of that one.
    """
    days = configuration.retention
    without_bytes = archive_of(configuration).all_pruned() if days.quarantine_days else frozenset()
    told: dict[str, int] = {}
    with writing(engine_of(configuration)) as connection:
        run = runs.get_run(connection, run_id)
        before = runs.run_before(connection, run_id) or run
        moment = min(run.as_of, run.started_at, before.started_at)
        told["held"] = retention.drop_overtaken(connection)
        if days.letters_days:
            told["letters"] = retention.empty_letters(connection, moment - timedelta(days=days.letters_days))
        if days.quarantine_days:
            first = retention.first_run_since(connection, moment - timedelta(days=days.quarantine_days))
            told["quarantine"] = retention.forget_quarantined(connection, first, without_bytes)
        if days.checks_days:
            first = retention.first_run_since(connection, moment - timedelta(days=days.checks_days))
            told["checks"] = retention.forget_passes(connection, first)
    if days.checks_days:
        told["pages"] = _remove_pages(page_file(configuration, run_id).parent, first)
    if any(told.values()):
        log.info("đã dọn dữ liệu quá hạn giữ", **{name: number for name, number in told.items() if number})
    return run_id


def _remove_pages(folder: Path, first_kept: int) -> int:
    """Remove the pages of nights before that run; gives how many. One that will not go ends no night."""
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
