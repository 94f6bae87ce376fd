"""An office's first nights: lived once for all tests of a process that begin with the same, then copied."""

from __future__ import annotations

import atexit
import hashlib
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from steps.database import engine_of
from steps.nights.reporting.run_summary import Summary

if TYPE_CHECKING:
    from portals.serve import Portals
    from tests.office import Office


class History(NamedTuple):
    """A folder to copy an office from, and how its import and its nights ended."""

    folder: Path
    ends: tuple[Summary, ...]


_histories: dict[str, History] = {}


def begin_like(office: Office, number: int, sources: tuple[str, ...], *, listed: bool) -> list[Summary]:
    """Bring an office that has done nothing yet to the morning after its `number`-th night.

    With `listed` it imports its list before. The settings and what the portals show tell two beginnings
    apart. Of requests to the portals only those of the first office with this history are logged.
    """
    key = _key(office, number, sources, listed)
    known = _histories.get(key)
    if known is None:
        ends = tuple(office.live_through(number, sources, listed=listed))
        engine_of(office.configuration).dispose()  # so that all of the database stands in the one file
        known = _histories[key] = History(_root() / f"{len(_histories)}", ends)
        shutil.copytree(office.home, known.folder)
    else:
        shutil.copytree(known.folder, office.home, dirs_exist_ok=True)
        if office.portals.scenario:
            office.portals.night = number
    return list(known.ends)


def _key(office: Office, number: int, sources: tuple[str, ...], listed: bool) -> str:
    said = (office.settings.read_text(encoding="utf-8"), number, sources, listed, _shown(office.portals))
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _shown(portals: Portals) -> list[object]:
    """What the portals hold and do wrong, and what is scripted for the nights to come."""
    scenario = portals.scenario.source if portals.scenario else None
    shown = [
        (portal.world.ordered(), [order.to_json() for order in portal.faults.all()])
        for portal in (portals.national, portals.provincial)
    ]
    return [scenario, portals.night, shown]


@cache
def _root() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="rasoat-histories-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
