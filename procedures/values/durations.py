"""Processing times (thời hạn giải quyết) as values with units."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from procedures.values.levels import NEXT_WAY, split_ways
from procedures.values.text import canonical

UNITS: tuple[str, ...] = ("working_day", "day", "month", "hour", "year")
_UNIT_WORDS: Mapping[str, str] = {
    "working_day": "ngày làm việc",
    "day": "ngày",
    "month": "tháng",
    "hour": "giờ",
    "year": "năm",
}
_PORTAL_UNITS: Mapping[str, str] = {unit.upper(): unit for unit in UNITS}
_WORKING = r"\b(?:l[àa]m\s*vi[ệêếe]c|l\.?\s?v\b\.?|l\.\s?việc)"
_TIME = re.compile(
    r"(?<![\d.,/-])(?<!ngày )(?<!tháng )(?<!mùng )(?P<amount>\d{1,6}(?:[.,]\d{1,6})?)\)?\s*(?:\([^)]*\)\s*)?"
    rf"(?P<unit>ngày\s*\(?\s*(?:ngày\s+)?{_WORKING}\)?|nlv|ngày|tháng|giờ(?:\s*{_WORKING})?|năm)(?!\w)"
    r"(?!\s*rưỡi)"
)
"""Not the numbers of a date: "ngày 31 tháng 12 năm 2025"."""
_HALF = re.compile(r"½|(?<![\d/.,])1/2(?=\s+(?:ngày|tháng|giờ)\b)")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_IN_WORDS = re.compile(
    r"\b(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mươi|lăm|nửa|vài)\s+(?:ngày|tháng|giờ|tuần|buổi|quý|năm)\b"
)
_SAME_DAY = re.compile(r"\b(?:trong|cùng) (?:ngày|buổi)\b")
_FROM_WORKING_DAY = re.compile(rf"(?:kể|tính|bắt đầu) từ(?: \w+){{0,3}}? ngày {_WORKING}")
_CASE_BEFORE = re.compile(r"\b(?:giảm|gia hạn|rút ngắn|kéo dài)\b[^\d]*$|\btrường hợp\b")
"""Before an amount: a reduction or an extension, or one case among others that the cell omits."""
_CASE_AFTER = re.compile(r"[^,;.(]*?\(?\s*đối với (?:các |những )?trường hợp\b")
_REFUSED = re.compile(r"\b(?:từ chối|trả lời|lý do)\b")
"""After an amount: the same, unless it concerns an answer to applicants who are refused."""
_DESIGNATION = re.compile(
    r"\b(?:(?:điều|khoản|điểm|mục|chương|mẫu|biểu|phụ lục|luật|nghị định|nghị quyết|thông tư|quyết định)"
    r"(?:\s+số)?|số)\s+\d[\w/.-]*(?!\w|\s*\(?\s*(?:ngày(?!\s*\d)|tháng|giờ|năm))"
    r"(?:,?\s+ngày\s+\d{1,2}(?:[/.-]\d{1,2}[/.-]|\s+tháng\s+\d{1,2}\s+năm\s+)\d{4})?"
)
"""A number of a legal text, a form or a house: "khoản 2 Điều 5", "Nghị định số 63/2010/NĐ-CP", "số 10"."""
_NUMBER_OR_AT_ONCE = re.compile(r"[\d½¼¾⅓⅔]|\bngay (?:sau|khi|lập tức|tại)\b")
_CASE = re.compile(r"\b(?:trường hợp|đối với)\b")
_BY_REGULATION = re.compile(
    r"(?::|\bthì\b|\blà\b)\s*"
    r"(?:(?:thực hiện|áp dụng|giải quyết|thời hạn|thời gian|được|sẽ|là)\s+)*(?:theo|do)\b"
)
"""Another case's time without a number: "đối với hồ sơ khác: theo quy định"."""
_CLAUSE = re.compile(rf"(?<!:)\n|;|(?<=[^\W\d_]\.)[^\S\n]+(?=[^\W\d_]|[-+•*])|(?i:{NEXT_WAY})")
"""Where a clause ends: a line break (after a colon none), a semicolon, a full stop, the next way."""
_LINE = re.compile(r"[ \t]*\n[ \t]*(?=(?P<next>\S+))")


@dataclass(frozen=True, slots=True)
class ProcessingTime:
    """One time: `amount` in `unit` for submission by `way` (`None`: any). `text` keeps what was published."""

    way: str | None = None
    amount: int | float | None = None
    unit: str | None = None
    text: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the object of the `processing_time` array."""
        return {"way": self.way, "amount": self.amount, "unit": self.unit, "text": self.text}

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> ProcessingTime:
        """Return the inverse of `to_json`; equal times are one object."""
        return _shared(value.get("way"), value.get("amount"), value.get("unit"), value.get("text"))


_shared = lru_cache(maxsize=4_096, typed=True)(ProcessingTime)


def parse_times(text: str) -> tuple[ProcessingTime, ...]:
    """Return the times in a cell, one for each way. What is uncertain is kept as text alone.

    Several times that nothing distinguishes (two of one way, or one without a way beside them) make one
    text, and none of them is chosen. A clause without any time ("trường hợp không cấp phải trả lời bằng
    văn bản") is part of its neighbour.
    """
    lines = _LINE.sub(_join_line, unicodedata.normalize("NFC", text.replace("\r", "")))
    times: list[ProcessingTime] = []
    for clause, whole in _clauses_with_time(lines):
        ways, value = split_ways(clause)
        times += (_parse_clause(value, way, split_ways(whole)[1]) for way in ways)
    named_ways = [time.way for time in times]
    unclear = len(set(named_ways)) < len(named_ways) or (len(named_ways) > 1 and None in named_ways)
    return (ProcessingTime(text=canonical(text)),) if unclear else tuple(times)


def time_from_portal(
    way: str | None, amount: float | None, unit: str | None, text: str | None = None
) -> ProcessingTime:
    """Return an `executionMethods` entry of the national portal as a time; OTHER gives no unit."""
    return ProcessingTime(way, _whole(amount), _PORTAL_UNITS.get(unit or ""), text)


def is_longer(one: ProcessingTime, other: ProcessingTime) -> bool | None:
    """Return whether `one` is longer; `None` when they are not comparable: 7 days is not 7 working days."""
    if one.amount is None or other.amount is None or one.unit is None or one.unit != other.unit:
        return None
    return one.amount > other.amount


def format_time(time: ProcessingTime) -> str:
    """Return the time for people: "07 ngày làm việc"; the published text where there is no amount."""
    if time.amount is None or time.unit is None:
        return time.text or ("" if time.amount is None else _number(time.amount))
    return f"{_number(time.amount)} {_UNIT_WORDS[time.unit]}"


def _join_line(found: re.Match[str]) -> str:
    """Return a blank for a line break inside a sentence, as cells have them: "5 ngày⏎làm việc"."""
    following = found.string[found.end() :]
    goes_on = found["next"][0].islower() or found["next"][0] == "("
    return " " if goes_on and split_ways(following.split("\n")[0])[0] == (None,) else "\n"


def _clauses_with_time(lines: str) -> list[tuple[str, str]]:
    """Return the clauses with a time, each with its context: itself and the clauses that follow it.

    The first one includes what precedes it, too, unless it names its way of submission.
    """
    timed = [(at, clause) for at, clause in _clauses(lines) if _may_contain_time(clause)]
    if not timed:
        return [(whole, whole)] if (whole := _trimmed(lines)) else []
    first = 0 if split_ways(timed[0][1])[0] == (None,) else timed[0][0]
    starts = [first, *(at for at, _ in timed[1:]), len(lines)]
    return [
        (clause, _trimmed(lines[at:end]))
        for (_, clause), (at, end) in zip(timed, pairwise(starts), strict=True)
    ]


def _clauses(lines: str) -> Iterator[tuple[int, str]]:
    """Yield each clause and its start. One without a time continues after a semicolon: "A; B: 5 ngày"."""
    begin = last = 0
    for found in _CLAUSE.finditer(lines):
        has_time = _may_contain_time(_trimmed(lines[last : found.start()]))
        last = found.end()
        if has_time or found[0] != ";":
            yield begin, _trimmed(lines[begin : found.start()])
            begin = last
    yield begin, _trimmed(lines[begin:])


def _trimmed(text: str) -> str:
    return canonical(text).rstrip(" ,;")


def _may_contain_time(clause: str) -> bool:
    """Return whether a clause may contain a time in any words; one that names a way of submission may."""
    lowered = _DESIGNATION.sub(" ", clause.lower())
    if any(each.search(lowered) for each in (_NUMBER_OR_AT_ONCE, _IN_WORDS, _SAME_DAY)):
        return True
    case = _CASE.search(lowered)
    return bool(case and _BY_REGULATION.search(lowered, case.end())) or split_ways(clause)[0] != (None,)


def _parse_clause(clause: str, way: str | None, text: str) -> ProcessingTime:
    lowered = _HALF.sub("0,5", clause.lower())
    found = list(_TIME.finditer(lowered))
    if len(found) != 1 or _IN_WORDS.search(lowered) or _SAME_DAY.search(lowered):
        return ProcessingTime(way, text=text)
    before, after = lowered[: found[0].start()], lowered[found[0].end() :]
    if _CASE_BEFORE.search(before) or (_CASE_AFTER.match(after) and not _REFUSED.search(after)):
        return ProcessingTime(way, text=text)
    if _has_another_number(before, after):
        return ProcessingTime(way, text=text)
    kind = _kind(found[0]["unit"])
    elsewhere = _FROM_WORKING_DAY.sub("", f"{before} {after}")
    if kind is None or (kind == "day" and re.search(_WORKING, elsewhere)):
        return ProcessingTime(way, text=text)
    return ProcessingTime(way, _whole(_amount(found[0]["amount"])), kind, text)


def _kind(unit: str) -> str | None:
    """Return the unit of a time as written; `None` for one that is not used, such as hours of work."""
    if unit == "nlv" or re.search(_WORKING, unit):
        return None if unit.startswith("giờ") else "working_day"
    return next((name for name, word in _UNIT_WORDS.items() if word == unit), None)


def _amount(written: str) -> float:
    """Return the number; a point or comma before three digits separates thousands, before fewer decimals."""
    if _THOUSANDS.fullmatch(written):
        return float(re.sub(r"[.,]", "", written))
    return float(written.replace(",", "."))


def _has_another_number(before: str, after: str) -> bool:
    """Return whether there is another number that may be a time; citations and "kể từ …" do not count."""
    before, after = (_DESIGNATION.sub(" ", each) for each in (before, after))
    repeated = re.match(r"[^\d]*(?:kể từ|tính từ|theo)", after)
    return bool(re.search(r"\d", before)) or (bool(re.search(r"\d", after)) and not repeated)


def _whole(amount: float | None) -> float | None:
    if amount is None:
        return None
    return int(amount) if math.isfinite(amount) and amount == int(amount) else amount


def _number(amount: float) -> str:
    whole = _whole(amount)
    return f"{whole:02d}" if isinstance(whole, int) else f"{amount:g}".replace(".", ",")
