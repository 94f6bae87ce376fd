"""What a Prefect server and its clients on this machine need of the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

LOOPBACK = ("127.0.0.1", "localhost", "::1")

PROXIES = ("http_proxy", "https_proxy", "all_proxy")

DATABASE = "PREFECT_API_DATABASE_CONNECTION_URL"


def surroundings(folder: Path, outside: Mapping[str, str]) -> dict[str, str]:
    """The variables to set beside those of `outside`, so that Prefect keeps all it keeps in `folder`.

    A question mark in the folder's name would end the address of its database; and no proxy of the office
    stands between programs of one machine.
    """
    told = {"PREFECT_HOME": str(folder)}
    if "?" in str(folder) and DATABASE not in outside:
        told[DATABASE] = f"sqlite+aiosqlite:///file:{quote(os.fsencode(folder / 'prefect.db'))}?uri=true"
    if any(outside.get(name) or outside.get(name.upper()) for name in PROXIES):
        spared = outside.get("no_proxy") or outside.get("NO_PROXY") or ""
        without = ",".join(dict.fromkeys([*filter(None, spared.split(",")), *LOOPBACK]))
        told |= {"no_proxy": without, "NO_PROXY": without}
    return told
