"""Classification of answers by their content, not by their status alone.

Firewalls in front of the portals answer with status 200 and a page of their own; a reader that
trusts the status would take it for an empty list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

Expects = Literal["json", "html", "page", "robots"]
"""The expected content. `page` is a web page of which only cookies matter, `robots` the robots.txt."""

Kind = Literal["ok", "challenge", "refused", "fault"]

REFUSALS = frozenset({401, 403, 406, 429, 451})
"""Statuses by which a portal says no; 5xx and time-outs are faults."""

_SEARCHED_BYTES = 20_000
_CHALLENGES = (
    b"the requested url was rejected",
    *(b"/tspd/", b"tspd_101", b'window["bobcm', b"apm_do_not_touch"),
    *(b"_incapsula_resource", b"cf-chl-", b"cf_chl_opt", b"/cdn-cgi/challenge-platform"),
    *(b"<title>just a moment", b"<title>attention required", b"<title>access denied"),
    b"<title>checking your browser",
)
"""What only a firewall's page contains, in lower case. Looked for in every answer, so each is a plain text:
one expression with all of them took a millisecond a record."""

_REJECTED = b"request rejected"
_REJECTED_BY_NUMBER = re.compile(_REJECTED + rb".{0,2000}support id", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One whole answer. `hash` names its bytes in the archive; `json` is parsed where JSON was expected.

    `session` counts the sessions that the client had opened when it asked, `turn` how often it had slowed
    down.
    """

    status: int
    body: bytes
    content_type: str = ""
    url: str = ""
    hash: str | None = None
    retry_after: str | None = None
    location: str | None = None
    session: int = 0
    slowdowns: int = 0
    json: Any = field(default=None, repr=False)


def classify(answer: Answer, expects: Expects) -> Kind:
    """Return the kind of an answer.

    challenge: a firewall's page, whatever its status, or a web page where JSON is expected; it is reported,
    never circumvented. refused: the portal says no. fault: it broke. Other statuses (a 404, a 400 with a
    message) are answers, and their reader knows what they mean. A refused robots.txt counts as absent
    (RFC 9309, 2.3.1.3), except with 429, from a portal that is too busy.
    """
    if is_challenge(answer.body):
        return "challenge"
    if answer.status in REFUSALS and (expects != "robots" or answer.status == 429):
        return "refused"
    if answer.status >= 500:
        return "fault"
    if expects == "json" and answer.status < 300 and _is_web_page(answer):
        return "challenge"
    return "ok"


def is_challenge(body: bytes) -> bool:
    """Whether the bytes are a firewall's refusal or its JavaScript challenge."""
    head = body[:_SEARCHED_BYTES].lower()
    if any(text in head for text in _CHALLENGES):
        return True
    return _REJECTED in head and _REJECTED_BY_NUMBER.search(head) is not None


def _is_web_page(answer: Answer) -> bool:
    head = answer.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<") or (
        "html" in answer.content_type.lower() and not head.startswith((b"{", b"["))
    )
