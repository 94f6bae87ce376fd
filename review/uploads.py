"""Uploaded workbooks: checked by kind, stored for an hour, and first read in a process of their own."""

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

FILE_SIGNATURES = {".xlsx": b"PK\x03\x04", ".xls": b"\xd0\xcf\x11\xe0", ".csv": b""}
"""The accepted kinds of file, each with the bytes that its content begins with."""

DECISIONS = {".docx": b"PK\x03\x04", ".pdf": b""}
"""The kinds of file that hold decisions; a PDF may begin with something else."""

READ_SECONDS = 120
"""A workbook that takes longer to read is rejected."""

MAX_AGE_SECONDS = 3600
"""How long an uploaded workbook waits to be confirmed."""

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded workbook: where it is stored, and the name that it came under."""

    file: Path
    name: str


def store_upload(
    configuration: Configuration, form: FormData, kinds: Mapping[str, bytes] = FILE_SIGNATURES
) -> Upload:
    """Store the form's file under a random name; delete those that nobody confirmed in an hour.

    Raises:
        InputError: there is no file, or its name or content is of no accepted kind.
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
    folder = upload_folder(configuration)
    for old in folder.iterdir():
        with suppress(FileNotFoundError):  # another request imported or deleted it meanwhile
            if time.time() - old.stat().st_mtime > MAX_AGE_SECONDS:
                old.unlink()
    stored = folder / f"{secrets.token_urlsafe(24)}{kind}"
    stored.write_bytes(body)
    return Upload(stored, name)


def upload_folder(configuration: Configuration) -> Path:
    """Return the folder of uploads, which only the program's own account can read."""
    folder = configuration.home / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def read_in_subprocess(
    configuration: Configuration,
    upload: Upload,
    read: Callable[Concatenate[Configuration, Path, _Parameters], _Result],
    *args: _Parameters.args,
    **kwargs: _Parameters.kwargs,
) -> _Result:
    """Return what `read` makes of the file, in a process of its own that is killed when it takes too long.

    `read` writes nothing: it may be cut short.

    Raises:
        InputError: it cannot be read, or not in time; the message names the file as the person does.
    """
    call = partial(read, configuration, upload.file, *args, **kwargs)
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send_result, args=(sender, upload, call), daemon=True)
    process.start()
    sender.close()
    try:
        if not receiver.poll(READ_SECONDS):
            raise InputError(f"{upload.name}: đọc quá {READ_SECONDS} giây, đã dừng; hãy chia nhỏ tệp")
        result, error_text = receiver.recv()
    except EOFError as error:
        raise InputError(f"{upload.name}: không đọc được tệp này") from error
    finally:
        process.kill()
        process.join()
        receiver.close()
    if error_text is not None:
        raise InputError(error_text)
    value: _Result = result
    return value


def _send_result(pipe: Pipe, upload: Upload, call: Callable[[], object]) -> None:
    try:
        pipe.send((call(), None))
    except RasoatError as error:
        pipe.send((None, with_original_name(upload, error)))


def with_original_name(upload: Upload, words: RasoatError | str) -> str:
    """Return an error or a remark with the file named as the person does."""
    return str(words).replace(str(upload.file), upload.name).replace(upload.file.name, upload.name)
