"""The gate after load knows a warehouse that cannot be true."""

import pytest

from procedures.snapshot import SnapshotState
from validations import WarehouseRow, check_warehouse


def standing(**changes):
    rows = [
        WarehouseRow(key=f"national 1.{n:06d}", current=1, of_code=1, overlaps=0, inverted=0)
        for n in range(30)
    ]
    rows.append(WarehouseRow(key="national 1.000099", current=0, of_code=0, overlaps=0, inverted=0))
    rows += [WarehouseRow(key="v_run"), WarehouseRow(key="v_finding")]
    return [*rows, *([WarehouseRow(key="national 1.999999", **changes)] if changes else [])]


def test_a_sound_warehouse_passes_with_every_expectation_judged():
    result = check_warehouse(standing())
    assert result.passed
    assert result.flags == {}
    judged = {outcome.expectation: outcome.observed["rows"] for outcome in result.outcomes}
    assert judged["one_current_version"] == judged["validity_apart"] == 31
    assert judged["views_answer"] == 33


@pytest.mark.parametrize(
    "changes, expectation",
    [
        ({"current": 2}, "one_current_version"),
        ({"of_code": 2}, "one_current_of_code"),
        ({"overlaps": 1}, "validity_apart"),
        ({"inverted": 1}, "validity_in_order"),
        ({"unanswered": "no such table: finding"}, "views_answer"),
    ],
)
def test_what_cannot_be_true_closes_the_gate_and_names_the_place(changes, expectation):
    result = check_warehouse(standing(**changes))
    assert result.verdict.state is SnapshotState.FAILED
    (failed,) = [outcome for outcome in result.outcomes if not outcome.success]
    assert failed.expectation == expectation
    assert failed.observed["examples"][0]["key"] == "national 1.999999"


def test_a_finding_about_nothing_is_a_flag():
    result = check_warehouse(standing(dangling="1.555555"))
    assert result.verdict is None
    assert result.flags == {"pointers_lead_somewhere": 1}


def test_the_same_warehouse_in_another_order_is_not_judged_again():
    first = check_warehouse(standing())
    again = check_warehouse(reversed(standing()), first.fingerprint)
    assert again.unchanged
    assert not check_warehouse(standing(current=1), first.fingerprint).unchanged
