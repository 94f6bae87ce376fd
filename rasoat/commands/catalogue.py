"""`catalogue`: the department's list, in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from procedures.errors import InputError
from rasoat.commands.options import Ahead, AsJson, AsOf, Level, configured, moment_of_run, report

app = typer.Typer(name="catalogue", help="Danh mục thủ tục hành chính của Sở.", no_args_is_help=True)


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
    from steps.catalogue.import_catalogue import import_catalogue
    from steps.catalogue.import_decision import DECISION_SUFFIXES, import_decision, preview_decision
    from steps.catalogue.import_preview import preview_import

    configuration = configured()
    if file.suffix.casefold() in DECISION_SUFFIXES:
        take = preview_decision if dry_run else import_decision
    else:
        take = preview_import if dry_run else import_catalogue
    moment = moment_of_run(configuration, as_of, anyway=anyway)
    report(take(configuration, file, level.value if level else None, moment), as_json)


@app.command("export")
def catalogue_export(file: Annotated[Path, typer.Argument(help="Tệp .xlsx sẽ ghi.")]) -> None:
    """Xuất danh mục hiện hành, nhập lại được không mất gì."""
    from steps.catalogue.export_catalogue import export_catalogue

    count = export_catalogue(configured(), file)
    print(f"Đã ghi {count} thủ tục vào {file}")


@app.command("columns")
def catalogue_columns(
    file: Annotated[Path | None, typer.Option("--file", help="Tệp danh mục để xem các cột.")] = None,
    roles: Annotated[
        list[str] | None, typer.Option("--set", metavar='"TIÊU ĐỀ=NỘI DUNG"', help="Cột này là nội dung gì.")
    ] = None,
    skipped: Annotated[
        list[str] | None, typer.Option("--skip", metavar="TIÊU_ĐỀ", help="Không đọc cột này.")
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option("--value", metavar='"TIÊU ĐỀ: GIÁ TRỊ=NGHĨA"', help="Giá trị này ở cột đó nghĩa là gì."),
    ] = None,
    forgotten: Annotated[
        list[str] | None, typer.Option("--forget", metavar="TIÊU_ĐỀ", help="Bỏ điều đã chọn cho cột này.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Người chọn; cần khi có chọn.")] = "",
    as_json: AsJson = False,
) -> None:
    """Mỗi cột của tệp được đọc là gì; điều người dùng chọn được nhớ cho các tệp cùng mẫu."""
    from rasoat.column_tables import print_columns, print_mappings
    from steps.catalogue.column_mappings import Wish, columns_of, described, say

    wishes = [
        *(Wish(heading, role=role) for heading, role in map(_assigned, roles or ())),
        *(Wish(heading, role="skip") for heading in skipped or ()),
        *(Wish(*_meant(each)) for each in values or ()),
        *(Wish(heading) for heading in forgotten or ()),
    ]
    configuration = configured()
    if file is None:
        if wishes:
            raise InputError("--file: cần tệp có các cột đó")
        print_mappings(described(configuration), configuration.department.zone, as_json=as_json)
        return
    if wishes:
        say(configuration, columns_of(configuration, file), wishes, by)
    print_columns(columns_of(configuration, file), as_json=as_json)


def _assigned(text: str) -> tuple[str, str]:
    heading, sign, role = text.rpartition("=")
    if not sign or not heading.strip() or not role.strip():
        raise InputError(f'--set {text!r}: viết như "Mức độ cung cấp=online_level"')
    return heading.strip(), role.strip()


def _meant(text: str) -> tuple[str, None, str, str]:
    said, sign, meaning = text.rpartition("=")
    heading, colon, value = said.rpartition(":")
    if not sign or not colon or not all(map(str.strip, (heading, value, meaning))):
        raise InputError(f'--value {text!r}: viết như "Mức độ cung cấp: x=full"')
    return heading.strip(), None, value.strip(), meaning.strip()
