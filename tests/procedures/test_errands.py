"""What a run was begun for is read back as it was written, whatever people are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.run_origin import Errand, errand_text, parse_errand

NUMBERS = st.none() | st.integers(0, 2**31 - 1)


@given(
    st.builds(Errand, by=st.text(), accepted=NUMBERS, undone=NUMBERS, released=NUMBERS),
    st.sampled_from(["sync", "import", "release"]),
)
def test_it_is_read_back_as_it_was_written(errand: Errand, kind: str) -> None:
    assert parse_errand(kind, errand_text(errand)) == errand


@pytest.mark.parametrize("name", ["accepted-x", "accepted 5 x", "undone 3 x", "12", '{"by": "x"}'])
def test_no_name_of_a_person_is_taken_for_something_else(name: str) -> None:
    for kind in ("import", "release"):
        assert parse_errand(kind, errand_text(Errand(by=name))) == Errand(by=name)


@pytest.mark.parametrize(
    ("kind", "text", "errand"),
    [
        ("sync", None, Errand()),
        ("sync", "demo", Errand(word="demo")),
        ("release", "12", Errand(released=12)),
        ("import", "lan", Errand(word="lan")),
        ("import", "accepted 5 lan", Errand(accepted=5, by="lan")),
        ("import", "undone 7 Trần Thị Lan", Errand(undone=7, by="Trần Thị Lan")),
        ("import", "accepted-x", Errand(word="accepted-x")),
        ("import", "accepted x y", Errand(word="accepted x y")),
        ("import", "{lan}", Errand(word="{lan}")),
        ("import", '{"a": 1}', Errand(word='{"a": 1}')),
    ],
)
def test_what_runs_of_before_kept_is_still_read(kind: str, text: str | None, errand: Errand) -> None:
    assert parse_errand(kind, text) == errand


def test_what_runs_are_for_stands_beside_who_began_them() -> None:
    errand = Errand(by="lan", word="demo")
    assert parse_errand("import", errand_text(errand)) == errand


def test_an_errand_of_nobody_leaves_no_text() -> None:
    assert errand_text(Errand()) is None
    assert errand_text(Errand(word="demo")) == "demo"
