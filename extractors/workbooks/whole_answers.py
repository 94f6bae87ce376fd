"""Cells that answer with yes or no, a level, or a state: only a whole answer is one.

"có thể", "toàn trình?" and "một phần hoặc toàn trình" say that nobody has decided yet. What is more than an
answer is none: a person is asked, and nothing is read into it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from procedures.values.levels import parse_levels, parse_online_level, parse_ways
from procedures.values.text import canonical, matching_key
from procedures.workbook_layout.catalogue_columns import DECENTRALISATION_LABELS

_YES_MARKS = frozenset({"x", "v", "✓", "✔", "☑", "☒", "√", "þ", "1", "yes", "true"})
_TICKS = _YES_MARKS - {"1", "yes", "true"}
_NO_MARKS = frozenset({"☐", "-", "0", "no", "false", "k", "ko", "khong", "sai"})
_DONE = "có|co|đã|được|đã được|đã có"
_ABOUT_WHAT: Mapping[str, tuple[str, str]] = {
    "": (f"{_DONE}|đúng", "thực hiện|áp dụng|cung cấp|triển khai"),
    "eligible_full_online": (
        f"{_DONE}|đúng|đạt|đủ|đồng ý|đáp ứng",
        r"(?:đủ |đáp ứng )?điều kiện(?: (?:cung cấp|thực hiện|dịch vụ công trực tuyến|dvctt|trực tuyến))*"
        r"(?: toàn trình)?",
    ),
    "decentralisation_state": (_DONE, "(?:quyết định |thực hiện )?phân cấp"),
    "delegated": (_DONE, "(?:quyết định |văn bản |thực hiện )?ủy quyền"),
}
"""What says yes to a question, and what may follow: "đủ điều kiện", "chưa được phân cấp".

By attribute; "" is of all others."""
_PROPOSED = re.compile(
    r"(?:đã |đang |có |được )?(?:đề xuất|đề nghị|kiến nghị|dự kiến|trình)(?: thực hiện)?(?: phân cấp)?"
)
_ONLINE_WORDS = re.compile(
    r"\b(?:dịch vụ công trực tuyến|dịch vụ công|dvctt|trực tuyến|trực tiếp|toàn trình|một phần|thông tin"
    r"|mức độ|mức|cấp độ|mđ(?=[1-4]\b)|mđ|cung cấp|thực hiện|triển khai|chỉ|đã|đang|được|đạt|có|không|chưa|và"
    r"|ở|(?<![\d.,])[0-4](?:[.,]0+)?)(?!\w)|(?<=\d)[-/,](?=\d)|(?<=mđ)[1-4]\b"
)
"""All that a whole answer about the level of online service is made of, as a matching key."""
_DOUBT = re.compile(
    r"\b(?:có thể|có lẽ|dự kiến|khoảng|ước|chừng|nếu|tùy|hay|trừ|chưa (?:rõ|xác định|chắc)"
    r"|(?:không|chưa)(?: \w+){0,3} (?:cấp|bộ|tỉnh|huyện|xã))\b"
)
_ABOUT = re.compile(r"\b(?:khoảng|dự kiến|ước|chừng)\b")
_AGENCY = re.compile(
    r"(?:sở|ủy ban|hội đồng|bộ|cục|chi cục|ban|phòng|trung tâm|văn phòng|công an|thanh tra|chủ tịch)\b"
)
_FIGURES = re.compile(
    r"(?=.*\d)(?:\d[\d.,]*+|ngày|làm việc|giờ|tháng|năm|tuần|đồng|vnđ|vnd|đ\b|hoặc|và|đến|từ|hay"
    r"|[-/~;,()\s])+",
    re.S,
)
_OPEN = re.compile(r"\?|\.\.\.")
_EITHER = re.compile(r"[^\W\d]\s*/\s*[^\W\d]")


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A cell that could not be read: the attribute that it was asked for, its text, and the column's role.

    `kept`: its text stands as it was written, without a number.
    """

    attribute: str
    text: str
    role: str
    kept: bool = False


@dataclass(slots=True)
class Answers:
    """The attributes said, and the cells that could not be read. `whole`: only whole answers are answers.

    `marked` are the roles of cells that are a mark where words or numbers are asked for.
    """

    whole: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    marked: list[str] = field(default_factory=list)
    unread: list[Unanswered] = field(default_factory=list)

    def refuse(self, attribute: str, text: str, role: str | None = None, *, kept: bool = False) -> None:
        """Name a cell that says nothing to the reader."""
        self.unread.append(Unanswered(attribute, canonical(text), role or attribute, kept))

    def ticked(self, texts: Mapping[str, str], prefix: str, attribute: str) -> set[str]:
        """What is ticked among sub-columns such as "Toàn trình" and "Một phần"."""
        found = set()
        for role, text in texts.items():
            if not text or not role.startswith(prefix):
                continue
            answer = ticked(role, text)
            if answer is None:
                self.refuse(attribute, text, role)
            elif answer:
                found.add(role.removeprefix(prefix))
        return found


def is_mark(text: str) -> bool:
    """Whether a cell is nothing but a tick, in each of its lines: "x", "✓"."""
    lines = text.splitlines()
    return bool(lines) and all(canonical(line).casefold().strip(" .") in _TICKS for line in lines)


def yes_or_no(text: str, about: str = "") -> bool | None:
    """A ticked or answered cell: "x", "Có", "không"; `None` where it says anything else.

    `about` is the attribute asked for: "Đủ điều kiện" answers whether one is eligible, and nothing else.
    """
    shown = canonical(text).casefold().strip(" .,;:!()[]\"'")
    if _OPEN.search(canonical(text)):
        return None
    if shown in _YES_MARKS:
        return True
    if shown in _NO_MARKS:
        return False
    if re.search(r"[^\w\s]", shown):
        return None
    key = re.sub(r"\bđk\b", "điều kiện", matching_key(shown))
    yes, no = _phrases(about)
    return True if yes.fullmatch(key) else False if no.fullmatch(key) else None


@lru_cache(maxsize=8)
def _phrases(about: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    words, what = _ABOUT_WHAT.get(about, _ABOUT_WHAT[""])
    denied = "(?:không|chưa|chua)(?: (?:có|được|đạt|đủ|đáp ứng|đồng ý|thuộc|diện))*"
    alone = f"|{what}" if about in ("decentralisation_state", "delegated") else ""
    return re.compile(f"(?:{words})(?: (?:{what}))?{alone}"), re.compile(f"{denied}(?: (?:{what}))?")


def ticked(role: str, text: str) -> bool | None:
    """A cell under a heading such as "Toàn trình" or "Cấp xã": a mark, yes or no, or what the heading says.

    Under a level there may stand who carries the procedure out at it. Of several columns with one heading it
    is enough that one says yes. `None` for anything else.
    """
    if len(lines := text.split("\n")) > 1:
        answers = [ticked(role, line) for line in lines]
        return None if None in answers else any(answers)
    group, _, value = role.partition(":")
    answer = yes_or_no(text, "eligible_full_online" if group == "eligible" else "")
    if answer is not None or in_doubt(text) or denies(text):
        return answer
    key = matching_key(text)
    if group == "level" and (parse_levels(text) == {value} or _AGENCY.match(key)):
        return True
    if group == "online" and online_level(text) == value:
        return True
    return True if group in ("way", "postal") and parse_ways(text) == {value or "postal"} else None


def decentralisation_state(text: str) -> str | None:
    """`none`, `proposed` or `decided`, by the code, the label, or yes and no; `None` for anything else."""
    shown = canonical(text).casefold()
    if shown in DECENTRALISATION_LABELS:
        return shown
    if not re.search(r"[^\w\s.]", shown) and _PROPOSED.fullmatch(matching_key(shown)):
        return "proposed"
    answer = yes_or_no(text, "decentralisation_state")
    return None if answer is None else ("decided" if answer else "none")


def online_level(text: str) -> str | None:
    """The level of online service that a cell says and says nothing else beside; see `parse_online_level`."""
    shown = canonical(text)
    if _OPEN.search(shown) or _EITHER.search(shown) or _ONLINE_WORDS.sub(" ", matching_key(text)).strip():
        return None
    return parse_online_level(text)


def in_doubt(text: str) -> bool:
    """Whether a cell doubts, denies or leaves open what it says: "cấp tỉnh?", "không phải cấp xã"."""
    return bool(_OPEN.search(canonical(text)) or _DOUBT.search(matching_key(text)))


def denies(text: str) -> bool:
    """Whether a wording says of something that it is not: "không qua bưu chính công ích"."""
    return bool(re.search(r"\b(?:không|chưa)\b", matching_key(text)))


def is_rough(text: str) -> bool:
    """Whether a number or a day is only about so much: "khoảng 30 ngày", "10.000 đồng?"."""
    return bool(_OPEN.search(canonical(text)) or _ABOUT.search(matching_key(text)))


def is_open_figure(text: str, amounts: Sequence[float | None]) -> bool:
    """Whether a cell of numbers and units leaves open which it means: "5-7", "30 ngày hoặc 45".

    `amounts` are those read of it. "khoảng 5 ngày" leaves it open too; a sentence that tells cases apart is
    no such cell.
    """
    return is_rough(text) or (None in amounts and bool(_FIGURES.fullmatch(canonical(text).casefold())))
