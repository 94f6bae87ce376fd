"""Takes the department's list in as a new snapshot of the source `catalogue`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from sqlalchemy import Connection

from extractors.workbooks.catalogue import read_catalogue
from extractors.workbooks.catalogue_file import CatalogueFile
from procedures.errors import ConflictError, InputError, WorkbookError
from procedures.findings import CATALOGUE, RowProblem
from procedures.model import Procedure
from procedures.run_origin import RunOrigin
from procedures.snapshot import Certificate, Observation, QuarantinedRecord, SnapshotState, SnapshotVerdict
from procedures.values.levels import level_label
from procedures.wording.words import share_text
from reports.catalogue_export import write_catalogue
from settings.configuration import Configuration
from steps.catalogue.column_mappings import known_mappings
from steps.database import engine_of, open_locked, reading_connection
from steps.nights.begin_run import begin
from steps.nights.concluding_steps import conclude
from steps.nights.reconcile import IMPORT_STAGE, load_row_problems
from steps.nights.reporting.run_summary import Summary
from steps.nights.run_now import closing_on_error
from steps.sources.archive import archive_of
from steps.sources.load import apply_snapshot
from steps.sources.recorded_inputs import Handed, keep
from steps.sources.validate import check
from warehouse.db.engine import reading, writing
from warehouse.sources import snapshots, versions
from warehouse.sources.staging import StagingSink

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
    content = read_catalogue(file, level=level, mappings=known_mappings(configuration))
    with open_locked(configuration), closing_on_error(configuration):
        if base is not None and base != stands_at(configuration):
            raise ConflictError("Danh mục đã thay đổi sau khi xem trước; chưa nhập gì")
        run_id = begin(configuration, as_of, "import", CATALOGUE, errand=RunOrigin(by=by))
        done = take_in(configuration, run_id, content, file.name, file.read_bytes(), as_of, level)
        return replace(done, remarks=content.remarks)


def stands_at(configuration: Configuration) -> int:
    """The snapshot by which the list stands; 0 where there is none yet."""
    with reading_connection(configuration) as connection:
        last = snapshots.last_complete(connection, CATALOGUE)
    return 0 if last is None else last.snapshot_id


def amend_catalogue(
    configuration: Configuration,
    amended: Mapping[str, Procedure],
    errand: RunOrigin,
    as_of: datetime,
    telling: Telling | None = None,
) -> Summary:
    """Make the catalogue as it stands, with some rows (by key) amended by a person, its next snapshot.

    What is archived is the workbook that an export of the amended list gives, in which each row keeps its
    place in the office's own. `telling` writes what the person did, with the change or, where a gate holds
    it back, not at all. Call it with the lock held.

    Raises:
        InputError: there is no catalogue yet, or `as_of` is before its last snapshot.
    """
    engine = engine_of(configuration)
    with reading(engine) as connection:
        standing = versions.current_procedures(connection, CATALOGUE)
        problems = load_row_problems(connection)
    if not standing:
        raise InputError("Chưa có danh mục nào; hãy nhập danh mục trước")
    procedures = standing | dict(amended)
    with closing_on_error(configuration), TemporaryDirectory() as folder:
        file = Path(folder) / "danh-muc.xlsx"
        rows = [(row, "code" if row.code else None, None) for row in procedures.values()]
        write_catalogue(file, rows, placed=True)
        content = replace(read_catalogue(file, repealed=True), problems=problems)
        if content.procedures.keys() != procedures.keys():
            raise WorkbookError(f"{file.name}: danh mục xuất ra không đọc lại được đủ dòng, chưa ghi gì")
        run_id = begin(configuration, as_of, "import", CATALOGUE, errand=errand)
        return take_in(
            configuration,
            run_id,
            content,
            file.name,
            file.read_bytes(),
            as_of,
            None,
            frozenset(amended),
            telling,
        )


def take_in(
    configuration: Configuration,
    run_id: int,
    content: CatalogueFile,
    name: str,
    received: bytes,
    as_of: datetime,
    level: str | None,
    amended: frozenset[str] = frozenset(),
    telling: Telling | None = None,
) -> Summary:
    """The list that was read from `received` becomes the catalogue, or is held; closes the run.

    `amended` are the keys of rows that a person changed as they stand, and nothing else of the list.
    """
    engine = engine_of(configuration)
    levels = frozenset({level}) if level else None
    said = content.mappings
    with writing(engine) as connection:
        problems = all_problems(content.problems, load_row_problems(connection), levels)
        snapshot_id = snapshots.begin_snapshot(
            connection,
            run_id,
            CATALOGUE,
            CATALOGUE,
            as_of=as_of,
            day=configuration.local_day(as_of),
            scope={"level": level}
            | ({"amended": sorted(amended)} if amended else {})
            | ({"columns": [[each.shape, each.version] for each in said]} if said else {}),
        )
        standing = versions.current_procedures(connection, CATALOGUE)
    meta = {"file": name, "snapshot_id": snapshot_id}
    digest = archive_of(configuration).put(received, meta)
    keep(configuration, snapshot_id, Handed(name, digest, level, said))
    with StagingSink(engine, snapshot_id) as stage:
        for key, procedure in content.procedures.items():
            stage.observe(Observation(key=key, presence="read", code=procedure.code, procedure=procedure))
        for problem in problems:
            stage.quarantine(kept(problem))
    certificate = certificate_of(content, spoken_of(standing, levels))
    with writing(engine) as connection:
        snapshots.finish_snapshot(connection, snapshot_id, certificate, judge_import(certificate, level))
    check(configuration, snapshot_id)
    with writing(engine) as connection:
        row = snapshots.get_snapshot(connection, snapshot_id)
        if row.state == SnapshotState.COMPLETE:
            apply_snapshot(configuration, connection, row, run_id)
            if telling is not None:
                telling(connection)
    return conclude(configuration, run_id)


def spoken_of(standing: Mapping[str, Procedure], levels: frozenset[str] | None) -> frozenset[str]:
    """Keys of the standing rows that a file of those levels speaks of: it ends them, or takes a level off."""
    return frozenset(
        key
        for key, procedure in standing.items()
        if levels is None or not levels.isdisjoint(procedure.executing_levels or ())
    )


def all_problems(
    of_file: Sequence[RowProblem], standing: Iterable[RowProblem], levels: frozenset[str] | None
) -> tuple[RowProblem, ...]:
    """The file's problems, and the standing ones of rows at levels that it does not speak of."""
    if levels is None:
        return tuple(of_file)
    told = {problem.subject for problem in of_file}
    others = (each for each in standing if each.subject not in told and levels.isdisjoint(_levels(each)))
    return (*of_file, *others)


def _levels(problem: RowProblem) -> Iterator[str]:
    for record in problem.evidence.get("records", ()):
        yield from record.get("executing_levels", ())


def judge_import(certificate: Certificate, level: str | None) -> SnapshotVerdict:
    """A list that lost over a fifth of the rows it speaks of is held: half a file looks just like that."""
    if certificate.of_last and certificate.lacking / certificate.of_last > MAX_LOSS:
        at_level = "" if level is None else f" {level_label(level).lower()}"
        reason = (
            f"Tệp mới thiếu {certificate.lacking} trên {certificate.of_last} thủ tục{at_level} của danh mục "
            f"hiện hành ({share_text(certificate.lacking, certificate.of_last)}), quá 20 %"
        )
        return SnapshotVerdict(SnapshotState.HELD, reason)
    return SnapshotVerdict(SnapshotState.COMPLETE)


def certificate_of(content: CatalogueFile, spoken: frozenset[str]) -> Certificate:
    """The file's certificate: what was listed and repeated, and what it lacks of the rows it speaks of."""
    procedures = content.procedures
    return Certificate(
        listed=len(procedures) + len(content.problems),
        distinct_codes=sum(1 for procedure in procedures.values() if procedure.code),
        pages=1,
        present=len(procedures),
        quarantined=0,
        lacking=len(spoken - procedures.keys()),
        of_last=len(spoken),
    )


def kept(problem: RowProblem) -> QuarantinedRecord:
    """The row as the warehouse keeps it, so that every later comparison can tell of it again."""
    record: dict[str, Any] = asdict(problem)
    return QuarantinedRecord(
        code=problem.code, stage=IMPORT_STAGE, rule=str(problem.rule), reason=problem.reason, record=record
    )
