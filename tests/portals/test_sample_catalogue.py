from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from portals.sample_catalogue import (
    COLUMNS,
    DISTRICT_ROWS,
    INVALID_CODE,
    NOT_NATIONAL,
    REPEATED,
    UNKNOWN_WITHOUT_CODE,
    sections,
    write_sample_catalogue,
)
from portals.world import World


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[list[Any]]:
    path = write_sample_catalogue(tmp_path_factory.mktemp("catalogue") / "danh-muc-so-noi-vu.xlsx")
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def test_the_workbook_is_the_same_every_time(tmp_path: Path) -> None:
    first = write_sample_catalogue(tmp_path / "a.xlsx").read_bytes()
    assert write_sample_catalogue(tmp_path / "b.xlsx").read_bytes() == first
    assert len(first) < 100_000


def test_headings_follow_a_merged_title(rows: list[list[Any]]) -> None:
    assert rows[1][4] == "Độc lập - Tự do - Hạnh phúc"
    assert rows[6] == [heading for heading, _ in COLUMNS]
    assert [row[0] for row in rows if str(row[0])[:2] in ("A.", "B.", "C.")] == [
        "A. CẤP TỈNH", "B. CẤP HUYỆN", "C. CẤP XÃ",
    ]  # fmt: skip


def test_the_list_has_what_lists_have(rows: list[list[Any]]) -> None:
    codes = [row[1] for row in rows[7:] if row[2]]
    assert [code for code in codes if isinstance(code, float)] == [1.01082, 1.01082]
    assert INVALID_CODE[1] in codes
    assert NOT_NATIONAL[0] in codes
    assert sum(str(code).startswith(REPEATED) for code in codes) == 2
    assert [row[2] for row in rows[7:] if row[2] and row[1] == ""] == [
        "Giải quyết chế độ đối với thương binh đang hưởng chế độ mất sức lao động",
        UNKNOWN_WITHOUT_CODE,
    ]
    assert rows[-1][0] == f"Tổng cộng: {len(codes)} thủ tục"


def test_the_district_still_stands_in_it_and_decision_627_does_not(rows: list[list[Any]]) -> None:
    text = {str(row[1])[:8] for row in rows}
    assert {code for code, _, _ in DISTRICT_ROWS} <= text
    assert not {"1.013702", "1.013703", "1.013711"} & text


def test_most_rows_agree_with_the_national_portal() -> None:
    world = World.load(["G09"])
    names = {record["name"] for record in world.ordered()}
    listed = [row for section in sections() for row in section.rows]
    same = sum(row.name in names for row in listed)
    assert 0.85 < same / len(listed) < 0.95
