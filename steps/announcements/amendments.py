"""What each amended procedure of a decision was before and is now, as the national portal showed it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from procedures.changes import RecordedChange
from procedures.wording.readable_values import change_words
from procedures.wording.words import ATTRIBUTE_LABELS
from reconciliation.announcements.amendments import ABOUT_THE_DECISION, changes_made_by
from settings.configuration import Configuration
from warehouse.announcements import report_queries
from warehouse.announcements.ledger import CodeLine, LedgerLine


def amendments_of(
    configuration: Configuration, connection: Connection, line: LedgerLine
) -> dict[str, tuple[RecordedChange, ...]]:
    """Return, by amended code, what the decision changed: each attribute from its first value to its last."""
    return amendments_among(configuration, connection, line, line.own_codes)


def amendments_among(
    configuration: Configuration, connection: Connection, line: LedgerLine, rows: Collection[CodeLine]
) -> dict[str, tuple[RecordedChange, ...]]:
    """Return what the decision changed of those of its codes that it amends, by code."""
    codes = [row.code for row in rows if row.role == "changed" and row.decided is None]
    sources, zone = configuration.in_role("national"), configuration.department.zone
    amendments = {}
    for code, changes in report_queries.changes_of(connection, sources, codes, zone).items():
        by_attribute: dict[str, RecordedChange] = {}
        for row in changes_made_by(line.decision_number, line.decision_date, changes):
            if row.attribute not in ABOUT_THE_DECISION:
                first = by_attribute.get(row.attribute, row)
                by_attribute[row.attribute] = RecordedChange(
                    run_id=row.run_id, day=row.day, attribute=row.attribute, old=first.old, new=row.new
                )
        amendments[code] = tuple(by_attribute.values())
    return amendments


def amendment_words(amendments: Mapping[str, tuple[RecordedChange, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the same as people read it: "Thời hạn giải quyết: 25 ngày → 20 ngày"."""
    return {
        code: tuple(
            f"{ATTRIBUTE_LABELS.get(row.attribute, row.attribute)}: "
            f"{change_words(row.attribute, row.old, row.new)}"
            for row in rows
        )
        for code, rows in amendments.items()
    }
