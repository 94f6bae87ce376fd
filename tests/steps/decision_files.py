"""Decisions as files, of Bộ Nội vụ and of the province, about procedures that a test knows."""

from __future__ import annotations

from dataclasses import replace

from tests.extractors.documents.drawing import Decision, Procedure, Table, word

HEADINGS = ("Mã TTHC", "Tên thủ tục hành chính", "Lĩnh vực", "Cấp thực hiện")
ASSOCIATION, FUND = "Công nhận hội có tính chất đặc thù", "Thành lập quỹ cộng đồng"
MINISTRY = Decision(
    number="999/QĐ-BNV",
    place="Hà Nội",
    day="ngày 20 tháng 11 năm 2026",
    agency=("BỘ NỘI VỤ",),
    authority="BỘ TRƯỞNG BỘ NỘI VỤ",
    grounds=("Căn cứ Nghị định số 63/2010/NĐ-CP ngày 08/6/2010 của Chính phủ;",),
    articles=(
        "Điều 1. Công bố kèm theo Quyết định này thủ tục hành chính.",
        "Điều 2. Quyết định này có hiệu lực thi hành kể từ ngày 10 tháng 12 năm 2026.",
    ),
)
PROVINCE = replace(
    MINISTRY,
    number="1404/QĐ-UBND",
    place="Hà Tĩnh",
    day="ngày 24 tháng 11 năm 2026",
    agency=("ỦY BAN NHÂN DÂN", "TỈNH HÀ TĨNH"),
    authority="CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH HÀ TĨNH",
    grounds=("Căn cứ Quyết định số 999/QĐ-BNV ngày 20/11/2026 của Bộ Nội vụ về việc công bố thủ tục;",),
)
KINDS = {"new": "MỚI BAN HÀNH", "changed": "ĐƯỢC SỬA ĐỔI, BỔ SUNG", "repealed": "BỊ BÃI BỎ"}


def row(name: str, code: str = "", field: str = "Hội", level: str = "Cấp tỉnh") -> Procedure:
    return Procedure(name, code, {"Lĩnh vực": field, "Cấp thực hiện": level})


def decision(head: Decision, counted: int | None = None, **parts: tuple[Procedure, ...]) -> bytes:
    """The decision as Word; `counted` is what each title prints in place of what is there."""
    tables = tuple(
        Table(
            (
                f"PHẦN {'I' * at}. DANH MỤC THỦ TỤC HÀNH CHÍNH {KINDS[kind]} "
                f"({counted or len(rows):02d} thủ tục)",
            ),
            HEADINGS,
            rows,
        )
        for at, (kind, rows) in enumerate(parts.items(), 1)
    )
    return word(replace(head, tables=tables))
