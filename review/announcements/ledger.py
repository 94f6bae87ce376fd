"""The announcement ledger and the duties that follow from it: shown, moved on, extended, answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, get_args
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from procedures.dates.due import DueWindow, due_window
from procedures.errors import InputError
from procedures.office.owners import Owner
from procedures.office.stages import STAGES, StageChange
from procedures.workbook_layout.registers import parse_day
from review.announcements.ledger_rows import line_of_view, next_step
from review.downloads import file_response
from review.findings.pages import today
from review.form_fields import FormRoute, field_errors, form_page
from review.paging import page_of
from review.security import Analyst, Form, Number, Viewer, configuration_of, field, fields, parse_number
from review.templating import render_page
from settings.configuration import Configuration
from steps.announcements import decision_procedures, draft_decision, ledger, read_documents
from steps.announcements.ledger import DecisionView, LedgerEntry
from steps.database import reading_connection
from steps.office import divisions, duties
from warehouse.announcements import decision_records
from warehouse.announcements.ledger import DECISION
from warehouse.findings.filters import DECISION_CASE
from warehouse.office.duties import find as find_duty
from warehouse.office.duties import list_duties as list_open_duties

router = APIRouter(route_class=FormRoute)

DECISIONS_A_PAGE = DUTIES_A_PAGE = 50
PROCEDURES_A_PAGE = 20
"""Decisions, duties, and procedures of a decision side by side, on one page."""

MANUAL_STAGES = STAGES[1:]
"""Stages that a person may move codes to."""


@router.get("/decisions")
def list_decisions(
    request: Request,
    _person: Viewer,
    state: Annotated[str, Query(max_length=20)] = "waiting",
    due: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """List the ministry decisions, those that are due first at the top.

    With `due`, only those that no division has and that are overdue or due within a week.
    """
    configuration = configuration_of(request)
    views = ledger.list_decisions(configuration)
    chosen = [row for row in views if state == "all" or not (row.stage == "published" or row.line.is_handled)]
    if due in get_args(DueWindow):
        day, unowned = today(configuration), [row for row in views if row.line.is_unowned_and_due]
        chosen = [row for row in unowned if due_window(row.line.due_date, day) == due]
    chosen.sort(key=lambda each: (each.late.due if each.late else date.max, each.line.decision_number))
    page = page_of(request, chosen, DECISIONS_A_PAGE)
    day = today(configuration_of(request))
    with reading_connection(configuration_of(request)) as connection:
        open_duties = {
            each.duty.subject: each.duty
            for each in list_open_duties(connection)
            if each.subject_kind == DECISION
        }
    return render_page(
        request,
        "announcements/decisions.html",
        page=page,
        lines=[line_of_view(each, day, open_duties.get(each.line.decision_number)) for each in page.rows],
        state=state,
        due=due if due in get_args(DueWindow) else "",
        total=len(views),
        message=_message(request),
    )


def _form_page(request: Request) -> Response:
    """Render the page of the decision that has the form."""
    values = _page_values(request, request.path_params["number"])
    return render_page(request, "announcements/decision.html", **values, message=None)


@router.get("/decisions/{number:path}/draft.docx")
@form_page(_form_page)
def download_draft(request: Request, _person: Viewer, number: str) -> Response:
    """Send the draft of Tờ trình and decision that the province announces it by, written now."""

    def make(file: Path) -> str:
        summary = draft_decision.draft_decision(configuration_of(request), number, file)
        return f"Dự thảo công bố theo Quyết định {summary.number.replace('/', '-')}.docx"

    return file_response(".docx", make)


@router.get("/decisions/{number:path}/draft")
@form_page(_form_page)
def show_draft(request: Request, _person: Viewer, number: str) -> Response:
    """Show Tờ trình, draft decision and annexes as they would be written now."""
    configuration = configuration_of(request)
    summary, parts = draft_decision.view_draft(configuration, number)
    return render_page(request, "announcements/draft.html", summary=summary, parts=parts)


@router.get("/decisions/{number:path}")
@form_page(_form_page)
def show_decision(request: Request, _person: Viewer, number: str) -> Response:
    """Show one decision: what is asked and until when, its procedures side by side, findings, history."""
    return render_page(
        request, "announcements/decision.html", **_page_values(request, number), message=_message(request)
    )


@router.post("/decisions/{number:path}")
@form_page(_form_page)
def store_entry(request: Request, person: Analyst, form: Form, number: str) -> Response:
    """Store an entry: a division, a stage of codes, confirmed proposals, or codes that it repeals."""
    configuration = configuration_of(request)
    _check_unchanged(configuration, number, field(form, "seen"))
    ledger.store_entry(configuration, number, _parse_entry(configuration, form), person.name)
    return RedirectResponse(f"/decisions/{quote(number)}?{urlencode({'told': 'entered'})}", status_code=303)


@router.get("/duties")
def list_duties(request: Request, _person: Viewer) -> Response:
    """List the open duties of divisions, and the decisions without an owner."""
    return _duties_page(request)


def _duties_page(request: Request) -> Response:
    configuration, division = configuration_of(request), request.query_params.get("division") or None
    overview, due = duties.overview(configuration, division), request.query_params.get("due", "")
    if due in get_args(DueWindow):
        day = today(configuration)
        chosen = tuple(each for each in overview.duties if each.duty.window(day) == due)
        overview = replace(overview, duties=chosen)
    show_closed = request.query_params.get("state") == "closed"
    return render_page(
        request,
        "announcements/duties.html",
        overview=overview,
        due=due if due in get_args(DueWindow) else "",
        page=page_of(request, overview.duties, DUTIES_A_PAGE, path="/duties"),
        closed=duties.closed_duties(configuration, division) if show_closed else None,
        division=division,
        divisions=divisions.known_divisions(configuration),
        today=today(configuration),
        message=_message(request),
        undo=_closed_number(request),
    )


@router.post("/duties/{duty_id}")
@form_page(_duties_page)
def update_duty(request: Request, person: Analyst, form: Form, duty_id: Number) -> Response:
    """Extend a duty, store a division's reply, or close it with a reason."""
    configuration, division = configuration_of(request), request.query_params.get("division") or None
    until, reply, reason = field(form, "until"), field(form, "reply"), field(form, "reason")
    query = {"division": division} if division else {}
    if field(form, "action") == "close":
        duties.close(configuration, duty_id, person.name, field(form, "closing"))
        return RedirectResponse(f"/duties?{urlencode(query | {'told': 'closed', 'duty': duty_id})}", 303)
    if until:
        with field_errors("until"):
            day = parse_day(until, "Hạn mới")
        if not reason:
            raise InputError("Gia hạn: cần ghi lý do", "reason")
        duties.extend(configuration, duty_id, day, person.name, reason)
    elif reply:
        duties.reply(configuration, duty_id, reply, person.name)
    else:
        raise InputError("Chưa ghi hạn mới hoặc nội dung trả lời", "until", "reply")
    return RedirectResponse(f"/duties?{urlencode(query | {'told': 'entered'})}", status_code=303)


@router.post("/duties/{duty_id}/reopen")
@form_page(_duties_page)
def reopen_duty(request: Request, person: Analyst, form: Form, duty_id: Number) -> Response:
    """Reopen a duty that a person closed, as it was before."""
    duties.reopen(configuration_of(request), duty_id, person.name, field(form, "reason") or "hoàn tác")
    return RedirectResponse("/duties?told=reopened", status_code=303)


def _parse_entry(configuration: Configuration, form: FormData) -> LedgerEntry:
    stage, division = field(form, "stage"), field(form, "division")
    owner = None
    if division:
        owner = Owner(
            division=divisions.choose_division(configuration, division),
            person=field(form, "person") or None,
            leader=field(form, "leader") or None,
        )
    entry = LedgerEntry(
        move=StageChange(
            stage=stage or None,
            number=field(form, "number", 100) or None,
            date=_parse_day(form, "date", "Ngày"),
            reason=field(form, "reason") or None,
        ),
        owner=owner,
        codes=tuple(fields(form, "code")),
        repeals=tuple(field(form, "repeals").replace(",", " ").split()),
        effective=_parse_day(form, "effective", "Ngày có hiệu lực"),
        confirm=bool(field(form, "confirm")),
    )
    if stage and not entry.codes:
        raise InputError("Chưa chọn thủ tục nào trong bảng để ghi bước này", "code")
    return entry


def _parse_day(form: FormData, name: str, words: str) -> date | None:
    """Return the day that a field gives, None where it is empty."""
    text = field(form, name)
    with field_errors(name):
        return parse_day(text, words) if text else None


def _check_unchanged(configuration: Configuration, number: str, seen: str) -> None:
    """Refuse an entry made on an older state of the decision, naming who changed it."""
    events = ledger.load_decision(configuration, number).events
    if seen != str(len(events)) and events:
        last = events[-1]
        raise InputError(
            f"{last.actor} vừa ghi vào quyết định này; xem lại bảng dưới đây rồi ghi tiếp nếu vẫn cần"
        )


def _page_values(request: Request, number: str) -> dict[str, Any]:
    configuration = configuration_of(request)
    view = ledger.load_decision(configuration, number)
    listed = decision_procedures.order_procedures(configuration, view.line)
    page = page_of(request, listed.lines, PROCEDURES_A_PAGE)
    with reading_connection(configuration) as connection:
        found = decision_records.findings_about(
            connection, view.line.decision_number, {each.code for each in view.line.own_codes}
        )
        duty = find_duty(connection, DECISION, view.line.decision_number)
    return {
        "view": view,
        "row": line_of_view(view, today(configuration), duty.duty if duty and not duty.duty.closed else None),
        "next": next_step(view),
        "page": page,
        "contrasts": decision_procedures.contrast_procedures(configuration, view.line, listed, page.rows),
        "documents": read_documents.confirmed_documents_of(configuration, view.line.decision_number),
        "findings": found,
        "are_a_case": any(each["case_id"] == f"{DECISION_CASE}{view.line.decision_number}" for each in found),
        "stages": MANUAL_STAGES,
        "divisions": divisions.known_divisions(configuration),
        "events": view.grouped_events()[::-1],
        "open_codes": _codes_behind(view),
    }


def _codes_behind(view: DecisionView) -> frozenset[str]:
    """Return the codes at the slowest stage, which a next step most likely concerns."""
    return frozenset(each.code for each in view.line.own_codes if each.stage == view.stage)


MESSAGES = {
    "entered": "Đã ghi.",
    "closed": "Đã đóng việc; lý do ở danh sách việc đã đóng.",
    "reopened": "Đã mở lại việc.",
}


def _message(request: Request) -> str | None:
    return MESSAGES.get(request.query_params.get("told", ""))


def _closed_number(request: Request) -> int | None:
    """Return the duty that the last action closed, to be reopened from its message."""
    query = request.query_params
    return parse_number(query.get("duty", "")) if query.get("told") == "closed" else None
