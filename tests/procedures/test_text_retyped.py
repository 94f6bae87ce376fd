"""Retyping a real name, in any way and any order, leaves its key; a changed word never does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.values.text import canonical, fold, matching_key, name_identity, name_key, squeezed_key
from tests.procedures.real_names import NAME_RETYPINGS, RETYPINGS, names

some_names = st.sampled_from(names())
FIXED = settings(derandomize=True, database=None, deadline=None)


@pytest.mark.parametrize("way", RETYPINGS)
def test_a_real_name_retyped_keeps_its_key(way: str) -> None:
    retyped = RETYPINGS[way]
    heard = [name for name in names() if matching_key(retyped(name)) != matching_key(name)]
    assert heard == []


@pytest.mark.parametrize("way", RETYPINGS | NAME_RETYPINGS)
def test_a_real_name_retyped_keeps_its_identity(way: str) -> None:
    retyped = (RETYPINGS | NAME_RETYPINGS)[way]
    told = [name for name in names() if name_identity(name).levels]
    heard = [name for name in (*told, *names()[::4]) if name_identity(retyped(name)) != name_identity(name)]
    assert heard == []


@pytest.mark.parametrize("way", RETYPINGS)
def test_every_retyping_really_retypes_some_name(way: str) -> None:
    """Else the test above could not fail for it."""
    assert any(RETYPINGS[way](name) != name for name in names())


@settings(FIXED, max_examples=400)
@given(
    name=some_names, ways=st.lists(st.sampled_from(sorted(RETYPINGS)), min_size=2, max_size=6, unique=True)
)
def test_a_real_name_retyped_in_several_ways_at_once_keeps_its_key(name: str, ways: list[str]) -> None:
    retyped = name
    for way in _in_order(ways):
        retyped = RETYPINGS[way](retyped)
    assert matching_key(retyped) == matching_key(name)
    assert squeezed_key(retyped) == squeezed_key(name)


@settings(FIXED, max_examples=300)
@given(
    name=some_names,
    ways=st.lists(st.sampled_from(sorted(RETYPINGS)), min_size=1, max_size=4, unique=True),
    prefix=st.sampled_from(sorted(NAME_RETYPINGS)),
)
def test_a_prefix_and_retypings_together_keep_the_identity(name: str, ways: list[str], prefix: str) -> None:
    retyped = NAME_RETYPINGS[prefix](name)
    for way in _in_order([way for way in ways if "list number" not in way]):
        retyped = RETYPINGS[way](retyped)
    assert name_identity(retyped) == name_identity(name)


def _in_order(ways: list[str]) -> list[str]:
    """Other alphabets are typed after case is changed, and one list number at most, in front."""
    numbers = [way for way in ways if "list number" in way]
    alphabets = [way for way in ways if "look-alikes" in way]
    return [way for way in ways if way not in numbers + alphabets] + alphabets + numbers[:1]


@settings(FIXED, max_examples=400)
@given(some_names, st.data())
def test_a_name_that_a_pdf_broke_is_found_again(name: str, data: st.DataObject) -> None:
    composed = canonical(name)
    between = [at for at in range(1, len(composed)) if composed[at - 1 : at + 1].isalpha()]
    breaks = data.draw(st.sets(st.sampled_from(between), max_size=12))
    broken = "".join(" " + sign if at in breaks else sign for at, sign in enumerate(composed))
    assert squeezed_key(broken) == squeezed_key(name)


@pytest.mark.parametrize("make", [canonical, matching_key, name_key, squeezed_key, fold])
def test_real_names_stay_what_they_became(make: object) -> None:
    assert callable(make)
    assert [name for name in names() if make(make(name)) != make(name)] == []


ODD_SIGNS = "aeoquyđĐÐOÀôấơứьоαΑŉʼİßﬁ1250.,-–/:() \u0300\u0301\u0323\u0302\u031b\u200b\u00a0\ufeff\u1fef"
ODD_PARTS = [
    "thủ tục ",
    "(cấp tỉnh)",
    " - cấp xã",
    "1. ",
    "UBND",
    "hoà",
    "thuỷ",
    "10 - 15",
    "TW",
    "(1.012299)",
]
odd_texts = st.lists(
    st.one_of(st.characters(), st.sampled_from(ODD_SIGNS), st.sampled_from(ODD_PARTS)), max_size=30
).map("".join)


@settings(FIXED, max_examples=400)
@given(odd_texts)
def test_any_text_at_all_has_a_key_that_is_its_own_key(text: str) -> None:
    for make in (canonical, matching_key, name_key, squeezed_key, fold):
        assert make(make(text)) == make(text)
    assert matching_key(canonical(text)) == matching_key(text)
    assert name_identity(canonical(text)) == name_identity(text)
