"""Identity of a listing's row whose list shows no code: which remembered procedure it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from extractors.portals.source import Detail, ListedItem, UnfitRecord
from procedures.snapshot import ListedItemState, ReadingPlan

_NEVER = datetime.min.replace(tzinfo=UTC)


def remembered_by_id(plan: ReadingPlan) -> Mapping[str, ListedItemState]:
    """Return what is remembered by id; of two codes that one row had in turn, the one read last."""
    known = sorted(plan.remembered.values(), key=lambda each: each.read_at or _NEVER)
    return {each.source_id: each for each in known if each.source_id}


def check_row_owner(
    plan: ReadingPlan, item: ListedItem, before: ListedItemState | None, detail: Detail
) -> Detail:
    """Return the record, unless its row is unchanged and the code is known from another row.

    A row that changed with its record was given to another procedure, as when a portal numbers them anew.

    Raises:
        UnfitRecord: the row leads to another row's record.
    """
    code = detail.procedure.code
    if item.code is not None or before is None or code in (None, before.code):
        return detail
    other = plan.remembered.get(code or "")
    if before.list_digest == item.list_digest and other and other.source_id not in (None, item.source_id):
        reason = f"dòng {before.code or item.name!r} dẫn tới bản ghi của {code!r}, là của một dòng khác"
        raise UnfitRecord("wrong_code", reason, detail.received, detail.evidence)
    return detail
