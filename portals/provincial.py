"""A provincial portal: HTML lists by page number, details by id, in a layout of `provincial_pages`."""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import replace

from portals.faults import FaultOrder, Target
from portals.faulty_replies import HTML, Reply, status_page
from portals.listings import ListingOrder, page_of
from portals.provincial_pages import LAYOUTS, MAINTENANCE, NOT_FOUND, PAGE, spoil_list_page
from portals.server import Portal, Request
from portals.world import World

ROBOTS = "User-agent: *\nDisallow: /quan-tri/\n"
"""The portal's robots.txt; the national portal has none."""


class Provincial(Portal):
    """A provincial portal over a `World` of `provincial_records`. It has no sessions.

    `session_expired`, `session_dead` and `limit_over_100` have no effect here.
    """

    name = "provincial"

    def __init__(self, world: World, *, layout: str = "portaldvc", tls: ssl.SSLContext | None = None) -> None:
        super().__init__(world, tls=tls)
        self.layout = LAYOUTS[layout]
        self.listing_order = ListingOrder()

    def locate(self, request: Request) -> Target:
        """Return what a request asks for."""
        if request.path == self.layout.list_path:
            return Target("list", self._page_number(request))
        if request.path == self.layout.detail_path:
            return Target("detail", key=request.query.get(self.layout.id_parameter, ""))
        if request.path == "/robots.txt":
            return Target("robots")
        return Target("session" if request.path == "/" else "page")

    def answer(self, request: Request, target: Target, orders: list[FaultOrder]) -> Reply:
        """Return the portal's own answer."""
        if target.where == "list":
            return self._list(target.page or 1, orders)
        if target.where == "detail":
            return _with_etag(self._detail(target.key or "", orders), request)
        if target.where == "robots":
            return Reply(200, "text/plain; charset=utf-8", ROBOTS.encode())
        if target.where == "session":
            link = f'<a href="{self.layout.list_path}">Thủ tục hành chính</a>'
            return _page(200, PAGE.format(title="Cổng dịch vụ công", content=link))
        return status_page(404)

    def _list(self, page: int, orders: list[FaultOrder]) -> Reply:
        size = self.layout.rows
        names = {order.name for order in orders}
        shown_page = 1 if "repeated_cursor" in names else page
        ordered = self.listing_order.order(self.world, orders)
        start = (shown_page - 1) * size
        if "shifting_items" in names and start < len(ordered):
            self.listing_order.shift(ordered[start])
            ordered = self.listing_order.order(self.world, orders)
        listing = self.listing_order.spoil(page_of(ordered, start, size), orders)
        return _page(200, spoil_list_page(self.layout.list_page(listing, page, size), orders))

    def _detail(self, record_id: str, orders: list[FaultOrder]) -> Reply:
        names = {order.name for order in orders}
        record = self.world.get(record_id) or self.listing_order.twin(record_id)
        if record is None or "detail_not_found" in names:
            return _page(404, NOT_FOUND)
        if "wrong_shape" in names:
            return _page(200, MAINTENANCE)
        if "detail_wrong_code" in names:
            record = self.world.next_to(record)
        return _page(200, self.layout.detail_page(record, orders))

    def _page_number(self, request: Request) -> int:
        text = request.query.get(self.layout.page_parameter, "1")
        return max(int(text), 1) if text.isdecimal() else 1


def _with_etag(reply: Reply, request: Request) -> Reply:
    """Return the page with an ETag, or 304 where the client has it already."""
    if reply.status != 200:
        return reply
    etag = f'"{hashlib.blake2b(reply.body, digest_size=8).hexdigest()}"'
    headers = (*reply.headers, ("ETag", etag))
    if request.headers.get("if-none-match") == etag:
        return Reply(304, reply.content_type, b"", headers)
    return replace(reply, headers=headers)


def _page(status: int, text: str) -> Reply:
    return Reply(status, HTML, text.encode())
