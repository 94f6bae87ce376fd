"""Choices of the list's filters with how many findings each selects, and saved views with theirs.

Counting groups is as quick as reading a list of some thousand findings, so it is done again whenever one
changes; of more than `MANY`, counts may be `COUNT_SECONDS` old while people change findings.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl

from sqlalchemy import Connection
from starlette.datastructures import QueryParams

from procedures.values.levels import level_label
from procedures.values.text import sort_key
from procedures.wording.words import KIND_TITLES, SEVERITIES
from review.findings.list_view import view_of
from review.page_words import DUES
from settings.configuration import Configuration
from steps.office import divisions
from warehouse.findings import finding_groups, queries, saved_views
from warehouse.findings.finding_groups import FindingGroup
from warehouse.findings.kept_counts import MANY, Stamp, read_stamp
from warehouse.findings.queries import Filter
from warehouse.findings.saved_views import SavedView

COUNT_SECONDS = 60

FILTER_LEVELS = ("ministry", "province", "district", "commune", "other")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a filter may have; `count`: how many findings it selects together with the others."""

    value: str
    label: str
    count: int | None


@dataclass(frozen=True, slots=True)
class CountedView:
    """A saved view and how many findings it shows."""

    view: SavedView
    count: int


@dataclass(frozen=True, slots=True)
class _Counted:
    """All findings in groups as of a stamp and a day; None where they are too many groups.

    `values`: what they have of what no list of words names, in alphabetical order, by the field of a filter.
    """

    stamp: Stamp
    day: date
    at: float
    groups: Sequence[FindingGroup] | None
    values: Mapping[str, Sequence[str]]

    @property
    def is_large(self) -> bool:
        return self.groups is None or sum(group.count for group in self.groups) > MANY


def filter_choices(
    configuration: Configuration, connection: Connection, criteria: Filter, day: date
) -> dict[str, list[Choice]]:
    """Return the choices of each filter by its name; without counts where words are searched for."""
    counted = _counted(configuration, connection, day)
    countable = counted.groups is not None and finding_groups.is_countable(criteria)
    counts = finding_groups.count_choices(counted.groups or (), criteria) if countable else None
    sources = ("catalogue", *(source.name for source in configuration.sources))
    labels: dict[str, Iterable[tuple[str, str]]] = {
        "kind": KIND_TITLES.items(),
        "severity": SEVERITIES.items(),
        "due": DUES.items(),
        "level": ((each, level_label(each)) for each in FILTER_LEVELS),
        "source": ((each, configuration.source_name(each)) for each in sources),
    }
    labels |= {
        name: [(each, each) for each in values if each != queries.NO_DIVISION]
        for name, values in counted.values.items()
    }
    labels["division"] = [(queries.NO_DIVISION, "chưa có phòng nào"), *labels["division"]]
    return {
        name: [Choice(value, label, counts[name][value] if counts else None) for value, label in pairs]
        for name, pairs in labels.items()
    }


def views_with_counts(
    configuration: Configuration, connection: Connection, person: str, day: date
) -> list[CountedView]:
    """Return a person's own views and those that all share, each with how many findings it shows now."""
    views = saved_views.list_views(connection, person)
    if not views:
        return []
    counted = _counted(configuration, connection, day)
    return [CountedView(each, _count(configuration, connection, counted, each)) for each in views]


def assignable_divisions(configuration: Configuration) -> list[str]:
    """Return the known divisions, to which findings may be given."""
    counted = _GROUPS.get(configuration.database_url)
    if counted is None or not counted.is_large:
        return divisions.known_divisions(configuration)
    cached = _DIVISIONS.get(configuration.database_url)
    if cached is None or time.monotonic() - cached[0] > COUNT_SECONDS:
        cached = time.monotonic(), divisions.known_divisions(configuration)
        _DIVISIONS[configuration.database_url] = cached
    return cached[1]


def _counted(configuration: Configuration, connection: Connection, day: date) -> _Counted:
    cached = _GROUPS.get(configuration.database_url)
    stamp, now = read_stamp(connection), time.monotonic()
    if (
        cached is None
        or cached.day != day
        or (cached.stamp != stamp and not (cached.is_large and now - cached.at <= COUNT_SECONDS))
    ):
        groups = finding_groups.load_groups(connection, day)
        found = (
            finding_groups.filter_values(connection) if groups is None else finding_groups.values_of(groups)
        )
        values = {name: sorted(each, key=sort_key) for name, each in found.items()}
        cached = _GROUPS[configuration.database_url] = _Counted(stamp, day, now, groups, values)
    return cached


def _count(configuration: Configuration, connection: Connection, counted: _Counted, view: SavedView) -> int:
    criteria = view_of(QueryParams(parse_qsl(view.query))).criteria
    if counted.groups is not None and finding_groups.is_countable(criteria):
        return finding_groups.count_selected(counted.groups, criteria)
    key = configuration.database_url, view.query
    cached = _SEARCHES.get(key)
    if cached is None or cached[0] is not counted:
        if len(_SEARCHES) > MANY:
            _SEARCHES.clear()
        cached = _SEARCHES[key] = counted, queries.count(connection, criteria, counted.day)
    return cached[1]


_GROUPS: dict[str, _Counted] = {}
_DIVISIONS: dict[str, tuple[float, list[str]]] = {}
_SEARCHES: dict[tuple[str, str], tuple[_Counted, int]] = {}
