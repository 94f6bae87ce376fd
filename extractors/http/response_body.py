"""The bytes of an answer: unpacked, whole, and never more than memory should hold."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any

import httpx

from extractors.http.unpacking import Damaged, TooLarge, layers, unpacked

DEEPEST = 100
"""Levels of JSON; real records have less than ten."""

WITH_A_BODY = frozenset({200, 201, 203})
"""Statuses of answers that are nothing without their body; a redirect or "not changed" has none."""

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class Spoilt(Exception):  # noqa: N818 - says what happened
    """Bytes came, but not the whole answer, or too many of them. `again`: another try may cure it."""

    def __init__(self, reason: str, *, again: bool = True) -> None:
        super().__init__(reason)
        self.again = again


def whole_body(response: httpx.Response, max_bytes: int, received: Callable[[int], None]) -> bytes:
    """The body of a streamed response; at most `max_bytes`, packed or not.

    `received` hears of each chunk's size on the wire.

    Raises:
        Spoilt: the body is damaged, cut short, longer than it says or too large.
    """
    size, body = 0, bytearray()
    try:
        through = layers(response.headers.get("content-encoding", ""), max_bytes)
        for chunk in response.iter_raw():
            received(len(chunk))
            size += len(chunk)
            for piece in unpacked(through, chunk):
                body += piece
            if max(size, len(body)) > max_bytes:
                raise TooLarge
        if size or response.status_code in WITH_A_BODY:
            for layer in through:
                layer.end()
    except Damaged as error:
        raise Spoilt(str(error)) from error
    except TooLarge as error:
        raise Spoilt(f"trả lời lớn hơn {max_bytes:,} byte", again=False) from error
    return bytes(body)


def json_value(body: bytes) -> Any:
    """The body as JSON.

    Raises:
        Spoilt: it is cut short, is no JSON, or is nested deeper than any real record.
    """
    try:
        text = body.decode(json.detect_encoding(body))
        value = json.loads(text.removeprefix("\ufeff"), parse_constant=_no_number, parse_float=_number)
        _no_deeper(value)
        return _mended(value) if _SURROGATE.search(text) else value
    except RecursionError as error:
        raise Spoilt("JSON lồng quá sâu", again=False) from error
    except ValueError as error:
        raise Spoilt(f"JSON không đọc được ({str(error)[:120]})") from error


def _mended(value: Any) -> Any:
    """The value without halves of surrogate pairs, which no file and no database can hold."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_mended(each) for each in value]
    if isinstance(value, dict):
        return {_mended(name): _mended(each) for name, each in value.items()}
    return value


def _no_deeper(value: Any) -> None:
    """Whoever writes or walks a value later may have less room for it than its reader had."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, (dict, list))
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return
    raise RecursionError


def _number(text: str) -> float | str:
    """A number that is none to a machine (1e999) stays the text that it was: no JSON may hold an infinity."""
    number = float(text)
    return number if math.isfinite(number) else text


def _no_number(word: str) -> None:
    raise ValueError(f"{word} không phải số")
