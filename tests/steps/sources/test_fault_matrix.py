"""Each fault crossed with each kind of source: named, bounded in time, and nothing retired."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from portals.serve import Portals
from tests.addresses import bundled
from tests.alerts.post import certificate
from tests.office import EXPECTS_FEW, NIGHTS, Office, keep_few
from tests.steps.fault_matrix import MATRIX, Row
from tests.steps.file_faults import FILE_MATRIX, FileRow, put_lists

PAGE = Path(__file__).parents[3] / "docs" / "faults.md"
QUICK = {
    "timeout": 0.5,
    "answer_within": 1.0,
    "retry_pause": 0.01,
    "concurrency": 4,
    **EXPECTS_FEW,
    "page_size": 20,
}
BOUND = 60.0
"""Seconds that any of these nights may take here; the limits of `QUICK` are far below the real ones."""

WRITE = os.environ.get("RASOAT_GOLDEN") == "write"

EXITS = {"complete": 0, "partial": 3, "blocked": 3, "held": 3, "failed": 1}
PLACES = frozenset({"url", "record", "valid_from"})
"""Columns that tell where a record was read: of a code listed twice the other row may stand."""

HEAD = """# What comes of each fault

Made from the tests: every row is a fault that the bundled portals can be ordered to have, crossed with the
kinds of sources. In each case nothing is retired, last night's data stays, the run ends within its
bounds, and the state's reason names what happened.

The older gateway has two ways to its list. Where the list service breaks, the Excel file stands in, if it
agrees with everything that was listed; where the portal refuses, nothing stands in.

| the portal … | fault | national interface | portal of web pages | older gateway |
| --- | --- | --- | --- | --- |
"""


SOURCES = {"national": "national", "provincial": "provincial", "gateway": "national"}
"""The name in the settings of the source that reads each portal."""


def quick(portals: Portals, portal: str, **more: Any) -> dict[str, dict[str, Any]]:
    """The settings of an office that reads this portal with little patience; `more` are the source's."""
    gateway = {"kind": "national-gateway", "base_url": portals.gateway.base_url}
    chosen = QUICK | (gateway if portal == "gateway" else {}) | more
    return {"national": QUICK, "provincial": QUICK} | {SOURCES[portal]: chosen}


FILES_HEAD = """
## Downloaded lists

The same for a folder of two real lists, of which one gets into trouble.

| what is wrong | then |
| --- | --- |
"""


@pytest.fixture(scope="module")
def clerk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with one good night of downloaded lists behind it."""
    home = tmp_path_factory.mktemp("lists")
    put_lists(home / "tai-ve")
    with bundled() as portals:
        office = Office(home, portals)
        office.settings.write_text('[sources.national]\nkind = "export"\npath = "tai-ve"\n', encoding="utf-8")
        office.night(NIGHTS[0], "national")
        yield office


@pytest.mark.parametrize("row", FILE_MATRIX, ids=[row.says for row in FILE_MATRIX])
def test_a_spoilt_download_is_named_and_retires_nothing(clerk: Office, row: FileRow) -> None:
    before = standing(clerk)
    put_lists(clerk.home / "tai-ve")
    row.spoil(clerk.home / "tai-ve")
    end = clerk.night(NIGHTS[1], "national")
    told = end.sources["national"]
    assert told.state == row.state, told.reason
    assert bool(told.reason) == (row.state != "complete")
    assert "\n" not in (told.reason or "")
    assert end.exit_code == EXITS[row.state]
    assert standing(clerk) == before


@pytest.fixture(scope="module", params=["national", "provincial", "gateway"])
def settled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Office, str]]:
    """An office with one good night behind it, and the source that gets into trouble."""
    with bundled() as portals:
        keep_few(portals)
        office = Office(tmp_path_factory.mktemp("faults"), portals, **quick(portals, request.param))
        office.night(NIGHTS[0], SOURCES[request.param])
        yield office, request.param


def standing(office: Office) -> list[list[str]]:
    """What stands, and every change so far."""
    return list(office.views("v_procedure_current", "v_change", without=PLACES).values())


def well_again(office: Office, name: str) -> None:
    office.portals.night = 1
    keep_few(office.portals)
    office.configure(**quick(office.portals, name))


@contextmanager
def secured(row: Row, name: str, folder: Path) -> Iterator[dict[str, str]]:
    """The address of the same portal over TLS, and the certificate where it is to be trusted."""
    if not row.tls:
        yield {}
        return
    file, context = certificate(folder)
    with Portals(departments=["G09"], tls=context) as portals:
        keep_few(portals)
        address = {"base_url": getattr(portals, name).base_url}
        yield address | ({"ca_file": str(file)} if row.tls == "trusted" else {})


@pytest.mark.parametrize("row", MATRIX, ids=[row.title for row in MATRIX])
def test_a_fault_is_named_and_retires_nothing(
    settled: tuple[Office, str], row: Row, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    office, name = settled
    request.addfinalizer(lambda: well_again(office, name))
    source = SOURCES[name]
    expected = {"national": row.national, "provincial": row.html, "gateway": row.gateway}[name]
    if expected is None:
        return
    portal = getattr(office.portals, name)
    before = standing(office)
    with secured(row, name, tmp_path) as address:
        if row.settings or address:
            office.configure(**quick(office.portals, name, **row.settings, **address))
        else:
            portal.faults.order(row.name, **row.order)
        start = time.monotonic()
        end = office.night(NIGHTS[1], source)
    told = end.sources[source]
    assert told.state == expected, told.reason
    assert bool(told.reason) == (expected != "complete")
    assert "\n" not in (told.reason or "")
    assert end.exit_code == EXITS[expected]
    assert time.monotonic() - start < BOUND
    assert standing(office) == before


def test_the_table_in_the_docs_is_that_of_the_tests() -> None:
    rows = "".join(
        f"| {row.says} | `{row.title}` | {row.national or '—'} | {row.html or '—'} | {row.gateway or '—'} |\n"
        for row in MATRIX
    )
    files = "".join(f"| {row.says} | {row.state} |\n" for row in FILE_MATRIX)
    page = HEAD + rows + FILES_HEAD + files
    if WRITE:
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page


def test_the_table_covers_every_fault_that_can_be_ordered() -> None:
    from portals.faults import FAULTS

    left_out = {"limit_over_100"}
    assert set(FAULTS) - left_out == {row.name for row in MATRIX} - {"dns", "tls"}
