"""The verdict on a snapshot, told by its certificate alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extractors.portals.certificate import is_listing_whole, judge
from procedures.snapshot import Certificate, SnapshotState
from settings.sources import Expectation

EXPECT = Expectation(min=50, max=200, max_drop=0.05)

GOOD = Certificate(
    declared_total=100,
    listed=100,
    distinct_codes=100,
    pages=2,
    first_page_again=True,
    details_due=100,
    details_read=100,
    present=100,
    lacking=0,
    of_last=100,
)


def verdict(**seen: object) -> tuple[str, str | None]:
    """State and reason of a good night that differed in this."""
    said = judge(replace(GOOD, **seen), expect=EXPECT)
    return said.state.value, said.reason


def test_a_whole_listing_with_its_details_is_complete_and_needs_no_reason() -> None:
    assert verdict() == ("complete", None)


def test_a_source_that_declares_no_total_may_still_be_complete() -> None:
    assert verdict(declared_total=None) == ("complete", None)


def test_an_empty_list_is_a_failure_even_when_the_portal_declares_it_empty() -> None:
    assert verdict(listed=0, declared_total=0, present=0) == ("failed", "danh sách rỗng")


def test_nothing_read_at_all_names_the_pages_that_were_lost() -> None:
    state, reason = verdict(listed=0, present=0, lost_pages=("trang 1 (cổng trả lời 502)",))
    assert (state, reason) == ("failed", "không đọc được trang nào: trang 1 (cổng trả lời 502)")


def test_a_lost_page_makes_a_night_partial_and_is_named() -> None:
    state, reason = verdict(declared_total=None, lost_pages=("trang 2 (quá thời gian chờ)",))
    assert (state, reason) == ("partial", "mất trang: trang 2 (quá thời gian chờ)")


@pytest.mark.parametrize("declared", [101, 99])
def test_a_total_other_than_what_was_listed_is_partial_with_both_numbers(declared: int) -> None:
    state, reason = verdict(declared_total=declared)
    assert (state, reason) == ("partial", f"cổng báo {declared} thủ tục nhưng chỉ liệt kê 100")


def test_a_first_page_that_is_another_one_at_the_end_is_partial() -> None:
    state, reason = verdict(first_page_again=False)
    assert state == "partial"
    assert reason is not None
    assert "trang đầu đọc lại khác" in reason


@pytest.mark.parametrize(("unread", "state"), [(2, "complete"), (3, "partial")])
def test_two_details_in_a_hundred_may_stay_unread_and_not_a_third(unread: int, state: str) -> None:
    said, reason = verdict(details_failed=unread)
    assert said == state
    assert (reason is None) == (state == "complete")
    if reason:
        assert reason == "không đọc được chi tiết của 3 trên 100 thủ tục (3,00 %, quá 2 %)"


@pytest.mark.parametrize(("quarantined", "state"), [(50, "complete"), (51, "partial")])
def test_more_useless_details_than_useful_ones_are_partial(quarantined: int, state: str) -> None:
    assert verdict(quarantined=quarantined)[0] == state


@pytest.mark.parametrize(
    ("present", "state"), [(49, "held"), (50, "complete"), (200, "complete"), (201, "held")]
)
def test_a_number_outside_the_expected_range_is_held(present: int, state: str) -> None:
    said, reason = verdict(present=present, listed=present, declared_total=present, of_last=0)
    assert said == state
    if state == "held":
        assert reason == f"{present} thủ tục, ngoài khoảng chờ đợi 50 đến 200"


@pytest.mark.parametrize(("lacking", "state"), [(5, "complete"), (6, "held")])
def test_more_absent_at_once_than_the_allowed_share_is_held(lacking: int, state: str) -> None:
    said, reason = verdict(lacking=lacking, present=100 - lacking)
    assert said == state
    if state == "held":
        assert reason == "thiếu 6 trên 100 thủ tục của lần đọc đủ trước (6,00 %, quá 5,00 %)"


def test_absences_are_counted_against_what_stood_and_new_ones_do_not_hide_them() -> None:
    assert verdict(lacking=10, present=150, listed=150, declared_total=150)[0] == "held"


def test_on_the_first_night_nothing_can_be_lacking() -> None:
    assert verdict(lacking=0, of_last=0) == ("complete", None)


def test_a_listing_that_is_not_whole_is_partial_before_it_is_held() -> None:
    assert verdict(listed=60, declared_total=100, present=60, lacking=40)[0] == "partial"


def test_unread_details_leave_the_listing_itself_whole() -> None:
    assert is_listing_whole(replace(GOOD, details_failed=60))
    assert not is_listing_whole(replace(GOOD, lost_pages=("trang 2",)))


def test_every_verdict_but_complete_has_a_reason_in_one_line() -> None:
    for seen in ({"listed": 0}, {"declared_total": 7}, {"present": 1}, {"lacking": 99}):
        state, reason = verdict(**seen)
        assert state != SnapshotState.COMPLETE
        assert reason
        assert "\n" not in reason
