"""Choices of the list's filters with how many findings each selects, and saved views with theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import parse_qsl

from sqlalchemy import Connection
from starlette.datastructures import QueryParams

from procedures.values.levels import level_label
from procedures.values.text import sort_key
from procedures.wording.words import KIND_TITLES, SEVERITIES
from procedures.wording.words import count as count_words
from review.findings.list_view import view_of
from review.page_words import DUES
from settings.configuration import Configuration
from warehouse.findings import choice_counts, queries, saved_views
from warehouse.findings.filters import NO_DIVISION, Filter
from warehouse.findings.saved_views import SavedView

MAX_CHOICES = 200
"""Choices of one filter that are offered; of more those that select most, until other filters narrow them."""

FILTER_LEVELS = ("ministry", "province", "district", "commune", "other")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a filter may have; `count`: how many findings it selects together with the others.

    Without a value it only says that there are more.
    """

    value: str | None
    label: str
    count: int | None


@dataclass(frozen=True, slots=True)
class CountedView:
    """A saved view and how many findings it shows."""

    view: SavedView
    count: int


def filter_choices(
    configuration: Configuration, connection: Connection, criteria: Filter, day: date
) -> dict[str, list[Choice]]:
    """Return the choices of each filter by its name; without counts of findings too many for an index."""
    index = choice_counts.index_to_count(connection)
    counts = None if index is None else choice_counts.count_choices(connection, index, criteria, day)
    sources = ("catalogue", *(source.name for source in configuration.sources))
    labels: dict[str, Iterable[tuple[str, str]]] = {
        "kind": KIND_TITLES.items(),
        "severity": SEVERITIES.items(),
        "due": DUES.items(),
        "level": ((each, level_label(each)) for each in FILTER_LEVELS),
        "source": ((each, configuration.source_name(each)) for each in sources),
    }
    found = {
        name: values - {NO_DIVISION}
        for name, values in choice_counts.filter_values(connection, index).items()
    }

    def offered() -> dict[str, Sequence[str]]:
        return {
            name: _offered(_in_order(values), counts[name] if counts else Counter())
            for name, values in found.items()
        }

    names = offered() if index is None else index.answer(("offered", criteria, day), offered)
    labels |= {name: [(each, each) for each in values] for name, values in names.items()}
    labels["division"] = [(NO_DIVISION, "chưa có phòng nào"), *labels["division"]]
    choices = {
        name: [Choice(value, label, counts[name].get(value, 0) if counts else None) for value, label in pairs]
        for name, pairs in labels.items()
    }
    for name, values in found.items():
        if len(values) > MAX_CHOICES:
            more = f"và {count_words(len(values) - MAX_CHOICES)} nữa: lọc thêm để thấy"
            choices[name].append(Choice(None, more, None))
    return choices


def views_with_counts(connection: Connection, person: str, day: date) -> list[CountedView]:
    """Return a person's own views and those that all share, each with how many findings it shows now."""

    def count(view: SavedView) -> int:
        criteria = view_of(QueryParams(parse_qsl(view.query))).criteria
        return queries.count(connection, criteria, day)

    return [CountedView(each, count(each)) for each in saved_views.list_views(connection, person)]


def _offered(names: Sequence[str], counts: Counter[str]) -> Sequence[str]:
    if len(names) <= MAX_CHOICES:
        return names
    most = set(sorted(names, key=counts.__getitem__, reverse=True)[:MAX_CHOICES])
    return [name for name in names if name in most]


@lru_cache(maxsize=64)
def _in_order(names: frozenset[str]) -> Sequence[str]:
    """Return names in alphabetical order; of thousands, sorting takes longer than counting."""
    return sorted(names, key=sort_key)
