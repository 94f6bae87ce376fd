"""What a person decides on an archive: to begin anew without the old database, to go on without lost bytes,
to copy it elsewhere.
"""

from __future__ import annotations

from pathlib import Path

from extractors.archive.copying import ArchiveCopy, copy_archive
from extractors.archive.object_store import open_store
from extractors.archive.ownership import give_up, missing_bytes, missing_recordings, set_aside
from extractors.archive.raw_archive import Archive
from procedures.errors import ArchiveAwayError, InputError
from settings.configuration import Configuration
from settings.retention import check_storage_address
from steps.database import engine_of, open_locked
from steps.nights.lost_stores import Loss, away, find_losses, lost_database
from steps.sources.archive import archive_of
from warehouse.db.engine import name_of, reading
from warehouse.db.evidence_in_use import evidence_hashes, loaded_snapshots
from warehouse.db.revision import is_current, version
from warehouse.sources import runs


def current_losses(configuration: Configuration, *, whole: bool = False) -> list[Loss]:
    """Return what is lost, also where the database was never used; of one to be upgraded, nothing is known.

    Raises:
        WarehouseError: the database cannot be used.
    """
    engine = engine_of(configuration)
    if is_current(engine):
        with reading(engine) as connection:
            return find_losses(configuration, connection, whole=whole)
    try:
        loss = lost_database(configuration, None, name_of(engine)) if version(engine) is None else None
    except ArchiveAwayError as error:
        loss = away(error)
    return [] if loss is None else [loss]


def set_archive_aside(configuration: Configuration, by: str, reason: str) -> str:
    """Rename the archive of a lost database, so that a new one begins; return its new place.

    Raises:
        InputError: archive and database belong together.
        LockedError: a run is under way.
        ArchiveError: it cannot be renamed.
    """
    with open_locked(configuration) as engine, reading(engine) as connection:
        if lost_database(configuration, runs.first_run(connection), name_of(engine)) is None:
            raise InputError(
                f"Kho lưu {configuration.archive_name} còn trống hoặc của cơ sở dữ liệu đang dùng: "
                "không chuyển đi"
            )
        return set_aside(archive_of(configuration), by, reason)


def copy_archive_to(configuration: Configuration, place: str) -> tuple[str, ArchiveCopy]:
    """Copy the archive to a folder, or to a place in object storage; return the place's name and the result.

    Raises:
        InputError: it is no such place, the archive's own, or that of another database.
        LockedError: a run is under way.
        ArchiveError: one of the two cannot be read or written.
    """
    folder, url = Path(place).absolute(), None
    if "://" in place:
        try:
            url = check_storage_address(place)
        except ValueError as error:
            raise InputError(f"{place}: {error}") from error
    source, target = archive_of(configuration), Archive(open_store(folder, url))
    if source.name == target.name:
        raise InputError(f"{target.name}: chính là kho lưu đang dùng")
    with open_locked(configuration):
        return target.name, copy_archive(source, target)


def accept_loss(configuration: Configuration, by: str, reason: str) -> tuple[int, int]:
    """Give up what the database refers to and the archive lacks; return the numbers of bodies and snapshots.

    Raises:
        InputError: nothing is missing.
        LockedError: a run is under way.
        ArchiveError: it cannot be written.
    """
    archive = archive_of(configuration)
    with open_locked(configuration) as engine, reading(engine) as connection:
        missing = missing_bytes(archive, evidence_hashes(connection))
        nights = missing_recordings(archive, loaded_snapshots(connection))
        if not missing and not nights:
            raise InputError(f"Kho lưu {configuration.archive_name}: không thiếu gì")
        give_up(archive, missing, nights, by, reason)
    return len(missing), len(nights)
