"""The gate before load: which records are loaded, and what is odd about those that are.

A high expectation that fails sends the whole record to quarantine, so that last night's version stays; the
first one in the order of the suite names the rule. Medium and low ones are flags.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from procedures.findings import CATALOGUE, Severity
from procedures.model import Procedure
from procedures.rules_version import RULES_VERSION
from procedures.values.agencies import names_province
from procedures.wording.words import count
from validations import record_rules
from validations.gate import (
    Batch,
    Expectation,
    ExpectationOutcome,
    GateResult,
    closing,
    fingerprint_of,
    unchanged,
)
from validations.record_suite import record_suite

SUITE: Final = "records"

NO_RULE_TAKES_HALF: Final = "no_rule_takes_half"

WIDESPREAD: Final = 0.5
"""Share of the records that one rule may turn away; beyond it the field changed its meaning."""

WIDESPREAD_FROM: Final = 20
"""Records from which on that share counts."""


def check_records(
    records: Iterable[tuple[str, Procedure]],
    *,
    source: str,
    as_of: date,
    last_pass: str | None = None,
    released: Collection[str] = (),
    judged_before: int = 0,
    turned_away: Mapping[str, tuple[str, str]] | None = None,
) -> GateResult:
    """Judge the records that were read tonight; without any, nothing is run and the gate is open.

    Args:
        records: (key, record), one for a key, in any order; read once, one at a time.
        source: name of the source. In the catalogue a malformed code is a finding (`invalid_code`),
            so there it is a flag only.
        as_of: the department's day of the run; a decision dated later cannot be.
        last_pass: fingerprint of this source's last pass, if there was one.
        released: keys of records that a person released as they are; they are judged and reported, and
            loaded.
        judged_before: number of records that were read tonight and are left out, since they are as they
            were when they passed under this very suite (`rules_digest`).
        turned_away: rule and reason by key, of records that are left out because they are as they were when
            this very suite turned them away; they are again, but for those of `RULES_OF_THE_DAY`.

    `closes` is `failed` when one rule alone turns away more than half of twenty records or more:
    then the field changed its meaning. Many bad records of many kinds go to quarantine, and the good ones are
    loaded.
    """
    batch = columns_of(records, as_of)
    suite = record_suite(strict_codes=source != CATALOGUE)
    let_through = frozenset(released).intersection(batch.keys)
    fingerprint = fingerprint_of(SUITE, suite, batch, sorted(let_through))
    turned_away = turned_away or {}
    if not (batch.keys or judged_before or turned_away):
        return GateResult(outcomes=(), fingerprint=fingerprint)
    if fingerprint == last_pass or not batch.keys:
        return replace(unchanged(SUITE, fingerprint), quarantined=turned_away)
    from validations.runner import run_suite

    outcomes = run_suite(SUITE, suite, batch, fingerprint)
    size = len(batch.keys) + judged_before + len(turned_away)
    before = Counter(rule for rule, _ in turned_away.values())
    outcomes = tuple(_with_standing(each, before[each.expectation]) for each in outcomes)
    widest, widest_outcome = _widest_rule(outcomes, size, let_through, before)
    return GateResult(
        outcomes=(*outcomes, widest_outcome),
        fingerprint=fingerprint,
        verdict=closing((*suite, widest), (*outcomes, widest_outcome)),
        quarantined={**turned_away, **_quarantined(suite, outcomes, batch, let_through)},
        undecided=bool(turned_away) and _may_be_widespread(outcomes, size, let_through, len(turned_away)),
    )


RULES_OF_THE_DAY: Final = frozenset({"decision_not_ahead"})
"""Rules whose answer is another one some days later, though the record is the same."""


def may_stand(turned_away: Mapping[str, tuple[str, str]], size: int) -> Mapping[str, tuple[str, str]]:
    """Return those that need not be judged again: none if they are so many that a field may have moved."""
    if len(turned_away) > WIDESPREAD * size:
        return {}
    return {key: why for key, why in turned_away.items() if why[0] not in RULES_OF_THE_DAY}


def rules_digest(source: str) -> str:
    """Return a hash of the rules by which records of the source are judged: what passed under it passes.

    It moves with the suite, with `RULES_VERSION`, and with every line of what fills the suite's columns.
    """
    suite = record_suite(strict_codes=source != CATALOGUE)
    return fingerprint_of(f"{SUITE} {RULES_VERSION} {_code_digest()}", suite, Batch(keys=()))


@cache
def _code_digest() -> str:
    files = (Path(__file__), Path(record_rules.__file__))
    return hashlib.blake2b(b"".join(file.read_bytes() for file in files), digest_size=8).hexdigest()


def _name(record: Procedure) -> str | None:
    """Return the canonical name; punctuation alone is not a name."""
    return record.name if any(character.isalnum() for character in record.name) else None


def _name_of_lines(record: Procedure) -> str | None:
    raw = (record.raw_text("name") or "").strip()
    return raw if len(raw.splitlines()) > 1 else None


def _agency_of_a_province(record: Procedure) -> str | None:
    """Return the province that a ministry's procedure names; only the province's own may name one."""
    if not record.agency or not (record.promulgating_agency or "").startswith(_CENTRAL):
        return None
    return names_province(record.agency)


_CENTRAL: Final = ("Bộ ", "Ngân hàng Nhà nước", "Thanh tra Chính phủ", "Văn phòng Chính phủ")


def _damaged(record: Procedure) -> str | None:
    return record_rules.first_damage(record.raw_text(attribute) for attribute in ("name", "field", "agency"))


def _damaged_detail(record: Procedure) -> str | None:
    papers = (paper.name for paper in record.dossier or ())
    long = (record.steps, record.legal_bases, record.results, record.subjects)
    return record_rules.first_damage(
        (*papers, record.requirements, *(text for texts in long for text in texts or ()))
    )


_TEXTS: Final[Mapping[str, Callable[[Procedure], str | None]]] = {
    "code": lambda record: record.code or record.local_code,
    "name": _name,
    "test_mark": lambda record: record_rules.test_mark(record.name, record.decision_number),
    "damaged": _damaged,
    "damaged_detail": _damaged_detail,
    "levels": lambda record: ",".join(sorted(record.executing_levels or ())) or None,
    "decision_number": lambda record: record.decision_number or None,
    "unaccented": lambda record: record.name if record_rules.lacks_accents(record.name) else None,
    "shouted": lambda record: record.name if record_rules.is_shouted(record.name) else None,
    "name_of_lines": _name_of_lines,
    "title": lambda record: record.name if record_rules.is_a_title(record.name) else None,
    "any_agency": lambda record: record.promulgating_agency or record.agency,
    "agency_of_a_province": _agency_of_a_province,
}
"""Columns of texts. Those that hold only what is wrong are expected to be empty."""


def _days_ahead(record: Procedure, as_of: date) -> float | None:
    """Return the days by which the later of the two decisions is after the run, 0 for none."""
    dates = [day for day in (record.decision_date, record.province_decision_date) if day is not None]
    return float(max((max(dates) - as_of).days, 0)) if dates else None


def _decision_day(record: Procedure) -> float | None:
    return None if record.decision_date is None else float(record.decision_date.toordinal())


def columns_of(records: Iterable[tuple[str, Procedure]], as_of: date) -> Batch:
    """Return the records as the suite judges them: by columns, in the order of their keys."""
    keys: list[str] = []
    texts: dict[str, list[str | None]] = {name: [] for name in _TEXTS}
    numbers: dict[str, list[float | None]] = {name: [] for name in _NUMBERS}
    for key, record in records:
        keys.append(key)
        for name, text_of in _TEXTS.items():
            texts[name].append(text_of(record))
        for name, value in zip(_NUMBERS, _numbers(record, as_of), strict=True):
            numbers[name].append(value)
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return Batch(
        keys=[keys[row] for row in order],
        texts={name: [column[row] for row in order] for name, column in texts.items()},
        numbers={name: [column[row] for row in order] for name, column in numbers.items()},
    )


_NUMBERS: Final = ("shortest_time", "longest_time", "lowest_fee", "highest_fee", "days_ahead", "decision_day")
"""Columns of numbers: days, days, VND, VND, days, ordinal of a date."""


def _numbers(record: Procedure, as_of: date) -> tuple[float | None, ...]:
    return (
        *record_rules.time_range(record.processing_time),
        *record_rules.fee_range(record.fee),
        _days_ahead(record, as_of),
        _decision_day(record),
    )


def _with_standing(outcome: ExpectationOutcome, standing: int) -> ExpectationOutcome:
    """Return the outcome with the records that the rule turned away before and that are as they were."""
    if not standing or "unexpected" not in outcome.observed:
        return outcome
    rows, bad = outcome.observed["rows"] + standing, outcome.observed["unexpected"] + standing
    observed = {**outcome.observed, "rows": rows, "unexpected": bad, "share": round(1 - bad / rows, 6)}
    return replace(outcome, success=False, observed=observed)


def _may_be_widespread(
    outcomes: Sequence[ExpectationOutcome], size: int, released: frozenset[str], standing: int
) -> bool:
    """Return whether a rule would take half if it took all that stand: a record may fail further rules."""
    most = max(len(set(each.failing_keys) - released) for each in outcomes if each.severity is Severity.HIGH)
    return size >= WIDESPREAD_FROM and most + standing > WIDESPREAD * size


def _widest_rule(
    outcomes: Sequence[ExpectationOutcome], size: int, released: frozenset[str], before: Counter[str]
) -> tuple[Expectation, ExpectationOutcome]:
    """Judge whether one rule turns away more than half, from what the suite observed."""
    high = [outcome for outcome in outcomes if outcome.severity is Severity.HIGH]
    turned_away = {
        outcome.expectation: len(set(outcome.failing_keys) - released) + before[outcome.expectation]
        for outcome in high
    }
    widest = max(high, key=lambda outcome: turned_away[outcome.expectation])
    bad = turned_away[widest.expectation]
    name = NO_RULE_TAKES_HALF
    asked = Expectation(
        name=name,
        rule="",
        severity=Severity.CRITICAL,
        reason=f"Quy tắc {widest.expectation} loại {count(bad)} trên {count(size)} bản ghi; "
        "có thể cổng đã đổi cách ghi trường này",
    )
    answered = ExpectationOutcome(
        suite=SUITE,
        expectation=name,
        severity=Severity.CRITICAL,
        success=size < WIDESPREAD_FROM or bad <= WIDESPREAD * size,
        observed={"rule": widest.expectation, "value": round(bad / size, 6)},
    )
    return asked, answered


def _quarantined(
    suite: Sequence[Expectation],
    outcomes: Sequence[ExpectationOutcome],
    batch: Batch,
    released: frozenset[str],
) -> Mapping[str, tuple[str, str]]:
    """Return key → (rule, reason with the value) by the first high expectation that a record fails."""
    rows = {key: row for row, key in enumerate(batch.keys)}
    turned_away: dict[str, tuple[str, str]] = {}
    for expectation, outcome in zip(suite, outcomes, strict=True):
        if expectation.severity is not Severity.HIGH:
            continue
        for key in outcome.failing_keys:
            if key in released:
                continue
            value = _value_text(expectation.column, rows[key], batch)
            reason = f"{expectation.reason}: {value}" if value else expectation.reason
            turned_away.setdefault(key, (expectation.name, reason))
    return turned_away


_UNITS: Final = {
    "shortest_time": "ngày",
    "longest_time": "ngày",
    "lowest_fee": "đồng",
    "highest_fee": "đồng",
    "days_ahead": "ngày nữa mới đến",
}


def _value_text(column: str | None, row: int, batch: Batch) -> str:
    """Return the value that was turned away as people read it, "" where there is none."""
    value = batch.at(column, row)
    if value is None or isinstance(value, str):
        return excerpt(value or "")
    if not math.isfinite(value):
        return "không phải là số"
    return f"{value:,.0f} {_UNITS.get(column or '', '')}".replace(",", ".").rstrip()


def excerpt(text: str, length: int = 120) -> str:
    """Return the beginning of a text on one line."""
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1] + "…"
