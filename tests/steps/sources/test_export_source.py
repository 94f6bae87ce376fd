"""A source of downloaded lists, for where a portal turns programs away."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from portals.serve import Portals
from steps.sources.replay import replay_run
from tests.office import NIGHTS, Office

EXPORTS = Path(__file__).parents[2] / "golden" / "exports"
JUSTICE = "danh-sach-tthc-BoTuPhap.xlsx"
HEADINGS = "Mã số,Tên,Cơ quan ban hành,Lĩnh vực\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "tai-ve"
    made.mkdir()
    return made


@pytest.fixture
def clerk(tmp_path: Path, portals: Portals, folder: Path) -> Office:
    """An office that reads the national list from a folder of downloads alone."""
    office = Office(tmp_path, portals)
    office.settings.write_text(
        '[sources.national]\nkind = "export"\npath = "tai-ve"\nexpect = { max_drop = 0.5 }\n',
        encoding="utf-8",
    )
    return office


def put(folder: Path, *rows: str, name: str = "danh-sach.csv") -> None:
    (folder / name).write_text(HEADINGS + "".join(f"{row},Bộ Nội vụ,Hội\n" for row in rows), encoding="utf-8")


def ten() -> list[str]:
    return [f"1.0{n:05d},Thủ tục thử thứ {n}" for n in range(10, 20)]


def test_the_portal_s_own_downloads_are_read_as_one_list(clerk: Office, folder: Path) -> None:
    for file in EXPORTS.glob("*.xlsx"):
        shutil.copy(file, folder)
    end = clerk.night(NIGHTS[0]).sources["national"]
    assert end.state == "complete"
    assert end.quarantined == 2  # names of over 800 signs
    assert end.procedures + end.quarantined == 271 + 525 + 261 + 537
    (row,) = clerk.rows("v_procedure_current", code="1.014966")
    assert row["promulgating_agency"] == "Bộ Tư pháp"
    assert replay_run(clerk.configuration, 1).equal


def test_what_a_new_download_changes_is_told_and_what_it_has_no_column_for_is_kept(
    clerk: Office, folder: Path
) -> None:
    put(folder, *ten())
    clerk.night(NIGHTS[0])
    put(folder, *ten()[:-1], "1.000019,Thủ tục thử đã đổi tên")
    end = clerk.night(NIGHTS[1]).sources["national"]
    assert (end.changed, end.new, end.missing) == (1, 0, 0)


def test_a_file_that_is_read_again_confirms_no_absence_but_the_next_download_does(
    clerk: Office, folder: Path
) -> None:
    put(folder, *ten())
    clerk.night(NIGHTS[0])
    put(folder, *ten()[:-1])
    assert clerk.night(NIGHTS[1]).sources["national"].missing == 1
    for night in NIGHTS[2:5]:
        again = clerk.night(night).sources["national"]
        assert (again.missing, again.repealed) == (0, 0)
    put(folder, *ten()[:-1], "1.000077,Một thủ tục khác hẳn")
    assert clerk.night(NIGHTS[5]).sources["national"].repealed == 1


@pytest.mark.parametrize(
    ("content", "words"), [(None, "không có tệp"), (b"", "rỗng"), (b"PK\x03\x04x", "hong.xlsx")]
)
def test_a_list_that_is_not_there_or_no_use_fails_the_source_by_name(
    clerk: Office, folder: Path, content: bytes | None, words: str
) -> None:
    if content is None:
        folder.rmdir()
    else:
        (folder / "hong.xlsx").write_bytes(content)
    end = clerk.night(NIGHTS[0]).sources["national"]
    assert end.state == "failed"
    assert words in (end.reason or "")


def test_one_damaged_file_among_others_retires_nothing(clerk: Office, folder: Path) -> None:
    put(folder, *ten()[:5], name="a.csv")
    put(folder, *ten()[5:], name="b.csv")
    clerk.night(NIGHTS[0])
    (folder / "b.csv").write_bytes(b"\x00\x01\x02" * 100)
    end = clerk.night(NIGHTS[1])
    assert (end.sources["national"].state, end.sources["national"].missing, end.exit_code) == (
        "partial",
        0,
        3,
    )
    assert len(clerk.rows("v_procedure_current")) == 10
