"""A portal of web pages, read by labels according to a profile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import httpx
from bs4 import BeautifulSoup

from extractors.archive.raw_archive import Recorder
from extractors.archive.resume import EarlierAnswers, InterruptedAnswers
from extractors.http.classify import Answer
from extractors.http.client import PoliteClient
from extractors.http.request_body import Form
from extractors.portals.html.links import (
    drop_parameters,
    path_and_query,
    resolve_link,
    stable_link,
    varying_parameters,
)
from extractors.portals.html.listing import HtmlListing
from extractors.portals.html.page import page_of
from extractors.portals.html.profile import Profile, load_profile
from extractors.portals.html.record import has_pairs, parse_page, parse_row
from extractors.portals.html.rows import RowReader, original_row
from extractors.portals.listed_states import is_unpublished
from extractors.portals.portal_source import PortalSource
from extractors.portals.source import Detail, ListedItem, ListingPage, NotFound, UnfitRecord, Unread
from procedures.errors import SettingsError, SourceFailed
from procedures.model import Procedure
from procedures.snapshot import ListedItemState, LookUp, LookUpOutcome
from procedures.values.text import matching_key, name_key
from settings.sources import SourceSettings

__all__ = ["HtmlPortal", "load_profile"]


class HtmlPortal(PortalSource):
    """An `Extractor` of a portal of web pages. Each category of its list is a section; it has no states.

    Where records have no page, the row is the record, and nothing but the list is asked. `only_the_list` is
    False all the same: the portal is asked anew each night, so that an unchanged list is a new answer.
    """

    def __init__(
        self,
        settings: SourceSettings,
        recorder: Recorder | None,
        *,
        transport: httpx.BaseTransport | None = None,
        unfinished: InterruptedAnswers | None = None,
        earlier: EarlierAnswers | None = None,
    ) -> None:
        self._profile: Profile = load_profile(settings.profile or "")
        self._volatile = frozenset(matching_key(label) for label in settings.volatile)
        self._first_pages: dict[str, ListingPage] = {}
        self._varying: frozenset[str] | None = frozenset()
        super().__init__(
            PoliteClient.of(settings, recorder, transport=transport, unfinished=unfinished, earlier=earlier)
        )
        if not self._client.same_host(self._address(self._profile.list_address(1))):
            self.close()
            raise SettingsError(
                f"{self._profile.name}: list.url: {self._profile.list.url!r} dẫn ra ngoài base_url"
            )
        rows = RowReader(self._profile, self._client, self._audit, self._volatile)
        self._listing = HtmlListing(self._profile, self._ask_for_list, rows)

    def pages(self) -> Iterator[ListingPage]:
        """Yield the listing; a page that stays unread is named, and the next asked for."""
        self._first_pages, self._varying = {}, frozenset()
        for page in self._listing.pages():
            if page.number == 1 and page.lost is None:
                self._first_pages[page.section] = page
            yield page

    def first_page(self, section: str) -> ListingPage:
        """Return a second reading of a first page, and learn which parameters of its links vary."""
        page = self._listing.first_page(section)
        before = self._first_pages.get(section)
        for first, second in zip(before.items if before else (), page.items, strict=False):
            if first.identity == second.identity and self._varying is not None and self._profile.has_details:
                parameters = varying_parameters(first.source_id, second.source_id)
                self._varying = None if parameters is None else self._varying | parameters
        return page

    def fetch(self, item: ListedItem) -> Answer | None:
        """Ask for the page of a row's record."""
        if not self._profile.has_details:
            return None
        link, _ = original_row(item)
        if not self._client.same_host(self._address(link)):
            raise Unread("liên kết không dẫn tới trang nào của cổng")
        return self._get(link, item.list_digest)

    def record(self, item: ListedItem, remembered: ListedItemState | None, answer: Answer | None) -> Detail:
        """Return the record of a row."""
        link, listed = original_row(item)
        if answer is None:
            return self._record_of_row(item, remembered, link, listed)
        page = self._page(answer)
        procedure = self._parse_record(page, answer, listed)
        procedure = self._with_categories(procedure, item, remembered)
        evidence = {"detail": answer.hash}
        received = {"url": answer.url, "name": procedure.name, "code": procedure.local_code}
        self._audit.count_absent({"Mã thủ tục": 1} if procedure.code else {}, self._needed)
        if not procedure.name:
            raise UnfitRecord("name_missing", "bản ghi không có tên", received, evidence)
        self._check_record_matches(item, remembered, procedure, received, evidence)
        self._check_code(procedure, received, evidence)
        self._client.record_settled(answer, item.list_digest)
        return Detail(procedure=procedure, evidence=evidence, received=received)

    def look_up(self, remembered: ListedItemState) -> LookUp:
        """Ask for the record's own page; where records have none, the list is the answer."""
        if not self._profile.has_details:
            return LookUp(key=remembered.key, outcome="not_found", evidence={"asked": "list"})
        if not remembered.source_id:
            return LookUp(key=remembered.key, outcome="error", evidence={"told": "không có đường dẫn"})
        evidence: dict[str, object] = {"asked": remembered.source_id}
        try:
            answer = self._get(remembered.source_id)
            page = self._page(answer)
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
        elif is_unpublished(procedure.state):
            outcome = "dead"
            evidence["state"] = procedure.state
        return LookUp(key=remembered.key, outcome=outcome, evidence=evidence)

    def ask(self, code: str) -> LookUp | None:  # noqa: ARG002 - cannot be asked so
        """Return nothing: a portal of pages is not asked by code."""
        return None

    @property
    def _needed(self) -> tuple[str, ...]:
        return ("Mã thủ tục",) if self._profile.carries_codes else ()

    def _record_of_row(
        self, item: ListedItem, remembered: ListedItemState | None, link: str, texts: dict[str, str]
    ) -> Detail:
        """Return the record that the row itself is; what it does not state stays unknown."""
        address = self._address(stable_link(link, self._profile.list.counts)) if link else None
        url = address if address and self._client.same_host(address) else None
        procedure = self._with_categories(parse_row(texts, url, self._audit), item, remembered)
        received = {"name": procedure.name, "code": procedure.local_code}
        if not procedure.name:
            raise UnfitRecord("name_missing", "bản ghi không có tên", received, item.evidence)
        self._check_code(procedure, received, item.evidence)
        return Detail(procedure=procedure, received=received)

    def _with_categories(
        self, procedure: Procedure, item: ListedItem, remembered: ListedItemState | None
    ) -> Procedure:
        """Return the record with what its categories say of it, where it does not say that itself.

        Raises:
            Unread: a category is lost, and the record is new, or has no code and is known by its categories.
        """
        layout = self._profile.list.categories
        attribute = layout.attribute if layout is not None else None
        if attribute is None or getattr(procedure, attribute) is not None:
            return procedure
        if item.categories:
            said = parse_row({attribute: "; ".join(sorted(item.categories))}, None, self._audit)
            return replace(procedure, **{attribute: getattr(said, attribute)})
        if procedure.code is None or remembered is None:
            raise Unread("mất danh mục, nên không rõ thủ tục thuộc những danh mục nào")
        return procedure

    def _check_code(
        self, procedure: Procedure, received: dict[str, str | None], evidence: Mapping[str, Any]
    ) -> None:
        if procedure.code is None and self._profile.carries_codes:
            reason = (
                f"mã {procedure.local_code!r} không đúng dạng"
                if procedure.local_code
                else "bản ghi không có mã"
            )
            raise UnfitRecord("code_malformed", reason, received, evidence)

    def _check_record_matches(
        self,
        item: ListedItem,
        remembered: ListedItemState | None,
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
        raise UnfitRecord("wrong_code", reason, received, evidence)

    def _parse_record(self, page: BeautifulSoup, answer: Answer, listed: dict[str, str]) -> Procedure:
        """Return the record of a page, with an address that is stable from night to night, or none."""
        procedure = parse_page(page, self._profile, listed, answer.url, self._audit, self._volatile)
        if self._varying is None:
            return replace(procedure, url=None)
        link = drop_parameters(
            stable_link(path_and_query(answer.url), self._profile.list.counts), self._varying
        )
        return replace(procedure, url=resolve_link(answer.url, link))

    def _page(self, answer: Answer) -> BeautifulSoup:
        try:
            page = page_of(answer)
        except SourceFailed as error:
            raise Unread(str(error)) from error  # of one record; a list with broken letters ends the source
        if not has_pairs(page, self._profile):
            raise Unread("trang chi tiết không có mục nào")
        return page

    def _ask_for_list(self, url: str, form: Form | None) -> Answer:
        address = self._address(url)
        if not self._client.same_host(address):
            raise Unread("liên kết không dẫn tới trang nào của cổng")
        method = "GET" if form is None else "POST"
        return _known(self._client.request(method, address, expects="html", body=form))

    def _get(self, url: str, row: str | None = None) -> Answer:
        return _known(self._client.request("GET", self._address(url), expects="html", row=row))

    def _address(self, url: str) -> str:
        return "" if url.startswith("#") else resolve_link(self._client.base_url + "/", url)


def _known(answer: Answer) -> Answer:
    """Return the answer of a page that is there. Raises Unread or NotFound."""
    if answer.status in (404, 410):
        raise NotFound(f"cổng trả lời {answer.status}")
    if answer.status >= 400:
        raise Unread(f"cổng trả lời {answer.status}")
    return answer
