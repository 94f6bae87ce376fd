"""Deletion of old rows: nothing that a finding, a change or a person's decision rests on.

Versions, changes, findings, events, runs, snapshots and figures stay for ever. Deleted are other remains of
nights: outcomes of gates that passed, records quarantined long ago, the wording of letters; the way back
from what people did to findings, once it was gone or is old; and the log of signing in, which holds
addresses of people.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, exists, func, or_, select

from procedures.gate_names import UNCHANGED
from procedures.snapshot import SnapshotState
from warehouse.db.bulk import chunks
from warehouse.db.column_values import to_time
from warehouse.sources.runs import was_reread_since
from warehouse.sources.snapshots import newer_applied, prune_staged, snapshot_row
from warehouse.sources.withdrawn_rows import run_is_valid
from warehouse.tables.account_tables import sign_in_event
from warehouse.tables.desk_tables import bulk_action, bulk_action_finding
from warehouse.tables.finding_tables import alert
from warehouse.tables.source_tables import quarantine, quarantine_decision, run, snapshot, staged, validation


def first_run_since(connection: Connection, moment: datetime) -> int:
    """Return the first run whose logical time is `moment` or later; 0 where there is none."""
    query = select(func.min(run.c.run_id)).where(run.c.as_of >= to_time(moment), run_is_valid())
    return connection.execute(query).scalar() or 0


def delete_passed_outcomes(connection: Connection, oldest_run: int) -> int:
    """Delete the passed outcomes of gates of runs before `oldest_run`; return how many.

    What failed stays, and for each gate the run that judged it last: later ones may refer to it.
    """
    v = validation.c
    is_old = v.run_id < oldest_run
    last_judged = (
        select(v.source, v.suite, func.max(v.run_id).label("run_id"))
        .where(is_old, v.expectation != UNCHANGED)
        .group_by(v.source, v.suite)
    )
    last = {(row.source, row.suite): row.run_id for row in connection.execute(last_judged)}
    passed = connection.execute(
        select(v.validation_id, v.source, v.suite, v.run_id).where(is_old, v.success == 1)
    ).all()
    return _delete(
        connection,
        validation,
        v.validation_id,
        [row.validation_id for row in passed if last.get((row.source, row.suite)) != row.run_id],
    )


def delete_quarantined(connection: Connection, oldest_run: int, without_bytes: Collection[int]) -> int:
    """Delete records quarantined by snapshots of runs before `oldest_run`; return how many.

    Only of snapshots whose bytes have left the archive (`without_bytes`): the others can be rebuilt and are
    compared with these rows. What a person decided on stays, and what came since the source's last
    complete snapshot.
    """
    q, d, later = quarantine.c, quarantine_decision.c, snapshot.alias()
    is_overtaken = exists().where(
        later.c.source == q.source,
        later.c.snapshot_id > q.snapshot_id,
        later.c.applied == 1,
        later.c.state == SnapshotState.COMPLETE,
    )
    is_decided = exists().where(d.source == q.source, d.digest == q.digest)
    rows = connection.execute(
        select(q.quarantine_id, q.snapshot_id).where(q.run_id < oldest_run, is_overtaken, ~is_decided)
    ).all()
    without_archive = frozenset(without_bytes)
    return _delete(
        connection,
        quarantine,
        q.quarantine_id,
        [row.quarantine_id for row in rows if row.snapshot_id in without_archive],
    )


def clear_letters(connection: Connection, before: datetime) -> int:
    """Clear the wording of letters sent, or given up, before then; that they were, and when, stays."""
    a = alert.c
    is_old = func.coalesce(a.sent_at, a.created_at) < to_time(before)
    is_ended = a.state.in_(("sent", "failed"))
    cleared = connection.execute(
        alert.update().where(is_ended, is_old, or_(a.body != "", a.html.is_not(None))),
        {"body": "", "html": None},
    )
    return cleared.rowcount


def delete_old_actions(connection: Connection, before: datetime) -> int:
    """Delete from the journal what was undone, or done before then; return of how many actions.

    Each finding's events stay: only the way back is gone.
    """
    a, b = bulk_action.c, bulk_action_finding.c
    ended = or_(a.undone_at.is_not(None), a.at < to_time(before))
    connection.execute(bulk_action_finding.delete().where(b.action_id.in_(select(a.action_id).where(ended))))
    return connection.execute(bulk_action.delete().where(ended)).rowcount


def delete_sign_in_events(connection: Connection, before: datetime) -> int:
    """Delete what the log of signing in says of the time before then; return how many."""
    events = sign_in_event.delete().where(sign_in_event.c.at < to_time(before))
    return connection.execute(events).rowcount


def delete_overtaken_staging(connection: Connection) -> int:
    """Delete what held snapshots staged that nobody may release any more; return of how many.

    A newer snapshot of their source, complete or partial, was made current; or the current records have been
    read under newer rules than they were.
    """
    has_staged = exists().where(staged.c.snapshot_id == snapshot.c.snapshot_id)
    held = connection.execute(
        select(snapshot).where(snapshot.c.state == SnapshotState.HELD, has_staged)
    ).all()
    overtaken = [
        row.snapshot_id
        for row in map(snapshot_row, held)
        if newer_applied(connection, row) is not None or was_reread_since(connection, row)
    ]
    for snapshot_id in overtaken:
        prune_staged(connection, snapshot_id)
    return len(overtaken)


def _delete(connection: Connection, table: Table, key: ColumnElement[int], ids: Collection[int]) -> int:
    for piece in chunks(ids):
        connection.execute(table.delete().where(key.in_(piece)))
    return len(ids)
