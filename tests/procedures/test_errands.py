"""What a run was begun for is read back as it was written, whatever people are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.run_origin import RunOrigin, origin_text, parse_origin

NUMBERS = st.none() | st.integers(0, 2**31 - 1)


@given(
    st.builds(RunOrigin, by=st.text(), accepted=NUMBERS, undone=NUMBERS, released=NUMBERS),
)
def test_it_is_read_back_as_it_was_written(errand: RunOrigin) -> None:
    assert parse_origin(origin_text(errand)) == errand


@pytest.mark.parametrize("name", ["accepted-x", "accepted 5 x", "undone 3 x", "12", '{"by": "x"}'])
def test_no_name_of_a_person_is_taken_for_something_else(name: str) -> None:
    assert parse_origin(origin_text(RunOrigin(by=name))) == RunOrigin(by=name)


@pytest.mark.parametrize("text", ["demo", "{lan}", '{"a": 1}', "12", "accepted 5 lan"])
def test_a_bare_text_is_what_the_settings_say_of_all_runs(text: str) -> None:
    assert parse_origin(text) == RunOrigin(word=text)


def test_what_runs_are_for_stands_beside_who_began_them() -> None:
    errand = RunOrigin(by="lan", word="demo")
    assert parse_origin(origin_text(errand)) == errand


def test_an_errand_of_nobody_leaves_no_text() -> None:
    assert origin_text(RunOrigin()) is None
    assert origin_text(RunOrigin(word="demo")) == "demo"
