"""Views of the list of findings that people saved under a name: their own, and those that all share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from procedures.errors import InputError, NotFoundError
from warehouse.db.column_values import now, storable
from warehouse.tables.desk_tables import saved_view

MAX_VIEWS = 30
"""How many views a person may have."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view; `query` is that of its address, `shared`: all see it."""

    view_id: int
    owner: str
    name: str
    query: str
    shared: bool


def list_views(connection: Connection, person: str) -> list[SavedView]:
    """Return the views of a person, then those that others share, by their names."""
    v = saved_view.c
    rows = connection.execute(select(saved_view).where(or_(v.owner == person, v.shared == 1)))
    views = [_view(row) for row in rows]
    return sorted(views, key=lambda each: (each.owner != person, each.name.casefold(), each.view_id))


def get_view(connection: Connection, view_id: int) -> SavedView:
    """Return a view by its number; NotFoundError when there is none."""
    row = connection.execute(select(saved_view).where(saved_view.c.view_id == view_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"Không có bộ lọc nào mang số {view_id}")
    return _view(row)


def save_view(
    connection: Connection, owner: str, name: str, query: str, *, shared: bool, at: datetime | None = None
) -> int:
    """Save a view, in place of the owner's one of the same name; return its number.

    Raises:
        InputError: the owner has `MAX_VIEWS` already.
    """
    v = saved_view.c
    values = {"query": storable(query), "shared": int(shared)}
    stored_name = storable(name)
    standing = select(v.view_id).where(v.owner == owner, v.name == stored_name)
    view_id = connection.scalar(standing)
    if view_id is not None:
        connection.execute(saved_view.update().where(v.view_id == view_id), values)
        return int(view_id)
    count = connection.scalar(select(func.count()).select_from(saved_view).where(v.owner == owner))
    if (count or 0) >= MAX_VIEWS:
        raise InputError(f"Mỗi người lưu nhiều nhất {MAX_VIEWS} bộ lọc; hãy xóa bớt", "name")
    row = values | {"owner": owner, "name": stored_name, "created_at": now(at)}
    return int(connection.execute(saved_view.insert().returning(v.view_id), row).scalar_one())


def remove_view(connection: Connection, view_id: int) -> None:
    """Remove a view."""
    connection.execute(saved_view.delete().where(saved_view.c.view_id == view_id))


def _view(row: Any) -> SavedView:
    return SavedView(row.view_id, row.owner, row.name, row.query, bool(row.shared))
