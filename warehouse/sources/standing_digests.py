"""The digests of the records of a source that are current: asked for every record that a night reads."""

from __future__ import annotations

from array import array
from bisect import bisect_left

from sqlalchemy import Connection, select

from warehouse.tables.source_tables import procedure_version

FETCH_SIZE = 10_000
"""Rows fetched at a time."""


class StandingDigests:
    """The current versions of a source as sorted 64-bit hashes of key and digest: 8 bytes a version.

    So small that a night keeps all of them in memory, and drops an unchanged record the moment it is
    read. Were a new record ever taken for a current one, by a hash that Python salts anew for each
    process, it would be staged without its text, and the night would fail rather than lose it.
    """

    def __init__(self, connection: Connection, source: str) -> None:
        """Read the digests; until staging ends only its run may make a snapshot of the source current."""
        v = procedure_version.c
        current = select(v.key, v.digest).where(v.source == source, v.valid_to.is_(None))
        rows = connection.execution_options(yield_per=FETCH_SIZE).execute(current).tuples()
        self._hashes = array("q", sorted(array("q", map(hash, rows))))

    def has(self, key: str, digest: str) -> bool:
        """Return whether the current version of `key` has that digest."""
        target = hash((key, digest))
        index = bisect_left(self._hashes, target)
        return index < len(self._hashes) and self._hashes[index] == target
