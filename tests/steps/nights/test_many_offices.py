"""Offices that follow the same portal read its records once between them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portals.serve import Portals
from steps.nights.reporting.run_summary import Summary
from steps.sources.replay import replay_run
from tests.addresses import bundled
from tests.office import NIGHTS, Office

NATIONAL = "national"


@pytest.fixture
def portals() -> Iterator[Portals]:
    with bundled() as started:
        yield started


def office(folder: Path, portals: Portals, name: str, **said: Any) -> Office:
    return Office(
        folder / name,
        portals,
        department={"name": f"Sở Nội vụ tỉnh {name}"},
        national={"share": folder / "shared", **said},
    )


def night(of: Office, as_of: str = NIGHTS[0]) -> Summary:
    return of.night(as_of, NATIONAL)


def notes(of: Office) -> list[str]:
    certificate = json.loads(of.rows("v_snapshot", source=NATIONAL)[-1]["certificate"])
    return [note for note in certificate["notes"] if "kho chung" in note]


def records(of: Office) -> list[tuple[Any, ...]]:
    rows = of.rows("v_procedure_current", source=NATIONAL)
    return sorted((row["code"], row["record"], row["url"]) for row in rows)


def test_the_second_office_of_a_day_asks_for_the_list_alone(tmp_path: Path, portals: Portals) -> None:
    first, second = (office(tmp_path, portals, name) for name in ("Nghệ An", "Hà Tĩnh"))
    asked = [night(each).sources[NATIONAL].requests for each in (first, second)]
    assert asked[0] > 140
    assert asked[1] < 12
    assert records(first) == records(second) != []
    assert notes(first) == []
    assert [note.split(" bản ghi")[1] for note in notes(second)] == [
        " lấy từ kho chung, do Sở Nội vụ tỉnh Nghệ An đọc trong ngày"
    ]


def test_what_moved_since_is_asked_of_the_portal_by_the_second_office(
    tmp_path: Path, portals: Portals
) -> None:
    first, second = (office(tmp_path, portals, name) for name in ("Nghệ An", "Hà Tĩnh"))
    night(first)
    record = portals.national.world.ordered()[0]
    record["name"] = "Tên vừa đổi trong đêm"
    record["updatedAt"] += 60_000
    night(second)
    assert "Tên vừa đổi trong đêm" in {row["name"] for row in second.rows("v_procedure_current")}
    assert "Tên vừa đổi trong đêm" not in {row["name"] for row in first.rows("v_procedure_current")}


def test_a_night_of_borrowed_records_is_rebuilt_without_the_shared_folder(
    tmp_path: Path, portals: Portals
) -> None:
    first, second = (office(tmp_path, portals, name) for name in ("Nghệ An", "Hà Tĩnh"))
    night(first)
    run_id = night(second).run_id
    shutil.rmtree(tmp_path / "shared")
    assert replay_run(second.configuration, run_id).equal


def test_an_office_that_read_a_part_lends_nothing_and_another_day_borrows_nothing(
    tmp_path: Path, portals: Portals
) -> None:
    first, second = (office(tmp_path, portals, name) for name in ("Nghệ An", "Hà Tĩnh"))
    portals.national.faults.order("repeated_cursor")
    assert night(first).sources[NATIONAL].state != "complete"
    assert list((tmp_path / "shared").glob("*.lent.json")) == []
    portals.national.faults.clear()
    night(first)
    assert len(list((tmp_path / "shared").glob("*.lent.json"))) == 1
    night(second, NIGHTS[1])
    assert notes(second) == []


def test_a_file_that_somebody_put_into_the_shared_folder_stays_and_ends_no_night(
    tmp_path: Path, portals: Portals
) -> None:
    foreign = tmp_path / "shared" / "ghi-chu.lent.json"
    foreign.parent.mkdir()
    foreign.write_text("của anh Quân", encoding="utf-8")
    first, second = (office(tmp_path, portals, name) for name in ("Nghệ An", "Hà Tĩnh"))
    assert [night(each).status for each in (first, second)] == ["complete", "complete"]
    assert len(notes(second)) == 1
    assert foreign.exists()
