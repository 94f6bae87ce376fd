"""News about decisions read from files: reported when they take effect, and not again by the portal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import tzinfo

from sqlalchemy import Connection

from alerts.news import AttributeNews, ReportedChange
from procedures.change_kinds import ChangeKind
from procedures.office.repealed_rows import is_codeless_key
from reconciliation.announcements.deadlines import decision_key
from reconciliation.rules import MinistryDocument
from steps.nights.decision_documents import ministry_documents
from warehouse.alerts.news_queries import ChangeRow
from warehouse.announcements import documents, ledger

DOCUMENT_ATTRIBUTE = "document"
"""The attribute of the news line that says that the change was read from a file."""

READ_FROM_A_FILE = AttributeNews(DOCUMENT_ATTRIBUTE, "đọc từ tệp quyết định, chưa có trên Cổng DVC quốc gia")

_CHANGES = {"changed": "changed", "repealed": "repealed"}
_LEFT = frozenset({ChangeKind.REPEALED, ChangeKind.REPLACED, ChangeKind.LEVEL_TRANSFER})


def document_changes(
    connection: Connection, run_ids: Collection[int], zone: tzinfo
) -> tuple[ReportedChange, ...]:
    """Return what the decisions that took effect in these runs change and repeal, as in the ledger.

    New procedures are findings. What does not bind, or is already on the portal, is no news.
    """
    decisions = {
        (decision_key(each.document.number), each.document.date)
        for each in documents.list_applied_in(connection, sorted(run_ids))
    }
    if not decisions:
        return ()
    changes = []
    lines = {decision_key(line.decision_number): line for line in ledger.load_lines(connection)}
    for document in ministry_documents(connection, zone):
        line = lines.get(decision_key(document.number))
        if (decision_key(document.number), document.date) not in decisions or line is None:
            continue
        if line.is_handled or not line.counts or line.on_portal:
            continue
        entries = {each.subject: each for each in document.entries}
        changes += [
            ReportedChange(
                kind=_CHANGES[each.role],
                code="" if is_codeless_key(each.code) else each.code,
                name=entries[each.code].name,
                field=entries[each.code].field,
                attributes=(READ_FROM_A_FILE,),
                decision_number=line.decision_number,
            )
            for each in line.own_codes
            if each.role in _CHANGES and each.code in entries
        ]
    return tuple(changes)


def without_reported(
    connection: Connection, changes: Iterable[ChangeRow], run_ids: Collection[int], zone: tzinfo
) -> Sequence[ChangeRow]:
    """Return the portal's changes without those reported from a document in an earlier run."""
    earlier = {
        (decision_key(each.document.number), each.document.date)
        for each in documents.list_confirmed(connection, "ministry")
        if each.run_id is not None and each.run_id not in run_ids
    }
    reported = [
        each
        for each in ministry_documents(connection, zone)
        if (decision_key(each.number), each.date) in earlier
    ]
    return [change for change in changes if not any(_reports(each, change) for each in reported)]


def _reports(document: MinistryDocument, change: ChangeRow) -> bool:
    """Return whether the document has the change: a repeal, or this decision as the code's new one."""
    entry = next((each for each in document.entries if each.code == change.code), None)
    if entry is None:
        return False
    if entry.role == "repealed":
        return change.kind in _LEFT
    if change.kind != ChangeKind.CHANGED:
        return False
    if change.attribute == "decision_number":
        return decision_key(change.new_value) == decision_key(document.number)
    return change.attribute == "decision_date" and change.new_value == document.date.isoformat()
