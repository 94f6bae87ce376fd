"""Rules that make a value unfit to load, as pure predicates: testable without a batch or a library.

Patterns are plain regular expressions without look-around, so that every engine reads them alike. Limits are
far outside anything that the portals publish; they catch a typing error, a test record or a field that
changed its meaning, never an unusual procedure.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Final

from procedures.values.durations import ProcessingTime
from procedures.values.fees import Fee

CODE: Final = r"^[1-9]\.[0-9]{6}\Z"
"""The core of a national code; no meaning is derived from its seven digits."""

LONGEST_NAME: Final = 800
"""Characters of a canonical name."""

KNOWN_LEVELS: Final = ("commune", "district", "ministry", "other", "province")

LEVELS: Final = rf"^(?:{'|'.join(KNOWN_LEVELS)})(?:,(?:{'|'.join(KNOWN_LEVELS)}))*\Z"
"""Levels joined by commas, in any order."""

LONGEST_TIME: Final = 3_650.0
"""Days: ten years. The longest real time seen is 1,250 of a unit that the portal calls OTHER."""

HIGHEST_FEE: Final = 10_000_000_000
"""VND: ten thousand million."""

OLDEST_DECISION: Final = date(2007, 1, 1)
"""Before the national database of procedures (decision 30/QĐ-TTg of 2007) nothing was announced."""

DECISION_NUMBER: Final = r"^[0-9]+[a-zA-Z]?/(?:[0-9]{4}/)?(?:QĐ|NQ)-[A-ZĐƯ]+[0-9A-ZĐƯ&.-]*\Z"
"""651/QĐ-BXD, 12a/2026/QĐ-UBND, 963/QĐ-TTPVHCC."""

_DAYS: Final = {"hour": 1 / 24, "working_day": 1.0, "day": 1.0, "month": 30.0, "year": 365.0, None: 1.0}

_TEST_NAME = re.compile(
    r"^\W*(?:test|demo|asdf|qwerty|lorem ipsum)(?:[\W_\d]|\Z)"
    r"|(?:^|[\W_])(?:test|demo)[\W_\d]*\Z"
    r"|^\W*(?:thủ tục\s+|tthc\s+)?(?:thử|kiểm thử|abc|xyz|a{3,}|1?2?3+4?5?6?)[\W_\d]*\Z"
    r"|\(\s*(?:kiểm thử|dùng thử|bản thử)\s*\)",
    re.IGNORECASE,
)
_TEST_DECISION = re.compile(r"(?:^|[\W_\d])(?:demo|test)(?:[\W_\d]|\Z)", re.IGNORECASE)
_FINAL_DAY = re.compile(r"(?P<before>.*?)\s(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})[\s.]*\Z", re.DOTALL)
_DATE_CONTEXT = re.compile(
    r"(?:ngày|số|điều|khoản|tháng|từ|đến|trước|sau|dịp|lễ|nghị định|thông tư|luật|quyết định|tỷ lệ|mẫu)\b"
    r"[\s\w,-]{0,40}\Z",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"(?:quyết định|nghị quyết|nghị định|thông tư|công văn)\s+"
    r"(?:số\s+\S*[0-9]|ban hành|về việc|quy định|sửa đổi|bãi bỏ|công bố|v/v)",
    re.IGNORECASE,
)
_COMMEMORATED = frozenset({(30, 4), (1, 5), (27, 7), (2, 9), (22, 12), (19, 5), (8, 3), (20, 10), (20, 11)})


def test_mark(name: str | None, decision_number: str | None) -> str | None:
    """Return what shows that a record is a trial in production, or None.

    "Đăng ký kinh doanh 23/09" (1.116628): a name that ends in a bare day and month, unless words
    before it lead up to a date ("ngày …", "từ …") or the day is a commemoration (27/7).
    "Demo/QĐ-BCA": a decision of no agency. The many real "thử nghiệm", "khảo nghiệm" are not marks.
    """
    if decision_number and _TEST_DECISION.search(decision_number):
        return decision_number
    if not name:
        return None
    name = unicodedata.normalize("NFC", name)
    return name if _TEST_NAME.search(name) or _ends_in_a_bare_day(name) else None


def _ends_in_a_bare_day(name: str) -> bool:
    tail = _FINAL_DAY.match(name)
    if tail is None:
        return False
    day, month = int(tail["day"]), int(tail["month"])
    if not (1 <= day <= 31 and 1 <= month <= 12) or (day, month) in _COMMEMORATED:
        return False
    return _DATE_CONTEXT.search(tail["before"]) is None


_WESTERN: Final = "µ¶·¸¹¨©®ª«¬¾½¼»ºÄÅÆÇËÎÏÐÑÖØÛÜÞßäåæçëîïðñöøûüþÿ"
"""Characters of the Western code page that are not letters of Vietnamese."""

_SUSPECT = re.compile(f"[\ufffd?Ã{_WESTERN}]")
_UTF8_AS_LATIN = re.compile("á[º»]|Ä['‘’\x91\x83ƒ©¨]|Æ[°¡]|Ã[\x80-\x9f¡-¬®-¿€ƒ„†‡ˆ‰Š‹ŒŽ•˜™š›œžŸ]")
_LOST_LETTER = re.compile(r"[^\W\d_]\?[^\W\d_]")
_VIETNAMESE_LETTER = re.compile("[\u1ea0-\u1ef9ĐđĂăĨĩŨũƠơƯư]")
_WESTERN_WORD = re.compile(f"[A-Za-zÀ-ÿ]*[{_WESTERN}][A-Za-zÀ-ÿ{_WESTERN}]*")
_TCVN3_MARK = re.compile("[A-Za-z][µ¶·¸¹¨©®ª«¬¾½¼»º]|[µ¶·¸¹¨©®ª«¬¾½¼»º][A-Za-z]")


def damage_kind(text: str | None) -> str | None:
    """Return how a text was broken on its way: `mojibake`, `tcvn3`, `vni`, or None when it reads.

    mojibake: UTF-8 read as a Western code page, or letters lost to "�" and "?". tcvn3, vni: the
    bytes of the two old Vietnamese fonts shown as Western letters, which leaves none of the
    letters that only Vietnamese has. A single foreign word (Müller) is not damage.
    """
    if not text or _SUSPECT.search(text) is None:
        return None
    text = unicodedata.normalize("NFC", text)
    if "\ufffd" in text or len(_LOST_LETTER.findall(text)) > 1:
        return "mojibake"
    vietnamese = _VIETNAMESE_LETTER.search(text) is not None
    if len(_UTF8_AS_LATIN.findall(text)) > (1 if vietnamese else 0):
        return "mojibake"
    if vietnamese or len(_WESTERN_WORD.findall(text)) < 2:
        return None
    return "tcvn3" if _TCVN3_MARK.search(text) else "vni"


def first_damage(texts: Iterable[str | None]) -> str | None:
    """Return the first damaged text as "kind: beginning of the text", or None.

    All of them are searched at once first: hardly any record has a suspect character.
    """
    several = [text for text in texts if text]
    if _SUSPECT.search("\n".join(several)) is None:
        return None
    for text in several:
        kind = damage_kind(text)
        if kind is not None:
            return f"{kind}: {text[:80]}"
    return None


def lacks_accents(text: str | None) -> bool:
    """Whether it has twelve letters or more, all ASCII: Vietnamese typed without its accents."""
    if not text or not text.isascii():
        return False
    return sum(letter.isalpha() for letter in text) >= 12


def is_a_title(name: str | None) -> bool:
    """Whether it is a document's title, not a procedure's name: "Quyết định ban hành quy định về …".

    "Quyết định chủ trương đầu tư" and "Quyết định đóng cửa mỏ" are procedures by which somebody decides.
    """
    return name is not None and _TITLE.match(name) is not None


def is_shouted(name: str | None) -> bool:
    """Whether it is three words or more, all in capitals."""
    return name is not None and name.isupper() and len(name.split()) > 2


def in_days(time: ProcessingTime) -> float | None:
    """Return the length of a processing time in days, for limits only (never to compare two times).

    NaN and infinity count as endless, so that no limit lets them through.
    """
    if time.amount is None:
        return None
    if not math.isfinite(time.amount):
        return math.inf
    return float(time.amount) * _DAYS.get(time.unit, 1.0)


def time_range(times: Iterable[ProcessingTime] | None) -> tuple[float | None, float | None]:
    """Return the shortest and longest of a record's times in days; None where none has a number."""
    return _range(in_days(time) for time in times or ())


def fee_range(fees: Iterable[Fee] | None) -> tuple[float | None, float | None]:
    """Return the lowest and highest of a record's fees in VND; None where none has a number."""
    return _range(None if fee.amount is None else _number(fee.amount) for fee in fees or ())


def _number(amount: float) -> float:
    return float(amount) if math.isfinite(amount) else math.inf


def _range(values: Iterable[float | None]) -> tuple[float | None, float | None]:
    numbers = [value for value in values if value is not None]
    return (min(numbers), max(numbers)) if numbers else (None, None)
