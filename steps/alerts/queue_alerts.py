"""The queueing of a run's messages in the outbox, in the transaction of its findings."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from alerts.audience import readers
from alerts.messages import of_run
from alerts.news import Basis, Decision, Item, Moved, News, Said
from alerts.writing import Writer
from procedures.attributes import BY_NAME
from procedures.finding_kinds import VALUE_KINDS
from procedures.findings import FindingKind
from procedures.wording.values import SPEAKS_OF, readable_change, readable_side
from procedures.wording.words import ATTRIBUTES, SIDES
from reconciliation import Flap
from settings.configuration import Configuration
from steps.alerts import document_news
from steps.nights.data_freshness import data_lines
from warehouse.alerts import night_news, outbox
from warehouse.alerts.night_news import Known
from warehouse.db.column_values import from_day
from warehouse.findings import store
from warehouse.sources import runs
from warehouse.sources.runs import RunRow
from warehouse.sources.source_status import source_status


def queue(
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
    run_ids = night_news.take_up(connection, run.run_id)
    if not readers(configuration):
        return 0
    rows = store.opened_in(connection, run.run_id)
    flapping_values = {
        (flap.key, flap.attribute, value) for flap in volatile.get("national", ()) for value in flap.shown
    }
    national = configuration.in_role("national")
    changes = [
        change
        for change in night_news.changes_in(connection, run_ids, national)
        if (change.code, change.attribute, change.new_value) not in flapping_values
    ]
    codes = {row["code"] for row in rows if row["code"]} | {change.code for change in changes}
    known = night_news.known_of(connection, codes, national)
    zone = configuration.department.zone
    included = [change for change in changes if change.code not in excluded]
    reported = (
        *_group_changes(document_news.not_told_yet(connection, included, run_ids, zone), known),
        *document_news.read_in(connection, run_ids, zone),
    )
    if not rows and not reported:
        return 0
    changed = {change.code for change in changes}
    items = tuple(item_of(row, known, changed) for row in rows)
    numbers = {item.decision_number for item in items} | {each.decision_number for each in reported}
    news = News(
        run_id=run.run_id,
        as_of=run.as_of.astimezone(configuration.department.zone),
        data=data_lines(configuration, source_status(connection), run.as_of),
        items=items,
        moved=reported,
        decisions=tuple(each for each in decisions_of(connection) if each.number in numbers),
        first_of=night_news.first_of(
            connection, [each for number in run_ids for each in _snapshot_ids(connection, number)]
        ),
    )
    writer = Writer(configuration.alerts.templates)
    return outbox.enqueue_all(connection, of_run(news, configuration, writer), run_id=run.run_id)


def item_of(
    row: Mapping[str, Any], known: Mapping[str, Known], changed: Collection[str] = frozenset()
) -> Item:
    """Build a news item from a row of `v_finding`; the record's decision caused those of `changed` codes."""
    evidence = json.loads(row["evidence"])
    details = known.get(row["code"] or "")
    number = evidence.get("decision_number")
    if number is None and details is not None and row["code"] in changed and row["kind"] in VALUE_KINDS:
        number = details.decision_number
    if number and details is not None:
        number = details.numbered(number)
    if row["kind"] == FindingKind.ANNOUNCEMENT_OVERDUE:
        number = row["national_value"]
    return Item(
        finding_id=row["finding_id"],
        fingerprint=row["fingerprint"],
        kind=row["kind"],
        severity=row["severity"],
        code=row["code"],
        name=row["name"] or (details.name if details else None) or _group_name(evidence),
        attribute=row["attribute"],
        said=_side_values(row),
        successor_code=row["successor_code"],
        division=row["division"],
        field=details.field if details else None,
        decision_number=number,
        due=from_day(row["due_date"]),
        basis=evidence.get("due_basis"),
    )


def decisions_of(connection: Connection) -> list[Decision]:
    """Return the announcement ledger for messages."""
    return [
        Decision(
            number=row["decision_number"],
            agency=row["agency"],
            signed=from_day(row["decision_date"]),
            due=from_day(row["due_date"]),
            basis=_basis(row["due_basis"]),
            division=row["division"],
            on_portal=bool(row["on_portal"]),
        )
        for row in runs.rows_of(connection, "v_decision")
    ]


def _group_changes(changes: Sequence[night_news.Change], known: Mapping[str, Known]) -> tuple[Moved, ...]:
    """Return one change per code and kind."""
    grouped: dict[tuple[str, str], list[night_news.Change]] = {}
    for change in changes:
        if change.code in known:
            grouped.setdefault((change.code, change.kind), []).append(change)
    return tuple(
        Moved(
            kind=kind,
            code=code,
            name=known[code].name,
            field=known[code].field,
            said=tuple(Said(each.attribute, _change_text(each)) for each in rows if each.attribute),
            successor_code=next((each.successor_code for each in rows if each.successor_code), None),
            decision_number=known[code].decision if kind in ("changed", "reinstated") else None,
        )
        for (code, kind), rows in grouped.items()
    )


def _change_text(change: night_news.Change) -> str:
    attribute = change.attribute or ""
    if attribute in BY_NAME and BY_NAME[attribute].long:
        return ATTRIBUTES[attribute]
    old, new = readable_change(attribute, change.old_value, change.new_value)
    return f"{ATTRIBUTES.get(attribute, attribute)}: {old} → {new}"


def _side_values(row: Mapping[str, Any]) -> str:
    """Return the values of the sides if the finding is about one attribute."""
    attribute = row["attribute"]
    if not attribute and row["kind"] not in (*SPEAKS_OF, FindingKind.INCOMPLETE_RECORD):
        return ""
    sides = [
        f"{word}: {readable_side(row['kind'], attribute, row[f'{side}_value'])}"
        for side, word in SIDES.items()
        if row[f"{side}_value"] is not None
    ]
    return (f"{ATTRIBUTES.get(attribute, attribute)} — " if attribute else "") + "; ".join(sides)


def _group_name(evidence: Mapping[str, Any]) -> str | None:
    """Return a name for a finding over many rows."""
    codes = evidence.get("codes")
    return f"{len(codes)} thủ tục: {', '.join(map(str, codes))}" if isinstance(codes, list) else None


def _snapshot_ids(connection: Connection, run_id: int) -> list[int]:
    return [row.snapshot_id for row in runs.snapshots_about(connection, runs.get_run(connection, run_id))]


def _basis(text: str | None) -> Basis | None:
    return "law" if text == "law" else "internal" if text else None
