"""What a release carries along: its version, all it depends on, and under which licences."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import rasoat
from tests.command import run

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCKED = set(re.findall(r"^([\w.-]+?)(?:\[[\w, -]+\])?==([^ ;\\]+)", LOCK, re.MULTILINE))


@pytest.fixture(scope="module")
def materials(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, str(ROOT / "deploy" / "bill_of_materials.py"), str(folder)]
    subprocess.run(command, cwd=folder, check=True)
    return folder


def test_the_version_is_one_everywhere(tmp_path: Path) -> None:
    version = PROJECT["project"]["version"]
    assert rasoat.__version__ == version
    assert run(["--version"], {}, tmp_path).stdout == f"rasoat {version}\n"
    assert re.search(
        rf"^## {re.escape(version)} - \d{{4}}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text(), re.M
    )


def test_the_bill_names_what_the_program_needs_as_locked_and_nothing_of_its_tests(materials: Path) -> None:
    bill = json.loads((materials / "sbom.cdx.json").read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["name"] == "rasoat"
    parts = {re.sub(r"[-_.]+", "-", each["name"]).lower(): each["version"] for each in bill["components"]}
    assert len(parts) > 100
    for requirement in PROJECT["project"]["dependencies"]:
        assert re.split(r"[\[<>=]", requirement)[0] in parts
    assert not {"pytest", "mypy", "ruff", "playwright", "hypothesis"} & set(parts)
    assert parts.items() - LOCKED == set()
    references = {each["bom-ref"] for each in (*bill["components"], bill["metadata"]["component"])}
    assert {each["ref"] for each in bill["dependencies"]} == references
    assert {ref for each in bill["dependencies"] for ref in each["dependsOn"]} < references


def test_every_dependency_declares_a_licence(materials: Path) -> None:
    lines = (materials / "licences.tsv").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[^\t]+\t[^\t]+\t[^\t?]+", line)] == []
    assert f"rasoat\t{PROJECT['project']['version']}\tApache-2.0" in lines


def test_the_lock_names_no_registry_and_has_a_hash_for_everything() -> None:
    for name in ("requirements.lock", "requirements-bench.lock", "requirements-docs.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index" not in text
        entries = re.split(r"\n(?=\S)", text.strip())
        assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_deployments_name_the_prefect_that_is_locked() -> None:
    named = re.findall(r"^prefect-version: (\S+)$", (ROOT / "prefect.yaml").read_text(encoding="utf-8"), re.M)
    assert [("prefect", version) for version in named] == [each for each in LOCKED if each[0] == "prefect"]
