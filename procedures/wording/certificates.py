"""Certificates of completeness in Vietnamese words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain

from procedures.snapshot import Certificate, SnapshotState
from procedures.wording.words import SNAPSHOT_STATES, count, share_text

MAX_NAMED = 5
"""The most codes, pages or fields that are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """One thing that was checked, and the result (both in Vietnamese)."""

    what: str
    says: str


def certificate_summary(certificate: Certificate | None) -> str:
    """Return the certificate in one line."""
    if certificate is None:
        return "chưa đọc xong lần nào"
    if _is_imported(certificate) or not certificate.listed:
        return _listed_words(certificate)
    return (
        f"{_listed_words(certificate)}; đọc được chi tiết của {count(certificate.details_read)} trên "
        f"{count(certificate.details_due)} thủ tục đến lượt; {count(certificate.requests)} yêu cầu"
    )


def certificate_lines(certificate: Certificate) -> list[CertificateLine]:
    """Return everything that the verdict is based on, in the order in which it is checked."""
    parts = (_listing(certificate), _records(certificate), _range(certificate), _contract(certificate))
    return [CertificateLine(what, says) for what, says in chain.from_iterable(parts) if says]


def state_consequence(state: str | None, *, baseline: bool) -> str | None:
    """Return what a state means for the data, if anything; `baseline`: the source has a complete snapshot."""
    stays = "số liệu của lần đọc đủ trước giữ nguyên" if baseline else "nguồn này chưa có số liệu nào"
    match state:
        case SnapshotState.PARTIAL if baseline:
            return "phần đọc được đã nạp; không thủ tục nào bị coi là không còn; lần sau đọc lại"
        case SnapshotState.PARTIAL:
            return "chưa nạp gì, vì lần đọc đầu tiên phải đủ; lần sau đọc lại"
        case SnapshotState.HELD:
            return f"chưa nạp gì cho tới khi có người xem và cho qua; {stays}"
        case SnapshotState.BLOCKED:
            return f"không nạp gì; {stays}; chương trình không tìm cách vượt qua"
        case SnapshotState.FAILED:
            return f"không nạp gì; {stays}"
        case SnapshotState.WITHDRAWN:
            return f"không dùng nữa; {stays}"
    return None


def verdict_line(state: str | None, reason: str | None, *, baseline: bool) -> CertificateLine:
    """Return the conclusion, with its reason and what follows from it."""
    if state == SnapshotState.COMPLETE:
        return CertificateLine(
            "Kết luận", "Đủ: lần đọc này được dùng cả để biết thủ tục nào không còn công khai"
        )
    words = [SNAPSHOT_STATES.get(state or "", "chưa đọc xong")]
    words[0] += f": {reason}" if reason else ""
    return CertificateLine(
        "Kết luận", "; ".join(filter(None, (*words, state_consequence(state, baseline=baseline))))
    )


def _listed_words(certificate: Certificate) -> str:
    listed, declared = count(certificate.listed), certificate.declared_total
    if _is_imported(certificate):
        return f"{listed} dòng"
    if not certificate.listed:
        return "không đọc được thủ tục nào"
    where = f"trên {count(certificate.pages)} trang"
    if declared is None:
        return f"liệt kê được {listed} thủ tục {where}, cổng không báo tổng số"
    if declared == certificate.listed:
        return f"cổng báo {count(declared)} thủ tục, liệt kê đủ {listed} {where}"
    if declared > certificate.listed:
        lacking = count(declared - certificate.listed)
        return f"cổng báo {count(declared)} thủ tục, chỉ liệt kê được {listed} {where}, còn thiếu {lacking}"
    return f"cổng báo {count(declared)} thủ tục nhưng liệt kê tới {listed} {where}"


def _listing(certificate: Certificate) -> Iterator[tuple[str, str]]:
    yield "Danh sách", _listed_words(certificate)
    yield "Trang bị mất", "; ".join(certificate.lost_pages)
    if certificate.first_page_again is not None:
        yield (
            "Đọc lại trang đầu",
            "giống lần đầu: danh sách không đổi trong khi đọc"
            if certificate.first_page_again
            else "khác lần đầu: danh sách đã đổi trong khi đọc, nên có thể sót",
        )
    elif certificate.pages:
        yield "Đọc lại trang đầu", "không đọc lại, vì chưa đọc hết danh sách"
    if not certificate.listed:
        return
    repeated = [code for code in certificate.repeated_codes if not code.startswith(("?", "~"))]
    words = f"{count(certificate.distinct_codes)} mã khác nhau"
    if repeated:
        words += f"; {count(len(repeated))} mã có ở hai mục trở lên ({_some(repeated)}), mục mới hơn được giữ"
    else:
        words += ", không mã nào lặp lại"
    yield "Mã thủ tục", words


def _records(certificate: Certificate) -> Iterator[tuple[str, str]]:
    due, read, failed = certificate.details_due, certificate.details_read, certificate.details_failed
    if _is_imported(certificate) or not certificate.listed:
        return
    if not due:
        yield "Chi tiết", "không thủ tục nào đến lượt đọc chi tiết"
    else:
        taken_over = certificate.taken_over
        resumed = f" ({count(taken_over)} lấy lại từ lần đọc bị ngắt cùng ngày)" if taken_over else ""
        failures = f"không đọc được {count(failed)}" if failed else "không sót"
        yield "Chi tiết", f"{count(due)} thủ tục đến lượt, đọc được {count(read)}{resumed}, {failures}"
        wrong = certificate.wrong_codes
        words = f"{count(read)} bản ghi đúng là của thủ tục đã hỏi"
        yield (
            "Kiểm lại bản ghi",
            words + (f"; {count(wrong)} bản ghi là của thủ tục khác, không nạp" if wrong else ""),
        )
    if certificate.quarantined:
        yield "Chờ kiểm tra", f"{count(certificate.quarantined)} bản ghi chưa nạp, thủ tục vẫn coi như còn"


def _range(certificate: Certificate) -> Iterator[tuple[str, str]]:
    least, most, drop = certificate.expect_min, certificate.expect_max, certificate.expect_drop
    if _is_imported(certificate) or not certificate.listed:
        return
    if _is_unfinished(certificate):
        yield "Khoảng chờ đợi", "không xét, vì danh sách chưa đọc đủ"
        return
    present = f"{count(certificate.present)} thủ tục đang công khai"
    if certificate.unpublished:
        present += f" ({count(certificate.unpublished)} đã dừng công khai)"
    if least is not None and most is not None:
        within = "trong" if least <= certificate.present <= most else "NGOÀI"
        yield "Khoảng chờ đợi", f"{present}, {within} khoảng {count(least)} đến {count(most)}"
    if certificate.of_last:
        lacking, of_last = certificate.lacking, certificate.of_last
        words = f"vắng {count(lacking)} trên {count(of_last)} thủ tục ({share_text(lacking, of_last)})"
        if drop is not None:
            word = "QUÁ" if lacking / of_last > drop else "cho phép đến"
            words += f", {word} {share_text(round(drop * 10_000), 10_000)}"
        yield "So với lần đủ trước", words


def _contract(certificate: Certificate) -> Iterator[tuple[str, str]]:
    if certificate.shape:
        words = f"dấu {certificate.shape}"
        if certificate.shape_before:
            same = certificate.shape == certificate.shape_before
            words += (
                ", như lần đọc đủ trước"
                if same
                else ", khác lần đọc đủ trước (đọc các bản ghi khác, hoặc cổng đã thêm bớt trường)"
            )
        yield "Cấu trúc dữ liệu", words
    if certificate.leftovers:
        names = _some(sorted(certificate.leftovers))
        yield "Trường chưa dùng", f"{count(len(certificate.leftovers))} trường của cổng: {names}"
    if certificate.requests:
        again = f", {count(certificate.retries)} lần phải hỏi lại" if certificate.retries else ""
        size = f"{certificate.bytes / 1e6:,.1f}".translate(str.maketrans(",.", ".,"))
        yield "Đã hỏi cổng", f"{count(certificate.requests)} yêu cầu{again}, nhận về {size} MB"
    if certificate.slowest_rate is not None:
        pace = f"{certificate.slowest_rate:.2g}".replace(".", ",")
        yield "Nhịp hỏi", f"chậm lại theo yêu cầu của cổng, chậm nhất {pace} yêu cầu một giây"
    if certificate.unchanged:
        words = f"{count(certificate.unchanged)} bản ghi cổng báo không đổi, lấy từ kho lưu"
        yield "Không gửi lại", words
    if certificate.refused:
        yield "Để yên", "cổng đã từ chối, lần chạy sau chờ một thời gian rồi mới hỏi"
    for note in certificate.notes:
        yield "Ghi chú", note


def _is_imported(certificate: Certificate) -> bool:
    """Return whether it is of an imported file: no portal was asked."""
    return not certificate.requests and not certificate.details_due


def _is_unfinished(certificate: Certificate) -> bool:
    declared = certificate.declared_total
    changed = certificate.first_page_again is False
    return bool(certificate.lost_pages) or changed or declared not in (None, certificate.listed)


def _some(names: Collection[str]) -> str:
    shown = ", ".join(list(names)[:MAX_NAMED])
    return shown + (f" … và {count(len(names) - MAX_NAMED)} nữa" if len(names) > MAX_NAMED else "")
