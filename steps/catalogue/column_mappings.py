"""What a person says of the columns of a file: shown, remembered for files of that shape, and taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from extractors.workbooks.catalogue import see_columns
from extractors.workbooks.cell_values import read_answers
from procedures.errors import InputError, NotFoundError
from procedures.values.text import canonical
from procedures.workbook_layout.column_mapping import (
    ColumnMapping,
    FileShape,
    heading_key,
    role_named,
)
from settings.configuration import Configuration
from steps.database import reading_connection, writing_connection
from warehouse.sources import column_mappings
from warehouse.sources.column_mappings import SaidMapping


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person says of one heading: a role or `skip`, what a value means, or nothing any more."""

    heading: str
    role: str | None = None
    value: str | None = None
    meaning: str | None = None


def known_mappings(configuration: Configuration) -> dict[str, ColumnMapping]:
    """What people said, by the shape of the files."""
    return {shape: said.mapping for shape, said in described(configuration).items()}


def described(configuration: Configuration) -> dict[str, SaidMapping]:
    """The same with who said it last, and when; without what was taken back."""
    with reading_connection(configuration) as connection:
        standing = column_mappings.standing(connection)
    return {shape: said for shape, said in standing.items() if said.mapping.roles or said.mapping.values}


def columns_of(configuration: Configuration, file: Path) -> tuple[FileShape, ...]:
    """The columns of a file as they would be read now.

    Raises:
        WorkbookError: the file cannot be read.
    """
    return see_columns(file, known_mappings(configuration))


def say(
    configuration: Configuration, tables: Sequence[FileShape], wishes: Sequence[Wish], by: str
) -> tuple[ColumnMapping, ...]:
    """Remember what a person says of a file's columns; gives the new versions.

    Raises:
        InputError: the file has no such heading, there is no such role, or the meaning is none.
    """
    if not by.strip():
        raise InputError("Cần tên người chọn nội dung các cột")
    for wish in wishes:
        if not any(_has(table, wish.heading) for table in tables):
            shown = ", ".join(dict.fromkeys(f"{each!r}" for table in tables for each in table.headings))
            raise InputError(f"tệp không có cột {wish.heading!r}; các cột là: {shown or 'chưa thấy'}")
    with writing_connection(configuration) as connection:
        standing = {shape: said.mapping for shape, said in column_mappings.standing(connection).items()}
        new = []
        for table in tables:
            before = standing.get(table.shape, ColumnMapping(table.shape, table.headings))
            after = before
            for wish in wishes:
                if _has(table, wish.heading):
                    after = _with(after, table, wish)
            if after != before:
                new.append(column_mappings.store(connection, after, by))
    return tuple(new)


def forget(configuration: Configuration, shape: str, by: str) -> None:
    """Take back all that was said of files of a shape.

    Raises:
        NotFoundError: nothing was.
    """
    with writing_connection(configuration) as connection:
        said = column_mappings.standing(connection).get(shape)
        if said is None or not (said.mapping.roles or said.mapping.values):
            raise NotFoundError(f"{shape}: chưa có lựa chọn nào cho mẫu tệp này")
        column_mappings.store(connection, ColumnMapping(shape, said.mapping.headings), by)


def _with(mapping: ColumnMapping, table: FileShape, wish: Wish) -> ColumnMapping:
    if wish.value is not None and wish.meaning is not None:
        after = mapping.with_meaning(wish.heading, wish.value, wish.meaning)
        _check_meaning(after, table, wish)
        return after
    if wish.role is not None:
        return mapping.with_role(wish.heading, role_named(wish.role))
    return mapping.without_heading(wish.heading)


def _check_meaning(mapping: ColumnMapping, table: FileShape, wish: Wish) -> None:
    """A meaning has to be one that the column's reader understands."""
    seen = next(one.role for one in table.columns if heading_key(one.heading) == heading_key(wish.heading))
    role = mapping.role(wish.heading) or seen
    if role is None:
        raise InputError(f"cột {wish.heading!r}: hãy chọn nội dung của cột trước khi chọn nghĩa của giá trị")
    meaning = mapping.meaning(wish.heading, wish.value or "")
    texts: Mapping[str, str] = {role: meaning}
    if read_answers(texts, {}, whole=True).unread:
        raise InputError(f"cột {canonical(wish.heading)!r}: không hiểu nghĩa {wish.meaning!r}")


def _has(table: FileShape, heading: str) -> bool:
    return any(heading_key(one.heading) == heading_key(heading) for one in table.columns)
