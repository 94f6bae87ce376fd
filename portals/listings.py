"""Pages of a list, and the faults of the stage `listing` that change them."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from portals.faults import FaultOrder, stable_fraction
from portals.records import Record
from portals.world import World


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list: its records, the declared total, whether more pages follow.

    `cursor` is the id after which the next page begins; only cursor paging shows it.
    """

    items: tuple[Record, ...]
    total: int
    cursor: str = ""
    more: bool = False


class ListingOrder:
    """The order in which one portal lists its records, and the changes that faults made to it."""

    def __init__(self) -> None:
        self._shifted: list[str] = []
        self._twins: dict[str, Record] = {}

    def twin(self, record_id: str) -> Record | None:
        """Return the second record of a code, made by the fault `duplicate_code`."""
        return self._twins.get(record_id)

    def order(self, world: World, orders: Iterable[FaultOrder]) -> list[Record]:
        """Return the whole list, before it is filtered and cut into pages."""
        records = list(world.ordered())
        if self._shifted:
            shifted = set(self._shifted)
            head = [record for key in reversed(self._shifted) if (record := world.get(key))]
            records = head + [record for record in records if record["id"] not in shifted]
        for fault in orders:
            if fault.name == "total_shrinks":
                share = fault.share or 0.0
                records = [
                    record for record in records if stable_fraction(f"{fault.name}:{record['id']}") >= share
                ]
        return records

    def shift(self, record: Record) -> None:
        """Move a record to the head of the list."""
        self._shifted.append(record["id"])

    def spoil(self, listing: Listing, orders: Iterable[FaultOrder], *, asked_cursor: str = "") -> Listing:
        """Return `listing` after the faults that change a single page."""
        for order in orders:
            match order.name:
                case "empty_page":
                    listing = replace(listing, items=(), cursor="")
                case "repeated_cursor":
                    listing = replace(listing, cursor=asked_cursor)
                case "total_higher":
                    listing = replace(listing, total=listing.total + int(order.options["by"]))
                case "duplicate_code" if listing.items:
                    twin = self._make_twin(listing.items[0])
                    first, *rest = listing.items
                    listing = replace(listing, items=(first, twin, *rest))
        return replace(listing, total=listing.total + len(self._twins))

    def _make_twin(self, record: Record) -> Record:
        """Return a record of the same code, with an id one lower and an update one day older."""
        twin = copy.deepcopy(record)
        head, _, tail = str(record["id"]).rpartition("-")
        twin["id"] = f"{head}-{int(tail, 16) - 1:012x}" if head else f"{int(tail) + 1_000_000}"
        if "updatedAt" in twin:
            twin["updatedAt"] -= 86_400_000
        self._twins[twin["id"]] = twin
        return twin


def page_of(records: Sequence[Record], start: int, size: int) -> Listing:
    """Return the page of `size` records from position `start` on."""
    items = tuple(records[start : start + size])
    return Listing(items, len(records), str(items[-1]["id"]) if items else "", start + size < len(records))
