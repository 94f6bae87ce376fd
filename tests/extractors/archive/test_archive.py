"""Bytes are kept under their hash, once, whole, and without secrets."""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from pathlib import Path

import pytest

from extractors.archive.object_store import ObjectStore
from extractors.archive.raw_archive import Archive, Exchange, key_of
from extractors.archive.replay import ReplayTransport
from extractors.archive.store import read_log
from extractors.http.client import PoliteClient
from procedures.errors import ArchiveError
from tests.extractors.loopback import Asked, Loopback, Say
from tests.object_storage import Storage, one_server, storage  # noqa: F401 - the fixtures

BYTES = "Thành lập hội".encode() * 50
SHA = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture(params=("folder", "memory", "s3"))
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    if request.param == "folder":
        return Archive(tmp_path / "archive")
    if request.param == "memory":
        return Archive(ObjectStore(f"memory://{tmp_path.name}/archive"))
    server: Storage = request.getfixturevalue("storage")
    return Archive(ObjectStore(server.url()))


def test_bytes_come_back_by_their_hash(archive: Archive) -> None:
    assert archive.put(BYTES) == SHA
    assert archive.get(SHA) == BYTES
    assert gzip.decompress(archive.store.read(f"{SHA[:2]}/{SHA[2:]}.gz")) == BYTES


@pytest.mark.parametrize("body", [b"", b"\x00\xff" * 9])
def test_any_bytes_come_back(archive: Archive, body: bytes) -> None:
    assert archive.get(archive.put(body)) == body


def test_the_same_bytes_are_kept_once_and_their_file_is_not_touched_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.put(BYTES)
    (file,) = tmp_path.glob("*/*.gz")
    before = file.stat().st_mtime_ns, file.stat().st_ino
    assert archive.put(BYTES) == SHA
    assert list(tmp_path.glob("*/*.gz")) == [file]
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before


def test_threads_that_keep_the_same_bytes_leave_one_whole_file(archive: Archive) -> None:
    threads = [threading.Thread(target=archive.put, args=(BYTES,)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert archive.get(SHA) == BYTES
    assert list(archive.store.sizes()) == [key_of(SHA)]


def test_where_a_file_came_from_is_written_beside_it(archive: Archive) -> None:
    archive.put(BYTES, {"file": "danh-muc.xlsx"})
    archive.put(BYTES, {"file": "ban-sao.xlsx"})
    lines = [json.loads(line) for line in read_log(archive.store, "files.jsonl").splitlines()]
    assert [(line["hash"], line["file"]) for line in lines] == [
        (SHA, "danh-muc.xlsx"), (SHA, "ban-sao.xlsx")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "damage",
    [b"", b"\x1f\x8bbroken", gzip.compress(BYTES)[:-20], gzip.compress(b"something else")],
    ids=["emptied", "no gzip", "cut", "other bytes"],
)
def test_damaged_bytes_are_never_given_out(archive: Archive, damage: bytes) -> None:
    archive.put(BYTES)
    archive.store.write(key_of(SHA), damage)
    with pytest.raises(ArchiveError, match=SHA):
        archive.get(SHA)


def test_missing_bytes_are_named(archive: Archive) -> None:
    with pytest.raises(ArchiveError, match=f"thiếu dữ liệu {SHA}"):
        archive.get(SHA)


@pytest.mark.parametrize("name", ["../../etc/passwd", "abc", SHA.upper(), ""])
def test_what_is_no_hash_is_no_way_into_the_file_system(archive: Archive, name: str) -> None:
    with pytest.raises(ArchiveError, match="SHA-256"):
        archive.get(name)


@pytest.mark.parametrize("name", ["../1", "a/b", ""])
def test_a_snapshot_s_name_is_no_way_into_the_file_system(archive: Archive, name: str) -> None:
    with pytest.raises(ArchiveError, match="tên bản ghi"):
        archive.recorder(name)


def test_a_folder_that_cannot_be_written_is_one_line_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    archive = Archive(tmp_path / "file" / "archive")
    for attempt in (
        lambda: archive.put(BYTES),
        lambda: archive.recorder(1),
        lambda: archive.store_document(1, "plan", b"{}"),
    ):
        with pytest.raises(ArchiveError, match="Không ghi được kho lưu") as error:
            attempt()
        assert archive.name in str(error.value)
        assert "\n" not in str(error.value)


def test_a_snapshot_s_requests_come_back_in_their_order_with_their_bytes(archive: Archive) -> None:
    with archive.recorder(7) as recorder:
        first = recorder.record_answer("POST", "https://cong.vn/a", '{"q":""}', 201, {"date": "x"}, b"one")
        recorder.record_failure("GET", "https://cong.vn/b", None, "ReadTimeout: chậm")
    answered, failed = archive.recording(7)
    assert (answered.method, answered.url, answered.body) == ("POST", "https://cong.vn/a", '{"q":""}')
    assert (answered.status, answered.hash) == (201, first)
    assert archive.get(first) == b"one"
    assert (failed.hash, failed.fault) == (None, "ReadTimeout: chậm")


def test_a_broken_attempt_s_record_is_set_aside_and_not_written_on(archive: Archive) -> None:
    for body in (b"first", b"second", b"third"):
        with archive.recorder(7) as recorder:
            recorder.record_answer("GET", "https://cong.vn/", None, 200, {}, body)
    (last,) = archive.recording(7)
    assert last.hash is not None
    assert archive.get(last.hash) == b"third"
    assert list(archive.store.sizes()) [-3:] == [
        "requests/7.broken-1.jsonl", "requests/7.broken-2.jsonl", "requests/7.jsonl"
    ]  # fmt: skip
    assert [each.name for each in archive.recordings(7)] == ["7", "7.broken-2", "7.broken-1"]


def test_a_last_line_cut_by_a_kill_is_left_out_and_a_damaged_one_is_named(archive: Archive) -> None:
    with archive.recorder(7) as recorder:
        recorder.record_answer("GET", "https://cong.vn/", None, 200, {}, b"one")
    whole = archive.store.read("requests/7.jsonl")
    archive.store.write("requests/7.jsonl", whole + whole[:40])
    assert len(list(archive.recording(7))) == 1
    archive.store.write("requests/7.jsonl", b"{broken\n" + whole)
    with pytest.raises(ArchiveError, match="dòng 1 bị hỏng"):
        list(archive.recording(7))


def test_an_unknown_snapshot_has_no_record(archive: Archive) -> None:
    with pytest.raises(ArchiveError, match="không có bản ghi 12"):
        archive.recording(12)
    with pytest.raises(ArchiveError, match="không có"):
        archive.document(12, "plan")


def test_a_kept_document_comes_back_and_a_damaged_one_does_not(archive: Archive) -> None:
    archive.store_document(7, "plan", b"{}")
    archive.store_document(7, "plan", b'{"later":true}')
    assert archive.document(7, "plan") == b'{"later":true}'
    (key,) = archive.store.sizes("requests/7.plan")
    archive.store.write(key, b"broken")
    with pytest.raises(ArchiveError, match="bị hỏng"):
        archive.document(7, "plan")


def test_neither_cookies_nor_passwords_are_ever_stored(archive: Archive) -> None:
    def answer(asked: Asked) -> Say:
        return Say(b"{}", headers={"Set-Cookie": "JSESSIONID=s3cret; Path=/"})

    with Loopback(answer) as web, archive.recorder(7) as recorder:
        base = web.url.replace("http://", "http://so:m4tkhau@")
        with PoliteClient(
            base, requests_per_second=100, concurrency=1, timeout=2, archive=recorder, source="x",
            session_path="/",
        ) as client:  # fmt: skip
            client.request("POST", "/api", expects="json", body={"q": ""})
    assert "s3cret" in web.asked[-1].headers["cookie"]
    stored = b"".join(
        gzip.decompress(data) if key.endswith(".gz") else data
        for key in archive.store.sizes()
        for data in [archive.store.read(key)]
    )
    for secret in (b"s3cret", b"m4tkhau", b"JSESSIONID"):
        assert secret not in stored


def test_a_recording_answers_in_place_of_the_network_and_invents_nothing(archive: Archive) -> None:
    with Loopback(lambda asked: Say(asked.body)) as web, archive.recorder(7) as recorder:
        with PoliteClient(
            web.url, requests_per_second=100, concurrency=1, timeout=2, archive=recorder, source="x"
        ) as client:
            for number in (1, 2):
                client.request("POST", "/api", expects="json", body={"page": number})
        url = web.url
    transport = ReplayTransport(archive.recording(7))
    with PoliteClient(
        url, requests_per_second=1, concurrency=1, timeout=2, archive=None, source="x", transport=transport
    ) as offline:
        for number in (2, 1, 1):
            assert offline.request("POST", "/api", expects="json", body={"page": number}).json == {
                "page": number
            }
        with pytest.raises(ArchiveError, match="không có yêu cầu POST"):
            offline.request("POST", "/api", expects="json", body={"page": 3})


def test_a_question_is_what_was_asked_without_when() -> None:
    asked = Exchange(method="GET", url="https://cong.vn/", at="2026-11-22")
    assert asked.question == Exchange(method="GET", url="https://cong.vn/", at="2026-11-23").question
