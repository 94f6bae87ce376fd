"""One page of a list, and what the faults of the stage `listing` make of it."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from portals.faults import Order, lot
from portals.records import Record
from portals.world import World


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list: its records, what it declares as total, whether more pages follow.

    `cursor` is the id after which the next page begins; only cursor paging shows it.
    """

    items: tuple[Record, ...]
    total: int
    cursor: str = ""
    more: bool = False


class Shelf:
    """The order in which one portal lists its records, with what faults did to it so far."""

    def __init__(self) -> None:
        self._moved: list[str] = []
        self._twins: dict[str, Record] = {}

    def twin(self, record_id: str) -> Record | None:
        """The second record of a code, made by the fault `duplicate_code`."""
        return self._twins.get(record_id)

    def order(self, world: World, orders: Iterable[Order]) -> list[Record]:
        """The whole list, before it is filtered and cut into pages."""
        records = list(world.ordered())
        if self._moved:
            moved = set(self._moved)
            first = [record for key in reversed(self._moved) if (record := world.get(key))]
            records = first + [record for record in records if record["id"] not in moved]
        for fault in orders:
            if fault.name == "total_shrinks":
                share = fault.share or 0.0
                records = [record for record in records if lot(f"{fault.name}:{record['id']}") >= share]
        return records

    def shift(self, record: Record) -> None:
        """Moves a record to the head of the list."""
        self._moved.append(record["id"])

    def spoil(self, listing: Listing, orders: Iterable[Order], *, asked_cursor: str = "") -> Listing:
        """`listing` after the faults that change a single page."""
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
        """A record of the same code, one older id and one day's older update."""
        twin = copy.deepcopy(record)
        head, _, tail = str(record["id"]).rpartition("-")
        twin["id"] = f"{head}-{int(tail, 16) - 1:012x}" if head else f"{int(tail) + 1_000_000}"
        if "updatedAt" in twin:
            twin["updatedAt"] -= 86_400_000
        self._twins[twin["id"]] = twin
        return twin


def cut(records: Sequence[Record], start: int, size: int) -> Listing:
    """The page of `size` records from position `start` on."""
    items = tuple(records[start : start + size])
    return Listing(items, len(records), str(items[-1]["id"]) if items else "", start + size < len(records))
