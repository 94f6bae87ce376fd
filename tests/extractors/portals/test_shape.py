"""What is told of a night's payloads does not hang on the order in which they arrived."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from extractors.portals.audit.field_tally import SHORT_EXAMPLE
from extractors.portals.audit.schema_audit import Audit, Fields

names = st.sampled_from(["a", "b", "a.b", "", "[]"])
values: st.SearchStrategy[Any] = st.none() | st.booleans() | st.integers(0, 9) | st.text(" ab", max_size=50)
for _ in range(3):
    values |= st.lists(values, max_size=3) | st.dictionaries(names, values, max_size=4)


def fields_in(value: Any, path: str) -> Iterator[tuple[str, str, Any]]:
    """Each field of a record with its JSON type and value, in their order."""
    kinds = {dict: "object", list: "array", bool: "boolean", int: "number", str: "string"}
    if value is not None:
        yield path, kinds[type(value)], value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from fields_in(inner, f"{path}.{name}")
    if isinstance(value, list):
        for inner in value:
            yield from fields_in(inner, f"{path}[]")


@given(st.lists(values, max_size=8))
def test_fields_are_counted_once_a_record_and_the_first_of_their_last_values_is_shown(
    records: list[Any],
) -> None:
    audit = Audit()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    texts: dict[str, list[str]] = defaultdict(list)
    for record in records:
        audit.add_record(record, "detail")
        last = {(path, kind): value for path, kind, value in fields_in(record, "detail")}
        for (path, kind), value in last.items():
            counts[path][kind] += 1
            if kind not in ("object", "array"):
                texts[f"{path}:{kind}"].append(str(value)[:SHORT_EXAMPLE])
    assert audit.fields == counts
    assert audit.examples == {
        path: min(each, key=lambda text: (not text.strip(), text)) for path, each in texts.items()
    }


@given(st.lists(st.tuples(st.sets(names), st.sets(names)), max_size=6))
def test_what_is_neither_taken_nor_left_is_left_over(objects: list[tuple[set[str], set[str]]]) -> None:
    audit, known, left = Audit(), set(), set()
    for present, taken in objects:
        fields = Fields(dict.fromkeys(present, 1), "detail", audit)
        for name in taken:
            fields.take(name)
        fields.done()
        known |= present & taken
        left |= present - taken
    assert audit.known == len(known)
    assert audit.leftovers == {f"detail.{name}": "1" for name in left}


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
