"""What the tests of the readers share."""

import threading

import pytest

from extractors.http.throttle import RateLimiter
from extractors.workbooks.catalogue import read_catalogue
from tests.extractors.workbook_files import write_xlsx


@pytest.fixture
def book(tmp_path):
    """Writes rows (and merged ranges) as an .xlsx file and reads it as a catalogue."""

    def read(rows, *, merges=(), name="danh-muc.xlsx", level=None, **more_sheets):
        path = tmp_path / name
        write_xlsx(path, {"Danh mục": rows} | more_sheets, merges)
        return read_catalogue(path, level=level)

    return read


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When requests were let go, by the reader's own clock: a portal on a busy machine notes them late."""
    times: list[float] = []
    waiting, one_by_one = RateLimiter.wait, threading.Lock()

    def noting(pace: RateLimiter) -> int:
        with one_by_one:
            turn = waiting(pace)
            times.append(pace.started)
        return turn

    monkeypatch.setattr(RateLimiter, "wait", noting)
    return times
