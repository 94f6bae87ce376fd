"""The catalogue looked at by itself (rà soát), for reports: what is worth a person's question, no findings.

Decree 63/2010/NĐ-CP, chapter IV, asks for the review of procedures; what is counted here are its usual
questions. The share to decentralise is a target that the department sets, 20 % unless told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from procedures.durations import ProcessingTime, longer_than
from procedures.findings import Side
from procedures.model import Procedure
from reconciliation.levels import has_opportunity
from reconciliation.likeness import NearNames
from reconciliation.names import field_parts, key_of, levels_of, spelling_key

TARGET = 0.20
"""The share of procedures to decentralise. UNVERIFIED as law; the reports say that it is a target."""

LIKE = 0.85
"""How alike the names of procedures are whose times are put beside each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTwice:
    """A paper that one dossier asks for more than once."""

    code: str
    name: str
    paper: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LongerThanAlike:
    """A procedure that takes longer than every procedure of its field, level and kind of name."""

    code: str
    name: str
    time: ProcessingTime
    alike: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decentralisation:
    """How far the catalogue is decentralised (phân cấp); shares are 0 to 1.

    `candidates` are the province's procedures that are neither decentralised nor proposed, and of which
    nobody has said why not.
    """

    procedures: int
    decided: int
    proposed: int
    share: float
    target: float
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfReview:
    """`postal_share` is that of procedures that take public post (BCCI), 0 to 1."""

    asked_twice: tuple[AskedTwice, ...]
    longer_than_alike: tuple[LongerThanAlike, ...]
    decentralisation: Decentralisation
    opportunities: tuple[str, ...]
    postal_share: float


def self_review(catalogue: Side, national: Sequence[Side], *, target: float = TARGET) -> SelfReview:
    """The catalogue's own questions; of the national portal only what it offers online."""
    rows = {code: row for key, row in sorted(catalogue.procedures.items()) if (code := row.code or key)}
    published = {
        row.code: row for side in national if side.complete for row in side.procedures.values() if row.code
    }
    return SelfReview(
        asked_twice=tuple(_asked_twice(rows)),
        longer_than_alike=tuple(_longer_than_alike(rows)),
        decentralisation=_decentralisation(rows, target),
        opportunities=tuple(code for code, row in rows.items() if has_opportunity(row, published.get(code))),
        postal_share=_share(sum("postal" in (row.ways or ()) for row in rows.values()), len(rows)),
    )


def _asked_twice(rows: Mapping[str, Procedure]) -> Iterator[AskedTwice]:
    for code, row in rows.items():
        papers = row.dossier or ()
        names = {key_of(paper.name): paper.name for paper in reversed(papers)}
        for key, times in Counter(key_of(paper.name) for paper in papers).items():
            if times > 1 and key:
                yield AskedTwice(code=code, name=row.name, paper=names[key], times=times)


def _longer_than_alike(rows: Mapping[str, Procedure]) -> Iterator[LongerThanAlike]:
    """Within one field and level, so that a bound of another law is never held against it."""
    groups: defaultdict[object, dict[str, Procedure]] = defaultdict(dict)
    for code, row in rows.items():
        if row.processing_time and row.field:
            groups[field_parts(row.field), levels_of(row)][code] = row
    for group in groups.values():
        near = NearNames({code: spelling_key(row.name) for code, row in group.items()})
        for code, row in group.items():
            found = near.near(spelling_key(row.name), at_least=LIKE, most=20)
            alike = tuple(sorted(other for other, _ in found if other != code))
            longest = _longer(row, [group[other] for other in alike])
            if longest is not None:
                yield LongerThanAlike(code=code, name=row.name, time=longest, alike=alike)


def _longer(row: Procedure, others: Sequence[Procedure]) -> ProcessingTime | None:
    for time in row.processing_time or ():
        against = [other for each in others for other in each.processing_time or () if other.way == time.way]
        if against and all(longer_than(time, other) is True for other in against):
            return time
    return None


def _decentralisation(rows: Mapping[str, Procedure], target: float) -> Decentralisation:
    states = Counter(row.decentralisation_state for row in rows.values())
    candidates = tuple(
        code
        for code, row in rows.items()
        if "province" in levels_of(row)
        and row.decentralisation_state in (None, "none")
        and not row.decentralisation_reason
    )
    return Decentralisation(
        procedures=len(rows),
        decided=states["decided"],
        proposed=states["proposed"],
        share=_share(states["decided"], len(rows)),
        target=target,
        candidates=candidates,
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
