"""Tests of whether two sides' values of one attribute disagree, though each source words them its own way.

Only what both sides state is compared: each function takes two stated values and returns True when they
disagree; what cannot be compared does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from procedures.attributes import ATTRIBUTES, Attribute, Compare
from procedures.model import Paper, Procedure
from procedures.values.codes import split_code
from procedures.values.decision_numbers import number_key
from procedures.values.document_numbers import document_numbers
from procedures.values.fees import Fee
from reconciliation.findings.executing_agencies import agencies_disagree
from reconciliation.findings.names import identity_of, key_of, same_field


def names_disagree(one: str, other: str) -> bool:
    """Compare by key, and by the level in brackets where both have one; a name may end in its own code."""
    if one == other:
        return False
    left, right = (identity_of(_without_code(name)) for name in (one, other))
    return left.key != right.key or bool(left.levels and right.levels and left.levels != right.levels)


def _without_code(name: str) -> str:
    split = split_code(name)
    return split[1] if split else name


def fields_disagree(one: str, other: str) -> bool:
    """Return whether no field is in common, each without its "(Bộ …)"."""
    return one != other and not same_field(one, other)


def numbers_disagree(one: str, other: str) -> bool:
    """Compare ministries' decision numbers, however typed; a province's is never compared with one."""
    if PROVINCE_DECISION.search(one.upper()) or PROVINCE_DECISION.search(other.upper()):
        return False
    return number_key(one) != number_key(other)


def texts_disagree(one: str, other: str) -> bool:
    """Compare by matching key; a text without substance ("Không có") is no value."""
    keys = key_of(one), key_of(other)
    return keys[0] != keys[1] and not EMPTY_KEYS & set(keys)


PROVINCE_DECISION = re.compile(r"QĐ\s*-\s*(?:CT)?(?:UBND|HĐND|TTPVHCC|S[A-ZĐ]+\b)")
"""The body that signed a decision of the province: its committee, its service centre, a department (SNV)."""

EMPTY_KEYS = frozenset({"", "không", "không có", "không có thông tin", "không quy định"})
"""Keys of texts that mean that a cell has no value."""


def lists_disagree(one: Iterable[str], other: Iterable[str]) -> bool:
    """Compare as sets of keys of the parts: order, repeats and where a list is cut do not matter."""
    left, right = _part_keys(one), _part_keys(other)
    return bool(left and right) and left != right


def papers_disagree(one: tuple[Paper, ...], other: tuple[Paper, ...]) -> bool:
    """Return whether papers differ, or numbers of a paper where both sides state them."""
    left, right = _by_name(one), _by_name(other)
    if not left or not right:
        return False
    if left.keys() != right.keys():
        return True
    return any(not _numbers_agree(left[name], right[name]) for name in left)


def legal_bases_disagree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Compare by the documents' numbers, since titles vary by source; by texts where neither has any.

    A side that names documents by title alone is not compared with numbers.
    """
    left, right = document_numbers(one), document_numbers(other)
    if left and right:
        return left != right
    return not left and not right and lists_disagree(one, other)


def fees_disagree(one: tuple[Fee, ...], other: tuple[Fee, ...]) -> bool:
    """Return whether amounts in VND differ for a way that both state; texts are not compared with them.

    A side with one amount without a way agrees with any way of the other that costs as much.
    """
    if not one or not other or any(fee.amount is None for fee in (*one, *other)):
        return False
    left, right = _amounts_by_way(one), _amounts_by_way(other)
    ways = (left.keys() & right.keys()) - {None}
    if ways:
        return any(left[way] != right[way] for way in ways)
    all_left, all_right = frozenset().union(*left.values()), frozenset().union(*right.values())
    if all_left == all_right:
        return False
    amounts, by_way = (all_left, right) if None in left else (all_right, left)
    return not (len(amounts) == 1 and amounts in by_way.values())


def ways_disagree(one: frozenset[str], other: frozenset[str]) -> bool:
    """Compare direct and postal submission; the online way is compared as the online level.

    A list that only has a tick for public post (BCCI) says nothing of other ways.
    """
    if not one or not other:
        return False
    if {"postal"} in (one, other):
        return ("postal" in one) != ("postal" in other)
    return (one ^ other) - {"online"} != frozenset()


def _part_keys(items: Iterable[str]) -> frozenset[str]:
    joined = ", ".join(items)
    return frozenset(key for part in re.split(r"[,;()\n]", joined) if (key := key_of(part)) not in EMPTY_KEYS)


def _by_name(papers: Iterable[Paper]) -> dict[str, list[Paper]]:
    """Group by key of the name: cases of a procedure may ask for one paper in other numbers."""
    by_name: dict[str, list[Paper]] = {}
    for paper in papers:
        key = key_of(paper.name)
        if key not in EMPTY_KEYS:
            by_name.setdefault(key, []).append(paper)
    return by_name


def _numbers_agree(left: list[Paper], right: list[Paper]) -> bool:
    """Return whether each paper of both lists has one in the other that its numbers do not contradict."""
    sides = ((left, right), (right, left))
    return all(any(_compatible(one, other) for other in others) for papers, others in sides for one in papers)


def _compatible(one: Paper, other: Paper) -> bool:
    pairs = ((one.originals, other.originals), (one.copies, other.copies))
    return all(None in pair or pair[0] == pair[1] for pair in pairs)


def _amounts_by_way(fees: Iterable[Fee]) -> dict[str | None, frozenset[int]]:
    by_way: dict[str | None, set[int]] = {}
    for fee in fees:
        if fee.amount is not None:
            by_way.setdefault(fee.way, set()).add(fee.amount)
    return {way: frozenset(amounts) for way, amounts in by_way.items()}


_TESTS: Mapping[Compare, Callable[[Any, Any], bool]] = {
    Compare.NAME: names_disagree,
    Compare.FIELD: fields_disagree,
    Compare.AGENCY: agencies_disagree,
    Compare.NUMBER: numbers_disagree,
    Compare.TEXT: texts_disagree,
    Compare.TEXTS: lists_disagree,
    Compare.LEGAL_BASES: legal_bases_disagree,
    Compare.FEES: fees_disagree,
    Compare.WAYS: ways_disagree,
    Compare.PAPERS: papers_disagree,
}


def _test_of(attribute: Attribute) -> Callable[[Any, Any], bool]:
    try:
        return _TESTS[attribute.compare]
    except KeyError:
        raise LookupError(
            f"{attribute.name}: no function here compares sides by {attribute.compare}"
        ) from None


DISAGREE: Mapping[str, Callable[[Any, Any], bool]] = {
    each.name: _test_of(each) for each in ATTRIBUTES if each.mismatch and not each.own_rule
}
"""By attribute. Levels, times and decision dates have rules of their own."""

_COMPARED = (*DISAGREE, "decision_date", "processing_time")
_compared_values = attrgetter(*_COMPARED)


def differing_attributes(procedures: Iterable[Procedure]) -> Sequence[str]:
    """Return the compared attributes that are not the same in all of these records, mostly none."""
    first, *others = map(_compared_values, procedures)
    if all(values == first for values in others):
        return ()
    columns = zip(*(first, *others), strict=True)
    return [
        name
        for name, (one, *rest) in zip(_COMPARED, columns, strict=True)
        if any(one != each for each in rest)
    ]
