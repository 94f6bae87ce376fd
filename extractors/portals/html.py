"""A portal of web pages, read by labels according to a profile."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator
from dataclasses import replace

import httpx
from bs4 import BeautifulSoup, Tag

from extractors.archive.resume import Earlier, Unfinished
from extractors.archive.store import Recorder
from extractors.http.classify import Answer
from extractors.http.client import PoliteClient
from extractors.portals.html_page import page_of
from extractors.portals.html_profile import Profile, load_profile
from extractors.portals.html_record import has_pairs, parse_page
from extractors.portals.links import (
    base_address,
    drop_parameters,
    lasting,
    moving,
    path_and_query,
    resolve_link,
)
from extractors.portals.portal_source import PortalSource
from extractors.portals.source import Detail, ListedItem, NotFound, Page, Unfit, Unread
from extractors.portals.strip_html import visible_text
from procedures.codes import parse_code
from procedures.errors import SettingsError, SourceFailed
from procedures.model import PUBLISHED_STATES, Procedure
from procedures.snapshot import LookUp, LookUpOutcome, Remembered
from procedures.text import canonical, matching_key, name_key
from settings.sources import SourceSettings

__all__ = ["HtmlPortal", "load_profile"]

MOST_PAGES = 5_000
LONGEST_TOTAL = 7
"""More digits than this are not a count of procedures."""


class HtmlPortal(PortalSource):
    """An `Extractor` of a portal of web pages. Its listing has one section, and no states."""

    def __init__(
        self,
        settings: SourceSettings,
        recorder: Recorder | None,
        *,
        transport: httpx.BaseTransport | None = None,
        unfinished: Unfinished | None = None,
        earlier: Earlier | None = None,
    ) -> None:
        self._profile: Profile = load_profile(settings.profile or "")
        self._volatile = frozenset(matching_key(label) for label in settings.volatile)
        self._first_page: Page | None = None
        self._varying: frozenset[str] | None = frozenset()
        super().__init__(
            PoliteClient.of(settings, recorder, transport=transport, unfinished=unfinished, earlier=earlier)
        )
        if not self._client.same_host(self._address(self._profile.list_address(1))):
            self.close()
            raise SettingsError(
                f"{self._profile.name}: list.url: {self._profile.list.url!r} dẫn ra ngoài base_url"
            )

    def pages(self) -> Iterator[Page]:
        """Yield the listing by page number; a page that stays unread is named, and the next asked for.

        Where the profile has a "next" link, the listing ends on the page without it. Else it ends at a page
        without rows; past the declared total, also at a page that is missing or repeats rows.
        """
        listed_ids: set[str] = set()
        listed_rows: set[tuple[tuple[str, ...], ...]] = set()
        last: int | None = None
        for number in range(1, MOST_PAGES + 1):
            past = self._profile.list.next is None and last is not None and number > last
            try:
                page, more = self._page(number)
            except Unread as error:
                if past:
                    return
                yield _lost_page(number, str(error))
                if last is None or number >= last:
                    return
                continue
            ids = {item.source_id for item in page.items}
            rows = tuple(item.identity for item in page.items)
            if number > 1 and ids and (ids <= listed_ids or rows in listed_rows):
                if not past:
                    yield _lost_page(number, "lặp lại trang đã đọc")
                return
            if number == 1:
                self._first_page, self._varying = page, frozenset()
            if ids or number == 1:
                yield page
            elif self._profile.list.next is not None:
                yield _lost_page(number, "không có dòng nào")
                more = more or (last is not None and number < last)
            listed_ids |= ids
            listed_rows.add(rows)
            if number == 1 and page.declared_total and page.items:
                last = math.ceil(page.declared_total / len(page.items))
            if not more:
                return
        yield _lost_page(MOST_PAGES + 1, "danh sách không dừng")

    def first_page(self, section: str) -> Page:  # noqa: ARG002 - there is one section
        """Return a second reading of the first page, and learn which parameters of its links vary."""
        page = self._page(1)[0]
        for first, second in zip(
            self._first_page.items if self._first_page else (), page.items, strict=False
        ):
            if first.identity == second.identity and self._varying is not None:
                parameters = moving(first.source_id, second.source_id)
                self._varying = None if parameters is None else self._varying | parameters
        return page

    def detail(self, item: ListedItem, remembered: Remembered | None) -> Detail:
        """Return the record of a row."""
        link, listed = _original_row(item)
        if not self._client.same_host(self._address(link)):
            raise Unread("liên kết không dẫn tới trang nào của cổng")
        page, answer = self._read_record(link, item.list_digest)
        procedure = self._parse_record(page, answer, listed)
        evidence = {"detail": answer.hash}
        received = {"url": answer.url, "name": procedure.name, "code": procedure.local_code}
        self._audit.count_absent({"Mã thủ tục": 1} if procedure.code else {}, self._needed)
        if not procedure.name:
            raise Unfit("name_missing", "bản ghi không có tên", received, evidence)
        self._check_record_matches(item, remembered, procedure, received, evidence)
        if procedure.code is None and self._profile.carries_codes:
            reason = (
                f"mã {procedure.local_code!r} không đúng dạng"
                if procedure.local_code
                else "bản ghi không có mã"
            )
            raise Unfit("code_malformed", reason, received, evidence)
        self._client.settle(answer, item.list_digest)
        return Detail(procedure=procedure, evidence=evidence, received=received)

    def look_up(self, remembered: Remembered) -> LookUp:
        """Ask for the record's own page."""
        if not remembered.source_id:
            return LookUp(key=remembered.key, outcome="error", evidence={"told": "không có đường dẫn"})
        evidence: dict[str, object] = {"asked": remembered.source_id}
        try:
            page, answer = self._read_record(remembered.source_id)
        except NotFound as error:
            return LookUp(key=remembered.key, outcome="not_found", evidence=evidence | {"told": str(error)})
        except Unread as error:
            return LookUp(key=remembered.key, outcome="error", evidence=evidence | {"told": str(error)})
        evidence["detail"] = answer.hash
        procedure = self._parse_record(page, answer, {})
        outcome: LookUpOutcome = "published"
        if remembered.code is not None and procedure.code != remembered.code:
            outcome = "error"
            evidence["code"] = procedure.code
        elif procedure.state is not None and procedure.state not in PUBLISHED_STATES:
            outcome = "dead"
            evidence["state"] = procedure.state
        return LookUp(key=remembered.key, outcome=outcome, evidence=evidence)

    def ask(self, code: str) -> LookUp | None:  # noqa: ARG002 - cannot be asked so
        """Return nothing: a portal of pages is not asked by code."""
        return None

    @property
    def _needed(self) -> tuple[str, ...]:
        return ("Mã thủ tục",) if self._profile.carries_codes else ()

    def _check_record_matches(
        self,
        item: ListedItem,
        remembered: Remembered | None,
        procedure: Procedure,
        received: dict[str, str | None],
        evidence: dict[str, str | None],
    ) -> None:
        """Check that the record is the one that its row led to: by code where known, else by name.

        A list may cut a long name short and end it with an ellipsis. A record that still has its row's name
        was given another code in place, unless the row itself shows a code.
        """
        expected = item.code or (remembered.code if remembered else None)
        if expected and procedure.code == expected:
            return
        listed_name, name = name_key(item.name.rstrip(" .…")), name_key(procedure.name)
        cut = item.name.rstrip().endswith(("…", "..."))
        if item.code is None and (name == listed_name or (cut and name.startswith(listed_name))):
            return
        reason = f"dòng {expected or item.name!r} dẫn tới bản ghi của {procedure.code or procedure.name!r}"
        raise Unfit("wrong_code", reason, received, evidence)

    def _page(self, number: int) -> tuple[Page, bool]:
        layout = self._profile.list
        answer = self._get(self._profile.list_address(number))
        page = page_of(answer)
        rows = page.select(layout.rows)
        if not rows and number == 1:
            raise SourceFailed(f"trang đầu không có dòng nào theo {layout.rows!r}; cổng đã đổi cấu trúc?")
        base = base_address(page, answer.url)
        items = [item for row in rows if (item := self._item(row, answer, base)) is not None]
        self._check_links_differ(items)
        useful = sum(1 for item in items if self._client.same_host(self._address(item.source_id)))
        if useful * 2 < len(rows):
            raise SourceFailed(
                f"thiếu liên kết chi tiết ({layout.link!r}) ở {len(rows) - useful}/{len(rows)} dòng; "
                "cổng đã đổi cấu trúc?"
            )
        more = bool(rows) if layout.next is None else page.select_one(layout.next) is not None
        listed = Page(
            section="",
            number=number,
            items=tuple(items),
            declared_total=_total(page, layout.total),
        )
        return listed, more and self._profile.has_pages

    def _check_links_differ(self, items: list[ListedItem]) -> None:
        """Raise SourceFailed where rows of different names and links have the same stable link."""
        by_link: dict[str, ListedItem] = {}
        for item in items:
            first = by_link.setdefault(item.source_id, item)
            if first is item or _original_row(first)[0] == _original_row(item)[0]:
                continue
            if name_key(first.name) != name_key(item.name):
                raise SourceFailed(
                    f"list.counts: {first.name!r} và {item.name!r} có cùng phần liên kết {item.source_id!r}"
                )

    def _item(self, row: Tag, answer: Answer, base: str) -> ListedItem | None:
        """Return the row's item; `None` for a row without a link (a heading).

        Relative links start from `base`.

        A link that leads nowhere on this portal still lists a procedure: its address as written is the
        item's id, and its record stays unread.
        """
        anchor = row.select_one(self._profile.list.link)
        href = anchor.get("href") if anchor is not None else None
        if anchor is None or not isinstance(href, str) or not href.strip():
            return None
        asked = source_id = href.strip()
        address = resolve_link(base, asked)
        if self._client.base_url.startswith("https:"):
            address = re.sub(r"^http:", "https:", address)  # old pages link to themselves without the s
        if not asked.startswith("#") and self._client.same_host(address):
            asked = path_and_query(address)
            source_id = lasting(asked, self._profile.list.counts)
        elif address.startswith(("http:", "https:")):
            asked = source_id = address
        columns = {}
        for attribute, css in self._profile.list.columns.items():
            if matching_key(attribute) in self._volatile:
                continue
            cell = row.select_one(css)
            if cell is not None and canonical(cell.get_text(" ")):
                columns[attribute] = cell.get_text(" ").strip()
        columns.setdefault("name", anchor.get_text(" ").strip())
        code = parse_code(columns.get("code"))
        says, came = (
            json.dumps({"link": link, "columns": columns}, ensure_ascii=False, sort_keys=True)
            for link in (source_id, asked)
        )
        return ListedItem(
            source_id=source_id,
            name=visible_text(columns["name"]),
            code=code.core if code else None,
            list_digest=hashlib.blake2b(says.encode(), digest_size=12).hexdigest(),
            received=came,
            evidence={"list": answer.hash},
        )

    def _parse_record(self, page: BeautifulSoup, answer: Answer, listed: dict[str, str]) -> Procedure:
        """Return the record of a page, with an address that is stable from night to night, or none."""
        procedure = parse_page(page, self._profile, listed, answer.url, self._audit, self._volatile)
        if self._varying is None:
            return replace(procedure, url=None)
        link = drop_parameters(lasting(path_and_query(answer.url), self._profile.list.counts), self._varying)
        return replace(procedure, url=resolve_link(answer.url, link))

    def _read_record(self, source_id: str, row: str | None = None) -> tuple[BeautifulSoup, Answer]:
        answer = self._get(source_id, row)
        try:
            page = page_of(answer)
        except SourceFailed as error:
            raise Unread(str(error)) from error  # of one record; a list with broken letters ends the source
        if not has_pairs(page, self._profile):
            raise Unread("trang chi tiết không có mục nào")
        return page, answer

    def _get(self, url: str, row: str | None = None) -> Answer:
        answer = self._client.request("GET", self._address(url), expects="html", row=row)
        if answer.status in (404, 410):
            raise NotFound(f"cổng trả lời {answer.status}")
        if answer.status >= 400:
            raise Unread(f"cổng trả lời {answer.status}")
        return answer

    def _address(self, url: str) -> str:
        return "" if url.startswith("#") else resolve_link(self._client.base_url + "/", url)


def _original_row(item: ListedItem) -> tuple[str, dict[str, str]]:
    """Return the link of a row, perhaps with a session's number in it, and its columns."""
    row = json.loads(item.received)
    return row["link"], row["columns"]


def _lost_page(number: int, why: str) -> Page:
    return Page(section="", number=number, lost=f"trang {number} ({why})")


def _total(page: BeautifulSoup, css: str | None) -> int | None:
    """Return the declared total; its thousands may be separated by punctuation or blanks."""
    node = page.select_one(css) if css else None
    digits = (
        "".join(character for character in node.get_text() if character.isdecimal())
        if node is not None
        else ""
    )
    return int(digits) if digits and len(digits) <= LONGEST_TOTAL else None
