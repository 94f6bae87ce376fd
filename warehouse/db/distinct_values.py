"""The distinct values of an indexed column, each by one step into the index."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Select, func, select


def distinct_values(connection: Connection, column: Column[Any]) -> list[Any]:
    """Return the values that are not NULL, in the order of the index that begins with the column."""
    return list(connection.scalars(select_distinct(column)))


@cache
def select_distinct(column: Column[Any]) -> Select[Any]:
    """Select the values that are not NULL.

    Neither engine skips from value to value by itself: DISTINCT reads every row.
    """
    first = select(func.min(column).label("value")).where(column.is_not(None))
    found = first.cte("found", recursive=True)
    following = select(func.min(column)).where(column > found.c.value).scalar_subquery()
    found = found.union_all(select(following).where(found.c.value.is_not(None)))
    return select(found.c.value).where(found.c.value.is_not(None))
