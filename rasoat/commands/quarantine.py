"""`quarantine`: records that wait for a person."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rasoat.commands.options import By, check_source, configured, numbered
from steps.terminal import json_text

if TYPE_CHECKING:
    pass

app = typer.Typer(name="quarantine", help="Bản ghi chờ kiểm tra.", no_args_is_help=True)

STATES = {"waiting": "Chờ kiểm tra", "released": "Cho qua, chờ nạp", "dismissed": "Bỏ qua"}


class Form(StrEnum):
    """Output format of the list."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


Number = Annotated[int, numbered("ID", "Số của bản ghi trong danh sách.")]


@app.command("list")
def quarantine_list(
    source: Annotated[str | None, typer.Option("--source", help="Chỉ nguồn này.")] = None,
    form: Annotated[Form, typer.Option("--format", help="Dạng kết quả.")] = Form.TABLE,
    everything: Annotated[bool, typer.Option("--all", help="Cả những bản ghi đã bỏ qua.")] = False,
) -> None:
    """Những bản ghi đang chờ kiểm tra."""
    from rasoat.console_tables import csv_of, print_quarantine
    from steps.sources.quarantine import COLUMNS, list_quarantined

    configuration = configured()
    check_source(source, [*(each.name for each in configuration.sources), "catalogue"])
    rows = list_quarantined(configuration, source, dismissed=everything)
    if form is Form.JSON:
        print(json_text(rows))
    elif form is Form.CSV:
        print(csv_of(COLUMNS, [_flat(row) for row in rows]), end="")
    else:
        print_quarantine(configuration, rows, STATES)


@app.command("release")
def quarantine_release(
    number: Number,
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="Vì sao cho qua.")],
) -> None:
    """Cho bản ghi này được nạp, nguyên như đang có, ở lần chạy tới."""
    from steps.sources.quarantine import release_record

    row = release_record(configured(), number, by, reason)
    print(f"Đã cho qua bản ghi {number} ({row['source']} {row['code'] or ''}); sẽ được nạp ở lần chạy tới")


@app.command("dismiss")
def quarantine_dismiss(
    number: Number,
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="Vì sao bỏ qua.")],
) -> None:
    """Không nạp và không nêu lại bản ghi này, chừng nào nó vẫn như cũ."""
    from steps.sources.quarantine import dismiss_record

    row = dismiss_record(configured(), number, by, reason)
    print(f"Đã bỏ qua bản ghi {number} ({row['source']} {row['code'] or ''}), chừng nào nó vẫn như cũ")


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"record": json.dumps(row["record"], ensure_ascii=False, sort_keys=True)}
