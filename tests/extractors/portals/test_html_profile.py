"""Profiles: what is no use is refused by the file and the key, in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.portals.html.portal import load_profile
from extractors.portals.html.profile import built_in
from procedures.errors import SettingsError
from procedures.values.text import matching_key
from tests.extractors.web import PROFILE

COLUMNS = PROFILE[PROFILE.index("[list.columns]") : PROFILE.index("[detail]")]


def refused(tmp_path: Path, text: str) -> str:
    """Why a profile is refused."""
    file = tmp_path / "tinh.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_profile(str(file))
    words = str(caught.value)
    assert words.startswith(f"{file}: ")
    assert "\n" not in words
    return words


def test_the_three_makes_known_are_built_in() -> None:
    assert built_in() == ["igate", "liferay", "portaldvc"]


def test_an_unknown_name_is_told_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="không có khuôn 'hatinh'; có sẵn: igate, liferay, portaldvc"):
        load_profile("hatinh")


def test_a_name_never_leads_out_of_the_built_in_ones() -> None:
    with pytest.raises(SettingsError):
        load_profile("../profiles/igate")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"khong-co\.toml: không đọc được"):
        load_profile(str(tmp_path / "khong-co.toml"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_profile_saved_by_notepad_is_the_same_profile(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "tinh.toml"
    file.write_text(PROFILE, encoding="utf-8")
    plain = load_profile(str(file))
    file.write_bytes(PROFILE.replace("\n", "\r\n").encode(encoding))
    assert load_profile(str(file)) == plain


def test_a_folder_and_a_binary_file_are_named(tmp_path: Path) -> None:
    folder, binary = tmp_path / "x.toml", tmp_path / "y.toml"
    folder.mkdir()
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (folder, binary):
        with pytest.raises(SettingsError, match=path.name):
            load_profile(str(path))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[list]", "[list", "không đọc được TOML"),
        ("[list]", "[danh_sach]", "danh_sach: không có mục này"),
        ("[detail]", "[detail.x]", "detail.x: không có mục này"),
        ('rows = "tbody > tr"', "rows = 5", "list.rows: 5 không phải bộ chọn CSS"),
        ('rows = "tbody > tr"', 'rows = " "', "list.rows: ' ' không phải bộ chọn CSS"),
        ('link = "a.xem"', 'link = "a["', "list.link: 'a['"),
        ('link = "a.xem"', 'link = "a"\ntotal = ""', "list.total: ''"),
        ('url = "/ds?page={page}"', "url = 5", "list.url: 5 không phải chuỗi"),
        ('url = "/ds?page={page}"', 'url = "/ds"\nnext = "a.sau"', "list.url: thiếu {page}"),
        ('url = "/ds?page={page}"', 'url = "/ds?tu={offset}"', "list.step"),
        ('link = "a.xem"', 'link = "a"\nfirst_page = true', "list.first_page: True"),
        ('link = "a.xem"', 'link = "a"\nfirst_page = -1', "list.first_page: -1"),
        (
            'link = "a.xem"',
            'link = "a"\ncounts = "id=("',
            "list.counts: 'id=(' không phải biểu thức chính quy",
        ),
        ('link = "a.xem"', 'link = "a"\ncounts = "(a)(b)"', "list.counts: '(a)(b)' không phải"),
        ('link = "a.xem"', 'link = "a"\ncounts = 5', "list.counts: 5 không phải"),
        (
            '[list.columns]\nname = "td:nth-child(2)"\nfield = "td:nth-child(3)"',
            "columns = 5",
            "list.columns",
        ),
        ('name = "td:nth-child(2)"', "name = 2", "list.columns.name: 2"),
        ('name = "td:nth-child(2)"', 'ten = "td"', "list.columns: 'ten' không phải thuộc tính"),
        ('"Mã thủ tục" = "code"', '"Mã thủ tục" = ["code"]', "detail.labels.Mã thủ tục"),
        ('"Mã thủ tục" = "code"', '"Mã thủ tục" = "ma"', "'ma' không phải thuộc tính"),
        ('"Mã thủ tục" = "code"', '"Mã thủ tục" = "local_code"', "'local_code' không phải thuộc tính"),
        ('"Mã thủ tục" = "code"', '"LĨNH  VỰC:" = "agency"', "đã đứng cho một thuộc tính khác"),
    ],
)
def test_a_profile_of_no_use_names_its_key(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in PROFILE
    assert words in refused(tmp_path, PROFILE.replace(old, new, 1))


@pytest.mark.parametrize("text", ["", "list = 5\ndetail = 5", "[list]\n[detail]"])
def test_an_empty_profile_names_what_it_lacks(tmp_path: Path, text: str) -> None:
    assert "thiếu" in refused(tmp_path, text)


def test_two_labels_may_stand_for_one_attribute(tmp_path: Path) -> None:
    file = tmp_path / "tinh.toml"
    file.write_text(PROFILE + '"Mã số" = "code"\n"MÃ SỐ" = "code"\n', encoding="utf-8")
    labels = load_profile(str(file)).detail.labels
    assert {key for key, attribute in labels.items() if attribute == "code"} == {
        matching_key("Mã thủ tục"),
        matching_key("Mã số"),
    }


@pytest.mark.parametrize(
    ("first", "address", "number"), [(0, "/ds?page=0", 1), (1, "/ds?page=3", 3), (5, "/ds?page=6", 2)]
)
def test_pages_count_from_the_first_one(tmp_path: Path, first: int, address: str, number: int) -> None:
    file = tmp_path / "tinh.toml"
    file.write_text(PROFILE.replace('"a.xem"', f'"a.xem"\nfirst_page = {first}'), encoding="utf-8")
    assert load_profile(str(file)).list_address(number) == address
