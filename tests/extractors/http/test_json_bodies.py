"""A body is the JSON that `json` reads in it, also where something quicker reads it."""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extractors.http.response_body import DEEPEST, DamagedAnswer, json_value
from tests.extractors.mutations import GOLDEN, spoilt_bytes

texts = st.text(max_size=4) | st.text(alphabet='[]{}"\\ ', max_size=9)
numbers = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
documents = st.recursive(
    st.sampled_from([None, True, False]) | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def plainly(body: bytes) -> Any:
    """What `json` reads in a body."""
    return json.loads(body.decode(json.detect_encoding(body)).removeprefix("\ufeff"))


def depth(value: Any) -> int:
    """Levels of arrays and objects."""
    if not isinstance(value, (dict, list)):
        return 0
    return 1 + max(map(depth, value.values() if isinstance(value, dict) else value), default=0)


@settings(max_examples=60, deadline=None)
@given(documents, st.booleans(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
@example([2**64 - 1, -(2**63), 2**64, -(2**63) - 1, 10**30], True, "utf-8")
@example([-0.0, 5e-324, 1.7976931348623157e308, 1e22], True, "utf-8")
def test_any_document_is_read_to_its_last_digit(document: Any, ascii_only: bool, encoding: str) -> None:
    body = json.dumps(document, ensure_ascii=ascii_only).encode(encoding)
    assert repr(json_value(body)) == repr(plainly(body))


@pytest.mark.parametrize(
    "body", [b"[-0, 1E5, 0.1e1, 1e-400]", b'{"a": 1, "b": 2, "a": 3}', rb'["\ud83d\ude00", "\u0000", "\/"]']
)
def test_odd_spellings_are_read_alike(body: bytes) -> None:
    assert repr(json_value(body)) == repr(plainly(body))


def test_what_is_no_json_is_refused_in_the_words_of_json() -> None:
    random, record = Random(7), (GOLDEN / "national" / "detail_1.000358.json").read_bytes()
    refused = 0
    for _ in range(100):
        body = spoilt_bytes(random, record)
        try:
            value = plainly(body)
        except (ValueError, RecursionError) as error:
            refused += 1
            words = str(error)[:120] if isinstance(error, ValueError) else "JSON lồng quá sâu"
            with pytest.raises(DamagedAnswer, match=re.escape(words)):
                json_value(body)
        else:
            assert repr(json_value(body)) == repr(value)
    assert 20 < refused < 100


@settings(max_examples=60, deadline=None)
@given(documents, st.integers(DEEPEST - 9, DEEPEST + 3))
def test_depth_is_that_of_levels_and_not_of_brackets_in_texts(document: Any, levels: int) -> None:
    for level in range(levels):
        document = [document, "[[{"] if level % 2 else {"]": document}
    body = json.dumps(document).encode()
    if depth(document) <= DEEPEST:
        assert repr(json_value(body)) == repr(plainly(body))
        return
    with pytest.raises(DamagedAnswer, match="JSON lồng quá sâu") as answered:
        json_value(body)
    assert not answered.value.retryable
