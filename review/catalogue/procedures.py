"""Procedures: searched, and one of them through time on all sides, with differences between two days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from procedures.attributes import ATTRIBUTE_NAMES
from procedures.errors import InputError, UnknownThingError
from procedures.model import Procedure, value_text
from procedures.wording.text_diff import Piece, contrast
from procedures.wording.values import gathered, readable
from procedures.workbook_layout.registers import FEEDBACK, parse_day
from review.forms import FormRoute, about, stands_on
from review.security import Viewer, configuration_of
from review.templating import page
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.findings.taken_values import taken
from steps.sources import archived_evidence
from warehouse.office import registers
from warehouse.sources import procedure_search
from warehouse.sources.procedure_search import Version
from warehouse.sources.runs import rows_of

router = APIRouter(route_class=FormRoute)

SIZE = 100
LONGEST = 200


@router.get("/procedures")
def searched(request: Request, _person: Viewer, text: str = "") -> Response:
    """Procedures whose code, name or field has all the words."""
    with reading_connection(configuration_of(request)) as connection:
        found, total = procedure_search.search(connection, text[:LONGEST], limit=SIZE)
    return page(
        request, "catalogue/procedures.html", found=found, total=total, text=text[:LONGEST], size=SIZE
    )


def _without_days(request: Request) -> Response:
    return _procedure(request, request.path_params["code"], "", "")


@router.get("/procedures/{code}")
@stands_on(_without_days, "days")
def shown(request: Request, _person: Viewer, code: str, since: str = "", until: str = "") -> Response:
    """One procedure: as it stands on each side, its differences between two days, and its life.

    Raises:
        UnknownThingError: no source ever showed it.
        InputError: a day that is none.
    """
    return _procedure(request, code, since, until)


def _procedure(request: Request, code: str, since: str, until: str) -> Response:
    configuration = configuration_of(request)
    with reading_connection(configuration) as connection:
        versions = procedure_search.versions_of(connection, code)
        if not versions:
            raise UnknownThingError(f"Không nguồn nào từng có thủ tục mang mã {code[:40]}")
        changes = procedure_search.steps_of(connection, code)
        gone = procedure_search.gone_from(connection, code)
        heard_of = registers.about(connection, FEEDBACK, code=code)
        decisions = procedure_search.decisions_of(connection, code)
        overlaps = procedure_search.overlaps_of(connection, code)
        its = rows_of(connection, "v_finding", where={"code": code}, order_by=("finding_id",))
        done = taken(connection, its)
    told = {each.finding_id for each in overlaps}
    standing = {version.source: version for version in versions if version.valid_to is None}
    sources = list(dict.fromkeys(("catalogue", *(version.source for version in versions))))
    return page(
        request,
        "catalogue/procedure.html",
        code=code,
        name=next(iter([*standing.values(), *versions])).procedure.name,
        sources=[source for source in sources if any(each.source == source for each in versions)],
        standing=standing,
        gone=gone,
        rows=_side_by_side(standing),
        versions=versions,
        proofs={each.version_id: list(archived_evidence.hashes(each.evidence)) for each in versions},
        changes=changes,
        heard_of=heard_of,
        decisions=decisions,
        overlaps=overlaps,
        about=[row for row in its if row["status"] != "resolved" and row["finding_id"] not in told],
        taken=done,
        resolved=sum(row["status"] == "resolved" for row in its),
        since=since[:10],
        until=until[:10],
        differences=_between(configuration, versions, since, until),
    )


def _side_by_side(standing: dict[str, Version]) -> list[tuple[str, dict[str, tuple[Piece, ...]]]]:
    """Each attribute that any side has, with what differs from the catalogue's words marked."""
    rows = []
    for name in ATTRIBUTE_NAMES:
        words = {source: _words(version.procedure, name) for source, version in standing.items()}
        said = {source: text for source, text in words.items() if text}
        if not said:
            continue
        first = said.get("catalogue") or said.get("national")
        rows.append(
            (
                name,
                {
                    source: contrast(text, first if text != first else _other(said, source) or text)
                    if first
                    else (Piece(text, False),)
                    for source, text in said.items()
                },
            )
        )
    return rows


def _other(said: dict[str, str], source: str) -> str | None:
    return next((text for name, text in said.items() if name != source), None)


def _between(
    configuration: Configuration, versions: Sequence[Version], since: str, until: str
) -> list[dict[str, Any]] | None:
    """What each source said otherwise at the end of two days; None when no two days are asked for."""
    if not since or not until:
        return None
    ends = []
    for name, text in (("since", since), ("until", until)):
        with about(name):
            ends.append(configuration.end_of_day(parse_day(text[:10], "Ngày")))
    if ends[0] > ends[1]:
        raise InputError("Ngày đầu phải trước ngày sau", "since")
    found = []
    for source in dict.fromkeys(version.source for version in versions):
        old, new = (_at(versions, source, moment) for moment in ends)
        for name in ATTRIBUTE_NAMES:
            before = _words(old.procedure, name) if old else ""
            after = _words(new.procedure, name) if new else ""
            if before != after:
                pair = contrast(before, after), contrast(after, before)
                found.append({"source": source, "attribute": name, "old": pair[0], "new": pair[1]})
    return found


def _at(versions: Sequence[Version], source: str, moment: datetime) -> Version | None:
    for version in versions:
        begun = datetime.fromisoformat(version.valid_from) <= moment
        ended = version.valid_to is not None and datetime.fromisoformat(version.valid_to) <= moment
        if version.source == source and begun and not ended:
            return version
    return None


def _words(procedure: Procedure, name: str) -> str:
    return gathered(name, readable(name, value_text(getattr(procedure, name))))
