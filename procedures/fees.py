"""Fees and charges (phí, lệ phí) as values in đồng."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from procedures.text import canonical, matching_key

_PORTAL_TYPES: Mapping[str, str] = {"FEE": "fee", "SERVICE_FEE": "charge", "PRICE_LEVEL": "price"}
_FREE = (
    "không",
    "miễn phí",
    "không thu phí",
    "không thu",
    "không có",
    "0",
    "0 đồng",
    "không thu lệ phí",
    "không mất phí",
)
_WAYS: Mapping[str, str] = {"trực tiếp": "direct", "trực tuyến": "online", "bưu chính": "postal"}
_WAY = re.compile(
    r"^(?:nộp )?(?P<way>trực tiếp|trực tuyến|bưu chính)(?: công ích)?\s*:\s*(?P<rest>.+)$", re.I
)
_TYPE = re.compile(r"^(?P<type>phí|lệ phí|giá)\s*:\s*(?P<rest>.+)$", re.I)
_TYPES: Mapping[str, str] = {"lệ phí": "fee", "phí": "charge", "giá": "price"}
_AMOUNT = re.compile(r"(\d{1,3}(?:[.,]\d{3})+|\d+)\s*(?:đồng|đ\b|vnđ|vnd|việt nam đồng)", re.I)


@dataclass(frozen=True, slots=True)
class Fee:
    """One fee in VND; `type` is `fee`, `charge` or `price`; `text` keeps what was published."""

    way: str | None = None
    type: str | None = None
    amount: int | None = None
    text: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The object of the `fee` array."""
        return {"way": self.way, "type": self.type, "amount": self.amount, "text": self.text}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Fee:
        """The inverse of `to_json`."""
        return cls(value.get("way"), value.get("type"), value.get("amount"), value.get("text"))


def parse_fees(text: str) -> tuple[Fee, ...]:
    """The fees a cell says. Several amounts that cannot be told apart are kept as text alone."""
    return tuple(_one(canonical(part)) for part in re.split(r"[;\n]", text) if canonical(part))


def from_portal(
    type: str | None, value: float | None, way: str | None, description: str | None = None
) -> Fee:
    """One fee of the national portal: FEE → fee, SERVICE_FEE → charge, PRICE_LEVEL → price; 0 is 0."""
    return Fee(way, _PORTAL_TYPES.get(type or ""), None if value is None else int(value), description or None)


def format_fee(fee: Fee) -> str:
    """The fee in words people read: "10.000 đồng", "Không"; the published text where there is no amount."""
    if fee.amount is None:
        return fee.text or ""
    return "Không" if fee.amount == 0 else f"{fee.amount:,}".replace(",", ".") + " đồng"


def _one(text: str) -> Fee:
    way = kind = None
    rest = text
    if told := _WAY.match(rest):
        way, rest = _WAYS[told["way"].lower()], told["rest"]
    if told := _TYPE.match(rest):
        kind, rest = _TYPES[told["type"].lower()], told["rest"]
    if matching_key(rest) in _FREE:
        return Fee(way, kind, 0, text)
    amounts = _AMOUNT.findall(rest)
    bare = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+|\d{4,}", rest)
    if len(amounts) == 1 or bare:
        number = amounts[0] if amounts else rest
        return Fee(way, kind, int(re.sub(r"[.,]", "", number)), text)
    return Fee(way, kind, None, text)
