"""`decision read`, `confirm`, `withdraw`: decisions from files, for the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from rasoat.commands.options import Ahead, AsJson, AsOf, By, configured, moment_of_run, numbered
from steps.terminal import json_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steps.announcements.read_documents import DocumentReading

LINE = "line"
"""The command that `rasoat decision NUMBER` is short for."""

HELD_EXIT = 3
"""Exit code where a document waits for a person."""


class DecisionCommands(TyperGroup):
    """`rasoat decision`: what is not a command is a decision's number; nothing is the whole ledger."""

    short_for = LINE

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments; without a command they are those of `line`."""
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = [self.short_for, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    name="decision",
    cls=DecisionCommands,
    help="Sổ theo dõi công bố (rasoat decision [SỐ]), và các quyết định đọc từ tệp.",
)


@app.command("read")
def decision_read(
    file: Annotated[Path, typer.Argument(help="Tệp .docx, .pdf có chữ, hoặc .doc, .odt, .rtf.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem đọc được gì.")] = False,
    by: Annotated[str | None, typer.Option("--by", help="Người thực hiện.")] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    anyway: Ahead = False,
) -> None:
    """Đọc quyết định của Bộ hoặc của tỉnh từ tệp vào sổ theo dõi công bố."""
    from rasoat.document_tables import print_readings
    from rasoat.progress import progress_bar
    from steps.announcements.read_documents import preview_file, read_bytes, read_file

    configuration = configured()
    data = read_bytes(file)
    with progress_bar() as progress:

        def advance(page: int, pages: int) -> None:
            progress(file.name, page, pages)

        if dry_run:
            readings = preview_file(data, file.name, advance)
        else:
            moment = moment_of_run(configuration, as_of, anyway=anyway)
            readings = read_file(configuration, data, file.name, moment, by=by, progress=advance)
    if as_json:
        print(json_text(_as_json(readings)))
    else:
        print_readings(readings)
    raise typer.Exit(HELD_EXIT if any(each.is_held for each in readings) else 0)


@app.command("confirm")
def decision_confirm(
    document_id: Annotated[int, numbered("DOCUMENT_ID")],
    by: By,
    reason: Annotated[str | None, typer.Option("--reason", help="Vì sao, khi văn bản đang tạm giữ.")] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    anyway: Ahead = False,
) -> None:
    """Xác nhận một văn bản đã xem: từ nay dùng trong sổ."""
    from rasoat.document_tables import print_readings
    from steps.announcements.read_documents import confirm

    configuration = configured()
    moment = moment_of_run(configuration, as_of, anyway=anyway)
    reading = confirm(configuration, document_id, by, moment, reason)
    if as_json:
        print(json_text(reading.to_json()))
    else:
        print_readings((reading,))


@app.command("withdraw")
def decision_withdraw(
    document_id: Annotated[int, numbered("DOCUMENT_ID")],
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="Vì sao rút.")],
    as_of: AsOf = None,
    anyway: Ahead = False,
) -> None:
    """Rút một văn bản; nếu đang dùng thì sổ và bảng sai lệch trở lại như không có nó."""
    from steps.announcements.read_documents import withdraw_document

    configuration = configured()
    moment = moment_of_run(configuration, as_of, anyway=anyway)
    withdraw_document(configuration, document_id, by, reason, moment)
    print(f"Đã rút văn bản {document_id}")


def _as_json(readings: Sequence[DocumentReading]) -> Any:
    """Return one object; a list where the file holds several decisions."""
    documents = [each.to_json() for each in readings]
    return documents[0] if len(documents) == 1 else documents
