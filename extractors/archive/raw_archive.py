"""The raw archive: every response's bytes under their hash, and the record of a night's requests.

    ROOT/ab/cdef….gz           the bytes, gzip-compressed, named by the SHA-256 of what they unpack to
    ROOT/requests/SNAPSHOT.jsonl  one line a request, in the order in which the answers came
    ROOT/requests/SNAPSHOT.….json.gz  the reader's plan, and what the snapshot was compared with
    ROOT/requests/pruned.jsonl  which snapshots' bytes were removed, and when (`extractors.archive.prune`)
    ROOT/files.jsonl           where bytes came from that did not answer a request (an imported file)
    ROOT/database.json         the database that refers to all this (`extractors.archive.ownership`)

Bytes are written before anyone parses them, so that any night can be rebuilt and parsers can be run
again on old bytes. Cookies and credentials are never stored: of a response only the headers in
`ARCHIVED_HEADERS`, of a request its method, address and body.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import tempfile
import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

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
        values = {each.name: value for each in fields(self) if (value := getattr(self, each.name))}
        return json.dumps(values, ensure_ascii=False, sort_keys=True)


class Archive:
    """A store of content-addressed bytes below one folder. Safe to share between threads and processes."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, body: bytes, meta: Mapping[str, Any] | None = None) -> str:
        """Store `body`, once, and return its SHA-256 in hex. `meta` says where a file came from.

        Raises:
            ArchiveError: the folder cannot be written.
        """
        digest = hashlib.sha256(body).hexdigest()
        try:
            path = self.path_of(digest)
            if not path.exists():
                write_atomically(path, gzip.compress(body, compresslevel=6, mtime=0))
            if meta is not None:
                line = {"hash": digest, "at": _now(), **meta}
                with (self.root / "files.jsonl").open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line, ensure_ascii=False, sort_keys=True, default=str) + "\n")
        except OSError as error:
            raise ArchiveError(f"Không ghi được kho lưu {self.root}: {system_reason(error)}") from error
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes of that hash.

        Raises:
            ArchiveError: they are missing, or are no longer those that were stored.
        """
        if not _HASH.fullmatch(digest):
            raise ArchiveError(f"Kho lưu {self.root}: {digest!r} không phải mã băm SHA-256")
        try:
            body = gzip.decompress(self.path_of(digest).read_bytes())
        except FileNotFoundError as error:
            raise ArchiveError(f"Kho lưu {self.root}: thiếu dữ liệu {digest}") from error
        except (OSError, EOFError, zlib.error) as error:
            raise ArchiveError(f"Kho lưu {self.root}: dữ liệu {digest} bị hỏng ({error})") from error
        if hashlib.sha256(body).hexdigest() != digest:
            raise ArchiveError(f"Kho lưu {self.root}: dữ liệu {digest} không khớp mã băm")
        return body

    def recorder(self, snapshot_id: int | str) -> Recorder:
        """Start the recording of one snapshot's requests; that of an earlier, broken attempt is set aside."""
        path = self._recording_path(snapshot_id)
        if path.exists():
            attempts = len(list(path.parent.glob(f"{path.stem}.broken-*.jsonl")))
            path.rename(path.with_name(f"{path.stem}.broken-{attempts + 1}.jsonl"))
        return Recorder(self, path)

    def recording(self, snapshot_id: int | str) -> Recording:
        """Return the recording of one snapshot's requests.

        Raises:
            ArchiveError: there is none.
        """
        return Recording(self, self._recording_path(snapshot_id))

    def recordings(self, snapshot_id: int | str) -> list[Recording]:
        """Return every recording of that snapshot, the last attempt's first; empty where there is none."""
        path = self._recording_path(snapshot_id)
        broken = path.parent.glob(f"{path.stem}.broken-*.jsonl")
        attempts = sorted(broken, key=lambda each: int(each.stem.rpartition("-")[2]), reverse=True)
        return [Recording(self, each) for each in (path, *attempts) if each.exists()]

    def store_document(self, snapshot_id: int | str, kind: str, document: bytes) -> None:
        """Store a document beside the snapshot's requests, in place of an earlier one of that kind.

        Raises:
            ArchiveError: the folder cannot be written.
        """
        path = self._recording_path(snapshot_id).with_suffix(f".{kind}.json.gz")
        try:
            write_atomically(path, gzip.compress(document, mtime=0))
        except OSError as error:
            raise ArchiveError(f"Không ghi được kho lưu {self.root}: {system_reason(error)}") from error

    def document(self, snapshot_id: int | str, kind: str) -> bytes:
        """Return a stored document.

        Raises:
            ArchiveError: there is none, or it is damaged.
        """
        path = self._recording_path(snapshot_id).with_suffix(f".{kind}.json.gz")
        try:
            return gzip.decompress(path.read_bytes())
        except FileNotFoundError as error:
            raise ArchiveError(f"Kho lưu {self.root}: không có {path.name}") from error
        except (OSError, EOFError, zlib.error) as error:
            raise ArchiveError(f"Kho lưu {self.root}: {path.name} bị hỏng ({error})") from error

    @property
    def pruned_list(self) -> Path:
        """The list of the snapshots that were pruned."""
        return self.root / "requests" / "pruned.jsonl"

    def pruned_at(self, snapshot_id: int) -> datetime | None:
        """Return when that snapshot was pruned; `None` where it was not."""
        return next((at for at, snapshots in self._prunings() if snapshot_id in snapshots), None)

    def pruned_snapshots(self) -> frozenset[int]:
        """Return every snapshot that was pruned."""
        return frozenset(each for _, snapshots in self._prunings() for each in snapshots)

    def _prunings(self) -> Iterator[tuple[datetime, Sequence[int]]]:
        if not self.pruned_list.exists():
            return
        for line in self.pruned_list.read_text(encoding="utf-8").splitlines():
            try:
                pruning = json.loads(line)
            except ValueError:
                continue  # cut by a kill, before anything went; or empty
            yield datetime.fromisoformat(pruning["at"]), pruning["snapshots"]

    def path_of(self, digest: str) -> Path:
        """Return the path of the bytes of that hash, whether they exist or not."""
        return self.root / digest[:2] / f"{digest[2:]}.gz"

    def _recording_path(self, snapshot_id: int | str) -> Path:
        if not _NAME.fullmatch(str(snapshot_id)):
            raise ArchiveError(f"Kho lưu {self.root}: {snapshot_id!r} không phải tên bản ghi")
        return self.root / "requests" / f"{snapshot_id}.jsonl"


class Recorder:
    """A writer of one snapshot's exchanges, one a line; threads may share it."""

    def __init__(self, archive: Archive, path: Path) -> None:
        self._archive = archive
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a", encoding="utf-8")
        except OSError as error:
            raise ArchiveError(f"Không ghi được kho lưu {archive.root}: {system_reason(error)}") from error

    def record_answer(
        self, method: str, url: str, body: str | None, status: int, headers: Mapping[str, str], answer: bytes
    ) -> str:
        """Store an answer, bytes first, and return their hash."""
        digest = self._archive.put(answer)
        archived = {name: headers[name] for name in ARCHIVED_HEADERS if name in headers}
        request = Exchange(method=method, url=without_credentials(url), body=body, at=_now())
        self._append(replace(request, status=status, headers=archived, hash=digest))
        return digest

    def record_unchanged(self, earlier: Exchange) -> None:
        """Record that the portal would still send the bytes of an earlier answer."""
        self._append(replace(earlier, status=UNCHANGED, at=_now(), taken_over=False))

    def record_file(self, name: str, body: bytes) -> str:
        """Store a file that was read in place of an answer, and return its hash."""
        digest = self._archive.put(body)
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
        """End the recording."""
        with self._lock:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _append(self, exchange: Exchange) -> None:
        line = exchange.line
        try:
            with self._lock:
                self._file.write(line + "\n")
                self._file.flush()
        except OSError as error:
            raise ArchiveError(
                f"Không ghi được kho lưu {self._archive.root}: {system_reason(error)}"
            ) from error


class Recording:
    """The recorded exchanges of one snapshot. A last line cut by a kill is left out."""

    def __init__(self, archive: Archive, path: Path) -> None:
        self.archive = archive
        self.path = path
        if not path.exists():
            raise ArchiveError(f"Kho lưu {archive.root}: không có bản ghi {path.stem}")

    def __iter__(self) -> Iterator[Exchange]:
        with self.path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if not line.endswith("\n"):
                    return
                try:
                    yield Exchange(**json.loads(line))
                except (ValueError, TypeError) as error:
                    raise ArchiveError(f"{self.path}: dòng {number} bị hỏng") from error


def without_credentials(url: str) -> str:
    """Return an address without `user:password@`."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def write_atomically(path: Path, data: bytes) -> None:
    """Write all or nothing: a kill leaves a temporary file, never half a record."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
