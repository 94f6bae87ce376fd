"""A snapshot: what was checked and decided; of a held one, what would go, come or change on its release."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from procedures.changes import Change
from procedures.wording.certificates import certificate_lines
from procedures.wording.difference_cells import change_cell
from procedures.wording.item_contrast import Contrast
from review.form_fields import FormRoute, field_errors, form_page
from review.paging import page_of
from review.security import Admin, Form, Number, Viewer, configuration_of, field
from review.templating import render_page
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.sources.release import keep_held, release_snapshot
from steps.sources.release_preview import AffectedProcedure, ReleasePreview, changes_of, preview_release
from warehouse.quality.decisions import decisions_on_snapshot
from warehouse.sources import runs, snapshots

router = APIRouter(route_class=FormRoute)

SIZE = 100
"""Procedures a page."""

PARTS: Mapping[str, str] = {"go": "Sẽ mất", "come": "Sẽ thêm", "change": "Sẽ đổi"}

MAX_PREVIEWS = 4
"""How many previews are cached for their further pages, while nothing else is made current."""

_PREVIEWS: OrderedDict[tuple[str, int, int], ReleasePreview] = OrderedDict()
_LOCK = threading.Lock()


@router.get("/snapshots/{snapshot_id}")
def show_snapshot(request: Request, _person: Viewer, snapshot_id: Number) -> Response:
    """Show what releasing the snapshot would do, procedure by procedure."""
    return _page(request, snapshot_id)


def _snapshot_page(request: Request) -> Response:
    """Return the page that holds the form."""
    return _page(request, int(request.path_params["snapshot_id"]))


@router.post("/snapshots/{snapshot_id}/release")
@form_page(_snapshot_page)
def release(request: Request, person: Admin, form: Form, snapshot_id: Number) -> Response:
    """Release a held snapshot, with a reason."""
    with field_errors("reason"):
        summary = release_snapshot(configuration_of(request), snapshot_id, person.name, field(form, "reason"))
    return RedirectResponse(f"/runs/{summary.run_id}", status_code=303)


@router.post("/snapshots/{snapshot_id}/keep")
@form_page(_snapshot_page)
def keep(request: Request, person: Admin, form: Form, snapshot_id: Number) -> Response:
    """Leave a held snapshot held, with a reason."""
    with field_errors("reason"):
        keep_held(configuration_of(request), snapshot_id, person.name, field(form, "reason"))
    return RedirectResponse(f"/snapshots/{snapshot_id}", status_code=303)


def _page(request: Request, snapshot_id: int) -> Response:
    configuration = configuration_of(request)
    preview = _preview(configuration, snapshot_id)
    part = request.query_params.get("part", "")
    affected = {name: getattr(preview, name) for name in PARTS}
    part = part if part in PARTS else next((name for name in PARTS if affected[name]), "go")
    rows: Sequence[AffectedProcedure] = affected[part]
    page = page_of(request, rows, SIZE, path=f"/snapshots/{snapshot_id}")
    keys = [each.key for each in page.rows if each.attributes]
    changes = changes_of(configuration, snapshot_id, keys) if keys else {}
    with reading_connection(configuration) as connection:
        decisions = decisions_on_snapshot(connection, snapshot_id)
        released_in = runs.release_run(connection, snapshot_id)
    return render_page(
        request,
        "nights/held.html",
        row=preview.row,
        refused=preview.refused,
        parts=PARTS,
        counts={name: len(rows) for name, rows in affected.items()},
        part=part,
        page=page,
        changes={key: [(each.attribute, _contrast(each)) for each in said] for key, said in changes.items()},
        decisions=decisions,
        released_in=released_in,
        lines=certificate_lines(preview.row.certificate) if preview.row.certificate else (),
    )


def _contrast(change: Change) -> Contrast:
    return change_cell(change.attribute, change.old_value, change.new_value)


def _preview(configuration: Configuration, snapshot_id: int) -> ReleasePreview:
    """Return the preview, computed again where something was made current since."""
    with reading_connection(configuration) as connection:
        row = snapshots.get_snapshot(connection, snapshot_id)
        last = snapshots.last_applied(connection, row.source)
    key = configuration.database_url, snapshot_id, last.snapshot_id if last is not None else 0
    with _LOCK:
        preview = _PREVIEWS.get(key)
        if preview is None or preview.row.state != row.state:
            preview = _PREVIEWS[key] = preview_release(configuration, snapshot_id)
            while len(_PREVIEWS) > MAX_PREVIEWS:
                _PREVIEWS.popitem(last=False)
    return preview
