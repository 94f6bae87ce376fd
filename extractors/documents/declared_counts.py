"""The counts of a decision: those that it prints, and its own numbering, against the rows read.

A count that differs from its rows means that a row was lost, or that the document is wrong: a person has to
see both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from procedures.office.documents import DocumentPart, DocumentRow, PartKind
from procedures.office.part_kinds import part_kinds_of
from procedures.values.agencies import field_key
from procedures.values.text import canonical
from procedures.wording.words import excerpt

_COUNTED = re.compile(r"(?<![\d/.,])(\d{1,4})\s*(?:thủ tục(?: hành chính)?|tthc)\b", re.I)
_ANNOUNCES = re.compile(r"\b(?:công bố|danh mục)\b", re.I)
_REPEALS = re.compile(r"\b(?:bãi bỏ|hủy bỏ|huỷ bỏ)\b", re.I)
_LINK = r"(?:(?:được|bị|và|hoặc)\s+)*"
_KIND = r"(?:mới ban hành|ban hành mới|sửa đổi|bổ sung|thay thế|bãi bỏ|hủy bỏ|huỷ bỏ)"
_OF_KINDS = re.compile(rf"^\W*{_LINK}{_KIND}(?:[\s,;]+{_LINK}{_KIND})*")
"""The kinds right after a count: "03 thủ tục mới ban hành, được sửa đổi, bổ sung"."""
_FIELD = re.compile(r"^\W*(?:thuộc |trong )?lĩnh vực\s+(?P<field>[^;:()]+?)\s*(?:;|\)|\.|$)", re.I)
_TITLE_LENGTH = 80


@dataclass(slots=True)
class CountedSection:
    """A title or section with a printed count, and the rows read below it."""

    title: str
    declared: int
    rows: int = 0


@dataclass(frozen=True, slots=True)
class CountDifference:
    """A printed count, and the number of rows read."""

    what: str
    declared: int
    read: int

    def __str__(self) -> str:
        """Return the difference in one line, for people."""
        title = excerpt(canonical(self.what), _TITLE_LENGTH)
        return f'"{title}" ghi {self.declared:02d} thủ tục, đọc được {self.read:02d}'


def section_differences(counted: Iterable[CountedSection]) -> tuple[CountDifference, ...]:
    """Return the titles and sections whose count differs from their rows."""
    return tuple(
        CountDifference(each.title, each.declared, each.rows)
        for each in counted
        if each.rows != each.declared
    )


def article_differences(
    articles: Sequence[tuple[str, str]], parts: Sequence[DocumentPart]
) -> tuple[CountDifference, ...]:
    """Return the counts in the articles' text that differ from the rows.

    Only certain counts are compared: the first count that an article announces, counts by kind ("05 thủ tục
    hành chính được sửa đổi"), what it repeals, and counts of a field with the same name in the lists.
    """
    differences: list[CountDifference] = []
    for number, text in articles:
        if not _ANNOUNCES.search(text) and not _REPEALS.search(text):
            continue
        for sentence in _sentences(text):
            differences += _sentence_differences(f"Điều {number}", sentence, parts)
    return tuple(dict.fromkeys(differences))


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.])\s+(?=[A-ZĐ\d(])|\n", text) if part.strip()]


def _sentence_differences(
    article: str, sentence: str, parts: Sequence[DocumentPart]
) -> list[CountDifference]:
    counts = list(_COUNTED.finditer(sentence))
    differences: list[CountDifference] = []
    has_kinds = False
    for at, match in enumerate(counts):
        after = sentence[match.end() : counts[at + 1].start() if at + 1 < len(counts) else len(sentence)]
        kinds = _OF_KINDS.match(after.casefold())
        read: int | None = None
        if kinds is not None:
            read, has_kinds = _rows(parts, part_kinds_of(kinds[0])), True
        elif (of_field := _FIELD.match(after)) is not None:
            read = _rows_of_field(parts, of_field["field"])
        elif not at and not has_kinds:
            read = _announced_rows(sentence[: match.start()], parts)
        declared = int(match[1])
        if read is not None and read != declared:
            differences.append(CountDifference(f"{article}: {match[0]}{after}", declared, read))
    return differences


def _announced_rows(before: str, parts: Sequence[DocumentPart]) -> int | None:
    """Return the number of rows that the first count of a sentence covers, by the words before it."""
    if re.match(r"\W*(?:bãi bỏ|hủy bỏ|huỷ bỏ)\b[^.;]{0,60}$", before, re.I):
        return _rows(parts, {PartKind.REPEALED})
    if re.search(r"\bcông bố\b", before, re.I) and not _REPEALS.search(before):
        return sum(len(part.rows) for part in parts if part.kind is not PartKind.REPEALED)
    return None


def _rows(parts: Sequence[DocumentPart], kinds: Set[PartKind | None]) -> int:
    """Count the rows of these kinds; changed and replaced ones are one kind of article 14."""
    counted = kinds | {PartKind.REPLACED} if PartKind.CHANGED in kinds else kinds
    return sum(len(part.rows) for part in parts if part.kind in counted)


def _rows_of_field(parts: Sequence[DocumentPart], field: str) -> int | None:
    """Count the rows of a field that are not repealed; `None` where no list has such a field."""
    key = field_key(field)
    rows = [row for part in parts if part.kind is not PartKind.REPEALED for row in part.rows]
    matching = [row for row in rows if row.field and field_key(row.field) == key]
    return len(matching) or None


@dataclass(frozen=True, slots=True)
class NumberingGap:
    """A break in the document's own numbering; `typed`: only the number is wrong, no row is lost."""

    before: int
    number: int
    row: DocumentRow
    typed: bool


def numbering_gaps(rows: Sequence[DocumentRow]) -> tuple[NumberingGap, ...]:
    """Return the breaks in the running numbers of a part; a section may begin again at 1."""
    numbers = [_number(row) for row in rows]
    found_gaps: list[NumberingGap] = []
    before = 0
    for at, number in enumerate(numbers):
        if number is None:
            before += 1 if before else 0
            continue
        if number not in (before + 1, 1):
            following = numbers[at + 1] if at + 1 < len(numbers) else None
            typed = following == before + 2
            found_gaps.append(NumberingGap(before, number, rows[at], typed))
            before = before + 1 if typed else number
        else:
            before = number
    return tuple(found_gaps)


def _number(row: DocumentRow) -> int | None:
    match = re.fullmatch(r"(\d{1,4})[.)]?", row.number or "")
    return int(match[1]) if match else None
