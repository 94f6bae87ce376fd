"""A separate process, bounded in memory and time, that reads foreign files.

The readers are compiled code: a damaged length field makes one ask for gigabytes, and where it does not get
them, or fails on what it got, the whole process ends. Run as a module, this is that process: the file's
bytes on its standard input, what the reader returned as plain values on its standard output.

A reader is a function of the bytes, its options, and a progress callback; it returns plain values (numbers,
texts, bytes, dates, and lists, tuples or dictionaries of them), or raises `Refused`.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import IO, Any

Progress = Callable[[int, int], None]

READERS: Mapping[str, str] = {
    "old workbook": "extractors.workbooks.formats.xls:sheets_here",
    "document": "extractors.documents.files:read_here",
    "picture": "extractors.documents.picture:picture_here",
    "conversion": "extractors.documents.libreoffice:convert_here",
}
"""Reader → module and function."""

_REFUSED = "refused"
_PROGRESS = "progress"
_DONE = "done"
_ALLOWED = frozenset({("datetime", name) for name in ("date", "datetime", "time", "timedelta")})
_MAX_OUTPUT = 512 << 20
"""Bytes that the process may write back."""


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """Limits of the process: bytes of address space, seconds of processor time, seconds by the clock."""

    memory: int = 1 << 30
    seconds: int = 30
    wait: float = 120.0


class FileRefused(Exception):  # noqa: N818 - says what happened
    """A file that cannot be read: the reason in one line of Vietnamese, without the file's name."""


class FileTooHeavy(FileRefused):
    """A file that needs more time or memory than allowed, or crashes the reader: damaged, or hostile."""


def read_bounded(
    reader: str,
    data: bytes,
    options: Sequence[str] = (),
    *,
    limits: ProcessLimits | None = None,
    progress: Progress | None = None,
) -> Any:
    """Return what a reader makes of a file's bytes; raises `Refused`, and nothing else whatever the file."""
    bounds = limits or ProcessLimits()
    report = progress or (lambda _done, _total: None)
    command = [
        sys.executable,
        "-I",
        "-m",
        __name__,
        reader,
        str(bounds.memory),
        str(bounds.seconds),
        *options,
    ]
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        process = subprocess.Popen(
            command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )
    timed_out = threading.Event()
    timer = threading.Timer(bounds.wait, _kill_late, (process, timed_out))
    timer.start()
    try:
        assert process.stdout is not None
        kind, answer = _answer(_Bounded(process.stdout), report)
    except Exception as error:  # a stream cut short, or not in our format
        slow = timed_out.is_set() or _exit_code(process) in (-signal.SIGXCPU, -signal.SIGKILL)
        raise FileTooHeavy(
            "đọc quá lâu, đã dừng" if slow else "tệp hỏng hoặc quá nặng, không đọc được"
        ) from error
    finally:
        timer.cancel()
        _kill(process)
        process.wait()
        if process.stdout:
            process.stdout.close()
    if kind == _REFUSED:
        raise FileRefused(str(answer))
    return answer


def _answer(stream: _Bounded, report: Progress) -> tuple[str, Any]:
    while True:
        kind, value = _Plain(stream).load()
        if kind != _PROGRESS:
            return kind, value
        done, total = value
        report(int(done), int(total))


class _Plain(pickle.Unpickler):
    """An unpickler of plain values alone: a process that a hostile file took over may not run code here."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)


class _Bounded:
    """A stream that fails before it fills the reader's memory."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._left = _MAX_OUTPUT

    def _count(self, data: bytes) -> bytes:
        self._left -= len(data)
        if self._left < 0:
            raise pickle.UnpicklingError("too much")
        return data

    def read(self, size: int = -1) -> bytes:
        return self._count(self._stream.read(min(size, self._left + 1) if size >= 0 else self._left + 1))

    def readline(self) -> bytes:
        return self._count(self._stream.readline(self._left + 1))


def _exit_code(process: subprocess.Popen[bytes]) -> int | None:
    """Return the exit code of a process that ended by itself; `None` while it runs."""
    try:
        return process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return None


def _kill_late(process: subprocess.Popen[bytes], timed_out: threading.Event) -> None:
    timed_out.set()
    _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and its children."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def main(arguments: Sequence[str]) -> int:
    """Run the bounded process."""
    name, memory, seconds, *options = arguments
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a reader prints must not reach the answers
    module, _, function = READERS[name].partition(":")

    def answer(kind: str, value: object) -> None:
        answers.write(pickle.dumps((kind, value), protocol=4))
        answers.flush()

    try:
        read = getattr(import_module(module), function)
        result = read(sys.stdin.buffer.read(), tuple(options), lambda at, of: answer(_PROGRESS, (at, of)))
    except FileRefused as refused:
        answer(_REFUSED, str(refused))
        return 0
    except BaseException:
        return 1
    answer(_DONE, result)
    return 0


if __name__ == "__main__":
    # the readers raise the `Refused` of the module by its name, not that of `__main__`
    sys.exit(import_module("extractors.bounded_reader").main(sys.argv[1:]))
