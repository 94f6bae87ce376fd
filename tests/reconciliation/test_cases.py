"""Findings of one cause share a case, whose key stays while its findings come and go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from procedures.findings import Finding, FindingKind, RowProblem
from procedures.values.limits import MAX_KEY_LENGTH
from tests.reconciliation.making import answer, days, found, gone, procedure, row, side

LAST_YEAR = date(2025, 6, 20)


def cases(findings: Iterable[Finding], *kinds: str) -> dict[str | None, int]:
    """How many findings of the kinds each case has."""
    return dict(Counter(each.case for each in findings if not kinds or each.kind in kinds))


def code(number: int) -> str:
    return f"1.{number:06}"


# A decision.


def test_what_a_decision_made_new_and_ended_and_its_deadline_are_one_case() -> None:
    replaced = procedure(code(1), decision_number=None)
    successor = procedure(code(2), decision_number="627/QĐ-BNV", decision_date=LAST_YEAR)
    new = procedure(code(3), decision_number="627 / QĐ-BNV", decision_date=LAST_YEAR)
    findings = found(
        side("catalogue", row(code(1))),
        side("national", successor, new, gone=gone(replaced, "replaced", code(2))),
    )
    kinds = {each.kind for each in findings if each.case == "decision:627/QĐ-BNV"}
    assert kinds == {
        FindingKind.NEW_FROM_MINISTRY,
        FindingKind.REPLACED_STILL_LISTED,
        FindingKind.ANNOUNCEMENT_OVERDUE,
    }


def test_a_value_that_does_not_follow_a_decision_yet_belongs_to_it() -> None:
    national = procedure(code(1), processing_time=(days(35),))
    listed = row(code(1), processing_time=(days(45),))
    sides = side("catalogue", listed), side("national", national)
    findings = found(*sides, changed_codes=frozenset({code(1)}))
    assert cases(findings, "slower_than_national") == {"decision:900/QĐ-BNV": 1}


def test_a_value_of_a_decision_that_binds_nobody_is_no_part_of_it() -> None:
    national = procedure(code(1), processing_time=(days(35),), decision_date=LAST_YEAR)
    listed = row(code(1), processing_time=(days(45),))
    findings = found(
        side("catalogue", listed),
        side("national", national),
        seen_at_baseline=frozenset({code(1)}),
    )
    assert cases(findings, "slower_than_national") == {None: 1}


def test_what_the_province_alone_says_is_no_part_of_a_ministrys_decision() -> None:
    same = {"executing_levels": frozenset({"province"})}
    findings = found(
        side("catalogue", row(code(1), **same)),
        side("national", procedure(code(1), **same)),
        side("provincial", row(code(1), executing_levels=frozenset({"commune"}))),
    )
    assert cases(findings, "executing_level_mismatch") == {"portal:provincial:executing_levels": 1}


# Letters and sheets.


def test_records_of_one_agency_that_lack_the_same_parts_are_one_letter() -> None:
    lacking = [procedure(code(n), agency=None, decision_number=None) for n in range(1, 4)]
    other = [procedure(code(4), subjects=(), decision_number=None)]
    findings = found(side("catalogue"), side("national", *lacking, *other))
    assert cases(findings, "incomplete_record") == {"incomplete:G09:agency": 3, "incomplete:G09:subjects": 1}


def test_what_an_agency_published_before_the_first_night_is_one_case() -> None:
    old = [procedure(code(n), decision_number=None, decision_date=None) for n in range(1, 4)]
    findings = found(
        side("catalogue"), side("national", *old), seen_at_baseline=frozenset(map(code, range(1, 4)))
    )
    assert cases(findings, "new_from_ministry") == {"baseline:G09": 3}
    assert {each.evidence["agency"] for each in findings} == {"Bộ Nội vụ"}


def test_what_is_published_later_without_a_decision_is_a_job_by_itself() -> None:
    findings = found(side("catalogue"), side("national", procedure(decision_number=None, decision_date=None)))
    assert cases(findings, "new_from_ministry") == {None: 1}


def test_reasons_are_one_sheet_a_division_however_it_is_typed() -> None:
    divisions = ("Phòng Hội, quỹ", "PHÒNG HỘI,  QUỸ", "Phòng Việc làm")
    rows = [
        row(code(n), online_level="partial", division=division) for n, division in enumerate(divisions, 1)
    ]
    assert cases(found(side("catalogue", *rows)), "partial_without_reason") == {
        "reasons:phòng hội quỹ": 2,
        "reasons:phòng việc làm": 1,
    }


def test_a_row_that_no_portal_has_is_one_case_and_what_the_province_lacks_another() -> None:
    rows = [row(code(n)) for n in range(1, 4)]
    findings = found(
        side("catalogue", *rows),
        side("national", *(procedure(code(n)) for n in (2, 3)), looked_up=answer(code(1), "not_found")),
        side("provincial"),
    )
    absences = "not_on_national_portal", "not_on_provincial_portal"
    assert cases(findings, *absences) == {"absent:1.000001": 2, "unpublished:provincial": 2}


def test_the_online_level_of_one_procedure_is_one_case() -> None:
    findings = found(
        side("catalogue", row(code(1), online_level="full")),
        side("national", procedure(code(1), online_level="partial")),
        services=(),
    )
    assert cases(findings, "online_level_mismatch", "service_not_posted") == {"online:1.000001": 2}


def test_codes_to_correct_are_one_sheet_a_division() -> None:
    problem = RowProblem(
        rule=FindingKind.INVALID_CODE, subject="~1", code=None, name="Cấp thẻ", place="dòng 2", reason="sai",
        division="Phòng A",
    )  # fmt: skip
    double = replace(problem, rule=FindingKind.DUPLICATE_CODE, subject=code(1), code=code(1))
    other = replace(problem, subject="~2", division="Phòng B")
    findings = found(
        side("catalogue", *(row(code(n)) for n in range(1, 9))), problems=(problem, double, other)
    )
    assert cases(findings, "invalid_code", "duplicate_code") == {"codes:phòng a": 2, "codes:phòng b": 1}


# What many findings show together.


def agencies(listed: str, published: str, numbers: Iterable[int]) -> list[Finding]:
    numbers = tuple(numbers)
    return found(
        side("catalogue", *(row(code(n), agency=listed) for n in numbers)),
        side(
            "national",
            *(procedure(code(n), agency=published, decision_number=None) for n in numbers),
        ),
    )


def test_an_agency_that_was_renamed_is_one_case_whatever_its_number() -> None:
    two = agencies("Sở Lao động", "Sở Nội vụ", (1, 2))
    many = agencies("SỞ LAO ĐỘNG", "Sở Nội vụ", range(1, 31))
    (case, number), *others = cases(two, "attribute_mismatch").items()
    assert (number, others) == (2, [])
    assert case is not None
    assert case.startswith("renamed:agency:")
    assert cases(many, "attribute_mismatch") == {case: 30}


def test_an_agency_that_differs_once_is_no_renaming() -> None:
    assert cases(agencies("Sở Lao động", "Sở Nội vụ", (1,)), "attribute_mismatch") == {None: 1}


def misread(wrong: int, of: int) -> list[Finding]:
    """Times of the list of which so many differ from both portals, which agree."""
    listed = [row(code(n), processing_time=(days(300 + n if n < wrong else 9),)) for n in range(of)]
    said = {"processing_time": (days(9),), "decision_number": None}
    return found(
        side("catalogue", *listed),
        side("national", *(procedure(code(n), **said) for n in range(of))),
        side("provincial", *(row(code(n), processing_time=(days(9),)) for n in range(of))),
    )


def test_a_column_that_differs_in_a_large_share_was_misread() -> None:
    assert cases(misread(12, 50), "slower_than_national") == {"column:catalogue:processing_time": 12}


@pytest.mark.parametrize(("wrong", "of"), [(9, 20), (12, 100)], ids=["few", "a small share"])
def test_a_column_that_differs_here_and_there_was_not(wrong: int, of: int) -> None:
    assert cases(misread(wrong, of), "slower_than_national") == {None: wrong}


def test_a_list_whose_codes_are_invalid_throughout_was_misread() -> None:
    problems = tuple(
        RowProblem(
            rule=FindingKind.INVALID_CODE, subject=f"~{n}", code=None, name="Cấp thẻ", place=f"dòng {n}",
            reason="sai", division=f"Phòng {n}",
        )
        for n in range(12)
    )  # fmt: skip
    findings = found(side("catalogue", *(row(code(n)) for n in range(1, 9))), problems=problems)
    assert cases(findings, "invalid_code") == {"column:catalogue:code": 12}


# Keys.


def test_the_key_stays_while_findings_come_and_go() -> None:
    all_lacking = [procedure(code(n), agency=None, decision_number=None) for n in range(1, 4)]
    nights = [
        cases(found(side("catalogue"), side("national", *some)), "incomplete_record")
        for some in (all_lacking, all_lacking[:1], all_lacking[1:])
    ]
    assert [set(each) for each in nights] == [{"incomplete:G09:agency"}] * 3


def test_a_key_is_short_however_long_what_it_names() -> None:
    long = "Phòng " + "rất dài " * 60
    findings = found(side("catalogue", row(code(1), online_level="partial", division=long)))
    (case,) = {each.case for each in findings}
    assert case is not None
    assert len(case) < MAX_KEY_LENGTH


def test_a_case_changes_nothing_of_what_a_finding_is() -> None:
    (finding,) = found(side("catalogue", row(code(1), online_level="partial")))
    other = replace(finding, case=None)
    assert finding.case is not None
    assert (finding.fingerprint, finding.sides_digest) == (other.fingerprint, other.sides_digest)
