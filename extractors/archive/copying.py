"""The copy of a whole archive to another place: from a folder to object storage, or back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from extractors.archive.ownership import NOTE, read_owner, recorded_snapshots
from extractors.archive.raw_archive import Archive, digest_of
from extractors.archive.store import UNFINISHED
from procedures.errors import ArchiveAwayError, ArchiveError, InputError

_AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveCopy:
    """What was copied, how many bodies the target had already, and the hashes of those that are damaged."""

    objects: int
    bytes: int
    already_there: int
    damaged: tuple[str, ...]


def copy_archive(source: Archive, target: Archive) -> ArchiveCopy:
    """Copy what `target` lacks; the note of the database goes first, so that no other takes a broken copy.

    Every body is unpacked and compared with its hash first; damaged ones are left out.

    Raises:
        InputError: the target is the archive of another database.
        ArchiveError: one of the two cannot be read or written.
    """
    owner = read_owner(target)
    if owner != read_owner(source) and (owner is not None or recorded_snapshots(target)):
        raise InputError(f"{target.name}: đã có kho lưu của cơ sở dữ liệu khác; hãy chọn nơi khác")
    try:
        sizes = {key: size for key, size in source.store.sizes().items() if UNFINISHED not in key}
        there = target.store.sizes()
        known = {key for key in sizes if digest_of(key) and there.get(key) == sizes[key]}
        due = [key for key in sizes if key not in known and key != NOTE]
        if NOTE in sizes:
            target.store.write(NOTE, source.store.read(NOTE))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            damaged = set(filter(None, pool.map(lambda key: _copy(source, target, key), due)))
    except OSError as error:
        raise target.unwritable(error) from error
    whole = {key for key in sizes if key not in known and digest_of(key) not in damaged}
    return ArchiveCopy(
        objects=len(whole),
        bytes=sum(sizes[key] for key in whole),
        already_there=len(known),
        damaged=tuple(sorted(damaged)),
    )


def _copy(source: Archive, target: Archive, key: str) -> str | None:
    """Copy an object; return the hash of a body that is damaged."""
    digest = digest_of(key)
    if digest is not None:
        try:
            source.get(digest)
        except ArchiveAwayError:
            raise
        except ArchiveError:
            return digest
    target.store.write(key, source.store.read(key))
    return None
