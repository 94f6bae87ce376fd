"""Object storage as the archive's place, by fsspec: `s3://bucket/prefix` and whatever else fsspec reaches.

Objects are whole or not there at all, and are never appended to: what is added to a log becomes an object of
its own, and a recording's lines are handed on in parts until it ends.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from extractors.archive.store import PART, FolderStore, LogWriter, Store, check_by_writing
from procedures.errors import ArchiveAwayError, SettingsError

PART_LINES = 64
"""Lines of a recording that a kill may lose at most; their answers are asked for again."""

PART_SECONDS = 5.0
"""Age at which the oldest line is handed on with the next one."""

LISTED_FROM = 1_000
"""Number of keys from which one listing of everything is cheaper than a question about each."""

SEEN_FOR = 600.0
"""Seconds for which an object that was seen counts as present, where a page only looks for losses."""

_AT_ONCE = 16

_OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "s3": {
        "config_kwargs": {"connect_timeout": 10, "read_timeout": 60, "retries": {"max_attempts": 2}},
    }
}
"""By scheme, how long a store may be silent."""

_REASONS: Final = {
    "NoCredentialsError": "chưa có khóa (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)",
    "PermissionError": "kho từ chối: sai khóa hoặc thiếu quyền",
    "FileNotFoundError": "không có kho (bucket) ấy",
    "ConnectTimeoutError": "không kết nối được",
    "ReadTimeoutError": "kho không trả lời",
    "EndpointConnectionError": "không kết nối được",
    "ConnectionError": "không kết nối được",
    "ConnectionClosedError": "kho ngắt kết nối giữa chừng",
    "TimeoutError": "kho không trả lời",
}
"""What went wrong, by the name of the exception or of one that it descends from."""


def open_store(folder: Path, url: str | None) -> Store:
    """Return the store at `url`, or the folder where there is none.

    Raises:
        SettingsError: the address is of no known kind, or its library is not installed.
    """
    return FolderStore(folder) if url is None else _object_store(url.rstrip("/"), os.getpid())


@lru_cache(maxsize=8)
def _object_store(url: str, _process: int) -> ObjectStore:
    return ObjectStore(url)


class ObjectStore:
    """The objects below one address. Safe to share between threads."""

    def __init__(self, url: str) -> None:
        self._url = url
        scheme = url.partition("://")[0]
        options = {"use_listings_cache": False, "skip_instance_cache": True, **_OPTIONS.get(scheme, {})}
        try:
            from fsspec.core import url_to_fs

            self._fs, self._root = url_to_fs(url, **options)
        except ImportError as error:
            remedy = "chạy: pip install 'rasoat[s3]'" if scheme == "s3" else _one_line(error)
            raise SettingsError(f"archive.url: {url} cần thư viện chưa được cài; {remedy}") from error
        except ValueError as error:
            raise SettingsError(f"archive.url: không dùng được {url} ({_one_line(error)})") from error
        self._finds_by_prefix = scheme == "s3"
        self._seen: dict[str, float] = {}

    @property
    def name(self) -> str:
        """The address."""
        return self._url

    def read(self, key: str) -> bytes:
        """Return an object's bytes."""
        with self._asking(missing_is_an_answer=True):
            data: bytes = self._fs.cat_file(self._path(key))
        return data

    def write(self, key: str, data: bytes) -> None:
        """Write an object; until it is whole, there is none or the earlier one."""
        with self._asking():
            self._fs.pipe_file(self._path(key), data)

    def exists(self, key: str) -> bool:
        """Whether there is such an object."""
        with self._asking():
            return bool(self._fs.exists(self._path(key)))

    def present(self, keys: Collection[str]) -> frozenset[str]:
        """Return those of the keys that exist, or did some minutes ago."""
        now = time.monotonic()
        unknown = [key for key in keys if now - self._seen.get(key, -SEEN_FOR) >= SEEN_FOR]
        if len(unknown) >= LISTED_FROM:
            found = set(self.sizes()).intersection(unknown)
        else:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                found = {key for key in pool.map(self._seen_there, unknown) if key is not None}
        self._seen.update(dict.fromkeys(found, now))
        return frozenset(keys).difference(frozenset(unknown) - found)

    def keys(self, prefix: str) -> list[str]:
        """Return the objects' keys."""
        return list(self.sizes(prefix))

    def sizes(self, prefix: str = "") -> dict[str, int]:
        """Return the objects' sizes by key."""
        folder, _, beginning = prefix.rpartition("/")
        top = self._path(folder).rstrip("/")
        narrowed = {"prefix": beginning} if beginning and self._finds_by_prefix else {}
        try:
            with self._asking(missing_is_an_answer=True):
                found = self._fs.find(top, detail=True, **narrowed)
        except FileNotFoundError:
            return {}
        sizes = {path.removeprefix(self._root).lstrip("/"): each["size"] for path, each in found.items()}
        return {key: sizes[key] for key in sorted(sizes) if key.startswith(prefix)}

    def delete(self, key: str) -> None:
        """Remove an object, if there is one."""
        self._seen.pop(key, None)
        try:
            with self._asking(missing_is_an_answer=True):
                self._fs.rm_file(self._path(key))
        except FileNotFoundError:
            return

    def rename(self, old: str, new: str) -> None:
        """Copy an object, then remove it; a kill between the two leaves both."""
        with self._asking():
            self._fs.cp_file(self._path(old), self._path(new))
        self.delete(old)

    def append(self, key: str, text: str) -> None:
        """Write a part of its own, so that nobody's line is overwritten."""
        self.write(f"{key}{PART}{time.time_ns():020d}-{secrets.token_hex(4)}", text.encode())

    def log(self, key: str) -> LogWriter:
        """Begin a recording, which becomes one object when it is closed."""
        return _PartWriter(self, key)

    def move_away(self, suffix: str) -> str:
        """Copy every object to an address beside this one, and remove them once all are there."""
        target = f"{self._url}-{suffix}"
        keys = list(self.sizes())
        with self._asking():
            for key in keys:
                self._fs.cp_file(self._path(key), f"{self._root}-{suffix}/{key}")
        for key in keys:
            self.delete(key)
        return target

    def check(self) -> None:
        """Write, read and remove an object."""
        check_by_writing(self)

    def _seen_there(self, key: str) -> str | None:
        return key if self.exists(key) else None

    def _path(self, key: str) -> str:
        return f"{self._root}/{key}"

    @contextmanager
    def _asking(self, *, missing_is_an_answer: bool = False) -> Iterator[None]:
        """Say in words why the store did not do what it was asked."""
        try:
            yield
        except Exception as error:  # each file system of fsspec has its own
            if missing_is_an_answer and isinstance(error, FileNotFoundError):
                raise
            raise ArchiveAwayError(f"Không dùng được kho lưu {self._url}: {_reason(error)}") from error


class _PartWriter:
    """A writer of a recording in parts; one thread at a time adds to it."""

    def __init__(self, store: ObjectStore, key: str) -> None:
        self._store = store
        self._key = key
        self._lines: list[str] = []
        self._handed_on = 0
        self._parts: list[str] = []
        self._since = time.monotonic()
        self._closed = False
        self._lock = threading.Lock()

    def write(self, line: str) -> None:
        """Add a line, and hand on what has gathered once it is much or old."""
        with self._lock:
            self._add(line)

    def _add(self, line: str) -> None:
        if len(self._lines) == self._handed_on:
            self._since = time.monotonic()
        self._lines.append(line + "\n")
        waiting = len(self._lines) - self._handed_on
        if waiting >= PART_LINES or time.monotonic() - self._since >= PART_SECONDS:
            part = f"{self._key}{PART}{len(self._parts) + 1:06d}"
            self._store.write(part, "".join(self._lines[self._handed_on :]).encode())
            self._parts.append(part)
            self._handed_on = len(self._lines)

    def close(self) -> None:
        """Write the whole recording, then remove its parts."""
        with self._lock:
            self._finish()

    def _finish(self) -> None:
        if self._closed:
            return
        self._store.write(self._key, "".join(self._lines).encode())
        self._closed = True
        for part in self._parts:
            self._store.delete(part)


def _reason(error: Exception) -> str:
    for kind in type(error).__mro__:
        if kind.__name__ in _REASONS:
            return _REASONS[kind.__name__]
    return f"{type(error).__name__}: {_one_line(error)}"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
