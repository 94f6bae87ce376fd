"""The national portal's API of 2026, as recorded: session cookies, cursor paging, details by id.

Guesses, for want of a recorded answer, each behind one name: the names of the cookies (`COOKIES`), how an
unknown id is told (`NOT_FOUND`), the page that comes with 403. List calls answer 201 here and the others
200, as both were seen.
"""

from __future__ import annotations

import json
import ssl
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from portals.broken import HTML, JSON, Reply, status_page
from portals.faults import Order, Target
from portals.listings import Listing, Shelf, cut
from portals.records import Record
from portals.server import Asked, Portal
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
        self.shelf = Shelf()

    def locate(self, asked: Asked) -> Target:
        """What a request asks for; a list page's number is counted from its cursor."""
        kind = KINDS.get(asked.path, "page")
        body = asked.json() if asked.method == "POST" else None
        if kind == "list" and isinstance(body, dict) and not body.get("q"):
            records = _filtered(self.shelf.order(self.world, ()), body)
            return Target("list", _start(records, _text(body, "lastId")) // _limit(body) + 1)
        if kind == "detail" and isinstance(body, dict):
            return Target("detail", key=_text(body, "id"))
        return Target(kind)  # type: ignore[arg-type]  # the kinds of KINDS are kinds of requests

    def answer(self, asked: Asked, target: Target, orders: list[Order]) -> Reply:
        """The portal's own answer."""
        if asked.method == "GET":
            return self._page(target)
        if asked.path.startswith(API) and not self._sessions.holds(asked):
            return status_page(403)
        body = asked.json()
        if not isinstance(body, dict):
            return _json(400, {"code": "BAD_REQUEST", "message": "Dữ liệu không hợp lệ"})
        match asked.path:
            case path if path == LIST:
                return self._list(body, orders)
            case path if path == DETAIL:
                return self._detail(_text(body, "id"), orders)
            case path if path == SERVICES:
                return self._services(body, orders)
            case path if path == NEWS:
                return _json(200, {"code": "OK", "data": {"rows": [], "total": 0}})
        return _json(404, {"code": "NOT_FOUND", "message": asked.path})

    def _page(self, target: Target) -> Reply:
        if target.where == "robots":
            return status_page(404)
        if target.where != "session":
            return Reply(200, HTML, EMPTY_PAGE.encode())
        return Reply(200, HTML, EMPTY_PAGE.encode(), self._sessions.begin())

    def _list(self, body: Mapping[str, Any], orders: list[Order]) -> Reply:
        if _limit(body) > 100 and self.faults.standing("limit_over_100") is not None:
            return status_page(500)
        listing = self._cut(body, orders)
        if listing.items and any(order.name == "shifting_items" for order in orders):
            self.shelf.shift(listing.items[0])
            listing = self._cut(body, orders)
        listing = self.shelf.spoil(listing, orders, asked_cursor=_text(body, "lastId"))
        return _spoilt_json(201, listing_payload(listing), orders)

    def _cut(self, body: Mapping[str, Any], orders: list[Order]) -> Listing:
        records = _filtered(self.shelf.order(self.world, orders), body)
        return cut(records, _start(records, _text(body, "lastId")), _limit(body))

    def _detail(self, record_id: str, orders: list[Order]) -> Reply:
        record = self.world.get(record_id) or self.shelf.twin(record_id)
        names = {order.name for order in orders}
        if record is None or "detail_not_found" in names:
            return _json(200, NOT_FOUND)
        if "detail_wrong_code" in names:
            record = self.world.next_to(record)
        return _spoilt_json(200, {"code": "OK", "data": record}, orders)

    def _services(self, body: Mapping[str, Any], orders: list[Order]) -> Reply:
        rows = service_rows(self.world.ordered(), body)
        last = _text(body, "lastId")
        start = next((n for n, row in enumerate(rows, 1) if row["id"] == last), 0)
        page = rows[start : start + _limit(body)]
        data = {"rows": page, "lastId": page[-1]["id"] if page else "", "total": len(rows)}
        return _spoilt_json(200, {"code": "OK", "data": data}, orders)


def list_item(record: Record) -> dict[str, Any]:
    """What the list tells of a record: no level, no decision, no date."""
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
    """A list page as the API answers it."""
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
    """The position after the cursor; a record that left the list still marks its place by its id."""
    if not cursor:
        return 0
    for position, record in enumerate(records, 1):
        if record["id"] == cursor:
            return position
    return sum(record["id"] > cursor for record in records)


def _spoilt_json(status: int, payload: dict[str, Any], orders: Iterable[Order]) -> Reply:
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
            payload = _without(payload, old, new, order)
    return _json(status, payload)


def _without(payload: dict[str, Any], old: str, new: str | None, order: Order) -> dict[str, Any]:
    """`payload` whose records (items, rows, or the detail) lack `old`, or call it `new`."""
    data = payload["data"]
    if old in ("items", "rows", "lastId", "total"):
        return payload | {"data": _renamed(data, old, new)}
    for lot_of in ("items", "rows"):
        if lot_of in data:
            items = [_renamed(item, old, new) if order.strikes(item["id"]) else item for item in data[lot_of]]
            return payload | {"data": data | {lot_of: items}}
    return payload | {"data": _renamed(data, old, new) if order.strikes(data["id"]) else data}


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
