"""What is told of a night's payloads does not hang on the order in which they arrived."""

from __future__ import annotations

import random

from extractors.portals.audit.schema_audit import Audit, Fields


def test_the_examples_are_the_same_in_whatever_order_the_records_came() -> None:
    records = [{"code": code, "note": note} for code, note in (("2", ""), ("3", "b"), ("1", " "), ("4", "a"))]
    told = []
    for seed in range(8):
        audit = Audit()
        for record in random.Random(seed).sample(records, len(records)):
            audit.count_fields(record, "detail")
            fields = Fields(record, "detail", audit)
            fields.take("code")
            fields.done()
        told.append((audit.examples, audit.leftovers))
    assert told == [({"detail.code:string": "1", "detail.note:string": "a"}, {"detail.note": "a"})] * 8


def test_a_field_that_is_always_empty_has_an_empty_example() -> None:
    audit = Audit()
    for _ in range(2):
        audit.count_fields({"note": ""}, "detail")
    assert audit.examples == {"detail.note:string": ""}


def test_a_record_counts_once_however_many_of_its_items_have_a_field() -> None:
    audit = Audit()
    audit.add_record({"fees": [{"value": 1}, {"value": 2.5}, {"value": None}, {"value": "3"}]}, "detail")
    audit.add_record({"fees": []}, "detail")
    assert audit.fields == {
        "detail": {"object": 2},
        "detail.fees": {"array": 2},
        "detail.fees[]": {"object": 1},
        "detail.fees[].value": {"number": 1, "string": 1},
    }
    assert audit.examples == {"detail.fees[].value:number": "2.5", "detail.fees[].value:string": "3"}


def test_the_shape_is_that_of_pages_and_records_but_not_of_rows_that_are_only_counted() -> None:
    apart, together = Audit(), Audit()
    apart.add_payload({"a": 1}, "detail")
    together.add_record({"a": 1}, "detail")
    together.count_fields({"b": 1}, "list")
    assert apart.shape == together.shape != Audit().shape
