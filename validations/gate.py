"""Gates: their questions, their answers, and what follows from the answers.

A gate judges one batch with one suite. The severity of a failed expectation decides: critical closes the gate
for that source, high sends the record to quarantine, medium and low are flags that are counted. Nothing here
loads a library; `validations.runner` does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from procedures.findings import Severity
from procedures.gate_names import UNCHANGED
from procedures.snapshot import SnapshotState, SnapshotVerdict
from procedures.wording.words import count


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One thing that must hold of a batch.

    `rule` is the class of Great Expectations that judges it, `kwargs` its thresholds. `reason` says
    in Vietnamese what is wrong when it fails. `closes_as` is the state of the snapshot when a
    critical one fails.
    """

    name: str
    rule: str
    severity: Severity
    reason: str
    column: str | None = None
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    closes_as: SnapshotState = SnapshotState.FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A table by columns: texts and numbers, each as long as `keys`; None is "nothing to judge"."""

    keys: Sequence[str]
    texts: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    numbers: Mapping[str, Sequence[float | None]] = field(default_factory=dict)

    def at(self, column: str | None, row: int) -> str | float | None:
        """Return the value of one cell; None where there is no such column."""
        name = column or ""
        if name in self.texts:
            return self.texts[name][row]
        return self.numbers[name][row] if name in self.numbers else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectationOutcome:
    """The result of one expectation (a row of `v_validation`).

    `observed` is JSON: `rows`, `unexpected`, `share` (of the rows judged that held) and `examples`
    for one about rows; `value` for one about the table; `error` when it could not be judged.
    `failing_keys` are the keys of all rows that failed, in the order of the batch.
    """

    suite: str
    expectation: str
    severity: Severity
    success: bool
    observed: Mapping[str, Any] = field(default_factory=dict)
    failing_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """The result of a gate.

    `closes`: the snapshot's new verdict, None when the gate stays open. `quarantined` is
    key → (rule, reason in Vietnamese). `unchanged`: batch, suite and thresholds equal the last
    pass, or nothing is left to judge, so nothing was run and the outcomes of the last time still
    hold. Remember `fingerprint` as the last pass only when `passed`. `undecided`: records that were
    left out as turned away before may decide whether the gate closes; judge them as well.
    """

    outcomes: tuple[ExpectationOutcome, ...]
    fingerprint: str
    verdict: SnapshotVerdict | None = None
    quarantined: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    unchanged: bool = False
    undecided: bool = False

    @property
    def passed(self) -> bool:
        """Open, and every record may enter; flags do not matter."""
        return self.verdict is None and not self.quarantined

    @property
    def flags(self) -> Mapping[str, int]:
        """The failed medium and low expectations with their number of rows, 1 for one about the table."""
        return {
            outcome.expectation: len(outcome.failing_keys) or 1
            for outcome in self.outcomes
            if not outcome.success and outcome.severity in (Severity.MEDIUM, Severity.LOW)
        }


def fingerprint_of(
    suite: str, expectations: Sequence[Expectation], batch: Batch, further: Sequence[str] = ()
) -> str:
    """Return the hash of the batch, the suite and its thresholds; wording does not count.

    `further` is what else an outcome depends on, in one order: keys of records that a person let through, or
    which figures keep to their limits.
    """
    terms = [
        [e.name, e.rule, e.column, e.severity, e.closes_as, sorted(e.kwargs.items())] for e in expectations
    ]
    digest = hashlib.blake2b(digest_size=16)
    for part in (suite, terms, list(batch.keys), batch.texts, batch.numbers, list(further)):
        digest.update(json.dumps(part, sort_keys=True, default=list).encode())
        digest.update(b"\x1e")
    return digest.hexdigest()


def unchanged(suite: str, fingerprint: str) -> GateResult:
    """Return the result of a gate whose last pass saw the same batch."""
    outcome = ExpectationOutcome(
        suite=suite,
        expectation=UNCHANGED,
        severity=Severity.LOW,
        success=True,
        observed={"fingerprint": fingerprint},
    )
    return GateResult(outcomes=(outcome,), fingerprint=fingerprint, unchanged=True)


def closing(
    expectations: Sequence[Expectation], outcomes: Sequence[ExpectationOutcome]
) -> SnapshotVerdict | None:
    """Return the verdict of a gate: `failed` before `held`, then the order of the suite.

    An expectation that could not be judged closes the gate too, whatever its severity: a gate that does not
    work must not let records through.
    """
    by_name = {expectation.name: expectation for expectation in expectations}
    verdicts = [
        SnapshotVerdict(
            _state(by_name[outcome.expectation], outcome), _sentence(by_name[outcome.expectation], outcome)
        )
        for outcome in outcomes
        if not outcome.success and (outcome.severity is Severity.CRITICAL or "error" in outcome.observed)
    ]
    return min(verdicts, key=lambda verdict: verdict.state is not SnapshotState.FAILED, default=None)


def _state(expectation: Expectation, outcome: ExpectationOutcome) -> SnapshotState:
    return SnapshotState.FAILED if "error" in outcome.observed else expectation.closes_as


def _sentence(expectation: Expectation, outcome: ExpectationOutcome) -> str:
    if "error" in outcome.observed:
        return f"Không kiểm tra được quy tắc {expectation.name}: {outcome.observed['error']}"
    if "unexpected" not in outcome.observed:
        return expectation.reason
    bad, rows = outcome.observed["unexpected"], outcome.observed["rows"]
    return f"{expectation.reason} ({count(bad)} trên {count(rows)} dòng)"
