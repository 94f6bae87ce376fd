"""A sound record to change, and the real ones."""

import gzip
import json
from pathlib import Path

import pytest

from procedures.model import Procedure

DATA = Path(__file__).parents[2] / "portals" / "data"


@pytest.fixture
def procedure():
    def make(**changes):
        values = {"code": "1.013703", "name": "Thành lập hội", "executing_levels": frozenset({"commune"})}
        values["promulgating_agency"] = "Bộ Nội vụ"
        return Procedure(**(values | changes))

    return make


@pytest.fixture(scope="session")
def real_records():
    """Key and record of the 1,736 real details."""
    from extractors.portals.national_api import parse_detail

    records = []
    for name in ("national", "noivu"):
        with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            records += [parse_detail(json.loads(line), "https://dichvucong.gov.vn") for line in lines]
    return [(record.code, record) for record in records]
