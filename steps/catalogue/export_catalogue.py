"""The export of the catalogue as a workbook that the import reads back without loss."""

from __future__ import annotations

from pathlib import Path

from procedures.errors import InputError
from procedures.findings import CATALOGUE
from reports.catalogue_export import write_catalogue
from settings.configuration import Configuration
from steps.database import reading_connection
from warehouse.sources import code_matches, versions


def export_catalogue(configuration: Configuration, file: Path) -> int:
    """Write the current catalogue; return the number of procedures.

    Raises:
        InputError: nothing was imported yet, or the folder does not exist.
    """
    if not file.absolute().parent.is_dir():
        raise InputError(f"{file}: không có thư mục {file.absolute().parent}")
    with reading_connection(configuration) as connection:
        procedures = versions.current_procedures(connection, CATALOGUE)
        matches = code_matches.matches_of(connection, CATALOGUE)
    if not procedures:
        raise InputError("Chưa có danh mục nào; hãy nhập danh mục trước")
    rows = []
    for key, procedure in procedures.items():
        code, matched_by = matches.get(key, (None, None))
        rows.append((procedure, "code" if procedure.code else matched_by, code))
    write_catalogue(file, rows)
    return len(rows)
