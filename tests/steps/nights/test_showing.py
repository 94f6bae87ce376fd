"""Every night leaves a page, and an unchanged gate shows the outcomes that still hold."""

from __future__ import annotations

import pytest

from tests.office import NIGHTS, Office


@pytest.fixture
def office(small_office: Office) -> Office:
    return small_office


def test_each_run_leaves_its_page_and_an_unchanged_one_shows_what_still_holds(office: Office) -> None:
    first = office.night(NIGHTS[0], "national")
    second = office.night(NIGHTS[1], "national")
    folder = office.configuration.reports / "nights"
    assert sorted(file.name for file in folder.iterdir()) == [
        f"run-{each.run_id}.html" for each in (first, second)
    ]
    html = (folder / f"run-{second.run_id}.html").read_text(encoding="utf-8")
    assert f"không khác lần chạy {first.run_id}" in html
    assert "Mã thủ tục trong danh sách khác nhau" in html
    assert "Mỗi thủ tục có nhiều nhất một phiên bản hiện hành" in html
    assert "Không trường nào bị đổi tên" in html


def test_the_command_prints_or_writes_the_page_of_any_run(office: Office) -> None:
    nothing = office.rasoat("validations")
    assert (nothing.returncode, "Chưa có lần chạy nào" in nothing.stderr) == (2, True)
    office.portals.national.world.edit("1.009467", name="Đăng ký kinh doanh 23/09")
    run_id = office.night(NIGHTS[0], "national").run_id
    told = office.rasoat("validations").stdout
    assert "KHÔNG ĐẠT Cao" in told
    assert "Không phải bản ghi thử nghiệm — 01 trên" in told
    assert "ví dụ: 1.009467: Đăng ký kinh doanh 23/09" in told
    file = office.home / "dem.html"
    done = office.rasoat("validations", str(run_id), "--out", str(file))
    assert done.returncode == 0, done.stderr
    assert "1.009467" in file.read_text(encoding="utf-8")
    assert office.rasoat("validations", "99").returncode == 2
    assert office.rasoat("validations", "--out", str(office.home / "khong-co" / "x.html")).returncode == 2


def test_a_folder_that_cannot_be_written_ends_no_night(office: Office) -> None:
    office.configuration.home.mkdir(parents=True, exist_ok=True)
    office.configuration.reports.write_text("một tệp ở chỗ của thư mục", encoding="utf-8")
    assert office.night(NIGHTS[0], "national").status == "complete"
