"""Workbooks that people bring: of a known kind, kept for an hour, and first read in a process of its own."""

from __future__ import annotations

import multiprocessing
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from starlette.datastructures import FormData, UploadFile

from procedures.errors import InputError, RasoatError
from settings.configuration import Configuration

BEGINNINGS = {".xlsx": b"PK\x03\x04", ".xls": b"\xd0\xcf\x11\xe0", ".csv": b""}
"""The kinds of file that are taken, and what one begins with, whatever it is called."""

READ_SECONDS = 120
"""A workbook that takes longer to read is turned away."""

KEPT_SECONDS = 3600
"""How long an uploaded workbook waits to be confirmed."""

_Given = ParamSpec("_Given")
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Upload:
    """A workbook that was brought: where it is kept, and what the person calls it."""

    file: Path
    name: str


DECISIONS = {".docx": b"PK\x03\x04", ".pdf": b""}
"""The kinds of file that hold decisions; a PDF may begin with something else."""


def brought(configuration: Configuration, form: FormData, kinds: Mapping[str, bytes] = BEGINNINGS) -> Upload:
    """Keep the form's file under a random name; those that nobody confirmed in an hour go.

    Raises:
        InputError: there is none, or it is of no kind that is taken, by name or by what it begins with.
    """
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise InputError("Chưa chọn tệp")
    name = Path(file.filename).name[:100]
    kind = Path(name).suffix.casefold()
    if kind not in kinds:
        raise InputError(f"{name}: chỉ nhận tệp {', '.join(kinds)}")
    body = file.file.read()
    if not body.startswith(kinds[kind]) or (kind == ".csv" and b"\x00" in body[:1000]):
        raise InputError(f"{name}: nội dung không phải tệp {kind}")
    folder = folder_of(configuration)
    for old in folder.iterdir():
        with suppress(FileNotFoundError):  # somebody else's was taken in, or went, meanwhile
            if time.time() - old.stat().st_mtime > KEPT_SECONDS:
                old.unlink()
    kept = folder / f"{secrets.token_urlsafe(24)}{kind}"
    kept.write_bytes(body)
    return Upload(kept, name)


def folder_of(configuration: Configuration) -> Path:
    """Where uploads are kept, for the program's own account only."""
    folder = configuration.home / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def first_read(
    configuration: Configuration,
    upload: Upload,
    read: Callable[Concatenate[Configuration, Path, _Given], _Read],
    *given: _Given.args,
    **named: _Given.kwargs,
) -> _Read:
    """What `read` makes of the file, in a process of its own that is ended when it takes too long.

    `read` writes nothing: it may be cut short.

    Raises:
        InputError: it cannot be read, or not in time; in words that call the file as the person does.
    """
    call = partial(read, configuration, upload.file, *given, **named)
    context = multiprocessing.get_context("spawn")
    mine, its = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(its, upload, call), daemon=True)
    process.start()
    its.close()
    try:
        if not mine.poll(READ_SECONDS):
            raise InputError(f"{upload.name}: đọc quá {READ_SECONDS} giây, đã dừng; hãy chia nhỏ tệp")
        found, wrong = mine.recv()
    except EOFError as error:
        raise InputError(f"{upload.name}: không đọc được tệp này") from error
    finally:
        process.kill()
        process.join()
        mine.close()
    if wrong is not None:
        raise InputError(wrong)
    answer: _Read = found
    return answer


def _answer(pipe: Pipe, upload: Upload, call: Callable[[], object]) -> None:
    try:
        pipe.send((call(), None))
    except RasoatError as error:
        pipe.send((None, called(upload, error)))


def called(upload: Upload, words: RasoatError | str) -> str:
    """The words of an error or a remark, with the file called as the person does."""
    return str(words).replace(str(upload.file), upload.name).replace(upload.file.name, upload.name)
