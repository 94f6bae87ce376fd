"""The bundled portals at addresses that stay the same from test to test.

What an office keeps names the addresses of its portals, so a copy of it is the same office only where the
portals are found at the same place again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from portals.scenario import Scenario
from portals.serve import Portals
from procedures.errors import InputError

PLACES = 6
"""So many portals may stand at once; more of them take any free ports."""

_FIRST_PORT = 20_000 + os.getpid() % 500 * PLACES * 3
"""Below those that systems hand out by themselves, apart from those of other test runs."""

_free = list(range(PLACES))


@contextmanager
def bundled(scenario: Scenario | None = None, *, departments: Iterable[str] = ("G09",)) -> Iterator[Portals]:
    """Portals at the first free place of this process."""
    place = min(_free, default=None)
    if place is None:
        with Portals(scenario, departments=departments) as running:
            yield running
        return
    _free.remove(place)
    running = _started(scenario, departments, _FIRST_PORT + 3 * place)
    try:
        yield running
    finally:
        running.stop()
        _free.append(place)


def _started(scenario: Scenario | None, departments: Iterable[str], port: int) -> Portals:
    """Running portals, at other ports where another program took these."""
    try:
        return Portals(scenario, departments=departments, port=port).start()
    except InputError:
        return Portals(scenario, departments=departments).start()
