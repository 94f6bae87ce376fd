"""Number, date, issuer, articles: what a decision's own text says of itself."""

from __future__ import annotations

from datetime import date

import pytest

from extractors.documents.citations import decisions_in
from extractors.documents.head import read_head
from procedures.office.documents import CitedDecision
from tests.extractors.documents.blocks import HEAD


def with_line(at: int, text: str) -> list[str]:
    return [text if number == at else line for number, line in enumerate(HEAD)]


def test_a_head_says_who_decided_what_when_and_on_what_grounds():
    head = read_head(HEAD)
    assert (head.number, head.day, head.role) == ("1404/QĐ-UBND", date(2025, 7, 5), "province")
    assert head.issuer == "Ủy ban nhân dân tỉnh Hà Tĩnh"
    assert head.title == "Về việc công bố thủ tục hành chính lĩnh vực nội vụ"
    assert head.cites == (CitedDecision("627/QĐ-BNV", date(2025, 6, 20)),)
    assert head.effective_date == date(2025, 7, 5), "from the day of signing"
    assert head.effective_article == "Điều 2. Quyết định này có hiệu lực kể từ ngày ký."


@pytest.mark.parametrize(
    ("article", "day"),
    [
        ("Điều 2. Quyết định này có hiệu lực thi hành kể từ ngày 01 tháng 7 năm 2025.", date(2025, 7, 1)),
        ("Điều 2. Quyết định này có hiệu lực từ 01/7/2025.", date(2025, 7, 1)),
        ("Điều 2. Quyết định này có hiệu lực thi hành từ ngày ký ban hành.", date(2025, 7, 5)),
        ("Điều 2. Hiệu lực thi hành\nQuyết định này có hiệu lực thi hành kể từ ngày ký.", date(2025, 7, 5)),
        ("Điều 2. Quyết định này có hiệu lực kể từ ngày Nghị định số 129/2025/NĐ-CP có hiệu lực.", None),
        ("Điều 2. Giám đốc Sở Nội vụ chịu trách nhiệm thi hành.", None),
    ],
)
def test_the_effective_date_is_that_of_the_article_and_never_a_guess(article, day):
    lines = [line for text in with_line(9, article) for line in text.split("\n")]
    assert read_head(lines).effective_date == day


def test_another_effective_date_in_the_article_is_told():
    text = (
        "Điều 2. Quyết định này có hiệu lực kể từ ngày ký; riêng thủ tục số 3 có hiệu lực từ ngày 01/01/2026."
    )
    head = read_head(with_line(9, text))
    assert head.effective_date == date(2025, 7, 5)
    assert head.remarks == (("Điều 2 còn ghi ngày hiệu lực khác: 01/01/2026", False),)


def test_a_ministry_is_told_by_its_sign():
    lines = with_line(2, "Số: 627/QĐ-BNV")
    lines[6] = "BỘ TRƯỞNG BỘ NỘI VỤ"
    head = read_head(lines)
    assert (head.role, head.issuer) == ("ministry", "Bộ Nội vụ")


def test_a_number_left_empty_is_filled_from_over_the_annex_or_told():
    empty = with_line(2, "Số:      /QĐ-UBND")
    assert read_head(empty).number is None
    assert ("số quyết định để trống trong tệp", True) in read_head(empty).remarks
    over = "(Ban hành kèm theo Quyết định số 1404/QĐ-UBND ngày 05 tháng 7 năm 2025 của Chủ tịch UBND tỉnh)"
    assert read_head([*empty, "PHỤ LỤC", over]).number == "1404/QĐ-UBND"


def test_an_annex_of_another_decision_is_told_and_holds():
    over = "(Kèm theo Quyết định số 1500/QĐ-UBND ngày 05/7/2025 của Chủ tịch UBND tỉnh)"
    head = read_head([*HEAD, "PHỤ LỤC", over])
    assert head.number == "1404/QĐ-UBND"
    assert head.remarks == (("phụ lục ghi kèm theo Quyết định số 1500/QĐ-UBND, khác số 1404/QĐ-UBND", True),)


def test_an_article_about_another_decisions_annex_says_nothing_of_this_ones():
    articles = (
        "Điều 3. Bãi bỏ thủ tục số 01 tại Phụ lục",
        "kèm theo Quyết định số 95/QĐ-UBND ngày 14/02/2025 của Chủ tịch Ủy ban nhân dân tỉnh.",
    )
    head = read_head([*HEAD[:10], *articles, "Nơi nhận:"])
    assert (head.number, head.remarks) == ("1404/QĐ-UBND", ())


def test_decisions_that_the_articles_end_are_told_apart_from_the_grounds():
    text = (
        "Điều 3. Thay thế Quyết định số 95/QĐ-UBND ngày 14/02/2025; bãi bỏ thủ tục từ số 01 đến số 05 tại "
        "Phụ lục kèm theo Quyết định số 626/QĐ-UBND ngày 17 tháng 4 năm 2025."
    )
    head = read_head([*HEAD[:10], text, "Nơi nhận:"])
    assert head.replaced == (
        CitedDecision("95/QĐ-UBND", date(2025, 2, 14)),
        CitedDecision("626/QĐ-UBND", date(2025, 4, 17)),
    )
    assert [each.number for each in head.cites] == ["627/QĐ-BNV"]


def test_a_word_that_ran_into_a_number_is_no_part_of_it():
    assert decisions_in("Quyết định số 2077/QĐ-BYTngày 24/6/2025 và số 12/2018/QĐ-TTg ngày 06/3/2018") == (
        CitedDecision("2077/QĐ-BYT", date(2025, 6, 24)),
        CitedDecision("12/2018/QĐ-TTg", date(2018, 3, 6)),
    )
