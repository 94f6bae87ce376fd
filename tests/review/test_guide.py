"""The guide: every page of the site has its place in it, its links and pictures lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from review.guide.chapters import CHAPTERS, FIRST, TOPICS, chapter, picture, topic_of
from tests.review.desk import Visitor
from tests.review.test_doors import addresses

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "review" / "guide" / "text"


def anchors(name: str) -> set[str]:
    return {"", *re.findall(r'id="([^"]+)"', chapter(name).html)}


@pytest.mark.parametrize("topic", [topic for _, topic in TOPICS])
def test_what_helps_with_a_page_is_a_place_of_the_guide(topic: str) -> None:
    name, _, anchor = topic.partition("#")
    assert anchor in anchors(name)


def test_every_page_of_the_site_has_help_of_its_own() -> None:
    general = topic_of("/")
    alone = {path for path in addresses("GET") if topic_of(path) == general}
    others = {path for path in addresses("GET") if path.startswith("/evidence/")}
    assert alone <= others | {
        "/", "/healthz", "/metrics", "/help", "/help/van-phong", "/help/hinh/trang-dau.png"
    }  # fmt: skip
    assert topic_of("/decisions/documents/3").endswith("#doc-quyet-dinh")
    assert topic_of("/nothing/like/it") == general


@pytest.mark.parametrize("name", CHAPTERS)
def test_links_and_pictures_of_a_chapter_lead_somewhere(name: str) -> None:
    html = chapter(name).html
    for target in re.findall(r'href="/help/([^"]+)"', html):
        other, _, anchor = target.partition("#")
        assert anchor in anchors(other), target
    for source in re.findall(r'src="([^"]+)"', html):
        assert source.startswith("/help/hinh/")
        assert picture(source.removeprefix("/help/hinh/")).startswith(b"\x89PNG")
    assert "<script" not in html
    assert "style=" not in html


def test_no_picture_is_left_over() -> None:
    shown = {each for name in CHAPTERS for each in re.findall(r"hinh/([a-z0-9-]+\.png)", chapter(name).html)}
    assert shown == {each.name for each in (TEXTS / "hinh").iterdir()}


def test_the_site_of_the_docs_has_the_same_chapters_in_the_same_order() -> None:
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    assert {file.removesuffix(".md"): title for each in nav for title, file in each.items()} == CHAPTERS
    assert {each.stem for each in TEXTS.glob("*.md")} == set(CHAPTERS)


def test_the_help_opens_for_whoever_is_signed_in(lan: Visitor) -> None:
    page = lan.get("/findings").text
    assert 'href="/help/chuyen-vien#bang-sai-lech"' in page
    assert "Đăng xuất" in lan.get("/help/chuyen-vien").text
    assert lan.get("/help/khong-co").status_code == 404
    assert lan.get("/help/hinh/../index.md").status_code == 404
    assert lan.get("/help").text.count("<h1") == lan.get(f"/help/{FIRST}").text.count("<h1") == 1
