"""Single readings of spoilt payloads, by kind and number; `mutations` does the damage.

What is due of each: it ends in a named state with what it read and put aside, whatever the bytes.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from extractors.portals.national_api import DETAIL, LIST, NationalApi
from extractors.portals.national_services import SERVICES, read_services
from extractors.portals.open_source import open_source
from extractors.portals.read_source import read
from extractors.portals.source import Unread
from procedures.errors import SourceError
from procedures.model import from_record, to_record
from procedures.snapshot import ListedItemState, QuarantinedRecord, ReadingPlan, ReadingResult
from settings.sources import SourceSettings
from steps.sources.recorded_reader import Memory
from tests.extractors import mutations as m

LARGEST = 2**31 - 1
"""What a count's column holds."""

STATES = ("complete", "partial", "held", "blocked", "failed")

NIGHT = datetime.fromisoformat("2026-11-23T02:00:00+07:00")
BASE = "http://cong.example"
ABSENT = "1.000009"


@dataclass(frozen=True, slots=True)
class Spoilt:
    """The bytes of a case, and the headers and status they come with."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a case ended: its state, and whether something was put aside."""

    state: str
    aside: bool = False


class Serving(httpx.BaseTransport):
    """Answers from a function, never from the network."""

    def __init__(self, answer: Callable[[httpx.Request], Spoilt]) -> None:
        self._answer = answer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host != "cong.example":
            raise AssertionError(f"asked of another host: {request.url}")
        if request.url.path == "/robots.txt":
            return httpx.Response(404, request=request)
        said = self._answer(request)
        return httpx.Response(
            said.status,
            headers=[(name.encode(), value.encode("latin-1")) for name, value in said.headers.items()],
            stream=httpx.ByteStream(said.body),
            request=request,
        )


class Aside(Memory):
    """A sink that keeps what was put aside, and holds all to what the warehouse can hold."""

    def __init__(self) -> None:
        super().__init__()
        self.put_aside: list[QuarantinedRecord] = []

    def quarantine(self, record: QuarantinedRecord) -> None:
        self.put_aside.append(record)

    def hold(self, outcome: ReadingResult) -> None:
        """Raises where something is no use to those who keep and read it."""
        certificate = outcome.certificate
        reason = outcome.verdict.reason
        assert (reason is None) == (outcome.verdict.state == "complete"), "a state without its reason"
        assert reason is None or ("\n" not in reason and len(reason) < 2_000), "a reason of more than a line"
        assert certificate.declared_total is None or 0 <= certificate.declared_total <= LARGEST
        _json(certificate.leftovers, certificate.fields, certificate.examples, certificate.notes)
        for each in self.observations.values():
            _json(each.key, each.code, each.source_id, each.state, each.evidence)
            if each.procedure is not None:
                told = to_record(each.procedure)
                _json(told)
                assert from_record(told) == each.procedure
        for aside in self.put_aside:
            assert "\n" not in aside.reason
            _json(aside.record)
        for answer in self.look_ups.values():
            _json(answer.evidence, answer.state)


def _json(*values: Any) -> None:
    """Whether the values are JSON that every reader takes: no NaN, no infinity."""
    json.dumps(values, allow_nan=False, default=dict)


# how each kind is spoilt


def _spoilt(random: Random, data: bytes, structure: m.Mutation) -> bytes:
    how = random.random()
    if how < 0.65:
        data = structure(random, data)
    return m.spoilt_bytes(random, data) if how > 0.5 else data


def _answer(random: Random, data: bytes, kind: str) -> Spoilt:
    """The bytes as an answer, whose headers tell the truth for the most part."""
    headers = {"content-type": kind}
    if random.random() < 0.15:
        headers["content-type"] = random.choice(
            (
                "",
                "text/html",
                "text/html; charset=utf-16",
                "text/html; charset=idna",
                "x; charset=unicode_escape",
                "text/html; charset=punycode",
                "application/json; charset=hex",
                "text/html; charset=utf-7",
                "\xff",
            )
        )
    if random.random() < 0.08:
        headers["content-encoding"] = random.choice(("gzip", "deflate", "br", "x"))
        data = gzip.compress(data) if random.random() < 0.7 else data
        data = data if random.random() < 0.6 else m.spoilt_bytes(random, data)
    status = random.choice((200,) * 30 + (201, 204, 302, 400, 404, 410, 429, 500, 503))
    if status == 302:
        headers["location"] = random.choice(
            (
                "//khac.example/",
                "http://[",
                "/x\x00",
                "https://cong.example/",
                "/z",
                "http://cong.example:99999/",
            )
        )
    if status in (429, 503):
        headers["retry-after"] = random.choice(
            ("1", "x", "-5", "9" * 400, "Wed, 99 Nov 2026 00:00:00 GMT", "1e400")
        )
    return Spoilt(data, status, headers)


JSON, HTML = "application/json; charset=utf-8", "text/html; charset=utf-8"


def _national(random: Random, where: str) -> tuple[Callable[[httpx.Request], Spoilt], ReadingPlan]:
    listing = json.loads(m.sample("national", "list_response_envelope_assembled.json"))
    del listing["data"]["items"][4 if where == "list" else 1 :]
    detail = json.loads(m.sample("national", "detail_1.013703_noivu.json"))
    old = json.loads(m.sample("national", "detail_1.000358.json"))
    codes = {item["id"]: item["code"] for item in listing["data"]["items"]} | {detail["id"]: detail["code"]}
    listing["data"]["items"].append(
        {**listing["data"]["items"][0], "id": detail["id"], "code": detail["code"]}
    )
    listing["data"]["total"] = len(listing["data"]["items"])
    whole = {"code": "OK", "data": random.choice((detail, old))}
    found = {"code": "OK", "data": {**listing["data"], "lastId": "", "items": listing["data"]["items"][:1]}}
    found["data"]["items"] = [{**found["data"]["items"][0], "code": ABSENT}]
    payload = {"list": listing, "detail": whole, "look-up": random.choice((whole, found))}[where]
    spoilt = _answer(random, _spoilt(random, json.dumps(payload).encode(), m.spoilt_json), JSON)

    def answer(request: httpx.Request) -> Spoilt:
        if request.method == "GET":
            return Spoilt(b"<html></html>", headers={"content-type": HTML})
        asked = json.loads(request.read())
        if request.url.path == LIST:
            if asked["q"]:
                return spoilt if where == "look-up" else _ok(found)
            if asked["lastId"]:
                return _ok({"code": "OK", "data": {**listing["data"], "items": [], "lastId": ""}})
            return spoilt if where == "list" else _ok(listing)
        assert request.url.path == DETAIL
        if where == "detail" or (where == "look-up" and asked["id"] == "absent"):
            return spoilt
        return _ok(
            {"code": "OK", "data": {**detail, "id": asked["id"], "code": codes.get(asked["id"], "1.000001")}}
        )

    absent = ListedItemState(key=ABSENT, source_id="absent", code=ABSENT, loaded=True)
    return answer, ReadingPlan(
        as_of=NIGHT, remembered={ABSENT: absent}, baseline=True, ask=frozenset({"1.000008"})
    )


def _ok(payload: Any) -> Spoilt:
    return Spoilt(json.dumps(payload).encode(), headers={"content-type": JSON})


def read_national(random: Random, where: str) -> Ending:
    answer, plan = _national(random, where)
    return _read(_settings("national-api", departments=("G09",)), answer, plan)


SERVICE = {
    "formalityCode": "1.013703",
    "formalityCaseCode": "1.013703.01",
    "departmentCode": "H27.9",
    "departmentName": "Sở Nội vụ",
    "implementLevel": "FULL",
    "isTesting": False,
}


def read_the_services(random: Random) -> Ending:
    rows = [{**SERVICE, "formalityCode": f"1.01370{n}"} for n in range(6)]
    whole = json.dumps({"code": "OK", "data": {"rows": rows, "lastId": "x"}}).encode()
    spoilt = _answer(random, _spoilt(random, whole, m.spoilt_json), JSON)

    def answer(request: httpx.Request) -> Spoilt:
        if request.url.path == SERVICES and not json.loads(request.read())["lastId"]:
            return spoilt
        return _ok({"code": "OK", "data": {"rows": [], "lastId": ""}})

    portal = NationalApi(_settings("national-api"), None, transport=Serving(answer))
    try:
        for service in read_services(portal, ["H27.9"]):
            _json(service.code, service.case_code, service.agency_code, service.agency)
    except Unread:
        return Ending("partial")
    except SourceError as error:
        return Ending(type(error).__name__.removeprefix("Source").lower())
    finally:
        portal.close()
    return Ending("complete")


def _pages_of(profile: str) -> tuple[bytes, bytes, str, str]:
    """A list page, a record's page, the path by which a list page is known, and the prefix of the portal."""
    if profile == "igate":
        details = m.sample("igate", "igate_detail_bocongan_26052.html")
        return (
            m.sample("igate", "igate_list_bocongan.html"),
            details,
            "/bocongan/bothutuc/listThuTuc",
            "/bocongan",
        )
    if profile == "portaldvc":
        details = m.sample("portaldvc", "portaldvc_detail_1.013734.html")
        lists = m.fewer_rows(m.sample("portaldvc", "portaldvc_list_2.html"), 4)
        return lists, details, "/portaldvc/KenhTin/thu-tuc-hanh-chinh.aspx", ""
    return m.LIFERAY_LIST, m.LIFERAY_DETAIL, "/dich-vu-cong", ""


def read_pages(random: Random, profile: str, where: str) -> Ending:
    lists, details, path, prefix = _pages_of(profile)
    small = m.a_small_record(profile)
    spoilt = _answer(random, _spoilt(random, lists if where == "list" else details, m.spoilt_page), HTML)

    def answer(request: httpx.Request) -> Spoilt:
        parts = urlsplit(str(request.url))
        if parts.path == path:
            asked = parse_qs(parts.query)
            first = asked.get("page", ["1"])[0] == "1" and asked.get("count", ["0"])[0] == "0"
            if not first:
                return Spoilt(b"<p>404</p>", 404, {"content-type": HTML})
            return spoilt if where == "list" else Spoilt(lists, headers={"content-type": HTML})
        return spoilt if where == "detail" else Spoilt(small, headers={"content-type": HTML})

    absent = ListedItemState(key=ABSENT, source_id=f"{prefix}/cu?id=9", code=ABSENT, loaded=True)
    plan = ReadingPlan(as_of=NIGHT, remembered={ABSENT: absent}, baseline=True)
    settings = _settings("html", profile=profile, base_url=BASE + prefix)
    return _read(settings, answer, plan)


GATEWAY_ROW = {
    "ID": "432777",
    "PROCEDURE_CODE": "1.015045",
    "PROCEDURE_NAME": "Thủ tục xét tặng danh hiệu",
    "PUBLISHED_AGENCY": "Bộ Nội vụ",
    "IMPLEMENTATION_AGENCY": "Sở Nội vụ;Sở Nội vụ",
    "QDCBID": "123376",
    "FIELD_NAME": "Thi đua - khen thưởng",
    "AMOUNT": "6",
    "ROW_STT": "1",
}


def read_gateway(random: Random, where: str) -> Ending:
    rows = [{**GATEWAY_ROW, "ID": f"43277{n}", "PROCEDURE_CODE": f"1.01504{n}"} for n in range(6)]
    if where == "list":
        spoilt = _answer(random, _spoilt(random, json.dumps(rows).encode(), m.spoilt_json), JSON)
    else:
        workbook = m.spoilt_workbook(random, m.sample("exports", random.choice(EXPORTS)))
        spoilt = _answer(random, workbook, "application/vnd.ms-excel")

    def answer(request: httpx.Request) -> Spoilt:
        if request.method == "GET":
            return spoilt if where == "export" and "export" in request.url.path else Spoilt(b"<html></html>")
        asked = json.loads(parse_qs(request.read().decode())["params"][0])
        if asked.get("pageIndex") != 1 or asked["is_connected"]:
            return _ok([])
        return spoilt if where == "list" else _ok(rows)

    absent = ListedItemState(key=ABSENT, source_id="9", code=ABSENT, loaded=True)
    plan = ReadingPlan(as_of=NIGHT, remembered={ABSENT: absent}, baseline=True)
    return _read(_settings("national-gateway"), answer, plan)


EXPORTS = ("danh-sach-tthc-BoTuPhap.xlsx", "danh-sach-tthc-NganhangNhanuocVietNam.xlsx")


def read_export(random: Random, suffix: str) -> Ending:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"danh-muc.{suffix}"
        path.write_bytes(_export(random, suffix))
        return _read(_settings("export", base_url=None, path=path), None, ReadingPlan(as_of=NIGHT))


def _export(random: Random, suffix: str) -> bytes:
    rows = m.province_rows()
    odd = m.odd_table(random, rows) if random.random() < 0.5 else rows
    if suffix == "csv":
        data = m.as_text(odd, random.choice(",;\t"))
    elif suffix == "xls":
        data = m.as_old_workbook(odd)
    else:
        data = m.as_workbook(odd) if random.random() < 0.7 else m.sample("exports", random.choice(EXPORTS))
        data = m.spoilt_workbook(random, data) if random.random() < 0.6 else data
    return data if odd is not rows and random.random() < 0.6 else m.spoilt_bytes(random, data)


def _settings(kind: str, **said: Any) -> SourceSettings:
    values: dict[str, Any] = {
        "name": "x",
        "kind": kind,
        "role": "national",
        "base_url": BASE,
        "concurrency": 1,
        "retry_pause": 0.0,
    }
    return SourceSettings(**values | said)


def _read(
    settings: SourceSettings, answer: Callable[[httpx.Request], Spoilt] | None, plan: ReadingPlan
) -> Ending:
    sink = Aside()
    source = open_source(settings, None, transport=Serving(answer) if answer else None)
    try:
        outcome = read(source, settings, plan, sink)
    finally:
        source.close()
    sink.hold(outcome)
    return Ending(str(outcome.verdict.state), bool(sink.put_aside))


KINDS: dict[str, Callable[[Random], Ending]] = {
    "national-list": lambda random: read_national(random, "list"),
    "national-detail": lambda random: read_national(random, "detail"),
    "national-look-up": lambda random: read_national(random, "look-up"),
    "national-services": read_the_services,
    **{
        f"{profile}-{where}": lambda random, profile=profile, where=where: read_pages(random, profile, where)
        for profile in ("igate", "portaldvc", "liferay")
        for where in ("list", "detail")
    },
    "gateway-list": lambda random: read_gateway(random, "list"),
    "gateway-export": lambda random: read_gateway(random, "export"),
    **{
        f"export-{suffix}": lambda random, suffix=suffix: read_export(random, suffix)
        for suffix in ("xlsx", "xls", "csv")
    },
}


def run(kind: str, number: int) -> Ending:
    """One case, uncaught."""
    return KINDS[kind](Random(f"{kind}:{number}"))
