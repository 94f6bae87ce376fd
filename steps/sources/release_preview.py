"""What a held snapshot would do if it were let through: each procedure that would go, come or change."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from procedures.changes import Arrival, Change, ChangeKind, Comparison, Known
from procedures.errors import InputError
from procedures.model import Procedure
from procedures.snapshot import Observation
from procedures.wording.words import SNAPSHOT_STATES
from reconciliation import Night, compare
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.sources.load import night_of
from warehouse.db.bulk import chunks
from warehouse.sources import runs, snapshots, staged_difference, staging
from warehouse.sources.snapshots import SnapshotRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A procedure that would go, come or change; `kind` says how, None where nobody would be told.

    `attributes` are those that would change; `changes_of` has their values.
    """

    key: str
    code: str | None
    name: str
    kind: ChangeKind | None
    successor_code: str | None = None
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What letting a held snapshot through would do; `refused` says why it cannot be.

    One that is not held has nothing to show.
    """

    row: SnapshotRow
    refused: str | None
    go: tuple[Affected, ...] = ()
    come: tuple[Affected, ...] = ()
    change: tuple[Affected, ...] = ()


def preview_release(configuration: Configuration, snapshot_id: int) -> Preview:
    """What releasing the snapshot would do to what stands now. Records are read some at a time.

    Raises:
        UnknownThingError: there is no such snapshot.
    """
    with reading_connection(configuration) as connection:
        row = snapshots.get_snapshot(connection, snapshot_id)
        refused = why_not(configuration, connection, row)
        if row.state != "held":
            return Preview(row=row, refused=refused)
        found: dict[str, list[Affected]] = {"go": [], "come": [], "change": []}
        night = night_of(configuration, connection, row)
        for previous, comparison in _compared(connection, row.snapshot_id, night):
            for where, each in _affected(previous, comparison):
                found[where].append(each)
    return Preview(
        row=row,
        refused=refused,
        **{where: tuple(sorted(its, key=lambda each: each.key)) for where, its in found.items()},
    )


def changes_of(
    configuration: Configuration, snapshot_id: int, keys: Collection[str]
) -> Mapping[str, tuple[Change, ...]]:
    """What would change of each of these procedures, attribute by attribute, from what to what."""
    found: dict[str, list[Change]] = {key: [] for key in keys}
    with reading_connection(configuration) as connection:
        row = snapshots.get_snapshot(connection, snapshot_id)
        night = night_of(configuration, connection, row)
        for piece in chunks(sorted(keys)):
            previous, current = staged_difference.staged_difference(connection, snapshot_id, piece)
            for each in compare(previous, current, night).changes:
                if each.attribute is not None:
                    found[each.key].append(each)
    return {key: tuple(its) for key, its in found.items()}


def why_not(configuration: Configuration, connection: Connection, row: SnapshotRow) -> str | None:
    """Why a snapshot cannot be let through; None where it can."""
    if row.state != "held":
        state = "đang đọc" if row.state is None else SNAPSHOT_STATES[row.state].lower()
        return f"Bản chụp {row.snapshot_id} không ở trạng thái tạm giữ ({state})"
    newer = snapshots.overtaken_by(connection, row)
    if newer is not None:
        return (
            f"Bản chụp {row.snapshot_id} cũ hơn bản chụp đã đưa vào gần nhất ({newer.snapshot_id}) "
            f"của {configuration.source_name(row.source)}; hãy cho qua bản mới nhất bị tạm giữ, "
            "hoặc chờ đêm sau"
        )
    if runs.read_under_past_rules(connection, row):
        return (
            f"Bản chụp {row.snapshot_id} được đọc theo quy tắc của phiên bản trước, không so được với dữ liệu"
            " hiện hành; hãy cho qua bản của đêm sau (danh mục: nhập lại tệp)"
        )
    if row.procedures > 0 and not staging.has_staged(connection, row.snapshot_id):
        return (
            f"Bản chụp {row.snapshot_id}: phần đã đọc không còn giữ, vì có lúc một bản chụp mới hơn đã được "
            "nạp; hãy chờ đêm sau"
        )
    return None


def refuse_release(configuration: Configuration, connection: Connection, row: SnapshotRow) -> None:
    """Nothing where a snapshot can be let through.

    Raises:
        InputError: it cannot be; why.
    """
    why = why_not(configuration, connection, row)
    if why is not None:
        raise InputError(why)


def _compared(
    connection: Connection, snapshot_id: int, night: Night
) -> Iterator[tuple[Mapping[str, Known], Comparison]]:
    """The comparison in pieces: first of what is there, then of all that leaves.

    What leaves is looked for among all that came, so that it is compared last, of both only what tells a
    procedure from another.
    """
    arrivals: dict[str, Arrival] = {}
    gone: dict[str, Known] = {}
    unpublished: dict[str, Observation] = {}
    for piece in chunks(staged_difference.differing_keys(connection, snapshot_id)):
        previous, current = staged_difference.staged_difference(connection, snapshot_id, piece)
        for key in [key for key, each in current.items() if each.presence == "unpublished"]:
            unpublished[key] = current.pop(key)
        for key in [key for key, each in previous.items() if key not in current and not each.retired]:
            known = previous.pop(key)
            gone[key] = replace(known, procedure=_light(known.procedure))
        arrivals |= {
            key: Arrival(_light(each.procedure), night.day)
            for key, each in current.items()
            if each.procedure is not None and key not in previous
        }
        yield previous, compare(previous, current, night)
    last = replace(night, recent_new={**night.recent_new, **arrivals})
    yield gone, compare(gone, unpublished, last)


def _light(procedure: Procedure) -> Procedure:
    """Without the long texts, by which no procedure is known."""
    return replace(
        procedure, dossier=None, steps=None, legal_bases=None, requirements=None, results=None, raw=()
    )


def _affected(previous: Mapping[str, Known], comparison: Comparison) -> Iterator[tuple[str, Affected]]:
    said: dict[str, list[Change]] = {}
    for change in comparison.changes:
        said.setdefault(change.key, []).append(change)
    opened = {step.key: step.procedure for step in comparison.versions}
    for key in opened.keys() | said.keys():
        its, known = said.get(key, []), previous.get(key)
        kinds = [each.kind for each in its if each.attribute is None]
        procedure = opened.get(key) or (known.procedure if known else None)
        if procedure is None:
            continue
        each = Affected(
            key=key,
            code=procedure.code,
            name=procedure.name,
            kind=kinds[0] if kinds else (its[0].kind if its else None),
            successor_code=its[0].successor_code if its else None,
            attributes=tuple(change.attribute for change in its if change.attribute is not None),
        )
        if known is None or known.retired or each.kind is ChangeKind.REINSTATED:
            yield "come", each
        elif (key in opened and opened[key] is None) or each.kind is ChangeKind.MISSING:
            yield "go", each
        elif each.attributes:
            yield "change", each
