"""A portal of web pages, read by labels after a profile."""

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
from extractors.portals.links import base_of, joined, lasting, local, moving, without
from extractors.portals.schema_audit import Audit
from extractors.portals.source import Counts, Detail, ListedItem, NotFound, Page, Unfit, Unread
from extractors.portals.strip_html import seen
from procedures.codes import parse_code
from procedures.configuration import SourceSettings
from procedures.errors import SettingsError, SourceFailed
from procedures.model import PUBLISHED_STATES, Procedure
from procedures.snapshot import LookUp, LookUpOutcome, Remembered
from procedures.text import canonical, matching_key, name_key

__all__ = ["HtmlPortal", "load_profile"]

MOST_PAGES = 5_000
LONGEST_TOTAL = 7
"""More digits than this are no count of procedures."""


class HtmlPortal:
    """An `Extractor` of a portal of web pages. Its listing has one section, and no states."""

    has_states = False
    only_the_list = False

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
        self._audit = Audit()
        self._volatile = frozenset(matching_key(label) for label in settings.volatile)
        self._first: Page | None = None
        self._moving: frozenset[str] | None = frozenset()
        self._client = PoliteClient.of(
            settings,
            recorder,
            transport=transport,
            unfinished=unfinished,
            earlier=earlier,
        )
        if not self._client.same_host(self._address(self._profile.list_address(1))):
            self.close()
            raise SettingsError(
                f"{self._profile.name}: list.url: {self._profile.list.url!r} dẫn ra ngoài base_url"
            )

    @property
    def audit(self) -> Audit:
        """Shape, leftovers and notes of what was read so far."""
        return self._audit

    @property
    def counts(self) -> Counts:
        """What was asked so far."""
        return self._client.counts

    def close(self) -> None:
        """Lets go of connections."""
        self._client.close()

    def pages(self) -> Iterator[Page]:
        """The listing by page number; a page that stays unread is named, and the next one asked for.

        Where a link leads on, it ends on the page without that link. Else it ends at a page without rows;
        past the declared total, also at one that is not there or shows rows again.
        """
        seen: set[str] = set()
        shown: set[tuple[tuple[str, ...], ...]] = set()
        last: int | None = None
        for number in range(1, MOST_PAGES + 1):
            past = self._profile.list.next is None and last is not None and number > last
            try:
                page, more = self._page(number)
            except Unread as error:
                if past:
                    return
                yield _lost(number, str(error))
                if last is None or number >= last:
                    return
                continue
            ids = {item.source_id for item in page.items}
            rows = tuple(item.what for item in page.items)
            if number > 1 and ids and (ids <= seen or rows in shown):
                if not past:
                    yield _lost(number, "lặp lại trang đã đọc")
                return
            if number == 1:
                self._first, self._moving = page, frozenset()
            if ids or number == 1:
                yield page
            elif self._profile.list.next is not None:
                yield _lost(number, "không có dòng nào")
                more = more or (last is not None and number < last)
            seen |= ids
            shown.add(rows)
            if number == 1 and page.declared_total and page.items:
                last = math.ceil(page.declared_total / len(page.items))
            if not more:
                return
        yield _lost(MOST_PAGES + 1, "danh sách không dừng")

    def first_page(self, section: str) -> Page:  # noqa: ARG002 - there is one section
        """A second look at the first page; what moves in its links belongs in no record's address."""
        page = self._page(1)[0]
        for one, other in zip(self._first.items if self._first else (), page.items, strict=False):
            if one.what == other.what and self._moving is not None:
                parameters = moving(one.source_id, other.source_id)
                self._moving = None if parameters is None else self._moving | parameters
        return page

    def detail(self, item: ListedItem, remembered: Remembered | None) -> Detail:
        """The record of a row."""
        asked, listed = _as_it_came(item)
        if not self._client.same_host(self._address(asked)):
            raise Unread("liên kết không dẫn tới trang nào của cổng")
        page, answer = self._record(asked, item.list_digest)
        procedure = self._parsed(page, answer, listed)
        evidence = {"detail": answer.hash}
        received = {"url": answer.url, "name": procedure.name, "code": procedure.local_code}
        self._audit.count_absent({"Mã thủ tục": 1} if procedure.code else {}, self._needed)
        if not procedure.name:
            raise Unfit("name_missing", "bản ghi không có tên", received, evidence)
        self._right_record(item, remembered, procedure, received, evidence)
        if procedure.code is None and self._profile.carries_codes:
            told = (
                f"mã {procedure.local_code!r} không đúng dạng"
                if procedure.local_code
                else "bản ghi không có mã"
            )
            raise Unfit("code_malformed", told, received, evidence)
        self._client.settle(answer, item.list_digest)
        return Detail(procedure=procedure, evidence=evidence, received=received)

    def look_up(self, remembered: Remembered) -> LookUp:
        """Asks for the record's own page."""
        if not remembered.source_id:
            return LookUp(key=remembered.key, outcome="error", evidence={"told": "không có đường dẫn"})
        evidence: dict[str, object] = {"asked": remembered.source_id}
        try:
            page, answer = self._record(remembered.source_id)
        except NotFound as error:
            return LookUp(key=remembered.key, outcome="not_found", evidence=evidence | {"told": str(error)})
        except Unread as error:
            return LookUp(key=remembered.key, outcome="error", evidence=evidence | {"told": str(error)})
        evidence["detail"] = answer.hash
        procedure = self._parsed(page, answer, {})
        outcome: LookUpOutcome = "published"
        if remembered.code is not None and procedure.code != remembered.code:
            outcome = "error"
            evidence["code"] = procedure.code
        elif procedure.state is not None and procedure.state not in PUBLISHED_STATES:
            outcome = "dead"
            evidence["state"] = procedure.state
        return LookUp(key=remembered.key, outcome=outcome, evidence=evidence)

    def ask(self, code: str) -> LookUp | None:  # noqa: ARG002 - cannot be asked so
        """A portal of pages is not asked by code."""
        return None

    @property
    def _needed(self) -> tuple[str, ...]:
        return ("Mã thủ tục",) if self._profile.carries_codes else ()

    def _right_record(
        self,
        item: ListedItem,
        remembered: Remembered | None,
        procedure: Procedure,
        received: dict[str, str | None],
        evidence: dict[str, str | None],
    ) -> None:
        """The record has to be the one that its row led to: by code where it is known, else by name.

        A list may cut a long name short, and then ends it with an ellipsis. A record that still has its row's
        name was given another code where it stands, unless the row says which code it has.
        """
        expected = item.code or (remembered.code if remembered else None)
        if expected and procedure.code == expected:
            return
        listed, told = name_key(item.name.rstrip(" .…")), name_key(procedure.name)
        cut = item.name.rstrip().endswith(("…", "..."))
        if item.code is None and (told == listed or (cut and told.startswith(listed))):
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
        base = base_of(page, answer.url)
        items = [item for row in rows if (item := self._item(row, answer, base)) is not None]
        self._told_apart(items)
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

    def _told_apart(self, items: list[ListedItem]) -> None:
        """Raises SourceFailed where rows of different names and links have one and the same lasting link."""
        by_link: dict[str, ListedItem] = {}
        for item in items:
            first = by_link.setdefault(item.source_id, item)
            if first is item or _as_it_came(first)[0] == _as_it_came(item)[0]:
                continue
            if name_key(first.name) != name_key(item.name):
                raise SourceFailed(
                    f"list.counts: {first.name!r} và {item.name!r} có cùng phần liên kết {item.source_id!r}"
                )

    def _item(self, row: Tag, answer: Answer, base: str) -> ListedItem | None:
        """The row's item; `None` for a row without a link (a heading).

        Relative links start from `base`.

        A link that leads nowhere on this portal still lists a procedure: its address as written is the
        item's id, and its record stays unread.
        """
        anchor = row.select_one(self._profile.list.link)
        href = anchor.get("href") if anchor is not None else None
        if anchor is None or not isinstance(href, str) or not href.strip():
            return None
        asked = source_id = href.strip()
        address = joined(base, asked)
        if self._client.base_url.startswith("https:"):
            address = re.sub(r"^http:", "https:", address)  # old pages link to themselves without the s
        if not asked.startswith("#") and self._client.same_host(address):
            asked = local(address)
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
            name=seen(columns["name"]),
            code=code.core if code else None,
            list_digest=hashlib.blake2b(says.encode(), digest_size=12).hexdigest(),
            received=came,
            evidence={"list": answer.hash},
        )

    def _parsed(self, page: BeautifulSoup, answer: Answer, listed: dict[str, str]) -> Procedure:
        """The record of a page, with an address that stays the same from night to night, or none."""
        procedure = parse_page(page, self._profile, listed, answer.url, self._audit, self._volatile)
        if self._moving is None:
            return replace(procedure, url=None)
        link = without(lasting(local(answer.url), self._profile.list.counts), self._moving)
        return replace(procedure, url=joined(answer.url, link))

    def _record(self, source_id: str, row: str | None = None) -> tuple[BeautifulSoup, Answer]:
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
        return "" if url.startswith("#") else joined(self._client.base_url + "/", url)


def _as_it_came(item: ListedItem) -> tuple[str, dict[str, str]]:
    """The link of a row, perhaps with a session's number in it, and its columns."""
    row = json.loads(item.received)
    return row["link"], row["columns"]


def _lost(number: int, why: str) -> Page:
    return Page(section="", number=number, lost=f"trang {number} ({why})")


def _total(page: BeautifulSoup, css: str | None) -> int | None:
    """The digits of the declared total; thousands may be parted by signs or blanks."""
    node = page.select_one(css) if css else None
    digits = "".join(sign for sign in node.get_text() if sign.isdecimal()) if node is not None else ""
    return int(digits) if digits and len(digits) <= LONGEST_TOTAL else None
