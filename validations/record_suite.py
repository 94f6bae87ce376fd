"""The suite of the gate before load, each expectation with its reason.

The order matters: the first high expectation that a record fails names the rule of its quarantine,
so the best explanation comes first (a test record before its odd code, damage before a long name).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from procedures.findings import Severity
from validations import record_rules
from validations.gate import Expectation


def record_suite(*, strict_codes: bool) -> tuple[Expectation, ...]:
    """Return the expectations, in order. Without `strict_codes` a malformed code is a flag only."""
    return (*_identity(strict_codes), *_values(), *_oddities(), *(_of_portals() if strict_codes else ()))


def _identity(strict_codes: bool) -> tuple[Expectation, ...]:
    return (
        _empty("not_a_test_record", "test_mark", Severity.HIGH, "Bản ghi thử nghiệm trên hệ thống thật"),
        _present("name_present", "name", "Không có tên thủ tục"),
        _empty(
            "text_readable",
            "damaged",
            Severity.HIGH,
            "Chữ bị hỏng (sai bảng mã, hoặc phông TCVN3/VNI chưa chuyển sang Unicode)",
        ),
        _expectation(
            "code_well_formed",
            "ExpectColumnValuesToMatchRegex",
            "code",
            Severity.HIGH if strict_codes else Severity.LOW,
            "Mã thủ tục sai dạng",
            {"regex": record_rules.CODE},
        ),
        _expectation(
            "name_length",
            "ExpectColumnValueLengthsToBeBetween",
            "name",
            Severity.HIGH,
            f"Tên thủ tục dài quá {record_rules.LONGEST_NAME} ký tự",
            {"max_value": record_rules.LONGEST_NAME},
        ),
    )


def _values() -> tuple[Expectation, ...]:
    return (
        _expectation(
            "levels_known",
            "ExpectColumnValuesToMatchRegex",
            "levels",
            Severity.HIGH,
            "Cấp thực hiện không có trong danh sách cấp",
            {"regex": record_rules.LEVELS},
        ),
        _between("time_not_negative", "shortest_time", "Thời hạn giải quyết âm", {"min_value": 0.0}),
        _between(
            "time_sane",
            "longest_time",
            "Thời hạn giải quyết dài quá 10 năm",
            {"max_value": record_rules.LONGEST_TIME},
        ),
        _between("fee_not_negative", "lowest_fee", "Phí, lệ phí âm", {"min_value": 0.0}),
        _between(
            "fee_sane",
            "highest_fee",
            "Phí, lệ phí quá 10 tỷ đồng",
            {"max_value": float(record_rules.HIGHEST_FEE)},
        ),
        _between("decision_not_ahead", "days_ahead", "Ngày quyết định ở tương lai", {"max_value": 0.0}),
    )


def _oddities() -> tuple[Expectation, ...]:
    """Return expectations whose failures are real often enough that the record is loaded."""
    return (
        _empty("details_readable", "damaged_detail", Severity.MEDIUM, "Có đoạn chữ bị hỏng trong nội dung"),
        _empty("name_accented", "unaccented", Severity.MEDIUM, "Tên thủ tục không có dấu"),
        _between(
            "decision_not_ancient",
            "decision_day",
            f"Ngày quyết định trước năm {record_rules.OLDEST_DECISION.year}",
            {"min_value": float(record_rules.OLDEST_DECISION.toordinal())},
            Severity.MEDIUM,
        ),
        _expectation(
            "decision_number_form",
            "ExpectColumnValuesToMatchRegex",
            "decision_number",
            Severity.LOW,
            "Số quyết định viết khác mẫu số/QĐ-CƠ QUAN",
            {"regex": record_rules.DECISION_NUMBER},
        ),
        _empty("name_not_shouted", "shouted", Severity.LOW, "Tên thủ tục viết toàn chữ in hoa"),
        _empty("name_on_one_line", "name_of_lines", Severity.LOW, "Tên thủ tục có nhiều dòng"),
        _empty("name_no_title", "title", Severity.LOW, "Tên thủ tục là tên một văn bản"),
    )


def _of_portals() -> tuple[Expectation, ...]:
    """Return expectations for portals only: the department's own list omits what everybody there knows."""
    return (
        _expectation(
            "agency_known",
            "ExpectColumnValuesToNotBeNull",
            "any_agency",
            Severity.MEDIUM,
            "Không rõ cơ quan ban hành và cơ quan thực hiện",
            {},
        ),
        _empty(
            "agency_of_no_province",
            "agency_of_a_province",
            Severity.LOW,
            "Cơ quan thực hiện của một thủ tục do Bộ công bố mang tên một tỉnh",
        ),
    )


def _expectation(
    name: str, rule: str, column: str, severity: Severity, reason: str, kwargs: Mapping[str, Any]
) -> Expectation:
    return Expectation(name=name, rule=rule, column=column, severity=severity, reason=reason, kwargs=kwargs)


def _empty(name: str, column: str, severity: Severity, reason: str) -> Expectation:
    return _expectation(name, "ExpectColumnValuesToBeNull", column, severity, reason, {})


def _present(name: str, column: str, reason: str) -> Expectation:
    return _expectation(name, "ExpectColumnValuesToNotBeNull", column, Severity.HIGH, reason, {})


def _between(
    name: str, column: str, reason: str, kwargs: Mapping[str, Any], severity: Severity = Severity.HIGH
) -> Expectation:
    return _expectation(name, "ExpectColumnValuesToBeBetween", column, severity, reason, kwargs)
