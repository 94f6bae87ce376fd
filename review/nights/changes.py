"""What changed on the sources in the runs after a given one: the lists behind the morning page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from procedures.wording.readable_values import value_in_words
from procedures.wording.text_diff import diff_words
from procedures.wording.words import CHANGE_KINDS
from review.form_fields import FormRoute
from review.paging import loaded_page, requested_page
from review.security import Viewer, configuration_of, parse_number
from review.templating import render_page
from steps.database import reading_connection
from warehouse.sources import news_since, procedure_search

router = APIRouter(route_class=FormRoute)

SIZE = 100
"""Procedures a page."""


def changes_address(after: int, source: str, kind: str) -> str:
    """Return the address of the list of procedures that changed so after a run."""
    return f"/runs/changes?{urlencode({'after': after, 'source': source, 'kind': kind})}"


@router.get("/runs/changes")
def list_changes(request: Request, _person: Viewer) -> Response:
    """Show the procedures of one source that changed in one way in the runs after `after`."""
    configuration, query = configuration_of(request), request.query_params
    after, at = parse_number(query.get("after", "")) or 0, requested_page(request, "page")
    source, kind = query.get("source", "")[:200], query.get("kind", "")
    kind = kind if kind in CHANGE_KINDS else "changed"
    with reading_connection(configuration) as connection:
        rows, total = news_since.list_changes(
            connection, after, source, kind, offset=(at - 1) * SIZE, limit=SIZE
        )
        names = procedure_search.names_of(connection, [row["code"] for row in rows if row["code"]])
    return render_page(
        request,
        "nights/changes.html",
        page=loaded_page(request, _by_procedure(rows, names), total, SIZE, "page"),
        after=after,
        source=source,
        kind=kind,
    )


def _by_procedure(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return each procedure with its changes, the old and the new words marked where they differ."""
    procedures = []
    for _, group in groupby(rows, key=itemgetter("key")):
        changes = list(group)
        code = changes[0]["code"]
        procedures.append({"code": code, "name": names.get(code, ""), "changes": list(map(_change, changes))})
    return procedures


def _change(row: Mapping[str, Any]) -> dict[str, Any]:
    old, new = (value_in_words(row["attribute"], row[name]) for name in ("old_value", "new_value"))
    return {
        "attribute": row["attribute"],
        "old": diff_words(old, new) if old else (),
        "new": diff_words(new, old) if new else (),
        "successor": row["successor_code"],
        "run_id": row["run_id"],
    }
