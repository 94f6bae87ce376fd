"""The bundled portals, served on loopback ports."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from portals.control import Control
from portals.gateway import Gateway
from portals.listings import ListingOrder
from portals.national import National
from portals.provincial import Provincial
from portals.provincial_records import provincial_world
from portals.records import load_records
from portals.scenario import TWO_NIGHTS, Scenario
from portals.world import World
from procedures.errors import InputError


class Portals:
    """The national portal, its older gateway and a provincial one, on a night of a scenario.

    A context manager.

    Without a scenario the portals show the records as they are. `departments` chooses the ministries of the
    national one (G09, G10, G15, G17, G19; none named: all 1,736 records); the province always holds G09's.
    The gateway shows what the national portal shows. `port` is the national portal's, the next one the
    province's, then the gateway's; 0 takes free ones.
    """

    def __init__(
        self,
        scenario: Path | Scenario | None = None,
        *,
        departments: Iterable[str] = (),
        night: int = 1,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.scenario = Scenario.load(scenario) if isinstance(scenario, Path) else scenario
        self._port = port
        self._base = World.load(departments)
        noivu = [record for record in self._base.ordered() if record["departmentPromulgateCode"] == "G09"]
        self._provincial_base = provincial_world(noivu or load_records(["G09"]))
        self.national = National(self._base.copy(), tls=tls)
        self.provincial = Provincial(self._provincial_base.copy(), tls=tls)
        self.gateway = Gateway(self.national.world, tls=tls)
        self._all = (self.national, self.provincial, self.gateway)
        control = Control({portal.name: portal.faults for portal in self._all}, nights=self)
        for portal in self._all:
            portal.control = control
        self._night = night
        self.night = night

    @property
    def night(self) -> int:
        """The current night, from 1. Setting it drops edits and orders made since, and starts that night."""
        return self._night

    @night.setter
    def night(self, night: int) -> None:
        if night < 1:
            raise InputError(f"đêm {night}: các đêm đếm từ 1")
        self._night = night
        for portal, base in ((self.national, self._base), (self.provincial, self._provincial_base)):
            scenario = self.scenario
            portal.world = scenario.at(night, portal.name, base) if scenario else base.copy()
            portal.listing_order = ListingOrder()
            portal.faults.clear()
            if scenario:
                scenario.order_faults(night, portal.name, portal.faults)
        self.gateway.world = self.national.world
        self.gateway.listing_order = ListingOrder()
        self.gateway.faults.clear()

    def start(self) -> Self:
        """Listen on the ports.

        Raises:
            InputError: a port is taken.
        """
        try:
            for number, portal in enumerate(self._all):
                portal.start(self._port + number if self._port else 0)
        except OSError as error:
            self.stop()
            raise InputError(f"không mở được cổng mạng {self._port}: {error.strerror}") from error
        return self

    def stop(self) -> None:
        """Stop them at once; hanging connections are cut."""
        for portal in self._all:
            portal.stop()

    def __enter__(self) -> Self:
        """Listen on the ports."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the portals."""
        self.stop()


def serve_forever(port: int = 0, scenario: Path | None = None) -> None:
    """Serve until Ctrl-C, on the first night of `scenario` (default: the bundled two nights).

    Prints their addresses. `POST /__night` and `POST /__faults` control it (`portals.control`).

    Raises:
        InputError: the scenario is invalid or the port is taken.
    """
    with Portals(scenario or TWO_NIGHTS, port=port) as portals:
        print(f"national    {portals.national.base_url}")
        print(f"provincial  {portals.provincial.base_url}")
        print(f"gateway     {portals.gateway.base_url}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return
