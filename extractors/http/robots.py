"""What a portal's robots.txt lets this program ask for, and how fast.

The standard library's parser takes the first rule that fits and knows no `*` and `$`; here it is as RFC 9309
says: the group of the program's own name, else that of everybody, and of its rules the longest that fits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

PATH = "/robots.txt"
PRODUCT = "rasoat"
"""The name by which a robots.txt may speak to this program."""

MOST_BYTES = 500 * 1024
"""So much of a robots.txt is read (RFC 9309, 2.5)."""

_KEPT = "/?&=:;,@!'()+$*~%"


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules for this program: paths allowed and disallowed, and seconds between requests (0: not said)."""

    allowed: tuple[str, ...] = ()
    disallowed: tuple[str, ...] = ()
    delay: float = 0.0

    def allows(self, url: str) -> bool:
        """Whether an address may be asked for; of equally long rules the one that allows stands."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return True  # no address at all: that is for whoever asks to say
        path = _plain((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        if path == PATH:
            return True
        no = max((len(rule) for rule in self.disallowed if _fits(rule, path)), default=-1)
        yes = max((len(rule) for rule in self.allowed if _fits(rule, path)), default=-1)
        return yes >= no


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
    lines = list(_lines(text))
    ours = [group for group in _groups(lines) if PRODUCT in group.agents]
    said = ours or [group for group in _groups(lines) if "*" in group.agents]
    return Rules(
        allowed=tuple(value for group in said for name, value in group.rules if name == "allow"),
        disallowed=tuple(value for group in said for name, value in group.rules if name == "disallow"),
        delay=max(
            (_seconds(value) for group in said for name, value in group.rules if name == "crawl-delay"),
            default=0.0,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Group:
    agents: frozenset[str]
    rules: tuple[tuple[str, str], ...]


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """The lines that say something: name in lower case, and value; empty rules say nothing."""
    for line in text.splitlines():
        name, colon, value = line.partition("#")[0].partition(":")
        name, value = name.strip().lower(), value.strip()
        if colon and value and name in ("user-agent", "allow", "disallow", "crawl-delay"):
            yield name, value
        elif colon and name in ("allow", "disallow"):
            yield "nothing", ""


def _groups(lines: list[tuple[str, str]]) -> Iterator[_Group]:
    agents: set[str] = set()
    rules: list[tuple[str, str]] = []
    for name, value in lines:
        if name != "user-agent":
            rules.append((name, _plain(value) if name in ("allow", "disallow") else value))
            continue
        if rules:
            yield _Group(frozenset(agents), tuple(rules))
            agents, rules = set(), []
        agents.add(value.partition("/")[0].strip().lower())
    yield _Group(frozenset(agents), tuple(rules))


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0


def _plain(path: str) -> str:
    """A path or rule in one way of writing percent signs."""
    return quote(unquote(path), safe=_KEPT)


def _fits(rule: str, path: str) -> bool:
    """Whether a rule speaks of a path: `*` stands for anything, `$` at its end for the end."""
    first, *rest = rule.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for piece in rest[:-1]:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    last = rest[-1] if rest else ""
    if rule.endswith("$"):
        return path.endswith(last) and len(path) - len(last) >= at if rest else path == first
    return path.find(last, at) >= 0
