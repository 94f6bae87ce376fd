"""Places in a file, as people say them."""

from __future__ import annotations

import pytest

from procedures.wording.places import place_words


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("Danh mục!31", "sheet Danh mục, dòng 31"),
        ("Danh mục!3; Cấp xã!5", "sheet Danh mục, dòng 3; sheet Cấp xã, dòng 5"),
        ("57", "dòng 57"),
        ("Toàn trình!B12", "sheet Toàn trình, ô B12"),
        ("danh-muc.xlsx, sheet Danh mục, dòng 119", "danh-muc.xlsx, sheet Danh mục, dòng 119"),
    ],
)
def test_a_place_is_said_in_words(place: str, words: str) -> None:
    assert place_words(place) == words
