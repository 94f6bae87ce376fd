"""The lists behind the figures, filtered, and the form that changes one row as a sheet would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from procedures.errors import InputError, LockedError
from procedures.values.levels import parse_online_level
from procedures.values.text import canonical
from procedures.workbook_layout.catalogue_columns import CELL_LIMIT, DECENTRALISATION_LABELS
from procedures.workbook_layout.division_sheets import SHEETS, SheetKind, SheetRow, unpack_key
from review.form_fields import FormRoute
from review.security import Analyst, Form, Viewer, configuration_of, field, parse_page_number
from review.templating import render_page
from steps.office import division_sheets
from steps.office.division_sheets import SheetIntake, SheetRowForm

router = APIRouter(route_class=FormRoute)

SIZE = 100
"""Rows a page."""

STATES: Mapping[str, Mapping[str, str]] = {
    "eligibility": {
        "yes": "Đủ điều kiện",
        "no": "Chưa đủ điều kiện",
        "blank": "Chưa đủ điều kiện, chưa nêu lý do",
        "below": "Dưới toàn trình, chưa nêu lý do",
        "undeclared": "Chưa kê khai",
    },
    "decentralisation": {**DECENTRALISATION_LABELS, "undeclared": "Chưa kê khai", "delegated": "Ủy quyền"},
}
"""The states by which a list is filtered, besides the division."""

_ELIGIBILITY = {"Có": "yes", "Không": "no", "": "undeclared"}


@dataclass(frozen=True, slots=True)
class RowView:
    """Which part of a list is shown; every part of it is in the address."""

    division: str = ""
    state: str = ""
    page: int = 1

    def query(self, **changes: Any) -> str:
        """Return the address's query of this view, with changes."""
        view = replace(self, **changes)
        query = {"division": view.division, "state": view.state, "page": view.page if view.page > 1 else ""}
        return urlencode({name: value for name, value in query.items() if value})


@dataclass(frozen=True, slots=True)
class RowList:
    """One page of a list, and how many rows the list has."""

    kind: SheetKind
    view: RowView
    rows: tuple[tuple[SheetRow, str | None], ...]
    total: int

    @property
    def pages(self) -> int:
        """Return the number of pages."""
        return max(1, -(-self.total // SIZE))


def requested_rows(request: Request, name: str) -> RowList:
    """Return the page of the list that the address asks for."""
    kind, view = SHEETS[name], _view(request, name)
    rows = [
        (row, division)
        for row, division in division_sheets.rows_to_fill(configuration_of(request), kind)
        if (not view.division or division == view.division)
        and (not view.state or view.state in _states(name, row.texts))
    ]
    begin = (view.page - 1) * SIZE
    return RowList(kind, view, tuple(rows[begin : begin + SIZE]), len(rows))


@router.get("/eligibility/{subject}")
@router.get("/decentralisation/{subject}")
def show_row(request: Request, _person: Viewer, subject: str) -> Response:
    """Show one row, with the form to change it for those who may."""
    name = _name(request)
    row = division_sheets.row_to_fill(configuration_of(request), SHEETS[name], subject)
    return _row_page(request, name, row, row.texts)


@router.post("/eligibility/{subject}")
@router.post("/decentralisation/{subject}")
def save_row(request: Request, person: Analyst, form: Form, subject: str) -> Response:
    """Store a row as the form gives it: whole, or not at all where somebody changed a part meanwhile."""
    configuration, name = configuration_of(request), _name(request)
    kind, cells = SHEETS[name], _cells(form, SHEETS[name])
    moment = datetime.now(configuration.department.zone).replace(microsecond=0)
    reason = field(form, "reason")
    try:
        intake = division_sheets.apply_row(
            configuration,
            kind,
            subject,
            field(form, "key", CELL_LIMIT * 8),
            cells,
            person.name,
            moment,
            reason,
        )
    except (InputError, LockedError) as error:
        return _row_again(request, name, subject, form, str(error), None)
    if not intake.whole:
        return _row_again(request, name, subject, form, intake.held, intake)
    outcome = "kept" if intake.difference.edits else "same"
    query = "&".join(filter(None, (_view(request, name).query(), f"told={outcome}")))
    return RedirectResponse(f"/{name}?{query}#rows", status_code=303)


MESSAGES: Mapping[str, str] = {
    "kept": "Đã ghi vào danh mục.",
    "same": "Không có ô nào khác với danh mục, chưa ghi gì.",
}


def _row_again(
    request: Request, name: str, subject: str, form: FormData, wrong: str | None, intake: SheetIntake | None
) -> Response:
    """Return the form again, over the current row, with what was typed still in it."""
    row = division_sheets.row_to_fill(configuration_of(request), SHEETS[name], subject)
    key = unpack_key(field(form, "key", CELL_LIMIT * 8))
    base = key.base if key else row.texts
    typed = {
        attribute: text
        for attribute, text in _cells(form, SHEETS[name]).items()
        if canonical(text) != canonical(base.get(attribute, ""))
    }
    status = 409 if intake is not None and intake.difference.conflicts else 400
    values = {**row.texts, **typed}
    return _row_page(
        request, name, row, values, status, wrong=wrong, intake=intake, reason=field(form, "reason")
    )


def _row_page(
    request: Request,
    name: str,
    row: SheetRowForm,
    values: Mapping[str, str],
    status: int = 200,
    **details: Any,
) -> Response:
    view, kind, intake = _view(request, name), SHEETS[name], details.get("intake")
    errors = {
        column.attribute: reason
        for column in kind.columns
        for _, reason in (intake.difference.refused if intake else ())
        if reason.startswith(f"{column.heading}:")
    }
    if details.get("wrong") and not details.get("reason"):
        errors["reason"] = details["wrong"]
    return render_page(
        request,
        "catalogue/row.html",
        status,
        kind=kind,
        errors=errors,
        row=row,
        values=values,
        back=f"/{name}?{view.query()}#rows",
        headings={column.attribute: column.heading for column in kind.columns},
        limit=CELL_LIMIT,
        **{"wrong": None, "intake": None, "reason": ""} | details,
    )


def row_address(name: str, subject: str, view: RowView) -> str:
    """Return the address of one row's page, which links back to this view."""
    query = view.query()
    return f"/{name}/{quote(subject, safe='')}" + (f"?{query}" if query else "")


def _name(request: Request) -> str:
    return request.url.path.split("/")[1]


def _view(request: Request, name: str) -> RowView:
    query = request.query_params
    state = query.get("state", "")
    return RowView(
        query.get("division", "")[:200],
        state if state in STATES[name] else "",
        parse_page_number(query.get("page", "")),
    )


def _states(name: str, texts: Mapping[str, str]) -> set[str]:
    """Return which of `STATES` a row is in."""
    if name == "eligibility":
        states = {_ELIGIBILITY.get(texts["eligible_full_online"], "undeclared")}
        if not texts["online_reason"]:
            states |= {"blank"} if "no" in states else set()
            states |= {"below"} if parse_online_level(texts["online_level"]) not in (None, "full") else set()
        return states
    codes = {words: code for code, words in DECENTRALISATION_LABELS.items()}
    states = {codes.get(texts["decentralisation_state"], "undeclared")}
    return states | {"delegated"} if texts["delegated"] == "Có" else states


def _cells(form: FormData, kind: SheetKind) -> dict[str, str]:
    """Return the unlocked cells as typed, with a browser's line ends made plain."""
    return {
        column.attribute: field(form, column.attribute, CELL_LIMIT).replace("\r\n", "\n")
        for column in kind.columns
        if not column.locked and column.attribute in form
    }
