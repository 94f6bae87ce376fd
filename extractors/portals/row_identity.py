"""Which remembered procedure a row of a listing is, where the list tells no code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from extractors.portals.source import Detail, ListedItem, Unfit
from procedures.snapshot import ReadingPlan, Remembered

_NEVER = datetime.min.replace(tzinfo=UTC)


def by_id(plan: ReadingPlan) -> Mapping[str, Remembered]:
    """What is remembered by id; of two codes that one row carried in turn, the one read last."""
    known = sorted(plan.remembered.values(), key=lambda each: each.read_at or _NEVER)
    return {each.source_id: each for each in known if each.source_id}


def only_its_own(plan: ReadingPlan, item: ListedItem, before: Remembered | None, detail: Detail) -> Detail:
    """The record, unless its row stands as it was and the code is known of another row.

    A row that changed with its record was given to another procedure, as when a portal numbers them anew.

    Raises:
        Unfit: the row leads to another row's record.
    """
    code = detail.procedure.code
    if item.code is not None or before is None or code in (None, before.code):
        return detail
    other = plan.remembered.get(code or "")
    if before.list_digest == item.list_digest and other and other.source_id not in (None, item.source_id):
        reason = f"dòng {before.code or item.name!r} dẫn tới bản ghi của {code!r}, là của một dòng khác"
        raise Unfit("wrong_code", reason, detail.received, detail.evidence)
    return detail
