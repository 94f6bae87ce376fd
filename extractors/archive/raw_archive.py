"""The raw archive: every response's bytes under their hash, and the record of a night's requests.

    ROOT/ab/cdef….gz           the bytes, gzip-compressed, named by the SHA-256 of what they unpack to
    ROOT/requests/SNAPSHOT.jsonl  one line a request, in the order in which the answers came
    ROOT/requests/SNAPSHOT.….json.gz  the reader's plan, what its answers became, and what the snapshot was
                               compared with
    ROOT/requests/pruned.jsonl  which snapshots' bytes were removed, and when (`extractors.archive.prune`)
    ROOT/files.jsonl           where bytes came from that did not answer a request (an imported file)
    ROOT/database.json         the database that refers to all this (`extractors.archive.ownership`)

ROOT is a folder, or a place in object storage (`extractors.archive.object_store`), where a log may have
further parts, `….jsonl~NUMBER`.

Bytes are written before anyone parses them, so that any night can be rebuilt and parsers can be run
again on old bytes. Cookies and credentials are never stored: of a response only the headers in
`ARCHIVED_HEADERS`, of a request its method, address and body.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

from extractors.archive.store import PART, FolderStore, Store, join_parts, part_keys, read_log
from procedures.errors import ArchiveError
from procedures.wording.system_reasons import system_reason

FILE = "FILE"
"""Method of the exchanges that are files handed over; the `url` is the file's name."""

SETTLED = "SETTLED"
"""Method of the lines that say that the answer with that hash became a record; the `url` is the digest of
the row of the listing that led to it."""

ARCHIVED_HEADERS = ("content-type", "retry-after", "location", "date", "etag", "last-modified")
UNCHANGED = 304
"""Status of the answers whose bytes are those of an earlier answer."""

_HASH = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its result: a status with bytes, or the name of a connection fault.

    `taken_over`: it was not sent again, an interrupted reading got the answer, at `at`.
    """

    method: str
    url: str
    body: str | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    hash: str | None = None
    fault: str | None = None
    at: str = ""
    taken_over: bool = False

    @property
    def question(self) -> tuple[str, str, str]:
        """The request without its time."""
        return self.method, self.url, self.body or ""

    @property
    def line(self) -> str:
        """The exchange as a line of a recording."""
        return _encoded({name: value for name in _EXCHANGE_FIELDS if (value := getattr(self, name))})


_EXCHANGE_FIELDS = tuple(each.name for each in fields(Exchange))
_encoded = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode

REQUESTS = "requests/"
"""Where the lists of requests lie, and the documents beside them."""

FILES = "files.jsonl"
PRUNED = "requests/pruned.jsonl"
"""The list of the snapshots that were pruned."""


class Archive:
    """A store of content-addressed bytes. Safe to share between threads and processes."""

    def __init__(self, place: Store | Path) -> None:
        self.store = FolderStore(place) if isinstance(place, Path) else place

    @property
    def name(self) -> str:
        """The archive's place as people know it."""
        return self.store.name

    def put(self, body: bytes, meta: Mapping[str, Any] | None = None) -> str:
        """Store `body`, once, and return its SHA-256 in hex. `meta` says where a file came from.

        Raises:
            ArchiveError: the place cannot be written.
        """
        digest = hashlib.sha256(body).hexdigest()
        try:
            key = key_of(digest)
            if not self.store.exists(key):
                self.store.write(key, gzip.compress(body, compresslevel=6, mtime=0))
            if meta is not None:
                line = {"hash": digest, "at": _now(), **meta}
                text = json.dumps(line, ensure_ascii=False, sort_keys=True, default=str)
                self.store.append(FILES, text + "\n")
        except OSError as error:
            raise self.unwritable(error) from error
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes of that hash.

        Raises:
            ArchiveError: they are missing, or are no longer those that were stored.
        """
        if not _HASH.fullmatch(digest):
            raise ArchiveError(f"Kho lưu {self.name}: {digest!r} không phải mã băm SHA-256")
        try:
            body = gzip.decompress(self.store.read(key_of(digest)))
        except FileNotFoundError as error:
            raise ArchiveError(f"Kho lưu {self.name}: thiếu dữ liệu {digest}") from error
        except (OSError, EOFError, zlib.error) as error:
            raise ArchiveError(f"Kho lưu {self.name}: dữ liệu {digest} bị hỏng ({error})") from error
        if hashlib.sha256(body).hexdigest() != digest:
            raise ArchiveError(f"Kho lưu {self.name}: dữ liệu {digest} không khớp mã băm")
        return body

    def recorder(self, snapshot_id: int | str) -> Recorder:
        """Start the recording of one snapshot's requests; that of an earlier, broken attempt is set aside."""
        key = self._recording_key(snapshot_id)
        try:
            keys = self.store.keys(key.removesuffix("jsonl"))
            broken = len(_attempts(keys, snapshot_id)) + 1
            target = f"{REQUESTS}{snapshot_id}.broken-{broken}.jsonl"
            if key in keys:
                self.store.rename(key, target)
            elif any(each.startswith(key + PART) for each in keys):
                join_parts(self.store, key, target)
        except OSError as error:
            raise self.unwritable(error) from error
        return Recorder(self, key)

    def recording(self, snapshot_id: int | str) -> Recording:
        """Return the recording of one snapshot's requests.

        Raises:
            ArchiveError: there is none.
        """
        key = self._recording_key(snapshot_id)
        if not self.store.exists(key) and not part_keys(self.store, key):
            raise ArchiveError(f"Kho lưu {self.name}: không có bản ghi {snapshot_id}")
        return Recording(self, key)

    def recordings(self, snapshot_id: int | str) -> list[Recording]:
        """Return every recording of that snapshot, the last attempt's first; empty where there is none."""
        key = self._recording_key(snapshot_id)
        keys = self.store.keys(key.removesuffix("jsonl"))
        last = [key] if any(each == key or each.startswith(key + PART) for each in keys) else []
        return [Recording(self, each) for each in (*last, *_attempts(keys, snapshot_id))]

    def store_document(self, snapshot_id: int | str, kind: str, document: bytes) -> None:
        """Store a document beside the snapshot's requests, in place of an earlier one of that kind.

        Raises:
            ArchiveError: the place cannot be written.
        """
        try:
            self.store.write(self._document_key(snapshot_id, kind), gzip.compress(document, mtime=0))
        except OSError as error:
            raise self.unwritable(error) from error

    def document(self, snapshot_id: int | str, kind: str) -> bytes:
        """Return a stored document.

        Raises:
            ArchiveError: there is none, or it is damaged.
        """
        key = self._document_key(snapshot_id, kind)
        name = key.removeprefix(REQUESTS)
        try:
            return gzip.decompress(self.store.read(key))
        except FileNotFoundError as error:
            raise ArchiveError(f"Kho lưu {self.name}: không có {name}") from error
        except (OSError, EOFError, zlib.error) as error:
            raise ArchiveError(f"Kho lưu {self.name}: {name} bị hỏng ({error})") from error

    def pruned_at(self, snapshot_id: int) -> datetime | None:
        """Return when that snapshot was pruned; `None` where it was not."""
        return next((at for at, snapshots in self._prunings() if snapshot_id in snapshots), None)

    def pruned_snapshots(self) -> frozenset[int]:
        """Return every snapshot that was pruned."""
        return frozenset(each for _, snapshots in self._prunings() for each in snapshots)

    def log_pruned(self, snapshots: Iterable[int]) -> None:
        """Write to the disk that the bytes of the snapshots are gone, or about to be removed."""
        line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "snapshots": sorted(snapshots)}
        if line["snapshots"]:
            self.store.append(PRUNED, "\n" + json.dumps(line) + "\n")  # a kill may have cut the last one

    def unwritable(self, error: OSError) -> ArchiveError:
        """Return the error of a place that cannot be written, in words."""
        return ArchiveError(f"Không ghi được kho lưu {self.name}: {system_reason(error)}")

    def _prunings(self) -> Iterator[tuple[datetime, Sequence[int]]]:
        try:
            lines = read_log(self.store, PRUNED).splitlines()
        except FileNotFoundError:
            return
        for line in lines:
            try:
                pruning = json.loads(line)
            except ValueError:
                continue  # cut by a kill, before anything went; or empty
            yield datetime.fromisoformat(pruning["at"]), pruning["snapshots"]

    def _recording_key(self, snapshot_id: int | str) -> str:
        if not _NAME.fullmatch(str(snapshot_id)):
            raise ArchiveError(f"Kho lưu {self.name}: {snapshot_id!r} không phải tên bản ghi")
        return f"{REQUESTS}{snapshot_id}.jsonl"

    def _document_key(self, snapshot_id: int | str, kind: str) -> str:
        return f"{self._recording_key(snapshot_id).removesuffix('jsonl')}{kind}.json.gz"


class Recorder:
    """A writer of one snapshot's exchanges, one a line; threads may share it."""

    def __init__(self, archive: Archive, key: str) -> None:
        self.archive = archive
        try:
            self._log = archive.store.log(key)
        except OSError as error:
            raise archive.unwritable(error) from error

    def record_answer(
        self, method: str, url: str, body: str | None, status: int, headers: Mapping[str, str], answer: bytes
    ) -> str:
        """Store an answer, bytes first, and return their hash."""
        digest = self.archive.put(answer)
        archived = {name: headers[name] for name in ARCHIVED_HEADERS if name in headers}
        self._append(
            Exchange(
                method=method,
                url=without_credentials(url),
                body=body,
                status=status,
                headers=archived,
                hash=digest,
                at=_now(),
            )
        )
        return digest

    def record_unchanged(self, earlier: Exchange) -> None:
        """Record that the portal would still send the bytes of an earlier answer."""
        self._append(replace(earlier, status=UNCHANGED, at=_now(), taken_over=False))

    def record_file(self, name: str, body: bytes) -> str:
        """Store a file that was read in place of an answer, and return its hash."""
        digest = self.archive.put(body)
        self._append(Exchange(method=FILE, url=name, status=200, hash=digest, at=_now()))
        return digest

    def record_failure(self, method: str, url: str, body: str | None, fault: str) -> None:
        """Record that no whole answer came, and why."""
        self._append(Exchange(method=method, url=without_credentials(url), body=body, fault=fault, at=_now()))

    def record_settled(self, row: str, digest: str) -> None:
        """Record that the answer became a record, for the listing's row whose digest is `row`."""
        self._append(Exchange(method=SETTLED, url=row, hash=digest))

    def record_taken_over(self, exchange: Exchange) -> None:
        """Record an answer that an interrupted reading had."""
        self._append(replace(exchange, taken_over=True))

    def close(self) -> None:
        """End the recording.

        Raises:
            ArchiveError: the place cannot be written.
        """
        try:
            self._log.close()
        except OSError as error:
            raise self.archive.unwritable(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _append(self, exchange: Exchange) -> None:
        line = exchange.line
        try:
            self._log.write(line)
        except OSError as error:
            raise self.archive.unwritable(error) from error


class Recording:
    """The recorded exchanges of one snapshot. A last line cut by a kill is left out."""

    def __init__(self, archive: Archive, key: str) -> None:
        self.archive = archive
        self._key = key

    @property
    def name(self) -> str:
        """The snapshot, and which attempt at it."""
        return self._key.removeprefix(REQUESTS).removesuffix(".jsonl")

    def __iter__(self) -> Iterator[Exchange]:
        for number, line in enumerate(self._read().split(b"\n")[:-1], 1):
            try:
                yield Exchange(**json.loads(line))
            except (ValueError, TypeError) as error:
                raise ArchiveError(f"{self.archive.name}/{self._key}: dòng {number} bị hỏng") from error

    def _read(self) -> bytes:
        """Return the lines; once they are one object, no part of it counts any more."""
        store = self.archive.store
        try:
            return store.read(self._key)
        except FileNotFoundError:
            return b"".join(map(store.read, part_keys(store, self._key)))


def key_of(digest: str) -> str:
    """Return the key of the bytes of that hash, whether they exist or not."""
    return f"{digest[:2]}/{digest[2:]}.gz"


def digest_of(key: str) -> str | None:
    """Return the hash of the bytes under a key; None where it is not the key of a body."""
    digest = key.replace("/", "", 1).removesuffix(".gz")
    return digest if _HASH.fullmatch(digest) and key_of(digest) == key else None


def _attempts(keys: Iterable[str], snapshot_id: int | str) -> list[str]:
    """Return those of the keys that are recordings of broken attempts, the last attempt's first."""
    broken = re.compile(rf"{REQUESTS}{re.escape(str(snapshot_id))}\.broken-(\d+)\.jsonl")
    numbers = {int(found[1]): key for key in keys if (found := broken.fullmatch(key))}
    return [numbers[number] for number in sorted(numbers, reverse=True)]


@lru_cache(maxsize=256)
def without_credentials(url: str) -> str:
    """Return an address without `user:password@`."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
