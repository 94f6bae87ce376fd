"""The gate after load: whether the contents of the warehouse can be true at all.

No single record is kept out here, so no expectation is high: critical ones make the run degraded until
somebody has looked, the others are flags.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from procedures.findings import Severity
from validations.gate import Batch, Expectation, GateResult, closing, fingerprint_of, unchanged

SUITE: Final = "warehouse"


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehouseRow:
    """One thing in the warehouse: a key with its versions, a view, or a dangling reference.

    Of a key: how many versions are `current`, how many keys are current under its code (`of_code`), how many
    versions overlap the next one and how many end before they begin. `unanswered` is the error of a view,
    `dangling` the code or key that a reference fails to find.
    """

    key: str
    current: int | None = None
    of_code: int | None = None
    overlaps: int | None = None
    inverted: int | None = None
    unanswered: str | None = None
    dangling: str | None = None


def check_warehouse(rows: Iterable[WarehouseRow], last_pass: str | None = None) -> GateResult:
    """Judge the warehouse as a whole.

    Args:
        rows: in any order; those of keys and views always, those of dangling references where there are any.
        last_pass: fingerprint of the last pass, if there was one.
    """
    batch = _batch(rows)
    fingerprint = fingerprint_of(SUITE, EXPECTATIONS, batch)
    if fingerprint == last_pass:
        return unchanged(SUITE, fingerprint)
    from validations.runner import run_suite

    outcomes = run_suite(SUITE, EXPECTATIONS, batch, fingerprint)
    return GateResult(outcomes=outcomes, fingerprint=fingerprint, verdict=closing(EXPECTATIONS, outcomes))


_NUMBERS: Final = ("current", "of_code", "overlaps", "inverted")
_TEXTS: Final = ("unanswered", "dangling")


def _batch(rows: Iterable[WarehouseRow]) -> Batch:
    table = sorted(rows, key=lambda row: row.key)
    return Batch(
        keys=[row.key for row in table],
        texts={name: [getattr(row, name) for row in table] for name in _TEXTS},
        numbers={name: [_number(getattr(row, name)) for row in table] for name in _NUMBERS},
    )


def _number(value: int | None) -> float | None:
    return None if value is None else float(value)


def _at_most(name: str, column: str, limit: int, reason: str) -> Expectation:
    return Expectation(
        name=name,
        rule="ExpectColumnValuesToBeBetween",
        column=column,
        severity=Severity.CRITICAL,
        reason=reason,
        kwargs={"max_value": float(limit)},
    )


def _none(name: str, column: str, severity: Severity, reason: str) -> Expectation:
    return Expectation(
        name=name, rule="ExpectColumnValuesToBeNull", column=column, severity=severity, reason=reason
    )


EXPECTATIONS: Final = (
    _at_most("one_current_version", "current", 1, "Có thủ tục mang hai phiên bản hiện hành"),
    _at_most("one_current_of_code", "of_code", 1, "Có mã thủ tục đứng ở hai bản ghi hiện hành của một nguồn"),
    _at_most("validity_apart", "overlaps", 0, "Có hai phiên bản của một thủ tục chồng thời gian hiệu lực"),
    _at_most("validity_in_order", "inverted", 0, "Có phiên bản hết hiệu lực trước khi bắt đầu"),
    _none("views_answer", "unanswered", Severity.CRITICAL, "Có bảng xem dữ liệu không trả lời"),
    _none(
        "pointers_lead_somewhere",
        "dangling",
        Severity.MEDIUM,
        "Có sai lệch chỉ tới thủ tục không có trong kho dữ liệu",
    ),
)
