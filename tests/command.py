"""The command line within the tests' own process: what is slow to import is imported once."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess
from unittest import mock

import structlog

from rasoat.cli import main


def run(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path, typed: str = ""
) -> CompletedProcess[str]:
    """Run `rasoat` with these arguments; give its exit code and what it wrote.

    `typed` stands on its standard input. What the command lets through as an exception, a process would show
    as a traceback: here it ends the test.
    """
    with _process(arguments, environment, folder, typed) as (output, errors):
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
    return CompletedProcess(["rasoat", *arguments], code, _written(output), _written(errors))


@contextmanager
def _process(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path, typed: str
) -> Iterator[tuple[io.TextIOWrapper, io.TextIOWrapper]]:
    """Stand in the place of a process: its words, environment, folder and streams."""
    output, errors, keyboard = _stream(), _stream(), _stream(typed)
    with (
        mock.patch.dict(os.environ, environment, clear=True),
        mock.patch.object(sys, "argv", ["rasoat", *arguments]),
        mock.patch.object(sys, "stdin", keyboard),
        chdir(folder),
        redirect_stdout(output),
        redirect_stderr(errors),
    ):
        try:
            yield output, errors
        finally:
            structlog.reset_defaults()


def _stream(text: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", newline="\n", write_through=True)


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    written = stream.buffer.getvalue()  # type: ignore[attr-defined]  # a BytesIO, made above
    return str(written, "utf-8").replace("\r\n", "\n")
