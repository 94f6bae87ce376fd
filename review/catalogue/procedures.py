"""Procedures: the search, and one procedure over time on all sides, compared between two days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from procedures.attributes import ATTRIBUTE_NAMES
from procedures.errors import InputError
from procedures.findings import CATALOGUE
from procedures.indicators import TOTAL
from procedures.model import Procedure, value_text
from procedures.values.levels import LEVELS
from procedures.wording.difference_cells import change_cell
from procedures.wording.item_contrast import contrast_items
from procedures.wording.procedure_contrast import contrast_procedures
from procedures.wording.readable_values import value_items
from procedures.wording.text_diff import TextPiece
from procedures.workbook_layout.registers import FEEDBACK, parse_day
from review.catalogue.comparison import run_change_address
from review.form_fields import FormRoute, field_errors, form_page
from review.page_words import LISTED_COUNTS
from review.paging import loaded_page
from review.security import Viewer, configuration_of, parse_page_number
from review.templating import render_page
from settings.configuration import Configuration
from steps.catalogue.counted_procedures import counted_procedures
from steps.database import reading_connection
from steps.findings.taken_values import taken_values_of
from steps.sources import archived_evidence
from warehouse.office import registers
from warehouse.sources import procedure_search
from warehouse.sources.procedure_search import Version
from warehouse.sources.runs import view_rows

router = APIRouter(route_class=FormRoute)

SIZE = 50
MAX_QUERY = 200


@dataclass(frozen=True, slots=True)
class ProcedureView:
    """Which procedures are listed; every part of it is in the address.

    `count` is one of `COUNT_NAMES`: what a figure of the catalogue counts. "": all procedures.
    """

    text: str = ""
    source: str = ""
    level: str = ""
    count: str = ""
    page: int = 1

    def query(self, **changes: Any) -> str:
        """Return the address's query of this view, with changes."""
        values = {each.name: getattr(self, each.name) for each in fields(self)} | changes
        if values["page"] == 1:
            del values["page"]
        return urlencode({name: value for name, value in values.items() if value})


@router.get("/procedures")
def search(request: Request, _person: Viewer) -> Response:
    """Show the procedures whose code, name or field has all the words, or which a figure counts."""
    configuration, view = configuration_of(request), _view(request)
    first = (view.page - 1) * SIZE
    with reading_connection(configuration) as connection:
        if view.level or view.count:
            counted = counted_procedures(
                configuration, connection, view.level or TOTAL, view.count or "procedures", view.text
            )
            hits, total = counted[first : first + SIZE], len(counted)
        else:
            hits, total = procedure_search.search_procedures(
                connection, view.text, source=view.source or None, offset=first, limit=SIZE
            )
    return render_page(
        request,
        "catalogue/procedures.html",
        page=loaded_page(request, hits, total, SIZE, "page"),
        view=view,
        counts=LISTED_COUNTS,
        levels=LEVELS,
        sources=[CATALOGUE, *(source.name for source in configuration.sources)],
    )


def _view(request: Request) -> ProcedureView:
    """Return the view that the address asks for; invalid parts are ignored.

    Levels and counts are those of the catalogue's rows: with one of them, no other source is chosen.
    """
    query = request.query_params
    level, count = query.get("level", ""), query.get("count", "")
    level, count = level if level in LEVELS else "", count if count in LISTED_COUNTS else ""
    return ProcedureView(
        text=query.get("text", "").strip()[:MAX_QUERY],
        source=CATALOGUE if level or count else query.get("source", "")[:MAX_QUERY],
        level=level,
        count=count,
        page=parse_page_number(query.get("page", "")),
    )


def _page_without_days(request: Request) -> Response:
    return _procedure_page(request, request.path_params["code"], "", "")


@router.get("/procedures/{code}")
@form_page(_page_without_days, "days")
def show_procedure(
    request: Request, _person: Viewer, code: str, since: str = "", until: str = ""
) -> Response:
    """Show one procedure: as it is on each side, its differences between two days, and its history.

    Raises:
        NotFoundError: no source ever showed it.
        InputError: a day is not a date.
    """
    return _procedure_page(request, code, since, until)


def _procedure_page(request: Request, code: str, since: str, until: str) -> Response:
    configuration = configuration_of(request)
    with reading_connection(configuration) as connection:
        versions = procedure_search.known_versions(connection, code)
        changes = procedure_search.changes_of_code(connection, code)
        gone = procedure_search.retirements_of(connection, code)
        feedback = registers.entries_about(connection, FEEDBACK, code=code)
        decisions = procedure_search.decisions_of(connection, code)
        overlaps = procedure_search.overlaps_of(connection, code)
        found = view_rows(connection, "v_finding", where={"code": code}, order_by=("finding_id",))
        taken_values = taken_values_of(connection, found)
    reported = {each.finding_id for each in overlaps}
    current = {version.source: version for version in versions if version.valid_to is None}
    sources = list(dict.fromkeys(("catalogue", *(version.source for version in versions))))
    return render_page(
        request,
        "catalogue/procedure.html",
        code=code,
        name=next(iter([*current.values(), *versions])).procedure.name,
        sources=[source for source in sources if any(each.source == source for each in versions)],
        current=current,
        gone=gone,
        rows=_side_by_side(current),
        versions=versions,
        proofs={each.version_id: list(archived_evidence.evidence_hashes(each.evidence)) for each in versions},
        changes=changes,
        cells=[change_cell(each.attribute, each.old_value, each.new_value) for each in changes],
        comparison=run_change_address,
        feedback=feedback,
        decisions=decisions,
        overlaps=overlaps,
        findings=[row for row in found if row["status"] != "resolved" and row["finding_id"] not in reported],
        taken=taken_values,
        resolved=sum(row["status"] == "resolved" for row in found),
        since=since[:10],
        until=until[:10],
        differences=_differences(configuration, versions, since, until),
    )


def _side_by_side(current: dict[str, Version]) -> list[tuple[str, dict[str, tuple[TextPiece, ...]]]]:
    """Return each attribute that any side has, marking what differs from the catalogue's words."""
    rows = []
    for name in ATTRIBUTE_NAMES:
        stated = {source: _items(version.procedure, name) for source, version in current.items()}
        items = {source: texts for source, texts in stated.items() if texts}
        if items:
            rows.append((name, {source: _marked(name, source, items) for source in items}))
    return rows


def _marked(name: str, source: str, items: dict[str, list[str]]) -> tuple[TextPiece, ...]:
    reference = next((each for each in ("catalogue", "national") if each in items), source)
    other = next((each for each in items if each != source), source) if source == reference else reference
    return contrast_items(name, items[source], items[other])[0]


def _differences(
    configuration: Configuration, versions: Sequence[Version], since: str, until: str
) -> list[dict[str, Any]] | None:
    """Return what differs on each source between the ends of two days; None unless both are given."""
    if not since or not until:
        return None
    ends = []
    for name, text in (("since", since), ("until", until)):
        with field_errors(name):
            ends.append(configuration.end_of_day(parse_day(text[:10], "Ngày")))
    if ends[0] > ends[1]:
        raise InputError("Ngày đầu phải trước ngày sau", "since")
    differences = []
    for source in dict.fromkeys(version.source for version in versions):
        old, new = (_version_at(versions, source, moment) for moment in ends)
        contrast = contrast_procedures(
            old.procedure if old else None, new.procedure if new else None, same_source=True
        )
        lacking = contrast.alone if old is None or new is None else ()
        differences += [
            {"source": source, "attribute": each.attribute, "old": each.left, "new": each.right}
            for each in (*contrast.differing, *lacking)
        ]
    return differences


def _version_at(versions: Sequence[Version], source: str, moment: datetime) -> Version | None:
    for version in versions:
        has_begun = datetime.fromisoformat(version.valid_from) <= moment
        has_ended = version.valid_to is not None and datetime.fromisoformat(version.valid_to) <= moment
        if version.source == source and has_begun and not has_ended:
            return version
    return None


def _items(procedure: Procedure, name: str) -> list[str]:
    return [item for item in value_items(name, value_text(getattr(procedure, name))) if item]
