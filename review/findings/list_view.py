"""The view of the list of findings: read from an address, carried through forms, and put in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Any, cast, get_args
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, Request
from starlette.datastructures import FormData, QueryParams

from procedures.errors import InputError
from procedures.findings import FindingKind, FindingStatus, Severity
from procedures.values.levels import LEVELS, level_label
from procedures.values.limits import MAX_KEY_LENGTH
from procedures.wording.case_titles import case_title
from procedures.wording.words import KIND_TITLES, SEVERITIES, STATUSES
from review.page_words import COLUMNS, DUES
from review.security import field, parse_number, parse_page_number
from steps.findings.case_members import SeenCase
from steps.findings.triage import SeenVersion
from warehouse.findings.filters import NO_DIVISION, Due, Filter
from warehouse.findings.finding_index import Sort

SIZES = (50, 100, 200)
"""Rows a page."""

DEFAULT_COLUMNS = tuple(name for name in COLUMNS if name != "field")
"""The columns of somebody who has chosen none."""


@dataclass(frozen=True, slots=True)
class FindingsView:
    """Which part of the list is shown, and in which order; every part of it is in the address.

    `columns`: those that the address names; None where each person has their own. `each`: every finding has a
    line, not every case.
    """

    criteria: Filter
    sort: Sort = "weight"
    page: int = 1
    size: int = SIZES[0]
    columns: tuple[str, ...] | None = None
    each: bool = False

    @property
    def by_case(self) -> bool:
        """Return whether findings of one case stand as one line."""
        return not self.each and self.criteria.case is None

    def query(self, **changes: Any) -> str:
        """Return the address's query of this view, with changes; None removes a part."""
        values: dict[str, Any] = {each.name: getattr(self.criteria, each.name) for each in fields(Filter)}
        values = {name: value for name, value in values.items() if value is not None}
        if values.get("status") == "unresolved":
            del values["status"]
        elif self.criteria.status is None:
            values["status"] = "all"
        values |= {"sort": self.sort} if self.sort != "weight" else {}
        values |= {"size": self.size} if self.size != SIZES[0] else {}
        values |= {"rows": "each"} if self.each else {}
        values |= {"columns": ".".join(self.columns)} if self.columns else {}
        values |= {"page": self.page} if self.page > 1 and not changes else {}
        for name, value in changes.items():
            values.pop(name, None)
            if value is not None:
                values[name] = value
        return urlencode(values)


def view_of(query: Mapping[str, str]) -> FindingsView:
    """Return the view that an address asks for; invalid parts are ignored."""

    def one_of(name: str, allowed: Any) -> Any:
        return query.get(name) if query.get(name) in allowed else None

    status = query.get("status") or "unresolved"
    criteria = Filter(
        kind=one_of("kind", set(FindingKind)),
        severity=one_of("severity", set(Severity)),
        status=None if status == "all" else status if status in set(FindingStatus) else "unresolved",
        field=query.get("field") or None,
        division=query.get("division") or None,
        person=query.get("person") or None,
        level=one_of("level", LEVELS),
        source=query.get("source") or None,
        decision=query.get("decision") or None,
        due=one_of("due", get_args(Due)),
        opened_after=parse_number(query.get("opened_after", "")),
        ended_after=parse_number(query.get("ended_after", "")),
        text=(query.get("text") or "").strip()[:200] or None,
        case=(query.get("case") or "")[:MAX_KEY_LENGTH] or None,
    )
    size = query.get("size", "")
    return FindingsView(
        criteria,
        cast(Sort, one_of("sort", get_args(Sort)) or "weight"),
        parse_page_number(query.get("page", "")),
        int(size) if size in map(str, SIZES) else SIZES[0],
        parse_columns(query.get("columns", "")),
        query.get("rows") == "each",
    )


def parse_columns(text: str) -> tuple[str, ...] | None:
    """Return the columns that a text "procedure.due" names, in their order; None if there are none."""
    named = text.split(".")
    return tuple(name for name in COLUMNS if name in named) or None


def _view(request: Request) -> FindingsView:
    return view_of(request.query_params)


def view_of_form(form: FormData) -> FindingsView:
    """Return the view from which a form was sent."""
    return view_of(QueryParams(parse_qsl(field(form, "back"))))


def view_of_values(values: Mapping[str, Sequence[str]]) -> FindingsView:
    """Return the view from which a form with these values was sent."""
    return view_of(QueryParams(parse_qsl(next(iter(values.get("back", ())), ""))))


RequestedView = Annotated[FindingsView, Depends(_view)]


def filter_labels(criteria: Filter, source_name: Callable[[str], str]) -> list[tuple[str, str]]:
    """Return the filter in words: each part that was chosen, with its value."""
    status = criteria.status
    status_words = "tất cả" if status is None else STATUSES.get(status, "Chưa xong")
    labels = (
        ("Trạng thái", status_words),
        ("Nhóm việc", criteria.case and case_title(criteria.case)),
        ("Tìm", criteria.text and f"“{criteria.text}”"),
        ("Loại", criteria.kind and KIND_TITLES[criteria.kind]),
        ("Mức độ", criteria.severity and SEVERITIES[criteria.severity]),
        ("Hạn", criteria.due and DUES[criteria.due]),
        ("Lĩnh vực", criteria.field),
        ("Phòng, ban, đơn vị", "chưa có" if criteria.division == NO_DIVISION else criteria.division),
        ("Người", criteria.person),
        ("Cấp thực hiện", criteria.level and level_label(criteria.level)),
        ("Nguồn", criteria.source and source_name(criteria.source)),
        ("Quyết định của Bộ", criteria.decision),
        ("Mới", criteria.opened_after is not None and f"sau lần chạy {criteria.opened_after}"),
        ("Không còn", criteria.ended_after is not None and f"sau lần chạy {criteria.ended_after}"),
    )
    return [(words, value) for words, value in labels if value]


def parse_seen(text: str) -> SeenVersion:
    """Parse a finding's number and the version that somebody looked at, as forms send them.

    Raises:
        InputError: it is not such a pair.
    """
    number, version = (parse_number(part) for part in text.partition(":")[::2])
    if number is None or version is None:
        raise InputError(f"Sai lệch đã chọn: {text[:40]!r} không đọc được")
    return SeenVersion(number, version)


def parse_seen_case(text: str) -> SeenCase:
    """Parse a case's key and the event up to which somebody had seen it, as forms send them.

    Raises:
        InputError: it is not such a pair.
    """
    event, _, case_id = text.partition(":")
    number = parse_number(event) if event != "0" else 0
    if number is None or not case_id:
        raise InputError(f"Nhóm việc đã chọn: {text[:40]!r} không đọc được")
    return SeenCase(case_id, number)
