"""Decisions from lines and rows: heads, parts, and remarks for a person to check."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors.bounded_reader import FileRefused
from extractors.documents.blocks import Block, DocumentContent, RunningLine, TableRow
from extractors.documents.citations import decisions_in, is_of_a_ministry
from extractors.documents.declared_counts import article_differences, numbering_gaps, section_differences
from extractors.documents.head import Head, attached_number, begins_decision, read_head
from extractors.documents.lists import DocumentLists, ListPart, head_lines, read_lists
from extractors.documents.row_drafts import finish_row
from extractors.documents.syllables import count_broken_words
from extractors.workbooks.formats.encodings import legacy_font
from procedures.office.documents import CitedDecision, Document, DocumentPart, DocumentRow, PartKind, Remark
from procedures.office.part_kinds import part_kinds_of
from procedures.values.text import canonical
from procedures.wording.words import excerpt

_MANY_REMARKS = 60
_NOTE_LENGTH = 60
"""Longest cell, in characters, that is a remark and not a text of law."""
_REPEALED = re.compile(r"^[(\s-]*(?:đã |bị |được )?(?:bãi bỏ|hủy bỏ|huỷ bỏ|hết hiệu lực)\b")


def documents_of(content: DocumentContent) -> tuple[Document, ...]:
    """Return the decisions of a file, in its order; raises `Refused` when there is nothing to read."""
    texts = [text for block in content.blocks for text in _texts(block)]
    if content.pages and len(content.pictures) == content.pages:
        raise FileRefused("tệp chỉ có ảnh chụp, không có lớp chữ gốc; cần bản Word hoặc bản PDF có chữ")
    if not any(canonical(text) for text in texts):
        raise FileRefused("tệp không có chữ nào")
    if font := legacy_font(texts):
        raise FileRefused(f"chữ gõ bằng phông cũ {font}; hãy chuyển sang Unicode rồi đọc lại")
    all_documents = tuple(_document(blocks, content) for blocks in _decisions(content.blocks))
    decisions = tuple(each for each in all_documents if each.parts or each.number or each.title)
    return decisions or all_documents  # a letter that accompanies a decision is not one


def _document(blocks: Sequence[Block], content: DocumentContent) -> Document:
    lines = [block.text for block in blocks if isinstance(block, RunningLine)]
    head = read_head([*head_lines(blocks), *lines])
    lists = read_lists(blocks, paged=content.paged, decision_kinds=part_kinds_of(head.title or ""))
    remarks = [
        *_scan_remarks(blocks, content),
        *(Remark(text, holds, of_head=True) for text, holds in head.remarks),
    ]
    parts, part_remarks = _parts(lists)
    remarks += part_remarks
    remarks += _count_remarks(head, lists, parts, lines)
    return Document(
        number=head.number,
        date=head.day,
        issuer=head.issuer,
        role=head.role,
        title=head.title,
        effective_date=head.effective_date,
        effective_article=head.effective_article,
        cites=_cites(head, parts),
        replaced=head.replaced,
        parts=parts,
        remarks=_limited(remarks),
        pages=content.pages,
        pictures=content.pictures,
    )


def _parts(lists: DocumentLists) -> tuple[tuple[DocumentPart, ...], list[Remark]]:
    parts: list[DocumentPart] = []
    remarks = [Remark(text, holds) for text, holds in lists.remarks]
    for part in lists.parts:
        rows = []
        for number, draft in enumerate(part.drafts, start=1):
            finished_row = finish_row(draft, number, codes_expected=part.has_codes)
            rows.append(finished_row.row)
            place = _place(part, finished_row.row.number or str(number), finished_row.row.page)
            remarks += (Remark(f"{place}: {text}", holds) for text, holds in finished_row.remarks)
            if part.kind is not PartKind.REPEALED and (words := _says_repealed(finished_row.row)):
                remarks.append(Remark(f'{place}: ô ghi "{words}" trong phần không phải bãi bỏ', True))
        parts.append(DocumentPart(part.kind, part.title, part.declared, tuple(rows)))
        remarks += _gap_remarks(part, parts[-1])
    return tuple(parts), remarks


def _says_repealed(row: DocumentRow) -> str | None:
    """Return a short cell, such as a note, that calls this one row repealed."""
    texts = (canonical(cell.text) for cell in row.cells)
    return next(
        (text for text in texts if len(text) <= _NOTE_LENGTH and _REPEALED.match(text.casefold())), None
    )


def _place(part: ListPart, number: str, page: int | None) -> str:
    at = f"trang {page}, " if page else ""
    return (
        f'{at}số {number.rstrip(".")} của "{excerpt(part.title, 40)}"' if part.title else f"{at}số {number}"
    )


def _gap_remarks(part: ListPart, read: DocumentPart) -> Iterator[Remark]:
    for gap in numbering_gaps(read.rows):
        at = _place(part, gap.row.number or "", gap.row.page)
        if gap.typed:
            yield Remark(f"{at}: số thứ tự đúng ra là {gap.before + 1}")
        else:
            yield Remark(
                f"{at}: số thứ tự nhảy từ {gap.before} sang {gap.number}, có thể thiếu dòng", holds=True
            )


def _count_remarks(
    head: Head, lists: DocumentLists, parts: Sequence[DocumentPart], lines: Sequence[str]
) -> list[Remark]:
    """Return remarks about counts that differ from the rows, and about what is missing."""
    remarks = [
        Remark(
            f'phần "{excerpt(part.title, 60)}" ghi {part.declared:02d} thủ tục, '
            f"đọc được {len(part.rows):02d}",
            True,
        )
        for part in parts
        if part.declared is not None and part.declared != len(part.rows)
    ]
    if not parts:
        return [
            *remarks,
            Remark("không có bảng thủ tục nào trong tệp (phụ lục có thể là một tệp khác)", True),
        ]
    titles = {part.title for part in parts}
    differences = [one for one in section_differences(lists.counted) if one.what not in titles]
    differences += article_differences(head.articles, parts)
    remarks += (Remark(str(difference), True) for difference in differences)
    if head.silent:
        remarks.append(Remark("không đọc được phần lời của quyết định (số, ngày, các điều)", True, True))
    elif head.number is None or head.day is None:
        remarks.append(Remark("không rõ số hoặc ngày của quyết định", True, True))
    broken = sum(map(count_broken_words, lines))
    if broken > 3:
        remarks.append(Remark(f"tệp PDF tách rời chữ trong từ ({broken} chỗ); tên có thể còn sai chữ", False))
    return remarks


def _cites(head: Head, parts: Sequence[DocumentPart]) -> tuple[CitedDecision, ...]:
    """Return the decisions cited in the grounds, then the ministries' decisions cited in the rows."""
    cites = {decision.number: decision for decision in head.cites}
    for part in parts:
        for row in part.rows:
            for decision in decisions_in(row.legal_basis or ""):
                if is_of_a_ministry(decision.number):
                    known = cites.get(decision.number)
                    if known is None or known.date is None:
                        cites[decision.number] = decision
    cites.pop(head.number or "", None)
    return tuple(cites.values())


def _scan_remarks(blocks: Sequence[Block], content: DocumentContent) -> list[Remark]:
    """Return a remark about this decision's pages without text, and those before its first."""
    pages = [block.page for block in blocks if block.page is not None]
    if not content.pictures or not pages:
        return []
    first = min(pages) if min(pages) > _first_page(content) else 1
    own_pages = [
        page for page in content.pictures if first <= page <= max(max(pages), _last_page(content, pages))
    ]
    if not own_pages:
        return []
    pages_text = _ranges(own_pages)
    return [Remark(f"trang {pages_text} chỉ có hình, không có chữ để đọc", True)]


def _first_page(content: DocumentContent) -> int:
    return min(block.page for block in content.blocks if block.page is not None)


def _last_page(content: DocumentContent, pages: Sequence[int]) -> int:
    last = max(block.page for block in content.blocks if block.page is not None)
    return content.pages or last if max(pages) == last else max(pages)


def _ranges(pages: Sequence[int]) -> str:
    ranges: list[list[int]] = []
    for page in sorted(set(pages)):
        if ranges and page == ranges[-1][1] + 1:
            ranges[-1][1] = page
        else:
            ranges.append([page, page])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in ranges)


def _decisions(blocks: Sequence[Block]) -> list[list[Block]]:
    """Return the blocks of each decision: a new one begins at a letterhead, or at another number's annex."""
    starts = [0]
    flat = [(at, text) for at, block in enumerate(blocks) for text in _texts(block)]
    texts = [text for _, text in flat]
    for index, (at, _) in enumerate(flat):
        if begins_decision(texts, index):
            starts.append(_page_start(blocks, at))
    groups = [
        list(blocks[first:last])
        for first, last in zip(sorted(set(starts)), [*sorted(set(starts))[1:], len(blocks)], strict=True)
    ]
    if len(groups) == 1 and not any(begins_decision(texts, index) for index in range(len(texts))):
        return _by_annexes(groups[0])
    return [group for group in groups if group]


def _page_start(blocks: Sequence[Block], at: int) -> int:
    """Return the page's first block, where there are pages, else the letterhead's."""
    page = blocks[at].page
    if page is not None:
        while at and blocks[at - 1].page == page:
            at -= 1
        return at
    block = blocks[at]
    if isinstance(block, TableRow):
        while at and isinstance(before := blocks[at - 1], TableRow) and before.table == block.table:
            at -= 1
        return at
    first = at
    while (
        first
        and at - first < 3
        and isinstance(before := blocks[first - 1], RunningLine)
        and before.text.isupper()
    ):
        first -= 1
    return first


def _by_annexes(blocks: list[Block]) -> list[list[Block]]:
    """Split annexes without a head where another decision's number is over one."""
    groups: list[list[Block]] = [[]]
    number: str | None = None
    for at, block in enumerate(blocks):
        text = block.text if isinstance(block, RunningLine) else ""
        if isinstance(block, RunningLine) and "kèm theo" in text.casefold():
            ahead = " ".join(each.text for each in blocks[at : at + 4] if isinstance(each, RunningLine))
            own = attached_number(ahead)
            if own and number and own != number:
                titles = _title_lines(groups[-1])
                groups.append(groups[-1][len(groups[-1]) - titles :])
                del groups[-2][len(groups[-2]) - titles :]
            number = own or number
        groups[-1].append(block)
    return [group for group in groups if group]


def _title_lines(blocks: Sequence[Block]) -> int:
    count = 0
    while count < len(blocks) and isinstance(blocks[len(blocks) - 1 - count], RunningLine):
        count += 1
    return count


def _texts(block: Block) -> list[str]:
    if isinstance(block, RunningLine):
        return [block.text]
    return [line for cell in block.cells for line in cell.text.split("\n")]


def _limited(remarks: Sequence[Remark]) -> tuple[Remark, ...]:
    """Return each remark once, holding ones first; beyond a limit the rest is only counted."""
    once = list(dict.fromkeys(remarks))
    once.sort(key=lambda remark: not remark.holds)
    if len(once) <= _MANY_REMARKS:
        return tuple(once)
    left = len(once) - _MANY_REMARKS
    return (*once[:_MANY_REMARKS], Remark(f"và {left} ghi chú khác", once[_MANY_REMARKS].holds))
