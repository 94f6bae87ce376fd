"""What a portal's robots.txt lets this program ask for, and how fast: RFC 9309, read by Protego."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

PATH = "/robots.txt"
PRODUCT = "rasoat"
"""The name by which a robots.txt may speak to this program."""

MOST_BYTES = 500 * 1024
"""So much of a robots.txt is read (RFC 9309, 2.5)."""

_VERSION = re.compile(r"^(\s*user-agent\s*:[^/#\n]*)/[^#\n]*", re.IGNORECASE | re.MULTILINE)
"""`User-agent: rasoat/0.1` means the product; Protego would look for that version alone."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules for this program; without a robots.txt there are none."""

    read: Protego | None = None

    def allows(self, url: str) -> bool:
        """Whether an address may be asked for; of equally long rules the one that allows stands."""
        try:
            if self.read is None or urlsplit(url).path == PATH:
                return True
            return self.read.can_fetch(url, PRODUCT)
        except ValueError:
            return True  # no address at all: that is for whoever asks to say

    @property
    def delay(self) -> float:
        """Seconds between requests; 0 where it is not said."""
        return (self.read and self.read.crawl_delay(PRODUCT)) or 0.0


EVERYTHING = Rules()
"""No robots.txt: everything may be asked for."""


def rules_of(status: int, body: bytes) -> Rules:
    """The rules in an answer to `GET /robots.txt`.

    Any status but 2xx, and a web page in place of a text, mean that there is none (RFC 9309, 2.3.1.3);
    that the portal is away is for the caller to tell.
    """
    text = body[:MOST_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
    if not 200 <= status < 300 or text.lstrip().startswith("<"):
        return EVERYTHING
    return Rules(Protego.parse(_VERSION.sub(r"\1", text)))
