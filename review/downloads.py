"""Files written for one response, and deleted once they were sent."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.responses import FileResponse

MEDIA_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def file_response(suffix: str, make: Callable[[Path], str]) -> FileResponse:
    """Return the file of that suffix that `make` writes, under the name that it returns.

    What `make` raises passes through, and the folder is removed.
    """
    folder = tempfile.TemporaryDirectory(prefix="rasoat-")
    file = Path(folder.name) / f"file{suffix}"
    try:
        name = make(file)
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(
        file, filename=name, media_type=MEDIA_TYPES[suffix], background=BackgroundTask(folder.cleanup)
    )
