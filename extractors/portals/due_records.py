"""Which records of a listing are read tonight."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime

from extractors.portals.source import ListedItem
from procedures.snapshot import ListedItemState, ReadingPlan


def due_in_rotation(
    items: Iterable[ListedItem], known: Mapping[str, ListedItemState], refresh_nights: int, as_of: datetime
) -> frozenset[str]:
    """Return the ids of the share that is read again tonight: the least recently read ones."""
    listed = [known[item.source_id] for item in items if item.source_id in known]
    share = math.ceil(len(listed) / refresh_nights)
    oldest = sorted(listed, key=lambda each: (each.read_at is not None, each.read_at or as_of, each.key))
    return frozenset(each.source_id or "" for each in oldest[:share])


def is_due(
    item: ListedItem, remembered: ListedItemState | None, plan: ReadingPlan, rotated: frozenset[str]
) -> bool:
    """Return whether the record is read: new, changed in the listing, in turn, or never loaded."""
    if remembered is None or remembered.read_at is None or remembered.source_id != item.source_id:
        return True
    if not plan.baseline and not remembered.loaded:
        return True  # no complete snapshot left it out: what was read of it was not loaded
    if plan.stale is not None and remembered.read_at <= plan.stale:
        return True  # with fewer rows than before the rotation would be too slow
    return remembered.list_digest != item.list_digest or item.source_id in rotated
