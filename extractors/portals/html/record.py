"""One record's page as a `Procedure`, by the labels of a profile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup, Tag

from extractors.portals.audit.schema_audit import Audit
from extractors.portals.html.page import lines_of, text_of
from extractors.portals.html.profile import Profile
from extractors.portals.strip_html import visible_text
from extractors.workbooks.cell_values import read_answers
from procedures.attributes import RAW_ATTRIBUTES, ValueType, attributes_of
from procedures.model import Paper, Procedure
from procedures.values.codes import parse_code
from procedures.values.text import canonical, matching_key

NOTHING = frozenset({"không có thông tin", "đang cập nhật", "chưa có thông tin"})
"""What a page writes in place of a missing value."""

LISTS = attributes_of(ValueType.TEXTS, ValueType.LINES)
PAPERS = attributes_of(ValueType.PAPERS)
_PAPER_HEADINGS = frozenset(
    matching_key(text)
    for text in (
        "Tên giấy tờ",
        "Tên hồ sơ",
        "Thành phần hồ sơ",
        "Tên thành phần hồ sơ",
        "Giấy tờ",
        "Loại giấy tờ",
    )
)
_COUNTS = (
    re.compile(r"bản chính\s*:\s*(\d{1,4})(?!\d)", re.I),
    re.compile(r"bản sao\s*:\s*(\d{1,4})(?!\d)", re.I),
)
"""Counts of papers; a longer number is not a count."""


def parse_page(
    page: BeautifulSoup,
    profile: Profile,
    listed: dict[str, str],
    url: str,
    audit: Audit,
    volatile: frozenset[str] = frozenset(),
) -> Procedure:
    """Return the record; `listed` are the texts of its row, which the page's own values override.

    Labels whose matching keys are in `volatile` are not read. Unknown labels, values that cannot be read, and
    repeated labels with another value are added to `audit`. A repeated label adds to a list; of a single
    value the first counts.
    """
    titles = {
        attribute: text_of(node)
        for attribute, css in profile.detail.texts.items()
        if (node := page.select_one(css)) is not None and canonical(node.get_text(" "))
    }
    texts: dict[str, str] = {}
    values: dict[str, tuple[Any, ...]] = {}
    present: set[str] = set()
    pairs = [(label, node) for label, node in _pairs(page, profile) if matching_key(label) not in volatile]
    audit.count_fields({f"nhãn «{label}»": text_of(node) or None for label, node in pairs}, "trang")
    for label, node in pairs:
        attribute = profile.detail.labels.get(matching_key(label), "")
        text = text_of(node)
        if not attribute:
            audit.add_leftover(f"nhãn «{label}»", text)
            continue
        audit.add_known([f"nhãn «{label}»"])
        if text and matching_key(text) not in NOTHING:
            present.add(attribute)
            for name, items in _lists(attribute, node).items():
                values[name] = tuple(dict.fromkeys((*values.get(name, ()), *items)))
            for role, value in text_roles(attribute, label, text).items():
                if texts.setdefault(role, value) != value and attribute not in values:
                    audit.add_leftover(f"nhãn «{label}», lần nữa", text)
    defaults = {attribute: text for attribute, text in (listed | titles).items() if attribute not in present}
    return _procedure(defaults | texts, values, url, audit)


def parse_row(texts: dict[str, str], url: str | None, audit: Audit) -> Procedure:
    """Return the record that a row of a list is, by the roles of its cells."""
    return _procedure(texts, {}, url, audit)


def has_pairs(page: BeautifulSoup, profile: Profile) -> bool:
    """Whether the page is a record's at all."""
    return any(True for _ in _pairs(page, profile))


def _pairs(page: BeautifulSoup, profile: Profile) -> Iterator[tuple[str, Tag]]:
    for item in page.select(profile.detail.items):
        label, value = item.select_one(profile.detail.label), item.select_one(profile.detail.value)
        if label is not None and value is not None and (text := canonical(label.get_text(" ")).rstrip(": ")):
            yield text, value


def text_roles(attribute: str, label: str, text: str) -> dict[str, str]:
    """Return the text by the role that the shared reader of cells uses."""
    key = matching_key(label)
    if attribute == "fee":
        fee, charge = "lệ phí" in key, "phí" in key.replace("lệ phí", "")
        return {"fee" if fee == charge else "fee:fee" if fee else "fee:charge": text}
    if attribute in ("decision_number", "province_decision_number"):
        return {"decision": text}
    return {attribute: text}


def _lists(attribute: str, node: Tag) -> dict[str, tuple[Any, ...]]:
    if attribute in LISTS:
        return {attribute: tuple(lines_of(node))}
    if attribute in PAPERS:
        return {attribute: _papers(node)}
    return {}


def _papers(node: Tag) -> tuple[Paper, ...]:
    """Return the papers of every table; without a table, a paper for each line."""
    papers = [paper for table in node.select("table") for paper in _papers_of_table(table)]
    return tuple(dict.fromkeys(papers)) or tuple(Paper(name=line) for line in lines_of(node))


def _papers_of_table(table: Tag) -> Iterator[Paper]:
    """Yield a paper for each row: its name is under a known heading, else in the first cell with words."""
    column: int | None = None
    for row in table.select("tr"):
        if row.find_parent("table") is not table:
            continue
        cells = [visible_text(cell.get_text(" ")) for cell in row.find_all(["td", "th"], recursive=False)]
        heading = next(
            (index for index, cell in enumerate(cells) if matching_key(cell) in _PAPER_HEADINGS), None
        )
        if heading is not None:
            column = heading
        elif row.find("td", recursive=False) is not None:
            named = cells[column : column + 1] if column is not None and len(cells) > column else cells
            name = next((cell for cell in named if re.search(r"[^\W\d_]", cell)), "")
            if name:
                text = row.get_text(" ")
                originals, copies = (
                    int(match[1]) if (match := pattern.search(text)) else None for pattern in _COUNTS
                )
                yield Paper(name=name, originals=originals, copies=copies)


def _procedure(
    texts: dict[str, str], values: dict[str, tuple[Any, ...]], url: str | None, audit: Audit
) -> Procedure:
    raw_code = canonical(texts.get("code", ""))
    code = parse_code(raw_code)
    visible = {role: "\n".join(map(visible_text, text.split("\n"))) for role, text in texts.items()}
    read = read_answers({role: text for role, text in visible.items() if role != "code"}, {})
    for cell in read.unread:
        audit.add_leftover(f"giá trị của {cell.attribute}", cell.text)
    answers = read.values
    plain: dict[str, Any] = {name: visible_text(texts[name]) for name in RAW_ATTRIBUTES if texts.get(name)}
    known = {name: value for name, value in (answers | values).items() if name not in plain}
    raw = tuple(sorted((name, texts[name]) for name in plain if texts[name] != plain[name]))
    return Procedure(
        **({"name": ""} | plain | known),
        code=code.core if code else None,
        local_code=raw_code or None,
        url=url,
        raw=raw,
    )
