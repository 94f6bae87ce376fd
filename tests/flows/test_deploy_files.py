"""The units and the compose file are sound, and speak of commands and settings that exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows import deploying
from settings.environment import Environment
from tests.machine import end_without, find_program

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())


WORDS = {"type": "array", "items": {"type": "string"}}
COMPOSE = {
    "type": "object",
    "additionalProperties": False,
    "patternProperties": {"^x-": {}},
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"},
        "volumes": {"type": "object", "additionalProperties": {"type": "null"}},
        "services": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "oneOf": [{"required": ["image"]}, {"required": ["build"]}],
                "properties": {
                    "image": {"type": "string"},
                    "build": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {"context": {"type": "string"}, "dockerfile": {"type": "string"}},
                    },
                    "entrypoint": WORDS,
                    "env_file": {"type": "string"},
                    "environment": {"type": "object", "additionalProperties": {"type": "string"}},
                    "volumes": {
                        "type": "array",
                        "items": {"type": "string", "pattern": "^[^:]+:/[^:]+(:ro)?$"},
                    },
                    "ports": {"type": "array", "items": {"pattern": r"^127\.0\.0\.1:\d+:\d+$"}},
                    "cpu_shares": {"type": "integer", "minimum": 2},
                    "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
                    "depends_on": {
                        "type": "object",
                        "additionalProperties": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["condition"],
                            "properties": {
                                "condition": {
                                    "enum": [
                                        "service_started",
                                        "service_healthy",
                                        "service_completed_successfully",
                                    ]
                                }
                            },
                        },
                    },
                    "healthcheck": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["test"],
                        "properties": {
                            "test": WORDS,
                            "interval": {"pattern": r"^\d+s$"},
                            "start_period": {"pattern": r"^\d+s$"},
                            "retries": {"type": "integer"},
                        },
                    },
                },
            },
        },
    },
}
"""What compose understands of what the file may say; more may be added here as it is used."""


def installed(folder: Path) -> Path:
    """The units as they would stand on a machine whose program lies in `folder`."""
    programs = folder / "program" / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("rasoat", "prefect"):
        (programs / name).write_text("#!/bin/sh\n")
        (programs / name).chmod(0o755)
    units = folder / "units"
    units.mkdir()
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/opt/rasoat", str(folder / "program"))
        (units / unit.name).write_text(text, encoding="utf-8")
    return units


def test_systemd_has_nothing_to_say_against_the_units(tmp_path: Path) -> None:
    if find_program("systemd-analyze") is None:
        end_without("systemd is missing on this machine")
    units = [str(path) for path in sorted(installed(tmp_path).iterdir())]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    told = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "rasoat-" in line]
    assert (done.returncode, told) == (0, [])


@pytest.mark.parametrize("unit", UNITS, ids=[unit.name for unit in UNITS])
def test_a_unit_starts_a_command_that_exists(unit: Path) -> None:
    from typer.main import get_command

    from rasoat.cli import app

    for words in re.findall(
        r"^ExecStart=/opt/rasoat/\.venv/bin/rasoat (.+)$", unit.read_text(), re.MULTILINE
    ):
        command = get_command(app)
        for word in words.split():
            if word.startswith("-"):
                break
            command = command.commands[word]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "config, exit_code, part",
    [("khong-co.toml", 2, "khong-co.toml"), (str(DEPLOY.parent / "rasoat.toml"), 2, "PREFECT_API_URL")],
    ids=["settings", "no address"],
)
def test_deploying_says_in_one_line_what_is_wrong(
    config: str,
    exit_code: int,
    part: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("RASOAT_CONFIG", config)
    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        assert deploying.main() == exit_code
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("rasoat: ")
    assert part in line


def test_deploying_where_no_server_answers_ends_with_one_line(tmp_path: Path) -> None:
    address = "http://127.0.0.1:9/api"
    environment = {**os.environ, "PREFECT_HOME": str(tmp_path), "PREFECT_API_URL": address}
    command = [sys.executable, "-m", "flows.deploying"]
    done = subprocess.run(
        command, env=environment, cwd=DEPLOY.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert [address in line for line in done.stderr.splitlines() if line.startswith("rasoat: ")] == [True]
    assert "Traceback" not in done.stderr


def test_a_night_that_the_machine_slept_through_is_caught_up_and_never_runs_without_its_disk() -> None:
    timer = (DEPLOY / "systemd" / "rasoat-night.timer").read_text(encoding="utf-8")
    assert "OnCalendar=*-*-* 02:00:00 Asia/Ho_Chi_Minh" in timer.splitlines()
    assert "Persistent=true" in timer.splitlines()
    for unit in (DEPLOY / "systemd").glob("*.service"):
        assert "RequiresMountsFor=/var/lib/rasoat" in unit.read_text(encoding="utf-8").splitlines(), unit.name


def test_nights_step_back_for_the_site_and_nothing_else_does() -> None:
    def steps_back(unit: Path) -> bool:
        lines = unit.read_text(encoding="utf-8").splitlines()
        assert ("Nice=10" in lines) == ("CPUWeight=20" in lines), unit.name
        return "Nice=10" in lines

    assert {unit.name for unit in UNITS if steps_back(unit)} == {
        "rasoat-night.service",
        "rasoat-worker@.service",
    }
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    shares = {name: service.get("cpu_shares", 1024) for name, service in compose["services"].items()}
    assert [name for name, share in shares.items() if share < 1024] == ["worker"]


def test_the_environment_names_settings_that_exist() -> None:
    known = {f"RASOAT_{name.upper()}" for name in Environment.model_fields}
    text = (DEPLOY / "environment").read_text(encoding="utf-8")
    assert set(re.findall(r"(RASOAT_\w+)=", text)) <= known


def test_the_compose_file_is_whole() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    services = compose["services"]
    assert set(services) == {"database", "prefect", "deploy", "worker", "site"}
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        for mount in service.get("volumes", ()):
            name = str(mount).partition(":")[0]
            assert name in compose["volumes"] or (DEPLOY / name).exists(), mount
    assert (DEPLOY.parent / services["worker"]["build"]["dockerfile"]).exists()


def test_the_compose_file_says_nothing_that_compose_does_not_know() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert [str(each.message) for each in Draft202012Validator(COMPOSE).iter_errors(compose)] == []
    compose["services"]["worker"]["depends"] = {}
    compose["services"]["site"]["restart"] = "sometimes"
    assert len(list(Draft202012Validator(COMPOSE).iter_errors(compose))) == 2


def test_what_the_compose_file_asks_for_is_told_where_to_write() -> None:
    asked = re.findall(r"\$\{(\w+):\?([^}]+)\}", (DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    book = (DEPLOY.parent / "docs" / "operations.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"`(docker compose [^`]+ up -d)`", book)
    assert command.split()[2:6] == ["--env-file", "deploy/.env", "-f", "deploy/compose.yaml"]
    for name, words in asked:
        assert f"`{name}=`" in book
        assert words == "write it into deploy/.env"


def test_no_secret_and_nothing_of_the_office_enters_the_image() -> None:
    def lines(file: str) -> set[str]:
        said = (DEPLOY.parent / file).read_text(encoding="utf-8").splitlines()
        return {line.removeprefix("**/").rstrip("/") for line in said if line and not line.startswith("#")}

    kept_out = lines(".dockerignore")
    assert lines(".gitignore") <= kept_out, "what is not of the program"
    assert {".git", ".env", "var", "deploy/environment"} <= kept_out
