"""Rebuilds a run's records and changes from the raw archive, without the network, and writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from procedures.changes import Change, Comparison
from procedures.errors import ArchiveError
from procedures.model import Procedure, digest, record_bytes
from procedures.snapshot import Certificate, Observation, SnapshotState
from procedures.wording.words import count
from reconciliation import compare
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.sources.recorded_inputs import Compared, archive_of, kept
from steps.sources.recorded_reader import read_again
from steps.sources.validate import RECORDS
from warehouse.quality import validations
from warehouse.sources import runs, versions
from warehouse.sources.snapshots import SnapshotRow

SEEN = (
    *("declared_total", "listed", "distinct_codes", "repeated_codes", "pages", "first_page_again"),
    *("details_due", "details_read", "details_failed", "wrong_codes", "quarantined"),
    *("present", "unpublished", "lacking", "of_last"),
)
"""What a certificate says of the source; shape and leftovers also depend on the version of the reader."""

SHOWN = 5
"""So many differences are told one by one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether what was rebuilt equals what was stored, and the words for it."""

    equal: bool
    text: str


def replay_run(configuration: Configuration, run_id: int) -> Outcome:
    """Read every snapshot of the run again from its bytes.

    Raises:
        UnknownThingError: there is no such run.
    """
    with reading_connection(configuration) as connection:
        run = runs.get_run(connection, run_id)
        rows = runs.snapshots_about(connection, run)
        lines, equal = [], True
        for row in rows:
            if row.state is SnapshotState.WITHDRAWN:
                lines.append(f"{row.source}: đã được rút, không còn dữ liệu nào của lần chạy này để so")
                continue
            try:
                differences = list(_replay(configuration, connection, row, run_id))
            except ArchiveError as error:
                differences = [str(error)]
            equal = equal and not differences
            lines.append(
                f"{row.source}: " + (_many(differences) if differences else "bằng với dữ liệu đã lưu")
            )
    if not lines:
        return Outcome(True, f"Lần chạy {run_id} không đọc nguồn nào")
    return Outcome(equal, "\n".join(lines))


def _replay(
    configuration: Configuration, connection: Connection, row: SnapshotRow, run_id: int
) -> Iterator[str]:
    """Each way in which the rebuilt snapshot differs from the stored one."""
    if row.state is None:
        return
    pruned = archive_of(configuration).pruned(row.snapshot_id)
    if pruned is not None:
        day = pruned.astimezone(configuration.department.zone)
        yield f"dữ liệu gốc đã được dọn khỏi kho lưu ngày {day:%d/%m/%Y}, không dựng lại được nữa"
        return
    read = read_again(configuration, row)
    trusted = (SnapshotState.COMPLETE, SnapshotState.PARTIAL, SnapshotState.HELD)
    if read.state != row.state and not (
        read.state in trusted and row.state in (*trusted, SnapshotState.FAILED)
    ):
        yield f"trạng thái {read.state}, đã lưu {row.state}"
        return
    if read.certificate is not None and row.certificate is not None and row.state in trusted:
        yield from _seen_otherwise(read.certificate, row.certificate)
    if not row.applied:
        return
    compared = kept(configuration, row.snapshot_id, Compared)
    if compared.run_id != run_id:
        return  # it was held that night, and let through by a later run
    observations = dict(_without_quarantined(connection, row, read.observations))
    current = {key: observations[key] for key in compared.keys if key in observations}
    again = compare(compared.previous, current, compared.night)
    yield from _changes_that_differ(connection, row.source, run_id, again.changes)
    rebuilt = _rebuilt(observations, compared, again)
    yield from _records_that_differ(connection, row.source, run_id, rebuilt)


def _seen_otherwise(again: Certificate, stored: Certificate) -> Iterator[str]:
    """What of the certificate is not as it was: all that was seen, but not what was asked to see it."""
    for name in SEEN:
        before, now = getattr(stored, name), getattr(again, name)
        if before != now:
            yield f"chứng nhận {name}: dựng lại được {now}, đã lưu {before}"


def _without_quarantined(
    connection: Connection, row: SnapshotRow, observations: Mapping[str, Observation]
) -> Iterator[tuple[str, Observation]]:
    """What the gates threw out that night counts as present and has no record."""
    thrown = validations.thrown_out(connection, row.snapshot_id, RECORDS)
    for key, each in observations.items():
        out = key in thrown
        yield key, Observation(key=key, presence="quarantined", code=each.code) if out else each


def _changes_that_differ(
    connection: Connection, source: str, run_id: int, changes: Sequence[Change]
) -> Iterator[str]:
    again = Counter(
        (str(each.kind), each.code, each.attribute, each.old_value, each.new_value) for each in changes
    )
    where = {"run_id": run_id, "source": source}
    stored = Counter(
        (each["kind"], each["code"], each["attribute"], each["old_value"], each["new_value"])
        for each in runs.rows_of(connection, "v_change", where=where)
    )
    for kind, code, attribute, *_ in again - stored:
        yield f"thay đổi {kind} {code} {attribute or ''} dựng lại được mà không có trong dữ liệu đã lưu"
    for kind, code, attribute, *_ in stored - again:
        yield f"thay đổi {kind} {code} {attribute or ''} đã lưu mà không dựng lại được"


def _rebuilt(
    observations: Mapping[str, Observation], compared: Compared, again: Comparison
) -> dict[str, Procedure]:
    """What stands after the night by what was read: a new version, the one before, or the record as read.

    A row that only moved within a workbook starts no version, and one that says less keeps what it said.
    """
    opened = {step.key: step.procedure for step in again.versions if step.procedure is not None}
    rebuilt = {}
    for key, each in observations.items():
        if each.presence != "read" or each.procedure is None:
            continue
        before = compared.previous.get(key) if key in compared.keys else None
        rebuilt[key] = opened.get(key) or (before.procedure if before else each.procedure)
    return rebuilt


def _records_that_differ(
    connection: Connection, source: str, run_id: int, rebuilt: Mapping[str, Procedure]
) -> Iterator[str]:
    standing = versions.digests_at(connection, source, run_id)
    for key, procedure in rebuilt.items():
        stored = standing.get(key)
        if stored != digest(record_bytes(procedure)):
            yield f"bản ghi {key} " + ("khác bản đã lưu" if stored else "chưa được lưu")


def _many(differences: Sequence[Any]) -> str:
    shown = "; ".join(differences[:SHOWN])
    rest = len(differences) - SHOWN
    return f"KHÁC {count(len(differences))} chỗ: {shown}" + (
        f" … và {count(rest)} chỗ nữa" if rest > 0 else ""
    )
