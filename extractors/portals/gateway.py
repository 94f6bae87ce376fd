"""The national gateway to 2025 (`rest.jsp`): a list by page number, and the same list as an Excel file.

Its pages of single procedures are gone, so the list is the record: code, name, field, agencies. Levels,
online level, times and fees are not published and never emptied. A row also has QDCBID, the id of the
decision that announced the procedure: when it moves, the row counts as changed and the record is read again.

- The listing is the answer of the list service. Each agency followed, and in each the interconnected
  procedures (`is_connected` 1, liên thông), is a section with a total of its own (AMOUNT). A procedure in
  two sections counts once. After a full last page one more is asked for, because a total that is too low
  would hide procedures.
- The Excel file replaces pages that stayed unread, and only then: when it holds every procedure that was
  listed, and together with them makes the declared total, the rest is taken from it and a note says so. Pages
  that the portal refused are not replaced: that would be a way round a refusal.
- The Excel file of the whole gateway decides about what a listing lacks, and about codes of the catalogue
  under other agencies: two requests a night, and only when something is in question. It is believed when it
  holds everything that was listed tonight; else the question stays open.

Guesses, for want of a recorded answer, each behind one name: `ALL` (recorded with the list only, not with the
Excel file), `SESSION` (any page of the portal sets cookies), `CODE` in the list of agencies being the
identifier code (G09).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeGuard
from urllib.parse import urlencode

import httpx

from extractors.archive.raw_archive import Recorder
from extractors.http.classify import Answer
from extractors.http.client import PoliteClient
from extractors.http.request_body import Form
from extractors.portals.audit.schema_audit import drop_fields, require_fields
from extractors.portals.gateway_record import (
    NEEDED,
    GatewayPart,
    GatewayWorkbook,
    item_of_row,
    item_of_workbook_record,
    read_workbook,
)
from extractors.portals.portal_source import PortalSource
from extractors.portals.source import Detail, ListedItem, ListingPage, ReadRefused, UnfitRecord, Unread
from extractors.workbooks.formats.encodings import is_broken
from procedures.errors import SourceFailed
from procedures.snapshot import ListedItemState, LookUp
from settings.sources import SourceSettings

SERVICES = "/jsp/rest.jsp"
EXPORT = "/jsp/tthc/export/export_exel_list_tthc.jsp"
SESSION = "/p/home/dvc-tthc-thu-tuc-hanh-chinh.html"
LIST = "procedure_advanced_search_service_v2"
AGENCIES = "procedure_get_list_agency_by_type_service_v2"

MINISTRIES, PROVINCES = "0", "1"
ALL = ("-1", "1")
"""Id and type that mean every agency."""
ANY = {"keyword": "", "object_id": "-1", "field_id": "-1", "impl_level_id": "-1"}

MOST_PAGES = 5_000
MOST_LOST = 5
"""Lost pages of a section after which it is given up."""


class Gateway(PortalSource):
    """An `Extractor` of the national gateway; the module says how it uses the list and the Excel file.

    `only_the_list` is False although there are no details: the portal is asked anew each night, so that an
    unchanged list is a new answer, and the Excel file is a second one.
    """

    def __init__(
        self,
        settings: SourceSettings,
        recorder: Recorder | None,
        *,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        base = settings.base_url or ""
        self._settings = settings
        self._parts: dict[str, GatewayPart] = {}
        self._listed_elsewhere: dict[str, frozenset[str]] = {}
        self._replacements: dict[str, ListingPage] = {}
        self._listed: set[str] = set()
        self._workbook_codes: Mapping[str, str | None] | Unread | None = None
        super().__init__(
            PoliteClient.of(
                settings,
                recorder,
                session_path=SESSION,
                headers={"X-Requested-With": "XMLHttpRequest", "Referer": f"{base}{SESSION}"},
                transport=transport,
            )
        )

    def pages(self) -> Iterator[ListingPage]:
        """Yield the list of every part, without what an earlier part listed already."""
        self._listed, self._listed_elsewhere, self._replacements = set(), {}, {}
        ids: set[str] = set()
        try:
            parts = self._all_parts()
        except Unread as error:
            yield ListingPage(section="", number=1, lost=f"danh sách cơ quan ({error})")
            return
        for part in parts:
            pages = self._pages_of(part)
            for page in pages if part is parts[0] else self._exclude_listed(ids, list(pages), part):
                ids |= {item.source_id for item in page.items}
                self._listed |= {item.code for item in page.items if item.procedure and item.code}
                yield page

    def first_page(self, section: str) -> ListingPage:
        """Return a second reading of a part's first page; an Excel file in its place is not read twice."""
        if section in self._replacements:
            return self._replacements[section]
        return _exclude_items(
            self._page(self._parts[section], 1), self._listed_elsewhere.get(section, frozenset())
        )

    def fetch(self, item: ListedItem) -> None:
        """Ask for nothing: the list is the record."""

    def record(self, item: ListedItem, remembered: ListedItemState | None, answer: Answer | None) -> Detail:  # noqa: ARG002 - has none
        """Raise Unfit: only a row without a record comes here."""
        received: dict[str, Any] = json.loads(item.received)
        if not item.name:
            raise UnfitRecord("name_missing", "bản ghi không có tên", received, item.evidence)
        raw_code = received.get("PROCEDURE_CODE")
        raise UnfitRecord("code_malformed", f"mã {raw_code!r} không đúng dạng", received, item.evidence)

    def look_up(self, remembered: ListedItemState) -> LookUp:
        """Look the procedure up in the Excel file of the whole gateway."""
        if remembered.code is None:
            return LookUp(key=remembered.key, outcome="error", evidence={"told": "không có mã để hỏi"})
        return self._look_up_in_workbook(remembered.key, remembered.code)

    def ask(self, code: str) -> LookUp | None:
        """Look a code up in the Excel file of the whole gateway, whatever agency published it."""
        return self._look_up_in_workbook(code, code)

    def _all_parts(self) -> Sequence[GatewayPart]:
        if not self._parts:
            agencies = [(code, *self._agency(code)) for code in self._settings.departments] or [("", *ALL)]
            parts = [
                GatewayPart(code, agency_id, kind, connected)
                for connected in (False, True)
                for code, agency_id, kind in agencies
            ]
            self._parts = {part.name: part for part in parts}
        return list(self._parts.values())

    def _agency(self, code: str) -> tuple[str, str]:
        """Return the gateway's own id of an agency, and its type."""
        kind = PROVINCES if code.startswith("H") else MINISTRIES
        rows, _ = self._rows({"service": AGENCIES, "loaicoquan": kind})
        known = {str(row.get("CODE") or "").strip().upper().rpartition(".")[2]: row for row in rows}
        agency = known.get(code.upper())
        if agency is None or not str(agency.get("ID") or "").strip():
            known_codes = ", ".join(sorted(filter(None, known))[:10]) or "không mã nào"
            raise SourceFailed(f"cổng không có cơ quan mã {code} (departments); có: {known_codes}")
        return str(agency["ID"]).strip(), kind

    def _pages_of(self, part: GatewayPart) -> Iterator[ListingPage]:
        """Yield the pages of one part; lost ones come last, or an Excel file in their place."""
        lost: list[str] = []
        items: dict[str, ListedItem] = {}
        total, last, full, refused = None, 0, self._settings.page_size, False
        for number in range(1, MOST_PAGES + 1):
            past = number > max(last, 1)
            try:
                page = self._page(part, number)
            except Unread as error:
                if past:
                    break
                refused = refused or isinstance(error, ReadRefused)
                lost.append(f"trang {number}{part.words} ({error})")
                if number >= last or len(lost) >= MOST_LOST:
                    break
                continue
            ids = {item.source_id for item in page.items}
            if number == 1:
                total = page.declared_total
                last = math.ceil((total or 0) / max(len(ids), 1))
                full = len(page.items) if last > 1 else full
            elif past and ids <= items.keys():
                break
            elif ids <= items.keys():
                lost.append(f"trang {number}{part.words} ({'lặp lại' if ids else 'không có dòng nào'})")
                if len(lost) >= MOST_LOST:
                    break
                continue
            yield page
            items |= {item.source_id: item for item in page.items}
            if not ids or (number >= last and len(page.items) < full):
                break
        else:
            lost.append(f"trang {MOST_PAGES}{part.words} (danh sách không dừng)")
        if (lost or len(items) < (total or 0)) and not refused:
            replacement = self._replacement_page(part, items.values(), total)
            if replacement is not None:
                yield replacement
                return
        yield from (ListingPage(section=part.name, number=1, lost=each) for each in lost)

    def _exclude_listed(
        self, ids: set[str], pages: Sequence[ListingPage], part: GatewayPart
    ) -> Iterator[ListingPage]:
        """Return a part's pages without what other parts listed, with lower totals."""
        listed_ids = {item.source_id for page in pages for item in page.items}
        self._listed_elsewhere[part.name] = frozenset(listed_ids & ids)
        return (_exclude_items(page, self._listed_elsewhere[part.name]) for page in pages)

    def _page(self, part: GatewayPart, number: int) -> ListingPage:
        question = {
            "service": LIST,
            "recordPerPage": self._settings.page_size,
            "pageIndex": number,
            "is_connected": int(part.connected),
            "agency_type": part.agency_type,
            "impl_agency_id": part.agency_id,
        }
        rows, answer = self._rows(question | ANY)
        if rows:
            require_fields(rows, NEEDED, "danh sách")
            if is_broken(" ".join(str(row.get("PROCEDURE_NAME")) for row in rows)):
                raise SourceFailed("chữ trong danh sách bị hỏng: bảng mã không phải bảng mã mà cổng khai")
        for row in rows:
            self._audit.count_fields(row, "list")
        self._audit.add_payload(rows, "list")
        amounts = (row.get("AMOUNT") for row in rows)
        total = next((int(each) for each in amounts if is_count(each)), None)
        if rows and total is None:
            raise SourceFailed("danh sách không ghi tổng số (AMOUNT); cổng đã đổi cấu trúc?")
        return ListingPage(
            section=part.name,
            number=number,
            items=tuple(
                item_of_row(row, part, self._audit, answer.hash)
                for row in rows
                if row.get("ID") not in (None, "")
            ),
            declared_total=total if rows else 0 if number == 1 else None,
        )

    def _rows(self, question: Mapping[str, Any]) -> tuple[list[dict[str, Any]], Answer]:
        """Return the rows of a service's answer, which is a bare array.

        Raises:
            Unread: the portal says that it failed.
            SourceFailed: the answer is not an array of objects.
        """
        params = {"provider": "dvcquocgia", "type": "ref", **question}
        form = Form({"params": json.dumps(params, ensure_ascii=False)})
        answer = self._client.request("POST", SERVICES, expects="json", body=form)
        if answer.status >= 400:
            raise Unread(f"cổng trả lời {answer.status}")
        rows = [row for row in answer.json if isinstance(row, dict)] if isinstance(answer.json, list) else []
        if not rows and answer.json != []:
            raise SourceFailed(
                f"{question['service']}: câu trả lời không phải danh sách; cổng đã đổi cấu trúc?"
            )
        return [drop_fields(row, self._settings.volatile) for row in rows], answer

    def _workbook(self, part: GatewayPart) -> GatewayWorkbook:
        question = {
            "is_connected": int(part.connected),
            "agency_type": part.agency_type,
            "impl_agency_id": part.agency_id,
        }
        answer = self._client.request("GET", f"{EXPORT}?{urlencode(question | ANY)}", expects="html")
        if answer.status >= 400:
            raise Unread(f"bản Excel của cổng: mã {answer.status}")
        return read_workbook(answer.body, part, answer.hash)

    def _replacement_page(
        self, part: GatewayPart, listed: Sequence[ListedItem] | Any, total: int | None
    ) -> ListingPage | None:
        """Return what the list did not show, from the Excel file, where both agree on the rest."""
        try:
            book = self._workbook(part)
        except Unread as error:
            self._audit.note(f"danh sách{part.words} không đủ, và {error}")
            return None
        codes = {item.code for item in listed}
        rest = [record for code, record in book.records.items() if code not in codes]
        whole = len(listed) + len(rest)
        if not codes <= book.records.keys() or whole != (book.rows if total is None else total):
            self._audit.note(
                f"danh sách{part.words} không đủ ({len(listed)} thủ tục), "
                f"bản Excel của cổng không khớp ({book.rows} dòng)"
            )
            return None
        if rest:
            self._audit.note(
                f"{len(rest)} thủ tục{part.words} lấy từ bản Excel của cổng, thay trang không đọc được"
            )
        items = tuple(item_of_workbook_record(record, part, book.digest) for record in rest)
        page = ListingPage(section=part.name, number=1, items=items, declared_total=total)
        if not listed:
            self._replacements[part.name] = page
        return page

    def _look_up_in_workbook(self, key: str, code: str) -> LookUp:
        if self._workbook_codes is None:
            self._workbook_codes = self._agencies_by_code()
        evidence: dict[str, Any] = {"asked": "xlsx"}
        if isinstance(self._workbook_codes, Unread):
            return LookUp(key=key, outcome="error", evidence=evidence | {"told": str(self._workbook_codes)})
        if code not in self._workbook_codes:
            return LookUp(key=key, outcome="not_found", evidence=evidence)
        return LookUp(
            key=key, outcome="published", evidence=evidence | {"agency": self._workbook_codes[code]}
        )

    def _agencies_by_code(self) -> Mapping[str, str | None] | Unread:
        """Return who published each code of the whole gateway, or why that is not known."""
        agencies: dict[str, str | None] = {}
        try:
            for connected in (False, True):
                book = self._workbook(GatewayPart("", *ALL, connected))
                agencies |= {code: record.promulgating_agency for code, record in book.records.items()}
        except Unread as error:
            return error
        lacking = len(self._listed - agencies.keys())
        return Unread(f"bản Excel thiếu {lacking} thủ tục của danh sách") if lacking else agencies


def is_count(value: object) -> TypeGuard[str]:
    """Whether a field holds a number of procedures; more than seven digits are not a count."""
    return isinstance(value, str) and value.isdecimal() and len(value) <= 7


def _exclude_items(page: ListingPage, ids: frozenset[str]) -> ListingPage:
    """Return a page without the procedures that count elsewhere."""
    if not ids:
        return page
    total = None if page.declared_total is None else page.declared_total - len(ids)
    return replace(
        page, items=tuple(item for item in page.items if item.source_id not in ids), declared_total=total
    )
