"""The archive's note of the database that refers to its bytes, so that the loss of either is noticed.

ROOT/database.json         the database, by its first run
ROOT/lost.jsonl            hashes of bytes that are lost for good, with who said so, and why
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from extractors.archive.raw_archive import REQUESTS, Archive, key_of
from extractors.archive.store import PART, read_log
from procedures.errors import ArchiveError
from procedures.wording.system_reasons import system_reason

NOTE = "database.json"
LOSSES = "lost.jsonl"


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
        note = json.loads(archive.store.read(NOTE))
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
        ArchiveError: the place cannot be written.
    """
    note = {
        "kind": owner.kind,
        "as_of": owner.as_of.isoformat(),
        "started_at": owner.started_at.isoformat(),
        "purpose": owner.purpose,
    }
    try:
        archive.store.write(NOTE, json.dumps(note, ensure_ascii=False, sort_keys=True).encode())
    except OSError as error:
        raise archive.unwritable(error) from error


def recorded_snapshots(archive: Archive) -> frozenset[int]:
    """Return the snapshots whose requests the archive holds."""
    names = (key.removeprefix(REQUESTS) for key in archive.store.keys(REQUESTS))
    owners = (name.partition(".")[0] for name in names if name.partition(PART)[0].endswith(".jsonl"))
    return frozenset(int(owner) for owner in owners if owner.isdigit())


def missing_bytes(archive: Archive, hashes: Iterable[str]) -> frozenset[str]:
    """Return the hashes whose bytes the archive lacks, without those that were given up."""
    keys = {key_of(each): each for each in hashes}
    missing = {keys[key] for key in keys.keys() - archive.store.present(keys)}
    return frozenset(missing - _given_up(archive)) if missing else frozenset()


def missing_recordings(archive: Archive, snapshots: frozenset[int]) -> frozenset[int]:
    """Return those of the snapshots whose requests the archive lacks, though they were never pruned."""
    missing = snapshots - recorded_snapshots(archive)
    return missing - archive.pruned_snapshots() if missing else missing


def give_up(archive: Archive, hashes: Iterable[str], snapshots: Iterable[int], by: str, reason: str) -> None:
    """Note that the bytes of these hashes, and the requests of these snapshots, are lost for good.

    Raises:
        ArchiveError: the place cannot be written.
    """
    line = {"at": _now(), "by": by, "reason": reason, "hashes": sorted(hashes)}
    try:
        archive.log_pruned(snapshots)
        archive.store.append(LOSSES, "\n" + json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")
    except OSError as error:
        raise archive.unwritable(error) from error


def forget_nights(archive: Archive) -> None:
    """Remove the note and the recordings of an archive whose database is emptied on purpose.

    Raises:
        ArchiveError: something cannot be removed.
    """
    try:
        for key in archive.store.keys(REQUESTS):
            archive.store.delete(key)
        archive.store.delete(NOTE)
    except OSError as error:
        raise archive.unwritable(error) from error


def set_aside(archive: Archive, by: str, reason: str) -> str:
    """Rename the whole archive, with a note inside who did it and why; return its new place.

    Raises:
        ArchiveError: it cannot be renamed.
    """
    moment = datetime.now(UTC)
    note = {"at": moment.isoformat(timespec="seconds"), "by": by, "reason": reason}
    try:
        archive.store.write("set-aside.json", json.dumps(note, ensure_ascii=False, sort_keys=True).encode())
        return archive.store.move_away(f"{moment:%Y%m%d-%H%M%S}")
    except OSError as error:
        raise ArchiveError(
            f"Không chuyển được kho lưu {archive.name} sang bên: {system_reason(error)}"
        ) from error


def _given_up(archive: Archive) -> set[str]:
    try:
        lines = read_log(archive.store, LOSSES).splitlines()
    except OSError:
        return set()
    hashes: set[str] = set()
    for line in lines:
        try:
            hashes.update(json.loads(line)["hashes"])
        except (ValueError, KeyError, TypeError):
            continue  # cut by a kill; or empty
    return hashes


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
