"""What the tests of the readers share."""

import pytest

from extractors.workbook import read_catalogue
from tests.extractors.workbooks import write_xlsx


@pytest.fixture
def book(tmp_path):
    """Writes rows (and merged ranges) as an .xlsx file and reads it as a catalogue."""

    def read(rows, *, merges=(), name="danh-muc.xlsx", level=None, **more_sheets):
        path = tmp_path / name
        write_xlsx(path, {"Danh mục": rows} | more_sheets, merges)
        return read_catalogue(path, level=level)

    return read
