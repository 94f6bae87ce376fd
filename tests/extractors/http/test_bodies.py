"""Bodies as portals send them: whole, in whatever wrapping, or not at all; each answer to the byte."""

from __future__ import annotations

import gzip
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from extractors.http.client import PoliteClient
from extractors.http.decompression import BodyTooLarge, DamagedStream, decompress, decompressors
from extractors.portals.read_source import read
from extractors.portals.source import Unread
from procedures.snapshot import Certificate, ReadingPlan, SnapshotState, SnapshotVerdict
from settings.sources import SourceSettings
from steps.sources.recorded_reader import Memory
from tests.extractors.raw_server import RawServer, chunked, said
from tests.extractors.web import NEXT, profile_file, reading, record, row, table

TEXT = "<p>Ban Quản lý Khu kinh tế và các khu công nghiệp</p>".encode() * 40
HALF = TEXT[: len(TEXT) // 2]
MEMBERS = gzip.compress(HALF) + gzip.compress(TEXT[len(HALF) :])


def bare(data: bytes) -> bytes:
    """Deflate without zlib's wrapping, as IIS sends it."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


WRAPPINGS = {
    "gzip": ("gzip", gzip.compress(TEXT)),
    "gzip by its old name": ("x-gzip", gzip.compress(TEXT)),
    "gzip of two members": ("gzip", MEMBERS),
    "gzip of many members, some empty": (
        "gzip",
        b"".join(gzip.compress(TEXT[at : at + 50]) for at in range(0, len(TEXT), 50)) + gzip.compress(b""),
    ),
    "zlib": ("deflate", zlib.compress(TEXT)),
    "bare deflate": ("deflate", bare(TEXT)),
    "gzip that is called deflate": ("deflate", gzip.compress(TEXT)),
    "packed twice": ("gzip, gzip", gzip.compress(MEMBERS)),
    "packed in two ways": ("deflate, gzip", gzip.compress(bare(TEXT))),
    "a charset for a packing": ("UTF-8", TEXT),
    "none": ("none", TEXT),
    "nothing": ("", TEXT),
    "identity": ("identity", TEXT),
    "a packing and a charset": ("gzip, utf-8", gzip.compress(TEXT)),
    "a packing in quotes": ('"gzip"', gzip.compress(TEXT)),
}


SETTINGS: dict[str, Any] = {
    "requests_per_second": 1000.0, "concurrency": 1, "timeout": 2.0, "archive": None,
    "source": "provincial", "pause": 0.001,
}  # fmt: skip


def body_of(answer: bytes, **options: Any) -> bytes:
    """What the client makes of one answer."""
    with (
        RawServer({"/": said(b"<p>1</p>"), "/x": answer}) as web,
        PoliteClient(web.url, **SETTINGS | options) as asking,
    ):
        asking.request("GET", "/", expects="html")
        return asking.request("GET", "/x", expects="html").body


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_it_is_read_to_its_end(wrapping: str) -> None:
    encoding, body = WRAPPINGS[wrapping]
    assert body_of(said(body, Content_Encoding=encoding)) == TEXT


def test_chunks_part_a_stream_anywhere() -> None:
    answer = said(chunked(MEMBERS), Transfer_Encoding="chunked", Content_Encoding="gzip")
    assert body_of(answer) == TEXT


def test_what_old_servers_send_after_a_body_and_before_an_answer_is_overlooked() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
    assert body_of(early + said(TEXT) + b"\r\n") == TEXT


SPOILT = {
    "two members, the second one cut": (said(MEMBERS[:-20], Content_Encoding="gzip"), "bị cụt"),
    "a member and the beginning of the next": (
        said(gzip.compress(TEXT) + MEMBERS[:1], Content_Encoding="gzip"),
        "dữ liệu thừa",
    ),
    "a member and something else": (
        said(gzip.compress(HALF) + TEXT[len(HALF) :], Content_Encoding="gzip"),
        "dữ liệu thừa",
    ),
    "a member and zeros": (said(gzip.compress(TEXT) + bytes(8), Content_Encoding="gzip"), "dữ liệu thừa"),
    "zlib and another stream": (
        said(zlib.compress(HALF) + zlib.compress(HALF), Content_Encoding="deflate"),
        "dữ liệu thừa",
    ),
    "bare deflate, cut": (said(bare(TEXT)[:-4], Content_Encoding="deflate"), "bị cụt"),
    "zlib, cut": (said(zlib.compress(TEXT)[:-4], Content_Encoding="deflate"), "bị cụt"),
    "bare deflate and something else": (
        said(bare(HALF) + b"\r\n", Content_Encoding="deflate"),
        "dữ liệu thừa",
    ),
    "something before the stream": (said(b"\r\n" + gzip.compress(TEXT), Content_Encoding="gzip"), "bị hỏng"),
    "nothing in its wrapping": (said(b"", Content_Encoding="gzip"), "bị cụt"),
    "one byte in its wrapping": (said(b"\x1f", Content_Encoding="gzip"), "bị cụt"),
    "no wrapping where one is told": (said(TEXT, Content_Encoding="gzip"), "bị hỏng"),
    "the inner one of two wrappings, cut": (
        said(gzip.compress(gzip.compress(TEXT)[:-9]), Content_Encoding="gzip, gzip"),
        "bị cụt",
    ),
    "brotli": (said(TEXT, Content_Encoding="br"), "nén kiểu br không hỏi tới"),
    "zstd": (said(TEXT, Content_Encoding="gzip, zstd"), "nén kiểu zstd không hỏi tới"),
    "a hundred wrappings": (said(MEMBERS, Content_Encoding=", ".join(["gzip"] * 100)), "nén 100 lớp"),
    "shorter than it says": (said(TEXT, length=len(TEXT) + 1), "kết nối bị ngắt"),
    "longer than it says": (said(TEXT, length=len(TEXT) - 40), "dài hơn độ dài mà cổng khai"),
    "counted in letters": (said(TEXT, length=len(TEXT.decode())), "dài hơn độ dài mà cổng khai"),
    "chunks without their end": (
        said(chunked(TEXT, whole=False), Transfer_Encoding="chunked"),
        "kết nối bị ngắt",
    ),
}


@pytest.mark.parametrize("trouble", SPOILT)
def test_it_is_spoilt_and_never_short(trouble: str) -> None:
    answer, words = SPOILT[trouble]
    with pytest.raises(Unread, match=words):
        body_of(answer)


ANOTHER = said(b"<p>another's</p>")
FOLLOWED = {
    "after its length": (said(TEXT) + ANOTHER, None),
    "after no more than a head": (said(b"").replace(b"200 OK", b"304 Not Modified") + ANOTHER, None),
    "after its chunks": (said(chunked(TEXT), Transfer_Encoding="chunked") + ANOTHER, TEXT),
    "after a line's end": (said(TEXT) + b"\r\n", TEXT),
}
"""Answers with something behind them, and what is read; None where the answer counts as spoilt."""


@pytest.mark.parametrize("following", FOLLOWED)
def test_what_follows_an_answer_is_never_the_answer_to_the_next_request(following: str) -> None:
    answer, body = FOLLOWED[following]
    pages = {"/": said(b"<p>1</p>"), "/x": answer, "/y": said(b"<p>its own</p>")}
    with (
        RawServer(pages, stays_open=True) as web,
        PoliteClient(web.url, **SETTINGS) as asking,
    ):
        asking.request("GET", "/", expects="html")
        if body is None:
            with pytest.raises(Unread, match="dài hơn độ dài mà cổng khai"):
                asking.request("GET", "/x", expects="html")
        else:
            assert asking.request("GET", "/x", expects="html").body == body
        retries = asking.counts.retries
        assert asking.request("GET", "/y", expects="html").body == b"<p>its own</p>"
        assert asking.counts.retries == retries


def through(encoding: str, *pieces: bytes, most: int = 1 << 20) -> bytes:
    """What comes out of these pieces."""
    stream = decompressors(encoding, most)
    out = b"".join(piece for data in pieces for piece in decompress(stream, data))
    for layer in stream:
        layer.end()
    return out


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_it_may_come_byte_by_byte(wrapping: str) -> None:
    encoding, body = WRAPPINGS[wrapping]
    assert through(encoding, *(bytes((byte,)) for byte in body)) == TEXT


@pytest.mark.parametrize("packed", [MEMBERS, zlib.compress(TEXT), bare(TEXT)], ids=["gzip", "zlib", "bare"])
def test_no_part_of_a_stream_counts_as_the_whole(packed: bytes) -> None:
    encoding = "gzip" if packed is MEMBERS else "deflate"
    between = len(gzip.compress(HALF)) if packed is MEMBERS else -1
    for end in range(len(packed)):
        if end != between:  # a whole stream of its own: there the length of the answer tells
            with pytest.raises(DamagedStream):
                through(encoding, packed[:end])


@pytest.mark.parametrize(
    "encoding, packed",
    [
        ("gzip", gzip.compress(bytes(30_000_000))),
        ("gzip, gzip", gzip.compress(gzip.compress(bytes(30_000_000)))),
        ("gzip, gzip", gzip.compress(gzip.compress(b"") * 1_000_000)),
        ("deflate", bare(bytes(30_000_000))),
    ],
    ids=["once", "twice", "members within", "bare"],
)
def test_a_bomb_is_not_unpacked(encoding: str, packed: bytes) -> None:
    with pytest.raises(BodyTooLarge):
        through(encoding, packed, most=100_000)


def test_a_stream_of_empty_members_ends_somewhere() -> None:
    answer = said(gzip.compress(b"") * 10_000, Content_Encoding="gzip")
    with pytest.raises(Unread, match="lớn hơn 100,000 byte"):
        body_of(answer, max_bytes=100_000)


def the_list(body: bytes, folder: Path, encoding: str = "gzip") -> tuple[Certificate, SnapshotVerdict]:
    """A night on a portal of one list without a declared total, and of sixty records."""
    records = {
        f"/tt?id={number}": said(
            record(("Mã thủ tục", f"1.0000{number:02}"), ("Tên thủ tục", f"Cấp giấy số {number}")).encode()
        )
        for number in range(1, 61)
    }
    lists = {"/ds?page=1": said(body, Content_Encoding=encoding)}
    settings = SourceSettings(name="provincial", kind="html", role="provincial", robots=False)
    with RawServer(lists | records) as web, reading(web.url, profile_file(folder, NEXT)) as portal:
        plan = ReadingPlan(as_of=datetime.fromisoformat("2026-11-23T02:00:00+07:00"))
        outcome = read(portal, settings, plan, Memory())
    return outcome.certificate, outcome.verdict


def test_a_list_in_two_members_is_whole_and_one_that_is_cut_after_the_first_is_no_list(
    tmp_path: Path,
) -> None:
    page = f"<html><body>{table([row(number) for number in range(1, 61)])}</body></html>".encode()
    middle = page.index(b"<tr><td>36<")
    first, second = gzip.compress(page[:middle]), gzip.compress(page[middle:])
    certificate, verdict = the_list(first + second, tmp_path)
    assert (certificate.listed, verdict.state) == (60, SnapshotState.COMPLETE)
    for cut in (first + second[:7], first + b"\r\n" + second):
        certificate, verdict = the_list(cut, tmp_path)
        assert (certificate.listed, verdict.state) == (0, SnapshotState.FAILED)
