"""What differs between two records of one procedure on one source, attribute by attribute.

Each attribute has one normal form; equal forms are no difference. Names, fields and agencies whose
form stays while the text as received moves are cosmetic; in long texts such a difference is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from procedures.attributes import ATTRIBUTE_NAMES, BY_NAME, RAW_TEXTS, Compare
from procedures.durations import ProcessingTime
from procedures.fees import Fee
from procedures.model import PUBLISHED_STATES, Paper, Procedure, value_text
from reconciliation.findings.names import identity_of, key_of

UNSPOKEN = ("local_code", "url", "kind", "promulgating_agency_code", "online_level_text")
"""They start a version when they move, without a word: they say where to find it, not what it is."""

NUMBERED = re.compile(r"\s*(?:[-+*•]\s*)?bước\s*(\d+)", re.IGNORECASE)
"""A step that carries its own number: its place in the list says nothing more."""

BLANKS = re.compile(r"\s+")
LEADING_ZEROS = re.compile(r"(?<![\d.,/:-])0+(?=\d)")


class Difference(NamedTuple):
    """One attribute: values as texts of the views; of cosmetic ones the texts as received."""

    attribute: str
    old: str | None
    new: str | None
    cosmetic: bool


def differences(old: Procedure, new: Procedure) -> list[Difference]:
    """The attributes in which `new` says something else than `old`, in the order people read them.

    What `new` does not say is no difference; nor is an empty value where `old` said nothing.
    """
    found = []
    for attribute in ATTRIBUTE_NAMES:
        before, after = getattr(old, attribute), getattr(new, attribute)
        if after is None or (before is None and not after and after is not False):
            continue
        if attribute in RAW_TEXTS:
            difference = _text_difference(attribute, old, new)
            if difference is not None:
                found.append(difference)
        elif before != after and (before is None or normal(attribute, before) != normal(attribute, after)):
            found.append(Difference(attribute, value_text(before), value_text(after), False))
    return found


def taken_away(old: Procedure, new: Procedure) -> list[Difference]:
    """The attributes that `old` said and `new`, a record of which nothing is merely unsaid, says no more."""
    return [
        Difference(attribute, value_text(before), None, False)
        for attribute in ATTRIBUTE_NAMES
        if (before := getattr(old, attribute)) is not None and getattr(new, attribute) is None
    ]


def moved_unspoken(old: Procedure, new: Procedure) -> bool:
    """Whether an attribute of `UNSPOKEN` says something else now."""
    return any(getattr(new, name) not in (None, getattr(old, name)) for name in UNSPOKEN)


def normal(attribute: str, value: Any) -> object:
    """The form in which two values of `attribute` are equal when they mean the same."""
    return _FORMS[BY_NAME[attribute].compare](value)


def _text_difference(attribute: str, old: Procedure, new: Procedure) -> Difference | None:
    before, after = getattr(old, attribute), getattr(new, attribute)
    raw_before, raw_after = old.raw_text(attribute), new.raw_text(attribute)
    if before == after and raw_before == raw_after:
        return None
    if before is None or _differs(attribute, before, after):
        return Difference(attribute, before, after, False)
    if raw_before == raw_after or _reordered(raw_before, raw_after):
        return None
    return Difference(attribute, raw_before, raw_after, True)


def _differs(attribute: str, before: str, after: str) -> bool:
    if BY_NAME[attribute].compare is not Compare.NAME:
        return normal(attribute, before) != normal(attribute, after)
    one, other = identity_of(before), identity_of(after)
    return one.key != other.key or bool(one.levels and other.levels and one.levels != other.levels)


def _reordered(before: str | None, after: str | None) -> bool:
    """Whether the same parts as received stand in another order ("A; B" and "B; A")."""
    one, other = ([part.strip() for part in re.split(r"[;\n]", text or "")] for text in (before, after))
    return one != other and sorted(one) == sorted(other)


def _itself(value: Any) -> object:
    return value


def _keyed(text: str) -> str:
    return key_of(text)


def _parts(text: str) -> frozenset[str]:
    return frozenset(filter(None, (key_of(part) for part in re.split(r"[;\n]", text))))


def _state(text: str) -> str:
    """Published is published: that a ministry amended a procedure is told by what it amended."""
    return "published" if text in PUBLISHED_STATES else text


def _number(text: str) -> str:
    return BLANKS.sub("", text).casefold()


def _keyed_set(items: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, map(key_of, items)))


def _papers(papers: Iterable[Paper]) -> frozenset[tuple[str, int, int]]:
    """In any order; one that several cases of a procedure ask for counts once. -1: the number is not told."""
    return frozenset((key_of(paper.name), _known(paper.originals), _known(paper.copies)) for paper in papers)


def _known(number: int | None) -> int:
    return -1 if number is None else number


def _times(times: Iterable[ProcessingTime]) -> frozenset[tuple[object, ...]]:
    return frozenset((time.way, time.amount, time.unit, _worded(time.text)) for time in times)


def _fees(fees: Iterable[Fee]) -> frozenset[tuple[object, ...]]:
    return frozenset((fee.way, fee.type, fee.amount, _worded(fee.text)) for fee in fees)


def _worded(text: str | None) -> str:
    """The key of a published text, in which 07 is 7."""
    return LEADING_ZEROS.sub("", key_of(text or ""))


def _steps(steps: tuple[str, ...]) -> tuple[str, ...]:
    keys = tuple(key_of(step) for step in steps)
    return tuple(sorted(keys)) if steps and all(map(NUMBERED.match, steps)) else keys


_FORMS: Mapping[Compare, Callable[[Any], object]] = {
    Compare.VALUE: _itself,
    Compare.NAME: _itself,
    Compare.FIELD: _parts,
    Compare.AGENCY: _parts,
    Compare.STATE: _state,
    Compare.NUMBER: _number,
    Compare.TEXT: _keyed,
    Compare.TEXTS: _keyed_set,
    Compare.LEGAL_BASES: _keyed_set,
    Compare.STEPS: _steps,
    Compare.TIMES: _times,
    Compare.FEES: _fees,
    Compare.WAYS: _itself,
    Compare.PAPERS: _papers,
}
