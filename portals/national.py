"""The national portal's API of 2026, as recorded: session cookies, cursor paging, details by id.

Guesses, for want of a recorded answer, each behind one name: the names of the cookies (`COOKIES`), the answer
for an unknown id (`NOT_FOUND`), the page that comes with 403. List calls answer 201 here and the others
200, as both were seen.
"""

from __future__ import annotations

import json
import ssl
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from portals.faults import FaultOrder, Target
from portals.faulty_replies import HTML, JSON, Reply, status_page
from portals.listings import Listing, ListingOrder, page_of
from portals.records import Record
from portals.server import Portal, Request
from portals.services import service_rows
from portals.sessions import Sessions
from portals.world import World

API = "/api/v1"
LIST = f"{API}/submitting/formality/list-all-public-formality-by-citizen"
DETAIL = f"{API}/configuring/formality/get-formality-by-citizen"
SERVICES = f"{API}/submitting/formality/list-department-url-by-citizen"
NEWS = f"{API}/configuring/news/list-by-citizen"
KINDS = {LIST: "list", DETAIL: "detail", SERVICES: "services", "/": "session", "/robots.txt": "robots"}

COOKIES = ("JSESSIONID", "TS01a7c2d4")
NOT_FOUND = {"code": "NOT_FOUND", "message": "Không tìm thấy thủ tục hành chính"}
DEFAULT_LIMIT = 50
LEVEL_FLAGS = {"MINISTRY": "isMinistry", "PROVINCE": "isProvince", "COMMUNE": "isWard"}
OTHER_NAMES = {"code": "formalityCode", "id": "formalityId", "name": "formalityName", "items": "rows"}

EMPTY_PAGE = (
    '<!doctype html><html lang="vi"><head><meta charset="utf-8"/><title>Cổng Dịch vụ công quốc gia</title>'
    '<script type="module" src="/assets/index.js"></script></head><body><div id="root"></div></body></html>'
)


class National(Portal):
    """The national portal over a `World` of detail records."""

    name = "national"

    def __init__(self, world: World, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(world, tls=tls)
        self._sessions = Sessions(COOKIES, self.faults)
        self.listing_order = ListingOrder()

    def locate(self, request: Request) -> Target:
        """Return what a request asks for; a list page's number is counted from its cursor."""
        kind = KINDS.get(request.path, "page")
        body = request.json() if request.method == "POST" else None
        if kind == "list" and isinstance(body, dict) and not body.get("q"):
            records = _filtered(self.listing_order.order(self.world, ()), body)
            return Target("list", _start(records, _text(body, "lastId")) // _limit(body) + 1)
        if kind == "detail" and isinstance(body, dict):
            return Target("detail", key=_text(body, "id"))
        return Target(kind)  # type: ignore[arg-type]  # the kinds of KINDS are kinds of requests

    def answer(self, request: Request, target: Target, orders: list[FaultOrder]) -> Reply:
        """Return the portal's own answer."""
        if request.method == "GET":
            return self._page(target)
        if request.path.startswith(API) and not self._sessions.holds(request):
            return status_page(403)
        body = request.json()
        if not isinstance(body, dict):
            return _json(400, {"code": "BAD_REQUEST", "message": "Dữ liệu không hợp lệ"})
        match request.path:
            case path if path == LIST:
                return self._list(body, orders)
            case path if path == DETAIL:
                return self._detail(_text(body, "id"), orders)
            case path if path == SERVICES:
                return self._services(body, orders)
            case path if path == NEWS:
                return _json(200, {"code": "OK", "data": {"rows": [], "total": 0}})
        return _json(404, {"code": "NOT_FOUND", "message": request.path})

    def _page(self, target: Target) -> Reply:
        if target.where == "robots":
            return status_page(404)
        if target.where != "session":
            return Reply(200, HTML, EMPTY_PAGE.encode())
        return Reply(200, HTML, EMPTY_PAGE.encode(), self._sessions.begin())

    def _list(self, body: Mapping[str, Any], orders: list[FaultOrder]) -> Reply:
        if _limit(body) > 100 and self.faults.standing("limit_over_100") is not None:
            return status_page(500)
        listing = self._cut(body, orders)
        if listing.items and any(order.name == "shifting_items" for order in orders):
            self.listing_order.shift(listing.items[0])
            listing = self._cut(body, orders)
        listing = self.listing_order.spoil(listing, orders, asked_cursor=_text(body, "lastId"))
        return _damaged_json(201, listing_payload(listing), orders)

    def _cut(self, body: Mapping[str, Any], orders: list[FaultOrder]) -> Listing:
        records = _filtered(self.listing_order.order(self.world, orders), body)
        return page_of(records, _start(records, _text(body, "lastId")), _limit(body))

    def _detail(self, record_id: str, orders: list[FaultOrder]) -> Reply:
        record = self.world.get(record_id) or self.listing_order.twin(record_id)
        names = {order.name for order in orders}
        if record is None or "detail_not_found" in names:
            return _json(200, NOT_FOUND)
        if "detail_wrong_code" in names:
            record = self.world.next_to(record)
        return _damaged_json(200, {"code": "OK", "data": record}, orders)

    def _services(self, body: Mapping[str, Any], orders: list[FaultOrder]) -> Reply:
        rows = service_rows(self.world.ordered(), body)
        last = _text(body, "lastId")
        start = next((n for n, row in enumerate(rows, 1) if row["id"] == last), 0)
        page = rows[start : start + _limit(body)]
        data = {"rows": page, "lastId": page[-1]["id"] if page else "", "total": len(rows)}
        return _damaged_json(200, {"code": "OK", "data": data}, orders)


def list_item(record: Record) -> dict[str, Any]:
    """Return a record's item in the list, which has no level, no decision, no date."""
    return {
        "id": record["id"],
        "name": record["name"],
        "code": record["code"],
        "codeNotation": record["codeNotation"],
        "categories": [category["name"] for category in record["categoriesDetails"]],
        "categoryIds": [category["id"] for category in record["categoriesDetails"]],
        "departments": [agency["name"] for agency in record["departmentsExecuting"] if agency],
        "departmentPromulgate": record["departmentPromulgateName"],
        "departmentPromulgateId": record["departmentPromulgateId"],
        "formalityTargetType": [subject["name"] for subject in record["subjectTypesDetails"]],
        "state": record["state"],
        "type": record["type"],
    }


def listing_payload(listing: Listing) -> dict[str, Any]:
    """Return a list page as the API answers it."""
    items = [list_item(record) for record in listing.items]
    return {"code": "OK", "data": {"items": items, "lastId": listing.cursor, "total": listing.total}}


def _filtered(records: Iterable[Record], body: Mapping[str, Any]) -> list[Record]:
    agency, category = _text(body, "departmentCode"), _text(body, "categoryId")
    flag, kind, text = LEVEL_FLAGS.get(_text(body, "level")), _text(body, "type"), _fold(_text(body, "q"))
    return [
        record
        for record in records
        if (not agency or record["departmentPromulgateCode"] == agency)
        and (not category or any(category == known["id"] for known in record["categoriesDetails"]))
        and (not flag or record[flag])
        and (not kind or record["type"] == kind)
        and (not text or text in _fold(record["code"]) or text in _fold(record["name"]))
    ]


def _start(records: list[Record], cursor: str) -> int:
    """Return the position after the cursor; the id of a record that left the list still marks its place."""
    if not cursor:
        return 0
    for position, record in enumerate(records, 1):
        if record["id"] == cursor:
            return position
    return sum(record["id"] > cursor for record in records)


def _damaged_json(status: int, payload: dict[str, Any], orders: Iterable[FaultOrder]) -> Reply:
    for order in orders:
        if order.name == "wrong_shape":
            payload = {"status": "success", "result": {"records": [], "count": 0}}
        elif order.name in ("renamed_field", "missing_field"):
            old = order.options["field"] or "code"
            new = (
                None
                if order.name == "missing_field"
                else order.options["to"] or OTHER_NAMES.get(old, f"{old}New")
            )
            payload = _rename_field(payload, old, new, order)
    return _json(status, payload)


def _rename_field(payload: dict[str, Any], old: str, new: str | None, order: FaultOrder) -> dict[str, Any]:
    """Return `payload` whose records (items, rows, or the detail) lack `old`, or call it `new`."""
    data = payload["data"]
    if old in ("items", "rows", "lastId", "total"):
        return payload | {"data": _renamed(data, old, new)}
    for key in ("items", "rows"):
        if key in data:
            items = [_renamed(item, old, new) if order.applies_to(item["id"]) else item for item in data[key]]
            return payload | {"data": data | {key: items}}
    return payload | {"data": _renamed(data, old, new) if order.applies_to(data["id"]) else data}


def _renamed(item: Mapping[str, Any], old: str, new: str | None) -> dict[str, Any]:
    if new is None:
        return {key: value for key, value in item.items() if key != old}
    return {new if key == old else key: value for key, value in item.items()}


def _limit(body: Mapping[str, Any]) -> int:
    limit = body.get("limit")
    return limit if isinstance(limit, int) and limit > 0 else DEFAULT_LIMIT


def _text(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key)
    return value if isinstance(value, str) else ""


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().strip()


def _json(status: int, payload: Any) -> Reply:
    return Reply(status, JSON, json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode())
