"""Shows what an import would do, and writes nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from extractors.workbooks.catalogue import read_catalogue
from extractors.workbooks.catalogue_file import CatalogueFile
from procedures.changes import ChangeKind, StoredProcedure
from procedures.findings import CATALOGUE, Side
from procedures.snapshot import Observation
from reconciliation import ComparisonContext, compare
from reconciliation import reconcile as discrepancies
from settings.configuration import Configuration
from steps.catalogue.column_mappings import known_mappings
from steps.catalogue.import_catalogue import all_problems, certificate_of, judge_import, spoken_of
from steps.database import reading_connection
from steps.nights.compared_sources import ComparedSources
from steps.nights.reconcile import load_rules, load_sides
from steps.nights.reporting.run_summary import SourceSummary, Summary
from warehouse.findings import store
from warehouse.sources import snapshots, versions


def preview_import(configuration: Configuration, file: Path, level: str | None, as_of: datetime) -> Summary:
    """The summary that importing `file` would end with; run and snapshot ids are 0.

    Raises:
        WorkbookError: the file cannot be read, has no heading row or no rows.
    """
    content = read_catalogue(file, level=level, mappings=known_mappings(configuration))
    return preview_of(configuration, content, level, as_of)


def preview_of(
    configuration: Configuration, content: CatalogueFile, level: str | None, as_of: datetime
) -> Summary:
    """Return the summary that taking in `content` would end with."""
    levels = frozenset({level}) if level else None
    with reading_connection(configuration) as connection:
        standing = versions.current_procedures(connection, CATALOGUE)
        night = ComparisonContext(
            source=CATALOGUE,
            as_of=as_of,
            day=configuration.local_day(as_of),
            complete=True,
            baseline=snapshots.last_complete(connection, CATALOGUE) is not None,
            confirm_after=1,
            ladder=False,
            levels_of_file=levels,
        )
        sides = load_sides(configuration, connection)
        rules = load_rules(configuration, connection, as_of)
        open_before = {row["fingerprint"] for row in store.list_findings(connection)}
    previous = {key: StoredProcedure(procedure=procedure) for key, procedure in standing.items()}
    current = {
        key: Observation(key=key, presence="read", code=procedure.code, procedure=procedure)
        for key, procedure in content.procedures.items()
    }
    comparison = compare(previous, current, night)
    after = dict(standing)
    for step in comparison.versions:
        if step.procedure is None:
            after.pop(step.key, None)
        else:
            after[step.key] = step.procedure
    side = replace(
        sides.catalogue or Side(source=CATALOGUE, role=CATALOGUE, complete=True, fresh=True), procedures=after
    )
    would = ComparedSources(side, sides.national, sides.provincial)
    problems = all_problems(content.problems, rules.problems, levels)
    found = discrepancies(
        would.catalogue, would.national, would.provincial, replace(rules, problems=problems)
    )
    fresh = {each.source for each in would.all if each.fresh}
    prints = {finding.fingerprint for finding in found}
    verdict = judge_import(certificate_of(content, spoken_of(standing, levels)), level)
    kinds = Counter(change.kind for change in comparison.changes)
    source = SourceSummary(
        snapshot_id=0,
        state=str(verdict.state),
        reason=verdict.reason,
        procedures=len(after),
        requests=0,
        **{str(kind): kinds[kind] for kind in ChangeKind},
    )
    gone = len(open_before - prints) if fresh else 0
    return Summary(
        run_id=0,
        status="complete" if verdict.state == "complete" else "degraded",
        as_of=as_of,
        sources={CATALOGUE: source},
        findings={
            "opened": len(prints - open_before),
            "resolved": gone,
            "open": len(prints | open_before) - gone,
        },
        dry_run=True,
        remarks=content.remarks,
        tables=content.tables,
    )
