"""The archive's note of the database that refers to its bytes, so that the loss of either is noticed.

ROOT/database.json         the database, by its first run
ROOT/lost.jsonl            hashes of bytes that are lost for good, with who said so, and why
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from extractors.archive.prune import log_pruning
from extractors.archive.raw_archive import Archive, write_atomically
from procedures.errors import ArchiveError
from procedures.wording.system_reasons import system_reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """A database, by its first run: a backup, a copy and an upgrade have the same; `purpose`: whose runs."""

    kind: str
    as_of: datetime
    started_at: datetime
    purpose: str | None = field(default=None, compare=False)


def read_owner(archive: Archive) -> Owner | None:
    """Return the database that the archive belongs to; None where it is not noted, or the note is damaged."""
    try:
        note = json.loads(_note(archive).read_text(encoding="utf-8"))
        return Owner(
            kind=note["kind"],
            as_of=datetime.fromisoformat(note["as_of"]),
            started_at=datetime.fromisoformat(note["started_at"]),
            purpose=note["purpose"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_owner(archive: Archive, owner: Owner) -> None:
    """Note which database the archive belongs to.

    Raises:
        ArchiveError: the folder cannot be written.
    """
    note = {
        "kind": owner.kind,
        "as_of": owner.as_of.isoformat(),
        "started_at": owner.started_at.isoformat(),
        "purpose": owner.purpose,
    }
    try:
        write_atomically(_note(archive), json.dumps(note, ensure_ascii=False, sort_keys=True).encode())
    except OSError as error:
        raise _unwritable(archive, error) from error


def recorded_snapshots(archive: Archive) -> frozenset[int]:
    """Return the snapshots whose requests the archive holds."""
    names = (path.name.partition(".")[0] for path in (archive.root / "requests").glob("*.jsonl"))
    return frozenset(int(name) for name in names if name.isdigit())


def missing_bytes(archive: Archive, hashes: Iterable[str]) -> frozenset[str]:
    """Return the hashes whose bytes the archive lacks, without those that were given up."""
    missing = {each for each in hashes if not _can_be_seen(archive.path_of(each))}
    return frozenset(missing - _given_up(archive)) if missing else frozenset()


def missing_recordings(archive: Archive, snapshots: frozenset[int]) -> frozenset[int]:
    """Return those of the snapshots whose requests the archive lacks, though they were never pruned."""
    missing = snapshots - recorded_snapshots(archive)
    return missing - archive.pruned_snapshots() if missing else missing


def give_up(archive: Archive, hashes: Iterable[str], snapshots: Iterable[int], by: str, reason: str) -> None:
    """Note that the bytes of these hashes, and the requests of these snapshots, are lost for good.

    Raises:
        ArchiveError: the folder cannot be written.
    """
    line = {"at": _now(), "by": by, "reason": reason, "hashes": sorted(hashes)}
    try:
        log_pruning(archive, snapshots)
        with _losses(archive).open("a", encoding="utf-8") as file:
            file.write("\n" + json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")
    except OSError as error:
        raise _unwritable(archive, error) from error


def forget_nights(archive: Archive) -> None:
    """Remove the note and the recordings of an archive whose database is emptied on purpose.

    Raises:
        ArchiveError: a file cannot be removed.
    """
    try:
        if (archive.root / "requests").exists():
            shutil.rmtree(archive.root / "requests")
        _note(archive).unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(archive, error) from error


def set_aside(archive: Archive, by: str, reason: str) -> Path:
    """Rename the whole archive, with a note inside who did it and why; return its new path.

    Raises:
        ArchiveError: the folder cannot be renamed.
    """
    moment = datetime.now(UTC)
    target = archive.root.with_name(f"{archive.root.name}-{moment:%Y%m%d-%H%M%S}")
    note = {"at": moment.isoformat(timespec="seconds"), "by": by, "reason": reason}
    try:
        write_atomically(
            archive.root / "set-aside.json", json.dumps(note, ensure_ascii=False, sort_keys=True).encode()
        )
        archive.root.rename(target)
    except OSError as error:
        raise ArchiveError(
            f"Không chuyển được kho lưu {archive.root} thành {target}: {system_reason(error)}"
        ) from error
    return target


def _can_be_seen(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False  # a folder that this account may not enter


def _given_up(archive: Archive) -> set[str]:
    try:
        lines = _losses(archive).read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    hashes: set[str] = set()
    for line in lines:
        try:
            hashes.update(json.loads(line)["hashes"])
        except (ValueError, KeyError, TypeError):
            continue  # cut by a kill; or empty
    return hashes


def _note(archive: Archive) -> Path:
    return archive.root / "database.json"


def _losses(archive: Archive) -> Path:
    return archive.root / "lost.jsonl"


def _unwritable(archive: Archive, error: OSError) -> ArchiveError:
    return ArchiveError(f"Không ghi được kho lưu {archive.root}: {system_reason(error)}")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
