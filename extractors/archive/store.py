"""What the archive needs from the place where it lies, and the usual one: a folder.

A key is a path relative to the archive's root, with `/` between its parts.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Protocol

UNFINISHED = ".new-"
"""How the name of a file begins that is still being written, or that a kill left so."""

_NEW_FILE = os.O_CREAT | os.O_EXCL | os.O_WRONLY

PART = "~"
"""What stands between the key of a log and the number of a part of it, where a store cannot append."""


class LogWriter(Protocol):
    """A writer of lines; threads may share it."""

    def write(self, line: str) -> None:
        """Add a line."""

    def close(self) -> None:
        """End the log; nothing happens the second time."""


class Store(Protocol):
    """A place of whole objects under keys. Threads and processes may share it.

    Where the system refuses, a folder raises the OSError, object storage ArchiveAwayError. Reading what is
    not there raises FileNotFoundError.
    """

    @property
    def name(self) -> str:
        """The place as people know it."""

    def read(self, key: str) -> bytes:
        """Return an object."""

    def write(self, key: str, data: bytes) -> None:
        """Write all or nothing, in place of an earlier object."""

    def exists(self, key: str) -> bool:
        """Whether there is such an object."""

    def present(self, keys: Collection[str]) -> frozenset[str]:
        """Return those of the keys that exist; one that this account may not see does not."""

    def keys(self, prefix: str) -> list[str]:
        """Return all keys that begin so, in alphabetical order."""

    def sizes(self, prefix: str = "") -> dict[str, int]:
        """Return the sizes in bytes of all objects whose keys begin so, by key in alphabetical order."""

    def delete(self, key: str) -> None:
        """Remove an object, if there is one."""

    def rename(self, old: str, new: str) -> None:
        """Give an object another key."""

    def append(self, key: str, text: str) -> None:
        """Add to a log that `read_log` returns, and have it on the disk before this returns."""

    def log(self, key: str) -> LogWriter:
        """Begin a log that `read_log` returns; of a killed writer, what it has handed on."""

    def move_away(self, suffix: str) -> str:
        """Move everything to a place beside this one, and return its name."""

    def check(self) -> None:
        """Write, read and remove an object."""


class FolderStore:
    """A folder of the file system."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def name(self) -> str:
        """The folder."""
        return str(self.root)

    def read(self, key: str) -> bytes:
        """Return a file's bytes."""
        return (self.root / key).read_bytes()

    def write(self, key: str, data: bytes) -> None:
        """Write a file, all or nothing."""
        write_atomically(self.root / key, data)

    def exists(self, key: str) -> bool:
        """Whether there is such a file."""
        try:
            os.stat(f"{self.root}/{key}")  # noqa: PTH116 - once for every record, without building a path
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True

    def present(self, keys: Collection[str]) -> frozenset[str]:
        """Return those of the keys that exist."""
        return frozenset(each for each in keys if self._can_be_seen(each))

    def keys(self, prefix: str) -> list[str]:
        """Return the files' keys."""
        return sorted(key for key, _ in self._found(prefix))

    def sizes(self, prefix: str = "") -> dict[str, int]:
        """Return the files' sizes by key."""
        sizes = {key: _size(entry) for key, entry in self._found(prefix)}
        return {key: size for key in sorted(sizes) if (size := sizes[key]) is not None}

    def delete(self, key: str) -> None:
        """Remove a file, if there is one."""
        (self.root / key).unlink(missing_ok=True)

    def rename(self, old: str, new: str) -> None:
        """Rename a file."""
        (self.root / old).rename(self.root / new)

    def append(self, key: str, text: str) -> None:
        """Add to a file, and have it on the disk."""
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def log(self, key: str) -> LogWriter:
        """Begin a file that holds each line once it is written."""
        return _FileWriter(self.root / key)

    def move_away(self, suffix: str) -> str:
        """Rename the folder."""
        target = self.root.with_name(f"{self.root.name}-{suffix}")
        self.root.rename(target)
        return str(target)

    def check(self) -> None:
        """Write, read and remove a file."""
        check_by_writing(self)

    def _found(self, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
        folder, slash, beginning = prefix.rpartition("/")
        return _files(str(self.root / folder), folder + slash, beginning)

    def _can_be_seen(self, key: str) -> bool:
        try:
            return self.exists(key)
        except OSError:
            return False  # a folder that this account may not enter


def _files(folder: str, key: str, beginning: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield the keys of a folder's files whose names begin so, and of all files further down."""
    try:
        entries = os.scandir(folder)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return  # no archive yet, or one that this account may not see
    with entries:
        for entry in entries:
            if not entry.name.startswith(beginning):
                continue
            if entry.is_dir():
                yield from _files(entry.path, f"{key}{entry.name}/")
            else:
                yield f"{key}{entry.name}", entry


def _size(entry: os.DirEntry[str]) -> int | None:
    try:
        return entry.stat().st_size
    except FileNotFoundError:
        return None  # it was still being written, and has its name by now


class _FileWriter:
    """A writer that hands every line to the system at once.

    The system appends whole lines one after the other, so that no thread waits for another's.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)

    def write(self, line: str) -> None:
        """Add a line."""
        left = (line + "\n").encode()
        while left:  # a full disk may take a part, and refuses the rest
            left = left[self._file.write(left) :]

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_log(store: Store, key: str) -> bytes:
    """Return a log: what was appended at once, then its parts in the order in which they were written.

    Raises:
        FileNotFoundError: there is none.
    """
    parts = part_keys(store, key)
    try:
        begun = store.read(key)
    except FileNotFoundError:
        if not parts:
            raise
        begun = b""
    return begun + b"".join(map(store.read, parts))


def part_keys(store: Store, key: str) -> list[str]:
    """Return the keys of a log's parts, in their order."""
    return store.keys(key + PART)


def join_parts(store: Store, key: str, target: str) -> None:
    """Make one object, `target`, of the parts that a killed writer of `key` left."""
    parts = part_keys(store, key)
    store.write(target, b"".join(map(store.read, parts)))
    for part in parts:
        store.delete(part)


def write_atomically(path: Path, data: bytes) -> None:
    """Write all or nothing: a kill leaves a temporary file, never half a record."""
    folder = os.path.dirname(path)  # noqa: PTH120 - once for every record: a Path costs as much as the writing
    new = f"{folder}/{UNFINISHED}{secrets.token_hex(8)}"
    try:
        handle = os.open(new, _NEW_FILE, 0o600)
    except FileNotFoundError:
        Path(folder).mkdir(parents=True, exist_ok=True)
        handle = os.open(new, _NEW_FILE, 0o600)
    try:
        try:
            left = memoryview(data)
            while left:  # a full disk may take a part, and refuses the rest
                left = left[os.write(handle, left) :]
        finally:
            os.close(handle)
        os.replace(new, path)  # noqa: PTH105 - as above
    except BaseException:
        Path(new).unlink(missing_ok=True)
        raise


def check_by_writing(store: Store) -> None:
    """Write, read and remove an object."""
    key = f"{UNFINISHED}check-{os.getpid()}"
    store.write(key, b"rasoat")
    store.read(key)
    store.delete(key)
