"""One record's page as a `Procedure`, by the labels of a profile."""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup, Tag

from extractors.answers import read_answers
from extractors.html_page import lines_of, text_of
from extractors.html_profile import Profile
from extractors.shape import Audit
from procedures.codes import parse_code
from procedures.model import RAW_TEXTS, Paper, Procedure
from procedures.text import canonical, matching_key

NOTHING = frozenset({"không có thông tin", "đang cập nhật", "chưa có thông tin"})
"""What a page writes where it says nothing."""

LISTS = ("subjects", "legal_bases", "steps", "results")
_COUNTS = (re.compile(r"bản chính\s*:\s*(\d+)", re.I), re.compile(r"bản sao\s*:\s*(\d+)", re.I))


def parse_page(
    page: BeautifulSoup, profile: Profile, listed: dict[str, str], url: str, audit: Audit
) -> Procedure:
    """The record; `listed` are the texts of its row. Labels that the profile lacks are named to `audit`."""
    texts, values = dict(listed), {}
    for attribute, css in profile.detail.texts.items():
        node = page.select_one(css)
        if node is not None and canonical(node.get_text(" ")):
            texts[attribute] = text_of(node)
    for label, node in _pairs(page, profile):
        attribute = profile.detail.labels.get(matching_key(label), "")
        text = text_of(node)
        if not attribute:
            audit.leave_over(f"nhãn «{label}»", text)
        elif matching_key(text) not in NOTHING and text:
            texts.update(_roles(attribute, label, text))
            values.update(_lists(attribute, node))
    return _procedure(texts, values, url)


def has_pairs(page: BeautifulSoup, profile: Profile) -> bool:
    """Whether the page is a record's at all."""
    return any(True for _ in _pairs(page, profile))


def _pairs(page: BeautifulSoup, profile: Profile) -> list[tuple[str, Tag]]:
    pairs = []
    for item in page.select(profile.detail.items):
        label, value = item.select_one(profile.detail.label), item.select_one(profile.detail.value)
        if label is not None and value is not None:
            pairs.append((canonical(label.get_text(" ")).rstrip(": "), value))
    return pairs


def _roles(attribute: str, label: str, text: str) -> dict[str, str]:
    """The text by the role that the common reader of cells knows it by."""
    key = matching_key(label)
    if attribute == "fee":
        return {"fee:fee" if "lệ phí" in key and not key.startswith("phí ") else "fee:charge": text}
    if attribute in ("decision_number", "province_decision_number"):
        return {"decision": text}
    return {attribute: text}


def _lists(attribute: str, node: Tag) -> dict[str, Any]:
    if attribute in LISTS:
        return {attribute: tuple(dict.fromkeys(lines_of(node)))}
    if attribute == "dossier":
        return {attribute: _papers(node)}
    return {}


def _papers(node: Tag) -> tuple[Paper, ...]:
    """The papers of every table; without a table, a paper a line."""
    papers = []
    for row in node.select("tr"):
        cells = row.find_all("td", recursive=False)
        name = canonical(cells[0].get_text(" ")) if cells else ""
        if name:
            text = row.get_text(" ")
            originals, copies = (int(found[1]) if (found := each.search(text)) else None for each in _COUNTS)
            papers.append(Paper(name=name, originals=originals, copies=copies))
    return tuple(dict.fromkeys(papers)) or tuple(Paper(name=line) for line in lines_of(node))


def _procedure(texts: dict[str, str], values: dict[str, Any], url: str) -> Procedure:
    raw_code = canonical(texts.get("code", ""))
    code = parse_code(raw_code)
    answers = read_answers({role: text for role, text in texts.items() if role != "code"}, {}).values
    plain: dict[str, Any] = {name: canonical(texts[name]) for name in RAW_TEXTS if texts.get(name)}
    known = {name: value for name, value in (answers | values).items() if name not in plain}
    raw = tuple(sorted((name, texts[name]) for name in plain if texts[name] != plain[name]))
    return Procedure(
        **({"name": ""} | plain | known),
        code=code.core if code else None,
        local_code=raw_code or None,
        url=url,
        raw=raw,
    )
