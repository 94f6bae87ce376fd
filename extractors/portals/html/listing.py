"""The listing of a portal of web pages: how each page is asked for, and where the list ends."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

from extractors.http.classify import Answer
from extractors.http.exchange import same_host
from extractors.http.request_body import Form
from extractors.portals.html.links import base_address, path_and_query, resolve_link, stable_link
from extractors.portals.html.page import page_of
from extractors.portals.html.profile import Categories, ListLayout, Profile
from extractors.portals.html.rows import RowReader
from extractors.portals.source import ListingPage, Unread
from procedures.errors import SourceFailed
from procedures.values.text import canonical

MOST_PAGES = 5_000
MOST_CATEGORIES = 1_000
LONGEST_TOTAL = 7
"""More digits than this are not a count of procedures."""

_COUNT = re.compile(r"\s*\(\s*\d[\d.,]*\s*\)\s*$")
"""The number of procedures that a menu shows after a category's name."""

Ask = Callable[[str, Form | None], Answer]
"""Sends a request for an address, by POST where there is a form. Raises Unread."""


@dataclass(frozen=True, slots=True)
class Category:
    """One part of a list, with its `value` in addresses and forms; a list without parts has no name."""

    name: str = ""
    value: str = ""

    @property
    def words(self) -> str:
        """What follows a page's number in a message."""
        return f" của danh mục «{self.name}»" if self.name else ""


WHOLE = Category()


class HtmlListing:
    """The pages of one portal's list."""

    def __init__(self, profile: Profile, ask: Ask, rows: RowReader) -> None:
        self._profile = profile
        self._ask = ask
        self._rows = rows
        self._categories: dict[str, Category] = {}

    @property
    def _layout(self) -> ListLayout:
        return self._profile.list

    def pages(self) -> Iterator[ListingPage]:
        """Yield the pages of each category; what stays unread is named, and the next asked for."""
        if self._layout.categories is None:
            yield from self._pages_of(WHOLE)
            return
        try:
            categories = self._read_categories(self._layout.categories)
        except Unread as error:
            yield ListingPage(section="", number=1, lost=f"trang các danh mục ({error})")
            return
        self._categories = {category.name: category for category in categories}
        by_ids: dict[frozenset[str], Category] = {}
        for category in categories:
            ids: set[str] = set()
            for page in self._pages_of(category):
                ids |= {item.source_id for item in page.items}
                yield page
            first = by_ids.setdefault(frozenset(ids), category)
            if len(ids) > 1 and first is not category:
                reason = f"danh mục «{category.name}» lặp lại danh sách của danh mục «{first.name}»"
                yield ListingPage(section=category.name, number=1, lost=reason)

    def first_page(self, section: str) -> ListingPage:
        """Return a second reading of a category's first page.

        With the first category, the page of categories is read again, too. Raises Unread where it differs.
        """
        found = self._layout.categories
        if found is None:
            return self._reader(WHOLE).read(1)[0]
        if section == next(iter(self._categories)) and found.items is not None:
            again = {category.name: category for category in self._read_categories(found)}
            if again != self._categories:
                raise Unread("các danh mục thay đổi trong khi đọc")
        return self._reader(self._categories[section]).read(1)[0]

    def _reader(self, category: Category) -> _PageReader:
        return _PageReader(self._profile, self._ask, self._rows, category)

    def _read_categories(self, layout: Categories) -> list[Category]:
        """Return the categories in the order of their values, which is that of every night.

        Raises:
            SourceFailed: the page shows none, or two of one name.
        """
        if layout.items is None:
            return sorted(
                (Category(name, value) for name, value in layout.values.items()), key=lambda each: each.value
            )
        answer = self._ask(layout.url, None)
        page = page_of(answer)
        by_value: dict[str, Category] = {}
        for element in page.select(layout.items):
            category = _category(element, layout, answer.url, base_address(page, answer.url))
            if category is not None:
                by_value.setdefault(category.value, category)
        names = {category.name for category in by_value.values()}
        if not by_value or len(by_value) > MOST_CATEGORIES:
            raise SourceFailed(f"có {len(by_value)} danh mục theo {layout.items!r}; cổng đã đổi cấu trúc?")
        if len(names) < len(by_value):
            raise SourceFailed(f"list.categories.items: {len(by_value)} danh mục mà chỉ có {len(names)} tên")
        return [by_value[value] for value in sorted(by_value)]

    def _pages_of(self, category: Category) -> Iterator[ListingPage]:
        """Yield one list by page number.

        Where the profile has a "next" link, it ends on the page without it. Else it ends at a page
        without rows; past the declared total, also at a page that is missing or repeats rows.
        """
        reader = self._reader(category)
        by_link = self._layout.next is not None
        listed_ids: set[str] = set()
        listed_rows: set[tuple[tuple[str, ...], ...]] = set()
        last: int | None = None
        for number in range(1, MOST_PAGES + 1):
            past = not by_link and last is not None and number > last
            try:
                page, more = reader.read(number)
            except Unread as error:
                if past:
                    return
                yield _lost_page(category, number, str(error))
                if last is None or number >= last:
                    return
                continue
            ids = {item.source_id for item in page.items}
            rows = tuple(item.identity for item in page.items)
            if number > 1 and ids and (ids <= listed_ids or rows in listed_rows):
                if not past:
                    yield _lost_page(category, number, "lặp lại trang đã đọc")
                return
            if ids or number == 1:
                yield page
            elif by_link:
                yield _lost_page(category, number, "không có dòng nào")
                more = more or (last is not None and number < last)
            listed_ids |= ids
            listed_rows.add(rows)
            if number == 1 and page.declared_total and page.items:
                last = math.ceil(page.declared_total / len(page.items))
            if not more:
                return
        yield _lost_page(category, MOST_PAGES + 1, "danh sách không dừng")


class _PageReader:
    """One walk through the pages of a category: the form of a page is filled in from the page before."""

    def __init__(self, profile: Profile, ask: Ask, rows: RowReader, category: Category) -> None:
        self._profile = profile
        self._layout = profile.list
        self._ask = ask
        self._rows = rows
        self._category = category
        self._hidden: dict[str, str] = {}

    def read(self, number: int) -> tuple[ListingPage, bool]:
        """Return a page, and whether another follows.

        Raises:
            Unread: it is another page than was asked for, or lacks what the next one is asked with.
            SourceFailed: the portal has changed its layout.
        """
        layout, category = self._layout, self._category
        answer = self._answer(number)
        page = page_of(answer)
        rows = page.select(layout.rows)
        total = total_of(page, layout.total)
        if not rows and number == 1:
            total = self._checked_empty(page, total)
        if layout.carry is not None:
            self._hidden = _fields(page, layout.carry) or self._hidden
        self._check_number(page, number, rows)
        items = self._rows.items(page, rows, answer, category.name)
        more = bool(rows) if layout.next is None else page.select_one(layout.next) is not None
        listed = ListingPage(section=category.name, number=number, items=items, declared_total=total)
        return listed, more and self._profile.has_pages

    def _answer(self, number: int) -> Answer:
        layout, value = self._layout, self._category.value
        address = layout.filled(layout.url, number, value)
        if layout.method == "get" or (number == 1 and layout.first == "get"):
            return self._ask(address, None)
        if layout.carry is not None:
            if number == 1:
                self._hidden = _fields(page_of(self._ask(address, None)), layout.carry)
            if not self._hidden:
                raise Unread(f"trang trước không có trường ẩn nào theo {layout.carry!r}")
        form = {name: layout.filled(text, number, value) for name, text in layout.form.items()}
        return self._ask(address, Form({**self._hidden, **form}))

    def _checked_empty(self, page: BeautifulSoup, total: int | None) -> int:
        """Return 0 for a category that says it is empty."""
        categories = self._layout.categories
        if categories is None:
            raise SourceFailed(
                f"trang đầu không có dòng nào theo {self._layout.rows!r}; cổng đã đổi cấu trúc?"
            )
        says_so = categories.empty is not None and page.select_one(categories.empty) is not None
        if total != 0 and not says_so:
            raise Unread("không có dòng nào")
        return 0

    def _check_number(self, page: BeautifulSoup, number: int, rows: list[Tag]) -> None:
        """Raise Unread where the page shows the number of another one, or past the first one none."""
        if self._layout.current is None or not rows:
            return
        shown = total_of(page, self._layout.current)
        if shown != number and (shown is not None or number > 1):
            raise Unread(f"cổng trả lời bằng trang {'không ghi số' if shown is None else shown}")


def total_of(page: BeautifulSoup, css: str | None) -> int | None:
    """Return the declared total; its thousands may be separated by punctuation or blanks."""
    node = page.select_one(css) if css else None
    digits = (
        "".join(character for character in node.get_text() if character.isdecimal())
        if node is not None
        else ""
    )
    return int(digits) if digits and len(digits) <= LONGEST_TOTAL else None


def _category(element: Tag, layout: Categories, url: str, base: str) -> Category | None:
    """Return the category of a link or an option; `None` where it has no value (a heading, "Tất cả").

    A link that leaves the portal keeps its host: it is not followed, and its category is lost.
    """
    name = _COUNT.sub("", canonical(element.get_text(" ")))
    href, value = element.get("href"), element.get("value")
    text = str(value or "").strip()
    if isinstance(href, str) and href.strip():
        text = resolve_link(base, href.strip()) or href.strip()
        text = stable_link(path_and_query(text)) if same_host(url, text) else text
    if layout.pattern is not None:
        match = layout.pattern.search(text)
        text = "" if match is None else match[layout.pattern.groups]
    return Category(name, text) if name and text else None


def _fields(page: BeautifulSoup, css: str) -> dict[str, str]:
    """Return the fields of a form that a page has filled in, by name."""
    return {
        name: str(field.get("value") or "")
        for field in page.select(css)
        if isinstance(name := field.get("name"), str) and name
    }


def _lost_page(category: Category, number: int, why: str) -> ListingPage:
    return ListingPage(section=category.name, number=number, lost=f"trang {number}{category.words} ({why})")
