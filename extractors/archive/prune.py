"""Takes old nights out of the raw archive, and measures what each night put into it.

In this order, so that after a kill at any moment whatever is named is still there: first it is written down
which snapshots go (`requests/pruned.jsonl`), then their lists of requests and of imported files go, and last
the bytes that no list, no kept document and no evidence names any more. What a kill left undone, the next
time does.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from extractors.archive.store import FILE, SETTLED, Archive, write_whole
from procedures.errors import ArchiveError

_HASH = re.compile(rb"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What was taken out, or would be: snapshots, bodies, bytes on the disk; and about how many stay."""

    snapshots: tuple[int, ...]
    bodies: int
    bytes: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What one snapshot put into the archive: answers, bodies that it was the first to have, bytes."""

    snapshot_id: int
    answers: int
    bodies: int
    bytes: int


def prune(
    archive: Archive,
    snapshots: frozenset[int],
    services: frozenset[str],
    evidence: frozenset[str],
    *,
    dry_run: bool = False,
) -> Pruned:
    """Take out what belongs to `snapshots` alone, and the records of the names `services`.

    The bytes of the hashes in `evidence` stay. Call it under the run lock only: what a reading has just put
    is named by no list yet.

    Raises:
        ArchiveError: a list cannot be read, or a file cannot be written or removed.
    """
    try:
        lists = [path for path in _files(archive) if not _belongs(path, snapshots, services)]
        going = [path for path in _files(archive) if _belongs(path, snapshots, services)]
        imported = _imported(archive, snapshots)
        named = set(evidence).union(*map(_named, lists), (str(line.get("hash")) for line in imported))
        bodies = [path for path in _bodies(archive) if _digest(path) not in named]
        freed = sum(path.stat().st_size for path in (*going, *bodies))
        left = _size(archive.root.rglob("*")) - freed
        gone = {int(_owner(path)) for path in going if _owner(path).isdigit()}
        if not dry_run:
            _write_down(archive, gone)
            if (archive.root / "files.jsonl").exists():
                text = "".join(
                    json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in imported
                )
                write_whole(archive.root / "files.jsonl", text.encode())
            for path in (*going, *bodies):
                path.unlink()
    except OSError as error:
        raise ArchiveError(f"Không dọn được kho lưu {archive.root}: {error.strerror or error}") from error
    return Pruned(snapshots=tuple(sorted(gone)), bodies=len(bodies), bytes=freed, left=left)


def sizes(archive: Archive) -> list[Size]:
    """What each snapshot put in, in the order of their ids; bytes that several had count for the first.

    Raises:
        ArchiveError: a list cannot be read.
    """
    found: dict[int, list[Path]] = {}
    for path in _files(archive):
        if _owner(path).isdigit():
            found.setdefault(int(_owner(path)), []).append(path)
    had: set[str] = set()
    measured = []
    for snapshot_id in sorted(found):
        named = {digest for path in found[snapshot_id] for digest in _named(path, compared=False)} - had
        had |= named
        bodies = [path for digest in named if (path := archive.path_of(digest)).exists()]
        asked = (each for recording in archive.recordings(snapshot_id)[:1] for each in recording)
        answers = sum(1 for each in asked if each.hash and each.method not in (SETTLED, FILE))
        taken = _size((*found[snapshot_id], *bodies))
        measured.append(Size(snapshot_id=snapshot_id, answers=answers, bodies=len(bodies), bytes=taken))
    return measured


def total(archive: Archive) -> int:
    """Bytes of the whole archive on the disk."""
    return _size(archive.root.rglob("*"))


def _files(archive: Archive) -> Iterator[Path]:
    """Lists of requests, and documents kept beside them."""
    for path in sorted((archive.root / "requests").glob("*")):
        if path != archive.pruned_list:
            yield path


def _belongs(path: Path, snapshots: frozenset[int], services: frozenset[str]) -> bool:
    owner = _owner(path)
    return owner in services or (owner.isdigit() and int(owner) in snapshots) or path.name.startswith(".new-")


def _owner(path: Path) -> str:
    return path.name.partition(".")[0]


def _named(path: Path, *, compared: bool = True) -> set[str]:
    """The hashes that a list or a document names; not those of what a snapshot was `compared` with."""
    if not compared and path.name.endswith(".compared.json.gz"):
        return set()
    data = path.read_bytes()
    try:
        text = gzip.decompress(data) if path.suffix == ".gz" else data
    except (OSError, EOFError, zlib.error) as error:
        raise ArchiveError(f"Kho lưu: {path.name} bị hỏng ({error}); chưa dọn gì") from error
    return {each.decode() for each in _HASH.findall(text)}


def _imported(archive: Archive, without: frozenset[int]) -> list[dict[str, Any]]:
    """The lines about files that were imported, but for those of the snapshots `without`."""
    path = archive.root / "files.jsonl"
    if not path.exists():
        return []
    lines = []
    for text in path.read_text(encoding="utf-8").splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue  # the last one, cut by a kill
        if line.get("snapshot_id") not in without:
            lines.append(line)
    return lines


def _bodies(archive: Archive) -> Iterator[Path]:
    """Every body, and what a kill left of one."""
    yield from archive.root.glob("[0-9a-f][0-9a-f]/*.gz")
    yield from archive.root.glob("[0-9a-f][0-9a-f]/.new-*")


def _digest(path: Path) -> str:
    return path.parent.name + path.stem


def _size(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in paths if path.is_file())


def _write_down(archive: Archive, snapshots: Iterable[int]) -> None:
    """That the snapshots go, on the disk before the first file does."""
    line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "snapshots": sorted(snapshots)}
    if not line["snapshots"]:
        return
    with archive.pruned_list.open("a", encoding="utf-8") as file:
        file.write("\n" + json.dumps(line) + "\n")  # a kill may have cut the last one
        file.flush()
        os.fsync(file.fileno())
