"""A portal's robots.txt: which addresses this program may request, and how fast (RFC 9309, by Protego)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

PATH = "/robots.txt"
PRODUCT_TOKEN = "rasoat"
"""The product name that a robots.txt uses for this program."""

MAX_BYTES = 500 * 1024
"""Bytes of a robots.txt that are read (RFC 9309, 2.5)."""

_VERSION = re.compile(r"^(\s*user-agent\s*:[^/#\n]*)/[^#\n]*", re.IGNORECASE | re.MULTILINE)
"""`User-agent: rasoat/0.1` means the product; Protego would match that version only."""


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """The rules for this program; `read` is None without a robots.txt."""

    read: Protego | None = None

    def allows(self, url: str) -> bool:
        """Return whether an address may be requested; of equally long rules the allowing one wins."""
        try:
            if self.read is None or urlsplit(url).path == PATH:
                return True
            return self.read.can_fetch(url, PRODUCT_TOKEN)
        except ValueError:
            return True  # not an address: the caller reports that

    @property
    def delay(self) -> float:
        """Return the seconds between requests; 0 where none are given."""
        return (self.read and self.read.crawl_delay(PRODUCT_TOKEN)) or 0.0


NO_RULES = RobotsRules()
"""No robots.txt: everything may be requested."""


def parse_rules(status: int, body: bytes) -> RobotsRules:
    """Return the rules in an answer to `GET /robots.txt`.

    Any status but 2xx, or a web page instead of text, means that there is none (RFC 9309, 2.3.1.3); the
    caller finds out whether the portal is down.
    """
    text = body[:MAX_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
    if not 200 <= status < 300 or text.lstrip().startswith("<"):
        return NO_RULES
    return RobotsRules(Protego.parse(_VERSION.sub(r"\1", text)))
