"""The chapters of the guide, and which of them helps with a page of the site."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from markdown import Markdown

from procedures.errors import NotFoundError

FIRST = "index"
"""The chapter that the guide opens with."""

CHAPTERS: Mapping[str, str] = {
    FIRST: "Bắt đầu",
    "chuyen-vien": "Chuyên viên: buổi sáng",
    "van-phong": "Văn phòng: công bố và báo cáo",
    "phong-chuyen-mon": "Phòng chuyên môn: phiếu và việc được giao",
    "quan-tri": "Quản trị: cài đặt và vận hành",
    "thuat-ngu": "Thuật ngữ",
    "cau-hoi": "Câu hỏi thường gặp",
}
"""Titles by the name of the chapter's file, in the order of reading."""

TOPICS: tuple[tuple[str, str], ...] = (
    ("/findings", "chuyen-vien#bang-sai-lech"),
    ("/procedures", "chuyen-vien#thu-tuc"),
    ("/runs", "chuyen-vien#cac-dem"),
    ("/decisions/documents", "van-phong#doc-quyet-dinh"),
    ("/decisions", "van-phong#so-theo-doi-cong-bo"),
    ("/duties", "van-phong#don-doc"),
    ("/eligibility", "van-phong#chi-tieu"),
    ("/decentralisation", "van-phong#chi-tieu"),
    ("/registers", "van-phong#cac-so"),
    ("/sheets", "phong-chuyen-mon#phieu"),
    ("/divisions", "phong-chuyen-mon#viec-duoc-giao"),
    ("/catalogue", "chuyen-vien#danh-muc"),
    ("/quarantine", "quan-tri#tam-giu"),
    ("/snapshots", "quan-tri#tam-giu"),
    ("/password", "quan-tri#tai-khoan"),
    ("/second-factor", "quan-tri#tai-khoan"),
    ("/sign-ins", "quan-tri#tai-khoan"),
    ("/offices", "quan-tri#nhieu-don-vi"),
    ("/mine", "phong-chuyen-mon#viec-duoc-giao"),
    ("/changes", "chuyen-vien#cac-dem"),
    ("/login", "quan-tri#tai-khoan"),
    ("/", "chuyen-vien#trang-dau"),
)
"""The beginning of a page's address, and the place of the guide that explains it; the first that fits."""

_LINK = re.compile(r'(href|src)="(?!https?:|/|#)([^"#]+)(#[^"]*)?"')


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter as HTML, with its sections as pairs of anchor and title."""

    name: str
    title: str
    html: str
    sections: tuple[tuple[str, str], ...]


def topic_of(path: str) -> str:
    """Return the address within the guide that explains the site's page at `path`."""
    return next(topic for start, topic in TOPICS if path == start or path.startswith(start.rstrip("/") + "/"))


@cache
def chapter(name: str) -> Chapter:
    """Return a chapter.

    Raises:
        NotFoundError: there is none of that name.
    """
    if name not in CHAPTERS:
        raise NotFoundError(f"Hướng dẫn không có trang “{name}”")
    text = resources.files("review.guide").joinpath("text", f"{name}.md").read_text(encoding="utf-8")
    markdown = Markdown(extensions=["tables", "toc", "attr_list", "admonition", "sane_lists", "fenced_code"])
    html = markdown.convert(text)
    sections = tuple((each["id"], each["name"]) for top in markdown.toc_tokens for each in top["children"])
    return Chapter(name, CHAPTERS[name], _LINK.sub(_within_the_site, html), sections)


def picture(name: str) -> bytes:
    """Return a picture of the guide.

    Raises:
        NotFoundError: there is none of that name.
    """
    if not re.fullmatch(r"[a-z0-9-]+\.png", name):
        raise NotFoundError(f"Hướng dẫn không có hình “{name}”")
    file = resources.files("review.guide").joinpath("text", "hinh", name)
    if not file.is_file():
        raise NotFoundError(f"Hướng dẫn không có hình “{name}”")
    return file.read_bytes()


def _within_the_site(found: re.Match[str]) -> str:
    kind, target, anchor = found[1], found[2], found[3] or ""
    if kind == "src":
        return f'src="/help/{target}"'
    return f'href="/help/{target.removesuffix(".md")}{anchor}"'
