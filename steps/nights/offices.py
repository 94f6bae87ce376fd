"""The last night of every office of the server, read from each one's own warehouse; nothing is written."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from procedures.errors import RasoatError, WarehouseError
from settings.configuration import Configuration
from settings.environment import read_office_environment
from settings.offices import OfficeFiles, list_offices
from settings.reading import load_configuration
from steps.nights.reporting.data_freshness import missed_nights
from warehouse.db.engine import name_of, open_engine, reading
from warehouse.db.revision import HEAD, version
from warehouse.sources import runs, source_status

PATIENCE = 5
"""Seconds that an office's database may take to let in, and for each answer."""

DEADLINE = 30.0
"""Seconds after which an office that has not answered counts as away."""

AT_ONCE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeNight:
    """An office's last finished night, and what waits there.

    `state` is that of the run, None before the first night. `trouble`: why nothing could be read.
    `department` and `site_url` are None where the settings could not be read, or have none.
    """

    name: str
    department: str | None = None
    site_url: str | None = None
    state: str | None = None
    as_of: datetime | None = None
    age: timedelta | None = None
    held: int = 0
    letters_waiting: int = 0
    missed_nights: int = 0
    trouble: str | None = None

    @property
    def needs_a_look(self) -> bool:
        """Return whether somebody has to look: it is away, or had no night that was whole, or not lately."""
        return self.state != "complete" or self.missed_nights > 0

    def document(self) -> dict[str, Any]:
        """Return the office as `rasoat office list --json` gives it."""
        return {
            "name": self.name,
            "department": self.department,
            "site_url": self.site_url,
            "state": self.state,
            "as_of": None if self.as_of is None else self.as_of.isoformat(),
            "age_hours": None if self.age is None else round(self.age.total_seconds() / 3600, 1),
            "held": self.held,
            "letters_waiting": self.letters_waiting,
            "missed_nights": self.missed_nights,
            "trouble": self.trouble,
        }


def last_nights(
    offices: Path | None, at: datetime | None = None, *, deadline: float = DEADLINE
) -> list[OfficeNight]:
    """Return every office's last night, by name; one that cannot be read is a line that says why.

    Offices are read side by side, and none is waited for longer than `deadline` seconds in all.

    Raises:
        InputError: there is no folder of offices, or it cannot be read.
    """
    found = list_offices(offices)
    now = at or datetime.now(UTC)
    read: dict[str, OfficeNight] = {}
    places = threading.BoundedSemaphore(AT_ONCE)
    over = threading.Event()

    def read_one(files: OfficeFiles) -> None:
        with places:
            if not over.is_set():
                read[files.name] = _last_night(files, now)

    threads = [threading.Thread(target=read_one, args=(files,), daemon=True) for files in found]
    for thread in threads:
        thread.start()
    end = time.monotonic() + deadline
    for thread in threads:
        thread.join(max(end - time.monotonic(), 0))
    over.set()
    silent = f"không trả lời trong {deadline:g} giây"
    return [read.get(each.name) or OfficeNight(name=each.name, trouble=silent) for each in found]


def _last_night(files: OfficeFiles, now: datetime) -> OfficeNight:
    if files.unfinished.exists():
        words = f"đang tạo dở; làm tiếp bằng: rasoat office add {files.name}"
        return OfficeNight(name=files.name, trouble=words)
    try:
        configuration = load_configuration(read_office_environment(files))
    except (RasoatError, OSError) as error:
        return OfficeNight(name=files.name, trouble=str(error))
    try:
        return _read(files.name, configuration, now)
    except (RasoatError, OSError) as error:
        return OfficeNight(
            name=files.name,
            department=configuration.department.name,
            site_url=configuration.alerts.site_url,
            trouble=str(error),
        )


def _read(name: str, configuration: Configuration, now: datetime) -> OfficeNight:
    engine = open_engine(configuration.database_url, patience=PATIENCE, create=False)
    try:
        found = version(engine)
        if found != HEAD:
            raise WarehouseError(
                f"Kho dữ liệu {name_of(engine)}: "
                + ("còn trống" if found is None else f"ở phiên bản {found}, chương trình cần {HEAD}")
                + f"; chạy: RASOAT_OFFICE={name} rasoat db upgrade"
            )
        with reading(engine) as connection:
            night = runs.last_finished_night(connection)
            return OfficeNight(
                name=name,
                department=configuration.department.name,
                site_url=configuration.alerts.site_url,
                state=None if night is None else night.status,
                as_of=None if night is None else night.as_of.astimezone(configuration.department.zone),
                age=None if night is None else now - night.as_of,
                held=sum(len(each.held) for each in source_status.source_status(connection)),
                letters_waiting=source_status.alerts_waiting(connection),
                missed_nights=missed_nights(connection, now),
            )
    finally:
        engine.dispose()
