"""Faults of a portal, by name, and the orders that cause them.

An order names a fault, the requests it concerns, and how often. Nothing is random: a share of records is
chosen by a hash of their ids, so a test that fails, fails again.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from procedures.errors import InputError

Where = Literal["list", "detail", "services", "export", "session", "robots", "page", "all"]
"""A kind of request: list pages, details, the services list (of the gateway: its agencies), the Excel file,
the home page, robots.txt, other pages."""

Stage = Literal["reply", "listing", "detail", "payload", "bytes", "wire", "state"]
"""What a fault changes: the whole answer, the items of a list page, which record a detail shows, the
payload's fields, its bytes, the transfer of bytes, or the portal itself."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault, and the requests it concerns unless an order says otherwise."""

    description: str
    stage: Stage
    where: Where = "all"
    page: int | None = None
    times: int | None = None
    share: float | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


FAULTS: Mapping[str, Fault] = {
    "challenge_200": Fault("F5 refusal page 'Request Rejected … support ID', status 200, HTML", "reply"),
    "challenge_tspd": Fault("F5 TSPD JavaScript challenge, status 200, the same page for each URL", "reply"),
    "forbidden_403": Fault("403 whatever the session", "reply"),
    "not_acceptable_406": Fault("406", "reply"),
    "too_many_429": Fault(
        "429; retry_after=seconds adds Retry-After, as_date=true writes it as an HTTP date",
        "reply",
        options={"retry_after": None, "as_date": False},
    ),
    "error_500": Fault("500; times=n for the first n tries only", "reply"),
    "error_502": Fault("502; times=n for the first n tries only", "reply"),
    "error_503": Fault("503; times=n for the first n tries only", "reply"),
    "details_fail_share": Fault(
        "500 for a share of the details, always the same ones", "reply", "detail", share=0.05
    ),
    "limit_over_100": Fault("500 for list pages of more than 100 items", "state", "list"),
    "redirect_other_host": Fault("redirect to another host", "reply", options={"host": "cong-khac.invalid"}),
    "redirect_loop": Fault("redirect to the very same address", "reply"),
    "deep_nesting": Fault("payload nested 100,000 levels deep", "reply", "list", options={"depth": 100_000}),
    "repeated_cursor": Fault("the page's cursor is the one it was asked with", "listing", "list", page=2),
    "empty_page": Fault("a page without items although more follow", "listing", "list", page=2),
    "total_higher": Fault("declares `by` more than it lists", "listing", "list", options={"by": 10}),
    "total_shrinks": Fault(
        "a share of the list is gone, total and pages agree", "listing", "list", share=0.4
    ),
    "shifting_items": Fault(
        "an item moves to the first page while later ones are read", "listing", "list", page=2, times=1
    ),
    "duplicate_code": Fault("a code stands twice, under two ids", "listing", "list", page=1),
    "detail_wrong_code": Fault("the detail of another procedure is answered", "detail", "detail"),
    "detail_not_found": Fault("the detail is not found, although listed", "detail", "detail"),
    "truncated_json": Fault("the payload ends in the middle, the transfer is whole", "bytes", "list"),
    "wrong_shape": Fault("a valid payload of another shape", "payload", "list"),
    "renamed_field": Fault(
        "a field is called something else", "payload", "list", options={"field": None, "to": None}
    ),
    "missing_field": Fault(
        "a field is absent; share of the items", "payload", "list", share=1.0, options={"field": None}
    ),
    "wrong_charset": Fault(
        "UTF-8 taken for Windows-1252 once; header_only=true lies in the header instead",
        "bytes",
        options={"header_only": False},
    ),
    "bad_gzip": Fault("Content-Encoding gzip over damaged bytes", "bytes"),
    "reset_midbody": Fault("connection reset (RST) half-way through the body", "wire"),
    "close_midway": Fault("connection closed without an answer", "wire"),
    "slow_drip": Fault("one byte every `seconds`", "wire", options={"seconds": 0.2}),
    "timeout": Fault("never answers, until the portal stops", "wire"),
    "huge_body": Fault(
        "a body of `megabytes`, streamed; compressed=true as a small gzip of it",
        "wire",
        "list",
        options={"megabytes": 200, "compressed": False},
    ),
    "session_expired": Fault(
        "403 after `after` requests of one session, cured by GET /", "state", options={"after": 3}
    ),
    "session_dead": Fault("403 even after a renewal", "state"),
    "connection_refused": Fault("the portal stops listening until the order is cleared", "state"),
    "robots_forbid": Fault("robots.txt forbids everything", "reply", "robots"),
}
"""Every fault by name."""


@dataclass(frozen=True, slots=True)
class Target:
    """The object of a request: its kind, the list page's number (from 1), the record's id."""

    where: Where
    page: int | None = None
    key: str | None = None


@dataclass(slots=True)
class FaultOrder:
    """An ordered fault: from the `nth` matching request on, `times` times (None: always)."""

    name: str
    where: Where
    page: int | None
    nth: int
    times: int | None
    share: float | None
    options: Mapping[str, Any]
    matched: int = 0
    fired: int = 0

    @property
    def fault(self) -> Fault:
        """The fault that was ordered."""
        return FAULTS[self.name]

    def applies_to(self, key: str) -> bool:
        """Whether this record is in the share; always the same records."""
        return self.share is None or stable_fraction(f"{self.name}:{key}") < self.share

    def matches(self, target: Target) -> bool:
        """Whether this order concerns such a request."""
        if self.where not in ("all", target.where) or (self.page is not None and self.page != target.page):
            return False
        return target.where != "detail" or self.fault.stage == "payload" or self.applies_to(target.key or "")

    def due(self) -> bool:
        """Count a matching request; True when it is to go wrong."""
        self.matched += 1
        if self.matched < self.nth or (self.times is not None and self.fired >= self.times):
            return False
        self.fired += 1
        return True

    def to_json(self) -> dict[str, Any]:
        """Return the order and how often it matched and fired."""
        return {
            "name": self.name, "where": self.where, "page": self.page, "nth": self.nth, "times": self.times,
            "share": self.share, "options": dict(self.options), "matched": self.matched, "fired": self.fired,
        }  # fmt: skip


class Faults:
    """The orders of one portal. `changed` is called after each order and each clearing."""

    def __init__(self, changed: Callable[[], None] | None = None) -> None:
        self._orders: list[FaultOrder] = []
        self._lock = threading.Lock()
        self._changed = changed or (lambda: None)

    def order(
        self,
        name: str,
        *,
        where: str | None = None,
        page: int | None = None,
        nth: int = 1,
        times: int | None = None,
        share: float | None = None,
        **options: Any,
    ) -> FaultOrder:
        """Order a fault; options that are left out are as in `FAULTS[name]`.

        Raises:
            InputError: the fault, the kind of request or an option is unknown.
        """
        fault = FAULTS.get(name)
        if fault is None:
            raise InputError(f"không có lỗi mẫu {name!r}; có: {', '.join(sorted(FAULTS))}")
        if where is not None and where not in get_args(Where):
            raise InputError(
                f"lỗi mẫu {name}: where = {where!r} phải là một trong {', '.join(get_args(Where))}"
            )
        unknown = set(options) - set(fault.options)
        if unknown:
            raise InputError(f"lỗi mẫu {name}: không có tùy chọn {', '.join(sorted(unknown))}")
        order = FaultOrder(
            name=name,
            where=fault.where if where is None else where,  # type: ignore[arg-type]  # checked just above
            page=fault.page if page is None else page,
            nth=nth,
            times=fault.times if times is None else times,
            share=fault.share if share is None else share,
            options={**fault.options, **options},
        )
        with self._lock:
            self._orders.append(order)
        self._changed()
        return order

    def clear(self, name: str | None = None) -> None:
        """Cancel every order, or those of one fault."""
        with self._lock:
            self._orders = [order for order in self._orders if name is not None and order.name != name]
        self._changed()

    def all(self) -> list[FaultOrder]:
        """Return every active order."""
        with self._lock:
            return list(self._orders)

    def standing(self, name: str) -> FaultOrder | None:
        """Return the first active order of that fault, without counting."""
        return next((order for order in self.all() if order.name == name), None)

    def due(self, target: Target) -> list[FaultOrder]:
        """Return the orders that apply to this request, and count it for them."""
        with self._lock:
            return [
                order
                for order in self._orders
                if order.fault.stage != "state" and order.matches(target) and order.due()
            ]


def stable_fraction(text: str) -> float:
    """Return a number in [0, 1) that is always the same for `text`."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64
