"""What the history of a decision says: no dates for machines, no words of the code."""

from __future__ import annotations

import pytest

from procedures.wording.history_words import event_value


@pytest.mark.parametrize(
    ("attribute", "stored", "words"),
    [
        ("stage", "drafted", "đã dự thảo"),
        ("role", "changed", "sửa đổi, bổ sung"),
        ("state", "withdrawn", "đã rút"),
        ("kind", "repealed", "bị bãi bỏ"),
        ("published_on", "2026-11-05", "05/11/2026"),
        ("eligible_full_online", "true", "Có"),
        ("division", "Phòng Tổ chức", "Phòng Tổ chức"),
        ("division", None, "(trống)"),
    ],
)
def test_a_value_of_an_event_is_told_in_words(attribute: str, stored: str | None, words: str) -> None:
    assert event_value(stored, attribute) == words
