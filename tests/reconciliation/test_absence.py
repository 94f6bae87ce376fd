"""What a source no longer lists, and what comes back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from procedures.changes import ChangeKind, StoredProcedure
from reconciliation import compare
from tests.reconciliation.making import (
    absent_since,
    answer,
    carried_on,
    kinds,
    known,
    night,
    only,
    procedure,
    read,
    unpublished,
)

GONE = procedure("1.014116", name="Tiếp nhận vào công chức")
STAYS = procedure("1.014111")


def nights(*each, confirm_after=2):
    """The kinds of rows of a sequence of nights, each (current, night)."""
    standing, spoken = known(GONE, STAYS), []
    for current, its in each:
        comparison = compare(standing, current, its)
        standing = carried_on(standing, comparison)
        spoken.append(kinds(comparison))
    return spoken, standing


def test_the_first_complete_night_without_it_is_missing_and_ends_no_version():
    comparison = compare(known(GONE, STAYS), read(STAYS), night())
    change = only(comparison.changes)
    assert (change.kind, change.code) == (ChangeKind.MISSING, "1.014116")
    assert comparison.versions == ()
    assert [(rung.key, rung.absence.nights) for rung in comparison.absences] == [("1.014116", 1)]


def test_the_second_complete_night_in_a_row_repeals_it():
    spoken, standing = nights((read(STAYS), night(0)), (read(STAYS), night(1)))
    assert spoken == [["missing"], ["repealed"]]
    assert standing["1.014116"].retired


def test_a_source_that_asks_for_three_nights_gets_three():
    spoken, _ = nights(*[(read(STAYS), night(day, confirm_after=3)) for day in range(3)])
    assert spoken == [["missing"], [], ["repealed"]]


def test_a_source_that_trusts_one_night_repeals_at_once():
    assert nights((read(STAYS), night(0, confirm_after=1)))[0] == [["repealed"]]


def test_what_was_repealed_is_not_spoken_of_again():
    spoken, _ = nights(*[(read(STAYS), night(day)) for day in range(4)])
    assert spoken == [["missing"], ["repealed"], [], []]


def test_two_snapshots_of_one_day_count_once():
    spoken, standing = nights((read(STAYS), night(0, hour=2)), (read(STAYS), night(0, hour=14)))
    assert spoken == [["missing"], []]
    assert standing["1.014116"].absence.nights == 1


def test_a_second_look_on_the_same_day_writes_nothing():
    standing = {"1.014116": StoredProcedure(procedure=GONE, absence=absent_since(0))}
    once = compare(standing, {}, night(0, hour=9))
    again = compare(carried_on(standing, once), {}, night(0, hour=14))
    assert (again.changes, again.versions, again.absences) == ((), (), ())


def test_nights_that_could_not_be_read_neither_confirm_nor_reset():
    spoken, _ = nights((read(STAYS), night(0)), (read(STAYS), night(9)))
    assert spoken == [["missing"], ["repealed"]]


def test_a_partial_snapshot_moves_nobody_on_the_ladder():
    spoken, standing = nights(
        (read(STAYS), night(0)), (read(STAYS), night(1, complete=False)), (read(STAYS), night(2))
    )
    assert spoken == [["missing"], [], ["repealed"]]
    assert standing["1.014116"].retired


def test_a_partial_snapshot_retires_nothing_not_even_what_is_unpublished():
    comparison = compare(known(GONE, STAYS), unpublished("1.014116"), night(complete=False))
    assert (comparison.changes, comparison.versions, comparison.absences) == ((), (), ())


def test_a_partial_snapshot_loads_what_it_read():
    new, moved = procedure("1.014200"), procedure("1.014111", fee=())
    comparison = compare(known(GONE, STAYS), read(new, moved), night(complete=False))
    assert kinds(comparison) == ["changed", "new"]


def test_a_partial_snapshot_before_the_baseline_loads_nothing():
    comparison = compare({}, read(STAYS), night(complete=False, baseline=False))
    assert (comparison.changes, comparison.versions, comparison.absences) == ((), (), ())


def test_the_baseline_opens_versions_without_a_word():
    comparison = compare({}, read(GONE, STAYS), night(baseline=False))
    assert comparison.changes == ()
    assert [step.key for step in comparison.versions] == ["1.014111", "1.014116"]


@pytest.mark.parametrize("state", ["INACTIVE", "EXPIRED", "DELETED"])
def test_a_state_that_is_not_published_repeals_at_once_with_the_state_as_evidence(state):
    comparison = compare(known(GONE, STAYS), {**read(STAYS), **unpublished("1.014116", state)}, night())
    change = only(comparison.changes)
    assert (change.kind, change.evidence["state"]) == (ChangeKind.REPEALED, state)
    assert [(step.action, step.key) for step in comparison.versions] == [("close", "1.014116")]


def test_what_was_never_loaded_and_is_not_published_makes_no_row():
    comparison = compare(known(STAYS), {**read(STAYS), **unpublished("1.099999")}, night())
    assert (comparison.changes, comparison.versions) == ((), ())


def test_asked_for_and_still_published_stays_missing_however_long():
    each = [
        (read(STAYS), night(day, look_ups=answer("1.014116", "published", state="ACTIVE")))
        for day in range(5)
    ]
    spoken, standing = nights(*each)
    assert spoken == [["missing"], [], [], [], []]
    assert standing["1.014116"].absence.nights == 0


def test_asked_for_and_dead_is_repealed_on_the_first_night():
    look_ups = answer("1.014116", "dead", state="INACTIVE", evidence={"archive": "ab12"})
    comparison = compare(known(GONE, STAYS), read(STAYS), night(look_ups=look_ups))
    change = only(comparison.changes)
    assert change.kind == ChangeKind.REPEALED
    assert change.evidence["rungs"][-1]["look_up"] == "dead"
    assert change.evidence["rungs"][-1]["answer"] == {"archive": "ab12"}


def test_asked_for_and_not_found_counts():
    each = [(read(STAYS), night(day, look_ups=answer("1.014116", "not_found"))) for day in range(2)]
    assert nights(*each)[0] == [["missing"], ["repealed"]]


def test_an_error_of_the_look_up_counts_neither_way():
    spoken, _ = nights(
        (read(STAYS), night(0, look_ups=answer("1.014116", "not_found"))),
        (read(STAYS), night(1, look_ups=answer("1.014116", "error"))),
        (read(STAYS), night(2, look_ups=answer("1.014116", "not_found"))),
    )
    assert spoken == [["missing"], [], ["repealed"]]


def test_the_evidence_of_each_rung_is_kept():
    standing = known(GONE, STAYS)
    for day in range(2):
        comparison = compare(standing, read(STAYS), night(day, look_ups=answer("1.014116", "not_found")))
        standing = carried_on(standing, comparison)
    rungs = only(comparison.changes).evidence["rungs"]
    assert [(rung["day"], rung["look_up"]) for rung in rungs] == [
        ("2026-11-23", "not_found"),
        ("2026-11-24", "not_found"),
    ]


def test_listed_again_while_missing_is_one_reinstated_and_no_version():
    spoken, standing = nights((read(STAYS), night(0)), (read(STAYS, GONE), night(1)))
    assert spoken == [["missing"], ["reinstated"]]
    assert standing["1.014116"].absence is None


def test_the_count_begins_anew_after_a_return():
    spoken, _ = nights(
        (read(STAYS), night(0)),
        (read(STAYS, GONE), night(1)),
        (read(STAYS), night(2)),
        (read(STAYS), night(3)),
    )
    assert spoken == [["missing"], ["reinstated"], ["missing"], ["repealed"]]


def test_back_after_being_repealed_is_reinstated_never_new():
    spoken, standing = nights((read(STAYS), night(0)), (read(STAYS), night(1)), (read(STAYS, GONE), night(2)))
    assert spoken[-1] == ["reinstated"]
    assert not standing["1.014116"].retired


def test_back_with_another_fee_says_both():
    retired = {"1.014116": StoredProcedure(procedure=GONE, retired=True)}
    back = procedure("1.014116", name=GONE.name, fee=())
    comparison = compare(retired, read(back), night())
    assert [(change.kind.value, change.attribute) for change in comparison.changes] == [
        ("reinstated", None),
        ("changed", "fee"),
    ]


def test_back_as_amended_says_that_it_is_back_and_nothing_else():
    retired = {"1.014116": StoredProcedure(procedure=replace(GONE, state="ACTIVE"), retired=True)}
    comparison = compare(retired, read(replace(GONE, state="UPDATED")), night())
    assert kinds(comparison) == ["reinstated"]
    (step,) = comparison.versions
    assert step.procedure.state == "UPDATED"


@pytest.mark.parametrize("presence", ["seen", "unread", "quarantined"])
def test_a_listed_item_that_was_not_read_is_present(presence):
    observation = next(iter(read(GONE).values()))
    met = {"1.014116": replace(observation, presence=presence, procedure=None)}
    comparison = compare(known(GONE, STAYS), {**read(STAYS), **met}, night())
    assert (comparison.changes, comparison.versions, comparison.absences) == ((), (), ())


def test_the_catalogue_has_no_ladder():
    comparison = compare(known(GONE, STAYS), read(STAYS), night(source="catalogue", ladder=False))
    assert kinds(comparison) == ["missing"]
    assert [(step.action, step.key) for step in comparison.versions] == [("close", "1.014116")]
    assert comparison.absences == ()


def test_a_file_of_the_commune_leaves_the_province_alone():
    commune = procedure("1.013703", executing_levels=frozenset({"commune"}))
    both = procedure("1.010801", executing_levels=frozenset({"province", "commune"}))
    unknown = procedure("1.010783", executing_levels=None)
    file = night(source="catalogue", ladder=False, levels_of_file=frozenset({"commune"}))
    comparison = compare(known(STAYS, commune, both, unknown), {}, file)
    assert [(c.kind.value, c.key, c.attribute) for c in comparison.changes] == [
        ("changed", "1.010801", "executing_levels"),
        ("missing", "1.013703", None),
    ]
    assert next(step.procedure.executing_levels for step in comparison.versions if step.action == "open") == {
        "province"
    }


def test_a_row_of_a_commune_file_does_not_lose_its_province():
    both = procedure("1.010801", executing_levels=frozenset({"province", "commune"}))
    told = procedure("1.010801", executing_levels=frozenset({"commune"}))
    file = night(source="catalogue", ladder=False, levels_of_file=frozenset({"commune"}))
    assert compare(known(both), read(told), file).changes == ()


def test_what_enters_and_leaves_when_the_scope_moves_is_silent_and_what_stays_speaks():
    moved = procedure("1.014111", fee=())
    comparison = compare(known(GONE, STAYS), read(moved, procedure("1.014300")), night(rescoped=True))
    assert [(c.kind.value, c.key) for c in comparison.changes] == [("changed", "1.014111")]
    assert [(s.action, s.key) for s in comparison.versions] == [
        ("open", "1.014111"),
        ("close", "1.014116"),
        ("open", "1.014300"),
    ]


def test_a_night_read_again_under_new_rules_ends_nothing_and_says_nothing():
    moved = procedure("1.014111", fee=())
    standing = {**known(STAYS), "1.014116": StoredProcedure(procedure=GONE, absence=absent_since(0))}
    comparison = compare(standing, read(moved), night(reread=True))
    assert comparison.changes == ()
    assert comparison.absences == ()
    assert [(s.action, s.key) for s in comparison.versions] == [("open", "1.014111")]


def test_an_error_ends_nothing_on_a_night_that_asks_for_fewer_nights_than_before():
    """Two of three nights are confirmed; from the third on two are enough, but the portal gives no answer."""
    spoken, standing = nights(
        (read(STAYS), night(0, confirm_after=3)),
        (read(STAYS), night(1, confirm_after=3)),
        (read(STAYS), night(2, look_ups=answer("1.014116", "error"))),
    )
    assert spoken == [["missing"], [], []]
    assert not standing["1.014116"].retired
