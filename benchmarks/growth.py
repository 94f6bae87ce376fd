"""A simulated year: how database, archive and pages of nights grow, with and without retention.

    python benchmarks/growth.py [--nights 365] [--procedures 20] [--changed 2] [--keep 30]

A small office that follows the bundled national portal: so many procedures, of which a few change each night,
one recipient, no list of its own. Every night is carried out twice, by an office that keeps everything and
by one that keeps `--keep` nights and days. The nights lie in the past, so that age counts as it would. Sizes
are those of the files; a database file gives room back to itself, to the disk only by `rasoat db compact`.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import structlog

from portals.serve import Portals
from settings.configuration import Configuration
from steps.database import engine_of
from steps.nights.lost_stores import find_losses
from steps.nights.reporting.night_page import page_path
from steps.sources.archive_size import archive_size
from tests.office import SmallOffice
from warehouse.db.engine import reading

SHOWN = (30, 90, 180, 365)
"""Nights after which the sizes are printed."""


def main() -> None:
    """Have the nights and print the sizes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--nights", type=int, default=365)
    parser.add_argument("--procedures", type=int, default=20)
    parser.add_argument("--changed", type=int, default=2)
    parser.add_argument("--keep", type=int, default=30)
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    first = datetime.now(UTC).replace(hour=19, minute=0, second=0, microsecond=0)
    first -= timedelta(days=asked.nights + 1)
    print(f"{asked.procedures} procedures, {asked.changed} changed each night, {asked.keep} kept")
    print(f"{'night':>5} {'office':>10} {'database':>10} {'archive':>10} {'pages':>10} {'s a night':>10}")
    with tempfile.TemporaryDirectory() as folder, few(asked.procedures) as portals:
        offices = {
            "keeps all": _office(Path(folder) / "all", portals, None),
            "tidies": _office(Path(folder) / "tidies", portals, asked.keep),
        }
        spent = dict.fromkeys(offices, 0.0)
        since = 0
        for night in range(1, asked.nights + 1):
            move(portals, night, asked.changed)
            for name, office in offices.items():
                began = time.perf_counter()
                office.night((first + timedelta(days=night)).isoformat(), "national")
                spent[name] += time.perf_counter() - began
            if night in SHOWN or night == asked.nights:
                for name, office in offices.items():
                    _print(night, name, office.configuration, spent[name] / (night - since))
                spent, since = dict.fromkeys(offices, 0.0), night
        for name, office in offices.items():
            _prove(name, office.configuration)


@contextmanager
def few(procedures: int) -> Iterator[Portals]:
    """Serve the portals; the national one has so many procedures."""
    with Portals(departments=["G09"]) as portals:
        for code in portals.national.world.codes[procedures:]:
            portals.national.world.drop(code)
        yield portals


def move(portals: Portals, night: int, changed: int) -> None:
    """Change a few procedures of the national portal, others each night."""
    records = portals.national.world.ordered()
    for step in range(changed):
        record = records[(night * changed + step) % len(records)]
        record["requirementsAndConditions"] = f"Điều kiện của đêm {night}"
        record["updatedAt"] += 60_000


def _office(home: Path, portals: Portals, keep: int | None) -> SmallOffice:
    days = 0 if keep is None else keep
    return SmallOffice(
        home,
        portals,
        alerts={"recipients": ["vanphong@example.invalid"]},
        national={"requests_per_second": 1000.0},
        archive={"prune": False} if keep is None else {"keep_nights": keep},
        retention={"checks_days": days, "quarantine_days": days, "letters_days": days},
    )


def _print(night: int, name: str, configuration: Configuration, seconds: float) -> None:
    database = sum(path.stat().st_size for path in configuration.home.glob("rasoat.db*"))
    pages = sum(path.stat().st_size for path in page_path(configuration, 1).parent.glob("*.html"))
    sizes = [f"{size / 1e6:7.2f} MB" for size in (database, archive_size(configuration), pages)]
    print(f"{night:5} {name:>10} {' '.join(sizes)} {seconds:10.2f}", flush=True)


def _prove(name: str, configuration: Configuration) -> None:
    """Say whether every byte that the database refers to is there."""
    began = time.perf_counter()
    with reading(engine_of(configuration)) as connection:
        losses = find_losses(configuration, connection)
        sampled = time.perf_counter() - began
        losses += find_losses(configuration, connection, whole=True)
    whole = time.perf_counter() - began - sampled
    words = "every proof is there" if not losses else losses[0].text
    print(f"{name}: {words}; looked up in {1000 * sampled:.0f} ms by sample, {1000 * whole:.0f} ms all")


if __name__ == "__main__":
    main()
