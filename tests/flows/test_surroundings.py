"""What Prefect on this machine is told: where it keeps all it keeps, and that no proxy stands in between."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from flows.prefect_environment import DATABASE, prefect_environment


def test_without_a_proxy_only_the_folder_is_said() -> None:
    assert prefect_environment(Path("/srv/Sở #1 100%"), {"NO_PROXY": "x"}) == {
        "PREFECT_HOME": "/srv/Sở #1 100%"
    }


def test_programs_of_one_machine_speak_past_the_office_s_proxy() -> None:
    told = prefect_environment(
        Path("/srv"), {"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "so.example,localhost"}
    )
    assert told["no_proxy"] == told["NO_PROXY"] == "so.example,localhost,127.0.0.1,::1"


def test_a_question_mark_does_not_end_the_address_of_its_database() -> None:
    told = prefect_environment(Path("/srv/Sở?"), {})
    path, _, options = told[DATABASE].removeprefix("sqlite+aiosqlite:///file:").partition("?")
    assert (unquote(path), options) == ("/srv/Sở?/prefect.db", "uri=true")
    assert DATABASE not in prefect_environment(Path("/srv/Sở?"), {DATABASE: "postgresql+asyncpg://x"})
