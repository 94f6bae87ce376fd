"""The first page: whether last night's data is complete, what happened, what is due, and the figures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from procedures.dates.run_dates import is_dated_ahead
from procedures.findings import CATALOGUE
from procedures.indicators import COUNT_NAMES, known_count
from procedures.office.owners import is_postponed
from procedures.wording.words import age_text
from review.charts import Point, line_chart
from review.form_fields import FormRoute
from review.security import Viewer, configuration_of
from review.templating import render_page
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.nights.data_freshness import NEVER_COMPLETE, complete_until, portal_statuses
from steps.nights.run_dates import wrong_dates
from steps.office.indicators import TARGET_PERCENT
from warehouse.db.column_values import from_day
from warehouse.findings import trends
from warehouse.sources import runs, source_status
from warehouse.sources.source_status import SourceStatus
from warehouse.sources.withdrawn_rows import WITHDRAWN

router = APIRouter(route_class=FormRoute)

MAX_DECISIONS = 10
"""Decisions on the first page; the rest is one click away."""

MAX_NIGHTS = 60
"""Runs of a chart."""

STALE_HOURS = 36
"""Data older than this is not from last night."""


@router.get("/")
def overview(request: Request, _person: Viewer) -> Response:
    """Show the morning's page."""
    configuration = configuration_of(request)
    now = datetime.now(UTC)
    with reading_connection(configuration) as connection:
        sources = source_status.source_status(connection)
        wrong = wrong_dates(configuration, connection, now)
        last = next(
            (
                run
                for run in reversed(runs.all_runs(connection))
                if run.kind == "sync" and run.status not in (None, WITHDRAWN)
            ),
            None,
        )
        changes = trends.change_counts(connection, last.run_id) if last else {}
        counts = runs.count_findings(connection, last.run_id) if last else {}
        waiting, announcements = trends.waiting_announcements(connection, MAX_DECISIONS)
        open_now = trends.open_counts(connection)
        figures = trends.kpi_rows(connection, MAX_NIGHTS)
        days = trends.daily_counts(connection, MAX_NIGHTS)
    portal_sources = portal_statuses(sources)
    return render_page(
        request,
        "nights/overview.html",
        sources=sources,
        ages={each.source: _age(each, now) for each in sources},
        stale={each.source: _is_stale(each, now) for each in sources},
        wrong=wrong,
        complete=bool(portal_sources)
        and not wrong
        and all(each.last_state == "complete" and not _is_stale(each, now) for each in portal_sources),
        as_of=complete_until(sources),
        never=NEVER_COMPLETE,
        last=last,
        changes=changes,
        counts=counts,
        waiting=[_waiting_decision(each, configuration.local_day(now)) for each in waiting],
        announcements=announcements,
        open_now=open_now,
        figures=_latest(figures),
        charts=_charts(configuration, figures, days),
        goal=TARGET_PERCENT,
    )


def _age(source: SourceStatus, now: datetime) -> str:
    if source.last_complete_as_of is None:
        return "chưa có lần nào đủ"
    return age_text(now - source.last_complete_as_of)


def _is_stale(source: SourceStatus, now: datetime) -> bool:
    if source.last_complete_as_of is not None and is_dated_ahead(source.last_complete_as_of, now):
        return True
    if source.source == CATALOGUE:
        return False
    if source.last_complete_as_of is None:
        return True
    return (now - source.last_complete_as_of).total_seconds() > STALE_HOURS * 3600


def _waiting_decision(row: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Return a decision of the ledger with the days left as `left`: negative when past its date.

    None where nobody is held to the date. `is_postponed`: its division was given more time, or has answered.
    """
    due = from_day(row["due_date"])
    numbers = {name: len(json.loads(row[name])) for name in ("new", "changed", "repealed")}
    return {
        **row,
        **numbers,
        "left": (due - today).days if due is not None and row["counts"] else None,
        "put_off": is_postponed(
            from_day(row["extended_until"]), today, replied=row["replied_at"] is not None
        ),
    }


def _latest(figures: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the counts of the last run; None for what no procedure of a level states."""
    last = [row for row in figures if row["run_id"] == figures[-1]["run_id"]] if figures else []
    return [{**row, **{name: known_count(row, name) for name in COUNT_NAMES}} for row in last]


def _charts(
    configuration: Configuration,
    figures: Sequence[Mapping[str, Any]],
    days: Sequence[tuple[int, str, int, int]],
) -> list[tuple[str, Any]]:
    def day(moment: str) -> str:
        return f"{datetime.fromisoformat(moment).astimezone(configuration.department.zone):%d/%m}"

    totals = [row for row in figures if row["level"] == "total"]
    charts = []
    for title, name in (
        ("Thủ tục trong danh mục", "procedures"),
        ("Trực tuyến toàn trình", "online_full"),
        ("Trực tuyến một phần", "online_partial"),
        ("Qua bưu chính công ích", "postal"),
        ("Có trên Cổng DVC quốc gia", "on_national_portal"),
    ):
        values = ((row, known_count(row, name)) for row in totals)
        points = [Point(day(row["as_of"]), value) for row, value in values if value is not None]
        charts.append((title, line_chart(title, points)))
    shares = [
        Point(day(row["as_of"]), round(100 * row["decentralised"] / row["procedures"], 1))
        for row in figures
        if row["level"] == "province" and row["procedures"] and known_count(row, "decentralised") is not None
    ]
    title = f"Đã phân cấp (% thủ tục cấp tỉnh, mục tiêu {TARGET_PERCENT})"
    charts.append((title, line_chart(title, shares, limit=TARGET_PERCENT)))
    charts.append(
        (
            "Sai lệch mới mỗi lần chạy",
            line_chart("Sai lệch mới", [Point(day(at), new) for _, at, new, _ in days]),
        )
    )
    charts.append(
        (
            "Sai lệch hết mỗi lần chạy",
            line_chart("Sai lệch hết", [Point(day(at), old) for _, at, _, old in days]),
        )
    )
    return [(title, chart) for title, chart in charts if chart]
