"""What of the list of findings is looked at: read from an address, kept through forms, and said in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Any, cast, get_args
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, Request
from starlette.datastructures import FormData, QueryParams

from procedures.errors import InputError
from procedures.findings import FindingKind, Severity, Status
from procedures.levels import LEVELS, level_label
from procedures.wording.words import FINDING_KINDS, SEVERITIES, STATUSES
from review.page_words import DUES
from review.security import field, number_in, page_number
from steps.findings.triage import Seen
from warehouse.findings.queries import Due, Filter, Sort

SIZES = (50, 100, 200)
"""Rows a page."""


@dataclass(frozen=True, slots=True)
class View:
    """What of the list is looked at; every part of it stands in the address."""

    wanted: Filter
    sort: Sort = "weight"
    page: int = 1
    size: int = SIZES[0]

    def query(self, **changes: Any) -> str:
        """The address's query of this view, with changes; None takes a part out."""
        said: dict[str, Any] = {each.name: getattr(self.wanted, each.name) for each in fields(Filter)}
        said = {name: value for name, value in said.items() if value is not None}
        if said.get("status") == "unresolved":
            del said["status"]
        elif self.wanted.status is None:
            said["status"] = "all"
        said |= {"sort": self.sort} if self.sort != "weight" else {}
        said |= {"size": self.size} if self.size != SIZES[0] else {}
        said |= {"page": self.page} if self.page > 1 and not changes else {}
        for name, value in changes.items():
            said.pop(name, None)
            if value is not None:
                said[name] = value
        return urlencode(said)


def view_of(given: Mapping[str, str]) -> View:
    """The view that an address asks for; what it says wrongly is as if it were not said."""

    def one_of(name: str, known: Any) -> Any:
        return given.get(name) if given.get(name) in known else None

    status = given.get("status") or "unresolved"
    wanted = Filter(
        kind=one_of("kind", set(FindingKind)),
        severity=one_of("severity", set(Severity)),
        status=None if status == "all" else status if status in set(Status) else "unresolved",
        field=given.get("field") or None,
        division=given.get("division") or None,
        level=one_of("level", LEVELS),
        source=given.get("source") or None,
        due=one_of("due", get_args(Due)),
        text=(given.get("text") or "").strip()[:200] or None,
    )
    size = given.get("size", "")
    return View(
        wanted,
        cast(Sort, one_of("sort", get_args(Sort)) or "weight"),
        page_number(given.get("page", "")),
        int(size) if size in map(str, SIZES) else SIZES[0],
    )


def _view(request: Request) -> View:
    return view_of(request.query_params)


def view_back(form: FormData) -> View:
    """The view that a form came from."""
    return view_of(QueryParams(parse_qsl(field(form, "back"))))


def view_of_back(values: Mapping[str, Sequence[str]]) -> View:
    """The view that a form came from, by all that was sent with it."""
    return view_of(QueryParams(parse_qsl(next(iter(values.get("back", ())), ""))))


Looked = Annotated[View, Depends(_view)]


def in_words(wanted: Filter, source_name: Callable[[str], str]) -> list[tuple[str, str]]:
    """The filter for people: each part of it that was chosen, with its value."""
    status = wanted.status
    shown = "tất cả" if status is None else STATUSES.get(status, "Chưa xong")
    said = (
        ("Trạng thái", shown),
        ("Tìm", wanted.text and f"“{wanted.text}”"),
        ("Loại", wanted.kind and FINDING_KINDS[wanted.kind]),
        ("Mức độ", wanted.severity and SEVERITIES[wanted.severity]),
        ("Hạn", wanted.due and DUES[wanted.due]),
        ("Lĩnh vực", wanted.field),
        ("Phòng, ban, đơn vị", wanted.division),
        ("Cấp thực hiện", wanted.level and level_label(wanted.level)),
        ("Nguồn", wanted.source and source_name(wanted.source)),
    )
    return [(words, value) for words, value in said if value]


def seen_of(text: str) -> Seen:
    """A finding and the version that somebody looked at, as forms carry them.

    Raises:
        InputError: it is no such pair.
    """
    number, version = (number_in(part) for part in text.partition(":")[::2])
    if number is None or version is None:
        raise InputError(f"Sai lệch đã chọn: {text[:40]!r} không đọc được")
    return Seen(number, version)
