"""The gate after a source was read really closes, and only when it must."""

import pytest

from procedures.snapshot import Certificate, Observation, SnapshotState
from validations import Expected, ListedRow, check_listing

NATIONAL = Expected(kind="national-api", min=10, max=100, max_drop=0.05)
PROVINCIAL = Expected(kind="html")


def listing(size=40, **changes):
    """A sound listing of `size` rows, each changed by functions of its number."""
    rows = []
    for number in range(size):
        code = f"1.{number:06d}"
        values = {"key": code, "presence": "read", "code": code, "name": "Thành lập hội", "state": "ACTIVE"}
        rows.append(ListedRow(**(values | {name: change(number) for name, change in changes.items()})))
    return rows


def certificate(size=40, **figures):
    return Certificate(**({"listed": size, "distinct_codes": size, "present": size} | figures))


def failed(result):
    return {outcome.expectation for outcome in result.outcomes if not outcome.success}


def test_a_fine_listing_passes_without_a_flag():
    result = check_listing(listing(), certificate(lacking=1, of_last=41), NATIONAL)
    assert result.verdict is None
    assert result.passed
    assert failed(result) == set()
    assert result.flags == {}
    assert {outcome.suite for outcome in result.outcomes} == {"listing"}


def test_an_empty_listing_fails():
    result = check_listing([], certificate(0), NATIONAL)
    assert result.verdict.state is SnapshotState.FAILED
    assert result.verdict.reason == "Danh sách trống: cổng không liệt kê thủ tục nào"
    assert failed(result) == {"listing_not_empty"}


def test_a_renamed_name_field_fails_the_source_on_the_first_night():
    result = check_listing(listing(name=lambda _: ""), certificate(), NATIONAL)
    assert result.verdict.state is SnapshotState.FAILED
    assert "(name) (40 trên 40 dòng)" in result.verdict.reason
    assert failed(result) == {"name_present"}


def test_a_renamed_code_field_fails_the_source():
    result = check_listing(listing(code=lambda _: None), certificate(distinct_codes=0), NATIONAL)
    assert result.verdict.state is SnapshotState.FAILED
    assert "(code)" in result.verdict.reason
    assert "code_well_formed" in failed(result)


def test_a_renamed_state_field_fails_the_source():
    result = check_listing(listing(state=lambda _: None), certificate(), NATIONAL)
    assert result.verdict.state is SnapshotState.FAILED
    assert failed(result) == {"state_present"}


@pytest.mark.parametrize("malformed, closes", [(20, False), (21, True)])
def test_more_than_half_of_the_codes_malformed_fails_the_source(malformed, closes):
    rows = listing(code=lambda n: f"TTHC-{n}" if n < malformed else f"1.{n:06d}")
    result = check_listing(rows, certificate(), NATIONAL)
    assert (result.verdict is not None) is closes
    outcome = next(o for o in result.outcomes if o.expectation == "code_well_formed")
    assert outcome.observed["unexpected"] == malformed
    assert outcome.observed["examples"][0] == {"key": "1.000000", "value": "TTHC-0"}
    assert len(outcome.failing_keys) == malformed


def test_codes_with_the_suffix_of_a_province_are_well_formed():
    rows = listing(code=lambda n: f"1.{n:06d}.000.00.00.H27" if n % 2 else f"1.{n:06d}.H27")
    assert check_listing(rows, certificate(), NATIONAL).passed


def test_a_listing_that_went_in_circles_fails():
    rows = listing(code=lambda n: f"1.{n % 10:06d}")
    result = check_listing(rows, certificate(distinct_codes=10), NATIONAL)
    assert result.verdict.state is SnapshotState.FAILED
    assert failed(result) == {"codes_distinct"}


def test_a_portal_that_lists_no_codes_is_not_held_against_it():
    rows = listing(code=lambda _: None, state=lambda _: None, key=lambda n: f"~{n:04d}")
    assert check_listing(rows, certificate(distinct_codes=0), PROVINCIAL).passed


def test_codes_that_only_the_details_carry_are_checked_after_them():
    rows = listing(code=lambda n: "Đang cập nhật" if n < 30 else None, state=lambda _: None)
    result = check_listing(rows, certificate(), PROVINCIAL)
    assert result.verdict.state is SnapshotState.FAILED
    assert "code_well_formed" in failed(result)


def test_records_that_were_not_due_say_nothing_about_names():
    rows = listing(
        presence=lambda n: "read" if n == 0 else "seen", name=lambda n: "Thành lập hội" if n == 0 else None
    )
    assert check_listing(rows, certificate(), NATIONAL).passed


@pytest.mark.parametrize("present", [9, 101])
def test_a_listing_outside_the_expected_range_is_held(present):
    result = check_listing(listing(), certificate(present=present), NATIONAL)
    assert result.verdict.state is SnapshotState.HELD
    assert "ngoài khoảng dự kiến 10–100" in result.verdict.reason
    outcome = next(o for o in result.outcomes if o.expectation == "expected_range")
    assert outcome.observed == {"value": present}


def test_losing_more_than_max_drop_is_held_and_the_reason_has_the_numbers():
    result = check_listing(listing(), certificate(lacking=3, of_last=43), NATIONAL)
    assert result.verdict.state is SnapshotState.HELD
    assert result.verdict.reason == (
        "03 trên 43 thủ tục của lần đủ gần nhất không còn công khai (6,98 %, cho phép 5,00 %)"
    )


def test_losing_exactly_max_drop_is_not_held():
    assert check_listing(listing(), certificate(lacking=2, of_last=40), NATIONAL).verdict is None


def test_a_broken_listing_fails_even_when_it_would_also_be_held():
    result = check_listing(listing(name=lambda _: ""), certificate(lacking=30, of_last=70), NATIONAL)
    assert result.verdict.state is SnapshotState.FAILED


def test_a_partial_listing_is_never_held_for_what_it_lacks():
    result = check_listing(listing(5), certificate(5, lacking=35, of_last=40), NATIONAL, complete=False)
    assert result.verdict is None
    assert result.flags == {"expected_range": 1, "max_drop": 1}


def test_repeated_codes_are_a_flag_with_examples_and_close_nothing():
    result = check_listing(listing(), certificate(repeated_codes=("1.000001",)), NATIONAL)
    assert result.verdict is None
    assert result.flags == {"no_code_repeated": 1}


def test_the_same_listing_in_another_order_is_not_judged_again():
    first = check_listing(listing(), certificate(), NATIONAL)
    again = check_listing(reversed(listing()), certificate(), NATIONAL, first.fingerprint)
    assert again.unchanged
    assert again.passed
    assert again.fingerprint == first.fingerprint
    assert [outcome.expectation for outcome in again.outcomes] == ["unchanged"]


def test_another_threshold_or_row_is_judged_again():
    first = check_listing(listing(), certificate(), NATIONAL)
    stricter = Expected(kind="national-api", min=41, max=100)
    assert check_listing(listing(), certificate(), stricter, first.fingerprint).verdict is not None
    assert not check_listing(listing(39), certificate(39), NATIONAL, first.fingerprint).unchanged


def test_the_row_of_an_observation_takes_what_only_the_record_has(procedure):
    record = procedure(code=None, local_code="Đang cập nhật")
    row = ListedRow.of(Observation(key="~1", presence="read", procedure=record))
    assert row == ListedRow(key="~1", presence="read", code="Đang cập nhật", name="Thành lập hội")
    unread = ListedRow.of(Observation(key="1.013703", code="1.013703", presence="seen", state="ACTIVE"))
    assert unread == ListedRow(key="1.013703", presence="seen", code="1.013703", state="ACTIVE")
