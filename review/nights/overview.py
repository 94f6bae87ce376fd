"""The first page: whether the data is whole and recent, what is new, what is due, and the figures."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, BackgroundTasks, Request
from markupsafe import Markup
from starlette.responses import Response

from procedures.dates.run_dates import is_dated_ahead
from procedures.errors import LockedError, WarehouseError
from procedures.findings import CATALOGUE
from procedures.indicators import COUNT_NAMES, known_count
from procedures.office.visits import Visit
from procedures.wording.words import age_text
from review.announcements.ledger_rows import line_of_waiting
from review.charts import Point, change_words, line_chart
from review.form_fields import FormRoute
from review.nights.changes import changes_address
from review.security import Viewer, configuration_of
from review.templating import render_page
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.nights import morning
from steps.nights.reporting.data_freshness import (
    NEVER_COMPLETE,
    STALE_AFTER,
    complete_until,
    missed_since,
    portal_statuses,
)
from steps.nights.run_dates import wrong_dates
from steps.office.indicators import TARGET_PERCENT
from warehouse.findings import trends
from warehouse.sources import procedure_search, source_status
from warehouse.sources.source_status import SourceStatus

router = APIRouter(route_class=FormRoute)

MAX_DECISIONS = 10
"""Decisions on the first page; the rest is one click away."""

MAX_NIGHTS = 60
"""Runs of a chart."""

_VISIT_LOCK = threading.Lock()


@router.get("/")
def overview(request: Request, person: Viewer, background: BackgroundTasks) -> Response:
    """Show the morning's page to a person, and remember that they looked."""
    configuration = configuration_of(request)
    now = datetime.now(UTC)
    today = configuration.local_day(now)
    with reading_connection(configuration) as connection:
        visit = morning.current_visit(connection, person.name, now)
        sources = source_status.source_status(connection)
        wrong = wrong_dates(configuration, connection, now)
        missed = missed_since(connection, now)
        news = morning.news(connection, visit.since, today)
        work = morning.due_work(connection, today)
        waiting, announcements = trends.waiting_announcements(connection, MAX_DECISIONS)
        open_now = trends.open_counts(connection)
        figures = trends.kpi_rows(connection, MAX_NIGHTS)
        days = trends.daily_counts(connection, MAX_NIGHTS)
        procedures = procedure_search.count_by_source(connection)
    background.add_task(_store_visit, configuration, person.name, visit)
    portal_sources = portal_statuses(sources)
    return render_page(
        request,
        "nights/overview.html",
        sources=sources,
        procedures=procedures,
        ages={each.source: _age(each, now) for each in sources},
        stale={each.source: _is_stale(each, now) for each in sources},
        wrong=wrong,
        missed=missed,
        missed_age=age_text(now - missed) if missed else "",
        complete=bool(portal_sources)
        and not wrong
        and missed is None
        and all(each.last_state == "complete" and not _is_stale(each, now) for each in portal_sources),
        as_of=complete_until(sources),
        never=NEVER_COMPLETE,
        news=news,
        changes_address=changes_address,
        work=work,
        waiting=[line_of_waiting(each, today) for each in waiting],
        announcements=announcements,
        open_now=open_now,
        figures=_latest(figures),
        listed=_list_address,
        charts=_charts(configuration, figures, days),
        goal=TARGET_PERCENT,
    )


def _store_visit(configuration: Configuration, person: str, visit: Visit) -> None:
    """Remember a look; one at a time, so that a night that writes stops no reader, nor a read-only copy."""
    if not _VISIT_LOCK.acquire(blocking=False):
        return
    try:
        morning.store_visit(configuration, person, visit)
    except (WarehouseError, LockedError):
        return  # the next look tries again
    finally:
        _VISIT_LOCK.release()


def _list_address(level: str, count: str = "") -> str:
    """Return the address of the list behind a figure of the catalogue."""
    query = {"level": "" if level == "total" else level, "count": count}
    chosen = {name: value for name, value in query.items() if value} or {"source": CATALOGUE}
    return f"/procedures?{urlencode(chosen)}"


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
    return now - source.last_complete_as_of > STALE_AFTER


def _latest(figures: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the counts of the last run; None for what no procedure of a level states."""
    last = [row for row in figures if row["run_id"] == figures[-1]["run_id"]] if figures else []
    return [{**row, **{name: known_count(row, name) for name in COUNT_NAMES}} for row in last]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A figure over the nights: drawn, or while there are few its last number with its change in words."""

    title: str
    address: str
    chart: Markup
    last: float
    change: str


def _charts(
    configuration: Configuration,
    figures: Sequence[Mapping[str, Any]],
    days: Sequence[tuple[int, str, int, int]],
) -> list[Course]:
    def day(moment: str) -> str:
        return f"{datetime.fromisoformat(moment).astimezone(configuration.department.zone):%d/%m}"

    totals = [row for row in figures if row["level"] == "total"]
    courses = []
    for title, name in (
        ("Thủ tục trong danh mục", "procedures"),
        ("Trực tuyến toàn trình", "online_full"),
        ("Trực tuyến một phần", "online_partial"),
        ("Qua bưu chính công ích", "postal"),
        ("Có trên Cổng DVC quốc gia", "on_national_portal"),
    ):
        values = ((row, known_count(row, name)) for row in totals)
        points = [Point(day(row["as_of"]), value) for row, value in values if value is not None]
        courses += _course(title, _list_address("total", "" if name == "procedures" else name), points)
    shares = [
        Point(day(row["as_of"]), round(100 * row["decentralised"] / row["procedures"], 1))
        for row in figures
        if row["level"] == "province" and row["procedures"] and known_count(row, "decentralised") is not None
    ]
    title = f"Đã phân cấp (% thủ tục cấp tỉnh, mục tiêu {TARGET_PERCENT})"
    courses += _course(title, "/decentralisation", shares, limit=TARGET_PERCENT)
    last_run = f"/runs/{days[-1][0]}" if days else "/runs"
    courses += _course("Sai lệch mới mỗi lần chạy", last_run, [Point(day(at), new) for _, at, new, _ in days])
    courses += _course("Sai lệch hết mỗi lần chạy", last_run, [Point(day(at), old) for _, at, _, old in days])
    return courses


def _course(title: str, address: str, points: Sequence[Point], limit: float | None = None) -> list[Course]:
    """Return the course of a figure, in a list; an empty one where no night knows it."""
    if not points:
        return []
    chart = line_chart(title, points, limit)
    return [
        Course(title=title, address=address, chart=chart, last=points[-1].value, change=change_words(points))
    ]
