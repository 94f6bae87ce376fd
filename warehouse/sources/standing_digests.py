"""Which records of a source stand already: asked of every record that a night reads."""

from __future__ import annotations

from array import array
from bisect import bisect_left

from sqlalchemy import Connection, select

from warehouse.tables.source_tables import procedure_version

ROWS = 10_000
"""Rows fetched at a time."""


class Standing:
    """The versions of a source that stand, as sorted 64-bit hashes of key and digest: 8 bytes a version.

    So small that a night has all of them at hand, and lets go of a record that is as it was the moment
    it is read. Were a new record ever taken for one that stands, by a hash that Python salts anew for each
    process, it would be staged without its text, and the night would fail rather than lose it.
    """

    def __init__(self, connection: Connection, source: str) -> None:
        """As it is now: nobody but the run that stages may make another snapshot of it current meanwhile."""
        v = procedure_version.c
        standing = select(v.key, v.digest).where(v.source == source, v.valid_to.is_(None))
        rows = connection.execution_options(yield_per=ROWS).execute(standing).tuples()
        self._hashes = array("q", sorted(array("q", map(hash, rows))))

    def has(self, key: str, digest: str) -> bool:
        """Whether the version of `key` that stands has that digest."""
        wanted = hash((key, digest))
        place = bisect_left(self._hashes, wanted)
        return place < len(self._hashes) and self._hashes[place] == wanted
