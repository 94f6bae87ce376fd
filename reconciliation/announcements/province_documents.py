"""Province decisions: what each, by its own document, announces of the ministries' decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from procedures.model import Procedure
from procedures.office.documents import CitedDecision, Document, DocumentRow, PartKind
from procedures.office.stages import STAGES
from reconciliation.announcements.announcement_evidence import AwaitedCode
from reconciliation.announcements.deadlines import decision_key
from reconciliation.announcements.ministry_documents import row_key
from reconciliation.findings.matching import match


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedDecision:
    """A ministry's decision on the ledger, signed on `decided`, with its codes and their stages."""

    number: str
    decided: date | None
    codes: tuple[AwaitedCode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredDecision:
    """Codes of a ministry's decision that a province's decision announces.

    `certain`: it names that decision. Where it does not, but lists all that waits, a person decides.
    """

    number: str
    codes: tuple[str, ...]
    certain: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """What one row announces: codes of which roles, and of which ministry's decision if it names one."""

    key: str
    roles: frozenset[str]
    procedure: Procedure
    decision: CitedDecision | None


_IN_FORCE = frozenset({"new", "changed"})
_REPEALED = frozenset({"repealed"})


def find_covered(
    document: Document, decisions: Sequence[AwaitedDecision], known: Mapping[str, Procedure]
) -> list[CoveredDecision]:
    """Return what waits of each decision and is announced by this document.

    By the code of a row, or for a row without one by its name, level and field among what waits (`known` says
    what each code, or key of a row without one, is). What was signed before the ministry's decision announces
    something else.
    """
    if document.role != "province" or not document.number or document.date is None:
        return []
    waiting = [each for each in decisions if _may_follow(document.date, each.decided)]
    rows = _with_codes(list(_rows(document)), waiting, known)
    coverage = []
    for decision in waiting:
        open_codes = {
            each.code: each.role
            for each in decision.codes
            if STAGES.index(each.stage) < STAGES.index("announced")
        }
        codes = {
            code
            for code, row in rows
            if open_codes.get(code) in row.roles and (row.decision is None or _names(row.decision, decision))
        }
        if not codes:
            continue
        certain = any(_names(each, decision) for each in document.cites) or any(
            row.decision is not None and code in codes for code, row in rows
        )
        if certain or codes == open_codes.keys():
            coverage.append(
                CoveredDecision(number=decision.number, codes=tuple(sorted(codes)), certain=certain)
            )
    return coverage


def _may_follow(signed: date, decided: date | None) -> bool:
    return decided is None or decided <= signed


def _names(cited: CitedDecision, decision: AwaitedDecision) -> bool:
    """Return whether that decision is meant: its number, and the year where both have one."""
    if decision_key(cited.number) != decision_key(decision.number):
        return False
    return cited.date is None or decision.decided is None or cited.date.year == decision.decided.year


def _rows(document: Document) -> Iterator[_Row]:
    for part in document.parts:
        if part.kind is None:
            continue
        roles = _REPEALED if part.kind is PartKind.REPEALED else _IN_FORCE
        for row in part.rows:
            yield _Row(row_key(row), roles, _procedure(row, row.name, row.code), row.decision)
            for old in row.replaces if part.kind is PartKind.REPLACED else ():
                if old.code or old.name:
                    procedure = _procedure(row, old.name or old.code or "", old.code)
                    yield _Row(old.code or f"{row_key(row)} {old.name}", _REPEALED, procedure, row.decision)


def _procedure(row: DocumentRow, name: str, code: str | None) -> Procedure:
    return Procedure(name=name, code=code, field=row.field, executing_levels=row.executing_levels)


def _with_codes(
    rows: Sequence[_Row], decisions: Sequence[AwaitedDecision], known: Mapping[str, Procedure]
) -> list[tuple[str, _Row]]:
    """Return each row with its code, or key, of the ledger; a row that the ledger lacks is left out."""
    coded = [(row.procedure.code, row) for row in rows if row.procedure.code]
    for roles in (_IN_FORCE, _REPEALED):
        codes = {each.code for decision in decisions for each in decision.codes if each.role in roles}
        open_rows = {row.key: row for row in rows if row.roles == roles and not row.procedure.code}
        coded += _matched(open_rows, codes, known, {code for code, row in coded if row.roles == roles})
    return coded


def _matched(
    rows: Mapping[str, _Row], codes: Collection[str], known: Mapping[str, Procedure], taken: set[str]
) -> list[tuple[str, _Row]]:
    targets = {code: known[code] for code in codes if code in known}
    certain = match({key: row.procedure for key, row in rows.items()}, targets, used_codes=taken).certain
    same = {key: key for key in rows if key in codes and key not in certain}
    return [(code, rows[key]) for key, code in {**certain, **same}.items()]
