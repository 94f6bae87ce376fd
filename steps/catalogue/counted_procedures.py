"""The procedures behind a figure of the catalogue: the list is made by the rules that counted it."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from procedures.findings import CATALOGUE
from procedures.indicators import COUNTED, TOTAL
from procedures.model import Procedure
from procedures.values.text import fold
from settings.configuration import Configuration
from warehouse.sources import code_matches, procedure_search, snapshots, versions
from warehouse.sources.procedure_search import SearchHit


def counted_procedures(
    configuration: Configuration, connection: Connection, level: str, count: str, text: str = ""
) -> list[SearchHit]:
    """Return the catalogue's procedures of an executing level, or of all (`total`), that a count counts.

    `count` is one of `COUNT_NAMES`; with `text`, only those whose code, name or field has all its words.
    """
    matches = code_matches.matches_of(connection, CATALOGUE)
    counts_row = _rule(configuration, connection, count)
    sources = {hit.code: hit.sources for hit in procedure_search.search_procedures(connection, "")[0]}
    words = fold(text).split()
    hits = []
    for key, row in versions.current_procedures(connection, CATALOGUE).items():
        if level != TOTAL and level not in (row.executing_levels or ()):
            continue
        code = matches[key][0] if key in matches else row.code
        if counts_row(code, row):
            about = row.code or code or key
            folded = fold(f"{about} {row.name} {row.field or ''}")
            if all(word in folded for word in words):
                hits.append(SearchHit(about, row.name, row.field, sources.get(about, (CATALOGUE,))))
    return sorted(hits, key=lambda hit: hit.code)


def _rule(
    configuration: Configuration, connection: Connection, count: str
) -> Callable[[str | None, Procedure], bool]:
    if count != "on_national_portal":
        return lambda _code, row: COUNTED[count](row)
    complete = [
        source
        for source in configuration.in_role("national")
        if snapshots.last_complete(connection, source) is not None
    ]
    published = procedure_search.current_codes(connection, complete)
    return lambda code, _row: code in published
