"""The queueing of a run's messages in the outbox, in the transaction of its findings."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from alerts.audience import subscribers
from alerts.news import AttributeNews, Basis, News, NewsDecision, NewsItem, ReportedChange
from procedures.attributes import ATTRIBUTES_BY_NAME
from procedures.finding_kinds import VALUE_KINDS
from procedures.findings import FindingKind
from procedures.wording.case_titles import case_title
from procedures.wording.readable_values import ATTRIBUTE_OF_KIND, change_in_words, side_value_in_words
from procedures.wording.words import ATTRIBUTE_LABELS, SIDE_LABELS
from reconciliation import Flap
from settings.configuration import Configuration
from steps.alerts import document_news
from steps.nights.reporting.data_freshness import freshness_lines
from warehouse.alerts import news_queries, outbox
from warehouse.alerts.news_queries import CodeDetails
from warehouse.db.column_values import from_day
from warehouse.findings import store
from warehouse.sources import runs
from warehouse.sources.runs import RunRow
from warehouse.sources.source_status import source_status


def queue_messages(
    configuration: Configuration,
    connection: Connection,
    run: RunRow,
    volatile: Mapping[str, Sequence[Flap]],
    excluded: Collection[str] = frozenset(),
) -> int:
    """Queue a message for each recipient that the run has news for; return how many.

    What earlier runs loaded but never reported, because they died, is reported with it.
    `volatile`: attributes that flap; a change to a value that they had before is no news.
    `excluded`: codes that people excluded.
    """
    run_ids = news_queries.claim_runs(connection, run.run_id)
    if not subscribers(configuration):
        return 0
    rows = store.list_opened_in_run(connection, run.run_id)
    flapping_values = {
        (flap.key, flap.attribute, value)
        for flap in volatile.get("national", ())
        for value in flap.values_until_return
    }
    national = configuration.in_role("national")
    changes = [
        change
        for change in news_queries.reported_changes(connection, run_ids, national)
        if (change.code, change.attribute, change.new_value) not in flapping_values
    ]
    codes = {row["code"] for row in rows if row["code"]} | {change.code for change in changes}
    known = news_queries.details_of(connection, codes, national)
    zone = configuration.department.zone
    included = [change for change in changes if change.code not in excluded]
    reported = (
        *_group_changes(document_news.without_reported(connection, included, run_ids, zone), known),
        *document_news.document_changes(connection, run_ids, zone),
    )
    if not rows and not reported:
        return 0
    from alerts.letters import LetterWriter  # loads Jinja, which a night without news does without
    from alerts.messages import run_messages

    changed = {change.code for change in changes}
    items = tuple(news_item(row, known, changed) for row in rows)
    numbers = {item.decision_number for item in items} | {each.decision_number for each in reported}
    news = News(
        run_id=run.run_id,
        as_of=run.as_of.astimezone(configuration.department.zone),
        data_notes=freshness_lines(configuration, source_status(connection), run.as_of),
        items=items,
        changes=reported,
        decisions=tuple(each for each in load_decisions(connection) if each.number in numbers),
        baseline_sources=news_queries.first_complete_sources(
            connection, [each for number in run_ids for each in _snapshot_ids(connection, number)]
        ),
    )
    writer = LetterWriter(configuration.alerts.templates)
    return outbox.enqueue_all(connection, run_messages(news, configuration, writer), run_id=run.run_id)


def news_item(
    row: Mapping[str, Any], known: Mapping[str, CodeDetails], changed: Collection[str] = frozenset()
) -> NewsItem:
    """Build a news item from a row of `v_finding`.

    The record's decision caused those of `changed` codes, and those that are of a decision's case.
    """
    evidence = json.loads(row["evidence"])
    details = known.get(row["code"] or "")
    number, case_id = evidence.get("decision_number"), row["case_id"]
    if number is None and details is not None and row["kind"] in VALUE_KINDS:
        follows = row["code"] in changed or case_id.startswith("decision:")
        number = details.decision_number if follows else None
    if number and details is not None:
        number = details.number_text(number)
    if row["kind"] == FindingKind.ANNOUNCEMENT_OVERDUE:
        number = row["national_value"]
    return NewsItem(
        finding_id=row["finding_id"],
        fingerprint=row["fingerprint"],
        kind=row["kind"],
        severity=row["severity"],
        code=row["code"],
        name=row["name"] or (details.name if details else None) or _group_name(evidence),
        attribute=row["attribute"],
        summary=_side_values(row),
        successor_code=row["successor_code"],
        division=row["division"],
        field=details.field if details else None,
        decision_number=number,
        due=from_day(row["due_date"]),
        basis=evidence.get("due_basis"),
        case_id=case_id,
        case_title=case_title(case_id, row),
    )


def load_decisions(connection: Connection) -> list[NewsDecision]:
    """Return the announcement ledger for messages."""
    return [
        NewsDecision(
            number=row["decision_number"],
            agency=row["agency"],
            signed=from_day(row["decision_date"]),
            due=from_day(row["due_date"]),
            basis=_basis(row["due_basis"]),
            division=row["division"],
            on_portal=bool(row["on_portal"]),
        )
        for row in runs.view_rows(connection, "v_decision")
    ]


def _group_changes(
    changes: Sequence[news_queries.ChangeRow], known: Mapping[str, CodeDetails]
) -> tuple[ReportedChange, ...]:
    """Return one change per code and kind."""
    grouped: dict[tuple[str, str], list[news_queries.ChangeRow]] = {}
    for change in changes:
        if change.code in known:
            grouped.setdefault((change.code, change.kind), []).append(change)
    return tuple(
        ReportedChange(
            kind=kind,
            code=code,
            name=known[code].name,
            field=known[code].field,
            attributes=tuple(
                AttributeNews(each.attribute, _change_text(each)) for each in rows if each.attribute
            ),
            successor_code=next((each.successor_code for each in rows if each.successor_code), None),
            decision_number=known[code].decision if kind in ("changed", "reinstated") else None,
        )
        for (code, kind), rows in grouped.items()
    )


def _change_text(change: news_queries.ChangeRow) -> str:
    attribute = change.attribute or ""
    if attribute in ATTRIBUTES_BY_NAME and ATTRIBUTES_BY_NAME[attribute].long:
        return ATTRIBUTE_LABELS[attribute]
    old, new = change_in_words(attribute, change.old_value, change.new_value)
    return f"{ATTRIBUTE_LABELS.get(attribute, attribute)}: {old} → {new}"


def _side_values(row: Mapping[str, Any]) -> str:
    """Return the values of the sides if the finding is about one attribute."""
    attribute = row["attribute"]
    if not attribute and row["kind"] not in (*ATTRIBUTE_OF_KIND, FindingKind.INCOMPLETE_RECORD):
        return ""
    sides = [
        f"{word}: {side_value_in_words(row['kind'], attribute, row[f'{side}_value'])}"
        for side, word in SIDE_LABELS.items()
        if row[f"{side}_value"] is not None
    ]
    return (f"{ATTRIBUTE_LABELS.get(attribute, attribute)} — " if attribute else "") + "; ".join(sides)


def _group_name(evidence: Mapping[str, Any]) -> str | None:
    """Return a name for a finding over many rows."""
    codes = evidence.get("codes")
    return f"{len(codes)} thủ tục: {', '.join(map(str, codes))}" if isinstance(codes, list) else None


def _snapshot_ids(connection: Connection, run_id: int) -> list[int]:
    return [row.snapshot_id for row in runs.snapshots_about(connection, runs.get_run(connection, run_id))]


def _basis(text: str | None) -> Basis | None:
    return "law" if text == "law" else "internal" if text else None
