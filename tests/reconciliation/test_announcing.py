"""What shows that the province announced a decision, by how many days it was late, and what is settled."""

from __future__ import annotations

from datetime import date

import pytest

from procedures.changes import RecordedChange
from procedures.findings import HANDLED, NOBODY_YET, NOT_BINDING
from procedures.model import value_text
from reconciliation import decision_lines
from reconciliation.rules import Sighting
from tests.reconciliation.making import days, found, gone, money, nameless, procedure, row, rules, side

CODE, NUMBER = "1.013703", "862/QĐ-BNV"
SIGNED, SEEN, DUE, TODAY = date(2026, 11, 2), date(2026, 11, 23), date(2026, 11, 16), date(2026, 12, 1)
AMENDING = {"decision_number": NUMBER, "decision_date": SIGNED}
NATIONAL = side("national", procedure(CODE, **AMENDING, fee=(money(9),)))


def changed(attribute, old, new, day=SEEN, run_id=5):
    return RecordedChange(
        run_id=run_id, day=day, attribute=attribute, old=value_text(old), new=value_text(new)
    )


MADE = (
    changed("decision_number", "627/QĐ-BNV", NUMBER),
    changed("fee", (money(5),), (money(9),)),
    changed("dossier", None, ()),
)


def line(catalogue=None, national=NATIONAL, number=NUMBER, **said):
    """The line of a decision that amended CODE after the baseline, judged with the findings of the night."""
    said = {
        "today": TODAY,
        "changed_codes": frozenset({CODE}),
        "sightings": (Sighting(code=CODE, number=NUMBER, decided=SIGNED, day=SEEN, reported=True),),
        "national_changes": {CODE: MADE},
        **said,
    }
    catalogue = catalogue or side("catalogue", row(CODE))
    findings = found(catalogue, national, **said)
    lines = {
        each.decision_number: each for each in decision_lines(catalogue, [national], rules(**said), findings)
    }
    return lines[number]


def overdue(line):
    return (line.announced, line.state, line.overdue) == (0.0, "overdue", (CODE,))


def test_an_amendment_that_the_list_cannot_show_waits_is_due_and_is_told():
    told = line()
    assert overdue(told)
    assert (told.changed, told.due_date, told.late_days) == ((CODE,), DUE, 15)
    assert line(today=DUE).state == "pending"


@pytest.mark.parametrize(
    ("number", "day", "answers"),
    [
        ("1404/QĐ-UBND", date(2026, 11, 20), True),
        ("1404/QĐ-UBND", SIGNED, True),
        ("1404/QĐ-UBND", date(2026, 11, 1), False),
        ("512/QĐ-UBND", date(2021, 3, 1), False),
        ("1404/QĐ-UBND", date(2026, 12, 20), False),
        ("1404/QĐ-UBND", None, False),
        (None, date(2026, 11, 20), False),
    ],
    ids=[
        "after it",
        "the same day",
        "the day before",
        "of long ago",
        "tomorrow's",
        "without a day",
        "no number",
    ],
)
def test_the_provinces_number_on_the_row_answers_by_its_date(number, day, answers):
    listed = row(CODE, province_decision_number=number, province_decision_date=day)
    assert (line(side("catalogue", listed)).state == "announced") is answers


@pytest.mark.parametrize(("day", "answers"), [(date(2026, 11, 25), True), (date(2026, 11, 1), False)])
def test_a_number_without_a_date_answers_by_the_day_on_which_it_came_to_stand_there(day, answers):
    listed = side("catalogue", row(CODE, province_decision_number="1404/QĐ-UBND"))
    typed = {CODE: (changed("province_decision_number", "512/QĐ-UBND", "1404/QĐ-UBND", day),)}
    assert (line(listed, list_changes=typed).state == "announced") is answers


def followed(old, new, day=date(2026, 11, 25), **listed):
    values = {"fee": new, **listed}
    moved = {CODE: (changed("fee", old, new, day),)}
    return line(side("catalogue", row(CODE, **values)), list_changes=moved)


def test_a_value_of_the_list_that_moved_to_the_new_one_answers():
    assert followed((money(5),), (money(9),)).state == "announced"
    assert followed((money(5),), (money(9, "online"),)).state == "announced", "however it is worded"


@pytest.mark.parametrize(
    ("old", "new", "day"),
    [
        ((money(5),), (money(7),), date(2026, 11, 25)),
        ((money(5),), (money(9),), date(2026, 11, 1)),
        (None, (money(9),), date(2026, 11, 25)),
    ],
    ids=["to another one", "before the decision", "where nothing stood"],
)
def test_a_value_that_moved_otherwise_answers_nothing(old, new, day):
    assert overdue(followed(old, new, day))


def test_a_value_that_was_the_new_one_all_along_shows_nothing():
    assert overdue(line(side("catalogue", row(CODE, fee=(money(9),)))))


def test_a_list_that_follows_a_half_has_not_answered():
    national = side("national", procedure(CODE, **AMENDING, fee=(money(9),), processing_time=(days(20),)))
    made = (*MADE, changed("processing_time", (days(25),), (days(20),)))
    listed = side("catalogue", row(CODE, fee=(money(9),), processing_time=(days(25),)))
    moved = {CODE: (changed("fee", (money(5),), (money(9),)),)}
    said = {"national_changes": {CODE: made}, "list_changes": moved}
    assert overdue(line(listed, national, **said))
    assert line(side("catalogue", row(CODE, fee=(money(9),))), national, **said).state == "announced"


NEWER = {"decision_number": "902/QĐ-BNV", "decision_date": date(2026, 11, 26)}
LATER = (
    changed("decision_number", NUMBER, "902/QĐ-BNV", run_id=8),
    changed("fee", (money(9),), (money(12),), run_id=8),
)


def test_what_was_answered_stays_so_when_a_newer_decision_moves_the_code():
    national = side("national", procedure(CODE, **NEWER, fee=(money(12),)))
    said = {
        "decision_roles": {NUMBER: {CODE: "changed"}},
        "national_changes": {CODE: (*MADE, *LATER)},
        "list_changes": {CODE: (changed("fee", (money(5),), (money(9),)),)},
    }
    listed = side("catalogue", row(CODE, fee=(money(9),)))
    assert line(listed, national, **said).state == "announced"
    assert line(listed, national, "902/QĐ-BNV", **said).state == "pending"


def test_a_code_that_is_gone_has_nothing_left_to_be_announced():
    national = side("national", procedure("1.014111"), gone=gone(procedure(CODE)))
    said = {"decision_roles": {NUMBER: {CODE: "changed"}}}
    assert line(side("catalogue", row("1.014111")), national, **said).state == "announced"


# What was there at the baseline, and what a person declared handled.

OLD = {"decision_number": "627/QĐ-BNV", "decision_date": date(2025, 6, 20)}
AT_BASELINE = Sighting(
    code=CODE, number="627/QĐ-BNV", decided=OLD["decision_date"], day=date(2026, 11, 22), reported=False
)
KNOWN = {
    "seen_at_baseline": frozenset({CODE}),
    "seen_since": {CODE: date(2026, 11, 22)},
    "changed_codes": frozenset(),
    "sightings": (AT_BASELINE,),
    "national_changes": {},
}


@pytest.mark.parametrize(
    ("listed", "asks"),
    [((row(CODE),), False), ((row(CODE, fee=(money(5),)),), True), ((), True)],
    ids=["without a difference", "with a difference", "not listed"],
)
def test_what_was_there_at_the_baseline_is_unproven_and_asks_for_what_the_list_lacks(listed, asks):
    national = side("national", procedure(CODE, **OLD, fee=(money(9),)))
    told = line(side("catalogue", *listed), national, "627/QĐ-BNV", **KNOWN)
    assert (told.announced, told.state, told.asks) == (0.0, "pending", asks)
    assert (told.counts, told.overdue, told.late_days, told.due_date) == (False, (), None, date(2025, 7, 4))


def test_what_a_person_counts_from_has_to_be_answered_though_it_was_there_at_the_baseline():
    national = side("national", procedure(CODE, **OLD))
    assert overdue(line(None, national, "627/QĐ-BNV", **KNOWN, handled_before=date(2025, 6, 1)))


@pytest.mark.parametrize("listed", [(), (row(CODE),)], ids=["not listed", "listed"])
def test_what_a_person_declared_handled_is_never_due(listed):
    national = side("national", procedure(CODE, **OLD))
    told = line(side("catalogue", *listed), national, "627/QĐ-BNV", **KNOWN, handled_before=date(2026, 1, 1))
    assert (told.due_date, told.due_basis, told.late_days, told.overdue) == (None, None, None, ())
    assert (told.state, told.counts, told.asks) == ("pending", False, False)
    entered = {("627/QĐ-BNV", CODE): date(2025, 8, 1)}
    told = line(
        side("catalogue"), national, "627/QĐ-BNV", **KNOWN, handled_before=date(2026, 1, 1), announced=entered
    )
    assert (told.state, told.late_days) == ("announced", None)


def test_a_newer_decision_that_moves_a_handled_one_s_code_counts_by_itself():
    national = side("national", procedure(CODE, **AMENDING, fee=(money(9),)))
    known = KNOWN | {
        "changed_codes": frozenset({CODE}),
        "sightings": (
            AT_BASELINE,
            Sighting(code=CODE, number=NUMBER, decided=SIGNED, day=SEEN, reported=True),
        ),
        "decision_roles": {"627/QĐ-BNV": {CODE: "changed"}},
        "handled_before": date(2026, 1, 1),
    }
    listed = side("catalogue", row(CODE, fee=(money(5),)))
    old = line(listed, national, "627/QĐ-BNV", **known)
    assert (old.due_date, old.counts, old.asks) == (None, False, False)
    assert overdue(line(listed, national, **known))


@pytest.mark.parametrize(
    ("amended", "decided", "counts"),
    [(True, date(2026, 7, 21), True), (False, date(2026, 7, 21), False), (True, date(2019, 3, 1), False)],
    ids=["the procedure changed with it", "only the number", "an older one"],
)
def test_a_decision_that_took_an_older_ones_place_is_news_where_the_procedure_changed(
    amended, decided, counts
):
    """Signed and due before the baseline, which the portal showed too late."""
    sighting = Sighting(code=CODE, number=NUMBER, decided=decided, day=SEEN, reported=True, amended=amended)
    national = side("national", procedure(CODE, decision_number=NUMBER, decision_date=decided))
    known = KNOWN | {"changed_codes": frozenset({CODE}), "sightings": (AT_BASELINE, sighting)}
    told = line(None, national, **known)
    assert (told.counts, bool(told.overdue)) == (counts, counts)


def new_from_ministry(**said):
    national = side("national", procedure(CODE, **OLD))
    (finding,) = found(side("catalogue"), national, **KNOWN, **said)
    return finding.due_date, finding.evidence[NOT_BINDING]


def test_a_procedure_of_a_handled_decision_has_no_date_and_one_of_the_baseline_says_so():
    assert new_from_ministry(handled_before=date(2026, 1, 1)) == (None, HANDLED)
    assert new_from_ministry() == (date(2025, 7, 4), NOBODY_YET)


# Late stays late.


@pytest.mark.parametrize(
    ("signed", "late"), [(date(2026, 11, 17), 1), (DUE, None), (None, None), (date(2026, 11, 30), 14)]
)
def test_an_announcement_stays_late_by_its_days(signed, late):
    told = line(announced={(NUMBER, CODE): signed})
    assert (told.state, told.late_days) == ("announced", late)


def test_what_the_row_says_of_the_date_is_late_too():
    listed = row(CODE, province_decision_number="1404/QĐ-UBND", province_decision_date=date(2026, 11, 18))
    assert line(side("catalogue", listed)).late_days == 2


def test_a_decision_that_waits_for_its_last_code_is_late_by_today():
    national = side("national", procedure(CODE, **AMENDING), procedure("1.014300", **AMENDING))
    told = line(side("catalogue", row(CODE)), national, announced={(NUMBER, CODE): date(2026, 11, 17)})
    assert (told.state, told.late_days) == ("overdue", 15)


# Rows without a code.


def test_a_row_of_the_district_without_a_code_is_repealed_by_its_name():
    name = {"name": "Thủ tục thành lập hội", "field": "Hội, quỹ"}
    key, listed = nameless(executing_levels=frozenset({"district"}), **name)
    coded = row(
        "1.999402", executing_levels=frozenset({"district"}), name="Hội tự giải thể", field="Hội, quỹ"
    )
    commune = {"executing_levels": frozenset({"commune"}), "field": "Hội, quỹ", **AMENDING}
    national = side(
        "national",
        procedure(CODE, **commune, name="Thủ tục thành lập hội"),
        procedure("1.013708", **commune, name="Hội tự giải thể"),
    )
    told = line(side("catalogue", listed, coded), national)
    assert told.repealed == ("1.999402", key)
    assert [each.record() for each in told.repealed_rows] == [
        {"code": "1.999402", "name": "Hội tự giải thể", "level": "district"},
        {"code": None, "name": "Thủ tục thành lập hội", "level": "district"},
    ]
    assert key in told.waiting
    findings = found(side("catalogue", listed, coded), national, today=TODAY)
    (late,) = [finding for finding in findings if finding.kind == "announcement_overdue"]
    assert late.evidence["codes"] == [CODE, "1.013708", "1.999402", "Thủ tục thành lập hội"]
    known = {"decision_roles": {NUMBER: {key: "repealed"}}, "repealed_rows": {key: told.repealed_rows[1]}}
    left = line(side("catalogue", coded), national, **known)
    assert (left.repealed_rows, key in left.waiting) == (told.repealed_rows, False), "out of the list"


def test_what_a_newer_decision_only_amends_stays_repealed_by_the_older_one():
    district = row("1.999402", executing_levels=frozenset({"district"}), name="Thủ tục thành lập hội")
    now = procedure(CODE, **AMENDING, name="Thủ tục thành lập hội", executing_levels=frozenset({"commune"}))
    known = {"decision_roles": {"627/QĐ-BNV": {CODE: "new", "1.999402": "repealed"}}}
    catalogue, national = side("catalogue", district), side("national", now)
    assert line(catalogue, national, **known).repealed == ()
    assert line(catalogue, national, "627/QĐ-BNV", **known).repealed == ("1.999402",)
    (finding,) = [f for f in found(catalogue, national, **known) if f.kind == "replaced_still_listed"]
    assert finding.evidence["decision_number"] == "627/QĐ-BNV"
