"""The preview of a release: each procedure that would go, come or change."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from procedures.changes import Arrival, Change, ChangeKind, Comparison, StoredProcedure
from procedures.errors import InputError
from procedures.model import Procedure
from procedures.snapshot import Observation
from procedures.wording.words import SNAPSHOT_STATES
from reconciliation import ComparisonContext, compare
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.sources.load import comparison_context
from warehouse.db.bulk import chunks
from warehouse.sources import runs, snapshots, staged_difference, staging
from warehouse.sources.snapshots import SnapshotRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedProcedure:
    """A procedure that would go, come or change; `kind` is None if no change would be reported.

    `attributes` are those that would change; `changes_of` returns their values.
    """

    key: str
    code: str | None
    name: str
    kind: ChangeKind | None
    successor_code: str | None = None
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePreview:
    """The effect of releasing a snapshot; `refused` is the reason why it cannot be released.

    For a snapshot that is not held, the lists are empty.
    """

    row: SnapshotRow
    refused: str | None
    go: tuple[AffectedProcedure, ...] = ()
    come: tuple[AffectedProcedure, ...] = ()
    change: tuple[AffectedProcedure, ...] = ()


def preview_release(configuration: Configuration, snapshot_id: int) -> ReleasePreview:
    """Return what releasing the snapshot would do to the current records, read in chunks.

    Raises:
        NotFoundError: there is no such snapshot.
    """
    with reading_connection(configuration) as connection:
        row = snapshots.get_snapshot(connection, snapshot_id)
        refused = refusal_reason(configuration, connection, row)
        if row.state != "held":
            return ReleasePreview(row=row, refused=refused)
        affected: dict[str, list[AffectedProcedure]] = {"go": [], "come": [], "change": []}
        night = comparison_context(configuration, connection, row)
        for previous, comparison in _compare_in_chunks(connection, row.snapshot_id, night):
            for direction, entry in _affected(previous, comparison):
                affected[direction].append(entry)
    return ReleasePreview(
        row=row,
        refused=refused,
        **{to: tuple(sorted(entries, key=lambda each: each.key)) for to, entries in affected.items()},
    )


def changes_of(
    configuration: Configuration, snapshot_id: int, keys: Collection[str]
) -> Mapping[str, tuple[Change, ...]]:
    """Return the changes of each of these procedures, attribute by attribute."""
    changes: dict[str, list[Change]] = {key: [] for key in keys}
    with reading_connection(configuration) as connection:
        row = snapshots.get_snapshot(connection, snapshot_id)
        night = comparison_context(configuration, connection, row)
        for chunk in chunks(sorted(keys)):
            previous, current = staged_difference.staged_difference(connection, snapshot_id, chunk)
            for change in compare(previous, current, night).changes:
                if change.attribute is not None:
                    changes[change.key].append(change)
    return {key: tuple(items) for key, items in changes.items()}


def refusal_reason(configuration: Configuration, connection: Connection, row: SnapshotRow) -> str | None:
    """Return why a snapshot cannot be released; None if it can."""
    if row.state != "held":
        state = "đang đọc" if row.state is None else SNAPSHOT_STATES[row.state].lower()
        return f"Lần lấy dữ liệu {row.snapshot_id} không ở trạng thái tạm giữ ({state})"
    newer = snapshots.newer_applied(connection, row)
    if newer is not None:
        return (
            f"Lần lấy dữ liệu {row.snapshot_id} cũ hơn lần đã đưa vào gần nhất ({newer.snapshot_id}) "
            f"của {configuration.source_name(row.source)}; hãy cho qua lần mới nhất bị tạm giữ, "
            "hoặc chờ đêm sau"
        )
    if runs.was_reread_since(connection, row):
        return (
            f"Lần lấy dữ liệu {row.snapshot_id} được đọc theo quy tắc của phiên bản trước, không so được "
            "với dữ liệu hiện hành; hãy cho qua lần của đêm sau (danh mục: nhập lại tệp)"
        )
    if row.procedures > 0 and not staging.has_staged(connection, row.snapshot_id):
        return (
            f"Lần lấy dữ liệu {row.snapshot_id}: phần đã đọc không còn giữ, vì có lúc một lần mới hơn đã "
            "được nạp; hãy chờ đêm sau"
        )
    return None


def refuse_release(configuration: Configuration, connection: Connection, row: SnapshotRow) -> None:
    """Raise an error unless the snapshot can be released.

    Raises:
        InputError: it cannot, with the reason.
    """
    reason = refusal_reason(configuration, connection, row)
    if reason is not None:
        raise InputError(reason)


def _compare_in_chunks(
    connection: Connection, snapshot_id: int, night: ComparisonContext
) -> Iterator[tuple[Mapping[str, StoredProcedure], Comparison]]:
    """Yield the comparison in chunks: first of listed procedures, then of all that would go.

    Successors of those that go are searched for among all that come, so they are compared last; of both only
    what identifies a procedure is held in memory.
    """
    arrivals: dict[str, Arrival] = {}
    gone: dict[str, StoredProcedure] = {}
    unpublished: dict[str, Observation] = {}
    for chunk in chunks(staged_difference.differing_keys(connection, snapshot_id)):
        previous, current = staged_difference.staged_difference(connection, snapshot_id, chunk)
        for key in [key for key, each in current.items() if each.presence == "unpublished"]:
            unpublished[key] = current.pop(key)
        for key in [key for key, each in previous.items() if key not in current and not each.retired]:
            known = previous.pop(key)
            gone[key] = replace(known, procedure=_without_long_texts(known.procedure))
        arrivals |= {
            key: Arrival(_without_long_texts(each.procedure), night.day)
            for key, each in current.items()
            if each.procedure is not None and key not in previous
        }
        yield previous, compare(previous, current, night)
    last = replace(night, recent_new={**night.recent_new, **arrivals})
    yield gone, compare(gone, unpublished, last)


def _without_long_texts(procedure: Procedure) -> Procedure:
    """Return the procedure without the long texts, which do not identify it."""
    return replace(
        procedure, dossier=None, steps=None, legal_bases=None, requirements=None, results=None, raw=()
    )


def _affected(
    previous: Mapping[str, StoredProcedure], comparison: Comparison
) -> Iterator[tuple[str, AffectedProcedure]]:
    changes_by_key: dict[str, list[Change]] = {}
    for change in comparison.changes:
        changes_by_key.setdefault(change.key, []).append(change)
    opened = {step.key: step.procedure for step in comparison.versions}
    for key in opened.keys() | changes_by_key.keys():
        changes, known = changes_by_key.get(key, []), previous.get(key)
        kinds = [entry.kind for entry in changes if entry.attribute is None]
        procedure = opened.get(key) or (known.procedure if known else None)
        if procedure is None:
            continue
        entry = AffectedProcedure(
            key=key,
            code=procedure.code,
            name=procedure.name,
            kind=kinds[0] if kinds else (changes[0].kind if changes else None),
            successor_code=changes[0].successor_code if changes else None,
            attributes=tuple(change.attribute for change in changes if change.attribute is not None),
        )
        if known is None or known.retired or entry.kind is ChangeKind.REINSTATED:
            yield "come", entry
        elif (key in opened and opened[key] is None) or entry.kind is ChangeKind.MISSING:
            yield "go", entry
        elif entry.attributes:
            yield "change", entry
