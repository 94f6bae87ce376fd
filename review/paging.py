"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Request

from review.security import parse_page_number

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class ListPage(Generic[Row]):
    """One page of a list: its rows, its number `at` from 1, the number of pages, and of rows in all.

    `query`: the other parts of the address, which its neighbours share; `name`: the part that says the page;
    `path`: where the list stands, empty where the page that shows it has no other address.
    """

    rows: Sequence[Row]
    at: int
    pages: int
    total: int
    query: Sequence[tuple[str, str]] = ()
    name: str = "at"
    path: str = ""

    def address(self, at: int) -> str:
        """Return the address of another page of the list; without a `path`, relative to this one's."""
        return f"{self.path}?{urlencode([*self.query, (self.name, at)])}"


def requested_page(request: Request, name: str = "at") -> int:
    """Return the page number that the address asks for under `name`, 1 without one."""
    return parse_page_number(request.query_params.get(name, ""))


def page_within(request: Request, total: int, size: int, name: str = "at") -> int:
    """Return the page that the address asks for of `total` rows, the last one where it asks for more."""
    return min(requested_page(request, name), max(1, -(-total // size)))


def page_of(
    request: Request, rows: Sequence[Row], size: int, name: str = "at", path: str = ""
) -> ListPage[Row]:
    """Return the page of `rows` that the address asks for, the last one where it asks for more.

    `path`: where the page stands if a form on it is sent elsewhere, as that shows it again when it fails.
    """
    at = page_within(request, len(rows), size, name)
    return loaded_page(request, rows[(at - 1) * size : at * size], len(rows), size, name, at, path)


def loaded_page(
    request: Request,
    rows: Sequence[Row],
    total: int,
    size: int,
    name: str = "at",
    at: int | None = None,
    path: str = "",
) -> ListPage[Row]:
    """Return the page whose `rows` were loaded, of a list of `total` rows in pages of `size`."""
    return ListPage(
        rows,
        requested_page(request, name) if at is None else at,
        max(1, -(-total // size)),
        total,
        [(key, value) for key, value in request.query_params.multi_items() if key not in (name, "told")],
        name,
        path,
    )
