"""`catalogue`: the department's list, in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rasoat.commands.options import Ahead, AsJson, AsOf, Level, configured, moment_of_run, report

app = typer.Typer(help="Danh mục thủ tục hành chính của Sở.", no_args_is_help=True)


@app.command("import")
def catalogue_import(
    file: Annotated[
        Path, typer.Argument(help="Tệp .xlsx, .xls, .csv; hoặc quyết định của tỉnh .docx, .pdf.")
    ],
    level: Annotated[Level | None, typer.Option("--level", help="Tệp chỉ nói về cấp này.")] = None,
    as_of: AsOf = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem sẽ thay đổi gì.")] = False,
    as_json: AsJson = False,
    anyway: Ahead = False,
) -> None:
    """Nhập danh mục của Sở."""
    from steps.sources.import_catalogue import import_catalogue
    from steps.sources.import_decision import SUFFIXES, import_decision, preview_decision
    from steps.sources.import_preview import preview_import

    configuration = configured()
    if file.suffix.casefold() in SUFFIXES:
        take = preview_decision if dry_run else import_decision
    else:
        take = preview_import if dry_run else import_catalogue
    moment = moment_of_run(configuration, as_of, anyway=anyway)
    report(take(configuration, file, level.value if level else None, moment), as_json)


@app.command("export")
def catalogue_export(file: Annotated[Path, typer.Argument(help="Tệp .xlsx sẽ ghi.")]) -> None:
    """Xuất danh mục hiện hành, nhập lại được không mất gì."""
    from steps.sources.export_catalogue import export_catalogue

    count = export_catalogue(configured(), file)
    print(f"Đã ghi {count} thủ tục vào {file}")
