"""The chain of an announcement: what may follow what, and which clock runs."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from procedures.errors import InputError
from procedures.office.stages import (
    STAGES,
    CodeStage,
    Lateness,
    StageChange,
    check_stage_change,
    lateness,
    least_advanced,
    publish_due,
)

DECIDED, TODAY = date(2026, 6, 20), date(2026, 7, 20)
NUMBER = "627/QĐ-BNV"


def moved(stage: str, move: StageChange, announced_on: date | None = None) -> None:
    codes = {"1.000001": CodeStage(code="1.000001", stage=stage, announced_on=announced_on)}
    check_stage_change(NUMBER, DECIDED, codes, move, TODAY)


def test_a_line_may_skip_stages_forward() -> None:
    for stage in STAGES[:4]:
        moved(stage, StageChange(stage="announced", number="12/QĐ-UBND", date=date(2026, 7, 1)))


@pytest.mark.parametrize(
    ("stage", "move", "words"),
    (
        ("drafted", StageChange(stage="assigned"), "phải ghi lý do"),
        ("new", StageChange(stage="done"), "không có bước này"),
        ("submitted", StageChange(stage="announced", number="12/QĐ-UBND"), "cần số và ngày"),
        ("submitted", StageChange(stage="announced", date=TODAY), "cần số và ngày"),
        ("submitted", StageChange(stage="submitted", date=date(2026, 6, 19)), "trước ngày 20/06/2026"),
        ("submitted", StageChange(stage="submitted", date=date(2026, 7, 21)), "sau hôm nay"),
        ("drafted", StageChange(stage="published", date=TODAY), "chưa có Quyết định công bố của tỉnh"),
        ("announced", StageChange(stage="published"), "cần ngày công khai"),
        ("new", StageChange(number="12/TTr-SNV"), "của bước nào"),
    ),
)
def test_a_move_that_cannot_be_is_named(stage: str, move: StageChange, words: str) -> None:
    with pytest.raises(InputError, match=words) as wrong:
        moved(stage, move)
    assert set(wrong.value.fields) <= {each.name for each in fields(StageChange)}
    assert "--" not in str(wrong.value)


def test_a_step_back_needs_no_more_than_a_reason() -> None:
    moved("announced", StageChange(stage="drafted", reason="UBND tỉnh trả lại"))


def test_nothing_is_published_before_the_province_signed() -> None:
    with pytest.raises(InputError, match=r"trước ngày 10/07/2026 tỉnh ký"):
        moved(
            "announced", StageChange(stage="published", date=date(2026, 7, 9)), announced_on=date(2026, 7, 10)
        )


def test_a_decision_stands_where_its_slowest_code_stands() -> None:
    assert least_advanced({"1.000001": "published", "1.000002": "drafted"}) == "drafted"
    assert least_advanced({}) == "new"


def test_publishing_is_due_five_working_days_after_the_signature() -> None:
    assert publish_due(date(2026, 6, 5)) == date(2026, 6, 12)


@pytest.mark.parametrize(
    ("stage", "signed", "published", "late"),
    (
        ("drafted", None, None, Lateness("announce", date(2026, 7, 3), 17)),
        ("announced", date(2026, 7, 6), None, Lateness("publish", date(2026, 7, 13), 7)),
        ("published", date(2026, 7, 6), date(2026, 7, 15), Lateness("publish", date(2026, 7, 13), 2)),
        ("published", date(2026, 7, 6), date(2026, 7, 8), Lateness("publish", date(2026, 7, 13), 0)),
    ),
)
def test_the_clock_of_announcing_runs_until_the_signature_and_that_of_publishing_from_there(
    stage: str, signed: date | None, published: date | None, late: Lateness
) -> None:
    assert lateness(stage, date(2026, 7, 3), signed, published, TODAY) == late


def test_without_a_date_no_clock_runs() -> None:
    assert lateness("new", None, None, None, TODAY) is None
