"""Bodies of answers: decompressed, checked to be whole, and bounded in size."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import orjson

from extractors.http.decompression import BodyTooLarge, DamagedStream, decompress, decompressors

DEEPEST = 100
"""Levels of JSON; real records have less than ten."""

WITH_A_BODY = frozenset({200, 201, 203})
"""Statuses of answers that must have a body; a redirect or "not modified" has none."""

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class DamagedAnswer(Exception):  # noqa: N818 - says what happened
    """An answer of which bytes came, but not all, or too many. `retryable`: another try may cure it."""

    def __init__(self, reason: str, *, retryable: bool = True) -> None:
        super().__init__(reason)
        self.retryable = retryable


def read_body(response: httpx.Response, max_bytes: int, received: Callable[[int], None]) -> bytes:
    """Return the body of a streamed response; at most `max_bytes`, compressed or not.

    `received` is called with each chunk's size on the wire.

    Raises:
        Spoilt: the body is damaged, cut short, longer than it says or too large.
    """
    size, body = 0, bytearray()
    try:
        coding_layers = decompressors(response.headers.get("content-encoding", ""), max_bytes)
        for chunk in response.iter_raw():
            received(len(chunk))
            size += len(chunk)
            for piece in decompress(coding_layers, chunk):
                body += piece
            if max(size, len(body)) > max_bytes:
                raise BodyTooLarge
        if size or response.status_code in WITH_A_BODY:
            for layer in coding_layers:
                layer.end()
    except DamagedStream as error:
        raise DamagedAnswer(str(error)) from error
    except BodyTooLarge as error:
        raise DamagedAnswer(f"trả lời lớn hơn {max_bytes:,} byte", retryable=False) from error
    return bytes(body)


def json_value(body: bytes) -> Any:
    """Return the body as JSON.

    Raises:
        Spoilt: it is cut short, is not JSON, or is nested deeper than any real record.
    """
    try:
        value = _parsed(body)
        if body.count(b"[") + body.count(b"{") > DEEPEST:
            _check_depth(value)
        return value
    except RecursionError as error:
        raise DamagedAnswer("JSON lồng quá sâu", retryable=False) from error
    except ValueError as error:
        raise DamagedAnswer(f"JSON không đọc được ({str(error)[:120]})") from error


def _parsed(body: bytes) -> Any:
    """Return what `json` reads in a body, by orjson where both are sure to agree.

    orjson rounds whole numbers of over 64 bits. What it refuses may still be JSON (another encoding, half of
    a surrogate pair, 1e999), and why something is none is said in the words of `json`.
    """
    if _LONG_NUMBER not in body.translate(_DIGITS_AS_ZEROS):
        with suppress(orjson.JSONDecodeError):
            return orjson.loads(body)
    text = body.decode(json.detect_encoding(body))
    value = json.loads(text.removeprefix("\ufeff"), parse_constant=_reject_constant, parse_float=_number)
    return _without_lone_surrogates(value) if _SURROGATE.search(text) else value


_LONG_NUMBER = b"0" * 19
_DIGITS_AS_ZEROS = bytes(ord("0") if chr(byte).isdecimal() else ord(" ") for byte in range(256))


def _without_lone_surrogates(value: Any) -> Any:
    """Return the value without lone surrogates, which no file and no database can hold."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_without_lone_surrogates(each) for each in value]
    if isinstance(value, dict):
        return {
            _without_lone_surrogates(name): _without_lone_surrogates(each) for name, each in value.items()
        }
    return value


def _check_depth(value: Any) -> None:
    """Raise RecursionError for a value too deep for code that later writes or walks it."""
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(DEEPEST):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return
    raise RecursionError


def _number(text: str) -> float | str:
    """Return the number, or its text where it is not finite (1e999): JSON has no infinity."""
    number = float(text)
    return number if math.isfinite(number) else text


def _reject_constant(word: str) -> None:
    raise ValueError(f"{word} không phải số")
