"""Findings: the list, one of them with its three sides, and what people do with them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import Response

from procedures.text import sort_key
from procedures.wording.words import STATUSES, day_text
from procedures.workbook_layout.registers import FEEDBACK
from reports.discrepancies import write_discrepancies
from review.downloads import made_file
from review.findings.list_view import SIZES, Looked, View
from review.findings.sides import lines, links, three_sides
from review.forms import FormRoute
from review.security import Number, Viewer, configuration_of, number_in
from review.templating import page
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.findings import accept_value
from steps.findings.finding_queries import data_as_of
from steps.findings.taken_values import as_taken, taken
from steps.office import divisions
from steps.sources import archived_evidence
from warehouse.db.column_values import from_json
from warehouse.findings import queries, store
from warehouse.findings import triage as desk
from warehouse.office import registers as books
from warehouse.sources import procedure_search

router = APIRouter(route_class=FormRoute)

CHOICES_SECONDS = 60
"""New fields and divisions may be missing from the lists to choose from for so long."""


def today(configuration: Configuration) -> date:
    """The department's calendar day."""
    return configuration.local_day(datetime.now(UTC))


@router.get("/findings")
def listed(request: Request, _person: Viewer, view: Looked) -> Response:
    """The list: filters, counts by status, a page of rows."""
    return list_page(request, view, told=_told(request))


def list_page(request: Request, view: View, *, told: str | None = None) -> Response:
    """The page of the list as it is looked at."""
    configuration = configuration_of(request)
    with reading_connection(configuration) as connection:
        found = queries.page(
            connection,
            view.wanted,
            view.sort,
            today(configuration),
            offset=(view.page - 1) * view.size,
            limit=view.size,
        )
        field_names, named = _choices(configuration, connection)
        done = taken(connection, found.rows)
    pages = max(1, -(-found.total // view.size))
    return page(
        request,
        "findings/findings.html",
        view=view,
        found=found,
        taken=done,
        pages=pages,
        fields=field_names,
        divisions=named,
        sources=["catalogue", *(source.name for source in configuration.sources)],
        sizes=SIZES,
        check=request.query_params.get("check") == "all",
        today=today(configuration).isoformat(),
        told=told,
    )


@router.get("/findings/export.xlsx")
def exported(request: Request, _person: Viewer, view: Looked) -> Response:
    """What the filters show, as a workbook."""
    configuration = configuration_of(request)
    with reading_connection(configuration) as connection:
        found = queries.every(connection, view.wanted, view.sort, today(configuration))
        done = taken(connection, found)
    rows = [as_taken(row, done.get(row["finding_id"])) for row in found]
    as_of, notes = data_as_of(configuration)

    def make(file: Path) -> str:
        write_discrepancies(file, rows, department=configuration.department.name, as_of=as_of, notes=notes)
        return f"bang-sai-lech-{as_of:%Y-%m-%d}.xlsx"

    return made_file(".xlsx", make)


@router.get("/findings/{finding_id}")
def shown(request: Request, _person: Viewer, view: Looked, finding_id: Number) -> Response:
    """One finding."""
    return page(
        request, "findings/finding.html", **finding_values(request, view, finding_id), told=_told(request)
    )


@router.get("/evidence/{digest}")
def stored(request: Request, _person: Viewer, digest: str) -> Response:
    """The bytes as they were received: plain text to keep, never a page to run."""
    body = archived_evidence.stored_bytes(configuration_of(request), digest)
    return Response(
        body,
        media_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{digest[:16]}.txt"'},
    )


def finding_values(request: Request, view: View, finding_id: int) -> dict[str, Any]:
    """All that the page of one finding tells.

    Raises:
        UnknownThingError: there is none.
    """
    configuration = configuration_of(request)
    with reading_connection(configuration) as connection:
        row = store.find(connection, finding_id)
        its = taken(connection, [row]).get(finding_id)
        acceptable = accept_value.offered(configuration, connection, row)
        on_desk = desk.desk_of(connection, finding_id)
        events = desk.history(connection, finding_id)
        before, after, place, length = queries.neighbours(
            connection, view.wanted, view.sort, today(configuration), finding_id
        )
        versions = procedure_search.versions_of(connection, row["code"]) if row["code"] else []
        heard_of = books.about(connection, FEEDBACK, code=row["code"], finding_id=finding_id)
    told = from_json(row["evidence"])
    standing = {version.source: version for version in reversed(versions)}
    seen = [
        (version, list(archived_evidence.hashes(version.evidence)))
        for version in sorted(standing.values(), key=lambda version: version.source)
    ]
    return {
        "row": row,
        "taken": its,
        "desk": on_desk,
        "events": events,
        "view": view,
        "before": before,
        "after": after,
        "place": place,
        "length": length,
        "longer": length == queries.REACH,
        "divisions": divisions.known(configuration),
        "heard_of": heard_of,
        "received": day_text(today(configuration)),
        "sides": three_sides(as_taken(row, its)),
        "evidence": told,
        "proofs": list(archived_evidence.hashes(told)),
        "seen": seen,
        "links": links(told),
        "lines": lines(told),
        "candidates": told.get("candidates") or [],
        "acceptable": acceptable,
        "today": today(configuration).isoformat(),
    }


def _choices(configuration: Configuration, connection: Connection) -> tuple[list[str], list[str]]:
    """Fields and divisions to choose from, looked up again after `CHOICES_SECONDS`."""
    kept = _KEPT.get(configuration.database_url)
    if kept is None or time.monotonic() - kept[0] > CHOICES_SECONDS:
        fields_, divisions = queries.choices(connection)
        named = sorted(fields_, key=sort_key), sorted(divisions, key=sort_key)
        kept = _KEPT[configuration.database_url] = (time.monotonic(), named)
    return kept[1]


_KEPT: dict[str, tuple[float, tuple[list[str], list[str]]]] = {}


TOLD: Mapping[str, str] = {
    "assigned": "Đã ghi việc giao.",
    "accepted": "Danh mục đã lấy giá trị của cổng.",
    "undone": "Đã hoàn tác: dòng của danh mục trở lại như trước.",
    "noted": "Đã thêm ghi chú.",
    "heard": "Đã ghi vào sổ Phản ánh, kiến nghị.",
    "matched": "Đã ghi nhớ mã.",
}


def _told(request: Request) -> str | None:
    """What the last action did, as the address says; only words of ours."""
    given = request.query_params
    moved, done, refused = (number_in(given.get(name, "")) for name in ("moved", "done", "refused"))
    if moved is not None and given.get("to") in STATUSES:
        return f"Sai lệch {moved}: đã chuyển sang “{STATUSES[given['to']]}”."
    if done is not None:
        words = f"Đã đổi {done} sai lệch."
        if refused:
            words += f" {refused} sai lệch vừa có người khác thay đổi, được giữ nguyên."
        return words + _stayed(given)
    return TOLD.get(given.get("told", ""))


def _stayed(given: Mapping[str, str]) -> str:
    """Which findings were left alone because they had the status already."""
    count = number_in(given.get("stayed", ""))
    numbers = [number_in(each) for each in given.get("named", "").split(",")]
    if count is None or None in numbers:
        return ""
    more = ", …" if count > len(numbers) else ""
    named = ", ".join(map(str, numbers))
    return f" {count} sai lệch vốn đã ở trạng thái đó, được giữ nguyên: số {named}{more}."
