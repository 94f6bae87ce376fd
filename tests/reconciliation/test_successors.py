"""What takes the place of a procedure that is gone, and what only resembles it."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from rapidfuzz import fuzz

from procedures.changes import Arrival, StoredProcedure
from procedures.values.text import name_identity
from reconciliation import compare
from reconciliation.changes.successors import Successors, successors_in_force
from reconciliation.findings.names import spelling_key
from tests.reconciliation.making import (
    absent_since,
    at,
    carried_on,
    found,
    gone,
    kinds,
    known,
    night,
    only,
    procedure,
    read,
    row,
    side,
    unpublished,
)
from tests.reconciliation.records import everything, hanoi, hanoi_row

DISTRICT, COMMUNE, PROVINCE = (frozenset({level}) for level in ("district", "commune", "province"))
FUND = {"field": "Quản lý nhà nước về quỹ"}
OLD = procedure("1.003621", name="Thủ tục quỹ tự giải thể", executing_levels=DISTRICT, **FUND)


def gone_while(old, *new, recent=(), came=-1, **said):
    """One night on which `old`, absent since the night before, is confirmed to be gone and `new` are read."""
    standing = {old.code: StoredProcedure(procedure=old, absence=absent_since(-1))}
    arrived = {p.code: Arrival(p, at(came).date()) for p in recent}
    return compare(standing, read(*new), night(recent_new=arrived, **said))


def ending(comparison):
    return only(change for change in comparison.changes if change.kind.value != "new")


def test_the_same_name_at_the_same_level_replaces_it():
    new = replace(OLD, code="1.013717", executing_levels=DISTRICT)
    change = ending(gone_while(OLD, new))
    assert (change.kind.value, change.successor_code) == ("replaced", "1.013717")


def test_the_same_name_at_another_level_alone_is_a_transfer():
    new = replace(OLD, code="1.013717", name="Quỹ tự giải thể", executing_levels=COMMUNE)
    change = ending(gone_while(OLD, new))
    assert (change.kind.value, change.successor_code) == ("level_transfer", "1.013717")
    assert change.evidence["levels"] == [["district"], ["commune"]]


def test_a_level_that_stays_is_no_transfer():
    new = replace(OLD, code="1.013717", executing_levels=DISTRICT | COMMUNE)
    assert ending(gone_while(OLD, new)).kind.value == "replaced"


def test_a_successor_of_an_earlier_night_of_the_absence_counts():
    new = replace(OLD, code="1.013717")
    assert ending(gone_while(OLD, recent=[new])).successor_code == "1.013717"


def test_what_came_before_the_absence_takes_over_nothing_however_long_another_one_is_absent():
    change = ending(gone_while(OLD, recent=[replace(OLD, code="1.013717")], came=-2))
    assert (change.kind.value, change.successor_code) == ("repealed", None)
    assert "candidates" not in change.evidence


def test_a_procedure_that_was_there_all_along_takes_over_nothing():
    other = replace(OLD, code="1.013717")
    standing = {**known(other), OLD.code: StoredProcedure(procedure=OLD, absence=absent_since(-1))}
    change = only(compare(standing, read(other), night()).changes)
    assert (change.kind.value, change.successor_code) == ("repealed", None)


def test_one_that_is_unpublished_while_the_next_is_published_is_replaced_at_once():
    new = replace(OLD, code="1.013717")
    comparison = compare(known(OLD), {**read(new), **unpublished(OLD.code, "INACTIVE")}, night())
    assert kinds(comparison) == ["replaced", "new"]


OTHERS = {
    "another ministry": {"promulgating_agency": "Bộ Tư pháp", "promulgating_agency_code": "G15"},
    "another field": {"field": "Việc làm"},
    "one verb more": {"name": "Thủ tục cấp lại quỹ tự giải thể"},
    "a number": {"name": "Thủ tục quỹ tự giải thể 2"},
}


@pytest.mark.parametrize("other", OTHERS)
def test_it_is_not_joined_with(other):
    change = ending(gone_while(OLD, replace(OLD, code="1.013717", **OTHERS[other])))
    assert (change.kind.value, change.successor_code) == ("repealed", None)


def test_a_name_that_is_nearly_the_same_is_a_candidate_with_its_reason():
    old = replace(OLD, name="Thủ tục cấp giấy phép thành lập và công nhận điều lệ quỹ")
    new = replace(old, code="1.013714", name="Thủ tục cấp lại giấy phép thành lập và công nhận điều lệ quỹ")
    change = ending(gone_while(old, new))
    assert change.successor_code is None
    (candidate,) = change.evidence["candidates"]
    assert candidate["code"] == "1.013714"
    assert candidate["likeness"] >= 0.9
    assert "khác hành động" in candidate["reason"]


def test_of_two_arrivals_of_one_name_the_district_goes_to_the_commune():
    commune = replace(OLD, code="1.013717", executing_levels=COMMUNE)
    province = replace(OLD, code="1.013001", executing_levels=PROVINCE)
    assert ending(gone_while(OLD, commune, province)).successor_code == "1.013717"


def test_two_arrivals_that_nothing_tells_apart_are_candidates_both():
    twins = [replace(OLD, code=code, executing_levels=COMMUNE) for code in ("1.013717", "1.013718")]
    change = ending(gone_while(OLD, *twins))
    assert change.successor_code is None
    assert {candidate["code"] for candidate in change.evidence["candidates"]} == {"1.013717", "1.013718"}


# A chain: the portal gave a procedure one code and then another while it could seldom be read.

FIRST, SECOND, THIRD = (replace(OLD, code=code) for code in ("1.003621", "1.013717", "1.016001"))


def nights_of(*each, standing):
    """The endings of nights in a row, as (code, kind, successor): each night is the procedures it lists."""
    spoken, arrived = [], {}
    for day, listed in enumerate(each):
        comparison = compare(standing, read(*listed), night(day, recent_new=dict(arrived)))
        standing = carried_on(standing, comparison)
        new = {change.key for change in comparison.changes if change.kind.value == "new"}
        arrived |= {key: Arrival(standing[key].procedure, at(day).date()) for key in new}
        spoken.append(
            [
                (change.key, change.kind.value, change.successor_code)
                for change in comparison.changes
                if change.kind.value not in ("new", "missing")
            ]
        )
    return spoken


@pytest.mark.parametrize(
    "levels", [(DISTRICT,) * 3, (PROVINCE, COMMUNE, PROVINCE)], ids=["one", "there and back"]
)
def test_of_a_chain_within_one_absence_each_is_replaced_by_the_next(levels):
    first, second, third = (
        replace(each, executing_levels=level)
        for each, level in zip((FIRST, SECOND, THIRD), levels, strict=True)
    )
    kind = "replaced" if levels[0] == levels[1] else "level_transfer"
    spoken = nights_of((second,), (third,), (third,), standing=known(first))
    assert spoken == [
        [],
        [("1.003621", kind, "1.013717")],
        [("1.013717", kind, "1.016001")],
    ]


def test_a_chain_whose_links_all_changed_in_one_outage_is_one_step():
    assert nights_of((THIRD,), (THIRD,), standing=known(FIRST))[1] == [("1.003621", "replaced", "1.016001")]


def test_a_link_that_is_unpublished_as_the_next_one_comes_is_a_link_too():
    standing = {
        "1.003621": StoredProcedure(procedure=FIRST, absence=absent_since(-1)),
        "1.013717": StoredProcedure(procedure=SECOND),
    }
    arrived = {"1.013717": Arrival(SECOND, at(-1).date())}
    tonight = {**read(THIRD), **unpublished("1.013717")}
    ends = compare(standing, tonight, night(recent_new=arrived)).changes
    assert [(change.key, change.kind.value, change.successor_code) for change in ends] == [
        ("1.003621", "replaced", "1.013717"),
        ("1.013717", "replaced", "1.016001"),
        ("1.016001", "new", None),
    ]


def test_of_two_that_stay_the_one_that_came_as_it_went_takes_over():
    """Nothing else tells them apart; the later one is a procedure of its own."""
    spoken = nights_of((SECOND,), (SECOND, THIRD), standing=known(FIRST))
    assert spoken[1] == [("1.003621", "replaced", "1.013717")]


def test_what_came_and_is_gone_for_good_takes_over_nothing():
    standing = {
        "1.003621": StoredProcedure(procedure=FIRST, absence=absent_since(-1)),
        "1.013717": StoredProcedure(procedure=SECOND, absence=absent_since(-1)),
    }
    arrived = {"1.013717": Arrival(SECOND, at(-1).date())}
    comparison = compare(standing, {}, night(recent_new=arrived))
    assert [(change.kind.value, change.successor_code) for change in comparison.changes] == [
        ("repealed", None)
    ] * 2


def test_the_finding_leads_on_to_what_is_in_force():
    ended = {**gone(FIRST, "replaced", "1.013717"), **gone(SECOND, "replaced", "1.016001")}
    national = side("national", replace(THIRD, decision_number="700/QĐ-BNV"), gone=ended)
    finding = only(found(side("catalogue", row("1.003621", **FUND)), national))
    assert (finding.kind.value, finding.subject) == ("replaced_still_listed", "1.003621")
    assert finding.successor_code == "1.016001", "and 1.016001 is not told as new besides"
    assert finding.evidence["through"] == ["1.013717"]
    assert finding.evidence["decision_number"] == "700/QĐ-BNV"


def test_a_chain_that_ends_in_a_repeal_is_a_repeal():
    ended = {**gone(FIRST, "replaced", "1.013717"), **gone(SECOND)}
    finding = only(found(side("catalogue", row("1.003621", **FUND)), side("national", gone=ended)))
    assert (finding.kind.value, finding.successor_code) == ("repealed_still_listed", None)
    assert finding.evidence["through"] == ["1.013717"]


def test_a_level_that_moved_anywhere_on_the_way_is_a_transfer():
    last = replace(THIRD, executing_levels=COMMUNE)
    ended = {**gone(FIRST, "replaced", "1.013717"), **gone(SECOND, "level_transfer", "1.016001")}
    finding = only(found(side("catalogue", row("1.003621", **FUND)), side("national", last, gone=ended)))
    assert finding.evidence["transfer"] == {"from": ["district"], "to": ["commune"]}


def test_codes_that_replaced_each_other_in_a_circle_end_nowhere():
    ended = {**gone(FIRST, "replaced", "1.013717"), **gone(SECOND, "replaced", "1.003621")}
    finding = only(found(side("catalogue", row("1.003621", **FUND)), side("national", gone=ended)))
    assert finding.kind.value == "repealed_still_listed"


def test_a_draft_names_what_is_in_force_and_nothing_that_was_repealed():
    ended = {**gone(FIRST, "replaced", "1.013717"), **gone(SECOND, "replaced", "1.016001")}
    successors = {"1.003621": "1.013717", "1.013717": "1.016001", "1.000001": "1.000002"}
    assert successors_in_force(ended, successors) == dict.fromkeys(("1.003621", "1.013717"), "1.016001") | {
        "1.000001": "1.000002"
    }
    assert successors_in_force(ended | gone(THIRD), successors) == {"1.000001": "1.000002"}


# Hà Nội's decision 963/QĐ-TTPVHCC of 27/6/2025: what it repeals comes back as new at another level.

NEW = [number for number, said in enumerate(hanoi(), 1) if said["kind"] == "new"]
REPEALED = [number for number, said in enumerate(hanoi(), 1) if said["kind"] == "repealed"]

FOLLOWS = {
    95: 8, 96: 6, 97: 7, 98: 41, 99: 23, 100: 24, 101: 25, 102: 26, 103: 27, 104: 28, 105: 29, 106: 30,
    107: 32, 108: 33, 109: 34, 110: 35, 111: 36, 113: 38,
}  # fmt: skip
"""Read by a person: the repealed row and the new row that it became. Row 112 has no equal."""

WIDER, NARROWER = 112, 37
"""Row 112 "…, mở rộng phạm vi hoạt động quỹ" and row 37 without those words."""


def _code(number):
    return f"1.9{number:05d}"


@pytest.fixture(scope="module")
def night_of_963():
    """All 19 leave and all 41 appear on one night."""
    standing = {
        _code(number): StoredProcedure(procedure=hanoi_row(number, _code(number)), absence=absent_since(-1))
        for number in REPEALED
    }
    arriving = read(*(hanoi_row(number, _code(number)) for number in NEW))
    comparison = compare(standing, arriving, night())
    return {change.key: change for change in comparison.changes if change.key in standing}


def test_the_decision_repeals_19_and_makes_41(night_of_963):
    assert (len(NEW), len(REPEALED), len(night_of_963)) == (41, 19, 19)


@pytest.mark.parametrize("number", FOLLOWS)
def test_the_row_that_hanoi_moved_is_a_level_transfer(night_of_963, number):
    change = night_of_963[_code(number)]
    assert (change.kind.value, change.successor_code) == ("level_transfer", _code(FOLLOWS[number]))


def test_the_19th_is_offered_as_a_candidate(night_of_963):
    change = night_of_963[_code(WIDER)]
    assert (change.kind.value, change.successor_code) == ("repealed", None)
    assert change.evidence["candidates"][0]["code"] == _code(NARROWER)


# The real records: 0.90 to 0.99 alike, and never one.


@pytest.fixture(scope="module")
def alike():
    """Pairs of distinct live procedures that are 0.90 to 0.99 alike."""
    names = {p.code: name_identity(p.name).key for p in everything()}
    keys = sorted(names.items())
    found = []
    for (one, left), (other, right) in combinations(keys, 2):
        if left == right or abs(len(left) - len(right)) > 0.2 * max(len(left), len(right)):
            continue
        if fuzz.ratio(left, right, score_cutoff=90):
            found.append((one, other))
    return found


def test_no_pair_of_real_procedures_that_are_merely_alike_is_joined(alike):
    by_code = {p.code: p for p in everything()}
    assert len(alike) > 300
    joined = []
    for one, other in alike:
        for left, arrival in ((one, other), (other, one)):
            old, new = by_code[left], by_code[arrival]
            arrivals = {arrival: replace(new, field=old.field, promulgating_agency_code=None,
                                         promulgating_agency=old.promulgating_agency)}  # fmt: skip
            old = replace(old, promulgating_agency_code=None)
            if Successors(arrivals).of(old, left).key is not None:
                joined.append((old.name, new.name))
    assert joined == []


def test_a_known_misspelling_is_the_same_name():
    assert spelling_key("Thủ tục chia, tách; sát nhập; hợp nhất hội.") == spelling_key(
        "Thủ tục chia, tách; sáp nhập; hợp nhất hội"
    )
