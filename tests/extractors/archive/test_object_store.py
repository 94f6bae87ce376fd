"""What is different where the archive lies on object storage: parts, an absent server, a missing library."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from extractors.archive.copying import copy_archive
from extractors.archive.object_store import PART_LINES, SEEN_FOR, ObjectStore, open_store
from extractors.archive.ownership import Owner, recorded_snapshots, set_aside, write_owner
from extractors.archive.prune import prune, snapshot_sizes, total_size
from extractors.archive.raw_archive import REQUESTS, Archive, key_of
from procedures.errors import ArchiveAwayError, SettingsError
from tests.object_storage import Storage, one_server, storage  # noqa: F401 - the fixtures

MORNING = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture
def archive(storage: Storage) -> Archive:  # noqa: F811 - the fixture
    return Archive(ObjectStore(storage.url()))


def record(archive: Archive, snapshot: int, number: int) -> None:
    """A recording whose writer is killed: it is never closed."""
    recorder = archive.recorder(snapshot)
    for each in range(number):
        recorder.record_failure("GET", f"https://cong.vn/{each}", None, "ReadTimeout")


def test_a_recording_whose_writer_was_killed_holds_all_but_the_last_lines(archive: Archive) -> None:
    record(archive, 7, 2 * PART_LINES + 5)
    addresses = [each.url for each in archive.recording(7)]
    assert addresses == [f"https://cong.vn/{each}" for each in range(2 * PART_LINES)]
    assert recorded_snapshots(archive) == {7}


def test_the_next_attempt_sets_the_parts_aside_as_one_recording(archive: Archive) -> None:
    record(archive, 7, PART_LINES)
    with archive.recorder(7) as recorder:
        recorder.record_failure("GET", "https://cong.vn/later", None, "ReadTimeout")
    assert list(archive.store.sizes()) == ["requests/7.broken-1.jsonl", "requests/7.jsonl"]
    assert [len(list(each)) for each in archive.recordings(7)] == [1, PART_LINES]


def test_what_a_kill_left_between_the_whole_and_its_parts_counts_once(archive: Archive) -> None:
    record(archive, 7, PART_LINES)
    (part,) = archive.store.sizes("requests/7.jsonl~")
    archive.store.write("requests/7.jsonl", archive.store.read(part))
    assert len(list(archive.recording(7))) == PART_LINES


def test_lines_that_several_machines_add_at_once_all_stay(archive: Archive) -> None:
    machines = [
        threading.Thread(target=archive.put, args=(b"the same", {"file": f"{each}.xlsx"}))
        for each in range(8)
    ]
    for machine in machines:
        machine.start()
    for machine in machines:
        machine.join()
    assert len(archive.store.sizes("files.jsonl")) == 8
    assert len(archive.store.sizes()) == 9


def test_pruning_takes_out_what_belongs_to_old_nights_alone_and_sizes_add_up(archive: Archive) -> None:
    hashes = []
    for number in (1, 2):
        with archive.recorder(number) as recorder:
            recorder.record_answer("GET", "https://cong.vn/", None, 200, {}, b"the same")
            own = recorder.record_answer("GET", f"https://cong.vn/{number}", None, 200, {}, bytes([number]))
            hashes.append(own)
        archive.put(f"danh-muc-{number}".encode(), {"snapshot_id": number})
    assert [(each.answers, each.bodies) for each in snapshot_sizes(archive)] == [(2, 2), (2, 1)]
    before = total_size(archive)
    pruned = prune(archive, frozenset({1}), frozenset(), frozenset())
    assert (pruned.snapshots, pruned.bodies) == ((1,), 2)
    assert pruned.bytes + pruned.remaining_bytes == before
    assert archive.pruned_at(1) is not None
    assert not archive.store.exists(key_of(hashes[0]))
    assert archive.get(hashes[1]) == bytes([2])
    assert list(archive.store.sizes("files.jsonl")) == ["files.jsonl"]


def test_an_archive_that_is_set_aside_leaves_the_place_empty(archive: Archive) -> None:
    digest = archive.put(b"one")
    target = set_aside(archive, "An", "làm lại")
    assert archive.store.sizes() == {}
    assert Archive(ObjectStore(target)).get(digest) == b"one"


def test_an_archive_that_is_copied_and_back_is_the_same(archive: Archive) -> None:
    source = Archive(ObjectStore(f"memory://{id(archive)}/a"))
    record(source, 7, PART_LINES)
    write_owner(source, Owner(kind="night", as_of=MORNING, started_at=MORNING))
    digest, damaged = source.put(b"one", {"file": "a.xlsx"}), source.put(b"two")
    source.store.write(key_of(damaged), b"broken")
    first, again = copy_archive(source, archive), copy_archive(source, archive)
    assert (first.already_there, first.damaged) == (0, (damaged,))
    assert (again.already_there, again.damaged) == (1, (damaged,))
    assert archive.get(digest) == b"one"
    for key in archive.store.sizes(REQUESTS):
        archive.store.delete(key)
    archive.store.delete(key_of(digest))
    assert copy_archive(source, archive).already_there == 0, "one that was broken off goes on"
    whole = source.store.sizes()
    del whole[key_of(damaged)]
    assert archive.store.sizes() == whole


@pytest.fixture
def away() -> Iterator[Archive]:
    """An archive whose server is gone."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"
        }.items():  # fmt: skip
            patch.setenv(name, value)
        yield Archive(ObjectStore("s3://kho/rasoat"))


def test_a_server_that_is_away_is_one_line_and_never_taken_for_missing_bytes(away: Archive) -> None:
    for attempt in (
        lambda: away.put(b"one"),
        lambda: away.get("0" * 64),
        lambda: away.recordings(1),
        lambda: away.store.check(),
        lambda: away.store.present(["a"]),
    ):
        with pytest.raises(ArchiveAwayError, match="s3://kho/rasoat: không kết nối được") as error:
            attempt()
        assert "\n" not in str(error.value)


def test_a_bucket_that_does_not_exist_is_named(storage: Storage) -> None:  # noqa: F811 - the fixture
    with pytest.raises(ArchiveAwayError, match=r"không có kho \(bucket\) ấy"):
        ObjectStore("s3://kho-khac/rasoat").check()


def test_a_missing_library_is_one_line_that_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    none_loaded: dict[str, object] = {}
    for name in ("_registry", "registry"):
        monkeypatch.setattr(sys.modules["fsspec.registry"], name, none_loaded)
    with pytest.raises(SettingsError, match=r"pip install 'rasoat\[s3\]'") as error:
        ObjectStore("s3://kho/rasoat")
    assert "\n" not in str(error.value)


def test_bytes_that_were_seen_are_asked_about_again_after_a_while(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = key_of(archive.put(b"one"))
    assert archive.store.present([key]) == {key}
    Archive(ObjectStore(archive.name)).store.delete(key)
    assert archive.store.present([key]) == {key}
    monkeypatch.setattr("extractors.archive.object_store.SEEN_FOR", SEEN_FOR / 1e9)
    assert archive.store.present([key]) == frozenset()


def test_the_local_folder_needs_no_library(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("archive")
    assert open_store(folder, None).name == str(folder)
