"""A held snapshot: each procedure that would go, come or change, before an admin lets it through."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from review.forms import FormRoute, about, stands_on
from review.security import Admin, Form, Number, Viewer, configuration_of, field, page_number
from review.templating import page
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.sources.release import release_snapshot
from steps.sources.release_preview import Affected, Preview, changes_of, preview_release
from warehouse.sources import snapshots

router = APIRouter(route_class=FormRoute)

SIZE = 100
"""Procedures a page."""

PARTS: Mapping[str, str] = {"go": "Sẽ mất", "come": "Sẽ thêm", "change": "Sẽ đổi"}

KEPT = 4
"""So many previews are kept for their further pages, for as long as nothing else is made current."""

_PREVIEWS: OrderedDict[tuple[str, int, int], Preview] = OrderedDict()
_LOCK = threading.Lock()


@router.get("/snapshots/{snapshot_id}")
def held(request: Request, _person: Viewer, snapshot_id: Number) -> Response:
    """What letting it through would do, procedure by procedure."""
    return _page(request, snapshot_id)


def _again(request: Request) -> Response:
    """The page that the form stands on."""
    return _page(request, int(request.path_params["snapshot_id"]))


@router.post("/snapshots/{snapshot_id}/release")
@stands_on(_again)
def release(request: Request, person: Admin, form: Form, snapshot_id: Number) -> Response:
    """Let a held snapshot through, with a reason."""
    with about("reason"):
        done = release_snapshot(configuration_of(request), snapshot_id, person.name, field(form, "reason"))
    return RedirectResponse(f"/runs/{done.run_id}", status_code=303)


def _page(request: Request, snapshot_id: int) -> Response:
    configuration = configuration_of(request)
    preview = _preview(configuration, snapshot_id)
    part = request.query_params.get("part", "")
    listed = {name: getattr(preview, name) for name in PARTS}
    shown = part if part in PARTS else next((name for name in PARTS if listed[name]), "go")
    rows: Sequence[Affected] = listed[shown]
    pages = max(1, -(-len(rows) // SIZE))
    at = min(page_number(request.query_params.get("at", "")), pages)
    here = rows[(at - 1) * SIZE : at * SIZE]
    keys = [each.key for each in here if each.attributes]
    return page(
        request,
        "nights/held.html",
        row=preview.row,
        refused=preview.refused,
        parts=PARTS,
        counts={name: len(its) for name, its in listed.items()},
        part=shown,
        rows=here,
        changes=changes_of(configuration, snapshot_id, keys) if keys else {},
        at=at,
        pages=pages,
        address=lambda **said: f"/snapshots/{snapshot_id}?{urlencode({'part': shown, 'at': at} | said)}",
    )


def _preview(configuration: Configuration, snapshot_id: int) -> Preview:
    """The preview, made anew where something was made current since."""
    with reading_connection(configuration) as connection:
        row = snapshots.get_snapshot(connection, snapshot_id)
        last = snapshots.last_applied(connection, row.source)
    about = configuration.database_url, snapshot_id, last.snapshot_id if last is not None else 0
    with _LOCK:
        kept = _PREVIEWS.get(about)
        if kept is None or kept.row.state != row.state:
            kept = _PREVIEWS[about] = preview_release(configuration, snapshot_id)
            while len(_PREVIEWS) > KEPT:
                _PREVIEWS.popitem(last=False)
    return kept
