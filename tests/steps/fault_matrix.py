"""What comes of each fault, for each kind of source: the one table that tests and `docs/faults.md` share.

A row: the fault by name, how it is ordered, and the state of the snapshot that follows, first of the national
interface, then of a portal of web pages, then of the older gateway; `None` where the fault means nothing
there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Row:
    """One fault. `settings` are changed for it; with `tls` the portal shows a certificate of its own making,
    which the settings name (`trusted`) or not (`unknown`).
    """

    name: str
    says: str
    national: str | None
    html: str | None
    order: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""
    gateway: str | None = None
    tls: str = ""

    @property
    def title(self) -> str:
        return self.label or self.name


LIST, DETAIL, ALL, ROBOTS = ({"where": each} for each in ("list", "detail", "all", "robots"))

MATRIX = (
    Row(
        "challenge_200",
        "answers a refusal page with status 200",
        "blocked",
        "blocked",
        LIST,
        gateway="blocked",
    ),
    Row(
        "challenge_tspd",
        "answers a JavaScript challenge with status 200",
        "blocked",
        "blocked",
        ALL,
        gateway="blocked",
    ),
    Row(
        "challenge_200",
        "answers a refusal page for the records alone",
        "blocked",
        "blocked",
        DETAIL,
        label="challenge_200 of records",
    ),
    Row("forbidden_403", "refuses everything", "blocked", "blocked", ALL, gateway="blocked"),
    Row("not_acceptable_406", "refuses everything, with 406", "blocked", "blocked", ALL, gateway="blocked"),
    Row(
        "too_many_429",
        "429 on every list, without a word how long",
        "blocked",
        "blocked",
        LIST,
        gateway="blocked",
    ),
    Row(
        "too_many_429",
        "429 once, with Retry-After in seconds",
        "complete",
        "complete",
        LIST | {"times": 1, "retry_after": 1},
        label="too_many_429, wait 1 s",
        gateway="complete",
    ),
    Row(
        "too_many_429",
        "429 once, with Retry-After as a date",
        "complete",
        "complete",
        LIST | {"times": 1, "retry_after": 1, "as_date": True},
        label="too_many_429, wait until",
        gateway="complete",
    ),
    Row(
        "too_many_429",
        "429, wait an hour",
        "blocked",
        "blocked",
        LIST | {"retry_after": 3600},
        label="too_many_429, wait 1 h",
        gateway="blocked",
    ),
    Row(
        "error_500",
        "500 on the first page, twice",
        "complete",
        "complete",
        LIST | {"times": 2},
        label="error_500 twice",
        gateway="complete",
    ),
    Row(
        "error_500",
        "500 on the second page, always",
        "partial",
        "partial",
        LIST | {"page": 2},
        label="error_500 of a page",
        gateway="complete",
    ),
    Row("error_502", "502 on everything", "failed", "failed", ALL, gateway="failed"),
    Row(
        "error_503",
        "503 on the first page, once",
        "complete",
        "complete",
        LIST | {"times": 1},
        label="error_503 once",
        gateway="complete",
    ),
    Row("connection_refused", "listens no more", "failed", "failed", gateway="failed"),
    Row(
        "close_midway", "closes each connection without an answer", "failed", "failed", ALL, gateway="failed"
    ),
    Row(
        "reset_midbody",
        "resets each list's connection half-way",
        "failed",
        "failed",
        LIST,
        gateway="complete",
    ),
    Row(
        "reset_midbody",
        "resets the first list's connection once",
        "complete",
        "complete",
        LIST | {"times": 1},
        label="reset_midbody once",
        gateway="complete",
    ),
    Row("timeout", "never answers", "failed", "failed", ALL, gateway="failed"),
    Row("slow_drip", "a byte now and then", "failed", "failed", LIST, gateway="complete"),
    Row("truncated_json", "a list that ends in the middle", "failed", None, LIST, gateway="complete"),
    Row("wrong_shape", "a valid answer of another shape", "failed", "failed", LIST, gateway="failed"),
    Row(
        "wrong_shape", "records of another shape", "failed", "partial", DETAIL, label="wrong_shape of records"
    ),
    Row(
        "renamed_field",
        "a field of the list is called something else",
        "failed",
        "failed",
        LIST,
        gateway="failed",
    ),
    Row(
        "renamed_field",
        "a field of the record is called something else",
        "failed",
        "failed",
        DETAIL,
        label="renamed_field of records",
    ),
    Row("missing_field", "a field of the list is gone", "failed", "failed", LIST, gateway="failed"),
    Row("wrong_charset", "letters broken by a wrong charset", None, "failed", LIST, gateway="failed"),
    Row("bad_gzip", "damaged compression", "failed", "failed", LIST, gateway="complete"),
    Row("huge_body", "a body of 200 MB", "failed", "failed", LIST, gateway="complete"),
    Row(
        "huge_body",
        "a small file that unpacks to 200 MB",
        "failed",
        "failed",
        LIST | {"compressed": True},
        label="huge_body, compressed",
        gateway="complete",
    ),
    Row("deep_nesting", "an answer nested 100,000 levels deep", "failed", "failed", LIST, gateway="complete"),
    Row("redirect_other_host", "leads to another host", "blocked", "blocked", LIST, gateway="blocked"),
    Row("redirect_loop", "leads in a circle", "failed", "failed", LIST, gateway="complete"),
    Row("repeated_cursor", "shows the same page again", "partial", "partial", LIST, gateway="complete"),
    Row("empty_page", "an empty page in the middle", "partial", "partial", LIST, gateway="complete"),
    Row("total_higher", "declares more than it lists", "partial", "partial", LIST, gateway="partial"),
    Row("total_shrinks", "lists 40 % less", "held", "held", LIST, gateway="held"),
    Row(
        "shifting_items",
        "moves an item while it is read, once",
        "complete",
        "complete",
        LIST,
        gateway="complete",
    ),
    Row(
        "detail_wrong_code",
        "answers another record, once",
        "complete",
        "complete",
        DETAIL | {"times": 1},
        label="detail_wrong_code once",
    ),
    Row("detail_wrong_code", "answers another record, always", "partial", "partial", DETAIL),
    Row("detail_not_found", "knows none of the records it lists", "partial", "partial", DETAIL),
    Row("details_fail_share", "cannot give 5 % of the records", "partial", "partial", DETAIL),
    Row(
        "details_fail_share",
        "cannot give 60 % of the records",
        "partial",
        "partial",
        DETAIL | {"share": 0.6},
        label="details_fail_share, 60 %",
    ),
    Row("session_expired", "lets the session run out", "complete", None, {"after": 40}),
    Row(
        "session_expired",
        "lets the session run out after two requests",
        None,
        None,
        {"after": 2},
        label="session_expired soon",
        gateway="complete",
    ),
    Row("session_dead", "renews no session", "blocked", None, gateway="blocked"),
    Row(
        "dns",
        "has an address that no name server knows",
        "failed",
        "failed",
        settings={"base_url": "http://khong-co.invalid"},
        gateway="failed",
    ),
    Row("duplicate_code", "lists a code twice", "complete", "complete", LIST, gateway="complete"),
    Row(
        "robots_forbid",
        "forbids everything in its robots.txt",
        "blocked",
        "blocked",
        ROBOTS,
        gateway="blocked",
    ),
    Row(
        "error_500",
        "cannot say what it forbids: 500 on robots.txt, always",
        "failed",
        "failed",
        ROBOTS,
        label="error_500 of robots.txt",
        gateway="failed",
    ),
    Row(
        "forbidden_403",
        "refuses its robots.txt alone",
        "complete",
        "complete",
        ROBOTS,
        label="forbidden_403 of robots.txt",
        gateway="complete",
    ),
    Row(
        "tls",
        "shows a certificate that nobody has signed",
        "failed",
        "failed",
        gateway="failed",
        tls="unknown",
    ),
    Row(
        "tls",
        "shows that certificate, and `ca_file` names it",
        "complete",
        "complete",
        label="tls, ca_file",
        gateway="complete",
        tls="trusted",
    ),
)
