"""Processing times (thời hạn giải quyết) as values with units."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from procedures.levels import NEXT_WAY, split_ways
from procedures.text import canonical

UNITS: tuple[str, ...] = ("working_day", "day", "month", "hour", "year")
_UNIT_WORDS: Mapping[str, str] = {
    "working_day": "ngày làm việc",
    "day": "ngày",
    "month": "tháng",
    "hour": "giờ",
    "year": "năm",
}
_PORTAL_UNITS: Mapping[str, str] = {unit.upper(): unit for unit in UNITS}
_TIME = re.compile(
    r"(?<![\d.,/-])(?<!ngày )(?<!tháng )(?<!mùng )(?P<amount>\d{1,6}(?:[.,]\d{1,6})?)\)?\s*(?:\([^)]*\)\s*)?"
    r"(?P<unit>ngày\s*\(?\s*(?:ngày\s+)?làm việc\)?|ngày|tháng|giờ(?:\s*làm việc)?|năm)\b(?!\s*rưỡi)"
)
"""Not the numbers of a date: "ngày 31 tháng 12 năm 2025"."""
_THOUSANDS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_IN_WORDS = re.compile(r"\b(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mươi|lăm)\s+(?:ngày|tháng|giờ)\b")
_SINCE_WORKING_DAY = re.compile(r"(?:kể|tính|bắt đầu) từ(?: \w+){0,3}? ngày làm việc")
_OF_A_CASE = re.compile(r"\b(?:giảm|gia hạn|rút ngắn|kéo dài)\b[^\d]*$|\btrường hợp\b")
"""Before an amount: what it is cut or extended by, or one case among others that the cell leaves out."""
_LINE = re.compile(r"[ \t]*\n[ \t]*(?=(?P<next>\S+))")


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
    """The times a cell says, one a way. What cannot be told with certainty is kept as text alone.

    Several times that nothing tells apart (two of one way, or one without a way beside them) make one
    text, and none of them is chosen.
    """
    lines = _LINE.sub(_unwrapped, unicodedata.normalize("NFC", text.replace("\r", "")))
    times: list[ProcessingTime] = []
    for part in filter(None, map(canonical, re.split(rf"[;\n]|(?i:{NEXT_WAY})", lines))):
        ways, rest = split_ways(part)
        times += (_one(rest, way) for way in ways)
    ways_told = [time.way for time in times]
    unclear = len(set(ways_told)) < len(ways_told) or (
        len(ways_told) > 1 and any(time.way is None and re.search(r"\d", time.text or "") for time in times)
    )
    return (ProcessingTime(text=canonical(text)),) if unclear else tuple(times)


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


def _unwrapped(found: re.Match[str]) -> str:
    """A line break inside a sentence is a blank, as cells have them: "5 ngày⏎làm việc"."""
    following = found.string[found.end() :]
    goes_on = found["next"][0].islower() or found["next"][0] == "("
    return " " if goes_on and split_ways(following.split("\n")[0])[0] == (None,) else "\n"


def _one(text: str, way: str | None) -> ProcessingTime:
    lowered = text.lower()
    found = list(_TIME.finditer(lowered))
    if len(found) != 1 or _IN_WORDS.search(lowered):
        return ProcessingTime(way, text=text)
    if _OF_A_CASE.search(lowered[: found[0].start()]):
        return ProcessingTime(way, text=text)
    if re.search(r"\d", _around(lowered, found[0])) and not _only_repeats(lowered, found[0]):
        return ProcessingTime(way, text=text)
    unit = re.sub(r"[\s()]+", " ", found[0]["unit"]).strip().replace("ngày ngày", "ngày")
    kind = next((name for name, word in _UNIT_WORDS.items() if word == unit), None)
    elsewhere = _SINCE_WORKING_DAY.sub("", _around(lowered, found[0]))
    if kind is None or (kind == "day" and "làm việc" in elsewhere):
        return ProcessingTime(way, text=text)
    return ProcessingTime(way, _whole(_amount(found[0]["amount"])), kind, text)


def _around(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _amount(written: str) -> float:
    """A point or comma before three digits parts thousands; before fewer it is the decimal comma."""
    if _THOUSANDS.fullmatch(written):
        return float(re.sub(r"[.,]", "", written))
    return float(written.replace(",", "."))


def _only_repeats(text: str, found: re.Match[str]) -> bool:
    """Further numbers that are no times: after "kể từ ngày", in a citation."""
    rest = text[found.end() :]
    before = text[: found.start()]
    return not re.search(r"\d", before) and bool(re.match(r"[^\d]*(?:kể từ|tính từ|theo)", rest))


def _whole(amount: float | None) -> float | None:
    if amount is None:
        return None
    return int(amount) if math.isfinite(amount) and amount == int(amount) else amount


def _number(amount: float) -> str:
    whole = _whole(amount)
    return f"{whole:02d}" if isinstance(whole, int) else f"{amount:g}".replace(".", ",")
