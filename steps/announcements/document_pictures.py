"""Pictures of the pages of decisions' files: drawn within bounds, and kept while there is room."""

from __future__ import annotations

import secrets
import threading
from contextlib import suppress
from pathlib import Path

from extractors.documents import page_picture
from settings.configuration import Configuration
from steps.announcements.read_documents import one_document
from steps.sources.recorded_inputs import archive_of

_DRAWING = threading.BoundedSemaphore(2)
"""A process that draws may take a gigabyte."""

PICTURES = 500
"""Pages of which the pictures are kept."""


def picture_of(configuration: Configuration, document_id: int, page: int) -> bytes:
    """Return a page of a document as a PNG; drawn once, two at a time, and kept while there is room.

    Raises:
        UnknownThingError: there is no such document.
        ArchiveError: its bytes are not there.
        DocumentError: no such page, or it cannot be drawn.
    """
    kept, _ = one_document(configuration, document_id)
    folder = configuration.home / "pictures"
    drawn = folder / f"{kept.digest}-{page}.png"
    with suppress(OSError):
        return drawn.read_bytes()
    with _DRAWING:
        picture = page_picture(archive_of(configuration).get(kept.digest), kept.file, page)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    whole = folder / f"{drawn.name}.{secrets.token_hex(4)}"
    whole.write_bytes(picture)
    whole.replace(drawn)
    _forget_oldest(folder)
    return picture


def _forget_oldest(folder: Path) -> None:
    with suppress(OSError):  # somebody else's went meanwhile
        drawn = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime)
        for file in drawn[:-PICTURES]:
            file.unlink(missing_ok=True)
