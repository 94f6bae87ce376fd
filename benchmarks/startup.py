"""What frequent commands and an unchanged night cost before they do anything, beside what they are built on.

    python benchmarks/startup.py [--rounds 5]

Each is a process of its own, in an office of forty procedures read from a bundled portal on loopback, so that
nearly all of a night is what every night costs: imports and gates. The peers are interpreters that import
what every command is built on and end, which none of ours can undercut, `alembic --help`, and `dlt --version`
where the benchmarks' requirements are installed. All take turns within a round; the least processor time of
the rounds counts. Ends with an error where one takes more than its LIMITS times FLOOR.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from portals.config import write_settings
from portals.national import National
from portals.records import load_records
from portals.world import World

FIRST = datetime.fromisoformat("2026-11-02T02:00:00+07:00")
PROCEDURES = 40
FLOOR = "import sqlalchemy, typer, pydantic_settings"
LIMITS = {"rasoat status": 1.5, "unchanged night, 1 in 30 read": 3.5}
BIN = Path(sys.executable).parent
RASOAT = str(BIN / "rasoat")

PEERS: Mapping[str, Sequence[str]] = {
    "import sqlalchemy, typer": (sys.executable, "-c", "import sqlalchemy, typer"),
    FLOOR: (sys.executable, "-c", FLOOR),
    "alembic --help": (str(BIN / "alembic"), "--help"),
    "dlt --version": (str(BIN / "dlt"), "--version"),
}
COMMANDS: Mapping[str, Sequence[str]] = {
    "rasoat --help": (RASOAT, "--help"),
    "rasoat status": (RASOAT, "status"),
    "rasoat findings": (RASOAT, "findings"),
}
NIGHTS: Mapping[str, int] = {"unchanged night, all read again": 1, "unchanged night, 1 in 30 read": 30}
"""By name, the nights within which each record is read again."""


@dataclass
class Cost:
    """Seconds of one run."""

    processor: float
    wall: float


def cost_of(command: Sequence[str], environment: Mapping[str, str]) -> Cost:
    """Return what the command costs in a process of its own; an error ends the benchmark."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=dict(environment), capture_output=True, check=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(used, wall)


class Office:
    """An office in a folder, and the nights that it has had."""

    def __init__(self, folder: Path, portal: National, refresh_nights: int) -> None:
        self._nights = 0
        settings = folder / "rasoat.toml"
        write_settings(
            settings,
            portal.base_url,
            portal.base_url,
            national={
                "departments": [],
                "levels": [],
                "refresh_nights": refresh_nights,
                "requests_per_second": 1000.0,
                "expect": {"min": 1, "max": 1_000_000, "max_drop": 0.05},
            },
        )
        outside = {name: value for name, value in os.environ.items() if not name.startswith("RASOAT_")}
        outside.pop("PYTHONDONTWRITEBYTECODE", None)  # an installation has its bytecode
        self.environment = outside | {
            "RASOAT_HOME": str(folder / "var"),
            "RASOAT_CONFIG": str(settings),
            "PYTHONPYCACHEPREFIX": str(folder.parent / "bytecode"),
        }

    def night(self) -> Cost:
        """Have the next night."""
        as_of = (FIRST + timedelta(days=self._nights)).isoformat()
        self._nights += 1
        command = (RASOAT, "sync", "--source", "national", "--as-of", as_of)
        return cost_of(command, self.environment)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    portal = National(World(load_records()[:PROCEDURES]))
    portal.start()
    try:
        with tempfile.TemporaryDirectory() as scratch:
            costs = measured(Path(scratch), portal, rounds)
    finally:
        portal.stop()
    report(costs)


def measured(folder: Path, portal: National, rounds: int) -> dict[str, list[Cost]]:
    """Return what each cost in each round; a first one, which writes bytecode, does not count."""
    offices = {}
    for name, refresh_nights in NIGHTS.items():
        place = folder / f"office-{refresh_nights}"
        place.mkdir()
        offices[name] = Office(place, portal, refresh_nights)
        offices[name].night()
    environment = next(iter(offices.values())).environment
    commands = {name: each for name, each in {**PEERS, **COMMANDS}.items() if Path(each[0]).exists()}
    costs: dict[str, list[Cost]] = {}
    for counts in (False, *(True for _ in range(rounds))):
        taken = {name: cost_of(command, environment) for name, command in commands.items()}
        taken |= {name: office.night() for name, office in offices.items()}
        for name, cost in taken.items() if counts else ():
            costs.setdefault(name, []).append(cost)
    return costs


def report(costs: Mapping[str, Sequence[Cost]]) -> None:
    """Print the table, and end with an error where one of LIMITS is passed."""
    least = {name: min(each.processor for each in taken) for name, taken in costs.items()}
    print(f"{'':46}{'processor':>11}{'wall':>9}   ratio")
    for name, taken in costs.items():
        wall = min(each.wall for each in taken)
        print(f"{name:46}{least[name]:9.2f} s{wall:7.2f} s{least[name] / least[FLOOR]:8.2f}")
    for name, limit in LIMITS.items():
        if least[name] > limit * least[FLOOR]:
            raise SystemExit(f"{name}: takes more than {limit:g} times what it is built on")


if __name__ == "__main__":
    main()
