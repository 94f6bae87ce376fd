"""The national portal's interface of 2026: session cookie, list by cursor, record by id.

Built from recorded answers. What no recording shows is a guess behind one name: `NOT_FOUND`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import httpx

from extractors.archive.raw_archive import Recorder
from extractors.archive.resume import InterruptedAnswers
from extractors.http.classify import Answer
from extractors.http.client import PoliteClient
from extractors.http.response_body import DamagedAnswer, json_value
from extractors.portals.audit.schema_audit import Audit, drop_fields, require_fields
from extractors.portals.known_records import KnownRecords
from extractors.portals.national_record import NEEDED, parse_detail, readable_fields
from extractors.portals.portal_source import PortalSource
from extractors.portals.source import (
    Detail,
    ListedItem,
    ListingPage,
    NotFound,
    ReadRefused,
    RecalledRecord,
    UnfitRecord,
    Unread,
)
from extractors.portals.strip_html import visible_text
from procedures.errors import ArchiveError, SourceFailed
from procedures.model import PUBLISHED_STATES
from procedures.snapshot import ListedItemState, LookUp, LookUpOutcome
from procedures.values.codes import parse_code
from settings.sources import SourceSettings

LIST = "/api/v1/submitting/formality/list-all-public-formality-by-citizen"
DETAIL = "/api/v1/configuring/formality/get-formality-by-citizen"
ITEM_FIELDS = ("id", "name", "code", "state")
SAFE_PAGE = 50
"""Page size that the portal has always answered; larger ones sometimes fail."""

NOT_FOUND = frozenset({"NOT_FOUND", "NOTFOUND", "FORMALITY_NOT_FOUND"})
"""Values of `code` for an unknown id. A guess: no recording shows one."""

OK = 200
"""Status of answers that may be known. With another one the same bytes may mean something else."""

MOST_PAGES = 5_000
MOST_LISTED = 10_000_000
"""A declared total beyond this is not a count of procedures."""


class NationalApi(PortalSource):
    """An `Extractor` of the national portal. Sections of its listing are the agencies followed."""

    has_states = True

    def __init__(
        self,
        settings: SourceSettings,
        recorder: Recorder | None,
        *,
        transport: httpx.BaseTransport | None = None,
        unfinished: InterruptedAnswers | None = None,
        known: KnownRecords | None = None,
    ) -> None:
        base = settings.base_url or ""
        self._recorder = recorder
        self._known = known
        self._read_again: set[str] = set()
        self._audit_again = Audit()
        self._settings = settings
        self._page_size = settings.page_size
        super().__init__(
            PoliteClient.of(
                settings,
                recorder,
                session_path="/",
                headers={"Origin": base, "Referer": f"{base}/"},
                transport=transport,
                unfinished=unfinished,
                known=() if known is None else known,
            )
        )
        if known is not None:
            self._audit.recalled.earlier = known.examples

    @property
    def audit(self) -> Audit:
        """Shape, leftovers and notes of what was read so far.

        Records whose answers are known are read after all where an example hangs on them.
        """
        recalled = self._audit.recalled
        again = [each for each in recalled.lost() if each not in self._read_again]
        for answer in again:
            self._read_for_examples(answer)
        if again:
            recalled.read = self._audit_again.night_examples
        return self._audit

    def pages(self) -> Iterator[ListingPage]:
        """Yield the lists of every agency followed, one after the other."""
        for agency in self._settings.departments or ("",):
            yield from self._pages_of(agency)

    def first_page(self, section: str) -> ListingPage:
        """Return a second reading of the first page of an agency's list."""
        return self._page(section, 1, self._list({"departmentCode": section}))

    def fetch(self, item: ListedItem) -> Answer:
        """Ask for the record of a listed procedure."""
        return self._ask_for_record(item.source_id, item.list_digest)

    def recall(self, item: ListedItem, answer: Answer | None) -> RecalledRecord | None:
        """Return the record that the same answer was on an earlier night, and count it as `record` does."""
        if self._known is None or answer is None or answer.hash is None or answer.status != OK:
            return None
        known = self._known.recall(answer.hash, item.code)
        if known is None:
            return None
        self._audit.add_recalled(known.trace, "detail", answer.hash)
        self._client.record_settled(answer, item.list_digest)
        return RecalledRecord(known, {"detail": answer.hash})

    def record(self, item: ListedItem, remembered: ListedItemState | None, answer: Answer | None) -> Detail:  # noqa: ARG002 - the id says enough
        """Return the record of a listed procedure."""
        assert answer is not None
        data = self._record_in(answer)
        self._audit.add_record(data, "detail", answer.hash or "")
        self._audit.count_absent(readable_fields(data), NEEDED)
        evidence = {"detail": answer.hash}
        procedure = parse_detail(data, self._client.base_url, self._audit)
        if procedure is None:
            raise UnfitRecord("name_missing", "bản ghi không có tên", data, evidence)
        if procedure.code is None:
            raise UnfitRecord("code_malformed", f"mã {data.get('code')!r} không đúng dạng", data, evidence)
        if item.code is not None and procedure.code != item.code:
            reason = f"hỏi {item.code} nhưng nhận bản ghi của {procedure.code}"
            raise UnfitRecord("wrong_code", reason, data, evidence)
        self._client.record_settled(answer, item.list_digest)
        updated_at = _integer_or_zero(data.get("updatedAt"))
        if self._known is not None and answer.status == OK and item.code is not None:
            self._known.learn(answer.hash, procedure, updated_at, self._audit.trace)
        return Detail(
            procedure=procedure,
            updated_at=updated_at,
            evidence=evidence,
            received=data,
        )

    def look_up(self, remembered: ListedItemState) -> LookUp:
        """Ask by id, and where the id is unknown by code without the filter of agencies."""
        try:
            if remembered.source_id:
                answer = self._ask_for_record(remembered.source_id)
                data = self._record_in(answer)
                if remembered.code is None or _core(data.get("code")) == remembered.code:
                    return _look_up_result(
                        remembered.key, data.get("state"), {"asked": "id", "detail": answer.hash}
                    )
        except NotFound as error:
            if remembered.code is None:
                return LookUp(
                    key=remembered.key, outcome="not_found", evidence={"asked": "id", "told": str(error)}
                )
        except Unread as error:
            return LookUp(key=remembered.key, outcome="error", evidence={"asked": "id", "told": str(error)})
        if remembered.code is None:
            return LookUp(key=remembered.key, outcome="error", evidence={"asked": "id", "told": "mã khác"})
        return self._by_code(remembered.key, remembered.code)

    def ask(self, code: str) -> LookUp | None:
        """Ask for a code whatever agency published it."""
        return self._by_code(code, code)

    def _by_code(self, key: str, code: str) -> LookUp:
        try:
            answer = self._list({"q": code})
        except Unread as error:
            return LookUp(key=key, outcome="error", evidence={"asked": "code", "told": str(error)})
        matches = [item for item in _items(answer) if _core(item.get("code")) == code]
        evidence: dict[str, Any] = {"asked": "code", "list": answer.hash}
        if not matches:
            total = answer.json["data"].get("total")
            if isinstance(total, int) and total > len(_items(answer)):
                evidence["told"] = f"cổng không tìm riêng mã này mà trả lời {total} thủ tục"
                return LookUp(key=key, outcome="error", evidence=evidence)
            return LookUp(key=key, outcome="not_found", evidence=evidence)
        best = max(matches, key=lambda item: str(item.get("state")) in PUBLISHED_STATES)
        evidence |= {
            "agency": best.get("departmentPromulgate"),
            "type": best.get("type"),
            "id": best.get("id"),
        }
        return _look_up_result(key, best.get("state"), evidence)

    def _pages_of(self, agency: str) -> Iterator[ListingPage]:
        cursor, cursors, listed = "", {""}, 0
        where = f" của {agency}" if agency else ""
        for number in range(1, MOST_PAGES):
            try:
                answer = self._list({"departmentCode": agency, "lastId": cursor})
            except Unread as error:
                yield ListingPage(section=agency, number=number, lost=f"trang {number}{where} ({error})")
                return
            page = self._page(agency, number, answer)
            if page.items or number == 1:
                yield page
            listed += len(page.items)
            following = answer.json["data"].get("lastId")
            if page.items and "lastId" not in answer.json["data"] and listed != page.declared_total:
                raise SourceFailed("danh sách thiếu trường data.lastId; cổng đã đổi cấu trúc?")
            if not page.items or not following or not isinstance(following, str):
                return
            if following in cursors:
                if listed != page.declared_total:
                    yield ListingPage(
                        section=agency, number=number + 1, lost=f"trang {number + 1}{where} (con trỏ lặp lại)"
                    )
                return
            cursors.add(following)
            cursor = following
        yield ListingPage(
            section=agency, number=MOST_PAGES, lost=f"trang {MOST_PAGES}{where} (danh sách không dừng)"
        )

    def _page(self, agency: str, number: int, answer: Answer) -> ListingPage:
        items = [drop_fields(item, self._settings.volatile) for item in _items(answer)]
        for item in items:
            self._audit.count_fields(item, "list")
        if items:
            require_fields(items, ITEM_FIELDS, "danh sách")
        self._audit.add_payload(drop_fields(answer.json["data"], self._settings.volatile), "list")
        total = answer.json["data"].get("total")
        known = isinstance(total, int) and not isinstance(total, bool) and 0 <= total <= MOST_LISTED
        if items and not known:
            raise SourceFailed("danh sách thiếu trường data.total; cổng đã đổi cấu trúc?")
        return ListingPage(
            section=agency,
            number=number,
            items=tuple(
                parse_item(item, {"list": answer.hash}) for item in items if isinstance(item.get("id"), str)
            ),
            declared_total=total if known else None,
        )

    def _list(self, filters: Mapping[str, str]) -> Answer:
        body = {
            "limit": self._page_size,
            "lastId": "",
            "q": "",
            "categoryId": "",
            "departmentCode": "",
            **filters,
        }
        try:
            return self.request_data(LIST, body, "items")
        except ReadRefused:
            raise
        except Unread:
            if self._page_size <= SAFE_PAGE:
                raise
            self._audit.note(
                f"trang {self._page_size} mục không đọc được, đọc lại với {SAFE_PAGE} mục một trang"
            )
            self._page_size = SAFE_PAGE
            return self.request_data(LIST, body | {"limit": SAFE_PAGE}, "items")

    def _ask_for_record(self, source_id: str, row: str | None = None) -> Answer:
        return self._client.request("POST", DETAIL, expects="json", body={"id": source_id}, row=row)

    def _record_in(self, answer: Answer) -> dict[str, Any]:
        if self._known is not None and answer.json is None and answer.hash in self._known:
            answer = replace(answer, json=json_value(answer.body))
        envelope = _envelope(answer)
        data = envelope.get("data")
        if envelope.get("code") == "OK" and not data:
            raise NotFound("cổng trả lời không kèm dữ liệu")
        if not isinstance(data, dict):
            self._audit.count_absent({}, NEEDED)
            raise Unread("chi tiết không đúng cấu trúc")
        record: dict[str, Any] = drop_fields(data, self._settings.volatile)
        return record

    def _read_for_examples(self, digest: str) -> None:
        """Audit the record of an archived answer once more, apart; bytes that are damaged show nothing."""
        self._read_again.add(digest)
        try:
            body = b"" if self._recorder is None else self._recorder.archive.get(digest)
            data = drop_fields(json_value(body)["data"], self._settings.volatile)
        except (ArchiveError, DamagedAnswer):
            return
        self._audit_again.add_record(data, "detail", digest)
        parse_detail(data, self._client.base_url, self._audit_again)

    def request_data(self, path: str, body: Mapping[str, Any], wanted: str) -> Answer:
        """Return an answer whose `data` is an object that has the field `wanted`.

        Raises:
            NotFound: the portal does not know it.
            Unread: the portal says that it failed.
            SourceFailed: the answer has another shape than recorded.
        """
        answer = self._client.request("POST", path, expects="json", body=dict(body))
        data = _envelope(answer).get("data")
        if not isinstance(data, dict) or wanted not in data:
            raise SourceFailed(f"câu trả lời không có trường data.{wanted}; cổng đã đổi cấu trúc?")
        return answer


def _envelope(answer: Answer) -> Mapping[str, Any]:
    """Return the JSON object of an answer that reports no failure; empty where it is not one.

    Raises:
        NotFound: the portal does not know what was asked for.
        Unread: it says that it failed.
    """
    envelope = answer.json if isinstance(answer.json, dict) else {}
    code = envelope.get("code")
    if isinstance(code, str) and code != "OK":
        words = f"{code}: {envelope.get('message') or ''}".strip(": ")
        raise NotFound(words) if code.upper() in NOT_FOUND or answer.status == 404 else Unread(words)
    if answer.status == 404:
        raise NotFound("cổng trả lời 404")
    if answer.status >= 400:
        raise Unread(f"cổng trả lời {answer.status}")
    return envelope


def parse_item(item: Mapping[str, Any], evidence: Mapping[str, Any] | None = None) -> ListedItem:
    """Return one row of a list, which has no level, no decision and no date."""
    code, state = item.get("code"), item.get("state")
    text = json.dumps(item, ensure_ascii=False, sort_keys=True)
    return ListedItem(
        source_id=str(item["id"]),
        name=visible_text(str(item.get("name") or "")),
        code=_core(code) or (code if isinstance(code, str) and code.strip() else None),
        list_digest=hashlib.blake2b(text.encode(), digest_size=12).hexdigest(),
        state=state if isinstance(state, str) and state.strip() else None,
        received=text,
        evidence=evidence or {},
    )


def _items(answer: Answer) -> Sequence[dict[str, Any]]:
    items = answer.json["data"]["items"]
    if not isinstance(items, list):
        raise SourceFailed("data.items không phải danh sách; cổng đã đổi cấu trúc?")
    return [item for item in items if isinstance(item, dict)]


def _look_up_result(key: str, state: object, evidence: Mapping[str, Any]) -> LookUp:
    if not isinstance(state, str) or not state.strip():
        return LookUp(key=key, outcome="error", evidence=evidence)
    outcome: LookUpOutcome = "published" if state in PUBLISHED_STATES else "dead"
    return LookUp(key=key, outcome=outcome, state=state, evidence=evidence)


def _core(code: object) -> str | None:
    parsed = parse_code(code) if isinstance(code, str) else None
    return parsed.core if parsed else None


def _integer_or_zero(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
