"""Retention: once a run, what is older than `[retention]` and `[archive]` allow is deleted.

What was deleted stands on the run's page. Nothing that fails here fails the run: the next one tries again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from procedures.errors import RasoatError
from settings.configuration import Configuration
from steps.database import engine_of
from steps.log import log
from steps.nights.reporting.night_page import page_path, show
from steps.sources.archive import archive_of
from steps.sources.archive_size import prune_due
from warehouse.db import retention
from warehouse.db.engine import reading, writing
from warehouse.sources import runs

UNDO_DAYS = 30
"""How long what people did to findings can be undone."""

_PAGE = re.compile(r"run-(\d+)\.html")


def tidy(configuration: Configuration, run_id: int) -> int:
    """Delete what is too old as of this run, and note on the run's page how much; return the run's id."""
    deleted: dict[str, int] = {}
    problems: list[str] = []
    for part in _PARTS:
        try:
            deleted.update(part(configuration, run_id))
        except (RasoatError, OSError) as error:
            problems.append(str(error))
            log.warning("chưa dọn được dữ liệu quá hạn giữ", reason=str(error))
    deleted = {name: number for name, number in deleted.items() if number}
    if not deleted and not problems:
        return run_id
    log.info("đã dọn dữ liệu quá hạn giữ", **deleted)
    try:
        with writing(engine_of(configuration)) as connection:
            runs.note_tidying(connection, run_id, {**deleted, "problems": problems})
        show(configuration, run_id)
    except RasoatError as error:
        log.warning("chưa ghi được đã dọn những gì", reason=str(error))
    return run_id


def _tidy_warehouse(configuration: Configuration, run_id: int) -> Mapping[str, int]:
    days = configuration.retention
    without_bytes = archive_of(configuration).pruned_snapshots() if days.quarantine_days else frozenset()
    deleted: dict[str, int] = {}
    with writing(engine_of(configuration)) as connection:
        moment = _today(connection, run_id)
        deleted["actions"] = retention.delete_old_actions(connection, moment - timedelta(days=UNDO_DAYS))
        deleted["held"] = retention.delete_overtaken_staging(connection)
        if days.letters_days:
            deleted["letters"] = retention.clear_letters(
                connection, moment - timedelta(days=days.letters_days)
            )
        if days.sign_ins_days:
            deleted["sign_ins"] = retention.delete_sign_in_events(
                connection, moment - timedelta(days=days.sign_ins_days)
            )
        if days.quarantine_days:
            first = retention.first_run_since(connection, moment - timedelta(days=days.quarantine_days))
            deleted["quarantine"] = retention.delete_quarantined(connection, first, without_bytes)
        if days.checks_days:
            first = retention.first_run_since(connection, moment - timedelta(days=days.checks_days))
            deleted["checks"] = retention.delete_passed_outcomes(connection, first)
    return deleted


def _today(connection: Connection, run_id: int) -> datetime:
    """Return the moment from which age counts.

    For a run dated in the future it is the day on which it was carried out; and if the clock has jumped ahead
    since the previous run, that run's day.
    """
    run = runs.get_run(connection, run_id)
    previous = runs.run_before(connection, run_id) or run
    return min(run.as_of, run.started_at, previous.started_at)


def _tidy_pages(configuration: Configuration, run_id: int) -> Mapping[str, int]:
    days = configuration.retention.checks_days
    if not days:
        return {}
    with reading(engine_of(configuration)) as connection:
        first = retention.first_run_since(connection, _today(connection, run_id) - timedelta(days=days))
    return {"pages": _remove_pages(page_path(configuration, run_id).parent, first)}


def _remove_pages(folder: Path, first_kept: int) -> int:
    """Remove the pages of runs before `first_kept`; return how many."""
    removed = 0
    for path in folder.glob("run-*.html"):
        page = _PAGE.fullmatch(path.name)
        if page is not None and int(page[1]) < first_kept:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _tidy_archive(configuration: Configuration, _run_id: int) -> Mapping[str, int]:
    with reading(engine_of(configuration)) as connection:
        pruned = prune_due(configuration, connection)
    if pruned is None:
        return {}
    return {
        "snapshots": len(pruned.snapshots),
        "bodies": pruned.bodies,
        "bytes": pruned.bytes,
        "remaining_bytes": pruned.remaining_bytes,
    }


_PARTS: Final[tuple[Callable[[Configuration, int], Mapping[str, int]], ...]] = (
    _tidy_warehouse,
    _tidy_pages,
    _tidy_archive,
)
