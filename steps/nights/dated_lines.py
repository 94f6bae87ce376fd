"""Lines of the ledger that two decisions of different years share because they have one number."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from reconciliation.announcements.deadlines import decision_key
from warehouse.announcements import ledger, report_queries
from warehouse.announcements.ledger import LedgerLine


def load_lines(
    connection: Connection, national: Collection[str], number: str | None = None
) -> list[LedgerLine]:
    """Return the ledger's lines, or that of one decision; a code of another year's decision has its date.

    The records of the `national` sources show that year; for a repealed code, those of its successor.
    """
    lines = ledger.load_lines(connection, number)
    decisions = {
        code: (decision_key(named), day)
        for code, named, day in ledger.decisions_named(connection, ledger.select_codes(number), national)
    }
    return [_with_code_dates(connection, line, decisions, national) for line in lines]


def _with_code_dates(
    connection: Connection,
    line: LedgerLine,
    decisions: dict[str, tuple[str, date]],
    national: Collection[str],
) -> LedgerLine:
    key, line_date = decision_key(line.decision_number), line.decision_date
    line_decisions = {each.code: decisions[each.code] for each in line.codes if each.code in decisions}
    days = {code: day for code, (number, day) in line_decisions.items() if number == key}
    if line_date is None or all(day.year == line_date.year for day in days.values()):
        return line
    undated = {each.code for each in line.codes} - days.keys()
    pairs = report_queries.successors(connection, undated).items()
    successors = {old: new for old, new in pairs if old in undated}
    successor_days = {
        code: day
        for code, number, day in ledger.decisions_named(connection, successors.values(), national)
        if decision_key(number) == key
    }
    days |= {old: successor_days[new] for old, new in successors.items() if new in successor_days}
    return replace(
        line,
        codes=tuple(
            replace(each, decided=days[each.code])
            if each.code in days and days[each.code].year != line_date.year
            else each
            for each in line.codes
        ),
    )
