"""Numbers, shares and ages as officials write them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from procedures.wording.words import age_text, count, share_text


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0.9, "cách đây 00 giờ"),
        (5, "cách đây 05 giờ"),
        (47, "cách đây 47 giờ"),
        (48, "cách đây 02 ngày"),
        (30 * 24, "cách đây 30 ngày"),
    ],
)
def test_an_age_is_told_in_hours_and_from_two_days_on_in_days(hours: float, words: str) -> None:
    assert age_text(timedelta(hours=hours)) == words


def test_shares_and_numbers() -> None:
    assert (share_text(42, 1000), share_text(1, 3), share_text(1, 0)) == ("4,20 %", "33,33 %", "…")
    assert (count(2), count(1234)) == ("02", "1.234")
