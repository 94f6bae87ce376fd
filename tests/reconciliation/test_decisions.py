"""Ministry decisions: what each made of which code, how far the catalogue follows, and by when it has to."""

from __future__ import annotations

from datetime import date

import pytest

from procedures.calendar import SwappedDays
from procedures.configuration import Department
from reconciliation import decision_lines
from tests.reconciliation.making import found, gone, money, procedure, row, rules, side

ONE = {"decision_number": "862/QĐ-BNV", "decision_date": date(2026, 11, 2)}
LAW = {"effective_dates": {"862/QĐ-BNV": date(2026, 11, 20)}}


def line(catalogue, national, number="862/QĐ-BNV", findings=(), **said):
    lines = decision_lines(catalogue, [national], rules(**said), findings)
    (found_line,) = [each for each in lines if each.decision_number == number]
    return found_line


def test_a_decision_says_what_it_made_new_changed_and_repealed():
    national = side(
        "national",
        procedure("1.014300", **ONE),
        procedure("1.014301", **ONE),
        gone=gone(procedure("1.009000"), "replaced", "1.014300"),
    )
    told = line(side("catalogue", row("1.014301")), national, changed_codes=frozenset({"1.014301"}))
    assert (told.new, told.changed, told.repealed) == (("1.014300",), ("1.014301",), ("1.009000",))
    assert (told.agency, told.decision_date) == ("Bộ Nội vụ", date(2026, 11, 2))


def test_what_vanished_without_a_decision_is_on_no_line():
    national = side("national", procedure("1.014300", **ONE), gone=gone(procedure("1.009000")))
    assert line(side("catalogue"), national).repealed == ()


def test_what_a_person_entered_by_repeals_is_on_the_line_of_that_decision():
    national = side("national", procedure("1.014300", **ONE), gone=gone(procedure("1.009000")))
    told = line(side("catalogue", row("1.009000")), national, repealed_by={"1.009000": "862/QĐ-BNV"})
    assert told.repealed == ("1.009000",)


def test_announced_is_the_share_that_the_catalogue_already_reflects():
    national = side("national", *(procedure(f"1.01430{n}", **ONE) for n in range(4)))
    told = line(side("catalogue", row("1.014300")), national, today=date(2026, 11, 10))
    assert (told.announced, told.state) == (0.25, "pending")
    assert told.waiting == ("1.014301", "1.014302", "1.014303")


def test_a_changed_code_with_an_open_difference_is_not_reflected():
    national = side("national", procedure("1.014300", **ONE))
    catalogue = side("catalogue", row("1.014300", fee=(money(5),)))
    said = {"changed_codes": frozenset({"1.014300"})}
    assert line(catalogue, national, findings=found(catalogue, national), **said).announced == 0
    assert line(side("catalogue", row("1.014300")), national, **said).state == "announced"


def test_a_recorded_announcement_counts_though_the_list_is_behind():
    national = side("national", procedure("1.014300", **ONE))
    told = line(side("catalogue"), national, announced=frozenset({("862/QĐ-BNV", "1.014300")}))
    assert told.state == "announced"


def test_the_law_counts_from_the_effective_date():
    told = line(side("catalogue"), side("national", procedure("1.014300", **ONE)), **LAW)
    assert (told.due_date, told.due_basis) == (date(2026, 11, 15), "law")


def test_the_law_may_be_counted_in_working_days():
    department = Department(legal_days="working_days")
    told = line(
        side("catalogue"), side("national", procedure("1.014300", **ONE)), department=department, **LAW
    )
    assert told.due_date == date(2026, 11, 13)


def test_without_an_effective_date_it_is_the_departments_own_target():
    told = line(side("catalogue"), side("national", procedure("1.014300", **ONE)))
    assert (told.due_date, told.due_basis) == (date(2026, 11, 16), "internal")


def test_days_that_the_government_swapped_move_the_target():
    swapped = SwappedDays(
        off=frozenset({date(2026, 11, 9)}), on=frozenset({date(2026, 11, 7), date(2026, 11, 8)})
    )
    department = Department(swapped_days=swapped)
    told = line(side("catalogue"), side("national", procedure("1.014300", **ONE)), department=department)
    assert told.due_date == date(2026, 11, 13)


def overdue(catalogue=None, **said):
    findings = found(catalogue or side("catalogue"), side("national", procedure("1.014300", **ONE)), **said)
    return [finding for finding in findings if finding.kind == "announcement_overdue"]


def test_a_deadline_of_the_law_that_passed_is_critical():
    (finding,) = overdue(**LAW)
    assert (finding.severity.value, finding.subject, finding.due_date) == (
        "critical",
        "862/QĐ-BNV",
        date(2026, 11, 15),
    )
    assert finding.evidence["codes"] == ["1.014300"]


def test_the_departments_own_target_is_never_shown_as_law():
    (finding,) = overdue()
    assert (finding.severity.value, finding.evidence["due_basis"]) == ("high", "internal")


@pytest.mark.parametrize(
    "said",
    [
        {"today": date(2026, 11, 16)},
        {"seen_at_baseline": frozenset({"1.014300"})},
        {"handled_before": date(2026, 11, 3)},
        {"catalogue": side("catalogue", row("1.014300"))},
    ],
    ids=["the last day", "seen at the baseline", "done with before", "announced"],
)
def test_it_is_not_overdue_when(said):
    assert overdue(**said) == []


def test_once_a_person_says_from_when_decisions_count_the_baseline_is_no_excuse():
    said = {"seen_at_baseline": frozenset({"1.014300"}), "handled_before": date(2026, 11, 1)}
    assert len(overdue(**said)) == 1


def test_one_number_written_two_ways_is_one_decision():
    national = side(
        "national",
        procedure("1.014300", **ONE),
        procedure("1.014301", **{**ONE, "decision_number": "862/QĐ - BNV"}),
    )
    lines = decision_lines(side("catalogue"), [national], rules())
    assert [each.new for each in lines] == [("1.014300", "1.014301")]


def test_a_record_without_a_decision_is_due_from_the_day_it_was_first_seen():
    national = side("national", procedure("1.014300", decision_number=None, decision_date=None))
    (finding,) = found(side("catalogue"), national, seen_since={"1.014300": date(2026, 11, 20)})
    assert finding.due_date == date(2026, 12, 7)  # ten working days; 24 November is a day of rest
