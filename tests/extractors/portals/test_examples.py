"""The first example of what is left of a night is told exactly, or is called lost."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from extractors.portals.audit.examples import KEPT, Examples

values = st.dictionaries(
    st.integers(0, 30).map(str), st.text(alphabet=" ab", max_size=3), min_size=1, max_size=12
)


def gathered(texts: dict[str, str]) -> Examples:
    examples = Examples()
    for answer, text in texts.items():
        if examples.settled_from is None or text < examples.settled_from:
            examples.add(text, answer)
    return examples


def first(texts: dict[str, str]) -> str | None:
    return min(texts.values(), key=lambda text: (not text.strip(), text), default=None)


@given(values, values, st.sets(st.integers(0, 30).map(str)))
def test_what_is_told_of_some_answers_and_others_is_the_first_of_them_all(
    earlier: dict[str, str], tonight: dict[str, str], left: set[str]
) -> None:
    remaining = {answer: text for answer, text in earlier.items() if answer in left}
    written = json.loads(json.dumps(gathered(earlier).written))
    known = Examples.read(written).of(left)
    if known.is_lost:
        assert len(earlier) >= KEPT
        return
    assert known.text == first(remaining)
    both = known.with_others(gathered(tonight))
    after = {f"{answer} tonight": text for answer, text in tonight.items()} | remaining
    assert both.text == first(after)


@given(values, values, st.sets(st.integers(0, 30).map(str)), st.sets(st.integers(0, 30).map(str)))
def test_it_holds_night_after_night(
    earlier: dict[str, str], tonight: dict[str, str], left: set[str], later: set[str]
) -> None:
    tonight = {f"{answer} tonight": text for answer, text in tonight.items()}
    remaining = {answer: text for answer, text in earlier.items() if answer in left}
    both = gathered(earlier).of(left).with_others(gathered(tonight))
    later = later | {f"{answer} tonight" for answer in later}
    known = Examples.read(json.loads(json.dumps(both.written))).of(later)
    if not known.is_lost:
        assert known.text == first({a: t for a, t in (remaining | tonight).items() if a in later})


def test_other_examples_are_taken_where_there_are_none_of_one_side() -> None:
    assert gathered({"1": "b"}).with_others(None).text == "b"
    assert Examples().text is None
    assert not Examples().is_lost
