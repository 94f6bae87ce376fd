"""What `rasoat catalogue columns` and a dry run say of the columns of a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import TYPE_CHECKING

from rich.table import Table

from procedures.workbook_layout.column_mapping import COLUMN_ROLES, SKIP, FileShape
from rasoat.console import console
from steps.terminal import json_text

if TYPE_CHECKING:
    from warehouse.sources.column_mappings import SaidMapping


def print_columns(tables: Iterable[FileShape], *, as_json: bool = False) -> None:
    """Each column with its values and what it is taken for; guesses say that they are guesses."""
    columns = [column for table in tables for column in table.columns]
    if as_json:
        print(json_text({"columns": [column.to_json() for column in columns]}))
        return
    shown = Table(show_lines=False)
    for heading, width in (
        ("Trang", 16),
        ("Cột", 4),
        ("Tiêu đề", 34),
        ("Ba giá trị đầu", 44),
        ("Đọc là", 40),
    ):
        shown.add_column(heading, max_width=width)
    for each in columns:
        shown.add_row(each.sheet, each.letters, each.heading, " | ".join(each.samples), each.said)
    console().print(shown)


def print_mappings(said: Mapping[str, SaidMapping], zone: tzinfo, *, as_json: bool = False) -> None:
    """What people said, one table of headings each."""
    if as_json:
        print(json_text({"mappings": [_document(each, zone) for each in said.values()]}))
        return
    if not said:
        print("Chưa ai chọn nội dung cho cột nào")
    for each in said.values():
        mapping = each.mapping
        print(
            f"Mẫu {mapping.shape}, lần {mapping.version}, {each.actor}, "
            f"{each.at.astimezone(zone):%H:%M %d/%m/%Y}: {', '.join(mapping.headings)}"
        )
        for heading, role in mapping.roles.items():
            print(f"  {heading}: {'bỏ qua' if role == SKIP else COLUMN_ROLES.get(role, role)}")
        for heading, meanings in mapping.values.items():
            for value, meaning in meanings.items():
                print(f"  {heading}: {value} nghĩa là {meaning}")


def _document(said: SaidMapping, zone: tzinfo) -> Mapping[str, object]:
    mapping = said.mapping
    return {
        "shape": mapping.shape,
        "version": mapping.version,
        "headings": list(mapping.headings),
        **mapping.to_json(),
        "by": said.actor,
        "at": said.at.astimezone(zone).isoformat(),
    }
