"""What is stored of a source's listing, its states, and its answers to direct questions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, case, except_, func, literal, null, or_, select

from procedures.findings import CATALOGUE
from procedures.snapshot import LookUp
from procedures.values.limits import MAX_KEY_LENGTH
from warehouse.db.bulk import bulk_upsert
from warehouse.db.upsert import insert_into
from warehouse.sources.snapshots import SnapshotRow
from warehouse.sources.staging import look_up_of
from warehouse.tables.source_tables import (
    listing,
    look_up,
    procedure_version,
    staged,
    staged_look_up,
    state_seen,
)


def store_listing_state(connection: Connection, row: SnapshotRow, at: str, *, complete: bool) -> None:
    """Store what the next reader has to know of this snapshot; the catalogue is read whole every time."""
    if row.source != CATALOGUE:
        _store_listing(connection, row, at)
        if complete:
            _drop_unlisted(connection, row)
    states = row.certificate.states if row.certificate else {}
    short_states = (state for state in states if len(state) <= MAX_KEY_LENGTH)  # a longer text is not a state
    bulk_upsert(connection, state_seen, [{"source": row.source, "state": state} for state in short_states])
    _store_answers(connection, row, at)


def load_look_ups(connection: Connection, source: str) -> dict[str, LookUp]:
    """Return the last answer of a source about each code it was asked for and has not listed since."""
    rows = connection.execute(select(look_up).where(look_up.c.source == source).order_by(look_up.c.key))
    return {row.key: look_up_of(row) for row in rows}


def _store_listing(connection: Connection, row: SnapshotRow, at: str) -> None:
    """Store a row per item. What could not be read, or was quarantined, keeps its old hash: to be read again.

    An unchanged item is not written: on most nights, most of them.
    """
    is_accepted = staged.c.presence.in_(("read", "seen", "filtered", "unpublished"))
    observed_items = select(
        literal(row.source),
        staged.c.key,
        staged.c.source_id,
        staged.c.code,
        case((is_accepted, staged.c.list_digest), else_=""),
        case((staged.c.was_read == 1, at), else_=null()),
        staged.c.evidence,
        staged.c.digest,
    ).where(staged.c.snapshot_id == row.snapshot_id, staged.c.key.not_like("?%"))
    columns = [column.name for column in listing.columns]
    insert = insert_into(connection, listing).from_select(columns, observed_items)
    inserted = insert.excluded
    was_not_read = inserted.read_at.is_(None)
    updated: dict[str, Any] = {
        "source_id": func.coalesce(inserted.source_id, listing.c.source_id),
        "code": func.coalesce(inserted.code, listing.c.code),
        "list_digest": case((inserted.list_digest == "", listing.c.list_digest), else_=inserted.list_digest),
        "read_at": func.coalesce(inserted.read_at, listing.c.read_at),
        "evidence": case((was_not_read, listing.c.evidence), else_=inserted.evidence),
        "judged_digest": case((was_not_read, listing.c.judged_digest), else_=inserted.judged_digest),
    }
    is_changed = or_(*(listing.c[name].is_distinct_from(value) for name, value in updated.items()))
    connection.execute(
        insert.on_conflict_do_update(index_elements=["source", "key"], set_=updated, where=is_changed)
    )


def _drop_unlisted(connection: Connection, row: SnapshotRow) -> None:
    """Delete items neither listed nor current: one on the ladder of absence still has to be asked for by id.

    A difference of sets: for a join PostgreSQL plans by statistics, which describe the tables as they were
    before this night, and a first night of 40,000 rows then compared each row with each other.
    """
    v = procedure_version.c
    neither = except_(
        select(listing.c.key).where(listing.c.source == row.source),
        select(staged.c.key).where(staged.c.snapshot_id == row.snapshot_id),
        select(v.key).where(v.source == row.source, v.valid_to.is_(None)),
    )
    connection.execute(listing.delete().where(listing.c.source == row.source, listing.c.key.in_(neither)))


def _store_answers(connection: Connection, row: SnapshotRow, at: str) -> None:
    """Store the answers. An error is not an answer; what is listed again needs none."""
    staged_answers = connection.execute(
        select(staged_look_up).where(
            staged_look_up.c.snapshot_id == row.snapshot_id, staged_look_up.c.outcome != "error"
        )
    )
    bulk_upsert(
        connection,
        look_up,
        [
            {
                "source": row.source,
                "key": answer.key,
                "outcome": answer.outcome,
                "state": answer.state,
                "evidence": answer.evidence,
                "at": at,
            }
            for answer in staged_answers
        ],
    )
    listed = select(staged.c.key).where(
        staged.c.snapshot_id == row.snapshot_id, staged.c.presence != "unpublished"
    )
    connection.execute(look_up.delete().where(look_up.c.source == row.source, look_up.c.key.in_(listed)))
