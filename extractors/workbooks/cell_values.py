"""What the cells of one row say, attribute by attribute.

A cell that is empty says nothing (`None`). A cell that cannot be read as its column's kind of value
says nothing either, and is named in `unread`, so that a person sees it. In sheets and lists only whole
answers are answers (`extractors.workbooks.whole_answers`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from extractors.workbooks.whole_answers import (
    Answers,
    decentralisation_state,
    denies,
    in_doubt,
    is_mark,
    is_open_figure,
    is_rough,
    online_level,
    ticked,
    yes_or_no,
)
from procedures.attributes import ATTRIBUTES, Attribute, ValueType
from procedures.model import Paper
from procedures.values.decision_numbers import (
    DECISION_NUMBER,
    compact_number,
    decision_numbers,
    names_ministry,
)
from procedures.values.durations import ProcessingTime, parse_times
from procedures.values.fees import Fee, parse_fees
from procedures.values.levels import (
    ONLINE_LEVELS,
    parse_level_codes,
    parse_levels,
    parse_online_level,
    parse_ways,
)
from procedures.values.text import canonical, matching_key
from procedures.workbook_layout.catalogue_columns import DECLARED_EMPTY, STATE_LABELS, WAY_LABELS

_DATE = re.compile(
    r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})|(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})", re.I
)
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_BARE_NUMBER = re.compile(r"^\d+(?:[.,]\d+)?$")
_PAPER_COUNT = re.compile(r"\(\s*(?:bản chính: (\d{1,4}))?\s*;?\s*(?:bản sao: (\d{1,4}))?\s*\)$", re.I)
_STATE_CODES = {matching_key(label): code for code, label in STATE_LABELS.items()} | {
    matching_key(label): code
    for label, code in (
        ("Đang công khai", "ACTIVE"),
        ("Đã công khai", "ACTIVE"),
        ("Đã công bố", "ACTIVE"),
        ("Còn hiệu lực", "ACTIVE"),
        ("Đang có hiệu lực", "ACTIVE"),
        ("Đang hiệu lực", "ACTIVE"),
        ("Có hiệu lực", "ACTIVE"),
        ("Đang áp dụng", "ACTIVE"),
        ("Công khai sửa đổi, bổ sung", "UPDATED"),
        ("Đang công khai sửa đổi, bổ sung", "UPDATED"),
    )
}


def read_answers(texts: Mapping[str, str], notes: Mapping[str, str], *, whole: bool = False) -> Answers:
    """Attributes from a row's texts by role; `notes` are the remarks in the headings (units).

    `whole`: a cell that people filled in is a whole answer or none. A portal's own wording is read for what
    it names.
    """
    answers = Answers(whole)
    if whole:
        answers.marked = marked_roles(texts)
        texts = {role: text for role, text in texts.items() if role not in answers.marked}
    for attribute, reader in _READERS.items():
        text = texts.get(attribute, "")
        if text:
            _put(answers, attribute, text, reader(_with_unit(attribute, text, notes)))
    _levels(answers, texts)
    _online(answers, texts)
    _times(answers, texts, notes)
    _fees(answers, texts)
    _ways(answers, texts)
    _decisions(answers, texts)
    _eligible(answers, texts)
    return answers


def marked_roles(texts: Mapping[str, str]) -> list[str]:
    """The roles of cells that are nothing but a mark where words or numbers are asked for."""
    return [role for role, text in texts.items() if _asks_for_words(role) and is_mark(text)]


def read_date(text: str) -> date | None:
    """The only date of a text: 20/6/2025, 2025-06-20, "ngày 20 tháng 6 năm 2025"."""
    dates = dates_in(text)
    return dates[0] if len(set(dates)) == 1 else None


def items(text: str) -> tuple[str, ...]:
    """A cell's list: parted by semicolons and lines, without its dashes."""
    if text.strip() == DECLARED_EMPTY:
        return ()
    return _items(re.split(r"[;\n\r]+", text))


def lines(text: str) -> tuple[str, ...]:
    """A cell's list parted by lines alone (steps hold semicolons)."""
    return () if text.strip() == DECLARED_EMPTY else _items(re.split(r"[\n\r]+", text))


def _items(parts: list[str]) -> tuple[str, ...]:
    cleaned = (re.sub(r"^[-–—•+*]\s*", "", canonical(part)).strip() for part in parts)
    return tuple(part for part in cleaned if part)


def _papers(text: str) -> tuple[Paper, ...]:
    papers = []
    for line in lines(text):
        counts = _PAPER_COUNT.search(line)
        if counts and (counts[1] or counts[2]):
            name = line[: counts.start()].strip() or line
            originals, copies = (int(number) if number else None for number in counts.groups())
            papers.append(Paper(name=name, originals=originals, copies=copies))
        else:
            papers.append(Paper(name=line))
    return tuple(papers)


def _text(text: str) -> str | None:
    return canonical(text) or None


def _state(text: str) -> str | None:
    return _STATE_CODES.get(matching_key(text)) or _text(text)


_BY_TYPE: Mapping[ValueType, Callable[[str], Any]] = {
    ValueType.TEXT: _text,
    ValueType.STATE: _state,
    ValueType.DECENTRALISATION: decentralisation_state,
    ValueType.TEXTS: items,
    ValueType.LINES: lines,
    ValueType.PAPERS: _papers,
}
"""Types that are read alike whatever the attribute; the others have a function each below."""


def _reader(attribute: Attribute) -> Callable[[str], Any] | None:
    if attribute.type is ValueType.YES_NO:
        return partial(yes_or_no, about=attribute.name)
    return None if attribute.raw else _BY_TYPE.get(attribute.type)


_READERS: Mapping[str, Callable[[str], Any]] = {
    **dict.fromkeys(("promulgating_agency_code", "kind", "url"), _text),
    **{each.name: reader for each in ATTRIBUTES if (reader := _reader(each))},
}
"""By attribute, of which the role is the name. Names, fields and agencies are their caller's to read."""


_TICKED = ("decentralisation_state", "eligible_full_online", "delegated", "state")
"""Roles of `_READERS` that a mark answers."""


def _asks_for_words(role: str) -> bool:
    """Whether a mark says nothing under a heading: what the fee is, who decided, by when."""
    group = role.partition(":")[0]
    return (
        group in ("fee", "time", "processing_time")
        or "decision" in group
        or (role not in _TICKED and role in _READERS)
    )


def _put(answers: Answers, attribute: str, text: str, value: Any) -> None:
    if value is None:
        answers.refuse(attribute, text)
    else:
        answers.values[attribute] = value


def _with_unit(role: str, text: str, notes: Mapping[str, str]) -> str:
    """A bare number under a heading that names its unit: "7" under "Thời hạn (ngày làm việc)"."""
    note = notes.get(role, "")
    if _BARE_NUMBER.match(text.strip()) and re.search(r"ngày|giờ|tháng|năm|đồng|vnđ", note, re.I):
        return f"{text.strip()} {note}"
    return text


def _levels(answers: Answers, texts: Mapping[str, str]) -> None:
    text = texts.get("executing_levels", "")
    levels = (
        set(parse_levels(text) or parse_level_codes(text))
        if text and not (answers.whole and in_doubt(text))
        else set()
    )
    if text and not levels and text.strip() != DECLARED_EMPTY:
        answers.refuse("executing_levels", text)
    levels |= answers.ticked(texts, "level:", "executing_levels")
    if levels or text.strip() == DECLARED_EMPTY:
        answers.values["executing_levels"] = frozenset(levels)


def _online(answers: Answers, texts: Mapping[str, str]) -> None:
    """Old levels: 1, 2 → information, 3 → partial, 4 → full; what the cell said is kept beside."""
    text = texts.get("online_level", "")
    if text:
        level = online_level(text) if answers.whole else parse_online_level(text)
        if level or not answers.whole:
            answers.values["online_level_text"] = canonical(text)
        _put(answers, "online_level", text, level)
    ticked = answers.ticked(texts, "online:", "online_level")
    if ticked and "online_level" not in answers.values:
        # a procedure with services of both kinds counts at the higher level
        answers.values["online_level"] = max(ticked, key=ONLINE_LEVELS.index)


def _times(answers: Answers, texts: Mapping[str, str], notes: Mapping[str, str]) -> None:
    """The time that binds locally: after a cut where a column tells it, else as ruled."""

    def read(role: str, text: str) -> tuple[ProcessingTime, ...]:
        times = parse_times(_with_unit(role, text, notes))
        if answers.whole and is_open_figure(text, [time.amount for time in times]):
            answers.refuse("processing_time", text, role, kept=True)
            return (ProcessingTime(text=canonical(text)),)
        return times

    times: list[ProcessingTime] = []
    said = False
    for way in WAY_LABELS:
        if text := texts.get(role := f"time:{way}", ""):
            said = True
            times += [replace(time, way=time.way or way) for time in read(role, text)]
    for role in ("time:local", "processing_time", "time:rule"):
        text = texts.get(role, "")
        if text and not said:
            said = True
            if text.strip() != DECLARED_EMPTY:
                times += read(role, text)
    if said:
        answers.values["processing_time"] = tuple(times)


def _fees(answers: Answers, texts: Mapping[str, str]) -> None:
    """Fees: "Không" is an amount of 0; a column of its own tells phí (charge) from lệ phí (fee)."""
    fees: list[Fee] = []
    said = False
    for role, kind in (("fee", None), ("fee:charge", "charge"), ("fee:fee", "fee")):
        text = texts.get(role, "")
        if not text:
            continue
        said = True
        if text.strip() == DECLARED_EMPTY:
            continue
        read = parse_fees(text)
        if answers.whole and is_open_figure(text, [fee.amount for fee in read]):
            answers.refuse("fee", text, role, kept=True)
            read = (Fee(text=canonical(text)),)
        fees += [replace(fee, type=fee.type or kind) for fee in read]
    if said:
        answers.values["fee"] = tuple(fees)


def _ways(answers: Answers, texts: Mapping[str, str]) -> None:
    """A BCCI tick adds `postal`. Without a column of ways it says nothing of the other ways: such a row
    has `{"postal"}` alone (`catalogue_columns.POSTAL_ALONE`), and "không" alone says nothing at all.
    """
    text = texts.get("ways", "")
    ways = set(parse_ways(text) or ()) if text and text.strip() != DECLARED_EMPTY else set()
    if answers.whole and denies(text):
        ways = set()
    ways |= answers.ticked(texts, "way:", "ways")
    said = bool(ways) or text.strip() == DECLARED_EMPTY
    if text and not said:
        answers.refuse("ways", text)
    if (postal := texts.get("postal", "")) and (answer := ticked("postal", postal)) is not False:
        if answer is None:
            answers.refuse("ways", postal, "postal")
        else:
            ways.add("postal")
            said = True
    if said:
        answers.values["ways"] = frozenset(ways)


def _decisions(answers: Answers, texts: Mapping[str, str]) -> None:
    """Ministry's and province's announcements: two pairs of attributes, told apart by the number's sign."""
    for role, side in (
        ("decision", None),
        ("decision_number", "decision"),
        ("province_decision_number", "province_decision"),
    ):
        if text := texts.get(role, ""):
            _decision(answers, text, side)
    if text := texts.get("decision:date", ""):
        sides = [side for side in ("province_decision", "decision") if f"{side}_number" in answers.values]
        _decision_date(answers, (sides or ["province_decision"])[0], text, "decision:date")
    for side in ("decision", "province_decision"):
        if text := texts.get(f"{side}_date", ""):
            _decision_date(answers, side, text, f"{side}_date")


def _decision(answers: Answers, text: str, side: str | None) -> None:
    ministry, province = decision_numbers(text)
    if not ministry and not province:
        # no sign to judge by: what the cell or the heading says, else the province's own
        said = "decision" if names_ministry(text) else side or "province_decision"
        _named(answers, said, canonical(text), read_date(text))
        return
    for numbers, one in ((ministry, "decision"), (province, "province_decision")):
        if not numbers:
            continue
        when = read_date(text) if not (ministry and province) else _date_after(text, numbers)
        _named(answers, one, "; ".join(numbers), when)


def _named(answers: Answers, side: str, number: str, when: date | None) -> None:
    """A decision as one cell names it; the date of another number is not its own."""
    if answers.values.get(f"{side}_number") != number:
        answers.values.pop(f"{side}_date", None)
    answers.values[f"{side}_number"] = number
    if when:
        answers.values.setdefault(f"{side}_date", when)


def _decision_date(answers: Answers, side: str, text: str, role: str) -> None:
    when = None if answers.whole and is_rough(text) else read_date(text)
    if when is None:
        answers.refuse(f"{side}_date", text, role)
    else:
        answers.values[f"{side}_date"] = when


def _date_after(text: str, numbers: list[str]) -> date | None:
    """The date that follows a number before the next number begins."""
    shown = canonical(text)
    found = [(match, compact_number(match)) for match in DECISION_NUMBER.finditer(shown)]
    dates = set()
    for index, (match, number) in enumerate(found):
        if number in numbers:
            end = found[index + 1][0].start() if index + 1 < len(found) else len(shown)
            dates |= set(dates_in(shown[match.end() : end]))
    return dates.pop() if len(dates) == 1 else None


def dates_in(text: str) -> list[date]:
    """Return every date of a text: 20/6/2025, "ngày 20 tháng 6 năm 2025", 2025-06-20."""
    parts = [
        (year or long_year, month or long_month, day or long_day)
        for day, month, year, long_day, long_month, long_year in _DATE.findall(text)
    ]
    parts += _ISO_DATE.findall(text)
    dates = []
    for year, month, day in parts:
        try:
            dates.append(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return dates


def _eligible(answers: Answers, texts: Mapping[str, str]) -> None:
    """Two columns for one question: which of the two is ticked."""
    found = answers.ticked(texts, "eligible:", "eligible_full_online")
    if len(found) == 1:
        answers.values["eligible_full_online"] = found == {"yes"}
