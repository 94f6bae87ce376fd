"""Pruning: old nights are taken out of the raw archive, and each night's share of it is measured.

The order makes sure that after a kill at any moment everything that is still referenced is there: first the
pruned snapshots are listed (`requests/pruned.jsonl`), then their lists of requests and of imported files are
removed, and last the bytes that no list, document or evidence refers to. The next run completes what a kill
left undone.
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

from extractors.archive.raw_archive import FILE, SETTLED, Archive, write_atomically
from procedures.errors import ArchiveError
from procedures.wording.system_reasons import system_reason

BATCH = 7
"""Nights that a run waits for before it prunes by itself: the lists of all others are read each time."""

_HASH = re.compile(rb"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneResult:
    """The result of pruning: snapshots, bodies and bytes removed, or to remove; `left`: of what remains."""

    snapshots: tuple[int, ...]
    bodies: int
    bytes: int
    remaining_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotSize:
    """One snapshot's share of the archive: answers, bodies that it was the first to have, bytes."""

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
) -> PruneResult:
    """Remove what belongs to `snapshots` alone, and the records of the names `services`.

    The bytes of the hashes in `evidence` stay. Call it under the run lock only: what a reading has just
    stored is in no list yet.

    Raises:
        ArchiveError: a list cannot be read, or a file cannot be written or removed.
    """
    try:
        lists = [path for path in _files(archive) if not _belongs_to(path, snapshots, services)]
        removed = [path for path in _files(archive) if _belongs_to(path, snapshots, services)]
        imported = _remaining_imports(archive, snapshots)
        referenced = set(evidence).union(
            *map(_hashes_in, lists), (str(line.get("hash")) for line in imported)
        )
        bodies = [path for path in _bodies(archive) if _digest(path) not in referenced]
        freed = sum(path.stat().st_size for path in (*removed, *bodies))
        left = _size(archive.root.rglob("*")) - freed
        pruned = {int(_owner(path)) for path in removed if _owner(path).isdigit()}
        if not dry_run:
            log_pruning(archive, pruned)
            if (archive.root / "files.jsonl").exists():
                text = "".join(
                    json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in imported
                )
                write_atomically(archive.root / "files.jsonl", text.encode())
            for path in (*removed, *bodies):
                path.unlink()
    except OSError as error:
        raise ArchiveError(f"Không dọn được kho lưu {archive.root}: {system_reason(error)}") from error
    return PruneResult(snapshots=tuple(sorted(pruned)), bodies=len(bodies), bytes=freed, remaining_bytes=left)


def snapshot_sizes(archive: Archive) -> list[SnapshotSize]:
    """Return each snapshot's share, by id; bytes that several snapshots had count for the first.

    Raises:
        ArchiveError: a list cannot be read.
    """
    lists: dict[int, list[Path]] = {}
    for path in _files(archive):
        if _owner(path).isdigit():
            lists.setdefault(int(_owner(path)), []).append(path)
    counted: set[str] = set()
    result = []
    for snapshot_id in sorted(lists):
        digests = {
            digest for path in lists[snapshot_id] for digest in _hashes_in(path, compared=False)
        } - counted
        counted |= digests
        bodies = [path for digest in digests if (path := archive.path_of(digest)).exists()]
        exchanges = (each for recording in archive.recordings(snapshot_id)[:1] for each in recording)
        answers = sum(1 for each in exchanges if each.hash and each.method not in (SETTLED, FILE))
        bytes_on_disk = _size((*lists[snapshot_id], *bodies))
        result.append(
            SnapshotSize(snapshot_id=snapshot_id, answers=answers, bodies=len(bodies), bytes=bytes_on_disk)
        )
    return result


def total_size(archive: Archive) -> int:
    """Return the bytes of the whole archive on the disk."""
    return _size(archive.root.rglob("*"))


def _files(archive: Archive) -> Iterator[Path]:
    """Yield the lists of requests, and the documents stored beside them."""
    for path in sorted((archive.root / "requests").glob("*")):
        if path != archive.pruned_list:
            yield path


def _belongs_to(path: Path, snapshots: frozenset[int], services: frozenset[str]) -> bool:
    owner = _owner(path)
    return owner in services or (owner.isdigit() and int(owner) in snapshots) or path.name.startswith(".new-")


def _owner(path: Path) -> str:
    return path.name.partition(".")[0]


def _hashes_in(path: Path, *, compared: bool = True) -> set[str]:
    """Return the hashes in a list or a document; not those that a snapshot was `compared` with."""
    if not compared and path.name.endswith(".compared.json.gz"):
        return set()
    data = path.read_bytes()
    try:
        text = gzip.decompress(data) if path.suffix == ".gz" else data
    except (OSError, EOFError, zlib.error) as error:
        raise ArchiveError(f"Kho lưu: {path.name} bị hỏng ({error}); chưa dọn gì") from error
    return {each.decode() for each in _HASH.findall(text)}


def _remaining_imports(archive: Archive, pruned: frozenset[int]) -> list[dict[str, Any]]:
    """Return the lines about imported files, except those of the snapshots in `pruned`."""
    path = archive.root / "files.jsonl"
    if not path.exists():
        return []
    lines = []
    for text in path.read_text(encoding="utf-8").splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue  # the last one, cut by a kill
        if line.get("snapshot_id") not in pruned:
            lines.append(line)
    return lines


def _bodies(archive: Archive) -> Iterator[Path]:
    """Yield every body, and the unfinished ones that a kill left."""
    yield from archive.root.glob("[0-9a-f][0-9a-f]/*.gz")
    yield from archive.root.glob("[0-9a-f][0-9a-f]/.new-*")


def _digest(path: Path) -> str:
    return path.parent.name + path.stem


def _size(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in paths if path.is_file())


def log_pruning(archive: Archive, snapshots: Iterable[int]) -> None:
    """Write to the disk that the bytes of the snapshots are gone, or about to be removed."""
    line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "snapshots": sorted(snapshots)}
    if not line["snapshots"]:
        return
    archive.pruned_list.parent.mkdir(parents=True, exist_ok=True)
    with archive.pruned_list.open("a", encoding="utf-8") as file:
        file.write("\n" + json.dumps(line) + "\n")  # a kill may have cut the last one
        file.flush()
        os.fsync(file.fileno())
