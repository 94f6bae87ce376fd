"""Rows of a list of web pages: each as a `ListedItem`, by the columns of a profile."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence

from bs4 import BeautifulSoup, Tag

from extractors.http.classify import Answer
from extractors.http.client import PoliteClient
from extractors.portals.audit.schema_audit import Audit
from extractors.portals.html.links import base_address, path_and_query, resolve_link, stable_link
from extractors.portals.html.page import text_of
from extractors.portals.html.profile import Profile
from extractors.portals.html.record import NOTHING, text_roles
from extractors.portals.source import ListedItem
from extractors.portals.strip_html import visible_text
from procedures.errors import SourceFailed
from procedures.values.codes import parse_code
from procedures.values.text import canonical, matching_key, name_key

MOST_COLUMNS = 100
"""Columns over which one cell of a table may stretch; a larger number is a mistake of the page."""


class RowReader:
    """A reader of the rows of one portal's list."""

    def __init__(
        self, profile: Profile, client: PoliteClient, audit: Audit, volatile: frozenset[str] = frozenset()
    ) -> None:
        self._profile = profile
        self._client = client
        self._audit = audit
        self._volatile = volatile

    def items(
        self, page: BeautifulSoup, rows: Sequence[Tag], answer: Answer, category: str = ""
    ) -> tuple[ListedItem, ...]:
        """Return the items of a page's rows.

        Raises:
            SourceFailed: half of them lack what every row must have: the portal has changed its layout.
        """
        base = base_address(page, answer.url)
        read = self._record_item if not self._profile.has_details else self._linked_item
        items = tuple(
            item
            for row, labelled in self._with_labels(page, rows)
            if (item := read(row, labelled, answer, base, category)) is not None
        )
        if self._profile.has_details:
            self._check_links(items, rows)
        else:
            self._check_records(items, rows)
        return items

    def _check_links(self, items: Sequence[ListedItem], rows: Sequence[Tag]) -> None:
        """Raise SourceFailed where rows lack links, or rows of different names have the same stable link."""
        by_link: dict[str, ListedItem] = {}
        for item in items:
            first = by_link.setdefault(item.source_id, item)
            if first is item or original_row(first)[0] == original_row(item)[0]:
                continue
            if name_key(first.name) != name_key(item.name):
                raise SourceFailed(
                    f"list.counts: {first.name!r} và {item.name!r} có cùng phần liên kết {item.source_id!r}"
                )
        address = self._client.base_url + "/"
        useful = sum(
            1
            for item in items
            if not item.source_id.startswith("#")
            and self._client.same_host(resolve_link(address, item.source_id))
        )
        if useful * 2 < len(rows):
            share = f"{len(rows) - useful}/{len(rows)}"
            raise SourceFailed(
                f"thiếu liên kết chi tiết ({self._profile.list.link!r}) ở {share} dòng; cổng đã đổi cấu trúc?"
            )

    def _check_records(self, items: Sequence[ListedItem], rows: Sequence[Tag]) -> None:
        """Raise SourceFailed where rows lack names or codes; a row of one cell is a heading between them."""
        rows = [row for row in rows if len(row.find_all(["td", "th"], recursive=False)) != 1]
        for what, useful in (
            ("tên thủ tục", sum(1 for item in items if item.name)),
            (
                "mã thủ tục",
                sum(1 for item in items if item.code) if self._profile.carries_codes else len(rows),
            ),
        ):
            if useful * 2 < len(rows):
                raise SourceFailed(
                    f"danh sách thiếu {what} ở {len(rows) - useful}/{len(rows)} dòng; cổng đã đổi cấu trúc?"
                )

    def _linked_item(
        self, row: Tag, labelled: dict[str, Tag], answer: Answer, base: str, category: str
    ) -> ListedItem | None:
        """Return the item of a row that leads to a record; `None` for a row without a link (a heading).

        A link that leads nowhere on this portal still lists a procedure: its address as written is the
        item's id, and its record stays unread.
        """
        found = self._link(row, base)
        if found is None:
            return None
        source_id, asked, words = found
        columns = {
            role: cell.get_text(" ").strip()
            for role, cell in (labelled | self._columns(row)).items()
            if canonical(cell.get_text(" "))
        }
        columns.setdefault("name", words)
        return _item(source_id, source_id, asked, columns, answer, category)

    def _record_item(
        self, row: Tag, labelled: dict[str, Tag], answer: Answer, base: str, category: str
    ) -> ListedItem | None:
        """Return the item of a row that is the record itself; `None` where it has neither name nor code.

        Its id is its code and what it says: rows that share a code stay two, whatever their order.
        """
        found = self._link(row, base)
        link, asked = ("", "") if found is None else found[:2]
        columns = {
            role: text
            for role, cell in (labelled | self._columns(row)).items()
            if (text := text_of(cell)) and matching_key(text) not in NOTHING
        }
        if not columns.get("name") and not columns.get("code"):
            return None
        columns.setdefault("name", "")
        said = _digest(link, columns)
        code = parse_code(columns.get("code"))
        return _item(f"{code.core if code else '~'}#{said}", link, asked, columns, answer, category)

    def _link(self, row: Tag, base: str) -> tuple[str, str, str] | None:
        """Return a row's link as it lasts, as it came, and its words."""
        anchor = row.select_one(self._profile.list.link) if self._profile.list.link else None
        href = anchor.get("href") if anchor is not None else None
        if anchor is None or not isinstance(href, str) or not href.strip():
            return None
        asked = lasts = href.strip()
        address = resolve_link(base, asked)
        if self._client.base_url.startswith("https:"):
            address = re.sub(r"^http:", "https:", address)  # old pages link to themselves without the s
        if not asked.startswith("#") and self._client.same_host(address):
            asked = path_and_query(address)
            lasts = stable_link(asked, self._profile.list.counts)
        elif address.startswith(("http:", "https:")):
            asked = lasts = address
        return lasts, asked, anchor.get_text(" ").strip()

    def _columns(self, row: Tag) -> dict[str, Tag]:
        return {
            role: cell
            for attribute, css in self._profile.list.columns.items()
            for role in text_roles(attribute, attribute, "")
            if matching_key(attribute) not in self._volatile and (cell := row.select_one(css)) is not None
        }

    def _with_labels(self, page: BeautifulSoup, rows: Sequence[Tag]) -> Iterator[tuple[Tag, dict[str, Tag]]]:
        """Yield each row with its cells by role, as the headings above them say."""
        layout = self._profile.list
        if layout.headings is None:
            yield from ((row, {}) for row in rows)
            return
        headings = [
            canonical(cell.get_text(" ")).rstrip(": ")
            for cell in page.select(layout.headings)
            for _ in range(_span(cell, "colspan"))
        ]
        for row, cells in _grid(rows):
            if len(cells) != len(headings) or len({id(cell) for cell in cells}) != len(cells):
                yield row, {}  # a heading within the table, or a row of another one
                continue
            pairs = [
                (label, cell)
                for label, cell in zip(headings, cells, strict=True)
                if label and matching_key(label) not in self._volatile
            ]
            yield row, self._by_role(pairs)

    def _by_role(self, pairs: Sequence[tuple[str, Tag]]) -> dict[str, Tag]:
        self._audit.count_fields({f"cột «{label}»": text_of(cell) or None for label, cell in pairs}, "dòng")
        found: dict[str, Tag] = {}
        for label, cell in pairs:
            attribute = self._profile.list.labels.get(matching_key(label), "")
            if not attribute:
                self._audit.add_leftover(f"cột «{label}»", text_of(cell))
                continue
            self._audit.add_known([f"cột «{label}»"])
            for role in text_roles(attribute, label, ""):
                found.setdefault(role, cell)
        return found


def original_row(item: ListedItem) -> tuple[str, dict[str, str]]:
    """Return the link of a row, perhaps with a session's number in it, and its columns."""
    row = json.loads(item.received)
    return row["link"], row["columns"]


def _item(
    source_id: str, link: str, asked: str, columns: dict[str, str], answer: Answer, category: str
) -> ListedItem:
    code = parse_code(columns.get("code"))
    return ListedItem(
        source_id=source_id,
        name=visible_text(columns["name"]),
        code=code.core if code else None,
        list_digest=_digest(link, columns),
        received=_says(asked, columns),
        categories=frozenset({category} if category else ()),
        evidence={"list": answer.hash},
    )


def _digest(link: str, columns: Mapping[str, str]) -> str:
    return hashlib.blake2b(_says(link, columns).encode(), digest_size=12).hexdigest()


def _says(link: str, columns: Mapping[str, str]) -> str:
    return json.dumps({"link": link, "columns": columns}, ensure_ascii=False, sort_keys=True)


def _grid(rows: Sequence[Tag]) -> Iterator[tuple[Tag, list[Tag]]]:
    """Yield each row with a cell for each column: a cell that stretches stands in all of its columns."""
    hanging: dict[int, tuple[int, Tag]] = {}
    for row in rows:
        cells: list[Tag] = []
        own = iter(row.find_all(["td", "th"], recursive=False))
        while True:
            column = len(cells)
            if column in hanging:
                left, cell = hanging.pop(column)
                if left > 1:
                    hanging[column] = (left - 1, cell)
                cells.append(cell)
                continue
            following = next(own, None)
            if following is None:
                break
            for _ in range(_span(following, "colspan")):
                if (rest := _span(following, "rowspan") - 1) > 0:
                    hanging[len(cells)] = (rest, following)
                cells.append(following)
        yield row, cells


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name) or "1")
    return min(max(int(value), 1), MOST_COLUMNS) if value.isdecimal() and len(value) < 5 else 1
