"""Drawings of figures over the nights: their points, their goal, and the words for who cannot see them."""

from __future__ import annotations

import re

from review.charts import Point, line_chart


def heights(chart: str) -> list[float]:
    (points,) = re.findall(r'<polyline points="([^"]*)"', chart)
    return [float(each.partition(",")[2]) for each in points.split()]


def test_more_is_higher_and_the_goal_is_a_line_of_its_own() -> None:
    chart = line_chart("Đã phân cấp", [Point("21/11", 0), Point("22/11", 10), Point("23/11", 15)], limit=20)
    first, second, third = heights(chart)
    (goal,) = re.findall(r'class="limit" x1="[^"]*" y1="([^"]*)"', chart)
    assert first > second > third > float(goal)
    assert 'aria-label="Đã phân cấp: 0 ngày 21/11, 15 ngày 23/11"' in chart


def test_without_a_course_there_is_no_drawing() -> None:
    assert line_chart("Thủ tục", [Point("21/11", 142)]) == ""


def test_thousands_have_their_dot_and_a_title_is_only_text() -> None:
    chart = line_chart("<b>", [Point("21/11", 1_234), Point("22/11", 1_300)])
    assert "1.234" in chart
    assert "&lt;b&gt;" in chart
    assert "<b>" not in chart
