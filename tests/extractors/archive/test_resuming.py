"""What an interrupted reading had is taken over while it is young, whole, and its row says the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.archive.raw_archive import Archive
from extractors.archive.resume import TAKE_OVER_WITHIN, InterruptedAnswers
from extractors.http.client import PoliteClient
from tests.extractors.loopback import Asked, Loopback, Say

URL = "https://cong.vn/chi-tiet?id=7"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive(tmp_path / "archive")
    with archive.recorder(1) as recorder:
        digest = recorder.record_answer("GET", URL, None, 200, {"content-type": "text/html"}, b"record")
        recorder.record_settled("row", digest)
        recorder.record_answer("GET", f"{URL}8", None, 200, {}, b"never made a record of")
    return archive


def test_an_answer_that_became_a_record_is_taken_over(archive: Archive) -> None:
    unfinished = InterruptedAnswers(archive, archive.recordings(1))
    found = unfinished.answer("GET", URL, None, "row")
    assert found is not None
    assert found[1] == b"record"
    assert len(unfinished) == 1


@pytest.mark.parametrize(
    ("method", "url", "row"), [("GET", URL, "another row"), ("GET", f"{URL}8", "row"), ("POST", URL, "row")]
)
def test_whatever_differs_is_asked_for_anew(archive: Archive, method: str, url: str, row: str) -> None:
    assert InterruptedAnswers(archive, archive.recordings(1)).answer(method, url, None, row) is None


def test_an_answer_is_too_old_after_a_night(archive: Archive) -> None:
    late = datetime.now(UTC) + TAKE_OVER_WITHIN + timedelta(minutes=1)
    assert len(InterruptedAnswers(archive, archive.recordings(1), late)) == 0


def test_damaged_bytes_are_asked_for_anew(archive: Archive) -> None:
    for key in archive.store.sizes():
        if key.endswith(".gz"):
            archive.store.write(key, b"broken")
    assert InterruptedAnswers(archive, archive.recordings(1)).answer("GET", URL, None, "row") is None


def test_what_stands_before_a_damaged_line_still_counts(archive: Archive) -> None:
    key = "requests/1.jsonl"
    archive.store.write(key, archive.store.read(key) + b"{broken\n")
    assert len(InterruptedAnswers(archive, archive.recordings(1))) == 1


def test_attempts_that_were_set_aside_are_looked_through_the_latest_first(archive: Archive) -> None:
    with archive.recorder(1) as recorder:
        recorder.record_settled("row", recorder.record_answer("GET", URL, None, 200, {}, b"a later answer"))
    with archive.recorder(1):
        pass
    found = InterruptedAnswers(archive, archive.recordings(1)).answer("GET", URL, None, "row")
    assert found is not None
    assert found[1] == b"a later answer"


def test_what_was_taken_over_is_recorded_and_sends_nothing_even_the_second_time(archive: Archive) -> None:
    def answer(asked: Asked) -> Say:
        return Say(b'{"asked": true}')

    with Loopback(answer) as web:
        for number in (2, 3, 4):
            unfinished = InterruptedAnswers(archive, archive.recordings(number - 1)) if number > 2 else None
            with archive.recorder(number) as recorder, PoliteClient(
                web.url, requests_per_second=100, concurrency=1, timeout=2, archive=recorder, source="x",
                unfinished=unfinished,
            ) as client:  # fmt: skip
                said = client.request("POST", "/api", expects="json", body={"id": "đ"}, row="row")
                client.record_settled(said, "row")
                assert said.json == {"asked": True}
                assert client.counts.taken_over == (number > 2)
                assert client.counts.requests == (number == 2)
        assert len(web.asked) == 1
    (taken, _) = archive.recording(4)
    assert taken.taken_over
    assert taken.at == next(iter(archive.recording(2))).at
