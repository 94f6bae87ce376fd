"""A page of a PDF as a picture (PNG), to show beside what was read of it; runs in the bounded process."""

from __future__ import annotations

import struct
import zlib

import pypdfium2

from extractors.bounded_reader import FileRefused, Progress
from extractors.documents.pdf.reader import open_page, open_pdf

LONGEST = 1_600
"""Pixels of the longer side."""


def picture_here(data: bytes, options: tuple[str, ...], _progress: Progress) -> bytes:
    """Return page `options[0]`, from 1, with its stamps drawn; raises `Refused`."""
    number = int(options[0])
    document = open_pdf(data)
    if not 1 <= number <= len(document):
        raise FileRefused(f"không có trang {number}, tệp có {len(document)} trang")
    try:
        page = open_page(document, number)
        width, height = page.get_size()
        if not (width > 0 and height > 0):
            raise FileRefused(f"trang {number} hỏng")
        bitmap = page.render(scale=LONGEST / max(width, height), rev_byteorder=True, prefer_bgrx=False)
    except pypdfium2.PdfiumError:
        raise FileRefused(f"trang {number} hỏng") from None
    return _png(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, bitmap.n_channels)


def _png(pixels: bytes, width: int, height: int, stride: int, channels: int) -> bytes:
    colour = {1: 0, 3: 2, 4: 6}[channels]
    rows = b"".join(b"\0" + pixels[row * stride : row * stride + width * channels] for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(rows, 6))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
