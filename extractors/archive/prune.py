"""Pruning: old nights are taken out of the raw archive, and each night's share of it is measured.

The order makes sure that after a kill at any moment everything that is still referenced is there: first the
pruned snapshots are listed (`requests/pruned.jsonl`), then their lists of requests and of imported files are
removed, and last the bytes that no list, document or evidence refers to. The next run completes what a kill
left undone.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from extractors.archive.raw_archive import FILE, FILES, PRUNED, REQUESTS, SETTLED, Archive, key_of
from extractors.archive.store import UNFINISHED, part_keys, read_log
from procedures.errors import ArchiveError
from procedures.wording.system_reasons import system_reason

BATCH = 7
"""Nights that a run waits for before it prunes by itself: the lists of all others are read each time."""

_HASH = re.compile(rb"[0-9a-f]{64}")
_BODY = re.compile(rf"[0-9a-f]{{2}}/({re.escape(UNFINISHED)}.*|.*\.gz)")
"""Key of a body, or of an unfinished one that a kill left."""


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
        sizes = archive.store.sizes()
        lists = [key for key in _lists(sizes) if not _belongs_to(key, snapshots, services)]
        removed = [key for key in _lists(sizes) if _belongs_to(key, snapshots, services)]
        imported = _remaining_imports(archive, snapshots)
        referenced = set(evidence).union(
            *(_hashes_in(archive, key) for key in lists), (str(line.get("hash")) for line in imported)
        )
        bodies = [key for key in sizes if _BODY.fullmatch(key) and _digest(key) not in referenced]
        freed = sum(sizes[key] for key in (*removed, *bodies))
        left = sum(sizes.values()) - freed
        pruned = {int(_owner(key)) for key in removed if _owner(key).isdigit()}
        if not dry_run:
            archive.log_pruned(pruned)
            _write_imports(archive, imported)
            for key in (*removed, *bodies):
                archive.store.delete(key)
    except OSError as error:
        raise ArchiveError(f"Không dọn được kho lưu {archive.name}: {system_reason(error)}") from error
    return PruneResult(snapshots=tuple(sorted(pruned)), bodies=len(bodies), bytes=freed, remaining_bytes=left)


def snapshot_sizes(archive: Archive) -> list[SnapshotSize]:
    """Return each snapshot's share, by id; bytes that several snapshots had count for the first.

    Raises:
        ArchiveError: a list cannot be read.
    """
    sizes = archive.store.sizes()
    lists: dict[int, list[str]] = {}
    for key in _lists(sizes):
        if _owner(key).isdigit():
            lists.setdefault(int(_owner(key)), []).append(key)
    counted: set[str] = set()
    result = []
    for snapshot_id in sorted(lists):
        digests = {
            digest for key in lists[snapshot_id] for digest in _hashes_in(archive, key, compared=False)
        } - counted
        counted |= digests
        bodies = [key for digest in digests if (key := key_of(digest)) in sizes]
        exchanges = (each for recording in archive.recordings(snapshot_id)[:1] for each in recording)
        answers = sum(1 for each in exchanges if each.hash and each.method not in (SETTLED, FILE))
        stored = sum(sizes[key] for key in (*lists[snapshot_id], *bodies))
        result.append(
            SnapshotSize(snapshot_id=snapshot_id, answers=answers, bodies=len(bodies), bytes=stored)
        )
    return result


def total_size(archive: Archive) -> int:
    """Return the bytes of the whole archive, as it is stored."""
    return sum(archive.store.sizes().values())


def _lists(keys: Iterable[str]) -> list[str]:
    """Return the lists of requests, and the documents stored beside them."""
    return [key for key in keys if key.startswith(REQUESTS) and not key.startswith(PRUNED)]


def _belongs_to(key: str, snapshots: frozenset[int], services: frozenset[str]) -> bool:
    owner = _owner(key)
    is_pruned = owner.isdigit() and int(owner) in snapshots
    return is_pruned or owner in services or key.startswith(REQUESTS + UNFINISHED)


def _owner(key: str) -> str:
    return key.rpartition("/")[2].partition(".")[0]


def _hashes_in(archive: Archive, key: str, *, compared: bool = True) -> set[str]:
    """Return the hashes in a list or a document; not those that a snapshot was `compared` with."""
    if not compared and key.endswith(".compared.json.gz"):
        return set()
    data = archive.store.read(key)
    try:
        text = gzip.decompress(data) if key.endswith(".gz") else data
    except (OSError, EOFError, zlib.error) as error:
        name = key.removeprefix(REQUESTS)
        raise ArchiveError(f"Kho lưu: {name} bị hỏng ({error}); chưa dọn gì") from error
    return {each.decode() for each in _HASH.findall(text)}


def _remaining_imports(archive: Archive, pruned: frozenset[int]) -> list[dict[str, Any]]:
    """Return the lines about imported files, except those of the snapshots in `pruned`."""
    try:
        text = read_log(archive.store, FILES)
    except FileNotFoundError:
        return []
    lines = []
    for each in text.splitlines():
        try:
            line = json.loads(each)
        except ValueError:
            continue  # the last one, cut by a kill
        if line.get("snapshot_id") not in pruned:
            lines.append(line)
    return lines


def _write_imports(archive: Archive, lines: Iterable[dict[str, Any]]) -> None:
    """Write the lines about imported files anew; after a kill some stand there twice, none is missing."""
    parts = part_keys(archive.store, FILES)
    if not parts and not archive.store.exists(FILES):
        return
    text = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines)
    archive.store.write(FILES, text.encode())
    for part in parts:
        archive.store.delete(part)


def _digest(key: str) -> str:
    return key.replace("/", "").removesuffix(".gz")
