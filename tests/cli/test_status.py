"""`rasoat status` tells of each source why its last reading counts, or why it does not."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.addresses import bundled
from tests.office import NIGHTS, Office


@pytest.fixture(scope="module")
def readings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What status says of a source after a whole, a partial, a held night and one that was turned away."""
    with bundled() as portals:
        office = Office(tmp_path_factory.mktemp("readings"), portals)
        national = portals.national.faults
        said = {"nothing": office.rasoat("status").stdout}
        for as_of, name, fault in (
            (NIGHTS[0], "complete", None),
            (NIGHTS[1], "partial", {"name": "error_500", "where": "list", "page": 2}),
            (NIGHTS[2], "held", {"name": "total_shrinks", "where": "list"}),
            (NIGHTS[3], "blocked", {"name": "challenge_200", "where": "all"}),
        ):
            national.clear()
            if fault:
                national.order(**fault)
            office.night(as_of, "national")
            said[name] = office.rasoat("status", "--source", "national").stdout
            said[f"{name} at a glance"] = office.rasoat("status").stdout
        said["json"] = office.rasoat("status", "--source", "national", "--json").stdout
        unknown = office.rasoat("status", "--source", "provincial")
        said["unknown"] = f"{unknown.returncode} {unknown.stderr}"
        yield said


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("nothing", ["Chưa có lần chạy nào"]),
        (
            "complete",
            [
                "Cổng DVC quốc gia (national): Đủ — lần lấy dữ liệu đủ gần nhất 02:00 22/11/2026",
                "liệt kê đủ",
                "giống lần đầu: danh sách không đổi trong khi đọc",
                "không mã nào lặp lại",
                "không sót",
                "trong khoảng 100 đến 400",
                "Kết luận             Đủ: lần đọc này được dùng cả để biết thủ tục nào không còn công khai",
            ],
        ),
        ("complete at a glance", ["liệt kê đủ", "thủ tục đến lượt"]),
        (
            "partial",
            [
                "Trang bị mất         trang 2",
                "không đọc lại, vì chưa đọc hết danh sách",
                "còn thiếu",
                "không xét, vì danh sách chưa đọc đủ",
                "Dữ liệu lấy chưa đủ: mất trang",
                "không thủ tục nào bị coi là không còn",
            ],
        ),
        ("partial at a glance", ["mất trang: trang 2", "không thủ tục nào bị coi là không còn"]),
        (
            "held",
            [
                "NGOÀI khoảng 100 đến 400",
                "QUÁ 5,00 %",
                "Tạm giữ chờ xác nhận: ",
                "chưa nạp gì cho tới khi có người xem và cho qua",
                "rasoat release 3 --by TÊN --reason LÝ_DO",
            ],
        ),
        (
            "blocked",
            [
                "Cổng từ chối truy cập — lần lấy dữ liệu đủ gần nhất 02:00 22/11/2026",
                "không đọc được thủ tục nào",
                "trang kiểm tra hoặc từ chối truy cập",
                "số liệu của lần đọc đủ trước giữ nguyên; chương trình không tìm cách vượt qua",
            ],
        ),
        ("unknown", ["2 ", "--source: provincial: chưa đọc nguồn này lần nào; đã đọc: national"]),
    ],
)
def test_status_says_what_was_looked_at_and_what_follows(
    readings: dict[str, str], name: str, lines: list[str]
) -> None:
    for line in lines:
        assert line in readings[name], readings[name]


def test_the_same_lines_are_there_for_programs(readings: dict[str, str]) -> None:
    source = json.loads(readings["json"])["sources"]["national"]
    assert source["state"] == "blocked"
    assert source["explained"][-1]["what"] == "Kết luận"
    assert source["consequence"].startswith("không nạp gì")
