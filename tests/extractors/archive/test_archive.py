"""Bytes are kept under their hash, once, whole, and without secrets."""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from pathlib import Path

import pytest

from extractors.archive.raw_archive import Archive, Exchange
from extractors.archive.replay import ReplayTransport
from extractors.http.client import PoliteClient
from procedures.errors import ArchiveError
from tests.extractors.loopback import Asked, Loopback, Say

BYTES = "Thành lập hội".encode() * 50
SHA = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def test_bytes_come_back_by_their_hash(archive: Archive) -> None:
    assert archive.put(BYTES) == SHA
    assert archive.get(SHA) == BYTES
    assert gzip.decompress((archive.root / SHA[:2] / f"{SHA[2:]}.gz").read_bytes()) == BYTES


@pytest.mark.parametrize("body", [b"", b"\x00\xff" * 9])
def test_any_bytes_come_back(archive: Archive, body: bytes) -> None:
    assert archive.get(archive.put(body)) == body


def test_the_same_bytes_are_kept_once_and_their_file_is_not_touched_again(archive: Archive) -> None:
    archive.put(BYTES)
    (file,) = archive.root.glob("*/*.gz")
    before = file.stat().st_mtime_ns, file.stat().st_ino
    assert archive.put(BYTES) == SHA
    assert list(archive.root.glob("*/*.gz")) == [file]
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before


def test_threads_that_keep_the_same_bytes_leave_one_whole_file(archive: Archive) -> None:
    threads = [threading.Thread(target=archive.put, args=(BYTES,)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert archive.get(SHA) == BYTES
    assert [path.name for path in archive.root.glob("*/*")] == [f"{SHA[2:]}.gz"]


def test_where_a_file_came_from_is_written_beside_it(archive: Archive) -> None:
    archive.put(BYTES, {"file": "danh-muc.xlsx"})
    (line,) = (archive.root / "files.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["hash"] == SHA
    assert json.loads(line)["file"] == "danh-muc.xlsx"


@pytest.mark.parametrize(
    "damage",
    [b"", b"\x1f\x8bbroken", gzip.compress(BYTES)[:-20], gzip.compress(b"something else")],
    ids=["emptied", "no gzip", "cut", "other bytes"],
)
def test_damaged_bytes_are_never_given_out(archive: Archive, damage: bytes) -> None:
    archive.put(BYTES)
    (archive.root / SHA[:2] / f"{SHA[2:]}.gz").write_bytes(damage)
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
        assert str(archive.root) in str(error.value)
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
    names = sorted(path.name for path in (archive.root / "requests").iterdir())
    assert names == ["7.broken-1.jsonl", "7.broken-2.jsonl", "7.jsonl"]


def test_a_last_line_cut_by_a_kill_is_left_out_and_a_damaged_one_is_named(archive: Archive) -> None:
    with archive.recorder(7) as recorder:
        recorder.record_answer("GET", "https://cong.vn/", None, 200, {}, b"one")
    path = archive.root / "requests" / "7.jsonl"
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole + whole[:40], encoding="utf-8")
    assert len(list(archive.recording(7))) == 1
    path.write_text("{broken\n" + whole, encoding="utf-8")
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
    (file,) = (archive.root / "requests").glob("7.plan*")
    file.write_bytes(b"broken")
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
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in archive.root.rglob("*")
        if path.is_file()
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
