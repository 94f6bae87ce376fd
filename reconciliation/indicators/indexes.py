"""The indexes of decision 766/QĐ-TTg of 2022 that lists alone determine: 1.1, 1.2, 1.3 and 3.1.

Each with its numerator, its denominator and who fails. What a row does not state is never counted as done,
and what no row states is unknown; a denominator of 0 gives no share. The indexes of dossiers (1.4, 3.2,
3.3) need other data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from procedures.dates.calendar import SwappedDays, add_working_days
from procedures.model import Procedure
from procedures.office.stages import PUBLISH_WITHIN
from procedures.values.levels import online_label
from procedures.wording.words import day_text
from reconciliation.findings.presence import PROVINCE_OWN_KIND
from reconciliation.findings.self_review import REQUIRED_PARTS, lacking_parts

FULL_SCORE_AT = 0.80
"""The share from which index 3.1 has all its points (decision 766/QĐ-TTg)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedCode:
    """One code that the province announced after a ministry decision; `due` only where the law sets it."""

    decision_number: str
    code: str
    name: str
    division: str | None = None
    kind: str | None = None
    due: date | None = None
    signed_on: date | None = None
    published_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingProcedure:
    """A procedure that does not count, and why."""

    code: str | None
    name: str
    division: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index: `numerator` of `denominator`, None where no row states what is counted.

    `full_at`: the share from which on it has all points.
    """

    number: str
    title: str
    numerator: int | None
    denominator: int | None
    failing: tuple[FailingProcedure, ...]
    note: str = ""
    full_at: float | None = None

    @property
    def share(self) -> float | None:
        """Return 0 to 1; None of 0, and where it is unknown."""
        return self.numerator / self.denominator if self.denominator and self.numerator is not None else None

    @property
    def score_share(self) -> float | None:
        """Return the share of the points that follows from it, where decision 766 says how."""
        share = self.share
        return None if share is None or self.full_at is None else min(1.0, share / self.full_at)


def compute_indexes(
    catalogue: Iterable[Procedure],
    national: Mapping[str, Procedure],
    announced: Sequence[AnnouncedCode],
    first: date,
    last: date,
    today: date,
    swaps: SwappedDays | None = None,
) -> tuple[Index, ...]:
    """Return all indexes. `announced` are those of any time; `first` to `last` are the period's days."""
    rows = list(catalogue)
    signed = [each for each in announced if each.signed_on and first <= each.signed_on <= last]
    own = [each for each in signed if each.kind == PROVINCE_OWN_KIND]
    return (
        _announced_on_time(
            "1.1",
            "Tỷ lệ TTHC đặc thù được công bố đúng hạn",
            own,
            "Công thức của Cổng chỉ tính quyết định công bố TTHC đặc thù của tỉnh.",
        ),
        _announced_on_time(
            "1.1 (theo dõi)",
            "Tỷ lệ TTHC được tỉnh công bố đúng hạn sau quyết định của Bộ",
            signed,
            "Sở tự theo dõi, chỉ tính quyết định đã biết ngày hiệu lực (Nghị định 63/2010/NĐ-CP, Điều 15).",
        ),
        _published_on_time(signed, today, swaps),
        _complete_records(rows, national),
        _partly_online(rows),
        _fully_online(rows),
    )


def _announced_on_time(number: str, title: str, signed: Iterable[AnnouncedCode], note: str) -> Index:
    """Return an index of timely announcements; a code of several decisions is late when late in any."""
    judged: dict[str, list[AnnouncedCode]] = {}
    for each in signed:
        if each.due is not None:
            judged.setdefault(each.code, []).append(each)
    first_late = [
        next((each for each in announcements if _is_after(each.signed_on, each.due)), None)
        for announcements in judged.values()
    ]
    late = [
        _late_failing(each, f"tỉnh công bố {day_text(each.signed_on)}, hạn {day_text(each.due)}")
        for each in first_late
        if each is not None
    ]
    return _make_index(number, title, len(judged), late, note)


def _published_on_time(signed: Iterable[AnnouncedCode], today: date, swaps: SwappedDays | None) -> Index:
    """Return the index of publishing nationally within five working days of the province's signature.

    Decree 63/2010/NĐ-CP, article 24. What is not yet published and not yet late is not judged.
    """
    judged: dict[str, FailingProcedure | None] = {}
    for each in signed:
        if each.signed_on is None:
            continue
        limit = add_working_days(each.signed_on, PUBLISH_WITHIN, swaps)
        if each.published_on is None and today <= limit:
            continue
        late = each.published_on is None or each.published_on > limit
        shown = day_text(each.published_on) if each.published_on else "chưa ghi ngày công khai"
        failing = _late_failing(each, f"công khai: {shown}, hạn {day_text(limit)}") if late else None
        judged[each.code] = judged.get(each.code) or failing
    return _make_index(
        "1.2",
        "Tỷ lệ TTHC được cập nhật, công khai đúng hạn trên Cơ sở dữ liệu quốc gia",
        len(judged),
        [each for each in judged.values() if each is not None],
        "Trong 05 ngày làm việc sau khi ký (Nghị định 63/2010/NĐ-CP, Điều 24).",
    )


def _complete_records(rows: Sequence[Procedure], national: Mapping[str, Procedure]) -> Index:
    """Return the index of procedures that the national portal shows with all seven parts."""
    failing = []
    judged = 0
    for row in rows:
        record = national.get(row.code or "")
        lacking = None if record is None else lacking_parts(record)
        if lacking is None:
            continue
        judged += 1
        if lacking:
            failing.append(_failing_row(row, "thiếu: " + ", ".join(REQUIRED_PARTS[part] for part in lacking)))
    return _make_index(
        "1.3",
        "Tỷ lệ TTHC được công khai có đầy đủ các bộ phận tạo thành",
        judged,
        failing,
        "Tính trên các thủ tục của danh mục đã đọc được chi tiết trên Cổng DVC quốc gia.",
    )


def _partly_online(rows: Sequence[Procedure]) -> Index:
    number, title = "3.1", "Tỷ lệ TTHC cung cấp dịch vụ công trực tuyến (toàn trình và một phần)"
    note = "Đạt điểm tối đa từ 80 %."
    if rows and all(row.online_level is None for row in rows):
        return _unknown_index(number, title, len(rows), note, FULL_SCORE_AT)
    failing = [_below_full(row) for row in rows if row.online_level not in ("partial", "full")]
    return _make_index(number, title, len(rows), failing, note, FULL_SCORE_AT)


def _fully_online(rows: Sequence[Procedure]) -> Index:
    number, title = (
        "3.1 (toàn trình)",
        "Tỷ lệ TTHC đủ điều kiện được cung cấp dịch vụ công trực tuyến toàn trình",
    )
    note = "Mẫu số là các thủ tục danh mục ghi đủ điều kiện toàn trình."
    if rows and all(row.eligible_full_online is None for row in rows):
        return _unknown_index(number, title, None, note)
    eligible = [row for row in rows if row.eligible_full_online is True]
    if eligible and all(row.online_level is None for row in eligible):
        return _unknown_index(number, title, len(eligible), note)
    failing = [_below_full(row) for row in eligible if row.online_level != "full"]
    return _make_index(number, title, len(eligible), failing, note)


def _below_full(row: Procedure) -> FailingProcedure:
    level = row.online_level
    return _failing_row(row, online_label(level) if level else "chưa ghi mức độ trực tuyến")


def _unknown_index(
    number: str, title: str, denominator: int | None, note: str, full_at: float | None = None
) -> Index:
    """Return an index that the list does not state at all: nobody fails, and nobody is counted."""
    return Index(
        number=number,
        title=title,
        numerator=None,
        denominator=denominator,
        failing=(),
        note=note,
        full_at=full_at,
    )


def _make_index(
    number: str,
    title: str,
    denominator: int,
    failing: Iterable[FailingProcedure],
    note: str,
    full_at: float | None = None,
) -> Index:
    listed = tuple(sorted(failing, key=lambda each: (each.code or "~", each.name)))
    return Index(
        number=number,
        title=title,
        numerator=denominator - len(listed),
        denominator=denominator,
        failing=listed,
        note=note,
        full_at=full_at,
    )


def _failing_row(row: Procedure, reason: str) -> FailingProcedure:
    return FailingProcedure(code=row.code, name=row.name, division=row.division, reason=reason)


def _late_failing(each: AnnouncedCode, reason: str) -> FailingProcedure:
    return FailingProcedure(
        code=each.code,
        name=each.name,
        division=each.division,
        reason=f"Quyết định số {each.decision_number}: {reason}",
    )


def _is_after(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and one > other
