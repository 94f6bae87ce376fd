"""Values packed into a cell: letters and digits that no spreadsheet program alters."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any


def pack_json(value: Any) -> str:
    """Return a JSON value as a text, the same for the same value."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def unpack_json(text: str, limit: int) -> Any:
    """Return the inverse of `packed`, of at most `limit` bytes; None for anything else, whatever it is."""
    try:
        inflater = zlib.decompressobj()
        data = inflater.decompress(base64.b64decode(text, validate=True), limit)
        return json.loads(data) if inflater.eof else None
    except (ValueError, RecursionError, binascii.Error, zlib.error):
        return None
