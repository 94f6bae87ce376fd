"""What is usual for a source is learnt from its nights; the settings win, and one step is no alarm."""

from __future__ import annotations

import pytest

from procedures.learned_range import learned_limits, usual_range, usual_values
from procedures.snapshot import Certificate
from settings.sources import Expectation


def nights(*present: int) -> list[Certificate]:
    return [Certificate(present=each, details_due=each) for each in present]


def test_fewer_nights_than_a_week_teach_nothing() -> None:
    expect = Expectation()
    assert expect.with_learned_range(usual_range(nights(*[290] * 6))) == expect
    assert learned_limits(nights(*[290] * 6)).quarantined is None


def test_a_source_that_never_moved_may_still_move_a_fifth() -> None:
    learnt = Expectation().with_learned_range(usual_range(nights(*[300] * 10)))
    assert (learnt.min, learnt.max) == (240, 360)


def test_a_source_that_moves_much_is_given_room() -> None:
    learnt = Expectation().with_learned_range(
        usual_range(nights(200, 300, 260, 340, 220, 380, 300, 260, 330))
    )
    assert learnt.min < 200
    assert learnt.max > 400


def test_what_the_settings_state_is_not_learnt() -> None:
    stated = Expectation(min=100, max=1000)
    assert stated.with_learned_range(usual_range(nights(*[300] * 10))) == stated
    half = Expectation(max=1000).with_learned_range(usual_range(nights(*[300] * 10)))
    assert (half.min, half.max) == (240, 1000)


def test_how_much_may_vanish_is_never_learnt() -> None:
    assert Expectation(max_drop=0.05).with_learned_range(usual_range(nights(*[300] * 30))).max_drop == 0.05


def test_a_larger_listing_that_a_person_let_through_is_not_held_again() -> None:
    learnt = Expectation().with_learned_range(usual_range(nights(*[300] * 10, 500)))
    assert learnt.min <= 300
    assert learnt.max > 500


def test_a_small_source_is_given_ten_procedures_of_room_and_never_an_empty_list() -> None:
    learnt = Expectation().with_learned_range(usual_range(nights(*[8] * 10)))
    assert (learnt.min, learnt.max) == (1, 18)


def test_only_the_last_thirty_nights_count() -> None:
    known = usual_values([1000.0] * 40 + [10.0] * 30)
    assert known is not None
    assert (known.median, known.spread) == (10.0, 0.0)


@pytest.mark.parametrize(("failed", "limit"), [(0, 0.01), (3, 0.02)])
def test_the_share_of_lost_details_is_held_against_what_is_usual(failed: int, limit: float) -> None:
    taught = [Certificate(present=300, details_due=300, details_failed=failed) for _ in range(10)]
    assert learned_limits(taught).details_failed == pytest.approx(limit)


def test_a_portal_whose_labels_were_mostly_known_is_expected_to_stay_so() -> None:
    taught = [Certificate(present=9, known_fields=18, leftovers={"a": "1", "b": "2"}) for _ in range(10)]
    assert learned_limits(taught).known_fields == pytest.approx(0.85)
