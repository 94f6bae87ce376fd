"""`rasoat`: a thin shell over the steps. Results go to standard output, everything else to error.

Exit codes: 0 done; 1 failed; 2 wrong use or bad input; 3 done, but a source was partial, blocked or
held; 4 another run holds the lock. What is slow to import is imported where it is used, and so is each
command (`rasoat.command_table`).
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from procedures.errors import InputError, RasoatError
from procedures.program import VERSION
from rasoat.command_table import CommandTable
from rasoat.usage_words import usage_words
from steps.terminal import ensure_utf8_arguments, lost_letters_warning, replace_unencodable

INTERRUPTED_CODE = 130
"""Exit code that typer returns after Ctrl-C."""

FIRST_GARBAGE_THRESHOLD = 1_000_000
"""New objects after which the collector first looks for those that only refer to each other: more than the
imports of any command make, and what it keeps from being freed until then is some megabytes."""

GARBAGE_THRESHOLD = 20_000
"""New objects after which it looks again."""

OPTION_NAMES = {"values": "set"}
"""Options whose name differs from that of their parameter."""

USAGE_ERRORS = tuple(
    each
    for each in typer.BadParameter.__mro__
    if issubclass(each, Exception) and hasattr(each, "format_message")
)
"""Exceptions for an unknown option, a missing argument, or a value outside the choices."""

NO_COMMAND_ERROR = "NoArgsIsHelpError"
"""Exception for a group of commands called without one; its message is the help."""

app = typer.Typer(
    name="rasoat",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"rasoat {VERSION}")
        raise typer.Exit


@app.callback(cls=CommandTable)
def describe(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="In phiên bản của chương trình."
        ),
    ] = False,
) -> None:
    """Rà soát, đối chiếu thủ tục hành chính giữa các cổng dịch vụ công và danh mục của Sở."""


def main() -> None:
    """Run the command line, whatever the terminal can show."""
    start_lightly()
    ensure_utf8_arguments()
    replace_unencodable()
    try:
        _run()
    finally:
        warning = lost_letters_warning()
        if warning is not None:
            _print_error(warning)


def start_lightly() -> None:
    """Spare a process what takes a tenth of a short command's processor time.

    Classes and functions that are imported stay, and are not looked through every 700 objects. Nor is all
    that is in memory at the end: the system takes it back, and who has to close something has done so.
    Nothing here is a plugin of pydantic, which looks for some in every installed package. Nobody calls the
    command that httpx has, and does without where libraries of the terminal are missing.
    """
    gc.set_threshold(FIRST_GARBAGE_THRESHOLD)
    if _collect_as_usual not in gc.callbacks:
        gc.callbacks.append(_collect_as_usual)
        atexit.register(gc.freeze)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # means: not to be imported


def _collect_as_usual(_phase: str, _information: object) -> None:
    """End with the first collection what a start is spared."""
    gc.set_threshold(GARBAGE_THRESHOLD)


def _run() -> None:
    """Run the application; report every error as one line and an exit code."""
    try:
        check_arguments(sys.argv[1:])
        code = app(prog_name="rasoat", standalone_mode=False)
        if code == INTERRUPTED_CODE:
            raise KeyboardInterrupt
        sys.exit(code)
    except RasoatError as error:
        _print_error(option_prefix(error) + str(error))
        sys.exit(error.exit_code)
    except USAGE_ERRORS as error:
        if type(error).__name__ == NO_COMMAND_ERROR:
            print(error.format_message(), file=sys.stderr)
        else:
            _print_error(f"{usage_words(error.format_message())} (xem --help)")
        sys.exit(2)
    except (KeyboardInterrupt, typer.Abort):
        _print_error("Đã dừng theo yêu cầu; dữ liệu của đêm trước được giữ nguyên")
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except UnicodeEncodeError:
        _print_error("Dòng lệnh hoặc tên tệp có ký tự không phải UTF-8")
        sys.exit(2)
    except OSError as error:
        _print_error(f"{error.filename or 'Máy này'}: không đọc hoặc ghi được ({error.strerror or error})")
        sys.exit(1)


def check_arguments(arguments: Sequence[str]) -> None:
    """Refuse arguments that are not UTF-8, which no database or file of ours can store.

    Raises:
        InputError: an argument is not; it is named as far as it can be read.
    """
    for argument in arguments:
        readable = argument.encode(errors="replace").decode()
        if readable != argument:
            raise InputError(f"{readable}: tham số có chữ không thuộc bảng mã UTF-8; gõ hoặc đổi tên lại")


def option_prefix(error: RasoatError) -> str:
    """Return the options with wrong values, as a prefix of the message; empty if there are none."""
    fields = error.fields if isinstance(error, InputError) else ()
    options = (f"--{OPTION_NAMES.get(each, each).replace('_', '-')}" for each in fields)
    return f"{', '.join(options)}: " if fields else ""


def _print_error(text: str) -> None:
    print("rasoat: " + " ".join(text.split()), file=sys.stderr)
