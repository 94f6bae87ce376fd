"""When two sides' values of one attribute disagree, though each source words things its own way.

Only what both sides say is compared. Each function takes two values that are said and gives True when
they disagree; what cannot be compared does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from procedures.attributes import ATTRIBUTES, Attribute, Compare
from procedures.codes import split_code
from procedures.decision_numbers import number_key
from procedures.fees import Fee
from procedures.model import Paper
from reconciliation.findings.executing_agencies import agencies_disagree
from reconciliation.findings.names import identity_of, key_of, same_field

LEGAL_NUMBER = re.compile(r"\d+/(?:\d{4}/)?[A-ZĐ][A-ZĐƯ\d]*(?:-[A-ZĐƯ\d]+)*")
"""The number of a legal document: 63/2010/NĐ-CP, 05/2012/UBTVQH13, 627/QĐ-BNV."""


def names_disagree(one: str, other: str) -> bool:
    """By key, and by the level in brackets where both tell one; a name may end in its own code or not."""
    if one == other:
        return False
    left, right = (identity_of(_without_code(name)) for name in (one, other))
    return left.key != right.key or bool(left.levels and right.levels and left.levels != right.levels)


def _without_code(name: str) -> str:
    split = split_code(name)
    return split[1] if split else name


def fields_disagree(one: str, other: str) -> bool:
    """No field in common, each without its "(Bộ …)"."""
    return one != other and not same_field(one, other)


def numbers_disagree(one: str, other: str) -> bool:
    """Decision numbers of ministries, however typed; a province's is never compared with one."""
    if OF_A_PROVINCE.search(one.upper()) or OF_A_PROVINCE.search(other.upper()):
        return False
    return number_key(one) != number_key(other)


def texts_disagree(one: str, other: str) -> bool:
    """By matching key; saying nothing of substance ("Không có") is not saying."""
    keys = key_of(one), key_of(other)
    return keys[0] != keys[1] and not NOTHING & set(keys)


OF_A_PROVINCE = re.compile(r"QĐ\s*-\s*(?:CT)?(?:UBND|HĐND|TTPVHCC|S[A-ZĐ]+\b)")
"""The body that signed a decision of the province: its committee, its service centre, a department (SNV)."""

NOTHING = frozenset({"", "không", "không có", "không có thông tin", "không quy định"})
"""Keys of what stands in a cell that says nothing."""


def lists_disagree(one: Iterable[str], other: Iterable[str]) -> bool:
    """As sets of keys of their parts: order, repeats and where a list is cut do not matter."""
    left, right = _parts(one), _parts(other)
    return bool(left and right) and left != right


def papers_disagree(one: tuple[Paper, ...], other: tuple[Paper, ...]) -> bool:
    """Other papers, or other numbers of a paper where both sides tell them."""
    left, right = _copies(one), _copies(other)
    if not left or not right:
        return False
    if left.keys() != right.keys():
        return True
    return any(not _agree(left[name], right[name]) for name in left)


def legal_bases_disagree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """By the documents' numbers, since each source titles them otherwise; by texts where neither has any.

    A side that tells some documents by title alone is not compared with numbers.
    """
    left, right = _documents(one), _documents(other)
    if left and right:
        return left != right
    return not left and not right and lists_disagree(one, other)


def fees_disagree(one: tuple[Fee, ...], other: tuple[Fee, ...]) -> bool:
    """Other amounts in VND for a way of submission that both tell; texts are not compared with amounts.

    A side that tells one amount without a way agrees with any way of the other that costs as much.
    """
    if not one or not other or any(fee.amount is None for fee in (*one, *other)):
        return False
    left, right = _amounts(one), _amounts(other)
    ways = (left.keys() & right.keys()) - {None}
    if ways:
        return any(left[way] != right[way] for way in ways)
    all_left, all_right = frozenset().union(*left.values()), frozenset().union(*right.values())
    if all_left == all_right:
        return False
    told, by_way = (all_left, right) if None in left else (all_right, left)
    return not (len(told) == 1 and told in by_way.values())


def ways_disagree(one: frozenset[str], other: frozenset[str]) -> bool:
    """Direct and postal submission; the online way is compared as the online level.

    A list that only has a tick for public post (BCCI) speaks of nothing else.
    """
    if not one or not other:
        return False
    if {"postal"} in (one, other):
        return ("postal" in one) != ("postal" in other)
    return (one ^ other) - {"online"} != frozenset()


def _parts(items: Iterable[str]) -> frozenset[str]:
    joined = ", ".join(items)
    return frozenset(key for part in re.split(r"[,;()\n]", joined) if (key := key_of(part)) not in NOTHING)


def _copies(papers: Iterable[Paper]) -> dict[str, list[Paper]]:
    """By key of the name: several cases of a procedure may ask for one paper in other numbers."""
    found: dict[str, list[Paper]] = {}
    for paper in papers:
        key = key_of(paper.name)
        if key not in NOTHING:
            found.setdefault(key, []).append(paper)
    return found


def _agree(these: list[Paper], those: list[Paper]) -> bool:
    """Whether each paper of both lists has one in the other that its numbers do not contradict."""
    sides = ((these, those), (those, these))
    return all(any(_may_be(one, other) for other in others) for ones, others in sides for one in ones)


def _may_be(one: Paper, other: Paper) -> bool:
    pairs = ((one.originals, other.originals), (one.copies, other.copies))
    return all(None in pair or pair[0] == pair[1] for pair in pairs)


def _documents(items: Iterable[str]) -> frozenset[str]:
    return frozenset(number for item in items for number in LEGAL_NUMBER.findall(item.upper()))


def _amounts(fees: Iterable[Fee]) -> dict[str | None, frozenset[int]]:
    by_way: dict[str | None, set[int]] = {}
    for fee in fees:
        if fee.amount is not None:
            by_way.setdefault(fee.way, set()).add(fee.amount)
    return {way: frozenset(amounts) for way, amounts in by_way.items()}


_STRATEGIES: Mapping[Compare, Callable[[Any, Any], bool]] = {
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


def _strategy(attribute: Attribute) -> Callable[[Any, Any], bool]:
    try:
        return _STRATEGIES[attribute.compare]
    except KeyError:
        raise LookupError(
            f"{attribute.name}: no function here compares sides by {attribute.compare}"
        ) from None


DISAGREE: Mapping[str, Callable[[Any, Any], bool]] = {
    each.name: _strategy(each) for each in ATTRIBUTES if each.mismatch and not each.own_rule
}
"""By attribute. Levels, times and decision dates have rules of their own."""
