"""Rows of one code that are its cases (trường hợp): one procedure with several, no repetition.

"… (điểm a khoản 1 Điều 21)" and "… (điểm b khoản 1 Điều 21)" begin alike and differ in what tells the case.
Two names that differ in anything else are another matter: one of the codes may be mistyped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from procedures.attributes import ATTRIBUTE_NAMES
from procedures.model import Procedure, value_text
from procedures.values.durations import ProcessingTime, format_time
from procedures.values.fees import Fee, format_fee
from procedures.values.levels import online_rank
from procedures.values.text import canonical, matching_key

_TELLS_CASE = re.compile(
    r"\b(?:trường hợp|đối với|đối tượng|điểm|khoản|điều|loại|nhóm|hình thức|khi|tại|theo)\b|[([]", re.I
)
_SHORTEST = 3
"""Words that the names of a procedure's cases have in common at least."""
_DANGLING = re.compile(
    r"(?:[^\w\"'”’)\]]|\b(?:trường hợp|đối với|điểm|khoản|điều|loại|nhóm|hình thức|khi|tại|theo|cho|của))+$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class OneOfCases:
    """The procedure of several rows; `varying` are attributes of which each case says another value.

    `dropped` are (number of the row, attribute, text) of what only one value may be said.
    """

    procedure: Procedure
    varying: tuple[str, ...]
    dropped: tuple[tuple[int, str, str], ...]


def are_cases(names: Sequence[str], name: str) -> bool:
    """Whether a name is one more case of the procedure that the names before are cases of."""
    keys = {matching_key(each) for each in names}
    return matching_key(name) not in keys and all(_differ_in_case(each, name) for each in names)


def as_one(rows: Sequence[Procedure]) -> OneOfCases:
    """The procedure that rows of one code are cases of, the first row's words where only one may stand."""
    first = rows[0]
    values: dict[str, Any] = {"name": _common_name([row.name for row in rows])}
    varying: list[str] = []
    dropped: list[tuple[int, str, str]] = []
    for attribute in ATTRIBUTE_NAMES:
        said = [(at, value) for at, row in enumerate(rows) if (value := getattr(row, attribute)) is not None]
        different = [(at, value) for at, value in said if value != said[0][1]]
        if attribute == "name" or not said:
            continue
        values[attribute] = said[0][1]
        if not different:
            continue
        if attribute in ("processing_time", "fee"):
            varying.append(attribute)
            values[attribute] = _by_case(rows, attribute)
        elif isinstance(said[0][1], frozenset):
            values[attribute] = frozenset().union(*(value for _, value in said))
        elif isinstance(said[0][1], tuple):
            values[attribute] = tuple(dict.fromkeys(item for _, value in said for item in value))
        elif attribute == "online_level":
            values[attribute] = max((value for _, value in said), key=online_rank)
        else:
            dropped += [(at, attribute, value_text(value) or "") for at, value in different]
    raw = {name: text for name, text in first.raw if name != "name"}
    raw["cases"] = "\n".join(row.name for row in rows)
    places = "; ".join(row.row for row in rows if row.row)
    one = replace(first, **values, raw=tuple(sorted(raw.items())), row=places or None)
    return OneOfCases(one, tuple(varying), tuple(dropped))


def _differ_in_case(one: str, other: str) -> bool:
    start = _shared(one, other)
    if len(start.split()) < _SHORTEST:
        return False
    open_bracket = start.rfind("(") > start.rfind(")")
    tails = [name[len(start) :] for name in map(canonical, (one, other))]
    return open_bracket or all(not tail.strip(" .,;") or _TELLS_CASE.search(tail) for tail in tails)


def _shared(*names: str) -> str:
    """The words with which names begin alike."""
    words = zip(*(f"{canonical(name)} ".split(" ") for name in names), strict=False)
    same = takewhile(lambda each: len(set(each)) == 1, words)
    return "".join(f"{word} " for word, *_ in same if word)


def _common_name(names: Sequence[str]) -> str:
    start = _shared(*names)
    if start.rfind("(") > start.rfind(")"):
        start = start[: start.rfind("(")]
    return _DANGLING.sub("", start).strip() or names[0]


def _by_case(rows: Iterable[Procedure], attribute: str) -> tuple[Any, ...]:
    """A value that no rule takes for a number, with what each case says."""
    said = []
    for row in rows:
        value: tuple[Any, ...] | None = getattr(row, attribute)
        if value is None:
            continue
        words = "; ".join(
            format_time(each) if attribute == "processing_time" else format_fee(each) for each in value
        )
        said.append(f"{row.name}: {words}")
    text = canonical("Khác nhau theo trường hợp. " + " | ".join(said))
    return (ProcessingTime(text=text),) if attribute == "processing_time" else (Fee(text=text),)
