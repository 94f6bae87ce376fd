"""A value that goes and comes back within a week is one volatile finding, not a stream."""

from __future__ import annotations

from datetime import timedelta

from reconciliation import Flip
from reconciliation.changes.flapping import find_flaps
from tests.reconciliation.making import at, found, money, procedure, row, side, told

FREE, DEAR = '[{"amount": 0}]', '[{"amount": 10000}]'


def flip(day, old, new, attribute="fee", key="1.014111"):
    return Flip(at=at(day), key=key, attribute=attribute, old_value=old, new_value=new)


def test_there_and_back_within_a_week_is_a_flap():
    (flap,) = find_flaps([flip(0, FREE, DEAR), flip(3, DEAR, FREE)])
    assert (flap.key, flap.attribute, flap.times, flap.values) == ("1.014111", "fee", 1, (FREE, DEAR))


def test_there_and_back_after_a_week_is_two_changes():
    assert find_flaps([flip(0, FREE, DEAR), flip(8, DEAR, FREE)]) == ()
    assert find_flaps([flip(0, FREE, DEAR), flip(8, DEAR, FREE)], within=timedelta(days=30)) != ()


def test_on_to_a_third_value_is_no_flap():
    assert find_flaps([flip(0, FREE, DEAR), flip(1, DEAR, '[{"amount": 20000}]')]) == ()


def test_two_attributes_that_move_once_each_are_no_flap():
    assert find_flaps([flip(0, FREE, DEAR), flip(1, DEAR, FREE, attribute="charge")]) == ()


def test_five_nights_of_back_and_forth_are_one_row():
    flips = [flip(day, *((FREE, DEAR) if day % 2 == 0 else (DEAR, FREE))) for day in range(5)]
    (flap,) = find_flaps(flips)
    assert (flap.times, flap.since, flap.until) == (4, at(0), at(4))


def test_what_comes_after_the_last_return_was_never_shown_by_the_flap():
    third = '[{"amount": 20000}]'
    there_and_back = [flip(0, FREE, DEAR), flip(1, DEAR, FREE)]
    (flap,) = find_flaps([*there_and_back, flip(2, FREE, third)])
    assert (flap.values, flap.values_until_return) == ((FREE, DEAR, third), {FREE, DEAR})
    (flap,) = find_flaps([*there_and_back, flip(2, FREE, third), flip(3, third, FREE)])
    assert flap.values_until_return == {FREE, DEAR, third}


def nightly(fee, volatile):
    return found(side("catalogue", row(fee=(money(0),))), side("national", procedure(fee=(money(fee),))),
                 volatile={"national": volatile})  # fmt: skip


def test_while_it_flaps_there_is_one_finding_and_it_reads_the_same_every_night():
    volatile = find_flaps([flip(0, FREE, DEAR), flip(1, DEAR, FREE)])
    differs, agrees = nightly(10_000, volatile), nightly(0, volatile)
    assert told(differs) == told(agrees) == [("attribute_mismatch", "1.014111", "fee")]
    assert differs[0].fingerprint == agrees[0].fingerprint
    assert differs[0].sides_digest == agrees[0].sides_digest
    assert differs[0].evidence["volatile"]["values"] == sorted([FREE, DEAR])


def test_a_flapping_time_is_not_slower_every_other_night():
    catalogue = side("catalogue", row())
    volatile = find_flaps([flip(0, "7", "9", "processing_time"), flip(1, "9", "7", "processing_time")])
    assert told(found(catalogue, side("national", procedure()), volatile={"national": volatile})) == [
        ("attribute_mismatch", "1.014111", "processing_time")
    ]


def test_once_it_has_calmed_down_the_sides_speak_for_themselves():
    assert nightly(0, ()) == []
    assert told(nightly(10_000, ())) == [("attribute_mismatch", "1.014111", "fee")]


def test_what_flaps_on_one_side_alone_has_nothing_to_disagree_with():
    volatile = find_flaps([flip(0, FREE, DEAR, key="1.014999"), flip(1, DEAR, FREE, key="1.014999")])
    assert nightly(0, volatile) == []
