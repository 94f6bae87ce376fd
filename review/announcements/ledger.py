"""The announcement ledger and what was given out: seen, moved on, extended, answered."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from procedures.errors import InputError
from procedures.office.owners import Owner
from procedures.office.stages import STAGES, Move
from procedures.workbook_layout.registers import parse_day
from review.downloads import made_file
from review.findings.pages import today
from review.forms import FormRoute, about, stands_on
from review.security import Analyst, Form, Number, Viewer, configuration_of, field, fields
from review.templating import page
from settings.configuration import Configuration
from steps.announcements import draft_decision, ledger, read_documents
from steps.announcements.ledger import Entry, Shown
from steps.office import divisions, duties

router = APIRouter(route_class=FormRoute)

ASKED = STAGES[1:]
"""Stages that a person may move a line to."""


@router.get("/decisions")
def listed(
    request: Request, _person: Viewer, state: Annotated[str, Query(max_length=20)] = "waiting"
) -> Response:
    """A line a ministry decision, those that wait for us first."""
    every = ledger.all_lines(configuration_of(request))
    shown = [each for each in every if state == "all" or not (each.stage == "published" or each.line.handled)]
    shown.sort(key=lambda each: (each.late.due if each.late else date.max, each.line.decision_number))
    return page(
        request,
        "announcements/decisions.html",
        shown=shown,
        state=state,
        total=len(every),
        told=_told(request),
    )


def _decision(request: Request) -> Response:
    """The page of the decision that a form stands on."""
    values = _line(configuration_of(request), request.path_params["number"])
    return page(request, "announcements/decision.html", **values, told=None)


@router.get("/decisions/{number:path}/draft.docx")
@stands_on(_decision)
def drafted(request: Request, _person: Viewer, number: str) -> Response:
    """The draft of Tờ trình and decision that the province announces it by, made now."""

    def make(file: Path) -> str:
        done = draft_decision.draft_decision(configuration_of(request), number, file)
        return f"Dự thảo công bố theo Quyết định {done.number.replace('/', '-')}.docx"

    return made_file(".docx", make)


@router.get("/decisions/{number:path}")
@stands_on(_decision)
def one(request: Request, _person: Viewer, number: str, draft: str = "") -> Response:
    """One decision: its codes, the clock that runs, what the sides show, what people did.

    With `draft`, also what the draft about it would hold and leave out.
    """
    configuration = configuration_of(request)
    values = _line(configuration, number)
    if draft:
        values["draft"] = draft_decision.look_over(configuration, number)
    return page(request, "announcements/decision.html", **values, told=_told(request))


@router.post("/decisions/{number:path}")
@stands_on(_decision)
def entered(request: Request, person: Analyst, form: Form, number: str) -> Response:
    """Give it to a division, move codes on, confirm what the sides show, or enter what it repeals."""
    configuration = configuration_of(request)
    _refuse_stale(configuration, number, field(form, "seen"))
    ledger.enter(configuration, number, _entry(configuration, form), person.name)
    return RedirectResponse(f"/decisions/{quote(number)}?{urlencode({'told': 'entered'})}", status_code=303)


@router.get("/duties")
def given(request: Request, _person: Viewer) -> Response:
    """What divisions were given and have not done, and what is nobody's."""
    return _duties(request)


def _duties(request: Request) -> Response:
    configuration, division = configuration_of(request), request.query_params.get("division") or None
    return page(
        request,
        "announcements/duties.html",
        overview=duties.overview(configuration, division),
        division=division,
        divisions=divisions.known(configuration),
        today=today(configuration),
        told=_told(request),
    )


@router.post("/duties/{duty_id}")
@stands_on(_duties)
def changed(request: Request, person: Analyst, form: Form, duty_id: Number) -> Response:
    """Grant more time, or keep a division's answer."""
    configuration, division = configuration_of(request), request.query_params.get("division") or None
    until, reply, reason = field(form, "until"), field(form, "reply"), field(form, "reason")
    if until:
        with about("until"):
            day = parse_day(until, "Hạn mới")
        if not reason:
            raise InputError("Gia hạn: cần ghi lý do", "reason")
        duties.extend(configuration, duty_id, day, person.name, reason)
    elif reply:
        duties.reply(configuration, duty_id, reply, person.name)
    else:
        raise InputError("Chưa ghi hạn mới hoặc nội dung trả lời", "until", "reply")
    query = {"division": division, "told": "entered"} if division else {"told": "entered"}
    return RedirectResponse(f"/duties?{urlencode(query)}", status_code=303)


def _entry(configuration: Configuration, form: FormData) -> Entry:
    stage, division = field(form, "stage"), field(form, "division")
    owner = None
    if division:
        owner = Owner(
            division=divisions.choose(configuration, division),
            person=field(form, "person") or None,
            leader=field(form, "leader") or None,
        )
    entry = Entry(
        move=Move(
            stage=stage or None,
            number=field(form, "number", 100) or None,
            date=_day(form, "date", "Ngày"),
            reason=field(form, "reason") or None,
        ),
        owner=owner,
        codes=tuple(fields(form, "code")),
        repeals=tuple(field(form, "repeals").replace(",", " ").split()),
        effective=_day(form, "effective", "Ngày có hiệu lực"),
        confirm=bool(field(form, "confirm")),
    )
    if stage and not entry.codes:
        raise InputError("Chưa chọn thủ tục nào trong bảng để ghi bước này", "code")
    return entry


def _day(form: FormData, name: str, words: str) -> date | None:
    """The day that a field gives, None where it is empty."""
    text = field(form, name)
    with about(name):
        return parse_day(text, words) if text else None


def _refuse_stale(configuration: Configuration, number: str, seen: str) -> None:
    """Two people at one line: the second is told what the first did."""
    events = ledger.one_line(configuration, number).events
    if seen != str(len(events)) and events:
        last = events[-1]
        raise InputError(
            f"{last.actor} vừa ghi vào quyết định này; xem lại bảng dưới đây rồi ghi tiếp nếu vẫn cần"
        )


def _line(configuration: Configuration, number: str) -> dict[str, Any]:
    shown = ledger.one_line(configuration, number)
    return {
        "shown": shown,
        "documents": read_documents.documents_of(configuration, shown.line.decision_number),
        "stages": ASKED,
        "divisions": divisions.known(configuration),
        "history": shown.happenings()[::-1],
        "open_codes": _behind(shown),
        "draft": None,
    }


def _behind(shown: Shown) -> frozenset[str]:
    """The codes of the slowest stage: what a next step is most likely about."""
    return frozenset(each.code for each in shown.line.own if each.stage == shown.stage)


def _told(request: Request) -> str | None:
    return "Đã ghi." if request.query_params.get("told") == "entered" else None
