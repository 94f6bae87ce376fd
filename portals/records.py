"""The real records of `data/` in the shape of the national portal's detail answer."""

from __future__ import annotations

import copy
import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Record = dict[str, Any]
"""One procedure as a portal stores it; national ones have the keys of the detail answer."""

DATA = Path(__file__).parent / "data"
FILES = {"noivu.jsonl.gz": ("G09",), "national.jsonl.gz": ("G15", "G17", "G10", "G19")}
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

EMPTY_LISTS = (
    *("executionCases", "executionMethods", "executionSteps", "legalBasisesDetails", "resultsDetails"),
    *(
        "categoriesDetails",
        "categoryIds",
        "subjectTypesDetails",
        "departmentsExecuting",
        "formalityTargetType",
    ),
    *("cases", "departmentAuthorityIds", "departmentAuthorizedIds", "departmentCoordinatingIds"),
    *("departmentDetails", "departmentExecutingIds", "departmentsAuthority", "departmentsAuthorized"),
    *("departmentsCoordinating", "fees", "legalBasisIds", "procedureRelatedGroup", "profileComponents"),
    *("resultIds", "returningMethods", "serviceGroupIds", "serviceGroupsDetails", "subjectTypeIds"),
    *("targetObjects", "unitGroupAuthorityIds", "unitGroupAuthorizedIds", "unitGroupCoordinatingIds"),
    *("unitGroupExecutingIds", "unitGroupsAuthority", "unitGroupsAuthorized", "unitGroupsCoordinating"),
    "unitGroupsExecuting",
)
"""Lists of a recorded detail; a record of `data/` that lacks one gets it empty."""

EMPTY_TEXTS = (
    *("note", "keywords", "description", "requirementsAndConditions", "decisionNo", "executingAgencies"),
    *("authorizedAgencies", "dossierReceivingAddresses", "delegatedAgencies", "coordinatingAgencies"),
)
"""Texts of a recorded detail, empty where a record of `data/` lacks them."""


def load_records(departments: Iterable[str] = ()) -> list[Record]:
    """Return the records of the promulgating agencies named by code; all of them when none is named."""
    wanted = set(departments)
    return [record for name in _files(wanted) for record in _read(DATA / name, wanted)]


def as_recorded(record: Record) -> Record:
    """Return `record` with every key of a recorded detail, empty where unknown, and integers as such."""
    full: Record = {key: [] for key in EMPTY_LISTS} | dict.fromkeys(EMPTY_TEXTS, "") | record
    authority = full.pop("authority", "")
    if authority and not full["departmentsAuthority"]:
        full["departmentsAuthority"] = [{"id": stable_id(0, authority), "name": authority, "code": ""}]
    for method in full["executionMethods"]:
        amount = method.get("processingTime")
        if isinstance(amount, float) and amount.is_integer():
            method["processingTime"] = int(amount)
    return full


def stable_id(moment: int, text: str) -> str:
    """Return a UUIDv7 that is always the same for `moment` (epoch milliseconds) and `text`."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    digits = f"{moment:012x}7{digest[:3]}{8 + int(digest[3], 16) % 4:x}{digest[4:19]}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"


def midnight(day: date) -> int:
    """Return epoch milliseconds of the day's midnight in Vietnam, the way the portal writes dates."""
    return int(datetime.combine(day, time(), VIETNAM).timestamp() * 1000)


def scripted_record(like: Record, **fields: Any) -> Record:
    """Return a record that no ministry published: `like` with other fields, and an id of its own."""
    record = copy.deepcopy(like) | fields
    record["codeNotation"] = record["code"]
    record["id"] = stable_id(record["createdAt"], record["code"])
    record["updatedAt"] = record["createdAt"]
    record["cases"] = []
    return as_recorded(record)


def _files(wanted: set[str]) -> list[str]:
    return [name for name, codes in FILES.items() if not wanted or wanted & set(codes)]


def _read(path: Path, wanted: set[str]) -> Iterator[Record]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if not wanted or record["departmentPromulgateCode"] in wanted:
                yield as_recorded(record)
