"""One procedure compared: what two sources show, or one source on two nights, attribute by attribute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.responses import Response

from procedures.errors import InputError
from procedures.findings import CATALOGUE
from procedures.wording.difference_cells import shorten
from procedures.wording.procedure_contrast import AttributeContrast, contrast_procedures
from procedures.wording.text_diff import TextPiece
from procedures.wording.words import day_text
from review.form_fields import FormRoute, form_page
from review.security import Viewer, configuration_of, parse_number
from review.templating import render_page
from settings.configuration import Configuration
from steps.database import reading_connection
from warehouse.sources import procedure_search
from warehouse.sources.procedure_search import Version

router = APIRouter(route_class=FormRoute)

LONG, AROUND = 700, 90
"""Characters of a longer text that are shown at once, and those around each difference; the rest unfolds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a source shows of a procedure from one run until another; without a version, nothing.

    `period` says from when until when, in words.
    """

    source: str
    run_id: int
    version: Version | None
    period: str

    @property
    def address(self) -> str:
        """Return the stage as it stands in the page's address: "national@31"."""
        return f"{self.source}@{self.run_id}"


def compare_address(code: str, left: str, right: str) -> str:
    """Return the address of a comparison; a side is "national@31", or "national" for what it shows now."""
    sides = urlencode({"left": left, "right": right}, safe="@")
    return f"/procedures/{quote(code, safe='')}/compare?{sides}"


def run_change_address(code: str, source: str, run_id: int) -> str:
    """Return the address that compares what a source showed before and after a run."""
    return compare_address(code, f"{source}@{run_id - 1}", f"{source}@{run_id}")


def _page_of_usual_sides(request: Request) -> Response:
    return _comparison_page(request, request.path_params["code"], "", "")


@router.get("/procedures/{code}/compare")
@form_page(_page_of_usual_sides, "sides")
def compare(request: Request, _person: Viewer, code: str, left: str = "", right: str = "") -> Response:
    """Compare two sides; without `left` or `right` the list's and a portal's, as they are now.

    Raises:
        NotFoundError: no source ever showed the procedure.
        InputError: a side is not a source and a run.
    """
    return _comparison_page(request, code, left, right)


def _comparison_page(request: Request, code: str, left: str, right: str) -> Response:
    configuration = configuration_of(request)
    with reading_connection(configuration) as connection:
        versions = procedure_search.known_versions(connection, code)
    stages = _stages(configuration, versions)
    usual = _usual_sides(stages)
    sides = [
        _stage_of(stages, text, field) if text else stage
        for text, field, stage in zip((left, right), ("left", "right"), usual, strict=True)
    ]
    procedures = [None if each.version is None else each.version.procedure for each in sides]
    return render_page(
        request,
        "catalogue/compare.html",
        code=code,
        name=(sides[1].version or sides[0].version or versions[0]).procedure.name,
        stages=stages,
        left=sides[0],
        right=sides[1],
        contrast=contrast_procedures(*procedures, same_source=sides[0].source == sides[1].source),
        brief=_brief,
        swapped=compare_address(code, sides[1].address, sides[0].address),
    )


def _brief(contrast: AttributeContrast) -> tuple[Sequence[TextPiece], Sequence[TextPiece]] | None:
    """Return both texts around what differs; None where they are short enough to be shown whole."""
    texts = contrast.left, contrast.right
    if all(sum(len(piece.text) for piece in text) <= LONG for text in texts):
        return None
    return shorten(texts[0], LONG, AROUND), shorten(texts[1], LONG, AROUND)


def _stages(configuration: Configuration, versions: Sequence[Version]) -> dict[str, list[Stage]]:
    """Return the stages of each source that is compared, the list first; of each source the oldest first."""
    compared = [CATALOGUE, *configuration.in_role("national"), *configuration.in_role("provincial")]
    sources = dict.fromkeys((*compared, *sorted({version.source for version in versions})))
    zone = configuration.department.zone
    return {
        source: _stages_of(source, [each for each in reversed(versions) if each.source == source], zone)
        for source in sources
    }


def _stages_of(source: str, versions: Sequence[Version], zone: ZoneInfo) -> list[Stage]:
    """Return the stages of one source, beginning with the one before its first version."""
    moments = {each.opened_run: each.valid_from for each in versions}
    moments |= {each.closed_run: each.valid_to for each in versions if each.closed_run and each.valid_to}
    runs = sorted(moments)
    local = [datetime.fromisoformat(moments[run_id]).astimezone(zone) for run_id in runs]
    several_a_day = len({each.date() for each in local}) < len(local)
    texts = [f"{each:%H:%M %d/%m/%Y}" if several_a_day else day_text(each.date()) for each in local]
    if not runs:
        return [Stage(source=source, run_id=0, version=None, period="chưa từng có")]
    periods = [
        f"trước {texts[0]}",
        *(f"từ {since} đến {until}" for since, until in pairwise(texts)),
        f"từ {texts[-1]} đến nay",
    ]
    return [
        Stage(source=source, run_id=run_id, version=_version_at(versions, run_id), period=period)
        for run_id, period in zip((runs[0] - 1, *runs), periods, strict=True)
    ]


def _version_at(versions: Sequence[Version], run_id: int) -> Version | None:
    """Return the version that the source shows once that run has ended."""
    for version in versions:
        if version.opened_run <= run_id and (version.closed_run is None or version.closed_run > run_id):
            return version
    return None


def _usual_sides(stages: dict[str, list[Stage]]) -> tuple[Stage, Stage]:
    """Return what the list and a portal show now, or the last two stages where one source alone has any."""
    showing = [source for source, each in stages.items() if len(each) > 1]
    if len(showing) == 1:
        *_, before, now = stages[showing[0]]
        return before, now
    return stages[showing[0]][-1], stages[showing[1]][-1]


def _stage_of(stages: dict[str, list[Stage]], text: str, field: str) -> Stage:
    source, separator, after = text.partition("@")
    run_id = parse_number(after)
    if source not in stages or (separator and run_id is None):
        raise InputError("Hãy chọn nguồn và lần lấy dữ liệu có trong danh sách", field)
    begun = [each for each in stages[source] if run_id is None or each.run_id <= run_id]
    return begun[-1] if begun else stages[source][0]
