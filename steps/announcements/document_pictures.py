"""Pictures of the pages of decisions' files, drawn within bounds and cached."""

from __future__ import annotations

import secrets
import threading
from contextlib import suppress
from pathlib import Path

from extractors.documents import page_picture
from settings.configuration import Configuration
from steps.announcements.read_documents import load_document
from steps.sources.archive import archive_of

_DRAWING = threading.BoundedSemaphore(2)
"""At most two at a time: a process that draws may take a gigabyte."""

MAX_PICTURES = 500
"""Pictures that are cached; the oldest are deleted."""


def draw_page(configuration: Configuration, document_id: int, page: int) -> bytes:
    """Return a page of a document as a PNG; drawn once, and cached while there is room.

    Raises:
        NotFoundError: there is no such document.
        ArchiveError: its bytes are not in the archive.
        DocumentError: no such page, or it cannot be drawn.
    """
    stored, _ = load_document(configuration, document_id)
    folder = configuration.home / "pictures"
    file = folder / f"{stored.digest}-{page}.png"
    with suppress(OSError):
        return file.read_bytes()
    with _DRAWING:
        picture = page_picture(archive_of(configuration).get(stored.digest), stored.file, page)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = folder / f"{file.name}.{secrets.token_hex(4)}"
    temporary.write_bytes(picture)
    temporary.replace(file)
    _delete_oldest(folder)
    return picture


def _delete_oldest(folder: Path) -> None:
    with suppress(OSError):  # another request deletes them as well
        oldest_first = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime)
        for file in oldest_first[:-MAX_PICTURES]:
            file.unlink(missing_ok=True)
