"""The text of a record is the JSON of its values, whatever way it is written."""

import json
from dataclasses import replace
from datetime import date

import pytest

from extractors.portals.national_record import parse_detail
from portals.records import load_records
from procedures.model import Procedure, from_record, record_bytes, record_digest, to_record


def test_the_text_of_every_real_record_is_its_record_as_sorted_json() -> None:
    for received in load_records():
        procedure = parse_detail(received, "https://portal.invalid")
        assert procedure is not None
        written = record_bytes(procedure)
        assert written.decode() == as_json(procedure)
        assert record_bytes(from_record(json.loads(written))) == written


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ('Cấp \x00 giấy\u2028phép \x7f\x1f"\\/', 'Cấp \x00 giấy\u2028phép \x7f\x1f"\\/'),
        ("nửa \ud83d chữ", "nửa ? chữ"),
        ("😀", "😀"),
    ],
)
def test_whatever_a_portal_writes_has_bytes(name: str, stored: str) -> None:
    procedure = Procedure(name=name, code="1.000001", steps=("\ud83d",), decision_date=date(2026, 1, 2))
    written = record_bytes(procedure)
    assert written == as_json(procedure).encode("utf-8", "replace")
    again = from_record(json.loads(written))
    assert (again.name, again.steps, again.decision_date) == (stored, ("?",), date(2026, 1, 2))
    assert (
        record_digest(written)
        == record_digest(record_bytes(procedure))
        != record_digest(record_bytes(replace(again, name="")))
    )


def as_json(procedure: Procedure) -> str:
    return json.dumps(to_record(procedure), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
