"""Decisions of two years with one number share a line of the ledger: which codes are not the shown one's."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from reconciliation.announcements.deadlines import decision_key
from warehouse.announcements import ledger, report_queries
from warehouse.announcements.ledger import Line


def lines_of(connection: Connection, national: Collection[str], number: str | None = None) -> list[Line]:
    """The ledger's lines, or that of one decision; a code of another year's decision carries its date.

    `national`: the sources whose records tell of which year a code's decision is. A repealed code is judged
    by what took its place.
    """
    lines = ledger.lines(connection, number)
    codes = {each.code for line in lines for each in line.codes}
    named = {
        code: (decision_key(number), day)
        for code, number, day in ledger.decisions_named(connection, codes, national)
    }
    return [_told_apart(connection, line, named, national) for line in lines]


def _told_apart(
    connection: Connection, line: Line, named: dict[str, tuple[str, date]], national: Collection[str]
) -> Line:
    key, shown = decision_key(line.decision_number), line.decision_date
    its = {each.code: named[each.code] for each in line.codes if each.code in named}
    days = {code: day for code, (number, day) in its.items() if number == key}
    if shown is None or all(day.year == shown.year for day in days.values()):
        return line
    silent = {each.code for each in line.codes} - days.keys()
    after = {old: new for old, new in report_queries.successors(connection, silent).items() if old in silent}
    known = {
        code: day
        for code, number, day in ledger.decisions_named(connection, after.values(), national)
        if decision_key(number) == key
    }
    days |= {old: known[new] for old, new in after.items() if new in known}
    return replace(
        line,
        codes=tuple(
            replace(each, decided=days[each.code])
            if each.code in days and days[each.code].year != shown.year
            else each
            for each in line.codes
        ),
    )
