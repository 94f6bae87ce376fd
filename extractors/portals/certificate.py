"""The verdict on a snapshot, which follows from its certificate alone."""

from __future__ import annotations

from collections.abc import Sequence

from procedures.snapshot import Certificate, SnapshotState, SnapshotVerdict
from procedures.values.text import canonical
from procedures.wording.words import excerpt, share_text
from settings.sources import Expectation

MAX_UNREAD = 0.02
"""Share of the due details that may stay unread in a complete snapshot."""

NAMED = 8
"""Lost pages that a reason names one by one."""


def judge(certificate: Certificate, *, expect: Expectation) -> SnapshotVerdict:
    """Return the state of a snapshot and the reason, one Vietnamese line with the numbers in it.

    In this order: nothing listed at all is `failed`; an incomplete listing or details are `partial`; a whole
    listing outside the expected range, or lacking too much, is `held`; else `complete`.
    """
    if not certificate.listed:
        lost = _named(certificate.lost_pages)
        return SnapshotVerdict(
            SnapshotState.FAILED, f"không đọc được trang nào: {lost}" if lost else "danh sách rỗng"
        )
    for state, reason in (
        (SnapshotState.PARTIAL, _not_whole(certificate)),
        (SnapshotState.HELD, _unexpected(certificate, expect)),
    ):
        if reason:
            return SnapshotVerdict(state, reason)
    return SnapshotVerdict(SnapshotState.COMPLETE)


def is_listing_whole(certificate: Certificate) -> bool:
    """Whether the listing, details apart, may say that something is not in it."""
    return _listing_not_whole(certificate) is None


def _not_whole(certificate: Certificate) -> str | None:
    reason = _listing_not_whole(certificate)
    if reason:
        return reason
    due, unread = certificate.details_due, certificate.details_failed
    if due and unread / due > MAX_UNREAD:
        return f"không đọc được chi tiết của {unread} trên {due} thủ tục ({share_text(unread, due)}, quá 2 %)"
    useless = unread + certificate.quarantined
    if due and useless * 2 > due:
        return f"{useless} trên {due} chi tiết không dùng được ({share_text(useless, due)})"
    return None


def _listing_not_whole(certificate: Certificate) -> str | None:
    if certificate.lost_pages:
        return "mất trang: " + _named(certificate.lost_pages)
    declared = certificate.declared_total
    if declared is not None and declared != certificate.listed:
        return f"cổng báo {declared} thủ tục nhưng chỉ liệt kê {certificate.listed}"
    if certificate.first_page_again is False:
        return "danh sách thay đổi trong khi đọc: trang đầu đọc lại khác lần đọc trước"
    return None


def _named(lost: Sequence[str]) -> str:
    """Return the first lost pages in one line, and how many more there are; it may quote the portal."""
    first = "; ".join(excerpt(canonical(each)) for each in lost[:NAMED])
    return first if len(lost) <= NAMED else f"{first}; và {len(lost) - NAMED} trang nữa"


def _unexpected(certificate: Certificate, expect: Expectation) -> str | None:
    present = certificate.present
    if not expect.min <= present <= expect.max:
        return f"{present} thủ tục, ngoài khoảng chờ đợi {expect.min} đến {expect.max}"
    lacking, of_last = certificate.lacking, certificate.of_last
    if of_last and lacking / of_last > expect.max_drop:
        allowed = share_text(round(expect.max_drop * 10_000), 10_000)
        shares = f"{share_text(lacking, of_last)}, quá {allowed}"
        return f"thiếu {lacking} trên {of_last} thủ tục của lần đọc đủ trước ({shares})"
    return None
