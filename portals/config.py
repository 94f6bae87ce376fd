"""Settings that point at the bundled portals, for the demo and the tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NATIONAL: Mapping[str, Any] = {
    "kind": "national-api",
    "departments": ["G09"],
    "levels": ["province", "commune"],
    "page_size": 50,
    "refresh_nights": 1,
    "requests_per_second": 1000.0,
    "concurrency": 2,
    "expect": {"min": 100, "max": 400, "max_drop": 0.05},
    "confirm_after": 2,
}
PROVINCIAL: Mapping[str, Any] = {
    "kind": "html",
    "profile": "portaldvc",
    "requests_per_second": 1000.0,
    "concurrency": 2,
    "expect": {"min": 50, "max": 400, "max_drop": 0.05},
    "confirm_after": 2,
}


def write_settings(
    path: Path, national_url: str, provincial_url: str, **overrides: Mapping[str, Any]
) -> Path:
    """Write a `rasoat.toml` for the two portals and return its path.

    `overrides` change or add keys by table: `department`, `national`, `provincial`, `alerts`, `reports`,
    `schedule`, `archive`, `retention`. A value of None removes a key.
    """
    tables = {
        "department": {
            "name": "Sở Nội vụ tỉnh Hà Tĩnh",
            "province": "H27",
            "timezone": "Asia/Ho_Chi_Minh",
            "announce_within": 10,
        },
        "national": {"base_url": national_url, **NATIONAL},
        "provincial": {"base_url": provincial_url, **PROVINCIAL},
        "alerts": {"recipients": [], "digest_over": 20},
        "reports": {},
        "schedule": {},
        "archive": {},
        "retention": {},
    }
    unknown = set(overrides) - set(tables)
    if unknown:
        raise TypeError(f"no such table: {', '.join(sorted(unknown))}")
    lines = ["# Settings for the bundled portals on this machine."]
    for name, defaults in tables.items():
        title = f"sources.{name}" if name in ("national", "provincial") else name
        values = {**defaults, **overrides.get(name, {})}
        if not values:
            continue
        lines += ["", f"[{title}]"]
        lines += [f"{key} = {_toml(value)}" for key, value in values.items() if value is not None]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key} = {_toml(part)}" for key, part in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_toml(part) for part in value)}]"
    if isinstance(value, Path):
        return json.dumps(str(value), ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)
