"""Compressed answers: every stream is read to its end, nothing may be left over, and memory is bounded."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

UNREADABLE = frozenset(
    ("br", "zstd", "compress", "x-compress", "dcb", "dcz", "xz", "lzma", "bzip2", "x-bzip2", "sdch", "exi")
)
"""Codings that are never asked for. Any other unknown word means no compression: "UTF-8", "none"."""

MOST_LAYERS = 3

_GZIP = b"\x1f\x8b"
_CUT = "trả lời nén bị cụt"
_LEFT_OVER = "trả lời nén còn dữ liệu thừa sau khi hết luồng nén"


class DamagedStream(Exception):  # noqa: N818 - says what happened
    """A stream is broken, cut short or followed by other data; the message is for people."""


class BodyTooLarge(Exception):  # noqa: N818 - says what happened
    """The decompressed data is larger than allowed."""


class Decompressor:
    """A decompressor of one layer, `gzip` or `deflate`, chunk by chunk; of gzip any number of members."""

    def __init__(self, coding: str, max_bytes: int) -> None:
        """Start a layer of which at most `max_bytes` may come out."""
        self._coding = coding
        self._left = max_bytes
        self._inflate: zlib._Decompress | None = None
        self._waiting = b""
        self._ended = self._members = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what the next bytes decompress to.

        Raises:
            Damaged, TooLarge.
        """
        data, self._waiting = self._waiting + data, b""
        while data:
            if self._inflate is None:
                if len(data) < len(_GZIP):
                    self._waiting = data
                    return
                self._inflate = self._start(data)
            try:
                out = self._inflate.decompress(data, self._left + 1)
            except zlib.error as error:
                raise DamagedStream(f"trả lời nén bị hỏng ({error})") from error
            self._left -= len(out)
            if self._left < 0:
                raise BodyTooLarge
            yield out
            if not self._inflate.eof:
                return
            data, self._inflate, self._ended = self._inflate.unused_data, None, True

    def end(self) -> None:
        """Check that the stream is complete; no more bytes follow.

        Raises:
            DamagedStream: the stream is not at its end, or never began.
        """
        if self._ended and self._waiting:
            raise DamagedStream(_LEFT_OVER)
        if not self._ended or self._inflate is not None:
            raise DamagedStream(_CUT)

    def _start(self, first: bytes) -> zlib._Decompress:
        """Return the decompressor of a stream that begins with these bytes.

        "deflate" means zlib's format (RFC 1950); IIS sends raw deflate (RFC 1951), which browsers read too.
        """
        member = first.startswith(_GZIP)
        if self._ended and not (self._members and member):
            raise DamagedStream(_LEFT_OVER)
        self._members = member
        wrapped = member or (first[0] & 0x0F == 8 and int.from_bytes(first[:2]) % 31 == 0)
        bare = self._coding == "deflate" and not wrapped
        return zlib.decompressobj(wbits=-zlib.MAX_WBITS if bare else 47)


def decompressors(content_encoding: str, most: int) -> list[Decompressor]:
    """Return the layers to decompress, outermost first; empty for a plain answer.

    Raises:
        DamagedStream: it has a coding that was not asked for, or more layers than any real answer.
    """
    codings = [word.strip(" \t\"'").lower() for word in content_encoding.split(",")]
    for coding in codings:
        if coding in UNREADABLE:
            raise DamagedStream(f"trả lời nén kiểu {coding} không hỏi tới")
    packed = [coding.removeprefix("x-") for coding in codings if coding in ("gzip", "x-gzip", "deflate")]
    if len(packed) > MOST_LAYERS:
        raise DamagedStream(f"trả lời nén {len(packed)} lớp")
    return [Decompressor(coding, most) for coding in reversed(packed)]


def decompress(through: Sequence[Decompressor], data: bytes) -> Iterator[bytes]:
    """Yield what comes out of the last layer.

    Raises:
        Damaged, TooLarge.
    """
    if not through:
        yield data
        return
    for piece in through[0].feed(data):
        yield from decompress(through[1:], piece)
