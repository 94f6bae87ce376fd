"""Takes the department's list in as a new snapshot of the source `catalogue`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from sqlalchemy import Connection

from extractors.workbook import CatalogueFile, read_catalogue
from procedures.configuration import Configuration
from procedures.errands import Errand
from procedures.errors import ConflictError, InputError, WorkbookError
from procedures.findings import CATALOGUE, RowProblem
from procedures.model import Procedure
from procedures.snapshot import Certificate, Observation, Quarantined, SnapshotState, Verdict
from reports.catalogue import write_catalogue
from steps.comparing import apply
from steps.concluding import conclude
from steps.gates import check
from steps.keeping import Handed, archive_of, keep
from steps.opening import begin, engine_of, opened, reading_connection
from steps.reconciling import IMPORT, row_problems
from steps.running import closing_what_breaks
from steps.summary import Summary
from warehouse import snapshots, versions
from warehouse.engine import reading, writing
from warehouse.staging import Stage

MAX_LOSS = 0.20
"""Share of the list that may vanish in one import before it is held for a person to confirm."""

Telling: TypeAlias = Callable[[Connection], None]
"""Writes what is to stand or fall with the change of the catalogue, in its transaction."""


def import_catalogue(
    configuration: Configuration,
    file: Path,
    level: str | None,
    as_of: datetime,
    *,
    by: str | None = None,
    base: int | None = None,
) -> Summary:
    """Read `file` and make it the catalogue; with `level` it speaks of that level alone.

    `by` is kept with the run. `base` is where the list stood (`stands_at`) when a person was shown what
    this would change.

    Raises:
        WorkbookError: the file cannot be read, has no heading row or no rows.
        ConflictError: the list no longer stands at `base`.
    """
    content = read_catalogue(file, level=level)
    with opened(configuration), closing_what_breaks(configuration):
        if base is not None and base != stands_at(configuration):
            raise ConflictError("Danh mục đã thay đổi sau khi xem trước; chưa nhập gì")
        run_id = begin(configuration, as_of, "import", CATALOGUE, errand=Errand(by=by))
        return take_in(configuration, run_id, content, file.name, file.read_bytes(), as_of, level)


def stands_at(configuration: Configuration) -> int:
    """The snapshot by which the list stands; 0 where there is none yet."""
    with reading_connection(configuration) as connection:
        last = snapshots.last_complete(connection, CATALOGUE)
    return 0 if last is None else last.snapshot_id


def amend_catalogue(
    configuration: Configuration,
    amended: Mapping[str, Procedure],
    errand: Errand,
    as_of: datetime,
    telling: Telling | None = None,
) -> Summary:
    """Make the catalogue as it stands, with some rows (by key) amended by a person, its next snapshot.

    What is archived is the workbook that an export of the amended list gives. `telling` writes what the
    person did, with the change or, where a gate holds it back, not at all. Call it with the lock held.

    Raises:
        InputError: there is no catalogue yet, or `as_of` is before its last snapshot.
    """
    engine = engine_of(configuration)
    with reading(engine) as connection:
        standing = versions.current(connection, CATALOGUE)
        problems = row_problems(connection)
    if not standing:
        raise InputError("Chưa có danh mục nào; nhập bằng: rasoat catalogue import TỆP")
    procedures = standing | dict(amended)
    with closing_what_breaks(configuration), TemporaryDirectory() as folder:
        file = Path(folder) / "danh-muc.xlsx"
        write_catalogue(file, [(row, "code" if row.code else None, None) for row in procedures.values()])
        content = replace(read_catalogue(file), problems=problems)
        if content.procedures.keys() != procedures.keys():
            raise WorkbookError(f"{file.name}: danh mục xuất ra không đọc lại được đủ dòng, chưa ghi gì")
        run_id = begin(configuration, as_of, "import", CATALOGUE, errand=errand)
        return take_in(configuration, run_id, content, file.name, file.read_bytes(), as_of, None, telling)


def take_in(
    configuration: Configuration,
    run_id: int,
    content: CatalogueFile,
    name: str,
    received: bytes,
    as_of: datetime,
    level: str | None,
    telling: Telling | None = None,
) -> Summary:
    """The list that was read from `received` becomes the catalogue, or is held; closes the run."""
    engine = engine_of(configuration)
    levels = frozenset({level}) if level else None
    with writing(engine) as connection:
        snapshot_id = snapshots.begin_snapshot(
            connection,
            run_id,
            CATALOGUE,
            CATALOGUE,
            as_of=as_of,
            day=configuration.local_day(as_of),
            scope={"level": level},
        )
        standing = versions.current(connection, CATALOGUE)
    meta = {"file": name, "snapshot_id": snapshot_id}
    keep(configuration, snapshot_id, Handed(name, archive_of(configuration).put(received, meta), level))
    with Stage(engine, snapshot_id) as stage:
        for key, procedure in content.procedures.items():
            stage.observe(Observation(key=key, presence="read", code=procedure.code, procedure=procedure))
        for problem in content.problems:
            stage.quarantine(kept(problem))
    certificate = certificate_of(content, lost(standing, content.procedures, levels), len(standing))
    with writing(engine) as connection:
        snapshots.finish_snapshot(connection, snapshot_id, certificate, judge_import(certificate))
    check(configuration, snapshot_id)
    with writing(engine) as connection:
        row = snapshots.get_snapshot(connection, snapshot_id)
        if row.state == SnapshotState.COMPLETE:
            apply(configuration, connection, row, run_id, levels)
            if telling is not None:
                telling(connection)
    return conclude(configuration, run_id)


def lost(standing: Mapping[str, Procedure], listed: Collection[str], levels: frozenset[str] | None) -> int:
    """How many rows the file no longer has, of those it speaks of."""
    return sum(
        1
        for key, procedure in standing.items()
        if key not in listed and (levels is None or (procedure.executing_levels or frozenset()) <= levels)
    )


def judge_import(certificate: Certificate) -> Verdict:
    """A list that lost over a fifth of its rows is held: half a file looks just like that."""
    if certificate.of_last and certificate.lacking / certificate.of_last > MAX_LOSS:
        share = f"{100 * certificate.lacking / certificate.of_last:.2f}".replace(".", ",")
        reason = (
            f"Tệp mới thiếu {certificate.lacking} trên {certificate.of_last} thủ tục của danh mục hiện hành "
            f"({share} %), quá 20 %"
        )
        return Verdict(SnapshotState.HELD, reason)
    return Verdict(SnapshotState.COMPLETE)


def certificate_of(content: CatalogueFile, lacking: int, of_last: int) -> Certificate:
    """The file's certificate: what was listed, repeated, left over."""
    procedures = content.procedures
    return Certificate(
        listed=len(procedures) + len(content.problems),
        distinct_codes=sum(1 for procedure in procedures.values() if procedure.code),
        pages=1,
        present=len(procedures),
        quarantined=0,
        lacking=lacking,
        of_last=of_last,
    )


def kept(problem: RowProblem) -> Quarantined:
    """The row as the warehouse keeps it, so that every later comparison can tell of it again."""
    record: dict[str, Any] = asdict(problem)
    return Quarantined(
        code=problem.code, stage=IMPORT, rule=str(problem.rule), reason=problem.reason, record=record
    )
