"""What each amended procedure of a decision was before and is now, as the national portal showed it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from procedures.changes import Changed
from procedures.wording.values import change_words
from procedures.wording.words import ATTRIBUTES
from reconciliation.announcements.amendments import ABOUT_THE_DECISION, made_by
from settings.configuration import Configuration
from warehouse.announcements import report_queries
from warehouse.announcements.ledger import Line


def amendments_of(
    configuration: Configuration, connection: Connection, line: Line
) -> dict[str, tuple[Changed, ...]]:
    """Return, by amended code, what the decision changed: each attribute from its first value to its last."""
    codes = [row.code for row in line.own if row.role == "changed"]
    sources, zone = configuration.in_role("national"), configuration.department.zone
    amendments = {}
    for code, changes in report_queries.changes_of(connection, sources, codes, zone).items():
        by_attribute: dict[str, Changed] = {}
        for row in made_by(line.decision_number, line.decision_date, changes):
            if row.attribute not in ABOUT_THE_DECISION:
                first = by_attribute.get(row.attribute, row)
                by_attribute[row.attribute] = Changed(
                    run_id=row.run_id, day=row.day, attribute=row.attribute, old=first.old, new=row.new
                )
        amendments[code] = tuple(by_attribute.values())
    return amendments


def amendment_words(amendments: Mapping[str, tuple[Changed, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the same as people read it: "Thời hạn giải quyết: 25 ngày → 20 ngày"."""
    return {
        code: tuple(
            f"{ATTRIBUTES.get(row.attribute, row.attribute)}: {change_words(row.attribute, row.old, row.new)}"
            for row in rows
        )
        for code, rows in amendments.items()
    }
