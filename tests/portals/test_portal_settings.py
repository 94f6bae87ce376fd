from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from portals.config import write_settings


def test_the_settings_point_at_both_portals(tmp_path: Path) -> None:
    file = write_settings(tmp_path / "rasoat.toml", "http://127.0.0.1:1", "http://127.0.0.1:2")
    settings = tomllib.loads(file.read_text(encoding="utf-8"))
    assert settings["sources"]["national"]["base_url"] == "http://127.0.0.1:1"
    assert settings["sources"]["national"]["departments"] == ["G09"]
    assert settings["sources"]["national"]["expect"]["max_drop"] == 0.05
    assert settings["sources"]["provincial"]["profile"] == "portaldvc"
    assert settings["department"]["name"] == "Sở Nội vụ tỉnh Hà Tĩnh"


def test_a_table_is_overridden_key_by_key(tmp_path: Path) -> None:
    file = write_settings(
        tmp_path / "rasoat.toml", "http://a", "http://b",
        national={"page_size": 7, "confirm_after": None}, department={"name": 'Sở "N" \\ V'},
    )  # fmt: skip
    settings = tomllib.loads(file.read_text(encoding="utf-8"))
    assert settings["sources"]["national"]["page_size"] == 7
    assert "confirm_after" not in settings["sources"]["national"]
    assert settings["sources"]["national"]["kind"] == "national-api"
    assert settings["department"]["name"] == 'Sở "N" \\ V'


def test_a_misspelt_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="natonal"):
        write_settings(tmp_path / "rasoat.toml", "http://a", "http://b", natonal={})
