"""The replay of a run: records and changes rebuilt from the raw archive, without network or writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from procedures.changes import Change, Comparison
from procedures.errors import ArchiveError
from procedures.model import Procedure, record_bytes, record_digest
from procedures.snapshot import Certificate, Observation, SnapshotState
from procedures.wording.words import count
from reconciliation import compare
from settings.configuration import Configuration
from steps.database import reading_connection
from steps.sources.archive import archive_of
from steps.sources.recorded_inputs import Compared, kept
from steps.sources.recorded_reader import read_again
from steps.sources.validate import RECORDS
from warehouse.quality import validations
from warehouse.sources import runs, versions
from warehouse.sources.snapshots import SnapshotRow

SOURCE_FIELDS = (
    *("declared_total", "listed", "distinct_codes", "repeated_codes", "pages", "first_page_again"),
    *("details_due", "details_read", "details_failed", "wrong_codes", "quarantined"),
    *("present", "unpublished", "lacking", "of_last"),
)
"""Fields of a certificate that depend on the source alone; shape and leftovers also on the reader."""

MAX_LISTED = 5
"""Number of differences that are listed one by one."""


@dataclass(frozen=True, slots=True)
class ReplayOutcome:
    """Whether the rebuilt data equals the stored data, and the text for people."""

    equal: bool
    text: str


def replay_run(configuration: Configuration, run_id: int) -> ReplayOutcome:
    """Read every snapshot of the run again from its bytes and compare with what is stored.

    Raises:
        NotFoundError: there is no such run.
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
                f"{row.source}: " + (_as_text(differences) if differences else "bằng với dữ liệu đã lưu")
            )
    if not lines:
        return ReplayOutcome(True, f"Lần chạy {run_id} không đọc nguồn nào")
    return ReplayOutcome(equal, "\n".join(lines))


def _replay(
    configuration: Configuration, connection: Connection, row: SnapshotRow, run_id: int
) -> Iterator[str]:
    """Yield the differences between the rebuilt snapshot and the stored one."""
    if row.state is None:
        return
    pruned = archive_of(configuration).pruned_at(row.snapshot_id)
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
        yield from _certificate_differences(read.certificate, row.certificate)
    if not row.applied:
        return
    compared = kept(configuration, row.snapshot_id, Compared)
    if compared.run_id != run_id:
        return  # it was held that night and released by a later run
    observations = dict(_without_quarantined(connection, row, read.observations))
    current = {key: observations[key] for key in compared.keys if key in observations}
    comparison = compare(compared.previous, current, compared.night)
    yield from _change_differences(connection, row.source, run_id, comparison.changes)
    rebuilt = _rebuilt_records(observations, compared, comparison)
    yield from _record_differences(connection, row.source, run_id, rebuilt)


def _certificate_differences(rebuilt: Certificate, stored: Certificate) -> Iterator[str]:
    """Yield the fields of the certificate that differ, except for the requests that were needed."""
    for name in SOURCE_FIELDS:
        old, new = getattr(stored, name), getattr(rebuilt, name)
        if old != new:
            yield f"chứng nhận {name}: dựng lại được {new}, đã lưu {old}"


def _without_quarantined(
    connection: Connection, row: SnapshotRow, observations: Mapping[str, Observation]
) -> Iterator[tuple[str, Observation]]:
    """Yield the observations; a record quarantined that night counts as present, without a record."""
    quarantined = validations.quarantined_keys(connection, row.snapshot_id, RECORDS)
    for key, each in observations.items():
        without_record = Observation(key=key, presence="quarantined", code=each.code)
        yield key, without_record if key in quarantined else each


def _change_differences(
    connection: Connection, source: str, run_id: int, changes: Sequence[Change]
) -> Iterator[str]:
    rebuilt = Counter(
        (str(each.kind), each.code, each.attribute, each.old_value, each.new_value) for each in changes
    )
    where = {"run_id": run_id, "source": source}
    stored = Counter(
        (each["kind"], each["code"], each["attribute"], each["old_value"], each["new_value"])
        for each in runs.view_rows(connection, "v_change", where=where)
    )
    for kind, code, attribute, *_ in rebuilt - stored:
        yield f"thay đổi {kind} {code} {attribute or ''} dựng lại được mà không có trong dữ liệu đã lưu"
    for kind, code, attribute, *_ in stored - rebuilt:
        yield f"thay đổi {kind} {code} {attribute or ''} đã lưu mà không dựng lại được"


def _rebuilt_records(
    observations: Mapping[str, Observation], compared: Compared, comparison: Comparison
) -> dict[str, Procedure]:
    """Return the records current after the night: a new version, the previous one, or the record as read.

    A row that only moved within a workbook opens no version, and one with fewer values keeps the old ones.
    """
    opened = {step.key: step.procedure for step in comparison.versions if step.procedure is not None}
    rebuilt = {}
    for key, observation in observations.items():
        if observation.presence != "read" or observation.procedure is None:
            continue
        previous = compared.previous.get(key) if key in compared.keys else None
        rebuilt[key] = opened.get(key) or (previous.procedure if previous else observation.procedure)
    return rebuilt


def _record_differences(
    connection: Connection, source: str, run_id: int, rebuilt: Mapping[str, Procedure]
) -> Iterator[str]:
    digests = versions.digests_at(connection, source, run_id)
    for key, procedure in rebuilt.items():
        stored = digests.get(key)
        if stored != record_digest(record_bytes(procedure)):
            yield f"bản ghi {key} " + ("khác bản đã lưu" if stored else "chưa được lưu")


def _as_text(differences: Sequence[Any]) -> str:
    examples = "; ".join(differences[:MAX_LISTED])
    rest = len(differences) - MAX_LISTED
    return f"KHÁC {count(len(differences))} chỗ: {examples}" + (
        f" … và {count(rest)} chỗ nữa" if rest > 0 else ""
    )
