"""The gate after a source was read: whether this is a listing at all, and of the expected size.

Everything critical here is about the listing as a whole; single bad records are judged by
`validations.records_gate`. Range and `max_drop` come from the source's settings and hold the snapshot;
everything else critical fails it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from procedures.findings import Severity
from procedures.learned_range import LearnedLimits, known_share
from procedures.snapshot import Certificate, Observation, SnapshotState
from procedures.wording.words import count
from validations import record_rules
from validations.gate import Batch, Expectation, GateResult, closing, fingerprint_of, unchanged

SUITE: Final = "listing"

CODED_SHARE: Final = 0.5
"""Share of the rows whose code must be well formed."""

NAMED_SHARE: Final = 0.98
"""Share of the records read that must have a name."""

STATED_SHARE: Final = 0.5
"""Share of the rows that must have a state, where the list shows one."""

DISTINCT_SHARE: Final = 0.8
"""Share of the codes that must differ: below it the pages repeated themselves."""

KNOWN_SHARE: Final = 0.2
"""Share of the fields (labels) met that a reader must know: below it this is another page altogether."""

CODED_KINDS: Final = frozenset({"national-api", "national-gateway"})
"""Kinds of sources whose list has a code in every row."""

STATED_KINDS: Final = frozenset({"national-api"})
"""Those whose list has a state in every row, too."""

_READ = frozenset({"read", "filtered"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRow:
    """One item of a listing.

    `code` is as published, also a malformed one. `name` None means that the record was not read
    tonight; a record without a name has "".
    """

    key: str
    presence: str
    code: str | None = None
    name: str | None = None
    state: str | None = None

    @classmethod
    def of(cls, observation: Observation) -> ListedRow:
        """Return the row of an observation; with the code of its record where the list has none."""
        record = observation.procedure
        code = observation.code or (record.code or record.local_code if record else None)
        name = record.name if record else "" if observation.presence in _READ else None
        return cls(
            key=observation.key, presence=observation.presence, code=code, name=name, state=observation.state
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a source should list: by its kind codes, or states, and so many procedures.

    `max_drop` is the share of the last complete snapshot that may be gone.
    """

    kind: str
    min: int = 1
    max: int = 1_000_000
    max_drop: float = 0.05


def check_listing(
    rows: Iterable[ListedRow],
    certificate: Certificate,
    expected: Expected,
    last_pass: str | None = None,
    *,
    complete: bool = True,
    limits: LearnedLimits | None = None,
) -> GateResult:
    """Judge a source's listing as it was read tonight.

    Args:
        rows: one for each listed item, in any order.
        certificate: of the same reading; its figures are `present`, `lacking`, `of_last`.
        expected: thresholds of the source and its kind, which decides whether the list must have codes.
        last_pass: fingerprint of this source's last pass, if there was one.
        complete: False for a partial snapshot, which always lacks rows: range and `max_drop` are
            then recorded and hold nothing.
        limits: learned from the source's own nights; values beyond them are flags.
    """
    coded = expected.kind in CODED_KINDS
    batch = _batch(rows, certificate, coded)
    suite = _suite(batch, expected.kind in STATED_KINDS, complete, certificate, expected)
    if batch.keys:
        suite = (*suite, *_as_usual(certificate, limits or LearnedLimits()))
    fingerprint = _fingerprint(suite, batch)
    if fingerprint == last_pass:
        return unchanged(SUITE, fingerprint)
    from validations.runner import run_suite

    outcomes = run_suite(SUITE, suite, batch, fingerprint_of(SUITE, suite, batch))
    return GateResult(outcomes=outcomes, fingerprint=fingerprint, verdict=closing(suite, outcomes))


def _fingerprint(suite: Sequence[Expectation], batch: Batch) -> str:
    """Return the hash of rows and suite, in which a figure counts by whether it keeps to its limits.

    Figures and learned limits move a little every night; what is asked of the rows does not.
    """
    of_rows = [each for each in suite if each.column not in batch.numbers]
    kept = [f"{e.name} {e.severity} {_keeps(e, batch)}" for e in suite if e.column in batch.numbers]
    return fingerprint_of(SUITE, of_rows, replace(batch, numbers={}), kept)


def _keeps(expectation: Expectation, batch: Batch) -> bool:
    value, limits = batch.at(expectation.column, 0), expectation.kwargs
    if not isinstance(value, float):
        return True
    return bool(limits.get("min_value", value) <= value <= limits.get("max_value", value))


def _batch(rows: Iterable[ListedRow], certificate: Certificate, coded: bool) -> Batch:
    """Return the rows by columns, with the certificate's figures in every row of the one batch.

    Which records were read tonight is not judged: those that are read in turn are others every night.
    """
    table = sorted(rows, key=lambda row: (row.key, row.code or "", row.presence, row.state or ""))
    size = len(table)
    return Batch(
        keys=[row.key for row in table],
        texts={
            "key": [row.key or None for row in table],
            "presence": ["known" if row.presence else None for row in table],
            "code": [_code(row, coded) for row in table],
            "name": [row.name for row in table],
            "state": [(row.state or "").strip() or None for row in table],
        },
        numbers={
            "present": [float(certificate.present)] * size,
            "dropped": [_dropped(certificate)] * size,
            "repeated": [float(len(certificate.repeated_codes))] * size,
            "known_fields": [known_share(certificate)] * size,
            "details_failed": [_share(certificate.details_failed, certificate.details_due)] * size,
            "quarantined": [_share(certificate.quarantined, certificate.present)] * size,
        },
    )


def _code(row: ListedRow, coded: bool) -> str | None:
    """Return the code; a missing one is malformed where every row must have one, else not judged."""
    code = (row.code or "").strip()
    return code if code or coded else None


def _dropped(certificate: Certificate) -> float:
    return _share(certificate.lacking, certificate.of_last)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _suite(
    batch: Batch, with_states: bool, complete: bool, certificate: Certificate, expected: Expected
) -> Sequence[Expectation]:
    """Return the expectations for this batch; an empty listing is asked nothing further."""
    not_empty = Expectation(
        name="listing_not_empty",
        rule="ExpectTableRowCountToBeBetween",
        severity=Severity.CRITICAL,
        reason="Danh sách trống: cổng không liệt kê thủ tục nào",
        kwargs={"min_value": 1},
    )
    if not batch.keys:
        return (not_empty,)
    any_code = any(code is not None for code in batch.texts["code"])
    shape = (*_SHAPE, *((_DISTINCT,) if any_code else ()), *((_STATED,) if with_states else ()))
    return (not_empty, *shape, *_size(complete, certificate, expected), _repeated(certificate))


def _percent(share: float) -> str:
    return f"{share * 100:.2f} %".replace(".", ",")


_LISTED_CODE: Final = (
    record_rules.CODE.removesuffix(r"\Z") + r"(?:\.[0-9]{3}\.[0-9]{2}\.[0-9]{2})?(?:\.H[0-9]{2})?\Z"
)
"""The core with the suffixes that provinces add."""

_SHAPE: Final = (
    Expectation(
        name="key_present",
        rule="ExpectColumnValuesToNotBeNull",
        column="key",
        severity=Severity.CRITICAL,
        reason="Có dòng không nhận diện được (thiếu khóa)",
    ),
    Expectation(
        name="presence_present",
        rule="ExpectColumnValuesToNotBeNull",
        column="presence",
        severity=Severity.CRITICAL,
        reason="Có dòng không rõ đã đọc được hay chưa",
    ),
    Expectation(
        name="code_well_formed",
        rule="ExpectColumnValuesToMatchRegex",
        column="code",
        severity=Severity.CRITICAL,
        reason="Quá nhiều mã thủ tục trống hoặc sai dạng; có thể cổng đã đổi trường mã (code)",
        kwargs={"regex": _LISTED_CODE, "mostly": CODED_SHARE},
    ),
    Expectation(
        name="name_present",
        rule="ExpectColumnValuesToMatchRegex",
        column="name",
        severity=Severity.CRITICAL,
        reason="Quá nhiều thủ tục không có tên; có thể cổng đã đổi trường tên (name)",
        kwargs={"regex": r"\S", "mostly": NAMED_SHARE},
    ),
)

_DISTINCT: Final = Expectation(
    name="codes_distinct",
    rule="ExpectColumnProportionOfUniqueValuesToBeBetween",
    column="code",
    severity=Severity.CRITICAL,
    reason=f"Mã thủ tục lặp lại quá nhiều: dưới {_percent(DISTINCT_SHARE)} số mã là khác nhau",
    kwargs={"min_value": DISTINCT_SHARE},
)

_STATED: Final = Expectation(
    name="state_present",
    rule="ExpectColumnValuesToNotBeNull",
    column="state",
    severity=Severity.CRITICAL,
    reason="Quá nhiều dòng không có tình trạng; có thể cổng đã đổi trường tình trạng (state)",
    kwargs={"mostly": STATED_SHARE},
)


def _size(complete: bool, certificate: Certificate, expected: Expected) -> tuple[Expectation, ...]:
    severity = Severity.CRITICAL if complete else Severity.MEDIUM
    return (
        Expectation(
            name="expected_range",
            rule="ExpectColumnMaxToBeBetween",
            column="present",
            severity=severity,
            reason=f"Cổng công khai {count(certificate.present)} thủ tục, ngoài khoảng dự kiến "
            f"{count(expected.min)}–{count(expected.max)}",
            kwargs={"min_value": float(expected.min), "max_value": float(expected.max)},
            closes_as=SnapshotState.HELD,
        ),
        Expectation(
            name="max_drop",
            rule="ExpectColumnMaxToBeBetween",
            column="dropped",
            severity=severity,
            reason=f"{count(certificate.lacking)} trên {count(certificate.of_last)} thủ tục của lần đủ "
            f"gần nhất không còn công khai ({_percent(_dropped(certificate))}, "
            f"cho phép {_percent(expected.max_drop)})",
            kwargs={"max_value": expected.max_drop},
            closes_as=SnapshotState.HELD,
        ),
    )


def _as_usual(certificate: Certificate, limits: LearnedLimits) -> tuple[Expectation, ...]:
    """Return expectations about shares unusual for this source, and the share of known labels."""
    known = known_share(certificate)
    failed = _share(certificate.details_failed, certificate.details_due)
    quarantined = _share(certificate.quarantined, certificate.present)
    expectations = []
    if known is not None:
        expectations.append(
            _at(
                "labels_known",
                "known_fields",
                Severity.CRITICAL,
                f"Chỉ nhận ra {_percent(known)} số trường (nhãn) mà cổng cho xem; cổng đã đổi cấu trúc?",
                min_value=KNOWN_SHARE,
            )
        )
    if known is not None and limits.known_fields is not None:
        expectations.append(
            _at(
                "labels_known_as_usual",
                "known_fields",
                Severity.MEDIUM,
                f"Nhận ra {_percent(known)} số trường (nhãn), ít hơn thường lệ",
                min_value=round(limits.known_fields, 4),
            )
        )
    for name, column, share, limit, what in (
        (
            "details_failed_as_usual",
            "details_failed",
            failed,
            limits.details_failed,
            "chi tiết không đọc được",
        ),
        (
            "quarantined_as_usual",
            "quarantined",
            quarantined,
            limits.quarantined,
            "bản ghi bị giữ lại khi đọc",
        ),
    ):
        if limit is not None:
            reason = f"{_percent(share)} {what}, nhiều hơn thường lệ"
            expectations.append(_at(name, column, Severity.MEDIUM, reason, max_value=round(limit, 4)))
    return tuple(expectations)


def _at(name: str, column: str, severity: Severity, reason: str, **limits: float) -> Expectation:
    return Expectation(
        name=name,
        rule="ExpectColumnMaxToBeBetween",
        column=column,
        severity=severity,
        reason=reason,
        kwargs=limits,
    )


def _repeated(certificate: Certificate) -> Expectation:
    codes = ", ".join(certificate.repeated_codes[:5])
    return Expectation(
        name="no_code_repeated",
        rule="ExpectColumnMaxToBeBetween",
        column="repeated",
        severity=Severity.MEDIUM,
        reason=f"{count(len(certificate.repeated_codes))} mã được liệt kê nhiều lần: {codes}",
        kwargs={"max_value": 0.0},
    )
