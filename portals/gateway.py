"""The national gateway to 2025 over the same records as the national portal: `rest.jsp` and the Excel file.

Its pages of single procedures answer that they do not exist. Guesses, for want of a recorded answer: which
pages set cookies (here `SESSION` and the home page), the answer of a service without a session (403), and the
answer to an unknown service (`UNKNOWN`).
"""

from __future__ import annotations

import io
import json
import ssl
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import xlsxwriter

from portals.faults import FaultOrder, Target
from portals.faulty_replies import HTML, JSON, Reply, status_page
from portals.listings import Listing, ListingOrder, page_of
from portals.records import Record
from portals.server import Portal, Request
from portals.sessions import Sessions
from portals.world import World

SERVICES = "/jsp/rest.jsp"
EXPORT = "/jsp/tthc/export/export_exel_list_tthc.jsp"
SESSION = "/p/home/dvc-tthc-thu-tuc-hanh-chinh.html"
LIST = "procedure_advanced_search_service_v2"
AGENCIES = "procedure_get_list_agency_by_type_service_v2"
COOKIES = ("JSESSIONID", "route", "TS01b3c4d5")
EVERY = "-1"
DEFAULT_ROWS = 10

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADINGS = ("Mã số", "Tên", "Cơ quan ban hành", "Cơ quan thực hiện", "Lĩnh vực")
BANNER = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập – Tự do – Hạnh phúc\n------------------------------\n\n"
    "DANH SÁCH THỦ TỤC HÀNH CHÍNH\n\n\n"
)
UNKNOWN: Mapping[str, str] = {"error_code": "404", "error_message": "service not found"}
OTHER_NAMES = {"PROCEDURE_CODE": "CODE", "PROCEDURE_NAME": "NAME", "AMOUNT": "TOTAL"}
PAGE = (
    '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{0}</title></head>'
    "<body><h1>{0}</h1></body></html>"
)


@dataclass(frozen=True, slots=True)
class Question:
    """The procedures that a request asks for."""

    agency_id: str = EVERY
    connected: bool = False
    keyword: str = ""

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Question:
        """Return the part of a question that the list and the Excel file share."""
        return cls(
            agency_id=str(params.get("impl_agency_id", EVERY)),
            connected=str(params.get("is_connected", "0")) == "1",
            keyword=str(params.get("keyword") or "").casefold().strip(),
        )

    def fits(self, record: Record) -> bool:
        """Whether a record is asked for."""
        return (
            (self.agency_id in (EVERY, agency_id(record)))
            and self.connected == (record["type"] == "INTERCONNECTED")
            and self.keyword in record["name"].casefold()
        )


class Gateway(Portal):
    """The gateway over a `World` of the national portal's records; it knows only their ministries."""

    name = "gateway"

    def __init__(self, world: World, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(world, tls=tls)
        self._sessions = Sessions(COOKIES, self.faults)
        self.listing_order = ListingOrder()

    def locate(self, request: Request) -> Target:
        """Return what a request asks for."""
        if request.path == SERVICES:
            params = _params(request)
            if params.get("service") == LIST:
                return Target("list", _positive_integer(params.get("pageIndex"), 1))
            return Target("services" if params.get("service") == AGENCIES else "page")
        if request.path == EXPORT:
            return Target("export")
        if request.path == "/robots.txt":
            return Target("robots")
        return Target("session" if request.path in ("/", SESSION) else "page")

    def answer(self, request: Request, target: Target, orders: list[FaultOrder]) -> Reply:
        """Return the gateway's own answer."""
        if target.where == "session":
            return Reply(200, HTML, PAGE.format("Thủ tục hành chính").encode(), self._sessions.begin())
        if target.where == "robots" or request.path not in (SERVICES, EXPORT):
            return Reply(404, HTML, PAGE.format("Trang không tồn tại").encode())
        if not self._sessions.holds(request):
            return status_page(403)
        if target.where == "export":
            records = self.listing_order.order(self.world, orders)
            selected = filter(Question.of(request.query).fits, records)
            return Reply(200, XLSX, workbook(selected))
        params = _params(request)
        if target.where == "list":
            return _json(_damaged_rows(self._list(params, target.page or 1, orders), orders))
        return _json(self._agencies() if target.where == "services" else UNKNOWN)

    def _list(self, params: Mapping[str, Any], page: int, orders: list[FaultOrder]) -> list[Record]:
        size = _positive_integer(params.get("recordPerPage"), DEFAULT_ROWS)
        names = {order.name for order in orders}
        shown_page = 1 if "repeated_cursor" in names else page
        listing = self._cut(Question.of(params), (shown_page - 1) * size, size, orders)
        if "shifting_items" in names and listing.items:
            self.listing_order.shift(listing.items[0])
            listing = self._cut(Question.of(params), (shown_page - 1) * size, size, orders)
        listing = self.listing_order.spoil(listing, orders)
        first = (page - 1) * size + 1
        return [
            list_row(record, total=listing.total, place=place)
            for place, record in enumerate(listing.items, first)
        ]

    def _cut(self, question: Question, start: int, size: int, orders: Sequence[FaultOrder]) -> Listing:
        return page_of(list(filter(question.fits, self.listing_order.order(self.world, orders))), start, size)

    def _agencies(self) -> list[dict[str, str]]:
        """Return the ministries that have a procedure here."""
        known = {record["departmentPromulgateCode"]: record for record in self.world.ordered()}
        return [
            {"ID": agency_id(record), "AGENCY_NAME": record["departmentPromulgateName"], "CODE": code}
            for code, record in sorted(known.items())
        ]


def list_row(record: Record, *, total: int, place: int) -> dict[str, str]:
    """Return a record's row of the list, all in strings; agencies repeat, as on the real gateway."""
    agencies = [part["name"] for part in record["departmentsExecuting"] if part]
    return {
        "ID": str(1_000_000 + zlib.crc32(record["id"].encode())),
        "PROCEDURE_CODE": record["code"],
        "PROCEDURE_NAME": record["name"],
        "PUBLISHED_AGENCY": record["departmentPromulgateName"],
        "IMPLEMENTATION_AGENCY": ";".join([*agencies, *agencies[:1]]),
        "QDCBID": decision_id(record),
        "FIELD_NAME": _fields(record),
        "AMOUNT": str(total),
        "ROW_STT": str(place),
    }


def workbook(records: Iterable[Record]) -> bytes:
    """Return the Excel file: a banner over the headings, agencies on lines of a cell, trailing blanks."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Danh sách TTHC")
        sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, BANNER)
        sheet.write_row(1, 0, HEADINGS)
        for number, record in enumerate(records, 2):
            agencies = "\n".join(part["name"] for part in record["departmentsExecuting"] if part)
            row = (
                record["code"],
                record["name"],
                record["departmentPromulgateName"],
                agencies,
                _fields(record),
            )
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
    return buffer.getvalue()


def agency_id(record: Record) -> str:
    """Return the gateway's own id of the agency that published a record."""
    return str(100 + zlib.crc32(record["departmentPromulgateCode"].encode()) % 100_000)


def decision_id(record: Record) -> str:
    """Return the gateway's own id of the decision that announced a record."""
    proposal = record["procedureProposal"]
    number = (
        record["decisionNo"]
        or proposal.get("decisionNumber")
        or proposal.get("proposalNumber")
        or record["code"]
    )
    return str(zlib.crc32(str(number).encode()) % 1_000_000)


def _fields(record: Record) -> str:
    return "; ".join(category["name"] for category in record["categoriesDetails"])


def _damaged_rows(rows: list[Record], orders: Iterable[FaultOrder]) -> Any:
    answer: Any = rows
    for order in orders:
        old = order.options.get("field") or "PROCEDURE_CODE"
        if order.name == "wrong_shape":
            return {"status": "success", "result": {"records": [], "count": 0}}
        if order.name == "missing_field":
            answer = [_renamed(row, old, None) if order.applies_to(row["ID"]) else row for row in answer]
        elif order.name == "renamed_field":
            new = order.options["to"] or OTHER_NAMES.get(old, f"{old}_NEW")
            answer = [_renamed(row, old, new) for row in answer]
    return answer


def _renamed(row: Mapping[str, str], old: str, new: str | None) -> dict[str, str]:
    pairs = ((new if key == old else key, value) for key, value in row.items())
    return {key: value for key, value in pairs if key is not None}


def _params(request: Request) -> Mapping[str, Any]:
    """Return the JSON within the form's field `params`; empty where there is none."""
    form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
    try:
        params = json.loads(form.get("params", ""))
    except (ValueError, RecursionError):
        return {}
    return params if isinstance(params, dict) else {}


def _positive_integer(value: Any, otherwise: int) -> int:
    text = str(value)
    return int(text) if text.isdecimal() and int(text) > 0 else otherwise


def _json(payload: Any) -> Reply:
    return Reply(200, JSON, json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode())
