"""The records of the provincial portal: Nội vụ of province and commune, with local differences."""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Iterable
from typing import Any

from portals.records import DATA, Record
from portals.world import World

SUFFIX = ".000.00.00.H27"
WAYS = {"DIRECT": "Trực tiếp", "ONLINE": "Trực tuyến", "POSTAL": "Dịch vụ bưu chính công ích"}
UNITS = {"WORKING_DAY": "ngày làm việc", "DAY": "ngày", "MONTH": "tháng", "HOUR": "giờ", "YEAR": "năm"}
LEVELS = {
    "isMinistry": "Cấp Bộ",
    "isProvince": "Cấp tỉnh",
    "isWard": "Cấp xã",
    "isOtherAgency": "Cơ quan khác",
}
FULL, PARTIAL = "Dịch vụ công trực tuyến toàn trình", "Dịch vụ công trực tuyến một phần"
TEXTS = ("online_level", "time", "fee", "charge", "requirements", "decision")
LISTS = ("ways", "papers", "legal_bases", "results", "steps", "subjects")


def provincial_world(national: Iterable[Record]) -> World:
    """Return the province's portal, made from national records by `data/provincial.toml`."""
    script = tomllib.loads((DATA / "provincial.toml").read_text(encoding="utf-8"))
    missing = {code for entry in script["missing"] for code in entry["codes"]}
    world = World(
        (
            provincial_record(record, script["decisions"])
            for record in national
            if (record["isProvince"] or record["isWard"]) and record["code"] not in missing
        ),
        newest_first=False,
    )
    known = set(world.codes)
    for entry in script["change"]:
        if entry["code"] in known:
            world.edit(entry["code"], **entry["set"])
    for entry in script["extra"] if known else ():
        world.publish(local_record(**{key: value for key, value in entry.items() if key != "why"}))
    return world


def provincial_record(record: Record, decisions: dict[str, str]) -> Record:
    """Return a national record in the words of the province's portal."""
    field = "; ".join(category["name"] for category in record["categoriesDetails"])
    agency = "; ".join(part["name"] for part in record["departmentsExecuting"] if part)
    methods = record["executionMethods"]
    return local_record(
        code=record["code"],
        name=record["name"],
        field=field,
        unit="Sở Nội vụ" if record["isProvince"] else "Ủy ban nhân dân cấp xã",
        levels=", ".join(text for flag, text in LEVELS.items() if record[flag]),
        agency=agency,
        online_level=_online_level(record),
        ways=[WAYS[method["submissionMethod"]] for method in methods],
        time=_per_way([(WAYS[m["submissionMethod"]], _duration(m)) for m in methods]),
        fee=_money([fee for method in methods for fee in method["fees"] if fee["type"] == "FEE"]),
        charge=_money([fee for method in methods for fee in method["fees"] if fee["type"] == "SERVICE_FEE"]),
        papers=[
            {"name": paper["name"], "originals": paper["originalQty"], "copies": paper["copyQty"]}
            for case in record["executionCases"]
            for paper in case["profileComponents"]
        ],
        requirements=record["requirementsAndConditions"],
        legal_bases=[_basis(basis) for basis in record["legalBasisesDetails"]],
        decision=decisions.get(field, decisions["*"]),
        results=[result["name"] for result in record["resultsDetails"]],
        steps=[step["description"] for step in record["executionSteps"]],
        subjects=[subject["name"] for subject in record["subjectTypesDetails"]],
    )


def local_record(*, code: str, name: str, **fields: Any) -> Record:
    """Return a record of the province's portal; texts and lists that are left out are empty.

    Keys: id (digits), code, name, field, unit, levels, agency; texts `TEXTS`; lists `LISTS`.
    """
    identity: Record = {"id": str(10_000 + zlib.crc32(code.encode()) % 900_000), "code": code, "name": name}
    empty: Record = dict.fromkeys(TEXTS, "") | {key: [] for key in LISTS}
    return identity | {"field": "", "unit": "", "levels": "", "agency": ""} | empty | fields


def _online_level(record: Record) -> str:
    if record["isFullProcess"]:
        return FULL
    online = any(method["submissionMethod"] == "ONLINE" for method in record["executionMethods"])
    return PARTIAL if online else ""


def _duration(method: Record) -> str:
    amount, unit = method.get("processingTime"), UNITS.get(method.get("processingTimeUnit") or "")
    if amount is None or unit is None:
        return ""
    whole = isinstance(amount, int) or float(amount).is_integer()
    return f"{int(amount):02d} {unit}" if whole else f"{str(amount).replace('.', ',')} {unit}"


def _per_way(times: list[tuple[str, str]]) -> str:
    different = {time for _, time in times}
    if len(different) <= 1:
        return next(iter(different), "")
    return "; ".join(f"{way}: {time}" for way, time in times if time)


def _money(fees: list[Record]) -> str:
    amounts = {fee["value"] for fee in fees if fee["value"] is not None}
    if len(amounts) != 1:
        return ""
    amount = int(amounts.pop())
    return f"{amount:,}".replace(",", ".") + " đồng" if amount else "Không"


def _basis(basis: Record) -> str:
    name, code = str(basis["name"]).strip(" -"), str(basis["code"])
    return name if not code or code in name else f"{name} Số: {code}"
