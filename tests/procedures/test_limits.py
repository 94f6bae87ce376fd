"""What comes from outside is short enough to be a key, and stays what it was told apart from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.errors import InputError
from procedures.values.keys import short_key
from procedures.values.limits import MAX_KEY_LENGTH, MAX_NAME_LENGTH, check_length


@given(st.text(max_size=3 * MAX_KEY_LENGTH), st.text(max_size=3 * MAX_KEY_LENGTH))
def test_a_key_is_short_the_same_every_night_and_another_s_is_another(one: str, other: str) -> None:
    assert len(short_key(one)) <= MAX_KEY_LENGTH
    assert short_key(short_key(one)) == short_key(one)
    assert (short_key(one) == short_key(other)) == (one == other)


def test_a_key_that_is_short_is_left_as_it_is_and_a_longer_one_begins_as_it_did() -> None:
    assert short_key("H27.18") == "H27.18"
    assert short_key("H27" * 100).startswith("H27H27")
    assert short_key("a" * 200) == "a" * 200
    assert short_key("a" * 201) != short_key("a" * 202)


def test_half_of_a_pair_in_a_long_key_is_no_fault() -> None:
    assert len(short_key("\ud83d" * 300)) == MAX_KEY_LENGTH


def test_a_name_as_long_as_may_be_is_a_name() -> None:
    check_length(None, "Tên")
    check_length("Ậ" * MAX_NAME_LENGTH, "Tên")
    with pytest.raises(InputError, match="Tên phòng: dài quá 200 ký tự"):
        check_length("Ậ" * (MAX_NAME_LENGTH + 1), "Tên phòng", "division")
