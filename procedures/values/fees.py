"""Fees and charges (phí, lệ phí) as values in đồng."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from procedures.values.levels import NEXT_WAY, split_ways
from procedures.values.text import canonical, matching_key

_PORTAL_TYPES: Mapping[str, str] = {"FEE": "fee", "SERVICE_FEE": "charge", "PRICE_LEVEL": "price"}
_FREE = re.compile(
    r"(?:không|miễn)(?: (?:thu|có|mất|phải nộp|phải trả))?(?: (?:phí|lệ phí|phí lệ phí|phí và lệ phí))?"
    r"|0+(?: đồng)?"
)
_BOTH = re.compile(
    r"^(?:phí\s*(?:[,/]|và)\s*lệ phí|lệ phí\s*(?:[,/]|và)\s*phí)[^:\d]*:\s*(?P<rest>.+)$", re.I
)
_TYPE = re.compile(
    r"^(?:mức\s+)?(?:thu\s+)?(?P<type>phí|lệ phí|giá)\b(?!\s*[,/]|\s+và\b)"
    r"(?:[^:\d;,()]*:\s*|\s+(?=\d))(?P<rest>.+)$",
    re.I,
)
_TYPES: Mapping[str, str] = {"lệ phí": "fee", "phí": "charge", "giá": "price"}
_CURRENCY = r"(?:đồng|đ\b|vnđ|vnd|việt nam đồng)"
_NUMBER = r"(?<![\d.,-])(?<!\d )(\d{1,3}(?:[.,]\d{3}){1,4}|\d{1,15})(?!\d)"
_AMOUNT = re.compile(rf"{_NUMBER}\s*{_CURRENCY}", re.I)
_NUMBER_ALONE = re.compile(r"(\d{1,3}(?:[.,]\d{3}){1,4}|\d{4,15})(?:/[^\d;]*)?")
_MONEY = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?![\d/])|\d\s*%|\d\s*(?:-|đến|và|hoặc)\s*\d|\d\s\d", re.I)
_SPELLED = re.compile(r"\b(?:nghìn|ngàn|triệu|tỷ|miễn|giảm|đến hết)\b", re.I)
_IN_WORDS = re.compile(r"\s*\([^()\d]*đồng[^()\d]*\)", re.I)
"""A sum repeated in words: "(một trăm nghìn đồng)"."""
_PARTS = re.compile(rf"[;\n]|(?i:{NEXT_WAY})|(?i:(?<!phí),\s*(?=(?:phí|lệ phí|giá)\b[^:\d]*:))")


@dataclass(frozen=True, slots=True)
class Fee:
    """One fee in VND; `type` is `fee`, `charge` or `price`; `text` keeps what was published."""

    way: str | None = None
    type: str | None = None
    amount: int | None = None
    text: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the object of the `fee` array."""
        return {"way": self.way, "type": self.type, "amount": self.amount, "text": self.text}

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Fee:
        """Return the inverse of `to_json`; equal fees are one object."""
        return _shared(value.get("way"), value.get("type"), value.get("amount"), value.get("text"))


_shared = lru_cache(maxsize=4_096, typed=True)(Fee)


def parse_fees(text: str) -> tuple[Fee, ...]:
    """Return the fees in a cell. Several amounts that nothing distinguishes are kept as text alone."""
    fees: list[Fee] = []
    for part in filter(None, map(canonical, _PARTS.split(text))):
        ways, rest = split_ways(part)
        fees += (_parse_part(rest, way, part) for way in ways)
    amounts_of: dict[tuple[str | None, str | None], set[int | None]] = {}
    for fee in fees:
        amounts_of.setdefault((fee.way, fee.type), set()).add(fee.amount)
    mixed = any(fee.amount is None and re.search(r"\d", fee.text or "") for fee in fees) and len(fees) > 1
    if mixed or any(len(amounts) > 1 for amounts in amounts_of.values()):
        return (Fee(text=canonical(text)),)
    return tuple({(fee.way, fee.type, fee.amount, fee.text): fee for fee in fees}.values())


def fee_from_portal(
    type: str | None, value: float | None, way: str | None, description: str | None = None
) -> Fee:
    """Return a fee of the national portal: FEE → fee, SERVICE_FEE → charge, PRICE_LEVEL → price; 0 is 0."""
    return Fee(way, _PORTAL_TYPES.get(type or ""), None if value is None else int(value), description or None)


def format_fee(fee: Fee) -> str:
    """Return the fee for people: "10.000 đồng", "Không"; the published text where there is no amount."""
    if fee.amount is None:
        return fee.text or ""
    return "Không" if fee.amount == 0 else f"{fee.amount:,}".replace(",", ".") + " đồng"


def _parse_part(value: str, way: str | None, text: str) -> Fee:
    kind = None
    rest = value.lstrip("-+•* ") if re.match(r"[-+•*]\s", value) else value
    if found := _BOTH.match(rest):
        rest = found["rest"]
    elif found := _TYPE.match(rest):
        kind, rest = _TYPES[found["type"].lower()], found["rest"]
    if _FREE.fullmatch(matching_key(rest)):
        return Fee(way, kind, 0, text)
    return Fee(way, kind, _amount(rest), text)


def _amount(text: str) -> int | None:
    """Return the one sum in a text, even if repeated; `None` for several, shares and ranges."""
    text = _IN_WORDS.sub("", text)
    if bare := _NUMBER_ALONE.fullmatch(text):
        return _dong(bare[1])
    sums = {_dong(number) for number in _AMOUNT.findall(text)}
    rest = _AMOUNT.sub("¤", text)
    return sums.pop() if len(sums) == 1 and not _SPELLED.search(rest) and not _has_more(rest) else None


def _has_more(rest: str) -> bool:
    """Return whether another amount remains beside the sum, such as the lower end of a range."""
    return bool(_MONEY.search(rest) or re.search(r"\d\s*(?:-|đến|hoặc)\s*¤|[\d.,-]¤|\d\s¤", rest))


def _dong(number: str) -> int:
    return int(re.sub(r"[.,]", "", number))
