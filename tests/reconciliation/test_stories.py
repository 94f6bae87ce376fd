"""Two stories of an office, told from night to night."""

from __future__ import annotations

from dataclasses import replace

import pytest

from procedures.changes import Arrival
from procedures.findings import RetiredProcedure
from procedures.wording.words import KIND_TITLES
from reconciliation import compare, decision_lines
from reconciliation.findings.times import reduction_share
from tests.reconciliation.making import (
    FIRST,
    carried_on,
    days,
    found,
    kinds,
    known,
    night,
    procedure,
    read,
    row,
    rules,
    side,
    told,
)
from tests.reconciliation.records import hanoi_row, real

# (a) Recruiting civil servants.

EXAM = procedure("1.014111", name="Thi tuyển công chức", processing_time=(days(140),))
SELECTION = procedure("1.014113", name="Xét tuyển công chức", processing_time=(days(75),))
RECEPTION = procedure("1.014116", name="Tiếp nhận vào làm công chức")
HIRING = procedure("1.013723", name="Tuyển dụng công chức cấp xã", executing_levels=frozenset({"commune"}))
NEXT = procedure("1.116316", name="Tiếp nhận vào công chức", decision_number="862/QĐ-BNV")
NATION = (EXAM, SELECTION, RECEPTION, HIRING)


def list_of(*times):
    """The department's list, with its own times of the first two."""
    own = [replace(row(p.code, name=p.name, executing_levels=p.executing_levels)) for p in NATION]
    told_times = [*times, None, None]
    return side(
        "catalogue",
        *(
            replace(p, processing_time=(days(t),) if t else None)
            for p, t in zip(own, told_times, strict=True)
        ),
    )


def test_shorter_times_are_cuts_of_50_00_and_49_33_percent():
    assert found(list_of(70, 38), side("national", *NATION)) == []
    assert [
        round(reduction_share(days(ours), days(theirs)) * 100, 2) for ours, theirs in ((70, 140), (38, 75))
    ] == [
        50.00,
        49.33,
    ]


def test_the_other_way_round_both_are_slower():
    national = [replace(EXAM, processing_time=(days(70),)), replace(SELECTION, processing_time=(days(38),))]
    findings = found(list_of(140, 75), side("national", *national, RECEPTION, HIRING))
    assert told(findings) == [
        ("slower_than_national", "1.014111", "processing_time"),
        ("slower_than_national", "1.014113", "processing_time"),
    ]


def test_a_night_that_answers_with_a_challenge_moves_no_finding():
    national = [replace(EXAM, processing_time=(days(70),)), SELECTION, RECEPTION, HIRING]
    before = found(list_of(140, 38), side("national", *national))
    after = found(list_of(140, 38), side("national", *national, fresh=False))
    assert before == after
    assert len(before) == 1


@pytest.fixture(scope="module")
def two_nights():
    """1.014116 and 1.013723 are gone and 1.116316 is new; the second night confirms it."""
    standing, each = known(*NATION), []
    arrived = {NEXT.code: Arrival(NEXT, FIRST)}
    for day in range(2):
        comparison = compare(standing, read(EXAM, SELECTION, NEXT), night(day, recent_new=arrived))
        standing = carried_on(standing, comparison)
        each.append(comparison)
    return each


def test_on_the_first_night_two_are_suspected_and_one_is_new(two_nights):
    assert sorted(kinds(two_nights[0])) == ["missing", "missing", "new"]


def test_on_the_second_they_are_repealed_and_the_new_one_is_only_a_candidate(two_nights):
    ended = {change.code: change for change in two_nights[1].changes}
    assert {code: change.kind.value for code, change in ended.items()} == {
        "1.014116": "repealed",
        "1.013723": "repealed",
    }
    assert [change.successor_code for change in ended.values()] == [None, None]
    assert [c["code"] for c in ended["1.014116"].evidence["candidates"]] == ["1.116316"]
    assert "candidates" not in ended["1.013723"].evidence


def after_both_nights(two_nights, **said):
    away = {
        change.code: RetiredProcedure(kind=change.kind.value, procedure=p, evidence=change.evidence)
        for change in two_nights[1].changes
        for p in NATION
        if p.code == change.code
    }
    return found(list_of(70, 38), side("national", EXAM, SELECTION, NEXT, gone=away), **said)


def test_the_catalogues_rows_are_suspected_until_a_decision_is_entered(two_nights):
    findings = after_both_nights(two_nights)
    assert told(findings) == [
        ("new_from_ministry", "1.116316", None),
        ("repealed_still_listed", "1.013723", None),
        ("repealed_still_listed", "1.014116", None),
    ]
    assert [finding.severity.value for finding in findings[1:]] == ["high", "high"]
    assert "decision_number" not in findings[1].evidence
    assert "nghi bãi bỏ" in KIND_TITLES[findings[1].kind]


def test_once_decision_3500_is_entered_it_is_critical_and_names_it(two_nights):
    entered = {"1.014116": "3500/QĐ-UBND", "1.013723": "3500/QĐ-UBND"}
    still = [
        f for f in after_both_nights(two_nights, repealed_by=entered) if f.kind == "repealed_still_listed"
    ]
    assert [(f.severity.value, f.evidence["decision_number"]) for f in still] == [
        ("critical", "3500/QĐ-UBND")
    ] * 2


# (b) Decision 627/QĐ-BNV moves the associations' procedures from the district to the commune.

MOVED = {
    100: "1.013702", 101: "1.013703", 102: "1.013704", 103: "1.013706", 104: "1.013707", 105: "1.013708",
    106: "1.013709",
}  # fmt: skip
"""Row of Hà Nội's decision (as the district had it) and the commune's code."""

DISTRICT_CODES = {number: f"1.00{number:04d}" for number in MOVED}


@pytest.fixture(scope="module")
def association_procedures():
    """The commune's procedures as the ministry published them by decision 627/QĐ-BNV.

    The real record of 1.013703 names no executing agency; it is given the others' here.
    """
    committee = "Ủy ban nhân dân cấp xã"
    return [
        replace(p, decision_number="627/QĐ-BNV", agency=p.agency or committee)
        for p in real("noivu")
        if p.code in MOVED.values()
    ]


@pytest.mark.parametrize("coded", [True, False], ids=["with the district's codes", "without codes"])
def test_the_districts_rows_are_replaced_and_nothing_is_new(association_procedures, coded):
    rows = [hanoi_row(number, DISTRICT_CODES[number] if coded else None) for number in MOVED]
    codes = frozenset(MOVED.values())
    national = side("national", *association_procedures)
    findings = found(side("catalogue", *rows), national, seen_at_baseline=codes)
    assert {finding.kind.value for finding in findings} == {"replaced_still_listed"}
    assert sorted(finding.successor_code for finding in findings) == sorted(MOVED.values())
    assert all(f.evidence["transfer"] == {"from": ["district"], "to": ["commune"]} for f in findings)
    assert {f.evidence["decision_number"] for f in findings} == {"627/QĐ-BNV"}


def test_it_is_one_line_of_the_ledger(association_procedures):
    rows = [hanoi_row(number, DISTRICT_CODES[number]) for number in MOVED]
    (line,) = decision_lines(side("catalogue", *rows), [side("national", *association_procedures)], rules())
    assert line.decision_number == "627/QĐ-BNV"
    assert line.new == tuple(sorted(MOVED.values()))
    assert line.repealed == tuple(sorted(DISTRICT_CODES.values()))
    assert line.announced == 0


def test_a_catalogue_that_already_moved_has_nothing_to_say(association_procedures):
    rows = [
        row(p.code, name=p.name, field=p.field, executing_levels=p.executing_levels)
        for p in association_procedures
    ]
    assert found(side("catalogue", *rows), side("national", *association_procedures)) == []


def test_what_the_district_still_has_is_overdue_once_the_decision_is_old(association_procedures):
    rows = [hanoi_row(number, DISTRICT_CODES[number]) for number in MOVED]
    findings = found(side("catalogue", *rows), side("national", *association_procedures))
    (overdue,) = [finding for finding in findings if finding.kind == "announcement_overdue"]
    assert (overdue.subject, overdue.severity.value) == ("627/QĐ-BNV", "high")
    assert overdue.evidence["due_basis"] == "internal"


def test_the_provinces_procedure_of_the_same_name_is_not_taken_for_it(association_procedures):
    """Both levels have "Thành lập hội": the district's row leads to the commune's."""
    both = [*association_procedures, *(p for p in real("noivu") if p.code == "1.012929")]
    listed = row("1.012929", name="Thủ tục thành lập hội (cấp tỉnh)", field="Quản lý nhà nước về hội, quỹ")
    findings = found(side("catalogue", hanoi_row(101), listed), side("national", *both))
    replaced = [finding for finding in findings if finding.kind == "replaced_still_listed"]
    assert [finding.successor_code for finding in replaced] == ["1.013703"]


def test_a_name_that_the_province_had_all_along_does_not_replace_the_districts_row():
    at_province = procedure("1.012929", name="Thành lập hội")
    at_district = row("1.999402", name="Thành lập hội", executing_levels=frozenset({"district"}))
    ours = side("catalogue", at_district, row("1.012929", name="Thành lập hội"))
    assert told(found(ours, side("national", at_province))) == [
        ("executing_level_mismatch", "district", "executing_levels")
    ]
