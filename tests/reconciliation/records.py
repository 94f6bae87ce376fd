"""The real records kept in the tree, as the national reader reads them."""

from __future__ import annotations

import csv
import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

from extractors.portals.national_api import parse_detail
from procedures.model import Procedure

ROOT = Path(__file__).parents[2]
DATA = ROOT / "portals" / "data"
GOLDEN = ROOT / "tests" / "golden"


@cache
def raw(name: str) -> tuple[dict[str, Any], ...]:
    """The records of `national` (four ministries) or `noivu` (Bộ Nội vụ) as the portal sends them."""
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return tuple(json.loads(line) for line in lines)


@cache
def real(name: str) -> tuple[Procedure, ...]:
    return tuple(parse_detail(record, "https://dichvucong.gov.vn") for record in raw(name))


def everything() -> tuple[Procedure, ...]:
    return (*real("noivu"), *real("national"))


@cache
def hanoi() -> tuple[dict[str, str], ...]:
    """The 113 rows of Hà Nội's decision 963/QĐ-TTPVHCC."""
    with (GOLDEN / "hanoi" / "decision_963.csv").open(encoding="utf-8-sig", newline="") as file:
        return tuple(csv.DictReader(file))


HANOI_LEVELS = {
    "Cấp tỉnh": frozenset({"province"}),
    "Cấp xã": frozenset({"commune"}),
    "Cấp huyện": frozenset({"district"}),
    "Liên thông cơ quan trung ương": frozenset({"ministry"}),
}


def hanoi_row(number: int, code: str | None = None) -> Procedure:
    """Row `number` (from 1) of the decision as a row without a code, or under a code given here."""
    said = hanoi()[number - 1]
    return Procedure(
        name=said["name"],
        code=code,
        field=said["field"],
        executing_levels=HANOI_LEVELS[said["level"]],
        promulgating_agency="Bộ Nội vụ",
        raw=(("name", said["name"]),),
    )
