"""The lists behind the figures, filtered, and one row of them changed in place as its sheet would."""

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
from procedures.levels import parse_online_level
from procedures.text import canonical
from procedures.workbook_layout.catalogue_columns import CELL_LIMIT, DECENTRALISATION
from procedures.workbook_layout.division_sheets import SHEETS, SheetKind, SheetRow, unpack_key
from review.forms import FormRoute
from review.security import Analyst, Form, Viewer, configuration_of, field, page_number
from review.templating import page
from steps.office import division_sheets
from steps.office.division_sheets import HandedRow, Taken

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
    "decentralisation": {**DECENTRALISATION, "undeclared": "Chưa kê khai", "delegated": "Ủy quyền"},
}
"""What a list is filtered by, besides the division."""

_ANSWERS = {"Có": "yes", "Không": "no", "": "undeclared"}


@dataclass(frozen=True, slots=True)
class RowView:
    """What of a list is looked at; every part of it stands in the address."""

    division: str = ""
    state: str = ""
    page: int = 1

    def query(self, **changes: Any) -> str:
        """The address's query of this view, with changes."""
        its = replace(self, **changes)
        said = {"division": its.division, "state": its.state, "page": its.page if its.page > 1 else ""}
        return urlencode({name: value for name, value in said.items() if value})


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of a list, and how many rows the list has."""

    kind: SheetKind
    view: RowView
    shown: tuple[tuple[SheetRow, str | None], ...]
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // SIZE))


def rows_of(request: Request, name: str) -> Rows:
    """The page of the list that the address asks for."""
    kind, view = SHEETS[name], _view(request, name)
    found = [
        (row, division)
        for row, division in division_sheets.rows_to_fill(configuration_of(request), kind)
        if (not view.division or division == view.division)
        and (not view.state or view.state in _states(name, row.texts))
    ]
    begin = (view.page - 1) * SIZE
    return Rows(kind, view, tuple(found[begin : begin + SIZE]), len(found))


@router.get("/eligibility/{subject}")
@router.get("/decentralisation/{subject}")
def row(request: Request, _person: Viewer, subject: str) -> Response:
    """One row: what it says, and for those who may, the form to change it."""
    name = _name(request)
    handed = division_sheets.row_to_fill(configuration_of(request), SHEETS[name], subject)
    return _shown(request, name, handed, handed.texts)


@router.post("/eligibility/{subject}")
@router.post("/decentralisation/{subject}")
def row_kept(request: Request, person: Analyst, form: Form, subject: str) -> Response:
    """Keep a row as the form says it: all of it, or nothing where somebody else changed a part meanwhile."""
    configuration, name = configuration_of(request), _name(request)
    kind, said = SHEETS[name], _said(form, SHEETS[name])
    moment = datetime.now(configuration.department.zone).replace(microsecond=0)
    reason = field(form, "reason")
    try:
        taken = division_sheets.take_row(
            configuration,
            kind,
            subject,
            field(form, "key", CELL_LIMIT * 8),
            said,
            person.name,
            moment,
            reason,
        )
    except (InputError, LockedError) as error:
        return _again(request, name, subject, form, str(error), None)
    if not taken.whole:
        return _again(request, name, subject, form, taken.held, taken)
    told = "kept" if taken.difference.edits else "same"
    query = "&".join(filter(None, (_view(request, name).query(), f"told={told}")))
    return RedirectResponse(f"/{name}?{query}#rows", status_code=303)


TOLD: Mapping[str, str] = {
    "kept": "Đã ghi vào danh mục.",
    "same": "Không có ô nào khác với danh mục, chưa ghi gì.",
}


def _again(
    request: Request, name: str, subject: str, form: FormData, wrong: str | None, taken: Taken | None
) -> Response:
    """The form once more, over what stands now, with what was typed still in it."""
    handed = division_sheets.row_to_fill(configuration_of(request), SHEETS[name], subject)
    key = unpack_key(field(form, "key", CELL_LIMIT * 8))
    base = key.base if key else handed.texts
    typed = {
        attribute: text
        for attribute, text in _said(form, SHEETS[name]).items()
        if canonical(text) != canonical(base.get(attribute, ""))
    }
    status = 409 if taken is not None and taken.difference.conflicts else 400
    values = {**handed.texts, **typed}
    return _shown(
        request, name, handed, values, status, wrong=wrong, taken=taken, reason=field(form, "reason")
    )


def _shown(
    request: Request,
    name: str,
    handed: HandedRow,
    values: Mapping[str, str],
    status: int = 200,
    **said: Any,
) -> Response:
    view, kind, taken = _view(request, name), SHEETS[name], said.get("taken")
    whys = {
        column.attribute: reason
        for column in kind.columns
        for _, reason in (taken.difference.refused if taken else ())
        if reason.startswith(f"{column.heading}:")
    }
    if said.get("wrong") and not said.get("reason"):
        whys["reason"] = said["wrong"]
    return page(
        request,
        "catalogue/row.html",
        status,
        kind=kind,
        whys=whys,
        handed=handed,
        values=values,
        back=f"/{name}?{view.query()}#rows",
        headings={column.attribute: column.heading for column in kind.columns},
        limit=CELL_LIMIT,
        **{"wrong": None, "taken": None, "reason": ""} | said,
    )


def row_address(name: str, subject: str, view: RowView) -> str:
    """The address of one row's page, from which the way leads back to this view."""
    query = view.query()
    return f"/{name}/{quote(subject, safe='')}" + (f"?{query}" if query else "")


def _name(request: Request) -> str:
    return request.url.path.split("/")[1]


def _view(request: Request, name: str) -> RowView:
    given = request.query_params
    state = given.get("state", "")
    return RowView(
        given.get("division", "")[:200],
        state if state in STATES[name] else "",
        page_number(given.get("page", "")),
    )


def _states(name: str, texts: Mapping[str, str]) -> set[str]:
    """Which of `STATES` a row is in."""
    if name == "eligibility":
        found = {_ANSWERS.get(texts["eligible_full_online"], "undeclared")}
        if not texts["online_reason"]:
            found |= {"blank"} if "no" in found else set()
            found |= {"below"} if parse_online_level(texts["online_level"]) not in (None, "full") else set()
        return found
    codes = {words: code for code, words in DECENTRALISATION.items()}
    found = {codes.get(texts["decentralisation_state"], "undeclared")}
    return found | {"delegated"} if texts["delegated"] == "Có" else found


def _said(form: FormData, kind: SheetKind) -> dict[str, str]:
    """The cells that may be changed, as typed; a browser's line ends are none of the person's."""
    return {
        column.attribute: field(form, column.attribute, CELL_LIMIT).replace("\r\n", "\n")
        for column in kind.columns
        if not column.locked and column.attribute in form
    }
