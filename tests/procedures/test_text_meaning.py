"""What alters the meaning of a name alters its key; different procedures are told apart."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.values.text import matching_key, name_identity, name_key, squeezed_key
from tests.procedures.real_names import TONES, executing_levels, names, records

FIXED = settings(derandomize=True, database=None, deadline=None)
some_names = st.sampled_from(names())
with_digits = st.sampled_from([name for name in names() if re.search(r"\d", name)])
NEGATIONS = ("không", "chưa", "trừ", "ngoài")


@settings(FIXED, max_examples=300)
@given(with_digits, st.data())
def test_a_changed_digit_is_heard(name: str, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([found.start() for found in re.finditer(r"\d", name)]))
    digit = data.draw(st.sampled_from([sign for sign in "0123456789" if sign != name[place]]))
    changed = name[:place] + digit + name[place + 1 :]
    assert matching_key(changed) != matching_key(name)
    assert name_key(changed) != name_key(name)
    assert squeezed_key(changed) != squeezed_key(name)


@settings(FIXED, max_examples=200)
@given(with_digits, st.data())
def test_a_dropped_or_doubled_digit_is_heard(name: str, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([found.start() for found in re.finditer(r"\d", name)]))
    for changed in (name[:place] + name[place + 1 :], name[:place] + name[place] + name[place:]):
        assert name_key(changed) != name_key(name)


@settings(FIXED, max_examples=500)
@given(some_names, st.sampled_from(NEGATIONS), st.data())
def test_a_negation_put_in_is_heard(name: str, negation: str, data: st.DataObject) -> None:
    words = name.split()
    place = data.draw(st.integers(0, len(words)))
    changed = " ".join([*words[:place], negation, *words[place:]])
    assert matching_key(changed) != matching_key(name)
    assert name_key(changed) != name_key(name)


def test_a_negation_left_out_is_heard_in_every_name_that_has_one() -> None:
    negated = [name for name in names() if re.search(r"\b(?:không|chưa|trừ|ngoài)\b", name.lower())]
    assert len(negated) > 50
    for name in negated:
        left_out = re.sub(r"\b(?:không|chưa|trừ|ngoài)\b", "", name, flags=re.IGNORECASE)
        assert name_key(left_out) != name_key(name)


def test_a_tone_taken_from_any_word_of_any_name_is_heard() -> None:
    """Every toned syllable that real names hold, bare: "cấp" is not "câp"."""
    toned = [word for word in _words() if _bare(word) != word]
    assert len(toned) > 500
    assert [word for word in toned if matching_key(_bare(word)) == matching_key(word)] == []


def test_another_tone_on_any_word_of_any_name_is_heard() -> None:
    same = [
        (word, other)
        for word in _words()
        for tone in TONES
        if (other := _retoned(word, tone)) not in (None, word)
        and matching_key(str(other)) == matching_key(word)
    ]
    assert same == []


def test_a_quality_mark_lost_from_any_word_is_heard() -> None:
    """ô is not o, ư is not u, ă is not a, đ is not d."""
    for word in _words():
        for mark in "\u0302\u0306\u031b":
            other = unicodedata.normalize("NFC", unicodedata.normalize("NFD", word).replace(mark, ""))
            assert other == word or matching_key(other) != matching_key(word)
        if "đ" in word:
            assert matching_key(word.replace("đ", "d")) != matching_key(word)


def test_different_words_of_real_names_have_different_keys_unless_only_the_tone_sits_elsewhere() -> None:
    by_key: dict[str, set[str]] = defaultdict(set)
    for word in _words():
        by_key[matching_key(word)].add(word)
    joined = {key: words for key, words in by_key.items() if len(words) > 1}
    assert set(joined) >= {"thủy", "hòa", "ủy"}
    for words in joined.values():
        assert len({_marks_apart(word) for word in words}) == 1


@settings(FIXED, max_examples=400)
@given(some_names, st.data())
def test_a_word_left_out_is_heard(name: str, data: st.DataObject) -> None:
    """But for "thủ tục" in front, and a level in brackets, which `levels` then tells."""
    words = matching_key(name).split()
    place = data.draw(st.integers(0, len(words) - 1))
    changed = " ".join([*words[:place], *words[place + 1 :]])
    assert matching_key(changed) != matching_key(name)


@pytest.mark.parametrize(
    "one, other",
    [
        ("10,5 ha", "105 ha"),
        ("10,5 ha", "10.5 ha"),
        ("10 5 ha", "105 ha"),
        ("1.5", "15"),
        ("1/2", "12"),
        ("1/2", "1-2"),
        ("từ 10-15 ngày", "từ 1015 ngày"),
        ("từ 10 – 15 ngày", "từ 10 15 ngày"),
        ("1.000 đồng", "1,000 đồng"),
        ("dưới 5%", "dưới 5"),
        ("≥ 5 ha", "< 5 ha"),
        ("12. 5 bản", "5 bản"),
        ("1.5 bản", "5 bản"),
        ("02 bản", "2 bản"),
        ("m²", "m"),
        ("63/2010/NĐ-CP", "63/2011/NĐ-CP"),
        ("ha\u0323\u0301", "hạ"),
        ("Cấp", "Cấp lại"),
        ("thành lập hội", "thành lập hỏi"),
    ],
)
def test_unlike_texts_have_unlike_keys(one: str, other: str) -> None:
    assert matching_key(one) != matching_key(other)
    assert squeezed_key(one) != squeezed_key(other)


def test_no_two_real_records_of_different_meaning_share_a_name_key() -> None:
    """Records with one key are one wording, carried out at different levels, or by none in particular."""
    by_key: dict[str, list[dict[str, object]]] = defaultdict(list)
    for record in records():
        by_key[name_key(str(record["name"]))].append(record)
    shared = [group for group in by_key.values() if len(group) > 1]
    assert len(shared) == 65
    for group in shared:
        wordings = {_letters_only(str(record["name"])) for record in group}
        assert len(wordings) == 1
        for one, other in combinations(group, 2):
            assert _levels(one) != _levels(other)


def test_no_two_real_records_share_code_and_key() -> None:
    about = [(record["code"], name_key(record["name"])) for record in records()]
    assert len(set(about)) == len(about) == 1_736


def test_levels_in_real_names_are_the_levels_of_their_records() -> None:
    flags = {"ministry": "isMinistry", "province": "isProvince", "commune": "isWard"}
    told = [(record, name_identity(record["name"]).levels) for record in records()]
    named = [(record, {flags[level] for level in levels}) for record, levels in told if levels]
    assert len(named) > 110
    unlike = [record["code"] for record, levels in named if not levels <= executing_levels(record)]
    assert unlike == []


def _levels(record: dict[str, object]) -> tuple[frozenset[str], frozenset[str]]:
    return executing_levels(record), name_identity(str(record["name"])).levels


def _letters_only(name: str) -> str:
    """A wording by another way than the key's: letters and digits, without prefix and level."""
    lowered = unicodedata.normalize("NFC", name).lower()
    lowered = re.sub(r"[(-]\s*cấp (?:tỉnh|xã|bộ|tw|trung ương)\b.*$", "", lowered)
    return re.sub(r"\W", "", lowered.removeprefix("thủ tục "))


def _words() -> list[str]:
    text = unicodedata.normalize("NFC", " ".join(names())).lower()
    return sorted(set(re.findall(r"[^\W\d_]+", text)))


def _bare(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(sign for sign in decomposed if sign not in TONES))


def _retoned(word: str, tone: str) -> str | None:
    """The word with `tone` where it had another."""
    decomposed = unicodedata.normalize("NFD", word)
    if sum(sign in TONES for sign in decomposed) != 1:
        return None
    return unicodedata.normalize("NFC", "".join(tone if sign in TONES else sign for sign in decomposed))


def _marks_apart(word: str) -> tuple[str, str]:
    decomposed = unicodedata.normalize("NFD", word)
    letters = "".join(sign for sign in decomposed if sign not in TONES)
    return letters, "".join(sign for sign in decomposed if sign in TONES)
