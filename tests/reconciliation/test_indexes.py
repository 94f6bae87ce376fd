"""The indexes of decision 766/QĐ-TTg: numerators, denominators, and who fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from procedures.model import Paper, Procedure
from procedures.values.durations import ProcessingTime
from reconciliation.indicators.indexes import AnnouncedCode, Index, compute_indexes

FIRST, LAST, TODAY = date(2026, 9, 15), date(2026, 12, 14), date(2026, 11, 24)
WHOLE = Procedure(
    name="Thành lập hội",
    code="1.013703",
    steps=("Nộp hồ sơ",),
    ways=frozenset({"online"}),
    dossier=(Paper(name="Đơn"),),
    processing_time=(ProcessingTime(None, 5, "working_day"),),
    subjects=("Tổ chức",),
    agency="Sở Nội vụ",
    online_level="full",
    eligible_full_online=True,
)


def told(
    rows: list[Procedure], national: Sequence[Procedure] = (), announced: Sequence[AnnouncedCode] = ()
) -> dict[str, Index]:
    records = {row.code or "": row for row in national}
    return {each.number: each for each in compute_indexes(rows, records, announced, FIRST, LAST, TODAY)}


def one(**changes: object) -> AnnouncedCode:
    values = {
        "decision_number": "862/QĐ-BNV", "code": "1.013703", "name": "Thành lập hội",
        "due": date(2026, 10, 10), "signed_on": date(2026, 10, 9), "published_on": date(2026, 10, 12),
    }  # fmt: skip
    return AnnouncedCode(**(values | changes))  # type: ignore[arg-type]  # a test's own values


def test_nothing_to_judge_gives_no_share_and_never_a_hundred_percent() -> None:
    for each in told([]).values():
        assert (each.denominator, each.share, each.score_share) == (0, None, None)


def test_a_signature_after_the_legal_date_fails_with_both_dates() -> None:
    index = told([], announced=[one(signed_on=date(2026, 10, 12)), one(code="1.013704")])["1.1 (theo dõi)"]
    assert (index.numerator, index.denominator) == (1, 2)
    (failing,) = index.failing
    assert (failing.code, "12/10/2026" in failing.reason, "10/10/2026" in failing.reason) == (
        "1.013703", True, True,
    )  # fmt: skip


def test_only_the_province_s_own_procedures_count_in_the_portal_s_index() -> None:
    found = told([], announced=[one(), one(code="1.013704", kind="SPECIFIC")])
    assert (found["1.1"].denominator, found["1.1 (theo dõi)"].denominator) == (1, 2)


def test_without_an_effective_date_nobody_is_judged_by_the_law() -> None:
    assert told([], announced=[one(due=None)])["1.1 (theo dõi)"].denominator == 0


def test_what_was_signed_in_another_period_is_not_judged_in_this_one() -> None:
    assert told([], announced=[one(signed_on=date(2026, 9, 14))])["1.2"].denominator == 0


@pytest.mark.parametrize(
    ("published", "numerator", "denominator"),
    ((date(2026, 10, 16), 1, 1), (date(2026, 10, 17), 0, 1), (None, 0, 1)),
)
def test_five_working_days_to_the_national_database(
    published: date | None, numerator: int, denominator: int
) -> None:
    index = told([], announced=[one(published_on=published)])["1.2"]
    assert (index.numerator, index.denominator) == (numerator, denominator)


def test_what_may_still_be_published_in_time_is_not_judged_yet() -> None:
    assert told([], announced=[one(signed_on=date(2026, 11, 23), published_on=None)])["1.2"].denominator == 0


def test_one_procedure_of_several_decisions_counts_once_and_is_late_when_late_in_any() -> None:
    twice = [one(), one(decision_number="900/QĐ-BNV", signed_on=date(2026, 10, 20), published_on=None)]
    found = told([], announced=twice)
    for number in ("1.1 (theo dõi)", "1.2"):
        assert (found[number].numerator, found[number].denominator) == (0, 1)


def test_a_record_without_a_part_fails_and_one_without_details_is_not_judged() -> None:
    rows = [WHOLE, replace(WHOLE, code="1.013704"), replace(WHOLE, code="1.013706")]
    listed_only = Procedure(name="Thành lập hội", code="1.013706")
    index = told(rows, [WHOLE, replace(rows[1], subjects=()), listed_only])["1.3"]
    assert (index.numerator, index.denominator) == (1, 2)
    assert [(each.code, each.reason) for each in index.failing] == [
        ("1.013704", "thiếu: đối tượng thực hiện")
    ]


def test_an_unknown_online_level_is_not_counted_as_online() -> None:
    rows = [WHOLE, replace(WHOLE, code="1.013704", online_level="partial"),
            replace(WHOLE, code="1.013706", online_level=None), replace(WHOLE, code="1.013707")]  # fmt: skip
    found = told(rows)
    assert (found["3.1"].numerator, found["3.1"].denominator) == (3, 4)
    assert found["3.1"].score_share == pytest.approx(0.75 / 0.8)
    assert [each.reason for each in found["3.1"].failing] == ["chưa ghi mức độ trực tuyến"]
    assert (found["3.1 (toàn trình)"].numerator, found["3.1 (toàn trình)"].denominator) == (2, 4)


def test_all_points_come_from_eighty_percent_on() -> None:
    rows = [replace(WHOLE, code=f"1.01370{n}", online_level="full" if n < 9 else "none") for n in range(10)]
    assert told(rows)["3.1"].score_share == 1.0
