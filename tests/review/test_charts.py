"""Drawings of figures over the nights: their points, their goal, and the words for who cannot see them."""

from __future__ import annotations

import re

from review.charts import Point, change_words, line_chart


def heights(chart: str) -> list[float]:
    (points,) = re.findall(r'<polyline points="([^"]*)"', chart)
    return [float(each.partition(",")[2]) for each in points.split()]


NIGHTS = ("20/11", "21/11", "22/11", "23/11")


def points(*values: float) -> list[Point]:
    return [Point(day, value) for day, value in zip(NIGHTS, values, strict=False)]


def test_more_is_higher_and_the_goal_is_a_line_of_its_own() -> None:
    chart = line_chart("Đã phân cấp", points(0, 5, 10, 15), limit=20)
    first, second, third, fourth = heights(chart)
    (goal,) = re.findall(r'class="limit" x1="[^"]*" y1="([^"]*)"', chart)
    assert first > second > third > fourth > float(goal)
    assert 'aria-label="Đã phân cấp: 0 ngày 20/11, 15 ngày 23/11"' in chart


def test_an_axis_begins_at_zero_or_says_where_it_begins() -> None:
    assert "trục bắt đầu" not in line_chart("Sai lệch mới", points(3, 30, 2, 12))
    chart = line_chart("Thủ tục", points(142, 142, 141, 140))
    assert ">trục bắt đầu từ 126</text>" in chart
    assert 'aria-label="Thủ tục: 142 ngày 20/11, 140 ngày 23/11; trục bắt đầu từ 126"' in chart


def test_without_four_nights_there_is_no_drawing_but_words() -> None:
    assert line_chart("Thủ tục", points(142, 143, 140)) == ""
    assert change_words(points(142)) == ""
    assert change_words(points(142, 143, 142)) == "không đổi từ 20/11"
    assert change_words(points(142, 143, 140)) == "giảm 2 từ 20/11"
    assert change_words(points(12.5, 14)) == "tăng 1,5 từ 20/11"


def test_thousands_have_their_dot_and_a_title_is_only_text() -> None:
    chart = line_chart("<b>", points(1_234, 1_300, 1_300, 1_300))
    assert "1.234" in chart
    assert "&lt;b&gt;" in chart
    assert "<b>" not in chart
