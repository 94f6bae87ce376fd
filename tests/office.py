"""A department's office with its own folder and settings, on the bundled portals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, ClassVar

from portals.config import write_settings
from portals.sample_catalogue import write_sample_catalogue
from portals.serve import Portals
from settings.configuration import Configuration
from settings.environment import Environment
from settings.reading import load_configuration
from steps.catalogue.import_catalogue import import_catalogue
from steps.database import engine_of
from steps.nights.night import NightRequest
from steps.nights.reporting.run_summary import Summary
from steps.nights.run_now import sync_now
from tests.command import run
from tests.histories import begin_like
from warehouse.db.engine import reading
from warehouse.sources import runs

RASOAT = Path(sys.executable).with_name("rasoat")

EVENING = "2026-11-21T16:00:00+07:00"
"""When the sample catalogue is imported."""

NIGHTS = [f"2026-11-{day}T02:00:00+07:00" for day in range(22, 31)]
"""Logical times of the nights that follow."""

VIEWS = (
    "v_run", "v_snapshot", "v_procedure_current", "v_procedure_history", "v_change", "v_finding",
    "v_finding_event", "v_quarantine", "v_validation", "v_alert", "v_kpi", "v_decision", "v_announcement",
    "v_service", "v_ledger_event", "v_duty", "v_register", "v_document",
)  # fmt: skip


class Office:
    """One installation: everything it keeps lies in `home`, the warehouse too unless `address` says where."""

    address: str | None = None
    usual: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """Settings by table that stand where others are not given."""

    def __init__(self, home: Path, portals: Portals, **overrides: Mapping[str, Any]) -> None:
        self.home = home
        self.portals = portals
        self.settings = home / "rasoat.toml"
        home.mkdir(parents=True, exist_ok=True)
        self.configure(**overrides)

    def configure(self, **overrides: Mapping[str, Any]) -> None:
        """Write the settings anew."""
        tables = {
            name: {**self.usual.get(name, {}), **overrides.get(name, {})} for name in self.usual | overrides
        }
        addresses = self.portals.national.base_url, self.portals.provincial.base_url
        write_settings(self.settings, *addresses, **tables)

    @property
    def configuration(self) -> Configuration:
        elsewhere = {"database_url": self.address} if self.address else {}
        return load_configuration(
            Environment(home=self.home / "var", config=self.settings, _env_file=None, **elsewhere)
        )

    @property
    def environment(self) -> dict[str, str]:
        """What a command of this office sees."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith("RASOAT_")}
        return outside | {"RASOAT_HOME": str(self.home / "var"), "RASOAT_CONFIG": str(self.settings)}

    def rasoat(self, *arguments: str, typed: str = "", **environment: str) -> CompletedProcess[str]:
        """Run a command as people do, but within this process."""
        return run(arguments, self.environment | environment, self.home, typed)

    def process(self, *arguments: str, typed: str = "", **environment: str) -> CompletedProcess[str]:
        """Run a command in a process of its own, where it is the process that counts: it costs seconds."""
        return subprocess.run(
            [str(RASOAT), *arguments],
            env=self.environment | environment,
            cwd=self.home,
            input=typed,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def sample_catalogue(self) -> Path:
        """The sample workbook, in this office's folder."""
        path = self.home / "danh-muc.xlsx"
        if not path.exists():
            write_sample_catalogue(path)
        return path

    def take_in(self, file: Path, as_of: str = EVENING, level: str | None = None) -> Summary:
        """Import a catalogue."""
        return import_catalogue(self.configuration, file, level, datetime.fromisoformat(as_of))

    def first_nights(self, number: int = 1, *sources: str) -> list[Summary]:
        """Import the sample catalogue and have the first of NIGHTS, as the portals script them if they do.

        Gives how the import and each night ended. Cheap where an office of this process began likewise: it is
        copied (`tests.histories`).
        """
        return self._begun(number, sources, listed=True)

    def first_night(self, *sources: str) -> None:
        """Have the first of NIGHTS without a list, as cheaply."""
        self._begun(1, sources, listed=False)

    def live_through(
        self, number: int, sources: tuple[str, ...] = (), *, listed: bool = True
    ) -> list[Summary]:
        """What `first_nights` and `first_night` are short for."""
        ends = [self.take_in(self.sample_catalogue())] if listed else []
        for night in range(1, number + 1):
            if self.portals.scenario:
                self.portals.night = night
            ends.append(self.night(NIGHTS[night - 1], *sources))
        return ends

    def _begun(self, number: int, sources: tuple[str, ...], *, listed: bool) -> list[Summary]:
        fresh = not (self.home / "var").exists()
        own = self.configuration.database_url.endswith(str(self.home / "var" / "rasoat.db"))
        if fresh and own:
            return begin_like(self, number, sources, listed=listed)
        return self.live_through(number, sources, listed=listed)

    def night(self, as_of: str, *sources: str) -> Summary:
        """One run."""
        order = NightRequest(datetime.fromisoformat(as_of), sources)
        return sync_now(self.configuration, order, lambda _source, _done, _total: None)

    def rows(self, view: str, **where: Any) -> list[dict[str, Any]]:
        """Rows of a view."""
        with reading(engine_of(self.configuration)) as connection:
            return runs.view_rows(connection, view, where=where)

    def views(self, *views: str, without: frozenset[str] = frozenset()) -> dict[str, list[str]]:
        """These views, or every one, as sorted lines of JSON, without the columns that tell the clock."""
        clock = {"started_at", "finished_at", "created_at", "sent_at", "at", "bytes"} | without
        return {
            view: sorted(
                json.dumps({name: value for name, value in row.items() if name not in clock}, sort_keys=True)
                for row in self.rows(view)
            )
            for view in views or VIEWS
        }


EXPECTS_FEW: Mapping[str, Any] = {"expect": {"min": 1, "max": 400, "max_drop": 0.05}}


class SmallOffice(Office):
    """One that expects few procedures of its portals (`keep_few`)."""

    usual: ClassVar[Mapping[str, Mapping[str, Any]]] = {"national": EXPECTS_FEW, "provincial": EXPECTS_FEW}


FEW = 40
"""Procedures of a portal where their number does not matter: a night takes a third of the time."""


NAMED = frozenset({"1.013747", "1.009467", "1.013703"})
"""Further back on the lists; tests know them by their codes."""


def keep_few(portals: Portals, number: int = FEW, also: Iterable[str] = ()) -> None:
    """Take all but the first procedures, those that are `NAMED`, and these `also`, off both portals."""
    for portal in (portals.national, portals.provincial):
        kept = {*portal.world.codes[:number], *NAMED, *also}
        for code in set(portal.world.codes) - kept:
            portal.world.drop(code)
