"""The page of a night is one safe file that an analyst reads from top to bottom."""

from __future__ import annotations

from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reports.night_page import (
    GateCheck,
    NightPage,
    SourceNight,
    night_html,
    night_text,
    text_sparkline,
    write_night,
)

AS_OF = datetime.fromisoformat("2026-11-23T02:00:00+07:00")
EVIL = "<script>alert('x')</script>\" onload=\"y"


def page(**changes: object) -> NightPage:
    checks = (
        GateCheck(
            suite="listing",
            expectation="max_drop",
            severity="critical",
            success=False,
            judged_run=3,
            observed={"value": 0.0698},
            trend=(0.0, 0.0, None, 0.0698),
        ),
        GateCheck(
            suite="records",
            expectation="name_length",
            severity="high",
            success=False,
            judged_run=2,
            observed={
                "rows": 293,
                "unexpected": 1,
                "share": 0.9966,
                "examples": [{"key": EVIL, "value": EVIL}],
            },
        ),
        GateCheck(suite="records", expectation="text_readable", severity="high", success=True, judged_run=2),
    )
    thrown = {"quarantine_id": 4, "code": EVIL, "name": EVIL, "rule": "name_length", "reason": EVIL}
    source = SourceNight(
        title="Cổng DVC quốc gia",
        state="held",
        reason=EVIL,
        procedures=1234,
        checks=checks,
        quarantine=(thrown,),
    )
    values = {"run_id": 3, "department": EVIL, "status": "degraded", "as_of": AS_OF, "sources": (source,)}
    return NightPage(**(values | changes))  # type: ignore[arg-type]  # a test's own values


class Tags(HTMLParser):
    """The tags of a page, balanced or not."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.met: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.met.add(tag)
        self.attributes += attrs
        if tag not in ("meta", "br", "polyline"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "polyline":
            assert self.open.pop() == tag


def test_nothing_of_a_portal_becomes_markup_and_nothing_is_fetched() -> None:
    html = night_html(page())
    tags = Tags(html)
    assert tags.open == []
    assert tags.met <= {
        "html", "head", "meta", "title", "style", "body", "p", "h1", "h2", "h3", "section", "table", "tr",
        "th", "td", "ul", "li", "code", "br", "small", "svg", "polyline",
    }  # fmt: skip
    assert {name for name, _ in tags.attributes}.isdisjoint({"src", "href", "onload", "style"})
    assert "url(" not in html
    assert "http" not in html


def test_each_expectation_tells_what_it_asks_saw_and_did() -> None:
    html = night_html(page())
    for words in (
        "Phần thủ tục mất đi so với lần đủ trước không quá mức cho phép",
        "6,98 %",
        "Nghiêm trọng",
        "đóng cửa: nguồn không được nạp đêm nay",
        "01 trên 293 dòng không đạt",
        "bản ghi chờ kiểm tra, phiên bản đang có được giữ nguyên",
        "không khác lần chạy 2",
        "Cổng DVC quốc gia: Tạm giữ chờ xác nhận, 1.234 thủ tục",
        "02:00 ngày 23/11/2026",
        "<svg",
    ):
        assert words in html, words
    assert "max_drop" not in html, "the program's own names are for nobody to read"


def test_the_terminal_is_told_the_same() -> None:
    text = night_text(page())
    assert "KHÔNG ĐẠT Nghiêm trọng Phần thủ tục mất đi" in text
    assert "▁▁·█" in text
    assert "Hệ quả: bản ghi chờ kiểm tra" in text


@pytest.mark.parametrize(
    ("trend", "drawn"), [((), ""), ((1.0,), ""), ((2.0, 2.0), ""), ((0.0, 7.0), "▁█"), ((0, None, 1), "▁·█")]
)
def test_a_trend_is_drawn_where_something_moved(trend: tuple[float | None, ...], drawn: str) -> None:
    assert text_sparkline(trend) == drawn


def test_a_page_is_written_whole_and_leaves_no_draft(tmp_path: Path) -> None:
    file = tmp_path / "nights" / "run-3.html"
    write_night(file, page())
    assert [each.name for each in file.parent.iterdir()] == ["run-3.html"]
    assert file.read_text(encoding="utf-8") == night_html(page())
