"""Findings: the list, one of them with its three sides, and what people do with them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from procedures.configuration import Configuration
from procedures.errors import ConflictError, InputError
from procedures.registers import FEEDBACK, parse_day
from procedures.text import sort_key
from procedures.words import SIDES, STATUSES, day_text
from reports.discrepancies import write_discrepancies
from review.doors import Analyst, Form, Number, Viewer, configuration_of, field, number_in
from review.finding_view import SIZES, Looked, View, seen_of, view_back
from review.made_files import made_file
from review.render import page
from review.sides import lines, links, three_sides
from steps import accepting, deciding, evidence, registers, working
from steps.listing import data_as_of
from steps.opening import reading_connection
from steps.working import Seen
from warehouse import finding_lists, findings, lives
from warehouse import registers as books
from warehouse import working as desk
from warehouse.texts import from_json

router = APIRouter()

TYPED = ("source", "number", "received", "content")
"""What a citizen's phản ánh, kiến nghị is entered with."""

CHOICES_SECONDS = 60
"""New fields and divisions may be missing from the lists to choose from for so long."""


def today(configuration: Configuration) -> date:
    """The department's calendar day."""
    return configuration.local_day(datetime.now(UTC))


@router.get("/findings")
def listed(request: Request, _person: Viewer, view: Looked) -> Response:
    """The list: filters, counts by status, a page of rows."""
    configuration = configuration_of(request)
    with reading_connection(configuration) as connection:
        found = finding_lists.page(
            connection,
            view.wanted,
            view.sort,
            today(configuration),
            offset=(view.page - 1) * view.size,
            limit=view.size,
        )
        field_names, divisions = _choices(configuration, connection)
    pages = max(1, -(-found.total // view.size))
    return page(
        request,
        "findings.html",
        view=view,
        found=found,
        pages=pages,
        fields=field_names,
        divisions=divisions,
        sources=["catalogue", *(source.name for source in configuration.sources)],
        sizes=SIZES,
        check=request.query_params.get("check") == "all",
        today=today(configuration).isoformat(),
        told=_told(request),
    )


@router.get("/findings/export.xlsx")
def exported(request: Request, _person: Viewer, view: Looked) -> Response:
    """What the filters show, as a workbook."""
    configuration = configuration_of(request)
    with reading_connection(configuration) as connection:
        rows = finding_lists.every(connection, view.wanted, view.sort, today(configuration))
    as_of, notes = data_as_of(configuration)

    def make(file: Path) -> str:
        write_discrepancies(file, rows, department=configuration.department.name, as_of=as_of, notes=notes)
        return f"bang-sai-lech-{as_of:%Y-%m-%d}.xlsx"

    return made_file(".xlsx", make)


@router.get("/findings/{finding_id}")
def shown(request: Request, _person: Viewer, view: Looked, finding_id: Number) -> Response:
    """One finding."""
    return page(request, "finding.html", **_finding(request, view, finding_id), told=_told(request))


@router.post("/findings/{finding_id}/status")
def moved(request: Request, person: Analyst, form: Form, finding_id: Number) -> Response:
    """Confirm, ignore, take up, resolve or reopen; then on to the next of the list."""
    configuration, view = configuration_of(request), view_back(form)
    with reading_connection(configuration) as connection:
        _, after, _, _ = finding_lists.neighbours(
            connection, view.wanted, view.sort, today(configuration), finding_id
        )
    status, note = field(form, "status"), field(form, "note")
    try:
        working.move(configuration, _seen_in(form, finding_id), status, person.name, note or None)
    except ConflictError as error:
        return _conflict(request, view, finding_id, error, STATUSES.get(status, status), note)
    except InputError as error:
        values = _finding(request, view, finding_id) | {"told": None, "wrong": str(error), "said": note}
        return page(request, "finding.html", 400, **values)
    told = urlencode({"moved": finding_id, "to": status})
    return RedirectResponse(
        f"/findings/{after}?{view.query()}&{told}" if after else f"/findings?{view.query()}&{told}",
        status_code=303,
    )


@router.post("/findings/{finding_id}/assign")
def assigned(request: Request, person: Analyst, form: Form, finding_id: Number) -> Response:
    """Give it to a division and a person, with a date."""
    view, day = view_back(form), field(form, "wanted_by")
    note = field(form, "note")
    try:
        working.assign(
            configuration_of(request),
            _seen_in(form, finding_id),
            person.name,
            division=field(form, "division") or None,
            person=field(form, "person") or None,
            wanted_by=parse_day(day, "Hạn") if day else None,
            note=note or None,
        )
    except ConflictError as error:
        what = f"giao {field(form, 'division')} {field(form, 'person')} {day}".strip()
        return _conflict(request, view, finding_id, error, what, note)
    return _back_to(finding_id, view, "assigned")


@router.post("/findings/{finding_id}/accept")
def accepted(request: Request, person: Analyst, form: Form, finding_id: Number) -> Response:
    """Take a portal's value into the catalogue: its next snapshot, which can be undone."""
    configuration, view = configuration_of(request), view_back(form)
    moment, role = datetime.now(configuration.department.zone).replace(microsecond=0), field(form, "role")
    try:
        accepting.accept(configuration, _seen_in(form, finding_id), role, person.name, moment)
    except ConflictError as error:
        wanted = f"lấy giá trị của {SIDES.get(role, role)} vào danh mục"
        return _conflict(request, view, finding_id, error, wanted, "")
    except InputError as error:
        values = _finding(request, view, finding_id) | {"told": None, "wrong": str(error)}
        return page(request, "finding.html", 400, **values)
    return _back_to(finding_id, view, "accepted")


@router.post("/findings/{finding_id}/note")
def noted(request: Request, person: Analyst, form: Form, finding_id: Number) -> Response:
    """Add a word."""
    working.note(configuration_of(request), finding_id, field(form, "note"), person.name)
    return _back_to(finding_id, view_back(form), "noted")


@router.post("/findings/{finding_id}/feedback")
def heard(request: Request, person: Analyst, form: Form, finding_id: Number) -> Response:
    """Enter what a citizen said about it into the register that is kept for that."""
    configuration, view = configuration_of(request), view_back(form)
    typed = {name: field(form, name) for name in TYPED}
    try:
        registers.hear(configuration, finding_id, typed, person.name)
    except InputError as error:
        values = _finding(request, view, finding_id) | {"told": None, "wrong": str(error), "typed": typed}
        return page(request, "finding.html", 400, **values)
    return _back_to(finding_id, view, "heard")


@router.post("/findings/{finding_id}/match")
def matched(request: Request, person: Analyst, form: Form, finding_id: Number) -> Response:
    """Say which code a row without one has."""
    deciding.match(configuration_of(request), finding_id, field(form, "code"), person.name)
    return _back_to(finding_id, view_back(form), "matched")


@router.get("/evidence/{digest}")
def stored(request: Request, _person: Viewer, digest: str) -> Response:
    """The bytes as they were received: plain text to keep, never a page to run."""
    body = evidence.stored_bytes(configuration_of(request), digest)
    return Response(
        body,
        media_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{digest[:16]}.txt"'},
    )


def _finding(request: Request, view: View, finding_id: int) -> dict[str, Any]:
    configuration = configuration_of(request)
    with reading_connection(configuration) as connection:
        row = findings.find(connection, finding_id)
        on_desk = desk.desk_of(connection, finding_id)
        events = desk.history(connection, finding_id)
        before, after, place, length = finding_lists.neighbours(
            connection, view.wanted, view.sort, today(configuration), finding_id
        )
        _, divisions = _choices(configuration, connection)
        versions = lives.versions_of(connection, row["code"]) if row["code"] else []
        heard_of = books.about(connection, FEEDBACK, code=row["code"], finding_id=finding_id)
    told = from_json(row["evidence"])
    standing = {version.source: version for version in reversed(versions)}
    seen = [
        (version, list(evidence.hashes(version.evidence)))
        for version in sorted(standing.values(), key=lambda version: version.source)
    ]
    return {
        "row": row,
        "desk": on_desk,
        "events": events,
        "view": view,
        "before": before,
        "after": after,
        "place": place,
        "length": length,
        "longer": length == finding_lists.REACH,
        "divisions": divisions,
        "heard_of": heard_of,
        "typed": dict.fromkeys(TYPED, "") | {"received": day_text(today(configuration))},
        "sides": three_sides(row),
        "evidence": told,
        "proofs": list(evidence.hashes(told)),
        "seen": seen,
        "links": links(told),
        "lines": lines(told),
        "candidates": told.get("candidates") or [],
        "acceptable": _acceptable(row),
        "today": today(configuration).isoformat(),
        "wrong": None,
        "said": "",
    }


def _acceptable(row: Mapping[str, Any]) -> list[str]:
    """The portals whose value could become the catalogue's."""
    if row["status"] == "resolved" or accepting.attribute_of(row) is None:
        return []
    return [role for role in ("national", "provincial") if row[f"{role}_value"] is not None]


def _choices(configuration: Configuration, connection: Connection) -> tuple[list[str], list[str]]:
    """Fields and divisions to choose from, looked up again after `CHOICES_SECONDS`."""
    kept = _KEPT.get(configuration.database_url)
    if kept is None or time.monotonic() - kept[0] > CHOICES_SECONDS:
        fields_, divisions = finding_lists.choices(connection)
        named = sorted(fields_, key=sort_key), sorted(divisions, key=sort_key)
        kept = _KEPT[configuration.database_url] = (time.monotonic(), named)
    return kept[1]


_KEPT: dict[str, tuple[float, tuple[list[str], list[str]]]] = {}


def _conflict(
    request: Request, view: View, finding_id: int, error: ConflictError, wanted: str, note: str
) -> Response:
    values = _finding(request, view, finding_id)
    return page(request, "conflict.html", 409, **values, words=str(error), wanted=wanted, note=note)


def _seen_in(form: FormData, finding_id: int) -> Seen:
    return seen_of(f"{finding_id}:{field(form, 'version')}")


def _back_to(finding_id: int, view: View, told: str) -> Response:
    query = "&".join(filter(None, (view.query(), f"told={told}")))
    return RedirectResponse(f"/findings/{finding_id}?{query}", status_code=303)


TOLD: Mapping[str, str] = {
    "assigned": "Đã ghi việc giao.",
    "accepted": "Danh mục đã lấy giá trị của cổng; hoàn tác được ở trang của lần chạy vừa rồi.",
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
