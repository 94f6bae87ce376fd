"""Records that a portal says have not changed are not sent again; what is read of them is the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from extractors.archive.raw_archive import UNCHANGED, Archive
from extractors.archive.replay import ReplayTransport
from extractors.archive.resume import EarlierAnswers
from extractors.http.client import PoliteClient
from tests.extractors.loopback import Asked, Loopback, Say

ROW, PAGE, KIND = "dòng 1", "<p>Cấp giấy phép</p>".encode(), "text/html; charset=utf-8"
MARKS = {"ETag": '"m1"', "Last-Modified": "Sun, 22 Nov 2026 02:00:00 GMT"}


def marked(body: bytes = PAGE, **marks: str) -> Any:
    """A portal that marks its page, and knows its mark again."""
    marks = marks or MARKS

    def answer(asked: Asked) -> Say:
        known = "ETag" in marks and asked.headers.get("if-none-match") == marks["ETag"]
        known = known or (
            "ETag" not in marks and asked.headers.get("if-modified-since") == marks["Last-Modified"]
        )
        return Say(b"" if known else body, 304 if known else 200, marks, kind=KIND)

    return answer


class Nights:
    """Readings of one record in one archive, one after the other."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.archive = Archive(root)
        self.number = 0
        self.counted: list[int] = []

    def read(self, portal: Loopback, row: str = ROW, **said: Any) -> bytes:
        """The body read tonight."""
        before = [each for n in range(self.number, 0, -1) for each in self.archive.recordings(n)]
        self.number += 1
        with self.archive.recorder(self.number) as recorder:
            with client(
                portal, archive=recorder, earlier=EarlierAnswers(self.archive, before), **said
            ) as asking:
                answer = asking.request("GET", "/tthc?ma=1", expects="html", row=row)
                asking.record_settled(answer, row)
        assert answer.status == 200
        assert answer.hash is not None
        assert self.archive.get(answer.hash) == answer.body
        self.counted.append(asking.counts.unchanged)
        return answer.body


def client(portal: Loopback, **said: Any) -> PoliteClient:
    settings: dict[str, Any] = {
        "requests_per_second": 1000.0, "concurrency": 1, "timeout": 2.0, "source": "provincial",
        "pause": 0.01,
    }  # fmt: skip
    return PoliteClient(portal.url, **settings | said)


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    return Nights(tmp_path)


@pytest.mark.parametrize("marks", [{"ETag": '"m1"'}, {"Last-Modified": MARKS["Last-Modified"]}, MARKS])
def test_an_unchanged_record_is_not_sent_again(nights: Nights, marks: dict[str, str]) -> None:
    with Loopback(marked(**marks)) as portal:
        assert [nights.read(portal) for _ in range(3)] == [PAGE] * 3
    assert nights.counted == [0, 1, 1]
    first, *later = portal.asked
    assert not {"if-none-match", "if-modified-since"} & set(first.headers)
    assert all({"if-none-match", "if-modified-since"} & set(each.headers) for each in later)


def test_a_changed_record_is_read_as_it_is_now(nights: Nights) -> None:
    answers = [marked()]
    with Loopback(lambda asked: answers[-1](asked)) as portal:
        nights.read(portal)
        answers.append(marked(b"<p>Thu hoi</p>", ETag='"m2"'))
        assert nights.read(portal) == b"<p>Thu hoi</p>"
        assert nights.read(portal) == b"<p>Thu hoi</p>"
    assert nights.counted == [0, 0, 1]


def test_a_record_whose_row_changed_is_read_whole(nights: Nights) -> None:
    with Loopback(marked()) as portal:
        nights.read(portal)
        nights.read(portal, row="dòng 1, tên khác")
    assert "if-none-match" not in portal.asked[1].headers


def test_a_portal_that_always_says_unchanged_is_read_whole_again_after_a_week(nights: Nights) -> None:
    with Loopback(marked()) as portal:
        for day in range(9):
            with time_machine.travel(datetime.now(UTC) + timedelta(days=day)):
                nights.read(portal)
    assert nights.counted == [0, 1, 1, 1, 1, 1, 1, 0, 1]


def test_a_record_whose_bytes_were_lost_is_read_whole(nights: Nights) -> None:
    with Loopback(marked()) as portal:
        nights.read(portal)
        for file in nights.root.rglob("*.gz"):
            file.unlink()
        assert nights.read(portal) == PAGE
    assert nights.counted == [0, 0]


def test_a_portal_that_says_unchanged_without_being_asked_gives_no_record(nights: Nights) -> None:
    with Loopback(lambda _: Say(b"", 304, kind=KIND)) as portal, client(portal, archive=None) as asking:
        assert asking.request("GET", "/tthc?ma=1", expects="html", row=ROW).status == 304


def test_a_replay_gives_the_same_bytes(nights: Nights) -> None:
    with Loopback(marked()) as portal:
        for _ in range(2):
            nights.read(portal)
    exchanges = [each for each in nights.archive.recording(2) if each.status]
    assert [each.status for each in exchanges] == [UNCHANGED]
    transport = ReplayTransport(nights.archive.recording(2))
    with client(portal, archive=None, transport=transport) as again:
        answer = again.request("GET", "/tthc?ma=1", expects="html", row=ROW)
    assert (answer.status, answer.body, answer.content_type) == (200, PAGE, KIND)
