"""A held snapshot is looked at procedure by procedure, and then let through on the same page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from procedures.office.accounts import Role
from review.serve import serving
from settings.configuration import Configuration
from steps.office.accounts import add_user
from tests.review.desk import PASSWORD, Visitor
from tests.steps.sources.test_held import nights_with_one_held


@pytest.fixture
def holding(tmp_path: Path) -> tuple[Configuration, int]:
    office, held = nights_with_one_held(tmp_path)
    for name, role in (("quan", Role.ADMIN), ("lan", Role.ANALYST)):
        add_user(office, name, role, PASSWORD)
    return office, held


@pytest.fixture
def address(holding: tuple[Configuration, int]) -> Iterator[str]:
    with serving(holding[0]) as address:
        yield address


def test_each_procedure_is_named_before_anyone_lets_it_through(
    holding: tuple[Configuration, int], address: str
) -> None:
    page = f"/snapshots/{holding[1]}"
    with Visitor(address) as quan, Visitor(address) as lan:
        lan.sign_in("lan")
        quan.sign_in("quan")
        for first in ("/", "/runs/3"):
            assert f'href="{page}"' in lan.get(first).text, first
            assert "/release" not in quan.get(first).text, "nobody lets it through unseen"
        shown = lan.get(page).text
        for words in (
            "mất <strong>2</strong>, thêm <strong>2</strong>, đổi <strong>1</strong> thủ tục",
            "Cấp giấy phép số 1.000003",
            "Không thấy trên Cổng đêm nay",
            'Thay đổi cấp thực hiện bằng <span class="code">3.000001</span>',
            "Chờ người quản trị cho qua hoặc giữ lại",
        ):
            assert words in shown, words
        assert "/release" not in shown
        come, change = (lan.get(f"{page}?part={part}&at=9").text for part in ("come", "change"))
        assert "Công khai trở lại" in come
        assert "<td><mark>Sở Nội vụ</mark></td><td><mark>UBND tỉnh Hà Tĩnh</mark></td>" in change
        without = quan.send_form(page, f"{page}/release", reason=" ")
        assert (without.status_code, 'aria-describedby="why-release-reason"' in without.text) == (400, True)
        done = quan.send_form(page, f"{page}/release", reason="Bộ gộp thủ tục")
        assert done.headers["location"] == "/runs/4"
        after = lan.get(page).text
        assert "Sẽ mất" not in after
        assert quan.send_form(page, f"{page}/release", reason="Bộ gộp").status_code == 400
        assert quan.send_form(page, f"{page}/keep", reason="muộn rồi").status_code == 400
        for found in (page, "/runs/3", "/runs/4", "/runs", "/runs/decisions"):
            told = words_of(lan.get(found).text)
            assert "quan" in told, found
            assert "cho qua" in told, found
            assert "Bộ gộp thủ tục" in told, found
        assert 'href="/runs/4#changes"' in after, "what it did can be looked up"
        assert lan.get("/snapshots/77").status_code == 404


def test_what_is_left_held_keeps_who_when_and_why(holding: tuple[Configuration, int], address: str) -> None:
    page = f"/snapshots/{holding[1]}"
    with Visitor(address) as quan, Visitor(address) as lan:
        lan.sign_in("lan")
        quan.sign_in("quan")
        without = quan.send_form(page, f"{page}/keep", form="release", reason=" ")
        assert (without.status_code, 'aria-describedby="why-release-reason"' in without.text) == (400, True)
        for reason in ("chờ hỏi Bộ", "Bộ chưa trả lời"):
            done = quan.send_form(page, f"{page}/keep", form="release", reason=reason)
            assert (done.status_code, done.headers["location"]) == (303, page)
        assert lan.send_form(page, f"{page}/keep", reason="tôi").status_code == 403
        for found in (page, "/runs/3", "/runs", "/runs/decisions"):
            told = words_of(lan.get(found).text)
            assert "không cho qua, giữ lại" in told, found
            assert told.index("Bộ chưa trả lời") < told.index("chờ hỏi Bộ"), "the newest first"
            assert re.search(r"\d\d:\d\d \d\d/\d\d/\d{4}", told), found
        assert "/release" in quan.get(page).text, "it can still be let through"
        assert quan.send_form(page, f"{page}/release", reason="Bộ đã trả lời").status_code == 303
        assert "Bộ chưa trả lời" in lan.get(page).text


def words_of(page: str) -> str:
    return re.sub(r"<[^>]+>", "", page.split('<main id="main">')[1])
