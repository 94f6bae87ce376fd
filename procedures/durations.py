"""Processing times (thời hạn giải quyết) as values with units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from procedures.text import canonical, matching_key

UNITS: tuple[str, ...] = ("working_day", "day", "month", "hour", "year")
_UNIT_WORDS: Mapping[str, str] = {
    "working_day": "ngày làm việc",
    "day": "ngày",
    "month": "tháng",
    "hour": "giờ",
    "year": "năm",
}
_PORTAL_UNITS: Mapping[str, str] = {unit.upper(): unit for unit in UNITS}
_WAYS: Mapping[str, str] = {
    "trực tiếp": "direct",
    "trực tuyến": "online",
    "bưu chính công ích": "postal",
    "bưu chính": "postal",
    "bcci": "postal",
}
_TIME = re.compile(
    r"(?P<amount>\d+(?:[.,]\d+)?)\s*(?:\([^)]*\)\s*)?"
    r"(?P<unit>ngày\s*\(?\s*làm việc\)?|ngày|tháng|giờ(?:\s*làm việc)?|năm)"
)
_WAY = re.compile(
    r"^\s*(?:nộp\s+)?(?P<way>trực tiếp|trực tuyến|bưu chính công ích|bưu chính|bcci)\s*:\s*(?P<rest>.+)$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class ProcessingTime:
    """One time: `amount` in `unit` for submission by `way` (`None`: any). `text` keeps what was published."""

    way: str | None = None
    amount: int | float | None = None
    unit: str | None = None
    text: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The object of the `processing_time` array."""
        return {"way": self.way, "amount": self.amount, "unit": self.unit, "text": self.text}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ProcessingTime:
        """The inverse of `to_json`."""
        return cls(value.get("way"), value.get("amount"), value.get("unit"), value.get("text"))


def parse_times(text: str) -> tuple[ProcessingTime, ...]:
    """The times a cell says, one a way. What cannot be told with certainty is kept as text alone."""
    times: list[ProcessingTime] = []
    for part in (piece for piece in re.split(r"[;\n]", text) if canonical(piece)):
        shown = canonical(part)
        told = _WAY.match(shown)
        way = _WAYS[told["way"].lower()] if told else None
        times.append(_one(told["rest"] if told else shown, way))
    if sum(1 for time in times if time.way is None) > 1:
        return (ProcessingTime(text=canonical(text)),)
    return tuple(times)


def from_portal(
    way: str | None, amount: float | None, unit: str | None, text: str | None = None
) -> ProcessingTime:
    """One `executionMethods` entry of the national portal; its unit OTHER gives no unit."""
    return ProcessingTime(way, _whole(amount), _PORTAL_UNITS.get(unit or ""), text)


def longer_than(one: ProcessingTime, other: ProcessingTime) -> bool | None:
    """Whether `one` is longer; `None` when they are not comparable: 7 days is not 7 working days."""
    if one.amount is None or other.amount is None or one.unit is None or one.unit != other.unit:
        return None
    return one.amount > other.amount


def format_time(time: ProcessingTime) -> str:
    """The time in words people read: "07 ngày làm việc"; the published text where there is no amount."""
    if time.amount is None or time.unit is None:
        return time.text or ("" if time.amount is None else _number(time.amount))
    return f"{_number(time.amount)} {_UNIT_WORDS[time.unit]}"


def canonical_times(times: Iterable[ProcessingTime]) -> tuple[ProcessingTime, ...]:
    """The times in one order and without texts where an amount says it, for comparing."""
    bare = {
        ProcessingTime(
            t.way, t.amount, t.unit, None if t.unit and t.amount is not None else matching_key(t.text or "")
        )
        for t in times
    }
    return tuple(sorted(bare, key=lambda t: (t.way or "", t.unit or "", t.amount or 0, t.text or "")))


def _one(text: str, way: str | None) -> ProcessingTime:
    found = list(_TIME.finditer(text.lower()))
    numbers = re.findall(r"\d+(?:[.,]\d+)?", text)
    if len(found) != 1 or (len(numbers) > 1 and not _only_repeats(text, found[0])):
        return ProcessingTime(way, text=text)
    unit = re.sub(r"[\s()]+", " ", found[0]["unit"]).strip()
    kind = next((name for name, word in _UNIT_WORDS.items() if word == unit), None)
    if kind is None:
        return ProcessingTime(way, text=text)
    if kind == "day" and "ngày làm việc" in text.lower():
        kind = "working_day"
    amount = _whole(float(found[0]["amount"].replace(",", ".")))
    return ProcessingTime(way, amount, kind, text)


def _only_repeats(text: str, found: re.Match[str]) -> bool:
    """Further numbers that are no times: after "kể từ ngày", in a citation."""
    rest = text[found.end() :]
    before = text[: found.start()]
    return not re.search(r"\d", before) and bool(re.match(r"[^\d]*(?:kể từ|tính từ|theo)", rest.lower()))


def _whole(amount: float | None) -> float | None:
    if amount is None:
        return None
    return int(amount) if amount == int(amount) else amount


def _number(amount: float) -> str:
    whole = _whole(amount)
    return f"{whole:02d}" if isinstance(whole, int) else f"{amount:g}".replace(".", ",")
