"""Figures, registers and sheets: full online service, decentralisation, tasks, reviews, feedback."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from procedures.errors import InputError
from procedures.workbook_layout.registers import REGISTERS, parse_day, register, shown_value
from review.catalogue.rows import STATES, TOLD, row_address, rows_of
from review.downloads import made_file
from review.forms import FormRoute, about, stands_on
from review.office.entries import check_answers
from review.security import Analyst, Form, Number, Viewer, configuration_of, field, number_in
from review.templating import page
from review.uploads import brought, called, first_read
from settings.configuration import Configuration
from steps.office import division_sheets, divisions, indicators, registers
from steps.office.division_sheets import Taken

router = APIRouter(route_class=FormRoute)

Day = Annotated[str, Query(max_length=10)]

PAST = "past"
"""The form that asks for the figures, or the entries, of a past day."""


@router.get("/eligibility")
@stands_on(lambda request: _eligibility(request, ""), PAST)
def eligibility(request: Request, _person: Viewer, day: Day = "") -> Response:
    """Full online service: the figures of today or of a past day, and what the portals say against them."""
    return _eligibility(request, day)


def _eligibility(request: Request, day: str) -> Response:
    configuration = configuration_of(request)
    moment = _moment(configuration, day)
    return page(
        request,
        "office/eligibility.html",
        its=indicators.eligibility_figures(configuration, moment),
        doubts=() if moment else indicators.eligibility_doubts(configuration),
        day=day,
        divisions=divisions.known(configuration),
        **_rows(request, "eligibility", day),
    )


@router.get("/decentralisation")
@stands_on(lambda request: _decentralisation(request, ""), PAST)
def decentralisation(request: Request, _person: Viewer, day: Day = "") -> Response:
    """Decentralisation: the share against the target, and what could be handed down."""
    return _decentralisation(request, day)


def _decentralisation(request: Request, day: str) -> Response:
    configuration = configuration_of(request)
    moment = _moment(configuration, day)
    return page(
        request,
        "office/decentralisation.html",
        its=indicators.decentralisation_figures(configuration, moment),
        candidates=() if moment else indicators.decentralisation_candidates(configuration, {}),
        day=day,
        divisions=divisions.known(configuration),
        **_rows(request, "decentralisation", day),
    )


@router.get("/sheets/{kind}.xlsx")
def sheet_out(request: Request, _person: Viewer, kind: str, division: str) -> Response:
    """The sheet of a division to fill in."""
    configuration = configuration_of(request)
    its = division_sheets.sheet_kind(kind)

    def make(file: Path) -> str:
        division_sheets.make_sheet(configuration, its, division, file)
        return f"{its.title} - {division}.xlsx".replace("/", "-")

    return made_file(".xlsx", make)


@router.get("/sheets")
def sheet_in(request: Request, _person: Viewer) -> Response:
    """Where a filled sheet is brought."""
    return _sheets(request)


def _sheets(request: Request) -> Response:
    named = divisions.known(configuration_of(request))
    return page(request, "office/sheet.html", taken=None, name=None, headings={}, divisions=named)


@router.post("/sheets")
@stands_on(_sheets)
def sheet_taken(request: Request, person: Analyst, form: Form) -> Response:
    """Look at a filled sheet, or take it back."""
    configuration = configuration_of(request)
    moment = datetime.now(configuration.department.zone).replace(microsecond=0)
    with about("file"):
        upload = brought(configuration, form)
    try:
        taken = first_read(
            configuration, upload, division_sheets.take_sheet, person.name, moment, dry_run=True
        )
        if field(form, "count") == "yes":
            taken = division_sheets.take_sheet(configuration, upload.file, person.name, moment, dry_run=False)
    except InputError as error:
        raise InputError(called(upload, error), "file") from error
    finally:
        upload.file.unlink(missing_ok=True)
    return page(
        request,
        "office/sheet.html",
        taken=taken,
        name=upload.name,
        headings=_headings(taken),
        divisions=divisions.known(configuration),
    )


@router.get("/registers/{name}")
@stands_on(lambda request: _entries(request, request.path_params["name"], ""), PAST)
def entries(request: Request, _person: Viewer, name: str, day: Day = "") -> Response:
    """The entries of a register, as they stand or stood on a day."""
    return _entries(request, name, day)


def _entries(request: Request, name: str, day: str) -> Response:
    configuration, its = configuration_of(request), register(name)
    division = request.query_params.get("division", "")
    kept = registers.listed(configuration, its, division or None, _moment(configuration, day))
    rows = [
        (each, [shown_value(column, each.values.get(column.attribute)) for column in its.columns])
        for each in kept
    ]
    return page(
        request,
        "office/register.html",
        its=its,
        registers=REGISTERS,
        rows=rows,
        division=division,
        day=day,
        divisions=divisions.known(configuration),
        told="Đã ghi." if request.query_params.get("told") else None,
    )


@router.get("/registers/{name}/{entry_id}")
def entry(request: Request, _person: Analyst, name: str, entry_id: Number) -> Response:
    """One entry to change; 0 is a new one."""
    return _entry(request, name, entry_id)


def _entry_again(request: Request) -> Response:
    """The page of the entry that the form stands on."""
    return _entry(request, request.path_params["name"], int(request.path_params["entry_id"]))


@router.post("/registers/{name}/{entry_id}")
@stands_on(_entry_again)
def entry_kept(request: Request, person: Analyst, form: Form, name: str, entry_id: Number) -> Response:
    """Keep an entry as the form says it."""
    configuration, its = configuration_of(request), register(name)
    typed = {column.attribute: field(form, column.attribute) for column in its.columns}
    check_answers(its, typed)
    if typed.get("division"):
        typed["division"] = divisions.choose(configuration, typed["division"])
    said = [f"{attribute}={text}" for attribute, text in typed.items()]
    if entry_id == 0:
        filled = [each for each in said if not each.endswith("=")]
        registers.add(configuration, its, filled, person.name)
    else:
        registers.change(
            configuration,
            its,
            entry_id,
            said,
            person.name,
            field(form, "reason") or None,
            number_in(field(form, "version")) or 0,
        )
    return RedirectResponse(f"/registers/{name}?{urlencode({'told': 'kept'})}", status_code=303)


def _entry(request: Request, name: str, entry_id: int) -> Response:
    configuration, its = configuration_of(request), register(name)
    said: dict[str, str] = {}
    version = 0
    if entry_id:
        kept = registers.one(configuration, its, entry_id)
        version = kept.version
        said = {
            column.attribute: shown_value(column, kept.values.get(column.attribute)) for column in its.columns
        }
    return page(
        request,
        "office/entry.html",
        its=its,
        entry_id=entry_id,
        said=said,
        version=version,
        divisions=divisions.known(configuration),
    )


def _rows(request: Request, name: str, day: str) -> dict[str, Any]:
    """The list below the figures of today; a past day has figures only."""
    told = TOLD.get(request.query_params.get("told", ""))
    rows = None if day else rows_of(request, name)
    return {"rows": rows, "states": STATES[name], "address": row_address, "told": told}


def _headings(taken: Taken) -> dict[str, str]:
    return {column.attribute: column.heading for column in taken.kind.columns}


def _moment(configuration: Configuration, day: str) -> datetime | None:
    """The end of the day that an address names; None for today's figures."""
    with about("day"):
        return configuration.end_of_day(parse_day(day, "Ngày")) if day else None
