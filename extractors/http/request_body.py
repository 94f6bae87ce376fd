"""Request bodies: JSON, or a form where a portal wants one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form."""

    fields: Mapping[str, str]


def encoded_body(body: Any) -> str | None:
    """Return the body as text; `None` where there is none."""
    if body is None:
        return None
    return urlencode(body.fields) if isinstance(body, Form) else json.dumps(body, ensure_ascii=False)


def content_type(body: Any) -> str:
    """Return the content type of the body."""
    kind = "application/x-www-form-urlencoded" if isinstance(body, Form) else "application/json"
    return f"{kind}; charset=UTF-8"
