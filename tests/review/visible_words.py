"""What people read on the pages of a site, and whether it is an official's Vietnamese."""

from __future__ import annotations

import html
import re
from collections import Counter

from tests.review.desk import Visitor
from tests.wording import faults_in

EACH = 6
"""Pages visited of those whose addresses differ in numbers alone."""

_SKIPPED = re.compile(r"<(script|style|footer|code)\b.*?</\1>", re.DOTALL)
"""What is no text of the page: the guide's commands, too, are typed as they are."""
_SHOWN_ATTRIBUTES = re.compile(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"')
_LINKS = re.compile(r'href="(/[^"#]*)')
_FILES = re.compile(r"^/(?:evidence|static|logout)|\.(?:xlsx|docx|zip|csv|html|png)\b")


def visible_text(page: str) -> str:
    """The words of a page as a person reads or hears them."""
    page = _SKIPPED.sub(" ", page)
    said = " ".join(_SHOWN_ATTRIBUTES.findall(page))
    return re.sub(r"\s+", " ", html.unescape(f"{re.sub('<[^>]+>', ' ', page)} {said}"))


def faults(page: str) -> list[str]:
    """What of the forbidden a page shows, with the words around it."""
    return faults_in(visible_text(page))


def walk(visitor: Visitor, *starts: str) -> dict[str, str]:
    """All pages that links lead to from the first page and `starts`: few of each kind."""
    waiting, pages = ["/", *starts], {}
    seen: Counter[str] = Counter()
    while waiting:
        address = waiting.pop(0)
        kind = re.sub(r"[\d.]+|=[^&]*|(?<=/decisions/)[^?]*|(?<=/procedures/)[^?/]*", "#", address)
        if address in pages or seen[kind] >= EACH or _FILES.search(address):
            continue
        seen[kind] += 1
        answer = visitor.get(address)
        assert answer.status_code in (200, 404), address
        if answer.headers["content-type"].startswith("text/html"):
            pages[address] = answer.text
            waiting += [html.unescape(link) for link in _LINKS.findall(answer.text)]
    return pages
