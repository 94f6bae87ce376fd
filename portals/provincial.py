"""A provincial portal: HTML lists by page number, details by id, in a layout of `provincial_pages`."""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import replace

from portals.broken import HTML, Reply, status_page
from portals.faults import Order, Target
from portals.listings import Shelf, cut
from portals.provincial_pages import LAYOUTS, MAINTENANCE, NOT_FOUND, PAGE, spoil_list_page
from portals.server import Asked, Portal
from portals.world import World

ROBOTS = "User-agent: *\nDisallow: /quan-tri/\n"
"""What the portal's robots.txt says; the national portal has none."""


class Provincial(Portal):
    """A provincial portal over a `World` of `provincial_records`. It has no sessions.

    `session_expired`, `session_dead` and `limit_over_100` mean nothing here.
    """

    name = "provincial"

    def __init__(self, world: World, *, layout: str = "portaldvc", tls: ssl.SSLContext | None = None) -> None:
        super().__init__(world, tls=tls)
        self.layout = LAYOUTS[layout]
        self.shelf = Shelf()

    def locate(self, asked: Asked) -> Target:
        """What a request asks for."""
        if asked.path == self.layout.list_path:
            return Target("list", self._page_number(asked))
        if asked.path == self.layout.detail_path:
            return Target("detail", key=asked.query.get(self.layout.id_parameter, ""))
        if asked.path == "/robots.txt":
            return Target("robots")
        return Target("session" if asked.path == "/" else "page")

    def answer(self, asked: Asked, target: Target, orders: list[Order]) -> Reply:
        """The portal's own answer."""
        if target.where == "list":
            return self._list(target.page or 1, orders)
        if target.where == "detail":
            return _marked(self._detail(target.key or "", orders), asked)
        if target.where == "robots":
            return Reply(200, "text/plain; charset=utf-8", ROBOTS.encode())
        if target.where == "session":
            link = f'<a href="{self.layout.list_path}">Thủ tục hành chính</a>'
            return _page(200, PAGE.format(title="Cổng dịch vụ công", content=link))
        return status_page(404)

    def _list(self, page: int, orders: list[Order]) -> Reply:
        size = self.layout.rows
        names = {order.name for order in orders}
        shown = 1 if "repeated_cursor" in names else page
        ordered = self.shelf.order(self.world, orders)
        start = (shown - 1) * size
        if "shifting_items" in names and start < len(ordered):
            self.shelf.shift(ordered[start])
            ordered = self.shelf.order(self.world, orders)
        listing = self.shelf.spoil(cut(ordered, start, size), orders)
        return _page(200, spoil_list_page(self.layout.list_page(listing, page, size), orders))

    def _detail(self, record_id: str, orders: list[Order]) -> Reply:
        names = {order.name for order in orders}
        record = self.world.get(record_id) or self.shelf.twin(record_id)
        if record is None or "detail_not_found" in names:
            return _page(404, NOT_FOUND)
        if "wrong_shape" in names:
            return _page(200, MAINTENANCE)
        if "detail_wrong_code" in names:
            record = self.world.next_to(record)
        return _page(200, self.layout.detail_page(record, orders))

    def _page_number(self, asked: Asked) -> int:
        text = asked.query.get(self.layout.page_parameter, "1")
        return max(int(text), 1) if text.isdecimal() else 1


def _marked(reply: Reply, asked: Asked) -> Reply:
    """The page with a mark of its content, or the news that it is what whoever asks has already."""
    if reply.status != 200:
        return reply
    mark = f'"{hashlib.blake2b(reply.body, digest_size=8).hexdigest()}"'
    headers = (*reply.headers, ("ETag", mark))
    if asked.headers.get("if-none-match") == mark:
        return Reply(304, reply.content_type, b"", headers)
    return replace(reply, headers=headers)


def _page(status: int, text: str) -> Reply:
    return Reply(status, HTML, text.encode())
