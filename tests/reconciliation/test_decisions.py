"""Ministry decisions: what each made of which code, how far the catalogue follows, and by when it has to."""

from __future__ import annotations

from datetime import date

import pytest

from procedures.dates.calendar import SwappedDays
from reconciliation import decision_lines
from reconciliation.rules import Sighting
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


@pytest.mark.parametrize("listed", [row("1.014300"), row("1.014300", fee=(money(5),))])
def test_a_changed_code_is_not_announced_because_the_list_shows_no_difference(listed):
    national, catalogue = side("national", procedure("1.014300", **ONE)), side("catalogue", listed)
    told = line(
        catalogue, national, findings=found(catalogue, national), changed_codes=frozenset({"1.014300"})
    )
    assert (told.announced, told.state) == (0, "overdue")


@pytest.mark.parametrize(
    ("signed", "state"),
    ((None, "announced"), (date(2026, 11, 20), "announced"), (date(2025, 11, 20), "overdue")),
    ids=["no day", "this year's", "that of a namesake of last year"],
)
def test_a_recorded_announcement_counts_though_the_list_is_behind(signed, state):
    national = side("national", procedure("1.014300", **ONE))
    told = line(side("catalogue"), national, announced={("862/QĐ-BNV", "1.014300"): signed})
    assert told.state == state


def test_the_law_counts_from_the_effective_date():
    told = line(side("catalogue"), side("national", procedure("1.014300", **ONE)), **LAW)
    assert (told.due_date, told.due_basis) == (date(2026, 11, 15), "law")


def test_the_law_may_be_counted_in_working_days():
    told = line(
        side("catalogue"), side("national", procedure("1.014300", **ONE)), legal_days="working_days", **LAW
    )
    assert told.due_date == date(2026, 11, 13)


def test_without_an_effective_date_it_is_the_departments_own_target():
    told = line(side("catalogue"), side("national", procedure("1.014300", **ONE)))
    assert (told.due_date, told.due_basis) == (date(2026, 11, 16), "internal")


def test_days_that_the_government_swapped_move_the_target():
    swapped = SwappedDays(
        off=frozenset({date(2026, 11, 9)}), on=frozenset({date(2026, 11, 7), date(2026, 11, 8)})
    )
    told = line(side("catalogue"), side("national", procedure("1.014300", **ONE)), swapped_days=swapped)
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


def test_a_text_too_long_to_be_a_number_is_on_the_ledger_by_its_beginning():
    wordy = "862/QĐ-BNV và " + "các văn bản " * 100
    national = side(
        "national",
        procedure("1.014300", **{**ONE, "decision_number": wordy + "A"}),
        procedure("1.014301", **{**ONE, "decision_number": wordy + "B"}),
    )
    said = {"effective_dates": {wordy[:400]: date(2026, 11, 20)}}
    (only,) = decision_lines(side("catalogue"), [national], rules(**said))
    assert (only.decision_number, only.new) == (wordy[:400], ("1.014300", "1.014301"))
    assert (only.agency, only.decision_date) == ("Bộ Nội vụ", date(2026, 11, 2))
    assert only.effective_date == date(2026, 11, 20)


def test_a_record_without_a_decision_is_due_from_the_day_it_was_first_seen():
    national = side("national", procedure("1.014300", decision_number=None, decision_date=None))
    (finding,) = found(side("catalogue"), national, seen_since={"1.014300": date(2026, 11, 20)})
    assert finding.due_date == date(2026, 12, 7)  # ten working days; 24 November is a day of rest


# What counts: a decision by its date, or by the day on which it was first seen.

BASELINE, LATER, MARCH = date(2026, 11, 22), date(2026, 12, 1), date(2027, 3, 1)
AT_BASELINE = frozenset({"1.014300"})
UNDATED = {"decision_number": "900/QĐ-BNV", "decision_date": None}
AMENDED = {"decision_number": "902/QĐ-BNV", "decision_date": date(2026, 12, 10), "fee": (money(9),)}


def seen(code, number, decided=None, day=BASELINE, spoken=False):
    return Sighting(code=code, number=number, decided=decided, day=day, reported=spoken)


def late(national, catalogue=None, **said):
    said = {"today": MARCH, **said}
    findings = found(catalogue or side("catalogue"), national, **said)
    return {f.subject: f.due_date for f in findings if f.kind == "announcement_overdue"}


def later(code, number, decided=None):
    return seen(code, number, decided, LATER, True)


@pytest.mark.parametrize(
    ("before", "expected"),
    [(None, 1), (BASELINE, 1), (LATER, 1), (date(2026, 12, 2), 0)],
    ids=["nothing said", "from the baseline on", "from that day on", "from the next day on"],
)
def test_a_decision_without_a_date_counts_from_the_day_on_which_it_was_first_seen(before, expected):
    national = side("national", procedure("1.014300", **UNDATED))
    said = {"sightings": (later("1.014300", "900/QĐ-BNV"),), "handled_before": before}
    assert len(late(national, **said)) == expected


def test_the_baseline_night_floods_nobody_with_decisions_that_have_no_date():
    national = side("national", procedure("1.014300", **UNDATED))
    said = {"sightings": (seen("1.014300", "900/QĐ-BNV"),), "seen_at_baseline": AT_BASELINE}
    for before in (None, date(2026, 1, 1), BASELINE):
        assert late(national, handled_before=before, **said) == {}


def test_a_decision_without_a_date_that_takes_effect_after_that_day_is_not_done_with():
    national = side("national", procedure("1.014300", **UNDATED))
    said = {
        "sightings": (seen("1.014300", "900/QĐ-BNV"),),
        "seen_at_baseline": AT_BASELINE,
        "effective_dates": {"900/QĐ-BNV": date(2027, 1, 1)},
    }
    assert late(national, handled_before=BASELINE, **said) == {"900/QĐ-BNV": date(2026, 12, 27)}
    assert late(national, handled_before=date(2027, 1, 2), **said) == {}


def amended(*sightings, rules=None, **said):
    """A code of the baseline that the catalogue has as it was, with the fee of before."""
    national = side("national", procedure("1.014300", **{**AMENDED, **said}))
    catalogue = side("catalogue", row("1.014300", fee=(money(5),)))
    first = seen("1.014300", "627/QĐ-BNV", date(2025, 6, 20))
    moved = {"changed_codes": AT_BASELINE, "seen_at_baseline": AT_BASELINE, "sightings": (first, *sightings)}
    return late(national, catalogue, **moved, **(rules or {}))


def test_a_new_decision_about_a_code_of_the_baseline_is_overdue_like_any_other():
    assert amended(later("1.014300", "902/QĐ-BNV", date(2026, 12, 10))) == {"902/QĐ-BNV": date(2026, 12, 24)}


def test_a_number_of_long_ago_that_a_portal_fills_in_is_no_new_decision():
    since = {"seen_since": {"1.014300": BASELINE}}
    old = {"decision_date": date(2019, 3, 1)}
    assert amended(later("1.014300", "902/QĐ-BNV", date(2019, 3, 1)), **old, rules=since) == {}
    fresh = {"decision_date": date(2026, 11, 10)}  # signed before the baseline, due after it
    told = amended(later("1.014300", "902/QĐ-BNV", date(2026, 11, 10)), **fresh, rules=since)
    assert told == {"902/QĐ-BNV": date(2026, 11, 25)}


def test_a_decision_that_another_code_had_at_the_baseline_is_not_new():
    known = seen("1.014999", "902/QĐ-BNV", date(2026, 10, 10))
    renamed = {"decision_date": date(2026, 10, 10)}
    assert amended(known, later("1.014300", "902/QĐ-BNV", date(2026, 10, 10)), **renamed) == {}


@pytest.mark.parametrize(
    ("number", "decided"),
    [("627/2025/QĐ-BNV", date(2025, 6, 20)), ("627/QĐ-BNV", date(2026, 6, 20)), ("627/QĐ-BNV", None)],
    ids=["its number", "the year of its date", "its date taken away"],
)
def test_a_decision_of_the_baseline_that_is_only_worded_otherwise_is_not_new(number, decided):
    said = {"decision_number": number, "decision_date": decided}
    assert amended(later("1.014300", number, decided), **said) == {}


def test_a_repeal_without_a_date_counts_from_the_day_on_which_a_person_entered_it():
    national = side("national", gone=gone(procedure("1.014300")))
    entered = seen("1.014300", "901/QĐ-BNV", day=date(2027, 2, 1), spoken=True)
    said = {
        "repealed_by": {"1.014300": "901/QĐ-BNV"},
        "seen_since": {"1.014300": BASELINE},
        "seen_at_baseline": AT_BASELINE,
        "sightings": (entered,),
    }
    listed = side("catalogue", row("1.014300"))
    told = line(listed, national, "901/QĐ-BNV", today=date(2027, 2, 1), **said)
    assert (told.state, told.due_date) == ("pending", date(2027, 2, 22))  # ten working days, Tết between
    for before in (None, BASELINE):
        assert late(national, listed, handled_before=before, **said) == {"901/QĐ-BNV": date(2027, 2, 22)}


# Ministries number their decisions anew each year.

OLD, NEW = date(2025, 6, 20), date(2026, 12, 10)
NAMESAKES = side(
    "national",
    procedure("1.014300", decision_number="627/QĐ-BNV", decision_date=OLD),
    procedure("1.014999", decision_number="627/QĐ-BNV", decision_date=NEW),
)
KNOWN = {
    "seen_at_baseline": AT_BASELINE,
    "sightings": (seen("1.014300", "627/QĐ-BNV", OLD), later("1.014999", "627/QĐ-BNV", NEW)),
}


@pytest.mark.parametrize("before", [None, date(2026, 11, 1)], ids=["nothing said", "a day said"])
def test_a_number_of_another_year_is_another_decision_with_dates_of_its_own(before):
    catalogue = side("catalogue", row("1.014300"))
    said = {**KNOWN, "handled_before": before}
    told = line(catalogue, NAMESAKES, "627/QĐ-BNV", today=date(2026, 12, 20), **said)
    assert (told.decision_date, told.due_date, told.state) == (NEW, date(2026, 12, 24), "pending")
    assert late(NAMESAKES, catalogue, **said) == {"627/QĐ-BNV": date(2026, 12, 24)}


def test_what_is_still_waiting_of_the_older_one_stays_overdue_by_its_own_date():
    said = {**KNOWN, "handled_before": date(2025, 1, 1), "today": date(2026, 12, 20)}
    told = line(side("catalogue"), NAMESAKES, "627/QĐ-BNV", **said)
    assert (told.decision_date, told.overdue) == (OLD, ("1.014300",))
    assert told.waiting == ("1.014300", "1.014999")


def test_an_effective_date_belongs_to_the_decision_of_its_year():
    said = {**KNOWN, "effective_dates": {"627/QĐ-BNV": date(2025, 7, 1)}}
    listed = side("catalogue", row("1.014300"))
    told = line(listed, NAMESAKES, "627/QĐ-BNV", today=NEW, **said)
    assert (told.effective_date, told.due_basis) == (None, "internal")
    (finding,) = [f for f in found(listed, NAMESAKES, **said) if f.kind == "new_from_ministry"]
    assert finding.due_date == date(2026, 12, 24)
    said["effective_dates"] = {"627/QĐ-BNV": date(2027, 1, 1)}
    told = line(listed, NAMESAKES, "627/QĐ-BNV", today=NEW, **said)
    assert (told.effective_date, told.due_date) == (date(2027, 1, 1), date(2026, 12, 27))


def test_an_effective_date_of_a_namesake_that_no_record_names_any_more_is_not_the_new_ones():
    alone = side("national", procedure("1.014999", decision_number="627/QĐ-BNV", decision_date=NEW))
    said = {**KNOWN, "effective_dates": {"627/QĐ-BNV": date(2025, 7, 1)}}
    told = line(side("catalogue"), alone, "627/QĐ-BNV", today=NEW, **said)
    assert (told.effective_date, told.due_date) == (None, date(2026, 12, 24))
