"""The listing as a whole: every page, and whether it stayed the same while it was read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from extractors.portals.source import Extractor, ListedItem, ListingPage, Unread

LINKS_MOVE = (
    "liên kết của danh sách đổi theo từng lần đọc, nên đêm nào cũng đọc lại mọi bản ghi; "
    "đặt list.counts trong khuôn của cổng"
)


@dataclass(slots=True)
class Listing:
    """A listing; of items with the same id the first counts. `totals_changed`: while it was read.

    `ids_by_category` are the ids of each section whose items may stand in other sections as well.
    """

    items: list[ListedItem] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    pages: int = 0
    totals: dict[str, int] = field(default_factory=dict)
    first_pages: dict[str, ListingPage] = field(default_factory=dict)
    ids_by_category: dict[str, set[str]] = field(default_factory=dict)
    totals_changed: bool = False
    first_page_again: bool | None = None

    @property
    def declared_total(self) -> int | None:
        """The declared total over all sections; `None` where one of them declares none.

        An item that stands in several categories counts once.
        """
        if not self.first_pages or set(self.totals) != set(self.first_pages):
            return None
        listed = sum(map(len, self.ids_by_category.values()))
        return sum(self.totals.values()) - listed + len(set().union(*self.ids_by_category.values()))

    @property
    def short_categories(self) -> list[str]:
        """The categories that list another number than they declare: sums alone could make up for it."""
        return [
            f"danh mục «{name}» báo {self.totals[name]} thủ tục nhưng chỉ liệt kê {len(ids)}"
            for name, ids in self.ids_by_category.items()
            if self.totals.get(name, len(ids)) != len(ids)
        ]


def read_listing(extractor: Extractor, go_on: Callable[[], None] = lambda: None) -> Listing:
    """Read the listing; one that changed while it was read is read once more from its start.

    Of a listing that is not whole it is not known in which categories an item stands.
    `go_on` is called after each page; what it raises ends the listing.
    """
    listing = _read_once(extractor, go_on)
    if listing.first_page_again is False:
        listing = _read_once(extractor, go_on)
    listing.lost += listing.short_categories
    if listing.lost or listing.first_page_again is False:
        listing.items = [replace(item, categories=frozenset()) for item in listing.items]
    return listing


def _read_once(extractor: Extractor, go_on: Callable[[], None]) -> Listing:
    listing = Listing()
    seen: dict[str, int] = {}
    for page in extractor.pages():
        _add(listing, page, seen)
        go_on()
    listing.items = [_with_categories_in_digest(item) for item in listing.items]
    if not listing.lost and listing.items:
        listing.first_page_again = not listing.totals_changed and _is_unchanged(extractor, listing)
    return listing


def _add(listing: Listing, page: ListingPage, seen: dict[str, int]) -> None:
    if page.lost is not None:
        listing.lost.append(page.lost)
        return
    listing.pages += 1
    listing.first_pages.setdefault(page.section, page)
    if page.declared_total is not None:
        before = listing.totals.setdefault(page.section, page.declared_total)
        listing.totals_changed = listing.totals_changed or before != page.declared_total
    for item in page.items:
        if item.categories:
            listing.ids_by_category.setdefault(page.section, set()).add(item.source_id)
        place = seen.setdefault(item.source_id, len(listing.items))
        if place == len(listing.items):
            listing.items.append(item)
        else:
            first = listing.items[place]
            listing.items[place] = replace(first, categories=first.categories | item.categories)


def _with_categories_in_digest(item: ListedItem) -> ListedItem:
    """Return the item with a digest that moves with its categories as well."""
    if not item.categories:
        return item
    said = "\n".join((item.list_digest, *sorted(item.categories)))
    return replace(item, list_digest=hashlib.blake2b(said.encode(), digest_size=12).hexdigest())


def _is_unchanged(extractor: Extractor, listing: Listing) -> bool:
    """Whether a second reading of each first page shows the same rows, whatever their links."""
    for section, first in listing.first_pages.items():
        try:
            again = extractor.first_page(section)
        except Unread:
            return False
        if [item.identity for item in again.items] != [item.identity for item in first.items]:
            return False
        if [item.source_id for item in again.items] != [item.source_id for item in first.items]:
            extractor.audit.note(LINKS_MOVE)
        if again.declared_total != first.declared_total:
            return False
    return True
