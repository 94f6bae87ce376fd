"""Charts of figures over time, drawn on the server: SVG without scripts or styles of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from review.templating import format_number

MIN_POINTS = 4
"""Fewer nights make no course: their last number and its change are said in words."""

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 360, 130, 40, 12, 24


@dataclass(frozen=True, slots=True)
class Point:
    """One night's number; `day` is written under it."""

    day: str
    value: float


def line_chart(title: str, points: Sequence[Point], limit: float | None = None) -> Markup:
    """Draw numbers as a line, the oldest first, each with its day when pointed at; `limit` is dashed.

    The axis begins at zero, or it is written at which number. The label for screen readers gives the first
    and last. Empty before there are `MIN_POINTS` nights.
    """
    if len(points) < MIN_POINTS:
        return Markup("")
    values = [point.value for point in points]
    top = max([*values, limit or 0, 1])
    low = 0 if min(values) < top * 0.7 else int(min(values) * 0.9)
    step = (WIDTH - LEFT - 10) / (len(points) - 1)

    def height(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / ((top - low) or 1))

    positions = [(LEFT + index * step, height(point.value), point) for index, point in enumerate(points)]
    first, last = (f"{format_number(each.value)} ngày {each.day}" for each in (points[0], points[-1]))
    begins = f"trục bắt đầu từ {format_number(low)}" if low else ""
    label = f"{title}: {first}, {last}" + (f"; {begins}" if begins else "")
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">',
        f'<line class="axis" x1="{LEFT}" y1="{height(low):.1f}" x2="{WIDTH - 10}" y2="{height(low):.1f}"/>',
        f'<text x="{LEFT - 6}" y="{height(top) + 4:.1f}" text-anchor="end">{format_number(int(top))}</text>',
        f'<text x="{LEFT - 6}" y="{height(low) + 4:.1f}" text-anchor="end">{format_number(low)}</text>',
        f'<text x="{LEFT}" y="{HEIGHT - 6}">{escape(points[0].day)}</text>',
        f'<text x="{WIDTH - 10}" y="{HEIGHT - 6}" text-anchor="end">{escape(points[-1].day)}</text>',
    ]
    if begins:
        parts.append(f'<text x="{WIDTH / 2:.0f}" y="{HEIGHT - 6}" text-anchor="middle">{begins}</text>')
    if limit is not None:
        parts.append(
            f'<line class="limit" x1="{LEFT}" y1="{height(limit):.1f}"'
            f' x2="{WIDTH - 10}" y2="{height(limit):.1f}"/>'
        )
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in positions)
    parts.append(f'<polyline points="{line}"/>')
    if len(points) <= 40:
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3">'
            f"<title>{escape(point.day)}: {format_number(point.value)}</title></circle>"
            for x, y, point in positions
        ]
    return Markup("".join(parts) + "</svg>")


def change_words(points: Sequence[Point]) -> str:
    """Return in words how the last number differs from the first: "giảm 2 từ 21/11"; "" for a single one."""
    if len(points) < 2:
        return ""
    difference = points[-1].value - points[0].value
    if not difference:
        return f"không đổi từ {points[0].day}"
    return f"{'tăng' if difference > 0 else 'giảm'} {format_number(abs(difference))} từ {points[0].day}"
