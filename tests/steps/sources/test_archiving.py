"""Old nights leave the raw archive; what changes and findings point to never does."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from extractors.archive import prune
from extractors.archive.raw_archive import Archive, key_of
from portals.scenario import Scenario
from portals.serve import Portals
from steps.database import engine_of, open_locked
from steps.sources.archive_size import archive_size, prune_archive, stored_nights
from steps.sources.replay import replay_run
from tests.addresses import bundled
from tests.office import NIGHTS, Office
from warehouse.db.engine import reading
from warehouse.tables.finding_tables import finding_past

IMPORT, FIRST, SECOND, REFUSED, LAST = 1, 2, 3, 4, 5
"""Runs: an import; the two scripted nights; two unchanged ones on which the province refuses."""


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Portals]]:
    with bundled(Scenario.load()) as portals:
        office = Office(tmp_path_factory.mktemp("lived-in"), portals)
        office.first_nights(2)
        portals.provincial.faults.clear()
        portals.provincial.faults.order("forbidden_403", where="all")
        for as_of in NIGHTS[2:4]:
            office.night(as_of)
        yield office, portals


@pytest.fixture
def office(lived_in: tuple[Office, Portals], tmp_path: Path) -> Office:
    """A copy of that office, to prune."""
    original, portals = lived_in
    shutil.copytree(original.home, tmp_path / "office")
    return Office(tmp_path / "office", portals)


def proofs(office: Office) -> set[str]:
    """The hashes that the evidence of changes names, and of findings, also before they moved."""
    texts = [row["evidence"] or "" for view in ("v_change", "v_finding") for row in office.rows(view)]
    with reading(engine_of(office.configuration)) as connection:
        texts += connection.scalars(select(finding_past.c.said))
    return {digest for text in texts for digest in re.findall("[0-9a-f]{64}", text)}


def files(office: Office) -> set[str]:
    root = office.configuration.archive
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def test_every_proof_of_a_change_or_a_finding_is_there_after_pruning(office: Office) -> None:
    archive = Archive(office.configuration.archive)
    before, views = archive_size(office.configuration), office.views()
    pruned = prune_archive(office.configuration, 1)
    assert pruned.bodies > 0
    assert archive_size(office.configuration) == pytest.approx(pruned.remaining_bytes, abs=300)
    assert pruned.remaining_bytes < before
    assert len(proofs(office)) > 20
    for digest in proofs(office):
        assert archive.get(digest)
    assert office.views() == views


def test_a_source_s_last_complete_night_stays_whole_however_old(office: Office) -> None:
    prune_archive(office.configuration, 1)
    first = replay_run(office.configuration, FIRST).text.splitlines()
    assert "provincial: bằng với dữ liệu đã lưu" in first
    assert any(line.startswith("national: ") and "đã được dọn" in line for line in first)
    for run_id in (IMPORT, LAST):
        outcome = replay_run(office.configuration, run_id)
        assert outcome.equal, outcome.text


def test_a_pruned_run_says_so_and_is_no_equality(office: Office) -> None:
    done = office.rasoat("archive", "prune", "--keep-nights", "1")
    assert done.returncode == 0, done.stderr
    assert re.search(
        r"Đã dọn \d+ lần lấy dữ liệu cũ hơn 01 đêm gần nhất: [\d.]+ nội dung, [\d,.]+ [kM]B; còn lại",
        done.stdout,
    )
    again = office.rasoat("replay", str(SECOND))
    assert again.returncode == 1
    assert "dữ liệu gốc đã được dọn khỏi kho lưu ngày" in again.stdout


def test_a_dry_run_tells_the_same_and_removes_nothing(office: Office) -> None:
    before = files(office)
    told = prune_archive(office.configuration, 1, dry_run=True)
    assert files(office) == before
    assert prune_archive(office.configuration, 1) == told


def test_nothing_goes_while_every_night_is_young_enough(office: Office) -> None:
    before = files(office)
    done = office.rasoat("archive", "prune", "--json")
    assert json.loads(done.stdout)["keep_nights"] == 400
    assert json.loads(done.stdout)["snapshots"] == []
    assert files(office) == before


def test_a_whole_turn_of_a_source_that_is_read_in_turn_stays(office: Office) -> None:
    office.configure(national={"refresh_nights": 4}, provincial={"refresh_nights": 4})
    before = files(office)
    assert prune_archive(office.configuration, 1).bodies == 0
    assert files(office) == before


def test_the_setting_says_how_many_nights_are_kept(office: Office) -> None:
    with office.settings.open("a", encoding="utf-8") as file:
        file.write("\n[archive]\nkeep_nights = 1\n")
    told = json.loads(office.rasoat("archive", "prune", "--dry-run", "--json").stdout)
    assert told["keep_nights"] == 1
    assert told["bodies"] > 0


@pytest.mark.parametrize("killed_at", [0, 1, 5, 20])
def test_a_kill_midway_leaves_whatever_is_named_and_the_next_time_ends_it(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, killed_at: int
) -> None:
    shutil.copytree(office.home, tmp_path / "control")
    control = Office(tmp_path / "control", office.portals)
    prune_archive(control.configuration, 1)

    removed = 0
    unlink = Path.unlink

    def dying(path: Path, missing_ok: bool = False) -> None:
        nonlocal removed
        if removed == killed_at:
            raise KeyboardInterrupt
        removed += 1
        unlink(path, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", dying)
        with pytest.raises(KeyboardInterrupt):
            prune_archive(office.configuration, 1)

    archive = Archive(office.configuration.archive)
    for path in (office.configuration.archive / "requests").glob("*.jsonl"):
        name = path.name.partition(".")[0]
        if not (name.isdigit() and archive.pruned_at(int(name))) and path.name != "pruned.jsonl":
            for digest in re.findall("[0-9a-f]{64}", path.read_text(encoding="utf-8")):
                assert archive.store.exists(key_of(digest)) or _is_row(path, digest)
    for digest in proofs(office):
        archive.get(digest)
    assert "đã được dọn" in replay_run(office.configuration, SECOND).text
    prune_archive(office.configuration, 1)
    assert files(office) == files(control)


def _is_row(path: Path, digest: str) -> bool:
    """Whether a list names the hash elsewhere than as the hash of an answer."""
    return f'"hash": "{digest}"' not in path.read_text(encoding="utf-8")


def test_a_damaged_document_stops_the_pruning_before_anything_goes(office: Office) -> None:
    (office.configuration.archive / "requests" / f"{_last_snapshot(office)}.told.json.gz").write_bytes(
        b"broken"
    )
    before = files(office)
    done = office.rasoat("archive", "prune", "--keep-nights", "1")
    assert done.returncode == 1
    assert "bị hỏng" in done.stderr
    assert files(office) == before


def _last_snapshot(office: Office) -> int:
    return max(row["snapshot_id"] for row in office.rows("v_snapshot"))


def test_a_run_under_way_is_not_disturbed(office: Office) -> None:
    with open_locked(office.configuration):
        assert office.rasoat("archive", "prune").returncode == 4


def test_a_night_after_pruning_is_as_good_as_one_before(office: Office) -> None:
    prune_archive(office.configuration, 1)
    office.portals.provincial.faults.clear()
    assert office.night(NIGHTS[4]).status == "complete"
    outcome = replay_run(office.configuration, LAST + 1)
    assert outcome.equal, outcome.text


def test_an_unchanged_night_adds_little_and_the_sizes_add_up(office: Office) -> None:
    nights = {(each.run_id, each.source): each for each in stored_nights(office.configuration)}
    first, last = nights[FIRST, "national"], nights[LAST, "national"]
    assert first.bodies > 100
    assert last.bodies <= 2
    assert last.bytes < first.bytes / 2
    assert sum(each.bytes for each in nights.values()) <= archive_size(office.configuration)
    people = office.rasoat("archive", "size").stdout
    assert "02:00 25/11/2026" in people
    assert "Cả kho lưu: " in people


def test_what_several_snapshots_have_counts_once(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    for number in (1, 2):
        with archive.recorder(number) as recorder:
            recorder.record_answer("GET", "https://cong.vn/", None, 200, {}, b"the same")
    assert [(each.answers, each.bodies) for each in prune.snapshot_sizes(archive)] == [(1, 1), (1, 0)]
