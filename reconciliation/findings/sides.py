"""The three sides by national code, ready for the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from procedures.findings import Finding, FindingKind, RetiredProcedure, RowProblem, Side
from procedures.model import Procedure
from procedures.snapshot import LookUp
from reconciliation.announcements.deadlines import Deadlines
from reconciliation.announcements.ministry_documents import entries_as_side
from reconciliation.findings.matching import MatchCandidate, Matching, match
from reconciliation.findings.scope import excluded
from reconciliation.findings.severity import severity
from reconciliation.findings.value_comparison import differing_attributes
from reconciliation.rules import Rules


@dataclass(frozen=True, slots=True)
class SideEntry:
    """One procedure of one source; `key` is the source's own key for it."""

    procedure: Procedure
    source: str
    key: str

    @property
    def place(self) -> dict[str, Any]:
        """Return where a person finds it."""
        values = {"source": self.source, "row": self.procedure.row, "url": self.procedure.url}
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class MergedSide:
    """All complete sources of one role, as their union: of a code that several publish the first one counts.

    `whole` is False where a source of the role has no complete snapshot: what the others lack may be there.
    `entries` are by code; `codeless` are rows whose code is not settled, by key, with what they
    resemble in `candidates`. `gone` and `looked_up` are by code, `missing` are codes on the ladder.
    """

    sources: frozenset[str] = frozenset()
    follows: frozenset[str] = frozenset()
    entries: Mapping[str, SideEntry] = field(default_factory=dict)
    codeless: Mapping[str, SideEntry] = field(default_factory=dict)
    candidates: Mapping[str, tuple[MatchCandidate, ...]] = field(default_factory=dict)
    gone: Mapping[str, tuple[str, RetiredProcedure]] = field(default_factory=dict)
    looked_up: Mapping[str, tuple[str, LookUp]] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    whole: bool = True

    def get(self, code: str) -> Procedure | None:
        """Return what this side publishes under `code`."""
        entry = self.entries.get(code)
        return entry.procedure if entry else None


DISTRICT_ALONE = frozenset({"district"})
"""Rows of the district's level alone are reported together, by `levels.district_rows`."""

EMPTY_SIDE = MergedSide()
"""A side without a complete snapshot."""


@dataclass(frozen=True)
class Sides:
    """The catalogue, the national and the provincial side; `None` where there is no complete snapshot.

    `silent` are the keys and codes that people excluded.
    """

    rules: Rules
    catalogue: MergedSide | None
    national: MergedSide | None
    provincial: MergedSide | None
    silent: frozenset[str] = frozenset()

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Return every code that any side publishes."""
        codes: set[str] = set()
        for side in (self.catalogue, self.national, self.provincial):
            codes |= set(side.entries) if side else set()
        return tuple(sorted(codes))

    @cached_property
    def deadlines(self) -> Deadlines:
        """Return the deadlines of each code of each decision."""
        entries = self.national.entries if self.national else {}
        return Deadlines(self.rules, {code: entry.procedure for code, entry in entries.items()})

    def entry(self, role: str, code: str) -> SideEntry | None:
        """Return the side's entry under `code`."""
        side: MergedSide | None = getattr(self, role)
        return side.entries.get(code) if side else None

    @cached_property
    def shared(self) -> Mapping[str, Mapping[str, SideEntry]]:
        """Return each side's entry of the codes that two sides or more publish."""
        sides = {role: side.entries for role in ROLES if (side := getattr(self, role)) is not None}
        entries_of = {
            code: {role: entries[code] for role, entries in sides.items() if code in entries}
            for code in self.codes
        }
        return {code: entries for code, entries in entries_of.items() if len(entries) > 1}

    @cached_property
    def differing(self) -> Mapping[str, Sequence[str]]:
        """Return the attributes that are not the same on all sides, by code; of most codes there are none."""
        return {
            code: differing
            for code, entries in self.shared.items()
            if (differing := differing_attributes(entry.procedure for entry in entries.values()))
        }

    def sources(self, *roles: str) -> frozenset[str]:
        """Return the names of all sources of these roles: what an absence rests on."""
        sides = [side for role in roles if (side := getattr(self, role)) is not None]
        return frozenset().union(*(side.sources for side in sides))

    def finding(
        self,
        kind: FindingKind,
        subject: str,
        entries: Mapping[str, SideEntry],
        *,
        sources: Iterable[str],
        attribute: str | None = None,
        values: Mapping[str, str | None] | None = None,
        successor_code: str | None = None,
        due_date: date | None = None,
        by_decision: bool = False,
        evidence: Mapping[str, Any] | None = None,
    ) -> Finding:
        """Return a finding about `entries` (by role), with name and division as in the catalogue."""
        first = next((entries[role].procedure for role in ROLES if role in entries), None)
        catalogue = entries.get("catalogue")
        values = values or {}
        places = {role: entry.place for role, entry in entries.items() if entry.place}
        return Finding(
            kind=kind,
            severity=severity(kind, attribute=attribute, by_decision=by_decision),
            subject=subject,
            code=None if subject.startswith("~") else subject,
            name=first.name if first else None,
            attribute=attribute,
            catalogue_value=values.get("catalogue"),
            national_value=values.get("national"),
            provincial_value=values.get("provincial"),
            successor_code=successor_code,
            division=catalogue.procedure.division if catalogue else None,
            due_date=due_date,
            sources=frozenset(sources),
            evidence={**places, **(evidence or {})},
        )

    def problem(self, problem: RowProblem, evidence: Mapping[str, Any]) -> Finding:
        """Return a finding about a row of the catalogue file, as its reader reported it."""
        return Finding(
            kind=problem.rule,
            severity=severity(problem.rule),
            subject=problem.subject,
            code=problem.code,
            name=problem.name,
            catalogue_value=problem.code,
            division=problem.division,
            sources=self.sources("catalogue"),
            evidence=evidence,
        )


ROLES = ("catalogue", "national", "provincial")


def lay_out(
    catalogue: Side | None,
    national: Sequence[Side],
    provincial: Sequence[Side],
    rules: Rules,
    silent: frozenset[str] | None = None,
) -> Sides:
    """Leave out what has no complete snapshot and what people excluded; match rows without a code.

    `silent`: what `out_of_scope` returned for all the sides, where these are not all.
    """
    groups = _complete_sides(catalogue, national, provincial)
    if silent is None:
        silent = _excluded_keys(groups, rules)
    national_side = _merged_side(groups["national"], rules, silent, {})
    national_codes = _match_targets(groups["national"])
    catalogue_codes = _match_targets(groups["catalogue"])
    merged = {
        "national": national_side,
        "catalogue": _merged_side(groups["catalogue"], rules, silent, national_codes),
        "provincial": _merged_side(
            groups["provincial"], rules, silent, {**catalogue_codes, **national_codes}
        ),
    }
    merged["provincial"] = replace(merged["provincial"], whole=all(side.complete for side in provincial))
    present = {role: book if groups[role] else None for role, book in merged.items()}
    return Sides(rules, present["catalogue"], present["national"], present["provincial"], silent)


def out_of_scope(
    catalogue: Side | None, national: Sequence[Side], provincial: Sequence[Side], rules: Rules
) -> frozenset[str]:
    """Return the keys and codes that people excluded, by what the complete sides show."""
    return _excluded_keys(_complete_sides(catalogue, national, provincial), rules)


def _excluded_keys(groups: Mapping[str, list[Side]], rules: Rules) -> frozenset[str]:
    documents = [entries_as_side(rules.documents)] if rules.documents else []
    return excluded({**groups, "document": documents}, rules.exclusions, rules.department)


def _complete_sides(
    catalogue: Side | None, national: Sequence[Side], provincial: Sequence[Side]
) -> dict[str, list[Side]]:
    return {
        "catalogue": [catalogue] if catalogue is not None and catalogue.complete else [],
        "national": [side for side in national if side.complete],
        "provincial": [side for side in provincial if side.complete],
    }


def match_side(side: Side, national: Sequence[Side], rules: Rules) -> Matching:
    """Return the codes that `reconcile` gives to the rows of `side` that have none.

    Targets are the procedures of the complete national sources.
    """
    return _matching(side, _match_targets([nation for nation in national if nation.complete]), rules)


def _matching(side: Side, targets: Mapping[str, Procedure], rules: Rules) -> Matching:
    rows = {key: row for key, row in side.procedures.items() if key.startswith("~")}
    if not rows:
        return Matching()
    used_codes = {row.code for key, row in side.procedures.items() if row.code and not key.startswith("~")}
    district_rows = {key: row for key, row in rows.items() if row.executing_levels == DISTRICT_ALONE}
    matching = match(
        {key: row for key, row in rows.items() if key not in district_rows or key in rules.matches},
        targets,
        confirmed=rules.matches,
        used_codes=used_codes,
    )
    undecided = dict.fromkeys((key for key in district_rows if key not in rules.matches), ())
    return Matching(matching.certain, matching.by_person, {**matching.candidates, **undecided})


def _match_targets(sides: Iterable[Side]) -> dict[str, Procedure]:
    """Return what rows without a code may be, excluded procedures too: their rows are excluded as well."""
    targets: dict[str, Procedure] = {}
    for side in sides:
        for key, row in side.procedures.items():
            if row.code and not key.startswith("~"):
                targets.setdefault(row.code, row)
    return targets


def _merged_side(
    sides: Sequence[Side], rules: Rules, silent: frozenset[str], targets: Mapping[str, Procedure]
) -> MergedSide:
    entries: dict[str, SideEntry] = {}
    codeless: dict[str, SideEntry] = {}
    candidates: dict[str, tuple[MatchCandidate, ...]] = {}
    gone: dict[str, tuple[str, RetiredProcedure]] = {}
    looked_up: dict[str, tuple[str, LookUp]] = {}
    missing: set[str] = set()
    for side in sides:
        matching = _matching(side, targets, rules)
        for key, row in sorted(side.procedures.items()):
            code = _settled_code(key, row, matching, targets) if key.startswith("~") else row.code or key
            if key in silent or (code is not None and code in silent):
                continue
            entry = SideEntry(row, side.source, key)
            if code is None:
                codeless[key] = entry
                candidates[key] = matching.candidates.get(key, ())
            else:
                entries.setdefault(code, entry)
        gone |= {
            code: (side.source, departed)
            for key, departed in side.gone.items()
            if (code := departed.procedure.code or key) not in silent
        }
        for code, answer in side.looked_up.items():
            if code not in looked_up or _weight(answer) > _weight(looked_up[code][1]):
                looked_up[code] = (side.source, answer)
        missing |= {side.procedures[key].code or key for key in side.missing if key in side.procedures}
    follows = [side.follows for side in sides]
    return MergedSide(
        sources=frozenset(side.source for side in sides),
        follows=frozenset().union(*follows) if all(follows) else frozenset(),
        entries=entries,
        codeless=codeless,
        candidates=candidates,
        gone={
            code: (source, departed)
            for code, (source, departed) in gone.items()
            if code not in entries and not _published_elsewhere(source, looked_up.get(code))
        },
        looked_up=looked_up,
        missing=frozenset(missing),
    )


def _weight(answer: LookUp) -> int:
    """Return an answer's weight among several sources': one portal that publishes a code is enough."""
    return ("error", "not_found", "dead", "published").index(answer.outcome)


def _published_elsewhere(source: str, look_up: tuple[str, LookUp] | None) -> bool:
    """Return whether another source than the one that ended a code, asked for it, publishes it."""
    return look_up is not None and look_up[0] != source and look_up[1].outcome == "published"


def _settled_code(
    key: str, row: Procedure, matching: Matching, targets: Mapping[str, Procedure]
) -> str | None:
    """Return the code of a row without one; an earlier match outlives the code that it was made with."""
    return matching.code(key) or (row.code if row.code not in targets else None)
