"""Figures, registers and sheets: full online service, decentralisation, tasks, reviews, feedback."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from procedures.errors import InputError
from procedures.workbook_layout.registers import REGISTERS, find_register, format_value, parse_day
from review.catalogue.rows import MESSAGES, STATES, requested_rows, row_address
from review.downloads import file_response
from review.form_fields import FormRoute, field_errors, form_page
from review.office.entries import check_values
from review.paging import page_of
from review.security import Analyst, Form, Number, Viewer, configuration_of, field, parse_number
from review.templating import render_page
from review.uploads import read_in_subprocess, store_upload, with_original_name
from settings.configuration import Configuration
from steps.office import division_sheets, divisions, indicators, registers
from steps.office.division_sheets import SheetIntake

router = APIRouter(route_class=FormRoute)

Day = Annotated[str, Query(max_length=10)]

ENTRIES_A_PAGE = 50

PAST = "past"
"""The form that asks for the figures, or the entries, of a past day."""


@router.get("/eligibility")
@form_page(lambda request: _eligibility_page(request, ""), PAST)
def show_eligibility(request: Request, _person: Viewer, day: Day = "") -> Response:
    """Show full online service: figures of today or a past day, and where the portals disagree."""
    return _eligibility_page(request, day)


def _eligibility_page(request: Request, day: str) -> Response:
    configuration = configuration_of(request)
    moment = _moment(configuration, day)
    return render_page(
        request,
        "office/eligibility.html",
        figures=indicators.eligibility_figures(configuration, moment),
        doubts=() if moment else indicators.eligibility_doubts(configuration),
        day=day,
        divisions=divisions.known_divisions(configuration),
        **_row_list(request, "eligibility", day),
    )


@router.get("/decentralisation")
@form_page(lambda request: _decentralisation_page(request, ""), PAST)
def show_decentralisation(request: Request, _person: Viewer, day: Day = "") -> Response:
    """Show decentralisation: the share against the target, and what could be decentralised."""
    return _decentralisation_page(request, day)


def _decentralisation_page(request: Request, day: str) -> Response:
    configuration = configuration_of(request)
    moment = _moment(configuration, day)
    return render_page(
        request,
        "office/decentralisation.html",
        figures=indicators.decentralisation_figures(configuration, moment),
        candidates=() if moment else indicators.decentralisation_candidates(configuration, {}),
        day=day,
        divisions=divisions.known_divisions(configuration),
        **_row_list(request, "decentralisation", day),
    )


@router.get("/sheets/{kind}.xlsx")
def download_sheet(request: Request, _person: Viewer, kind: str, division: str) -> Response:
    """Return the sheet of a division to fill in."""
    configuration = configuration_of(request)
    sheet_kind = division_sheets.sheet_kind(kind)

    def make(file: Path) -> str:
        division_sheets.make_sheet(configuration, sheet_kind, division, file)
        return f"{sheet_kind.title} - {division}.xlsx".replace("/", "-")

    return file_response(".xlsx", make)


@router.get("/sheets")
def show_upload(request: Request, _person: Viewer) -> Response:
    """Show the form to upload a filled sheet."""
    return _upload_page(request)


def _upload_page(request: Request) -> Response:
    names = divisions.known_divisions(configuration_of(request))
    return render_page(request, "office/sheet.html", intake=None, name=None, headings={}, divisions=names)


@router.post("/sheets")
@form_page(_upload_page)
def receive_sheet(request: Request, person: Analyst, form: Form) -> Response:
    """Preview a filled sheet, or apply it."""
    configuration = configuration_of(request)
    now = datetime.now(configuration.department.zone).replace(microsecond=0)
    with field_errors("file"):
        upload = store_upload(configuration, form)
    try:
        intake = read_in_subprocess(
            configuration, upload, division_sheets.apply_sheet, person.name, now, dry_run=True
        )
        if field(form, "count") == "yes":
            intake = division_sheets.apply_sheet(configuration, upload.file, person.name, now, dry_run=False)
    except InputError as error:
        raise InputError(with_original_name(upload, error), "file") from error
    finally:
        upload.file.unlink(missing_ok=True)
    return render_page(
        request,
        "office/sheet.html",
        intake=intake,
        name=upload.name,
        headings=_headings(intake),
        divisions=divisions.known_divisions(configuration),
    )


@router.get("/registers/{name}")
@form_page(lambda request: _entries_page(request, request.path_params["name"], ""), PAST)
def list_entries(request: Request, _person: Viewer, name: str, day: Day = "") -> Response:
    """Show the entries of a register, as they are or were on a day."""
    return _entries_page(request, name, day)


def _entries_page(request: Request, name: str, day: str) -> Response:
    configuration, chosen = configuration_of(request), find_register(name)
    division = request.query_params.get("division", "")
    stored = registers.list_entries(configuration, chosen, division or None, _moment(configuration, day))
    page = page_of(request, stored, ENTRIES_A_PAGE)
    rows = [
        (each, [format_value(column, each.values.get(column.attribute)) for column in chosen.columns])
        for each in page.rows
    ]
    return render_page(
        request,
        "office/register.html",
        register=chosen,
        registers=REGISTERS,
        page=page,
        rows=rows,
        division=division,
        day=day,
        divisions=divisions.known_divisions(configuration),
        message="Đã ghi." if request.query_params.get("told") else None,
    )


@router.get("/registers/{name}/{entry_id}")
def show_entry(request: Request, _person: Analyst, name: str, entry_id: Number) -> Response:
    """Show one entry to change; 0 is a new one."""
    return _entry_page(request, name, entry_id)


def _entry_again(request: Request) -> Response:
    """Return the page of the entry that holds the form."""
    return _entry_page(request, request.path_params["name"], int(request.path_params["entry_id"]))


@router.post("/registers/{name}/{entry_id}")
@form_page(_entry_again)
def save_entry(request: Request, person: Analyst, form: Form, name: str, entry_id: Number) -> Response:
    """Store an entry as the form gives it."""
    configuration, chosen = configuration_of(request), find_register(name)
    values = {column.attribute: field(form, column.attribute) for column in chosen.columns}
    check_values(chosen, values)
    if values.get("division"):
        values["division"] = divisions.choose_division(configuration, values["division"])
    pairs = [f"{attribute}={text}" for attribute, text in values.items()]
    if entry_id == 0:
        filled = [each for each in pairs if not each.endswith("=")]
        registers.add_entry(configuration, chosen, filled, person.name)
    else:
        registers.change_entry(
            configuration,
            chosen,
            entry_id,
            pairs,
            person.name,
            field(form, "reason") or None,
            parse_number(field(form, "version")) or 0,
        )
    return RedirectResponse(f"/registers/{name}?{urlencode({'told': 'kept'})}", status_code=303)


def _entry_page(request: Request, name: str, entry_id: int) -> Response:
    configuration, chosen = configuration_of(request), find_register(name)
    values: dict[str, str] = {}
    version = 0
    if entry_id:
        stored = registers.get_entry(configuration, chosen, entry_id)
        version = stored.version
        values = {
            each.attribute: format_value(each, stored.values.get(each.attribute)) for each in chosen.columns
        }
    return render_page(
        request,
        "office/entry.html",
        register=chosen,
        entry_id=entry_id,
        values=values,
        version=version,
        divisions=divisions.known_divisions(configuration),
    )


def _row_list(request: Request, name: str, day: str) -> dict[str, Any]:
    """Return the list below today's figures; a past day has figures only."""
    message = MESSAGES.get(request.query_params.get("told", ""))
    rows = None if day else requested_rows(request, name)
    return {"rows": rows, "states": STATES[name], "address": row_address, "message": message}


def _headings(intake: SheetIntake) -> dict[str, str]:
    return {column.attribute: column.heading for column in intake.kind.columns}


def _moment(configuration: Configuration, day: str) -> datetime | None:
    """Return the end of the day that an address names; None for today's figures."""
    with field_errors("day"):
        return configuration.end_of_day(parse_day(day, "Ngày")) if day else None
