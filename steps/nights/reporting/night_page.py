"""The page of a night: the expectations of the gates, the observed values and the results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from procedures.errors import NotFoundError
from procedures.wording.words import count, size_text
from reports.night_page import GateCheck, NightPage, SourceNight, trend_value, write_night
from settings.configuration import Configuration
from steps.database import engine_of, reading_connection
from steps.log import log
from warehouse.db.engine import reading
from warehouse.quality import validation_history, validations
from warehouse.quality.validation_history import CheckRow
from warehouse.sources import runs

TREND_NIGHTS = 14
"""Number of nights in a trend."""

_TIDIED: Mapping[str, str] = {
    "checks": "Kết quả kiểm tra đạt đã quá hạn giữ",
    "pages": "Trang kiểm tra đã quá hạn giữ",
    "quarantine": "Bản ghi cách ly đã quá hạn giữ",
    "letters": "Nội dung thư đã quá hạn giữ",
    "held": "Lần lấy dữ liệu tạm giữ không còn cho qua được",
}
"""What tidying deletes from the database and the reports, by its name in the run's summary."""

Trends = Mapping[tuple[str, str, str], Sequence[float | None]]


def page_path(configuration: Configuration, run_id: int) -> Path:
    """Return the path of a run's page."""
    return configuration.reports / "nights" / f"run-{run_id}.html"


def show(configuration: Configuration, run_id: int) -> int:
    """Write the page of an ended run; return the run's id. A full disk does not fail the night."""
    with reading(engine_of(configuration)) as connection:
        page = _build_page(configuration, connection, run_id)
    try:
        write_night(page_path(configuration, run_id), page)
    except OSError as error:
        log.warning("không ghi được trang kiểm tra", reason=error.strerror)
    return run_id


def night_page(configuration: Configuration, run_id: int | None = None) -> NightPage:
    """Return the page of a run, by default of the last one.

    Raises:
        NotFoundError: there is no such run, or none at all.
    """
    with reading_connection(configuration) as connection:
        if run_id is None:
            last = runs.last_run(connection)
            if last is None:
                raise NotFoundError("Chưa có lần chạy nào")
            run_id = last.run_id
        return _build_page(configuration, connection, run_id)


def _build_page(configuration: Configuration, connection: Connection, run_id: int) -> NightPage:
    run = runs.get_run(connection, run_id)
    in_trend = validation_history.runs_before(connection, run_id, TREND_NIGHTS)
    checks_by_run = validation_history.checks_of_runs(connection, {*in_trend, run_id})
    checks, trends = checks_by_run[run_id], _trends([checks_by_run[each] for each in in_trend])
    snapshots = {row.source: row for row in runs.snapshots_of_run(connection, run_id)}
    quarantined = validations.quarantine_of(connection, run_id)
    sources = list(dict.fromkeys([*snapshots, *(each.source for each in checks)]))
    nights = []
    for source in sources:
        row = snapshots.get(source)
        nights.append(
            SourceNight(
                title=configuration.source_name(source),
                state=None if row is None else row.state,
                reason=None if row is None else row.reason,
                procedures=None if row is None else row.procedures,
                checks=tuple(_check(each, trends) for each in checks if each.source == source),
                quarantine=tuple(_quarantine_entry(each) for each in quarantined if each["source"] == source),
            )
        )
    return NightPage(
        run_id=run_id,
        department=configuration.department.name,
        status=run.status or "failed",
        as_of=run.as_of.astimezone(configuration.department.zone),
        sources=tuple(nights),
        tidied=tuple(_tidied_lines(run.summary.get("tidied", {}))),
    )


def _tidied_lines(tidied: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each thing that was deleted after the run, and for what could not be."""
    if "snapshots" in tidied:
        yield (
            f"Kho lưu: {count(tidied['snapshots'])} lần lấy dữ liệu cũ, "
            f"{count(tidied.get('bodies', 0))} nội dung, "
            f"{size_text(tidied.get('bytes', 0))}; còn lại {size_text(tidied.get('remaining_bytes', 0))}. "
            "Căn cứ của sai lệch và thay đổi còn nguyên."
        )
    for name, words in _TIDIED.items():
        if name in tidied:
            yield f"{words}: {count(tidied[name])}"
    for problem in tidied.get("problems", ()):
        yield f"Chưa dọn được, lần sau làm tiếp: {problem}"


def _trends(nights: Sequence[Sequence[CheckRow]]) -> Trends:
    """Return the number of each expectation in each of the runs; None where a run did not check it."""
    trends: dict[tuple[str, str, str], list[float | None]] = {}
    for index, checks in enumerate(nights):
        for check in checks:
            key = (check.source, check.suite, check.expectation)
            trends.setdefault(key, [None] * len(nights))[index] = trend_value(check.observed)
    return trends


def _check(row: CheckRow, trends: Trends) -> GateCheck:
    return GateCheck(
        suite=row.suite,
        expectation=row.expectation,
        severity=row.severity,
        success=row.success,
        judged_run=row.judged_run,
        observed=row.observed,
        trend=trends.get((row.source, row.suite, row.expectation), ()),
    )


def _quarantine_entry(row: Mapping[str, Any]) -> Mapping[str, Any]:
    name = row["record"].get("name")
    return {column: row[column] for column in ("quarantine_id", "code", "rule", "reason")} | {
        "name": name if isinstance(name, str) else None
    }
