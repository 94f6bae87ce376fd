"""Pairs of the catalogue that may be one procedure, for a person to review (trùng lặp, chồng chéo).

Decree 63/2010/NĐ-CP, article 35, asks for the review. Likeness of names alone tells nothing (387 pairs of
real, distinct procedures are 0.90 to 0.99 alike), so a pair needs a level in common and either names
that differ in nothing but accents and words without weight, or one dossier, one legal basis and one
kind of subject under names of the same field. Found by equal signatures, never by measuring all pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from procedures.findings import Finding, FindingKind
from procedures.model import Procedure
from procedures.values.text import fold
from reconciliation.changes.differences import normal_form
from reconciliation.findings.departures import Departure
from reconciliation.findings.names import field_parts, key_of, levels_of, same_field, spelling_key
from reconciliation.findings.sides import SideEntry, Sides
from reconciliation.findings.similar_names import character_likeness, describe_difference

_STOP_WORDS = "của các những việc về cho và theo được đối với tại là một thủ tục"

STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words that tell no procedure from another."""

MIN_PAPERS = 3
"""Papers from which on equal dossiers tell something."""

MIN_LIKENESS = 0.8
"""How alike the names of two procedures with one dossier have to be (0 to 1)."""

MAX_GROUP = 20
"""Rows of one signature that are paired with each other; larger groups are a form, not an overlap."""


def overlap(sides: Sides, departed: Mapping[str, Departure]) -> Iterator[Finding]:
    """Yield two procedures of the catalogue with nearly the same name, or one dossier and legal basis.

    The same name at two levels is lawful.
    """
    if sides.catalogue is None:
        return
    rows = {
        code: entry.procedure
        for code, entry in sorted(sides.catalogue.entries.items())
        if code not in departed
    }
    entries = sides.catalogue.entries
    seen: set[tuple[str, str]] = set()
    for groups, reason, least in (
        (_same_names(rows), "gần trùng tên", 0.0),
        (_same_dossiers(rows), "cùng hồ sơ và căn cứ pháp lý", MIN_LIKENESS),
    ):
        for one, other in _pairs(groups):
            if (one, other) in seen or not _may_overlap(rows[one], rows[other], least):
                continue
            seen.add((one, other))
            yield _finding(sides, entries[one], entries[other], one, other, reason)


Rows = Mapping[str, Procedure]
"""Procedures of the catalogue by code, in the order of the codes."""


def _pairs(groups: Iterable[Sequence[str]]) -> Iterator[tuple[str, str]]:
    for codes in groups:
        if 1 < len(codes) <= MAX_GROUP:
            yield from combinations(codes, 2)


def _grouped(codes: Iterable[str], signature: Callable[[str], object]) -> Iterable[list[str]]:
    """Return the codes of each signature; one without is in no group."""
    groups: defaultdict[object, list[str]] = defaultdict(list)
    for code in codes:
        value = signature(code)
        if value is not None:
            groups[value].append(code)
    return groups.values()


def _same_names(rows: Rows) -> Iterable[list[str]]:
    return _grouped(rows, lambda code: _name_signature(rows[code]))


def _same_dossiers(rows: Rows) -> Iterator[list[str]]:
    """Yield codes with one dossier; papers are compared only where bases, subjects and field are equal."""
    for codes in _grouped(rows, lambda code: _basis_signature(rows[code])):
        if len(codes) > 1:
            yield from _grouped(codes, lambda code: _papers_signature(rows[code]))


def _name_signature(procedure: Procedure) -> object:
    words = [word for word in spelling_key(procedure.name).split() if word not in STOP_WORDS]
    return fold(" ".join(words)) or None


def _basis_signature(procedure: Procedure) -> object:
    bases = procedure.legal_bases or ()
    if len(procedure.dossier or ()) < MIN_PAPERS or not bases or not procedure.field:
        return None
    return (
        normal_form("legal_bases", bases),
        normal_form("subjects", procedure.subjects or ()),
        field_parts(procedure.field),
    )


def _papers_signature(procedure: Procedure) -> object:
    return frozenset(key_of(paper.name) for paper in procedure.dossier or ())


def _may_overlap(one: Procedure, other: Procedure, least: float) -> bool:
    """Return whether level and field have something in common, and the names are at least so alike."""
    levels = levels_of(one), levels_of(other)
    if not levels[0] or levels[0].isdisjoint(levels[1]) or not same_field(one.field, other.field):
        return False
    return not least or character_likeness(spelling_key(one.name), spelling_key(other.name)) >= least


def _finding(sides: Sides, first: SideEntry, second: SideEntry, one: str, other: str, reason: str) -> Finding:
    names = spelling_key(first.procedure.name), spelling_key(second.procedure.name)
    finding = sides.finding(
        FindingKind.OVERLAP,
        one,
        {"catalogue": first},
        sources={first.source, second.source},
        values={"catalogue": f"{first.procedure.name}\n{second.procedure.name}"},
        evidence={
            "other": {"code": other, "name": second.procedure.name, **second.place},
            "reason": reason,
            "differs": describe_difference(*names),
        },
    )
    return replace(finding, subject=f"{one}+{other}")
