"""Environment variables of a Prefect server and its clients on this machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

LOOPBACK = ("127.0.0.1", "localhost", "::1")

PROXIES = ("http_proxy", "https_proxy", "all_proxy")

DATABASE = "PREFECT_API_DATABASE_CONNECTION_URL"


def prefect_environment(folder: Path, outside: Mapping[str, str]) -> dict[str, str]:
    """Return the variables to set beside those of `outside`, so that Prefect keeps its data in `folder`.

    A question mark in the folder's name would end the address of its database, and `%41` be read as an `A`,
    by SQLAlchemy and again by SQLite: such a name is quoted twice. And programs of one machine must not use
    a proxy of the office.
    """
    variables = {"PREFECT_HOME": str(folder)}
    if {"?", "%"} & set(str(folder)) and DATABASE not in outside:
        file = quote(quote(os.fsencode(folder / "prefect.db")))
        variables[DATABASE] = f"sqlite+aiosqlite:///file:{file}?uri=true"
    if any(outside.get(name) or outside.get(name.upper()) for name in PROXIES):
        no_proxy = outside.get("no_proxy") or outside.get("NO_PROXY") or ""
        hosts = ",".join(dict.fromkeys([*filter(None, no_proxy.split(",")), *LOOPBACK]))
        variables |= {"no_proxy": hosts, "NO_PROXY": hosts}
    return variables
