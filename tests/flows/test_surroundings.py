"""What Prefect on this machine is told: where it keeps all it keeps, and that no proxy stands in between."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from flows.prefect_environment import DATABASE, prefect_environment


def test_without_a_proxy_only_the_folder_is_said() -> None:
    assert prefect_environment(Path("/srv/Sở #1"), {"NO_PROXY": "x"}) == {"PREFECT_HOME": "/srv/Sở #1"}


def test_programs_of_one_machine_speak_past_the_office_s_proxy() -> None:
    told = prefect_environment(
        Path("/srv"), {"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "so.example,localhost"}
    )
    assert told["no_proxy"] == told["NO_PROXY"] == "so.example,localhost,127.0.0.1,::1"


@pytest.mark.parametrize("name", ["Sở?", "Sở #1 %41"])
def test_the_address_of_its_database_leads_to_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    told = prefect_environment(folder, {})
    with create_engine(told[DATABASE].replace("+aiosqlite", "")).connect() as connection:
        connection.execute(text("CREATE TABLE made (id INTEGER)"))
    assert [each.name for each in folder.iterdir()] == ["prefect.db"]
    assert [each.name for each in tmp_path.iterdir()] == [name]
    assert DATABASE not in prefect_environment(Path("/srv/Sở?"), {DATABASE: "postgresql+asyncpg://x"})
